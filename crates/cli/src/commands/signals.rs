//! Ctrl-C, and being told to end. A request that is out gets two seconds for its answer, so that ledger and journal know
//! it; nothing more leaves. It refuses to keep anybody waiting: the second signal ends the program at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gatefold_client::Stop;

use crate::failure::Failure;
use crate::output::{ATTENTION, Output, styled};

/// What a running request gets (invariant I11).
const LAST_WAIT: Duration = Duration::from_secs(2);

/// A request was made, or is being made.
static ASKED: AtomicBool = AtomicBool::new(false);
/// A request may be out right now.
static SENDING: AtomicBool = AtomicBool::new(false);

/// While it lives, requests may be out.
pub(super) struct Sending;

impl Sending {
    pub(super) fn begins() -> Self {
        ASKED.store(true, Ordering::SeqCst);
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
            if SENDING.load(Ordering::SeqCst) {
                stop.say();
                let text = "Stopping: nothing more is sent. What is out gets two seconds for its answer; Ctrl-C again ends at once.";
                out.say(styled(ATTENTION, text));
                // Whoever waits for the answer ends the program, with what came of it.
                let _ = tokio::time::timeout(LAST_WAIT, signals.next()).await;
            }
            let stopped = Failure::Stopped { asked: ASKED.load(Ordering::SeqCst) };
            std::process::exit(stopped.report(out).into());
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
