//! What an activation will send, byte for byte, before any of it is sent.

use std::sync::Arc;

use gatefold_disclosure::vendor::Binding;
use gatefold_disclosure::{Item, Payload, Purpose, Slot};
use gatefold_keygen::{Credential, Id, MachineFacts as Labels, NewMachine};
use gatefold_machine::{Facts, chosen_device_name};
use gatefold_store::{KeyHint, KnownLicense, OpenIntent};
use uuid::Uuid;

use super::check::{Checked, Subject};
use super::draft::{By, Draft};
use super::watch::{Watch, Watched};
use super::way_in::WayIn;
use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;
use crate::planned::{Planned, PlannedWhen};
use crate::policy::FileLife;
use crate::vendors::InForce;

/// The name that the user chose for this computer, fit to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceName(String);

impl DeviceName {
    /// Takes what the user typed. Whoever asks for a name does this first: a name that cannot be sent must not be found
    /// out after the key was asked about.
    ///
    /// # Errors
    /// [`gatefold_machine::MachineError::DeviceNameEmpty`] if nothing of it can be seen;
    /// [`gatefold_machine::MachineError::DeviceNameTooLong`].
    pub fn chosen(typed: &str) -> Result<Self, ClientError> {
        Ok(Self(chosen_device_name(typed)?))
    }

    /// As it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The seat to be taken.
pub(super) struct Seat {
    pub(super) id: Uuid,
    pub(super) identifier: String,
    /// An earlier try left it open: looked for before it is asked for.
    pub(super) begun: bool,
    /// Makes the machine; none if this computer's seat is known, and only the file is fetched.
    pub(super) create: Option<Payload>,
    pub(super) find: Payload,
}

/// An activation that is ready to be sent.
pub struct ActivationPlan {
    pub(super) checked: Checked,
    pub(super) seat: Option<Seat>,
    pub(super) way_in: WayIn,
    pub(super) file: FileLife,
    pub(super) device_name: Option<String>,
    /// What an earlier try left open.
    pub(super) intent: Option<OpenIntent>,
    pub(super) watched: Watched,
    /// Whether the user agreed that the license is asked about by itself, once its file nears its end.
    pub(super) renews: bool,
    pub(super) requests: Vec<Planned>,
}

impl ActivationPlan {
    /// From now on `watch` is told of each step, and may stop before it.
    pub fn watched_by(&mut self, watch: Arc<dyn Watch>) {
        self.watched = Watched(Some(watch));
    }

    /// Every request, in the order of sending.
    pub fn requests(&self) -> &[Planned] {
        &self.requests
    }

    /// Whether the license is bound to this computer; else it has no seats.
    pub fn takes_seat(&self) -> bool {
        self.seat.is_some()
    }

    /// Whether this computer has one of the seats that are in use, as far as is known here.
    pub fn has_seat(&self) -> bool {
        self.seat.as_ref().is_some_and(|seat| seat.create.is_none())
    }

    /// Whether it goes on with an earlier try, by which this computer may have one of the seats that are in use.
    pub fn goes_on(&self) -> bool {
        self.intent.is_some()
    }

    /// Whether it asks for a seat although all are in use, none of them by this computer. A vendor may allow more than it says.
    pub fn is_over_limit(&self) -> bool {
        let license = &self.checked.license;
        let is_full = license.max_machines.is_some_and(|most| license.machines_count >= most);
        is_full && self.takes_seat() && !self.has_seat() && !self.goes_on()
    }

    /// What was checked.
    pub fn checked(&self) -> &Checked {
        &self.checked
    }

    /// Whether the sign-in opens the license, and not its key.
    pub fn is_by_sign_in(&self) -> bool {
        self.way_in.user_id.is_some()
    }

    /// What was checked, for planning it anew.
    pub fn into_checked(self) -> Checked {
        self.checked
    }

    /// The name under which the vendor will list this computer, if it is sent.
    pub fn device_name(&self) -> Option<&str> {
        self.device_name.as_deref()
    }

    /// Whether a name of this computer may be sent.
    pub fn takes_name(&self) -> bool {
        may_be_named(&self.checked.vendor, self.seat.as_ref())
    }

    /// Whether the vendor insists on one.
    pub fn wants_name(&self) -> bool {
        self.checked.vendor.vendor().requires(Purpose::Activate, Item::DeviceName)
    }

    /// The last characters of the key, to tell one from another.
    pub fn key_hint(&self) -> String {
        KeyHint::of(&self.checked.key).as_str().to_owned()
    }

    /// The items of all requests, each once.
    pub fn items(&self) -> Vec<Item> {
        let mut items: Vec<Item> =
            self.requests.iter().flat_map(|request| request.preview.items.iter().copied()).collect();
        items.sort_unstable();
        items.dedup();
        items
    }
}

impl Gatefold {
    /// Prepares an activation of a checked license, by its key; nothing leaves. An activation that an earlier crash or a
    /// lost answer left open is taken up again, with its own machine id. What a sign-in activated before goes on by that
    /// sign-in.
    ///
    /// # Errors
    /// A required fact that cannot be read; an undeclared item; the journal's.
    pub fn plan_activation(
        &self,
        checked: Checked,
        device_name: Option<&DeviceName>,
    ) -> Result<ActivationPlan, ClientError> {
        let draft = self.draft(checked.subject(), device_name, By::Key)?;
        Ok(draft.of(checked, Watched::default()))
    }

