//! Loading a library, which is whatever its maker made it.
#![allow(unsafe_code, reason = "a foreign library runs its own code as soon as it is loaded")]

use std::path::Path;

use clack_host::entry::PluginEntryError;
use clack_host::prelude::PluginEntry;

/// The library of a plug-in.
pub(crate) fn load(path: &Path) -> Result<PluginEntry, PluginEntryError> {
    // SAFETY: the plug-in under test; that it keeps to its format is what the test is about.
    unsafe { PluginEntry::load(path) }
}
