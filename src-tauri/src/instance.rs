//! One window a home: a second start finds the first over the session bus, hands over what it was asked to open, and ends.
//! Without a bus it cannot, and says so. It refuses a second window.

use std::fs::{File, TryLockError};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use gatefold_client::Home;
use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Manager as _, Wry};

use crate::app::App;
use crate::arguments::Arguments;
use crate::dto::Failure;
use crate::offer;

/// What finds the first window of a home, or makes this the first.
pub(crate) fn of(home: &Path) -> TauriPlugin<Wry> {
    tauri_plugin_single_instance::Builder::new()
        .dbus_id(name(home))
        .callback(|handle, words, dir| second_start(handle, &words, dir.as_ref()))
        .build()
}

/// Whether another window of this home is there, and was handed what this start was asked to open.
///
/// The plug-in does the same, but only once the window system has begun, and then ends the program while threads of its
/// libraries use what an end takes apart, which crashed now and then. It is left two starts of the very same moment.
#[cfg(target_os = "linux")]
pub(crate) fn hand_over(home: &Path) -> bool {
    // As the plug-in names itself.
    let name = format!("{}.SingleInstance", name(home));
    let path = format!("/{}", name.replace('.', "/"));
    let words: Vec<String> = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    let dir = std::env::current_dir().unwrap_or_default();
    let Ok(bus) = zbus::blocking::Connection::session() else { return false };
    let body = (words, dir.to_string_lossy().into_owned());
    bus.call_method(Some(name.as_str()), path, Some("org.SingleInstance.DBus"), "ExecuteCallback", &body)
        .is_ok()
}

/// Elsewhere the plug-in alone does.
#[cfg(not(target_os = "linux"))]
pub(crate) fn hand_over(_: &Path) -> bool {
    false
}

/// Held as long as this window has the home.
///
/// # Errors
/// If another window has it, which was not found over a bus.
pub(crate) fn hold(home: &Home) -> Result<Option<File>, Failure> {
    let place = home.ledger().with_file_name("window.lock");
    // A disk that takes no lock is no reason not to start.
    let Ok(file) = File::options().create(true).truncate(false).write(true).open(place) else {
        return Ok(None);
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(Failure::second_window()),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Another start with the same home: the window comes to the front, and a link or a file is looked at.
fn second_start(handle: &AppHandle, words: &[String], dir: &Path) {
    if let Some(window) = handle.get_webview_window("main") {
        // A window system that refuses leaves the window where it is.
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
    let arguments = Arguments::read(words.iter().skip(1).map(Into::into));
    if let Some(link) = arguments.link {
        handle.state::<App>().page.open(link);
    }
    // As that start's own folder has them.
    offer(handle, arguments.files.iter().map(|file| dir.join(file)).collect());
}

/// The name on the bus holds a hash of the home's place, whichever way that is written.
fn name(home: &Path) -> String {
    let place = home.canonicalize().unwrap_or_else(|_| home.to_owned());
    let mut hasher = DefaultHasher::new();
    place.hash(&mut hasher);
    format!("com.gatefold.app.h{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_has_one_name_however_it_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let (home, other) = (dir.path().join("home"), dir.path().join("other"));
        std::fs::create_dir(&home).unwrap();
        std::fs::create_dir(&other).unwrap();
        std::os::unix::fs::symlink(&home, dir.path().join("link")).unwrap();
        for same in ["home/", "other/../home", "link", "./home"] {
            assert_eq!(name(&dir.path().join(same)), name(&home), "{same}");
        }
        assert_ne!(name(&other), name(&home));
    }
}
