//! Who asks, and what they may see (protocol reference 3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rusqlite::Connection;

use crate::clock::Time;
use crate::failure::Failure;
use crate::model::{License, LicenseFilter, MachineFilter, Token, User};

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) enum Bearer {
    /// The vendor, by the token that the sandbox prints.
    Vendor,
    /// A customer who is signed in.
    User(Box<User>, Token),
    /// A license, by its key.
    License(Box<License>),
}

/// The `authorization` header, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Authorization {
    Token(String),
    LicenseKey(String),
    Password { email: String, password: String },
}

impl Authorization {
    /// Reads the header; none if there is none or it is of another scheme.
    pub(crate) fn parse(header: Option<&str>) -> Option<Self> {
        let (scheme, value) = header?.split_once(' ')?;
        let value = value.trim();
        if scheme.eq_ignore_ascii_case("bearer") {
            return Some(Self::Token(value.to_owned()));
        }
        if scheme.eq_ignore_ascii_case("license") {
            return Some(Self::LicenseKey(value.to_owned()));
        }
        let pair = scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(value).ok()).flatten()?;
        let pair = String::from_utf8(pair).ok()?;
        let (name, secret) = pair.split_once(':')?;
        Some(match name {
            "license" => Self::LicenseKey(secret.to_owned()),
            "token" => Self::Token(secret.to_owned()),
            email => Self::Password { email: email.to_owned(), password: secret.to_owned() },
        })
    }
}

impl Bearer {
    /// Who bears this authorization.
    pub(crate) fn find(
        db: &Connection,
        authorization: Option<&Authorization>,
        vendor_token: &str,
        now: Time,
    ) -> Result<Self, Failure> {
        match authorization {
            None => Err(Failure::unauthorized(
                "TOKEN_MISSING",
                "You must be authenticated to complete the request",
            )),
            Some(Authorization::Token(raw)) if raw == vendor_token => Ok(Self::Vendor),
            Some(Authorization::Token(raw)) => Self::by_token(db, raw, now),
            Some(Authorization::LicenseKey(key)) => Self::by_key(db, key, now),
            Some(Authorization::Password { .. }) => {
                Err(Failure::unauthorized("TOKEN_INVALID", "Bearer authentication is required here"))
            }
        }
    }

    fn by_token(db: &Connection, raw: &str, now: Time) -> Result<Self, Failure> {
        if uuid::Uuid::parse_str(raw).is_ok() {
            let detail = "Token format is invalid (make sure that you use the token's value and not its id)";
            return Err(Failure::unauthorized("TOKEN_FORMAT_INVALID", detail));
        }
        let invalid = || Failure::unauthorized("TOKEN_INVALID", "Bearer token is invalid");
        let token = Token::by_raw(db, raw)?.ok_or_else(invalid)?;
        if token.expiry.is_some_and(|expiry| expiry <= now) {
            return Err(Failure::unauthorized("TOKEN_EXPIRED", "Token is expired"));
        }
        let user = User::by_id(db, &token.user)?.ok_or_else(invalid)?;
        if user.banned {
            return Err(Failure::forbidden("User is banned").code("USER_BANNED"));
        }
        Ok(Self::User(user.into(), token))
    }

    fn by_key(db: &Connection, key: &str, now: Time) -> Result<Self, Failure> {
        let license = License::by_key(db, key)?
            .ok_or_else(|| Failure::unauthorized("LICENSE_INVALID", "License key is invalid"))?;
        if license.owner_banned {
            return Err(Failure::forbidden("License is banned").code("LICENSE_BANNED"));
        }
        if license.suspended {
            return Err(Failure::forbidden("License is suspended").code("LICENSE_SUSPENDED"));
        }
        if license.is_expired(now) && license.policy.expiration == "REVOKE_ACCESS" {
            return Err(Failure::forbidden("License is expired").code("LICENSE_EXPIRED"));
        }
        if !license.policy.authentication.allows_key() {
            let detail = "License key authentication is not allowed by policy";
            return Err(Failure::forbidden(detail).code("LICENSE_NOT_ALLOWED"));
        }
        Ok(Self::License(license.into()))
    }

