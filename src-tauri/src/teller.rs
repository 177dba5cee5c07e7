//! Tells the page what happens: six events, each to the one window. It refuses to tell anybody else.

use serde::Serialize;
use tauri::{AppHandle, Emitter as _};

use crate::dto::{Changed, Link, Offered, Progress, Step};

/// The page's ear.
#[derive(Clone)]
pub(crate) struct Teller(AppHandle);

impl Teller {
    pub(crate) fn new(handle: AppHandle) -> Self {
        Self(handle)
    }

    pub(crate) fn step(&self, step: Step) {
        self.tell("step", step);
    }

    pub(crate) fn progress(&self, progress: Progress) {
        self.tell("progress", progress);
    }

    pub(crate) fn changed(&self, what: Changed) {
        self.tell("changed", what);
    }

    pub(crate) fn review(&self, offered: Offered) {
        self.tell("review", offered);
    }

    /// A bundle is being opened: to be asked for.
    pub(crate) fn bundle(&self) {
        self.tell("bundle", ());
    }

    pub(crate) fn open(&self, link: Link) {
        self.tell("open", link);
    }

    /// A page that is gone hears nothing, and that is all.
    fn tell(&self, event: &str, what: impl Serialize + Clone) {
        let _ = self.0.emit_to("main", event, what);
    }
}
