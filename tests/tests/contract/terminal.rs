//! On a real terminal: what is shown before it is sent, the question, and both answers. Needs `script`.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use gatefold_tests::{Cli, Ran, Sandbox, SandboxOptions, files_under, program, tool};

use crate::signing_in::one_time_code;

const TEST: &str = "contract::terminal";

struct Desk {
    sandbox: Sandbox,
    home: tempfile::TempDir,
}

impl Desk {
    fn new() -> Option<Self> {
        tool(TEST, "script")?;
        Some(Self { sandbox: Sandbox::start(), home: tempfile::tempdir().unwrap() })
    }

    fn cli(&self) -> Cli {
        Cli::new(self.home.path()).vendor(&self.sandbox.vendor_file())
    }

    fn entries(&self) -> usize {
        self.cli().json(["ledger", "list"])["entries"].as_array().unwrap().len()
    }

    fn licenses(&self) -> usize {
        self.cli().json(["license", "list"])["entries"].as_array().unwrap().len()
    }
}

fn said(ran: &Ran, words: &[&str]) {
    for word in words {
        assert!(ran.text().contains(word), "{word:?} was not said:\n{}", ran.text());
    }
}

/// The seats are shown there and then; one is chosen, given back, and the activation goes on.
#[test]
fn a_full_license_is_activated_in_the_place_of_another_computer() {
    let Some(desk) = Desk::new() else { return };
    let (key, elsewhere) = (desk.sandbox.key("one_seat"), tempfile::tempdir().unwrap());
    let other = Cli::new(elsewhere.path())
        .vendor(&desk.sandbox.vendor_file())
        .env("GATEFOLD_TEST_MACHINE_ID", "3f1c9a7e5b2d4860a1b2c3d4e5f60718")
        .json(["license", "activate", &key, "--device-name", "old laptop", "--yes"]);
    let seat = other["machine_id"].as_str().unwrap();
    let taken = || desk.sandbox.seats_taken(desk.sandbox.license("one_seat")["license_id"].as_str().unwrap());
    let activate = ["license", "activate", &key, "--device-name", "studio"];

    // Who chooses none gives none back.
    let ran = desk.cli().run_on_terminal(activate, b"y\ny\ny\n\n");
    assert_eq!(ran.code(), Some(3), "{ran:?}");
    said(
        &ran,
        &["All seats of this license are in use", "1 of 1 seats in use", "old laptop", "keygen.seats_full"],
    );
    assert_eq!((taken(), desk.licenses()), (1, 0));

    // A slip ends nothing, and a name is as good as an id.
    let answers = format!("y\ny\ny\n{}\nnobody's\nOld Laptop\ny\ny\ny\n", &seat[..2]);
    let ran = desk.cli().run_on_terminal(activate, answers.as_bytes());
    assert_eq!(ran.code(), Some(0), "{ran:?}");
    said(
        &ran,
        &[
            "Give back which seat?",
            "of an id at least four characters are needed",
            "No computer with that id is known here",
            "cannot be recalled",
            "Give back the seat of \"old laptop\"? [y/N]",
            "The seat of \"old laptop\" is free",
            "is asked about the key again",
            "0 of 1 in use",
            "is activated",
        ],
    );
    assert_eq!((taken(), desk.licenses()), (1, 1));
}

#[test]
fn an_activation_is_shown_and_asked_about_twice() {
    let Some(desk) = Desk::new() else { return };
    let key = desk.sandbox.key("free");
    let activate = ["license", "activate", &key, "--device-name", "studio desk"];

    let ran = desk.cli().run_on_terminal(activate, b"n\n");
    assert_eq!(ran.code(), Some(1), "{ran:?}");
    said(
        &ran,
        &[
            "everything in that request",
            "[secret License key]",
            "Ask about the key? [y/N]",
            "Nothing was done",
        ],
    );
    assert_eq!((desk.sandbox.recorded().len(), desk.entries()), (0, 0), "no means no");

    let ran = desk.cli().run_on_terminal(activate, b"y\nn\n");
    assert_eq!(ran.code(), Some(1), "{ran:?}");
    said(
        &ran,
        &["Required by Sleeve Audio", "studio desk", "Seen on the network", "Send and activate? [y/N]"],
    );
    said(&ran, &["Nothing more was done or sent.", "Sent: ledger entry 1."]);
    assert!(!ran.text().contains("Nothing was done"), "the key was asked about: {}", ran.text());
    assert_eq!(
        (desk.sandbox.recorded().len(), desk.entries(), desk.licenses()),
        (1, 1, 0),
        "asked, not activated"
    );

    let ran = desk.cli().run_on_terminal(activate, b"y\nyes\n");
    assert_eq!(ran.code(), Some(0), "{ran:?}");
    said(&ran, &["Halo Plate is activated"]);
    assert_eq!((desk.sandbox.recorded().len(), desk.licenses()), (4, 1));
    assert!(!ran.text().contains(&key), "the key is not shown");
}

