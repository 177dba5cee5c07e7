//! Where everything lies. With a home of one's own (`--home`), under it alone.

use std::path::{Path, PathBuf};

use gatefold_disclosure::log;

use crate::error::ClientError;

/// The folders of one Gatefold.
#[derive(Clone, Debug)]
pub struct Home {
    data: PathBuf,
    /// Everything lies under `data`, and the OS keyring is not used.
    alone: bool,
}

impl Home {
    /// Everything under one folder.
    pub fn at(dir: &Path) -> Self {
        Self { data: dir.to_owned(), alone: true }
    }

    /// This user's data folder (XDG base directories; Application Support on macOS, AppData on Windows, both untested).
    ///
    /// # Errors
    /// [`ClientError::NoHome`] if the system names none.
    pub fn user() -> Result<Self, ClientError> {
        let path = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let data = if cfg!(target_os = "macos") {
            path("HOME").map(|home| home.join("Library/Application Support"))
        } else if cfg!(windows) {
            path("LOCALAPPDATA")
        } else {
            path("XDG_STATE_HOME").or_else(|| path("HOME").map(|home| home.join(".local/state")))
        };
        Ok(Self { data: data.ok_or(ClientError::NoHome)?.join("gatefold"), alone: false })
    }

    /// The folder in which, or beside which, everything lies.
    pub fn place(&self) -> &Path {
        &self.data
    }

    /// Whether it was named and is not there yet: made by what opens it, or mistyped.
    pub fn is_named_anew(&self) -> bool {
        self.alone && !self.data.exists()
    }

    /// Makes the folder itself (0700) and what leads to it.
    pub(crate) fn make(&self) -> Result<(), ClientError> {
        gatefold_shelf::Folder::create(&self.data)?;
        Ok(())
    }

    pub(crate) fn is_alone(&self) -> bool {
        self.alone
    }

    /// The store's folder.
    pub fn store(&self) -> PathBuf {
        self.data.join("store")
    }

    /// The ledger's folder.
    pub fn ledger(&self) -> PathBuf {
        self.data.join("ledger")
    }

    /// The shelf under a home of one's own; else plug-ins look in the user's own place.
    pub(crate) fn own_shelf(&self) -> Option<PathBuf> {
        self.alone.then(|| self.data.join("shelf"))
    }

    /// The log ring's folder.
    pub fn logs(&self) -> PathBuf {
        self.data.join("logs")
    }
}

/// Lets this program's log events go to the home's log ring. Typed fields alone get in.
///
/// # Errors
/// The disk's. A second call in one program changes nothing.
pub fn log_to(home: &Home, clock: crate::Clock) -> Result<(), ClientError> {
    use tracing_subscriber::layer::SubscriberExt;
    home.make()?;
    let ring = gatefold_store::LogRing::open(&home.data, move || clock.now())?;
    // Fails only when a log is set already, and then that one goes on.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(ring));
    tracing::info!(name: "program.started", version = log::public(env!("CARGO_PKG_VERSION")));
    Ok(())
}

/// Leaves a trace in the log of what a user is told: its code, which says nothing about them.
pub fn note_failure(error: &ClientError) {
    tracing::warn!(name: "failure.told", code = log::public(error.code()));
}
