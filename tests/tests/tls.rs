//! Over TLS: the plaintext that a server received is what the ledger keeps, the entry says what the network saw, and a
//! server that cannot prove who it is receives nothing. A proxy is used only where the user set one.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use gatefold_store::{Setting, Store};
use gatefold_tests::{Authority, Certificate, Cli, Fault, Nobody, Sandbox, SandboxOptions, Tap, files_under};
use serde_json::Value;
use tempfile::TempDir;

/// A client, a server that speaks TLS, and an authority.
struct Scene {
    sandbox: Sandbox,
    tap: Tap,
    cli: Cli,
    key: String,
    folder: TempDir,
}

impl Scene {
    /// With a tap whose certificate is of `authority`, which the client trusts unless told otherwise.
    fn start(authority: &Authority, tap: Tap) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let roots = folder.path().join("roots.pem");
        authority.write(&roots);
        let options = SandboxOptions { public_url: Some(tap.url()), ..SandboxOptions::default() };
        let sandbox = Sandbox::with(&options);
        tap.forward_to(&sandbox.address());
        let home = folder.path().join("home");
        let cli = Cli::new(&home).vendor(&sandbox.vendor_file()).env("SSL_CERT_FILE", roots);
        let key = sandbox.key("free");
        Self { sandbox, tap, cli, key, folder }
    }

    fn good() -> Self {
        let authority = Authority::new();
        Self::start(&authority, Tap::tls(authority.server(Certificate::Good)))
    }

    fn entry(&self, id: u64) -> Value {
        self.cli.json(["ledger", "show", &id.to_string()])
    }

    /// Activates, and compares every plaintext with the ledger; gives the entries.
    fn activate(&self) -> Vec<Value> {
        let ran = self.cli.run(["license", "activate", &self.key, "--yes"]);
        assert_eq!(ran.code(), Some(0), "{ran:?}");
        let seen = self.tap.seen();
        assert_eq!(seen.len(), 3);
        let entries = (1..=3).map(|id| self.entry(id)).collect::<Vec<_>>();
        for (exchange, entry) in seen.iter().zip(&entries) {
            let stored = self.cli.run(["ledger", "show", &entry["id"].to_string(), "--raw"]).text();
            let wire = String::from_utf8(exchange.request.clone()).unwrap();
            assert_eq!(stored.replace("[secret License key]", &self.key), wire);
            assert_eq!(entry["request_bytes"], wire.len());
            assert_eq!(entry["outcome"], "answered");
            assert!(entry["url"].as_str().unwrap().starts_with(&self.tap.url()));
            assert_eq!(entry["carrier"], "https");
        }
        entries
    }

    /// An activation that fails before a byte of it was sent.
    fn sends_nothing(&self, code: &str, reason: &str) {
        let (exit, error) = self.cli.failure(["license", "activate", &self.key, "--yes"]);
        assert_eq!((exit, &error["code"]), (1, &Value::from(code)), "{error}");
        assert!(error["message"].as_str().unwrap().contains(reason), "{error}");
        assert!(!error["hint"].as_str().unwrap().is_empty(), "{error}");
        assert!(self.tap.seen().is_empty() && self.sandbox.recorded().is_empty(), "something was received");
        let entry = self.entry(1);
        assert_eq!((&entry["outcome"], &entry["code"]), (&Value::from("not_sent"), &Value::from(code)));
        assert_eq!(entry["status"], Value::Null);
        let list = self.cli.json(["license", "list"]);
        assert_eq!(list["entries"], Value::Array(Vec::new()));
        assert!(files_under(&self.folder.path().join("home/shelf")).is_empty(), "something was installed");
    }
}

fn port(tap: &Tap) -> String {
    tap.url().rsplit_once(':').unwrap().1.to_owned()
}

#[test]
fn the_plaintext_is_what_the_ledger_keeps() {
    for (version, name) in [(&rustls::version::TLS13, "TLS 1.3"), (&rustls::version::TLS12, "TLS 1.2")] {
        let authority = Authority::new();
        let config = authority.server_of_versions(Certificate::Good, &[version]);
        let scene = Scene::start(&authority, Tap::tls(config));
        for entry in scene.activate() {
            assert_eq!(entry["tls_version"], name);
            assert_eq!(entry["name_looked_up"], "localhost");
            assert_eq!(entry["proxy"], Value::Null);
            let peer: SocketAddr = entry["peer"].as_str().unwrap().parse().unwrap();
            assert!(peer.ip().is_loopback() && peer.port().to_string() == port(&scene.tap), "{peer}");
        }
    }
}

