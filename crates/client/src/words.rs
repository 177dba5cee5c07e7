//! Code to words: what happened and what it means, then the next step. The one table that every face reads.
//!
//! Sentences are plain and short. `{}` is where the detail of the moment goes; without one it disappears.

mod in_window;

use gatefold_keygen::Refusal;
use in_window::IN_WINDOW;

/// What a user is told about a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What happened, and what it means.
    pub message: String,
    /// The next step in a terminal; empty where there is none.
    pub hint: String,
    /// The next step before the window, which has pages and buttons in place of commands.
    pub in_window: String,
}

/// The words for a code. An unknown code is a fault of ours and says so.
pub fn advice_of(code: &str, detail: Option<String>) -> Advice {
    let (_, message, hint) = WORDS.iter().find(|row| row.0 == code).copied().unwrap_or((
        "",
        "Something went wrong that Gatefold has no words for",
        "Please report the code below.",
    ));
    let message = match detail.map(in_words) {
        Some(detail) if detail.ends_with('?') => format!("{message}: {detail}"),
        Some(detail) if !detail.is_empty() => format!("{message}: {}.", detail.trim_end_matches('.')),
        _ => format!("{message}."),
    };
    let in_window = IN_WINDOW.iter().find(|row| row.0 == code).map_or(hint, |row| row.1);
    Advice { message, hint: hint.to_owned(), in_window: in_window.to_owned() }
}

/// The words for the code that a record keeps beside a status: one of ours, or the server's own word.
pub fn advice_of_record(code: &str, status: u16) -> Advice {
    match Refusal::of_record(code, status) {
        Some(refusal) => advice_of(refusal.code(), None),
        None => advice_of(code, None),
    }
}

