//! The command line as a contract: nouns, verbs, flags. It decides nothing.

mod diagnostics;
mod license;
mod usage;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Command, CommandFactory, FromArgMatches as _, Parser, Subcommand};
pub(crate) use diagnostics::{Chosen, Diagnostics, Look};
use gatefold_client::{CATALOGUE, Item};
pub(crate) use license::License;
pub(crate) use usage::{Switch, Usage};

const EXAMPLES: &str = "\
Examples:
  gatefold vendor add sleeve.toml             agree to a vendor, after reading what it may ask
  gatefold license activate SLEEVE-…          see what will be sent, then send it and activate
  gatefold ledger list                        what left this computer
  gatefold ledger show 3                      one request, byte for byte

Exit codes: 0 done, 1 failed, 2 usage, 3 refused by the server or by policy.";

/// Activate plug-ins, and see exactly what was sent.
#[derive(Debug, Parser)]
#[command(name = "gatefold", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub noun: Noun,
}

/// Flags that may stand anywhere.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// Keep everything under DIR, and nothing in the system's keyring (GATEFOLD_HOME likewise)
    #[arg(long, global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// A vendor that was added, as ID or ID@FINGERPRINT; or a vendor file, which the call agrees to, and keeps where it
    /// activates, refreshes, reads seats or signs in (GATEFOLD_VENDOR likewise)
    #[arg(long, global = true, value_name = "FILE")]
    pub vendor: Option<PathBuf>,
    /// Print one JSON object on stdout
    #[arg(long, global = true)]
    pub json: bool,
}

impl Global {
    /// With what the environment says where no flag does. An empty variable says nothing.
    pub(crate) fn with_environment(self) -> Self {
        let of = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        Self {
            home: self.home.or_else(|| of("GATEFOLD_HOME")),
            vendor: self.vendor.or_else(|| of("GATEFOLD_VENDOR")),
            json: self.json,
        }
    }
}

