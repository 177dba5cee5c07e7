//! A session of a product in this process: from the first instance that is used to the last that is closed. It ends in at most
//! one small file, and only where the user shares usage.
//!
//! It refuses to note what was not granted both when it began and when it ended, by the same grant; to keep a yes in mind; and to
//! tell when in a day it was, or for how long. What cannot be noted is not: nothing is tried again.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

#[cfg(feature = "c-abi")]
use gatefold_shelf::SdkCrash;
use gatefold_shelf::{SpoolRecord, SpooledItem, UsageGrant, UsageItem, UsageLock, VendorShelf};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::host::Host;
use crate::product::Product;

/// Where sessions of a product are noted, if the user shares usage.
pub(crate) struct Usage {
    /// The user's shelf: consent is one user's, never a computer's.
    shelf: Option<VendorShelf>,
    /// The environment, as it was when the product was opened.
    environment: Option<UsageLock>,
}

/// One that has begun.
pub(crate) struct Session {
    began: Timestamp,
    /// What was granted then, by its numbers. Most sessions have none, and cannot be counted any more, whatever is granted
    /// before they end.
    grants: Vec<UsageGrant>,
    host: Host,
    /// Where it began: a copy that a host forks is no session of its own.
    process: u32,
}

impl Usage {
    pub(crate) fn new(shelf: Option<VendorShelf>, environment: Option<UsageLock>) -> Self {
        Self { shelf, environment }
    }

    /// Begins a session. Looks at the consent file: one system call where there is none.
    pub(crate) fn begin(&self, product: &Product, host: &Host, now: Timestamp) -> Session {
        let grants = self.granted(product, now);
        Session { began: now, grants, host: host.clone(), process: std::process::id() }
    }

    /// Ends it, and notes it if it may.
    pub(crate) fn end(&self, session: &Session, product: &Product, now: Timestamp) {
        if session.grants.is_empty() || session.process != std::process::id() {
            return;
        }
        // A grant that was taken back and given again has another number.
        let mut current = self.granted(product, now);
        current.retain(|grant| session.grants.contains(grant));
        let record = session.record(product, &current);
        if let (Some(shelf), Some(record)) = (&self.shelf, record) {
            // Somebody else's disk, folder or limits: a session that is not counted is in nobody's way.
            let _ = shelf.spool(&record, random());
        }
    }

    /// Notes a crash: no word of its use, so no consent is asked. Somebody else's disk, folder or limits: it is in nobody's way.
    #[cfg(feature = "c-abi")]
    pub(crate) fn note_crash(&self, location: &str) {
        if let Some(shelf) = &self.shelf {
            let _ = shelf.note_crash(&SdkCrash::new(crate::VERSION, location), random());
        }
    }

    /// What may be noted now. What cannot be read is no.
    fn granted(&self, product: &Product, now: Timestamp) -> Vec<UsageGrant> {
        let shelf = self.shelf.as_ref().filter(|_| self.environment.is_none());
        let Some(Ok(Some(consent))) = shelf.map(VendorShelf::consent) else { return Vec::new() };
        let granted = consent.granted(&product.vendor, &product.product, now);
        if granted.is_empty() || UsageLock::of_administrator().is_some() { Vec::new() } else { granted }
    }
}

impl Session {
    /// What is granted and known; none if that is nothing.
    fn record(&self, product: &Product, grants: &[UsageGrant]) -> Option<SpoolRecord> {
        let item = |grant: &UsageGrant| {
            let value = match grant.item {
                UsageItem::UsageFrequency => None,
                UsageItem::TitleVersion => {
                    Some(product.version.clone().filter(|version| !version.is_empty())?)
                }
                UsageItem::Daw => Some(self.host.name_or_program()?),
            };
            Some(SpooledItem { item: grant.item, grant: grant.id, value })
        };
        let items: Vec<SpooledItem> = grants.iter().filter_map(item).collect();
        let day = self.began.to_zoned(TimeZone::UTC).date();
        (!items.is_empty()).then(|| SpoolRecord::new(&product.product, day, items))
    }
}

