//! A bundle of somebody else: opened as if it meant harm, and told what is wrong first.
//!
//! It refuses to write anything to a disk, to open an archive in an archive, and to hand out a character that could move a
//! terminal's cursor or turn words around.

mod codes;
mod compare;
mod contents;
mod findings;
mod layout;
mod log;
mod open;
mod search;
mod standings;
mod summary;
mod timeline;
mod visible;

pub use compare::{Changed, compare};
pub(crate) use contents::Contents;
pub(crate) use findings::findings;
pub use findings::{Finding, Severity};
pub use open::{Fault, Limits, Opened, unseal};
pub use search::FoundLine;
pub use summary::summary;
pub use timeline::Event;
pub(crate) use timeline::timeline;
pub(crate) use visible::line as visible_line;
pub use visible::visible;
