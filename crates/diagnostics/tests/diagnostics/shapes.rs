//! The shapes that a value is planted in, and a search of its own for what is left of it: it knows nothing of the crate's matcher,
//! takes every wrapping off that it knows, and looks for the bare value.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{self, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// `value` in every shape, each with its name.
pub(crate) fn shapes(value: &str) -> Vec<(&'static str, String)> {
    let base64 = |bytes: &[u8]| general_purpose::STANDARD.encode(bytes);
    let each = |sign: fn(&u8) -> String| value.as_bytes().iter().map(sign).collect::<String>();
    let utf16 = |unit: fn(u16) -> [u8; 2]| value.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
    let grouped = |sign: &str| {
        let plain: Vec<char> = value.chars().filter(|c| c.is_alphanumeric()).collect();
        plain.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(sign)
    };
    let json = serde_json::json!({ "value": value, "n": 1 }).to_string();
    vec![
        ("plain", value.to_owned()),
        ("upper case", value.to_uppercase()),
        ("lower case", value.to_lowercase()),
        ("in a path", format!("/var/tmp/{value}/file.log")),
        ("with a port", format!("tcp:{value}:443")),
        ("in a sentence", format!("could not open {value}, giving up")),
        ("in an address", utf8_percent_encode(value, NON_ALPHANUMERIC).to_string()),
        ("every byte in percent signs", each(|byte| format!("%{byte:02x}"))),
        ("percent signs twice", utf8_percent_encode(value, NON_ALPHANUMERIC).to_string().replace('%', "%25")),
        ("base64", base64(value.as_bytes())),
        ("base64, one on", base64(format!("u{value}!").as_bytes())),
        ("base64, two on", base64(format!("u={value};").as_bytes())),
        ("base64 of addresses", general_purpose::URL_SAFE_NO_PAD.encode(format!("{{{value}}}"))),
        ("base64 of upper case", base64(value.to_uppercase().as_bytes())),
        ("base64 of UTF-16", base64(&utf16(u16::to_le_bytes))),
        ("base64 of JSON", base64(json.as_bytes())),
        ("JSON escapes", value.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()),
        ("JSON in JSON", serde_json::Value::from(json).to_string()),
        ("entities", value.chars().map(|c| format!("&#{};", u32::from(c))).collect()),
        ("hexadecimal", hex::encode(value)),
        ("hexadecimal of UTF-16", hex::encode_upper(utf16(u16::to_be_bytes))),
        ("hexadecimal, apart", each(|byte| format!("{byte:02X} "))),
        ("hexadecimal, as C has it", each(|byte| format!("\\x{byte:02x}"))),
        ("in groups, dashes", grouped("-")),
        ("in groups, blanks", grouped(" ")),
    ]
}

/// Every reading of `text` that this search knows.
pub(crate) struct Readings(Vec<String>);

impl Readings {
    pub(crate) fn of(text: &[u8]) -> Self {
        let mut all = vec![lower(text)];
        let mut fresh = vec![text.to_vec()];
        for _ in 0..2 {
            let next: Vec<Vec<u8>> =
                fresh.iter().flat_map(|text| unwrapped(text)).filter(|text| !text.is_empty()).collect();
            all.extend(next.iter().map(|text| lower(text)));
            fresh = next;
        }
        let squeezed: Vec<String> = all.iter().map(|text| squeezed(text)).collect();
        all.extend(squeezed);
        Self(all)
    }

    /// Whether `value` stands in one of them, whole or with its signs taken out.
    pub(crate) fn hold(&self, value: &str) -> bool {
        let value = value.to_lowercase();
        let plain = squeezed(&value);
        self.0.iter().any(|text| text.contains(&value) || (plain.len() >= 8 && text.contains(&plain)))
    }
}

