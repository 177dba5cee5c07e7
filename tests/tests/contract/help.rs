//! Help: every noun and verb has one, verbs with examples that parse, in color only where it is wanted.

use std::path::Path;

use gatefold_tests::Cli;

use crate::shape::VERBS;

fn cli() -> Cli {
    Cli::new(Path::new("/nonexistent"))
}

#[test]
fn every_verb_has_help_with_examples() {
    for verb in VERBS {
        for flag in ["--help", "-h"] {
            let ran = cli().run(verb.split(' ').chain([flag]));
            let text = ran.text();
            assert_eq!(ran.code(), Some(0), "{verb}: {ran:?}");
            assert!(text.contains("Usage: gatefold ") && text.contains("Example"), "{verb}: {text}");
            assert!(ran.stderr.is_empty(), "{verb}: {}", ran.stderr);
        }
    }
}

/// An example that is a usage error teaches the wrong thing. They run in a home that cannot be made, so that a good
/// one fails later, with exit 1.
#[test]
fn every_example_is_good_usage() {
    let home = tempfile::NamedTempFile::new().unwrap();
    let beside = [vec![], vec!["window"], vec!["completions"], vec!["man"]];
    for verb in VERBS.iter().map(|verb| verb.split(' ').collect::<Vec<_>>()).chain(beside) {
        let help = cli().run(verb.iter().copied().chain(["--help"])).text();
        let examples = help.lines().skip_while(|line| !line.starts_with("Example"));
        let mut tried = 0;
        for line in examples.filter_map(|line| line.split("gatefold ").nth(1)) {
            let end = line.find([' ', '<', '>', '&', '|', '(']).map(|_| line);
            let words = words_of(end.unwrap_or(line));
            let ran = Cli::new(home.path()).run_with_input(&words, b"input\ninput\n");
            assert_ne!(ran.code(), Some(2), "{words:?}: {}", ran.stderr);
            tried += 1;
        }
        assert!(tried > 0, "{verb:?}: no example");
    }
}

/// The words of a line, up to where the shell or the explanation begins.
fn words_of(line: &str) -> Vec<String> {
    let line = line.split("   ").next().unwrap();
    let line = line.split([';', '|', '&', '<', '>']).next().unwrap();
    let mut words = Vec::new();
    for (position, part) in line.split('"').enumerate() {
        if position % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[test]
fn the_exit_codes_stand_in_the_help() {
    let help = cli().run(["--help"]).text();
    assert!(help.contains("0 done, 1 failed, 2 usage, 3 refused by the server or by policy"), "{help}");
}

#[test]
fn the_version_is_the_packages() {
    for flag in ["--version", "-V"] {
        let ran = cli().run([flag]);
        assert_eq!((ran.code(), ran.text()), (Some(0), format!("gatefold {}\n", env!("CARGO_PKG_VERSION"))));
    }
}
