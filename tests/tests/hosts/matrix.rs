//! Every host at every standing.

use std::thread;

use crate::heard::{Heard, Sound, Sounds};
use crate::home::Home;
use crate::shelves::Shelves;
use crate::standings::{STANDINGS, Standing};

/// What a host rendered with one plug-in.
pub(crate) struct Rendered {
    pub(crate) plugin: &'static str,
    pub(crate) plays: Sounds,
    /// By a new instance.
    pub(crate) new: Sound,
    /// By one of a session that was saved, where the host saves any.
    pub(crate) saved: Option<Sound>,
    /// What the plug-in said, new and saved, as far as the host shows it.
    pub(crate) says: Vec<String>,
}

/// How many hosts of one kind run at a time: they wait more than they work.
const AT_ONCE: usize = 3;

/// Has a host play at each standing.
pub(crate) fn every_standing(host: &str, play: fn(&Home) -> Vec<Rendered>) {
    let shelves = Shelves::all();
    for standings in STANDINGS.chunks(AT_ONCE) {
        thread::scope(|scope| {
            for standing in standings {
                let home = Home::new(standing, &shelves);
                scope.spawn(move || play(&home).iter().for_each(|rendered| check(host, standing, rendered)));
            }
        });
    }
}

/// Has a host play a session while it is licensed, and open it again once that has become of the license.
pub(crate) fn every_end_of_a_session(host: &str, play: fn(&Home) -> Vec<Rendered>) {
    let shelves = Shelves::all();
    thread::scope(|scope| {
        for standing in ["lapsed", "revoked", "never licensed"].map(Standing::named) {
            let mut home = Home::new(Standing::named("licensed"), &shelves);
            home.becomes(standing, &shelves);
            scope.spawn(move || {
                for rendered in play(&home) {
                    let what = format!("{host}, {}, played and {}", rendered.plugin, standing.name);
                    rendered.new.check(&what, rendered.plays, Heard::Effect);
                    let saved = rendered.saved.unwrap();
                    saved.check(&format!("{what}, saved"), rendered.plays, standing.heard_of_played());
                    let says = ["Licensed".to_owned(), standing.says()[1].clone()];
                    assert_eq!(rendered.says, says[..rendered.says.len()], "{what}");
                }
            });
        }
    });
}

pub(crate) fn check(host: &str, standing: &Standing, rendered: &Rendered) {
    let what = format!("{host}, {}, {}", rendered.plugin, standing.name);
    let [new, saved] = standing.heard();
    rendered.new.check(&what, rendered.plays, new);
    if let Some(sound) = &rendered.saved {
        sound.check(&format!("{what}, saved"), rendered.plays, saved);
    }
    for says in &rendered.says {
        assert_eq!(*says, standing.says()[0], "{what}");
    }
}
