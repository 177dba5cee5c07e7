//! A text of any length, shown in parts: cut into rows that are no wider than the page that shows them, each with what of it
//! is marked. Nothing is lost: the rows, one after another, with a new line after each that ends one, are the text.

use gatefold_client::reading::Span;

use crate::dto::{RowMark, TextRow};

/// So wide a row is at least, however narrow the page.
const LEAST_COLUMNS: usize = 20;
/// More rows at a time are not handed out.
const MOST_AT_A_TIME: usize = 2_000;

/// A text, cut.
pub(crate) struct Rows {
    text: String,
    /// Where each row begins, and which line of the text, from 1, it is of.
    starts: Vec<(u32, u32)>,
    marks: Vec<Span>,
}

impl Rows {
    /// Cuts a text of less than 4 GiB. `marks` are places in it, in the order of the text.
    pub(crate) fn cut(text: String, columns: usize, marks: &[Span]) -> Self {
        let columns = columns.max(LEAST_COLUMNS);
        let mut starts = Vec::new();
        let mut line_starts = 0;
        for (line, whole) in (1..).zip(text.split_inclusive('\n')) {
            let mut wide = 0;
            starts.push((offset(line_starts), line));
            for (at, c) in whole.trim_end_matches('\n').char_indices() {
                if wide + width(c) > columns {
                    starts.push((offset(line_starts + at), line));
                    wide = 0;
                }
                wide += width(c);
            }
            line_starts += whole.len();
        }
        Self { text, starts, marks: marks.to_vec() }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.starts.len()
    }

    /// Some of them, from this one on.
    pub(crate) fn part(&self, from: usize, count: usize) -> Vec<TextRow> {
        let end = from.saturating_add(count.min(MOST_AT_A_TIME)).min(self.count());
        (from..end).map(|row| self.row(row)).collect()
    }

    /// The row in which this mark begins.
    pub(crate) fn row_of_mark(&self, nth: usize) -> Option<usize> {
        let offset = self.marks.get(nth)?.offset;
        Some(self.starts.partition_point(|(start, _)| u64::from(*start) <= offset).saturating_sub(1))
    }

    /// The row with which this line begins, or the last line does.
    pub(crate) fn row_of_line(&self, line: u32) -> usize {
        self.starts.partition_point(|(_, of)| *of < line).min(self.count().saturating_sub(1))
    }

    fn row(&self, row: usize) -> TextRow {
        let (start, line) = self.starts[row];
        let begins = row == 0 || self.starts[row - 1].1 != line;
        let start = start as usize;
        let end = self.starts.get(row + 1).map_or(self.text.len(), |(next, _)| *next as usize);
        let whole = &self.text[start..end];
        let text = whole.strip_suffix('\n').unwrap_or(whole);
        TextRow {
            line: begins.then_some(line),
            ends: whole.len() > text.len(),
            marks: self.marks_within(start, text),
            text: text.to_owned(),
        }
    }

    /// Those of a row, counted as the page counts: in units of UTF-16 from its beginning.
    fn marks_within(&self, start: usize, text: &str) -> Vec<RowMark> {
        let end = start + text.len();
        let ends = |mark: &Span| usize::try_from(mark.offset).unwrap_or(usize::MAX) + mark.len as usize;
        let first = self.marks.partition_point(|mark| ends(mark) <= start);
        let units = |to: usize| text.get(..to).map(|before| before.encode_utf16().count());
        (first..)
            .zip(&self.marks[first..])
            .take_while(|(_, mark)| mark.offset < end as u64)
            .filter_map(|(nth, mark)| {
                let from = usize::try_from(mark.offset).ok()?.max(start) - start;
                Some(RowMark {
                    start: offset(units(from)?),
                    end: offset(units(ends(mark).min(end) - start)?),
                    nth: offset(nth),
                    kind: mark.pseudonym.kind.as_str(),
                })
            })
            .collect()
    }
}

/// No text here has 4 GiB.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// In columns, as letters of one width are drawn.
const fn width(c: char) -> usize {
    if c == '\t' || c as u32 >= 0x1100 { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use gatefold_client::reading::{Kind, Pseudonym};

    use super::*;

    fn joined(rows: &Rows) -> String {
        let part = rows.part(0, usize::MAX);
        part.iter().map(|row| row.text.clone() + if row.ends { "\n" } else { "" }).collect()
    }

    #[test]
    fn the_rows_joined_are_the_text() {
        let long = "x".repeat(50) + "äöü" + &"音".repeat(30);
        for text in
            ["", "a", "a\n", "\n", "\n\na", "a\r\n\tb\u{202e}\n", &long, &format!("{long}\n{long}\n\n")]
        {
            for columns in [0, 20, 33, 1_000] {
                assert_eq!(joined(&Rows::cut(text.to_owned(), columns, &[])), text, "{columns}");
            }
        }
    }

    #[test]
    fn no_row_is_wider_than_the_page_and_lines_keep_their_numbers() {
        let rows = Rows::cut(format!("{}\nshort\n{}", "x".repeat(45), "音".repeat(15)), 20, &[]);
        let part = rows.part(0, 10);
        let told: Vec<(Option<u32>, usize)> =
            part.iter().map(|row| (row.line, row.text.chars().count())).collect();
        assert_eq!(told, [(Some(1), 20), (None, 20), (None, 5), (Some(2), 5), (Some(3), 10), (None, 5)]);
        assert_eq!([rows.row_of_line(1), rows.row_of_line(3), rows.row_of_line(9)], [0, 4, 5]);
        assert_eq!(rows.part(4, 1).len(), 1);
        assert!(rows.part(7, 10).is_empty());
    }

    #[test]
    fn a_mark_is_counted_as_the_page_counts_and_goes_on_in_the_next_row() {
        let text = format!("🎹ä host-1 {}host-2\n", "x".repeat(10));
        let place = |word: &str| Span {
            pseudonym: Pseudonym { kind: Kind::Host, number: 1 },
            offset: text.find(word).unwrap() as u64,
            len: 6,
        };
        let marks = [place("host-1"), place("host-2")];
        let rows = Rows::cut(text.clone(), 23, &marks);
        let part = rows.part(0, 10);
        let told: Vec<Vec<(u32, String)>> = part
            .iter()
            .map(|row| {
                let units: Vec<u16> = row.text.encode_utf16().collect();
                let said = |mark: &RowMark| {
                    String::from_utf16(&units[mark.start as usize..mark.end as usize]).unwrap()
                };
                row.marks.iter().map(|mark| (mark.nth, said(mark))).collect()
            })
            .collect();
        assert_eq!(
            told,
            [vec![(0, "host-1".to_owned()), (1, "ho".to_owned())], vec![(1, "st-2".to_owned())]]
        );
        assert_eq!([rows.row_of_mark(0), rows.row_of_mark(1), rows.row_of_mark(2)], [Some(0), Some(0), None]);
    }

    #[test]
    fn millions_of_rows_are_handed_out_a_few_at_a_time() {
        let rows = Rows::cut("\n".repeat(3_000_000), 80, &[]);
        assert_eq!(rows.count(), 3_000_000);
        assert_eq!(rows.part(2_999_990, usize::MAX).len(), 10);
        assert_eq!(rows.part(0, usize::MAX).len(), MOST_AT_A_TIME);
    }
}
