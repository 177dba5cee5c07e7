//! Somebody who has no mouse: goes by Tab to whatever a journey clicks, and presses it there. What nobody reaches that way fails
//! the journey, and so does a focus that nobody sees.

use std::cell::Cell;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::driver::{Driver, Element};

/// More than there are on any page on which a journey goes by Tab alone.
const MOST: usize = 60;
/// So long after a key the page may take to show where the focus is.
const A_MOMENT: Duration = Duration::from_secs(2);

thread_local! {
    static ALONE: Cell<bool> = const { Cell::new(false) };
}

/// Makes a journey by the keyboard alone.
pub(crate) fn alone(journey: fn()) {
    ALONE.set(true);
    journey();
    ALONE.set(false);
}

/// Whether the journey of this thread is made by the keyboard alone.
pub(crate) fn is_alone() -> bool {
    ALONE.get()
}

/// The keys of one screen.
pub(crate) struct Keys {
    screen: String,
}

impl Keys {
    pub(crate) fn of(screen: &str) -> Self {
        Self { screen: screen.to_owned() }
    }

    fn press(&self, key: &str, times: usize) {
        self.xdotool(&["search", "--onlyvisible", "--name", "^Gatefold$", "windowactivate", "--sync"]);
        // By itself: after a search it would send what looks like a key to the window, and no window believes that.
        self.xdotool(&[&["key", "--clearmodifiers", "--delay", "8"][..], &vec![key; times]].concat());
    }

    fn xdotool(&self, words: &[&str]) {
        let done = Command::new("xdotool").env("DISPLAY", &self.screen).args(words).output().unwrap();
        assert!(done.status.success(), "{words:?}: {done:?}");
    }
}

impl Driver {
    /// Goes to an element by the keyboard, and presses it unless it is a field.
    pub(crate) fn press_by(&self, keys: &Keys, element: &Element) {
        let kind = self.script(GOAL, &[element.argument()]);
        let kind = kind.as_str().unwrap_or_else(|| panic!("nobody comes here by Tab: {element:?}"));
        self.go_to(keys);
        let ring = self.script("return getComputedStyle(goal).outlineStyle", &[]);
        assert_eq!(ring, json!("solid"), "{} has the focus, and nothing shows it", self.goal());
        match kind {
            "field" => {}
            "box" => keys.press("space", 1),
            "choice" => self.choose(keys),
            _ => keys.press("Return", 1),
        }
    }

    fn go_to(&self, keys: &Keys) {
        for _ in 0..MOST {
            let way = self.script(WAY, &[]);
            match way.as_str().unwrap_or_default() {
                "" => {}
                "here" => return,
                key => {
                    self.moves(keys, key, 1);
                    continue;
                }
            }
            let steps = way.as_i64().unwrap_or(1);
            let key = if steps < 0 { "shift+Tab" } else { "Tab" };
            self.moves(keys, key, usize::try_from(steps.unsigned_abs()).unwrap().clamp(1, MOST));
        }
        panic!("{} is not reached by Tab", self.goal());
    }

    /// Presses a key that moves the focus, and waits until it has: where it goes wrong, it is seen where it stands then.
    fn moves(&self, keys: &Keys, key: &str, times: usize) {
        self.script("window.before = document.activeElement", &[]);
        keys.press(key, times);
        let start = Instant::now();
        let arrived = "return document.activeElement === goal || times === 1 && document.activeElement !== window.before";
        let arrived = format!("const [times] = arguments; {arrived}");
        while self.script(&arrived, &[json!(times)]) != json!(true) && start.elapsed() < A_MOMENT {
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Chooses what a closed list shall show: from its first line downwards.
    fn choose(&self, keys: &Keys) {
        keys.press("Home", 1);
        let chosen = "return goal.selectedOptions[0] === choice";
        for _ in 0..MOST {
            thread::sleep(Duration::from_millis(50));
            if self.script(chosen, &[]) == json!(true) {
                return;
            }
            keys.press("Down", 1);
        }
        panic!("{} does not come to what was chosen", self.goal());
    }

    fn goal(&self) -> Value {
        self.script("return goal.outerHTML.slice(0, 200)", &[])
    }
}

/// What a click on an element is for, kept as `goal`, and of which kind it is.
const GOAL: &str = "
    const one = arguments[0];
    const named = 'a[href], button, input, select, textarea, summary, [tabindex]';
    window.choice = one.matches('option') ? one : null;
    window.goal = one.matches('option') ? one.closest('select')
        : one.matches('label') ? one.control : one.closest(named) ?? one.querySelector(named);
    if (!goal) return null;
    if (choice) return 'choice';
    if (goal.matches('select, textarea') || goal.matches('input') && !['checkbox', 'radio'].includes(goal.type)) return 'field';
    return goal.matches('input, [role=switch], [role=checkbox], [role=radio]') ? 'box' : 'button';";

/// How to go on to `goal`: `here`, a key, or so many steps by Tab, back where it is a negative number. A menu has the arrow keys,
/// and so has a list that is one stop.
const WAY: &str = "
    const at = document.activeElement;
    if (at === goal) return 'here';
    if (goal.matches('[role=menuitem], [role=option]')) return 'Down';
    const lines = goal.tabIndex < 0 ? [...goal.parentElement.children] : [];
    if (lines.includes(at)) return lines.indexOf(at) < lines.indexOf(goal) ? 'Down' : 'Up';
    const stop = lines.find((one) => one.tabIndex >= 0) ?? goal;
    const shut = [...document.querySelectorAll('[role=dialog]')].at(-1) ?? document;
    const all = [...shut.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')];
    const stops = all.filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true })
        && !(one.type === 'radio' && !one.checked && all.some((other) => other.name === one.name && other.checked)));
    const [from, to] = [stops.indexOf(at), stops.indexOf(stop)];
    return from < 0 || to < 0 ? 1 : to - from;";
