//! A search through every file of a bundle, line by line.

use super::open::{Opened, lines};
use super::visible::line;
use crate::DiagnosticsError;
use crate::reader::log::MAX_LINES;

/// A line that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundLine {
    /// The file.
    pub file: String,
    /// Its number, from 1.
    pub line: u64,
    /// The line, fit to be shown.
    pub text: String,
}

impl Opened {
    /// The first `most` lines that hold each of `words`, whatever their case, in the order of the files.
    ///
    /// # Errors
    /// [`DiagnosticsError::Excessive`], [`DiagnosticsError::NotABundle`].
    pub fn search(&self, words: &str, most: usize) -> Result<Vec<FoundLine>, DiagnosticsError> {
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let mut found = Vec::new();
        let is_text = |name: &&String| !name.ends_with(".html");
        for name in self.names().iter().filter(is_text).filter(|_| !words.is_empty()) {
            let (mut kept, mut number) = (Vec::new(), 0);
            let mut look = |bytes: &[u8]| {
                number += 1;
                if found.len() < most && number <= MAX_LINES {
                    found.extend(hit(name, number, bytes, &words));
                }
            };
            self.unpack(name, &mut |piece| lines(&mut kept, piece, &mut look))?;
            look(&kept);
        }
        Ok(found)
    }
}

fn hit(file: &str, number: u64, bytes: &[u8], words: &[String]) -> Option<FoundLine> {
    let text = String::from_utf8_lossy(bytes);
    let lower = text.to_lowercase();
    words.iter().all(|word| lower.contains(word.as_str())).then(|| FoundLine {
        file: file.to_owned(),
        line: number,
        text: line(text.trim()),
    })
}
