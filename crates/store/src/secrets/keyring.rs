//! The operating system's keyring: service `Gatefold`, account the secret's name.
//!
//! It refuses to take "locked" for "not there": a locked keyring is an error of its own. It reaches the keyring over a
//! socket of this computer alone, whatever the environment says, and never waits for it without end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use gatefold_disclosure::Sensitive;
use keyring::{Entry, Error};

use crate::StoreError;

const SERVICE: &str = "Gatefold";
const PROBE: &str = "probe";

/// For the keyring's program to start and answer. Nobody is asked anything.
const TO_ANSWER: Duration = Duration::from_secs(10);
/// For a user who is asked to unlock it.
const TO_UNLOCK: Duration = Duration::from_secs(120);

/// One that did not answer once is not asked again in this run: the thread that asked it still waits.
static SILENT: AtomicBool = AtomicBool::new(false);

/// Whether a keyring answers at all. Asked once a run.
///
/// # Errors
/// [`StoreError::KeyringNotLocal`], [`StoreError::KeyringSilent`].
pub(super) fn answers() -> Result<bool, StoreError> {
    if !session_bus_is_local() {
        return Err(StoreError::KeyringNotLocal);
    }
    within(TO_ANSWER, || Ok(Entry::store_status().is_ok()))
}

/// Writes and removes a probe, because reading a locked keyring finds nothing and says nothing.
pub(super) fn ready() -> Result<(), StoreError> {
    put(PROBE, "ready".into())?;
    remove(PROBE).map(drop)
}

pub(super) fn get(name: &str) -> Result<Option<Sensitive<String>>, StoreError> {
    let name = name.to_owned();
    within(TO_UNLOCK, move || found(entry(&name)?.get_password().map(Sensitive::new)))
}

pub(super) fn put(name: &str, secret: Sensitive<String>) -> Result<(), StoreError> {
    let name = name.to_owned();
    // Exposed to the keyring, whose purpose it is to hold it.
    within(TO_UNLOCK, move || entry(&name)?.set_password(secret.expose()).map_err(refusal))
}

pub(super) fn remove(name: &str) -> Result<bool, StoreError> {
    let name = name.to_owned();
    within(TO_UNLOCK, move || found(entry(&name)?.delete_credential()).map(|removed| removed.is_some()))
}

fn entry(name: &str) -> Result<Entry, StoreError> {
    Entry::new(SERVICE, name).map_err(refusal)
}

fn found<T>(answer: Result<T, Error>) -> Result<Option<T>, StoreError> {
    match answer {
        Err(Error::NoEntry) => Ok(None),
        answer => answer.map(Some).map_err(refusal),
    }
}

/// The keyring's own words may hold what was stored, so none of them go on.
fn refusal(error: Error) -> StoreError {
    match error {
        Error::NoStorageAccess(_) => StoreError::KeyringLocked,
        _ => StoreError::KeyringFailed,
    }
}

/// Asks in a thread of its own, which is left behind if no answer comes: its library knows no end of waiting.
fn within<T: Send + 'static>(
    limit: Duration,
    ask: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    if SILENT.load(Ordering::SeqCst) {
        return Err(StoreError::KeyringSilent);
    }
    let (tell, told) = mpsc::channel();
    let thread = std::thread::Builder::new().name("keyring".to_owned());
    thread
        // Nobody listens any more where the time is up.
        .spawn(move || drop(tell.send(ask())))
        .map_err(|_| StoreError::KeyringFailed)?;
    match told.recv_timeout(limit) {
        Ok(answer) => answer,
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(StoreError::KeyringFailed),
        Err(mpsc::RecvTimeoutError::Timeout) => {
            SILENT.store(true, Ordering::SeqCst);
            Err(StoreError::KeyringSilent)
        }
    }
}

/// Whether the session bus, over which the keyring of a free desktop is reached, is a socket of this computer, or none is
/// asked for here. Its address comes from the environment, and some kinds of address open a connection to another computer
/// or start a program: that is the gate's alone.
pub fn session_bus_is_local() -> bool {
    bus::is_local()
}

#[cfg(all(unix, not(target_os = "macos")))]
mod bus {
    pub(super) fn is_local() -> bool {
        // As the library finds it.
        let address = std::env::var("DBUS_SESSION_BUS_ADDRESS").unwrap_or_else(|_| {
            let runtime = std::env::var("XDG_RUNTIME_DIR").unwrap_or_default();
            format!("unix:path={runtime}/bus")
        });
        is_unix(&address)
    }

    /// Whether each address of the list is a socket of this computer (D-Bus specification, "Server addresses"). An empty one
    /// leads nowhere.
    fn is_unix(list: &str) -> bool {
        let is_socket = |key: &str| matches!(key, "path" | "abstract" | "guid");
        let is_unix = |address: &str| {
            address.strip_prefix("unix:").is_some_and(|keys| {
                keys.split(',').all(|pair| pair.split_once('=').is_some_and(|(key, _)| is_socket(key)))
            })
        };
        list.is_empty() || list.split_terminator(';').all(is_unix)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn only_sockets_of_this_computer() {
            let check = |address: &str, expect: bool| assert_eq!(is_unix(address), expect, "{address}");
            check("unix:path=/run/user/1000/bus", true);
            check("unix:path=/run/user/1000/bus,guid=0123456789abcdef0123456789abcdef", true);
            check("unix:abstract=/tmp/dbus-x,guid=0123456789abcdef0123456789abcdef", true);
            check("unix:path=/a;unix:abstract=b;", true);
            check("", true);
            check("tcp:host=192.0.2.7,port=4000", false);
            check("nonce-tcp:host=127.0.0.1,port=4000,noncefile=/tmp/n", false);
            check("unixexec:path=/bin/sh,argv1=-c", false);
            check("launchd:env=DBUS_LAUNCHD_SESSION_BUS_SOCKET", false);
            check("autolaunch:", false);
            check("vsock:cid=2,port=1", false);
            check("ibus:", false);
            check("unix:path=/a;tcp:host=192.0.2.7,port=4000", false);
            check("unix:runtime=yes", false);
            check("unix:tmpdir=/tmp", false);
            check(" tcp:host=192.0.2.7,port=4000", false);
            check("UNIX:path=/a", false);
        }
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
mod bus {
    pub(super) fn is_local() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyring_that_says_nothing_is_not_waited_for() {
        let (_never, told) = mpsc::channel::<()>();
        let waited = within(Duration::from_millis(10), move || Ok(told.recv().is_ok()));
        assert_eq!(waited.map_err(|error| error.code()), Err("store.keyring_silent"));
        // Nor asked again.
        let asked = within(TO_UNLOCK, || Ok(()));
        assert_eq!(asked.map_err(|error| error.code()), Err("store.keyring_silent"));
    }
}
