//! Why a command did not do its work, and the exit code that says so (design, section 9).

use gatefold_client::{Advice, ClientError, ErrorKind};

use crate::output::Output;

/// Why a command stopped.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The client's own error.
    Client(ClientError),
    /// Something would be sent, erased or exported, and nobody could be asked.
    NeedsYes,
    /// The user said no.
    Declined,
    /// Standard input held nothing.
    EmptyInput,
    /// The words of the call are off.
    Usage(String),
    /// The result says no by itself; its object is printed already.
    Said,
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self::Client(error)
    }
}

impl Failure {
    /// Prints it and gives the exit code.
    pub(crate) fn report(&self, out: Output) -> u8 {
        let advice = |message: &str, hint: &str| Advice { message: message.into(), hint: hint.into() };
        match self {
            Self::Client(error) => {
                out.error(error);
                match error.kind() {
                    ErrorKind::Failed => 1,
                    ErrorKind::Usage => 2,
                    ErrorKind::Refused => 3,
                }
            }
            Self::NeedsYes => {
                out.failure(
                    "cli.needs_yes",
                    &advice(
                        "This needs your yes, and there is no terminal to ask on. Nothing was done.",
                        "Add --yes to do it without being asked.",
                    ),
                );
                2
            }
            Self::Declined => {
                out.failure("cli.declined", &advice("Nothing was done.", ""));
                1
            }
            Self::EmptyInput => {
                out.failure(
                    "cli.empty_input",
                    &advice("Standard input was empty.", "Pipe the value in, on a line of its own."),
                );
                2
            }
            Self::Usage(message) => {
                out.failure("cli.usage", &advice(message, "See gatefold --help."));
                2
            }
            Self::Said => 1,
        }
    }
}
