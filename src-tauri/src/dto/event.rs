//! What the page is told unasked.

use serde::Serialize;

use super::{Failure, VendorReview};

/// What is no longer as the page knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Changed {
    Ledger,
    Library,
    Vendors,
    Settings,
    /// What is shared with whom.
    Usage,
}

/// A product's page that a link asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Link {
    pub(crate) vendor: String,
    pub(crate) product: String,
}

/// A vendor file that was dropped on the window or given to a start: to be looked at, or why it cannot be.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(untagged)]
pub(crate) enum Offered {
    Review(Box<VendorReview>),
    Failure(Failure),
}
