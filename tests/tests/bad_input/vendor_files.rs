//! Vendor files through `vendor add`: whatever is wrong is said with its place, and nothing that was agreed to changes.

use std::io::Cursor;
use std::path::Path;

use gatefold_tests::files_under;
use minisign::KeyPair;
use serde_json::Value;

use crate::studio::{Studio, make_pipe};

/// A home that agreed to a version of the sandbox's file, and a folder to write others into.
struct Desk(Studio);

impl Desk {
    fn new() -> Self {
        Self(Studio::with(&[]))
    }

    /// The file that was agreed to.
    fn text(&self) -> String {
        std::fs::read_to_string(self.0.sandbox.vendor_file()).unwrap()
    }

    /// A newer one.
    fn newer(&self) -> String {
        self.text().replace("version = 6\n", "version = 7\n")
    }

    fn write(&self, bytes: &[u8], signature: Option<&[u8]>) {
        let file = self.0.work.path().join("offered.toml");
        std::fs::write(&file, bytes).unwrap();
        match signature {
            Some(signature) => std::fs::write(with_minisig(&file), signature).unwrap(),
            None => drop(std::fs::remove_file(with_minisig(&file))),
        }
    }

    /// Everything that counts of the home: what was agreed to, and what plug-ins read.
    fn agreed(&self) -> (Value, gatefold_tests::Files) {
        let list = self.0.good(&["vendor", "list", "--json"]).json();
        (list, files_under(&self.0.home.path().join("shelf")))
    }

