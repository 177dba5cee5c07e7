//! With everything off the window sends nothing: it is open for weeks, hosts play beside it, its pages are looked at, and all of it is traced.

use std::collections::BTreeSet;
use std::process::Command;
use std::thread;
use std::time::Duration;

use gatefold_tests::{in_own_network, paths_under, peer, program, root_dir, strange_sockets};
use jiff::{SignedDuration, Timestamp};

use crate::driver::until;
use crate::stage::Stage;

const WEEKS: i64 = 4;
/// Some looks at what is due: a test build looks five times a second.
const LOOKS: Duration = Duration::from_millis(1_500);

#[test]
fn over_weeks_with_everything_off_nothing_leaves_but_the_activation() {
    let name = "silent::over_weeks_with_everything_off_nothing_leaves_but_the_activation";
    if !in_own_network(name) {
        return;
    }
    let began = Timestamp::now();
    let Some(stage) = Stage::open_watched_at(name, &began.to_string()) else { return };
    stage.reads("Welcome");
    stage.add_vendor();
    stage.plan(&stage.sandbox.key("free"));
    stage.press("Send and activate");
    stage.reads("is ready");
    let activation = stage.sandbox.recorded();
    assert_eq!(activation.len(), 3, "check, seat, file");
    for week in 1..=WEEKS {
        stage.time_is(&(began + SignedDuration::from_hours(week * 7 * 24)).to_string());
        play(&stage);
        for page in ["Library", "What was sent", "Privacy", "Settings"] {
            // A number may stand behind its name.
            stage.driver.click(&stage.find(&format!("//nav//a[starts-with(normalize-space(), '{page}')]")));
            stage.find(&format!("//h1[.='{page}']"));
        }
        thread::sleep(LOOKS);
    }
    let mut noted = paths_under(stage.dir.path());
    noted.retain(|path| path.to_string_lossy().contains("/spool/") || path.ends_with("consent.json"));
    assert!(noted.is_empty(), "{noted:?}");
    stage.screen.close("Gatefold$");
    until("nothing is left", || stage.driver.processes().is_empty().then_some(()));
    assert_eq!(stage.sandbox.recorded(), activation, "not a byte more");
    let trace = stage.trace();
    assert_eq!(strange_sockets(&trace), Vec::<&str>::new());
    let (driver, server) =
        (stage.drivers_address(), stage.tap.url().trim_start_matches("http://").to_owned());
    let connections: Vec<String> = trace
        .lines()
        .filter(|line| line.contains("connect("))
        .filter_map(peer)
        .filter(|peer| *peer != driver)
        .collect();
    assert_eq!(connections, vec![server.clone(); 3], "a connection for each request of the activation");
    let peers: BTreeSet<String> = trace.lines().filter_map(peer).filter(|peer| *peer != driver).collect();
    assert_eq!(peers, BTreeSet::from([server]));
}

/// A host plays with the sample plug-in in it.
pub(crate) fn play(stage: &Stage) {
    let share = stage.dir.path().join(".local/share");
    std::fs::create_dir_all(&share).unwrap();
    let _ = std::os::unix::fs::symlink(stage.home().join("shelf"), share.join("gatefold"));
    let sound = stage.dir.path().join("in.wav");
    silence(&sound);
    let output = Command::new(program("gatefold-clap-host"))
        .arg(root_dir().join("target/test-plugins/clap/halo-plate.clap"))
        .args(["in.wav", "out.wav", "state"])
        .env("HOME", stage.dir.path())
        .env_remove("XDG_DATA_HOME")
        .current_dir(stage.dir.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn silence(path: &std::path::Path) {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 48_000,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut file = hound::WavWriter::create(path, spec).unwrap();
    (0..48_000).for_each(|_| file.write_sample(0.0_f32).unwrap());
    file.finalize().unwrap();
}
