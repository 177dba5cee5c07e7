//! Where in its own code the SDK fell over, noted from inside somebody else's program for the user's next diagnostic bundle.
//!
//! It refuses to say anything but a version and a place in our source, to make a folder, to wait for the disk, to write twice what
//! lies there, and to grow without end: each place has one file, however often it is passed.

use rustix::process::{Resource, getrlimit};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::installed::LICENSES;
use crate::vendor_shelf::VendorShelf;
use crate::{Folder, Found, Shelf, ShelfError, Unreadable, VENDORS};

/// The folder, in a vendor's part of the shelf.
const CRASHES: &str = "crashes";
/// The largest note, in bytes.
const MAX_BYTES: u64 = 1024;
/// How many a vendor's folder holds at most.
const MOST: usize = 64;
/// The format of a note.
const FORMAT: u32 = 1;

/// Where the SDK fell over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SdkCrash {
    v: u32,
    /// The version of the SDK.
    pub version: String,
    /// The place in its source.
    pub location: String,
}

impl SdkCrash {
    /// Of this version, at this place.
    pub fn new(version: &str, location: &str) -> Self {
        Self { v: FORMAT, version: version.to_owned(), location: location.to_owned() }
    }

    /// Whoever runs as the user can write here: what is no version and no place in a source is no note.
    fn read(bytes: &[u8]) -> Option<Self> {
        let crash: Self = serde_json::from_slice(bytes).ok()?;
        let is_plain = |text: &str, also: &[u8]| {
            (1..=128).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || also.contains(&byte))
        };
        let fits = crash.v == FORMAT
            && is_plain(&crash.version, b".+-")
            && is_plain(&crash.location, b"/._-:")
            && !crash.location.starts_with('/');
        fits.then_some(crash)
    }
}

impl VendorShelf {
    /// Makes the folders that others put files into: the client licenses, the SDK its notes, which makes none.
    pub(crate) fn make_folders(&self) -> Result<(), ShelfError> {
        for name in [LICENSES, CRASHES] {
            Folder::create(&self.path().join(name))?;
        }
        Ok(())
    }

    /// Notes a crash, where the folder for that is there and the user's alone; once for each place, without waiting for the disk.
    /// `random` makes the temporary name unique.
    ///
    /// # Errors
    /// [`ShelfError::Busy`] where there is no folder, or it is full; [`ShelfError::TooLarge`]; [`ShelfError::ForeignOwner`] and
    /// [`ShelfError::WritableByOthers`] for a folder that is not this user's alone; else what the disk says.
    pub fn note_crash(&self, crash: &SdkCrash, random: u64) -> Result<(), ShelfError> {
        let bytes = serde_json::to_vec(crash).unwrap_or_default();
        // Over the limit of its files the system would end the host by a signal.
        let most = getrlimit(Resource::Fsize).current.map_or(MAX_BYTES, |limit| limit.min(MAX_BYTES));
        if bytes.len() as u64 > most {
            return Err(ShelfError::TooLarge);
        }
        let folder = self.opened(Some(CRASHES))?.ok_or(ShelfError::Busy)?;
        folder.require_alone()?;
        let name = format!("{}.json", &hex::encode(Sha256::digest(&bytes))[..16]);
        if folder.read_own(&name, MAX_BYTES).is_ok_and(|there| there.as_deref() == Some(bytes.as_slice())) {
            return Ok(());
        }
        if !folder.holds_fewer_than(MOST)? {
            return Err(ShelfError::Busy);
        }
        folder.stage_unsynced(&name, &bytes, random)?.place()
    }
}

impl Shelf {
    /// What the SDK noted of its crashes, whichever vendor's plug-ins they were in.
    ///
    /// # Errors
    /// What the disk says of the shelf; a single file that is no note is reported beside the others.
    pub fn crashes(&self) -> Result<Found<SdkCrash>, ShelfError> {
        let mut all = Found { found: Vec::new(), unreadable: Vec::new() };
        for folder in self.crash_folders()? {
            for name in folder.some_names(MOST)? {
                let read = folder.read_own(&name, MAX_BYTES);
                let crash = read.and_then(|bytes| {
                    bytes.map(|bytes| SdkCrash::read(&bytes).ok_or(ShelfError::WrongType)).transpose()
                });
                match crash {
                    Ok(crash) => all.found.extend(crash),
                    Err(error) => all.unreadable.push(Unreadable { path: folder.path().join(&name), error }),
                }
            }
        }
        Ok(all)
    }

    /// Removes them; how many there were.
    ///
    /// # Errors
    /// What the disk says; then some may still lie there.
    pub fn clear_crashes(&self) -> Result<usize, ShelfError> {
        let mut removed = 0;
        for folder in self.crash_folders()? {
            removed += folder.some_names(MOST)?.len();
            // What an SDK began and never finished, too.
            folder.remove_all_files()?;
        }
        Ok(removed)
    }

    fn crash_folders(&self) -> Result<Vec<Folder>, ShelfError> {
        let vendors = self.path().join(VENDORS);
        let Some(folder) = Folder::open(&vendors)? else { return Ok(Vec::new()) };
        let mut folders = Vec::new();
        for name in folder.names()? {
            // What is wrong with one vendor's folder is in no other's way.
            folders.extend(Folder::open(&vendors.join(name).join(CRASHES)).ok().flatten());
        }
        Ok(folders)
    }
}
