//! What a plug-in links: whether it is licensed on this computer, in Rust here and in C by `include/gatefold.h`.
//!
//! It reads what Gatefold installed and says what that is worth. It refuses to open a socket, to start a thread, to handle a
//! signal, and to let an environment variable name another key, clock or machine. It writes no file, but for a note of its use
//! where the user agreed to that (docs/formats/usage.md), and where a panic ended, its version and that place in its source
//! (docs/formats/diagnostics.md). It prints nothing by itself: should it panic, the panic ends in the
//! function that was called, and the panic hook, which is the host's process's and not ours to change, says so on the standard
//! error as it does for any code in Rust.
//!
//! ```no_run
//! use gatefold_plugin_sdk::{Binding, Host, License, Product};
//!
//! let product = Product::new(
//!     "sleeve",
//!     "RWTas7V2R1MUbNA99MvGXhyF2u7yiUUd/T4rKpLlhTjLVEmMuLwz00MB",
//!     "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0001",
//!     "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101",
//!     Binding::Machine,
//! )?;
//! let license = License::open(product, Host::new("Ardour", "7.3"));
//! if !license.check().is_licensed {
//!     // Say so, and offer `license.link()`.
//! }
//! # Ok::<(), gatefold_plugin_sdk::ProductError>(())
//! ```

#[cfg(feature = "c-abi")]
pub mod ffi;
mod host;
mod license;
mod product;
mod reading;
#[cfg(feature = "recompute")]
pub mod recompute;
mod session;
mod shared;
#[cfg(test)]
mod shelf_tests;
mod shelved;
mod status;

pub use gatefold_license::{Binding, Ending, Ends, Reason, Standing};
pub use host::Host;
pub use license::License;
pub use product::{Product, ProductError};
pub use status::{Cause, Status};

/// This SDK's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
