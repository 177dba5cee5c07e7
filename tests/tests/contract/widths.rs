//! Tables fit the terminal, however wide: the terminal breaks no line of theirs. Needs `script` and `stty`.

use gatefold_tests::{Cli, Sandbox, tool};

#[test]
fn tables_fit_the_terminal() {
    if tool("tables_fit_the_terminal", "script").is_none() {
        return;
    }
    let sandbox = Sandbox::start();
    let home = tempfile::tempdir().unwrap();
    let cli = Cli::new(home.path()).vendor(&sandbox.vendor_file());
    let licenses = sandbox.ready["licenses"].as_array().unwrap();
    let subscription = licenses.iter().find(|license| license["kind"] == "subscription").unwrap();
    for key in [&sandbox.key("free"), subscription["key"].as_str().unwrap()] {
        assert_eq!(cli.run(["license", "activate", key, "--yes"]).code(), Some(0));
    }
    // The vendor was added by the call.
    let cli = Cli::new(home.path());
    let lines = |words: &[&str], width: usize| -> Vec<String> {
        let sized = format!("stty rows 40 cols {width}; exec \"$@\"");
        let ran = cli.clone().under(["sh", "-c", &sized, "sh"]).run_on_terminal(words, b"");
        assert_eq!(ran.code(), Some(0), "{ran:?}");
        ran.text().lines().map(str::to_owned).collect()
    };
    let lists = [&["license", "list"], &["ledger", "list"], &["vendor", "list"], &["machine", "show"]];
    let any_width: &[usize] = &[30, 40, 60, 72, 80, 100, 140];
    let cases =
        lists.into_iter().map(|words| (words, any_width)).chain([(&["vendor", "show"], &any_width[3..])]);
    for (words, widths) in cases {
        for &width in widths {
            for line in lines(words, width) {
                assert!(line.chars().count() <= width, "{words:?} at {width}: {line:?}");
            }
        }
    }
    // To whom stands there whole, also where there is little room.
    let narrow = lines(&["ledger", "list"], 80);
    assert!(narrow.iter().any(|line| line.ends_with("  Sleeve Audio")), "{narrow:?}");
    // Where there is room, nothing is left out.
    let wide = |words| lines(words, 250).join("\n");
    let id = cli.json(["license", "list"])["entries"][0]["machine_id"].as_str().unwrap().to_owned();
    assert!(wide(&["license", "list"]).contains(&id));
    assert!(!lines(&["license", "list"], 80).join("\n").contains(&id));
    // Nor where no terminal is, to be searched by another program.
    assert!(cli.run(["license", "list"]).text().contains(&id));
}
