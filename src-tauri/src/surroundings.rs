//! The surroundings that the window needs, for a start that did not come by `gatefold window`, which gives them. It refuses to
//! run beside a bus of another computer.

/// Starts anew, once, where the surroundings have to be others.
///
/// # Errors
/// If a bus elsewhere could not be left alone.
#[cfg(unix)]
pub(crate) fn settle() -> Result<(), String> {
    use std::os::unix::process::CommandExt as _;
    let other = gatefold_client::window_surroundings();
    if other.is_empty() {
        return Ok(());
    }
    let anew = |own| std::process::Command::new(own).args(std::env::args_os().skip(1)).envs(other).exec();
    let failed = match std::env::current_exe() {
        Ok(own) => anew(own),
        Err(error) => error,
    };
    // Drawing is slower, and that is all.
    if gatefold_client::session_bus_is_local() { Ok(()) } else { Err(failed.to_string()) }
}

/// Elsewhere there are none.
#[cfg(not(unix))]
pub(crate) fn settle() -> Result<(), String> {
    Ok(())
}
