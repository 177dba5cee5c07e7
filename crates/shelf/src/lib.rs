//! What plug-ins read too: installed files, unlock, the vendor's issuers, kept revocations, the OS machine id.
//!
//! It refuses to open a socket, to install what was not verified, and to follow a link or read a file of another user.
//! Nothing on it is in clear that a license is worth: see `docs/formats/shelf.md`.

mod crash;
mod error;
mod folder;
mod machine_id;

pub use error::{CODES, ShelfError};
pub use folder::{Folder, Lock, Staged};
pub use machine_id::{OsMachineId, os_machine_id};
