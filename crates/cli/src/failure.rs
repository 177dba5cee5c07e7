//! Why a command did not do its work, and the exit code that says so (design, section 9).

use std::path::PathBuf;

use gatefold_client::{ClientError, ErrorKind, Trail};

use crate::commands::signals::{Subject, is_sending, subject, trail};
use crate::output::{Fault, Output};

/// Why a command stopped.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The client's own error.
    Client(ClientError),
    /// The same, with one more next step than its code has.
    Or(ClientError, String),
    /// Something would be sent, erased or exported, and nobody could be asked.
    NeedsYes,
    /// The user said no.
    Declined,
    /// Standard input held nothing.
    EmptyInput,
    /// Nothing was typed where this was asked for.
    NothingTyped(&'static str),
    /// The words of the call are off.
    Usage(String),
    /// The window's program, which would be there, did not begin.
    NoWindow(PathBuf, std::io::ErrorKind),
    /// The user stopped the program.
    Stopped,
    /// The work is done, but stdout did not take the result.
    Unwritten(std::io::ErrorKind),
    /// The result says no by itself; its object is printed already, and this is the exit code.
    Said(u8),
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        match error {
            // Words of its own say how it goes on.
            ClientError::Stopped if subject().is_some() => Self::Stopped,
            error => Self::Client(error),
        }
    }
}

impl Failure {
    /// Prints it and gives the exit code.
    pub(crate) fn report(&self, out: Output) -> u8 {
        let trail = trail();
        let sent = trail.entries();
        let (fault, exit) = match self {
            Self::Client(error) => (error.into(), exit_of(error)),
            Self::Or(error, other) => (Fault::from(error).or(other), exit_of(error)),
            Self::NeedsYes => (
                Fault::new(
                    "cli.needs_yes",
                    "This needs your yes, and there is no terminal to ask on. Nothing was done.",
                    "Add --yes to do it without being asked.",
                ),
                2,
            ),
            Self::Declined if sent.is_empty() => (Fault::new("cli.declined", "Nothing was done.", ""), 1),
            Self::Declined => (Fault::new("cli.declined", "Nothing more was done or sent.", ""), 1),
            Self::Stopped => (stopped(trail), 1),
            Self::EmptyInput => {
                let hint = "Pipe the value in, on a line of its own.";
                (Fault::new("cli.empty_input", "Standard input was empty.", hint), 2)
            }
            Self::NothingTyped(what) => {
                let more = if sent.is_empty() { "" } else { "more " };
                let text = format!("No {} was given. Nothing {more}was sent.", what.to_lowercase());
                (Fault::new("cli.empty_input", &text, "Try again."), 2)
            }
            Self::Usage(message) => (Fault::new("cli.usage", message, "See gatefold --help."), 2),
            Self::NoWindow(program, why) => {
                let text = format!("The window could not be opened: {}: {why}.", program.display());
                let hint = "Whatever it does, the commands do too: gatefold --help.";
                (Fault::new("cli.no_window", &text, hint), 1)
            }
            Self::Unwritten(why) => {
                let message = format!("The result could not be written to standard output: {why}.");
                let hint = "Whatever was asked for is done; only its result is missing.";
                // Not as an object: there is nowhere to put it.
                out.words(&Fault::new("cli.output_unwritable", &message, hint));
                return 1;
            }
            Self::Said(exit) => return *exit,
        };
        out.failure(&fault.after(sent));
        exit
    }
}

/// What a stop came to: what left, and how it goes on.
fn stopped(trail: &Trail) -> Fault {
    let (is_unsure, is_nothing_sent) = (trail.is_unsure(), trail.entries().is_empty());
    let (text, hint) = match subject() {
        Some(subject) => stopped_at(subject, is_unsure, is_nothing_sent),
        None if trail.may_leave_token() && !is_nothing_sent => (
            "Stopped while signing in, and nothing is kept. If the vendor gave a sign-in, it goes on there until it ends by itself.",
            "If it must not go on, end it on the vendor's page for your account. See what left with: gatefold ledger list",
        ),
        None if is_unsure => (
            "Stopped. A request may have left, and it is not known whether the server acted.",
            "See what is unfinished with: gatefold license list, and gatefold account show; and what left with: gatefold ledger list",
        ),
        None if is_nothing_sent => ("Stopped, and nothing was sent.", ""),
        // It may have been an answer that gives a seat.
        None => (
            "Stopped. What was sent before is answered, and nothing else was sent.",
            if is_sending() {
                "See what is unfinished with: gatefold license list, and gatefold account show"
            } else {
                ""
            },
        ),
    };
    Fault::new("cli.stopped", text, hint)
}

/// An upload leaves once, so to do it again is no way out; an erasure can be asked for again.
const fn stopped_at(
    subject: Subject,
    is_unsure: bool,
    is_nothing_sent: bool,
) -> (&'static str, &'static str) {
    match subject {
        Subject::Upload if is_unsure => (
            "Stopped. The upload may have left, and it is not known whether the vendor's collector has it, so it is not sent again.",
            "What comes next is counted anew. See how it stands with: gatefold usage status; and what left with: gatefold ledger list --optional",
        ),
        Subject::Upload if is_nothing_sent => (
            "Stopped, and nothing was sent. What was counted waits as before.",
            "See it with: gatefold usage preview; and send it with: gatefold usage send",
        ),
        Subject::Upload => (
            "Stopped. The upload was answered before that, and nothing else was sent.",
            "See what became of it with: gatefold usage status",
        ),
        Subject::Erasure if is_unsure => (
            "Stopped. Nothing more is shared; the request to erase may have left, and it is not known whether the vendor's collector did it.",
            "The request is kept, and to ask twice does no harm: gatefold usage withdraw --erase",
        ),
        Subject::Erasure if is_nothing_sent => (
            "Stopped, and the erasure was not asked for. Nothing more is shared.",
            "The request is kept. Ask with: gatefold usage withdraw --erase",
        ),
        Subject::Erasure => (
            "Stopped. Nothing more is shared, and the request to erase was answered before that.",
            "See what became of it with: gatefold usage status",
        ),
    }
}

/// How work on several licenses ends whose own results are said already: refused where nothing was done and each failure is
/// a refusal, failed where anything failed.
///
/// # Errors
/// [`Failure::Said`].
pub(crate) fn of_several(is_any_done: bool, failures: &[ErrorKind]) -> Result<(), Failure> {
    match failures {
        [] => Ok(()),
        _ if !is_any_done && failures.iter().all(|kind| *kind == ErrorKind::Refused) => Err(Failure::Said(3)),
        _ => Err(Failure::Said(1)),
    }
}

/// The exit code of a client error.
fn exit_of(error: &ClientError) -> u8 {
    match error.kind() {
        ErrorKind::Failed => 1,
        ErrorKind::Usage => 2,
        ErrorKind::Refused => 3,
    }
}
