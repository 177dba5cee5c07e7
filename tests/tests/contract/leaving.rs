//! What is held at a vendor is not forgotten in silence: Ctrl-C in the middle of an activation, a vendor who refuses, an
//! earlier sign-in.

use std::io::Write as _;
use std::process::{Command, Stdio};

use gatefold_tests::{Cli, Fault, Ran, Sandbox, SandboxOptions, Tap, program};

const PASSPHRASE: &str = "four plain words here";

fn said(ran: &Ran, words: &[&str]) {
    let all = ran.text() + &ran.stderr;
    for word in words {
        assert!(all.contains(word), "{word:?} was not said:\n{all}");
    }
}

/// Sends Ctrl-C to a command once its request `last` is on its way; what it then said.
fn interrupt(sandbox: &Sandbox, tap: &Tap, cli: &Cli, words: &[&str], last: usize) -> (Option<i32>, String) {
    let mut child = Command::new(program("gatefold"))
        .args(words)
        .env_clear()
        .env("GATEFOLD_HOME", cli.home())
        .env("GATEFOLD_VENDOR", sandbox.vendor_file())
        .env("GATEFOLD_PASSPHRASE", PASSPHRASE)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"demo-password\n").unwrap();
    while tap.seen().len() < last {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_seat_taken_before_ctrl_c_is_named_and_keeps_its_vendor() {
    let tap = Tap::plain();
    let options = SandboxOptions { public_url: Some(tap.url()), ..SandboxOptions::default() };
    let sandbox = Sandbox::with(&options);
    tap.forward_to(&sandbox.address());
    let home = tempfile::tempdir().unwrap();
    let cli = Cli::new(home.path()).env("GATEFOLD_PASSPHRASE", PASSPHRASE);
    cli.json(["vendor", "add", sandbox.vendor_file().to_str().unwrap(), "--yes"]);

    // The key is asked about, the seat is taken, the file never comes.
    tap.faults([Fault::None, Fault::None, Fault::Silence]);
    let activate = ["license", "activate", &sandbox.key("free"), "--device-name", "studio", "--yes"];
    let (exit, stderr) = interrupt(&sandbox, &tap, &cli, &activate, 3);
    assert_eq!(exit, Some(1), "{stderr}");
    assert!(stderr.contains("Stopped") && stderr.contains("gatefold license list"), "{stderr}");
    let license_id = sandbox.license("free")["license_id"].as_str().unwrap();
    assert_eq!(sandbox.seats_taken(license_id), 1);

    let list = cli.run(["license", "list"]);
    let advice = list.stderr.lines().find(|line| line.contains("gatefold license deactivate ")).unwrap();
    let seat = advice.rsplit(' ').next().unwrap().to_owned();
    said(&list, &["Halo Plate", license_id, &format!("the seat {seat}"), "Activate again to finish it"]);

    let (exit, error) = cli.failure(["vendor", "remove", "sleeve", "--yes"]);
    assert_eq!((exit, &error["code"]), (3, &"vendor.in_use".into()), "{error}");
    cli.json(["license", "deactivate", &seat, "--yes"]);
    assert_eq!(sandbox.seats_taken(license_id), 0, "the seat was given back");

    // Whose the sign-in is never comes: nothing of it is kept, and it may go on.
    tap.faults([Fault::None, Fault::Silence]);
    let sign_in = ["account", "sign-in", "--email", "demo@example.com", "--password-stdin", "--yes"];
    let (exit, stderr) = interrupt(&sandbox, &tap, &cli, &sign_in, tap.seen().len() + 2);
    assert_eq!(exit, Some(1), "{stderr}");
    assert!(stderr.contains("goes on there") && !stderr.contains("gatefold license list"), "{stderr}");
    cli.json(["vendor", "remove", "sleeve", "--yes"]);
}

#[test]
fn a_vendor_who_is_gone_can_be_removed() {
    let sandbox = Sandbox::start();
    let home = tempfile::tempdir().unwrap();
    let cli = Cli::new(home.path());
    cli.json(["vendor", "add", sandbox.vendor_file().to_str().unwrap(), "--yes"]);
    let done = cli.json(["license", "activate", &sandbox.key("free"), "--yes"]);
    let seat = done["machine_id"].as_str().unwrap();
    let entries = || cli.json(["ledger", "list"])["entries"].as_array().unwrap().len();
    let before = entries();
    drop(sandbox);

    let refused = cli.run(["vendor", "remove", "sleeve", "--yes"]);
    assert_eq!(refused.code(), Some(3));
    said(&refused, &["license deactivate", "--local-only"]);
    let removed = cli.run(["license", "deactivate", seat, "--local-only", "--yes"]);
    assert_eq!(removed.code(), Some(0), "{removed:?}");
    said(&removed, &["Nothing is sent", seat, "stays taken"]);
    assert_eq!(entries(), before, "something was sent");
    assert!(cli.json(["license", "list"])["entries"].as_array().unwrap().is_empty());
    cli.json(["vendor", "remove", "sleeve", "--yes"]);
}

#[test]
fn a_second_sign_in_leaves_no_earlier_token_alive() {
    let sandbox = Sandbox::start();
    let home = tempfile::tempdir().unwrap();
    let cli = Cli::new(home.path()).env("GATEFOLD_PASSPHRASE", PASSPHRASE).vendor(&sandbox.vendor_file());
    let sign_in = || {
        let words = ["account", "sign-in", "--email", "demo@example.com", "--password-stdin", "--yes"];
        let ran = cli.run_with_input(words, b"demo-password\n");
        assert_eq!(ran.code(), Some(0), "{ran:?}");
    };
    sign_in();
    sign_in();
    let list = cli.json(["ledger", "list"]);
    let sent: Vec<(&str, u64)> = list["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["method"].as_str().unwrap(), entry["status"].as_u64().unwrap()))
        .collect();
    let sign_in = [("POST", 201), ("GET", 200), ("GET", 200)];
    assert_eq!(sent, [&sign_in[..], &sign_in, &[("DELETE", 204)]].concat());
}

#[test]
fn a_sign_in_page_of_a_hotel_is_called_by_its_name() {
    let tap = Tap::plain();
    let sandbox = Sandbox::with(&SandboxOptions { public_url: Some(tap.url()), ..SandboxOptions::default() });
    tap.forward_to(&sandbox.address());
    let home = tempfile::tempdir().unwrap();
    let cli = Cli::new(home.path()).vendor(&sandbox.vendor_file());
    let page = "<!DOCTYPE html><title>Welcome to the hotel</title>";
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\r\n{page}",
        page.len()
    );
    tap.faults([Fault::Answer(answer.into_bytes())]);
    let ran = cli.run(["license", "activate", &sandbox.key("free"), "--yes"]);
    assert_eq!(ran.code(), Some(1), "{ran:?}");
    said(&ran, &["A web page answered", "hotel", "keygen.web_page"]);
}
