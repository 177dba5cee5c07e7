//! Ctrl-C, and being told to end: as closing the window is. What is being sent gets its two seconds (invariant I11), and
//! nothing more leaves. It refuses to keep anybody waiting: a second signal ends the program at once.

use tauri::AppHandle;

/// From now on a signal ends the program.
#[cfg(unix)]
pub(crate) fn watch(handle: AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};
    tauri::async_runtime::spawn(async move {
        let (Ok(mut interrupt), Ok(mut terminate)) =
            (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
        else {
            return;
        };
        for is_second in [false, true] {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if is_second {
                std::process::exit(1);
            }
            handle.exit(0);
        }
    });
}

/// Elsewhere the window system says so itself.
#[cfg(not(unix))]
pub(crate) fn watch(_: AppHandle) {}
