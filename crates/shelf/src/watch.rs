//! Whether anything changed on a vendor's shelf since it was read, for one `lstat`: a plug-in asks often.
//!
//! Every writer of ours changes the time of the folder of licenses: by a file in it, or on purpose. It refuses to trust a
//! time that is too young to tell two changes apart.

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{self, Timespec, Timestamps, UTIME_NOW, UTIME_OMIT};

use crate::installed::LICENSES;
use crate::{Folder, VendorShelf};

/// File systems count in steps of up to two seconds (FAT); a change within one leaves the time as it was.
const STEP: Duration = Duration::from_secs(2);

/// A look at a vendor's shelf, to compare a later one with.
#[derive(Clone, Debug)]
pub struct Watch {
    /// None for a path that no file can have.
    licenses: Option<CString>,
    seen: Option<Print>,
    /// Whether what changes from now on will show.
    settled: bool,
}

/// Which folder it is, and when it or what is named in it changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Print {
    device: u64,
    inode: u64,
    modified: (i64, i64),
    /// This one nobody can set back.
    changed: (i64, i64),
}

impl VendorShelf {
    /// Begins to watch, and has seen nothing yet. Touches no disk.
    pub fn watch(&self) -> Watch {
        let licenses = CString::new(self.path().join(LICENSES).as_os_str().as_bytes()).ok();
        Watch { licenses, seen: None, settled: false }
    }

    /// Changes the time of the folder of licenses, if there is one, once something beside it was written. What is written is
    /// whole without it, so that nothing is said of a file system which does not take it.
    pub(crate) fn mark_changed(&self) {
        let now = Timestamps {
            last_access: Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT },
            last_modification: Timespec { tv_sec: 0, tv_nsec: UTIME_NOW },
        };
        if let Ok(Some(folder)) = Folder::open(&self.path().join(LICENSES)) {
            let _ = fs::futimens(&folder.fd, &now);
        }
    }
}

impl Watch {
    /// Looks before the shelf is read, so that what changes meanwhile shows at the next [`Watch::has_changed`].
    pub fn look(&mut self, now: SystemTime) {
        self.seen = self.print();
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        self.settled = self.seen.is_none_or(|print| print.is_older(now));
    }

    /// Whether something may have changed since the last look. One system call.
    pub fn has_changed(&self) -> bool {
        !self.settled || self.print() != self.seen
    }

    fn print(&self) -> Option<Print> {
        let stat = fs::lstat(self.licenses.as_deref()?).ok()?;
        Some(Print {
            device: stat.st_dev,
            inode: stat.st_ino,
            modified: (stat.st_mtime, stat.st_mtime_nsec.cast_signed()),
            changed: (stat.st_ctime, stat.st_ctime_nsec.cast_signed()),
        })
    }
}

impl Print {
    /// Whether a change now gets another time. One that lies ahead was made by another clock, and now gets another, too.
    fn is_older(&self, now: Duration) -> bool {
        let (secs, nanos) = self.changed;
        let (Ok(secs), Ok(nanos)) = (u64::try_from(secs), u32::try_from(nanos)) else { return true };
        Duration::new(secs, nanos).abs_diff(now) > STEP
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Shelf;

    fn shelf(home: &std::path::Path) -> VendorShelf {
        // Any root names a folder.
        let root = "RWS7Zuab1ikxV/RSxR7smLfxB47gxOcWnDQQ+wS1KWhP6T8CARjycsWs".parse().unwrap();
        Shelf::at(home).vendor("sleeve", &root).unwrap()
    }

    #[test]
    fn a_change_shows() {
        let home = tempfile::tempdir().unwrap();
        let shelf = shelf(home.path());
        let later = SystemTime::now() + Duration::from_secs(60);
        let mut watch = shelf.watch();
        let mut shows = |what: &str, change: &dyn Fn()| {
            watch.look(later);
            assert!(!watch.has_changed(), "before {what}");
            // The file system's clock goes in steps of its own.
            std::thread::sleep(Duration::from_millis(20));
            change();
            assert!(watch.has_changed(), "after {what}");
        };
        let licenses = || Folder::create(&shelf.path().join(LICENSES)).unwrap();
        shows("the folder comes", &|| drop(licenses()));
        shows("a file comes", &|| licenses().write("a.lic", b"1", 1).unwrap());
        shows("a file is replaced", &|| licenses().write("a.lic", b"2", 2).unwrap());
        shows("a file goes", &|| assert!(licenses().remove("a.lic").unwrap()));
        shows("a revocation comes", &|| shelf.put_revocation("l-1", b"sealed", 3).unwrap());
        shows("a revocation goes", &|| assert!(shelf.remove_revocation("l-1").unwrap()));
        shows("a release comes", &|| shelf.put_release("m-1", b"reply", 4).unwrap());
        // Also where there is nothing to be removed: whoever says so once too often costs one reading.
        shows("the vendor file goes", &|| assert!(!shelf.remove_vendor().unwrap()));
        shows("the folder goes", &|| std::fs::remove_dir_all(shelf.path()).unwrap());
    }

    #[test]
    fn what_is_young_is_read_again() {
        let home = tempfile::tempdir().unwrap();
        let shelf = shelf(home.path());
        Folder::create(&shelf.path().join(LICENSES)).unwrap();
        let mut watch = shelf.watch();
        let mut check = |now: SystemTime, changed: bool| {
            watch.look(now);
            assert_eq!(watch.has_changed(), changed);
        };
        let now = SystemTime::now();
        check(now, true);
        check(now + Duration::from_secs(1), true);
        check(now + Duration::from_secs(4), false);
        check(now - Duration::from_secs(4), false);
        check(UNIX_EPOCH - Duration::from_secs(1), false);
    }
}
