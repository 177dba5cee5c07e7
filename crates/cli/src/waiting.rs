//! A word on a long wait: on standard error, while it is a terminal and people read it (no `--json`). One line, kept up to
//! date and erased when the wait is over or anything else is said. It refuses to be in the way: what cannot be shown is not.

use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::output::{SOFT, styled};

/// Nobody wonders before.
const PATIENCE: Duration = Duration::from_secs(2);
const TICK: Duration = Duration::from_secs(1);
/// Back to the line's beginning, and the line is empty (ECMA-48, EL).
const ERASE: &str = "\r\u{1b}[2K";

static ALLOWED: AtomicBool = AtomicBool::new(false);
static STOPPING: AtomicBool = AtomicBool::new(false);
/// The program has one standard error, and so one such line.
static SHOWN: Mutex<bool> = Mutex::new(false);

/// A wait that is going on; over when this is dropped.
pub(crate) struct Waiting {
    ends: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Asked once at start, when it is known how the result is wanted.
pub(crate) fn allow(json: bool) {
    let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    ALLOWED.store(!json && !is_dumb && std::io::stderr().is_terminal(), Ordering::SeqCst);
}

/// The user's word to stop was heard.
pub(crate) fn stopping() {
    STOPPING.store(true, Ordering::SeqCst);
}

/// From now on this is waited for: "the vendor's server".
pub(crate) fn on(what: impl Fn() -> &'static str + Send + 'static) -> Waiting {
    if !ALLOWED.load(Ordering::SeqCst) {
        return Waiting { ends: None, thread: None };
    }
    let (ends, ended) = mpsc::channel();
    let thread = std::thread::Builder::new().name("waiting".to_owned()).spawn(move || {
        let begun = Instant::now();
        let mut next = PATIENCE;
        while ended.recv_timeout(next) == Err(mpsc::RecvTimeoutError::Timeout) {
            let way_out = if STOPPING.load(Ordering::SeqCst) { "Stopping." } else { "Ctrl-C stops." };
            show(&format!("Waiting for {} … {} s. {way_out}", what(), begun.elapsed().as_secs()));
            next = TICK;
        }
    });
    Waiting { ends: Some(ends), thread: thread.ok() }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        drop(self.ends.take());
        if let Some(thread) = self.thread.take() {
            // It ends at once, and a line it was just writing is whole.
            let _ = thread.join();
        }
        clear();
    }
}

/// Makes room for what is said next.
pub(crate) fn clear() {
    let mut shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if std::mem::take(&mut *shown) {
        write(ERASE);
    }
}

fn show(text: &str) {
    let mut shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    *shown = true;
    // Colors are the user's to refuse; a line that stays after it is over would be untrue.
    let is_plain = anstream::AutoStream::choice(&std::io::stderr()) == anstream::ColorChoice::Never;
    let text = if is_plain { text.to_owned() } else { styled(SOFT, text) };
    write(&format!("{ERASE}{text}"));
}

fn write(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}