    /// The id of who asks: header `keygen-bearer`.
    pub(crate) fn id(&self) -> Option<&str> {
        match self {
            Self::Vendor => None,
            Self::User(user, _) => Some(&user.id),
            Self::License(license) => Some(&license.id),
        }
    }

    /// The id of the token: header `keygen-token`.
    pub(crate) fn token_id(&self) -> Option<&str> {
        match self {
            Self::User(_, token) => Some(&token.id),
            Self::Vendor | Self::License(_) => None,
        }
    }

    /// The licenses they may see at most.
    pub(crate) fn licenses(&self) -> Result<LicenseFilter, Failure> {
        match self {
            Self::Vendor => Ok(LicenseFilter::default()),
            Self::User(user, _) => {
                Ok(LicenseFilter { owner: Some(user.id.clone()), ..LicenseFilter::default() })
            }
            Self::License(_) => Err(Failure::forbidden("You do not have permission to complete the request")),
        }
    }

    /// The machines they may see at most.
    pub(crate) fn machines(&self) -> MachineFilter {
        match self {
            Self::Vendor => MachineFilter::default(),
            Self::User(user, _) => {
                MachineFilter { license_owner: Some(user.id.clone()), ..MachineFilter::default() }
            }
            Self::License(license) => {
                MachineFilter { license: Some(license.id.clone()), ..MachineFilter::default() }
            }
        }
    }

    /// A license by id or key, if they may see it.
    pub(crate) fn license(&self, db: &Connection, id_or_key: &str) -> Result<License, Failure> {
        License::find(db, id_or_key)?
            .filter(|license| match self {
                Self::Vendor => true,
                Self::User(user, _) => license.owner.as_deref() == Some(&user.id),
                Self::License(own) => own.id == license.id,
            })
            .ok_or_else(Failure::not_found)
    }

    /// Refuses what a protected license allows its key alone (protocol reference 3.5).
    pub(crate) fn may_activate(&self, license: &License) -> Result<(), Failure> {
        match self {
            Self::User(..) if license.policy.protected => Err(is_protected()),
            _ => Ok(()),
        }
    }

    /// Refuses what a protected license allows nobody but the vendor.
    pub(crate) fn may_change(&self, license: &License) -> Result<(), Failure> {
        match self {
            Self::User(..) | Self::License(_) if license.policy.protected => Err(is_protected()),
            _ => Ok(()),
        }
    }

    /// Refuses everybody but the vendor.
    pub(crate) fn must_be_vendor(&self) -> Result<(), Failure> {
        match self {
            Self::Vendor => Ok(()),
            _ => Err(Failure::forbidden("You do not have permission to complete the request")),
        }
    }
}

fn is_protected() -> Failure {
    Failure::forbidden("You do not have permission to complete the request (the license is protected)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorizations_are_taken_apart() {
        let check = |header: &str, expect: Option<Authorization>| {
            assert_eq!(Authorization::parse(Some(header)), expect, "{header}");
        };
        let basic = |pair: &str| format!("Basic {}", STANDARD.encode(pair));
        let token = |raw: &str| Some(Authorization::Token(raw.into()));
        let key = |raw: &str| Some(Authorization::LicenseKey(raw.into()));
        check("Bearer user-1v3", token("user-1v3"));
        check("bearer user-1v3", token("user-1v3"));
        check("License AB-CD", key("AB-CD"));
        check(&basic("license:AB:CD"), key("AB:CD"));
        check(&basic("token:user-1v3"), token("user-1v3"));
        check(
            &basic("a@b.example:p:wörd"),
            Some(Authorization::Password { email: "a@b.example".into(), password: "p:wörd".into() }),
        );
        check("Basic !", None);
        check(&basic("no-colon"), None);
        check("Digest x", None);
        check("Bearer", None);
        assert_eq!(Authorization::parse(None), None);
    }
}
