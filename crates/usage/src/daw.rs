//! The hosts that are known by name, under the spellings in which they name themselves. It refuses to keep a version or an edition
//! of a host that it knows: in which host a product was used says neither.

use crate::text::tidied;

/// Names, and other spellings than the name itself: small letters and digits alone.
const KNOWN: &[(&str, &[&str])] = &[
    ("Ableton Live", &["live", "ableton", "abletonliveengine"]),
    ("Adobe Audition", &["audition"]),
    ("Ardour", &["ardourexport", "ardourvst"]),
    ("Audacity", &[]),
    ("Bitwig Studio", &["bitwig", "bitwigpluginhost", "bitwigaudioengine", "bitwigstudioengine"]),
    ("Cakewalk", &["cakewalkbybandlab", "sonar", "cakewalksonar"]),
    ("Carla", &["carlarack", "carlapatchbay", "carlabridge", "carlabridgenative", "carladiscovery"]),
    ("Cubase", &["cubaseartist", "cubaseelements", "cubaseai", "cubasele", "steinbergcubase"]),
    ("DaVinci Resolve", &["resolve", "davinciresolvestudio", "fairlight"]),
    ("Digital Performer", &["dp", "motudigitalperformer"]),
    ("Element", &["kushviewelement"]),
    ("FL Studio", &["fl", "flengine", "fruityloops", "imagelineflstudio"]),
    ("Final Cut Pro", &["finalcut"]),
    ("GarageBand", &[]),
    ("Gig Performer", &[]),
    ("Harrison Mixbus", &["mixbus", "mixbus32c"]),
    ("LMMS", &["remotevstplugin"]),
    ("LUNA", &["universalaudioluna"]),
    ("Logic Pro", &["logic", "logicprox"]),
    ("MainStage", &[]),
    ("Maschine", &["nimaschine"]),
    ("Max", &["cyclingmax", "maxmsp"]),
    ("MuseScore", &["mscore"]),
    ("Nuendo", &["steinbergnuendo"]),
    ("OBS Studio", &["obs"]),
    ("Pro Tools", &["avidprotools", "protoolsdeveloper", "protoolsultimate", "protoolsintro"]),
    ("Qtractor", &["qtractorpluginscan"]),
    ("REAPER", &["cockosreaper", "reaperhost"]),
    ("Reason", &["reasonstudiosreason", "reasonrack"]),
    ("Renoise", &["audiopluginserver"]),
    ("Samplitude", &["samplitudeprox", "magixsamplitude"]),
    ("Sequoia", &["magixsequoia"]),
    ("Sound Forge", &["soundforgepro"]),
    ("Studio One", &["presonusstudioone", "studioonepro", "studiooneprofessional", "studiooneartist"]),
    ("VEGAS Pro", &["vegas"]),
    ("WaveLab", &["wavelabpro", "wavelabelements"]),
    ("Waveform", &["tracktion", "tracktionwaveform", "waveformfree", "waveformpro"]),
    ("Zrythm", &[]),
];

/// Words after a host's name that are no part of it: systems, editions, what a program is.
const BESIDE: &[&str] = &[
    "x64",
    "x86",
    "amd64",
    "arm64",
    "aarch64",
    "bit",
    "64bit",
    "32bit",
    "win",
    "windows",
    "linux",
    "mac",
    "macos",
    "exe",
    "app",
    "bin",
    "bridged",
    "host",
    "suite",
    "standard",
    "intro",
    "lite",
    "trial",
    "demo",
    "beta",
    "producer",
    "signature",
    "sse41",
    "avx2",
    "fruity",
    "edition",
    "version",
    "studio",
    "pro",
    "x",
];

/// The host by the name that people know it by; one that is not known, as it names itself. None if it names itself not
/// at all, or by a path or an address.
pub fn daw(given: &str) -> Option<String> {
    // Where somebody keeps their files, or how they are reached, is not in which host they play.
    if given.contains(['/', '\\', '@']) {
        return None;
    }
    let given = tidied(given)?;
    let words: Vec<String> = given
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    Some(known(words).map_or(given, str::to_owned))
}

