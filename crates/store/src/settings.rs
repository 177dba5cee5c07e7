//! What the user chose. A closed list with defaults; it refuses values out of range and a password in an address.

use std::ops::RangeInclusive;

use rusqlite::params;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Store, StoreError};

/// One choice, as it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Months the ledger keeps the bytes of an entry; `None`: for ever.
    KeepBytesMonths(Option<u16>),
    /// Months the ledger keeps the line of an entry; `None`: for ever.
    KeepLinesMonths(Option<u16>),
    /// The proxy every request goes through, as `http://host:port`; `None`: none.
    Proxy(Option<String>),
    /// Whether backups may copy the ledger.
    LedgerInBackups(bool),
    /// Whether values are hidden until asked for, for screen sharing.
    HideValues(bool),
    /// Whether licenses that the user agreed to it for are asked about again without being told to.
    Renew(bool),
    /// Light or dark, or as the system has it.
    Theme(Theme),
    /// How large the window's page is drawn, in percent.
    ZoomPercent(u16),
    /// Which products the window's library shows, and in which order.
    Library(LibraryView),
}

/// How the window is colored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Dark ink on light paper.
    Light,
    /// Light ink on dark paper.
    Dark,
}

/// How the window's library is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LibraryView {
    /// By what the products are put in order.
    pub order: LibraryOrder,
    /// Which of them are shown.
    pub shows: LibraryPart,
    /// Of which vendor alone, as the window names it, `ID@FINGERPRINT`; `None`: of all. It may have been removed since.
    pub vendor: Option<String>,
}

/// By what the products of the library are put in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LibraryOrder {
    /// By their names.
    #[default]
    Name,
    /// By who made them.
    Maker,
    /// By how they stand on this computer, what asks for attention first.
    Standing,
}

/// Which products of the library are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LibraryPart {
    /// All.
    #[default]
    All,
    /// Those that count on this computer.
    Here,
    /// Those that do not.
    Not,
    /// Those of the user's accounts that are not here.
    Yours,
    /// Those that ask for attention.
    Attention,
}

/// Every choice, with the default where none was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Months the ledger keeps the bytes of an entry; `None`: for ever.
    pub keep_bytes_months: Option<u16>,
    /// Months the ledger keeps the line of an entry; `None`: for ever.
    pub keep_lines_months: Option<u16>,
    /// The proxy every request goes through.
    pub proxy: Option<String>,
    /// Whether backups may copy the ledger.
    pub ledger_in_backups: bool,
    /// Whether values are hidden until asked for.
    pub hide_values: bool,
    /// Whether licenses that the user agreed to it for are asked about again without being told to.
    pub renew: bool,
    /// Light or dark, or as the system has it.
    pub theme: Theme,
    /// How large the window's page is drawn, in percent.
    pub zoom_percent: u16,
    /// Which products the window's library shows, and in which order.
    pub library: LibraryView,
    /// The names of what was chosen and can no longer be read; its default stands in its place.
    pub damaged: Vec<&'static str>,
}

impl Default for Settings {
    /// Bytes 13 months, lines 36 months (design, section 4); no proxy; in backups; nothing hidden.
    fn default() -> Self {
        Self {
            keep_bytes_months: Some(13),
            keep_lines_months: Some(36),
            proxy: None,
            ledger_in_backups: true,
            hide_values: false,
            renew: true,
            theme: Theme::System,
            zoom_percent: 100,
            library: LibraryView::default(),
            damaged: Vec::new(),
        }
    }
}

/// Every setting that this version knows.
const NAMES: &[&str] = &[
    "keep_bytes_months",
    "keep_lines_months",
    "proxy",
    "ledger_in_backups",
    "hide_values",
    "renew",
    "theme",
    "zoom_percent",
    "library",
];

impl Settings {
    /// Refuses where one of these cannot be read: its default may be what the user chose not to have.
    ///
    /// # Errors
    /// [`StoreError::SettingDamaged`].
    pub fn whole(&self, names: &[&str]) -> Result<(), StoreError> {
        match self.damaged.iter().find(|damaged| names.contains(*damaged)) {
            Some(name) => Err(StoreError::SettingDamaged(name)),
            None => Ok(()),
        }
    }

    /// Takes a kept value; `None` if it is none that a version writes.
    fn take(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "keep_bytes_months" => self.keep_bytes_months = parse_months(value)?,
            "keep_lines_months" => self.keep_lines_months = parse_months(value)?,
            "proxy" => {
                let proxy: Option<String> = parse(value)?;
                if proxy.as_deref().is_some_and(|address| check_proxy(address).is_err()) {
                    return None;
                }
                self.proxy = proxy;
            }
            "ledger_in_backups" => self.ledger_in_backups = parse(value)?,
            "renew" => self.renew = parse(value)?,
            "theme" => self.theme = parse(value)?,
            "zoom_percent" => self.zoom_percent = parse(value)?,
            "library" => self.library = parse(value)?,
            "hide_values" => self.hide_values = parse(value)?,
            _ => return None,
        }
        Some(())
    }
}

