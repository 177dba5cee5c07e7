//! Programs that ended against their will: a report is written here, cleaned, for the user's next bundle. It is never sent, and the
//! user takes it away.
//!
//! It refuses to write where there is no home yet, to keep what it cannot clean, and to fall over while it tells of a fall.

use std::any::Any;
use std::backtrace::Backtrace;
use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

use gatefold_diagnostics::Redactor;
use gatefold_diagnostics::formats::{Crash, Part};
use gatefold_shelf::{Folder, Shelf};

use super::known;
use crate::chance;
use crate::clock::{Clock, written};
use crate::error::ClientError;
use crate::home::Home;

/// The folder, in the home.
const FOLDER: &str = "crashes";
/// So many reports are kept: the newest.
const MOST: usize = 20;
/// The largest that is read.
const MAX_BYTES: u64 = 256 << 10;
/// A program that falls waits no longer for its report.
const PATIENCE: Duration = Duration::from_secs(5);
/// So many names of functions tell the way.
const MOST_FRAMES: usize = 60;

/// A report that lies here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrashReport {
    /// When; the SDK notes none.
    pub at: Option<String>,
    /// Which program.
    pub program: String,
    /// Its version.
    pub version: String,
    /// The place in its source.
    pub location: String,
    pub(super) crash: Crash,
}

impl From<Crash> for CrashReport {
    fn from(crash: Crash) -> Self {
        Self {
            at: crash.at.clone(),
            program: crash.program.clone(),
            version: crash.version.clone(),
            location: crash.location.clone(),
            crash,
        }
    }
}

impl Home {
    /// The reports that lie here, of this user's programs and of the plug-ins' SDK, the oldest first. What is none is passed over.
    pub fn crash_reports(&self) -> Vec<CrashReport> {
        all(self).0
    }

    /// Removes them; how many there were. Those of the SDK lie where plug-ins look.
    ///
    /// # Errors
    /// The disk's.
    pub fn clear_crash_reports(&self) -> Result<usize, ClientError> {
        let mut removed = 0;
        if let Some(folder) = Folder::open(&self.place().join(FOLDER))? {
            for name in folder.names()? {
                removed += usize::from(folder.remove(&name)?);
            }
            folder.sync()?;
        }
        if let Some(shelf) = self.shelf() {
            removed += shelf.clear_crashes()?;
        }
        Ok(removed)
    }

    fn shelf(&self) -> Option<Shelf> {
        self.own_shelf().map(Shelf::at).or_else(|| Shelf::user().ok())
    }
}

/// Every report, and what of the folders cannot be read.
pub(super) fn all(home: &Home) -> (Vec<CrashReport>, Vec<ClientError>) {
    let (mut reports, mut failed) = (Vec::new(), Vec::new());
    match own(home) {
        Ok(own) => reports.extend(own.into_iter().map(CrashReport::from)),
        Err(error) => failed.push(error),
    }
    match home.shelf().map(|shelf| shelf.crashes()).transpose() {
        Ok(found) => reports.extend(found.into_iter().flat_map(|found| found.found).map(|crash| {
            let program = "sdk".to_owned();
            Crash { program, version: crash.version, location: crash.location, ..Crash::new() }.into()
        })),
        Err(error) => failed.push(error.into()),
    }
    (reports, failed)
}

fn own(home: &Home) -> Result<Vec<Crash>, ClientError> {
    let Some(folder) = Folder::open(&home.place().join(FOLDER))? else { return Ok(Vec::new()) };
    let mut names = folder.names()?;
    names.sort();
    let read = |name: &String| {
        let bytes = folder.read(name, MAX_BYTES).ok().flatten()?;
        serde_json::from_slice::<Crash>(&bytes).ok()
    };
    Ok(names.iter().filter_map(read).collect())
}

/// Who falls, and where its reports lie.
struct Falling {
    home: Home,
    program: &'static str,
    clock: Clock,
}

static FALLING: Mutex<Option<Falling>> = Mutex::new(None);
/// One report at a time: a fall while one is written is that of the report.
static REPORTING: AtomicBool = AtomicBool::new(false);

/// From now on a panic of this program leaves a report in the home, if that is there by then; what was said of panics before is
/// still said. To be called once the home is known; a later call names another.
pub fn report_crashes(home: &Home, program: &'static str, clock: Clock) {
    let falling = Falling { home: home.clone(), program, clock };
    let was = FALLING.lock().unwrap_or_else(PoisonError::into_inner).replace(falling);
    if was.is_none() {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            report(panic);
            before(panic);
        }));
    }
    // For tests: falls over with these words.
    #[cfg(feature = "test-hooks")]
    if let Ok(words) = std::env::var("GATEFOLD_TEST_PANIC") {
        panic!("{words}");
    }
}

