//! What its license lets an instance do. Decided when the instance is made, when a session is loaded and when a license appears;
//! never taken back while the instance is there, so that no session falls silent.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use gatefold_plugin_sdk::{Binding, Host, License, Product, Standing, Status};

/// The vendor's id, as in its vendor file.
const VENDOR: &str = "sleeve";
/// The vendor's root key. This one is the demo's, whose secret half is public: a real plug-in has its own.
const ROOT_KEY: &str = "RWTas7V2R1MUbNA99MvGXhyF2u7yiUUd/T4rKpLlhTjLVEmMuLwz00MB";
/// The account at the licensing server, and the product there.
const ACCOUNT: &str = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0001";
const PRODUCT: &str = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101";

/// From so many days on it is said that something ends.
const SOON_DAYS: u32 = 14;

/// What an instance may do.
pub struct Access {
    /// None where the library failed, which is as no license.
    license: Option<License>,
    plays: AtomicBool,
    /// The instance is one of a session that was saved by one that played.
    played: AtomicBool,
}

impl Access {
    /// For a new instance in a host. Reads files: not for the audio thread.
    pub fn open(host: Host) -> Self {
        let product = Product::new(VENDOR, ROOT_KEY, ACCOUNT, PRODUCT, Binding::Machine).ok();
        let product = product.map(|product| product.with_version(env!("CARGO_PKG_VERSION")));
        let license = product.and_then(|product| guarded(|| License::open(product, host)));
        let access = Self { license, plays: AtomicBool::new(false), played: AtomicBool::new(false) };
        access.look();
        access
    }

    /// Looks whether a license was installed since. Costs two looks at folders where none was; not for the audio thread.
    pub fn look(&self) {
        self.looked();
    }

    fn looked(&self) -> Option<Status> {
        let license = self.license.as_ref()?;
        let status = guarded(|| license.check())?;
        if status.is_licensed || (status.is_lapsed && self.played.load(Ordering::Relaxed)) {
            self.plays.store(true, Ordering::Relaxed);
        }
        Some(status)
    }

    /// A session was loaded. What an instance saved that played plays on, also where its license has lapsed; what a silent one
    /// saved opens nothing.
    pub fn session_loaded(&self, played: bool) {
        self.played.fetch_or(played, Ordering::Relaxed);
        self.look();
    }

    /// What a session is to keep: whether it was played, here or by the instance that saved it before. On a computer that cannot
    /// play it, it loses nothing.
    pub fn played(&self) -> bool {
        self.plays() || self.played.load(Ordering::Relaxed)
    }

    /// Whether the reverb is to be heard: one atomic read, for the audio thread.
    pub fn plays(&self) -> bool {
        self.plays.load(Ordering::Relaxed)
    }

    /// The instance is used from now on. What of that is noted, and whether, is the user's choice and the library's work.
    pub fn begin(&self) {
        self.look();
        if let Some(license) = &self.license {
            guarded(|| license.start_session());
        }
    }

    /// It is not used any more, until it is again.
    pub fn end(&self) {
        if let Some(license) = &self.license {
            guarded(|| license.stop_session());
        }
    }

    /// How it stands, in a line; with the link that opens Gatefold where there is something to do. What it says counts from now
    /// on: a format without a clock hears of a license that was installed by it.
    pub fn words(&self) -> String {
        let Some((status, license)) = self.looked().zip(self.license.as_ref()) else {
            return "Not licensed".to_owned();
        };
        let link = license.link();
        let soon = status.days_left().filter(|days| *days <= SOON_DAYS);
        match (status.standing, self.plays()) {
            (Standing::Active | Standing::Grace, _) => match soon {
                Some(days) => format!("Licensed, for {days} more days: {link}"),
                None => "Licensed".to_owned(),
            },
            (Standing::ClockBehind, _) => "The clock of this computer is behind: set it right".to_owned(),
            (_, true) => format!("Plays on in this session; licensed no more: {link}"),
            _ if status.is_lapsed => format!("Licensed no more: {link}"),
            _ => format!("Not licensed: {link}"),
        }
    }
}

/// Nothing of ours may take the host down.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}
