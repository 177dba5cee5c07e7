//! PRIVACY.md, made from the code: the catalogue, the purposes, the constants of every request.

use std::fmt::Write as _;

use gatefold_disclosure::sealed::USER_AGENT;
use gatefold_disclosure::vendor::Binding;
use gatefold_disclosure::{CATALOGUE, Item, Kind, Purpose};
use gatefold_shelf::{MAX_SPOOLED, MAX_SPOOLED_BYTES, SpoolRecord, SpooledItem, UsageItem};

use crate::vendors::{VENDORS, vendor};

const HEAD: &str = "\
<!-- Made from the code by `cargo xtask privacy`; a test compares it. A change here is a privacy review. -->

# What Gatefold sends

Gatefold itself collects nothing: it has no server, no analytics, no crash reporting, no update check. It speaks only to
the servers that a vendor's signed file names, only when you ask it to, and shows you the exact bytes before they leave; with
one exception, which you agree to first (below, \"By itself\").
Every request is in the ledger on your disk before its first byte leaves (`gatefold ledger list`).

What differs between users is an item of the closed list below. A request carries an item only if the vendor's file
declares it for that purpose; an item that is not on this list cannot be sent at all. There is no item for the computer's
full name, its network addresses, the serial numbers of its parts, user names, disks or cores. Where a vendor's file leaves
the device name to you, none is sent unless you type one; where it requires one, the name that you gave this vendor last is
proposed, else this computer's host name up to its first dot. The preview shows it, and you can give another. Vendors that
share a root key, as the two demo vendors do, see the same identifier. Serial number and unlock code are those that came with
a product.

";

const SHARED: &str = "
## What is sent of it

Nothing by itself, unless you chose that. Gatefold takes those files and counts them by weeks: how many sessions, for each product, version and host, of what you
granted. `gatefold usage preview` shows the bytes of the next upload, `gatefold usage send` sends them to the server that the vendor's file names for usage,
purpose `usage`: OTLP/HTTP metrics in JSON, with the product, the week as a whole, what you granted, and a random number that is another for each upload; no account,
key, token, computer or time of day. What the network shows all the same, your IP address and the time of the upload, you read before you agree, and your record
keeps it. It is sent once, whatever the answer. `gatefold usage withdraw` counts at once, in every process, also where the disk is full: nothing new starts, a program
that is sending breaks off, what was not sent is forgotten. A lock of yours, of your administrator's or by `DO_NOT_TRACK` breaks it off as well. With `--erase` it also asks the
vendor to erase what was sent, purpose `erase_usage`: the random numbers of those uploads and nothing else, which you see first. A grant ends by itself after twelve months.

";

const FOOT: &str = "
## By itself

A license file that ends must be fetched again. The window does that by itself where you agreed to it, license by license: by
sending an activation whose preview says so, or by the switch on the product's page, which asks in a dialog of the system.
From 14 days before the file ends (from half of its life, where that is shorter) it sends what a refresh by hand sends, purpose
`refresh`, the same two requests: how the license stands, and a new file. At most once a day for each license, and less often
the further the end is; only while the window is open; never for a trial, nor for a perpetual license whose file has no end.
Where nobody is reached it is tried again after an hour, then after two, four, eight and sixteen; where the vendor asks for a
pause, not before a day is over. Each request is in the ledger like any other, and says there that it left by itself. The switch
in the settings ends all of it at once. Of the commands none sends by itself: `license refresh` is yours to call.

Usage that you share leaves by itself where you chose that for its vendor (off at first; `gatefold usage weekly`, or the vendor's page, which asks in
a dialog of the system): what was counted in weeks that are over, in one upload, the bytes that a preview shows, once in seven days at most and only
while the window is open. So the vendor's server learns at which time of the week that was. Where nobody is reached it is tried again as above; what may
have left is not. The choice is gone with your consent, and another consent does not bring it back.

## What the network shows

Whoever carries a connection sees that there is one. The vendor's server sees your IP address and the time; your resolver
sees the name that is looked up; a proxy, if you set one, sees the server's name. The ledger notes what was revealed with
each request. TLS session tickets are off, so that two connections cannot be tied together by them.

## What stays on this computer

Keys and sign-in tokens lie in the system's keyring, or in a file under your passphrase, or in memory for one run; the
password is kept nowhere. Which licenses are your account's, with their ends and seats, is remembered without the keys until
you sign out; which computers hold a license's seats, with their names, as the vendor listed them last, until the vendor is
removed here. The ledger keeps the bytes of each request with every secret replaced by its name. License files are sealed to
this computer. Erasing an entry's bytes leaves its line, so that the record still checks.
";

/// The document as the code derives it.
pub fn privacy_md() -> String {
    let mut text = HEAD.to_owned();
    text.push_str("## Items\n\n| item | what it is | where it stands | an invented example | sent for |\n|---|---|---|---|---|\n");
    for kind in Kind::ALL {
        let _ = writeln!(text, "| **{}** | | | | |", kind.label());
        for entry in CATALOGUE.iter().filter(|entry| entry.kind == kind) {
            let purposes: Vec<&str> = Purpose::all()
                .filter(|purpose| purpose.items().contains(&entry.item))
                .map(Purpose::id)
                .collect();
            let example = if entry.secret { "kept nowhere in clear" } else { entry.example };
            let _ = writeln!(
                text,
                "| {} (`{}`) | {} | {} | {example} | {} |",
                entry.label,
                entry.id,
                entry.meaning,
                places(entry.wire),
                purposes.join(", ")
            );
        }
    }
    text.push_str("\n## Purposes\n\n| purpose | in words | consent |\n|---|---|---|\n");
    for purpose in Purpose::all() {
        let consent = if purpose.is_optional() {
            "only with consent, which you can take back"
        } else {
            "part of what you asked for"
        };
        let _ = writeln!(text, "| `{}` | {} | {consent} |", purpose.id(), purpose.label());
    }
    let _ = write!(
        text,
        "\n## The rest of every request\n\n\
         The same for every user: `user-agent: {USER_AGENT}` (no operating system, no build), `accept` and `content-type: \
         {media}`, `keygen-version: {api}`, the name `Gatefold` for a sign-in, and what the license file shall hold. \
         `host`, the account and the path come from the vendor's signed file (usage goes to `/v1/metrics` and `/v1/usage-erasures` there, as plain JSON); `content-length` counts the body.\n",
        media = gatefold_keygen::MEDIA_TYPE,
        api = gatefold_keygen::API_VERSION,
    );
    text.push_str(&of_this_computer());
    text.push_str(&noted_by_plug_ins());
    text.push_str(SHARED);
    text.push_str(FOOT);
    text
}

/// The same code, and what each vendor file of this repository makes of it.
fn of_this_computer() -> String {
    let mut text = "\n## What an activation tells of this computer\n\n\
         It follows from the vendor's file alone. Two files are of demo vendors; five tell a real privacy policy as it was \
         archived, as examples that their vendors did not write and that lead to no server of theirs.\n\n\
         | vendor file | bound to | of this computer |\n|---|---|---|\n"
        .to_owned();
    for id in VENDORS {
        let vendor = vendor(id);
        let told = |item: Item| match (
            vendor.allows(Purpose::Activate, item),
            vendor.requires(Purpose::Activate, item),
        ) {
            (true, true) => Some(item.label().to_lowercase()),
            (true, false) => Some(format!("{} if you type one", item.label().to_lowercase())),
            _ => None,
        };
        let items = CATALOGUE.iter().filter(|entry| entry.kind == Kind::Machine);
        let told: Vec<String> = items.filter_map(|entry| told(entry.item)).collect();
        let (bound, told) = match vendor.binding() {
            Binding::Machine => ("this computer", told.join(", ")),
            Binding::Account => ("the account", "nothing".to_owned()),
        };
        let _ = writeln!(text, "| {} | {bound} | {told} |", vendor.name());
    }
    text
}

/// What the SDK can write, by an example that the code itself writes; the items are those of the purpose.
fn noted_by_plug_ins() -> String {
    let spooled = |(item, grant): (&Item, i64)| SpooledItem {
        item: usage_item(*item),
        grant,
        value: (*item != Item::UsageFrequency).then(|| item.entry().example.to_owned()),
    };
    let shared: Vec<Item> =
        Purpose::Usage.items().iter().copied().filter(|item| item.entry().kind == Kind::Usage).collect();
    let items = shared.iter().zip(7..).map(spooled).collect();
    let day = jiff::civil::date(2026, 12, 1);
    let record = SpoolRecord::new("5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101", day, items);
    let names: Vec<&str> = shared.iter().map(|item| item.id()).collect();
    format!(
        "\n## What a plug-in notes\n\n\
         Nothing, unless you agreed to share usage with its vendor. Then it leaves one small file for each session of a product, from\n\
         the first instance that is activated to the last that is closed, in the folder `spool` of its vendor in\n\
         `~/.local/share/gatefold/vendors`. It holds the product, the day, and those of `{}` that you\n\
         granted, each with the number of your grant; no time of day, not how long it was, nothing of your music or your license:\n\n\
         ```json\n{}\n```\n\n\
         A session that began before you agreed is not noted, nor one that ends after you took it back, which also removes what was\n\
         noted. At most {MAX_SPOOLED} such files are kept for a vendor, of {} KiB at most. `DO_NOT_TRACK` and your computer's administrator\n\
         can forbid it, and nobody but you can allow it. The plug-in sends nothing of it: it cannot send. The exact rules:\n\
         [docs/formats/usage.md](docs/formats/usage.md).\n",
        names.join("`, `"),
        serde_json::to_string(&record).unwrap_or_default(),
        MAX_SPOOLED_BYTES / 1024,
    )
}

/// The shelf has names of its own for them, because plug-ins link no catalogue; they are the same.
fn usage_item(item: Item) -> UsageItem {
    serde_json::from_value(item.id().into()).unwrap_or_else(|_| panic!("a plug-in cannot note {item}"))
}

fn places(wire: &[&str]) -> String {
    wire.iter().map(|place| format!("`{place}`")).collect::<Vec<_>>().join(", ")
}
