//! The program itself: its ready line, its sockets, what it records, how it ends.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use gatefold_disclosure::Vendor;
use gatefold_license::RootKey;
use serde_json::Value;

struct Program {
    child: Child,
    line: Value,
    folder: tempfile::TempDir,
}

fn command(folder: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatefold-sandbox"));
    command
        .arg("--data-dir")
        .arg(folder.join("data"))
        .arg("--vendor-out")
        .arg(folder.join("vendor.toml"))
        .args(more);
    command
}

impl Program {
    fn start(more: &[&str]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), more)
    }

    fn start_in(folder: tempfile::TempDir, more: &[&str]) -> Self {
        let mut child = command(folder.path(), more).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, line: serde_json::from_str(&line).unwrap(), folder }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(self.line["listen"].as_str().unwrap().strip_prefix("http://").unwrap()).unwrap()
    }

    /// Sends the bytes on a connection of their own and reads to its end.
    fn exchange(&self, bytes: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(bytes.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn recorded(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join("requests").join(name)).unwrap()
    }

    /// SIGTERM, and how it ended.
    fn end(mut self) -> (bool, tempfile::TempDir) {
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        let succeeded = self.child.wait().unwrap().success();
        // Moved out so that dropping does not kill what has ended.
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        (succeeded, folder)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One answer from a connection that stays open.
fn read_answer(stream: &mut TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(reader.read_line(&mut head).unwrap(), 0, "{head}");
    }
    let len = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; len.parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    head + std::str::from_utf8(&body).unwrap()
}

const ME: &str = "GET /v1/me HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n";

fn fails(more: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let output = command(folder.path(), more).output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
    output
}

#[test]
fn it_says_when_it_is_ready_and_writes_a_signed_vendor_file() {
    let program = Program::start(&[]);
    let url = program.line["url"].as_str().unwrap();
    assert_eq!(program.line["listen"].as_str().unwrap(), url);
    assert!(url.starts_with("http://127.0.0.1:"));
    assert_eq!(program.line["vendor"], "sleeve");
    assert_eq!(program.line["account"]["email"], "demo@example.com");
    let read = |name: &str| std::fs::read_to_string(program.folder.path().join(name)).unwrap();
    let (text, signature) = (read("vendor.toml"), read("vendor.toml.minisig"));
    let vendor = Vendor::parse(&text).unwrap();
    assert_eq!(vendor.issuers()[0].hosts[0].to_string(), url);
    vendor.root_key().parse::<RootKey>().unwrap().verify(text.as_bytes(), &signature).unwrap();
    assert!(program.exchange(ME).starts_with("HTTP/1.1 401 Unauthorized\r\n"));
    assert!(program.end().0);
}

#[test]
fn it_goes_on_where_it_ended() {
    let first = Program::start(&[]);
    let (key, version) = (first.line["public_key"].clone(), first.line["vendor_version"].as_u64().unwrap());
    let (succeeded, folder) = first.end();
    assert!(succeeded);
    let second = Program::start_in(folder, &["--public-url", "https://license.example:8443"]);
    assert_eq!(second.line["public_key"], key);
    assert_eq!(second.line["vendor_version"], version + 1);
    assert_eq!(second.line["url"], "https://license.example:8443");
    assert!(second.line["listen"].as_str().unwrap().starts_with("http://127.0.0.1:"));
}

#[test]
fn it_listens_on_no_address_but_loopback() {
    for address in ["0.0.0.0:0", "192.0.2.1:0", "[::]:0"] {
        let output = fails(&["--listen", address]);
        assert!(String::from_utf8_lossy(&output.stderr).contains("is not a loopback address"), "{address}");
    }
    fails(&["--public-url", "http://license.example"]);
    fails(&["--as", "/nowhere/vendor.toml"]);
}

#[test]
fn it_records_what_came_from_the_socket() {
    let folder = tempfile::tempdir().unwrap();
    let requests = folder.path().join("requests");
    let program = Program::start_in(folder, &["--record", requests.to_str().unwrap()]);
    let odd = "GET /v1/me?x=%20%5b HTTP/1.1\r\nHost:   127.0.0.1\r\nX-Odd:\tyes\r\nCONNECTION: close\r\n\r\n";
    program.exchange(odd);
    assert_eq!(program.recorded("000001.http"), odd);

    let body = format!("{{\"meta\":{{\"key\":\"{}\"}}}}", "k".repeat(300_000));
    let large = format!(
        "POST /v1/licenses/actions/validate-key HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    assert!(program.exchange(&large).contains("NOT_FOUND"));
    assert_eq!(program.recorded("000002.http"), large);

    let chunked = "POST /v1/licenses/actions/validate-key HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
                   content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n\
                   8\r\n{\"meta\":\r\nb\r\n{\"key\":\"x\"}\r\n1\r\n}\r\n0\r\n\r\n";
    assert!(program.exchange(chunked).contains("NOT_FOUND"));
    assert_eq!(program.recorded("000003.http"), chunked);
}

#[test]
fn it_records_the_requests_of_one_connection_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let requests = folder.path().join("requests");
    let program = Program::start_in(folder, &["--record", requests.to_str().unwrap()]);
    let one = "GET /v1/me?1 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
    let two = "GET /v1/me?2 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
    let mut stream = program.connect();
    stream.write_all(one.as_bytes()).unwrap();
    assert!(read_answer(&mut stream).contains("TOKEN_MISSING"));
    // On disk before the answer came.
    assert_eq!(program.recorded("000001.http"), one);
    stream.write_all(format!("{two}{ME}").as_bytes()).unwrap();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert_eq!(rest.matches("TOKEN_MISSING").count(), 2);
    assert_eq!((program.recorded("000002.http"), program.recorded("000003.http")), (two.into(), ME.into()));

    let mut cut = program.connect();
    let half = "POST /v1/machines HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 100\r\n\r\n{\"data\"";
    cut.write_all(half.as_bytes()).unwrap();
    drop(cut);
    let kept = requests.join("000004.cut.http");
    for _ in 0..1000 {
        if kept.exists() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(std::fs::read_to_string(kept).unwrap(), half);
}

#[test]
fn it_ends_although_a_connection_is_open() {
    let program = Program::start(&[]);
    let mut idle = program.connect();
    idle.write_all(b"GET /v1/me HTTP/1.1\r\n").unwrap();
    assert!(program.end().0);
}

#[test]
fn a_body_without_end_is_refused() {
    let program = Program::start(&[]);
    let mut stream = program.connect();
    let head = "POST /v1/machines HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = format!("100000\r\n{}\r\n", "x".repeat(0x10_0000));
    // The sixth may already meet a closed connection.
    for _ in 0..6 {
        if stream.write_all(chunk.as_bytes()).is_err() {
            break;
        }
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    // Refused, or cut off: it was not read on and on.
    assert!(
        answer.is_empty() || answer.starts_with(b"HTTP/1.1 413 "),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    assert!(program.exchange(ME).starts_with("HTTP/1.1 401 "));
}

#[test]
fn sign_ins_are_throttled_unless_told() {
    // demo@example.com:wrong
    let sign_in = "POST /v1/tokens HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
                   authorization: Basic ZGVtb0BleGFtcGxlLmNvbTp3cm9uZw==\r\ncontent-length: 0\r\n\r\n";
    let statuses = |program: &Program| -> Vec<String> {
        (0..6).map(|_| program.exchange(sign_in)[9..12].to_owned()).collect()
    };
    let start = ["--clock", "2026-11-02T03:04:05Z"];
    assert_eq!(statuses(&Program::start(&start)), ["401", "401", "401", "401", "401", "429"]);
    assert_eq!(statuses(&Program::start(&["--no-throttle"])), ["401"; 6]);
}
