//! What the libraries of the window system find around them: the environment, which cannot be changed under threads that
//! read it, and what draws. It refuses to run beside a bus of another computer.

use tauri::WebviewWindow;

/// Starts anew, once, without a session bus where `DBUS_SESSION_BUS_ADDRESS` leads off this computer: the libraries would
/// connect there, and what leaves is the gate's alone (I8).
///
/// # Errors
/// If a bus elsewhere could not be left alone.
#[cfg(unix)]
pub(crate) fn settle() -> Result<(), String> {
    use std::os::unix::process::CommandExt as _;
    if gatefold_client::session_bus_is_local() {
        return Ok(());
    }
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let words = std::env::args_os().skip(1);
    let failed = std::process::Command::new(own).args(words).env("DBUS_SESSION_BUS_ADDRESS", NO_BUS).exec();
    Err(failed.to_string())
}

/// A socket that is nobody's.
#[cfg(unix)]
const NO_BUS: &str = "unix:path=/nonexistent/gatefold";

/// Elsewhere there is no such bus.
#[cfg(not(unix))]
pub(crate) fn settle() -> Result<(), String> {
    Ok(())
}

/// Lets the processor draw at once where there is no GPU, instead of playing one (decision 20).
///
/// # Errors
/// If the window is gone.
#[cfg(target_os = "linux")]
pub(crate) fn draw_without_gpu(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};
    if has_gpu() {
        return Ok(());
    }
    window.with_webview(|view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// Whether there is something that draws.
#[cfg(target_os = "linux")]
fn has_gpu() -> bool {
    let Ok(devices) = std::fs::read_dir("/dev/dri") else { return false };
    devices.flatten().any(|device| device.file_name().to_string_lossy().starts_with("render"))
}

/// Elsewhere the system draws.
#[cfg(not(target_os = "linux"))]
pub(crate) fn draw_without_gpu(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}
