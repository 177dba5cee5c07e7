//! An error in a user's words: the table's sentence of its code, with what the moment knows. It refuses to repeat what a
//! server wrote but quoted.

use gatefold_diagnostics::DiagnosticsError;
use gatefold_egress::SendError;
use gatefold_keygen::Refusal;
use gatefold_shelf::ShelfError;

use super::ClientError;
use crate::words::{Advice, advice_of};

const UPLOAD_UNKNOWN: &str =
    "It may have arrived, so it is not sent again. Look at it with: gatefold ledger list --optional";
const UPLOAD_UNKNOWN_IN_WINDOW: &str =
    "It may have arrived, so it is not sent again. The record of what was sent shows it.";

impl ClientError {
    /// What happened and the next step, in a user's words.
    pub fn advice(&self) -> Advice {
        let mut advice = advice_of(self.code(), self.detail());
        if let Some(seat) = self.held_seat() {
            // Its hint ends with the command that gives it back.
            advice.hint.push(' ');
            advice.hint.push_str(seat);
        }
        if let Self::KeyMissing { has_seat: true, .. } = self {
            advice.hint.push_str(" Else activate again with the key; it takes no second seat.");
            advice.in_window.push_str(" Else type the key in again; it takes no second seat.");
        }
        if let Self::UploadUnknown(_) = self {
            // The general next step is to do it again, which sends nothing.
            UPLOAD_UNKNOWN.clone_into(&mut advice.hint);
            UPLOAD_UNKNOWN_IN_WINDOW.clone_into(&mut advice.in_window);
        }
        advice
    }

    /// The seat that this computer holds although nothing was installed: it can be given back by this id.
    pub fn held_seat(&self) -> Option<&str> {
        match self {
            Self::SeatWithoutFile { machine_id, .. } => Some(machine_id),
            _ => None,
        }
    }

