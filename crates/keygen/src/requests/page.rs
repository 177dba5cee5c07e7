//! Lists, page by page (protocol reference 1.6). It refuses to read without end.

use gatefold_disclosure::Text;

/// The entries that a request for a page asks for.
pub(crate) const PAGE_ENTRIES: usize = 100;

/// The pages there are. A request holds constants only, so the numbers are constants too.
const PAGES: [&str; 20] = [
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19",
    "20",
];

/// Which page of a list; after the twentieth (2000 entries) no more are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page(usize);

impl Page {
    /// How many entries a page has at most.
    pub const SIZE: usize = PAGE_ENTRIES;

    /// The newest entries.
    pub const FIRST: Self = Self(0);

    /// Every page that is read at most, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..PAGES.len()).map(Self)
    }

    /// The page after this one; none after the last that is read.
    pub fn next(self) -> Option<Self> {
        (self.0 + 1 < PAGES.len()).then_some(Self(self.0 + 1))
    }

    /// What asks for it. The brackets of `page[number]` are no characters of a query (RFC 3986, section 3.4).
    pub(super) fn query(self) -> [Text; 3] {
        ["page%5Bnumber%5D=".into(), PAGES[self.0].into(), "&page%5Bsize%5D=100".into()]
    }
}
