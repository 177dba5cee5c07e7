//! One case: a command under fire, perhaps another one, and what the user sees after each.

use std::thread;
use std::time::Duration;

use gatefold_tests::{Cli, Fault, Hold, Ran, Request};
use serde_json::Value;

use crate::act::Act;
use crate::fault::Trouble;
use crate::home::View;
use crate::menu::{Event, Menu};
use crate::seeded::Numbers;
use crate::seeded::Story;
use crate::stage::{ELSEWHERE, FRIEND, SERIAL, Scene, Stage, TRIED, UNLOCK_CODE};

/// The exchanges after the one that a case is about, which may go wrong, too.
const AFTERWARDS: usize = 3;

/// A case that is about to be played.
pub(crate) struct Case {
    act: Act,
    event: Event,
    /// It is not the only thing that goes wrong before it.
    is_wild: bool,
    numbers: Numbers,
}

/// What happens to a command: to each of its exchanges, and where it dies.
#[derive(Default)]
pub(crate) struct Script {
    troubles: Vec<Option<Trouble>>,
    death: Option<(&'static str, usize)>,
}

/// A command with all that it needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub(crate) act: Act,
    /// The seat that it is about, where it is about one that is there.
    pub(crate) seat: String,
    /// The name that it gives.
    pub(crate) name: String,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) enum Ended {
    Done(Value),
    /// It said so, with this code.
    Failed(String),
    /// It was killed, or died at a named point.
    Died,
}

/// How a command went.
pub(crate) struct Went {
    pub(crate) ended: Ended,
    /// How many exchanges of the script came to pass.
    exchanges: usize,
}

impl Case {
    pub(crate) fn of(menu: &Menu, seed: u64) -> Self {
        let (act, event) = menu.event(seed);
        Self { act, event, is_wild: menu.is_repeated(seed), numbers: Numbers::of(seed) }
    }

    /// Plays it to its end; whether what it is about came to pass.
    pub(crate) fn play(mut self, stage: &mut Stage, story: &mut Story) -> bool {
        story.add(format!("{:?} after {:?}; {:?}", self.act, self.act.before(), self.event));
        let mut scene = stage.before(self.act);
        let command = self.command(self.act, &scene.view);
        let script = self.first_script();
        let went = scene.run(&command, &script, story);
        let is_met = self.is_met(&went);
        scene.scrutinize(&command, &went.ended, story);

        if self.numbers.percent(50) {
            let act = self.another_act();
            let command = self.command(act, &scene.view);
            let script = self.wild_script(command.act);
            let went = scene.run(&command, &script, story);
            scene.scrutinize(&command, &went.ended, story);
        }
        scene.heal(self.act, &mut self.numbers, story);
        is_met
    }

    fn is_met(&self, went: &Went) -> bool {
        match self.event {
            Event::Trouble(at, _) => went.exchanges > at,
            Event::Death(..) => matches!(went.ended, Ended::Died),
        }
    }

    /// What the case is about, and after it whatever comes.
    fn first_script(&mut self) -> Script {
        match self.event {
            Event::Trouble(at, trouble) => {
                let mut troubles = vec![None; at];
                troubles.push(Some(trouble));
                troubles.extend(self.troubles(AFTERWARDS, 35));
                Script { troubles, death: None }
            }
            Event::Death(point, passing) => {
                let troubles = if self.is_wild { self.troubles(AFTERWARDS, 20) } else { Vec::new() };
                Script { troubles, death: Some((point, passing)) }
            }
        }
    }

    fn wild_script(&mut self, act: Act) -> Script {
        let troubles = self.troubles(act.exchanges() + 1, 25);
        let death = self.numbers.percent(20).then(|| {
            let (point, passings) = self.numbers.one_of(&act.points());
            (point, self.numbers.below(passings))
        });
        Script { troubles, death }
    }

    fn troubles(&mut self, count: usize, percent: usize) -> Vec<Option<Trouble>> {
        let mut trouble = || self.numbers.percent(percent).then(|| self.numbers.one_of(Trouble::ALL));
        (0..count).map(|_| trouble()).collect()
    }

    /// What the user does next.
    fn another_act(&mut self) -> Act {
        match self.act {
            Act::Register => self.numbers.one_of(&[Act::Register, Act::ReadList]),
            Act::Trial => self.numbers.one_of(&[Act::Trial, Act::Trial, Act::Deactivate, Act::Refresh]),
            Act::Transfer => {
                let all = [Act::Transfer, Act::Transfer, Act::ReadList, Act::Activate, Act::Deactivate];
                self.numbers.one_of(&all)
            }
            own => {
                let all =
                    [own, own, Act::Activate, Act::Deactivate, Act::Deactivate, Act::Refresh, Act::Rename];
                self.numbers.one_of(&all)
            }
        }
    }

    /// The command; an activation, where it needs a seat and there is none.
    fn command(&mut self, act: Act, view: &View) -> Command {
        let seats: Vec<&String> = match act {
            Act::Rename => view.installed.iter().collect(),
            _ => view.all().collect(),
        };
        let seat = if seats.is_empty() { None } else { Some(self.numbers.one_of(&seats).clone()) };
        let taking = self.act.taking();
        let act = match act {
            Act::Deactivate | Act::Rename if seat.is_none() => taking,
            Act::Refresh if view.installed.is_empty() => taking,
            act => act,
        };
        let seat = match act {
            Act::RenameElsewhere | Act::ReleaseElsewhere => Some(ELSEWHERE.to_owned()),
            _ => seat,
        };
        let name = self.numbers.one_of(&["loft", "barn", "cellar"]).to_owned();
        Command { act, seat: seat.unwrap_or_default(), name }
    }
}

