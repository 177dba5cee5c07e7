//! What the window shows before anybody asks for anything.

use gatefold_client::{
    Damaged, Gatefold, Home, Kept, LibraryOrder, LibraryPart, LibraryView as ChosenView, Settings as Chosen,
    Theme as ChosenTheme,
};
use serde::{Deserialize, Serialize};

use super::{Link, Offered, VendorSummary};

#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Secrets {
    Keyring,
    File,
    Memory,
}

impl From<Kept> for Secrets {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Keyring => Self::Keyring,
            Kept::File => Self::File,
            Kept::Memory(_) => Self::Memory,
        }
    }
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Theme {
    System,
    Light,
    Dark,
}

impl From<ChosenTheme> for Theme {
    fn from(theme: ChosenTheme) -> Self {
        match theme {
            ChosenTheme::System => Self::System,
            ChosenTheme::Light => Self::Light,
            ChosenTheme::Dark => Self::Dark,
        }
    }
}

impl From<Theme> for ChosenTheme {
    fn from(theme: Theme) -> Self {
        match theme {
            Theme::System => Self::System,
            Theme::Light => Self::Light,
            Theme::Dark => Self::Dark,
        }
    }
}

/// By what the products of the library are put in order.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sort {
    Name,
    Maker,
    Standing,
}

impl From<LibraryOrder> for Sort {
    fn from(order: LibraryOrder) -> Self {
        match order {
            LibraryOrder::Name => Self::Name,
            LibraryOrder::Maker => Self::Maker,
            LibraryOrder::Standing => Self::Standing,
        }
    }
}

impl From<Sort> for LibraryOrder {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Name => Self::Name,
            Sort::Maker => Self::Maker,
            Sort::Standing => Self::Standing,
        }
    }
}

/// Which products of the library are shown.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Filter {
    All,
    Here,
    Not,
    Yours,
    Attention,
}

impl From<LibraryPart> for Filter {
    fn from(part: LibraryPart) -> Self {
        match part {
            LibraryPart::All => Self::All,
            LibraryPart::Here => Self::Here,
            LibraryPart::Not => Self::Not,
            LibraryPart::Yours => Self::Yours,
            LibraryPart::Attention => Self::Attention,
        }
    }
}

impl From<Filter> for LibraryPart {
    fn from(filter: Filter) -> Self {
        match filter {
            Filter::All => Self::All,
            Filter::Here => Self::Here,
            Filter::Not => Self::Not,
            Filter::Yours => Self::Yours,
            Filter::Attention => Self::Attention,
        }
    }
}

/// How the library is looked at; what is searched for is kept nowhere.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct LibraryView {
    pub(crate) sort: Sort,
    pub(crate) filter: Filter,
    /// One vendor's key; null for all.
    pub(crate) vendor: Option<String>,
}

impl From<ChosenView> for LibraryView {
    fn from(ChosenView { order, shows, vendor }: ChosenView) -> Self {
        Self { sort: order.into(), filter: shows.into(), vendor }
    }
}

impl From<LibraryView> for ChosenView {
    fn from(LibraryView { sort, filter, vendor }: LibraryView) -> Self {
        Self { order: sort.into(), shows: filter.into(), vendor }
    }
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Settings {
    pub(crate) theme: Theme,
    /// Percent.
    pub(crate) zoom: u16,
    /// `http://HOST:PORT`.
    pub(crate) proxy: Option<String>,
    /// Months; null is for ever.
    pub(crate) keep_bytes_months: Option<u16>,
    pub(crate) keep_lines_months: Option<u16>,
    pub(crate) ledger_in_backups: bool,
    pub(crate) hide_values: bool,
    /// Whether licenses that the user agreed to it for are asked about again by themselves.
    pub(crate) renew: bool,
    pub(crate) library: LibraryView,
}

impl From<Chosen> for Settings {
    fn from(chosen: Chosen) -> Self {
        Self {
            theme: chosen.theme.into(),
            zoom: chosen.zoom_percent,
            proxy: chosen.proxy,
            keep_bytes_months: chosen.keep_bytes_months,
            keep_lines_months: chosen.keep_lines_months,
            ledger_in_backups: chosen.ledger_in_backups,
            hide_values: chosen.hide_values,
            renew: chosen.renew,
            library: chosen.library.into(),
        }
    }
}

#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum PlaceName {
    Ledger,
    Store,
    Shelf,
    Logs,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Place {
    pub(crate) what: PlaceName,
    pub(crate) path: String,
}

impl Place {
    pub(crate) fn all(home: &Home, gatefold: &Gatefold) -> Vec<Self> {
        let place = |what, path: std::path::PathBuf| Self { what, path: path.display().to_string() };
        vec![
            place(PlaceName::Ledger, home.ledger()),
            place(PlaceName::Store, home.store()),
            place(PlaceName::Shelf, gatefold.shelf_path()),
            place(PlaceName::Logs, home.logs()),
        ]
    }
}

/// A vendor file that came with the app and was not agreed to yet.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct BundledVendor {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) products: usize,
}

/// A vendor agreed to of which what is kept can no longer be read. `key` names it as it does any vendor.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct DamagedVendor {
    pub(crate) key: String,
    pub(crate) id: String,
    pub(crate) fingerprint: String,
}

impl From<&Damaged> for DamagedVendor {
    fn from(vendor: &Damaged) -> Self {
        Self { key: vendor.named(), id: vendor.id().to_owned(), fingerprint: vendor.fingerprint().to_owned() }
    }
}

/// Everything the first page needs; asks nobody.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Start {
    pub(crate) version: &'static str,
    pub(crate) device_name: Option<String>,
    pub(crate) secrets: Secrets,
    pub(crate) places: Vec<Place>,
    pub(crate) settings: Settings,
    pub(crate) vendors: Vec<VendorSummary>,
    pub(crate) damaged: Vec<DamagedVendor>,
    pub(crate) bundled: Vec<BundledVendor>,
    /// What this start was asked to open; told once.
    pub(crate) link: Option<Link>,
    pub(crate) offered: Option<Offered>,
    /// A bundle is being opened, to be asked for.
    pub(crate) bundle: bool,
}
