//! A computer with a home of Gatefold, as whoever collects would hand it in: each source a text can come from.

use gatefold_diagnostics::formats::{
    App, Component, Crash, Identifier, LedgerEntry, LedgerIndex, License, Licenses, Machine, Part, Reach,
    Reachability, Sdk, SdkEntry, Settings,
};
use gatefold_diagnostics::{ChainHead, Draft, Known, Redactor};

/// What is planted: the same texts in each source.
pub(crate) struct Planted<'a> {
    pub(crate) texts: &'a [String],
    pub(crate) host: &'a str,
    pub(crate) device: &'a str,
    pub(crate) identifier: &'a str,
}

pub(crate) fn redactor(known: &[Known]) -> Redactor {
    Redactor::new(known, &["license.sleeve.example".to_owned()]).unwrap()
}

/// A draft of everything.
pub(crate) fn draft(redactor: Redactor, planted: &Planted<'_>) -> Draft {
    let head = ChainHead { count: 42, sha256: "ab".repeat(32) };
    let mut draft =
        Draft::new(redactor, "gatefold 0.1.0", "2026-12-01T09:00:00Z".parse().unwrap(), Some(head));
    draft.set_note(planted.texts.join("\n").as_bytes());
    draft.add_json(Part::App, &app()).unwrap();
    draft.add_json(Part::Machine, &machine(planted)).unwrap();
    draft.add_json(Part::Licenses, &licenses(planted)).unwrap();
    draft.add_json(Part::Settings, &settings(planted)).unwrap();
    draft.add_json(Part::LedgerIndex, &ledger(planted)).unwrap();
    draft.add_json(Part::Sdk, &sdk(planted)).unwrap();
    draft.add_json(Part::Reachability, &reachability(planted)).unwrap();
    draft.add_crash(&crash(planted));
    draft.add_log(log(planted).as_bytes()).unwrap();
    draft
}

fn app() -> App {
    let component =
        |name: &str, version: &str| Component { component: name.to_owned(), version: version.to_owned() };
    App {
        gatefold_version: "0.1.0".to_owned(),
        build: "release, deb".to_owned(),
        started_at: Some("2026-12-01T08:59:00.000Z".to_owned()),
        components: vec![component("WebKitGTK", "2.44.1"), component("SQLite", "3.46.1.2")],
        ..App::new()
    }
}

fn machine(planted: &Planted<'_>) -> Machine {
    Machine {
        name: planted.device.to_owned(),
        host: planted.host.to_owned(),
        os: "Debian GNU/Linux 12".to_owned(),
        cpu: "12th Gen Intel(R) Core(TM) i7-1260P".to_owned(),
        memory_gib: Some(16),
        disk_free_mib: Some(20_000),
        keyring: "open".to_owned(),
        identifiers: vec![Identifier {
            vendor: "sleeve".to_owned(),
            identifier: planted.identifier.to_owned(),
            code: None,
        }],
        ..Machine::new()
    }
}

pub(crate) fn license(standing: &str, reason: &str) -> License {
    License {
        license_id: "0b9c7f6e-33aa-4a5b-8c11-0a5f6b3e9999".to_owned(),
        product: "Halo Plate".to_owned(),
        vendor: "sleeve".to_owned(),
        terms: "perpetual".to_owned(),
        binding: "machine".to_owned(),
        standing: standing.to_owned(),
        reason: reason.to_owned(),
        machine_id: Some("1b9c7f6e-33aa-4a5b-8c11-0a5f6b3e9999".to_owned()),
        ..License::default()
    }
}

fn licenses(planted: &Planted<'_>) -> Licenses {
    let with = |text: &String| License {
        path: Some(text.clone()),
        machine_name: Some(planted.device.to_owned()),
        account: Some("4712".to_owned()),
        ..license("active", "active")
    };
    Licenses { entries: planted.texts.iter().map(with).collect(), ..Licenses::new() }
}

fn settings(planted: &Planted<'_>) -> Settings {
    let numbered = planted.texts.iter().enumerate();
    let mut settings = Settings::new();
    settings.settings =
        numbered.map(|(number, text)| (format!("setting_{number}"), text.clone().into())).collect();
    settings
}

fn ledger(planted: &Planted<'_>) -> LedgerIndex {
    let entry = |(id, text): (u64, &String)| LedgerEntry {
        id,
        at: "2026-12-01T08:59:30.000Z".to_owned(),
        vendor: "sleeve".to_owned(),
        purpose: "activation".to_owned(),
        carrier: "https".to_owned(),
        method: "POST".to_owned(),
        url: text.clone(),
        peer: Some("198.51.100.77:443".to_owned()),
        outcome: "answered".to_owned(),
        status: Some(200),
        code: None,
        request_bytes: 512,
    };
    LedgerIndex {
        intact: Some(true),
        total: 42,
        entries: (1..).zip(planted.texts).map(entry).collect(),
        ..LedgerIndex::new()
    }
}

fn sdk(planted: &Planted<'_>) -> Sdk {
    let entry = SdkEntry {
        vendor: "sleeve".to_owned(),
        product: "Halo Plate".to_owned(),
        standing: "active".to_owned(),
        reason: "active".to_owned(),
        shelves: planted.texts.to_vec(),
    };
    Sdk { sdk_version: "0.1.0".to_owned(), entries: vec![entry], ..Sdk::new() }
}

fn reachability(planted: &Planted<'_>) -> Reachability {
    let reach = |text: &String| Reach {
        vendor: "sleeve".to_owned(),
        host: "license.sleeve.example".to_owned(),
        peer: Some(text.clone()),
        reached: true,
        code: None,
        millis: Some(80),
        at: None,
    };
    let entries = planted.texts.iter().map(reach).collect();
    Reachability { at: "2026-12-01T08:59:30.000Z".to_owned(), entries, ..Reachability::new() }
}

fn crash(planted: &Planted<'_>) -> Crash {
    Crash {
        at: Some("2026-12-01T08:00:00.000Z".to_owned()),
        program: "gatefold-app".to_owned(),
        version: "0.1.0".to_owned(),
        location: "src-tauri/src/lib.rs:120:5".to_owned(),
        message: Some(planted.texts.join(" | ")),
        backtrace: planted.texts.to_vec(),
        ..Crash::new()
    }
}

/// Public fields, pseudonyms, members that nobody expects, and names of fields.
pub(crate) fn log(planted: &Planted<'_>) -> String {
    let line = |text: &String| {
        let line = serde_json::json!({
            "at": "2026-12-01T08:59:31.000Z", "level": "INFO", "name": "gate.answered",
            "fields": { "what": text, "status": "200" }, "pseudonyms": { "license": "0a1b2c3d4e5f" }, "odd": [text],
        });
        format!("{line}\n")
    };
    planted.texts.iter().map(line).collect()
}
