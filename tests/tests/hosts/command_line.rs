//! Hosts that render one file and keep no sessions, all by LV2: lv2apply, ffmpeg's filter, GStreamer's element.

use std::process::Command;

use gatefold_tests::{skipped, tool};

use crate::heard::{Heard, Sound, Sounds};
use crate::home::Home;
use crate::matrix::{Rendered, every_standing};
use crate::shelves::Shelves;
use crate::standings::Standing;

/// The two LV2s, and how each sounds.
const PLUGINS: [(&str, Sounds); 2] = [("halo-plate", Sounds::Reverb), ("halo-plate-c", Sounds::Echo)];

/// Whether a host of this name is here and loads LV2s, by what it says of the part that does; said aloud where not.
pub(crate) fn loads_lv2(test: &str, host: &str, question: &[&str]) -> bool {
    let Some(program) = tool(test, host) else { return false };
    let output = Command::new(program).args(question).output().unwrap();
    let loads = output.status.success() && String::from_utf8_lossy(&output.stdout).contains("LV2");
    if !loads {
        skipped(test, &format!("{host} loads no LV2 here"));
    }
    loads
}

pub(crate) fn rendered(home: &Home, host: &str, to: &str, words: fn(&mut Command, &str)) -> Vec<Rendered> {
    let render = |(plugin, plays)| {
        let mut command = home.host(host);
        words(&mut command, plugin);
        home.run(host, &mut command);
        Rendered { plugin, plays, new: Sound::read(&home.file(to)), saved: None, says: Vec::new() }
    };
    PLUGINS.into_iter().map(render).collect()
}

pub(crate) fn lv2apply_words(command: &mut Command, plugin: &str) {
    command.args(["-i", "bursts.wav", "-o", "heard.wav"]);
    command.arg(format!("https://sleeve.example/plug-ins/{plugin}"));
}

#[test]
fn lv2apply() {
    if tool("lv2apply", "lv2apply").is_some() {
        every_standing("lv2apply", |home| rendered(home, "lv2apply", "heard.wav", lv2apply_words));
    }
}

/// A control that is no number plays as one that nobody turned.
#[test]
fn lv2apply_turns_to_what_is_no_number() {
    if tool("lv2apply_turns_to_what_is_no_number", "lv2apply").is_none() {
        return;
    }
    let shelves = Shelves::all();
    for value in ["nan", "-inf", "inf"] {
        let home = Home::new(Standing::named("licensed"), &shelves);
        for (plugin, plays) in PLUGINS {
            let mut command = home.host("lv2apply");
            command.args(["-c", "mix", value]);
            lv2apply_words(&mut command, plugin);
            home.run("lv2apply", &mut command);
            // All of it or nothing, where it has an end.
            let heard = if value == "-inf" { Heard::AsItCame } else { Heard::Effect };
            if value != "inf" {
                Sound::read(&home.file("heard.wav")).check(&format!("{plugin}, {value}"), plays, heard);
            }
            assert!(Sound::read(&home.file("heard.wav")).is_sound(), "{plugin}, {value}");
        }
    }
}

pub(crate) const FFMPEG_QUESTION: [&str; 4] = ["-v", "error", "-h", "filter=lv2"];

pub(crate) fn ffmpeg_words(command: &mut Command, plugin: &str) {
    // A colon ends an option of a filter, and the graph takes one backslash for itself.
    let filter = format!(r"lv2=p=https\\://sleeve.example/plug-ins/{plugin}");
    command.args(["-nostdin", "-v", "error", "-y", "-i", "bursts.wav", "-af", &filter]);
    command.args(["-f", "f32le", "heard.raw"]);
}

#[test]
fn ffmpeg() {
    if loads_lv2("ffmpeg", "ffmpeg", &FFMPEG_QUESTION) {
        every_standing("ffmpeg", |home| rendered(home, "ffmpeg", "heard.raw", ffmpeg_words));
    }
}

pub(crate) fn gstreamer_words(command: &mut Command, plugin: &str) {
    command.args(["-q", "filesrc", "location=bursts.raw", "!", "rawaudioparse", "format=pcm"]);
    command.args(["pcm-format=f32le", "sample-rate=16000", "num-channels=2", "!"]);
    command.arg(format!("sleeve-example-plug-ins-{plugin}"));
    command.args(["!", "filesink", "location=heard.raw"]);
}

#[test]
fn gstreamer() {
    if loads_lv2("gstreamer", "gst-inspect-1.0", &["lv2"]) {
        every_standing("GStreamer", |home| rendered(home, "gst-launch-1.0", "heard.raw", gstreamer_words));
    }
}
