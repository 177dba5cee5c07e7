//! What is wrong with a license, by its standing and the reason for it.

use super::findings::Severity;

/// The words for a standing's reason; none where nothing is wrong.
pub(super) fn words(standing: &str, reason: &str) -> Option<(Severity, &'static str)> {
    let reasons = REASONS.iter().chain(STANDINGS);
    let found = reasons.clone().find(|(word, ..)| *word == reason);
    let found = found.or_else(|| STANDINGS.iter().find(|(word, ..)| *word == standing));
    match found {
        Some((_, severity, words)) => Some((*severity, words)),
        None if matches!(standing, "active" | "") => None,
        None => Some((Severity::Problem, "does not count, for a reason that this version has no words for")),
    }
}

const ALTERED: &str = "has a file that was altered, cut, or is of another server";

const REASONS: &[(&str, Severity, &str)] = &[
    ("vendor_gone", Severity::Note, "goes on although its vendor is gone"),
    (
        "file_expired",
        Severity::Problem,
        "has a file that has ended; the license itself may go on, and must be asked for again",
    ),
    ("suspended", Severity::Problem, "was suspended by the vendor, in a signed answer"),
    ("banned", Severity::Problem, "was banned by the vendor, in a signed answer"),
    ("suspended_at_issue", Severity::Problem, "was suspended already when its file was made"),
    ("released", Severity::Problem, "had its seat given back"),
    ("signature_invalid", Severity::Problem, ALTERED),
    ("decryption_failed", Severity::Problem, ALTERED),
    ("file_malformed", Severity::Problem, ALTERED),
    ("document_malformed", Severity::Problem, ALTERED),
    ("seal_malformed", Severity::Problem, ALTERED),
    ("not_genuine", Severity::Problem, ALTERED),
    ("shelf.unlock_missing", Severity::Problem, "has a file, and what unlocks it is missing"),
    ("file_lost", Severity::Problem, "has a seat, and its license file is missing"),
    ("seat_gone", Severity::Warning, "has a seat that the vendor says was given back"),
    (
        "system_anew",
        Severity::Problem,
        "belongs to this computer's earlier system, from before it was installed anew",
    ),
    (
        "copied_system",
        Severity::Warning,
        "counts here, but the system looks like a copy of another computer's",
    ),
    ("vendor.not_added", Severity::Problem, "is of a vendor that is not added"),
    ("identifier_unknown", Severity::Problem, "cannot be checked: this computer has no machine id"),
];

const STANDINGS: &[(&str, Severity, &str)] = &[
    ("grace", Severity::Warning, "should have been fetched again, and still counts for a while"),
    (
        "clock_behind",
        Severity::Problem,
        "does not count yet: the clock is behind the time at which it was signed",
    ),
    ("expired", Severity::Problem, "has ended"),
    ("revoked", Severity::Problem, "was revoked by the vendor, in a signed answer"),
    (
        "incomplete",
        Severity::Problem,
        "has a file that does not hold its license; the vendor's server made it so",
    ),
    ("wrong_machine", Severity::Problem, "belongs to another computer"),
    ("wrong_product", Severity::Problem, "is for another product or account"),
    ("wrong_kind", Severity::Problem, "has a file of the other kind than the plug-in wants"),
    ("unlicensed", Severity::Problem, "is not there: no file, or a seat that was given back"),
];
