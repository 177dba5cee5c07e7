//! What a user's hands do in the window beyond one click: quit and start again, go by the keyboard, look at several things.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::driver::until;
use crate::stage::{Stage, start};

/// So long a press of keys has to be seen.
const AGAIN: Duration = Duration::from_secs(5);

impl Stage {
    /// Quits, and starts the window again on the same home.
    pub(crate) fn start_again(&mut self) {
        self.start_again_with(&[]);
    }

    /// [`Stage::start_again`] with these words more on the command line.
    pub(crate) fn start_again_with(&mut self, words: &[&str]) {
        self.screen.close("^Gatefold$");
        let mut pressed = Instant::now();
        until("nothing is left", || {
            // Keys that are pressed while the focus moves may reach nobody: who still sees the window presses them again.
            if pressed.elapsed() > AGAIN && !self.screen.windows("^Gatefold$").is_empty() {
                self.screen.close("^Gatefold$");
                pressed = Instant::now();
            }
            self.driver.processes().is_empty().then_some(())
        });
        let words = words.iter().map(ToString::to_string).collect();
        self.driver = start(&self.screen, self.dir.path(), Vec::new(), words);
        self.find("//h1");
    }

    /// Activates licenses by the command line, which is quicker, and shows the library.
    pub(crate) fn activate(&self, states: &[&str]) {
        for state in states {
            self.cli().json(["license", "activate", &self.sandbox.key(state), "--yes"]);
        }
        self.driver.reload();
        self.find("//h1[normalize-space()='Library']");
    }

    /// Back to the library, from wherever.
    pub(crate) fn library(&self) {
        self.driver.click(&self.find("//nav//a[starts-with(normalize-space(), 'Library')]"));
        self.find("//h1[normalize-space()='Library']");
    }

    /// From wherever to the preview of the question about a key.
    pub(crate) fn ask_about(&self, key: &str) {
        self.library();
        self.press("Add a license");
        self.fill("License key", key);
        self.press("Show what will be sent");
        self.reads("First, a question about the key");
    }

    /// The notice of a failure, with this code and, among its buttons and links, each of these.
    pub(crate) fn is_told(&self, code: &str, words: &str, ways: &[&str]) {
        let told = format!("//*[@role='alert'][.//code[normalize-space()='{code}']]");
        self.find(&format!("{told}[contains(normalize-space(), \"{words}\")]"));
        for way in ways {
            let named = format!("(self::button or self::a) and normalize-space()='{way}'");
            self.find(&format!("{told}//*[{named}]"));
        }
    }

    /// Goes to the button, link or field of this name with Tab alone, and says how it was found in vain.
    pub(crate) fn tab_to(&self, name: &str) {
        const MOST: usize = 60;
        // A page that is being opened gives the focus to its heading, or to a field, in its own time.
        self.driver.settle();
        let named = "const at = document.activeElement;
            const label = at.labels?.[0]?.textContent;
            return (label ?? at.getAttribute('aria-label') ?? at.textContent ?? '').trim().replace(/\\s+/g, ' ')";
        let mut seen = Vec::new();
        for _ in 0..MOST {
            self.press_keys(&["Tab"]);
            let now = self.driver.script(named, &[]);
            if now == json!(name) {
                let ring =
                    self.driver.script("return getComputedStyle(document.activeElement).outlineStyle", &[]);
                assert_eq!(ring, json!("solid"), "{name} has the focus, and nothing shows it");
                return;
            }
            seen.push(now);
        }
        panic!("no {name} by Tab: {seen:?}");
    }

    /// Gives the page the keyboard, and waits until it knows: the window that is in front has it a moment later.
    pub(crate) fn take_keyboard(&self) {
        self.screen.activate("Gatefold$");
        until("the page has the keyboard", || {
            (self.driver.script("return document.hasFocus()", &[]) == json!(true)).then_some(())
        });
    }

    /// Presses keys one after another, each once the page has taken the one before: a key is on its way for a while, and what
    /// has the focus in the meantime says nothing of where the next one goes. Not for a key that opens something of the
    /// system's, which takes its end.
    pub(crate) fn press_keys(&self, keys: &[&str]) {
        const COUNT: &str = "if (window.keysTaken === undefined) {
                window.keysTaken = 0;
                addEventListener('keyup', () => (window.keysTaken += 1), true);
            }
            return window.keysTaken";
        let taken = || self.driver.script(COUNT, &[]).as_u64();
        self.take_keyboard();
        for key in keys {
            let before = taken();
            self.screen.keys(&[key]);
            until(&format!("the page has taken {key}"), || (taken() > before).then_some(()));
        }
    }

    /// Types into the field of this label, once it has the focus by itself, and waits until all of it stands there.
    pub(crate) fn type_into(&self, label: &str, text: &str) {
        let at =
            "const at = document.activeElement; return at.labels?.[0]?.textContent.trim() === arguments[0]";
        let holds = "return document.activeElement.value === arguments[0]";
        let is = |script, word| (self.driver.script(script, &[json!(word)]) == json!(true)).then_some(());
        until(&format!("{label} has the focus"), || is(at, label));
        self.screen.type_text(text);
        until(&format!("{label} holds {text}"), || is(holds, text));
    }
}
