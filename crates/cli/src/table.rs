//! Columns as wide as what stands in them, together no wider than the terminal. What is too long gives way as its
//! column says: wrapped under its column, shortened in the middle, or cut at its end; never broken by the terminal. Where
//! columns would break words, each cell has a line of its own. Where no terminal is, nothing gives way.

use anstyle::Style;
use textwrap::core::display_width;
use textwrap::{Options, WordSeparator, WordSplitter, wrap};

use crate::output::{PLAIN, SOFT, STRONG, styled};

/// Of talk that no terminal shows.
const USUAL_WIDTH: usize = 80;
/// Of a result that goes to a file or another program.
const ENDLESS: usize = usize::MAX;
const GAP: &str = "  ";
/// No column gets narrower than this, however narrow the terminal.
const LEAST: usize = 10;
/// Words up to this length are not broken.
const LONG_WORD: usize = 24;

/// How a column gives way where there is not room for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// It does not.
    Whole,
    /// As [`Fit::Whole`], and numbers stand below each other's ends.
    Right,
    /// Goes on in the next line, under its column.
    Wrap,
    /// The beginning and the end stay: values.
    Middle,
    /// The end stays, and of the beginning a little: addresses.
    End,
    /// The beginning stays: ids, of which it is enough.
    Beginning,
}

/// A table being filled.
#[derive(Debug)]
pub(crate) struct Table {
    fits: Vec<Fit>,
    /// The first row is one of headings.
    is_headed: bool,
    indent: usize,
    rows: Vec<Row>,
}

#[derive(Debug)]
enum Row {
    Cells(Vec<(Style, String)>),
    /// A remark on the row above.
    Note(Style, String),
}

/// The terminal's width where stdout is one.
pub(crate) fn width_of_stdout() -> usize {
    width(terminal_size::terminal_size_of(std::io::stdout())).unwrap_or(ENDLESS)
}

/// The terminal's width where stderr is one.
pub(crate) fn width_of_stderr() -> usize {
    width(terminal_size::terminal_size_of(std::io::stderr())).unwrap_or(USUAL_WIDTH)
}

/// As the help has it: what `COLUMNS` says goes before what the terminal says.
fn width(size: Option<(terminal_size::Width, terminal_size::Height)>) -> Option<usize> {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    said.filter(|columns| *columns > 0).or(size.map(|(width, _)| width.0.into()))
}

impl Table {
    pub(crate) fn new(fits: &[Fit]) -> Self {
        Self { fits: fits.to_owned(), is_headed: false, indent: 0, rows: Vec::new() }
    }

    /// Whether nothing was put into it.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A table with a line of headings.
    pub(crate) fn headed<const N: usize>(columns: [(&str, Fit); N]) -> Self {
        let mut table = Self { is_headed: true, ..Self::new(&columns.map(|(_, fit)| fit)) };
        table.row(columns.map(|(heading, _)| (SOFT, heading.to_owned())));
        table
    }

    /// So many spaces before each line.
    pub(crate) fn indented(mut self, spaces: usize) -> Self {
        self.indent = spaces;
        self
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = (Style, String)>) {
        self.rows.push(Row::Cells(cells.into_iter().collect()));
    }

    /// A heading, and what stands faintly below it.
    pub(crate) fn title(&mut self, text: &str, below: &str) {
        self.rows.push(Row::Note(STRONG, text.to_owned()));
        self.rows.push(Row::Note(SOFT, below.to_owned()));
    }

    /// A heading between rows.
    pub(crate) fn heading(&mut self, text: &str) {
        self.rows.push(Row::Note(PLAIN, String::new()));
        self.rows.push(Row::Note(STRONG, text.to_owned()));
    }

    /// A remark on the row above, across all columns.
    pub(crate) fn note(&mut self, text: &str) {
        self.rows.push(Row::Note(SOFT, format!("  {text}")));
    }

