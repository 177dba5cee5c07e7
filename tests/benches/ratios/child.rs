//! This very program as a child: watched by strace, or alone with its memory.

use std::path::Path;
use std::process::Command;

use gatefold_tests::tool;

use crate::{activation, append, diagnostics, ledger, library, sdk, usage};

/// The first word of a child's command line.
pub(crate) const FLAG: &str = "--child";

/// Whatever brings bytes to the disk for good or gives a file its name, and the writing of our own marks.
const CALLS: &str = "trace=fsync,fdatasync,sync_file_range,sync,syncfs,rename,renameat,renameat2,write";
const BEGIN: &str = "the measured work begins";
const END: &str = "the measured work ends";

/// What a child was started for.
pub(crate) fn run(words: &[String]) {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["append", dir] => append::child(Path::new(dir)),
        ["activate", home, vendor, key] => activation::child(Path::new(home), Path::new(vendor), key),
        ["sdk", ref words @ ..] => sdk::child(words),
        ["list", dir] => library::child(Path::new(dir)),
        ["read", dir, entries] => print_peak(|| ledger::read_all(Path::new(dir), entries.parse().unwrap())),
        ["count", dir] => print_peak(|| _ = usage::count(Path::new(dir))),
        ["clean", log] => print_peak(|| diagnostics::clean_file(Path::new(log))),
        ["export", dir] => print_peak(|| ledger::export(Path::new(dir))),
        _ => panic!("nobody asks a child for {words:?}"),
    }
}

/// The number that a child prints: how long it took, in microseconds; or the largest amount of memory that it ever had
/// (`VmHWM`), in KiB.
pub(crate) fn printed(words: &[&str]) -> f64 {
    let output = Command::new(std::env::current_exe().unwrap()).arg(FLAG).args(words).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.trim().parse().unwrap_or_else(|_| panic!("{words:?}: {}", String::from_utf8_lossy(&output.stderr)))
}

fn print_peak(work: impl FnOnce()) {
    work();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    println!("{}", peak.trim().trim_end_matches(" kB"));
}

/// The system calls that a child makes between [`begin`] and [`end`], with the paths of its descriptors: syncs and
/// renames alone. `None`, said aloud, without strace.
pub(crate) fn traced(what: &str, words: &[&str]) -> Option<Vec<String>> {
    let strace = tool(what, "strace")?;
    let dir = tempfile::tempdir().unwrap();
    let trace = dir.path().join("trace");
    let output = Command::new(strace)
        .args(["-f", "-y", "-s", "64", "-e", CALLS])
        .arg("-o")
        .arg(&trace)
        .arg(std::env::current_exe().unwrap())
        .arg(FLAG)
        .args(words)
        .output()
        .unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    let text = std::fs::read_to_string(&trace).unwrap();
    let (_, rest) = text.split_once(BEGIN).unwrap();
    let (measured, _) = rest.split_once(END).unwrap();
    let call = |line: &&str| line.contains("sync") || line.contains("rename");
    // A call that another thread interrupted stands on two lines; the second has no arguments.
    Some(measured.lines().filter(call).filter(|line| !line.contains("resumed>")).map(str::to_owned).collect())
}

/// In a child: what follows is watched.
pub(crate) fn begin() {
    println!("{BEGIN}");
}

/// In a child: what follows is watched no more.
pub(crate) fn end() {
    println!("{END}");
}
