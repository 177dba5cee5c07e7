//! What was done before a case: a sandbox, a home, and names for what is in them.
//!
//! A world is built once a setup and shared; each case gets a copy of its home, so that none sees another's doings.

mod setups;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use gatefold_tests::{Cli, Nobody, Sandbox, SandboxOptions, Usage, copy_folder, root_dir, signed};
use rusqlite::Connection;
use tempfile::TempDir;

/// The machine of every case, so that its identifier is known.
const MACHINE_ID: &str = "4c1f9a7e5b2d4860a1b2c3d4e5f60799";
/// Another computer, and what its user called it.
const OTHER_MACHINE_ID: &str = "3f1c9a7e5b2d4860a1b2c3d4e5f60718";
const OTHER_NAME: &str = "old laptop";
const PASSPHRASE: &str = "four plain words here";
/// A root key of nobody's, for a vendor that has an id which another has.
const OTHER_ROOT: &str = "RWQXE+BhHBvydYWB2VNvnKTHG4dLxHvgB2vPQLJL+NAgDkRxJXwf4mCT";

/// The worlds built so far.
#[derive(Default)]
pub(crate) struct Worlds(Mutex<BTreeMap<String, Slot>>);

/// Built by whoever asks first; the others wait.
type Slot = Arc<OnceLock<Arc<World>>>;

impl Worlds {
    pub(crate) fn get(&self, setup: &str, alone: bool) -> Arc<World> {
        if alone {
            return Arc::new(World::build(setup));
        }
        let slot: Slot = Arc::clone(self.0.lock().unwrap().entry(setup.to_owned()).or_default());
        Arc::clone(slot.get_or_init(|| Arc::new(World::build(setup))))
    }
}

/// A sandbox and a home in which something was done.
pub(crate) struct World {
    sandboxes: Vec<Sandbox>,
    /// Keeps the addresses of those that ended.
    nobody: Vec<Nobody>,
    home: TempDir,
    work: TempDir,
    passphrase: bool,
    /// Words in braces, and what they stand for.
    names: BTreeMap<String, String>,
}

impl World {
    fn empty(plays: &str) -> Self {
        let sandbox =
            Sandbox::with(&SandboxOptions { plays: Some(plays.to_owned()), ..SandboxOptions::default() });
        let mut names = BTreeMap::new();
        for license in sandbox.ready["licenses"].as_array().unwrap() {
            let key = license["key"].as_str().unwrap().to_owned();
            for by in ["state", "kind"] {
                names.entry(format!("key:{}", license[by].as_str().unwrap())).or_insert_with(|| key.clone());
            }
        }
        for name in ["public_key", "vendor_token"] {
            names.insert(name.to_owned(), sandbox.ready[name].as_str().unwrap().to_owned());
        }
        names.insert("vendor".to_owned(), sandbox.vendor_file().to_str().unwrap().to_owned());
        let work = tempfile::tempdir().unwrap();
        write_vendor_files(&sandbox.vendor_file(), work.path());
        let home = tempfile::tempdir().unwrap();
        Self { sandboxes: vec![sandbox], nobody: Vec::new(), home, work, passphrase: false, names }
    }

    /// The environment of every call in this world.
    pub(crate) fn env(&self) -> Vec<(&'static str, &'static str)> {
        let mut env = vec![("GATEFOLD_TEST_MACHINE_ID", MACHINE_ID)];
        if self.passphrase {
            env.push(("GATEFOLD_PASSPHRASE", PASSPHRASE));
        }
        env
    }

    pub(crate) fn home_for_one_case(&self) -> TempDir {
        copy_of(self.home.path())
    }

    pub(crate) fn work_for_one_case(&self) -> TempDir {
        copy_of(self.work.path())
    }

    /// Replaces each name in braces by what it stands for.
    pub(crate) fn fill(&self, text: &str, home: &Path, work: &Path) -> String {
        let mut text =
            text.replace("{home}", home.to_str().unwrap()).replace("{work}", work.to_str().unwrap());
        for (name, value) in &self.names {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text.replace("{template}", home.to_str().unwrap())
    }

    /// What stands where in what is printed, longest first.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        let shown = ["vendor", "vendor2", "public_key"];
        shown.into_iter().filter_map(|name| Some((name, self.names.get(name)?.as_str())))
    }

    fn cli(&self) -> Cli {
        let cli = Cli::new(self.home.path()).in_dir(self.work.path());
        self.env().into_iter().fold(cli, |cli, (name, value)| cli.env(name, value))
    }

