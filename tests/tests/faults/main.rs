//! Idempotent through anything (decision 0025): seeded cases, each one command or two of the user's against a server that
//! drops, delays, doubles, cuts, resets, refuses and lies, by a program that dies at any of its named points. Then the user
//! goes on as a user would. What the server holds is what the user sees, nothing is lost, nothing is doubled.
//!
//! `GATEFOLD_FAULT_SEED=N` plays case N alone and tells its story; `GATEFOLD_FAULT_CASES=20000` plays so many.

mod act;
mod case;
mod fault;
mod heal;
mod home;
mod late;
mod menu;
#[path = "../support/seeded/mod.rs"]
mod seeded;
mod server;
mod stage;
#[path = "../support/mod.rs"]
mod support;

use case::Case;
use menu::Menu;
use seeded::Player;
use stage::Stage;

/// How many cases the test command plays.
const CASES: u64 = 2_000;

#[test]
fn whatever_happens_the_servers_seats_are_those_that_the_user_sees() {
    let menu = Menu::whole();
    let player = Player {
        named: "GATEFOLD_FAULT",
        stage: Stage::start,
        play: &|stage, seed, story| Case::of(&menu, seed).play(stage, story),
    };
    let Some(played) = player.play(CASES) else { return };
    if played.len() as u64 >= menu.len() {
        let met = played.iter().filter(|(_, is_met)| *is_met).map(|(seed, _)| menu.position(*seed));
        menu.assert_all_met(&met.collect());
    }
}
