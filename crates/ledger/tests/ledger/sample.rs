//! A ledger in a folder of its own, and requests to put into it.

use std::path::PathBuf;

use gatefold_disclosure::{Item, Json, Method, Payload, Purpose, Sealed, Vendor};
use gatefold_ledger::{
    Anchor, AnchorError, EntryId, Grant, Head, Ledger, Outcome, OutcomeClass, RecordEvent,
};
use jiff::{Timestamp, ToSpan};
use rusqlite::Connection;
use tempfile::TempDir;

pub(crate) const SECRET_KEY: &str = "SLEEVE-7H3K-QQQQ-9999";

pub(crate) fn vendor() -> Vendor {
    Vendor::parse(include_str!("../../../../vendors/sleeve/vendor.toml")).unwrap()
}

/// The same id, under another root key.
pub(crate) fn namesake() -> Vendor {
    let text = include_str!("../../../../vendors/sleeve/vendor.toml");
    let other = "RWS7Zuab1ikxV/RSxR7smLfxB47gxOcWnDQQ+wS1KWhP6T8CARjycsWs";
    Vendor::parse(&text.replace(vendor().root_key(), other)).unwrap()
}

/// What a test keeps as a record of consent.
pub(crate) fn recorded() -> (RecordEvent, String) {
    (RecordEvent::Granted, "{}".to_owned())
}

/// 2026-11-22 at noon, and so many minutes.
pub(crate) fn at(minutes: i64) -> Timestamp {
    "2026-11-22T12:00:00Z".parse::<Timestamp>().unwrap() + minutes.minutes()
}

pub(crate) fn salt(seed: u8) -> [u8; 32] {
    [seed; 32]
}

/// An activation that names a computer; holds one secret.
pub(crate) fn activation(device_name: &str) -> Sealed {
    request(
        Purpose::Activate,
        "/machines",
        &[(Item::DeviceName, device_name), (Item::Os, "Debian GNU/Linux 12")],
    )
}

/// A request with the license key in its head and items in its body.
pub(crate) fn request(purpose: Purpose, path: &'static str, items: &[(Item, &str)]) -> Sealed {
    let vendor = vendor();
    let key = vendor.declare(purpose, Item::LicenseKey, SECRET_KEY).unwrap();
    let fields = items.iter().map(|(item, value)| {
        let value = vendor.declare(purpose, *item, *value).unwrap();
        (item.id(), Json::text(value))
    });
    let payload = Payload {
        purpose,
        method: Method::Post,
        origin: vendor.issuers()[0].hosts[0].clone(),
        target: vec![path.into(), "?limit=1".into()],
        headers: vec![("authorization", vec!["License ".into(), key.into()])],
        body: Some(("application/json", Json::object(fields.collect::<Vec<_>>()))),
    };
    payload.seal(&vendor).unwrap()
}

/// An optional request: it needs consent. Under whichever there is.
pub(crate) fn usage(items: &[(Item, &str)]) -> Sealed {
    usage_of(items).under(&(1..100).collect::<Vec<_>>())
}

/// The same, gathered under none.
pub(crate) fn usage_of(items: &[(Item, &str)]) -> Sealed {
    let vendor = vendor();
    let fields = items.iter().map(|(item, value)| {
        let value = vendor.declare(Purpose::Usage, *item, *value).unwrap();
        (item.id(), Json::text(value))
    });
    let payload = Payload {
        purpose: Purpose::Usage,
        method: Method::Post,
        origin: vendor.issuers()[0].hosts[0].clone(),
        target: vec!["/usage".into()],
        headers: vec![],
        body: Some(("application/json", Json::object(fields.collect::<Vec<_>>()))),
    };
    payload.seal(&vendor).unwrap()
}

pub(crate) fn answered() -> Outcome {
    Outcome {
        class: OutcomeClass::Answered,
        peer: Some("192.0.2.7:443".to_owned()),
        peers: vec!["198.51.100.9:443".to_owned(), "192.0.2.7:443".to_owned()],
        network: None,
        status: Some(201),
        code: None,
        response_len_bytes: Some(812),
    }
}

pub(crate) struct Home {
    pub(crate) dir: TempDir,
    pub(crate) ledger: Ledger,
}

impl Home {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(&dir.path().join("ledger"), at(0)).unwrap();
        Self { dir, ledger }
    }

    /// With so many answered activations of computers `desk-1`, `desk-2` …, a minute apart.
    pub(crate) fn with(entries: i64) -> Self {
        let mut home = Self::new();
        for n in 1..=entries {
            home.send(activation(&format!("desk-{n}")), n);
        }
        home
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("ledger")
    }

    /// The same file by another connection of the ledger's.
    pub(crate) fn again(&self) -> Ledger {
        Ledger::open(&self.path(), at(0)).unwrap()
    }

    /// The same file, without the ledger's rules.
    pub(crate) fn sql(&self) -> Connection {
        Connection::open(self.path().join("ledger.db")).unwrap()
    }

    /// As before version 5.
    pub(crate) fn without_consents(&self) {
        let older = "DROP TABLE consent_sending; DROP TABLE consent_lock; DROP TABLE consent_record; ALTER TABLE consent DROP COLUMN root;";
        self.sql().execute_batch(older).unwrap();
    }

    /// Agrees to these items.
    pub(crate) fn grant(&mut self, items: &[Item], when: Timestamp) -> Vec<Grant> {
        self.ledger.grant(&vendor(), items, Purpose::Usage, when, |_| recorded()).unwrap()
    }

    /// Ends a withdrawal that was begun; whether there was one.
    pub(crate) fn finish(&mut self, when: Timestamp) -> bool {
        let record = |_: &[gatefold_ledger::Gone]| (RecordEvent::Withdrawn, "{}".to_owned());
        self.ledger.finish_withdrawal(&vendor(), Purpose::Usage, when, record).unwrap()
    }

    /// Appends and concludes.
    pub(crate) fn send(&mut self, sealed: Sealed, minutes: i64) -> EntryId {
        let recorded = self.ledger.append(sealed, at(minutes), salt(1)).unwrap();
        self.ledger.conclude(recorded.id(), &answered(), at(minutes), salt(2)).unwrap();
        recorded.id()
    }

    /// Every file of the folder, as it stands on disk.
    pub(crate) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let read = |entry: std::fs::DirEntry| {
            (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).unwrap())
        };
        std::fs::read_dir(self.path()).unwrap().map(|entry| read(entry.unwrap())).collect()
    }
}

pub(crate) fn ids(lines: &[gatefold_ledger::Line]) -> Vec<i64> {
    lines.iter().map(|line| line.id.0).collect()
}

/// No entry.
pub(crate) const NONE: [i64; 0] = [];

/// An anchor in memory.
#[derive(Default)]
pub(crate) struct Pocket(pub(crate) Option<Head>);

impl Anchor for Pocket {
    fn load(&self) -> Result<Option<Head>, AnchorError> {
        Ok(self.0)
    }

    fn keep(&mut self, head: Head) -> Result<(), AnchorError> {
        self.0 = Some(head);
        Ok(())
    }
}

/// An anchor that cannot be read.
pub(crate) struct Broken;

impl Anchor for Broken {
    fn load(&self) -> Result<Option<Head>, AnchorError> {
        Err(AnchorError::new("the keyring is locked"))
    }

    fn keep(&mut self, _: Head) -> Result<(), AnchorError> {
        unreachable!("what cannot be read is not overwritten")
    }
}