    fn run(&self, args: &[&str]) {
        let args: Vec<String> =
            args.iter().map(|arg| self.fill(arg, self.home.path(), self.work.path())).collect();
        let ran = self.cli().run(&args);
        assert_eq!(ran.code(), Some(0), "{args:?}: {ran:?}");
    }

    fn add_vendor(&self) {
        self.run(&["vendor", "add", "{vendor}", "--yes"]);
    }

    fn share_usage(&self) {
        self.add_vendor();
        self.run(&["usage", "grant", "--yes"]);
    }

    /// Two sessions, noted as a plug-in notes them.
    fn use_a_plug_in(&self) {
        let manifest = gatefold_tests::vendor("sleeve");
        let usage = Usage::on(&self.home.path().join("shelf"), "sleeve", manifest.root_key());
        for _ in 0..2 {
            usage.note(&manifest.products()[0].id, "2.1.0", "Ardour");
        }
    }

    fn add_second_vendor(&mut self) {
        let options = SandboxOptions { plays: Some("tidewater".to_owned()), ..SandboxOptions::default() };
        let second = Sandbox::with(&options);
        self.names.insert("vendor2".to_owned(), second.vendor_file().to_str().unwrap().to_owned());
        self.names.insert("key2:free".to_owned(), second.key("free"));
        self.sandboxes.push(second);
        self.run(&["vendor", "add", "{vendor2}", "--yes"]);
    }

    /// Another vendor with the same id, elsewhere; where its file is.
    fn add_namesake(&mut self) -> String {
        let second = Sandbox::start();
        let text = std::fs::read_to_string(second.vendor_file()).unwrap();
        let file = self.work.path().join("namesake.toml");
        std::fs::write(&file, with_other_root(&text)).unwrap();
        self.sandboxes.push(second);
        self.run(&["vendor", "add", "namesake.toml", "--yes"]);
        "namesake.toml".to_owned()
    }

    /// From now on nobody answers for the vendors.
    fn end_sandboxes(&mut self) {
        while !self.sandboxes.is_empty() {
            self.end_sandbox(0);
        }
    }

    fn end_sandbox(&mut self, at: usize) {
        let sandbox = self.sandboxes.remove(at);
        let address = sandbox.address();
        drop(sandbox);
        let port = address.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap();
        self.nobody.push(Nobody::at(port));
    }

    fn sign_in(&self) {
        self.add_vendor();
        self.sign_in_by(&self.cli());
    }

    fn sign_in_by(&self, cli: &Cli) {
        let words = ["account", "sign-in", "--email", "demo@example.com", "--password-stdin", "--yes"];
        let ran = cli.run_with_input(words, b"demo-password\n");
        assert_eq!(ran.code(), Some(0), "{ran:?}");
    }

    /// The process dies between the server's answer and the installing.
    fn leave_unfinished(&self) {
        let cli = self.cli().env("FAILPOINTS", "client.between-answer-and-install=panic");
        let key = self.fill("{key:free}", self.home.path(), self.work.path());
        let ran = cli.run(["license", "activate", &key, "--vendor", "sleeve", "--yes"]);
        assert_ne!(ran.code(), Some(0), "{ran:?}");
    }

    fn activate_kept(&mut self, state: &str) {
        self.passphrase = true;
        self.activate(state);
    }

    /// Another computer has a seat of the same license.
    fn activate_elsewhere(&mut self, state: &str) {
        let home = tempfile::tempdir().unwrap();
        let cli = Cli::new(home.path())
            .vendor(&self.sandboxes[0].vendor_file())
            .env("GATEFOLD_TEST_MACHINE_ID", OTHER_MACHINE_ID);
        let key = self.sandboxes[0].key(state);
        let done = cli.json(["license", "activate", &key, "--device-name", OTHER_NAME, "--yes"]);
        let seat = done["machine_id"].as_str().unwrap().to_owned();
        self.names.insert("other_license_id".to_owned(), done["license_id"].as_str().unwrap().to_owned());
        self.names.insert("other_beginning".to_owned(), seat[..9].to_owned());
        self.names.insert("other_machine_id".to_owned(), seat);
    }

    /// Another computer gives the seat of this one back.
    fn release_by_another(&self) {
        let home = tempfile::tempdir().unwrap();
        let cli = Cli::new(home.path()).vendor(&self.sandboxes[0].vendor_file());
        let (key, seat) = (self.sandboxes[0].key("free"), &self.names["machine_id"]);
        cli.json(["license", "seats", &key, "--yes"]);
        cli.json(["license", "deactivate", seat, "--key", &key, "--yes"]);
    }