/// A reason's code is for programs; inside a sentence stand its words.
fn in_words(detail: String) -> String {
    let Some((_, message, _)) = WORDS.iter().find(|row| row.0 == detail) else { return detail };
    let mut chars = message.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

type Row = (&'static str, &'static str, &'static str);

const NEWER: &str = "Start the newer Gatefold, or update this one.";
const DISK: &str = "Make room on that disk, or choose another folder with --home; then try again.";
const OWNER: &str = "Check who owns that folder; Gatefold only uses folders of your own.";
const PERHAPS_A_PORTAL: &str = "Try again in a while; in a hotel or a studio's guest network, sign in to the network first. What is installed goes on working.";
const AGAIN: &str = "Try again in a while. What is installed goes on working.";
const TRIED: &str = "Do it again: what was done already is not done twice.";
const FOLDER: &str =
    "Check that the folder exists or can be made, and is yours; or choose another with --home.";
const VENDOR_HELP: &str = "Ask the vendor; quote the code below.";
const NEW_FILE: &str = "Get the file again from the vendor.";

/// Every code with its words, without the final period. One row a line, however long.
#[rustfmt::skip]
pub(crate) const WORDS: &[Row] = &[
    // The network
    ("network.unreachable", "The vendor's server could not be reached, and nothing was sent", "Check the connection and try again. What is installed goes on working offline."),
    ("network.certificate_refused", "The server could not prove who it is, so nothing was sent", "Do not go on in a network you do not trust. If this computer's clock is wrong, set it."),
    ("network.handshake_failed", "An encrypted connection could not be made, so nothing was sent", AGAIN),
    ("network.cut_off", "The connection broke before the answer was complete, so it is not known whether the server acted", TRIED),
    ("network.timed_out", "The server took too long, so it is not known whether it acted", TRIED),
    ("network.answer_too_large", "The server's answer has no end, and was dropped", VENDOR_HELP),
    ("network.answer_not_http", "What answered is not a licensing server", "Check the network: a sign-in page of a hotel or a proxy may have answered instead."),
    ("network.request_altered", "The request would not have gone out exactly as shown, so nothing was sent", "Please report this."),
    ("network.unusable", "This computer's network or its list of trusted certificates cannot be used, and nothing was sent", "On Linux the package is called ca-certificates. If SSL_CERT_FILE is set, check the file that it names."),
    ("network.withdrawn", "You took your consent back while it was being sent, so it was broken off; how much had left by then is not known", "It is not sent again. Look at it with: gatefold ledger list --optional"),
    ("network.locked_off", "Sharing usage was locked off while it was being sent, so it was broken off; how much had left by then is not known", "If something may have left it is not sent again; else it waits until the lock is lifted. Look at it with: gatefold ledger list --optional"),
    ("network.not_noted", "The server answered, but the ledger could not note it; the entry will read unknown", DISK),
    ("network.proxy_malformed", "That is not a proxy", "Write it as http://HOST:PORT."),
    // The server's answers
    ("keygen.unconfirmed", "The answer is not signed by the vendor, so nothing changes and nothing is believed", PERHAPS_A_PORTAL),
    ("keygen.web_page", "A web page answered instead of the vendor's server, so nothing changes and nothing is believed", "Check the network: a sign-in page of a hotel or a proxy may have answered instead. Open a browser, and then try again."),
    ("keygen.bad_signature", "The answer's signature is not the vendor's, so nothing changes and nothing is believed", "Somebody may be in between. Try another network; if it stays, tell the vendor."),
    ("keygen.replayed", "The answer belongs to another request, so nothing is believed", AGAIN),
    ("keygen.unreadable", "The answer is genuine, but not what was asked for", VENDOR_HELP),
    ("keygen.contradictory", "The vendor's answer makes no sense, so nothing changes and nothing is believed", "Try again in a while; if it stays, tell the vendor, and quote the code below. What is installed goes on working."),
    ("keygen.throttled", "The server takes no more requests for now", "Wait a little, then try again."),
    ("keygen.server_error", "The vendor's server failed, so it is not known whether it acted", TRIED),
    ("keygen.fingerprint_taken", "This computer already holds a seat", "Try again: Gatefold looks which, and uses it."),
    ("keygen.id_conflict", "The machine id is already in use", "Try again; a new one is made."),
    ("keygen.conflict", "Two requests met at the server", AGAIN),
    ("keygen.seats_full", "All seats of this license are in use, so this computer got none", "See which computers hold them with: gatefold license seats KEY (or the license's ID). Give one back with: gatefold license deactivate NAME --key KEY, and activate again; or both at once with --release NAME"),
    ("keygen.limit_reached", "A limit of this license is reached", VENDOR_HELP),
    ("keygen.wrong_key", "The vendor knows no such license key", "Compare it with your receipt: O and 0, I and 1. A key belongs to one vendor."),
    ("keygen.suspended", "The vendor has suspended this license", "Only the vendor can lift that. Ask them why."),
    ("keygen.banned", "The vendor has banned this license or its account", "Only the vendor can lift that. Ask them why."),
    ("keygen.expired", "This license has ended", "Renew it at the vendor, then activate again."),
    ("keygen.not_found", "The vendor's server knows no such thing, or does not show it to you", "Check the id with: gatefold license list"),
    ("keygen.not_allowed", "For this license the vendor wants more than the key", "Sign in with the account that the license belongs to: gatefold account sign-in --email …; then do the same again."),
    ("keygen.protected", "The vendor's server does not permit this", "Use the license key itself; if you did, ask the vendor."),
    ("keygen.credentials", "E-mail or password is wrong", "Try again, or use the vendor's page for a forgotten password."),
    ("keygen.otp_required", "The account asks for a one-time code", "Sign in again with --otp and the six digits of your second factor."),
    ("keygen.otp_invalid", "The one-time code is wrong, too old or already used", "Wait for the next code of your second factor and sign in again. If that is refused too, set the clock of the device that makes them."),
    ("keygen.sso_required", "The account signs in through an organization, which a desktop program cannot do", "Use a license key instead."),
    ("keygen.signed_out", "The sign-in has ended", "Sign in again."),
    ("keygen.incompatible", "The server does not speak the version of the protocol that Gatefold speaks", VENDOR_HELP),
    ("keygen.refused", "The vendor's server refused", VENDOR_HELP),
    // Licenses
    ("license.key_empty", "There is no license key", "Paste the key from your receipt."),
    ("license.key_too_long", "That is too long for a license key", "Paste the key alone."),
    ("license.key_malformed", "A license key holds no control characters", "Paste the key alone, as one line."),
    ("license.key_of_other_vendor", "That license key looks like another vendor's, so it was not sent", "Leave --vendor and GATEFOLD_VENDOR out, and the key tells whose it is; or name that vendor. If the key is from the one that you named, remove the other vendor, and do the same again."),
    ("license.key_shape", "That is not the shape of this vendor's license keys", "Compare it with your receipt: O and 0, I and 1 are easily taken for each other. Nothing was sent."),
    ("license.key_unsigned", "That license key carries no signature", VENDOR_HELP),
    ("license.key_signature_invalid", "The signature in the license key does not hold", "Copy the key again, whole."),
    ("license.server_key_malformed", "That is not a server key", "A server key has 64 hexadecimal digits."),
    ("license.root_key_malformed", "That is not a root key", "A root key is a line that minisign printed; it begins with RW."),
    ("license.root_signature_malformed", "The signature beside the vendor file is not one of minisign", NEW_FILE),
    ("license.root_signature_legacy", "The signature beside the vendor file is of an old kind", "The vendor can sign it again with a current minisign."),
    ("license.root_foreign", "The signature is of another key", NEW_FILE),
    ("license.root_signature_invalid", "The signature does not fit the file", NEW_FILE),
    ("license.identifier_malformed", "That is not an identifier", "It is gf1- and 64 hexadecimal digits; see: gatefold machine show"),
    ("license.file_too_large", "That is too large for a license file", NEW_FILE),
    ("license.file_malformed", "That is not a license file, or it was cut", "If it is one of your licenses, activate it again: gatefold license activate ID, or KEY. Else get the file again from whoever gave it to you."),
    ("license.wrong_label", "That file is of the other kind", "A plug-in wants a license file or a machine file, not the other."),
    ("license.wrong_algorithm", "The file is sealed in a way that is not accepted", NEW_FILE),
    ("license.signature_invalid", "The file was altered, or signed by a server key that its vendor does not name any more", "Activate again, which takes no second seat; or get the file again from the vendor."),
    ("license.decryption_failed", "The file is genuine, but does not open with this key on this computer", "Check the license key; a machine file also needs the identifier of its computer."),
    ("license.document_malformed", "The file is genuine, but what it holds cannot be read", VENDOR_HELP),
    ("license.account_foreign", "The file is of another account at the licensing server", VENDOR_HELP),
    ("license.issuer_not_in_force", "The file was made at a time when that server did not speak for the vendor", NEW_FILE),
    ("license.seal_malformed", "What unlocks the license file is damaged", "Activate again; it takes no second seat."),
    ("license.seal_newer", "A newer Gatefold sealed this license", NEWER),
    ("license.seal_closed", "This license was activated for another computer, or this computer's identity changed", "Activate it here; the license key is enough."),
    ("license.other_computer", "This license was activated for another computer", "Activate it here: gatefold license activate ID, or KEY. The other computer keeps its seat until it is released: gatefold license seats ID"),
    ("license.system_anew", "This looks like the computer that the license was activated for, but its system was installed anew, or has another machine id", "Activate it here: gatefold license activate ID, or KEY. The seat of the system before stays taken until it is released: gatefold license seats ID"),
    ("license.trial_elsewhere", "This trial was begun on another computer, or before this system was installed anew", "There it goes on. If the vendor gives one here too: gatefold license trial PRODUCT. To be rid of this one's file: gatefold license deactivate ID --local-only"),
    ("license.copied_system", "The license counts, but this system may be a copy of another computer's", "If you put other parts in, activate again to tell the vendor, or leave it. If it is a copy, both are one computer to the vendor: give this system a machine id of its own, then activate it."),
    ("license.reply_malformed", "The answer's signature cannot be read", AGAIN),
    ("license.reply_algorithm", "The answer is signed in a way that is not accepted", VENDOR_HELP),
    ("license.reply_foreign", "The answer is signed for another account", VENDOR_HELP),
    ("license.reply_signature_invalid", "The answer's signature does not hold", AGAIN),
    ("license.not_revocation", "The answer names another license, or none, so it revokes nothing", AGAIN),
    ("license.revocation_malformed", "A kept revocation is damaged", "Refresh the license to ask again."),
    ("license.not_release", "The answer does not say that this seat is gone", AGAIN),
    ("license.release_malformed", "A kept release of a seat is damaged", AGAIN),
    ("license.issuers_malformed", "The vendor file's list of servers cannot be used", NEW_FILE),
    ("license.sunset_malformed", "The statement that the vendor is gone cannot be used, so nothing changes", NEW_FILE),
    ("license.product_unknown", "The license is for a product that this vendor file does not name", "Get the vendor's newest file and add it."),
    ("license.changed", "The license is not what the list of your account said, so nothing more was sent than the question about it", "Read your licenses again, then do the same again: gatefold account refresh"),
    ("license.would_not_count", "The file is genuine, but would not license this computer, so it was not installed", VENDOR_HELP),
    ("license.release_unknown", "This computer's seat may have been given back: no answer told what became of the request for it", "Find out with: gatefold license refresh; or repeat it with: gatefold license deactivate ID"),
    ("license.seat_gone", "The seat that is noted here is gone; it was given back, released elsewhere, or taken anew since", "Activate again; the license key is enough."),
    ("license.key_gone", "The vendor knows this license's key no more: the license was given to somebody else, or got another key", "What is installed here is as it was. With another key: gatefold license activate KEY. If you gave the license away, remove it here: gatefold license deactivate ID. Else ask the vendor."),
    ("license.seat_elsewhere", "This computer already holds a seat of another license for the same product", "Deactivate that one first, or use it."),
    ("license.seat_without_file", "This computer holds a seat now, but its license file could not be installed", "Activate again to finish, or give the seat back with: gatefold license deactivate"),
    ("license.installed_unnoted", "The license is installed and counts, but Gatefold could not note it", "Nothing need be done again: the next start notes it. Look with: gatefold license list"),
    ("license.released_unnoted", "The seat is free again, but Gatefold could not note it", "The next start makes up for it. Look with: gatefold license list"),
    ("license.release_unkept", "The seat is free again, but the vendor's word for it could not be kept here", "Nothing need be done again. A license file of that seat that comes back, as from a backup, would count here as long as it lasts: remove such copies."),
    ("license.not_begun", "Not begun", "Do the same again in a while."),
    ("license.stopped", "You stopped it, and nothing more was sent", "Start again whenever you like."),
    ("license.not_installed", "Nothing with that id is on this computer", "See the ids with: gatefold license list; those of other computers' seats with: gatefold license seats KEY"),
    ("license.file_lost", "A license file is missing or cannot be used, and its seat is taken at the vendor", "Activate again, which takes no second seat; or give the seat back with: gatefold license deactivate ID"),
    ("license.no_seats", "Licenses of this vendor are bound to your account, not to computers, so there are no seats", ""),
    ("license.seat_unknown", "No computer with that id is known here", "Read who holds the seats, and name it as it stands there: gatefold license seats KEY"),
    ("license.key_of_another", "That key is of another license, so nothing was changed", "Use the key of the license whose seat it is."),
    ("license.key_missing", "The license key is not at hand, and without it the server would not listen", "If your account lists the license, read its licenses again: gatefold account refresh."),
    // What a license is worth, and why
    ("license.active", "The license is good", ""),
    ("license.vendor_gone", "The vendor is gone, and this license stays yours", "Nothing need be done."),
    ("license.ends_soon", "The license ends soon", "If it goes on at the vendor, fetch its file again when you are online: gatefold license refresh"),
    ("license.file_ends_soon", "The license goes on, but its file must be fetched again", "Fetch it when you are online: gatefold license refresh"),
    ("license.trial_ends_soon", "The trial ends soon", ""),
    ("license.trial_ended", "The trial has ended", "To go on, buy a license and activate it: gatefold license activate KEY. If it has not ended yet, this computer's clock is ahead: set it."),
    ("license.trial_outlives_vendor", "The trial has ended, and its vendor is gone", "What a vendor that is gone leaves to everybody is not for trials. To be rid of its file: gatefold license deactivate ID --local-only. If it has not ended yet, this computer's clock is ahead: set it."),
    ("license.grace", "The license file should have been fetched again, and still counts for a while", "Fetch it when you are online: gatefold license refresh"),
    ("license.clock_behind", "This computer's clock is behind the time at which the vendor signed this", "Set the clock; the license then counts by itself. If it is right, the clock of the vendor's server was ahead: gatefold license refresh"),
    ("license.expired", "The license has ended", "Renew it at the vendor, then: gatefold license refresh. If it has not ended yet, this computer's clock is ahead: set it."),
    ("license.file_expired", "The license file has ended, although the license may go on", "Fetch it again: gatefold license refresh. If it should not have ended yet, this computer's clock is ahead: set it."),
    ("license.suspended", "The vendor has suspended this license, in a signed answer", "Only the vendor can lift that. Ask them why; once it is lifted: gatefold license refresh"),
    ("license.banned", "The vendor has banned this license or its account, in a signed answer", "Only the vendor can lift that. Ask them why; once it is lifted: gatefold license refresh"),
    ("license.suspended_at_issue", "The license was suspended when this file was made", "Ask the vendor why; once it is lifted: gatefold license refresh"),
    ("license.released", "The seat that this file is for was given back from this computer, so the file counts no more", "Activate again to take a seat; the license key is enough."),
    ("license.incomplete", "The machine file does not hold its license", "Fetch it again: gatefold license refresh"),
    ("license.wrong_machine", "The file is for another computer", "Activate this computer; the license key is enough."),
    ("license.identifier_missing", "This computer's identifier is needed to judge a machine file", "Name it with --identifier; see: gatefold machine show"),
    ("license.wrong_kind", "The product wants the other kind of file", "Fetch it again: gatefold license refresh"),
    ("license.wrong_product", "The license is for another product", "Use the license of this product."),
    ("license.wrong_account", "The license belongs to another account at the server", "Use the license of your account."),
    // Vendors and the gate
    ("vendor.missing", "No vendor was named", "Add one with: gatefold vendor add FILE"),
    ("vendor.ambiguous", "More than one of the vendors that you added can be meant", "Say which, as it stands here: with --vendor, or right after vendor show and vendor remove."),
    ("vendor.unknown", "That is no vendor that you added, and no vendor file", "See the vendors with: gatefold vendor list"),
    ("vendor.not_added", "License files of a vendor lie here who is not added, so they are not seen, though plug-ins go on", "Add its file again: gatefold vendor add FILE"),
    ("vendor.damaged", "Gatefold's copy of a vendor file is damaged, so that vendor's licenses are not seen here, though plug-ins go on", "Add its file again: gatefold vendor add FILE; or forget it: gatefold vendor remove ID. Other vendors are not touched."),
    ("vendor.unreadable", "The vendor file cannot be opened", "Check the path."),
    ("vendor.something_else", "That is no vendor file", "A vendor file is called vendor.toml, or ends in .gatefold.toml. It comes with the plug-in's installer, or from the vendor's pages."),
    ("vendor.altered", "The vendor file was altered after it was signed, so it is not used", NEW_FILE),
    ("vendor.foreign_root", "The vendor file is signed by another key than the one it names, so it is not used", NEW_FILE),
    ("vendor.unsigned", "You agreed to a signed file of this vendor, and this one is signed by nobody, so it is not used", "Get the file again from the vendor, with the signature beside it (FILE.minisig)."),
    ("vendor.older", "The vendor file is older than the one you agreed to, so it is not used", NEW_FILE),
    ("vendor.replaced", "You agreed to another file of this vendor meanwhile, so nothing more is sent by the earlier one", "Do it again: what is sent then is shown by the file that counts."),
    ("vendor.removed", "You removed this vendor meanwhile, so nothing more is sent to it", "To go on with it, add it again: gatefold vendor add FILE; then do it again."),
    ("vendor.notice", "The vendor promised notice of such a change, and that time is not over, so this file does not count yet", "See what differs with gatefold vendor add FILE. Until then name the vendor by its id: what you agreed to goes on."),
    ("vendor.gone_unknown", "That says that a vendor is gone who is not added here, so nothing changes", "Add the vendor's own file first: gatefold vendor add FILE; then this one."),
    ("vendor.gone_unsigned", "The statement that the vendor is gone is signed by nobody, so nothing changes", "Get it again, with the signature beside it (FILE.minisig)."),
    ("vendor.gone_altered", "The statement that the vendor is gone is not as the vendor signed it, so nothing changes", "Get it again, with the signature beside it (FILE.minisig)."),
    ("vendor.demo_root", "The vendor file is signed with the demo key, which counts on this computer alone", "Use the vendor's own file."),
    ("vendor.in_use", "Licenses of this vendor, or seats of unfinished activations, are still on this computer", "See them with: gatefold license list; then for each: gatefold license deactivate ID. Where the vendor refuses or is gone, add --local-only."),
    ("vendor.no_issuer", "The vendor file names no server for today, so it is not used", "Get the vendor's newest file and add it. Whoever writes it adds an issuer for today, and checks it with: gatefold vendor check FILE"),
    ("vendor.file_too_large", "That is too large for a vendor file", "A vendor file has at most 256 KiB."),
    ("vendor.file_unsafe_text", "The vendor file holds characters that can hide what it says", NEW_FILE),
    ("vendor.file_malformed", "The vendor file has a mistake", "Mend the place named, and check it with: gatefold vendor check FILE"),
    ("vendor.file_newer_format", "The vendor file is of a newer format", NEWER),
    ("vendor.file_incoherent", "The vendor file contradicts itself", "Mend the place named, and check it with: gatefold vendor check FILE"),
    ("vendor.policy_other", "The privacy policy is not the text that the vendor file was written from", "Read the policy anew, mend what the file says of it, and put the new SHA-256 into policy.sha256."),
    ("vendor.policy_too_large", "That is too large for a privacy policy", "Give its text as a plain text file of at most 4 MiB."),
    ("vendor.policy_line", "The vendor file cites a line that does not match", "Read the line in the policy, and mend the number or what the file says of it."),
    ("gate.undeclared", "The vendor's file does not declare what this request needs, so it was not made", "Get the vendor's newest file and add it."),
    ("gate.foreign_host", "The vendor's file does not name that server, so nothing was sent", "Get the vendor's newest file and add it."),
    ("gate.secret_in_clear", "A secret of this request also stands in another field, where it would be sent as a name and kept for all to see; nothing was sent", "Type something else there: a key is no name for a computer."),
    ("gate.unsendable", "The request cannot be made from these values", "Check them for strange characters."),
    // The account
    ("account.not_signed_in", "Nobody is signed in", "Sign in with: gatefold account sign-in --email …"),
    ("account.another", "The vendor's server answered for another account than the one you typed, so the sign-in is not kept", "Somebody may be in between. Try another network; if it stays, tell the vendor. The address must be the account's own."),
    ("account.changed", "Somebody signed in here at the same time, so this sign-in is not kept", "See who with: gatefold account show. Sign in again to take their place."),
    ("account.token_unknown", "You are not signed in, and it is not known whether the vendor gave a sign-in out: it then goes on there until it ends by itself", "Sign in again. If it must not go on, end it on the vendor's page for your account, or ask the vendor."),
    ("account.token_left", "You are not signed in, and the vendor did not confirm that what it gave is revoked: it may go on there until it ends by itself", "Sign in again. If it must not go on, end it on the vendor's page for your account, or ask the vendor."),
    ("account.unread", "Which licenses are yours was not read yet", "Read them with: gatefold account refresh"),
    ("account.foreign", "The license is none of the account that is signed in", "Sign in with the account that the license belongs to: gatefold account sign-in --email …; then do the same again."),
    ("account.nowhere_to_keep", "There is no place to keep a sign-in: it would be gone when the command ends, so nothing was sent", "Set GATEFOLD_PASSPHRASE to a passphrase of your choice, here and in later calls; the sign-in is then kept in a file under it."),
    // Registering a product
    ("registration.not_offered", "This vendor's file lets no registration leave this computer", "Register the product on the vendor's own page; then read your licenses with: gatefold account refresh"),
    ("registration.not_taken", "This vendor's server takes no registrations, so nothing is registered", "Register the product on the vendor's own page; then read your licenses with: gatefold account refresh"),
    ("registration.field_unusable", "The product cannot be registered like this, and nothing was sent", "See what the vendor asks for with: gatefold vendor show"),
    ("registration.unknown", "It is not known whether the product is registered now", "Read your licenses with: gatefold account refresh. If the product is not among them, register it again; that does no harm."),
    ("keygen.serial_unknown", "The vendor knows no such serial number", "Compare it with what came with the product: O and 0, I and 1. A serial number belongs to one vendor."),
    ("keygen.serial_taken", "The product of this serial number is registered to another account", "Sign in with that account. If you bought it from somebody, ask them or the vendor to transfer it."),
    ("keygen.unlock_code_wrong", "The unlock code does not fit the serial number", "Compare both with what came with the product: O and 0, I and 1."),
    ("keygen.product_unknown", "The vendor takes no registration of this product", "See the vendor's products with: gatefold vendor show. If it should be among them, ask the vendor."),
    // Trying a product
    ("trial.not_offered", "This vendor offers no trial of this product here", "See which products can be tried with: gatefold vendor show"),
    ("trial.not_activated", "The trial has begun, but it is not activated on this computer", "Do the same again: it is the same trial, and no second one begins."),
    ("trial.unknown", "It is not known whether the trial has begun", "Do the same again: it is the same trial, and no second one begins."),
    ("keygen.trial_not_offered", "The vendor offers no trial of this product", "See the vendor's products with: gatefold vendor show. If it should be offered, ask the vendor."),
    ("keygen.trial_ended", "The one trial of this product was used before, and has ended", "To go on, buy a license and activate it: gatefold license activate KEY"),
    // Giving a license away
    ("transfer.not_offered", "This vendor's file says nothing of giving a license to somebody else", "Ask the vendor how it is done; see whom with: gatefold vendor show"),
    ("transfer.never", "This vendor gives such a license to nobody else", "See which ones with: gatefold vendor show"),
    ("transfer.by_message", "This vendor's licenses are given away by a message that you send", "Write it with: gatefold license transfer"),
    ("transfer.recipient", "The recipient's address cannot be used, and nothing was given away", "Write it as NAME@HOST: the address of the other one's account."),
    ("transfer.seats_elsewhere", "The license is not given away while its seats are in use", "See which computers hold them with: gatefold license seats LICENSE; give those back first."),
    ("transfer.not_done", "The license was not given away, and it is not on this computer any more: its seat was given back first", "Do the same again; or activate it again with: gatefold license activate --all"),
    ("transfer.done_before", "The license is none of the account's any more. It was asked to be given away before, without an answer, and by this it was done", "Read your licenses, which closes it: gatefold account refresh"),
    ("transfer.unknown", "It is not known whether the license is somebody else's now", "Read your licenses with: gatefold account refresh. If it is still among them, do the same again, which does no harm; or activate it again, for its seat here was given back already."),
    ("keygen.transfer_not_offered", "The vendor gives this license to nobody else", "Ask the vendor why; see whom with: gatefold vendor show"),
    ("keygen.transfer_kind", "The vendor gives licenses of this kind to nobody else", "See which ones with: gatefold vendor show"),
    ("keygen.transfer_too_early", "The license cannot be given away yet", "Do the same again then."),
    ("keygen.transfer_seats_in_use", "The license is not given away while its seats are in use", "See which computers hold them with: gatefold license seats LICENSE; give those back first."),
    ("keygen.transfer_recipient", "The vendor does not take the recipient's address", "Compare it with what the other one gave you: it is the address of their account, and not yours."),
    // The ledger
    ("ledger.newer_version", "A newer Gatefold wrote this ledger, and nothing is sent without it", NEWER),
    ("ledger.damaged", "The ledger is damaged, and nothing is sent without it", "Move the ledger folder away and keep it; a new one begins. Its end is remembered too: afterwards say so with: gatefold ledger begin-anew"),
    ("ledger.locked", "Another program keeps the ledger busy, and nothing is sent without it", "Try again when the other Gatefold is done."),
    ("ledger.disk_full", "The disk is full: the ledger cannot be written, and nothing is sent without it", DISK),
    ("ledger.read_only", "The ledger cannot be written, and nothing is sent without it", "Its disk is read-only, or the file is: make it writable, or choose another folder with --home."),
    ("ledger.foreign_owner", "The ledger belongs to another user, and nothing is sent without it", OWNER),
    ("ledger.wrong_type", "Something else stands where the ledger should be, and nothing is sent without it", OWNER),
    ("ledger.io", "The ledger cannot be reached, and nothing is sent without it", DISK),
    ("ledger.database", "The ledger's database failed, and nothing is sent without it", "Check the disk and try again. If it stays, move the ledger folder away and keep it; a new one begins. Its end is remembered too: afterwards say so with: gatefold ledger begin-anew"),
    // Usage
    ("usage.not_offered", "This vendor takes no usage, so there is nothing to share", ""),
    ("usage.item_not_offered", "This vendor does not take that", "See what it takes with: gatefold usage status"),
    ("usage.not_shared", "You share no usage with this vendor, so nothing is counted and nothing is sent", "If you want to, choose what with: gatefold usage grant"),
    ("usage.changed", "It is not any more what was shown, so nothing was done", "Look at it again, then do it again."),
    ("usage.busy", "Another Gatefold is counting or sending the usage of this vendor just now", "Try again in a moment."),
    ("usage.locked_by_administrator", "Whoever administers this computer keeps sharing usage off", "It is set in /etc/gatefold/policy.toml."),
    ("usage.nothing_to_send", "Nothing was counted that has not been sent", "Use one of the vendor's plug-ins, then look again with: gatefold usage preview"),
    ("usage.unclear", "Whoever answered did not answer as the vendor's collector does, so it is not known whether it has the upload", "A page of the network in between looks like this: open a browser, and see whether it asks you to sign in. The upload is not sent again; look at it with: gatefold ledger list --optional"),
    ("usage.not_taken", "The vendor's collector did not take the upload, and it is not sent again", "What comes next is counted anew. Tell the vendor; quote the code below."),
    ("usage.erasure_not_taken", "The vendor's collector did not confirm that it erased anything; the request is kept", "Ask again later with: gatefold usage withdraw --erase; or write to the vendor."),
    ("ledger.usage_locked", "Sharing usage is locked off here, by DO_NOT_TRACK or by your own word", "If you want to share all the same, lift the lock with: gatefold usage grant --lift-lock"),
    ("ledger.withdrawal_runs", "What you took back last is still coming to its end", "Bring it to its end with: gatefold usage withdraw"),
    ("ledger.sender_remains", "Nothing new is shared from now on, but another Gatefold that was sending has not stopped yet", "End that Gatefold, then do it again: gatefold usage withdraw"),
    ("ledger.by_itself_missing", "You have not chosen that it is sent by itself, so it was not sent", "Choose it with: gatefold usage weekly on; or send it with: gatefold usage send"),
    ("ledger.consent_missing", "You have not agreed to share this, so it was not sent", ""),
    ("ledger.no_entry", "The ledger has no such entry", "See the entries with: gatefold ledger list"),
    ("ledger.already_concluded", "That entry has its outcome already", ""),
    ("ledger.still_pending", "That request is still on its way", "Wait until it is answered."),
    ("ledger.erased", "The bytes of that entry were erased", ""),
    ("ledger.bytes_not_kept", "That entry notes a file; its bytes were never kept", ""),
    ("ledger.export", "The export could not be written", "Choose another name or another disk."),
    ("ledger.entry_damaged", "What is kept of that entry is not what was written, so it is no record of what was sent", "See what is kept with: gatefold ledger show; and which entries were altered with: gatefold ledger check"),
    ("ledger.scrub_waiting", "Erased, but traces stay in the file while another program reads it", "Close the other Gatefold; the next start finishes it."),
    ("ledger.anchor_holds", "The ledger is where it was remembered to be, so nothing begins anew", "Check it with: gatefold ledger check"),
    ("ledger.anchor", "The place that remembers the ledger's end could not be used", "Unlock the keyring, or check GATEFOLD_PASSPHRASE."),
    // This computer
    ("machine.device_name_unreadable", "This computer's name cannot be read", "Give one with --device-name."),
    ("machine.device_name_empty", "A device name needs at least one visible character", "Give another one."),
    ("machine.device_name_too_long", "A device name has at most 255 letters, fewer where they are not of the English alphabet", "Give a shorter one."),
    ("machine.os_unreadable", "The operating system's name cannot be read, and the vendor requires it", "On Linux it stands in /etc/os-release."),
    ("machine.cpu_unreadable", "The processor's name cannot be read, and the vendor requires it", "On Linux it stands in /proc/cpuinfo."),
    ("machine.memory_unreadable", "The memory's size cannot be read, and the vendor requires it", "On Linux it stands in /proc/meminfo."),
    ("shelf.machine_id_unreadable", "This computer's machine id cannot be read, so no identifier can be made", "On Linux: sudo systemd-machine-id-setup"),
    ("shelf.machine_id_unusable", "This computer's machine id is a placeholder, so no identifier can be made", "On Linux: sudo systemd-machine-id-setup"),
    ("shelf.no_home", "The system names no home folder", "Set HOME, or use --home."),
    ("shelf.name_unusable", "An id of the server cannot be used as a file name", VENDOR_HELP),
    ("shelf.link", "A link stands where a file of Gatefold should be", OWNER),
    ("shelf.wrong_type", "Something else stands where a file of Gatefold should be", OWNER),
    ("shelf.foreign_owner", "A folder that Gatefold needs belongs to another user", OWNER),
    ("shelf.writable_by_others", "Others may write a file or folder that Gatefold needs for itself", OWNER),
    ("shelf.not_roots_alone", "A folder on the way to the licenses of all users is not root's, or others may write it, so nothing was installed there", "Make root its owner, and take the right to write from group and others: sudo chown root DIR; sudo chmod go-w DIR"),
    ("shelf.root_needed", "Only root may install a license for all users of this computer", "Run it with sudo."),
    ("shelf.too_large", "A file among the licenses is too large to be one", "Move it away."),
    ("shelf.unlock_missing", "What unlocks this license is missing", "Activate again; it takes no second seat."),
    ("shelf.file_in_clear", "A license file that is not encrypted is not installed", VENDOR_HELP),
    ("shelf.incomplete", "The machine file does not hold its license, so plug-ins could not use it", VENDOR_HELP),
    ("shelf.vendor_unsigned", "The vendor file is not signed by this vendor's key", NEW_FILE),
    ("shelf.busy", "Another program keeps the folder of licenses busy", "Try again when the other Gatefold is done."),
    ("shelf.disk_full", "The disk is full; the earlier license stays as it was", DISK),
    ("shelf.read_only", "A folder that Gatefold needs cannot be written; what was in it stays as it was", FOLDER),
    ("shelf.denied", "A folder that Gatefold needs may not be used", OWNER),
    ("shelf.io", "A folder that Gatefold needs cannot be used", FOLDER),
    // Diagnostic bundles
    ("diagnostics.unsearchable", "What must not be told cannot be looked for, so no bundle is made", "Please report this."),
    ("diagnostics.too_large", "The bundle would be larger than it may be, so it was not written", "Leave out what takes most: gatefold diagnostics export --without log; or permit more with --max-mb N"),
    ("diagnostics.no_such_part", "A bundle has no such part", "See what can go in with: gatefold diagnostics parts"),
    ("diagnostics.unwritten", "The bundle could not be put together", "Please report the code below."),
    ("diagnostics.recipient", "That is no key to seal a bundle for", VENDOR_HELP),
    ("diagnostics.identity", "That file holds no key that opens a sealed bundle", "A line of it begins with AGE-SECRET-KEY-1; age-keygen makes one."),
    ("diagnostics.sealed", "The bundle is sealed for somebody, and opens with their key alone", "Name the file of the key: --identity FILE"),
    ("diagnostics.not_opened", "The sealed bundle does not open with this key, or it was damaged on the way", "Use the key that it was sealed for, or ask for the file again."),
    ("diagnostics.not_a_bundle", "That is no diagnostic bundle", "A bundle's name ends in .gatefold-diagnostics. Ask for the file again."),
    ("diagnostics.excessive", "The bundle holds more than is ever read, so it was not opened", "Ask for one that Gatefold made itself."),
    ("diagnostics.harmful", "The bundle is built so that it could do harm, so it was not opened", "Delete it. A bundle that Gatefold made is never like this."),
    ("diagnostics.newer", "A newer Gatefold made this bundle", "Update Gatefold, and open it again."),
    ("diagnostics.no_support_key", "This vendor's file names no key that a bundle could be sealed for, so it was not written", "Leave --encrypt-to out, and hand the file over in a way that you trust."),
    // Gatefold's own memory
    ("store.newer_version", "A newer Gatefold wrote this home", NEWER),
    ("store.damaged", "Gatefold's own notes are damaged", "Move the store folder away, and add your vendors again; licenses and ledger stay."),
    ("store.intent_damaged", "A note about an unfinished request is damaged, so it cannot be told whether a seat is held, and nothing new is begun about the license", "Ask the vendor which seats you hold. Then move the store folder away, and add your vendors again; licenses and ledger stay."),
    ("store.owned_damaged", "What Gatefold remembers of your account's licenses is damaged in part, and that part is left out", "Read them again: gatefold account refresh"),
    ("store.setting_damaged", "A choice of yours cannot be read any more, and nothing is sent or erased as if you had not made it", "Choose it again in the window's settings."),
    ("store.locked", "Another program keeps Gatefold's notes busy", "Try again when the other Gatefold is done."),
    ("store.license_busy", "Another Gatefold is at work on this license, so nothing was begun", "Try again when it is done; see where it stands with: gatefold license list"),
    ("store.account_busy", "Another Gatefold is at work on this sign-in, so nothing was changed", "Try again when it is done; see who is signed in with: gatefold account show"),
    ("store.link", "A link stands where Gatefold's folder should be", OWNER),
    ("store.foreign_owner", "Gatefold's folder belongs to another user", OWNER),
    ("store.disk_full", "The disk is full, so nothing was begun", DISK),
    ("store.read_only", "Gatefold's folder cannot be written, so nothing was begun", DISK),
    ("store.disk", "Gatefold's folder cannot be used", DISK),
    ("store.database", "Gatefold's own database failed", DISK),
    ("store.setting_invalid", "That value cannot be used for this setting", ""),
    ("store.proxy_with_password", "A proxy's address must not hold a password", "Write it as http://HOST:PORT."),
    ("store.vendor_older", "The vendor file is older than the one you agreed to, so it is not used", NEW_FILE),
    ("store.vendor_changed", "Another vendor file of the same version was agreed to before", "The vendor must raise the version of a changed file."),
    ("store.vendor_unsigned", "You agreed to a signed file of this vendor, and this one is signed by nobody, so it is not used", "Get the file again from the vendor, with the signature beside it (FILE.minisig)."),
    ("store.intent_gone", "Another Gatefold already went on with this", "See where it stands with: gatefold license list"),
    ("store.keyring_locked", "The system's keyring is locked", "Unlock it, then try again."),
    ("store.keyring_failed", "The system's keyring failed", "Try again; without a keyring, use --home and GATEFOLD_PASSPHRASE."),
    ("store.keyring_not_local", "The session bus, where the keyring is, lies outside of this computer by DBUS_SESSION_BUS_ADDRESS, so it was not asked", "Unset that variable, or use --home and GATEFOLD_PASSPHRASE."),
    ("store.keyring_silent", "The system's keyring does not answer", "See whether it waits for its password somewhere, or sign in to the desktop anew; without a keyring, use --home and GATEFOLD_PASSPHRASE."),
    ("store.passphrase_missing", "Keys, sign-ins and the ledger's end are kept in a file under a passphrase, and none was given, so nothing was done", "Set GATEFOLD_PASSPHRASE, and try again."),
    ("store.passphrase_wrong", "The passphrase does not open the secrets file", "Check GATEFOLD_PASSPHRASE."),
    ("store.secrets_damaged", "The secrets file is damaged", "Move both its parts away, secrets.age and secrets.key.age in the store folder; keys and sign-ins must be given again."),
    ("store.secrets_full", "There are more secrets than the secrets file holds, so this one was not kept", "Sign out of vendors and deactivate licenses that you no longer use; then try again."),
    ("store.no_randomness", "The system gives no random bytes", "Try again."),
    ("client.no_randomness", "The system gives no random bytes, so nothing was sent", "Try again."),
    ("client.no_home", "The system names no home folder", "Set HOME, or use --home."),
    ("client.file_unreadable", "The file cannot be read", "Check the path."),
    ("client.file_unwritable", "The file cannot be written", "Choose a new name in a folder of yours; an existing file is never overwritten."),
    ("client.passphrase_malformed", "GATEFOLD_PASSPHRASE is no text: it is not UTF-8, so it opens nothing, and nothing was done", "Set it in a terminal whose characters are UTF-8, or unset it."),
    ("client.time_malformed", "That is not a time", "Write it as 2026-11-22, or as 2026-11-22T10:42:07Z."),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn every_code() -> impl Iterator<Item = &'static str> {
        [
            gatefold_license::CODES,
            gatefold_keygen::CODES,
            gatefold_ledger::CODES,
            gatefold_machine::CODES,
            gatefold_shelf::CODES,
            gatefold_store::CODES,
            gatefold_egress::CODES,
            gatefold_diagnostics::CODES,
            crate::error::CODES,
        ]
        .into_iter()
        .flatten()
        .copied()
    }

    #[test]
    fn every_code_has_words_and_every_row_has_a_code() {
        for code in every_code() {
            assert_eq!(WORDS.iter().filter(|row| row.0 == code).count(), 1, "{code}");
        }
        for (code, ..) in WORDS {
            assert!(every_code().any(|known| known == *code), "{code}");
        }
    }

    #[test]
    fn sentences_are_sentences() {
        for (code, message, hint) in WORDS {
            assert!(message.starts_with(char::is_uppercase) && !message.ends_with(['.', '!']), "{code}");
            assert!(!message.contains('!') && !hint.contains('!'), "{code}");
            assert!(hint.is_empty() || hint.starts_with(char::is_uppercase), "{code}");
        }
    }

    #[test]
    fn whatever_a_license_is_worth_there_is_a_next_step() {
        use gatefold_license::Reason::*;
        let reasons = [
            Grace,
            ClockBehind,
            Expired,
            FileExpired,
            Suspended,
            Banned,
            SuspendedAtIssue,
            Released,
            Incomplete,
            WrongMachine,
            IdentifierMissing,
            WrongProduct,
            WrongAccount,
            WrongKind,
        ];
        for reason in reasons {
            assert!(!advice_of(reason.code(), None).hint.is_empty(), "{}", reason.code());
        }
    }

    #[test]
    fn a_detail_is_joined_to_its_sentence() {
        let advice = advice_of("keygen.throttled", Some("it asks for 9 seconds".into()));
        assert_eq!(advice.message, "The server takes no more requests for now: it asks for 9 seconds.");
        let advice = advice_of("license.would_not_count", Some("license.expired".into()));
        assert!(advice.message.ends_with("so it was not installed: the license has ended."), "{advice:?}");
        assert_eq!(advice_of("keygen.throttled", None).message, "The server takes no more requests for now.");
    }
}
