//! What the sources themselves must not hold: a bare secret, a socket, a panic, a print.

use std::path::{Path, PathBuf};

use gatefold_tests::root_dir;

/// A source file of a program: whole, and without its tests.
struct Source {
    path: String,
    text: String,
    code: String,
}

fn sources() -> Vec<Source> {
    let root = root_dir();
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(root.join("crates")).unwrap() {
        walk(&entry.unwrap().path().join("src"), &mut paths);
    }
    walk(&root.join("src-tauri/src"), &mut paths);
    walk(&root.join("plugins/halo-plate/src"), &mut paths);
    walk(&root.join("tests/clap-host/src"), &mut paths);
    assert!(paths.len() > 100, "the walk found {} files", paths.len());
    paths
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(&root).unwrap().display().to_string();
            let code = without_tests(&text);
            Source { path, text, code }
        })
        .collect()
}

/// A source without the items that only tests have.
pub(crate) fn without_tests(text: &str) -> String {
    let mut parts = text.split("\n#[cfg(test)]\n");
    let mut code = parts.next().unwrap().to_owned();
    for part in parts {
        let item = part.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
        // One line, or up to the brace that closes it.
        let end = if item.ends_with(';') { item } else { "\n}\n" };
        code.push('\n');
        code.push_str(part.split_once(end).map_or("", |(_, rest)| rest));
    }
    code
}

fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // Tests and what they share are no part of a program.
        if name == "tests" || name.ends_with("tests.rs") || name == "testing.rs" {
            continue;
        }
        if path.is_dir() {
            walk(&path, found);
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// Lines of code outside comments that hold `needle`, as `path:line`.
pub(crate) fn places(needle: &str, except: impl Fn(&str) -> bool) -> Vec<String> {
    let mut places = Vec::new();
    for source in sources().iter().filter(|source| !except(&source.path)) {
        for (number, line) in source.code.lines().enumerate() {
            if !is_comment(line) && line.contains(needle) {
                places.push(format!("{}:{}: {}", source.path, number + 1, line.trim()));
            }
        }
    }
    places
}

#[test]
fn every_exposed_secret_says_why() {
    let mut silent = Vec::new();
    for source in sources() {
        let lines: Vec<&str> = source.code.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let exposes = line.contains(".expose()") && !is_comment(line);
            if exposes && !says_why(&lines[..=number]) {
                silent.push(format!("{}:{}: {}", source.path, number + 1, line.trim()));
            }
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

/// Whether a comment stands on the last of these lines, in its statement, or above that.
fn says_why(lines: &[&str]) -> bool {
    let ends = |line: &&str| line.is_empty() || line.ends_with([';', '}']);
    let (last, above) = lines.split_last().unwrap();
    last.contains("//") || above.iter().rev().take_while(|line| !ends(line)).any(|line| line.contains("//"))
}

#[test]
fn nobody_opens_a_socket_by_hand() {
    let sandbox = |path: &str| path.starts_with("crates/sandbox/");
    for needle in ["TcpStream", "TcpListener", "UdpSocket", "UnixStream", "UnixListener", "UnixDatagram"] {
        assert_eq!(places(needle, sandbox), Vec::<String>::new(), "{needle}");
    }
    // A name that is looked up is a packet, too.
    let egress = |path: &str| sandbox(path) || path.starts_with("crates/egress/");
    for needle in ["lookup_host", "ToSocketAddrs", "to_socket_addrs"] {
        assert_eq!(places(needle, egress), Vec::<String>::new(), "{needle}");
    }
}

#[test]
fn libraries_neither_print_nor_unwrap() {
    let programs = |path: &str| {
        path.starts_with("crates/cli/")
            || path.starts_with("crates/sandbox/")
            || path.starts_with("tests/clap-host/")
            || path == "src-tauri/src/main.rs"
    };
    for needle in ["println!(", "print!(", "eprintln!(", "eprint!(", "dbg!("] {
        assert_eq!(places(needle, programs), Vec::<String>::new(), "{needle}");
    }
    for needle in [".unwrap()", ".expect(", "todo!(", "unimplemented!("] {
        assert_eq!(places(needle, |_| false), Vec::<String>::new(), "{needle}");
    }
}

/// Where C is spoken, and nowhere else: twice in what musicians get, once in a host that loads a plug-in for tests (decision 34).
const SPEAKS_C: [&str; 3] =
    ["crates/plugin-sdk/src/ffi/", "plugins/halo-plate/src/formats/", "tests/clap-host/src/entry/"];

fn speaks_c(path: &str) -> bool {
    SPEAKS_C.iter().any(|place| path.starts_with(place))
}

#[test]
fn no_unsafe_code_but_where_c_is_spoken() {
    let root = std::fs::read_to_string(root_dir().join("Cargo.toml")).unwrap();
    assert!(root.contains("unsafe_code = \"forbid\""));
    let crates = std::fs::read_dir(root_dir().join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let others = ["plugins/halo-plate", "src-tauri", "tests", "tests/clap-host", "xtask"];
    let others = others.map(|name| root_dir().join(name));
    for package in crates.chain(others) {
        let manifest = package.join("Cargo.toml");
        let text = std::fs::read_to_string(&manifest).unwrap();
        let forbids = ["[lints]\nworkspace = true", "[lints.rust]\nunsafe_code = \"forbid\""];
        let may_speak_c =
            ["plugin-sdk", "halo-plate", "clap-host"].iter().any(|name| package.ends_with(name));
        let denies = may_speak_c && text.contains("[lints.rust]\nunsafe_code = \"deny\"");
        assert!(denies || forbids.iter().any(|lints| text.contains(lints)), "{}", manifest.display());
    }
    for needle in ["unsafe {", "unsafe fn", "unsafe impl", "unsafe trait", "unsafe extern", "[unsafe("] {
        assert_eq!(places(needle, speaks_c), Vec::<String>::new(), "{needle}");
    }
    let allowed = places("allow(unsafe_code", |_| false);
    let places = allowed.iter().map(|place| place.split(':').next().unwrap_or_default());
    assert!(places.eq(SPEAKS_C.map(|place| format!("{place}mod.rs"))), "{allowed:?}");
}

#[test]
fn every_unsafe_block_says_why_it_holds() {
    let mut blocks = 0;
    for source in sources().iter().filter(|source| speaks_c(&source.path)) {
        let lines: Vec<&str> = source.code.lines().collect();
        for (number, line) in lines.iter().enumerate().filter(|(_, line)| !is_comment(line)) {
            blocks += usize::from(line.contains("unsafe {"));
            let above = lines[..number].iter().rev().take_while(|line| !line.is_empty());
            let mut above = above.take(6);
            let says = !line.contains("unsafe {") || above.any(|line| line.contains("// SAFETY: "));
            assert!(says, "{}:{}: {}", source.path, number + 1, line.trim());
            // A function that C calls says what it asks of C, and lets no panic out.
            if line.contains("extern \"C\" fn gf_") {
                let body: String = lines[number..].iter().take_while(|line| **line != "}").copied().collect();
                let only_reads =
                    ["gf_standing_now", "_text(", "gf_version"].iter().any(|name| line.contains(name));
                assert!(only_reads || body.contains("guarded("), "{}: {}", source.path, line.trim());
            }
        }
    }
    assert!(blocks > 15, "{blocks}");
}

#[test]
fn every_module_says_what_it_is_and_stays_short() {
    for source in sources() {
        assert!(source.text.starts_with("//!"), "{} has no module doc", source.path);
        let lines = source.code.lines().count();
        assert!(lines <= 400, "{} has {lines} lines without its tests", source.path);
    }
}

#[test]
fn every_invariant_names_a_test_that_exists() {
    let document = std::fs::read_to_string(root_dir().join("ARCHITECTURE.md")).unwrap();
    let mut named = 0;
    for path in document.split('`').skip(1).step_by(2) {
        if path.starts_with("tests/") || path.starts_with("crates/") || path == "deny.toml" {
            named += 1;
            let path = root_dir().join(path);
            // A test target is a file, or a folder of the same name.
            assert!(path.exists() || path.with_extension("").is_dir(), "{} does not exist", path.display());
        }
    }
    assert!(named > 15, "{named}");
}
