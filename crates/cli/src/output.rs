//! stdout is the result, stderr the talk. `--json` prints one object on stdout and nothing else there.
//!
//! A result that cannot be written is no result: the first failure is remembered, and the program says it at its end.

use std::io::{self, ErrorKind, Write};
use std::sync::OnceLock;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use gatefold_client::{Advice, ClientError, EntryId, is_unsafe};
use serde::Serialize;

use crate::table::{self, Table};
use crate::waiting;

/// The contract's version.
const CONTRACT: u32 = 1;

/// Text as it is.
pub(crate) const PLAIN: Style = Style::new();
/// Faint text.
pub(crate) const SOFT: Style = Style::new().dimmed();
/// A heading.
pub(crate) const STRONG: Style = Style::new().bold();
/// Safe, activated, nothing left.
pub(crate) const CALM: Style = AnsiColor::Cyan.on_default();
/// Asks for attention.
pub(crate) const ATTENTION: Style = AnsiColor::Yellow.on_default();
/// A declared item among the bytes.
pub(crate) const MARK: Style = AnsiColor::Red.on_default().underline();
/// A secret's name among the bytes.
pub(crate) const SECRET: Style = Style::new().dimmed().italic();

/// Text in a style; plain where the terminal or the user wants none (`NO_COLOR`).
pub(crate) fn styled(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// The text without anything that commands a terminal or reorders what it shows, but for our own styles: servers, files
/// and an edited ledger have no say over the terminal, whatever they wrote.
fn tame(text: &str) -> String {
    let mut tamed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let len = style_len(rest).unwrap_or(c.len_utf8());
        let is_ours = len > c.len_utf8() || c == '\n' || !is_unsafe(c);
        if is_ours {
            tamed.push_str(&rest[..len])
        } else {
            tamed.push(char::REPLACEMENT_CHARACTER)
        }
        rest = &rest[len..];
    }
    tamed
}

/// The length of the style that a text begins with (ECMA-48, SGR: `ESC [ 1 ; 31 m`), in bytes.
fn style_len(text: &str) -> Option<usize> {
    let numbers = text.strip_prefix("\u{1b}[")?;
    let end = numbers.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    numbers[end..].starts_with('m').then_some("\u{1b}[".len() + end + 1)
}

/// Where a command's words go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    pub(crate) json: bool,
}

impl Output {
    /// A line of the result for people; silent with `--json`.
    pub(crate) fn line(self, text: impl AsRef<str>) {
        if !self.json {
            waiting::clear();
            remember(writeln!(anstream::stdout(), "{}", tame(text.as_ref())));
        }
    }

    /// A line of talk.
    pub(crate) fn say(self, text: impl AsRef<str>) {
        waiting::clear();
        let _ = writeln!(anstream::stderr(), "{}", tame(text.as_ref()));
    }

    /// A table of the result for people; silent with `--json`.
    pub(crate) fn table(self, table: &Table) {
        // To lay it out takes longer than to tell the object.
        if !self.json && !table.is_empty() {
            self.line(table.lines(table::width_of_stdout()).join("\n"));
        }
    }

    /// A table of talk.
    pub(crate) fn say_table(self, table: &Table) {
        if !table.is_empty() {
            self.say(table.lines(table::width_of_stderr()).join("\n"));
        }
    }

    /// Whether styles are seen in the result.
    pub(crate) fn styles_result(self) -> bool {
        AutoStream::choice(&io::stdout()) != ColorChoice::Never
    }

    /// Whether styles are seen in the talk.
    pub(crate) fn styles_talk(self) -> bool {
        AutoStream::choice(&io::stderr()) != ColorChoice::Never
    }

    /// The result with `--json`: the object with `v: 1` in front.
    pub(crate) fn object(self, value: &impl Serialize) {
        if self.json {
            print_object(value);
        }
    }

    /// The result of a list with `--json`.
    pub(crate) fn entries(self, entries: &[impl Serialize]) {
        #[derive(Serialize)]
        struct List<'a, T> {
            entries: &'a [T],
        }
        self.object(&List { entries });
    }

    /// A failure: the object on stdout with `--json`, the words on stderr in any case.
    pub(crate) fn failure(self, fault: &Fault) {
        #[derive(Serialize)]
        struct Failure<'a> {
            error: &'a Fault,
            /// What left before it failed.
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            ledger: &'a [EntryId],
        }
        self.object(&Failure { error: fault, ledger: &fault.sent });
        self.words(fault);
    }

    /// The words of the failures of several licenses; what is the same for all is said once. Each license's line says its
    /// sentence: it stands here again only where it must tell one next step from another.
    pub(crate) fn each_once<'a>(self, faults: impl Iterator<Item = &'a Fault>) {
        let mut different: Vec<&Fault> = Vec::new();
        for fault in faults {
            if !different.contains(&fault) {
                different.push(fault);
            }
        }
        match different.as_slice() {
            [only] if !self.json => self.next_step(only),
            all => all.iter().for_each(|fault| self.words(fault)),
        }
    }

    /// A failure's words alone.
    pub(crate) fn words(self, fault: &Fault) {
        self.say(styled(ATTENTION, &fault.message));
        self.next_step(fault);
    }

    /// A failure's words but for what happened.
    fn next_step(self, fault: &Fault) {
        if !fault.hint.is_empty() {
            self.say(&fault.hint);
        }
        if let Some(sent) = sent(&fault.sent) {
            self.say(styled(SOFT, sent));
        }
        self.say(styled(SOFT, format!("({})", fault.code)));
    }
}

