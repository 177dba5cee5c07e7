//! What the user sees, and what must be so in a home whatever happened.

use std::collections::BTreeMap;
use std::path::Path;

use gatefold_ledger::Ledger;
use gatefold_store::{SeatList, Store};
use serde_json::Value;

use crate::stage::Scene;
use crate::support::{assert_all_noted, entries_of, temporary_files};

/// The licenses that the user is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct View {
    /// Seats with an installed file.
    pub(crate) installed: Vec<String>,
    /// Seats that may be held, or that have lost their file.
    pub(crate) unfinished: Vec<String>,
    /// A trial that may have begun and is not activated.
    pub(crate) is_trial_open: bool,
}

/// What the user is shown of the account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    /// A registration or a transfer may have been done.
    pub(crate) is_open: bool,
    /// The license is among its own.
    pub(crate) is_listed: bool,
}

impl View {
    pub(crate) fn shows(&self, seat: &str) -> bool {
        self.all().any(|shown| shown == seat)
    }

    /// Every seat, those of installed files first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &String> {
        self.installed.iter().chain(&self.unfinished)
    }
}

impl Scene<'_> {
    /// Starts the program once more, which sends nothing, and looks at the list.
    pub(crate) fn list(&mut self) -> View {
        let ran = self.cli.run(["license", "list", "--json"]);
        assert!(ran.status.success(), "{ran:?}");
        assert!(!ran.stderr.contains(".lic"), "a license that is not whole: {ran:?}");
        assert_eq!(self.place.tap.take_seen().len(), 0, "a start alone sends nothing");
        let listed = ran.json();
        let of = |name: &str| -> Vec<String> {
            let entries = listed[name].as_array().unwrap().iter();
            let own = entries.filter(|entry| entry["license_id"] == self.license_id.as_str());
            own.filter_map(|entry| entry["machine_id"].as_str().map(str::to_owned)).collect()
        };
        let is_trial_open = !listed["trials_open"].is_null();
        let view = View { installed: of("entries"), unfinished: of("unfinished"), is_trial_open };
        for seat in &view.unfinished {
            assert!(ran.stderr.contains(seat.as_str()), "{seat} is not named: {ran:?}");
        }
        view
    }

    /// The journal, the ledger and the folders, after a start.
    pub(crate) fn is_in_order(&self) {
        let home = self.cli.home();
        assert_eq!(temporary_files(home), Vec::<&Path>::new());
        let ledger = Ledger::open(&home.join("ledger"), jiff::Timestamp::now()).unwrap();
        let check = ledger.check(None).unwrap();
        assert!(check.intact && check.broken.is_empty(), "{check:?}");
        let entries = entries_of(&ledger);
        assert!(entries.iter().all(|entry| entry.line.outcome.is_some()), "an entry is still pending");
        assert_all_noted(&self.sent, &entries, &self.key);
    }

    /// Nothing is open, and nothing of what was open is left.
    pub(crate) fn is_closed(&self) {
        let home = self.cli.home();
        let store = self.store();
        assert_eq!(store.open_intents().unwrap(), [], "the journal is open for ever");
        let locks = std::fs::read_dir(home.join("store/intents"));
        let names = locks.into_iter().flatten().map(|name| name.unwrap().file_name());
        let left: Vec<_> = names.filter(|name| name != ".entering").collect();
        assert!(left.is_empty(), "locks of intents that are gone: {left:?}");
        let check = self.cli.json(["ledger", "check"]);
        let told = (&check["intact"], &check["broken"], check["anchor"].as_str());
        assert_eq!(told, (&Value::Bool(true), &Value::Array(Vec::new()), Some("whole")), "{check}");
    }

    /// The list of the license's seats that was read last, if one was.
    pub(crate) fn seat_list(&self) -> Option<SeatList> {
        let lists = self.store().seat_lists().unwrap();
        lists.into_iter().find(|list| list.license_id == self.license_id)
    }

    /// The names of the list, by seat.
    pub(crate) fn names(list: &SeatList) -> BTreeMap<String, Option<String>> {
        list.seats.iter().map(|seat| (seat.machine_id.clone(), seat.name.clone())).collect()
    }

    /// Looks at the account.
    pub(crate) fn look_at_account(&mut self) {
        let shown = self.cli.json(["account", "show"]);
        let licenses = self.cli.json(["account", "licenses"]);
        let its = licenses["entries"].as_array().unwrap().iter();
        let is_listed = its.into_iter().any(|entry| entry["license_id"] == self.license_id.as_str());
        let is_open = |what: &str| !shown[what].is_null();
        let is_open = is_open("registration_open_since") || is_open("transfer_open_since");
        self.account = Account { is_open, is_listed };
    }

    fn store(&self) -> Store {
        Store::open(&self.cli.home().join("store")).unwrap()
    }
}