    fn activate_two(&mut self) {
        self.activate_kept("free");
        self.run(&["license", "activate", "{key:subscription}", "--device-name", "studio", "--yes"]);
    }

    fn activate(&self, state: &str) {
        self.add_vendor();
        let key = format!("{{key:{state}}}");
        self.run(&["license", "activate", &key, "--device-name", "studio", "--yes"]);
    }

    /// As the vendor's back end would.
    fn suspend(&self) {
        let sandbox = &self.sandboxes[0];
        let (address, account) = (sandbox.address(), sandbox.ready["account_id"].as_str().unwrap());
        let (id, token) = (&sandbox.license("free")["license_id"], &self.names["vendor_token"]);
        let id = id.as_str().unwrap();
        let request = format!(
            "POST /v1/accounts/{account}/licenses/{id}/actions/suspend HTTP/1.1\r\nhost: {address}\r\n\
             accept: application/vnd.api+json\r\nkeygen-version: 1.7\r\nauthorization: Bearer {token}\r\n\
             content-length: 0\r\n\r\n"
        );
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = [0; 15];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200 OK", "{}", String::from_utf8_lossy(&answer));
    }

    fn edit_ledger(&self, sql: &str) {
        let db = Connection::open(self.home.path().join("ledger/ledger.db")).unwrap();
        db.execute_batch(sql).unwrap();
    }

    /// Takes the last entry away, as whoever wants to hide it would.
    fn cut_ledger(&self) {
        let last = "SELECT max(entry) FROM record";
        self.edit_ledger(&format!(
            "DELETE FROM body WHERE seq IN (SELECT seq FROM record WHERE entry = ({last}));
             DELETE FROM line WHERE id = ({last});
             DELETE FROM record WHERE entry = ({last})"
        ));
    }

    fn edit_store(&self, sql: &str) {
        let db = Connection::open(self.home.path().join("store/store.db")).unwrap();
        db.execute_batch(sql).unwrap();
    }

    /// Ids and the file of the first license, if there is one.
    fn name_what_is_installed(&mut self) {
        if self.names.contains_key("license_id") {
            return;
        }
        let list = self.cli().json(["license", "list"]);
        let Some(license) = list["entries"].as_array().unwrap().first().cloned() else { return };
        for name in ["license_id", "machine_id"] {
            self.names.insert(name.to_owned(), license[name].as_str().unwrap_or_default().to_owned());
        }
        // As `license list` shows it where there is little room.
        let beginning = self.names["machine_id"].chars().take(9).chain(['…']).collect();
        self.names.insert("machine_id_beginning".to_owned(), beginning);
        let facts = self.cli().json(["machine", "show"]);
        self.names
            .insert("identifier".to_owned(), facts["identifier"].as_str().unwrap_or_default().to_owned());
        let file = find_license_file(self.home.path()).unwrap();
        let inside = file.strip_prefix(self.home.path()).unwrap();
        self.names.insert("license_file".to_owned(), format!("{{template}}/{}", inside.to_str().unwrap()));
        // What can be wrong with a license file, in short; `bad_input` has the rest.
        let bytes = std::fs::read(&file).unwrap();
        std::fs::write(self.work.path().join("cut.lic"), &bytes[..bytes.len() / 2]).unwrap();
    }
}

