//! The answers to a sign-in: a token, shown once, and whose it is (protocol reference 3.1, 3.2).

use gatefold_disclosure::Sensitive;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;
use uuid::Uuid;

use super::{Document, Resource};
use crate::answer::Answer;
use crate::document::Linkage;
use crate::refusal::Refusal;

/// A fresh sign-in.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The id by which it is revoked.
    pub token_id: Uuid,
    /// What proves it from now on.
    pub token: Sensitive<String>,
    /// When it ends; never, if there is none.
    pub expires_at: Option<Timestamp>,
    /// Whose it is said to be.
    pub user: Uuid,
}

/// Whose a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The server's id.
    pub id: Uuid,
    /// The address that the account is signed in to with, as the server keeps it: to be compared, never shown.
    pub email: String,
}

impl User {
    /// Whether this is the user that the token names, and the address is the one that was typed. Its case means nothing:
    /// these servers keep addresses in lower case, whatever was typed.
    pub fn is(&self, user: Uuid, typed_email: &str) -> bool {
        self.id == user && self.email.trim().to_lowercase() == typed_email.trim().to_lowercase()
    }
}

impl Answer {
    /// The token of a sign-in.
    ///
    /// # Errors
    /// Whatever the server refused with, or why the answer cannot be read.
    pub fn sign_in(&self) -> Result<SignIn, Refusal> {
        let raw = self.document::<Document<Resource<Attributes, Relationships>>>()?.data;
        if raw.kind != "tokens" || !is_sendable(&raw.attributes.token) {
            return Err(Refusal::Unreadable { what: "an object that is not a token" });
        }
        let user = raw.relationships.bearer.id().ok_or(Refusal::Unreadable { what: "a token of nobody" })?;
        Ok(SignIn {
            token_id: raw.id,
            token: raw.attributes.token.into(),
            expires_at: raw.attributes.expiry,
            user,
        })
    }

    /// Whose the token is that asked.
    ///
    /// # Errors
    /// Whatever the server refused with, or why the answer cannot be read.
    pub fn user(&self) -> Result<User, Refusal> {
        let raw = self.document::<Document<Resource<UserAttributes, IgnoredAny>>>()?.data;
        if raw.kind != "users" {
            return Err(Refusal::Unreadable { what: "an object that is not a user" });
        }
        Ok(User { id: raw.id, email: raw.attributes.email })
    }
}

/// No token of the protocol is longer; one that fits no header could never be sent back, nor revoked.
const MAX_TOKEN_BYTES: usize = 1024;

fn is_sendable(token: &str) -> bool {
    !token.is_empty() && token.len() <= MAX_TOKEN_BYTES && token.bytes().all(|byte| byte.is_ascii_graphic())
}

#[derive(Deserialize)]
struct Attributes {
    token: String,
    #[serde(default)]
    expiry: Option<Timestamp>,
}

#[derive(Deserialize)]
struct UserAttributes {
    email: String,
}

#[derive(Default, Deserialize)]
struct Relationships {
    #[serde(default)]
    bearer: Linkage,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::testing::{signed, unsigned};

    const TOKEN: &str = r#"{"data":{"id":"77aa0000-0000-4000-8000-000000000001","type":"tokens","attributes":{
        "kind":"user-token","token":"user-00v3","expiry":"2026-12-01T00:00:00.000Z"},
        "relationships":{"bearer":{"data":{"type":"users","id":"77aa0000-0000-4000-8000-0000000000bb"}}}}}"#;

    #[test]
    fn a_token_is_read_and_not_shown() {
        let sign_in = signed(201, TOKEN).sign_in().unwrap();
        assert_eq!(sign_in.token.expose(), "user-00v3");
        assert!(sign_in.expires_at.is_some());
        assert_eq!(sign_in.user.as_u128() & 0xff, 0xbb);
        assert!(!format!("{sign_in:?}").contains("user-00v3"));
    }

    #[test]
    fn what_is_no_sign_in() {
        let refusal = |body: &str| signed(401, body).sign_in().unwrap_err();
        assert_eq!(refusal(r#"{"errors":[{"code":"OTP_REQUIRED"}]}"#), Refusal::OtpRequired);
        assert_eq!(refusal(r#"{"errors":[{"code":"CREDENTIALS_INVALID"}]}"#), Refusal::Credentials);
        assert!(matches!(refusal(&TOKEN.replace("tokens", "users")), Refusal::Unreadable { .. }));
        assert_eq!(
            refusal(&TOKEN.replace("bearer", "somebody")),
            Refusal::Unreadable { what: "a token of nobody" }
        );
        for token in ["", "user 00", r"user\r\n00", "üser", r"user\u0000", &"x".repeat(1025)] {
            assert!(
                matches!(refusal(&TOKEN.replace("user-00v3", token)), Refusal::Unreadable { .. }),
                "{token}"
            );
        }
        assert_eq!(unsigned(201, TOKEN).sign_in().unwrap_err(), Refusal::Unconfirmed { status: 201 });
    }

    const USER: &str = r#"{"data":{"id":"77aa0000-0000-4000-8000-0000000000bb","type":"users","attributes":{
        "email":"jörg@example.com","role":"user","metadata":{}},"relationships":{"tokens":{"links":{}}}},
        "included":[{"type":"tokens"}]}"#;

    #[test]
    fn a_user_is_who_typed_the_address_and_owns_the_token() {
        let user = signed(200, USER).user().unwrap();
        let check =
            |id: Uuid, typed: &str, expect: bool| assert_eq!(user.is(id, typed), expect, "{id} {typed}");
        check(user.id, "jörg@example.com", true);
        check(user.id, " JÖRG@Example.COM ", true);
        check(user.id, "jorg@example.com", false);
        check(user.id, "jörg@example.co", false);
        check(user.id, "", false);
        check(Uuid::nil(), "jörg@example.com", false);
        assert_eq!(unsigned(200, USER).user().unwrap_err(), Refusal::Unconfirmed { status: 200 });
        for wrong in [USER.replace("users", "licenses"), USER.replace("email", "mail")] {
            assert!(matches!(signed(200, &wrong).user(), Err(Refusal::Unreadable { .. })), "{wrong}");
        }
    }
}
