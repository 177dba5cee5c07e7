//! The window as it was left: its size, theme and zoom come back; times are this computer's, and UTC on hover.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use gatefold_tests::Fault;
use serde_json::{Value, json};

use crate::driver::until;
use crate::stage::{Stage, start};

#[test]
fn a_window_comes_back_as_it_was_left() {
    let Some(mut stage) = Stage::open("a_window_comes_back_as_it_was_left") else { return };
    stage.add_vendor();
    stage.tap.faults([Fault::Hang]);
    stage.press("Add a license");
    stage.fill("License key", &stage.sandbox.key("free"));
    stage.press("Show what will be sent");
    stage.press("Send to Sleeve Audio");
    stage.find("//*[@role='alert']");

    // By the keyboard, as the list of shortcuts says.
    stage.press_keys(&["ctrl+4"]);
    stage.find("//h1[.='Settings']");
    stage.press_keys(&["question"]);
    stage.find("//*[@role='dialog']//kbd[.='Ctrl 4']");
    stage.press_keys(&["Escape"]);
    until("the list is gone", || (!stage.driver.sees("//*[@role='dialog']")).then_some(()));
    stage.press("Dark");
    stage.press_keys(&["ctrl+plus"]);
    until("it is larger", || (zoom(&stage) == "1.1").then_some(()));
    assert_eq!(stage.theme(), "dark");
    stage.resize(1111, 777);

    stage.screen.close("Gatefold$");
    until("nothing is left", || stage.driver.processes().is_empty().then_some(()));
    let elsewhere = ["env".to_owned(), "TZ=Asia/Tokyo".to_owned()].to_vec();
    let (screen, is_open) = (&stage.screen, AtomicBool::new(false));
    let (driver, sizes) = std::thread::scope(|scope| {
        let seen = scope.spawn(|| {
            let (mut sizes, begun) = (BTreeSet::new(), Instant::now());
            while !is_open.load(Ordering::Relaxed) && begun.elapsed() < Duration::from_secs(60) {
                sizes.extend(screen.sizes("^Gatefold"));
            }
            sizes.extend(screen.sizes("^Gatefold"));
            sizes
        });
        let driver = start(screen, stage.dir.path(), elsewhere, Vec::new());
        driver.find("//h1[.='Library']");
        is_open.store(true, Ordering::Relaxed);
        (driver, seen.join().unwrap())
    });
    assert_eq!(sizes, BTreeSet::from(["1111x777".to_owned()]), "it appears once, as it was");
    stage.driver = driver;
    until("the page has its size", || {
        (stage.driver.script("return [innerWidth, innerHeight]", &[]) == json!([1111, 777])).then_some(())
    });
    assert_eq!((stage.theme().as_str(), zoom(&stage).as_str()), ("dark", "1.1"));

    stage.press("What was sent");
    let line = stage.find("//a[@data-id='1']//time");
    let read = |attribute: &str| {
        let script = "const time = document.querySelector('[data-id=\"1\"] time'); return time.getAttribute(arguments[0])";
        stage.driver.script(script, &[json!(attribute)]).as_str().unwrap().to_owned()
    };
    let at: jiff::Timestamp = read("datetime").parse().unwrap();
    assert_eq!(read("title"), at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
    let there = at + jiff::SignedDuration::from_hours(9);
    assert_eq!(
        stage.driver.text_of(&line),
        there.strftime("%H:%M:%S").to_string(),
        "nine hours later in Tokyo"
    );
}

/// At each zoom the page fills the window and no more, and the wheel scrolls it.
#[test]
fn the_page_fills_the_window_and_scrolls() {
    let Some(stage) = Stage::open("the_page_fills_the_window_and_scrolls") else { return };
    stage.resize(1000, 700);
    stage.press_keys(&["ctrl+4"]);
    stage.find("//h1[.='Settings']");
    let filled = "const zoom = +document.documentElement.style.getPropertyValue('--zoom'), page = document.querySelector('.app').getBoundingClientRect();
        return [page.width * zoom, page.height * zoom].map(Math.round)";
    let turns = [("minus", "0.9"), ("0", "1"), ("plus", "1.1"), ("plus", "1.25"), ("plus", "1.5")];
    for (key, wanted) in turns {
        stage.press_keys(&[&format!("ctrl+{key}")]);
        until("it has this zoom", || (zoom(&stage) == wanted).then_some(()));
        until("the page fills the window", || {
            (stage.driver.script(filled, &[]) == stage.driver.script("return [innerWidth, innerHeight]", &[]))
                .then_some(())
        });
    }
    let scrolled = "return [...document.querySelectorAll('*')].some((page) => page.scrollTop > 0)";
    assert_eq!(stage.driver.script(scrolled, &[]), json!(false));
    until("the wheel scrolls", || {
        stage.screen.wheel_down((700, 400));
        (stage.driver.script(scrolled, &[]) == json!(true)).then_some(())
    });
}

/// GTK draws the list of a choice, not the page: in the theme that the window wears, changed while it runs and come back with it.
#[test]
fn the_list_of_a_choice_wears_the_theme() {
    let Some(mut stage) = Stage::open("the_list_of_a_choice_wears_the_theme") else { return };
    stage.resize(1000, 700);
    stage.settings();
    for theme in ["Light", "Dark"] {
        stage.press(theme);
        until("it is worn", || (stage.theme() == theme.to_lowercase()).then_some(()));
        let light = stage.lightness_of_a_list(&format!("list-{}", stage.theme()));
        assert!(if theme == "Dark" { light < 90 } else { light > 165 }, "{theme}: {light} of 255");
    }
    stage.start_again();
    stage.settings();
    let light = stage.lightness_of_a_list("list-dark-again");
    assert!(light < 90, "started again: {light} of 255");
}

impl Stage {
    fn settings(&self) {
        self.press_keys(&["ctrl+4"]);
        self.find("//h1[.='Settings']");
    }

    /// Opens the choice of the zoom, and closes it again: how light what appeared is, from 0 to 255.
    fn lightness_of_a_list(&self, name: &str) -> usize {
        const SOME: usize = 5_000;
        self.take_keyboard();
        self.driver.script("document.querySelector('select').focus()", &[]);
        self.driver.settle();
        let before = self.screen.picture();
        self.screen.keys(&["space"]);
        let shown = until("a list appears", || {
            let now = self.screen.picture();
            (now.news(&before).0 > SOME).then_some(now)
        });
        shown.keep(&gatefold_tests::root_dir().join(format!("target/window/{name}.png")));
        self.screen.keys(&["Escape"]);
        until("it is gone", || (self.screen.picture().news(&before).0 < SOME).then_some(()));
        shown.news(&before).1
    }
}

fn zoom(stage: &Stage) -> String {
    let zoom = stage.driver.script("return document.documentElement.style.getPropertyValue('--zoom')", &[]);
    zoom.as_str().map(str::to_owned).unwrap_or_else(|| Value::to_string(&zoom))
}