/// The longest beginning that is a known host's name, where what follows is a version or stands beside a name.
fn known(mut words: Vec<String>) -> Option<&'static str> {
    loop {
        let joined = words.concat();
        if let Some(name) = named(&joined).or_else(|| named(without_version(&joined))) {
            return Some(name);
        }
        let last = words.pop()?;
        let is_version = last.strip_prefix('v').unwrap_or(&last).bytes().all(|byte| byte.is_ascii_digit());
        if !is_version && !BESIDE.contains(&last.as_str()) {
            return None;
        }
    }
}

fn without_version(joined: &str) -> &str {
    joined.trim_end_matches(|c: char| c.is_ascii_digit())
}

fn named(joined: &str) -> Option<&'static str> {
    let is_it = |(name, spellings): &&(&'static str, &[&str])| {
        spellings.contains(&joined) || squeezed(name) == joined
    };
    KNOWN.iter().find(is_it).map(|(name, _)| *name)
}

fn squeezed(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn hosts_are_known_by_their_usual_spellings() {
        let check = |given: &str, expect: Option<&str>| {
            assert_eq!(daw(given).as_deref(), expect, "{given}");
        };
        check("Ardour", Some("Ardour"));
        check("ardour-8.2.0", Some("Ardour"));
        check("Ableton Live 11 Suite", Some("Ableton Live"));
        check("Live", Some("Ableton Live"));
        check("Bitwig Studio", Some("Bitwig Studio"));
        check("BitwigPluginHost-X64-SSE41", Some("Bitwig Studio"));
        check("Bitwig Plug-in Host 64", Some("Bitwig Studio"));
        check("reaper_host_x86_64", Some("REAPER"));
        check("REAPER", Some("REAPER"));
        check("reaper.exe", Some("REAPER"));
        check("Cubase12", Some("Cubase"));
        check("Cubase LE AI Elements 12", Some("Cubase LE AI Elements 12"));
        check("Studio One 6", Some("Studio One"));
        check("Logic Pro X", Some("Logic Pro"));
        check("FL64.exe", Some("FL Studio"));
        check("Pro Tools", Some("Pro Tools"));
        check("DP11", Some("Digital Performer"));
        check("QTRACTOR v0.9.39", Some("Qtractor"));
        // A word that begins like a host is another program.
        check("Ardour Watcher", Some("Ardour Watcher"));
        check("Maxwell", Some("Maxwell"));
        check("livecoder", Some("livecoder"));
        check("  my   own\thost ", Some("my own host"));
        check("11", Some("11"));
        check("studio", Some("studio"));
        check("---", Some("---"));
        check("", None);
        check("/home/jo/bin/reaper", None);
        check("C:\\Users\\Jo\\REAPER\\reaper.exe", None);
        check("jo@example.com", None);
        // What is left out is looked for in all of it, not in what is kept.
        check(&format!("{} jo@example.com", "x".repeat(1_000)), None);
        check("Jo's host: 2 (at home)", Some("Jo's host: 2 (at home)"));
        check("\u{200b}", None);
        check(&"x".repeat(1_000), Some(&"x".repeat(40)));
    }

    /// Nothing is known by two names, and each spelling is of the form in which it is looked for.
    #[test]
    fn each_spelling_is_of_one_host() {
        let mut seen = BTreeSet::new();
        for (name, spellings) in KNOWN {
            assert_eq!(daw(name).as_deref(), Some(*name));
            for spelling in spellings.iter().map(|text| (*text).to_owned()).chain([squeezed(name)]) {
                assert_eq!(squeezed(&spelling), spelling, "{name}");
                assert!(seen.insert(spelling), "{name}: a spelling stands twice");
            }
        }
        assert!(KNOWN.is_sorted_by_key(|(name, _)| *name));
    }
}
