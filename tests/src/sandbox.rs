//! A running `gatefold-sandbox`, ended when it is dropped.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::http::body_of;
use crate::programs::{program, root_dir};

/// How a sandbox is started.
#[derive(Clone, Debug, Default)]
pub struct SandboxOptions {
    /// The vendor it plays: a folder of `vendors/`. The default is `sleeve`.
    pub plays: Option<String>,
    /// The address that the vendor file names, when something stands in front.
    pub public_url: Option<String>,
    /// The server's time.
    pub clock: Option<String>,
    /// A file that holds the server's time, to be moved while it runs.
    pub clock_file: Option<PathBuf>,
    /// The manifest it plays, in place of a folder of `vendors/`.
    pub manifest: Option<PathBuf>,
    /// Sign the host with its port.
    pub sign_with_port: bool,
    /// Throttle as a real server does.
    pub throttle: bool,
    /// The data folder of a sandbox whose licenses, people and seats it begins with; its server key it makes itself.
    pub moved_from: Option<PathBuf>,
    /// Where its folder is made, if not among the system's temporary files.
    pub within: Option<PathBuf>,
}

/// A running sandbox.
#[derive(Debug)]
pub struct Sandbox {
    child: Child,
    dir: TempDir,
    /// What it said when it was ready.
    pub ready: Value,
}

impl Sandbox {
    /// The machine-bound demo vendor.
    pub fn start() -> Self {
        Self::with(&SandboxOptions::default())
    }

    /// With options, in a folder of its own.
    pub fn with(options: &SandboxOptions) -> Self {
        let dir = match &options.within {
            Some(within) => tempfile::tempdir_in(within).unwrap(),
            None => tempfile::tempdir().unwrap(),
        };
        if let Some(from) = &options.moved_from {
            move_in(from, &dir.path().join("data"));
        }
        let vendor = options.plays.as_deref().unwrap_or("sleeve");
        let mut command = Command::new(program("gatefold-sandbox"));
        command
            .arg("--data-dir")
            .arg(dir.path().join("data"))
            .arg("--record")
            .arg(dir.path().join("record"))
            .arg("--vendor-out")
            .arg(dir.path().join("vendor.toml"))
            .arg("--as")
            .arg(match &options.manifest {
                Some(manifest) => manifest.clone(),
                None => root_dir().join("vendors").join(vendor).join("vendor.toml"),
            })
            .args(["--listen", "127.0.0.1:0"]);
        if !options.throttle {
            command.arg("--no-throttle");
        }
        if options.sign_with_port {
            command.arg("--sign-with-port");
        }
        if let Some(url) = &options.public_url {
            command.args(["--public-url", url]);
        }
        if let Some(clock) = &options.clock {
            command.args(["--clock", clock]);
        }
        if let Some(file) = &options.clock_file {
            command.arg("--clock-file").arg(file);
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        Self { child, dir, ready }
    }

    /// The signed vendor file.
    pub fn vendor_file(&self) -> PathBuf {
        self.dir.path().join("vendor.toml")
    }

    /// What it keeps between two starts.
    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// The seed of its server key, for an answer that it never gave.
    pub(crate) fn server_seed(&self) -> [u8; 32] {
        let text = std::fs::read_to_string(self.data_dir().join("server.key")).unwrap();
        let mut seed = [0; 32];
        hex::decode_to_slice(text.trim(), &mut seed).unwrap();
        seed
    }

    /// Its own address, as `127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        self.ready["listen"].as_str().unwrap().trim_start_matches("http://").to_owned()
    }

    /// The key of the first license in this state; `free` is the perpetual one with a free seat.
    pub fn key(&self, state: &str) -> String {
        self.license(state)["key"].as_str().unwrap().to_owned()
    }

    /// The first license in this state, as the sandbox describes it.
    pub fn license(&self, state: &str) -> &Value {
        let licenses = self.ready["licenses"].as_array().unwrap();
        licenses
            .iter()
            .find(|license| license["state"] == state)
            .unwrap_or_else(|| panic!("no {state} license"))
    }

    /// Another license in the same state, of another product.
    pub fn beside(&self, license: &Value) -> &Value {
        let licenses = self.ready["licenses"].as_array().unwrap();
        let other =
            |it: &&Value| it["state"] == license["state"] && it["product_id"] != license["product_id"];
        licenses.iter().find(other).unwrap()
    }

    /// The vendor lets a license end at another time, as its shop does when it is paid for.
    pub fn ends_at(&self, license_id: &str, expiry: &str) {
        let db = rusqlite::Connection::open(self.dir.path().join("data/sandbox.db")).unwrap();
        db.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
        let changed = db
            .execute("UPDATE licenses SET expiry = ?2 WHERE id = ?1", rusqlite::params![license_id, expiry])
            .unwrap();
        assert_eq!(changed, 1, "{license_id}");
    }

    /// The ids of the licenses of all trials that were begun, oldest first.
    pub fn trials(&self) -> Vec<String> {
        let db = rusqlite::Connection::open(self.dir.path().join("data/sandbox.db")).unwrap();
        db.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
        let mut statement = db.prepare("SELECT license FROM trials ORDER BY rowid").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    /// To whom a license was given, as its vendor noted it.
    pub fn given_to(&self, license_id: &str) -> Vec<String> {
        let db = rusqlite::Connection::open(self.dir.path().join("data/sandbox.db")).unwrap();
        db.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
        let mut statement = db.prepare("SELECT recipient FROM transfers WHERE license = ?1").unwrap();
        statement.query_map([license_id], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    /// How many computers hold a seat of a license, as its vendor sees it.
    pub fn seats_taken(&self, license_id: &str) -> usize {
        let token = self.ready["vendor_token"].as_str().unwrap();
        let machines = format!("/v1/machines?limit=100&license={license_id}");
        self.call("GET", &machines, &format!("Bearer {token}"), &Value::Null)["data"]
            .as_array()
            .unwrap()
            .len()
    }

    /// The body that it answers to a call of the test's own.
    pub fn call(&self, method: &str, target: &str, authorization: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = format!(
            "{method} {target} HTTP/1.1\r\nhost: {}\r\nauthorization: {authorization}\r\n\
             content-type: application/vnd.api+json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            self.address(),
            body.len()
        );
        let mut server = TcpStream::connect(self.address()).unwrap();
        server.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        server.read_to_end(&mut answer).unwrap();
        body_of(&answer)
    }

    /// The raw bytes of every request it received, in order of completion.
    pub fn recorded(&self) -> Vec<Vec<u8>> {
        recorded(&self.dir.path().join("record"))
    }
}

/// The database of one data folder, as it is now, in another.
fn move_in(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    let db = rusqlite::Connection::open(from.join("sandbox.db")).unwrap();
    db.execute("VACUUM INTO ?1", [to.join("sandbox.db").to_str().unwrap()]).unwrap();
}

fn recorded(dir: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "http"));
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // Started here, ended here, by its id.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