fn lower(text: &[u8]) -> String {
    String::from_utf8_lossy(text).to_lowercase()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// `text` with one wrapping off, each in turn. What nothing was taken off is not handed on.
fn unwrapped(text: &[u8]) -> Vec<Vec<u8>> {
    let words = String::from_utf8_lossy(text).into_owned();
    let mut all =
        vec![percent_decode_str(&words).collect::<Vec<u8>>(), unescaped(&words), without_entities(&words)];
    all.push(text.iter().copied().filter(|byte| *byte != 0).collect());
    if text.iter().filter(|byte| **byte == 0).count() > 4 {
        all.extend(from_utf16(text));
    }
    all.retain(|one| one != text);
    all.push(from_hex(text));
    all.extend(from_base64(text));
    all
}

/// As UTF-16 of either order, from the first byte on and from the second.
fn from_utf16(text: &[u8]) -> Vec<Vec<u8>> {
    let read = |from: usize, unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = text[from..].as_chunks::<2>().0.iter().map(|pair| unit(*pair)).collect();
        String::from_utf16_lossy(&units).into_bytes()
    };
    [0, 1]
        .into_iter()
        .flat_map(|from| [read(from, u16::from_le_bytes), read(from, u16::from_be_bytes)])
        .collect()
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut parts = text.split('\\');
    let mut out = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let code = |len: usize| part.get(1..=len).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match part.chars().next() {
            Some('u') if code(4).is_some() => {
                let c = code(4).and_then(char::from_u32).unwrap_or('?');
                out.extend(c.to_string().as_bytes());
                out.extend(&part.as_bytes()[5..]);
            }
            Some('x') if code(2).is_some() => {
                out.push(u8::try_from(code(2).unwrap()).unwrap());
                out.extend(&part.as_bytes()[3..]);
            }
            _ => out.extend(part.as_bytes()),
        }
    }
    out
}

fn without_entities(text: &str) -> Vec<u8> {
    let mut parts = text.split("&#");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_once(';').unwrap_or((part, ""));
        match digits.parse().ok().and_then(char::from_u32) {
            Some(c) => {
                out.push(c);
                out.push_str(rest);
            }
            None => out.push_str(part),
        }
    }
    out.into_bytes()
}

/// Every run of digits as bytes, whatever stands between the pairs.
fn from_hex(text: &[u8]) -> Vec<u8> {
    let plain = String::from_utf8_lossy(text).to_lowercase().replace("\\x", "").replace("0x", "");
    let joined: String = plain.chars().filter(|c| !" :,".contains(*c)).collect();
    let mut out = Vec::new();
    for text in [plain, joined] {
        for run in text.split(|c: char| !c.is_ascii_hexdigit()).filter(|run| run.len() >= 6) {
            for run in [run, &run[1..]] {
                out.extend(hex::decode(&run[..run.len() / 2 * 2]).unwrap());
                out.push(b'\n');
            }
        }
    }
    out
}

/// Every run of base64 from each of its first four characters.
fn from_base64(text: &[u8]) -> Vec<Vec<u8>> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let engines = [GeneralPurpose::new(&STANDARD, config), GeneralPurpose::new(&URL_SAFE, config)];
    let mut all = vec![Vec::new(); 8];
    for (which, engine) in engines.iter().enumerate() {
        let signs: &[u8] = if which == 0 { b"+/" } else { b"-_" };
        let is_code = |byte: &u8| byte.is_ascii_alphanumeric() || signs.contains(byte);
        for run in text.split(|byte| !is_code(byte)).filter(|run| run.len() >= 4) {
            for shift in 0..4 {
                let run = &run[shift.min(run.len())..];
                let len = if run.len() % 4 == 1 { run.len() - 1 } else { run.len() };
                all[4 * which + shift].extend(engine.decode(&run[..len]).unwrap());
                all[4 * which + shift].push(b'\n');
            }
        }
    }
    all
}

#[test]
fn the_search_finds_what_is_planted() {
    for value in ["kiln-4821-a", "jörg.müller@mail.example", "GF7K-22QX-91LM-TTZ4"] {
        for (name, shape) in shapes(value) {
            assert!(
                Readings::of(format!("it is {shape} here").as_bytes()).hold(value),
                "{name} of {value}: {shape}"
            );
        }
    }
}
