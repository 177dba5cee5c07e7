//! From a payload to the exact bytes of its request, and to the copy that may be kept and shown. The manifest in force is
//! asked about every value on the way; what it does not declare is not written.

use std::ops::Range;

use zeroize::Zeroize as _;

use crate::catalogue::Item;
use crate::payload::{Declared, Json, Method, Payload, SealError, Text, Undeclared};
use crate::purpose::Purpose;
use crate::sealed::{Layout, Mark, MarkKind, Preview, Sealed, USER_AGENT};
use crate::sensitive::Sensitive;
use crate::vendor::{Origin, Vendor};

/// Secrets' lengths are kept rounded up to this many bytes.
const SECRET_LEN_STEP_BYTES: usize = 16;

/// A shorter secret is not looked for in the rest of its request.
const LEAST_TELLING_BYTES: usize = 8;

/// A rendered request whose slots may still be open.
pub(crate) struct Rendered {
    ink: Ink,
    layout: Layout,
    origin: Origin,
    method: Method,
    purpose: Purpose,
    vendor: String,
    root_key: String,
}

/// A server's id is a UUID: what stands open is counted as long as it will be.
const ID_LEN_BYTES: usize = 36;

struct Stretch {
    range: Range<usize>,
    items: Vec<Item>,
    /// The name of the secret or of the slot; of a secret to come both.
    secret: Option<&'static str>,
    slot: Option<&'static str>,
}

/// Bytes with the stretches that differ between users.
#[derive(Default)]
struct Ink {
    bytes: Sensitive<Vec<u8>>,
    stretches: Vec<Stretch>,
}

impl Ink {
    fn len(&self) -> usize {
        // Its length is no secret here.
        self.bytes.expose().len()
    }

    /// How many bytes are sent, once every slot holds its id.
    fn sent_len(&self) -> usize {
        let is_slot = |stretch: &&Stretch| stretch.slot.is_some() && stretch.secret.is_none();
        let slots = self.stretches.iter().filter(is_slot);
        let (count, shown) = slots.fold((0, 0), |(count, shown), slot| (count + 1, shown + slot.range.len()));
        self.len() - shown + count * ID_LEN_BYTES
    }

    fn raw(&mut self, text: &str) {
        // Rebuilt in place: the only writer of the wire bytes.
        let mut bytes = std::mem::take(&mut self.bytes).into_inner();
        bytes.extend_from_slice(text.as_bytes());
        self.bytes = bytes.into();
    }

    fn item(&mut self, declared: &Declared, encoded: &str) {
        let start = self.len();
        self.raw(encoded);
        self.stretches.push(Stretch {
            range: start..self.len(),
            items: declared.items.clone(),
            secret: declared.secret,
            slot: declared.secret.filter(|_| declared.open),
        });
    }

    fn slot(&mut self, name: &'static str) {
        let start = self.len();
        self.raw(&format!("‹server: {name}›"));
        self.stretches.push(Stretch {
            range: start..self.len(),
            items: Vec::new(),
            secret: None,
            slot: Some(name),
        });
    }

    /// The name of a secret that also stands in what would be kept, as where somebody typed it into another field. Short
    /// ones are words that may stand anywhere.
    fn secret_in_clear(&self) -> Option<&'static str> {
        // Exposed to be compared with what stands beside the secrets.
        let wire = self.bytes.expose();
        let is_secret = |stretch: &&Stretch| stretch.secret.is_some();
        let mut kept = wire.clone();
        self.stretches.iter().filter(is_secret).for_each(|stretch| kept[stretch.range.clone()].fill(0));
        let stands = |stretch: &&Stretch| {
            let secret = &wire[stretch.range.clone()];
            secret.len() >= LEAST_TELLING_BYTES && kept.windows(secret.len()).any(|part| part == secret)
        };
        let found = self.stretches.iter().filter(is_secret).find(stands).and_then(|stretch| stretch.secret);
        kept.zeroize();
        found
    }

    fn append(&mut self, mut other: Self) {
        let shift = self.len();
        for stretch in &mut other.stretches {
            stretch.range = stretch.range.start + shift..stretch.range.end + shift;
        }
        self.stretches.append(&mut other.stretches);
        let mut bytes = std::mem::take(&mut self.bytes).into_inner();
        // Joined to the head; both are the same request.
        bytes.extend_from_slice(other.bytes.expose());
        self.bytes = bytes.into();
    }
}