    /// The lines, no wider than `width` where that is possible.
    pub(crate) fn lines(&self, width: usize) -> Vec<String> {
        let room = width.saturating_sub(self.indent);
        let widths = self.widths(room);
        let headings: &[(Style, String)] = match self.rows.first() {
            Some(Row::Cells(headings)) if self.is_headed => headings,
            _ => &[],
        };
        let mut lines = Vec::new();
        for (number, row) in self.rows.iter().enumerate() {
            match (row, &widths) {
                (Row::Cells(cells), Some(widths)) => self.cells(cells, widths, &mut lines),
                (Row::Cells(_), None) if self.is_headed && number == 0 => {}
                (Row::Cells(cells), None) => {
                    if self.is_headed && !lines.is_empty() {
                        lines.push(String::new());
                    }
                    self.stacked(headings, cells, room, &mut lines);
                }
                (Row::Note(style, text), _) => {
                    let wrapped = wrapped(text, at_spaces(width.max(LEAST)).subsequent_indent("  "));
                    lines.extend(wrapped.iter().map(|line| match line.is_empty() {
                        true => String::new(),
                        false => styled(*style, line),
                    }));
                }
            }
        }
        lines
    }

    /// What each column gets: as much as it has, and where that is too much, ids give way first, then whatever is widest.
    /// None where that would not do.
    fn widths(&self, room: usize) -> Option<Vec<usize>> {
        let mut widths = vec![0; self.fits.len()];
        let mut least = vec![LEAST; self.fits.len()];
        for row in &self.rows {
            let Row::Cells(cells) = row else { continue };
            for (column, (_, text)) in cells.iter().enumerate() {
                widths[column] = display_width(text).max(widths[column]);
                if self.fits[column] == Fit::Wrap {
                    least[column] = longest_word(text).min(LONG_WORD).max(least[column]);
                }
            }
        }
        let room = room.saturating_sub(GAP.len() * widths.len().saturating_sub(1));
        for giving in [&[Fit::Beginning][..], &[Fit::Wrap, Fit::Middle, Fit::End]] {
            while widths.iter().sum::<usize>() > room {
                let columns = widths.iter_mut().zip(&least).zip(&self.fits);
                let gives = columns.filter(|((width, least), fit)| **width > **least && giving.contains(fit));
                let Some(((widest, _), _)) = gives.max_by_key(|((width, _), _)| **width) else { break };
                *widest -= 1;
            }
        }
        (widths.iter().sum::<usize>() <= room).then_some(widths)
    }

    /// A row whose cells have lines of their own: each beside its heading; without headings, below the first.
    fn stacked(
        &self,
        headings: &[(Style, String)],
        cells: &[(Style, String)],
        room: usize,
        lines: &mut Vec<String>,
    ) {
        let widest = headings.iter().map(|(_, heading)| display_width(heading)).max().unwrap_or(0);
        for (column, (style, text)) in cells.iter().enumerate().filter(|(_, (_, text))| !text.is_empty()) {
            let before = match headings.get(column) {
                Some((style, heading)) => {
                    let missing = " ".repeat(widest - display_width(heading) + GAP.len());
                    (styled(*style, heading) + &missing, widest + GAP.len())
                }
                None if column == 0 => (String::new(), 0),
                None => (GAP.to_owned(), GAP.len()),
            };
            let fit = match self.fits[column] {
                Fit::Whole | Fit::Right => Fit::Wrap,
                fit => fit,
            };
            let values = fitted(text, room.saturating_sub(before.1).max(LEAST), fit);
            for (number, value) in values.iter().enumerate() {
                let begins = if number == 0 { before.0.clone() } else { " ".repeat(before.1) };
                lines.push(format!("{}{begins}{}", " ".repeat(self.indent), styled(*style, value)));
            }
        }
    }