/// Ctrl-C at a question: what left before is answered, so nothing is in doubt.
#[test]
fn a_question_can_be_left_by_a_signal() {
    let Some(desk) = Desk::new() else { return };
    let line = |words: &str| {
        format!(
            "trap : INT; {} --home {} {words}; test $? = 1",
            program("gatefold").display(),
            desk.home.path().display()
        )
    };
    let (vendor, key) = (desk.sandbox.vendor_file(), desk.sandbox.key("free"));
    let activate = line(&format!("--vendor {} license activate {key}", vendor.display()));
    let answers = [("Ask about the key? [y/N] ", "y\n"), ("Send and activate? [y/N] ", "\u{3}")];
    let said = conversation(&activate, &answers);
    assert!(said.contains("Stopped. What was sent before is answered, and nothing else was sent."), "{said}");
    assert!(said.contains("Sent: ledger entry 1.") && !said.contains("may have left"), "{said}");
    assert_eq!(desk.sandbox.recorded().len(), 1);

    let add = line(&format!("vendor add {}", vendor.display()));
    let said = conversation(&add, &[("as described? [y/N] ", "\u{3}")]);
    assert!(said.contains("Stopped, and nothing was sent."), "{said}");
}

/// The question goes to stderr, so `--json` may ask too; stdout holds the object alone.
#[test]
fn json_asks_on_a_terminal_too() {
    let Some(desk) = Desk::new() else { return };
    let vendor = desk.sandbox.vendor_file();
    let add = [Path::new("vendor"), Path::new("add"), &vendor, Path::new("--json")];
    let ran = desk.cli().run_on_terminal(add, b"n\n");
    assert_eq!(ran.code(), Some(1), "{ran:?}");
    said(&ran, &["Agree to Sleeve Audio, as described? [y/N]", "\"code\":\"cli.declined\""]);
    let ran = desk.cli().run_on_terminal(add, b"y\n");
    assert_eq!(ran.code(), Some(0), "{ran:?}");
    said(&ran, &["0adf 0fe8 26c6 3bc5", "\"id\":\"sleeve\""]);
}

/// Anything but yes is no, the end of input too.
#[test]
fn whatever_is_not_yes_is_no() {
    let Some(desk) = Desk::new() else { return };
    let vendor = desk.sandbox.vendor_file();
    let add = [Path::new("vendor"), Path::new("add"), &vendor];
    for answer in [&b"\n"[..], b"yess\n", b"j\n", b"\x04"] {
        let ran = desk.cli().run_on_terminal(add, answer);
        assert_eq!(ran.code(), Some(1), "{answer:?}: {ran:?}");
    }
    assert_eq!(desk.cli().json(["vendor", "list"])["entries"].as_array().unwrap().len(), 0);
    for answer in [&b"Y\n"[..], b" yes \n"] {
        assert_eq!(desk.cli().run_on_terminal(add, answer).code(), Some(0), "{answer:?}");
    }
}

/// A verb that erases or exports asks before it touches anything.
#[test]
fn erasing_and_exporting_ask() {
    let Some(desk) = Desk::new() else { return };
    let key = desk.sandbox.key("free");
    assert_eq!(desk.cli().run(["license", "activate", &key, "--yes"]).code(), Some(0));
    let before = files_under(&desk.home.path().join("ledger"));
    let export = desk.home.path().join("export.json");
    let words = [Path::new("ledger"), Path::new("export"), &export];
    assert_eq!(desk.cli().run_on_terminal(words, b"n\n").code(), Some(1));
    assert_eq!(desk.cli().run_on_terminal(["ledger", "erase", "1"], b"n\n").code(), Some(1));
    assert!(!export.exists());
    assert_eq!(before, files_under(&desk.home.path().join("ledger")));
    assert_eq!(desk.cli().run_on_terminal(words, b"y\n").code(), Some(0));
    assert_eq!(desk.cli().run_on_terminal(["ledger", "erase", "1"], b"y\n").code(), Some(0));
    assert!(export.exists());
    assert_eq!(desk.cli().json(["ledger", "check"])["erased"], 1);
}

