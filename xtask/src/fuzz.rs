//! Fuzzing the readers of foreign bytes, in a workspace of its own that the build knows nothing of.

use crate::run::{Failed, cargo, root, run};

/// What libFuzzer needs of the compiler, which a stable one has: counters at every edge. Safe Rust can do without
/// AddressSanitizer, which it has not.
const INSTRUMENTED: &str = "--cfg fuzzing -Cpasses=sancov-module -Ccodegen-units=1 \
    -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

const FOLDER: &str = "crates/license/fuzz";
const SECONDS: u32 = 60;

/// Fuzzes for so many seconds.
pub(crate) fn fuzz(words: &[String]) -> Result<(), Failed> {
    let secs = match words {
        [] => SECONDS,
        [secs] => secs.parse().map_err(|_| format!("\"{secs}\" is no number of seconds"))?,
        _ => return Err("fuzz takes a number of seconds alone".to_owned()),
    };
    let folder = root().join(FOLDER);
    let corpus = folder.join("corpus/read");
    std::fs::create_dir_all(&corpus).map_err(|error| format!("{}: {error}", corpus.display()))?;
    // With a target named, what runs while building is not instrumented.
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    run(cargo()
        .current_dir(&folder)
        .env("RUSTFLAGS", INSTRUMENTED)
        .args(["run", "--release", "--target", &target, "--"])
        .args(["corpus/read", "seeds/read", "-print_final_stats=1"])
        .arg(format!("-max_total_time={secs}")))
}
