//! How it stands with sharing usage, for people and for programs.

use gatefold_client::{BatchErasure, BatchState, Item, UsageBatch, UsageLocked, UsageStatus, written};
use serde::Serialize;

use super::{CountReport, Shared, counts, in_words};
use crate::commands::Call;
use crate::failure::Failure;
use crate::output::{ATTENTION, PLAIN, SOFT, STRONG, day, minute, styled};
use crate::table::{Fit, Table};

#[derive(Serialize)]
struct Report<'a> {
    vendor: String,
    state: &'static str,
    /// Who locked it off: `do_not_track`, `user` or `administrator`.
    locked_by: Option<&'static str>,
    locked_since: Option<String>,
    offered: &'a [Item],
    items: Vec<Shared>,
    /// Since when it is sent by itself; null where it is not.
    weekly_since: Option<String>,
    /// When the next upload may leave so.
    weekly_next: Option<String>,
    weeks: Vec<Week<'a>>,
    pending: Vec<CountReport<'a>>,
    uploads: Vec<Upload>,
    /// How many uploads wait to be erased.
    to_erase: usize,
    records: Vec<Record>,
}

#[derive(Serialize)]
struct Week<'a> {
    week: &'a str,
    sessions: u64,
    sent: u64,
}

#[derive(Serialize)]
struct Upload {
    batch_id: String,
    made_at: String,
    state: &'static str,
    status: Option<u16>,
    rejected: Option<u64>,
    erasure: &'static str,
    erased_at: Option<String>,
}

#[derive(Serialize)]
struct Record {
    id: i64,
    at: String,
    event: &'static str,
    record: serde_json::Value,
}

pub(super) fn run(call: &Call) -> Result<(), Failure> {
    let mut gatefold = call.open_to_read()?;
    let vendor = call.vendor(&gatefold)?;
    let status = gatefold.usage_status(&vendor)?;
    call.out.line(styled(STRONG, format!("{}: {}", vendor.called(), in_words(status.state))));
    say(call, &status);
    let locked = status.locked.map(|locked| match locked {
        UsageLocked::DoNotTrack(since) => ("do_not_track", Some(written(since))),
        UsageLocked::User(since) => ("user", Some(written(since))),
        UsageLocked::Administrator => ("administrator", None),
    });
    let (locked_by, locked_since) = locked.unzip();
    call.out.object(&Report {
        vendor: vendor.vendor().id().to_owned(),
        state: status.state.as_str(),
        locked_by,
        locked_since: locked_since.flatten(),
        offered: &status.offered,
        items: status.grants.iter().map(Shared::of).collect(),
        weekly_since: status.weekly.map(|weekly| written(weekly.since)),
        weekly_next: status.weekly.and_then(|weekly| weekly.next_at).map(written),
        weeks: status
            .weeks
            .iter()
            .map(|week| Week { week: &week.week, sessions: week.sessions, sent: week.sent })
            .collect(),
        pending: counts(&status.pending),
        uploads: status.uploads.iter().map(upload).collect(),
        to_erase: status.to_erase,
        records: status
            .records
            .iter()
            .map(|record| Record {
                id: record.id,
                at: written(record.at),
                event: record.event.as_str(),
                record: serde_json::from_str(&record.text).unwrap_or_default(),
            })
            .collect(),
    });
    Ok(())
}

fn say(call: &Call, status: &UsageStatus) {
    let out = call.out;
    match status.locked {
        Some(UsageLocked::DoNotTrack(since)) => {
            let since = minute(&written(since));
            out.line(styled(
                ATTENTION,
                format!("DO_NOT_TRACK was seen on {since} (UTC). It stays locked until you lift it."),
            ));
        }
        Some(UsageLocked::User(since)) => {
            let since = minute(&written(since));
            out.line(styled(
                ATTENTION,
                format!("You locked it off on {since} (UTC). It stays locked until you lift it."),
            ));
        }
        Some(UsageLocked::Administrator) => {
            out.line(styled(ATTENTION, "The administrator of this computer keeps it off."));
        }
        None => say_shared(call, status),
    }
    say_weeks(call, status);
    if !status.uploads.is_empty() {
        out.line(format!("Uploads: {}", fates(&status.uploads)));
    }
    if status.to_erase > 0 {
        out.line(styled(ATTENTION, format!("Waiting to be erased: {}", status.to_erase)));
        out.line(styled(SOFT, "Ask for it with: gatefold usage withdraw --erase"));
    }
}

/// What is shared, and what goes next: nothing of either while it is locked off.
fn say_shared(call: &Call, status: &UsageStatus) {
    let out = call.out;
    for grant in &status.grants {
        out.line(format!("{}, until {}", grant.item.label(), day(&written(grant.ends_at))));
    }
    if let Some(weekly) = status.weekly {
        out.line(super::weekly::IN_WORDS);
        if let Some(next) = weekly.next_at {
            out.line(styled(SOFT, format!("The next one from {} (UTC) on", minute(&written(next)))));
        }
    }
    if !status.pending.is_empty() {
        out.line(styled(SOFT, "See what would be sent next with: gatefold usage preview"));
    }
}

/// What was counted, and how much of it left. It is called sent only where each upload was taken.
fn say_weeks(call: &Call, status: &UsageStatus) {
    if status.weeks.is_empty() {
        return;
    }
    let is_sure = status.uploads.iter().all(|upload| upload.state == BatchState::Sent);
    let left = if is_sure { "Sent" } else { "Left" };
    let mut table = Table::headed([("Week", Fit::Whole), ("Sessions", Fit::Right), (left, Fit::Right)]);
    for week in &status.weeks {
        table.row([
            (PLAIN, week.week.clone()),
            (PLAIN, week.sessions.to_string()),
            (PLAIN, week.sent.to_string()),
        ]);
    }
    call.out.table(&table);
    if !is_sure {
        call.out.line(styled(SOFT, "Left: sent, or perhaps. What of it was not taken is not sent again."));
    }
}

/// What became of uploads: how many there are of each kind that there is.
fn fates(uploads: &[UsageBatch]) -> String {
    let states = [
        (BatchState::Sent, "taken"),
        (BatchState::Partly, "taken in part"),
        (BatchState::Refused, "refused"),
        (BatchState::Unknown, "of unknown fate"),
    ];
    let counted = states.map(|(state, word)| {
        let count = uploads.iter().filter(|upload| upload.state == state).count();
        (count > 0).then(|| format!("{count} {word}"))
    });
    let taken = counted.into_iter().flatten().collect::<Vec<_>>().join(", ");
    // What is still to be erased has a line of its own.
    match uploads.iter().filter(|upload| upload.erasure == BatchErasure::Erased).count() {
        0 => taken,
        erased => format!("{taken}; of them {erased} erased"),
    }
}

fn upload(batch: &UsageBatch) -> Upload {
    Upload {
        batch_id: batch.id.to_string(),
        made_at: written(batch.made_at),
        state: match batch.state {
            BatchState::Open | BatchState::Frozen => "pending",
            BatchState::Sent => "sent",
            BatchState::Partly => "partly",
            BatchState::Refused => "refused",
            BatchState::Unknown => "unknown",
        },
        status: batch.status,
        rejected: batch.rejected,
        erasure: match batch.erasure {
            BatchErasure::NotWanted => "not_wanted",
            BatchErasure::Wanted => "wanted",
            BatchErasure::Erased => "erased",
        },
        erased_at: batch.erased_at.map(written),
    }
}