    /// [`Gatefold::plan_activation`] by the sign-in at this vendor, for a license that its key alone does not open
    /// ([`ClientError::wants_sign_in`]).
    ///
    /// # Errors
    /// [`ClientError::NotSignedIn`] if nobody is, or the token is not at hand; else as [`Gatefold::plan_activation`].
    pub fn plan_activation_by_sign_in(
        &self,
        checked: Checked,
        device_name: Option<&DeviceName>,
    ) -> Result<ActivationPlan, ClientError> {
        let way_in = self.sign_in_for(&checked.vendor, Purpose::Activate)?.ok_or(ClientError::NotSignedIn)?;
        let draft = self.draft(checked.subject(), device_name, By::SignIn(way_in))?;
        Ok(draft.of(checked, Watched::default()))
    }

    pub(super) fn draft(
        &self,
        subject: Subject,
        device_name: Option<&DeviceName>,
        by: By,
    ) -> Result<Draft, ClientError> {
        // Asked now: a keyring that is locked must not be found out after the seat is taken.
        self.secrets.ready()?;
        let vendor = &subject.vendor;
        let (intent, known) = match subject.license.id.map(|id| id.to_string()) {
            Some(id) => (self.activation_to_go_on(vendor, &id)?, self.known_license(vendor, &id)?),
            None => (None, None),
        };
        let begun = intent.as_ref().map(|intent| intent.intent().what.clone());
        let first_file_at = known.as_ref().map(|known| known.first_file_at);
        let (profile, now) = (subject.product.profile, self.servers_time());
        let file = match subject.trial {
            Some(trial) => FileLife::of_trial(profile, trial.days, subject.expires_at),
            None => FileLife::of_activation(profile, subject.expires_at, first_file_at, now),
        };
        let is_new = known.is_none() && begun.is_none();
        let way_in = match by {
            By::SignIn(way_in) => way_in,
            By::Owner(Some(way_in)) if is_new => way_in,
            By::Key | By::Owner(_) => {
                let user_id = known.as_ref().and_then(|known| known.user_id.clone());
                let user_id = user_id.or_else(|| begun.as_ref().and_then(|begun| begun.user_id.clone()));
                match &subject.license.key {
                    Some(key) => self.way_in(vendor, Purpose::Activate, key, user_id.as_deref())?,
                    None => WayIn { credential: Credential::KeyToCome, user_id: None },
                }
            }
        };
        let (seat, device_name) = match vendor.vendor().binding() {
            Binding::Account => (None, None),
            Binding::Machine => {
                let known = known.as_ref().and_then(seat_of);
                let begun = begun.and_then(|begun| begun.machine_id);
                let (seat, name) = self.seat(&subject, &way_in.credential, known, begun, device_name)?;
                (Some(seat), name)
            }
        };
        let requests = previews(&subject, self, &way_in.credential, seat.as_ref(), file.ttl_secs)?;
        Ok(Draft { subject, seat, way_in, file, device_name, intent, requests })
    }

    /// The activation that an earlier try left open. One whose seat the vendor has confirmed to be given back since has ended, and
    /// its number is not used again: files that were issued for it before are refused, by whole seconds.
    fn activation_to_go_on(
        &self,
        vendor: &InForce,
        license_id: &str,
    ) -> Result<Option<OpenIntent>, ClientError> {
        let Some(open) = self.open_activation(vendor, license_id)? else { return Ok(None) };
        let seat = open.intent().what.machine_id.map(|id| id.to_string());
        let releases = self.releases_of(vendor)?;
        if !releases.iter().any(|release| Some(release.machine_id()) == seat.as_deref()) {
            return Ok(Some(open));
        }
        self.store.finish(open)?;
        Ok(None)
    }