fn report(panic: &PanicHookInfo<'_>) {
    let message = message(panic.payload());
    // Tests play a program that is killed by a panic at a crash point: who is killed writes nothing.
    #[cfg(feature = "test-hooks")]
    if message.as_deref().is_some_and(|message| message.starts_with("failpoint ")) {
        return;
    }
    if REPORTING.swap(true, Ordering::SeqCst) {
        return;
    }
    let place = panic.location();
    let location = place.map(|place| format!("{}:{}:{}", plain(place.file()), place.line(), place.column()));
    let backtrace = frames(&Backtrace::force_capture().to_string());
    let crash = Crash { location: location.unwrap_or_default(), message, backtrace, ..Crash::new() };
    // In a thread of its own: a panic in a panic would end everything at once.
    let (done, waiting) = mpsc::channel();
    let writing = std::thread::Builder::new().name("crash report".to_owned()).spawn(move || {
        let _ = write(crash);
        let _ = done.send(());
    });
    if writing.is_ok() {
        let _ = waiting.recv_timeout(PATIENCE);
    }
    REPORTING.store(false, Ordering::SeqCst);
}

fn message(payload: &(dyn Any + Send)) -> Option<String> {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
}

/// A place in a source, wherever that was built: from the name of its package on.
fn plain(file: &str) -> &str {
    let file_from = |at: usize| &file[file[..at].rfind(['/', '\\']).map_or(0, |slash| slash + 1)..];
    match file.rfind("/src/").or_else(|| file.rfind("\\src\\")) {
        Some(at) => file_from(at),
        None => file.rsplit(['/', '\\']).next().unwrap_or(file),
    }
}

/// The names of functions on the way there; never the folders in which they were built.
fn frames(backtrace: &str) -> Vec<String> {
    let name = |line: &str| {
        let (number, name) = line.trim().split_once(": ")?;
        let is_name =
            name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_:<>$. {}#&*,'[]();-".contains(&byte));
        (number.bytes().all(|byte| byte.is_ascii_digit()) && is_name).then(|| name.to_owned())
    };
    let ours = |name: &String| !["std::", "core::", "<unknown>"].iter().any(|other| name.starts_with(other));
    backtrace.lines().filter_map(name).filter(ours).take(MOST_FRAMES).collect()
}

/// Writes the report, cleaned of what the system knows of itself and of what looks private; what is kept in the home is looked for
/// when a bundle is made.
fn write(crash: Crash) -> Result<(), ClientError> {
    let (home, program, clock) = {
        let falling = FALLING.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(falling) = falling.as_ref() else { return Ok(()) };
        (falling.home.clone(), falling.program, falling.clock)
    };
    if Folder::open(home.place())?.is_none() {
        return Ok(());
    }
    let at = clock.now();
    let program = program.to_owned();
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let crash = Crash { at: Some(written(at)), program, version, ..crash };
    let text = cleaned(&home, crash)?;
    let folder = Folder::create(&home.place().join(FOLDER))?;
    let random = u64::from_le_bytes(chance::bytes()?);
    // Names sort as their times do.
    let name = format!("{}-{random:016x}.json", at.strftime("%Y%m%dT%H%M%S%.3fZ"));
    folder.write(&name, text.as_bytes(), random)?;
    let mut names = folder.names()?;
    names.sort();
    for old in names.iter().take(names.len().saturating_sub(MOST)) {
        folder.remove(old)?;
    }
    Ok(())
}

/// What cannot be cleaned is not kept: then version and place stay.
fn cleaned(home: &Home, crash: Crash) -> Result<String, ClientError> {
    let known = known::of_system(home);
    let mut redactor = Redactor::new(&known.known, &known.public)?;
    let bare = Crash { message: None, backtrace: Vec::new(), ..crash.clone() };
    let clean = redactor.json(Part::Crash, &crash).or_else(|_| redactor.json(Part::Crash, &bare));
    clean.map(|clean| clean.text).map_err(|_| ClientError::FileUnwritable("it cannot be cleaned".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_says_nothing_of_who_built_it() {
        let check = |file: &str, expect: &str| assert_eq!(plain(file), expect);
        check("crates/client/src/app.rs", "client/src/app.rs");
        check(
            "/home/ada/.cargo/registry/src/index.crates.io-1/zip-9.0.0/src/read.rs",
            "zip-9.0.0/src/read.rs",
        );
        check("/rustc/01f6/library/core/src/option.rs", "core/src/option.rs");
        check("C:\\Users\\ada\\x\\src\\main.rs", "x\\src\\main.rs");
        check("/home/ada/main.rs", "main.rs");
    }

    #[test]
    fn the_way_there_is_told_by_names_alone() {
        let text = "   0: std::backtrace::Backtrace::create\n   1: gatefold_client::x::{{closure}}\n             at /home/ada/x.rs:1:2\n   2: <alloc::boxed::Box<F,A> as core::ops::function::Fn<Args>>::call\n   3: __libc_start_main\n";
        let expect = [
            "gatefold_client::x::{{closure}}",
            "<alloc::boxed::Box<F,A> as core::ops::function::Fn<Args>>::call",
            "__libc_start_main",
        ];
        assert_eq!(frames(text), expect);
    }

    #[test]
    fn without_a_home_nothing_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(&dir.path().join("none"));
        assert_eq!(home.crash_reports(), []);
        assert_eq!(home.clear_crash_reports().unwrap(), 0);
        assert!(!home.place().exists());
    }
}
