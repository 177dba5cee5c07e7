//! Who is signed in at a vendor, and which licenses are theirs as the vendor listed them last.

use gatefold_client::{
    ClientError, Ended, Enough, Gatefold, InForce, Item, Kept, Listed, Owned, Registered as Done, written,
};
use jiff::Timestamp;
use serde::Serialize;

use super::{Failure, Seats, Terms, VendorSummary, WhySpare};

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Account {
    pub(crate) email: String,
    pub(crate) signed_in_at: String,
    pub(crate) expires_at: Option<String>,
    /// When it was read which licenses are the account's, if it was.
    pub(crate) licenses_read_at: Option<String>,
    /// Why the sign-in is of no use any more; none while it stands.
    pub(crate) ended: Option<WhyEnded>,
}

/// Why a sign-in that is remembered is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum WhyEnded {
    /// What proves it was kept in memory alone, and went with the last quit.
    Quit,
    /// Its day is over.
    Date,
}

/// How an earlier sign-in ended at its vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum HowEnded {
    Revoked,
    /// The vendor says that it had ended before, and revoked nothing.
    Before,
    /// It could not be ended, and goes on there until it ends by itself.
    Open,
}

impl From<Ended> for HowEnded {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Revoked => Self::Revoked,
            Ended::Before => Self::Before,
        }
    }
}

/// The sign-in that another took the place of.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Earlier {
    pub(crate) email: String,
    pub(crate) ended: HowEnded,
}

/// How much of an account's list was read.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct ListRead {
    pub(crate) count: usize,
    /// The list goes on after the last page that is read.
    pub(crate) cut: bool,
}

impl From<Listed> for ListRead {
    fn from(listed: Listed) -> Self {
        Self { count: listed.count, cut: listed.is_cut }
    }
}

/// What a sign-in brought: it stands, whatever became of the list.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct SignedIn {
    pub(crate) vendor: VendorSummary,
    /// The account's licenses, as far as they were read.
    pub(crate) licenses: Option<ListRead>,
    /// Why they were not.
    pub(crate) unread: Option<Failure>,
    pub(crate) earlier: Option<Earlier>,
}

/// What a vendor may ask for when a product is registered.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum BoughtField {
    Product,
    ProductSerial,
    UnlockCode,
}

impl BoughtField {
    /// What this vendor asks for, in its order; nothing where it takes no registration here.
    pub(crate) fn of(vendor: &InForce) -> Vec<Self> {
        let field = |item| match item {
            Item::Product => Some(Self::Product),
            Item::ProductSerial => Some(Self::ProductSerial),
            Item::UnlockCode => Some(Self::UnlockCode),
            _ => None,
        };
        vendor.vendor().registers_with().into_iter().filter_map(field).collect()
    }
}

/// A product that is registered.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Registered {
    /// The product's name.
    pub(crate) product: String,
    pub(crate) license_id: String,
    /// The account had it before.
    pub(crate) was_yours: bool,
    /// Whether the vendor's list shows it; none where that was not read.
    pub(crate) listed: Option<bool>,
    /// Why it was not.
    pub(crate) unread: Option<Failure>,
}

impl From<Done> for Registered {
    fn from(done: Done) -> Self {
        let (listed, unread) = match done.is_listed {
            Some(Ok(listed)) => (Some(listed), None),
            Some(Err(error)) => (None, Some(error.into())),
            None => (None, None),
        };
        Self { product: done.product, license_id: done.license_id, was_yours: done.was_yours, listed, unread }
    }
}

impl Account {
    /// Who is signed in at a vendor, and whether that still stands. A keyring is not asked for what is only looked at.
    pub(crate) fn at(gatefold: &Gatefold, vendor: &InForce) -> Result<Option<Self>, ClientError> {
        let Some(account) = gatefold.account(vendor)? else { return Ok(None) };
        let may_be_gone = !matches!(gatefold.secrets_kept(), Kept::Keyring);
        let ended = if account.token_expires_at.is_some_and(|end| end <= Timestamp::now()) {
            Some(WhyEnded::Date)
        } else if may_be_gone && matches!(gatefold.holds_token(vendor), Ok(false)) {
            Some(WhyEnded::Quit)
        } else {
            None
        };
        Ok(Some(Self {
            email: account.email,
            signed_in_at: written(account.signed_in_at),
            expires_at: account.token_expires_at.map(written),
            licenses_read_at: account.licenses_read_at.map(written),
            ended,
        }))
    }
}

/// A license of an account that is signed in.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnedLicense {
    pub(crate) vendor: String,
    pub(crate) id: String,
    /// The product's name.
    pub(crate) product: String,
    pub(crate) product_id: Option<String>,
    pub(crate) terms: Terms,
    pub(crate) expires_at: Option<String>,
    /// By the list, the right has ended.
    pub(crate) ended: bool,
    /// Why it is not needed here; none if it is.
    pub(crate) spare: Option<WhySpare>,
    /// None where licenses are bound to the account.
    pub(crate) seats: Option<Seats>,
    /// The last characters of the key; may be empty.
    pub(crate) key_hint: String,
    pub(crate) read_at: String,
}

impl OwnedLicense {
    /// Those that are not on this computer.
    pub(crate) fn elsewhere(gatefold: &Gatefold) -> Result<Vec<Self>, ClientError> {
        let Enough { wanted, spare } = gatefold.enough_licenses()?;
        let wanted = wanted.iter().map(|license| Self::of(gatefold, license, None));
        let spare = spare.iter().map(|(license, why)| Self::of(gatefold, license, Some((*why).into())));
        Ok(wanted.chain(spare).collect())
    }

    fn of(gatefold: &Gatefold, license: &Owned, spare: Option<WhySpare>) -> Self {
        Self {
            vendor: license.vendor.named(),
            id: license.license_id.clone(),
            product: license.product.clone(),
            product_id: license.product_id.clone(),
            terms: license.terms.into(),
            expires_at: license.expires_at.map(written),
            ended: license.has_ended(gatefold),
            spare,
            seats: license.seats.map(|seats| Seats { used: seats.taken, limit: seats.limit }),
            key_hint: license.key_hint.clone(),
            read_at: written(license.read_at),
        }
    }
}
