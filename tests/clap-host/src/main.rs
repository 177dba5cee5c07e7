//! A CLAP host for tests: `gatefold-clap-host PLUGIN.clap IN.wav OUT.wav [STATE]` renders a sound file through the one plug-in of a
//! library, with what the plug-in says in the host's log on standard output. Where STATE exists it is loaded first, as a
//! session is; where it does not, it is saved at the end. All that is hard about it is clack's.

mod entry;
mod host;
mod render;
mod sound;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// Why it went wrong, in words.
type Failed = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let paths: Vec<PathBuf> = words.into_iter().map(PathBuf::from).collect();
    let done = match &paths[..] {
        [plugin, input, output] => render::render(plugin, input, output, None),
        [plugin, input, output, state] => render::render(plugin, input, output, Some(state)),
        _ => Err("gatefold-clap-host PLUGIN.clap IN.wav OUT.wav [STATE]".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gatefold-clap-host: {error}");
            ExitCode::FAILURE
        }
    }
}
