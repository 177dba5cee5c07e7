//! What can go wrong on the shelf.

use std::path::PathBuf;

use rustix::io::Errno;

/// Why the shelf could not be read or written. It never carries contents.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShelfError {
    /// The operating system gives no machine id.
    #[error("the machine id could not be read")]
    MachineIdUnreadable,
    /// The machine id is empty, all one digit, a placeholder, or not an id at all.
    #[error("the machine id is empty or a placeholder")]
    MachineIdUnusable,
    /// Neither `XDG_DATA_HOME` nor `HOME` names an absolute folder.
    #[error("no home folder is set")]
    NoHome,
    /// A vendor or license id that cannot name a file.
    #[error("the id cannot be used as a file name")]
    NameUnusable,
    /// A link stands where a file or folder of ours should.
    #[error("a symbolic link stands where a file of Gatefold should")]
    Link,
    /// A folder, pipe or device stands where a file should, or a file where a folder should.
    #[error("what stands there is not a file of Gatefold")]
    WrongType,
    /// The file or folder belongs to another user.
    #[error("the file or folder belongs to another user")]
    ForeignOwner,
    /// Others may write the file or folder.
    #[error("others may write the file or folder")]
    WritableByOthers,
    /// A folder on the way to the shelf of all users is not root's, or others may write it.
    #[error("somebody but root can change {}", .0.display())]
    NotRootsAlone(PathBuf),
    /// Only root writes the shelf of all users.
    #[error("only root can install for all users")]
    RootNeeded,
    /// The file is larger than anything of its kind.
    #[error("the file is too large")]
    TooLarge,
    /// A license file lies there without its unlock.
    #[error("the license file has no unlock beside it")]
    UnlockMissing,
    /// A file without encryption, which would keep the license key in clear.
    #[error("the license file is not encrypted")]
    FileInClear,
    /// A machine file that does not include its license: it would put a whole one aside.
    #[error("the machine file does not include its license")]
    Incomplete,
    /// The vendor file is not signed by the root key it is to be kept under.
    #[error("the vendor file is not signed by this vendor's root key")]
    VendorUnsigned,
    /// Another process kept the lock for too long.
    #[error("another program keeps the folder busy")]
    Busy,
    /// The disk or the quota is full.
    #[error("the disk is full")]
    DiskFull,
    /// The disk is mounted read-only.
    #[error("the disk is read-only")]
    ReadOnly,
    /// The system does not let this user in.
    #[error("permission was denied")]
    Denied,
    /// Anything else the operating system reports.
    #[error("the disk could not be used: {0}")]
    Io(Errno),
}

/// Every code of [`ShelfError::code`].
pub const CODES: &[&str] = &[
    "shelf.machine_id_unreadable",
    "shelf.machine_id_unusable",
    "shelf.no_home",
    "shelf.name_unusable",
    "shelf.link",
    "shelf.wrong_type",
    "shelf.foreign_owner",
    "shelf.writable_by_others",
    "shelf.not_roots_alone",
    "shelf.root_needed",
    "shelf.too_large",
    "shelf.unlock_missing",
    "shelf.file_in_clear",
    "shelf.incomplete",
    "shelf.vendor_unsigned",
    "shelf.busy",
    "shelf.disk_full",
    "shelf.read_only",
    "shelf.denied",
    "shelf.io",
];

impl ShelfError {
    /// The stable code under which words and advice are kept.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MachineIdUnreadable => "shelf.machine_id_unreadable",
            Self::MachineIdUnusable => "shelf.machine_id_unusable",
            Self::NoHome => "shelf.no_home",
            Self::NameUnusable => "shelf.name_unusable",
            Self::Link => "shelf.link",
            Self::WrongType => "shelf.wrong_type",
            Self::ForeignOwner => "shelf.foreign_owner",
            Self::WritableByOthers => "shelf.writable_by_others",
            Self::NotRootsAlone(_) => "shelf.not_roots_alone",
            Self::RootNeeded => "shelf.root_needed",
            Self::TooLarge => "shelf.too_large",
            Self::UnlockMissing => "shelf.unlock_missing",
            Self::FileInClear => "shelf.file_in_clear",
            Self::Incomplete => "shelf.incomplete",
            Self::VendorUnsigned => "shelf.vendor_unsigned",
            Self::Busy => "shelf.busy",
            Self::DiskFull => "shelf.disk_full",
            Self::ReadOnly => "shelf.read_only",
            Self::Denied => "shelf.denied",
            Self::Io(_) => "shelf.io",
        }
    }

    /// Whether a read that failed so may well succeed a moment later, with nothing changed on the shelf: a process out of
    /// descriptors or memory, a disk that is away, a folder that is just being restored. What it says of the shelf is nothing.
    pub fn may_pass(&self) -> bool {
        use ShelfError::*;
        matches!(self, MachineIdUnreadable | UnlockMissing | Busy | Denied | Io(_))
    }
}

impl From<Errno> for ShelfError {
    fn from(errno: Errno) -> Self {
        match errno {
            Errno::LOOP => Self::Link,
            Errno::NOTDIR | Errno::ISDIR | Errno::NXIO => Self::WrongType,
            Errno::NOSPC | Errno::DQUOT => Self::DiskFull,
            Errno::ROFS => Self::ReadOnly,
            Errno::ACCESS | Errno::PERM => Self::Denied,
            other => Self::Io(other),
        }
    }
}

impl From<std::io::Error> for ShelfError {
    fn from(error: std::io::Error) -> Self {
        Errno::from_io_error(&error).unwrap_or(Errno::IO).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variant_has_its_code_in_the_list() {
        use ShelfError::*;
        let all = [
            MachineIdUnreadable,
            MachineIdUnusable,
            NoHome,
            NameUnusable,
            Link,
            WrongType,
            ForeignOwner,
            WritableByOthers,
            NotRootsAlone(PathBuf::from("/var")),
            RootNeeded,
            TooLarge,
            UnlockMissing,
            FileInClear,
            Incomplete,
            VendorUnsigned,
            Busy,
            DiskFull,
            ReadOnly,
            Denied,
            Io(Errno::IO),
        ];
        let codes: Vec<_> = all.iter().map(ShelfError::code).collect();
        assert_eq!(codes, CODES);
    }
}
