//! The facts of the computer the test runs on, against what the system's own files and commands say.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::process::Command;

use gatefold_machine::Facts;

/// The value of the first line of `text` that begins with `key`, after the separator.
fn value(text: &str, key: &str, separator: char) -> Option<String> {
    let line = text.lines().find(|line| line.split(separator).next().is_some_and(|k| k.trim() == key))?;
    Some(line.split_once(separator)?.1.trim().trim_matches('"').to_owned())
}

#[test]
fn the_device_name_is_what_hostname_says() {
    let said = Command::new("hostname").output().expect("`hostname` runs");
    let full = String::from_utf8(said.stdout).unwrap();
    let short = full.trim().split('.').next().unwrap().to_owned();
    assert_eq!(Facts::read().device_name, Ok(short));
}

#[test]
fn the_system_is_what_os_release_says() {
    let text = fs::read_to_string("/etc/os-release").unwrap();
    let name = value(&text, "NAME", '=').unwrap();
    let expect = match value(&text, "VERSION_ID", '=') {
        Some(version) => format!("{name} {version}"),
        None => name,
    };
    assert_eq!(Facts::read().os, Ok(expect));
}

#[test]
fn the_processor_is_what_cpuinfo_says() {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap();
    let Some(brand) = value(&text, "model name", ':') else {
        eprintln!("SKIPPED: /proc/cpuinfo names no model here");
        return;
    };
    let squeezed = brand.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(Facts::read().cpu, Ok(squeezed));
}

#[test]
fn the_memory_is_what_meminfo_says() {
    let text = fs::read_to_string("/proc/meminfo").unwrap();
    let kib: f64 = value(&text, "MemTotal", ':').unwrap().trim_end_matches(" kB").parse().unwrap();
    let gib = (kib / 1024.0 / 1024.0).round() as u64;
    assert_eq!(Facts::read().memory_gib, Ok(gib));
}
