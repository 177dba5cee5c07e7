//! Sharing usage with a vendor, as its page shows it: what the vendor takes, what the user said, what was counted, what went.

use gatefold_client::vendor::ItemRule;
use gatefold_client::{
    ConsentRecord, Gatefold, InForce, PreparedGrant, RecordEvent, UsageLocked, UsageState as State,
    UsageStatus, Week, written,
};
use jiff::Timestamp;
use jiff::ToSpan as _;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{PolicyPage, Reason, Said, Upload, UsageWaiting};

/// A chart shows so many weeks, the newest: half a year.
const MOST_WEEKS: usize = 26;

/// What the user said, as it counts now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum UsageState {
    NotOffered,
    NotAsked,
    Off,
    On,
    Withdrawing,
    Withdrawn,
    Expired,
    Locked,
}

impl From<State> for UsageState {
    fn from(state: State) -> Self {
        match state {
            State::NotOffered => Self::NotOffered,
            State::NotAsked => Self::NotAsked,
            State::Off => Self::Off,
            State::On => Self::On,
            State::Withdrawing => Self::Withdrawing,
            State::Withdrawn => Self::Withdrawn,
            State::Expired => Self::Expired,
            State::Locked => Self::Locked,
        }
    }
}

/// What is shared with a vendor, at a glance.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Sharing {
    pub(crate) state: UsageState,
    /// What goes to it once it is sent.
    pub(crate) items: Vec<&'static str>,
}

impl Sharing {
    /// None where it cannot be told.
    pub(crate) fn with(gatefold: &Gatefold, vendor: &InForce) -> Option<Self> {
        let glance = gatefold.usage_glance(vendor).ok()?;
        let items = glance.shared.iter().map(|item| item.id()).collect();
        Some(Self { state: glance.state.into(), items })
    }
}

/// Who locked it off.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum UsageLocker {
    DoNotTrack,
    You,
    Administrator,
}

/// A lock that keeps it off.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct UsageLock {
    pub(crate) by: UsageLocker,
    pub(crate) since: Option<String>,
}

impl From<UsageLocked> for UsageLock {
    fn from(locked: UsageLocked) -> Self {
        match locked {
            UsageLocked::DoNotTrack(since) => {
                Self { by: UsageLocker::DoNotTrack, since: Some(written(since)) }
            }
            UsageLocked::User(since) => Self { by: UsageLocker::You, since: Some(written(since)) },
            UsageLocked::Administrator => Self { by: UsageLocker::Administrator, since: None },
        }
    }
}

/// An item that the vendor takes.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct UsageItem {
    pub(crate) item: &'static str,
    pub(crate) label: &'static str,
    pub(crate) words: String,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) kept: Said,
    /// Who sees it beside the receiver.
    pub(crate) recipients: Vec<String>,
    /// Until when it is shared; null where it is not.
    pub(crate) until: Option<String>,
}

/// Sessions of a week, over all products; a week without any is there too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct UsageWeek {
    /// As `2026-W49`.
    pub(crate) week: String,
    /// Its Monday.
    pub(crate) from: String,
    pub(crate) sessions: u64,
    /// How many of them went to the vendor, or may have.
    pub(crate) sent: u64,
}

/// What a record of consent is of.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ConsentEvent {
    Granted,
    Refused,
    Changed,
    Withdrawn,
    Expired,
}

/// What the user said once, or what ended by itself.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct UsageRecord {
    pub(crate) id: i64,
    pub(crate) at: String,
    pub(crate) event: ConsentEvent,
}

impl From<ConsentRecord> for UsageRecord {
    fn from(record: ConsentRecord) -> Self {
        Self {
            id: record.id,
            at: written(record.at),
            event: match record.event {
                RecordEvent::Granted => ConsentEvent::Granted,
                RecordEvent::Refused => ConsentEvent::Refused,
                RecordEvent::Changed => ConsentEvent::Changed,
                RecordEvent::Withdrawn => ConsentEvent::Withdrawn,
                RecordEvent::Expired => ConsentEvent::Expired,
            },
        }
    }
}

/// What is shared leaves by itself, as the user chose.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct UsageWeekly {
    pub(crate) since: String,
    /// When the next upload may leave; null where nothing waits.
    pub(crate) next: Option<String>,
}

/// Everything about sharing usage with one vendor.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsagePage {
    pub(crate) vendor: String,
    pub(crate) state: UsageState,
    pub(crate) locked: Option<UsageLock>,
    pub(crate) items: Vec<UsageItem>,
    /// Where it goes.
    pub(crate) server: Option<String>,
    /// From which age on the person decides alone.
    pub(crate) age: Said,
    pub(crate) weeks: Vec<UsageWeek>,
    pub(crate) waiting: Option<UsageWaiting>,
    /// Null where the user sends it.
    pub(crate) weekly: Option<UsageWeekly>,
    /// The newest first.
    pub(crate) uploads: Vec<Upload>,
    /// How many of them are to be erased.
    pub(crate) to_erase: usize,
    /// The newest first.
    pub(crate) records: Vec<UsageRecord>,
}

