//! What every command is given: who acts, who reads, who talks to the user outside the page.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use gatefold_client::{Clock, Gatefold, Home, OpenOptions};
use jiff::Timestamp;
use tauri::AppHandle;

use crate::arguments::Arguments;
use crate::bundled::Bundled;
use crate::desk::Worker;
use crate::dto::{Changed, Failure, Link};
use crate::instance;
use crate::native::Native;
use crate::teller::Teller;

/// Quitting waits this long for a running send (invariant I11).
const LAST_MOMENT: Duration = Duration::from_secs(2);

/// One window's worth of Gatefold.
pub(crate) struct App {
    /// Until it is closed no other window has the home.
    _only: Option<File>,
    pub(crate) home: Home,
    /// Acts: one use case after another.
    pub(crate) acts: Worker,
    /// Reads, and never waits for a server.
    pub(crate) reads: Worker,
    /// Works for support: collecting or opening a bundle takes its time, and nobody else waits for it. Begun when it is first asked.
    support: tokio::sync::Mutex<Option<Worker>>,
    pub(crate) started_at: Timestamp,
    pub(crate) running: Running,
    pub(crate) native: Native,
    pub(crate) page: Teller,
    pub(crate) bundled: Bundled,
    /// How often the page was told that sharing changed.
    pub(crate) usage_changes: AtomicU64,
    asked_for: Mutex<(Option<Link>, Vec<PathBuf>)>,
}

/// A home that is being opened while the window system begins, which takes as long.
pub(crate) struct Opening {
    home: Home,
    workers: JoinHandle<Result<(Worker, Worker), Failure>>,
}

impl Opening {
    /// Begins to open it, twice: each on the thread that will work with it.
    pub(crate) fn begin(home: Home) -> Self {
        let opened = home.clone();
        let workers = std::thread::spawn(move || {
            let (hand_over, handed) = std::sync::mpsc::channel();
            let acts = Worker::start(move || {
                let gatefold = Gatefold::open(OpenOptions::of_environment(opened.clone(), Clock::system())?)?;
                // The receiver waits for it, or gave up with an error of its own.
                let _ = hand_over.send(gatefold.again(&opened));
                Ok(gatefold)
            })?;
            let again = handed.recv().map_err(|_| Failure::no_thread())?;
            Ok((acts, Worker::start(move || again)?))
        });
        Self { home, workers }
    }
}

impl App {
    /// What the window works with, once the home is open.
    ///
    /// # Errors
    /// What opening says; without a ledger there is no window's work.
    pub(crate) fn of(
        opening: Opening,
        handle: &AppHandle,
        arguments: Arguments,
        resources: &Path,
    ) -> Result<Self, Failure> {
        let Opening { home, workers } = opening;
        let (acts, reads) = workers.join().map_err(|_| Failure::no_thread())??;
        let only = instance::hold(&home)?;
        let page = Teller::new(handle.clone());
        let told = page.clone();
        acts.begin(move |desk| desk.gatefold.on_ledger_change(move || told.changed(Changed::Ledger)))?;
        Ok(Self {
            _only: only,
            home,
            acts,
            reads,
            support: tokio::sync::Mutex::default(),
            started_at: Timestamp::now(),
            running: Running::default(),
            native: Native::new(handle.clone()),
            page,
            bundled: Bundled::at(arguments.vendors.unwrap_or_else(|| resources.join("vendors"))),
            usage_changes: AtomicU64::default(),
            asked_for: Mutex::new((arguments.link, arguments.files)),
        })
    }

    /// Who works for support, with a Gatefold of its own.
    ///
    /// # Errors
    /// What opening it says.
    pub(crate) async fn support(&self) -> Result<Worker, Failure> {
        let mut support = self.support.lock().await;
        if let Some(worker) = &*support {
            return Ok(worker.clone());
        }
        let home = self.home.clone();
        let again = self.reads.ask(move |desk| Ok(desk.gatefold.again(&home)?)).await?;
        let worker = Worker::start(move || Ok(again))?;
        *support = Some(worker.clone());
        Ok(worker)
    }

    /// Tells the page what changed.
    pub(crate) fn changed(&self, what: &[Changed]) {
        if what.contains(&Changed::Usage) {
            self.usage_changes.fetch_add(1, Ordering::Relaxed);
        }
        for what in what {
            self.page.changed(*what);
        }
    }

    /// Before the program ends: nothing new begins, and what is being sent gets a moment to come to its end.
    pub(crate) fn end(&self) {
        self.running.stop_all();
        self.acts.finish(LAST_MOMENT);
    }

    /// What this start was asked to open: a link, vendor files. Told once; a page that is loaded again is told nothing.
    pub(crate) fn asked_for(&self) -> (Option<Link>, Vec<PathBuf>) {
        std::mem::take(&mut self.asked_for.lock().unwrap_or_else(PoisonError::into_inner))
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

    fn stop_all(&self) {
        for stop in self.flags().values() {
            stop.store(true, Ordering::Relaxed);
        }
    }

    fn flags(&self) -> MutexGuard<'_, HashMap<u32, Arc<AtomicBool>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
