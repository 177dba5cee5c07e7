//! The answer to "is this license good?" (protocol reference 4). It refuses an answer without our nonce, and one that
//! contradicts itself.

use gatefold_disclosure::quote;
use serde::Deserialize;

use super::license::{License, RawLicense};
use crate::answer::Answer;
use crate::refusal::{Limit, Refusal};

/// What the server thinks of a license.
#[derive(Clone, Debug)]
pub struct Validation {
    /// The verdict. `true` may come with a code other than [`ValidationCode::Valid`].
    pub valid: bool,
    /// The explanation.
    pub code: ValidationCode,
    /// The server's words, quoted.
    pub detail: String,
    /// The license; none if the key is unknown.
    pub license: Option<License>,
}

impl Validation {
    /// The refusal it amounts to: none if the license is good, or only lacks a seat for this computer.
    pub fn refusal(&self) -> Option<Refusal> {
        use ValidationCode as Code;
        if self.valid || self.code.wants_activation() {
            return None;
        }
        Some(match self.code {
            Code::NotFound => Refusal::WrongKey,
            Code::Suspended => Refusal::Suspended,
            Code::Banned => Refusal::Banned,
            Code::Expired | Code::Overdue => Refusal::Expired,
            Code::TooManyMachines => Refusal::LimitReached { limit: Limit::Machines },
            Code::TooManyCores | Code::TooMuchMemory | Code::TooMuchDisk => {
                Refusal::LimitReached { limit: Limit::Resources }
            }
            Code::TooManyProcesses | Code::TooManyUsers => Refusal::LimitReached { limit: Limit::Other },
            _ => Refusal::Unknown { title: self.code.as_str().to_owned(), detail: self.detail.clone() },
        })
    }
}

/// The word of an answer that calls a license not good, if it is of the protocol's vocabulary; none where the license is
/// good, or only lacks a seat. For the record: nothing is decided by it, for nobody signed it.
pub fn refused_word(body: &[u8]) -> Option<&'static str> {
    const VALID: &[u8] = b"\"valid\"";
    // Most answers are no verdict, and need not be read for that.
    if !body.windows(VALID.len()).any(|member| member == VALID) {
        return None;
    }
    let verdict: RawVerdict = serde_json::from_slice(body).ok()?;
    let code = ValidationCode::from_wire(&verdict.meta.code);
    let refuses = !verdict.meta.valid && !code.contradicts(false) && !code.wants_activation();
    (refuses && code != ValidationCode::Other).then(|| code.as_str())
}

/// What a word that [`refused_word`] gave means.
pub(crate) fn refusal_of_word(word: &str) -> Option<Refusal> {
    let code = ValidationCode::from_wire(word);
    let verdict = Validation { valid: false, code, detail: String::new(), license: None };
    verdict.refusal().filter(|_| code != ValidationCode::Other && !code.contradicts(false))
}

impl Answer {
    /// The verdict on a license, if this answer belongs to the request that carried `nonce`.
    ///
    /// # Errors
    /// [`Refusal::Replayed`] if it does not; [`Refusal::Contradictory`] if verdict and explanation cannot both be true;
    /// else whatever the server refused with, or why it cannot be read.
    pub fn validation(&self, nonce: u64) -> Result<Validation, Refusal> {
        let document: RawValidation = self.document()?;
        if document.meta.nonce != Some(nonce) {
            return Err(Refusal::Replayed);
        }
        let (valid, code) = (document.meta.valid, ValidationCode::from_wire(&document.meta.code));
        if code.contradicts(valid) {
            let verdict = if valid { "good" } else { "not good" };
            let what = format!("it calls the license {verdict} and {} at once", code.as_str());
            return Err(Refusal::Contradictory { what });
        }
        let license = document.data.map(License::try_from).transpose()?;
        Ok(Validation { valid, code, detail: quote(&document.meta.detail), license })
    }
}

#[derive(Deserialize)]
struct RawValidation {
    data: Option<RawLicense>,
    meta: RawMeta,
}

#[derive(Deserialize)]
struct RawVerdict {
    meta: RawMeta,
}

#[derive(Deserialize)]
struct RawMeta {
    valid: bool,
    code: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    nonce: Option<u64>,
}

macro_rules! codes {
    ($($variant:ident = $wire:literal,)*) => {
        /// Why a license is good or not, in the server's closed vocabulary.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ValidationCode {
            $(#[doc = concat!("`", $wire, "`")] $variant,)*
            /// A code that this version does not know.
            Other,
        }

        impl ValidationCode {
            /// As it stands on the wire; `OTHER` for one that this version does not know.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire,)* Self::Other => "OTHER" }
            }

            fn from_wire(code: &str) -> Self {
                match code { $($wire => Self::$variant,)* _ => Self::Other }
            }
        }
    };
}

