//! What must be so after each command, and what the user does in the end: goes on with plain commands and a server that
//! does what it is asked.

use crate::act::Act;
use crate::case::{Command, Ended, Script};
use crate::home::View;
use crate::numbers::Numbers;
use crate::server::Seats;
use crate::stage::{ELSEWHERE, Scene};
use crate::story::Story;

/// The first activation after the vendor's no finds the seat gone, and says so; the next one takes another.
const TRIES: usize = 3;

impl Scene<'_> {
    /// What the server holds of the license.
    pub(crate) fn seats(&self) -> Seats {
        self.place.server.seats(&self.license_id)
    }

    /// This computer's seats there.
    pub(crate) fn own_seats(&self) -> Vec<String> {
        self.seats().into_keys().filter(|seat| seat != ELSEWHERE).collect()
    }

    /// Looks at everything after a command.
    pub(crate) fn scrutinize(&mut self, command: &Command, ended: &Ended, story: &mut Story) {
        let view = self.list();
        let before = std::mem::replace(&mut self.view, view.clone());
        let (seats, own) = (self.seats(), self.own_seats());
        story.add(format!("  the user sees {view:?}; the server holds {:?}", seats.keys()));
        self.is_in_order();
        for seat in &own {
            assert!(view.shows(seat), "a silent seat: {seat}");
        }
        match command.act {
            Act::Deactivate => {}
            Act::Refresh | Act::Rename | Act::RenameElsewhere | Act::ReleaseElsewhere => {
                assert_eq!(view, before, "what is here does not depend on it");
            }
            _ => {
                let lost =
                    before.installed.iter().find(|seat| own.contains(seat) && !view.installed.contains(seat));
                assert_eq!(lost, None, "a license that was here is gone");
            }
        }
        if let Some(list) = self.seat_list().filter(|list| !list.is_changed) {
            let held = seats.iter().map(|(seat, held)| (seat.clone(), held.name.clone())).collect();
            assert_eq!(Self::names(&list), held, "another list than the server's, and it is not said");
        }
        if let Ended::Done(told) = ended {
            self.is_true(command, told, &view);
        }
        if matches!(command.act, Act::Register | Act::ReadList) {
            let (is_open, is_listed) = self.account();
            let is_owned = self.place.server.is_owned(&self.license_id);
            story
                .add(format!("  open {is_open}, listed {is_listed}, the account's at the server {is_owned}"));
            assert!(is_owned || !is_listed, "what is not the account's is listed");
            assert!(!is_owned || is_listed || is_open, "a silent registration");
        }
    }

    /// Who says that it is done has done it.
    fn is_true(&self, command: &Command, told: &serde_json::Value, view: &View) {
        let seats = self.seats();
        match command.act {
            Act::Activate | Act::ActivateBySignIn | Act::MakeRoom => {
                let seat = told["machine_id"].as_str().unwrap().to_owned();
                assert!(seats.contains_key(&seat), "no such seat: {told}");
                assert_eq!(*view, View { installed: vec![seat], unfinished: Vec::new() });
            }
            Act::Refresh => {
                let is_held = |seat: &String| seats.contains_key(seat);
                assert!(!view.installed.is_empty() && view.installed.iter().all(is_held), "{told}");
            }
            Act::Deactivate => {
                assert!(!seats.contains_key(&command.seat), "it is not free: {told}");
                assert!(!view.shows(&command.seat), "it is shown: {told}");
            }
            Act::Rename | Act::RenameElsewhere => {
                assert_eq!(seats[&command.seat].name.as_deref(), Some(command.name.as_str()), "{told}");
            }
            Act::ReleaseElsewhere => {
                assert!(!seats.contains_key(ELSEWHERE), "it is not free: {told}");
            }
            Act::Register => assert!(self.place.server.is_owned(&self.license_id), "{told}"),
            Act::ReadList => {
                let (is_open, is_listed) = self.account();
                let is_owned = self.place.server.is_owned(&self.license_id);
                assert_eq!((is_open, is_listed), (false, is_owned), "{told}");
            }
        }
    }

    /// The user goes on until nothing is unfinished; then both sides say the same.
    pub(crate) fn heal(&mut self, act: Act, numbers: &mut Numbers, story: &mut Story) {
        story.add("the server does what it is asked");
        if act == Act::Register {
            self.must(&plain(Act::ReadList), story);
            self.must(&plain(Act::Register), story);
            assert!(self.place.server.is_owned(&self.license_id));
            assert_eq!(self.account(), (false, true));
        } else if numbers.percent(50) {
            self.take(act, story);
        } else {
            self.give_back(story);
        }
        if act != Act::Register {
            self.both_say_the_same(story);
        }
        self.is_in_order();
        self.is_closed();
    }

    /// The user wants the license.
    fn take(&mut self, act: Act, story: &mut Story) {
        let act = if act == Act::MakeRoom { act } else { Act::Activate };
        let mut tries = 0;
        loop {
            let command = plain(act);
            let ended = self.run(&command, &Script::default(), story).ended;
            self.scrutinize(&command, &ended, story);
            tries += 1;
            match ended {
                Ended::Done(_) => break,
                Ended::Failed(code) if code == "license.seat_gone" && tries < TRIES => {}
                ended => panic!("it cannot be activated any more: {ended:?}"),
            }
        }
    }

    /// The user wants to be rid of it.
    fn give_back(&mut self, story: &mut Story) {
        for _ in 0..TRIES {
            let Some(seat) = self.view.all().next() else { break };
            let command = Command { seat: seat.clone(), ..plain(Act::Deactivate) };
            let ended = self.run(&command, &Script::default(), story).ended;
            self.scrutinize(&command, &ended, story);
            match ended {
                Ended::Done(_) => {}
                // It was begun by the key, and the vendor wants more than that; or the program died before the key was kept
                // and anything sent. The list names another way out.
                Ended::Failed(code)
                    if matches!(code.as_str(), "keygen.not_allowed" | "license.key_missing") =>
                {
                    self.try_again(story);
                }
                ended => panic!("it cannot be given back: {ended:?}"),
            }
        }
        assert_eq!(self.view, View::default(), "it cannot be given back");
    }

    /// The license is activated, or it was not taken before and others hold all of its seats: then nothing of it is left.
    fn try_again(&mut self, story: &mut Story) {
        if self.seats().len() == 1 && self.seats().contains_key(ELSEWHERE) {
            let command = plain(Act::Activate);
            let ended = self.run(&command, &Script::default(), story).ended;
            self.scrutinize(&command, &ended, story);
            if matches!(&ended, Ended::Failed(code) if code == "keygen.seats_full") {
                return;
            }
        }
        self.take(Act::Activate, story);
    }

    fn must(&mut self, command: &Command, story: &mut Story) {
        let ended = self.run(command, &Script::default(), story).ended;
        assert!(matches!(ended, Ended::Done(_)), "{command:?}: {ended:?}");
        self.scrutinize(command, &ended, story);
    }

    fn both_say_the_same(&mut self, story: &mut Story) {
        let end = View { installed: self.own_seats(), unfinished: Vec::new() };
        assert_eq!(self.view, end, "in the end");
        let words = ["license", "seats", &self.key, "--yes"];
        self.cli_to_send().json(words);
        self.sent.extend(self.place.tap.take_seen().into_iter().map(|exchange| exchange.request));
        let list = self.seat_list().unwrap();
        let held: std::collections::BTreeMap<_, _> =
            self.seats().into_iter().map(|(seat, held)| (seat, held.name)).collect();
        assert_eq!((Self::names(&list), list.is_changed), (held, false));
        story.add("both say the same");
    }
}

/// A command that is about nothing in particular.
fn plain(act: Act) -> Command {
    Command { act, seat: String::new(), name: String::new() }
}