/// For a name that nobody else takes; that it exists already is refused where it is made.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use gatefold_license::{Binding, RootKey};
    use gatefold_shelf::{Shelf, UsageConsent};

    use super::*;

    const ROOT: &str = "RWS7Zuab1ikxV/RSxR7smLfxB47gxOcWnDQQ+wS1KWhP6T8CARjycsWs";
    const PRODUCT: &str = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101";

    struct Scene {
        _dir: tempfile::TempDir,
        shelf: VendorShelf,
        usage: Usage,
    }

    impl Scene {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let root: RootKey = ROOT.parse().unwrap();
            let shelf = Shelf::at(dir.path()).vendor("sleeve", &root).unwrap();
            Self { _dir: dir, usage: Usage::new(Some(shelf.clone()), None), shelf }
        }

        fn grant(&self, items: &[(UsageItem, i64)]) {
            let grant = |(item, id): &(UsageItem, i64)| UsageGrant {
                item: *item,
                id: *id,
                granted_at: at("2026-11-01T00:00:00Z"),
                ends_at: at("2027-11-01T00:00:00Z"),
            };
            let grants: Vec<UsageGrant> = items.iter().map(grant).collect();
            let consent = UsageConsent::new("sleeve", &[PRODUCT.to_owned()], &grants);
            self.shelf.put_consent(&consent, 1).unwrap();
        }

        /// What a session leaves behind that begins and ends at these times, with something done in between: its items and
        /// their grants.
        fn left(&self, began: &str, ended: &str, between: impl FnOnce(&Self)) -> Vec<Vec<(UsageItem, i64)>> {
            let session = self.usage.begin(&product(), &Host::new("Ardour", "7.3"), at(began));
            between(self);
            self.usage.end(&session, &product(), at(ended));
            let records = self.shelf.spooled().unwrap();
            assert_eq!(records.unreadable, []);
            let items =
                |record: &SpoolRecord| record.items.iter().map(|item| (item.item, item.grant)).collect();
            records.found.iter().map(items).collect()
        }
    }

    fn product() -> Product {
        Product::new("sleeve", ROOT, "account", PRODUCT, Binding::Machine).unwrap().with_version("2.1.0")
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    const MORNING: &str = "2026-12-01T08:00:00Z";
    const EVENING: &str = "2026-12-02T20:00:00Z";
    const FREQUENCY: (UsageItem, i64) = (UsageItem::UsageFrequency, 7);
    const DAW: (UsageItem, i64) = (UsageItem::Daw, 9);

    #[test]
    fn a_record_says_what_was_granted_and_the_day_and_no_more() {
        let scene = Scene::new();
        scene.grant(&[FREQUENCY, (UsageItem::TitleVersion, 8), DAW]);
        assert_eq!(scene.left(MORNING, EVENING, |_| ()).len(), 1);
        let spool = scene.shelf.path().join("spool");
        let file = std::fs::read_dir(spool).unwrap().next().unwrap().unwrap();
        assert_eq!(
            std::fs::read_to_string(file.path()).unwrap(),
            format!(
                r#"{{"v":1,"product":"{PRODUCT}","day":"2026-12-01","items":[{{"item":"usage_frequency","grant":7}},"#
            ) + r#"{"item":"title_version","grant":8,"value":"2.1.0"},{"item":"daw","grant":9,"value":"Ardour"}]}"#
        );
    }

    #[test]
    fn what_was_not_granted_from_the_begin_to_the_end_is_not_noted() {
        let check = |what: &str,
                     granted: &[(UsageItem, i64)],
                     between: &dyn Fn(&Scene),
                     left: &[(UsageItem, i64)]| {
            let scene = Scene::new();
            if !granted.is_empty() {
                scene.grant(granted);
            }
            let expect: Vec<_> = if left.is_empty() { vec![] } else { vec![left.to_vec()] };
            assert_eq!(scene.left(MORNING, EVENING, between), expect, "{what}");
        };
        check("granted", &[FREQUENCY, DAW], &|_| (), &[FREQUENCY, DAW]);
        check("one item", &[DAW], &|_| (), &[DAW]);
        check("never", &[], &|_| (), &[]);
        check("granted since", &[], &|scene| scene.grant(&[FREQUENCY]), &[]);
        check("one item since", &[DAW], &|scene| scene.grant(&[DAW, FREQUENCY]), &[DAW]);
        check("one item taken back", &[DAW, FREQUENCY], &|scene| scene.grant(&[DAW]), &[DAW]);
        check("taken back", &[FREQUENCY], &|scene| assert!(scene.shelf.remove_consent().unwrap()), &[]);
        let again = |scene: &Scene| {
            scene.shelf.remove_consent().unwrap();
            scene.grant(&[(UsageItem::UsageFrequency, 12)]);
        };
        check("taken back and given again", &[FREQUENCY], &again, &[]);
    }

    #[test]
    fn a_copy_of_the_process_notes_nothing() {
        let scene = Scene::new();
        scene.grant(&[FREQUENCY]);
        let mut session = scene.usage.begin(&product(), &Host::default(), at(MORNING));
        session.process += 1;
        scene.usage.end(&session, &product(), at(EVENING));
        assert_eq!(scene.shelf.spooled().unwrap().found, []);
    }

    #[test]
    fn a_grant_counts_in_its_time_and_for_its_product_alone() {
        let scene = Scene::new();
        scene.grant(&[FREQUENCY]);
        let left = |began: &str, ended: &str| scene.left(began, ended, |_| ()).len();
        assert_eq!(left("2026-10-31T23:59:59Z", EVENING), 0, "begun before");
        assert_eq!(left(MORNING, "2027-11-01T00:00:00Z"), 0, "ended after");
        assert_eq!(left(MORNING, "2026-10-01T00:00:00Z"), 0, "the clock was set back");
        let other = |made: Result<Product, _>| {
            let (host, product): (Host, Product) = (Host::default(), made.unwrap());
            let session = scene.usage.begin(&product, &host, at(MORNING));
            scene.usage.end(&session, &product, at(EVENING));
            scene.shelf.spooled().unwrap().found.len()
        };
        assert_eq!(other(Product::new("sleeve", ROOT, "account", "another", Binding::Machine)), 0);
        assert_eq!(other(Product::new("tidewater", ROOT, "account", PRODUCT, Binding::Machine)), 0);
        let locked = Usage::new(Some(scene.shelf.clone()), Some(UsageLock::Environment));
        let session = locked.begin(&product(), &Host::default(), at(MORNING));
        locked.end(&session, &product(), at(EVENING));
        assert_eq!(scene.shelf.spooled().unwrap().found.len(), 0, "DO_NOT_TRACK");
        assert_eq!(left(MORNING, EVENING), 1);
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let scene = Scene::new();
        let plain = Product::new("sleeve", ROOT, "account", PRODUCT, Binding::Machine).unwrap();
        scene.grant(&[(UsageItem::TitleVersion, 8)]);
        let session = scene.usage.begin(&plain, &Host::default(), at(MORNING));
        scene.usage.end(&session, &plain, at(EVENING));
        assert_eq!(scene.shelf.spooled().unwrap().found, [], "a version that the plug-in does not say");
        scene.grant(&[(UsageItem::TitleVersion, 8), DAW]);
        let session = scene.usage.begin(&plain, &Host::default(), at(MORNING));
        scene.usage.end(&session, &plain, at(EVENING));
        let records = scene.shelf.spooled().unwrap().found;
        // Where the format does not name the host, its program's name does: here that of the test.
        let program = std::env::current_exe().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        assert_eq!(records.iter().flat_map(|record| &record.items).count(), 1);
        assert_eq!(records[0].items[0].value.as_deref(), Some(program.as_str()));
    }
}
