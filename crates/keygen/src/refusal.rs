//! What a request can come back with instead of facts: a closed list of what a client must tell apart.
//!
//! Only the vendor's signed words refuse. Everything else is [`Refusal::Unconfirmed`] or its kin: not done, try again;
//! it says nothing about a license, a seat or an account (invariant I6).

use gatefold_disclosure::quote;

use crate::document::ApiError;

/// Which limit was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Seats of the license.
    Machines,
    /// Seats of a group of licenses.
    Group,
    /// Processor cores, memory, disk: a license that counts them, and a client that does not send them.
    Resources,
    /// How often a seat may be taken.
    Activations,
    /// How often a seat may be given back.
    Deactivations,
    /// Uses, users, processes.
    Other,
}

/// Why there are no facts. [`Refusal::code`] is stable; words and advice for users are the client's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The answer bears no signature: whatever it says, it was not done and nothing is known.
    #[error("the answer is not signed by the vendor's server (status {status})")]
    Unconfirmed {
        /// The HTTP status, for the record only.
        status: u16,
    },
    /// A web page without a signature: something else answered in the server's place.
    #[error("a web page answered instead of the vendor's server (status {status})")]
    WebPage {
        /// The HTTP status, for the record only.
        status: u16,
    },
    /// The answer bears a signature that is not the vendor's.
    #[error("the answer's signature is not the vendor's (status {status})")]
    BadSignature {
        /// The HTTP status, for the record only.
        status: u16,
    },
    /// A signed answer to another request: it does not repeat our nonce.
    #[error("the answer does not belong to this request")]
    Replayed,
    /// Signed, but not the document that this request is answered with.
    #[error("the answer cannot be read: {what}")]
    Unreadable {
        /// What is wrong with it.
        what: &'static str,
    },
    /// Signed, but it says two things that cannot both be true: neither is believed.
    #[error("the answer contradicts itself: {what}")]
    Contradictory {
        /// What it says.
        what: String,
    },
    /// Too many requests; unsigned by nature, and harmless (protocol reference 1.5).
    #[error("the server asks for a pause")]
    Throttled {
        /// How long, in seconds, if the server says.
        retry_after_secs: Option<u64>,
    },
    /// The server failed; whether a write took place is unknown.
    #[error("the server failed (status {status})")]
    ServerError {
        /// The HTTP status.
        status: u16,
    },
    /// This computer already holds a seat of this license, or of a sibling: look before anything else.
    #[error("the identifier is already taken{}", if *.seats_full { ", and the seats are full" } else { "" })]
    FingerprintTaken {
        /// The same answer also said that no seat is free.
        seats_full: bool,
    },
    /// The machine id is in use: the first try arrived after all, or somebody else has it.
    #[error("the machine id is already taken")]
    IdConflict,
    /// Two writes met; read again, then retry.
    #[error("the request met another one")]
    Conflict,
    /// No seat is free, or another limit is reached.
    #[error("a limit of the license is reached")]
    LimitReached {
        /// Which.
        limit: Limit,
    },
    /// The server knows no such license key.
    #[error("the license key is unknown to the server")]
    WrongKey,
    /// The license is suspended.
    #[error("the license is suspended")]
    Suspended,
    /// The license, or the account it belongs to, is banned.
    #[error("the license or its account is banned")]
    Banned,
    /// The license has ended.
    #[error("the license is expired")]
    Expired,
    /// No such object, or none that this credential may see.
    #[error("the server knows no such object")]
    NotFound,
    /// The license forbids this kind of credential: try the other one (license key or sign-in).
    #[error("this way in is not allowed for the license")]
    NotAllowed,
    /// Forbidden without a code: a protected license or a missing permission. The license key may be allowed to.
    #[error("the server does not permit it: {detail}")]
    Protected {
        /// The server's words, quoted.
        detail: String,
    },
    /// E-mail or password is wrong.
    #[error("e-mail or password is wrong")]
    Credentials,
    /// The account wants a one-time code.
    #[error("a one-time code is required")]
    OtpRequired,
    /// The one-time code is wrong, too old or used.
    #[error("the one-time code is wrong")]
    OtpInvalid,
    /// The account signs in through its organization; a desktop program cannot.
    #[error("the account signs in through its organization")]
    SsoRequired,
    /// The sign-in has ended.
    #[error("the sign-in has ended")]
    SignedOut,
    /// The server does not speak the pinned version, or wants what this client never sends.
    #[error("the server cannot answer this version of the protocol: {detail}")]
    Incompatible {
        /// The server's words, quoted.
        detail: String,
    },
    /// Another refusal, in the server's words.
    #[error("the server refused: {title}: {detail}")]
    Unknown {
        /// The kind, quoted.
        title: String,
        /// The words, quoted.
        detail: String,
    },
}

