//! An activation beside the same exchanges by bare reqwest and as many durable commits of the same bytes.
//!
//! Each turn of ours has a home of its own, opened before the clock starts: what is timed is the first activation of a
//! program, or the next one of a program that has activated something before, as a window has. Each turn of the floor has a
//! new database likewise, and the same peer. The floor commits to its database for each sync of a database's log
//! in ours, counted by strace. A file that then lies on the shelf was a durable commit of another kind: the floor writes
//! its bytes to a new file, syncs it and gives it its name; its folder is synced as often as ours are.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use gatefold_tests::Exchange;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use rusqlite::Connection;

use crate::append::{bare_database, insert};
use crate::child;
use crate::measure::{Measure, Report, Turns, clock};
use crate::scene::{Canned, Scene, activate, home, open, vendor};

const TURNS: usize = 60;
/// What a commit holds that is neither a request nor a file: a row of the journal, an outcome.
const ROW_BYTES: usize = 256;

pub(crate) fn measure(scene: &Scene, report: &mut Report) {
    // Made once: a bare client needs no new one for each request.
    let client = client();
    for (name, canned, before) in
        [("activation.first", &scene.first, None), ("activation.next", &scene.second, Some(&scene.first))]
    {
        let Some(commits) = commits(scene, canned, before) else { return };
        let requests: Vec<Bare> =
            canned.exchanges.iter().map(|exchange| Bare::of(&scene.vendor, exchange)).collect();
        // Kept to the end: for some seconds a file system without a journal gives no inode away that was just freed, and
        // looks for another, the longer the more a turn makes.
        let homes = RefCell::new(Vec::new());
        let turns = Turns::take(
            TURNS,
            |_| {
                let home = home();
                let mut gatefold = open(home.path());
                homes.borrow_mut().push(home);
                let mut turn = |canned: &Canned| {
                    scene.answer_once(canned);
                    let vendor = scene.vendor.clone();
                    clock(|| drop(scene.runtime.block_on(activate(&mut gatefold, vendor, &canned.key))))
                };
                before.map(&mut turn);
                turn(canned)
            },
            |_| {
                let home = home();
                let folder = home.path().to_owned();
                let db = bare_database(&folder.join("bare.db"));
                homes.borrow_mut().push(home);
                if before.is_some() {
                    insert(&db, b"before");
                }
                scene.answer_once(canned);
                clock(|| scene.runtime.block_on(bare(&client, &requests, &db, &commits, &folder)))
            },
        );
        let (value, floor) = turns.median();
        report.add(&Measure { name: name.to_owned(), value, floor, limit: 1.5, unit: "µs" });
    }
}

/// The watched child: one activation.
pub(crate) fn child(dir: &Path, vendor_file: &Path, key: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut gatefold = open(dir);
    let vendor = vendor(&gatefold, vendor_file);
    child::begin();
    runtime.block_on(activate(&mut gatefold, vendor, key));
    child::end();
}

/// What an activation commits: so many times, and of these bytes.
struct Commits {
    rows: Vec<Vec<u8>>,
    files: Vec<Vec<u8>>,
    folder_syncs: usize,
}

fn commits(scene: &Scene, canned: &Canned, before: Option<&Canned>) -> Option<Commits> {
    let home = home();
    if let Some(before) = before {
        scene.answer_once(before);
        let mut gatefold = open(home.path());
        scene.runtime.block_on(activate(&mut gatefold, scene.vendor.clone(), &before.key));
    }
    let old = placed(&home.path().join("shelf"));
    scene.answer_once(canned);
    let words = [home.path(), &scene.vendor_file].map(|path| path.to_str().unwrap());
    let calls = child::traced("activation", &["activate", words[0], words[1], &canned.key])?;
    let syncs = calls.iter().filter(|call| call.contains("sync(")).count();
    let rows = calls.iter().filter(|call| call.contains("sync(") && call.contains("-wal>")).count();
    let files = calls.iter().filter(|call| call.contains("rename")).count();
    eprintln!("an activation: {rows} commits to databases, {files} files placed, {syncs} syncs");

    let mut bytes: Vec<Vec<u8>> = canned.exchanges.iter().map(|exchange| exchange.request.clone()).collect();
    bytes.resize(rows, vec![b'x'; ROW_BYTES]);
    let mut files = placed(&home.path().join("shelf"));
    files.retain(|path, _| !old.contains_key(path));
    let folder_syncs = syncs - rows - files.len();
    Some(Commits { rows: bytes, folder_syncs, files: files.into_values().collect() })
}

/// The files on a shelf, its locks aside.
fn placed(shelf: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = gatefold_tests::files_under(shelf);
    files.retain(|_, bytes| !bytes.is_empty());
    files
}

fn client() -> reqwest::Client {
    let builder = reqwest::Client::builder().http1_only().no_proxy().pool_max_idle_per_host(0);
    // Nothing here is TLS; looking for the system's roots would flatter us.
    builder.tls_certs_only([]).build().unwrap()
}

/// The same in the order of ours: a commit before each exchange and one after it, then the others.
async fn bare(
    client: &reqwest::Client,
    requests: &[Bare],
    db: &Connection,
    commits: &Commits,
    folder: &Path,
) {
    let mut rows = commits.rows.iter();
    for request in requests {
        rows.by_ref().take(1).for_each(|bytes| insert(db, bytes));
        let sent = client
            .request(request.method.clone(), request.url.clone())
            .headers(request.headers.clone())
            .body(request.body.clone());
        sent.send().await.unwrap().bytes().await.unwrap();
        rows.by_ref().take(1).for_each(|bytes| insert(db, bytes));
    }
    rows.for_each(|bytes| insert(db, bytes));
    place(folder, commits);
}

/// As many files before each sync of the folder as ours places before each.
fn place(folder: &Path, Commits { files, folder_syncs, .. }: &Commits) {
    for (at, files) in files.chunks(files.len().div_ceil(*folder_syncs)).enumerate() {
        for (number, bytes) in files.iter().enumerate() {
            let (new, name) =
                (folder.join(format!("new-{at}-{number}")), folder.join(format!("{at}-{number}")));
            let mut file = File::create_new(&new).unwrap();
            file.write_all(bytes).unwrap();
            file.sync_all().unwrap();
            std::fs::rename(new, name).unwrap();
        }
        File::open(folder).unwrap().sync_all().unwrap();
    }
}

/// A request as reqwest wants it.
struct Bare {
    method: reqwest::Method,
    url: reqwest::Url,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Bare {
    fn of(vendor: &gatefold_client::InForce, exchange: &Exchange) -> Self {
        let text = std::str::from_utf8(&exchange.request).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines = head.split("\r\n");
        let mut first = lines.next().unwrap().split(' ');
        let method = first.next().unwrap().parse().unwrap();
        let origin = &vendor.vendor().issuers()[0].hosts[0];
        let url = format!("{origin}{}", first.next().unwrap()).parse().unwrap();
        let headers = lines.map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap())
        });
        Self { method, url, headers: headers.collect(), body: body.as_bytes().to_vec() }
    }
}
