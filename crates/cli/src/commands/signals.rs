//! Ctrl-C, and being told to end. A request that is out gets two seconds for its answer, so that ledger and journal know
//! it; nothing more leaves. It refuses to keep anybody waiting: the second signal ends the program at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, OnceLock};
use std::time::Duration;

use gatefold_client::{Stop, Trail};

use crate::failure::Failure;
use crate::output::{ATTENTION, Output, styled};

/// What a running request gets (invariant I11).
const LAST_WAIT: Duration = Duration::from_secs(2);

/// What this run sends.
static TRAIL: LazyLock<Trail> = LazyLock::new(Trail::default);
/// What a stop is to be told about, if the verb has words of its own.
static SUBJECT: OnceLock<Subject> = OnceLock::new();
/// A use case that sends is under way.
static SENDING: AtomicBool = AtomicBool::new(false);

/// What this run has sent so far. One run is one process.
pub(crate) fn trail() -> &'static Trail {
    &TRAIL
}

/// What the verb sends that is stopped: said for who stops it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// An upload of usage.
    Upload,
    /// The request to have uploads erased.
    Erasure,
}

/// From now on a stop is told in the words of this. One run has one verb.
pub(super) fn is_about(subject: Subject) {
    let _ = SUBJECT.set(subject);
}

/// What a stop is told about.
pub(crate) fn subject() -> Option<Subject> {
    SUBJECT.get().copied()
}

/// Whether a use case that sends is under way, whatever of it is out.
pub(crate) fn is_sending() -> bool {
    SENDING.load(Ordering::SeqCst)
}

/// While it lives, requests may be out.
pub(super) struct Sending;

impl Sending {
    pub(super) fn begins() -> Self {
        SENDING.store(true, Ordering::SeqCst);
        Self
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        SENDING.store(false, Ordering::SeqCst);
    }
}

/// From now on a signal ends the program as described above, with a word.
pub(super) fn watch(out: Output, stop: Stop) {
    std::thread::spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async {
            let Ok(mut signals) = Signals::new() else { return };
            signals.next().await;
            stop.say();
            crate::waiting::stopping();
            // Who waits for another Gatefold has begun nothing. Asked after the word: from now on nothing begins.
            if is_sending() && !trail().awaits_another() {
                let text = match trail().is_out() {
                    true => "Stopping: nothing more is sent. What is out gets two seconds for its answer; Ctrl-C again ends at once.",
                    false => "Stopping: nothing more is sent.",
                };
                out.say(styled(ATTENTION, text));
                // Whoever waits for the answer ends the program, with what came of it.
                let _ = tokio::time::timeout(LAST_WAIT, signals.next()).await;
            }
            std::process::exit(Failure::Stopped.report(out).into());
        });
    });
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        std::future::poll_fn(|context| {
            let came =
                self.interrupt.poll_recv(context).is_ready() | self.terminate.poll_recv(context).is_ready();
            if came { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