impl UsagePage {
    pub(crate) fn of(vendor: &InForce, status: UsageStatus) -> Self {
        let file = vendor.vendor();
        let until = |rule: &ItemRule| {
            let grant = status.grants.iter().find(|grant| grant.item == rule.id)?;
            Some(written(grant.ends_at))
        };
        let rules = status.offered.iter().filter_map(|item| file.item(*item));
        let items = rules.map(|rule| UsageItem::of(vendor, rule, until(rule))).collect();
        let (mut uploads, mut records) = (status.uploads, status.records);
        uploads.sort_by_key(|batch| std::cmp::Reverse(batch.settled_at.unwrap_or(batch.made_at)));
        records.reverse();
        Self {
            vendor: vendor.named(),
            state: status.state.into(),
            locked: status.locked.map(UsageLock::from),
            items,
            server: file.usage_endpoint().map(ToString::to_string),
            age: PolicyPage::age(file),
            weeks: all_weeks(
                status.weeks.iter().map(|week| (week.week.as_str(), week.sessions, week.sent)),
                Timestamp::now(),
            ),
            // While it is locked off nothing of it can be looked at, nor sent.
            waiting: UsageWaiting::of(&status.pending).filter(|_| status.locked.is_none()),
            weekly: status.weekly.map(|weekly| UsageWeekly {
                since: written(weekly.since),
                next: weekly.next_at.map(written),
            }),
            to_erase: status.to_erase,
            uploads: uploads.into_iter().map(Upload::from).collect(),
            records: records.into_iter().map(UsageRecord::from).collect(),
        }
    }
}

impl UsageItem {
    fn of(vendor: &InForce, rule: &ItemRule, until: Option<String>) -> Self {
        let policy = vendor.vendor().policy();
        let named = rule.recipients.iter().filter_map(|name| policy.recipient.get(name));
        Self {
            item: rule.id.id(),
            label: rule.id.label(),
            words: rule.words.clone(),
            reasons: rule.reason.iter().map(Reason::of).collect(),
            kept: Said::text(vendor.vendor().retention_of(rule)),
            recipients: named.map(|recipient| recipient.in_words()).collect(),
            until,
        }
    }
}

/// The weeks from the first that was counted to this one, with those in which there was nothing.
fn all_weeks<'a>(counted: impl Iterator<Item = (&'a str, u64, u64)>, now: Timestamp) -> Vec<UsageWeek> {
    let counted: Vec<(Week, u64, u64)> =
        counted.filter_map(|(week, sessions, sent)| Some((week.parse().ok()?, sessions, sent))).collect();
    let this = Week::of(now.to_zoned(TimeZone::UTC).date()).ok();
    let first = counted.iter().map(|(week, ..)| *week).min();
    let last = counted.iter().map(|(week, ..)| *week).chain(this).max();
    let (Some(first), Some(last)) = (first, last) else { return Vec::new() };
    let earlier = |week: &Week| Week::of(week.monday().checked_sub(7.days()).ok()?).ok();
    let back = std::iter::successors(Some(last), earlier).take_while(|week| *week >= first).take(MOST_WEEKS);
    let mut weeks: Vec<UsageWeek> = back
        .map(|week| {
            let of_it = counted.iter().filter(|(of, ..)| *of == week);
            let (sessions, sent) = of_it.fold((0, 0), |sum, line| (sum.0 + line.1, sum.1 + line.2));
            UsageWeek { week: week.to_string(), from: week.monday().to_string(), sessions, sent }
        })
        .collect();
    weeks.reverse();
    weeks
}

/// Items that are to be shared, and the very text that a record will say was shown. Nothing has changed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct GrantPlan {
    pub(crate) preview: u32,
    pub(crate) items: Vec<&'static str>,
    pub(crate) notice: String,
    pub(crate) language: &'static str,
    pub(crate) sha256: String,
    /// All of it is shared already, and nothing more.
    pub(crate) as_before: bool,
}

impl GrantPlan {
    pub(crate) fn of(preview: u32, prepared: &PreparedGrant) -> Self {
        let notice = prepared.notice();
        Self {
            preview,
            items: prepared.items().iter().map(|item| item.id()).collect(),
            notice: notice.text.clone(),
            language: notice.language,
            sha256: notice.sha256(),
            as_before: prepared.is_as_before(),
        }
    }
}

/// What came of taking back.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stopped {
    /// What had gone before, by the record's lines.
    pub(crate) gone: Vec<i64>,
    /// How many uploads are to be erased: that is a request of its own.
    pub(crate) to_erase: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_without_a_session_are_there_too_and_no_more_than_half_a_year() {
        let now = "2026-12-01T10:00:00Z".parse().unwrap();
        let told = |counted: &[(&str, u64, u64)]| {
            all_weeks(counted.iter().copied(), now)
                .into_iter()
                .map(|week| (week.week, week.from, week.sessions, week.sent))
                .collect::<Vec<_>>()
        };
        let row = |week: &str, from: &str, sessions, sent| (week.to_owned(), from.to_owned(), sessions, sent);
        assert_eq!(told(&[]), []);
        assert_eq!(
            told(&[("2026-W47", 3, 3), ("2026-W49", 2, 0)]),
            [
                row("2026-W47", "2026-11-16", 3, 3),
                row("2026-W48", "2026-11-23", 0, 0),
                row("2026-W49", "2026-11-30", 2, 0)
            ]
        );
        assert_eq!(told(&[("2026-W48", 1, 0)]).len(), 2, "as far as this week");
        assert_eq!(told(&[("2020-W01", 1, 0)]).len(), MOST_WEEKS);
        assert_eq!(told(&[("2027-W02", 1, 0)]).len(), 1, "by a clock that was set back");
        assert_eq!(told(&[("no week", 1, 0)]), []);
    }
}
