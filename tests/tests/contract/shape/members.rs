//! What `--json` says, verb by verb: each member and what it may be.

/// Every verb that has a case.
pub(crate) const VERBS: &[&str] = &[
    "machine show",
    "vendor list",
    "vendor add",
    "vendor show",
    "vendor check",
    "vendor remove",
    "account sign-in",
    "account show",
    "account licenses",
    "account refresh",
    "account sign-out",
    "license activate",
    "license activate --all",
    "license register",
    "license trial",
    "license transfer",
    "license list",
    "license seats",
    "license rename",
    "license refresh",
    "license deactivate",
    "license deactivate --all",
    "license verify",
    "ledger list",
    "ledger show",
    "ledger check",
    "ledger begin-anew",
    "ledger export",
    "ledger erase",
    "usage status",
    "usage grant",
    "usage weekly",
    "usage withdraw",
    "usage export",
    "usage preview",
    "usage send",
    "diagnostics parts",
    "diagnostics clear",
];

/// What a member may be.
#[derive(Clone, Copy)]
pub(super) enum Is {
    Text,
    TextOrNull,
    Number,
    NumberOrNull,
    Bool,
    BoolOrNull,
    Time,
    TimeOrNull,
    Numbers,
    Texts,
    /// Objects of a kind each.
    List,
    /// An object with the members that another one names.
    ObjectOrNull,
    /// Code, message and hint.
    ErrorOrNull,
    /// Taken, and the limit, if there is one.
    SeatsOrNull,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

use Is::{
    Bool, BoolOrNull, ErrorOrNull, List, Number, NumberOrNull, Numbers, ObjectOrNull, OneOf, SeatsOrNull,
    Text, TextOrNull, Texts, Time, TimeOrNull,
};

const OUTCOMES: &[&str] = &["pending", "answered", "not_sent", "unknown", "written"];

/// The members that the contract names, of the object or of each entry.
pub(super) fn members(verb: &str) -> &'static [(&'static str, Is)] {
    match verb {
        "machine show" => &[
            ("device_name", Text),
            ("os", Text),
            ("cpu", Text),
            ("memory_gib", Number),
            ("identifier", TextOrNull),
        ],
        "usage status" => &[
            ("vendor", Text),
            (
                "state",
                OneOf(&[
                    "not_offered",
                    "not_asked",
                    "off",
                    "on",
                    "withdrawing",
                    "withdrawn",
                    "expired",
                    "locked",
                ]),
            ),
            ("locked_by", TextOrNull),
            ("locked_since", TimeOrNull),
            ("offered", Texts),
            ("items", List),
            ("weekly_since", TimeOrNull),
            ("weekly_next", TimeOrNull),
            ("weeks", List),
            ("pending", List),
            ("uploads", List),
            ("to_erase", Number),
            ("records", List),
        ],
        "usage grant" => {
            &[("status", OneOf(&["shared"])), ("vendor", Text), ("items", List), ("notice_sha256", Text)]
        }
        "usage weekly" => &[
            ("status", OneOf(&["weekly", "by_hand"])),
            ("vendor", Text),
            ("weekly_since", TimeOrNull),
            ("notice_sha256", TextOrNull),
        ],
        "usage withdraw" => &[
            ("status", OneOf(&["stopped"])),
            ("vendor", Text),
            ("was_shared", Bool),
            ("sent_before", Numbers),
            ("erasure", ObjectOrNull),
            ("ledger", Numbers),
        ],
        "usage export" => {
            &[("file", Text), ("records", Number), ("bytes", Number), ("sha256", Text), ("ledger", Numbers)]
        }
        "usage preview" => &[
            ("vendor", Text),
            ("batch_id", TextOrNull),
            ("url", TextOrNull),
            ("request_bytes", Number),
            ("items", Texts),
            ("counts", List),
            ("request", TextOrNull),
        ],
        "usage send" => &[
            ("status", OneOf(&["sent", "partly"])),
            ("vendor", Text),
            ("batch_id", Text),
            ("rejected", Number),
            ("ledger", Numbers),
        ],
        "license activate" => &[
            ("status", OneOf(&["activated"])),
            ("product", Text),
            ("license_id", Text),
            ("machine_id", TextOrNull),
            ("license_file", Text),
            ("ledger", Numbers),
        ],
        "license register" => &[
            ("status", OneOf(&["registered", "already_yours"])),
            ("product", Text),
            ("license_id", Text),
            ("listed", BoolOrNull),
            ("ledger", Numbers),
        ],
        "license trial" => &[
            ("status", OneOf(&["trying"])),
            ("product", Text),
            ("license_id", Text),
            ("machine_id", TextOrNull),
            ("license_file", Text),
            ("standing", Text),
            ("expires_at", Time),
            ("ledger", Numbers),
        ],
        "license transfer" => &[
            ("status", OneOf(&["possible", "transferred", "message"])),
            ("product", Text),
            ("license_id", Text),
            ("recipient", TextOrNull),
            ("fee", TextOrNull),
            ("ledger", Numbers),
        ],
        "account licenses" | "account refresh" => &[
            ("vendor", Text),
            ("license_id", Text),
            ("product", Text),
            ("product_id", TextOrNull),
            ("kind", OneOf(&["perpetual", "subscription", "trial"])),
            ("expires_at", TimeOrNull),
            ("suspended", Bool),
            ("seats", SeatsOrNull),
            ("here", Bool),
            ("read_at", Time),
        ],
        "license activate --all" => &[
            ("vendor", Text),
            ("license_id", Text),
            ("product", Text),
            ("result", OneOf(&["activated", "failed"])),
            ("machine_id", TextOrNull),
            ("license_file", TextOrNull),
            ("standing", TextOrNull),
            ("error", ErrorOrNull),
            ("ledger", Numbers),
        ],
        "license list" => &[
            ("vendor", Text),
            ("license_id", Text),
            ("product", Text),
            ("kind", OneOf(&["perpetual", "subscription", "trial"])),
            ("standing", Text),
            ("expires_at", TimeOrNull),
            ("refresh_by", TimeOrNull),
            ("machine_id", TextOrNull),
        ],
        "license seats" => &[
            ("machine_id", Text),
            ("name", TextOrNull),
            ("this_computer", Bool),
            ("last_file_at", TimeOrNull),
        ],
        "license rename" => &[
            ("status", OneOf(&["renamed"])),
            ("product", Text),
            ("license_id", Text),
            ("machine_id", Text),
            ("name", Text),
            ("ledger", Numbers),
        ],
        "license refresh" => &[
            ("license_id", Text),
            ("product", Text),
            ("result", OneOf(&["renewed", "revoked", "failed"])),
            ("standing", TextOrNull),
            ("error", ErrorOrNull),
            ("ledger", Numbers),
        ],
        "license deactivate --all" => &[
            ("license_id", Text),
            ("product", Text),
            ("machine_id", TextOrNull),
            ("result", OneOf(&["deactivated", "removed", "failed"])),
            ("error", ErrorOrNull),
            ("ledger", Numbers),
        ],
        "license verify" => &[
            ("valid", Bool),
            ("standing", TextOrNull),
            ("reason", Text),
            ("issued", TimeOrNull),
            ("expires_at", TimeOrNull),
            ("refresh_by", TimeOrNull),
            ("entitlements", Texts),
        ],
        "ledger list" | "ledger show" => &[
            ("id", Number),
            ("at", Time),
            ("vendor", TextOrNull),
            ("purpose", TextOrNull),
            ("carrier", OneOf(&["https", "file"])),
            ("method", TextOrNull),
            ("url", TextOrNull),
            ("peer", TextOrNull),
            ("outcome", OneOf(OUTCOMES)),
            ("status", NumberOrNull),
            ("request_bytes", Number),
            ("items", Texts),
        ],
        "diagnostics parts" => &[("entries", List), ("crashes", List)],
        "diagnostics preview" => &[
            ("entries", List),
            ("packed_bytes", Number),
            ("redactions", ObjectOrNull),
            ("left_out", List),
            ("uncollected", List),
            ("notices", Texts),
        ],
        "diagnostics preview --file" => {
            &[("name", Text), ("bytes", Number), ("text", Text), ("replaced", List)]
        }
        "diagnostics export" => &[
            ("file", Text),
            ("bytes", Number),
            ("sha256", Text),
            ("files", Texts),
            ("sealed_for", TextOrNull),
            ("map", TextOrNull),
            ("redactions", ObjectOrNull),
            ("left_out", List),
            ("ledger", Numbers),
        ],
        "diagnostics read" => &[("tool", Text), ("made_at", Time), ("entries", List), ("files", List)],
        "diagnostics read --file" => &[("name", Text), ("text", Text)],
        "diagnostics read --timeline" | "diagnostics read --search" | "diagnostics read --compare" => {
            &[("entries", List)]
        }
        "diagnostics read --summary" => &[("summary", Text)],
        "diagnostics clear" => &[("removed", Number)],
        "ledger check" => &[("entries", Number), ("intact", Bool), ("broken", Numbers), ("erased", Number)],
        _ => &[],
    }
}

