//! What the libraries of the window system are to find in the environment. It cannot be changed under threads that read it,
//! and those libraries have threads before `main` begins: whoever starts the window gives it with the start.

use gatefold_store::session_bus_is_local;

/// A socket that is nobody's.
const NO_BUS: &str = "unix:path=/nonexistent/gatefold";

/// The variables that a window needs and this process lacks: no session bus where `DBUS_SESSION_BUS_ADDRESS` leads off this
/// computer, since those libraries would connect there, and what leaves is the gate's alone (I8); and drawing by the
/// processor where there is no GPU (decision 20). Elsewhere than on Unix there is no such bus, and the system draws.
pub fn window_surroundings() -> Vec<(&'static str, &'static str)> {
    if !cfg!(unix) {
        return Vec::new();
    }
    let mut other = Vec::new();
    if !session_bus_is_local() {
        other.push(("DBUS_SESSION_BUS_ADDRESS", NO_BUS));
    }
    // WebKitGTK's own word for it.
    let no_compositor = "WEBKIT_DISABLE_COMPOSITING_MODE";
    if !has_gpu() && std::env::var_os(no_compositor).is_none() {
        other.push((no_compositor, "1"));
    }
    other
}

/// Whether there is something that draws; without it the processor would play one. Only Linux says so here.
fn has_gpu() -> bool {
    let Ok(devices) = std::fs::read_dir("/dev/dri") else { return !cfg!(target_os = "linux") };
    devices.flatten().any(|device| device.file_name().to_string_lossy().starts_with("render"))
}