    /// What the general sentence of the code cannot know.
    fn detail(&self) -> Option<String> {
        match self {
            Self::VendorFile(error) => Some(error.to_string()),
            Self::Seal(error) => Some(error.to_string()),
            Self::Refusal(Refusal::Unknown { title, detail }) => Some(format!("\"{title}: {detail}\"")),
            Self::Refusal(Refusal::Protected { detail } | Refusal::Incompatible { detail }) => {
                Some(format!("\"{detail}\""))
            }
            Self::Refusal(Refusal::Contradictory { what }) => Some(what.clone()),
            Self::Refusal(Refusal::TransferTooEarly { from }) => {
                from.map(|at| format!("it can be from {} on", at.strftime("%Y-%m-%d")))
            }
            Self::NoTransfer { contact } => contact.as_ref().map(|contact| format!("ask {contact}")),
            Self::NeverTransferred(terms) => Some(format!("it is a {} license", terms.as_str())),
            Self::Recipient(fault) => Some(format!("it {fault}")),
            Self::UsageItemNotOffered(item) => Some(item.id().to_owned()),
            Self::UsageNotTaken { status }
            | Self::UsageUnclear { status }
            | Self::UsageErasureNotTaken { status } => Some(format!("it answered {status}")),
            Self::SeatsElsewhere(held) => Some(held.to_string()),
            Self::SeatElsewhere(which) => which.clone(),
            Self::Refusal(Refusal::TrialEnded { ended_at }) => {
                ended_at.map(|at| format!("it ended on {}", at.strftime("%Y-%m-%d")))
            }
            Self::Refusal(Refusal::Throttled { retry_after_secs: Some(secs) }) => {
                Some(format!("it asks for {secs} seconds"))
            }
            Self::Send(SendError::Unreachable { host, why }) => Some(format!("{host} {why}")),
            Self::Shelf(ShelfError::NotRootsAlone(folder)) => Some(folder.display().to_string()),
            Self::NotBegun(why) => Some(why.to_string()),
            Self::Send(SendError::CertificateRefused(reason)) => Some((*reason).to_owned()),
            Self::Diagnostics(error) => diagnostics(error),
            Self::NoSupportKey(vendor) => Some(vendor.clone()),
            Self::VendorAmbiguous(names) => Some(names.clone()),
            Self::KeyShape(shape) => Some(shape.clone()),
            Self::KeyOfOtherVendor { named, fits } => {
                Some(format!("it looks like a key of {fits}, and would be sent to {named}"))
            }
            Self::VendorUnknown(name)
            | Self::VendorUnreadable(name)
            | Self::VendorDamaged(name)
            | Self::GoneUnknown(name) => Some(name.clone()),
            Self::NoVendorFile(what) => Some(format!("it looks like {what}")),
            Self::VendorOlder { .. } => Some(self.to_string()),
            Self::VendorNotice(from) => from.map(|from| format!("until {}", from.strftime("%Y-%m-%d"))),
            Self::OfAnotherComputer(compared) => Some(compared.to_string()),
            Self::WouldNotCount(reason) => Some(reason.code().to_owned()),
            Self::SignedInAsAnother { is_revoked } => Some(match is_revoked {
                true => "what the server gave is revoked".to_owned(),
                false => "what the server gave could not be revoked, and ends by itself".to_owned(),
            }),
            Self::SeatWithoutFile { machine_id, cause } => {
                Some(format!("seat {machine_id}: {}", cause.advice().message))
            }
            Self::TokenLeft { cause }
            | Self::TokenUnknown { cause }
            | Self::ClaimUnknown { cause, .. }
            | Self::TrialNotActivated { cause }
            | Self::NotTransferred { cause } => Some(cause.advice().message),
            Self::RegistrationField { item, fault } => {
                Some(format!("the {} {fault}", item.label().to_lowercase()))
            }
            Self::InstalledUnnoted { cause }
            | Self::ReleasedUnnoted { cause }
            | Self::ReleaseUnkept { cause } => Some(cause.advice().message),
            Self::NotInstalled(id) | Self::SeatUnknown(id) => Some(id.clone()),
            Self::KeyMissing { license_id, .. } => Some(format!("license {license_id}")),
            Self::FileLost(seat) => Some(format!("seat {seat}")),
            Self::FileUnreadable(why) | Self::FileUnwritable(why) => Some(why.clone()),
            Self::TimeMalformed(text) => Some(gatefold_disclosure::quote(text)),
            _ => None,
        }
    }
}

/// How much, and which; what a hostile bundle says of itself comes made visible.
fn diagnostics(error: &DiagnosticsError) -> Option<String> {
    let mb = |bytes: &u64| format!("{:.1} MB", *bytes as f64 / 1e6);
    match error {
        DiagnosticsError::TooLarge { bytes, limit_bytes, largest, largest_bytes } => Some(format!(
            "{}, where {} are permitted; most is {largest}, about {}",
            mb(bytes),
            mb(limit_bytes),
            mb(largest_bytes)
        )),
        DiagnosticsError::Unsearchable(what)
        | DiagnosticsError::NoSuchPart(what)
        | DiagnosticsError::Unwritten(what)
        | DiagnosticsError::NotABundle(what)
        | DiagnosticsError::Excessive(what)
        | DiagnosticsError::Harmful(what) => Some(gatefold_disclosure::quote(what)),
        DiagnosticsError::Newer(format) => Some(format!("it has format {format}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_seat_is_given_back_by_its_id() {
        let cause = Box::new(ClientError::Stopped);
        let error = ClientError::SeatWithoutFile { machine_id: "0b9c".to_owned(), cause };
        assert!(error.advice().hint.ends_with("gatefold license deactivate 0b9c"), "{:?}", error.advice());
    }

    #[test]
    fn only_who_has_a_seat_is_told_that_no_second_one_is_taken() {
        for has_seat in [true, false] {
            let error = ClientError::KeyMissing { license_id: "5a4d".to_owned(), has_seat };
            let advice = error.advice();
            assert!(advice.message.ends_with(": license 5a4d."), "{advice:?}");
            assert_eq!(advice.hint.contains("no second seat"), has_seat, "{advice:?}");
        }
    }
}