impl Command {
    /// As the user types it.
    pub(crate) fn words<'a>(&'a self, license_id: &'a str, key: &'a str) -> Vec<&'a str> {
        match self.act {
            Act::Activate | Act::ActivateBySignIn => vec!["license", "activate", key],
            Act::MakeRoom => vec!["license", "activate", key, "--release", ELSEWHERE],
            Act::Refresh => vec!["license", "refresh"],
            Act::Deactivate => vec!["license", "deactivate", &self.seat],
            Act::ReleaseElsewhere => vec!["license", "deactivate", &self.seat, "--key", key],
            Act::Rename | Act::RenameElsewhere => vec!["license", "rename", &self.seat, &self.name],
            Act::Register => vec!["license", "register", "--serial", SERIAL, "--unlock-code", UNLOCK_CODE],
            Act::Trial => vec!["license", "trial", TRIED],
            Act::Transfer => vec!["license", "transfer", license_id, "--to", FRIEND],
            Act::ReadList => vec!["account", "refresh"],
        }
    }
}

impl Scene<'_> {
    /// Runs a command by this script, to its end; what the server was to get late it has got then.
    pub(crate) fn run(&mut self, command: &Command, script: &Script, story: &mut Story) -> Went {
        let (tap, signer) = (&self.place.tap, &self.place.signer);
        self.due.extend(tap.take_kept());
        let (deadly, endless) = (Hold::default(), Hold::default());
        let fault = |trouble: &Option<Trouble>| match trouble {
            None => Fault::None,
            Some(trouble) if trouble.is_deadly() => trouble.fault(signer, &deadly),
            Some(trouble) => trouble.fault(signer, &endless),
        };
        tap.faults(script.troubles.iter().map(fault));
        let words = command.words(&self.license_id, &self.key);
        story.add(format!("$ gatefold {}", words.join(" ")));
        let mut running = self.cli_under(script, story).start(words.into_iter().chain(["--yes", "--json"]));
        while script.is_deadly() && !running.has_ended() {
            if deadly.is_asked() {
                running.kill();
                break;
            }
            thread::sleep(Duration::from_millis(2));
        }
        let ran = running.ran();
        let exchanges = script.troubles.len() - tap.faults_left();
        tap.faults([]);
        deadly.let_go();
        endless.let_go();
        tap.until_idle();
        tap.give_late();
        self.note_exchanges(&script.troubles[..exchanges], story);
        let ended = Ended::of(&ran);
        story.add(format!("  {}", ended.in_words()));
        Went { ended, exchanges }
    }

    /// The program as the script has it: out of patience soon where nobody answers, and with a point at which it dies.
    fn cli_under(&self, script: &Script, story: &mut Story) -> Cli {
        let mut cli = self.cli_to_send();
        if script.troubles.iter().flatten().any(|trouble| trouble.is_silent()) {
            cli = cli.env("GATEFOLD_TEST_TIMEOUT_SECS", "1");
        }
        if let Some((point, passing)) = script.death {
            story.add(format!("  is to die at {point}, passing {passing}"));
            cli = cli.env("FAILPOINTS", format!("{point}={passing}*off->panic"));
        }
        cli
    }

    /// Notes what went over the wire, with the trouble that each exchange met.
    fn note_exchanges(&mut self, troubles: &[Option<Trouble>], story: &mut Story) {
        let mut seen = self.place.tap.take_seen().into_iter();
        let mut troubles = troubles.iter().copied();
        loop {
            let trouble = troubles.next().flatten();
            let exchange = if trouble == Some(Trouble::Refused) { None } else { seen.next() };
            let told = match &exchange {
                Some(exchange) => format!("{} → {}", asked(&exchange.request), answered(&exchange.answer)),
                None if trouble.is_none() => break,
                None => "nothing arrives".to_owned(),
            };
            story.add(format!(
                "  {told}{}",
                trouble.map(|trouble| format!("; {trouble:?}")).unwrap_or_default()
            ));
            self.sent.extend(exchange.map(|exchange| exchange.request));
        }
    }
}

impl Script {
    fn is_deadly(&self) -> bool {
        self.troubles.iter().flatten().any(|trouble| trouble.is_deadly())
    }
}

impl Ended {
    fn of(ran: &Ran) -> Self {
        match ran.code() {
            None => Self::Died,
            Some(0) => Self::Done(ran.json()),
            Some(_) => Self::Failed(ran.json()["error"]["code"].as_str().unwrap_or("no code").to_owned()),
        }
    }

    fn in_words(&self) -> String {
        match self {
            Self::Done(_) => "is done".to_owned(),
            Self::Failed(code) => format!("fails: {code}"),
            Self::Died => "dies".to_owned(),
        }
    }
}

fn asked(request: &[u8]) -> String {
    let text = String::from_utf8_lossy(request);
    if !text.contains("\r\n\r\n") {
        return format!("the first {} bytes", request.len());
    }
    let request = Request::parse(request);
    let path = request.target.split('?').next().unwrap_or_default();
    // Without the account, which is always the same.
    let path: Vec<&str> = path.split('/').skip(4).collect();
    format!("{} {}", request.method, path.join("/"))
}

fn answered(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(answer);
    text.lines().next().map_or_else(|| "nothing".to_owned(), |line| line.chars().take(24).collect())
}
