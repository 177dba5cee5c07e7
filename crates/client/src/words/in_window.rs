//! The next step for whoever sits before the window, where the terminal's is a command. The pages have a button for most
//! of these. It refuses to name a command: a test looks for them.

const REFRESH: &str = "Refresh the license when you are online.";
const LIBRARY: &str = "The library shows where it stands.";
const MEND: &str = "Only the vendor can mend it: get the file again from them.";

/// The codes whose next step in the window is another one.
#[rustfmt::skip]
pub(super) const IN_WINDOW: &[(&str, &str)] = &[
    ("keygen.seats_full", "Give back the seat of a computer that you no longer use: in Gatefold on that computer, or on the vendor's pages; then try again."),
    ("keygen.not_found", "If it is about a license, the library shows what is on this computer."),
    ("keygen.not_allowed", "The sign-in of the account that the license belongs to opens it. You see every request again before it is sent."),
    ("keygen.otp_required", "Type the six digits of your second factor, and look at the request again."),
    ("keygen.otp_invalid", "Wait for the next code of your second factor, and type that one. If it is refused too, set the clock of the device that makes them."),
    ("shelf.not_roots_alone", "Whoever administers this computer can mend it."),
    ("shelf.root_needed", "Whoever administers this computer can do it."),
    ("license.identifier_malformed", "It is gf1- and 64 hexadecimal digits."),
    ("license.seat_without_file", "Finish the activation, which takes no second seat; or give the seat back."),
    ("license.installed_unnoted", "Nothing need be done again: the next start notes it."),
    ("license.released_unnoted", "The next start makes up for it."),
    ("license.trial_elsewhere", "There it goes on. Ask for one here, if the vendor gives another."),
    ("license.clock_behind", "Set the clock; the license then counts by itself. If it is right, the clock of the vendor's server was ahead: refresh the license."),
    ("license.key_gone", "What is installed here is as it was. If you got another key, add it here. If you gave the license away, deactivate it on this computer. Else ask the vendor."),
    ("license.not_installed", "The library shows what is on this computer."),
    ("license.file_lost", "Fetch the file again, which takes no second seat; or give the seat back."),
    ("license.seat_unknown", "Read again which computers hold the seats."),
    ("license.key_missing", "If your account lists the license, read its licenses again."),
    ("license.changed", "Read your licenses again, then do the same again."),
    ("license.ends_soon", "If it goes on at the vendor, refresh it when you are online."),
    ("license.file_ends_soon", REFRESH),
    ("license.grace", REFRESH),
    ("license.file_malformed", "If it is one of your licenses, add its key here again. Else get the file again from whoever gave it to you."),
    ("license.trial_outlives_vendor", "What a vendor that is gone leaves to everybody is not for trials. If it has not ended yet, this computer's clock is ahead: set it."),
    ("license.trial_ended", "To go on, buy a license at the vendor and add it here. If it has not ended yet, this computer's clock is ahead: set it."),
    ("license.expired", "Renew it at the vendor, then refresh it here. If it has not ended yet, this computer's clock is ahead: set it."),
    ("license.file_expired", "Refresh the license when you are online. If its file should not have ended yet, this computer's clock is ahead: set it."),
    ("license.suspended", "Only the vendor can lift that. Ask them why; once it is lifted, refresh the license here."),
    ("license.banned", "Only the vendor can lift that. Ask them why; once it is lifted, refresh the license here."),
    ("license.suspended_at_issue", "Ask the vendor why; once it is lifted, refresh the license here."),
    ("license.incomplete", REFRESH),
    ("license.identifier_missing", "Refresh the license on this computer."),
    ("license.wrong_kind", REFRESH),
    ("license.other_computer", "Activate it here; the license key is enough. The other computer keeps its seat; once it is activated here you can release that one at the product, under Computers."),
    ("license.system_anew", "Activate it here; the license key is enough. The seat of the system before stays taken; once it is activated here you can release that one at the product, under Computers."),
    ("vendor.missing", "Add a vendor file in the settings."),
    ("license.key_of_other_vendor", "Choose the vendor whose key it is. If it is from the one that you chose, remove the other vendor in the settings, and activate again."),
    ("vendor.ambiguous", "Choose one of them."),
    ("vendor.unknown", "The settings list the vendors that you added."),
    ("vendor.not_added", "Add its file again in the settings."),
    ("vendor.damaged", "Add its file again in the settings. Other vendors are not touched."),
    ("vendor.gone_unknown", "Add the vendor's own file first, then this one."),
    ("vendor.unreadable", "Choose it again; it may have been moved."),
    ("vendor.notice", "What you agreed to goes on until then; the vendor's page says what differs."),
    ("vendor.in_use", "Deactivate its licenses and give its seats back first; the library lists both. Where the vendor refuses or is gone, they can be removed from this computer alone."),
    ("vendor.no_issuer", "Get the vendor's newest file and add it."),
    ("vendor.file_malformed", MEND),
    ("vendor.file_incoherent", MEND),
    ("account.unread", "Read your licenses first."),
    ("account.not_signed_in", "Sign in at this vendor, then do the same again."),
    ("account.foreign", "Sign in with the account that the license belongs to, then do the same again."),
    ("registration.not_offered", "Register the product on the vendor's own page; then read your licenses again."),
    ("registration.not_taken", "Register the product on the vendor's own page; then read your licenses again."),
    ("registration.field_unusable", "Mend what is named, and look at the request again."),
    ("transfer.not_offered", "Ask the vendor how it is done: the privacy page names whom."),
    ("transfer.never", "The product's page says which ones."),
    ("transfer.by_message", "The product's page writes it."),
    ("transfer.seats_elsewhere", "The product's page shows which computers hold them; give those back first."),
    ("transfer.not_done", "Do the same again; or activate it again from your library."),
    ("transfer.done_before", "Read your licenses again, which closes it."),
    ("transfer.unknown", "Read your licenses again. If it is still among them, do the same again, which does no harm; or activate it again, for its seat here was given back already."),
    ("keygen.transfer_not_offered", "Ask the vendor why: the privacy page names whom."),
    ("keygen.transfer_kind", "The product's page says which ones."),
    ("keygen.transfer_seats_in_use", "The product's page shows which computers hold them; give those back first."),
    ("network.withdrawn", "It is not sent again. The record of what was sent shows how far it had come."),
    ("network.locked_off", "If something may have left it is not sent again; else it waits until the lock is lifted. The record of what was sent shows how far it had come."),
    ("usage.item_not_offered", "The vendor's page shows what it takes."),
    ("usage.not_shared", "If you want to, choose on the vendor's page what to share."),
    ("usage.nothing_to_send", "Use one of the vendor's plug-ins, then look again."),
    ("usage.unclear", "A page of the network in between looks like this: open a browser, and see whether it asks you to sign in. The upload is not sent again; it stands under What was sent."),
    ("usage.erasure_not_taken", "Ask again later on the vendor's page, or write to the vendor."),
    ("ledger.by_itself_missing", "The vendor's page sends it, or lets it be sent by itself."),
    ("ledger.usage_locked", "If you want to share all the same, lift the lock on the vendor's page."),
    ("ledger.withdrawal_runs", "Stop once more: it then comes to its end."),
    ("ledger.sender_remains", "End that Gatefold, and stop once more."),
    ("trial.not_offered", "Its page in the library says which products can be tried."),
    ("keygen.trial_not_offered", "If it should be offered, ask the vendor."),
    ("keygen.trial_ended", "To go on, buy a license at the vendor and add it here."),
    ("registration.unknown", "Read your licenses again. If the product is not among them, register it again; that does no harm."),
    ("keygen.product_unknown", "If it should be among the vendor's products, ask the vendor."),
    ("account.nowhere_to_keep", "Unlock the system's keyring, or start Gatefold with GATEFOLD_PASSPHRASE set."),
    ("ledger.damaged", "Move the ledger folder away and keep it; a new one begins. Its end is remembered too: afterwards check the record, and begin anew."),
    ("ledger.database", "Check the disk and try again. If it stays, move the ledger folder away and keep it; a new one begins. Its end is remembered too: afterwards check the record, and begin anew."),
    ("ledger.no_entry", ""),
    ("ledger.entry_damaged", "Check the record: it names every line that was altered."),
    ("ledger.anchor_holds", ""),
    ("machine.device_name_unreadable", "Type a name in."),
    ("machine.device_name_empty", "Type another one."),
    ("machine.device_name_too_long", "Type a shorter one."),
    ("store.license_busy", "Try again when it is done."),
    ("store.account_busy", "Try again when it is done."),
    ("account.changed", "Sign in again to take their place."),
    ("store.owned_damaged", "Read your licenses again."),
    ("store.setting_damaged", "Choose it again in the settings."),
    ("store.intent_gone", LIBRARY),
    ("vendor.removed", "To go on with it, add its file again; then do it again."),
    ("license.release_unknown", "Refresh the license to find out, or deactivate this computer again."),
    ("store.passphrase_missing", "Quit, and start Gatefold with GATEFOLD_PASSPHRASE set."),
    ("store.passphrase_wrong", "Quit, and start Gatefold with the right GATEFOLD_PASSPHRASE."),
    ("client.file_unreadable", "Choose it again; it may have been moved."),
    ("diagnostics.too_large", "Leave out the part that takes most, and save it again."),
    ("diagnostics.no_such_part", "Choose among the parts that the page shows."),
    ("diagnostics.sealed", "Choose the file of the key that it was sealed for."),
    ("diagnostics.no_support_key", "Save it unsealed, and hand the file over in a way that you trust."),
];

#[cfg(test)]
mod tests {
    use super::super::{WORDS, advice_of};
    use super::*;

    #[test]
    fn every_row_differs_from_the_terminals_and_has_its_code() {
        for (code, hint) in IN_WINDOW {
            assert_eq!(IN_WINDOW.iter().filter(|row| row.0 == *code).count(), 1, "{code}");
            let row = WORDS.iter().find(|row| row.0 == *code);
            assert!(row.is_some_and(|row| row.2 != *hint), "{code}");
            assert!(hint.is_empty() || hint.starts_with(char::is_uppercase) && hint.ends_with('.'), "{code}");
        }
    }

    #[test]
    fn no_command_is_advised_before_the_window() {
        // Words with which the window itself is started may stand.
        let start = ["--home", "GATEFOLD_PASSPHRASE"];
        for (code, ..) in WORDS {
            let hint = advice_of(code, None).in_window;
            let rest = start.iter().fold(hint.clone(), |rest, word| rest.replace(word, ""));
            assert!(!rest.contains("gatefold ") && !rest.contains("--"), "{code}: {hint}");
        }
    }
}