/// From ten years on "for ever" is meant.
const MONTHS_END: u16 = 120;
const ZOOM_PERCENT: RangeInclusive<u16> = 50..=300;
const PROXY_MAX_BYTES: usize = 512;
/// More than any vendor is named by.
const VENDOR_MAX_BYTES: usize = 256;

impl Store {
    /// Every choice made so far; settings of names unknown to this version are left alone. One that cannot be read is
    /// named in [`Settings::damaged`] and hides no other: whoever needs it asks with [`Settings::whole`].
    ///
    /// # Errors
    /// What the database says.
    pub fn settings(&self) -> Result<Settings, StoreError> {
        let mut settings = Settings::default();
        let mut statement = self.db.prepare_cached("SELECT name, value FROM setting")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (Ok(name), value) = (row.get_ref(0)?.as_str(), row.get_ref(1)?.as_str()) else { continue };
            let Some(name) = NAMES.iter().find(|known| **known == name) else { continue };
            if value.ok().and_then(|value| settings.take(name, value)).is_none() {
                settings.damaged.push(name);
            }
        }
        // Hidden is what shows least.
        settings.hide_values |= settings.whole(&["hide_values"]).is_err();
        // What sends nothing is safe.
        settings.renew &= settings.whole(&["renew"]).is_ok();
        Ok(settings)
    }

    /// Keeps one choice.
    ///
    /// # Errors
    /// [`StoreError::SettingInvalid`] out of range, [`StoreError::ProxyWithPassword`]; else what the database says.
    pub fn set(&self, setting: &Setting) -> Result<(), StoreError> {
        let (name, value) = setting.checked()?;
        self.db
            .prepare_cached("INSERT INTO setting VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2")?
            .execute(params![name, value])?;
        Ok(())
    }
}

impl Setting {
    fn checked(&self) -> Result<(&'static str, String), StoreError> {
        let months = |name, months: &Option<u16>| match months {
            Some(0) | Some(MONTHS_END..) => Err(StoreError::SettingInvalid(name)),
            _ => Ok((name, json(months)?)),
        };
        match self {
            Self::KeepBytesMonths(value) => months("keep_bytes_months", value),
            Self::KeepLinesMonths(value) => months("keep_lines_months", value),
            Self::Proxy(value) => {
                if let Some(address) = value {
                    check_proxy(address)?;
                }
                Ok(("proxy", json(value)?))
            }
            Self::LedgerInBackups(value) => Ok(("ledger_in_backups", json(value)?)),
            Self::HideValues(value) => Ok(("hide_values", json(value)?)),
            Self::Renew(value) => Ok(("renew", json(value)?)),
            Self::Theme(value) => Ok(("theme", json(value)?)),
            Self::ZoomPercent(value) if ZOOM_PERCENT.contains(value) => Ok(("zoom_percent", json(value)?)),
            Self::ZoomPercent(_) => Err(StoreError::SettingInvalid("zoom_percent")),
            Self::Library(value)
                if value.vendor.as_ref().is_none_or(|vendor| vendor.len() <= VENDOR_MAX_BYTES) =>
            {
                Ok(("library", json(value)?))
            }
            Self::Library(_) => Err(StoreError::SettingInvalid("library")),
        }
    }
}

/// `http://host:port` and nothing more: the gate tunnels by CONNECT and never signs in at a proxy.
fn check_proxy(address: &str) -> Result<(), StoreError> {
    if address.contains('@') {
        return Err(StoreError::ProxyWithPassword);
    }
    let host = address.strip_prefix("http://").unwrap_or_default();
    let usable = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    let port = host.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
    if port.is_none() || address.len() > PROXY_MAX_BYTES || !host.chars().all(usable) {
        return Err(StoreError::SettingInvalid("proxy"));
    }
    Ok(())
}

fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Damaged)
}

fn parse<T: DeserializeOwned>(value: &str) -> Option<T> {
    serde_json::from_str(value).ok()
}