/// Verbs that send, erase or export ask first.
#[derive(Debug, Clone, Args)]
pub(crate) struct Yes {
    /// Do it without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// Verbs that have something to show ask first, and show it.
#[derive(Debug, Clone, Args)]
pub(crate) struct Ask {
    /// Do it without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// Show what is sent even when nobody is asked
    #[arg(long)]
    pub show: bool,
}

impl Ask {
    /// Whether what will happen is shown first.
    pub(crate) fn shows(&self) -> bool {
        self.show || !self.yes
    }
}

/// What was typed. Who typed it rightly sees no usage line, and does not wait until those of all verbs are written: only for
/// what is refused, and for help, it is read once more by the command that has them.
pub(crate) fn typed() -> Result<Cli, clap::Error> {
    Cli::try_parse().or_else(|_| Cli::from_arg_matches(&with_usage_lines().try_get_matches()?))
}

/// The command with a usage line for each verb, which says how it is called, not how it was called.
fn with_usage_lines() -> Command {
    let mut command = Cli::command();
    command.build();
    command.mut_subcommands(with_plain_usage)
}

fn with_plain_usage(command: Command) -> Command {
    let mut command = command.mut_subcommands(with_plain_usage);
    let usage = command.render_usage().to_string();
    command.override_usage(usage.trim_start_matches("Usage: ").to_owned())
}

#[derive(Debug, Subcommand)]
pub(crate) enum Noun {
    /// This computer's facts, as they would be sent
    #[command(
        after_help = "Example:\n  gatefold machine show                       what a vendor that asks for it would be told of this computer"
    )]
    Machine {
        #[command(subcommand)]
        verb: Machine,
    },
    /// Vendors: who may ask for what
    #[command(
        after_help = "Examples:\n  gatefold vendor check sleeve.toml           what a file says and who signed it, before you agree\n  gatefold vendor add sleeve.toml             agree to it\n  gatefold vendor show sleeve                 what it asks for, why, and how long it is kept"
    )]
    Vendor {
        #[command(subcommand)]
        verb: Vendor,
    },
    /// Your account at a vendor
    #[command(
        after_help = "Examples:\n  gatefold account sign-in --email demo@example.com   see what will be sent, then sign in\n  gatefold account licenses                           what the account owns\n  gatefold account sign-out                           and forget the sign-in here"
    )]
    Account {
        #[command(subcommand)]
        verb: Account,
    },
    /// Licenses on this computer
    #[command(
        after_help = "Examples:\n  gatefold license activate SLEEVE-…          see what will be sent, then send it and activate\n  gatefold license list                       what is here, and until when it works\n  gatefold license deactivate --all           before you sell this computer"
    )]
    License {
        #[command(subcommand)]
        verb: License,
    },
    /// What left this computer
    #[command(
        after_help = "Examples:\n  gatefold ledger list                        what left this computer, and to whom\n  gatefold ledger show 3                      one request, byte for byte\n  gatefold ledger check                       whether anything was changed since"
    )]
    Ledger {
        #[command(subcommand)]
        verb: Ledger,
    },
    /// Sharing how you use a vendor's products, if you choose to
    #[command(
        after_help = "Examples:\n  gatefold usage status                       what you share, and with whom\n  gatefold usage grant                        read what is asked, then say yes or no\n  gatefold usage withdraw                     stop, at once"
    )]
    Usage {
        #[command(subcommand)]
        verb: Usage,
    },
    /// A file for support, in which names, addresses and keys are replaced; and such files of others
    #[command(
        after_help = "Examples:\n  gatefold diagnostics preview                what a bundle would hold, file by file\n  gatefold diagnostics export studio.gatefold-diagnostics   write it; you hand it over yourself\n  gatefold diagnostics read studio.gatefold-diagnostics     what is wrong, by somebody's bundle"
    )]
    Diagnostics {
        #[command(subcommand)]
        verb: Diagnostics,
    },
    /// Open the window
    #[command(
        after_help = "Examples:\n  gatefold window                             the same home, in a window\n  gatefold window sleeve.toml                 look at a vendor file there\n  gatefold window gatefold://open/sleeve/halo-plate"
    )]
    Window {
        /// A vendor file, or a link to a product (gatefold://open/VENDOR/PRODUCT)
        #[arg(value_name = "FILE|LINK")]
        what: Option<OsString>,
    },
    /// Print a completion script for a shell
    #[command(
        after_help = "Example:\n  gatefold completions bash > ~/.local/share/bash-completion/completions/gatefold"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    #[command(after_help = "Example:\n  gatefold man > ~/.local/share/man/man1/gatefold.1")]
    Man,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Machine {
    /// Show device name, operating system, processor, memory and identifier
    #[command(after_help = "Example:\n  gatefold --vendor sleeve.toml machine show --json")]
    Show,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Vendor {
    /// List the vendors you agreed to
    #[command(after_help = "Example:\n  gatefold vendor list --json")]
    List,
    /// Read a vendor file, and agree to it
    #[command(
        after_help = "Example:\n  gatefold vendor add sleeve.toml      (with sleeve.toml.minisig beside it)\n  gatefold vendor add sunset.toml      (its signed word that it is gone)"
    )]
    Add {
        /// The vendor file, or its word that it is gone; the signature lies beside it as FILE.minisig
        file: PathBuf,
        #[command(flatten)]
        yes: Ask,
    },
    /// Show what a vendor may ask for, and why
    #[command(
        after_help = "Examples:\n  gatefold vendor show sleeve\n  gatefold vendor show sleeve.toml\n  gatefold vendor show sleeve --json-ld > sleeve.jsonld"
    )]
    Show {
        /// A vendor as for --vendor; without it, --vendor or the only one
        #[arg(value_name = "VENDOR")]
        named: Option<PathBuf>,
        /// Its file as linked data, in terms of the Data Privacy Vocabulary
        #[arg(long, conflicts_with = "json")]
        json_ld: bool,
    },
    /// Check a vendor file without agreeing to it
    #[command(
        after_help = "Examples:\n  gatefold vendor check sleeve.toml\n  gatefold vendor check sleeve.toml --policy policy.txt   also what it cites of the policy\n  gatefold vendor check sleeve.toml --live SLEEVE-…   also how the server is set up"
    )]
    Check {
        /// The vendor file
        file: PathBuf,
        /// The text of the privacy policy that the file cites, compared with its hash and its cited lines
        #[arg(long, value_name = "TEXT")]
        policy: Option<PathBuf>,
        /// Ask the file's server with this license key, or - to read it from standard input, whether it is set up as
        /// Gatefold needs it; takes no seat
        #[arg(long, value_name = "KEY")]
        live: Option<String>,
        #[command(flatten)]
        yes: Ask,
    },
    /// Forget a vendor; its licenses must be deactivated first
    #[command(
        after_help = "Examples:\n  gatefold vendor remove sleeve --yes\n  gatefold vendor remove sleeve@0adf   where two have the same id: the beginning of its root key's fingerprint"
    )]
    Remove {
        /// The vendor: its id, ID@FINGERPRINT, or a file of its; without it, --vendor
        #[arg(value_name = "VENDOR")]
        named: Option<PathBuf>,
        #[command(flatten)]
        yes: Yes,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Account {
    /// Sign in at a vendor
    #[command(
        after_help = "Example:\n  pass show sleeve | gatefold account sign-in --email me@example.com --password-stdin --yes"
    )]
    SignIn {
        /// The account's e-mail address
        #[arg(long, value_name = "E")]
        email: String,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
        /// The one-time code of your second factor
        #[arg(long, value_name = "CODE")]
        otp: Option<String>,
        #[command(flatten)]
        yes: Ask,
    },
    /// Show who is signed in; sends nothing
    #[command(after_help = "Example:\n  gatefold account show --vendor sleeve")]
    Show,
    /// List the licenses of your account, as they were read last; sends nothing
    #[command(after_help = "Example:\n  gatefold account licenses --json")]
    Licenses,
    /// Ask again which licenses are your account's
    #[command(after_help = "Example:\n  gatefold account refresh --vendor sleeve --yes")]
    Refresh {
        #[command(flatten)]
        yes: Ask,
    },
    /// Sign out, and revoke the token at the vendor
    #[command(after_help = "Example:\n  gatefold account sign-out --yes")]
    SignOut {
        /// Forget the sign-in here without asking the vendor, who refuses or is gone; it goes on there until it ends by itself
        #[arg(long)]
        local_only: bool,
        #[command(flatten)]
        yes: Ask,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Ledger {
    /// List what left this computer, oldest first, newest 100
    #[command(
        after_help = "Examples:\n  gatefold ledger list --limit 5\n  gatefold ledger list --search \"machines studio\"   words of what was sent, or their beginnings\n  gatefold ledger list --vendor sleeve --item os"
    )]
    List {
        /// How many
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: u32,
        /// Only entries before this one
        #[arg(long, value_name = "ID", value_parser = entry)]
        before: Option<i64>,
        /// Only entries with these words, or beginnings of words
        #[arg(long, value_name = "WORDS")]
        search: Option<String>,
        /// Only requests with this item, such as device_name; may be given more than once for any of several
        #[arg(long, value_name = "ITEM", value_parser = item)]
        item: Vec<Item>,
        /// Only what was part of something that you asked for
        #[arg(long, conflicts_with = "optional")]
        required: bool,
        /// Only what left because you share it
        #[arg(long)]
        optional: bool,
    },
    /// Show one entry, its items marked
    #[command(
        after_help = "Examples:\n  gatefold ledger show 3\n  gatefold ledger show 3 --raw > request.http"
    )]
    Show {
        /// The entry
        #[arg(value_parser = entry)]
        id: i64,
        /// Only the stored request bytes
        #[arg(long, conflicts_with = "json")]
        raw: bool,
    },
    /// Check that nothing was edited or cut
    #[command(after_help = "Example:\n  gatefold ledger check && echo intact")]
    Check,
    /// Begin anew after the ledger was moved away or put back
    #[command(
        after_help = "Example:\n  gatefold ledger begin-anew      after `gatefold ledger check` said that the record was cut"
    )]
    BeginAnew {
        #[command(flatten)]
        yes: Yes,
    },
    /// Export everything: .har for HAR 1.2, else JSON
    #[command(
        after_help = "Examples:\n  gatefold ledger export ledger.json\n  gatefold ledger export ledger.har --yes"
    )]
    Export {
        /// The file to write; must not exist
        file: PathBuf,
        #[command(flatten)]
        yes: Yes,
    },
    /// Erase an entry's bytes; its line stays
    #[command(after_help = "Example:\n  gatefold ledger erase 3 --yes")]
    Erase {
        /// The entry
        #[arg(value_parser = entry)]
        id: i64,
        #[command(flatten)]
        yes: Yes,
    },
}

/// An entry's number. One that is too large for any is one that there is not.
fn entry(typed: &str) -> Result<i64, String> {
    let is_number = !typed.is_empty() && typed.bytes().all(|byte| byte.is_ascii_digit());
    match is_number {
        true => Ok(typed.parse().unwrap_or(i64::MAX)),
        false => Err("an entry is a number, as `gatefold ledger list` shows it".to_owned()),
    }
}

fn item(typed: &str) -> Result<Item, String> {
    let all = || CATALOGUE.iter().map(|row| row.id).collect::<Vec<_>>().join(", ");
    typed.parse().map_err(|_| format!("an item is one of {}", all()))
}
