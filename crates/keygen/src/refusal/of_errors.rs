//! From the errors of a signed answer to the one refusal that they amount to (protocol reference 1.4).

use gatefold_disclosure::quote;

use super::{Limit, Refusal};
use crate::document::ApiError;

impl Refusal {
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
    pub(super) fn from_error(error: &ApiError, status: u16) -> Self {
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
            Some("SERIAL_NOT_FOUND") => Self::SerialUnknown,
            Some("SERIAL_TAKEN") => Self::SerialTaken,
            Some("UNLOCK_CODE_INVALID") => Self::UnlockCodeWrong,
            Some("TRIAL_NOT_OFFERED") => Self::TrialNotOffered,
            Some("TRIAL_ENDED") => Self::TrialEnded { ended_at: error.time("expiry") },
            Some("TRANSFER_NOT_OFFERED") => Self::TransferNotOffered,
            Some("TRANSFER_KIND") => Self::TransferKind,
            Some("TRANSFER_TOO_EARLY") => Self::TransferTooEarly { from: error.time("from") },
            Some("TRANSFER_SEATS_IN_USE") => Self::TransferSeatsInUse,
            Some("TRANSFER_RECIPIENT_INVALID") => Self::TransferRecipient,
            Some("PRODUCT_NOT_FOUND") => Self::ProductUnknown,
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
            ..ApiError::default()
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
        check(&["SERIAL_NOT_FOUND"], 422, Refusal::SerialUnknown);
        check(&["SERIAL_TAKEN"], 422, Refusal::SerialTaken);
        check(&["UNLOCK_CODE_INVALID"], 422, Refusal::UnlockCodeWrong);
        check(&["PRODUCT_NOT_FOUND"], 422, Refusal::ProductUnknown);
        check(&["TRANSFER_NOT_OFFERED"], 422, Refusal::TransferNotOffered);
        check(&["TRANSFER_KIND"], 422, Refusal::TransferKind);
        check(&["TRANSFER_TOO_EARLY"], 422, Refusal::TransferTooEarly { from: None });
        check(&["TRANSFER_SEATS_IN_USE"], 422, Refusal::TransferSeatsInUse);
        check(&["TRANSFER_RECIPIENT_INVALID"], 422, Refusal::TransferRecipient);
        check(&["TRIAL_NOT_OFFERED"], 422, Refusal::TrialNotOffered);
        check(&["TRIAL_ENDED"], 422, Refusal::TrialEnded { ended_at: None });
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
}
