//! A vendor as its signed file describes it, and a file before it is agreed to. What the page of a vendor shows of it
//! stands in `page` and `policy`.

use gatefold_client::vendor;
use gatefold_client::{ClientError, Gatefold, InForce, Known, Review, Signature, Waiting, written};
use serde::{Deserialize, Serialize};

use super::{Account, BoughtField, Giving, Sharing, VendorPage};

/// What a vendor's licenses are bound to.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Binding {
    Machine,
    Account,
}

impl From<vendor::Binding> for Binding {
    fn from(binding: vendor::Binding) -> Self {
        match binding {
            vendor::Binding::Machine => Self::Machine,
            vendor::Binding::Account => Self::Account,
        }
    }
}

/// The pages of a vendor that the window offers to open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum LinkName {
    Account,
    ForgotPassword,
    CreateAccount,
    Policy,
}

impl LinkName {
    const ALL: [Self; 4] = [Self::Account, Self::ForgotPassword, Self::CreateAccount, Self::Policy];

    /// The word of the vendor file.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::ForgotPassword => "forgot_password",
            Self::CreateAccount => "create_account",
            Self::Policy => "policy",
        }
    }

    /// Where it leads: the vendor's word for it, so none of a file that nobody signed.
    pub(crate) fn of(self, vendor: &InForce) -> Option<&str> {
        let named = || vendor.vendor().links().find(|(name, _)| *name == self.id());
        vendor.is_signed().then(named).flatten().map(|(_, url)| url)
    }
}

/// `key` names a vendor in every call: its id and the fingerprint of its root key.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct VendorSummary {
    pub(crate) key: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) brands: Vec<String>,
    pub(crate) fingerprint: String,
    /// Everybody can sign with it.
    pub(crate) demo_key: bool,
    pub(crate) signed: bool,
    pub(crate) version: u32,
    pub(crate) date: String,
    pub(crate) binding: Binding,
    pub(crate) hosts: Vec<String>,
    pub(crate) links: Vec<LinkName>,
    pub(crate) account: Option<Account>,
    /// Whether it shows who is signed in which licenses are theirs.
    pub(crate) has_library: bool,
    /// It shows which computers hold a license's seats.
    pub(crate) shows_seats: bool,
    /// It lets a computer be called otherwise.
    pub(crate) renames: bool,
    /// With what a product is registered; nothing where that cannot be done here.
    pub(crate) registers_with: Vec<BoughtField>,
    /// Since when it is not known whether a product was registered.
    pub(crate) registration_open_since: Option<String>,
    /// How its licenses are given away; none where its file says nothing of it.
    pub(crate) giving: Option<Giving>,
    /// Since when it is not known whether a license was given away.
    pub(crate) transfer_open_since: Option<String>,
    /// What is shared with it of the use of its products; null where that cannot be told.
    pub(crate) sharing: Option<Sharing>,
}

impl VendorSummary {
    pub(crate) fn of(gatefold: &Gatefold, in_force: &InForce) -> Result<Self, ClientError> {
        let vendor = in_force.vendor();
        let hosts = vendor.issuers().iter().flat_map(|issuer| &issuer.hosts);
        Ok(Self {
            key: in_force.named(),
            id: vendor.id().to_owned(),
            name: in_force.called(),
            brands: vendor.brands().to_vec(),
            fingerprint: in_force.fingerprint(),
            demo_key: in_force.has_demo_root(),
            signed: *in_force.signature() != Signature::Missing,
            version: vendor.version(),
            date: vendor.date().to_string(),
            binding: vendor.binding().into(),
            hosts: hosts.map(ToString::to_string).collect(),
            links: LinkName::ALL.into_iter().filter(|link| link.of(in_force).is_some()).collect(),
            account: Account::at(gatefold, in_force)?,
            has_library: in_force.has_library(),
            shows_seats: in_force.shows_seats(),
            renames: in_force.renames(),
            registers_with: BoughtField::of(in_force),
            registration_open_since: gatefold.open_registration(in_force)?.map(|open| written(open.since)),
            giving: vendor.transfer().map(Giving::from),
            transfer_open_since: gatefold.open_transfers(in_force)?.first().map(|open| written(open.since)),
            sharing: Sharing::with(gatefold, in_force),
        })
    }
}

/// What a picked vendor file is to the vendors agreed to before.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum HowKnown {
    New,
    Agreed,
    Update,
    SameIdOtherRoot,
}

/// What became of a member of a vendor file.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChangeKind {
    Added,
    Removed,
    Changed,
}

/// One difference from the file agreed to.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct VendorChange {
    pub(crate) what: String,
    pub(crate) kind: ChangeKind,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    /// More is asked, reached or shared than before, or less is promised.
    pub(crate) weighs: bool,
}

