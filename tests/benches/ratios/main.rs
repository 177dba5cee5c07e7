//! What our work costs beside a floor that does nothing but what must be done, taken in the same run.
//!
//! `cargo xtask bench [--json] [--quick] [NAME]`. It judges nobody: a ratio above its limit is marked, and the program
//! ends well. What a machine lacks is skipped aloud.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement that cannot go on stops; its result is what it prints"
)]

mod activation;
mod append;
mod child;
mod diagnostics;
#[allow(dead_code, reason = "the window's tests need more of it")]
#[path = "../../tests/window/driver.rs"]
mod driver;
mod ledger;
mod library;
mod license;
mod measure;
mod scene;
#[allow(dead_code, reason = "the window's tests need more of it")]
#[path = "../../tests/window/screen.rs"]
mod screen;
mod sdk;
#[allow(dead_code, reason = "the window's tests need more of it")]
#[path = "../../tests/window/typist.rs"]
mod typist;
mod usage;
mod window;

use std::process::ExitCode;

use measure::Report;

const GROUPS: &[&str] =
    &["append", "ledger", "activation", "license", "library", "sdk", "usage", "diagnostics", "window"];

fn main() -> ExitCode {
    // Cargo itself adds `--bench`.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [flag, work @ ..] = &words[..]
        && flag == child::FLAG
    {
        child::run(work);
        return ExitCode::SUCCESS;
    }
    let (flags, names): (Vec<&str>, Vec<&str>) =
        words.iter().map(String::as_str).partition(|word| word.starts_with('-'));
    let known = flags.iter().all(|flag| ["--json", "--quick"].contains(flag));
    if !known || names.iter().any(|name| !GROUPS.contains(name)) {
        eprintln!("bench [--json] [--quick] [{}]", GROUPS.join("|"));
        return ExitCode::from(2);
    }
    let wanted = |group: &str| names.is_empty() || names.contains(&group);
    let mut report = Report::new(flags.contains(&"--json"));
    if wanted("append") {
        append::measure(&mut report);
    }
    if ["activation", "license", "library", "sdk", "usage"].iter().any(|group| wanted(group)) {
        let scene = scene::Scene::start();
        if wanted("activation") {
            activation::measure(&scene, &mut report);
        }
        if wanted("license") {
            license::measure(&scene, &mut report);
        }
        if wanted("library") {
            library::measure(&scene, &mut report);
        }
        if wanted("sdk") {
            sdk::measure(&scene, &mut report);
        }
        if wanted("usage") {
            usage::measure(&scene, if flags.contains(&"--quick") { 10_000 } else { 100_000 }, &mut report);
        }
    }
    if wanted("diagnostics") {
        diagnostics::measure(if flags.contains(&"--quick") { 10 } else { 100 }, &mut report);
    }
    if wanted("ledger") {
        let large = if flags.contains(&"--quick") { 100_000 } else { 1_000_000 };
        ledger::measure(large, &mut report);
    }
    if names.contains(&"window") {
        window::measure(flags.contains(&"--quick"), &mut report);
    }
    ExitCode::SUCCESS
}