#[test]
fn the_password_is_asked_for_and_not_shown() {
    let Some(desk) = Desk::new() else { return };
    let line = format!(
        "GATEFOLD_PASSPHRASE='four words' {} --home {} --vendor {} account sign-in --email demo@example.com",
        program("gatefold").display(),
        desk.home.path().display(),
        desk.sandbox.vendor_file().display()
    );
    // This terminal echoes what is typed, as a user's does.
    let answers = [("Password at Sleeve Audio: ", "demo-password\n"), ("Sign in? [y/N] ", "y\n")];
    let said = conversation(&line, &answers);
    assert!(said.contains("[secret E-mail and password]"), "{said}");
    assert!(said.contains("Sign in? [y/N] y") && said.contains("Signed in as demo@example.com"), "{said}");
    assert!(!said.contains("demo-password"), "{said}");
}

/// The server alone knows that an account has a second factor: the code is asked for then, and what goes with it is shown
/// like any other request.
#[test]
fn a_one_time_code_is_asked_for_when_the_server_wants_one() {
    let Some(desk) = Desk::new() else { return };
    let account = &desk.sandbox.ready["two_factor_account"];
    let (email, secret) = (account["email"].as_str().unwrap(), account["otp_secret"].as_str().unwrap());
    let line = |more: &str| {
        format!(
            "GATEFOLD_PASSPHRASE='four words' {} --home {} --vendor {} account sign-in --email {email} {more}",
            program("gatefold").display(),
            desk.home.path().display(),
            desk.sandbox.vendor_file().display()
        )
    };
    let (password, code) = ("Password at Sleeve Audio: ", "One-time code at Sleeve Audio: ");
    let nothing = line("--yes; test $? = 2");
    let said = conversation(&nothing, &[(password, "demo-password\n"), (code, "\n")]);
    assert!(said.contains("No one-time code was given. Nothing more was sent."), "{said}");

    let typed = format!("{}\n", one_time_code(secret));
    let sign_in = [(password, "demo-password\n"), ("Sign in? [y/N] ", "y\n")];
    let with_code = [(code, typed.as_str()), ("Sign in? [y/N] ", "y\n")];
    let said = conversation(&line(""), &[sign_in, with_code].concat());
    assert!(said.contains("[secret One-time code]"), "the second request is shown: {said}");
    assert!(said.contains(&format!("Signed in as {email}")), "{said}");
    assert!(!said.contains(typed.trim()) && !said.contains("demo-password"), "{said}");
}

/// A key is worth money: whoever looks over a shoulder does not see it.
#[test]
fn a_key_that_a_dash_stands_for_is_asked_for_and_not_shown() {
    let Some(desk) = Desk::new() else { return };
    let key = desk.sandbox.key("free");
    let line = |more: &str| {
        format!(
            "{} --home {} --vendor {} license activate - --yes{more}",
            program("gatefold").display(),
            desk.home.path().display(),
            desk.sandbox.vendor_file().display()
        )
    };
    let said = conversation(&line("; test $? = 2"), &[("License key: ", "\n")]);
    assert!(said.contains("No license key was given. Nothing was sent."), "{said}");
    let said = conversation(&line(""), &[("License key: ", &format!("{key}\n"))]);
    assert!(said.contains("Halo Plate is activated") && !said.contains(&key), "{said}");
}

/// `--password-stdin` on a terminal is asked for like any other password: a terminal that echoes it shows it to whoever
/// looks on.
#[test]
fn a_password_from_a_terminal_as_stdin_is_not_shown_either() {
    let Some(desk) = Desk::new() else { return };
    let line = format!(
        "GATEFOLD_PASSPHRASE='four words' {} --home {} --vendor {} account sign-in --email demo@example.com --password-stdin --yes",
        program("gatefold").display(),
        desk.home.path().display(),
        desk.sandbox.vendor_file().display()
    );
    let said = conversation(&line, &[("Password at Sleeve Audio: ", "demo-password\n")]);
    assert!(said.contains("Signed in as demo@example.com"), "{said}");
    assert!(!said.contains("demo-password"), "{said}");
}

#[test]
fn no_password_is_sent_for_an_empty_line() {
    let Some(desk) = Desk::new() else { return };
    let line = format!(
        "GATEFOLD_PASSPHRASE='four words' {} --home {} --vendor {} account sign-in --email demo@example.com --yes; test $? = 2",
        program("gatefold").display(),
        desk.home.path().display(),
        desk.sandbox.vendor_file().display()
    );
    let said = conversation(&line, &[("Password at Sleeve Audio: ", "\n")]);
    assert!(said.contains("No password was given. Nothing was sent."), "{said}");
    assert_eq!(desk.sandbox.recorded().len(), 0, "{said}");
}