    /// The file is refused by every verb that reads one, and nothing changes, and nothing is sent.
    fn refused(&self, what: &str, bytes: &[u8], signature: Option<&[u8]>, exit: i32, code: &str) -> String {
        self.write(bytes, signature);
        let before = self.agreed();
        let error = self.0.bad(what, &["vendor", "add", "offered.toml", "--yes"], exit, code);
        let key = self.0.sandbox.key("free");
        let by_flag = ["--vendor", "offered.toml", "license", "activate", &key, "--yes"];
        self.0.bad(what, &by_flag, exit, code);
        assert!(self.agreed() == before, "{what}: something changed");
        assert_eq!(self.0.sandbox.recorded().len(), 0, "{what}: something was sent");
        error["message"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn with_minisig(file: &Path) -> std::path::PathBuf {
    std::path::PathBuf::from(format!("{}.minisig", file.display()))
}

/// By the demo root, whose secret half is public.
pub(crate) fn signed(text: &[u8]) -> Vec<u8> {
    gatefold_tests::signed(text).into_bytes()
}

/// As the file that is played has it.
const RETENTION: &str = "retention = { is = \"as long as the activation exists, and 90 days after\", assurance = \"stated\", lines = [27] }";

#[test]
fn a_mistake_is_named_with_its_place() {
    let desk = Desk::new();
    let check = |what: &str, from: &str, to: &str, code: &str, words: &[&str]| {
        assert!(desk.newer().contains(from), "{what}: {from:?} is not in the file");
        let text = desk.newer().replacen(from, to, 1);
        let said = desk.refused(what, text.as_bytes(), Some(&signed(text.as_bytes())), 1, code);
        let line = text.lines().zip(desk.newer().lines()).position(|(new, old)| new != old).unwrap() + 1;
        assert!(said.contains(&format!("line {line}, column ")), "{what}: no place in {said:?}, line {line}");
        assert!(words.iter().all(|word| said.contains(word)), "{what}: {said}");
    };
    let malformed = "vendor.file_malformed";
    check("a typo in a table", "[[issuer]]", "[[isuer]]", malformed, &["isuer", "did you mean \"issuer\"?"]);
    check("a typo in a member", "necessity =", "necesity =", malformed, &["necesity", "necessity"]);
    check(
        "an unknown item",
        "id = \"device_name\"",
        "id = \"device_nam\"",
        malformed,
        &["device_nam", "device_name"],
    );
    check("what never leaves", "id = \"device_name\"", "id = \"hostname\"", malformed, &["hostname"]);
    check("an unknown purpose", "\"activate\"", "\"actvate\"", malformed, &["actvate", "activate"]);
    check(
        "an unknown term",
        "term = \"service_provision\"",
        "term = \"service_provisoin\"",
        malformed,
        &["service_provisoin", "did you mean \"service_provision\"?"],
    );
    check("a word for a number", "format = 1", "format = \"one\"", malformed, &[]);
    check("no value", "format = 1", "format =", malformed, &[]);
    check("a thing twice", "format = 1", "format = 1\nformat = 1", malformed, &[]);
    check("no root key", "root_key = \"RW", "root_key = \"XX", "vendor.file_incoherent", &[]);
    let key = desk.newer().lines().find(|line| line.starts_with("public_key")).unwrap().to_owned();
    let no_point = format!("public_key = \"02{}\"", "0".repeat(62));
    check("a server key that is none", &key, &no_point, "vendor.file_incoherent", &["no server's key"]);
    check(
        "bidirectional controls",
        "Sleeve Audio GmbH",
        "Sleeve \u{202e}Audio GmbH",
        "vendor.file_unsafe_text",
        &["U+202E"],
    );
    check(
        "what is invisible",
        "Sleeve Audio GmbH",
        "Sleeve\u{200b} Audio GmbH",
        "vendor.file_unsafe_text",
        &["U+200B"],
    );
    check(
        "a terminal's escape",
        "Sleeve Audio GmbH",
        "Sleeve\u{1b}[2J GmbH",
        "vendor.file_unsafe_text",
        &["U+001B"],
    );
    check(
        "controls in disguise",
        "Sleeve Audio GmbH",
        "Sleeve \\u202EAudio GmbH",
        "vendor.file_unsafe_text",
        &["U+202E"],
    );
    check(
        "an escape in disguise",
        "Sleeve Audio GmbH",
        "Sleeve\\u001b[2J GmbH",
        "vendor.file_unsafe_text",
        &["U+001B"],
    );
    let incoherent = "vendor.file_incoherent";
    check("an item twice", "id = \"os\"\n", "id = \"device_name\"\n", incoherent, &["twice"]);
    check(
        "an item that is for nothing",
        "[\"activate\", \"rename\"]",
        "[]",
        incoherent,
        &["at least one purpose"],
    );
    check(
        "a retention that is a number",
        RETENTION,
        "retention = { is = 7, assurance = \"stated\" }",
        malformed,
        &["string"],
    );
    check(
        "a retention of no words",
        RETENTION,
        "retention = { is = \"\", assurance = \"stated\" }",
        incoherent,
        &["retention", "empty"],
    );
    check(
        "a retention that nobody states",
        RETENTION,
        "retention = { assurance = \"stated\" }",
        incoherent,
        &["needs `is`"],
    );
    check("a script for a name", "Sleeve Audio GmbH", "<script>alert(1)</script>", incoherent, &["< or >"]);
    check(
        "a name in two alphabets",
        "Sleeve Audio GmbH",
        "Sl\u{435}eve Audio GmbH",
        incoherent,
        &["mixes alphabets"],
    );
    check("a line before the first", "lines = [27]", "lines = [0]", incoherent, &["counted from 1"]);
    check(
        "a registration that asks for nothing",
        "date = \"2026-12-01\"\n",
        "date = \"2026-12-01\"\nregistration = { fields = [\"\"] }\n",
        incoherent,
        &["a field of registration is empty"],
    );
    check(
        "a script behind a link's words",
        "Sleeve Audio GmbH",
        "[Sleeve Audio](javascript:alert(1))",
        incoherent,
        &["holds a link"],
    );
    check(
        "markup among words",
        "Operating system and version",
        "Operating <script>alert(1)</script> system",
        incoherent,
        &["holds markup"],
    );
    check(
        "a policy archived in days to come",
        "dated = \"2026-10-01\"\n",
        "dated = \"2026-10-01\"\narchived_on = \"2999-01-01\"\n",
        incoherent,
        &["archived_on"],
    );
    for own in ["Gatefold", "This computer", "nobody"] {
        check(
            "somebody who poses",
            "Hosting firm of the license server",
            own,
            incoherent,
            &["a recipient's name"],
        );
    }
    check("a nest", "format = 1", &format!("format = {}", "[".repeat(50_000)), malformed, &[]);
}

#[test]
fn servers_are_https_or_this_computer() {
    let desk = Desk::new();
    let own = format!("http://{}", desk.0.sandbox.address());
    for host in [
        "http://license.sleeve.example",
        "http://localhost:80",
        "http://127.0.0.1.evil.example",
        "ftp://license.sleeve.example",
        "https://user:word@license.sleeve.example",
        "https://license.sleeve.example/path",
        "https://",
        "license.sleeve.example",
    ] {
        let text = desk.newer().replace(&own, host);
        desk.write(text.as_bytes(), Some(&signed(text.as_bytes())));
        let error = desk.0.cli().failure(["vendor", "add", "offered.toml", "--yes"]).1;
        let code = error["code"].as_str().unwrap();
        assert!(["vendor.file_malformed", "vendor.file_incoherent"].contains(&code), "{host}: {error}");
        assert!(error["message"].as_str().unwrap().contains("line "), "{host}: {error}");
    }
}

/// A file that leads to no server keeps the one that does from nobody.
#[test]
fn an_issuer_past_its_days_takes_nobodys_place() {
    let desk = Desk::new();
    for dates in ["not_after = \"2020-01-01\"", "not_before = \"2999-01-01\""] {
        let text = desk.newer().replacen("hosts =", &format!("{dates}\nhosts ="), 1);
        desk.refused(dates, text.as_bytes(), Some(&signed(text.as_bytes())), 1, "vendor.no_issuer");
        let error = desk.0.bad(dates, &["vendor", "check", "offered.toml"], 1, "vendor.no_issuer");
        assert!(error["message"].as_str().unwrap().contains("line 12, column 1"), "{error}");
    }
}

#[test]
fn what_is_no_vendor_file_is_refused() {
    let desk = Desk::new();
    let check = |what: &str, bytes: &[u8], code: &str| drop(desk.refused(what, bytes, None, 1, code));
    let told = |what: &str, bytes: &[u8]| {
        let said = desk.refused(what, bytes, None, 1, "vendor.something_else");
        assert!(said.ends_with(&format!("it looks like {what}.")), "{said}");
    };
    told("an empty file", b"");
    told("a web page", b"<!DOCTYPE html><html></html>");
    told("a picture", &[b"\x89PNG\r\n\x1a\n".as_slice(), &[0; 1 << 20]].concat());
    told("a license file", b"-----BEGIN LICENSE FILE-----\nZXhhbXBsZQ==\n-----END LICENSE FILE-----\n");
    told("a text of some other kind", b"halo plate\n");
    check("one that was begun", b"format = 1\nid = \"halo\"\n", "vendor.file_malformed");
    check("not UTF-8", b"format = 1\nid = \"\xff\xfe\"\n", "vendor.file_malformed");
    let utf16: Vec<u8> = desk.newer().encode_utf16().flat_map(u16::to_le_bytes).collect();
    check("UTF-16", &utf16, "vendor.file_unsafe_text");
    check(
        "a newer format",
        desk.newer().replace("format = 1", "format = 2").as_bytes(),
        "vendor.file_newer_format",
    );
    let padded = |len: usize| {
        let text = desk.newer();
        let comment = "#".repeat(len - text.len());
        format!("{text}{comment}").into_bytes()
    };
    check("256 KiB and one", &padded(256 * 1024 + 1), "vendor.file_too_large");
    check("10 MiB", &padded(10 << 20), "vendor.file_too_large");
}

#[test]
fn only_a_regular_file_is_read() {
    let desk = Desk::new();
    let at = |name: &str| desk.0.work.path().join(name);
    std::fs::create_dir(at("folder")).unwrap();
    make_pipe(&at("pipe"));
    let before = desk.agreed();
    for path in [at("folder"), at("pipe"), at("absent"), "/dev/zero".into(), at("pipe/more")] {
        let path = path.to_str().unwrap();
        let code = if path.ends_with("folder") { "vendor.something_else" } else { "vendor.unreadable" };
        for words in [&["vendor", "add", path, "--yes"][..], &["vendor", "check", path]] {
            desk.0.bad(path, words, 1, code);
        }
        let ran = desk.0.cli().run(["--vendor", path, "machine", "show", "--json"]);
        let missing = path.ends_with("absent") || path.ends_with("more");
        assert_eq!(ran.code(), Some(if missing { 2 } else { 1 }), "{path}: {ran:?}");
    }
    // A good file with a pipe for a signature.
    desk.write(desk.newer().as_bytes(), None);
    make_pipe(&at("offered.toml.minisig"));
    desk.0.bad("a pipe for a signature", &["vendor", "add", "offered.toml", "--yes"], 1, "vendor.unreadable");
    assert!(desk.agreed() == before);
}

#[test]
fn a_signature_is_the_roots_or_none() {
    let desk = Desk::new();
    let text = desk.newer().into_bytes();
    let good = signed(&text);
    let check = |what: &str, text: &[u8], signature: &[u8], exit: i32, code: &str| {
        desk.refused(what, text, Some(signature), exit, code);
    };
    let altered = desk.newer().replace("Sleeve Audio GmbH", "Sleeve Audio AG").into_bytes();
    check("altered", &altered, &good, 3, "vendor.altered");
    check("the signature of the file before", &text, &signed(desk.text().as_bytes()), 3, "vendor.altered");
    let comment = String::from_utf8(good.clone()).unwrap().replace("for a test", "for a rest");
    check("an altered comment", &text, comment.as_bytes(), 3, "vendor.altered");
    let other = KeyPair::generate_unencrypted_keypair().unwrap();
    let foreign = minisign::sign(None, &other.sk, Cursor::new(&text), None, None).unwrap().to_bytes();
    check("another root's", &text, &foreign, 3, "vendor.foreign_root");
    check("no signature at all", &text, b"signed: me", 1, "license.root_signature_malformed");
    check("cut", &text, &good[..good.len() / 2], 1, "license.root_signature_malformed");
    check("10 MiB", &text, &vec![b'x'; 10 << 20], 1, "vendor.file_too_large");
    desk.refused("unsigned, after a signed one", &text, None, 3, "vendor.unsigned");
}

#[test]
fn versions_only_go_up() {
    let desk = Desk::new();
    let check = |what: &str, text: &str, code: &str| {
        desk.refused(what, text.as_bytes(), Some(&signed(text.as_bytes())), 3, code);
    };
    check("older", &desk.text().replace("version = 6\n", "version = 5\n"), "vendor.older");
    let other = desk.text().replace("Sleeve Audio GmbH", "Sleeve Audio AG");
    check("the same version, other words", &other, "store.vendor_changed");
    // And a newer one is agreed to, and older ones are refused by it.
    let newer = desk.newer();
    desk.write(newer.as_bytes(), Some(&signed(newer.as_bytes())));
    desk.0.good(&["vendor", "add", "offered.toml", "--yes"]);
    assert_eq!(desk.agreed().0["entries"][0]["version"], 7);
    check("the one before", &desk.text(), "vendor.older");
}

/// The same id under another root is another vendor, and is shown as such.
#[test]
fn the_same_id_of_another_root_is_another_vendor() {
    let desk = Desk::new();
    let root = KeyPair::generate_unencrypted_keypair().unwrap();
    let key = desk.text().lines().find(|line| line.starts_with("root_key")).unwrap().to_owned();
    let text = desk.text().replace(&key, &format!("root_key = \"{}\"", root.pk.to_base64()));
    let signature = minisign::sign(None, &root.sk, Cursor::new(&text), None, None).unwrap().to_bytes();
    desk.write(text.as_bytes(), Some(&signature));
    let added = desk.0.good(&["vendor", "add", "offered.toml", "--yes"]);
    assert!(added.stderr.contains("it is somebody else"), "{}", added.stderr);
    let list = desk.agreed().0;
    let roots: Vec<&str> = list["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|vendor| vendor["root_key"].as_str().unwrap())
        .collect();
    assert_eq!(roots.len(), 2, "{list}");
    assert_ne!(roots[0], roots[1]);
    // The id alone names neither; each sees another identifier.
    desk.0.bad("by id", &["vendor", "show", "sleeve"], 2, "vendor.ambiguous");
    let identifier = |file: &str| {
        desk.0.good(&["--vendor", file, "machine", "show", "--json"]).json()["identifier"].clone()
    };
    assert_ne!(identifier("offered.toml"), identifier(desk.0.sandbox.vendor_file().to_str().unwrap()));
}

/// An unsigned file of an unknown vendor is shown in full and agreed to by hand; plug-ins get none of it.
#[test]
fn an_unsigned_file_is_warned_about() {
    let studio = Studio::empty();
    let text = std::fs::read_to_string(studio.sandbox.vendor_file()).unwrap();
    std::fs::write(studio.work.path().join("unsigned.toml"), text).unwrap();
    let asked = studio.cli().run(["vendor", "add", "unsigned.toml"]);
    assert_eq!(asked.code(), Some(2));
    for words in [
        "signed by nobody",
        &studio.sandbox.address(),
        "0adf 0fe8 26c6 3bc5 62a5 1990 8fd0 4afa",
        "not signed",
    ] {
        assert!(asked.stderr.contains(words), "{words}: {}", asked.stderr);
    }
    assert_eq!(studio.good(&["vendor", "list", "--json"]).json()["entries"].as_array().unwrap().len(), 0);
    studio.good(&["vendor", "add", "unsigned.toml", "--yes"]);
    assert!(files_under(&studio.home.path().join("shelf/vendors")).is_empty());
}
