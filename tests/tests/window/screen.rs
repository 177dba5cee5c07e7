//! A screen that nobody looks at: Xvfb with a small window manager, and fingers on its keys.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::driver::until;

/// A running X server; ended when it is dropped.
pub(crate) struct Screen {
    server: Child,
    manager: Child,
    /// As `DISPLAY` has it.
    pub(crate) name: String,
}

impl Screen {
    pub(crate) fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        let name = format!(":{}", number.trim());
        let manager = Command::new("openbox")
            .env("DISPLAY", &name)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { server, manager, name }
    }

    /// The windows in sight of this title.
    pub(crate) fn windows(&self, title: &str) -> Vec<String> {
        let found = self.xdotool(&["search", "--onlyvisible", "--name", title]);
        found.lines().map(str::to_owned).collect()
    }

    /// How large what is in sight of this title is within its frame: `WIDTHxHEIGHT`.
    pub(crate) fn sizes(&self, title: &str) -> Vec<String> {
        let found = self.xdotool(&["search", "--onlyvisible", "--name", title, "getwindowgeometry", "%@"]);
        let sizes = found.lines().filter_map(|line| line.trim().strip_prefix("Geometry: "));
        sizes.map(str::to_owned).collect()
    }

    /// Makes a window this large within its frame.
    pub(crate) fn resize(&self, window: &str, width: u32, height: u32) {
        self.xdotool(&["windowsize", "--sync", window, &width.to_string(), &height.to_string()]);
    }

    /// Says no in this dialog.
    pub(crate) fn dismiss(&self, dialog: &str) {
        self.xdotool(&["windowactivate", "--sync", dialog, "key", "Escape"]);
    }

    /// Takes a window out of sight, as its frame does.
    pub(crate) fn hide(&self, window: &str) {
        self.xdotool(&["windowminimize", window]);
    }

    /// The window that has the keys.
    pub(crate) fn active(&self) -> String {
        self.xdotool(&["getactivewindow"]).trim().to_owned()
    }

    /// Says yes in the dialog of this title, and waits until it is gone. It is the answer after the default.
    pub(crate) fn say_yes(&self, title: &str) {
        self.answer(title, &["Tab", "Return"]);
    }

    /// Presses Return in the dialog of this title, as whoever does not read, and waits until it is gone.
    pub(crate) fn say_nothing(&self, title: &str) {
        self.answer(title, &["Return"]);
    }

    /// Says no in the dialog of this title, and waits until it is gone.
    pub(crate) fn say_no(&self, title: &str) {
        self.answer(title, &["Escape"]);
    }

    /// Closes the window of this title as its frame does.
    pub(crate) fn close(&self, title: &str) {
        let window = until(title, || self.windows(title).pop());
        self.xdotool(&["windowactivate", "--sync", &window, "key", "alt+F4"]);
    }

    /// Gives the window of this title the keyboard.
    pub(crate) fn activate(&self, title: &str) {
        let window = until(title, || self.windows(title).pop());
        self.xdotool(&["windowactivate", "--sync", &window]);
    }

    /// Presses keys, one after another, in whichever window has the keyboard.
    pub(crate) fn keys(&self, keys: &[&str]) {
        self.xdotool(&[&["key", "--clearmodifiers"], keys].concat());
    }

    /// Turns the wheel a little, with the pointer at this place of the screen.
    pub(crate) fn wheel_down(&self, (x, y): (u32, u32)) {
        self.xdotool(&["mousemove", &x.to_string(), &y.to_string()]);
        self.xdotool(&["click", "--repeat", "4", "--delay", "40", "5"]);
    }

    /// Types into whatever has the keyboard.
    pub(crate) fn type_text(&self, text: &str) {
        self.xdotool(&["type", "--delay", "4", text]);
    }

    /// Names a file in the system's dialog of this title, and waits until it is gone.
    pub(crate) fn save_as(&self, title: &str, path: &str) {
        let dialog = until(title, || self.windows(title).pop());
        self.xdotool(&["windowactivate", "--sync", &dialog]);
        // Of the name that stands there the system selects what is before its ending alone.
        self.keys(&["ctrl+a"]);
        self.type_text(path);
        self.keys(&["Return"]);
        until("the dialog is gone", || self.windows(title).is_empty().then_some(()));
    }

    fn answer(&self, title: &str, keys: &[&str]) {
        let dialog = until(title, || self.windows(title).pop());
        self.xdotool(&["windowactivate", "--sync", &dialog]);
        self.keys(keys);
        until("the dialog is gone", || self.windows(title).is_empty().then_some(()));
    }

    fn xdotool(&self, words: &[&str]) -> String {
        let output = Command::new("xdotool").args(words).env("DISPLAY", &self.name).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        for child in [&mut self.manager, &mut self.server] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
