//! Hosts that render one file and keep no sessions, all by LV2: lv2apply, ffmpeg's filter, GStreamer's element.

use std::process::Command;

use gatefold_tests::tool;

use crate::heard::{Sound, Sounds};
use crate::home::Home;
use crate::matrix::{Rendered, every_standing};

/// The two LV2s, and how each sounds.
const PLUGINS: [(&str, Sounds); 2] = [("halo-plate", Sounds::Reverb), ("halo-plate-c", Sounds::Echo)];

fn rendered(home: &Home, host: &str, to: &str, command: fn(&Home, &str) -> Command) -> Vec<Rendered> {
    let render = |(plugin, plays)| {
        home.run(host, &mut command(home, plugin));
        Rendered { plugin, plays, new: Sound::read(&home.file(to)), saved: None, says: Vec::new() }
    };
    PLUGINS.into_iter().map(render).collect()
}

pub(crate) fn lv2apply_command(home: &Home, plugin: &str) -> Command {
    let mut command = home.host("lv2apply");
    lv2apply_words(&mut command, plugin);
    command
}

pub(crate) fn lv2apply_words(command: &mut Command, plugin: &str) {
    command
        .args(["-i", "bursts.wav", "-o", "heard.wav"])
        .arg(format!("https://sleeve.example/plug-ins/{plugin}"));
}

#[test]
fn lv2apply() {
    if tool("lv2apply", "lv2apply").is_none() {
        return;
    }
    every_standing("lv2apply", |home| rendered(home, "lv2apply", "heard.wav", lv2apply_command));
}

pub(crate) fn ffmpeg_command(home: &Home, plugin: &str) -> Command {
    let mut command = home.host("ffmpeg");
    ffmpeg_words(&mut command, plugin);
    command
}

pub(crate) fn ffmpeg_words(command: &mut Command, plugin: &str) {
    // A colon ends an option of a filter, and the graph takes one backslash for itself.
    let filter = format!(r"lv2=p=https\\://sleeve.example/plug-ins/{plugin}");
    command.args([
        "-nostdin",
        "-v",
        "error",
        "-y",
        "-i",
        "bursts.wav",
        "-af",
        &filter,
        "-f",
        "f32le",
        "heard.raw",
    ]);
}

#[test]
fn ffmpeg() {
    if tool("ffmpeg", "ffmpeg").is_none() {
        return;
    }
    every_standing("ffmpeg", |home| rendered(home, "ffmpeg", "heard.raw", ffmpeg_command));
}

fn gstreamer_command(home: &Home, plugin: &str) -> Command {
    let mut command = home.host("gst-launch-1.0");
    command.args(["-q", "filesrc", "location=bursts.raw", "!", "rawaudioparse", "format=pcm"]);
    command.args(["pcm-format=f32le", "sample-rate=16000", "num-channels=2", "!"]);
    command.arg(format!("sleeve-example-plug-ins-{plugin}"));
    command.args(["!", "filesink", "location=heard.raw"]);
    command
}

#[test]
fn gstreamer() {
    if tool("gstreamer", "gst-launch-1.0").is_none() {
        return;
    }
    every_standing("GStreamer", |home| rendered(home, "GStreamer", "heard.raw", gstreamer_command));
}
