//! Whether this is the computer that a license was activated on, and by which of its inputs that is told: the ledger keeps
//! what the activation said of it. It names inputs and shows no value of any, and sends nothing.

use std::fmt;

use gatefold_disclosure::Item;
use gatefold_ledger::{Entry, EntryId};
use gatefold_license::{LicenseError, Release};
use gatefold_machine::Facts;
use gatefold_shelf::is_of_seat;
use gatefold_store::KnownLicense;
use jiff::{SignedDuration, Timestamp};

use crate::app::Gatefold;
use crate::computers::{Computer, SeatList};
use crate::error::ClientError;
use crate::library::{Installed, Unreadable};
use crate::vendors::InForce;

/// What a computer is known by. Its identifier is made from the first alone; the others are labels, which change with parts
/// and updates, and only help to tell what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The operating system's machine id.
    MachineId,
    /// The processor's brand.
    Processor,
    /// Memory in whole GiB.
    Memory,
    /// Name and version of the operating system.
    System,
}

impl Input {
    const fn words(self) -> &'static str {
        match self {
            Self::MachineId => "the system's machine id",
            Self::Processor => "the processor",
            Self::Memory => "the memory",
            Self::System => "the operating system",
        }
    }
}

/// This computer beside the one of an activation. What is not known of either is in neither list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// What is as it was.
    pub same: Vec<Input>,
    /// What is another.
    pub other: Vec<Input>,
}

/// What a comparison says. It is a guess that helps a person, and decides nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guess {
    /// The computer of the activation.
    SameComputer,
    /// Another, with a copy of its system: they share an identifier.
    CopiedSystem,
    /// The same, with another machine id: its system was installed anew.
    SystemAnew,
    /// Another.
    OtherComputer,
    /// Another machine id, and no more is known.
    Unclear,
}

impl Compared {
    pub(crate) fn guess(&self) -> Guess {
        let (is_same, is_other) = (|input| self.same.contains(&input), |input| self.other.contains(&input));
        match (is_other(Input::MachineId), is_other(Input::Processor)) {
            (true, true) => Guess::OtherComputer,
            (true, false) if is_same(Input::Processor) && is_same(Input::Memory) => Guess::SystemAnew,
            (true, false) => Guess::Unclear,
            // More memory, or a newer system, is no other computer; another processor is more than most people change.
            (false, true) => Guess::CopiedSystem,
            (false, false) => Guess::SameComputer,
        }
    }

    fn note(&mut self, input: Input, is_same: Option<bool>) {
        match is_same {
            Some(true) => self.same.push(input),
            Some(false) => self.other.push(input),
            None => {}
        }
    }
}

/// Which inputs are others, and which are not.
impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |inputs: &[Input], one: &str, several: &str| {
            let names: Vec<&str> = inputs.iter().map(|input| input.words()).collect();
            match names.as_slice() {
                [] => None,
                [only] => Some(format!("{only} is {one}")),
                [first @ .., last] => Some(format!("{} and {last} are {several}", first.join(", "))),
            }
        };
        let parts = [part(&self.other, "another", "others"), part(&self.same, "the same", "the same")];
        f.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join("; "))
    }
}

/// The times of both are the server's; so much apart they are not of one request.
const LATER: SignedDuration = SignedDuration::from_hours(1);

impl Installed {
    /// When a file of this seat was fetched that is later than the one here, by the vendor's list. Its answer was lost on the way,
    /// or a copy of this system fetched it: nothing else tells of one on the same hardware.
    pub fn later_file(&self, seat: &Computer) -> Option<Timestamp> {
        let is_its = self.machine_id.as_deref() == Some(seat.machine_id.as_str());
        seat.last_file_at.filter(|fetched| is_its && fetched.duration_since(self.verified.issued()) > LATER)
    }
}