#[test]
fn an_unknown_authority() {
    let scene = Scene::good();
    Authority::named("Somebody else").write(&scene.folder.path().join("roots.pem"));
    scene.sends_nothing("network.certificate_refused", "its issuer is unknown to this computer");
}

#[test]
fn an_authority_that_only_has_the_right_name() {
    let scene = Scene::good();
    Authority::new().write(&scene.folder.path().join("roots.pem"));
    scene.sends_nothing("network.certificate_refused", "it cannot be verified");
}

/// A list of authorities that never ends: nobody waits for it, and nothing is sent without it.
#[test]
fn roots_without_end() {
    let scene = Scene::good();
    let pipe = scene.folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let huge = scene.folder.path().join("huge");
    std::fs::File::create(&huge).unwrap().set_len(1 << 40).unwrap();
    for roots in [pipe.as_path(), Path::new("/dev/zero"), &huge] {
        let cli = scene.cli.clone().env("SSL_CERT_FILE", roots).under(["timeout", "20"]);
        let (exit, error) = cli.failure(["license", "activate", &scene.key, "--yes"]);
        assert_eq!(
            (exit, &error["code"]),
            (1, &Value::from("network.unusable")),
            "{}: {error}",
            roots.display()
        );
    }
    assert!(scene.tap.seen().is_empty() && scene.sandbox.recorded().is_empty(), "something was received");
    assert_eq!(scene.entry(3)["outcome"], "not_sent");
}

#[test]
fn a_certificate_for_another_name() {
    let authority = Authority::new();
    let scene = Scene::start(&authority, Tap::tls(authority.server(Certificate::WrongName)));
    scene.sends_nothing("network.certificate_refused", "it was made for another name");
}

#[test]
fn an_expired_certificate() {
    let authority = Authority::new();
    let scene = Scene::start(&authority, Tap::tls(authority.server(Certificate::Expired)));
    scene.sends_nothing("network.certificate_refused", "it has expired");
}

#[test]
fn cut_before_the_handshake() {
    let scene = Scene::good();
    scene.tap.faults([Fault::Hang]);
    scene.sends_nothing("network.handshake_failed", "nothing was sent");
}

/// A server that answers the client's first flight with `answer`, and keeps all it is sent.
struct NoTls {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl NoTls {
    fn answering(answer: &'static [u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self { address: listener.local_addr().unwrap(), received: Arc::default() };
        let received = Arc::clone(&server.received);
        thread::spawn(move || {
            for mut client in listener.incoming().flatten() {
                let mut bytes = vec![0; 16 * 1024];
                let read = client.read(&mut bytes).unwrap_or(0);
                bytes.truncate(read);
                let _ = client.write_all(answer).and_then(|()| client.shutdown(Shutdown::Write));
                let _ = client.read_to_end(&mut bytes);
                received.lock().unwrap().push(bytes);
            }
        });
        server
    }

    /// All it was sent until now, a connection each.
    fn received(&self) -> Vec<Vec<u8>> {
        // One connection is served after the other, so with this one all before it are through.
        let mut last = TcpStream::connect(self.address).unwrap();
        last.write_all(b"last").unwrap();
        last.shutdown(Shutdown::Write).unwrap();
        let _ = last.read_to_end(&mut Vec::new());
        loop {
            let mut received = self.received.lock().unwrap().clone();
            if received.last().is_some_and(|bytes| bytes == b"last") {
                received.pop();
                return received;
            }
            thread::yield_now();
        }
    }
}

#[test]
fn cut_in_the_handshake() {
    for answer in [b"".as_slice(), b"\x16\x03\x03\x00\x7a\x02\x00", b"HTTP/1.1 400 Bad Request\r\n\r\n"] {
        let scene = Scene::good();
        // The vendor file that the client is given names the other server.
        let server = NoTls::answering(answer);
        let url = format!("https://localhost:{}", server.address.port());
        let options = SandboxOptions { public_url: Some(url), ..SandboxOptions::default() };
        let other = Sandbox::with(&options);
        let scene = Scene { cli: scene.cli.clone().vendor(&other.vendor_file()), ..scene };
        scene.sends_nothing("network.handshake_failed", "nothing was sent");
        // One try, and of it TLS alone: a record of the handshake kind, then nothing of a request.
        let received = server.received();
        let [first] = received.as_slice() else { panic!("{} connections", received.len()) };
        assert_eq!(first[0], 22, "{}", String::from_utf8_lossy(first));
        assert!(!first.windows(4).any(|bytes| bytes == b"/v1/"), "{}", String::from_utf8_lossy(first));
    }
}

#[test]
fn nobody_listens() {
    let scene = Scene::good();
    let nowhere = Nobody::anywhere();
    let public_url = Some(format!("https://localhost:{}", nowhere.port()));
    let options = SandboxOptions { public_url, ..SandboxOptions::default() };
    let other = Sandbox::with(&options);
    let scene = Scene { cli: scene.cli.clone().vendor(&other.vendor_file()), ..scene };
    scene.sends_nothing("network.unreachable", "nothing was sent");
}

#[test]
fn an_installed_license_outlives_a_broken_handshake() {
    let scene = Scene::good();
    scene.activate();
    let shelf = scene.folder.path().join("home/shelf");
    let before = (files_under(&shelf), scene.cli.json(["license", "list"]));
    scene.tap.faults([Fault::Hang]);
    let (exit, error) = scene.cli.failure(["license", "refresh", "--yes"]);
    assert_eq!((exit, &error["code"]), (1, &Value::from("network.handshake_failed")));
    assert_eq!(scene.entry(4)["outcome"], "not_sent");
    assert_eq!((files_under(&shelf), scene.cli.json(["license", "list"])), before);
}

/// An HTTP proxy: tunnels, or refuses with this answer.
struct Proxy {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start(refusal: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Self { address: listener.local_addr().unwrap(), heads: Arc::default() };
        let heads = Arc::clone(&proxy.heads);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let heads = Arc::clone(&heads);
                thread::spawn(move || serve(client, &heads, refusal));
            }
        });
        proxy
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

