//! What a plug-in links, laid out as compilers look for it: `lib/`, `include/`, a pkg-config file and a CMake package.
//!
//! The library is one object whose every name but `gf_…` is its own: a plug-in that links it shares no symbol with another
//! one in the same host, nor with Rust code of its vendor's.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Failed, cargo, root, run};

const PACKAGE: &str = "gatefold-plugin-sdk";
const SOURCE: &str = "crates/plugin-sdk";
/// What Rust's own library asks of the system's (`--print native-static-libs`), on Linux.
pub(crate) const SYSTEM_LIBRARIES: &str = "-lgcc_s -lm -lpthread -ldl -lc";

/// Builds it as vendors get it, or as tests do.
pub(crate) fn sdk(words: &[String]) -> Result<(), Failed> {
    match words {
        [] => {}
        [word] if word == "--for-tests" => return for_tests(),
        _ => return Err("sdk takes --for-tests or nothing".to_owned()),
    }
    if !cfg!(target_os = "linux") {
        return Err("the library is put together on Linux alone so far".to_owned());
    }
    let staged = root().join("target/sdk");
    stage(&staged, &Made { profile: "release", words: &["--release"], for_tests: false, version: None })?;
    println!("{}", staged.display());
    Ok(())
}

/// The same for tests: unoptimized, with one function more, that panics. No crash points and no clock: tests go by the
/// computer's own.
pub(crate) fn for_tests() -> Result<(), Failed> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    // Half optimized code decides by bits that do not count, and valgrind names each such place.
    let rustix = "profile.dev.package.rustix.opt-level=2";
    let words = ["--features", "test-panic", "--config", rustix];
    let made = Made { profile: "debug", words: &words, for_tests: true, version: None };
    stage(&root().join("target/test-sdk"), &made)?;
    // As a release unwinds, and of another version: what is optimized is left out, which nobody looks at and takes minutes.
    let plain = "profile.release.opt-level=0";
    let [debug, lto] = ["profile.release.debug=false", "profile.release.lto=\"off\""];
    let words =
        ["--release", "--features", "test-panic", "--config", plain, "--config", debug, "--config", lto];
    let made = Made { profile: "release", words: &words, for_tests: true, version: Some("9.9.9") };
    stage(&root().join("target/test-sdk-release"), &made)
}

/// How a library is built.
struct Made<'a> {
    profile: &'a str,
    /// For cargo.
    words: &'a [&'a str],
    /// With the function that panics.
    for_tests: bool,
    /// What it says of itself in place of its version.
    version: Option<&'a str>,
}

