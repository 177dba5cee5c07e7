//! Requests that arrive when the next command is over: nobody can know of them, and nobody can call them back. What is
//! promised is that the next look shows what they did, and that it can be undone.

use serde_json::Value;

use crate::act::Act;
use crate::seeded::Story;
use crate::stage::Scene;

impl Scene<'_> {
    /// The server gets what earlier commands sent; then the user looks.
    pub(crate) fn let_arrive(&mut self, act: Act, story: &mut Story) {
        for request in std::mem::take(&mut self.due) {
            let answer = String::from_utf8_lossy(&self.place.tap.give(&request)).into_owned();
            let first_line = |text: &str| text.lines().next().unwrap_or_default().to_owned();
            let asked = first_line(&String::from_utf8_lossy(&request));
            story.add(format!("  now arrives {asked} → {}", first_line(&answer)));
            self.came_late = true;
            self.look(act, story);
        }
    }

    /// As much of it as is still on its way when the user has nothing more to do.
    pub(crate) fn let_all_arrive(&mut self, story: &mut Story) {
        self.due.extend(self.place.tap.take_kept());
        self.let_arrive(Act::Activate, story);
    }

    /// What a late request did is shown by whoever asks: a seat by its list, a license by the account's, and that the seat of
    /// an installed license is gone, by a refresh.
    fn look(&mut self, act: Act, story: &mut Story) {
        if act == Act::Trial {
            self.meet_trial();
        }
        if matches!(act, Act::Register | Act::ReadList | Act::Transfer) {
            self.looked(&["account", "refresh"], story);
            self.look_at_account();
            assert_eq!(
                (self.account.is_open, self.account.is_listed),
                (false, self.is_the_accounts()),
                "the account's list does not tell"
            );
        }
        let own = self.own_seats();
        let silent = |seat: &&String| !self.view.shows(seat);
        if let Some(seat) = own.iter().find(silent) {
            let key = self.key.clone();
            self.looked(&["license", "seats", &key], story);
            assert!(self.is_listed_here(seat), "the list does not show {seat}");
        }
        let gone = self.view.installed.iter().any(|seat| !own.contains(seat));
        if gone && !self.place.server.is_given(&self.license_id) {
            let told = self.looked(&["license", "refresh"], story);
            assert_eq!(told["error"]["code"], "license.seat_gone", "{told}");
        }
    }

    /// Whether the list of seats that was read last names it as this computer's.
    pub(crate) fn is_listed_here(&self, seat: &str) -> bool {
        let here = self.seats().get(seat).map(|held| held.identifier.clone());
        let list = self.seat_list();
        let named = list.iter().flat_map(|list| &list.seats).find(|listed| listed.machine_id == seat);
        named.map(|listed| &listed.identifier) == here.as_ref()
    }

    /// A seat that came when it was given back already goes by the id that the list shows.
    pub(crate) fn give_back_what_came_late(&mut self, story: &mut Story) {
        for seat in self.own_seats() {
            assert!(self.came_late, "a silent seat: {seat}");
            let key = self.key.clone();
            let told = self.looked(&["license", "deactivate", &seat, "--key", &key], story);
            assert_eq!(told["status"], "deactivated", "{told}");
            self.view = self.list();
        }
        assert!(self.own_seats().is_empty(), "it cannot be given back");
    }

    /// A plain command of the user's; what it told.
    fn looked(&mut self, words: &[&str], story: &mut Story) -> Value {
        story.add(format!("  $ gatefold {}", words.join(" ")));
        let ran = self.cli_to_send().run(words.iter().copied().chain(["--yes", "--json"]));
        self.sent.extend(self.place.tap.take_seen().into_iter().map(|exchange| exchange.request));
        ran.json()
    }
}