/// Members beyond the contract's words; `docs/decisions` says why. Nothing else may stand there.
pub(super) fn more(verb: &str) -> &'static [&'static str] {
    match verb {
        "license activate" => &["standing"],
        // The features that it includes, and where its file is.
        "license list" => &["entitlements", "license_file", "reason"],
        "ledger list" => &["peers"],
        "ledger check" => &["anchor", "missing", "retired"],
        _ => &[],
    }
}

/// Members that stand there only where there is something to say.
pub(super) fn at_times(verb: &str) -> &'static [&'static str] {
    match verb {
        // Where several vendors were added and none is named.
        "machine show" => &["identifiers"],
        // Where something of the license ends; what the vendor said at a refresh, until a file comes again.
        "license list" => &["days_left", "seat_gone_at"],
        // Where nobody asked for the request there and then.
        "ledger list" => &["by_itself"],
        // Of the vendor file that came with the call.
        "license activate" => &["changes"],
        // Where the vendor's list could not be read afterwards.
        "license register" => &["unread"],
        // What the vendor was asked, what its list says afterwards, or what is to be sent by hand.
        "license transfer" => &["seats_elsewhere", "gone", "unread", "message"],
        // Where it is not known whether a product was registered, or a license given away.
        "account show" => &["registration_open_since", "transfer_open_since"],
        // Where they are asked for.
        "diagnostics preview" => &["names"],
        // Where anything was erased.
        "ledger check" => &["last_erasure"],
        _ => &[],
    }
}
