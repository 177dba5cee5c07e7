//! The `gatefold` command: words in, one call of the client, words or one JSON object out.

mod args;
mod ask;
mod commands;
mod failure;
mod manual;
mod output;
mod preview;
mod table;
#[cfg(feature = "test-hooks")]
mod test_hooks;
mod waiting;

use std::process::ExitCode;

use clap::error::ErrorKind as ClapKind;

use crate::failure::Failure;
use crate::output::Output;

fn main() -> ExitCode {
    gatefold_client::keep_memory_private();
    say_when_fallen();
    #[cfg(feature = "test-hooks")]
    let _hooks = test_hooks::arm();
    let cli = match args::typed() {
        Ok(cli) => cli,
        Err(error) => return refused(&error),
    };
    let out = Output { json: cli.global.json };
    waiting::allow(out.json);
    ended(out, commands::run(cli))
}

/// A panic is said in words, too, with where its report is.
fn say_when_fallen() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        before(panic);
        Output { json: false }.say("This is a fault of Gatefold's. A report of it, without names, lies in your home alone and is never sent; it goes into your next diagnostic bundle: gatefold diagnostics parts");
    }));
}

/// The exit code. A failure of the command outweighs that its result could not be written.
fn ended(out: Output, done: Result<(), Failure>) -> ExitCode {
    let exit = done.err().map_or(0, |failure| failure.report(out));
    match output::unwritten() {
        Some(why) if exit == 0 => ExitCode::from(Failure::Unwritten(why).report(out)),
        _ => ExitCode::from(exit),
    }
}

/// Help and version are results; everything else is a usage error, which `--json` wants as an object.
fn refused(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ClapKind::DisplayHelp | ClapKind::DisplayVersion) {
        let out = Output { json: false };
        out.line(error.render().ansi().to_string().trim_end_matches('\n'));
        return ended(out, Ok(()));
    }
    // Not parsed, so looked for: an argument that is no text is no reason to stop.
    if std::env::args_os().any(|arg| arg == "--json") {
        let message = first_paragraph(&error.render().to_string());
        return ExitCode::from(Failure::Usage(message).report(Output { json: true }));
    }
    let _ = error.print();
    ExitCode::from(2)
}

/// What is wrong, in one line; what follows it is about usage in general.
fn first_paragraph(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    lines.join(" ").trim_start_matches("error: ").to_owned()
}
