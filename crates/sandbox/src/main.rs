//! `gatefold-sandbox`: starts the sandbox, prints one JSON line when it is ready, ends on SIGTERM or Ctrl-C.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use gatefold_sandbox::{Options, Ready};
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody reads stderr: then there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "gatefold-sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let ready = Ready::start(options).await?;
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "{}", ready.line())?;
        stdout.flush()?;
        drop(stdout);
        ready
            .run(async move {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
            })
            .await;
        Ok(())
    })
}
