//! A screen that nobody looks at: Xvfb with a small window manager, and fingers on its keys.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::driver::until;

/// A running X server; ended when it is dropped.
pub(crate) struct Screen {
    server: Child,
    manager: Child,
    /// Where the server has its picture.
    memory: TempDir,
    /// As `DISPLAY` has it.
    pub(crate) name: String,
}

impl Screen {
    pub(crate) fn start() -> Self {
        let memory = tempfile::tempdir().unwrap();
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp", "-fbdir"])
            .arg(memory.path())
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
        Self { server, manager, memory, name }
    }

    /// All that is on the screen now, also what no page draws.
    pub(crate) fn picture(&self) -> Picture {
        Picture::of(&std::fs::read(self.memory.path().join("Xvfb_screen0")).unwrap())
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

    /// Names a file that is there in the system's dialog of this title, and waits until it is gone.
    pub(crate) fn open_file(&self, title: &str, path: &str) {
        let dialog = until(title, || self.windows(title).pop());
        self.xdotool(&["windowactivate", "--sync", &dialog]);
        // So the dialog asks for a place by its name.
        self.keys(&["ctrl+l"]);
        std::thread::sleep(std::time::Duration::from_millis(300));
        self.keys(&["ctrl+a"]);
        self.type_text(path);
        until("the dialog is gone", || {
            // The first may only choose what the dialog completes the name to.
            self.keys(&["Return"]);
            std::thread::sleep(std::time::Duration::from_millis(300));
            self.windows(title).is_empty().then_some(())
        });
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

/// A picture of the screen.
pub(crate) struct Picture {
    width: u32,
    height: u32,
    /// Red, green and blue, one after another.
    colors: Vec<u8>,
}

impl Picture {
    /// Reads a window dump (XWD) with four bytes a point, blue first, as the server has it here.
    fn of(dump: &[u8]) -> Self {
        let word = |at: usize| u32::from_be_bytes(dump[4 * at..4 * at + 4].try_into().unwrap());
        let (header, width, height, depth, line, palette) =
            (word(0), word(4), word(5), word(11), word(12), word(19));
        assert_eq!((depth, line), (32, 4 * width), "the screen has another shape");
        let points = &dump[(header + 12 * palette) as usize..][..(line * height) as usize];
        let colors = points.chunks_exact(4).flat_map(|point| [point[2], point[1], point[0]]).collect();
        Self { width, height, colors }
    }

    /// How many points are others than in an earlier picture, and how light they are on average: 0 is black, 255 white.
    pub(crate) fn news(&self, before: &Self) -> (usize, usize) {
        let points = self.colors.chunks_exact(3).zip(before.colors.chunks_exact(3));
        let light = points
            .filter(|(now, before)| now != before)
            .map(|(now, _)| now.iter().map(|color| usize::from(*color)).sum::<usize>() / 3);
        let (count, sum) = light.fold((0, 0), |(count, sum), light| (count + 1, sum + light));
        (count, sum / count.max(1))
    }

    /// Keeps it as PNG, for whoever looks at it.
    pub(crate) fn keep(&self, path: &Path) {
        let mut encoder = png::Encoder::new(std::fs::File::create(path).unwrap(), self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.write_header().unwrap().write_image_data(&self.colors).unwrap();
    }
}
