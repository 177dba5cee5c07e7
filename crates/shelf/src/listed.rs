//! A vendor's folder with the names that lay in it when it was opened. It refuses to settle by a name what only a signature can.

use std::sync::Arc;

use crate::Folder;

/// A vendor's folder, and what lay in it when it was opened: what was not there is not looked for.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) folder: Arc<Folder>,
    pub(crate) names: Vec<String>,
}

impl Listed {
    pub(crate) fn lists(&self, name: &str) -> bool {
        self.names.iter().any(|listed| listed == name)
    }

    /// The signature beside the file `of`, if there is one and no other.
    pub(crate) fn only_signature(&self, of: &str) -> Option<&str> {
        let is_signature = |name: &&String| is_signature_of(of, name);
        let mut signatures = self.names.iter().filter(is_signature);
        signatures.next().filter(|_| signatures.next().is_none()).map(String::as_str)
    }
}

/// Whether a name is that of a signature over the file `of`.
pub(crate) fn is_signature_of(of: &str, name: &str) -> bool {
    name.starts_with(of) && name.ends_with(".minisig")
}
