//! What must not be told: the values of this computer, of its user, and of what is kept here. They reach the redactor and nothing
//! else.

mod kept;
mod system;

use gatefold_diagnostics::{Kind, Known};

use crate::app::Gatefold;
use crate::error::ClientError;
use crate::home::Home;

/// What is looked for in a bundle, and what may stand in one.
#[derive(Debug, Default)]
pub(super) struct KnownHere {
    /// To be replaced wherever it stands.
    pub(super) known: Vec<Known>,
    /// What signed vendor files say in the open: hosts, numbers of products and accounts.
    pub(super) public: Vec<String>,
    /// Secrets that cannot be read now, so that only their shape tells them.
    pub(super) unread: Vec<ClientError>,
}

impl KnownHere {
    fn add(&mut self, kind: Kind, value: &str) {
        // Nobody can look for nothing.
        if value.chars().any(char::is_alphanumeric) {
            self.known.push(Known::new(kind, value.trim()));
        }
    }

    fn add_all<'a>(&mut self, kind: Kind, values: impl IntoIterator<Item = &'a str>) {
        values.into_iter().for_each(|value| self.add(kind, value));
    }
}

/// Everything that is known, of the system always, of what is kept as far as it can be read.
pub(super) fn here(home: &Home, gatefold: Option<&Gatefold>) -> KnownHere {
    let mut known = of_system(home);
    if let Some(gatefold) = gatefold {
        kept::all(gatefold, &mut known);
    }
    known
}

/// What the system tells of itself and its user, without a home being opened.
pub(super) fn of_system(home: &Home) -> KnownHere {
    let mut known = KnownHere::default();
    system::all(home, &mut known);
    known
}
