//! Every request the client can make: one function a call, each returning a [`Payload`] that is not sealed yet.
//!
//! A value enters only as a declared item of the vendor's manifest. A label of this computer that the manifest does not
//! declare is left out; anything else that it does not declare makes the request fail. Calls that renew or revoke licenses
//! do not exist here.

mod account;
mod license;
mod machine;
mod page;
mod registration;
mod transfer;
mod trial;

pub use machine::{MachineFacts, NewMachine};
pub(crate) use page::PAGE_ENTRIES;
pub use page::Page;
pub use registration::Claim;
pub use trial::Trial;

use gatefold_disclosure::vendor::{Issuer, LicenseKeyFormat, Origin, VendorText};
use gatefold_disclosure::{
    Declared, Item, Json, Method, Payload, Purpose, Sensitive, Slot, Text, Undeclared, Vendor,
};
use gatefold_license::LicenseKey;
use uuid::Uuid;

use crate::{API_VERSION, MEDIA_TYPE};

/// The algorithm of every file that is asked for; no other is installed (protocol reference 6.1).
pub const FILE_ALGORITHM: &str = "aes-256-gcm+ed25519";

/// The server that is asked, on behalf of which vendor.
#[derive(Clone, Copy, Debug)]
pub struct Server<'a> {
    /// The vendor, whose manifest decides what may be said.
    pub vendor: &'a Vendor,
    /// The account at the server.
    pub account: &'a VendorText,
    /// Where it answers.
    pub origin: &'a Origin,
}

/// What proves the right to ask.
#[derive(Clone, Debug)]
pub enum Credential {
    /// The license key itself.
    LicenseKey(LicenseKey),
    /// A license key that only an answer will bring: a preview names it in its place, and sealing is refused.
    KeyToCome,
    /// A sign-in.
    Token(Sensitive<String>),
}

/// A sign-in's token, or the place where it will stand once the server has given it.
#[derive(Clone, Debug)]
pub enum Token {
    /// Known.
    Known(Sensitive<String>),
    /// Not given yet: a preview names it in its place, and sealing is refused.
    Open,
}

impl From<Sensitive<String>> for Token {
    fn from(token: Sensitive<String>) -> Self {
        Self::Known(token)
    }
}

/// The shape of a user's token (protocol reference 3): a preview tells the size of a request by it.
const LIKE_A_TOKEN: &str = "user-0000000000000000000000000000000000000000000000000000000000000000v3";

/// The shape of a key where the vendor describes none: what a Keygen server makes by itself.
const LIKE_A_KEY: &str = "000000-000000-000000-000000-000000-V3";

/// An id of the server's, or the place where it will stand once the server has told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Id {
    /// Known.
    Known(Uuid),
    /// Not known yet: a preview shows the slot's name, and sealing is refused.
    Open(Slot),
}

impl From<Uuid> for Id {
    fn from(id: Uuid) -> Self {
        Self::Known(id)
    }
}

impl From<Slot> for Id {
    fn from(slot: Slot) -> Self {
        Self::Open(slot)
    }
}

impl<'a> Server<'a> {
    /// The issuer's first host; none if it names none.
    pub fn first_of(vendor: &'a Vendor, issuer: &'a Issuer) -> Option<Self> {
        Some(Self { vendor, account: &issuer.account, origin: issuer.hosts.first()? })
    }

