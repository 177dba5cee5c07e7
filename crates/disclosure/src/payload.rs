//! A request before it is sealed: constants, the vendor's own values, and declared items.
//!
//! It refuses everything else by type: a runtime string enters only as a [`Declared`] item, which [`Vendor::declare`]
//! alone makes, or as a [`VendorText`] of the signed vendor file. Sealing asks the manifest a second time.

use zeroize::Zeroizing;

use crate::catalogue::Item;
use crate::purpose::Purpose;
use crate::render::render;
use crate::sealed::{Preview, Sealed};
use crate::sensitive::Sensitive;
use crate::vendor::{Origin, Vendor, VendorText};

/// The request's method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Create or act.
    Post,
    /// Change.
    Patch,
    /// Remove.
    Delete,
}

impl Method {
    /// As it stands in the request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// The vendor's manifest does not declare an item for a purpose.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{vendor} does not declare {item} for {purpose}")]
pub struct Undeclared {
    /// The vendor's id.
    pub vendor: String,
    /// The item.
    pub item: Item,
    /// The purpose it was wanted for.
    pub purpose: Purpose,
}

/// A value that may leave: a catalogue item that this vendor declared for this purpose.
#[derive(Clone, Debug)]
pub struct Declared {
    pub(crate) vendor: String,
    pub(crate) purpose: Purpose,
    pub(crate) items: Vec<Item>,
    pub(crate) value: Sensitive<String>,
    /// A JSON number, or none: written without quotes.
    pub(crate) number: bool,
    /// The name that stands in the value's place in every kept copy.
    pub(crate) secret: Option<&'static str>,
    /// The value is not known yet, and something of its shape stands for it: it can be named, and not be sent.
    pub(crate) open: bool,
}

impl Declared {
    pub(crate) fn text(vendor: &Vendor, purpose: Purpose, item: Item, value: Sensitive<String>) -> Self {
        let secret = item.is_secret().then(|| item.label());
        Self {
            vendor: vendor.id().to_owned(),
            purpose,
            items: vec![item],
            value,
            number: false,
            secret,
            open: false,
        }
    }

    /// A secret to come is named in its place whatever the catalogue says: what stands for it is no value.
    pub(crate) fn to_come(vendor: &Vendor, purpose: Purpose, item: Item, like: &str) -> Self {
        let named = Self::text(vendor, purpose, item, like.to_owned().into());
        Self { secret: Some(item.label()), open: true, ..named }
    }

    /// That there is no number says something, too: it is an item as much as the number would be.
    pub(crate) fn number(vendor: &Vendor, purpose: Purpose, item: Item, value: Option<u64>) -> Self {
        let value = value.map_or_else(|| "null".to_owned(), |value| value.to_string());
        Self { number: true, ..Self::text(vendor, purpose, item, value.into()) }
    }

    /// E-mail and password as HTTP Basic credentials (RFC 7617): one secret that holds two items.
    pub fn basic(email: &Self, password: &Self) -> Self {
        use base64::Engine as _;
        // Exposed to be encoded; the result is as secret as the password.
        let pair = Zeroizing::new(format!("{}:{}", email.value.expose(), password.value.expose()));
        Self {
            vendor: email.vendor.clone(),
            purpose: email.purpose,
            items: [email.items.as_slice(), password.items.as_slice()].concat(),
            value: base64::engine::general_purpose::STANDARD.encode(pair.as_bytes()).into(),
            number: false,
            secret: Some("E-mail and password"),
            open: email.open || password.open,
        }
    }

    /// The items it holds.
    pub fn items(&self) -> &[Item] {
        &self.items
    }
}

/// An id that only the server can know yet; a preview shows its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(pub &'static str);

/// A piece of the request line or of a header.
#[derive(Clone, Debug)]
pub enum Text {
    /// A constant of ours.
    Constant(&'static str),
    /// A value of the signed vendor file.
    Vendor(VendorText),
    /// A declared item.
    Item(Declared),
    /// A server-issued id that is not known yet.
    Slot(Slot),
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self::Constant(text)
    }
}

impl From<VendorText> for Text {
    fn from(text: VendorText) -> Self {
        Self::Vendor(text)
    }
}

impl From<Declared> for Text {
    fn from(declared: Declared) -> Self {
        Self::Item(declared)
    }
}

impl From<Slot> for Text {
    fn from(slot: Slot) -> Self {
        Self::Slot(slot)
    }
}

/// A body: JSON whose leaves are constants, the vendor's values or declared items.
#[derive(Clone, Debug)]
pub enum Json {
    /// `true` or `false`
    Bool(bool),
    /// One of the numbers by which a format names its choices; the same for every user.
    Choice(u8),
    /// A text.
    Text(Text),
    /// A list.
    Array(Vec<Json>),
    /// Members in the order in which they are written.
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    /// An object of the members that are there.
    pub fn object(members: impl IntoIterator<Item = (&'static str, Option<Self>)>) -> Self {
        Self::Object(members.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
    }

    /// A text, if there is one.
    pub fn text(text: impl Into<Text>) -> Option<Self> {
        Some(Self::Text(text.into()))
    }

    /// An object that is left out when it would be empty.
    pub fn object_or_nothing(
        members: impl IntoIterator<Item = (&'static str, Option<Self>)>,
    ) -> Option<Self> {
        match Self::object(members) {
            Self::Object(members) if members.is_empty() => None,
            object => Some(object),
        }
    }
}

/// A request of one purpose to one vendor.
#[derive(Clone, Debug)]
pub struct Payload {
    /// What it is for.
    pub purpose: Purpose,
    /// The request's method.
    pub method: Method,
    /// Which of the vendor's servers.
    pub origin: Origin,
    /// Path and query, in pieces.
    pub target: Vec<Text>,
    /// Headers after `host` and `user-agent`, in order. Names and constants are lower case.
    pub headers: Vec<(&'static str, Vec<Text>)>,
    /// The body, sent as JSON.
    pub body: Option<(&'static str, Json)>,
}

/// Why a payload cannot be sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The manifest in force does not declare an item.
    #[error(transparent)]
    Undeclared(#[from] Undeclared),
    /// The manifest in force names another server, or none.
    #[error("{vendor} does not name the server {origin}")]
    ForeignHost {
        /// The vendor's id.
        vendor: String,
        /// Where the request would have gone.
        origin: String,
    },
    /// A value was declared for another vendor or purpose.
    #[error("{item} was declared for another request")]
    Misplaced {
        /// The item.
        item: Item,
    },
    /// A value cannot stand in a header.
    #[error("{item} holds characters that a request cannot carry")]
    Unsendable {
        /// The item.
        item: Item,
    },
    /// A secret of the request stands in it once more, where it would be kept and shown.
    #[error("{0} stands where it would be kept in clear")]
    SecretInClear(&'static str),
    /// A slot is not filled, or a secret not there yet.
    #[error("{0} is not known yet")]
    OpenSlot(&'static str),
}

impl Payload {
    /// The exact bytes, checked against the manifest in force.
    ///
    /// # Errors
    /// Everything in [`SealError`]; nothing is sent in any of these cases.
    pub fn seal(&self, vendor: &Vendor) -> Result<Sealed, SealError> {
        render(self, vendor)?.into_sealed()
    }

    /// The same bytes as a user sees them, slots open.
    ///
    /// # Errors
    /// As [`Payload::seal`], but for an open slot.
    pub fn preview(&self, vendor: &Vendor) -> Result<Preview, SealError> {
        Ok(render(self, vendor)?.preview())
    }
}
