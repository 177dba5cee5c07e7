//! What must be so after each command, and what the user does in the end: goes on with plain commands and a server that
//! does what it is asked.

use crate::act::Act;
use crate::case::{Command, Ended, Script};
use crate::home::{Account, View};
use crate::seeded::Numbers;
use crate::seeded::Story;
use crate::server::Seats;
use crate::stage::{ELSEWHERE, Scene};

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
        if command.act == Act::Trial {
            self.meet_trial();
        }
        let view = self.list();
        let before = std::mem::replace(&mut self.view, view.clone());
        let (seats, own) = (self.seats(), self.own_seats());
        story.add(format!("  the user sees {view:?}; the server holds {:?}", seats.keys()));
        self.is_in_order();
        for seat in &own {
            assert!(view.shows(seat), "a silent seat: {seat}");
        }
        let is_given = self.place.server.is_given(&self.license_id);
        assert!(!is_given || view.installed.is_empty(), "what is somebody else's is still here");
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
        if matches!(command.act, Act::Register | Act::ReadList | Act::Transfer) {
            self.look_at_account();
            self.account_is_told(story);
        }
        if let Ended::Done(told) = ended {
            self.is_true(command, told, &view);
        }
        if command.act == Act::Trial {
            let begun = self.place.server.trials().len();
            story.add(format!("  trials begun {begun}, open {}", view.is_trial_open));
            assert!(begun <= 1, "a second trial");
            assert!(begun == 0 || view.is_trial_open || view.all().count() > 0, "a silent trial");
        }
        self.let_arrive(command.act, story);
    }

    /// Whose the license is, is known, or it is known that it is not.
    fn account_is_told(&self, story: &mut Story) {
        let Account { is_open, is_listed } = self.account;
        let (is_its, is_given) = (self.is_the_accounts(), self.place.server.is_given(&self.license_id));
        story.add(format!("  open {is_open}, listed {is_listed}, the account's at the server {is_its}"));
        assert!(is_its || !is_listed || is_given && is_open, "what is not the account's is listed");
        assert!(!is_its || is_listed || is_open, "what is the account's is not listed");
    }

    /// Whether the license is the account's that is signed in, as the server has it.
    pub(crate) fn is_the_accounts(&self) -> bool {
        self.place.server.is_owned(&self.license_id) && !self.place.server.is_given(&self.license_id)
    }

    /// Who says that it is done has done it.
    fn is_true(&self, command: &Command, told: &serde_json::Value, view: &View) {
        let seats = self.seats();
        match command.act {
            Act::Activate | Act::ActivateBySignIn | Act::MakeRoom | Act::Trial => {
                let seat = told["machine_id"].as_str().unwrap().to_owned();
                assert!(seats.contains_key(&seat), "no such seat: {told}");
                assert_eq!(*view, View { installed: vec![seat], ..View::default() });
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
                let is_listed = self.is_the_accounts();
                assert_eq!(self.account, Account { is_open: false, is_listed }, "{told}");
            }
            Act::Transfer => {
                assert!(self.place.server.is_given(&self.license_id), "{told}");
                assert_eq!(*view, View::default(), "what is somebody else's is here");
            }
        }
    }

    /// The user goes on until nothing is unfinished; then both sides say the same.
    pub(crate) fn heal(&mut self, act: Act, numbers: &mut Numbers, story: &mut Story) {
        story.add("the server does what it is asked");
        match act {
            Act::Register => self.own(story),
            Act::Transfer => self.give_away(numbers.percent(50), story),
            // What began is to be seen before it is given back.
            Act::Trial => {
                self.take(act, story);
                if numbers.percent(50) {
                    self.give_back(story);
                }
                self.both_say_the_same(story);
            }
            _ => {
                match numbers.percent(50) {
                    true => self.take(act, story),
                    false => self.give_back(story),
                }
                self.both_say_the_same(story);
            }
        }
        self.is_in_order();
        self.is_closed();
    }

    /// The user wants what was bought.
    fn own(&mut self, story: &mut Story) {
        self.must(&plain(Act::ReadList), story);
        self.must(&plain(Act::Register), story);
        assert!(self.is_the_accounts());
        assert_eq!(self.account, Account { is_open: false, is_listed: true });
    }

    /// The user wants somebody else to have the license; or to keep it, if it is theirs still.
    fn give_away(&mut self, keeps: bool, story: &mut Story) {
        self.must(&plain(Act::ReadList), story);
        match (self.place.server.is_given(&self.license_id), keeps) {
            (false, true) => {
                self.take(Act::Activate, story);
                return self.both_say_the_same(story);
            }
            (false, false) => self.must(&plain(Act::Transfer), story),
            (true, _) => {}
        }
        assert_eq!((self.account, self.seats()), (Account::default(), Seats::new()));
        assert_eq!(self.view, View::default(), "what is somebody else's is here");
    }

    /// The user wants the license.
    fn take(&mut self, act: Act, story: &mut Story) {
        let act = act.taking();
        let mut tries = 0;
        loop {
            let command = plain(act);
            let ended = self.run(&command, &Script::default(), story).ended;
            self.scrutinize(&command, &ended, story);
            tries += 1;
            match ended {
                // A release that was kept back arrived after it, and gave its seat away again; a refresh says so, and the next
                // activation takes another (cases 257, 536 and 4089).
                Ended::Done(_) if self.came_late && self.own_seats().is_empty() && tries < TRIES => {}
                Ended::Done(_) => break,
                // Its seat is gone, in a trial's own words (cases 8669, 8702 and 9354).
                Ended::Failed(code)
                    if matches!(code.as_str(), "license.seat_gone" | "trial.not_activated")
                        && tries < TRIES => {}
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
        self.let_all_arrive(story);
        self.give_back_what_came_late(story);
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
        let end = View { installed: self.own_seats(), ..View::default() };
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
