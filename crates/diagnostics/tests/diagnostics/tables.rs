//! What is replaced, and what only looks as if it should be.

use gatefold_diagnostics::{Kind, Known, Redactor};

/// Jo's computer.
pub(crate) fn redactor() -> Redactor {
    let known = [
        Known::new(Kind::Host, "studio-pc.example.net"),
        Known::new(Kind::Login, "mix"),
        Known::new(Kind::Name, "Jörg Müller"),
        Known::new(Kind::Home, "/home/mix"),
        Known::new(Kind::Device, "Jörg's Studio"),
        Known::new(Kind::Account, "48213377"),
        Known::new(Kind::Email, "joerg@mueller-audio.example"),
        Known::new(Kind::Serial, "SN-7731-0042"),
        Known::new(Kind::Key, "GF7K-22QX-91LM-TTZ4"),
        Known::new(Kind::Ip, "203.0.113.9"),
        Known::new(Kind::Ip, "2001:db8::7"),
        Known::new(Kind::Mac, "52:54:00:ab:cd:ef"),
        Known::new(Kind::Login, "x"),
    ];
    let public = ["license.sleeve.example", "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101"].map(str::to_owned);
    Redactor::new(&known, &public).unwrap()
}

/// Each of these comes out as that, and each part that was replaced is where it is said to be.
#[track_caller]
fn assert_redacts(cases: &[(&str, &str)]) {
    let wrong: Vec<_> = cases
        .iter()
        .filter_map(|(input, expect)| {
            let came = redacted(input);
            (came != *expect).then(|| format!("{input:?}: {came:?}, not {expect:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn redacted(input: &str) -> String {
    let clean = redactor().text(input.as_bytes()).unwrap();
    for span in &clean.spans {
        let start = usize::try_from(span.offset).unwrap();
        let shown = &clean.text[start..start + span.len as usize];
        assert_eq!(shown.trim_matches(['[', ']']), span.pseudonym.to_string());
    }
    clean.text
}

#[track_caller]
fn assert_does_not_redact(inputs: &[&str]) {
    let cases: Vec<_> = inputs.iter().map(|input| (*input, *input)).collect();
    assert_redacts(&cases);
}

#[test]
fn known_values_in_every_shape() {
    assert_redacts(&[
        ("on studio-pc.example.net now", "on host-1 now"),
        ("on STUDIO-PC now", "on host-1 now"),
        ("/home/mix/.config", "home-1/.config"),
        (r"\home\mix\y", r"home-1\y"),
        ("tcp:203.0.113.9:443", "tcp:ip-1:443"),
        ("[2001:DB8:0:0::7]:443", "[ip-2]:443"),
        ("J%C3%B6rg%20M%C3%BCller", "name-1"),
        ("J%C3%B6rg+M%C3%BCller", "name-1"),
        (r"J\u00f6rg M\u00fcller", "name-1"),
        ("J&ouml;rg M&#252;ller", "name-1"),
        ("jo\u{308}rg mu\u{308}ller", "name-1"),
        ("joerg_mueller.wav", "name-1.wav"),
        ("Müller, Jörg", "name-1, name-1"),
        ("Session von Müller.als", "Session von name-1.als"),
        ("4821 3377", "account-1"),
        ("4-8-2-1-3-3-7-7", "account-1"),
        ("gf7k22qx91lmttz4", "key-1"),
        ("GF7K 22QX 91LM TTZ4", "key-1"),
        ("GF7K%2D22QX%2D91LM%2DTTZ4", "key-1"),
        ("52-54-00-AB-CD-EF", "mac-1"),
        ("5254.00ab.cdef", "mac-1"),
        ("525400abcdef", "mac-1"),
        ("7373747564696f2d7063", "host-1"),
        ("host c3R1ZGlvLXBj!", "host host-1!"),
        ("aW4gc3R1ZGlvLXBjIG5vdw==", "host-1"),
        (
            "s\0t\0u\0d\0i\0o\0-\0p\0c\0 and more text that is long enough",
            "host-1 and more text that is long enough",
        ),
        ("stu\u{200b}dio-pc", "host-1"),
        ("\u{1b}[31mmix\u{1b}[0m", "\u{1b}[31m[login-1]\u{1b}[0m"),
        ("backup-studio-pc2024", "backup-[host-1]2024"),
        ("joerg@mueller-audio.example", "email-1"),
        ("joerg%40mueller-audio.example", "email-1"),
        ("the mix is on MIX", "the login-1 is on login-1"),
    ]);
}

#[test]
fn a_value_of_one_letter_where_something_says_what_it_is() {
    assert_redacts(&[
        ("user=x", "user=login-2"),
        ("/home/x/music", "/home/login-2/music"),
        (r"C:\Users\x\Music", r"C:\Users\login-2\Music"),
        ("ssh x@elsewhere", "ssh email-2"),
        ("login \"x\" failed", "login \"login-2\" failed"),
        ("x:8080", "login-2:8080"),
        ("http://x/a", "http://login-2/a"),
        ("x", "login-2"),
    ]);
    assert_does_not_redact(&["x times y is x^2, as an axis x"]);
}

#[test]
fn what_nobody_told_us_of() {
    assert_redacts(&[
        ("peer 198.51.100.77:51820 gone", "peer ip-3:51820 gone"),
        ("tcp:198.51.100.77:443", "tcp:ip-3:443"),
        ("198.51.100.0/24", "ip-3/24"),
        ("fe80::1ff:fe23:4567:890a%eth0", "ip-3%eth0"),
        ("[2001:db8:1::9]:80", "[ip-3]:80"),
        ("::ffff:198.51.100.77", "ip-3"),
        ("ip-198-51-100-77", "ip-ip-3"),
        ("00:1A:2B:3C:4D:5E", "mac-2"),
        ("jane.doe+x@mail.example.org", "email-2"),
        ("jane%2Edoe%40mail.example.org", "email-2"),
        ("jürgen@mail.example.org", "email-2"),
        ("jane@nas", "email-2"),
        ("AAAA-BBBB-1111-2222", "key-2"),
        ("1234 5678 9012 3456", "key-2"),
        ("4539148803436467", "account-2"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln", "token-1"),
        ("Authorization: Bearer abc.def.ghi", "Authorization: Bearer token-1"),
        ("authorization: License AAAA", "authorization: License token-1"),
        ("password=hunter2&x=1", "password=secret-1&x=1"),
        (r#"{"api_key":"abc"}"#, r#"{"api_key":"secret-1"}"#),
        ("token: abc", "token: token-1"),
        ("user=jane host=nas", "user=login-3 host=host-2"),
        ("ghp_abcdefghij0123456789", "token-1"),
        ("AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQ", "secret-1"),
        ("-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----", "secret-1"),
        ("0b9c7f6e-33aa-4a5b-8c11-0a5f6b3e9999", "id-1"),
        ("urn:uuid:0B9C7F6E-33AA-4A5B-8C11-0A5F6B3E9999", "urn:uuid:id-1"),
        ("/home/jane/y", "/home/login-3/y"),
        ("/Users/Jane Doe/Music", "/Users/login-3/Music"),
        (r"C:\Users\Jane Doe\Music", r"C:\Users\login-3\Music"),
        ("C:\\\\Users\\\\jane\\\\y", "C:\\\\Users\\\\login-3\\\\y"),
        ("file:///home/jane/y", "file:///home/login-3/y"),
        ("/Volumes/Jane Disk/y", "/Volumes/device-2/y"),
        (
            "https://jane:pw@nas.example.org:8443/a?key=1234&page=2#top",
            "https://secret-1@host-2:8443/a?key=value-1&page=2#value-2",
        ),
        ("nas.example.org:443", "host-2:443"),
        ("tls:nas:443", "tls:host-2:443"),
        ("printer.local", "host-2"),
        ("xn--mller-kva.example", "host-2"),
        ("DESKTOP-4F2K9QX", "host-2"),
        ("Janes-MacBook-Pro", "host-2"),
        ("S-1-5-21-1004336348-1177238915-682003330-512", "identifier-1"),
        ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "data-1"),
        ("key AbC1dEf2GhI3jKl4MnO5pQr6StU7", "key data-1"),
    ]);
    let identifier = format!("gf1-{}", "0a".repeat(32));
    assert_redacts(&[(&identifier, "identifier-1")]);
}

#[test]
fn what_only_looks_private() {
    assert_does_not_redact(&[
        "Gatefold 0.1.0, WebKit 2.44.1, SQLite 3.46.1",
        "version 1.2.3.4",
        "v10.0.19045.3",
        "Gatefold/1.2.3.4",
        "Chrome/120.0.6099.109",
        "1.2.3.4-beta1",
        "1.2.3.4.5",
        "2026-12-01T09:00:33.250Z",
        "at 09:00:33, 2026-11-01",
        "at_ms 1764579600000",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "sha256 = \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08  gatefold.deb",
        "commit 7067624e9a2feaa0c55ad015a3bf4f1b2b0b822c",
        "sha256-n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
        "keygen.seats_full, license.expired",
        "MACHINE_LIMIT_EXCEEDED",
        "127.0.0.1:8080, [::1]:80, 0.0.0.0",
        "http://localhost:8080/v1",
        "https://license.sleeve.example/v1/ping?page=2",
        "product 5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101",
        "00000000-0000-0000-0000-000000000000",
        "std::a1::b2 and face::bad",
        "src/activation/run.rs:120:5",
        "/Users/Shared/y, C:\\Users\\Public\\y",
        "/usr/lib/x86_64-linux-gnu/libwebkit2gtk-4.1.so.0",
        "mixer, remix, mixing, submix-2",
        "settings.local.json",
        "the password is wrong",
        "password: wrong",
        "key: value",
        "no such key: zoom_percent",
        "FF:FF:FF:FF:FF:FF",
        "aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd",
        "a_long_name_of_a_function_in_rust and AnotherLongNameOfATypeInRust",
        "svelte@5.57.0",
        "exit code 101, status 422, 48213378 bytes",
        "Debian GNU/Linux 12 (bookworm)",
    ]);
}

#[test]
fn one_value_has_one_name_in_all_files() {
    let mut redactor = redactor();
    let first = redactor.text(b"198.51.100.77 and 198.51.100.78").unwrap();
    let second = redactor.text(b"again 198.51.100.78, ::ffff:198.51.100.77").unwrap();
    assert_eq!(first.text, "ip-3 and ip-4");
    assert_eq!(second.text, "again ip-4, ip-3");
    let third =
        redactor.text(b"ann@mail.example.org, ann%40mail.example.org, ANN&#64;mail.example.org").unwrap();
    assert_eq!(third.text, "email-2, email-2, email-2");
    let map: Vec<(String, &String)> =
        redactor.map().iter().map(|mapped| (mapped.pseudonym.to_string(), mapped.value.expose())).collect();
    assert!(map.contains(&("host-1".to_owned(), &"studio-pc.example.net".to_owned())));
    assert!(map.contains(&("ip-4".to_owned(), &"198.51.100.78".to_owned())));
}