fn stage(to: &Path, made: &Made) -> Result<(), Failed> {
    // An archive is asked for here alone: in any other build nobody needs it.
    run(cargo()
        .args(["rustc", "--locked", "--package", PACKAGE, "--lib", "--crate-type", "staticlib"])
        .args(made.words)
        .envs(made.version.map(|version| ("GATEFOLD_TEST_VERSION", version))))?;
    let archive = root().join("target").join(made.profile).join("libgatefold_plugin_sdk.a");
    let [lib, include] = ["lib", "include"].map(|name| to.join(name));
    for dir in [&lib, &include, &lib.join("pkgconfig"), &lib.join("cmake/gatefold")] {
        fs::create_dir_all(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
    }
    let mut functions = functions()?;
    functions.retain(|name| !name.starts_with("gf_test_") || made.for_tests);
    join(&archive, &lib.join("libgatefold.a"), &functions)?;
    for header in ["gatefold.h", "gatefold.hpp"] {
        copy(&root().join(SOURCE).join("include").join(header), &include.join(header))?;
    }
    write(&lib.join("pkgconfig/gatefold.pc"), &pkg_config())?;
    write(&lib.join("cmake/gatefold/gatefold-config.cmake"), &cmake())?;
    write(&lib.join("cmake/gatefold/gatefold-config-version.cmake"), &cmake_version())
}

/// Makes one object of an archive, of what these functions reach, and keeps their names alone.
fn join(archive: &PathBuf, library: &PathBuf, functions: &[String]) -> Result<(), Failed> {
    let [object, hidden, source] = ["o", "hidden.o", "hidden.s"].map(|ending| library.with_extension(ending));
    // A reference that hides a name hides it for whoever links the object: also what a plug-in does not call stays inside it.
    let hide = |name: &String| format!(".hidden {name}\n.quad {name}\n");
    let hiding: String = functions.iter().map(hide).collect();
    write(&source, &format!(".section .gatefold.names,\"a\"\n{hiding}.section .note.GNU-stack,\"\"\n"))?;
    run(Command::new("as").arg("-o").args([&hidden, &source]))?;
    let mut link = Command::new("ld");
    link.args(["-r", "--gc-sections", "--force-group-allocation", "-o"]).arg(&object);
    for name in functions {
        link.args(["-u", name]);
    }
    run(link.args([&hidden, archive]))?;
    // What is not reached leaves no name either. Rust's own library brings bitcode, which joined is none.
    run(Command::new("objcopy")
        .args(["--strip-unneeded", "--remove-section", ".llvmbc", "--remove-section", ".llvmcmd"])
        .args(functions.iter().map(|name| format!("--keep-global-symbol={name}")))
        .arg(&object))?;
    let _ = fs::remove_file(library);
    run(Command::new("ar").arg("rcsD").args([library, &object]))?;
    for made in [&object, &hidden, &source] {
        fs::remove_file(made).map_err(|error| format!("{}: {error}", made.display()))?;
    }
    Ok(())
}

/// The functions that C may call, by the sources.
fn functions() -> Result<Vec<String>, Failed> {
    let mut names = Vec::new();
    for file in ["opening.rs", "asking.rs"] {
        let path = root().join(SOURCE).join("src/ffi").join(file);
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let found = text.split("extern \"C\" fn ").skip(1).filter_map(|rest| rest.split('(').next());
        names.extend(found.map(str::to_owned));
    }
    Ok(names)
}

fn pkg_config() -> String {
    format!(
        "prefix=${{pcfiledir}}/../..\nlibdir=${{prefix}}/lib\nincludedir=${{prefix}}/include\n\n\
         Name: gatefold\nDescription: Whether a plug-in is licensed on this computer\nVersion: {}\n\
         Cflags: -I${{includedir}}\nLibs: -L${{libdir}} -lgatefold {SYSTEM_LIBRARIES}\n",
        env!("CARGO_PKG_VERSION")
    )
}

fn cmake() -> String {
    let libraries = SYSTEM_LIBRARIES.replace("-l", "").replace(' ', ";");
    format!(
        "get_filename_component(_gatefold \"${{CMAKE_CURRENT_LIST_DIR}}/../../..\" ABSOLUTE)\n\
         if(NOT TARGET gatefold::gatefold)\n  \
         add_library(gatefold::gatefold STATIC IMPORTED)\n  \
         set_target_properties(gatefold::gatefold PROPERTIES\n    \
         IMPORTED_LOCATION \"${{_gatefold}}/lib/libgatefold.a\"\n    \
         INTERFACE_INCLUDE_DIRECTORIES \"${{_gatefold}}/include\"\n    \
         INTERFACE_LINK_LIBRARIES \"{libraries}\")\nendif()\nunset(_gatefold)\n"
    )
}

/// Before 1.0 a minor version may change what there is.
fn cmake_version() -> String {
    format!(
        "set(PACKAGE_VERSION \"{}\")\n\
         string(REGEX MATCH \"^[0-9]+\\\\.[0-9]+\" _gatefold_is \"${{PACKAGE_VERSION}}\")\n\
         string(REGEX MATCH \"^[0-9]+\\\\.[0-9]+\" _gatefold_asked \"${{PACKAGE_FIND_VERSION}}\")\n\
         if(PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION OR NOT _gatefold_is STREQUAL _gatefold_asked)\n  \
         set(PACKAGE_VERSION_COMPATIBLE FALSE)\nelse()\n  set(PACKAGE_VERSION_COMPATIBLE TRUE)\n  \
         if(PACKAGE_FIND_VERSION STREQUAL PACKAGE_VERSION)\n    set(PACKAGE_VERSION_EXACT TRUE)\n  endif()\nendif()\n",
        env!("CARGO_PKG_VERSION")
    )
}

fn copy(from: &PathBuf, to: &PathBuf) -> Result<(), Failed> {
    fs::copy(from, to).map(drop).map_err(|error| format!("{}: {error}", from.display()))
}

fn write(to: &PathBuf, text: &str) -> Result<(), Failed> {
    fs::write(to, text).map_err(|error| format!("{}: {error}", to.display()))
}
