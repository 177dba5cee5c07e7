//! The C header of the plug-in SDK, made from the functions that it declares.

use cbindgen::{Builder, Config, DocumentationStyle, EnumConfig, Language, Style};

use crate::programs::root_dir;

const HEAD: &str = "\
/* Gatefold: whether a plug-in is licensed on this computer.
 *
 * Made by `cargo xtask header` from crates/plugin-sdk/src/ffi; do not edit.
 *
 * - A call ends with a gf_result. What it is to write is written after GF_OK alone.
 * - Every function takes NULL, and none lets anything but a result out: no exception, no signal.
 * - A gf_license may be used by any threads at once, but for gf_close, which is the last to use it.
 * - gf_standing_now is for the audio thread. Every other function may read files and wait.
 * - Nothing here opens a socket or starts a thread. No file is written but by gf_close, where the user shares usage.
 */";

const HIDDEN: &str = "
/* Two plug-ins in one host may have two versions of this library: each calls its own. */
#if defined(__GNUC__) && !defined(_WIN32)
#define GF_API __attribute__((visibility(\"hidden\")))
#else
#define GF_API
#endif";

/// What `crates/plugin-sdk/include/gatefold.h` must be.
///
/// # Panics
/// When the functions cannot be read.
pub fn header() -> String {
    let mut config = Config {
        language: Language::C,
        style: Style::Both,
        cpp_compat: true,
        documentation_style: DocumentationStyle::C99,
        header: Some(HEAD.to_owned()),
        include_guard: Some("GATEFOLD_H".to_owned()),
        no_includes: true,
        sys_includes: vec!["stddef.h".to_owned(), "stdint.h".to_owned()],
        usize_is_size_t: true,
        after_includes: Some(HIDDEN.to_owned()),
        line_length: 110,
        enumeration: EnumConfig { add_sentinel: false, ..EnumConfig::default() },
        ..Config::default()
    };
    config.function.prefix = Some("GF_API".to_owned());
    let folder = root_dir().join("crates/plugin-sdk/src/ffi");
    let files = ["types.rs", "opening.rs", "asking.rs"];
    let builder = files
        .iter()
        .fold(Builder::new().with_config(config), |builder, file| builder.with_src(folder.join(file)));
    let mut written = Vec::new();
    builder.generate().unwrap().write(&mut written);
    without_safety(&String::from_utf8(written).unwrap())
}

/// What Rust asks of a caller stands in C's documents as it does in the head: the sections on safety are Rust's own.
fn without_safety(text: &str) -> String {
    let mut kept = String::new();
    let mut skipping = false;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let is_comment = line.trim_start().starts_with("//");
        let opens =
            lines.peek().is_some_and(|next| next.trim() == "// # Safety" || next.trim() == "/// # Safety");
        skipping = is_comment && (skipping || opens);
        if !skipping {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}