codes! {
    Valid = "VALID",
    NotFound = "NOT_FOUND",
    Suspended = "SUSPENDED",
    Expired = "EXPIRED",
    Overdue = "OVERDUE",
    Banned = "BANNED",
    NoMachine = "NO_MACHINE",
    NoMachines = "NO_MACHINES",
    TooManyMachines = "TOO_MANY_MACHINES",
    TooManyCores = "TOO_MANY_CORES",
    TooMuchMemory = "TOO_MUCH_MEMORY",
    TooMuchDisk = "TOO_MUCH_DISK",
    TooManyProcesses = "TOO_MANY_PROCESSES",
    TooManyUsers = "TOO_MANY_USERS",
    HeartbeatNotStarted = "HEARTBEAT_NOT_STARTED",
    HeartbeatDead = "HEARTBEAT_DEAD",
    EntitlementsMissing = "ENTITLEMENTS_MISSING",
    FingerprintScopeMismatch = "FINGERPRINT_SCOPE_MISMATCH",
    FingerprintScopeRequired = "FINGERPRINT_SCOPE_REQUIRED",
    FingerprintScopeEmpty = "FINGERPRINT_SCOPE_EMPTY",
    MachineScopeMismatch = "MACHINE_SCOPE_MISMATCH",
    MachineScopeRequired = "MACHINE_SCOPE_REQUIRED",
    ComponentsScopeMismatch = "COMPONENTS_SCOPE_MISMATCH",
    ComponentsScopeRequired = "COMPONENTS_SCOPE_REQUIRED",
    ComponentsScopeEmpty = "COMPONENTS_SCOPE_EMPTY",
    ProductScopeMismatch = "PRODUCT_SCOPE_MISMATCH",
    ProductScopeRequired = "PRODUCT_SCOPE_REQUIRED",
    PolicyScopeMismatch = "POLICY_SCOPE_MISMATCH",
    PolicyScopeRequired = "POLICY_SCOPE_REQUIRED",
    UserScopeMismatch = "USER_SCOPE_MISMATCH",
    UserScopeRequired = "USER_SCOPE_REQUIRED",
    ChecksumScopeMismatch = "CHECKSUM_SCOPE_MISMATCH",
    ChecksumScopeRequired = "CHECKSUM_SCOPE_REQUIRED",
    VersionScopeMismatch = "VERSION_SCOPE_MISMATCH",
    VersionScopeRequired = "VERSION_SCOPE_REQUIRED",
    EnvironmentScopeMismatch = "ENVIRONMENT_SCOPE_MISMATCH",
    EnvironmentScopeRequired = "ENVIRONMENT_SCOPE_REQUIRED",
    EntitlementsScopeEmpty = "ENTITLEMENTS_SCOPE_EMPTY",
}

impl ValidationCode {
    /// The license is fine; this computer has no seat yet, or wants to be named. The server asks for a machine, not
    /// for another license.
    pub const fn wants_activation(self) -> bool {
        matches!(
            self,
            Self::NoMachine
                | Self::NoMachines
                | Self::FingerprintScopeMismatch
                | Self::FingerprintScopeRequired
        )
    }

    /// Whether no server means both: who is suspended, banned or unknown is never good, whatever the policy allows (an
    /// expired or overdue license may be).
    const fn contradicts(self, valid: bool) -> bool {
        match self {
            Self::Suspended | Self::Banned | Self::NotFound => valid,
            Self::Valid => !valid,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::testing::{signed, unsigned};

    fn body(valid: bool, code: &str, nonce: &str, data: &str) -> String {
        format!(
            r#"{{"data":{data},"meta":{{"ts":"2026-11-02T03:04:05.678Z","valid":{valid},"detail":"d\u001b","code":"{code}"{nonce},"scope":{{}}}}}}"#
        )
    }

    #[test]
    fn verdicts_and_what_they_amount_to() {
        let check = |valid: bool, code: &str, expect: Option<Refusal>| {
            let answer = signed(200, &body(valid, code, r#","nonce":7"#, "null"));
            let validation = answer.validation(7).unwrap();
            assert_eq!(validation.refusal(), expect, "{code}");
            assert_eq!(validation.detail, "d");
        };
        check(true, "VALID", None);
        check(true, "EXPIRED", None);
        check(true, "TOO_MANY_MACHINES", None);
        check(false, "NO_MACHINE", None);
        check(false, "NO_MACHINES", None);
        check(false, "FINGERPRINT_SCOPE_MISMATCH", None);
        check(false, "NOT_FOUND", Some(Refusal::WrongKey));
        check(false, "SUSPENDED", Some(Refusal::Suspended));
        check(false, "BANNED", Some(Refusal::Banned));
        check(false, "EXPIRED", Some(Refusal::Expired));
        check(false, "TOO_MANY_MACHINES", Some(Refusal::LimitReached { limit: Limit::Machines }));
        let unknown = |title: &str| Some(Refusal::Unknown { title: title.into(), detail: "d".into() });
        check(false, "PRODUCT_SCOPE_MISMATCH", unknown("PRODUCT_SCOPE_MISMATCH"));
        check(false, "\\u001b[31mNEW", unknown("OTHER"));
    }

    #[test]
    fn what_cannot_both_be_true_is_neither() {
        let check = |valid: bool, code: &str, expect: &str| {
            let answer = signed(200, &body(valid, code, r#","nonce":7"#, "null"));
            let what = format!("it calls the license {expect} at once");
            assert_eq!(answer.validation(7).unwrap_err(), Refusal::Contradictory { what });
        };
        check(true, "SUSPENDED", "good and SUSPENDED");
        check(true, "BANNED", "good and BANNED");
        check(true, "NOT_FOUND", "good and NOT_FOUND");
        check(false, "VALID", "not good and VALID");
    }

    #[test]
    fn an_answer_to_another_request_is_no_verdict() {
        let check = |nonce: &str| {
            let answer = signed(200, &body(true, "SUSPENDED", nonce, "null"));
            assert_eq!(answer.validation(7).unwrap_err(), Refusal::Replayed, "{nonce}");
        };
        check("");
        check(r#","nonce":null"#);
        check(r#","nonce":8"#);
    }

    #[test]
    fn an_unsigned_verdict_is_none() {
        let answer = unsigned(200, &body(false, "SUSPENDED", r#","nonce":7"#, "null"));
        assert_eq!(answer.validation(7).unwrap_err(), Refusal::Unconfirmed { status: 200 });
    }

    #[test]
    fn codes_are_read_as_they_are_written() {
        for code in
            [ValidationCode::Valid, ValidationCode::HeartbeatDead, ValidationCode::EntitlementsScopeEmpty]
        {
            assert_eq!(ValidationCode::from_wire(code.as_str()), code);
        }
    }
}
