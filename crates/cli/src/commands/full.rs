//! An activation that met the limit: who holds the seats is shown there and then, and one of them can be given back so
//! that it goes on. It refuses to give back what nobody chose.

use gatefold_client::{
    Checked, ClientError, Computer, EntryId, Gatefold, InForce, KeyGiven, SeatList, written,
};

use super::activate::ask_about;
use super::seats::{To, ask_elsewhere, called, named, print, send};
use super::{Call, wait};
use crate::args::Ask;
use crate::ask::typed;
use crate::commands::license::{beginning_of, is_short};
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, Output, SOFT, minute, styled};

/// What was tried.
pub(super) struct Full {
    pub(super) checked: Checked,
    pub(super) by_sign_in: bool,
    /// The vendor's no.
    pub(super) error: ClientError,
}

/// Gives one seat back; the license, for activating it after all.
pub(super) fn make_room(
    call: &Call,
    gatefold: &mut Gatefold,
    full: Full,
    release: Option<&str>,
    yes: &Ask,
) -> Result<Checked, Failure> {
    let Full { checked, by_sign_in, error } = full;
    if yes.yes && release.is_none() {
        // Nobody is asked, so nothing is given back, and no list is read.
        say_listed(call.out, gatefold, checked.vendor(), &checked.license().id.to_string());
        return Err(error.into());
    }
    let plan = match gatefold.plan_seats_of_checked(&checked, by_sign_in) {
        // Such a vendor shows nobody who holds the seats.
        Err(ClientError::Seal(_)) => return Err(error.into()),
        plan => plan?,
    };
    call.out.say(styled(ATTENTION, error.advice().message));
    let mut sent: Vec<EntryId> = Vec::new();
    let list = send(call, gatefold, &plan, yes, &mut sent)?;
    print(call.out, &list, To::Talk);
    let Some(computer) = chosen(call.out, &list, release)? else { return Err(error.into()) };
    let plan = gatefold.plan_release_elsewhere(&computer.machine_id, KeyGiven::Checked(&checked))?;
    ask_elsewhere(call, &plan, yes)?;
    let called = called(&plan);
    wait(gatefold.release_elsewhere(plan, &mut sent))??;
    call.out.say(styled(CALM, format!("The seat of {called} is free")));
    call.go_on()?;
    // How many are taken now; and by an answer from before the seat was free an older look would count.
    let title = format!("Now {} is asked about the key again", checked.vendor().called());
    let again = ask_about(call, gatefold, gatefold.prepare_check_of(&checked)?, &title, yes)?;
    call.go_on()?;
    Ok(again.following(checked.after(sent)))
}

/// Who holds a full license's seats, by the list that was read last; nothing where none was, or it cannot be read.
pub(super) fn say_listed(out: Output, gatefold: &Gatefold, vendor: &InForce, license_id: &str) {
    let Ok(Some(list)) = gatefold.seats_read(vendor, license_id) else { return };
    out.say(styled(SOFT, format!("As the vendor listed them on {} (UTC):", minute(&written(list.read_at)))));
    print(out, &list, To::Talk);
}

/// How often a seat is asked for that is not in the list: three requests were made until here.
const TRIES: usize = 3;

/// The seat that is named, or chosen; none where nothing was typed.
fn chosen<'a>(out: Output, list: &'a SeatList, named: Option<&str>) -> Result<Option<&'a Computer>, Failure> {
    if let Some(named) = named {
        return meant(list, named).map(Some);
    }
    for left in (0..TRIES).rev() {
        let typed = typed("Give back which seat? Its name, or the beginning of its id; nothing: none")?;
        if beginning_of(typed.trim()).is_empty() {
            return Ok(None);
        }
        match meant(list, &typed) {
            Ok(computer) => return Ok(Some(computer)),
            Err(failure) if left == 0 => return Err(failure),
            Err(Failure::Client(error)) => out.say(styled(ATTENTION, error.advice().message)),
            Err(Failure::Usage(text)) => out.say(styled(ATTENTION, text)),
            Err(failure) => return Err(failure),
        }
    }
    Ok(None)
}

fn meant<'a>(list: &'a SeatList, typed: &str) -> Result<&'a Computer, Failure> {
    let typed = typed.trim();
    match named(list.computers.iter(), typed)? {
        Some(computer) => Ok(computer),
        None if is_short(beginning_of(typed)) => Err(Failure::Usage(format!(
            "No computer is called {typed}, and of an id at least four characters are needed."
        ))),
        None => Err(ClientError::SeatUnknown(typed.to_owned()).into()),
    }
}
