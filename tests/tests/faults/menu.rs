//! Everything that must be met: each trouble at each exchange of each command, and each named point at which it may die.

use std::collections::BTreeSet;

use crate::act::Act;
use crate::fault::Trouble;
use crate::seeded::Numbers;

/// What a case is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// It happens to the exchange of this number, from 0.
    Trouble(usize, Trouble),
    /// The program dies at this point, once it has passed it so many times.
    Death(&'static str, usize),
}

/// All of it, in an order that is always the same and follows no plan.
pub(crate) struct Menu(Vec<(Act, Event)>);

impl Menu {
    pub(crate) fn whole() -> Self {
        let mut all = Vec::new();
        for &act in Act::ALL {
            for at in 0..act.exchanges() {
                all.extend(Trouble::ALL.iter().map(|&trouble| (act, Event::Trouble(at, trouble))));
            }
            for (point, passings) in act.points() {
                all.extend((0..passings).map(|passing| (act, Event::Death(point, passing))));
            }
        }
        Numbers::of(0).shuffle(&mut all);
        Self(all)
    }

    pub(crate) fn len(&self) -> u64 {
        self.0.len() as u64
    }

    /// Where a seed's event stands.
    pub(crate) fn position(&self, seed: u64) -> usize {
        usize::try_from(seed % self.len()).unwrap()
    }

    /// What a seed's case is about.
    pub(crate) fn event(&self, seed: u64) -> (Act, Event) {
        self.0[self.position(seed)]
    }

    /// Whether a case comes when each event has had its turn by itself.
    pub(crate) fn is_repeated(&self, seed: u64) -> bool {
        seed >= self.len()
    }

    /// No event stands here that never came to pass.
    pub(crate) fn assert_all_met(&self, met: &BTreeSet<usize>) {
        let unmet: Vec<_> =
            self.0.iter().enumerate().filter(|(at, _)| !met.contains(at)).map(|(_, event)| event).collect();
        assert!(unmet.is_empty(), "never came to pass: {unmet:#?}");
    }
}