impl Gatefold {
    /// When a file of this computer's seat was fetched later than the one that is here, by this list
    /// ([`Installed::later_file`]). What cannot be read tells nothing: the list was read and matters more.
    pub fn later_file(&self, list: &SeatList) -> Option<Timestamp> {
        let installed = self.installed_at(&list.vendor).ok()?;
        let later = |seat| installed.iter().find_map(|license: &Installed| license.later_file(seat));
        list.computers.iter().find_map(later)
    }

    /// Of a file that cannot be used: of which computer it may be, where it does not open by this one's machine id; none
    /// where its seat was given back, so that it is worth nothing to anybody. `known` are the vendor's licenses, and
    /// `releases` the seats that were given back from here.
    pub(crate) fn of_whom(
        &self,
        vendor: &InForce,
        known: &[KnownLicense],
        releases: &[Release],
        file: Unreadable,
    ) -> Option<Unreadable> {
        let ClientError::License(LicenseError::SealClosed) = file.error else { return Some(file) };
        let identifier = vendor.identifier().ok().map(|identifier| identifier.to_string());
        let is_of_it = |known: &&KnownLicense| {
            Some(known.license_id.as_str()) == file.license_id()
                && known.identifier != identifier
                // Several computers may have left a file of one license: whose it is stands in its name.
                && is_of_seat(&file.path, known.identifier.as_deref())
        };
        let known = known.iter().find(is_of_it);
        let seat = known.and_then(|known| known.machine_id.as_deref());
        if releases.iter().any(|release| Some(release.machine_id()) == seat) {
            return None;
        }
        let mut compared = Compared { same: Vec::new(), other: vec![Input::MachineId] };
        self.compare(&mut compared, known);
        Some(Unreadable { error: ClientError::OfAnotherComputer(compared), ..file })
    }

    /// Whether this system may be a copy of the one that was activated last at a vendor; none where it is as it was, or where
    /// nothing is known of it. `known` are the vendor's licenses.
    pub(crate) fn copied_system(
        &self,
        vendor: &InForce,
        known: &[KnownLicense],
    ) -> Result<Option<Compared>, ClientError> {
        if vendor.vendor().item(Item::Cpu).is_none() {
            return Ok(None);
        }
        let identifier = Some(vendor.identifier()?.to_string());
        let ours = known.iter().filter(|known| known.identifier == identifier);
        let mut compared = Compared { same: vec![Input::MachineId], other: Vec::new() };
        self.compare(&mut compared, ours.max_by_key(|known| known.activation_entries.iter().max().copied()));
        Ok((compared.guess() == Guess::CopiedSystem).then_some(compared))
    }

    /// The seats of a license that were taken from here, where all but the machine id is as it was: this computer's, from before
    /// its system was installed anew. Another computer that shares the home is another in more than that.
    pub(crate) fn seats_of_system_before(
        &self,
        vendor: &InForce,
        license_id: &str,
    ) -> Result<Vec<String>, ClientError> {
        let Some(identifier) = vendor.identifier_if_bound()? else { return Ok(Vec::new()) };
        let mut known = self.known_licenses_of(vendor)?;
        known.retain(|known| {
            known.license_id == license_id && known.identifier.as_ref().is_some_and(|its| *its != identifier)
        });
        let is_of_it = |known: &KnownLicense| self.compared_with(known).guess() == Guess::SystemAnew;
        Ok(known.into_iter().filter(is_of_it).filter_map(|known| known.machine_id).collect())
    }

    /// Why a vendor takes this for another computer than the one of the activations that are remembered here, by the names of
    /// the inputs; none where it is the same, or nothing is remembered.
    ///
    /// # Errors
    /// The store's; this computer's identifier.
    pub fn why_another_computer(&self, vendor: &InForce) -> Result<Option<Compared>, ClientError> {
        let Some(identifier) = vendor.identifier_if_bound()? else { return Ok(None) };
        if self.store.knows_computer(&vendor.key(), &identifier)? {
            return Ok(None);
        }
        let mut known = self.known_licenses_of(vendor)?;
        known.retain(|known| known.identifier.is_some());
        let latest = known.iter().max_by_key(|known| known.activation_entries.iter().max().copied());
        Ok(latest.map(|known| self.compared_with(known)))
    }