/// Nobody types as fast as a test: waits until the terminal of `script`'s child echoes nothing.
fn wait_for_silence(script: u32) {
    let children = format!("/proc/{script}/task/{script}/children");
    for _ in 0..2000 {
        let child = std::fs::read_to_string(&children).unwrap_or_default();
        let terminal = std::fs::read_link(format!("/proc/{}/fd/0", child.trim())).unwrap_or_default();
        let modes = Command::new("stty").arg("-F").arg(&terminal).arg("-a").output().unwrap();
        if String::from_utf8_lossy(&modes.stdout).split_whitespace().any(|mode| mode == "-echo") {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("the terminal echoes while a password is asked for");
}

/// Everything that a terminal showed of a program, each answer typed once its question stood there.
fn conversation(line: &str, answers: &[(&str, &str)]) -> String {
    let mut command = Command::new("script");
    command.args(["-q", "-e", "-c", line, "/dev/null"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut typed, mut shown) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut said = Vec::new();
    let mut answers = answers.iter().peekable();
    let mut buffer = [0; 4096];
    loop {
        let read = shown.read(&mut buffer).unwrap();
        if read == 0 {
            break;
        }
        said.extend_from_slice(&buffer[..read]);
        if let Some((question, answer)) = answers.next_if(|(question, _)| said.ends_with(question.as_bytes()))
        {
            if question.ends_with(": ") {
                wait_for_silence(child.id());
            }
            typed.write_all(answer.as_bytes()).unwrap();
        }
    }
    assert!(child.wait().unwrap().success(), "{}", String::from_utf8_lossy(&said));
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn colors_are_for_terminals_that_want_them() {
    let Some(desk) = Desk::new() else { return };
    // An empty NO_COLOR is none (no-color.org).
    let colored =
        desk.cli().env("NO_COLOR", "").env("TERM", "xterm").run_on_terminal(["license", "list"], b"");
    assert!(colored.stdout.contains(&0x1b), "{}", colored.text());
    let plain = desk.cli().env("TERM", "xterm").run_on_terminal(["license", "list"], b"");
    assert!(!plain.stdout.contains(&0x1b), "{}", plain.text());
    let piped = desk.cli().env("NO_COLOR", "").env("TERM", "xterm").run(["license", "list"]);
    assert!(!piped.stdout.contains(&0x1b), "{}", piped.text());
    // Help is colored by the same rule.
    let help = desk.cli().env("TERM", "xterm").run_on_terminal(["--help"], b"");
    assert!(!help.stdout.contains(&0x1b), "{}", help.text());
}

/// A word on a long wait, for people at a terminal alone, and gone when it is over.
#[test]
fn a_long_wait_is_told() {
    let Some(desk) = Desk::new() else { return };
    // It takes connections, and never says anything.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let public_url = Some(format!("http://{}", silent.local_addr().unwrap()));
    let slow = Sandbox::with(&SandboxOptions { public_url, ..SandboxOptions::default() });
    let cli = Cli::new(desk.home.path())
        .vendor(&slow.vendor_file())
        .env("TERM", "xterm")
        .env("GATEFOLD_TEST_TIMEOUT_SECS", "4");
    let key = slow.key("free");
    let words = ["license", "activate", &key, "--yes"];
    let word = "\r\u{1b}[2KWaiting for the vendor's server … 2 s. Ctrl-C stops.";

    let ran = cli.run_on_terminal(words, b"");
    assert_eq!(ran.code(), Some(1), "{ran:?}");
    let text = ran.text();
    // The test's terminal has its carriage returns taken out.
    let word = word.replace('\r', "");
    assert!(text.contains(&word), "{text}");
    let (_, after) = text.rsplit_once("Ctrl-C stops.").unwrap();
    assert!(after.starts_with("\u{1b}[2K"), "it stays: {text:?}");
    assert!(after.contains("network.timed_out"), "{text}");

    let ran = cli.run_on_terminal(["license", "activate", &key, "--yes", "--json"], b"");
    assert!(!ran.text().contains("Waiting"), "{ran:?}");
    let ran = cli.run(words);
    assert!(!ran.stderr.contains("Waiting"), "{ran:?}");
}
