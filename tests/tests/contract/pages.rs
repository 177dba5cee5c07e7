//! What is made for other programs: completion scripts for shells, the manual page for `man`.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use gatefold_tests::{Cli, program, tool};

use crate::shape::VERBS;

fn made(words: &[&str]) -> String {
    let ran = Cli::new(Path::new("/nonexistent")).run(words);
    assert_eq!(ran.code(), Some(0), "{words:?}: {ran:?}");
    assert!(ran.stderr.is_empty(), "{}", ran.stderr);
    ran.text()
}

/// Gives a text to a program that must not complain about it.
fn piped(tool: &Path, args: &[&str], input: &str) -> String {
    let mut command = Command::new(tool);
    command.args(args).env("LC_ALL", "C.UTF-8").env("MANWIDTH", "100");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && complaints.is_empty(), "{tool:?}: {complaints}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn each_shell_reads_its_script() {
    for (shell, check) in [("bash", ["-n"]), ("zsh", ["-n"]), ("fish", ["--no-execute"])] {
        let script = made(&["completions", shell]);
        for word in ["ledger", "activate", "--json"] {
            let word = if shell == "fish" { word.trim_start_matches("--") } else { word };
            assert!(script.contains(word), "{shell}: no {word}");
        }
        if let Some(tool) = tool("each_shell_reads_its_script", shell) {
            piped(&tool, &check, &script);
        }
    }
}

#[test]
fn bash_completes_nouns_and_verbs() {
    let Some(bash) = tool("bash_completes_nouns_and_verbs", "bash") else { return };
    let script = made(&["completions", "bash"]);
    let complete = |words: &str| {
        let ask = format!(
            "{script}\nCOMP_WORDS=(gatefold {words} ''); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n\
             _gatefold gatefold '' ''\necho \"${{COMPREPLY[@]}}\""
        );
        piped(&bash, &["--norc"], &ask)
    };
    let check = |words: &str, expect: &[&str]| {
        let given = complete(words);
        let given: Vec<&str> = given.split_whitespace().collect();
        assert!(expect.iter().all(|word| given.contains(word)), "{words}: {given:?}");
    };
    check("", &["machine", "vendor", "account", "license", "ledger"]);
    check("license", &["activate", "list", "refresh", "deactivate", "verify"]);
    check("ledger", &["list", "show", "check", "export", "erase"]);
}

/// `head` and `less` close a pipe when they have seen enough.
#[test]
fn a_closed_pipe_is_no_failure() {
    let Some(bash) = tool("a_closed_pipe_is_no_failure", "bash") else { return };
    for words in ["completions bash", "man"] {
        let line = format!("{} {words} | true; echo ${{PIPESTATUS[0]}}", program("gatefold").display());
        assert_eq!(piped(&bash, &["-c", &line], ""), "0\n", "{words}");
    }
}

#[test]
fn the_manual_page_holds_every_verb() {
    let page = made(&["man"]);
    let mut read_by_one = false;
    for (reader, args) in
        [("man", &["--warnings", "-l", "-"][..]), ("groff", &["-man", "-ww", "-Tutf8", "-k"])]
    {
        let Some(tool) = tool("the_manual_page_holds_every_verb", reader) else { continue };
        read_by_one = true;
        // Bold and underlined text is struck over, or between escapes.
        let text = plain(&piped(&tool, args, &page));
        for heading in ["NAME", "SYNOPSIS", "OPTIONS", "COMMANDS", "ENVIRONMENT", "FILES", "EXIT CODES"] {
            assert!(text.contains(heading), "{reader}: no {heading}\n{text}");
        }
        for verb in VERBS {
            assert!(text.contains(&format!("gatefold {verb}")), "{reader}: no {verb}");
        }
        for flag in [
            "--home DIR",
            "--password-stdin",
            "--otp CODE",
            "--search WORDS",
            "GATEFOLD_PASSPHRASE",
            "~/.local/state/gatefold/ledger/",
        ] {
            assert!(text.contains(flag), "{reader}: no {flag}\n{text}");
        }
    }
    assert!(read_by_one || page.starts_with(".ie"), "no reader, and no page: {page}");
}

fn plain(text: &str) -> String {
    let escapes = regex::Regex::new("\u{1b}\\[[0-9;]*m|.\u{8}").unwrap();
    escapes.replace_all(text, "").into_owned()
}
