//! Asking before something is sent, erased or exported. Without a terminal nobody can answer, so nothing is done.

use std::io::{BufRead, ErrorKind, IsTerminal, Read as _, Write};

use crate::failure::Failure;

/// The most that is read of a line of standard input.
const MAX_LINE_BYTES: u64 = 64 * 1024;

/// Asks on the terminal unless `--yes` was given.
///
/// # Errors
/// [`Failure::NeedsYes`] without a terminal, [`Failure::Declined`] for anything but yes.
pub(crate) fn confirm(yes: bool, question: &str) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !can_ask() {
        return Err(Failure::NeedsYes);
    }
    let mut stderr = anstream::stderr();
    let _ = write!(stderr, "{question} [y/N] ");
    let _ = stderr.flush();
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(|_| Failure::NeedsYes)?;
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") { Ok(()) } else { Err(Failure::Declined) }
}

/// A line that is typed on the terminal, without blanks at its ends; empty where nothing was typed.
///
/// # Errors
/// [`Failure::NeedsYes`] without a terminal.
pub(crate) fn typed(question: &str) -> Result<String, Failure> {
    if !can_ask() {
        return Err(Failure::NeedsYes);
    }
    let mut stderr = anstream::stderr();
    let _ = write!(stderr, "{question} ");
    let _ = stderr.flush();
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(|_| Failure::NeedsYes)?;
    Ok(answer.trim().to_owned())
}

/// The first line of standard input, without its line end.
///
/// # Errors
/// [`Failure::EmptyInput`] if there is none, [`Failure::Usage`] if it is no text.
fn first_line_of_stdin() -> Result<String, Failure> {
    let mut line = String::new();
    // No key and no password is longer; whatever feeds us without an end is cut there, and refused.
    std::io::stdin().lock().take(MAX_LINE_BYTES).read_line(&mut line).map_err(|error| {
        match error.kind() {
            ErrorKind::InvalidData => {
                Failure::Usage("Standard input is no text: it is not UTF-8.".to_owned())
            }
            _ => Failure::EmptyInput,
        }
    })?;
    if line.len() as u64 == MAX_LINE_BYTES {
        return Err(Failure::Usage(format!(
            "Standard input is too long: {MAX_LINE_BYTES} bytes at most are read."
        )));
    }
    let line = line.trim_end_matches(['\r', '\n']).to_owned();
    if line.is_empty() { Err(Failure::EmptyInput) } else { Ok(line) }
}

/// A secret that `-` stands for: the first line of standard input; a terminal is asked, and never echoes it.
///
/// # Errors
/// As [`first_line_of_stdin`]; [`Failure::NothingTyped`] if a terminal's line is empty.
pub(crate) fn secret(what: &'static str) -> Result<String, Failure> {
    if !std::io::stdin().is_terminal() {
        return first_line_of_stdin();
    }
    hidden(&format!("{what}: "), what)
}

/// The password: from the terminal without an echo, or the first line of standard input. A terminal never echoes it.
///
/// # Errors
/// [`Failure::Usage`] if there is no terminal to ask on, [`Failure::NothingTyped`] if it is empty.
pub(crate) fn password(of: &str, from_stdin: bool) -> Result<String, Failure> {
    if from_stdin && !std::io::stdin().is_terminal() {
        return first_line_of_stdin();
    }
    hidden(&format!("Password at {of}: "), "Password")
}

/// The one-time code that a server asks for after the password; `None` without a terminal to ask on.
///
/// # Errors
/// [`Failure::NothingTyped`] if it is empty.
pub(crate) fn one_time_code(of: &str) -> Option<Result<String, Failure>> {
    can_ask().then(|| hidden(&format!("One-time code at {of}: "), "One-time code"))
}

/// Whether somebody sits there who sees a question and can answer it.
fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

fn hidden(prompt: &str, what: &'static str) -> Result<String, Failure> {
    let typed = rpassword::prompt_password(prompt).map_err(|_| {
        Failure::Usage("The password is asked for on a terminal, or read with --password-stdin.".to_owned())
    })?;
    if typed.is_empty() { Err(Failure::NothingTyped(what)) } else { Ok(typed) }
}
