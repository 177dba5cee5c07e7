//! What every command is given: who acts, who reads, who talks to the user outside the page.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gatefold_client::{Clock, Gatefold, Home, OpenOptions, Sensitive};
use serde::Serialize;
use tauri::{AppHandle, Emitter as _};

use crate::bundled::Bundled;
use crate::desk::Worker;
use crate::dto::Failure;
use crate::native::Native;

/// One window's worth of Gatefold.
pub(crate) struct App {
    pub(crate) home: Home,
    /// Acts: one use case after another.
    pub(crate) acts: Worker,
    /// Reads, and never waits for a server.
    pub(crate) reads: Worker,
    pub(crate) running: Running,
    pub(crate) native: Native,
    pub(crate) page: Teller,
    pub(crate) bundled: Bundled,
    notices: Option<PathBuf>,
}

impl App {
    /// Opens the home, twice.
    ///
    /// # Errors
    /// What opening says; without a ledger there is no window's work.
    pub(crate) fn open(
        home: Home,
        handle: &AppHandle,
        vendors: PathBuf,
        notices: Option<PathBuf>,
    ) -> Result<Self, Failure> {
        let acting = home.clone();
        let (hand_over, handed) = std::sync::mpsc::channel();
        let acts = Worker::start(move || {
            let passphrase = std::env::var("GATEFOLD_PASSPHRASE").ok().map(Sensitive::new);
            let gatefold =
                Gatefold::open(OpenOptions { home: acting.clone(), passphrase, clock: Clock::system() })?;
            // The receiver waits for it, or gave up with an error of its own.
            let _ = hand_over.send(gatefold.again(&acting));
            Ok(gatefold)
        })?;
        let again = handed.recv().map_err(|_| Failure::no_thread())?;
        let reads = Worker::start(move || again)?;
        Ok(Self {
            home,
            acts,
            reads,
            running: Running::default(),
            native: Native::new(handle.clone()),
            page: Teller(handle.clone()),
            bundled: Bundled::at(vendors),
            notices,
        })
    }

    /// Tells the page what changed.
    pub(crate) fn changed(&self, what: &[&str]) {
        for what in what {
            self.page.tell("changed", what);
        }
    }

    /// Third-party notices, as packaged; a development build has none.
    pub(crate) fn notices(&self) -> String {
        self.notices.as_ref().and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default()
    }
}

/// Tells the page what happens.
#[derive(Clone)]
pub(crate) struct Teller(AppHandle);

impl Teller {
    /// A page that is gone hears nothing, and that is all.
    pub(crate) fn tell(&self, event: &str, what: impl Serialize + Clone) {
        let _ = self.0.emit_to("main", event, what);
    }
}

/// The activations that run, each with its flag to stop.
#[derive(Default)]
pub(crate) struct Running(Mutex<HashMap<u32, Arc<AtomicBool>>>);

impl Running {
    pub(crate) fn begin(&self, preview: u32) -> Arc<AtomicBool> {
        let stop = Arc::new(AtomicBool::new(false));
        self.flags().insert(preview, Arc::clone(&stop));
        stop
    }

    pub(crate) fn end(&self, preview: u32) {
        self.flags().remove(&preview);
    }

    pub(crate) fn stop(&self, preview: u32) {
        if let Some(stop) = self.flags().get(&preview) {
            stop.store(true, Ordering::Relaxed);
        }
    }

    fn flags(&self) -> MutexGuard<'_, HashMap<u32, Arc<AtomicBool>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