/// Months that a version writes: 0 would erase everything at once.
fn parse_months(value: &str) -> Option<Option<u16>> {
    parse(value).filter(|months| !matches!(months, Some(0 | MONTHS_END..)))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An empty one, in a home that goes with it.
    pub(crate) fn store() -> (tempfile::TempDir, Store) {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        (home, store)
    }

    #[test]
    fn choices_are_kept_and_the_last_one_counts() {
        let (home, store) = store();
        assert_eq!(store.settings().unwrap(), Settings::default());
        store.set(&Setting::KeepBytesMonths(None)).unwrap();
        store.set(&Setting::KeepBytesMonths(Some(1))).unwrap();
        store.set(&Setting::KeepLinesMonths(None)).unwrap();
        store.set(&Setting::Proxy(Some("http://[::1]:3128".into()))).unwrap();
        store.set(&Setting::LedgerInBackups(false)).unwrap();
        store.set(&Setting::HideValues(true)).unwrap();
        store.set(&Setting::Renew(false)).unwrap();
        store.set(&Setting::Theme(Theme::Dark)).unwrap();
        store.set(&Setting::ZoomPercent(150)).unwrap();
        let library = LibraryView {
            order: LibraryOrder::Standing,
            shows: LibraryPart::Here,
            vendor: Some("sleeve@aa".into()),
        };
        store.set(&Setting::Library(library.clone())).unwrap();
        let expect = Settings {
            keep_bytes_months: Some(1),
            keep_lines_months: None,
            proxy: Some("http://[::1]:3128".into()),
            ledger_in_backups: false,
            hide_values: true,
            renew: false,
            theme: Theme::Dark,
            zoom_percent: 150,
            library,
            damaged: Vec::new(),
        };
        assert_eq!(Store::open(home.path()).unwrap().settings().unwrap(), expect);
        store.set(&Setting::Proxy(None)).unwrap();
        assert_eq!(store.settings().unwrap().proxy, None);
    }

    #[test]
    fn values_out_of_range_are_refused() {
        let (_home, store) = store();
        let check = |setting: Setting, expect: Option<&str>| {
            assert_eq!(store.set(&setting).err().map(|error| error.code()), expect, "{setting:?}");
        };
        let proxy = |address: &str| Setting::Proxy(Some(address.to_owned()));
        check(Setting::KeepBytesMonths(Some(0)), Some("store.setting_invalid"));
        check(Setting::KeepBytesMonths(Some(119)), None);
        check(Setting::KeepLinesMonths(Some(u16::MAX)), Some("store.setting_invalid"));
        check(Setting::ZoomPercent(49), Some("store.setting_invalid"));
        check(Setting::ZoomPercent(300), None);
        let of =
            |vendor: String| Setting::Library(LibraryView { vendor: Some(vendor), ..LibraryView::default() });
        check(of("v".repeat(VENDOR_MAX_BYTES)), None);
        check(of("v".repeat(VENDOR_MAX_BYTES + 1)), Some("store.setting_invalid"));
        check(proxy("http://proxy.example:8080"), None);
        check(proxy("http://proxy.example:80"), None);
        check(proxy("http://me:hunter2@proxy.example:8080"), Some("store.proxy_with_password"));
        check(proxy("http://me@proxy.example"), Some("store.proxy_with_password"));
        check(proxy("socks5://proxy.example"), Some("store.setting_invalid"));
        check(proxy("http://"), Some("store.setting_invalid"));
        check(proxy("http://proxy.example/path"), Some("store.setting_invalid"));
        check(proxy("http://pro xy"), Some("store.setting_invalid"));
        check(proxy(""), Some("store.setting_invalid"));
    }

    #[test]
    fn a_nonsense_value_is_named_and_hides_no_other() {
        let (_home, store) = store();
        store.db.execute("INSERT INTO setting VALUES ('of_a_later_version', '7')", []).unwrap();
        assert_eq!(store.settings().unwrap(), Settings::default());
        let check = |name: &str, value: &str| {
            let (_home, store) = self::store();
            store.set(&Setting::Theme(Theme::Dark)).unwrap();
            store.db.execute("INSERT OR REPLACE INTO setting VALUES (?1, ?2)", [name, value]).unwrap();
            let settings = store.settings().unwrap();
            assert_eq!(settings.damaged, [name], "{value}");
            assert_eq!(settings.whole(&["x", name]).unwrap_err().code(), "store.setting_damaged");
            assert!(settings.whole(&["x"]).is_ok());
            assert_eq!(settings.theme == Theme::Dark, name != "theme");
            assert_eq!(settings.hide_values, name == "hide_values");
            assert_eq!(settings.renew, name != "renew");
            assert_eq!(settings.proxy, None);
        };
        check("hide_values", "7");
        check("renew", "1");
        check("theme", "\"blue\"");
        check("zoom_percent", "");
        check("library", "\"all\"");
        check("keep_bytes_months", "0");
        check("keep_lines_months", "65535");
        check("proxy", "7");
        check("proxy", "\"http://me:hunter2@proxy.example:8080\"");
        check("ledger_in_backups", "\"no\"");
    }
}
