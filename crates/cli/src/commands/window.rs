//! The other face. This program takes a hundredth of the time to begin that the window does, so it is the one that desktops
//! start: it gives the window the surroundings that it needs, and becomes it.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use super::Call;
use crate::failure::Failure;

/// The window's program lies beside this one.
const PROGRAM: &str = "gatefold-app";

/// Comes back where the window could not be opened, and elsewhere than on Unix, where nothing becomes another program.
pub(crate) fn run(call: &Call, what: Option<OsString>) -> Result<(), Failure> {
    let program = beside()?;
    let mut window = Command::new(&program);
    if let Some(home) = &call.global.home {
        window.arg("--home").arg(home);
    }
    window.args(what).envs(gatefold_client::window_surroundings());
    begin(window).map_err(|error| Failure::NoWindow(program, error.kind()))
}

fn beside() -> Result<PathBuf, Failure> {
    let unknown = |error: std::io::Error| Failure::NoWindow(PathBuf::from(PROGRAM), error.kind());
    let own = std::env::current_exe().map_err(unknown)?;
    Ok(own.with_file_name(PROGRAM).with_extension(std::env::consts::EXE_EXTENSION))
}

#[cfg(unix)]
fn begin(mut window: Command) -> std::io::Result<()> {
    Err(std::os::unix::process::CommandExt::exec(&mut window))
}

#[cfg(not(unix))]
fn begin(mut window: Command) -> std::io::Result<()> {
    window.spawn().map(drop)
}
