//! The manual page: one page for the whole command, every verb in it. Everything in it stands in `args` already.

use std::io::{self, Write};

use clap::builder::StyledStr;
use clap::{Arg, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

const ENVIRONMENT: &[(&str, &str)] = &[
    ("GATEFOLD_HOME", "as --home"),
    ("GATEFOLD_VENDOR", "as --vendor"),
    ("GATEFOLD_PASSPHRASE", "opens the secrets file, where the system's keyring is not used"),
    ("NO_COLOR", "no colors"),
];

const FILES: &[(&str, &str)] = &[
    (
        "~/.local/state/gatefold/ledger/",
        "what left this computer ($XDG_STATE_HOME/gatefold/ledger, where that is set; DIR/ledger with --home DIR)",
    ),
    (
        "~/.local/state/gatefold/store/",
        "vendors agreed to, accounts, what is under way; secrets without a keyring",
    ),
    ("~/.local/state/gatefold/logs/", "what the program did"),
    (
        "~/.local/share/gatefold/",
        "the installed licenses, where plug-ins look ($XDG_DATA_HOME/gatefold; DIR/shelf with --home DIR)",
    ),
];

/// Writes the page in roff.
///
/// # Errors
/// The writer's own.
pub(crate) fn write(mut command: Command, out: &mut dyn Write) -> io::Result<()> {
    command.build();
    let man = Man::new(command.clone());
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_description_section(out)?;
    let mut page = Roff::new();
    page.control("SH", ["SYNOPSIS"]);
    page.text([bold("gatefold"), roman(" [OPTIONS] NOUN VERB")]);
    page.control("SH", ["OPTIONS"]);
    for arg in command.get_arguments() {
        argument(&mut page, arg);
    }
    page.control("SH", ["COMMANDS"]);
    let not_help = |verb: &&Command| verb.get_name() != "help";
    for noun in command.get_subcommands().filter(not_help) {
        let mut verbs = noun.get_subcommands().filter(not_help).peekable();
        if verbs.peek().is_none() {
            verb(&mut page, noun);
        }
        verbs.for_each(|found| verb(&mut page, found));
    }
    page.control("SH", ["ENVIRONMENT"]);
    for (name, meaning) in ENVIRONMENT {
        page.control("TP", []);
        page.text([bold(*name)]);
        page.text([roman(*meaning)]);
    }
    page.control("SH", ["FILES"]);
    for (name, meaning) in FILES {
        page.control("TP", []);
        page.text([bold(*name)]);
        page.text([roman(*meaning)]);
    }
    page.control("SH", ["EXAMPLES AND EXIT CODES"]);
    verbatim(&mut page, command.get_after_help());
    page.to_writer(out)
}

fn verb(page: &mut Roff, verb: &Command) {
    let name = verb.get_bin_name().unwrap_or_default();
    let own = || verb.get_arguments().filter(|arg| !arg.is_global_set() && arg.get_id() != "help");
    let words = own().filter(|arg| arg.is_positional()).map(|arg| format!(" {arg}"));
    page.control("SS", [format!("{name}{}", words.collect::<String>()).as_str()]);
    page.text([roman(about(verb.get_about()))]);
    for arg in own() {
        argument(page, arg);
    }
    verbatim(page, verb.get_after_help());
}

fn argument(page: &mut Roff, arg: &Arg) {
    let value = arg.get_value_names().filter(|_| arg.get_action().takes_values());
    let value = value.map(|names| names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" "));
    let mut head: Vec<Inline> = Vec::new();
    match (arg.get_short(), arg.get_long()) {
        (Some(short), Some(long)) => head.push(bold(format!("-{short}, --{long}"))),
        (_, Some(long)) => head.push(bold(format!("--{long}"))),
        _ => {}
    }
    if let Some(value) = value {
        head.push(italic(if head.is_empty() { value } else { format!(" {value}") }));
    }
    page.control("TP", []);
    page.text(head);
    page.text([roman(about(arg.get_help()))]);
}

fn about(words: Option<&StyledStr>) -> String {
    words.map(ToString::to_string).unwrap_or_default()
}

/// Lines as they stand, in columns.
fn verbatim(page: &mut Roff, words: Option<&StyledStr>) {
    let Some(words) = words else { return };
    page.control("PP", []);
    page.control("nf", []);
    for line in words.to_string().lines() {
        page.text([roman(line)]);
    }
    page.control("fi", []);
}
