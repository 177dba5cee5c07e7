#!/usr/bin/env python3
"""Makes the license and machine files beside it: invented data, signed by the OpenSSL command line.

Ed25519 is openssl's (pkeyutl -sign -rawin). AES-256-GCM is that of Python's cryptography package, since `openssl enc`
has no GCM. None of it shares code with the crate that reads the files. Running it again writes the same bytes.
"""

import base64
import hashlib
import json
import pathlib
import subprocess
import tempfile

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HERE = pathlib.Path(__file__).parent
# PKCS #8 of an Ed25519 key (RFC 8410) whose seed is 32 times 0x2a: worthless by intention.
PRIVATE_DER = bytes.fromhex("302e020100300506032b657004220420") + b"\x2a" * 32

ACCOUNT = "a1b2c3d4-0000-4000-8000-00000000000a"
PRODUCT = "a1b2c3d4-0000-4000-8000-00000000000b"
POLICY = "a1b2c3d4-0000-4000-8000-00000000000c"
LICENSE = "a1b2c3d4-0000-4000-8000-00000000000d"
MACHINE = "a1b2c3d4-0000-4000-8000-00000000000e"
KEY = "VECTOR-7Q2M-INVENTED-0042"
FINGERPRINT = "gf1-" + hashlib.sha256(b"an invented computer").hexdigest()


def openssl(*arguments, stdin=None):
    return subprocess.run(["openssl", *arguments], input=stdin, check=True, capture_output=True).stdout


def sign(message):
    with tempfile.TemporaryDirectory() as folder:
        key, text = pathlib.Path(folder, "key.der"), pathlib.Path(folder, "text")
        key.write_bytes(PRIVATE_DER)
        text.write_bytes(message)
        return openssl("pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", str(key), "-in", str(text))


def linkage(kind, identity):
    return {"data": {"type": kind, "id": identity}}


def license_resource(expiry=None, **attributes):
    return {
        "id": LICENSE,
        "type": "licenses",
        "attributes": {
            "name": "Gedämpft & “tape”", "key": KEY, "expiry": expiry, "status": "ACTIVE", "uses": 0,
            "suspended": False, "scheme": None, "encrypted": False, "strict": True, "floating": True,
            "protected": False, "version": None, "maxMachines": 3, "maxProcesses": None, "maxUsers": None,
            "requireHeartbeat": False, "lastValidated": None, "permissions": ["license.validate"], "metadata": {},
            "created": "2026-01-02T03:04:05.006Z", "updated": "2026-01-02T03:04:05.006Z", **attributes,
        },
        "relationships": {
            "account": {"links": {"related": f"/v1/accounts/{ACCOUNT}"}, **linkage("accounts", ACCOUNT)},
            "product": linkage("products", PRODUCT),
            "policy": linkage("policies", POLICY),
            "group": {"data": None},
            "owner": {"data": None},
            "users": {"meta": {"count": 0}},
            "machines": {"meta": {"cores": 0, "memory": 0, "disk": 0, "count": 1}},
        },
        "links": {"self": f"/v1/accounts/{ACCOUNT}/licenses/{LICENSE}"},
    }


def machine_resource():
    return {
        "id": MACHINE,
        "type": "machines",
        "attributes": {
            "fingerprint": FINGERPRINT, "cores": None, "memory": None, "disk": None, "name": "Studio B",
            "ip": None, "hostname": None, "platform": "Debian GNU/Linux 12", "requireHeartbeat": False,
            "heartbeatStatus": "NOT_STARTED", "lastCheckOut": None, "metadata": {"memoryGib": 32},
            "created": "2026-02-03T04:05:06.007Z", "updated": "2026-02-03T04:05:06.007Z",
        },
        "relationships": {
            "account": linkage("accounts", ACCOUNT),
            "product": linkage("products", PRODUCT),
            "license": linkage("licenses", LICENSE),
            "owner": {"data": None},
        },
    }


def entitlement(code):
    return {
        "id": hashlib.md5(code.encode()).hexdigest(),
        "type": "entitlements",
        "attributes": {"name": code.title(), "code": code, "metadata": {}},
    }


def document(data, included, expiry=None, ttl=None):
    whole = {"data": data, "meta": {"issued": "2026-02-03T04:05:07.008Z", "expiry": expiry, "ttl": ttl}}
    return {**whole, "included": included} if included else whole


def certificate(kind, whole, secret=None, crlf=False, columns=60):
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
    b64 = lambda data: base64.b64encode(data).decode()
    if secret is None:
        enc, alg = b64(text), "base64+ed25519"
    else:
        iv = hashlib.sha256(kind.encode()).digest()[:12]
        both = AESGCM(hashlib.sha256(secret.encode()).digest()).encrypt(iv, text, None)
        enc, alg = ".".join(map(b64, (both[:-16], iv, both[-16:]))), "aes-256-gcm+ed25519"
    envelope = {"enc": enc, "sig": b64(sign(f"{kind}/{enc}".encode())), "alg": alg}
    body = b64(json.dumps(envelope, separators=(",", ":")).encode())
    lines = [body[start:start + columns] for start in range(0, len(body), columns)]
    label = kind.upper()
    lines = [f"-----BEGIN {label} FILE-----", *lines, f"-----END {label} FILE-----"]
    return "".join(line + ("\r\n" if crlf else "\n") for line in lines).encode()


def main():
    both = [license_resource(), entitlement("STEMS"), entitlement("SURROUND")]
    month = {"expiry": "2026-03-03T04:05:07.008Z", "ttl": 2592000}
    trial = license_resource(expiry="2026-02-17T00:00:00.000Z", metadata={"terms": "trial"})
    files = {
        "license-base64.lic": certificate("license", document(license_resource(), both[1:])),
        "license-aes.lic": certificate("license", document(trial, both[1:2], **month), KEY),
        "machine-base64.lic": certificate("machine", document(machine_resource(), both), crlf=True),
        "machine-aes.lic": certificate("machine", document(machine_resource(), both), KEY + FINGERPRINT),
        "machine-without-license.lic": certificate("machine", document(machine_resource(), []), KEY + FINGERPRINT, columns=10**6),
    }
    dataset = base64.urlsafe_b64encode(json.dumps({"license": {"id": LICENSE}}).encode())
    signed = b"key/" + dataset
    files["signed-key.txt"] = signed + b"." + base64.urlsafe_b64encode(sign(signed)) + b"\n"
    public = openssl("pkey", "-inform", "DER", "-pubout", "-outform", "DER", stdin=PRIVATE_DER)[-32:]
    files["facts.json"] = json.dumps(
        {
            "public_key": public.hex(), "license_key": KEY, "fingerprint": FINGERPRINT, "account": ACCOUNT,
            "product": PRODUCT, "policy": POLICY, "license": LICENSE, "machine": MACHINE,
        },
        indent=1,
    ).encode() + b"\n"
    for name, content in files.items():
        HERE.joinpath(name).write_bytes(content)


main()