    fn seat(
        &self,
        subject: &Subject,
        credential: &Credential,
        known: Option<Uuid>,
        begun: Option<Uuid>,
        chosen_name: Option<&DeviceName>,
    ) -> Result<(Seat, Option<String>), ClientError> {
        let vendor = subject.vendor.vendor();
        let server = subject.vendor.server(self)?.0;
        let identifier = subject.vendor.identifier()?.to_string();
        let id = match known.or(begun).or(subject.trial.map(|trial| trial.seat)) {
            Some(id) => id,
            None => chance::uuid()?,
        };
        let wanted = |item| vendor.allows(Purpose::Activate, item);
        // Read only what the manifest asks for: a processor that cannot be read hurts no vendor who needs none.
        let facts = subject.facts.clone().unwrap_or_else(Facts::read);
        let device_name = match chosen_name {
            Some(DeviceName(name)) => Some(name.clone()),
            None if vendor.requires(Purpose::Activate, Item::DeviceName) => {
                match self.name_given(&subject.vendor, &identifier)? {
                    Some(name) => Some(name),
                    None => Some(facts.device_name?),
                }
            }
            // What the vendor leaves to the person is not answered for them.
            None => None,
        };
        let os = wanted(Item::Os).then_some(facts.os).transpose()?;
        let cpu = wanted(Item::Cpu).then_some(facts.cpu).transpose()?;
        let memory_gib = wanted(Item::Memory).then_some(facts.memory_gib).transpose()?;
        let labels = Labels {
            device_name: device_name.as_deref(),
            os: os.as_deref(),
            cpu: cpu.as_deref(),
            memory_gib,
        };
        let machine =
            NewMachine { id, license: subject.license.id(), identifier: &identifier, facts: labels };
        let create = match known {
            Some(_) => None,
            None => Some(server.create_machine(credential, &machine)?),
        };
        let find = server.find_machine(Purpose::Activate, credential, subject.license.id(), &identifier)?;
        let begun = begun.is_some() && create.is_some();
        Ok((Seat { id, identifier, begun, create, find }, device_name))
    }
}

impl Gatefold {
    /// The name that the next activation at this vendor sends without being told one, where that is not the computer's own.
    ///
    /// # Errors
    /// The store's; this computer's identifier.
    pub fn name_chosen(&self, vendor: &InForce) -> Result<Option<String>, ClientError> {
        let bound = vendor.vendor().binding() == Binding::Machine;
        if !bound || !vendor.vendor().requires(Purpose::Activate, Item::DeviceName) {
            return Ok(None);
        }
        let own = Facts::read().device_name.ok();
        let given = self.name_given(vendor, vendor.identifier()?.as_str())?;
        Ok(given.filter(|given| own.as_ref() != Some(given)))
    }

    /// The name that this vendor was given last for this computer, by the licenses that are here: whoever chose one need
    /// not choose it again.
    fn name_given(&self, vendor: &InForce, identifier: &str) -> Result<Option<String>, ClientError> {
        let its = self.known_licenses_of(vendor)?.into_iter();
        let its = its.filter(|license| license.identifier.as_deref() == Some(identifier));
        let last =
            its.filter(|license| license.device_name.is_some()).max_by_key(|license| license.first_file_at);
        Ok(last.and_then(|license| license.device_name))
    }
}

/// Only a new seat gets a name, and only where the vendor has a use for it.
pub(super) fn may_be_named(vendor: &InForce, seat: Option<&Seat>) -> bool {
    seat.is_some_and(|seat| seat.create.is_some())
        && vendor.vendor().allows(Purpose::Activate, Item::DeviceName)
}

/// The seat that this computer has of a license, as far as it is remembered. One that was noted without an identifier
/// may be another computer's: the server is asked. One that the vendor called gone is none.
pub(super) fn seat_of(known: &KnownLicense) -> Option<Uuid> {
    let held = known.identifier.as_ref().filter(|_| known.seat_gone_at.is_none());
    held.and(known.machine_id.as_ref()).and_then(|id| id.parse().ok())
}

/// The request that fetches the license file.
pub(super) fn check_out(
    subject: &Subject,
    gatefold: &Gatefold,
    credential: &Credential,
    machine: Option<Id>,
    ttl_secs: Option<u64>,
) -> Result<Payload, ClientError> {
    let server = subject.vendor.server(gatefold)?.0;
    Ok(match machine {
        Some(machine) => server.check_out_machine(Purpose::Activate, credential, machine, ttl_secs)?,
        None => server.check_out_license(Purpose::Activate, credential, subject.license.id(), ttl_secs)?,
    })
}

fn previews(
    subject: &Subject,
    gatefold: &Gatefold,
    credential: &Credential,
    seat: Option<&Seat>,
    ttl_secs: Option<u64>,
) -> Result<Vec<Planned>, ClientError> {
    let planned = |when, payload: &Payload| {
        Ok::<_, ClientError>(Planned { when, preview: payload.preview(subject.vendor.vendor())? })
    };
    let mut requests = Vec::new();
    let file_of = |id| check_out(subject, gatefold, credential, id, ttl_secs);
    match seat {
        None => requests.push(planned(PlannedWhen::Always, &file_of(None)?)?),
        Some(seat) => {
            match &seat.create {
                Some(create) if seat.begun => {
                    requests.push(planned(PlannedWhen::Always, &seat.find)?);
                    requests.push(planned(PlannedWhen::UnlessSeatTaken, create)?);
                }
                Some(create) => {
                    requests.push(planned(PlannedWhen::Always, create)?);
                    requests.push(planned(PlannedWhen::IfNoSeatCame, &seat.find)?);
                }
                None => {}
            }
            let when = match seat.create {
                Some(_) => PlannedWhen::UnlessSeatTaken,
                None => PlannedWhen::Always,
            };
            requests.push(planned(when, &file_of(Some(seat.id.into()))?)?);
            if seat.create.is_some() {
                let open = file_of(Some(Slot("machine id").into()))?;
                requests.push(planned(PlannedWhen::IfSeatTaken, &open)?);
            }
        }
    }
    Ok(requests)
}
