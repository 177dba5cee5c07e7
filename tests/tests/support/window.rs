//! The window as far as it sends usage by itself: this very test program, started once more, with the client that the window has. A target
//! has it as its module `window`.

use std::path::Path;
use std::process::{Command, Stdio};

use gatefold_client::{Clock, Gatefold, Home, OpenOptions};
use jiff::Timestamp;

/// The home that a look is about.
const HOME: &str = "GATEFOLD_TEST_WINDOW_LOOKS_AT";

/// Not a test of its own: the window. It looks once, at what is due; without a home at nothing.
#[test]
fn a_window_is_opened() {
    let Some(home) = std::env::var_os(HOME) else { return };
    let options = OpenOptions::of_environment(Home::at(home.as_ref()), Clock::system()).unwrap();
    let mut gatefold = Gatefold::open(options).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for vendor in gatefold.weekly_due().unwrap() {
        // What became of it, the record tells.
        let _ = runtime.block_on(gatefold.send_weekly(&vendor));
    }
}

/// A window on this home at this time, ready to be opened.
pub(crate) fn on(home: &Path, time: Timestamp) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "window::a_window_is_opened"]);
    command.env(HOME, home).env("GATEFOLD_TEST_NOW", time.to_string()).stdout(Stdio::null());
    command
}