impl From<&vendor::Change> for VendorChange {
    fn from(change: &vendor::Change) -> Self {
        Self {
            what: change.what.clone(),
            kind: match change.kind {
                vendor::ChangeKind::Added => ChangeKind::Added,
                vendor::ChangeKind::Removed => ChangeKind::Removed,
                vendor::ChangeKind::Changed => ChangeKind::Changed,
            },
            before: change.before_words(),
            after: change.after_words(),
            weighs: change.weighs,
        }
    }
}

/// A vendor agreed to that another could be taken for.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct LookAlike {
    pub(crate) name: String,
    pub(crate) fingerprint: String,
}

/// Whose a license key can be, by what was typed of it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct WhoseKey {
    /// The key of the one vendor whose it must be, if it looks like nobody else's.
    pub(crate) its: Option<String>,
    /// The keys of all vendors whose license keys look like it; of some no shape is known.
    pub(crate) alike: Vec<String>,
}

/// A newer file than the one in force.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewerFile {
    pub(crate) version: u32,
    /// What differs.
    pub(crate) changes: Vec<VendorChange>,
    /// When that was first shown; null for one that came with the app and was not looked at.
    pub(crate) shown_at: Option<String>,
    /// The user agreed, and it waits for its day.
    pub(crate) agreed: bool,
    pub(crate) counts_from: Option<String>,
    /// By this name it came with the app.
    pub(crate) bundled: Option<String>,
}

impl NewerFile {
    pub(crate) fn of(waiting: &Waiting) -> Self {
        Self {
            version: waiting.in_force.vendor().version(),
            changes: waiting.changes.iter().map(VendorChange::from).collect(),
            shown_at: Some(written(waiting.shown_at)),
            agreed: waiting.agreed,
            counts_from: waiting.not_before.map(written),
            bundled: None,
        }
    }

    /// One that came with the app.
    pub(crate) fn bundled(id: String, review: &Review) -> Self {
        let version = review.in_force.vendor().version();
        let changes = review.changes.iter().map(VendorChange::from).collect();
        Self { version, changes, shown_at: None, agreed: false, counts_from: None, bundled: Some(id) }
    }
}

/// What became of an agreement: it counts from then on; null where it counts at once.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Agreed {
    pub(crate) from: Option<String>,
}

/// A vendor file as it was picked, before it is agreed to.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct VendorReview {
    pub(crate) review: u32,
    pub(crate) vendor: VendorSummary,
    /// Everything that the file says, as it is shown once the vendor is added.
    pub(crate) page: VendorPage,
    pub(crate) known: HowKnown,
    /// The version agreed to before.
    pub(crate) from: Option<u32>,
    pub(crate) changes: Vec<VendorChange>,
    /// Agreed to now, it counts from then on, as its vendor promised; null where it counts at once.
    pub(crate) counts_from: Option<String>,
    pub(crate) look_alikes: Vec<LookAlike>,
    /// Vendors whose license keys look like this one's.
    pub(crate) same_keys: Vec<String>,
    /// The products whose license files this file lets count no more.
    pub(crate) struck_off: Vec<String>,
    pub(crate) path: Option<String>,
}

impl VendorReview {
    pub(crate) fn of(
        number: u32,
        gatefold: &Gatefold,
        review: &Review,
        counts_from: Option<String>,
        path: Option<String>,
    ) -> Result<Self, ClientError> {
        let (known, from) = match review.known {
            // What is kept says nothing any more: the file is looked at as if it were the first.
            Known::New | Known::Damaged => (HowKnown::New, None),
            Known::Agreed => (HowKnown::Agreed, None),
            Known::Update { from } | Known::Signed { from } => (HowKnown::Update, Some(from)),
            Known::SameIdOtherRoot => (HowKnown::SameIdOtherRoot, None),
        };
        let look_alikes = review.look_alikes.iter().map(|other| LookAlike {
            name: other.name.clone().unwrap_or_else(|| other.id.clone()),
            fingerprint: other.root_fingerprint.clone(),
        });
        Ok(Self {
            review: number,
            vendor: VendorSummary::of(gatefold, &review.in_force)?,
            page: VendorPage::of(gatefold, &review.in_force)?,
            known,
            from,
            changes: review.changes.iter().map(VendorChange::from).collect(),
            counts_from,
            look_alikes: look_alikes.collect(),
            same_keys: review.same_keys.clone(),
            struck_off: review.struck_off.clone(),
            path,
        })
    }
}

/// That a vendor may remove an account: a whole sentence.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Reminder {
    pub(crate) vendor: String,
    pub(crate) says: String,
}

impl From<gatefold_client::Reminder> for Reminder {
    fn from(reminder: gatefold_client::Reminder) -> Self {
        Self { vendor: reminder.vendor.named(), says: reminder.says }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_called_as_in_the_file() {
        for link in LinkName::ALL {
            assert_eq!(serde_json::to_value(link).unwrap(), link.id());
        }
    }
}
