//! Asking before something is sent, erased or exported. Without a terminal nobody can answer, so nothing is done.

use std::io::{BufRead, IsTerminal, Write};

use crate::failure::Failure;

/// Asks on the terminal unless `--yes` was given.
///
/// # Errors
/// [`Failure::NeedsYes`] without a terminal, [`Failure::Declined`] for anything but yes.
pub(crate) fn confirm(yes: bool, question: &str) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(Failure::NeedsYes);
    }
    let mut stderr = anstream::stderr();
    let _ = write!(stderr, "{question} [y/N] ");
    let _ = stderr.flush();
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(|_| Failure::NeedsYes)?;
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") { Ok(()) } else { Err(Failure::Declined) }
}

/// The first line of standard input, without its line end.
///
/// # Errors
/// [`Failure::EmptyInput`] if there is none.
pub(crate) fn first_line_of_stdin() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|_| Failure::EmptyInput)?;
    let line = line.trim_end_matches(['\r', '\n']).to_owned();
    if line.is_empty() { Err(Failure::EmptyInput) } else { Ok(line) }
}
