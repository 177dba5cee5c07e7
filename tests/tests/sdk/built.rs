//! The library and its packages, as they are laid out: whose names show, what is asked of the system, what is linked.

use std::process::Command;

use gatefold_tests::{root_dir, tool};

use crate::compiled::{compiled, plugin, plugin_of, said, staged, staged_as_release};

/// Names of the system with which a program could speak to a network, start something, or catch what is the host's.
const NEVER: &[&str] = &[
    "socket",
    "connect",
    "bind",
    "listen",
    "accept",
    "send",
    "recv",
    "getaddrinfo",
    "gethostby",
    "res_",
    "fork",
    "vfork",
    "exec",
    "posix_spawn",
    "system",
    "popen",
    "pthread_create",
    "clone",
    "signal",
    "sigaction",
    "atexit",
    "setenv",
    "putenv",
    "unlink",
    "rename",
    "mkdir",
    "ftruncate",
    "chmod",
];

fn symbols(words: &[&str], file: &std::path::Path) -> Vec<String> {
    let text = said(Command::new("nm").args(words).arg(file));
    let names = text.lines().filter_map(|line| line.split_whitespace().last());
    names.filter(|name| !name.ends_with(':')).map(|name| name.split('@').next().unwrap().to_owned()).collect()
}

#[test]
fn only_names_of_ours_show() {
    let library = staged().join("lib/libgatefold.a");
    let shown = symbols(&["--defined-only", "--extern-only"], &library);
    assert!(shown.len() > 10 && shown.iter().all(|name| name.starts_with("gf_")), "{shown:?}");
    // Each that shows is in the header, and the other way round.
    let header = std::fs::read_to_string(staged().join("include/gatefold.h")).unwrap();
    for name in shown.iter().filter(|name| *name != "gf_test_panic") {
        assert!(header.contains(&format!("{name}(")), "{name}");
    }
    // A plug-in shows its own alone.
    let dir = tempfile::tempdir().unwrap();
    let plugin = plugin(dir.path(), "plugin.so");
    let shown = symbols(&["--dynamic", "--defined-only"], &plugin);
    assert_eq!(shown, ["plugin_standing"]);
}

/// The C++ face is compiled into each plug-in: were its functions shown, a second plug-in in the process would run the first one's.
#[test]
fn the_face_for_cpp_shows_no_name() {
    let dir = tempfile::tempdir().unwrap();
    for standard in ["-std=c++11", "-std=c++20"] {
        // Whatever could show does.
        let flags = ["-shared", "-fPIC", standard, "-O0", "-fkeep-inline-functions"];
        let plugin = compiled(dir.path(), "face.cpp", "face.so", &flags);
        let shown = symbols(&["--dynamic", "--defined-only"], &plugin);
        assert!(shown.contains(&"plugin_link".to_owned()), "{shown:?}");
        let text = said(Command::new("nm").args(["-DC", "--defined-only"]).arg(&plugin));
        // `std::move` of one is the standard library's, and the same in every version.
        let ours = text
            .lines()
            .filter(|line| line.splitn(3, ' ').nth(2).is_some_and(|name| name.starts_with("gatefold::")));
        assert_eq!(ours.collect::<Vec<_>>(), Vec::<&str>::new());
    }
}

#[test]
fn nothing_is_asked_of_the_system_that_could_speak_or_start() {
    let dir = tempfile::tempdir().unwrap();
    let plugin = plugin(dir.path(), "plugin.so");
    let asked = symbols(&["--dynamic", "--undefined-only"], &plugin);
    assert!(asked.iter().any(|name| name == "lstat64" || name == "lstat"), "{asked:?}");
    for name in &asked {
        let plain = name.trim_start_matches('_');
        // How libc has a thread's values dropped.
        if plain == "cxa_thread_atexit_impl" || plain == "cxa_finalize" {
            continue;
        }
        assert!(!NEVER.iter().any(|never| plain.starts_with(never)), "{name}");
    }
}

/// No variable moves a key, the clock or the machine id: those of the desktop say where the user's folders are, and one locks usage off.
#[test]
fn no_variable_of_ours_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let plugin = std::fs::read(plugin_of(&staged_as_release(), dir.path(), "plugin.so")).unwrap();
    let holds = |name: &str| plugin.windows(name.len()).any(|bytes| bytes == name.as_bytes());
    assert!(holds("XDG_DATA_HOME") && holds("DO_NOT_TRACK"));
    assert!(!holds("GATEFOLD"));
}

#[test]
fn no_crate_that_could_speak_is_linked() {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "--offline",
            "--package",
            "gatefold-plugin-sdk",
            "--edges",
            "normal,build",
        ])
        .args(["--prefix", "none", "--format", "{p} {f}", "--target", "x86_64-unknown-linux-gnu"])
        .current_dir(root_dir())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let crates: std::collections::BTreeSet<&str> =
        text.lines().filter_map(|line| line.split(' ').next()).filter(|name| !name.is_empty()).collect();
    for never in
        ["tokio", "mio", "socket2", "reqwest", "hyper", "rustls", "libsqlite3-sys", "rusqlite", "tracing"]
    {
        assert!(!crates.contains(never), "{never}: {text}");
    }
    let ours: Vec<&&str> = crates.iter().filter(|name| name.starts_with("gatefold-")).collect();
    assert_eq!(ours, [&"gatefold-license", &"gatefold-plugin-sdk", &"gatefold-shelf"]);
    // What a new one brings is to be looked at.
    assert!(crates.len() < 85, "{}: {crates:?}", crates.len());
    assert!(
        !text.contains("failpoints")
            && !text.lines().any(|line| line.starts_with("rustix") && line.contains("net"))
    );
}

#[test]
fn cmake_finds_it() {
    let Some(cmake) = tool("cmake_finds_it", "cmake") else { return };
    let dir = tempfile::tempdir().unwrap();
    let sources = root_dir().join("tests/tests/sdk/c");
    let text = format!(
        "cmake_minimum_required(VERSION 3.16)\nproject(p C CXX)\nfind_package(gatefold 0.1 REQUIRED)\n\
         find_package(gatefold 99 QUIET CONFIG)\nif(gatefold_FOUND)\nmessage(FATAL_ERROR \"another version\")\nendif()\n\
         add_library(p MODULE {sources}/plugin.c)\nadd_library(q MODULE {sources}/face.cpp)\n\
         target_link_libraries(p gatefold::gatefold)\ntarget_link_libraries(q gatefold::gatefold)\n",
        sources = sources.display()
    );
    std::fs::write(dir.path().join("CMakeLists.txt"), text).unwrap();
    let build = dir.path().join("build");
    let prefix = format!("-DCMAKE_PREFIX_PATH={}", staged().display());
    said(Command::new(&cmake).arg("-S").arg(dir.path()).arg("-B").arg(&build).arg(prefix));
    said(Command::new(&cmake).arg("--build").arg(&build));
    assert!(build.join("libp.so").is_file() && build.join("libq.so").is_file());
}
