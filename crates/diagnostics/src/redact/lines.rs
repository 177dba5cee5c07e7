//! Logs: line by line, in memory of one line, however long the log is.

use std::collections::BTreeMap;
use std::io::{BufRead, Read as _, Result, Write};

use serde::de::IgnoredAny;
use serde_json::Value;

use super::finder::Sought;
use super::json::Layout;
use super::text::decoded;
use super::{Clean, Reason, Redactor, Span};
use crate::Kind;
use crate::formats::Part;

/// A longer line is left out.
pub const LINE_MAX_BYTES: usize = 256 << 10;

/// What became of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogCleaned {
    /// Lines that are in the result.
    pub lines: u64,
    /// How many bytes the result has.
    pub bytes: u64,
    /// How many parts of each kind were replaced.
    pub counts: BTreeMap<Kind, u64>,
    /// How many lines were left out, and why.
    pub left_out: BTreeMap<Reason, u64>,
}

impl Redactor {
    /// Cleans a log of JSON lines from `input` into `output`, and tells `seen` of each part that was replaced. Reads and
    /// writes what it is handed, and keeps a line at a time.
    ///
    /// # Errors
    /// What `input` and `output` say.
    pub fn log(
        &mut self,
        mut input: impl BufRead,
        output: &mut impl Write,
        seen: &mut dyn FnMut(Span),
    ) -> Result<LogCleaned> {
        let mut done = LogCleaned::default();
        let mut line = Vec::new();
        while let Some(whole) = next_line(&mut input, &mut line)? {
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let cleaned = if whole { self.line(&line) } else { Err(Reason::TooLarge) };
            match cleaned {
                Ok(clean) => {
                    for span in &clean.spans {
                        *done.counts.entry(span.pseudonym.kind).or_default() += 1;
                        seen(Span { offset: done.bytes + span.offset, ..*span });
                    }
                    output.write_all(clean.text.as_bytes())?;
                    output.write_all(b"\n")?;
                    done.bytes += clean.text.len() as u64 + 1;
                    done.lines += 1;
                }
                Err(reason) => *done.left_out.entry(reason).or_default() += 1,
            }
        }
        Ok(done)
    }

    fn line(&mut self, line: &[u8]) -> std::result::Result<Clean, Reason> {
        let text = decoded(line).ok_or(Reason::NotText)?;
        let text = text.trim();
        if self.is_clean_as_it_is(text) {
            return Ok(Clean { text: text.to_owned(), spans: Vec::new() });
        }
        let value: Value = serde_json::from_str(text).map_err(|_| Reason::NotTyped)?;
        if !value.is_object() {
            return Err(Reason::NotTyped);
        }
        self.value(Part::Log, &value, Layout::Line)
    }

    /// Most lines: nothing in them is escaped, and nothing is found in any shape, so there is nothing to take apart.
    fn is_clean_as_it_is(&self, text: &str) -> bool {
        if text.contains('\\') || !text.starts_with('{') || serde_json::from_str::<IgnoredAny>(text).is_err()
        {
            return false;
        }
        let mut caught = Vec::new();
        self.caught(text.as_bytes(), 2, &mut caught);
        caught.is_empty()
            && !self.still_holds(&Clean { text: text.to_owned(), spans: Vec::new() }, Sought::All)
    }
}

/// The next line without its end; whether it is whole, or was longer than permitted. `None` at the end.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> Result<Option<bool>> {
    line.clear();
    let limit = LINE_MAX_BYTES as u64 + 1;
    if input.by_ref().take(limit).read_until(b'\n', line)? == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
        return Ok(Some(true));
    }
    let whole = line.len() <= LINE_MAX_BYTES;
    if !whole {
        input.skip_until(b'\n')?;
    }
    Ok(Some(whole))
}
