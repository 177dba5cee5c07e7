//! Fuzzing the readers of foreign bytes, in a workspace of its own that the build knows nothing of.

use std::path::Path;

use crate::run::{Failed, cargo, root, run};

/// What libFuzzer needs of the compiler, which a stable one has: counters at every edge. Safe Rust can do without
/// AddressSanitizer, which it has not.
const INSTRUMENTED: &str = "--cfg fuzzing -Cpasses=sancov-module -Ccodegen-units=1 \
    -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

/// What is fuzzed, and where.
const TARGETS: [(&str, &str); 2] = [("read", "crates/license/fuzz"), ("shelf", "crates/plugin-sdk/fuzz")];
const SECONDS: u32 = 60;

/// Fuzzes for so many seconds: one target, or each of them.
pub(crate) fn fuzz(words: &[String]) -> Result<(), Failed> {
    let (names, secs): (Vec<&String>, Vec<&String>) =
        words.iter().partition(|word| TARGETS.iter().any(|(name, _)| name == word));
    let secs = match secs[..] {
        [] => SECONDS,
        [secs] => {
            secs.parse().map_err(|_| format!("\"{secs}\" is neither a target nor a number of seconds"))?
        }
        _ => return Err("fuzz takes a number of seconds and the names of targets".to_owned()),
    };
    let mut wanted =
        TARGETS.iter().filter(|(name, _)| names.is_empty() || names.iter().any(|named| *named == name));
    wanted.try_for_each(|(name, folder)| one(name, &root().join(folder), secs))
}

fn one(name: &str, folder: &Path, secs: u32) -> Result<(), Failed> {
    let [corpus, data] = ["corpus", "target/data"].map(|place| folder.join(place).join(name));
    for place in [&corpus, &data] {
        std::fs::create_dir_all(place).map_err(|error| format!("{}: {error}", place.display()))?;
    }
    // With a target named, what runs while building is not instrumented.
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    run(cargo()
        .current_dir(folder)
        .env("RUSTFLAGS", INSTRUMENTED)
        // Where what reads a shelf has its own.
        .env("XDG_DATA_HOME", &data)
        .args(["run", "--release", "--target", &target, "--"])
        .args([format!("corpus/{name}"), format!("seeds/{name}"), "-print_final_stats=1".to_owned()])
        .arg(format!("-max_total_time={secs}")))
}
