//! Files of JSON: each text in them is cleaned by what its member holds, and written again.

use serde::Serialize;
use serde_json::Value;

use super::finder::Sought;
use super::members::{Class, class};
use super::text::TEXT_MAX_BYTES;
use super::{Clean, Reason, Redactor, Span};
use crate::formats::Part;

/// Deeper files are none of ours.
const MAX_DEPTH: usize = 32;

impl Redactor {
    /// Cleans a file of JSON, and writes it to be read by people.
    ///
    /// # Errors
    /// Why it is left out.
    pub fn json<T: Serialize>(&mut self, part: Part, file: &T) -> Result<Clean, Reason> {
        let value = serde_json::to_value(file).map_err(|_| Reason::NotTyped)?;
        let clean = self.value(part, &value, Layout::Pretty)?;
        if clean.text.len() > TEXT_MAX_BYTES {
            return Err(Reason::TooLarge);
        }
        // Once more as a whole: what stands in two members may be one thing.
        match self.still_holds(&clean, Sought::NoWords) {
            true => Err(Reason::StillFound),
            false => Ok(clean),
        }
    }

    pub(super) fn value(&mut self, part: Part, value: &Value, layout: Layout) -> Result<Clean, Reason> {
        let clean = Clean { text: String::new(), spans: Vec::new() };
        let mut writer = Writer { redactor: self, part, layout, clean };
        writer.value(value, Class::Free, 0)?;
        if layout == Layout::Pretty {
            writer.clean.text.push('\n');
        }
        Ok(writer.clean)
    }

    /// A text by what its member holds.
    fn member(&mut self, text: &str, class: Class) -> Result<Clean, Reason> {
        match class {
            Class::Whole(_) if text.is_empty() => Ok(Clean { text: String::new(), spans: Vec::new() }),
            Class::Whole(kind) => {
                let pseudonym = self.table.of(kind, text);
                let text = pseudonym.to_string();
                let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
                Ok(Clean { text, spans: vec![Span { pseudonym, offset: 0, len }] })
            }
            // Digits and nothing else, of a form that leaves no choice.
            Class::Time if class.fits(text) => Ok(Clean { text: text.to_owned(), spans: Vec::new() }),
            Class::Hash if class.fits(text) => self.called(text),
            Class::Word | Class::Code | Class::Fact if class.fits(text) => self.clean(text, Sought::NoWords),
            class if class.fits(text) => self.clean(text, Sought::Exact),
            _ => self.clean(text, Sought::All),
        }
    }
}

/// What is said before a hash, where its member's name said so.
const CALLED: &str = "sha256=";

impl Redactor {
    /// A code that its member calls a hash, looked at as it would be in a text behind that word: for known values in every shape it
    /// is looked through all the same.
    fn called(&mut self, text: &str) -> Result<Clean, Reason> {
        let clean = self.clean(&format!("{CALLED}{text}"), Sought::All)?;
        let Some(rest) = clean.text.strip_prefix(CALLED) else { return self.clean(text, Sought::All) };
        let before = CALLED.len() as u64;
        let spans =
            clean.spans.iter().map(|span| Span { offset: span.offset.saturating_sub(before), ..*span });
        Ok(Clean { text: rest.to_owned(), spans: spans.collect() })
    }
}

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Over many lines.
    Pretty,
    /// In one, as in a log.
    Line,
}

struct Writer<'a> {
    redactor: &'a mut Redactor,
    part: Part,
    layout: Layout,
    clean: Clean,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, class: Class, depth: usize) -> Result<(), Reason> {
        if depth > MAX_DEPTH {
            return Err(Reason::TooLarge);
        }
        match value {
            Value::Null | Value::Bool(_) => self.clean.text.push_str(&value.to_string()),
            Value::Number(number) => self.number(&number.to_string())?,
            Value::String(text) => {
                let clean = self.redactor.member(text, class)?;
                self.text(&clean);
            }
            Value::Array(items) => {
                let each = |writer: &mut Self, item: &Value| writer.value(item, class, depth + 1);
                self.list(('[', ']'), items.iter(), depth, each)?;
            }
            Value::Object(members) => {
                self.list(('{', '}'), members.iter(), depth, |writer, (name, value)| {
                    writer.name(name)?;
                    writer.value(value, self::class(writer.part, name, depth), depth + 1)
                })?;
            }
        }
        Ok(())
    }

    /// A number stays one, unless it is a known value: an account's.
    fn number(&mut self, number: &str) -> Result<(), Reason> {
        let hits = self.redactor.finder.find(number.as_bytes(), Sought::All, 0);
        match hits.is_some_and(|hits| hits.is_empty()) {
            true => self.clean.text.push_str(number),
            false => {
                let clean = self.redactor.clean(number, Sought::All)?;
                self.text(&clean);
            }
        }
        Ok(())
    }

    /// The names of members are ours; one that is not could hold anything.
    fn name(&mut self, name: &str) -> Result<(), Reason> {
        let clean = self.redactor.member(name, Class::Word)?;
        self.text(&clean);
        self.clean.text.push_str(if self.layout == Layout::Pretty { ": " } else { ":" });
        Ok(())
    }

    fn text(&mut self, clean: &Clean) {
        self.clean.text.push('"');
        let mut from = 0;
        for span in &clean.spans {
            let start = usize::try_from(span.offset).unwrap_or(usize::MAX);
            self.escaped(&clean.text[from..start]);
            self.clean.spans.push(Span { offset: self.clean.text.len() as u64, ..*span });
            from = start + span.len as usize;
            self.clean.text.push_str(&clean.text[start..from]);
        }
        self.escaped(&clean.text[from..]);
        self.clean.text.push('"');
    }

    fn escaped(&mut self, text: &str) {
        let quoted = Value::from(text).to_string();
        self.clean.text.push_str(&quoted[1..quoted.len() - 1]);
    }

    fn list<T>(
        &mut self,
        (open, close): (char, char),
        items: impl ExactSizeIterator<Item = T>,
        depth: usize,
        mut each: impl FnMut(&mut Self, T) -> Result<(), Reason>,
    ) -> Result<(), Reason> {
        let empty = items.len() == 0;
        self.clean.text.push(open);
        for (index, item) in items.enumerate() {
            if index > 0 {
                self.clean.text.push(',');
            }
            self.new_line(depth + 1);
            each(self, item)?;
        }
        if !empty {
            self.new_line(depth);
        }
        self.clean.text.push(close);
        Ok(())
    }

    fn new_line(&mut self, depth: usize) {
        if self.layout == Layout::Pretty {
            self.clean.text.push('\n');
            self.clean.text.extend(std::iter::repeat_n("  ", depth));
        }
    }
}
