//! `report.html`: the bundle for people, in one page that needs nothing else.
//!
//! It refuses scripts, pictures, links, and whatever would have to be fetched; every text of the bundle goes through [`escaped`].

mod sections;
mod style;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::Manifest;
use crate::reader::{Contents, visible_line};

/// The report of a bundle.
pub(crate) fn html(manifest: &Manifest, contents: &Contents) -> String {
    // The one style there is, named by its hash: nothing else is let in, whatever a text of the bundle says.
    let hash = STANDARD.encode(Sha256::digest(style::STYLE));
    let mut page = Page(String::with_capacity(64 << 10));
    page.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-");
    page.raw(&hash);
    page.raw("'; base-uri 'none'; form-action 'none'\">\n");
    page.raw("<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width\">\n<title>Gatefold diagnostic bundle</title>\n<style>");
    page.raw(style::STYLE);
    page.raw("</style>\n</head>\n<body>\n<main>\n");
    sections::all(&mut page, manifest, contents);
    page.raw("</main>\n</body>\n</html>\n");
    page.0
}

/// A page in the making.
struct Page(String);

impl Page {
    /// Markup of ours.
    fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    /// An element with text of anybody's.
    fn element(&mut self, name: &str, text: &str) {
        self.raw(&format!("<{name}>"));
        self.raw(&escaped(text));
        self.raw(&format!("</{name}>"));
    }

    /// A heading, and what is under it.
    fn section(&mut self, title: &str, within: impl FnOnce(&mut Self)) {
        self.raw("<section>\n");
        self.element("h2", title);
        self.raw("\n");
        within(self);
        self.raw("</section>\n");
    }

    /// A table; none where there are no rows.
    fn table<const N: usize>(&mut self, heads: [&str; N], rows: impl IntoIterator<Item = [String; N]>) {
        let mut rows = rows.into_iter().peekable();
        if rows.peek().is_none() {
            self.element("p", "None.");
            self.raw("\n");
            return;
        }
        // A wide table is scrolled, by keyboard too.
        self.raw("<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>");
        heads.iter().for_each(|head| self.head("col", head));
        self.raw("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.raw("<tr>");
            for (index, cell) in row.iter().enumerate() {
                if index == 0 { self.head("row", cell) } else { self.element("td", cell) }
            }
            self.raw("</tr>\n");
        }
        self.raw("</tbody>\n</table></div>\n");
    }

    fn head(&mut self, scope: &str, text: &str) {
        self.raw(&format!("<th scope=\"{scope}\">{}</th>", escaped(text)));
    }
}

/// Text of anybody's as markup that says the same, with what is hidden in it made visible.
fn escaped(text: &str) -> String {
    let mut markup = String::with_capacity(text.len());
    for c in visible_line(text).chars() {
        match c {
            '&' => markup.push_str("&amp;"),
            '<' => markup.push_str("&lt;"),
            '>' => markup.push_str("&gt;"),
            '"' => markup.push_str("&quot;"),
            '\'' => markup.push_str("&#39;"),
            c => markup.push(c),
        }
    }
    markup
}
