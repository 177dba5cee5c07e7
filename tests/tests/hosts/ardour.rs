//! Ardour 7's engine without its window: LV2, VST3, and the LV2 in C, in one session that is saved and opened again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use gatefold_tests::{copy_folder, root_dir, tool};

use crate::heard::{Heard, Sound, Sounds};
use crate::home::{Home, vst3};
use crate::matrix::{Rendered, every_end_of_a_session, every_standing};
use crate::shelves::Shelves;
use crate::standings::Standing;

const LIBRARY: &str = "/usr/lib/ardour7";
/// The scanner, which is on no PATH.
const SCANNER: &str = "/usr/lib/ardour7/ardour-vst3-scanner";
const TRACKS: [(&str, &str, Sounds); 3] = [
    ("LV2", "https://sleeve.example/plug-ins/halo-plate", Sounds::Reverb),
    ("LV2", "https://sleeve.example/plug-ins/halo-plate-c", Sounds::Echo),
    ("VST3", "9A4E6C1F2B7D4E588C3F5A6071D2E894", Sounds::Reverb),
];

/// The VST3 where Ardour looks, known to it by its own scanner. What the scanner said.
pub(crate) fn scanned(home: &Home) -> String {
    let bundle = home.file(".vst3/Halo Plate.vst3");
    fs::create_dir(home.file(".vst3")).unwrap();
    // It follows no link, and takes a bundle for changed that is younger than what it wrote of it.
    copy_folder(&vst3(), &bundle);
    let library = bundle.join("Contents/x86_64-linux/Halo Plate.so");
    assert!(Command::new("touch").args(["-d", "2026-01-01"]).arg(&library).status().unwrap().success());
    let said = home
        .run("ardour-vst3-scanner", environment(&mut home.host(SCANNER)).args(["-f", "-v"]).arg(&library));
    let log = home.file(".config/ardour7/plugin_metadata");
    fs::create_dir_all(&log).unwrap();
    let entry = format!(
        "<PluginScanLog version=\"1\"><PluginScanLogEntry type=\"VST3\" path=\"{}\" scan-log=\"\" scan-result=\"0\"/>\
         </PluginScanLog>",
        library.display()
    );
    fs::write(log.join("scan_log"), entry).unwrap();
    said
}

/// What Debian's own wrapper says to Ardour's programs.
fn environment(command: &mut Command) -> &mut Command {
    command
        .env("LD_LIBRARY_PATH", LIBRARY)
        .env("ARDOUR_DLL_PATH", LIBRARY)
        .env("ARDOUR_DATA_PATH", "/usr/share/ardour7")
        .env("ARDOUR_CONFIG_PATH", "/etc/ardour7")
}

fn scripts() -> PathBuf {
    root_dir().join("tests/tests/hosts/scripts")
}

/// Renders a session with these plug-ins, new and saved. What Ardour said.
pub(crate) fn session(home: &Home, plugins: &str) -> String {
    session_while(home, plugins, None)
}

/// The same, with a line of shell that runs while the new session is open.
fn session_while(home: &Home, plugins: &str, outside: Option<&str>) -> String {
    let processors = home.file(".config/ardour7/scripts");
    fs::create_dir_all(&processors).unwrap();
    fs::copy(scripts().join("bursts.lua"), processors.join("bursts.lua")).unwrap();
    let mut command = home.host("ardour7-lua");
    command.arg(scripts().join("ardour.lua")).env("PLUGINS", plugins);
    command.envs(outside.map(|outside| ("OUTSIDE", outside)));
    let said = home.run("Ardour", &mut command);
    assert!(said.contains("both rendered"), "{}: {said}", home.standing.name);
    said
}

/// What was heard of a track, `new` or `saved`.
pub(crate) fn heard(home: &Home, when: &str, track: usize) -> Sound {
    let side =
        |side: &str| home.file(&format!("session/interchange/session/audiofiles/{when}-{track}%{side}.wav"));
    Sound::read_sides(&side("L"), &side("R"))
}

/// Whether Ardour is here; said aloud where it is not.
pub(crate) fn is_here(test: &str) -> bool {
    let is_here = tool(test, "ardour7-lua").is_some();
    assert!(!is_here || Path::new(SCANNER).is_file(), "{SCANNER} is not there");
    is_here
}

pub(crate) fn rendered(home: &Home) -> Vec<Rendered> {
    scanned(home);
    session(home, &all());
    let track = |(track, (plugin, _, plays)): (usize, _)| {
        let [new, saved] = ["new", "saved"].map(|when| heard(home, when, track + 1));
        Rendered { plugin, plays, new, saved: Some(saved), says: Vec::new() }
    };
    TRACKS.into_iter().enumerate().map(track).collect()
}

/// All three in one session, by its lines.
fn all() -> String {
    TRACKS.map(|(format, id, _)| format!("{format} {id}\n")).concat()
}

/// Both LV2s, which Ardour has look now and then: a license that comes is heard, and one that goes is heard on.
#[test]
fn a_license_comes_and_goes_while_ardour_runs() {
    if !is_here("a_license_comes_and_goes") {
        return;
    }
    let shelves = Shelves::all();
    let lv2s = &TRACKS[..2];
    let lines = lv2s.iter().map(|(format, id, _)| format!("{format} {id}\n")).collect::<String>();
    let shelf =
        |standing: &str| shelves.data(Standing::named(standing)).join("gatefold").display().to_string();
    let comes = format!(
        "cp -r '{}' .local/share/coming && mv .local/share/coming .local/share/gatefold",
        shelf("licensed")
    );
    for (outside, before, after) in [
        (format!("rm -r .local/share/gatefold && {comes}"), Heard::AsItCame, Heard::Effect),
        ("mv .local/share/gatefold away".to_owned(), Heard::Effect, Heard::Effect),
    ] {
        let begins = if before == Heard::Effect { "licensed" } else { "never licensed" };
        let mut home = Home::new(Standing::named(begins), &shelves);
        home.is_changed_meanwhile();
        session_while(&home, &lines, Some(&outside));
        for (track, (_, id, plays)) in lv2s.iter().enumerate() {
            heard(&home, "new", track + 1).check(&format!("{id}, {begins}"), *plays, before);
            heard(&home, "after", track + 1).check(&format!("{id}, {begins}, after"), *plays, after);
            // It is opened again without the license, or with the one that came.
            let now = if before == Heard::Effect { Heard::AsItCame } else { Heard::Effect };
            heard(&home, "saved", track + 1).check(&format!("{id}, {begins}, opened again"), *plays, now);
        }
    }
}

#[test]
fn ardour() {
    if is_here("ardour") {
        every_standing("Ardour", rendered);
    }
}

#[test]
fn ardour_plays_on_what_was_played() {
    if is_here("ardour_plays_on") {
        every_end_of_a_session("Ardour", rendered);
    }
}