    /// Beside the computer of an activation that has another identifier.
    fn compared_with(&self, known: &KnownLicense) -> Compared {
        let mut compared = Compared { same: Vec::new(), other: vec![Input::MachineId] };
        self.compare(&mut compared, Some(known));
        compared
    }

    /// Adds what an activation said of its computer. What was erased, or was never asked for, tells nothing.
    fn compare(&self, compared: &mut Compared, known: Option<&KnownLicense>) {
        let Some(known) = known else { return };
        let entries: Vec<Entry> = {
            let ledger = self.book.ledger();
            known.activation_entries.iter().filter_map(|id| ledger.entry(EntryId(*id)).ok()).collect()
        };
        let said = |item| entries.iter().find_map(|entry| said_of(entry, item));
        let facts = Facts::read();
        let memory = facts.memory_gib.ok().map(|gib| gib.to_string());
        for (input, item, now) in [
            (Input::Processor, Item::Cpu, facts.cpu.ok()),
            (Input::Memory, Item::Memory, memory),
            (Input::System, Item::Os, facts.os.ok()),
        ] {
            let then = said(item);
            compared.note(input, then.zip(now).map(|(then, now)| then == now));
        }
    }
}

/// Whose license counts here need not be told of the file that another computer, or the system before, left of it.
pub(crate) fn leave_out_needless(unreadable: &mut Vec<Unreadable>, installed: &[Installed]) {
    unreadable.retain(|file| {
        let is_here = |license: &Installed| Some(license.license_id.as_str()) == file.license_id();
        !file.is_of_another_computer() || !installed.iter().any(is_here)
    });
}

/// An item's value as a request said it; none where its bytes are gone.
fn said_of(entry: &Entry, item: Item) -> Option<String> {
    let mark = entry.marks.iter().find(|mark| mark.items == [item])?;
    let bytes = entry.bytes.as_deref()?.get(mark.offset..mark.offset.checked_add(mark.len)?)?;
    // It stands there as within the quotes of a JSON string.
    serde_json::from_str(&format!("\"{}\"", std::str::from_utf8(bytes).ok()?)).ok()
}

#[cfg(test)]
mod tests {
    use Input::{MachineId, Memory, Processor, System};

    use super::*;

    fn compared(same: &[Input], other: &[Input]) -> Compared {
        Compared { same: same.to_vec(), other: other.to_vec() }
    }

    #[test]
    fn what_is_guessed() {
        let check = |same: &[Input], other: &[Input], expect| {
            assert_eq!(compared(same, other).guess(), expect, "{same:?} {other:?}");
        };
        check(&[MachineId, Processor, Memory, System], &[], Guess::SameComputer);
        check(&[MachineId, Processor], &[Memory, System], Guess::SameComputer);
        check(&[MachineId], &[], Guess::SameComputer);
        check(&[MachineId, Memory, System], &[Processor], Guess::CopiedSystem);
        check(&[Processor, Memory], &[MachineId, System], Guess::SystemAnew);
        check(&[Memory, System], &[MachineId, Processor], Guess::OtherComputer);
        check(&[Processor, System], &[MachineId, Memory], Guess::Unclear);
        check(&[], &[MachineId], Guess::Unclear);
    }

    #[test]
    fn inputs_are_named() {
        let check = |same: &[Input], other: &[Input], expect: &str| {
            assert_eq!(compared(same, other).to_string(), expect);
        };
        check(&[], &[MachineId], "the system's machine id is another");
        check(
            &[Memory],
            &[MachineId, Processor],
            "the system's machine id and the processor are others; the memory is the same",
        );
        check(
            &[MachineId, Memory, System],
            &[Processor],
            "the processor is another; the system's machine id, the memory and the operating system are the same",
        );
    }
}