/// Every code of this crate.
pub const CODES: &[&str] = &[
    "keygen.unconfirmed",
    "keygen.web_page",
    "keygen.bad_signature",
    "keygen.replayed",
    "keygen.unreadable",
    "keygen.contradictory",
    "keygen.throttled",
    "keygen.server_error",
    "keygen.fingerprint_taken",
    "keygen.id_conflict",
    "keygen.conflict",
    "keygen.seats_full",
    "keygen.limit_reached",
    "keygen.wrong_key",
    "keygen.suspended",
    "keygen.banned",
    "keygen.expired",
    "keygen.not_found",
    "keygen.not_allowed",
    "keygen.protected",
    "keygen.credentials",
    "keygen.otp_required",
    "keygen.otp_invalid",
    "keygen.sso_required",
    "keygen.signed_out",
    "keygen.incompatible",
    "keygen.refused",
];

impl Refusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unconfirmed { .. } => "keygen.unconfirmed",
            Self::WebPage { .. } => "keygen.web_page",
            Self::BadSignature { .. } => "keygen.bad_signature",
            Self::Replayed => "keygen.replayed",
            Self::Unreadable { .. } => "keygen.unreadable",
            Self::Contradictory { .. } => "keygen.contradictory",
            Self::Throttled { .. } => "keygen.throttled",
            Self::ServerError { .. } => "keygen.server_error",
            Self::FingerprintTaken { .. } => "keygen.fingerprint_taken",
            Self::IdConflict => "keygen.id_conflict",
            Self::Conflict => "keygen.conflict",
            Self::LimitReached { limit: Limit::Machines | Limit::Group } => "keygen.seats_full",
            Self::LimitReached { .. } => "keygen.limit_reached",
            Self::WrongKey => "keygen.wrong_key",
            Self::Suspended => "keygen.suspended",
            Self::Banned => "keygen.banned",
            Self::Expired => "keygen.expired",
            Self::NotFound => "keygen.not_found",
            Self::NotAllowed => "keygen.not_allowed",
            Self::Protected { .. } => "keygen.protected",
            Self::Credentials => "keygen.credentials",
            Self::OtpRequired => "keygen.otp_required",
            Self::OtpInvalid => "keygen.otp_invalid",
            Self::SsoRequired => "keygen.sso_required",
            Self::SignedOut => "keygen.signed_out",
            Self::Incompatible { .. } => "keygen.incompatible",
            Self::Unknown { .. } => "keygen.refused",
        }
    }

    /// Whether the vendor's server itself said no. Otherwise nothing is known, and the same request may be tried again.
    pub fn is_confirmed(&self) -> bool {
        !matches!(
            self,
            Self::Unconfirmed { .. }
                | Self::WebPage { .. }
                | Self::BadSignature { .. }
                | Self::Replayed
                | Self::Unreadable { .. }
                | Self::Contradictory { .. }
                | Self::Throttled { .. }
                | Self::ServerError { .. }
        )
    }

    /// The one refusal that a signed list of errors amounts to; the order of the list means nothing.
    pub(crate) fn from_errors(errors: &[ApiError], status: u16) -> Self {
        let all: Vec<Self> = errors.iter().map(|error| Self::from_error(error, status)).collect();
        let is_full =
            |refusal: &Self| matches!(refusal, Self::LimitReached { limit: Limit::Machines | Limit::Group });
        // A taken identifier may come with full seats, because this computer holds one of them: it goes first.
        if all.iter().any(|refusal| matches!(refusal, Self::FingerprintTaken { .. })) {
            return Self::FingerprintTaken { seats_full: all.iter().any(is_full) };
        }
        let by_weight = |refusal: &&Self| match refusal {
            Self::IdConflict => 0,
            Self::Unknown { .. } => 2,
            _ => 1,
        };
        let heaviest = all.iter().min_by_key(by_weight).cloned();
        heaviest.unwrap_or(Self::Unreadable { what: "a refusal without a reason" })
    }

    /// Protocol reference 1.4. The status is not signed; it only tells apart errors that have no code.
    fn from_error(error: &ApiError, status: u16) -> Self {
        let detail = || quote(&error.detail);
        match error.code.as_deref() {
            Some("FINGERPRINT_TAKEN") => Self::FingerprintTaken { seats_full: false },
            Some("ID_CONFLICT" | "ID_TAKEN") => Self::IdConflict,
            Some("MACHINE_LIMIT_EXCEEDED") => Self::LimitReached { limit: Limit::Machines },
            Some("GROUP_MACHINE_LIMIT_EXCEEDED") => Self::LimitReached { limit: Limit::Group },
            Some(
                "MACHINE_CORE_LIMIT_EXCEEDED"
                | "MACHINE_MEMORY_LIMIT_EXCEEDED"
                | "MACHINE_DISK_LIMIT_EXCEEDED",
            ) => Self::LimitReached { limit: Limit::Resources },
            Some("ACTIVATIONS_LIMIT_EXCEEDED") => Self::LimitReached { limit: Limit::Activations },
            Some("DEACTIVATIONS_LIMIT_EXCEEDED") => Self::LimitReached { limit: Limit::Deactivations },
            Some(code) if code.ends_with("_LIMIT_EXCEEDED") => Self::LimitReached { limit: Limit::Other },
            Some("LICENSE_SUSPENDED") => Self::Suspended,
            Some("LICENSE_BANNED" | "USER_BANNED") => Self::Banned,
            Some("LICENSE_EXPIRED") => Self::Expired,
            Some("LICENSE_INVALID") => Self::WrongKey,
            Some("LICENSE_NOT_ALLOWED" | "TOKEN_NOT_ALLOWED" | "SESSION_NOT_ALLOWED") => Self::NotAllowed,
            Some(
                "CREDENTIALS_INVALID"
                | "EMAIL_REQUIRED"
                | "EMAIL_INVALID"
                | "PASSWORD_REQUIRED"
                | "PASSWORD_INVALID"
                | "PASSWORD_NOT_SUPPORTED",
            ) => Self::Credentials,
            Some("OTP_REQUIRED") => Self::OtpRequired,
            Some("OTP_INVALID") => Self::OtpInvalid,
            Some("SSO_REQUIRED") => Self::SsoRequired,
            Some(
                "TOKEN_MISSING"
                | "TOKEN_INVALID"
                | "TOKEN_FORMAT_INVALID"
                | "TOKEN_EXPIRED"
                | "SESSION_INVALID"
                | "SESSION_EXPIRED",
            ) => Self::SignedOut,
            Some("NOT_FOUND" | "LICENSE_NOT_FOUND") => Self::NotFound,
            Some("INVALID_API_VERSION" | "ENVIRONMENT_NOT_SUPPORTED" | "ENVIRONMENT_INVALID") => {
                Self::Incompatible { detail: detail() }
            }
            Some("TOO_MANY_REQUESTS") => Self::Throttled { retry_after_secs: None },
            None if status == 403 => Self::Protected { detail: detail() },
            None if status == 404 => Self::NotFound,
            None if status == 409 => Self::Conflict,
            None if status >= 500 => Self::ServerError { status },
            _ => Self::Unknown { title: quote(&error.title), detail: detail() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: &str) -> ApiError {
        ApiError {
            title: "Title".into(),
            detail: "a \u{1b}[31mdetail\u{202E}".into(),
            code: (!code.is_empty()).then(|| code.to_owned()),
            source: None,
        }
    }

    fn check(codes: &[&str], status: u16, expect: Refusal) {
        let mut errors: Vec<ApiError> = codes.iter().map(|code| error(code)).collect();
        assert_eq!(Refusal::from_errors(&errors, status), expect, "{codes:?}");
        errors.reverse();
        assert_eq!(Refusal::from_errors(&errors, status), expect, "{codes:?} reversed");
    }

    #[test]
    fn codes_mean_what_the_reference_says() {
        let full = Refusal::LimitReached { limit: Limit::Machines };
        check(&["MACHINE_LIMIT_EXCEEDED"], 422, full.clone());
        check(&["MACHINE_MEMORY_LIMIT_EXCEEDED"], 422, Refusal::LimitReached { limit: Limit::Resources });
        check(&["USES_LIMIT_EXCEEDED"], 422, Refusal::LimitReached { limit: Limit::Other });
        check(&["LICENSE_INVALID"], 401, Refusal::WrongKey);
        check(&["LICENSE_NOT_ALLOWED"], 403, Refusal::NotAllowed);
        check(&["USER_BANNED"], 403, Refusal::Banned);
        check(&["PASSWORD_INVALID"], 401, Refusal::Credentials);
        check(&["TOKEN_EXPIRED"], 401, Refusal::SignedOut);
        check(&["OTP_REQUIRED"], 401, Refusal::OtpRequired);
        check(&["NOT_FOUND"], 404, Refusal::NotFound);
        check(&[""], 409, Refusal::Conflict);
        check(&[""], 500, Refusal::ServerError { status: 500 });
        check(&[""], 403, Refusal::Protected { detail: "a [31mdetail".into() });
        check(&["INVALID_API_VERSION"], 400, Refusal::Incompatible { detail: "a [31mdetail".into() });
        let unknown = Refusal::Unknown { title: "Title".into(), detail: "a [31mdetail".into() };
        check(&["SOMETHING_NEW"], 422, unknown.clone());
        check(&[""], 422, unknown.clone());
        check(&["SOMETHING_NEW", "MACHINE_LIMIT_EXCEEDED"], 422, full);
        check(&["ID_CONFLICT", "MACHINE_LIMIT_EXCEEDED"], 422, Refusal::IdConflict);
        check(&[], 422, Refusal::Unreadable { what: "a refusal without a reason" });
    }

    #[test]
    fn a_taken_identifier_goes_before_full_seats() {
        check(&["FINGERPRINT_TAKEN"], 422, Refusal::FingerprintTaken { seats_full: false });
        check(
            &["MACHINE_LIMIT_EXCEEDED", "FINGERPRINT_TAKEN"],
            422,
            Refusal::FingerprintTaken { seats_full: true },
        );
        check(&["ID_CONFLICT", "FINGERPRINT_TAKEN"], 422, Refusal::FingerprintTaken { seats_full: false });
    }

    #[test]
    fn every_variant_has_its_code_in_the_list() {
        let text = String::new;
        use Limit::{Activations, Deactivations, Group, Machines, Other, Resources};
        let limits = [Machines, Group, Resources, Activations, Deactivations, Other];
        let mut all = vec![
            Refusal::Unconfirmed { status: 200 },
            Refusal::WebPage { status: 200 },
            Refusal::BadSignature { status: 200 },
            Refusal::Replayed,
            Refusal::Unreadable { what: "x" },
            Refusal::Contradictory { what: text() },
            Refusal::Throttled { retry_after_secs: None },
            Refusal::ServerError { status: 500 },
            Refusal::FingerprintTaken { seats_full: false },
            Refusal::IdConflict,
            Refusal::Conflict,
            Refusal::WrongKey,
            Refusal::Suspended,
            Refusal::Banned,
            Refusal::Expired,
            Refusal::NotFound,
            Refusal::NotAllowed,
            Refusal::Protected { detail: text() },
            Refusal::Credentials,
            Refusal::OtpRequired,
            Refusal::OtpInvalid,
            Refusal::SsoRequired,
            Refusal::SignedOut,
            Refusal::Incompatible { detail: text() },
            Refusal::Unknown { title: text(), detail: text() },
        ];
        all.extend(limits.map(|limit| Refusal::LimitReached { limit }));
        let codes: std::collections::BTreeSet<&str> = all.iter().map(Refusal::code).collect();
        assert_eq!(codes, CODES.iter().copied().collect());
    }

    #[test]
    fn only_the_vendors_own_no_is_confirmed() {
        assert!(Refusal::Suspended.is_confirmed());
        assert!(!Refusal::Unconfirmed { status: 403 }.is_confirmed());
        assert!(!Refusal::Throttled { retry_after_secs: Some(3) }.is_confirmed());
    }
}
