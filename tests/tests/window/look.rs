//! A page as it is now, looked at in every way: painted in both themes and sizes, pictures of it kept in `target/window` for
//! whoever looks at them, and axe-core on it.

use std::collections::BTreeSet;

use gatefold_tests::root_dir;
use serde_json::json;

use crate::driver::until;
use crate::stage::Stage;

const SIZES: [(u32, u32); 2] = [(1000, 700), (1440, 900)];
const THEMES: [&str; 2] = ["light", "dark"];

impl Stage {
    /// Looks at the page in every way. `name` is that of its pictures.
    pub(crate) fn look(&self, name: &str) {
        if self.was_looked_at() {
            return;
        }
        let before = self.theme();
        for (width, height) in SIZES {
            self.resize(width, height);
            for theme in THEMES {
                self.wear(theme);
                self.keep_picture(&format!("{name}-{theme}-{width}x{height}"));
                if (width, height) == SIZES[0] {
                    self.assert_readable(name);
                }
            }
        }
        self.wear(&before);
    }

    /// Looks at the page in both themes, at 1000x700.
    pub(crate) fn picture(&self, name: &str) {
        if self.was_looked_at() {
            return;
        }
        self.resize(1000, 700);
        let before = self.theme();
        for theme in THEMES {
            self.wear(theme);
            self.keep_picture(&format!("{name}-{theme}"));
            self.assert_readable(name);
        }
        self.wear(&before);
    }

    /// The same journey by the mouse looks at the same pages.
    fn was_looked_at(&self) -> bool {
        self.driver.keys.is_some()
    }

    /// Makes the page this large.
    pub(crate) fn resize(&self, width: u32, height: u32) {
        let window = until("the window", || self.screen.windows("Gatefold$").pop());
        self.screen.resize(&window, width, height);
        until("the page has that size", || {
            let size = self.driver.script("return [innerWidth, innerHeight]", &[]);
            (size == json!([width, height])).then_some(())
        });
    }

    pub(crate) fn theme(&self) -> String {
        let theme = self.driver.script("return document.documentElement.dataset.theme", &[]);
        theme.as_str().unwrap().to_owned()
    }

    /// Shows the page in this theme, whatever was chosen.
    pub(crate) fn wear(&self, theme: &str) {
        self.driver.script("document.documentElement.dataset.theme = arguments[0]", &[json!(theme)]);
    }

    /// A picture of the page, once it has come to rest and is painted.
    pub(crate) fn keep_picture(&self, name: &str) {
        let folder = root_dir().join("target/window");
        std::fs::create_dir_all(&folder).unwrap();
        self.driver.settle();
        let dark = self.theme() == "dark";
        // On a busy computer a part may be painted after the page has come to rest, but it must be.
        until(&format!("{name}: all of it is painted"), || {
            let png = self.driver.screenshot();
            std::fs::write(folder.join(format!("{name}.png")), &png).unwrap();
            let picture = Picture::of(&png);
            (picture.is_dark() == dark && self.is_painted(&picture)).then_some(())
        });
        self.scrolls_no_more_than_it_must(name);
    }

    /// [`Stage::keep_picture`] of pages that lie below each other, and scroll.
    pub(crate) fn keep_long_picture(&self, name: &str) {
        let folder = root_dir().join("target/window");
        std::fs::create_dir_all(&folder).unwrap();
        self.driver.settle();
        std::fs::write(folder.join(format!("{name}.png")), self.driver.screenshot()).unwrap();
        self.assert_readable(name);
    }

    fn scrolls_no_more_than_it_must(&self, name: &str) {
        // Nothing scrolls that need not.
        let over = self.driver.script(
            "const main = document.querySelector('main'); return main.scrollHeight - main.clientHeight",
            &[],
        );
        assert_eq!(over, json!(0), "{name}: the whole page scrolls");
        // What scrolls is not rounded (decision 20): it would be cut out point by point, in each frame.
        let rounded = self.driver.script(
            "const scrolls = at => /auto|scroll/.test(getComputedStyle(at).overflowY);
             const cuts = at => getComputedStyle(at).overflowY !== 'visible' && getComputedStyle(at).borderTopLeftRadius !== '0px';
             const around = at => at ? [at, ...around(at.parentElement)] : [];
             return [...document.querySelectorAll('body *')].filter(scrolls).filter(at => around(at).some(cuts)).map(at => at.className)",
            &[],
        );
        assert_eq!(rounded, json!([]), "{name}: what scrolls is rounded");
    }

    /// What the document has is on the screen: each page of a spread has ink. A section of a page may lie below what is in sight.
    fn is_painted(&self, picture: &Picture) -> bool {
        let boxes = "return [...document.querySelectorAll('main section:not(section section)')].filter(page => page.innerText.trim())
            .map(page => page.getBoundingClientRect()).map(at => [at.left, at.top, at.right, at.bottom].map(Math.round))";
        self.driver.script(boxes, &[]).as_array().unwrap().iter().all(|page| {
            let at = |side: usize| usize::try_from(page[side].as_u64().unwrap()).unwrap();
            picture.colors([0, 1, 2, 3].map(at)) > 20
        })
    }

    /// axe-core finds nothing: else the rule, and where.
    fn assert_readable(&self, name: &str) {
        if self.driver.script("return typeof window.axe", &[]) == "undefined" {
            let axe = root_dir().join("ui/node_modules/axe-core/axe.min.js");
            let axe =
                std::fs::read_to_string(&axe).unwrap_or_else(|error| panic!("{}: {error}", axe.display()));
            self.driver.script(&axe, &[]);
        }
        let found = self.driver.script_later(
            "const done = arguments[0];
             axe.run(document, { resultTypes: ['violations'] }).then(
                 ({ violations, passes }) => done(passes.length ? violations.flatMap(({ id, nodes }) =>
                     nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)}: ${failureSummary}`)) : ['nothing was looked at']),
                 (error) => done([String(error)]))",
            &[],
        );
        assert_eq!(found, json!([]), "{name}, {}: axe-core", self.theme());
    }
}

/// A decoded picture.
struct Picture {
    pixels: Vec<u8>,
    /// Bytes of a pixel, and of a line.
    depth: usize,
    line: usize,
    height: usize,
}

impl Picture {
    fn of(png: &[u8]) -> Self {
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        let (width, height) = (frame.width as usize, frame.height as usize);
        Self { pixels, depth: frame.line_size / width, line: frame.line_size, height }
    }

    /// By its corner, which is paper in both themes, darkened at most by half behind a dialog.
    fn is_dark(&self) -> bool {
        self.pixels[0] < 80
    }

    /// How many colors there are in a part. Every third line is enough to find ink.
    fn colors(&self, [left, top, right, bottom]: [usize; 4]) -> usize {
        let line =
            |y: usize| &self.pixels[y * self.line + left * self.depth..y * self.line + right * self.depth];
        let lines = (top..bottom.min(self.height)).step_by(3);
        lines.flat_map(|y| line(y).chunks_exact(self.depth).step_by(2)).collect::<BTreeSet<_>>().len()
    }
}