    fn cells(&self, cells: &[(Style, String)], widths: &[usize], lines: &mut Vec<String>) {
        let columns: Vec<Vec<String>> = cells
            .iter()
            .zip(widths)
            .zip(&self.fits)
            .map(|(((_, text), width), fit)| fitted(text, *width, *fit))
            .collect();
        let height = columns.iter().map(Vec::len).max().unwrap_or(0);
        for number in 0..height {
            let mut line = " ".repeat(self.indent);
            // Spaces are written once something follows them, and never in a style.
            let mut pending = 0;
            for (position, column) in columns.iter().enumerate() {
                let text = column.get(number).map_or("", String::as_str);
                let missing = widths[position].saturating_sub(display_width(text));
                let (before, after) =
                    if self.fits[position] == Fit::Right { (missing, 0) } else { (0, missing) };
                if !text.is_empty() {
                    line.push_str(&" ".repeat(pending + before));
                    line.push_str(&styled(cells[position].0, text));
                    pending = 0;
                } else {
                    pending += before;
                }
                pending += after + GAP.len();
            }
            lines.push(line);
        }
    }
}

/// A cell's lines.
fn fitted(text: &str, width: usize, fit: Fit) -> Vec<String> {
    if display_width(text) <= width {
        return vec![text.to_owned()];
    }
    match fit {
        Fit::Whole | Fit::Right => vec![text.to_owned()],
        Fit::Wrap => wrapped(text, at_spaces(width)),
        Fit::Middle => vec![shortened(text, width, 2)],
        Fit::End => vec![shortened(text, width, 3)],
        Fit::Beginning => vec![format!("{}…", taken(text.chars(), width - 1))],
    }
}

fn wrapped(text: &str, options: Options<'_>) -> Vec<String> {
    if display_width(text) <= options.width {
        return vec![text.to_owned()];
    }
    wrap(text, options).into_iter().map(std::borrow::Cow::into_owned).collect()
}

fn longest_word(text: &str) -> usize {
    text.split(' ').map(display_width).max().unwrap_or(0)
}

/// A date is one word, and so is an id.
fn at_spaces(width: usize) -> Options<'static> {
    Options::new(width).word_separator(WordSeparator::AsciiSpace).word_splitter(WordSplitter::NoHyphenation)
}

/// The beginning and the end of a text, with what is between them left out; the beginning has one part of so many.
fn shortened(text: &str, width: usize, parts: usize) -> String {
    if display_width(text) <= width {
        return text.to_owned();
    }
    let left = width.saturating_sub(1);
    let beginning = left / parts;
    let end: String = taken(text.chars().rev(), left - beginning).chars().rev().collect();
    format!("{}…{end}", taken(text.chars(), beginning))
}

