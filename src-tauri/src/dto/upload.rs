//! Uploads of usage: what waits, what would be sent in words, and what became of those that went.

use std::collections::BTreeSet;

use gatefold_client::{BatchErasure, BatchState, Count, InForce, Item, Kind, UsageBatch, Week, written};
use serde::Serialize;

use super::{ItemGroup, ItemRow, Prepared};

/// What waits to be sent.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct UsageWaiting {
    /// Null where how often was not granted: then each line says that there was a session.
    pub(crate) sessions: Option<u64>,
    pub(crate) lines: usize,
    pub(crate) weeks: usize,
}

/// What became of an upload.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum UploadState {
    Taken,
    Partly,
    Refused,
    /// It may have arrived.
    Unknown,
}

/// An upload that was sent, or may have been.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Upload {
    /// Its number, which it was sent with.
    pub(crate) batch: String,
    pub(crate) at: String,
    pub(crate) state: UploadState,
    pub(crate) status: Option<u16>,
    /// How many lines of it were not taken.
    pub(crate) rejected: u64,
    /// It is to be erased, and that was not confirmed.
    pub(crate) erasing: bool,
    /// When the vendor confirmed that it is erased.
    pub(crate) erased_at: Option<String>,
}

impl From<UsageBatch> for Upload {
    fn from(batch: UsageBatch) -> Self {
        Self {
            batch: batch.id.to_string(),
            at: written(batch.settled_at.unwrap_or(batch.made_at)),
            state: match batch.state {
                BatchState::Sent => UploadState::Taken,
                BatchState::Partly => UploadState::Partly,
                BatchState::Refused => UploadState::Refused,
                BatchState::Open | BatchState::Frozen | BatchState::Unknown => UploadState::Unknown,
            },
            status: batch.status,
            rejected: batch.rejected.unwrap_or_default(),
            erasing: batch.erasure == BatchErasure::Wanted,
            erased_at: batch.erased_at.map(written),
        }
    }
}

impl UsageWaiting {
    pub(crate) fn of(pending: &[Count]) -> Option<Self> {
        let weeks: BTreeSet<Week> = pending.iter().map(|line| line.week).collect();
        let sessions = pending.iter().map(|line| line.sessions).sum::<Option<u64>>();
        (!pending.is_empty()).then_some(Self { sessions, lines: pending.len(), weeks: weeks.len() })
    }
}

/// An upload that was answered.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Uploaded {
    /// How many lines of it were not taken.
    pub(crate) rejected: u64,
}

impl Prepared {
    /// An upload, by what it says as a whole: of each item its bytes hold as many values as there are lines.
    pub(crate) fn of_upload(mut self, vendor: &InForce, counts: &[Count]) -> Self {
        for row in &mut self.rows {
            let Ok(item) = row.item.parse::<Item>() else { continue };
            row.stand_in_usage(item);
            row.value = in_words(vendor, item, counts).or_else(|| row.value.take());
        }
        self
    }

    /// The request that uploads be erased.
    pub(crate) fn of_erasure(mut self) -> Self {
        for row in &mut self.rows {
            let Ok(item) = row.item.parse::<Item>() else { continue };
            row.stand_in_usage(item);
            if item == Item::BatchId {
                row.reason = Some("Names the uploads that are to be erased".to_owned());
            }
        }
        self
    }
}

impl ItemRow {
    /// Nothing of it is required. What a count is of goes with what is shared: that is Gatefold's doing, and no reason of the policy.
    fn stand_in_usage(&mut self, item: Item) {
        if item.entry().kind == Kind::Usage {
            self.group = ItemGroup::Shared;
            return;
        }
        self.group = ItemGroup::Frame;
        // The column says what the vendor's file says.
        (self.source, self.also) = (Some("Gatefold's own word".to_owned()), None);
        self.reason = match item {
            Item::Product => Some("Says which products the counts are of".to_owned()),
            Item::UsageWeek => Some("Says which weeks they are of, and nothing finer".to_owned()),
            Item::BatchId => {
                Some("Made at random for this upload, so that you can have it erased".to_owned())
            }
            _ => self.reason.take(),
        };
    }
}

/// What the lines of an upload say of an item, together.
fn in_words(vendor: &InForce, item: Item, counts: &[Count]) -> Option<String> {
    let all = |of: &dyn Fn(&Count) -> Option<String>| {
        let named: BTreeSet<String> = counts.iter().filter_map(of).collect();
        (!named.is_empty()).then(|| Vec::from_iter(named).join(", "))
    };
    match item {
        Item::UsageFrequency => {
            let sessions: Option<u64> = counts.iter().map(|count| count.sessions).sum();
            sessions.map(|sessions| format!("{sessions} in all"))
        }
        Item::TitleVersion => all(&|count| count.version.clone()),
        Item::Daw => all(&|count| count.daw.clone()),
        Item::Product => all(&|count| {
            let product = vendor.vendor().product(&count.product);
            Some(product.map_or_else(|| count.product.clone(), |product| product.name.clone()))
        }),
        Item::UsageWeek => {
            let weeks: BTreeSet<Week> = counts.iter().map(|count| count.week).collect();
            match (weeks.first()?, weeks.last()?) {
                (first, last) if first == last => Some(first.to_string()),
                (first, last) => Some(format!("{} of them, {first} to {last}", weeks.len())),
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_is_told_as_a_whole() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../vendors/sleeve/vendor.toml");
        let vendor = InForce::read(std::path::Path::new(file)).unwrap();
        let count = |week: &str, daw: Option<&str>, sessions| Count {
            week: week.parse().unwrap(),
            product: "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101".to_owned(),
            version: None,
            daw: daw.map(str::to_owned),
            sessions,
        };
        let counts = [count("2026-W47", Some("Ardour"), Some(3)), count("2026-W49", Some("Bitwig"), Some(4))];
        let told = |item| in_words(&vendor, item, &counts);
        assert_eq!(told(Item::UsageFrequency).as_deref(), Some("7 in all"));
        assert_eq!(told(Item::Daw).as_deref(), Some("Ardour, Bitwig"));
        assert_eq!(told(Item::Product).as_deref(), Some("Halo Plate"));
        assert_eq!(told(Item::UsageWeek).as_deref(), Some("2 of them, 2026-W47 to 2026-W49"));
        assert_eq!(told(Item::TitleVersion), None);
        let one = [count("2026-W49", None, None)];
        assert_eq!(in_words(&vendor, Item::UsageWeek, &one).as_deref(), Some("2026-W49"));
        assert_eq!(in_words(&vendor, Item::UsageFrequency, &one), None);
    }
}
