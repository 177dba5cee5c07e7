//! The gate: the only client socket.
//!
//! [`Gate::send`] takes a [`Recorded`](gatefold_ledger::Recorded) by value, so nothing passes that the ledger does not
//! have on disk. It refuses redirects, retries, cookies, connection reuse, answers without end, and any server that is
//! not https or this very computer. What it is given is sealed, so it
//! never reads a manifest; of a consent it asks one thing, whether it was taken back meanwhile.

mod error;
mod gate;
mod held;
mod observed;
mod proxy;
mod route;
mod transport;

pub use error::{CODES, SendError, WhyUnreached};
pub use gate::{Clerk, Gate, Network};
pub use proxy::{ProxyError, ProxyUrl};