/// How a value is written at its place.
#[derive(Clone, Copy)]
enum Place {
    Target,
    Header,
    Json,
}

struct Scribe<'a> {
    payload: &'a Payload,
    vendor: &'a Vendor,
    ink: Ink,
}

impl Scribe<'_> {
    /// The second look at the manifest: whatever made the value, it leaves only if it is declared now.
    fn admit(&self, declared: &Declared) -> Result<(), SealError> {
        for &item in &declared.items {
            if declared.vendor != self.vendor.id() || declared.purpose != self.payload.purpose {
                return Err(SealError::Misplaced { item });
            }
            if !self.vendor.allows(declared.purpose, item) {
                let vendor = self.vendor.id().to_owned();
                return Err(Undeclared { vendor, item, purpose: declared.purpose }.into());
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &Text, place: Place) -> Result<(), SealError> {
        match text {
            Text::Constant(text) => self.ink.raw(&escape(text, place)),
            Text::Vendor(text) => self.ink.raw(&escape(text.as_str(), place)),
            Text::Slot(slot) => self.ink.slot(slot.0),
            Text::Item(declared) => {
                self.admit(declared)?;
                // Written into the request: this is where a declared value leaves for.
                let value = declared.value.expose();
                let printable = |byte: u8| (0x20..0x7f).contains(&byte);
                if matches!(place, Place::Header) && !value.bytes().all(printable) {
                    return Err(SealError::Unsendable { item: declared.items[0] });
                }
                match place {
                    Place::Target => self.ink.item(declared, &percent_encode(value)),
                    Place::Header | Place::Json => self.ink.item(declared, &escape(value, place)),
                }
            }
        }
        Ok(())
    }

    fn json(&mut self, json: &Json) -> Result<(), SealError> {
        match json {
            Json::Bool(value) => self.ink.raw(if *value { "true" } else { "false" }),
            Json::Choice(number) => self.ink.raw(&number.to_string()),
            Json::Text(text @ Text::Item(Declared { number: true, .. })) => self.text(text, Place::Json)?,
            Json::Text(text) => {
                self.ink.raw("\"");
                self.text(text, Place::Json)?;
                self.ink.raw("\"");
            }
            Json::Array(values) => {
                self.ink.raw("[");
                for (position, value) in values.iter().enumerate() {
                    self.ink.raw(if position == 0 { "" } else { "," });
                    self.json(value)?;
                }
                self.ink.raw("]");
            }
            Json::Object(members) => {
                self.ink.raw("{");
                for (position, (name, value)) in members.iter().enumerate() {
                    self.ink.raw(if position == 0 { "\"" } else { ",\"" });
                    self.ink.raw(&escape(name, Place::Json));
                    self.ink.raw("\":");
                    self.json(value)?;
                }
                self.ink.raw("}");
            }
        }
        Ok(())
    }

    fn header(&mut self, layout: &mut Layout, name: &'static str, value: &[Text]) -> Result<(), SealError> {
        self.ink.raw(name);
        self.ink.raw(": ");
        let start = self.ink.len();
        for text in value {
            self.text(text, Place::Header)?;
        }
        layout.headers.push((name, start..self.ink.len()));
        self.ink.raw("\r\n");
        Ok(())
    }

    /// A header whose value follows from the rest: the host of the signed file, our name, the body's length.
    fn derived_header(&mut self, layout: &mut Layout, name: &'static str, value: &str) {
        self.ink.raw(name);
        self.ink.raw(": ");
        let start = self.ink.len();
        self.ink.raw(value);
        layout.headers.push((name, start..self.ink.len()));
        self.ink.raw("\r\n");
    }
}

pub(crate) fn render(payload: &Payload, vendor: &Vendor) -> Result<Rendered, SealError> {
    if !vendor.names(&payload.origin) {
        let origin = payload.origin.to_string();
        return Err(SealError::ForeignHost { vendor: vendor.id().to_owned(), origin });
    }
    let mut body = Scribe { payload, vendor, ink: Ink::default() };
    if let Some((_, json)) = &payload.body {
        body.json(json)?;
    }
    let body = body.ink;

    let mut layout = Layout::default();
    let mut head = Scribe { payload, vendor, ink: Ink::default() };
    head.ink.raw(payload.method.as_str());
    head.ink.raw(" ");
    let start = head.ink.len();
    for text in &payload.target {
        head.text(text, Place::Target)?;
    }
    layout.target = start..head.ink.len();
    head.ink.raw(" HTTP/1.1\r\n");
    head.derived_header(&mut layout, "host", &payload.origin.authority());
    head.derived_header(&mut layout, "user-agent", USER_AGENT);
    for (name, value) in &payload.headers {
        head.header(&mut layout, name, value)?;
    }
    if let Some((content_type, _)) = &payload.body {
        head.derived_header(&mut layout, "content-type", content_type);
    }
    if payload.body.is_some() || payload.method == Method::Post {
        head.derived_header(&mut layout, "content-length", &body.sent_len().to_string());
    }
    head.ink.raw("\r\n");

    let mut ink = head.ink;
    let start = ink.len();
    ink.append(body);
    layout.body = start..ink.len();
    if let Some(name) = ink.secret_in_clear() {
        return Err(SealError::SecretInClear(name));
    }
    Ok(Rendered {
        ink,
        layout,
        origin: payload.origin.clone(),
        method: payload.method,
        purpose: payload.purpose,
        vendor: vendor.id().to_owned(),
        root_key: vendor.root_key().to_owned(),
    })
}

impl Rendered {
    pub(crate) fn into_sealed(self) -> Result<Sealed, SealError> {
        if let Some(name) = self.ink.stretches.iter().find_map(|stretch| stretch.slot) {
            return Err(SealError::OpenSlot(name));
        }
        let preview = self.preview();
        Ok(Sealed {
            wire: self.ink.bytes,
            layout: self.layout,
            origin: self.origin,
            method: self.method,
            preview,
            root_key: self.root_key,
            by_itself: false,
            grants: Vec::new(),
        })
    }

    pub(crate) fn preview(&self) -> Preview {
        // Exposed to be copied with every secret stretch left out.
        let wire = self.ink.bytes.expose();
        let mut bytes = Vec::with_capacity(wire.len());
        let mut marks = Vec::with_capacity(self.ink.stretches.len());
        let mut copied = 0;
        for stretch in &self.ink.stretches {
            bytes.extend_from_slice(&wire[copied..stretch.range.start]);
            copied = stretch.range.end;
            let offset = bytes.len();
            let kind = match (stretch.secret, stretch.slot) {
                (Some(name), _) => {
                    bytes.extend_from_slice(format!("[secret {name}]").as_bytes());
                    MarkKind::Secret {
                        sent_len_bytes: stretch.range.len().next_multiple_of(SECRET_LEN_STEP_BYTES),
                    }
                }
                (None, slot) => {
                    bytes.extend_from_slice(&wire[stretch.range.clone()]);
                    if slot.is_some() { MarkKind::Slot } else { MarkKind::Item }
                }
            };
            marks.push(Mark { offset, len: bytes.len() - offset, kind, items: stretch.items.clone() });
        }
        bytes.extend_from_slice(&wire[copied..]);

        let mut items: Vec<Item> = marks.iter().flat_map(|mark| mark.items.iter().copied()).collect();
        items.sort_unstable();
        items.dedup();
        let target = String::from_utf8_lossy(&wire[self.layout.target.clone()]).into_owned();
        Preview {
            vendor: self.vendor.clone(),
            purpose: self.purpose,
            method: self.method.as_str().to_owned(),
            url: format!("{}{target}", self.origin),
            items,
            wire_len_bytes: self.ink.sent_len(),
            bytes,
            marks,
        }
    }
}

fn escape(text: &str, place: Place) -> String {
    match place {
        Place::Json => {
            let quoted = serde_json::Value::from(text).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        }
        Place::Target | Place::Header => text.to_owned(),
    }
}

/// Percent-encodes all but the unreserved characters (RFC 3986, section 2.3).
fn percent_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
