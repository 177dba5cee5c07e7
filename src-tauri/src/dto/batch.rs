//! Several licenses at once: shown together, sent one after another.

use std::collections::BTreeSet;

use gatefold_client::{ClientError, InForce, Owned, Unplanned, Unready, Values};
use serde::Serialize;

use super::{Failure, ItemRow, Prepared, Sending, StepState, Words};

/// Something that is ready to be sent for several licenses. Nothing has left.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Batch {
    pub(crate) preview: u32,
    /// Everything that is sent, a part for each vendor.
    pub(crate) parts: Vec<Prepared>,
    /// In the order in which they are done.
    pub(crate) deeds: Vec<Deed>,
    /// What cannot be done, and why.
    pub(crate) left_out: Vec<LeftOut>,
    /// What need not be done, and why.
    pub(crate) spare: Vec<Spare>,
    /// The name under which the vendors will list this computer, if it is sent.
    pub(crate) device_name: Option<String>,
    /// How many of them are asked about again by themselves from then on, as the user agrees to by sending.
    pub(crate) renewed: usize,
    /// A name of this computer may be sent.
    pub(crate) takes_name: bool,
    /// And a vendor insists on one.
    pub(crate) wants_name: bool,
}

/// What is done for one license.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Deed {
    pub(crate) license_id: String,
    pub(crate) vendor: String,
    /// The product's name.
    pub(crate) product: String,
    /// The last characters of the key, where they are known.
    pub(crate) key_hint: String,
    /// How many of its vendor's requests are its own, in the order of the deeds; with none, what is done is done here alone.
    pub(crate) requests: usize,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeftOut {
    pub(crate) license_id: String,
    pub(crate) product: String,
    pub(crate) why: Words,
}

/// A license that is not needed here.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Spare {
    pub(crate) license_id: String,
    pub(crate) product: String,
    pub(crate) key_hint: String,
    pub(crate) why: WhySpare,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum WhySpare {
    Ended,
    Barred,
    Another,
    Full,
}

impl From<gatefold_client::WhySpare> for WhySpare {
    fn from(why: gatefold_client::WhySpare) -> Self {
        match why {
            gatefold_client::WhySpare::Ended => Self::Ended,
            gatefold_client::WhySpare::Barred => Self::Barred,
            gatefold_client::WhySpare::Another => Self::Another,
            gatefold_client::WhySpare::Full => Self::Full,
        }
    }
}

impl From<(Owned, gatefold_client::WhySpare)> for Spare {
    fn from((license, why): (Owned, gatefold_client::WhySpare)) -> Self {
        let Owned { license_id, product, key_hint, .. } = license;
        Self { license_id, product, key_hint, why: why.into() }
    }
}

/// Event `progress`, and in the end the list of all: what became of a license.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Progress {
    pub(crate) preview: u32,
    pub(crate) license_id: String,
    pub(crate) state: StepState,
    pub(crate) failure: Option<Failure>,
    /// The lines of the record that were written for it.
    pub(crate) entries: Vec<i64>,
    /// Where it was given back, the files of it that root installed for all users, which count until root removes them.
    pub(crate) copies: Vec<String>,
}

impl LeftOut {
    fn of(license_id: String, product: String, error: &ClientError) -> Self {
        Self { license_id, product, why: Words::of_error(error) }
    }
}

impl From<Unplanned> for LeftOut {
    fn from(Unplanned { license_id, product, error }: Unplanned) -> Self {
        Self::of(license_id, product, &error)
    }
}

impl From<Unready> for LeftOut {
    fn from(Unready { license, error }: Unready) -> Self {
        Self::of(license.license_id, license.product, &error)
    }
}

impl Batch {
    pub(crate) fn new() -> Self {
        Self {
            preview: 0,
            parts: Vec::new(),
            deeds: Vec::new(),
            left_out: Vec::new(),
            spare: Vec::new(),
            device_name: None,
            renewed: 0,
            takes_name: false,
            wants_name: false,
        }
    }

    /// Takes one license in, with its requests.
    pub(crate) fn take(
        &mut self,
        vendor: &InForce,
        license_id: &str,
        product: &str,
        key_hint: &str,
        requests: &[Sending<'_>],
    ) {
        let values = Values { key_hint: Some(key_hint), ..Values::default() };
        let more = Prepared::of(0, vendor, values, requests);
        self.deeds.push(Deed {
            license_id: license_id.to_owned(),
            vendor: vendor.named(),
            product: product.to_owned(),
            key_hint: key_hint.to_owned(),
            requests: more.requests.len(),
        });
        if requests.is_empty() {
            return;
        }
        match self.parts.iter_mut().find(|part| part.vendor == more.vendor) {
            Some(part) => {
                part.requests.extend(more.requests);
                merge(&mut part.rows, more.rows);
            }
            None => self.parts.push(more),
        }
    }
}

/// One row an item; where the values differ it has all of them.
fn merge(rows: &mut Vec<ItemRow>, more: Vec<ItemRow>) {
    for new in more {
        match rows.iter_mut().find(|row| row.item == new.item && row.label == new.label) {
            Some(row) => row.value = both(row.value.take(), new.value),
            None => rows.push(new),
        }
    }
}

fn both(one: Option<String>, two: Option<String>) -> Option<String> {
    let (Some(one), Some(two)) = (&one, &two) else { return one.or(two) };
    let mut seen = BTreeSet::new();
    let all = one.split(BETWEEN).chain(two.split(BETWEEN)).filter(|value| seen.insert(*value));
    Some(all.collect::<Vec<_>>().join(BETWEEN))
}

const BETWEEN: &str = ", ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_names_every_value_once() {
        fn check(one: Option<&str>, two: Option<&str>, expect: Option<&str>) {
            let text = |value: Option<&str>| value.map(str::to_owned);
            assert_eq!(both(text(one), text(two)), text(expect), "{one:?} {two:?}");
        }
        check(None, None, None);
        check(Some("a"), None, Some("a"));
        check(None, Some("a"), Some("a"));
        check(Some("a"), Some("a"), Some("a"));
        check(Some("a"), Some("b"), Some("a, b"));
        check(Some("a, b"), Some("b"), Some("a, b"));
        check(Some("a, b"), Some("c"), Some("a, b, c"));
    }
}
