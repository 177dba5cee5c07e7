//! The exact bytes of one HTTP/1.1 request, and the copy of them that may be kept and shown.
//!
//! [`Sealed`] is the one value behind preview, ledger and wire. It refuses to be changed.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::catalogue::Item;
use crate::payload::Method;
use crate::purpose::Purpose;
use crate::sensitive::Sensitive;
use crate::vendor::Origin;

/// The product token of every request; no operating system, no build.
pub const USER_AGENT: &str =
    concat!("Gatefold/", env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"));

/// What a marked stretch of a kept copy is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// A declared item, as sent.
    Item,
    /// A secret: its name stands here instead.
    Secret {
        /// The length of what was sent, in bytes, rounded up to a multiple of 16.
        sent_len_bytes: usize,
    },
    /// A server-issued id that was not known when the preview was made.
    Slot,
}

/// A stretch of a kept copy that differs between users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// First byte, counted in the kept copy.
    pub offset: usize,
    /// Length in bytes, in the kept copy.
    pub len: usize,
    /// What stands there.
    pub kind: MarkKind,
    /// The items it holds.
    pub items: Vec<Item>,
}

/// The request as it may be kept and shown: equal to the wire but for secrets, which are named in their place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The vendor's id.
    pub vendor: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The request's method.
    pub method: String,
    /// Where it goes; a URL never holds a secret.
    pub url: String,
    /// The items in it, each once, in the catalogue's order.
    pub items: Vec<Item>,
    /// The size on the wire, in bytes.
    pub wire_len_bytes: usize,
    /// The kept bytes: head and body.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// The stretches that differ between users, in order.
    pub marks: Vec<Mark>,
}

/// The exact bytes of one request, ready for the ledger. Only [`crate::Payload::seal`] makes one.
#[derive(Clone, Debug)]
pub struct Sealed {
    pub(crate) wire: Sensitive<Vec<u8>>,
    pub(crate) layout: Layout,
    pub(crate) origin: Origin,
    pub(crate) method: Method,
    pub(crate) preview: Preview,
    /// The vendor's, under which consent is asked for.
    pub(crate) root_key: String,
    pub(crate) by_itself: bool,
    /// The consents under which its values were gathered, by their numbers in the ledger.
    pub(crate) grants: Vec<i64>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    pub(crate) target: Range<usize>,
    pub(crate) headers: Vec<(&'static str, Range<usize>)>,
    pub(crate) body: Range<usize>,
}

impl Preview {
    /// An item's value as it was given: what a body escapes stands in the bytes alone. `None` for what is not in the
    /// request, or is secret, or not known yet.
    pub fn value(&self, item: Item) -> Option<String> {
        let holds = |mark: &&Mark| mark.kind == MarkKind::Item && mark.items == [item];
        let mark = self.marks.iter().find(holds)?;
        let bytes = self.bytes.get(mark.offset..mark.offset + mark.len)?;
        let text = String::from_utf8_lossy(bytes).into_owned();
        // In a body it stands as within the quotes of a JSON string; a number is the same with and without.
        let given =
            self.is_in_body(mark).then(|| serde_json::from_str(&format!("\"{text}\"")).ok()).flatten();
        Some(given.unwrap_or(text))
    }

    fn is_in_body(&self, mark: &Mark) -> bool {
        const BLANK_LINE: &[u8] = b"\r\n\r\n";
        self.bytes
            .windows(BLANK_LINE.len())
            .position(|bytes| bytes == BLANK_LINE)
            .is_some_and(|end| end < mark.offset)
    }
}

impl Sealed {
    /// The request as it may be kept and shown.
    pub fn preview(&self) -> &Preview {
        &self.preview
    }

    /// The same bytes, which nobody asked for there and then: the user agreed to such requests before.
    #[must_use]
    pub fn by_itself(self) -> Self {
        Self { by_itself: true, ..self }
    }

    /// The same bytes, gathered under these consents: what was gathered under one that is over is not sent under another.
    #[must_use]
    pub fn under(self, grants: &[i64]) -> Self {
        Self { grants: grants.to_vec(), ..self }
    }

    /// The consents under which it was gathered, by their numbers in the ledger; none for what needs none.
    pub fn grants(&self) -> &[i64] {
        &self.grants
    }

    /// Whether it leaves by itself.
    pub fn is_by_itself(&self) -> bool {
        self.by_itself
    }

    /// What it is for.
    pub fn purpose(&self) -> Purpose {
        self.preview.purpose
    }

    /// The root key of the vendor whose file let it be sealed: the same id under another key is another vendor.
    pub fn root_key(&self) -> &str {
        &self.root_key
    }

    /// Which server it goes to.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The request's method.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The whole request with its secrets, head and body. For the gate and for nobody else.
    pub fn expose_wire(&self) -> &[u8] {
        // The gate writes these bytes to the socket.
        self.wire.expose()
    }

    /// Path and query.
    pub fn expose_target(&self) -> &[u8] {
        &self.expose_wire()[self.layout.target.clone()]
    }

    /// Headers in the order of the wire; `authorization` holds a secret.
    pub fn expose_headers(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        self.layout.headers.iter().map(|(name, range)| (*name, &self.expose_wire()[range.clone()]))
    }

    /// The body, empty if there is none.
    pub fn expose_body(&self) -> &[u8] {
        &self.expose_wire()[self.layout.body.clone()]
    }
}
