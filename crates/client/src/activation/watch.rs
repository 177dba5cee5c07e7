//! Watching an activation, and stopping it between two of its steps. It refuses to pretend: what has left has left.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::error::ClientError;

/// What an activation does, in this order; some steps are not always needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivationStep {
    /// A seat is asked for.
    Seat,
    /// The server is asked what became of it, or which seat this computer has.
    Look,
    /// The license file is fetched.
    File,
    /// It is verified and installed.
    Install,
}

/// Whoever watches an activation.
pub trait Watch: Send + Sync {
    /// A step begins, unless [`ControlFlow::Break`] says that the user stopped. The installing is not asked about: it is
    /// over at once.
    fn begins(&self, step: ActivationStep) -> ControlFlow<()>;

    /// The server said no to a look that had begun. What comes of it all is for the error to say.
    fn look_refused(&self);
}

/// The watcher of a plan, if there is one.
#[derive(Clone, Default)]
pub(super) struct Watched(pub(super) Option<Arc<dyn Watch>>);

impl Watched {
    pub(super) fn begins(&self, step: ActivationStep) -> Result<(), ClientError> {
        match self.0.as_ref().map_or(ControlFlow::Continue(()), |watch| watch.begins(step)) {
            ControlFlow::Break(()) if step != ActivationStep::Install => Err(ClientError::Stopped),
            _ => Ok(()),
        }
    }

    pub(super) fn look_refused(&self) {
        if let Some(watch) = &self.0 {
            watch.look_refused();
        }
    }
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Watched").field(&self.0.is_some()).finish()
    }
}
