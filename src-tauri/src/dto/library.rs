//! The products of the vendors agreed to, and what this computer holds of them.

use gatefold_client::vendor::Product;
use gatefold_client::{ActivationStep, ClientError, Gatefold, InForce, Installed, written};
use serde::Serialize;

use super::tell_open_trials;
use super::{LedgerLine, OwnedLicense, Prepared, Reminder, SeatList, Trial, WhySpare, Words};

/// On which terms a license is held.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Terms {
    Perpetual,
    Subscription,
    Trial,
}

impl From<gatefold_client::Terms> for Terms {
    fn from(terms: gatefold_client::Terms) -> Self {
        match terms {
            gatefold_client::Terms::Perpetual => Self::Perpetual,
            gatefold_client::Terms::Subscription => Self::Subscription,
            gatefold_client::Terms::Trial => Self::Trial,
        }
    }
}

/// What a license is worth on this computer now.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    Active,
    Grace,
    ClockBehind,
    Expired,
    Revoked,
    Incomplete,
    WrongMachine,
    WrongProduct,
    WrongKind,
    Unlicensed,
}

impl From<gatefold_client::Standing> for Standing {
    fn from(standing: gatefold_client::Standing) -> Self {
        use gatefold_client::Standing as Known;
        match standing {
            Known::Active => Self::Active,
            Known::Grace => Self::Grace,
            Known::ClockBehind => Self::ClockBehind,
            Known::Expired => Self::Expired,
            Known::Revoked => Self::Revoked,
            Known::Incomplete => Self::Incomplete,
            Known::WrongMachine => Self::WrongMachine,
            Known::WrongProduct => Self::WrongProduct,
            Known::WrongKind => Self::WrongKind,
            Known::Unlicensed => Self::Unlicensed,
        }
    }
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct LicenseCard {
    pub(crate) id: String,
    pub(crate) terms: Terms,
    pub(crate) standing: Standing,
    pub(crate) reason: Words,
    pub(crate) expires_at: Option<String>,
    pub(crate) refresh_by: Option<String>,
    /// Days until it ends or needs its file again, the begun one included.
    pub(crate) days_left: Option<u32>,
    /// The features that it includes, by their codes.
    pub(crate) features: Vec<String>,
    /// Whether it is asked about again by itself, as the user agreed; none where nothing of it ends, or ends for good.
    pub(crate) renews: Option<bool>,
    /// This computer's seat; none for a license bound to the account.
    pub(crate) machine_id: Option<String>,
    pub(crate) device_name: Option<String>,
    /// When the vendor said that the seat is gone, if it did and no file came since.
    pub(crate) seat_gone_at: Option<String>,
    /// When its seat was asked to be given back, where no answer told what became of it.
    pub(crate) release_asked_at: Option<String>,
    /// The last characters of the key; may be empty.
    pub(crate) key_hint: String,
    /// When its first file came to this computer, as far as that is known; a product's licenses stand in this order.
    pub(crate) activated_at: Option<String>,
}

impl LicenseCard {
    fn of(gatefold: &Gatefold, license: &Installed) -> Result<Self, ClientError> {
        let known = gatefold.known_license(&license.vendor, &license.license_id)?;
        let activated_at = known.as_ref().map(|known| written(known.first_file_at));
        let (device_name, key_hint) = known
            .map_or_else(Default::default, |known| (known.device_name, known.key_hint.as_str().to_owned()));
        let assessment = &license.assessment;
        Ok(Self {
            id: license.license_id.clone(),
            terms: license.terms.into(),
            standing: assessment.standing.into(),
            reason: license.says().into(),
            expires_at: assessment.expires_at.map(written),
            refresh_by: assessment.refresh_by.map(written),
            days_left: assessment.days_left(),
            features: license.entitlements(),
            renews: license.renews(),
            machine_id: license.machine_id.clone(),
            device_name,
            seat_gone_at: license.seat_gone_at.map(written),
            release_asked_at: license.release_asked_at.map(written),
            key_hint,
            activated_at,
        })
    }
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct ProductCard {
    pub(crate) vendor: String,
    pub(crate) maker: String,
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) version: String,
    /// What works offline, whatever the terms of a license, in words.
    pub(crate) offline: &'static str,
    pub(crate) licenses: Vec<LicenseCard>,
    /// What was left open about it.
    pub(crate) open: Vec<Unfinished>,
    /// A license of it is an account's, and would be of use on this computer, which has none.
    pub(crate) yours: bool,
    /// It can be tried.
    pub(crate) trial: Option<Trial>,
}

impl ProductCard {
    /// A product as its vendor's file has it, with nothing of it here yet.
    pub(crate) fn of(vendor: &InForce, product: &Product) -> Self {
        Self {
            vendor: vendor.named(),
            maker: vendor.called(),
            id: product.id.clone(),
            code: product.code.clone(),
            name: product.name.clone(),
            kind: product.kind.clone(),
            version: product.version.clone(),
            offline: product.profile.words_of_any(),
            licenses: Vec::new(),
            open: Vec::new(),
            yours: false,
            trial: Trial::of(vendor, product),
        }
    }
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct UnreadableFile {
    pub(crate) path: String,
    /// The license, by the file's name.
    pub(crate) license_id: Option<String>,
    /// The product's name, where it is remembered.
    pub(crate) product: Option<String>,
    pub(crate) why: Words,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Unfinished {
    /// None where the vendor's file is gone.
    pub(crate) vendor: Option<String>,
    /// The product's name.
    pub(crate) product: String,
    pub(crate) license_id: String,
    /// The seat that may be held; none where none was asked for.
    pub(crate) machine_id: Option<String>,
    /// It is a seat whose license file is lost or spoilt.
    pub(crate) file_is_lost: bool,
    /// The vendor said that the seat is gone: then nothing is taken there.
    pub(crate) seat_is_gone: bool,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Library {
    pub(crate) products: Vec<ProductCard>,
    /// License files that cannot be used, and why.
    pub(crate) unreadable: Vec<UnreadableFile>,
    /// Activations that a crash or a lost answer left open, and seats whose files are lost.
    pub(crate) unfinished: Vec<Unfinished>,
    /// What is the accounts' and not on this computer, as the vendors listed it last.
    pub(crate) owned: Vec<OwnedLicense>,
    /// Who holds the seats of licenses, as their vendors listed it last.
    pub(crate) computers: Vec<SeatList>,
    /// Vendors that may remove an account for want of activity.
    pub(crate) reminders: Vec<Reminder>,
    /// A sentence if this computer's clock is off, by what the servers signed.
    pub(crate) clock: Option<String>,
}

impl Library {
    pub(crate) fn read(gatefold: &Gatefold) -> Result<Self, ClientError> {
        let mut products: Vec<ProductCard> = Vec::new();
        let vendors = gatefold.vendors()?;
        for vendor in &vendors {
            products
                .extend(vendor.vendor().products().iter().map(|product| ProductCard::of(vendor, product)));
            tell_open_trials(gatefold, vendor, &mut products)?;
        }
        let (installed, unreadable) = gatefold.library()?;
        for license in &installed {
            let held = LicenseCard::of(gatefold, license)?;
            let vendor = license.vendor.named();
            match card(&mut products, &vendor, &license.product_id) {
                Some(product) => product.licenses.push(held),
                // The vendor file no longer names it; the license counts all the same.
                None => products.push(gone(license, held)),
            }
        }
        for product in &mut products {
            product
                .licenses
                .sort_by(|one, other| (&one.activated_at, &one.id).cmp(&(&other.activated_at, &other.id)));
        }
        let unreadable = unreadable
            .iter()
            .map(|file| UnreadableFile {
                path: file.path.display().to_string(),
                license_id: file.license_id().map(str::to_owned),
                product: file.was.as_ref().map(|was| was.product.clone()),
                why: file.says().into(),
            })
            .collect();
        let unfinished = note_open(gatefold, &vendors, &installed, &mut products)?;
        let owned = OwnedLicense::elsewhere(gatefold)?;
        for license in owned.iter().filter(|license| matches!(license.spare, None | Some(WhySpare::Full))) {
            let its = license.product_id.as_deref().and_then(|id| card(&mut products, &license.vendor, id));
            if let Some(card) = its {
                card.yours = true;
            }
        }
        let lists = gatefold.seats_listed()?.into_iter();
        let computers = lists.map(|list| SeatList::of(list, &installed)).collect();
        let reminders = gatefold.reminders(&vendors).into_iter().map(Reminder::from).collect();
        let clock = gatefold.clock_words();
        Ok(Self { products, unreadable, unfinished, owned, computers, reminders, clock })
    }
}

fn card<'a>(products: &'a mut [ProductCard], vendor: &str, id: &str) -> Option<&'a mut ProductCard> {
    products.iter_mut().find(|card| card.vendor == vendor && card.id == id)
}

/// What was left open, each also with its product.
fn note_open(
    gatefold: &Gatefold,
    vendors: &[InForce],
    installed: &[Installed],
    products: &mut [ProductCard],
) -> Result<Vec<Unfinished>, ClientError> {
    let mut all = Vec::new();
    for open in gatefold.unfinished_beside(installed)? {
        let vendor = vendors.iter().find(|vendor| vendor.key() == open.vendor).map(InForce::named);
        let its = vendor.as_deref().and_then(|vendor| card(products, vendor, &open.product_id));
        let open = Unfinished {
            vendor: vendor.clone(),
            product: open.product,
            license_id: open.license_id,
            machine_id: open.machine_id,
            file_is_lost: open.file_is_lost,
            seat_is_gone: open.seat_is_gone,
        };
        if let Some(card) = its {
            card.open.push(open.clone());
        }
        all.push(open);
    }
    Ok(all)
}

fn gone(license: &Installed, card: LicenseCard) -> ProductCard {
    ProductCard {
        vendor: license.vendor.named(),
        maker: license.vendor.called(),
        id: license.product_id.clone(),
        code: license.product_id.clone(),
        name: license.product.clone(),
        kind: String::new(),
        version: String::new(),
        offline: "",
        licenses: vec![card],
        open: Vec::new(),
        yours: false,
        trial: None,
    }
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Seats {
    pub(crate) used: u64,
    pub(crate) limit: Option<u64>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckedKey {
    pub(crate) product: ProductCard,
    pub(crate) license_id: String,
    pub(crate) terms: Terms,
    pub(crate) expires_at: Option<String>,
    pub(crate) seats: Option<Seats>,
    /// This computer holds one of the seats in use, or may hold it.
    pub(crate) holds_seat: bool,
    /// What works offline of this license, in words.
    pub(crate) offline: String,
    /// The same as a time, where it is the license's end.
    pub(crate) offline_until: Option<String>,
    /// The license file has no end: it works offline for good.
    pub(crate) for_ever: bool,
    /// What is sent when it is asked about again by itself, as the user agrees to by sending the plan; none where it is
    /// not.
    pub(crate) renews: Option<Vec<&'static str>>,
    pub(crate) key_hint: String,
    /// The sign-in opens it, not the key.
    pub(crate) by_sign_in: bool,
    /// The activation, ready to be sent.
    pub(crate) plan: Prepared,
    /// The name under which the vendor will list this computer.
    pub(crate) device_name: Option<String>,
    /// Whether a name can be given; it need not be where none is there.
    pub(crate) takes_name: bool,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Activated {
    pub(crate) product: String,
    pub(crate) license_id: String,
    pub(crate) standing: Standing,
    /// Why it counts, or does not count yet.
    pub(crate) reason: Words,
    /// Every request, the check included.
    pub(crate) entries: Vec<LedgerLine>,
}

/// A step of an activation; some are not always needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum StepName {
    Seat,
    Look,
    File,
    Install,
}

impl From<ActivationStep> for StepName {
    fn from(step: ActivationStep) -> Self {
        match step {
            ActivationStep::Seat => Self::Seat,
            ActivationStep::Look => Self::Look,
            ActivationStep::File => Self::File,
            ActivationStep::Install => Self::Install,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum StepState {
    Running,
    Done,
    /// The answer was lost, or said that something is there already; the next step looks.
    Unclear,
    /// The server said no.
    Refused,
    Failed,
    Cancelled,
}

/// Event `step`: what an activation is doing.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Step {
    pub(crate) preview: u32,
    pub(crate) step: StepName,
    pub(crate) state: StepState,
}