/// The vendor's file as it is, and what a file can be instead.
fn write_vendor_files(vendor: &Path, work: &Path) {
    let text = std::fs::read_to_string(vendor).unwrap();
    let signature = std::fs::read_to_string(vendor.with_file_name("vendor.toml.minisig")).unwrap();
    let write = |name: &str, text: &str, signature: Option<&str>| {
        std::fs::write(work.join(name), text).unwrap();
        if let Some(signature) = signature {
            std::fs::write(work.join(format!("{name}.minisig")), signature).unwrap();
        }
    };
    write("unsigned.toml", &text, None);
    write("altered.toml", &text.replace("2026-12-01", "2026-12-02"), Some(&signature));
    let newer = text
        .replace("version = 6\n", "version = 7\n")
        .replace("servers in Germany", "servers anywhere")
        .replacen("recipients = [\"hosting\"]", "recipients = [\"hosting\", \"visitors\"]", 1);
    write("newer.toml", &newer, Some(&signed(&newer)));
    let older = text.replace("version = 6\n", "version = 5\n");
    write("older.toml", &older, Some(&signed(&older)));
    // Nothing that a vendor gives notice of.
    let renamed = text.replace("version = 6\n", "version = 7\n").replacen(
        "name = \"Halo Plate\"",
        "name = \"Halo Plate II\"",
        1,
    );
    write("renamed.toml", &renamed, Some(&signed(&renamed)));
    // What cannot be counted by the computer any more is not tried either.
    let newer = newer.replacen("trial_days = 14\n", "", 1).replace("\"trial\", ", "");
    let rebound = ["identifier", "device_name", "os", "cpu", "memory", "product"]
        .iter()
        .fold(newer, |text, id| without_item(&text, id))
        .replacen("profile = \"forever\"", "profile = \"leased\"", 1)
        .replacen(
            "days = { is = 30, assurance = \"stated\", lines = [44] }",
            "days = { is = 2, assurance = \"stated\", lines = [44] }",
            1,
        );
    write("rebound.toml", &rebound, Some(&signed(&rebound)));
    let brand = with_other_root(&text).replacen("id = \"sleeve\"", "id = \"zebra\"", 1).replacen(
        "name = \"Sleeve Audio\"",
        "name = \"Zebra\"",
        1,
    );
    write("brand.toml", &brand, None);
    let ltd = with_other_root(&text)
        .replacen("id = \"sleeve\"", "id = \"zebra\"", 1)
        .replacen("name = \"Sleeve Audio\"", "name = \"Sleeve Audio Ltd\"", 1)
        .replacen("brands = [\"Sleeve Audio\", \"B-Side\"]", "brands = []", 1);
    write("ltd.toml", &ltd, None);
    write("other-root.toml", &with_other_root(&text), None);
    // Its ninth line, from the first byte on.
    let not_text = text.as_bytes().split_inclusive(|byte| *byte == b'\n').take(8).flatten();
    let not_text: Vec<u8> = not_text.copied().chain(*b"\xff\xfe = 1\n").collect();
    std::fs::write(work.join("not-text.toml"), not_text).unwrap();
    write("typo.toml", &text.replace("[[issuer]]", "[[isuer]]"), None);
    let many = text
        .replacen("\"activate\", \"refresh\"", "\"actvate\", \"refresh\"", 1)
        .replacen("necessity =", "necesity =", 1)
        .replacen("id = \"memory\"", "id = \"memroy\"", 1)
        .replacen("kind = \"", "colour = \"red\"\nkind = \"", 1);
    write("many-faults.toml", &many, None);
    // 64 hex digits that are no point of the curve, and one under which almost any signature would hold.
    let no_key = |first: &str| format!("public_key = \"{first}{}\"", "0".repeat(62));
    let issuer =
        format!("[[issuer]]\n{}\naccount = \"next\"\nhosts = [\"https://next.example\"]", no_key("01"));
    let own = text.lines().find(|line| line.starts_with("public_key")).unwrap();
    let keyless =
        text.replacen(own, &no_key("02"), 1).replacen("[[issuer]]", &format!("{issuer}\n\n[[issuer]]"), 1);
    write("no-server-key.toml", &keyless, None);
    let ended = newer_of(&text).replacen("hosts =", "not_after = \"2020-01-01\"\nhosts =", 1);
    write("ended.toml", &ended, Some(&signed(&ended)));
    let policy = std::fs::read_to_string(root_dir().join("vendors/sleeve/policy.txt")).unwrap();
    write("policy.txt", &policy, None);
    let cut: String = policy.lines().take(20).map(|line| format!("{line}\n")).collect();
    write("other-policy.txt", &cut, None);
}

fn with_other_root(text: &str) -> String {
    let root = text.lines().find_map(|line| line.strip_prefix("root_key = ")).unwrap().trim_matches('"');
    text.replace(root, OTHER_ROOT)
}

fn newer_of(text: &str) -> String {
    text.replace("version = 6\n", "version = 7\n")
}

fn without_item(text: &str, id: &str) -> String {
    let starts = format!("id = \"{id}\"\n");
    let items = text.split("[[item]]\n").filter(|item| !item.starts_with(&starts));
    items.collect::<Vec<_>>().join("[[item]]\n")
}

fn find_license_file(dir: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries
        .filter_map(|path| match path.is_dir() {
            true => find_license_file(&path),
            false => path.extension().is_some_and(|extension| extension == "lic").then_some(path),
        })
        .next()
}

fn copy_of(dir: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_folder(dir, copy.path());
    copy
}
