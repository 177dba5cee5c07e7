//! No secret stands among the words of a program that we start: we start none. Keys and passwords come by standard
//! input. (`--otp CODE` and a KEY that is not `-` are the user's own words; the help offers the other way.)

use gatefold_tests::{Cli, Sandbox, tool};

const TEST: &str = "no_program_is_started";

#[test]
fn no_program_is_started() {
    let Some(strace) = tool(TEST, "strace") else { return };
    let sandbox = Sandbox::start();
    let (home, traces) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let run = |name: &str, words: &[&str], input: &str| {
        let trace = traces.path().join(name);
        let cli = Cli::new(home.path()).env("GATEFOLD_PASSPHRASE", "a passphrase planted here");
        let options = ["-f", "-s", "4096", "-e", "trace=execve,execveat,?fork,?vfork", "-o"].map(Into::into);
        let wrapper =
            [strace.clone().into_os_string()].into_iter().chain(options).chain([trace.clone().into()]);
        let ran = cli.vendor(&sandbox.vendor_file()).under(wrapper).run_with_input(words, input.as_bytes());
        assert_eq!(ran.code(), Some(0), "{words:?}: {ran:?}");
        let trace = std::fs::read_to_string(trace).unwrap();
        let started: Vec<&str> =
            trace.lines().filter(|line| line.contains("exec") || line.contains("fork")).collect();
        // The one that strace itself makes.
        assert_eq!(started.len(), 1, "{name}: {started:#?}");
        for secret in ["demo-password", &sandbox.key("free"), "planted"] {
            let words = started[0].split_once("[\"").unwrap().1.split_once(']').unwrap().0;
            assert!(!words.contains(secret), "{name}: {words}");
        }
    };
    let mail = ["account", "sign-in", "--email", "demo@example.com", "--password-stdin", "--yes"];
    run("sign-in", &mail, "demo-password\n");
    run("activate", &["license", "activate", "-", "--yes"], &sandbox.key("free"));
    run("refresh", &["license", "refresh", "--yes"], "");
    run("check", &["ledger", "check"], "");
}
