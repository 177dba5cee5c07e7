//! Hundreds of secrets in dozens of shapes, through every source: the finished bundle holds none.

use std::fmt::Write as _;
use std::io::Read as _;

use gatefold_diagnostics::{Kind, Known};

use crate::shapes::{Readings, shapes};
use crate::sources::{Planted, draft, redactor};

/// Numbers that are the same each time.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        // Knuth's MMIX; its low bits are poor.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn text(&mut self, alphabet: &str, len: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..len).map(|_| letters[usize::try_from(self.next()).unwrap() % letters.len()]).collect()
    }
}

const LOWER: &str = "bcdfghjklmnpqrstvwxz";
const UPPER: &str = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const DIGITS: &str = "23456789";
const HEX: &str = "0123456789abcdef";

/// A secret of each kind.
fn secret(kind: Kind, dice: &mut Dice) -> String {
    let mut t = |alphabet: &str, len| dice.text(alphabet, len);
    match kind {
        Kind::Host => format!("{}-{}-pc", t(LOWER, 4), t(DIGITS, 3)),
        Kind::Login => t(LOWER, 9),
        Kind::Name => format!("Jörg {}", t(LOWER, 8)),
        Kind::Home => format!("/home/{}.work", t(LOWER, 7)),
        Kind::Device => format!("{}'s {} Bücher", t(LOWER, 6), t(LOWER, 5)),
        Kind::Account => t(DIGITS, 12),
        Kind::Email => format!("{}.{}@mail-{}.example", t(LOWER, 4), t(LOWER, 5), t(LOWER, 4)),
        Kind::Serial => format!("SN{}-{}", t(DIGITS, 4), t(UPPER, 6)),
        Kind::Key => format!("{}-{}-{}-{}", t(UPPER, 5), t(UPPER, 5), t(UPPER, 5), t(UPPER, 5)),
        Kind::Token => format!("activ-{}", t(HEX, 40)),
        Kind::Identifier => format!("gf1-{}", t(HEX, 64)),
        Kind::Ip => format!("203.0.{}.1{}", 100 + t(DIGITS, 1).parse::<u8>().unwrap(), t(DIGITS, 2)),
        Kind::Mac => (0..6).map(|_| t(HEX, 2)).collect::<Vec<_>>().join(":"),
        Kind::Secret => format!("{} {}!{}", t(LOWER, 5), t(UPPER, 3), t(DIGITS, 4)),
        Kind::Id => format!("{}-{}-4{}-8{}-{}", t(HEX, 8), t(HEX, 4), t(HEX, 3), t(HEX, 3), t(HEX, 12)),
        Kind::Value => t(UPPER, 14),
        Kind::Data => t(HEX, 48),
    }
}

fn secrets() -> Vec<(Kind, String)> {
    let mut dice = Dice(7);
    Kind::ALL
        .into_iter()
        .flat_map(|kind| (0..13).map(|_| (kind, secret(kind, &mut dice))).collect::<Vec<_>>())
        .collect()
}

/// Shapes that say the value in a way nobody writes it in: an address in groups of four digits is another number.
fn is_written_so(kind: Kind, shape: &str) -> bool {
    let whole = matches!(kind, Kind::Ip | Kind::Home | Kind::Login | Kind::Value | Kind::Data);
    !(shape.starts_with("in groups") && whole)
}

#[test]
fn the_finished_bundle_holds_no_secret() {
    let secrets = secrets();
    assert!(secrets.len() >= 200);
    let known: Vec<Known> = secrets.iter().map(|(kind, value)| Known::new(*kind, value)).collect();
    let mut texts = Vec::new();
    for (kind, value) in &secrets {
        let planted = shapes(value).into_iter().filter(|(name, _)| is_written_so(*kind, name));
        let before = texts.len();
        texts.extend(planted.map(|(name, shape)| format!("{name}: {shape} end")));
        assert!(texts.len() - before >= 12);
    }
    let (host, device) = (&secrets[0].1, &secrets.iter().find(|(kind, _)| *kind == Kind::Device).unwrap().1);
    let identifier = &secrets.iter().find(|(kind, _)| *kind == Kind::Identifier).unwrap().1;
    let draft = draft(redactor(&known), &Planted { texts: &texts, host, device, identifier });
    assert!(draft.left_out().is_empty(), "{:?}", draft.left_out());
    let bundle = draft.bundle().unwrap();
    let manifest: gatefold_diagnostics::Manifest = serde_json::from_slice(&bundle.files()[0].bytes).unwrap();
    assert_eq!(manifest.left_out, []);
    let zip = bundle.to_zip(100_000_000).unwrap();
    let mut left = String::new();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    assert_eq!(archive.len(), 12);
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let (name, mut bytes) = (file.name().unwrap().into_owned(), Vec::new());
        file.read_to_end(&mut bytes).unwrap();
        let readings = Readings::of(&bytes);
        for (kind, value) in secrets.iter().filter(|(_, value)| readings.hold(value)) {
            writeln!(left, "{name}: {} {value}", kind.as_str()).unwrap();
        }
    }
    assert!(left.is_empty(), "{left}");
}

#[test]
fn the_same_text_uncleaned_holds_every_secret() {
    let secrets = secrets();
    for (kind, value) in &secrets {
        for (name, shape) in shapes(value).into_iter().filter(|(name, _)| is_written_so(*kind, name)) {
            assert!(Readings::of(format!("{name}: {shape} end").as_bytes()).hold(value), "{name}: {shape}");
        }
    }
}

#[test]
fn a_secret_has_one_name_in_every_shape() {
    let secrets = secrets();
    let known: Vec<Known> = secrets.iter().map(|(kind, value)| Known::new(*kind, value)).collect();
    let mut redactor = redactor(&known);
    let mut others = String::new();
    for (kind, value) in secrets.iter().step_by(4) {
        let name = redactor.map().iter().find(|mapped| mapped.value.expose() == value).unwrap().pseudonym;
        for (shape, text) in shapes(value).into_iter().filter(|(name, _)| is_written_so(*kind, name)) {
            let clean = redactor.text(format!("it is {text} here").as_bytes()).unwrap();
            if !clean.spans.iter().any(|span| span.pseudonym == name) {
                writeln!(others, "{shape} of {value}: {}", clean.text).unwrap();
            }
        }
    }
    assert!(others.is_empty(), "{others}");
}
