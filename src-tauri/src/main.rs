//! The program of the window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    gatefold_client::keep_memory_private();
    match gatefold_app::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[allow(clippy::print_stderr, reason = "there is no window to say it in")]
            {
                eprintln!("gatefold: {error}");
            }
            ExitCode::FAILURE
        }
    }
}
