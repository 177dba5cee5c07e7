//! Trying a product and giving a license away.

use gatefold_client::vendor::{Product, Transfer, TransferBy};
use gatefold_client::{
    ClientError, Gatefold, InForce, Item, Purpose, TransferMessage, Transferred as Done, written,
};
use serde::Serialize;

use super::{Failure, Prepared, ProductCard};

/// A trial that a vendor offers of a product.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Trial {
    pub(crate) days: u32,
    /// It is counted by the account, so somebody signs in first.
    pub(crate) by_account: bool,
    /// Since when one may have begun that is not activated here.
    pub(crate) open_since: Option<String>,
    /// The vendor said that it began.
    pub(crate) begun: bool,
}

/// A trial that is ready to be begun and activated. Nothing has left.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct TrialPlan {
    pub(crate) plan: Prepared,
    /// The name under which the vendor will list this computer, if it is sent.
    pub(crate) device_name: Option<String>,
    /// A name of this computer may be sent.
    pub(crate) takes_name: bool,
    /// And the vendor insists on one.
    pub(crate) wants_name: bool,
}

impl Trial {
    pub(crate) fn of(vendor: &InForce, product: &Product) -> Option<Self> {
        let by_account = vendor.vendor().allows(Purpose::Trial, Item::Token);
        Some(Self { days: product.trial_days?, by_account, open_since: None, begun: false })
    }
}

/// How a license is given away.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum GivenBy {
    Server,
    Message,
}

/// What the vendor's file says of giving a license away.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Giving {
    pub(crate) by: GivenBy,
    /// What it costs, in the vendor's words.
    pub(crate) fee: Option<String>,
    /// So many days after the purchase at the earliest.
    pub(crate) after_days: Option<u32>,
    /// On which terms never.
    pub(crate) never: Vec<&'static str>,
}

impl From<&Transfer> for Giving {
    fn from(rules: &Transfer) -> Self {
        Self {
            by: match rules.by {
                TransferBy::Endpoint => GivenBy::Server,
                TransferBy::Message => GivenBy::Message,
            },
            fee: rules.fee.clone(),
            after_days: rules.after_days,
            never: rules.never.iter().map(|terms| terms.as_str()).collect(),
        }
    }
}

/// A license that was given away.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Transferred {
    pub(crate) product: String,
    pub(crate) recipient: String,
    /// Whether the account's list shows it no more; none where that was not read.
    pub(crate) gone: Option<bool>,
    /// Why it was not.
    pub(crate) unread: Option<Failure>,
}

impl From<Done> for Transferred {
    fn from(done: Done) -> Self {
        let (gone, unread) = match done.is_gone {
            Some(Ok(gone)) => (Some(gone), None),
            Some(Err(error)) => (None, Some(error.into())),
            None => (None, None),
        };
        Self { product: done.product, recipient: done.recipient, gone, unread }
    }
}

/// A message to be sent by the user's hand.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) body: String,
    /// Every fact that is in it.
    pub(crate) facts: Vec<String>,
}

impl From<TransferMessage> for Message {
    fn from(message: TransferMessage) -> Self {
        let TransferMessage { to, subject, body, facts } = message;
        Self { to, subject, body, facts: facts.into_iter().map(|fact| fact.value).collect() }
    }
}

/// Where a trial may have begun that is not activated here.
pub(crate) fn tell_open_trials(
    gatefold: &Gatefold,
    vendor: &InForce,
    products: &mut [ProductCard],
) -> Result<(), ClientError> {
    for open in gatefold.open_trials(vendor)? {
        let is_it = |card: &&mut ProductCard| {
            card.vendor == vendor.named() && open.product.as_ref() == Some(&card.name)
        };
        if let Some(trial) = products.iter_mut().find(is_it).and_then(|card| card.trial.as_mut()) {
            (trial.open_since, trial.begun) = (Some(written(open.since)), open.is_done);
        }
    }
    Ok(())
}
