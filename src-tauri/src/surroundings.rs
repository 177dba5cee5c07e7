//! What the libraries of the window system find in the environment. It cannot be changed under threads that read it, so
//! where it has to be another the program starts itself anew, once. It refuses to run beside a bus of another computer.

/// Starts anew where the surroundings have to be others: without a session bus where `DBUS_SESSION_BUS_ADDRESS` leads off this
/// computer, since those libraries would connect there, and what leaves is the gate's alone (I8); and drawing by the
/// processor where there is no GPU (decision 20).
///
/// # Errors
/// If a bus elsewhere could not be left alone.
#[cfg(unix)]
pub(crate) fn settle() -> Result<(), String> {
    use std::os::unix::process::CommandExt as _;
    let keeps_bus = gatefold_client::session_bus_is_local();
    let mut other = Vec::new();
    if !keeps_bus {
        other.push(("DBUS_SESSION_BUS_ADDRESS", NO_BUS));
    }
    if !has_gpu() && std::env::var_os(NO_COMPOSITOR).is_none() {
        other.push((NO_COMPOSITOR, "1"));
    }
    if other.is_empty() {
        return Ok(());
    }
    let anew = |own| std::process::Command::new(own).args(std::env::args_os().skip(1)).envs(other).exec();
    let failed = match std::env::current_exe() {
        Ok(own) => anew(own),
        Err(error) => error,
    };
    // Drawing is slower, and that is all.
    if keeps_bus { Ok(()) } else { Err(failed.to_string()) }
}

/// A socket that is nobody's.
#[cfg(unix)]
const NO_BUS: &str = "unix:path=/nonexistent/gatefold";

/// WebKitGTK's own word for it.
#[cfg(unix)]
const NO_COMPOSITOR: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";

/// Whether there is something that draws; without it the processor would play one. Only Linux says so here.
#[cfg(unix)]
fn has_gpu() -> bool {
    let Ok(devices) = std::fs::read_dir("/dev/dri") else { return !cfg!(target_os = "linux") };
    devices.flatten().any(|device| device.file_name().to_string_lossy().starts_with("render"))
}

/// Elsewhere there is no such bus, and the system draws.
#[cfg(not(unix))]
pub(crate) fn settle() -> Result<(), String> {
    Ok(())
}