/// As many of the first characters as there is room for.
fn taken(chars: impl Iterator<Item = char>, width: usize) -> String {
    let mut taken = String::new();
    for c in chars {
        taken.push(c);
        if display_width(&taken) > width {
            taken.pop();
            break;
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(fits: &[Fit], rows: &[&[&str]], width: usize, expect: &[&str]) {
        let mut table = Table::new(fits);
        for row in rows {
            table.row(row.iter().map(|cell| (PLAIN, (*cell).to_owned())));
        }
        assert_eq!(table.lines(width), expect, "{width}");
    }

    #[test]
    fn columns_are_as_wide_as_what_stands_in_them() {
        let rows: &[&[&str]] = &[&["a", "1", "end"], &["long one", "100", ""]];
        check(&[Fit::Whole, Fit::Right, Fit::Whole], rows, 80, &["a           1  end", "long one  100"]);
    }

    #[test]
    fn what_is_too_long_gives_way_as_its_column_says() {
        let long: &[&[&str]] = &[&["Name", "a reason of many words to read"]];
        let wrapped = &["Name  a reason of many", "      words to read"];
        check(&[Fit::Whole, Fit::Wrap], long, 22, wrapped);
        check(&[Fit::Whole, Fit::Middle], long, 22, &["Name  a reaso… to read"]);
        check(&[Fit::Whole, Fit::End], long, 22, &["Name  a rea…ds to read"]);
        check(&[Fit::Whole, Fit::Beginning], long, 22, &["Name  a reason of man…"]);
        check(&[Fit::Whole, Fit::Whole], long, 22, &["Name", "  a reason of many", "  words to read"]);
    }

    #[test]
    fn the_widest_gives_way_first() {
        let rows: &[&[&str]] = &[&["twelve chars", "a text of more than twenty chars"]];
        let expect = &["twelve chars  a text of more", "              than twenty", "              chars"];
        check(&[Fit::Wrap, Fit::Wrap], rows, 28, expect);
    }

    #[test]
    fn ids_give_way_before_words_do() {
        let rows: &[&[&str]] = &[&["until 2027-11-22", "64bfcd1a-8e2f-4a63"]];
        check(&[Fit::Wrap, Fit::Beginning], rows, 30, &["until 2027-11-22  64bfcd1a-8e…"]);
        check(&[Fit::Wrap, Fit::Beginning], rows, 24, &["until         64bfcd1a-…", "2027-11-22"]);
    }

    #[test]
    fn words_are_not_broken_while_a_line_has_room_for_them() {
        let rows: &[&[&str]] = &[&["Processor", "an Instrumentenbauer's"]];
        let fits = &[Fit::Whole, Fit::Wrap];
        check(fits, rows, 30, &["Processor  an", "           Instrumentenbauer's"]);
        check(fits, rows, 24, &["Processor", "  an Instrumentenbauer's"]);
    }

    #[test]
    fn without_room_for_columns_each_cell_has_its_heading_beside_it() {
        let mut table = Table::headed([
            ("Product", Fit::Wrap),
            ("Size", Fit::Right),
            ("", Fit::Whole),
            ("Id", Fit::Beginning),
        ]);
        for name in ["Halo Plate", "Harbor Upright Grand"] {
            table.row([name, "1234 B", "", "64bfcd1a-8e2f-4a63"].map(|cell| (PLAIN, cell.to_owned())));
            table.note("remark");
        }
        let soft = |heading: &str| styled(SOFT, heading);
        let expect = [
            format!("{}  Halo Plate", soft("Product")),
            format!("{}     1234 B", soft("Size")),
            format!("{}       64bfcd1a-8…", soft("Id")),
            styled(SOFT, "  remark"),
            String::new(),
            format!("{}  Harbor", soft("Product")),
            "         Upright".to_owned(),
            "         Grand".to_owned(),
            format!("{}     1234 B", soft("Size")),
            format!("{}       64bfcd1a-8…", soft("Id")),
            styled(SOFT, "  remark"),
        ];
        assert_eq!(table.lines(20), expect);
    }

    #[test]
    fn where_no_terminal_is_nothing_gives_way() {
        let long = "word ".repeat(200);
        let rows: &[&[&str]] = &[&[&long, &long, &long, &long]];
        let fits = &[Fit::Wrap, Fit::Middle, Fit::End, Fit::Beginning];
        check(fits, rows, ENDLESS, &[&[long.as_str(); 4].join(GAP)]);
    }

    #[test]
    fn wide_characters_take_two_columns() {
        check(&[Fit::Whole, Fit::Whole], &[&["音楽", "x"], &["abcd", "y"]], 80, &["音楽  x", "abcd  y"]);
        check(&[Fit::Middle], &[&["音楽音楽音楽音楽"]], 11, &["音楽…音楽"]);
    }

    #[test]
    fn nothing_is_padded_in_a_style() {
        let mut table = Table::new(&[Fit::Whole, Fit::Whole]);
        table.row([(SOFT, "a".to_owned()), (SOFT, "b".to_owned())]);
        table.row([(SOFT, "long".to_owned()), (SOFT, String::new())]);
        let expect = [format!("{SOFT}a{SOFT:#}     {SOFT}b{SOFT:#}"), format!("{SOFT}long{SOFT:#}")];
        assert_eq!(table.lines(80), expect);
    }
}
