//! What a request can come back with instead of facts: a closed list of what a client must tell apart.
//!
//! Only the vendor's signed words refuse. Everything else is [`Refusal::Unconfirmed`] or its kin: not done, try again;
//! it says nothing about a license, a seat or an account (invariant I6).

mod of_errors;

use crate::document::ApiError;
use crate::replies::refusal_of_word;
use crate::server_codes::SERVER_CODES;

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
    /// The server knows no such serial number.
    #[error("the serial number is unknown to the server")]
    SerialUnknown,
    /// Somebody else's account has the product of this serial number.
    #[error("the serial number is registered to another account")]
    SerialTaken,
    /// The unlock code is not the one of the serial number.
    #[error("the unlock code does not fit the serial number")]
    UnlockCodeWrong,
    /// The vendor takes no registration of this product.
    #[error("the product cannot be registered")]
    ProductUnknown,
    /// The vendor offers no trial of this product.
    #[error("no trial of the product is offered")]
    TrialNotOffered,
    /// The one trial that there is for each was begun before, and has ended.
    #[error("the trial has ended")]
    TrialEnded {
        /// When, if the server says.
        ended_at: Option<jiff::Timestamp>,
    },
    /// The vendor's server gives this license to nobody else.
    #[error("the license is not transferred here")]
    TransferNotOffered,
    /// Licenses of this kind are never given to somebody else.
    #[error("licenses of this kind are not transferred")]
    TransferKind,
    /// It is too soon after the purchase.
    #[error("the license cannot be transferred yet")]
    TransferTooEarly {
        /// From when it can be, if the server says.
        from: Option<jiff::Timestamp>,
    },
    /// Computers hold seats of the license.
    #[error("the license has seats in use")]
    TransferSeatsInUse,
    /// The address is nobody's to whom it could be given.
    #[error("the recipient's address cannot be used")]
    TransferRecipient,
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
    "keygen.serial_unknown",
    "keygen.serial_taken",
    "keygen.unlock_code_wrong",
    "keygen.product_unknown",
    "keygen.trial_not_offered",
    "keygen.trial_ended",
    "keygen.transfer_not_offered",
    "keygen.transfer_kind",
    "keygen.transfer_too_early",
    "keygen.transfer_seats_in_use",
    "keygen.transfer_recipient",
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
    /// What a word of the server's means that a record keeps beside this status: of a list of errors, or of a verdict on a
    /// license. None where it is not of the protocol.
    pub fn of_record(word: &str, status: u16) -> Option<Self> {
        if status < 400 {
            return refusal_of_word(word);
        }
        let error = ApiError { code: Some(word.to_owned()), ..ApiError::default() };
        SERVER_CODES.contains(&word).then(|| Self::from_error(&error, status))
    }

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
            Self::SerialUnknown => "keygen.serial_unknown",
            Self::SerialTaken => "keygen.serial_taken",
            Self::UnlockCodeWrong => "keygen.unlock_code_wrong",
            Self::ProductUnknown => "keygen.product_unknown",
            Self::TrialNotOffered => "keygen.trial_not_offered",
            Self::TrialEnded { .. } => "keygen.trial_ended",
            Self::TransferNotOffered => "keygen.transfer_not_offered",
            Self::TransferKind => "keygen.transfer_kind",
            Self::TransferTooEarly { .. } => "keygen.transfer_too_early",
            Self::TransferSeatsInUse => "keygen.transfer_seats_in_use",
            Self::TransferRecipient => "keygen.transfer_recipient",
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

    /// Whether the vendor's server itself said no. Otherwise nothing is known, and the same request may be tried again: also
    /// where it met another write, which may have been its own double.
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
                | Self::Conflict
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            Refusal::SerialUnknown,
            Refusal::SerialTaken,
            Refusal::UnlockCodeWrong,
            Refusal::ProductUnknown,
            Refusal::TrialNotOffered,
            Refusal::TrialEnded { ended_at: None },
            Refusal::TransferNotOffered,
            Refusal::TransferKind,
            Refusal::TransferTooEarly { from: None },
            Refusal::TransferSeatsInUse,
            Refusal::TransferRecipient,
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
        assert!(!Refusal::Conflict.is_confirmed());
    }

    /// What a record keeps is the server's word; what it means depends on where it stood.
    #[test]
    fn a_word_that_was_kept_is_told_again() {
        fn check(word: &str, status: u16, expect: Option<&str>) {
            let told = Refusal::of_record(word, status);
            assert_eq!(told.as_ref().map(Refusal::code), expect, "{word} {status}");
        }
        check("MACHINE_LIMIT_EXCEEDED", 422, Some("keygen.seats_full"));
        check("NOT_FOUND", 404, Some("keygen.not_found"));
        check("NOT_FOUND", 200, Some("keygen.wrong_key"));
        check("SUSPENDED", 200, Some("keygen.suspended"));
        check("VALID", 200, None);
        check("NO_MACHINE", 200, None);
        check("HUNTER2", 200, None);
        check("HUNTER2", 422, None);
    }
}
