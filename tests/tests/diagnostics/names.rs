//! Computers and people with odd names: one letter, words of the language, marks, blanks where the kernel lets them.

use gatefold_tests::{Cli, skipped, tool};

use crate::scene::{export, unpacked};

#[test]
fn odd_names_are_in_no_place_that_tells_them() {
    if tool("odd names", "unshare").is_none() {
        return;
    }
    for name in ["x", "mix", "license", "müller-pc", "studio pc", "Ada", "debian"] {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("home");
        // The kernel takes what the command of that name refuses.
        let script = "printf %s \"$1\" > /proc/sys/kernel/hostname && shift && exec \"$@\"";
        let cli = Cli::new(&home)
            .env("USER", name)
            .env("LOGNAME", name)
            .under(["unshare", "--uts", "sh", "-c", script, "sh", name]);
        let shown = cli.run(["machine", "show"]);
        if shown.code() != Some(0) {
            skipped("odd names", &format!("no computer can be called {name:?} here"));
            continue;
        }
        std::fs::create_dir_all(home.join("logs")).unwrap();
        let told = [
            format!("/home/{name}/plug-ins/a.so"),
            format!("C:\\\\Users\\\\{name}\\\\a.dll"),
            format!("host={name} user={name}"),
            format!("tcp://{name}:443 and \\\"{name}\\\""),
            format!("ssh {name}@{name}.local"),
        ];
        let line = |text: &String| {
            format!(
                "{{\"at\":\"2026-12-01T09:00:00.000Z\",\"level\":\"INFO\",\"name\":\"a.b\",\"fields\":{{\"text\":\"{text}\"}}}}\n"
            )
        };
        std::fs::write(home.join("logs/gatefold-1.log"), told.iter().map(line).collect::<String>()).unwrap();
        let bundle = export(&cli, dir.path(), &["--note", &format!("It is called \"{name}\".")]);
        let files = unpacked(&bundle);
        let text = |wanted: &str| {
            let file = files.iter().find(|(name, _)| name == wanted).unwrap();
            String::from_utf8(file.1.clone()).unwrap()
        };
        let machine: serde_json::Value = serde_json::from_str(&text("machine.json")).unwrap();
        for member in ["name", "host"] {
            let said = machine[member].as_str().unwrap();
            assert!(
                said.starts_with("host-") || said.starts_with("device-") || said.starts_with("login-"),
                "{name}: {said}"
            );
        }
        let log = text("log.jsonl");
        for gone in [
            format!("/{name}/"),
            format!("\\\\{name}\\\\"),
            format!("host={name}"),
            format!("user={name}"),
            format!("//{name}:"),
            format!("\"{name}\\\""),
            format!("{name}@"),
            format!("@{name}"),
        ] {
            assert!(!log.contains(&gone), "{name}: {gone} in {log}");
        }
        assert!(!text("note.txt").contains(&format!("\"{name}\"")), "{name}: {}", text("note.txt"));
        // The log can still be read.
        assert_eq!(log.lines().filter(|line| line.contains("\"a.b\"")).count(), told.len(), "{name}: {log}");
    }
}