fn serve(mut client: TcpStream, heads: &Mutex<Vec<String>>, refusal: Option<&str>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && client.read_exact(&mut byte).is_ok() {
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    heads.lock().unwrap().push(head.clone());
    if let Some(refusal) = refusal {
        let _ = client.write_all(refusal.as_bytes());
        return;
    }
    let target = head.split(' ').nth(1).unwrap().to_owned();
    let mut server = TcpStream::connect(target).unwrap();
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").unwrap();
    let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    thread::spawn(move || {
        let _ = std::io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Write);
    });
    let _ = std::io::copy(&mut server, &mut client);
    let _ = client.shutdown(Shutdown::Write);
}

/// As the user's setting; no verb of the command line sets it yet.
fn set_proxy(home: &Path, proxy: &Proxy) {
    std::fs::create_dir_all(home).unwrap();
    let store = Store::open(&home.join("store")).unwrap();
    store.set(&Setting::Proxy(Some(proxy.url()))).unwrap();
}

#[test]
fn a_proxy_that_the_user_set() {
    let scene = Scene::good();
    let proxy = Proxy::start(None);
    set_proxy(scene.cli.home(), &proxy);
    for entry in scene.activate() {
        assert_eq!(entry["proxy"], proxy.url());
        assert_eq!(entry["tls_version"], "TLS 1.3");
        assert_eq!(entry["peer"], proxy.address.to_string(), "the address that the bytes went to");
        assert_eq!(entry["name_looked_up"], Value::Null, "the proxy looks the name up");
    }
    let authority = format!("localhost:{}", port(&scene.tap));
    let head = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n");
    assert_eq!(proxy.heads(), [head.as_str(); 3], "the proxy is told where to, and nothing else");
}

#[test]
fn a_proxy_that_refuses() {
    for refusal in ["HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n", "", "nonsense"]
    {
        let scene = Scene::good();
        let proxy = Proxy::start(Some(refusal));
        set_proxy(scene.cli.home(), &proxy);
        scene.sends_nothing("network.unreachable", "nothing was sent");
        assert_eq!(scene.entry(1)["proxy"], proxy.url());
        assert_eq!(proxy.heads().len(), 1);
    }
}

#[test]
fn a_proxy_of_the_environment_is_not_asked() {
    let mut scene = Scene::good();
    let proxy = Proxy::start(None);
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"] {
        scene.cli = scene.cli.env(name, proxy.url());
    }
    for entry in scene.activate() {
        assert_eq!(entry["proxy"], Value::Null);
    }
    assert!(proxy.heads().is_empty());
}

#[test]
fn a_server_on_this_computer_is_reached_past_the_proxy() {
    let authority = Authority::new();
    let scene = Scene::start(&authority, Tap::plain());
    let proxy = Proxy::start(None);
    set_proxy(scene.cli.home(), &proxy);
    for entry in scene.activate() {
        assert_eq!((&entry["proxy"], &entry["tls_version"]), (&Value::Null, &Value::Null));
    }
    assert!(proxy.heads().is_empty());
}