    /// A request with the headers that all have, in their order, and no body.
    fn request(self, purpose: Purpose, method: Method, path: Vec<Text>, authorization: Vec<Text>) -> Payload {
        let mut target = vec!["/v1/accounts/".into(), self.account.clone().into()];
        target.extend(path);
        let mut headers: Vec<(&'static str, Vec<Text>)> =
            vec![("accept", vec![MEDIA_TYPE.into()]), ("keygen-version", vec![API_VERSION.into()])];
        if !authorization.is_empty() {
            headers.push(("authorization", authorization));
        }
        Payload { purpose, method, origin: self.origin.clone(), target, headers, body: None }
    }

    /// `authorization` (protocol reference 3).
    fn authorization(self, purpose: Purpose, credential: &Credential) -> Result<Vec<Text>, Undeclared> {
        Ok(match credential {
            Credential::LicenseKey(key) => vec!["License ".into(), self.license_key(purpose, key)?.into()],
            Credential::KeyToCome => vec!["License ".into(), self.key_to_come(purpose)?.into()],
            Credential::Token(token) => self.bearer(purpose, &token.clone().into())?,
        })
    }

    fn bearer(self, purpose: Purpose, token: &Token) -> Result<Vec<Text>, Undeclared> {
        let token = match token {
            Token::Known(token) => self.vendor.declare(purpose, Item::Token, token.clone())?,
            Token::Open => self.vendor.declare_to_come(purpose, Item::Token, LIKE_A_TOKEN)?,
        };
        Ok(vec!["Bearer ".into(), token.into()])
    }

    fn license_key(self, purpose: Purpose, key: &LicenseKey) -> Result<Declared, Undeclared> {
        // Exposed to become a declared secret of this request.
        self.vendor.declare(purpose, Item::LicenseKey, key.expose())
    }

    fn key_to_come(self, purpose: Purpose) -> Result<Declared, Undeclared> {
        let shape = |format: &LicenseKeyFormat| {
            format.groups.iter().map(|len| "0".repeat(*len)).collect::<Vec<_>>().join("-")
        };
        let like = self.vendor.license_key_format().map_or_else(|| LIKE_A_KEY.to_owned(), shape);
        self.vendor.declare_to_come(purpose, Item::LicenseKey, &like)
    }

    /// A claim of something for the user, beside the API's own calls and under the same signature (decisions 0022 and 0030):
    /// answered with a license, and with the nonce that goes with it. `kind` names its path and its type.
    fn claim(
        self,
        purpose: Purpose,
        kind: &'static str,
        authorization: Vec<Text>,
        nonce: u64,
        about: [(&'static str, Option<Json>); 2],
    ) -> Result<Payload, Undeclared> {
        let nonce = self.vendor.declare_number(purpose, Item::Nonce, nonce)?;
        let mut payload = self.request(purpose, Method::Post, vec!["/".into(), kind.into()], authorization);
        let [first, second] = about;
        let data = Json::object([("type", Json::text(kind)), first, second]);
        let meta = Json::object([("nonce", Json::text(nonce))]);
        payload.body = Some(body([("data", Some(data)), ("meta", Some(meta))]));
        Ok(payload)
    }

    fn id(self, purpose: Purpose, item: Item, id: Id) -> Result<Text, Undeclared> {
        match id {
            Id::Known(id) => Ok(self.vendor.declare(purpose, item, id.to_string())?.into()),
            // What may not be sent may not be previewed either.
            Id::Open(_) if !self.vendor.allows(purpose, item) => {
                Err(Undeclared { vendor: self.vendor.id().to_owned(), item, purpose })
            }
            Id::Open(slot) => Ok(slot.into()),
        }
    }

    /// The body of a check-out: everything is said, nothing left to the server's defaults.
    fn check_out(
        self,
        purpose: Purpose,
        ttl_secs: Option<u64>,
        include: &[&'static str],
    ) -> Result<(&'static str, Json), Undeclared> {
        let ttl = Json::text(self.vendor.declare_number(purpose, Item::FileTtl, ttl_secs)?);
        let include = include.iter().map(|name| Json::Text((*name).into())).collect();
        Ok(body([(
            "meta",
            Some(Json::object([
                ("encrypt", Some(Json::Bool(true))),
                ("algorithm", Json::text(FILE_ALGORITHM)),
                ("ttl", ttl),
                ("include", Some(Json::Array(include))),
            ])),
        )]))
    }
}

/// A relationship to one object.
fn related(name: &'static str, kind: &'static str, id: Text) -> Json {
    let linkage = Json::object([("type", Json::text(kind)), ("id", Json::text(id))]);
    Json::object([(name, Some(Json::object([("data", Some(linkage))])))])
}

fn body(members: impl IntoIterator<Item = (&'static str, Option<Json>)>) -> (&'static str, Json) {
    (MEDIA_TYPE, Json::object(members))
}
