//! What the codes of failures mean to whoever helps. The user has words of their own for each; these name the cause.

use super::findings::Severity::{self, Note, Problem, Warning};

/// The stable name of a finding, how grave it is, and its words.
pub(super) type Meaning = (&'static str, Severity, &'static str);

/// What a code means; codes of a server are in capitals.
pub(super) fn meaning(code: &str) -> Option<Meaning> {
    CODES.iter().find(|(known, ..)| known.split(' ').any(|known| known == code)).map(|(_, meaning)| *meaning)
}

/// Failures that tell nothing of a cause: the user stopped, or was asked something.
pub(super) fn is_no_failure(code: &str) -> bool {
    matches!(code, "license.stopped" | "license.not_begun" | "keygen.otp_required" | "OTP_REQUIRED")
}

const CODES: &[(&str, Meaning)] = &[
    (
        "keygen.seats_full MACHINE_LIMIT_EXCEEDED GROUP_MACHINE_LIMIT_EXCEEDED",
        ("seats.full", Problem, "seat limit reached: all seats of a license are in use"),
    ),
    (
        "keygen.limit_reached ACTIVATIONS_LIMIT_EXCEEDED DEACTIVATIONS_LIMIT_EXCEEDED",
        ("limit.reached", Problem, "a limit of a license is reached at the vendor's server"),
    ),
    (
        "network.certificate_refused",
        ("network.certificate", Problem, "certificate not trusted: the server could not prove who it is"),
    ),
    ("network.unreachable", ("network.unreachable", Problem, "a vendor's server could not be reached")),
    ("network.handshake_failed", ("network.handshake", Problem, "an encrypted connection could not be made")),
    (
        "network.timed_out network.cut_off",
        (
            "network.broken",
            Problem,
            "a connection broke or took too long, and it is not known whether the server acted",
        ),
    ),
    (
        "network.answer_not_http keygen.web_page",
        (
            "network.portal",
            Problem,
            "something else answered than the licensing server: a sign-in page of a network, or a proxy",
        ),
    ),
    (
        "network.unusable",
        ("network.no_trust", Problem, "the list of trusted certificates, or the network, cannot be used"),
    ),
    (
        "keygen.unconfirmed keygen.bad_signature keygen.replayed license.reply_signature_invalid",
        (
            "answer.unsigned",
            Problem,
            "an answer was not signed by the vendor, so it was not believed; somebody may be in between",
        ),
    ),
    (
        "keygen.throttled TOO_MANY_REQUESTS",
        ("server.throttled", Warning, "the server took no more requests for a while"),
    ),
    ("keygen.server_error", ("server.failed", Problem, "the vendor's server failed")),
    (
        "keygen.wrong_key LICENSE_INVALID LICENSE_NOT_FOUND",
        ("key.unknown", Problem, "the vendor knows no such license key"),
    ),
    (
        "license.key_shape license.key_malformed license.key_of_other_vendor",
        ("key.shape", Problem, "a license key was typed that is not one of this vendor"),
    ),
    (
        "keygen.suspended LICENSE_SUSPENDED license.suspended",
        ("license.suspended", Problem, "the vendor suspended a license"),
    ),
    (
        "keygen.banned LICENSE_BANNED USER_BANNED license.banned",
        ("license.banned", Problem, "the vendor banned a license or its account"),
    ),
    ("keygen.expired LICENSE_EXPIRED license.expired", ("license.expired", Problem, "a license has ended")),
    (
        "license.other_computer license.seal_closed license.wrong_machine",
        ("license.wrong_machine", Problem, "a license belongs to another computer"),
    ),
    (
        "license.system_anew",
        (
            "license.system_anew",
            Problem,
            "the system was installed anew: its license belongs to the computer's earlier system",
        ),
    ),
    (
        "license.clock_behind",
        ("clock.behind_signed", Problem, "the clock is behind the time at which a license was signed"),
    ),
    (
        "license.signature_invalid license.decryption_failed license.file_malformed license.document_malformed",
        ("file.damaged", Problem, "a license file was altered, cut, or is of another server"),
    ),
    (
        "license.file_lost shelf.unlock_missing license.seat_without_file",
        ("file.lost", Problem, "a license file is missing although its seat is taken"),
    ),
    (
        "license.release_unknown license.seat_gone",
        ("seat.unknown", Warning, "it is not known whether a seat is held"),
    ),
    (
        "shelf.machine_id_unreadable shelf.machine_id_unusable license.identifier_unknown",
        ("machine.no_id", Problem, "this computer has no machine id, so nothing can be bound to it"),
    ),
    ("shelf.disk_full store.disk_full ledger.disk_full", ("disk.full", Problem, "the disk is full")),
    (
        "shelf.read_only store.read_only ledger.read_only shelf.denied",
        ("disk.read_only", Problem, "a folder that Gatefold needs cannot be written"),
    ),
    (
        "shelf.foreign_owner store.foreign_owner ledger.foreign_owner shelf.link store.link",
        ("disk.owner", Problem, "a folder that Gatefold needs belongs to somebody else, or is a link"),
    ),
    (
        "ledger.damaged ledger.entry_damaged ledger.database",
        ("ledger.damaged", Problem, "the ledger is damaged, and nothing is sent without it"),
    ),
    (
        "ledger.locked store.locked shelf.busy",
        ("busy", Warning, "another program kept Gatefold's files busy"),
    ),
    ("ledger.newer_version store.newer_version", ("home.newer", Problem, "a newer Gatefold wrote this home")),
    (
        "store.damaged store.intent_damaged store.database",
        ("store.damaged", Problem, "Gatefold's own notes are damaged"),
    ),
    (
        "vendor.no_issuer license.issuer_not_in_force",
        ("vendor.old_file", Problem, "the vendor's file names no server for today; a newer file is needed"),
    ),
    (
        "vendor.unsigned vendor.altered vendor.foreign_root",
        ("vendor.unsigned", Problem, "a vendor's file is not as its vendor signed it"),
    ),
    (
        "gate.undeclared gate.foreign_host",
        (
            "gate.undeclared",
            Problem,
            "the vendor's file does not declare what a request needs, so it was not made",
        ),
    ),
    (
        "keygen.credentials CREDENTIALS_INVALID PASSWORD_INVALID EMAIL_INVALID",
        ("account.credentials", Problem, "e-mail or password was wrong"),
    ),
    (
        "keygen.otp_invalid OTP_INVALID",
        (
            "account.otp",
            Problem,
            "the one-time code was wrong or too old; the clock that makes it may be wrong",
        ),
    ),
    (
        "keygen.signed_out TOKEN_EXPIRED TOKEN_INVALID SESSION_EXPIRED account.not_signed_in",
        ("account.signed_out", Warning, "the sign-in has ended"),
    ),
    (
        "keygen.sso_required SSO_REQUIRED",
        (
            "account.sso",
            Problem,
            "the account signs in through an organization, which a desktop program cannot do",
        ),
    ),
    (
        "trial.ended license.trial_ended keygen.trial_ended TRIAL_ENDED",
        ("trial.ended", Problem, "a trial has ended"),
    ),
    (
        "keygen.serial_taken SERIAL_TAKEN",
        ("serial.taken", Problem, "a serial number is registered to another account"),
    ),
    (
        "usage.locked_by_administrator ledger.usage_locked",
        ("usage.locked", Note, "sharing usage is locked off"),
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_code_means_one_thing() {
        let all: Vec<&str> = CODES.iter().flat_map(|(codes, _)| codes.split(' ')).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert_eq!(meaning("keygen.seats_full").unwrap().0, "seats.full");
        assert_eq!(meaning("MACHINE_LIMIT_EXCEEDED").unwrap().0, "seats.full");
        assert_eq!(meaning("no.such"), None);
    }
}