/// So many entries are named one by one.
const FEW: usize = 8;

/// Where to see what was sent, if anything was.
pub(crate) fn sent(entries: &[EntryId]) -> Option<String> {
    let last = entries.last()?;
    let (noun, it) = if entries.len() == 1 { ("entry", "it") } else { ("entries", "one") };
    let ids = match entries {
        // Many in a row are easier read by their ends.
        [first, .., last] if entries.len() > FEW && entries.is_sorted_by(|one, next| one.0 + 1 == next.0) => {
            format!("{first} to {last}")
        }
        _ => entries.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    Some(format!("Sent: ledger {noun} {ids}. See {it} with: gatefold ledger show {last}"))
}

/// A failure as `--json` says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Fault {
    code: &'static str,
    message: String,
    hint: String,
    /// The requests that were made before.
    #[serde(skip)]
    sent: Vec<EntryId>,
}

impl Fault {
    pub(crate) fn new(code: &'static str, message: &str, hint: &str) -> Self {
        Self { code, message: message.to_owned(), hint: hint.to_owned(), sent: Vec::new() }
    }

    /// The same, with one more next step.
    pub(crate) fn or(mut self, other: &str) -> Self {
        self.hint = format!("{} {other}", self.hint).trim_start().to_owned();
        self
    }

    /// The same, with the entries of what was sent before.
    pub(crate) fn after(self, sent: Vec<EntryId>) -> Self {
        Self { sent, ..self }
    }
}

impl From<&ClientError> for Fault {
    fn from(error: &ClientError) -> Self {
        let Advice { message, hint, .. } = error.advice();
        gatefold_client::note_failure(error);
        Self { code: error.code(), message, hint, sent: Vec::new() }
    }
}

fn print_object(value: &impl Serialize) {
    #[derive(Serialize)]
    struct Versioned<'a, T> {
        v: u32,
        #[serde(flatten)]
        value: &'a T,
    }
    remember(serde_json::to_vec(&Versioned { v: CONTRACT, value }).map_err(io::Error::from).and_then(
        |mut object| {
            object.push(b'\n');
            io::stdout().write_all(&object)
        },
    ));
}

/// The result as bytes.
pub(crate) fn write_out(bytes: &[u8]) {
    remember(io::stdout().write_all(bytes));
}

/// Why stdout did not take the result, if it did not. A closed pipe is the reader's wish.
pub(crate) fn unwritten() -> Option<ErrorKind> {
    // What is not a whole line waits in the buffer until now.
    remember(io::stdout().flush());
    UNWRITTEN.get().copied()
}

/// The program has one stdout, and so one first failure of it.
static UNWRITTEN: OnceLock<ErrorKind> = OnceLock::new();

fn remember(written: io::Result<()>) {
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        UNWRITTEN.get_or_init(|| error.kind());
    }
}

/// A written time as it stands in a table: to the minute, in UTC.
pub(crate) fn minute(written: &str) -> String {
    written.get(..16).unwrap_or(written).replace('T', " ")
}

/// A written time's day.
pub(crate) fn day(written: &str) -> &str {
    written.get(..10).unwrap_or(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_else_commands_the_terminal() {
        let check = |text: &str, expect: &str| assert_eq!(tame(text), expect, "{text:?}");
        check("plain, ünïcode, 🎛\nnext", "plain, ünïcode, 🎛\nnext");
        let ours = styled(ATTENTION, "mind");
        check(&ours, &ours);
        check("a\u{1b}]0;title\u{7}b", "a\u{fffd}]0;title\u{fffd}b");
        check("a\u{1b}[2Jb\u{1b}[", "a\u{fffd}[2Jb\u{fffd}[");
        check("evil\u{202e}gnp.exe\r", "evil\u{fffd}gnp.exe\u{fffd}");
        check("\u{9b}31m", "\u{fffd}31m");
    }
}
