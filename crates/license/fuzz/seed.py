#!/usr/bin/env python3
"""Makes seeds/read from the invented files in ../tests/vectors: files, their documents, a reply, small texts."""

import base64
import json
import pathlib

HERE = pathlib.Path(__file__).parent
VECTORS = HERE.parent / "tests" / "vectors"
SEEDS = HERE / "seeds" / "read"


def document(certificate):
    body = "".join(certificate.decode().splitlines()[1:-1])
    return base64.b64decode(json.loads(base64.b64decode(body))["enc"])


def main():
    SEEDS.mkdir(parents=True, exist_ok=True)
    seeds = {}
    for path in sorted(VECTORS.glob("*.lic")):
        kind = path.name[0]
        seeds[path.stem] = kind.encode() + path.read_bytes()
        if "base64" in path.name:
            seeds[f"{path.stem}-document"] = kind.upper().encode() + document(path.read_bytes())
    license_id = "0a5f6b3e-0003-4a5b-8c11-5e1ee7e033aa"
    reply = {"data": {"id": license_id}, "meta": {"valid": False, "code": "SUSPENDED", "nonce": 1}}
    seeds["reply"] = b"r" + json.dumps(reply).encode()
    seeds["signed-key"] = b"t" + (VECTORS / "signed-key.txt").read_bytes()
    seeds["header"] = (
        b'tWed, 04 Mar 2026 05:06:07 GMT\nkeyid="a", algorithm="ed25519", signature="AAAA", '
        b'headers="(request-target) host date digest"'
    )
    seeds["seal"] = b"tGFSEAL\x01" + bytes(12) + bytes(48)
    seeds["issuers"] = b't id = "a"\nversion = 1\n[[issuer]]\npublic_key = "00"\naccount = "b"\nhosts = []\n'
    seeds["sunset"] = b"t" + (VECTORS / "sunset.toml").read_bytes()
    for name, seed in seeds.items():
        (SEEDS / name).write_bytes(seed)


main()
