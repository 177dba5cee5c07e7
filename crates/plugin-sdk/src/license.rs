//! A plug-in instance's license. It refuses to work on the audio thread, but for [`License::standing`].

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use gatefold_license::Standing;
use zeroize::Zeroizing;

use crate::host::Host;
use crate::product::Product;
use crate::shared::Shared;
use crate::shelved::Opened;
use crate::status::{Cause, Status};

/// Every standing, by its number.
pub(crate) const STANDINGS: [Standing; 10] = [
    Standing::Active,
    Standing::Grace,
    Standing::ClockBehind,
    Standing::Expired,
    Standing::Revoked,
    Standing::Incomplete,
    Standing::WrongMachine,
    Standing::WrongProduct,
    Standing::WrongKind,
    Standing::Unlicensed,
];

/// What one instance of a plug-in holds while it is loaded. Instances of one product in a process share what was read.
///
/// All of it may be called from any thread at once; all but [`License::standing`] may read files and wait for another thread
/// that does, so not from the audio thread.
pub struct License {
    shared: Arc<Shared>,
    host: Host,
    /// How often it was activated and not deactivated since.
    started: AtomicU32,
}

impl License {
    /// Opens the license of a product in a host and checks it once. Reads the shelves, unless another instance just did.
    pub fn open(product: Product, host: Host) -> Self {
        let license = Self { shared: Shared::of(product), host, started: AtomicU32::new(0) };
        license.check();
        license
    }

    /// What it is worth now. Notices what was installed, refreshed or removed since: a `lstat` for each of the two shelves
    /// where nothing changed, and the files where something did.
    pub fn check(&self) -> Status {
        self.shared.check()
    }

    /// The standing of the last check by any instance: one atomic read, for the audio thread.
    pub fn standing(&self) -> Standing {
        let standing = usize::try_from(self.shared.standing()).ok().and_then(|number| STANDINGS.get(number));
        standing.copied().unwrap_or(Standing::Unlicensed)
    }

    /// The features that a license which counts includes, by their codes; none of another. Checks.
    pub fn entitlements(&self) -> Vec<String> {
        self.of_file(Vec::new(), |status, file| match status.is_licensed {
            true => file.verified.entitlements().to_vec(),
            false => Vec::new(),
        })
    }

    /// Whether a license which counts includes a feature. Checks.
    pub fn has_entitlement(&self, code: &str) -> bool {
        let has = |file: &Opened| file.verified.entitlements().iter().any(|own| own == code);
        self.of_file(false, |status, file| status.is_licensed && has(file))
    }

    /// The JSON document that the licensing server signed, of this product's file that the standing is of, for vendors who check
    /// more; it holds the license key. None where there is no such file, or where it is another computer's or product's. Checks.
    pub fn document(&self) -> Option<Zeroizing<Vec<u8>>> {
        self.of_file(None, |status, file| {
            let is_ours = !matches!(status.cause, Cause::File(reason) if reason.is_mismatch());
            is_ours.then(|| file.verified.document(Some(&file.key)).ok()).flatten()
        })
    }

    /// The link that opens Gatefold's window on this product: no key, no query.
    pub fn link(&self) -> &str {
        &self.shared.product().link
    }

    /// The host, as it was given.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The plug-in is used: from an instance's activation on. A product has one session a process, from the first of its
    /// instances that starts one to the last that is closed, whatever is stopped and started again in between. Where the user
    /// shares usage a small file is written when it ends; not from the audio thread.
    pub fn start_session(&self) {
        self.started.fetch_add(1, Ordering::Relaxed);
        self.shared.begin_session(&self.host);
    }

    /// Takes back what this instance started last. Whether it had started anything.
    pub fn stop_session(&self) -> bool {
        let one_less = |count: u32| count.checked_sub(1);
        self.started.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok()
    }

    fn of_file<T>(&self, nothing: T, with: impl FnOnce(Status, &Opened) -> T) -> T {
        self.shared.checked(|status, file| match file {
            Some(file) => with(status, file),
            None => nothing,
        })
    }

    #[cfg(test)]
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    #[cfg(test)]
    pub(crate) fn at(shared: Arc<Shared>) -> Self {
        Self { shared, host: Host::default(), started: AtomicU32::new(0) }
    }
}

impl Drop for License {
    fn drop(&mut self) {
        Shared::close(&self.shared);
    }
}

impl std::fmt::Debug for License {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("License").field("link", &self.link()).finish_non_exhaustive()
    }
}
