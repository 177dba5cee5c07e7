//! Computers and users with odd names: of one letter, with blanks, with marks, of words of the language and of our own.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatefold_diagnostics::formats::{Machine, Part};
use gatefold_diagnostics::{Draft, Kind, Known};

use crate::sources::{Planted, draft, redactor};

struct Odd {
    host: &'static str,
    login: &'static str,
    name: &'static str,
}

const ODD: [Odd; 12] = [
    Odd { host: "a", login: "x", name: "O" },
    Odd { host: "mix", login: "max", name: "Max Mix" },
    Odd { host: "Jörgs-Röhre", login: "jörg", name: "Jörg Müßig" },
    Odd { host: "the studio", login: "a b", name: "A B" },
    Odd { host: "田中のMac", login: "田中", name: "田中 太郎" },
    Odd { host: "license", login: "error", name: "Standing Active" },
    Odd { host: "host", login: "login", name: "name" },
    Odd { host: "debian", login: "user", name: "Debian User" },
    Odd { host: "localhost", login: "root", name: "root" },
    Odd { host: "2026", login: "12", name: "3" },
    Odd { host: "c-3.p0", login: "r2_d2", name: "R2 D2" },
    Odd { host: "Zoë’s 🎛", login: "zoë+", name: "Zoë (Home)" },
];

impl Odd {
    fn known(&self) -> Vec<Known> {
        vec![
            Known::new(Kind::Host, self.host),
            Known::new(Kind::Login, self.login),
            Known::new(Kind::Name, self.name),
            Known::new(Kind::Home, &format!("/home/{}", self.login)),
            Known::new(Kind::Device, self.host),
        ]
    }

    /// Where these names stand as names, whatever they are.
    fn places(&self) -> Vec<String> {
        let Self { host, login, name } = self;
        vec![
            format!("/home/{login}/.config/gatefold"),
            format!("C:\\Users\\{login}\\Music"),
            format!("file:///home/{}/x.lic", login.replace(' ', "%20")),
            format!("user=\"{login}\" host=\"{host}\""),
            format!("hostname: \"{host}\""),
            format!("signed in as '{login}'"),
            format!("owner: \"{name}\""),
            format!("//{host}/share"),
        ]
    }
}

fn unzipped(draft: &Draft) -> Vec<(String, String)> {
    let zip = draft.bundle().unwrap().to_zip(5_000_000).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).unwrap();
            let (name, mut text) = (file.name().unwrap().into_owned(), String::new());
            file.read_to_string(&mut text).unwrap();
            (name, text)
        })
        .collect()
}

#[test]
fn a_name_is_replaced_wherever_it_is_one() {
    for odd in &ODD {
        let places = odd.places();
        let mut texts = places.clone();
        texts.extend(places.iter().map(|place| serde_json::Value::from(place.as_str()).to_string()));
        texts.extend(places.iter().map(|place| format!("blob {}", STANDARD.encode(format!("<{place}>")))));
        let planted = Planted { texts: &texts, host: odd.host, device: odd.host, identifier: "gf1-00" };
        let draft = draft(redactor(&odd.known()), &planted);
        assert!(draft.left_out().is_empty(), "{}: {:?}", odd.host, draft.left_out());
        for (file, text) in unzipped(&draft) {
            for place in &places {
                assert!(!text.contains(place.as_str()), "{file}: {place}");
                assert!(!text.contains(&STANDARD.encode(format!("<{place}>"))), "{file}: {place} in base64");
                // As JSON writes it.
                let quoted = serde_json::Value::from(place.as_str()).to_string();
                assert!(!text.contains(&quoted[1..quoted.len() - 1]), "{file}: {place} in JSON");
            }
            for start in
                ["/home/", "\\\\Users\\\\", "user=\\\"", "host=\\\"", "hostname: \\\"", "owner: \\\"", "as '"]
            {
                for (at, _) in text.match_indices(start) {
                    let rest = &text[at + start.len()..];
                    let rest = rest.trim_start_matches('\\');
                    let kinds = ["host-", "login-", "name-", "home-", "device-"];
                    assert!(kinds.iter().any(|kind| rest.starts_with(kind)), "{file}: {start}{:.40}", rest);
                }
            }
        }
    }
}

#[test]
fn files_keep_their_form_whatever_the_names_are() {
    for odd in &ODD {
        let planted = Planted {
            texts: &["nothing".to_owned()],
            host: odd.host,
            device: odd.host,
            identifier: "gf1-00",
        };
        let files = unzipped(&draft(redactor(&odd.known()), &planted));
        let file = |name: &str| &files.iter().find(|(file, _)| file == name).unwrap().1;
        let machine: Machine = serde_json::from_str(file("machine.json")).unwrap();
        assert_eq!((machine.host.as_str(), machine.name.as_str()), ("host-1", "host-1"), "{}", odd.host);
        assert_eq!(
            (machine.os.as_str(), machine.keyring.as_str()),
            ("Debian GNU/Linux 12", "open"),
            "{}",
            odd.host
        );
        let licenses: serde_json::Value = serde_json::from_str(file("licenses.json")).unwrap();
        assert_eq!(licenses["entries"][0]["standing"], "active");
        assert_eq!(licenses["entries"][0]["product"], "Halo Plate");
        let line: serde_json::Value = serde_json::from_str(file("log.jsonl").trim()).unwrap();
        assert_eq!((&line["name"], &line["level"]), (&"gate.answered".into(), &"INFO".into()));
        assert_eq!(line["at"], "2026-12-01T08:59:31.000Z");
    }
}

#[test]
fn a_text_stays_readable() {
    let check = |host: &str, text: &str, expect: &str| {
        let clean = redactor(&[Known::new(Kind::Host, host)]).text(text.as_bytes()).unwrap();
        assert_eq!(clean.text, expect);
    };
    check(
        "a",
        "a license of a plug-in has a file at /mnt/a/x",
        "a license of a plug-in has a file at /mnt/host-1/x",
    );
    check(
        "mix",
        "the mix went to the mixer, remixed as Mix-2",
        "the host-1 went to the mixer, remixed as host-1-2",
    );
    check("license", "licenses, relicensed; license.expired", "licenses, relicensed; host-1.expired");
    check("2026", "in 2026 of 12026 and 2026-12-01", "in host-1 of 12026 and host-1-12-01");
}

#[test]
fn an_odd_name_is_told_apart_in_its_own_files() {
    let known = [Known::new(Kind::Host, "host"), Known::new(Kind::Login, "login")];
    let mut redactor = redactor(&known);
    let machine = Machine { name: "host".to_owned(), host: "host".to_owned(), ..Machine::new() };
    let clean = redactor.json(Part::Machine, &machine).unwrap();
    let value: serde_json::Value = serde_json::from_str(&clean.text).unwrap();
    assert_eq!((&value["name"], &value["host"]), (&"host-1".into(), &"host-1".into()));
    assert_eq!(clean.spans.len(), 2);
}
