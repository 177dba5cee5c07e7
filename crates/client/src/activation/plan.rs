//! What an activation will send, byte for byte, before any of it is sent.

use std::sync::Arc;

use gatefold_disclosure::vendor::Binding;
use gatefold_disclosure::{Item, Payload, Preview, Purpose, Slot};
use gatefold_keygen::{Credential, Id, MachineFacts as Labels, NewMachine};
use gatefold_license::Terms;
use gatefold_machine::{Facts, chosen_device_name};
use gatefold_store::{KeyHint, OpenIntent};
use uuid::Uuid;

use super::check::Checked;
use super::watch::{Watch, Watched};
use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;
use crate::policy::file_ttl_secs;

/// When a planned request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlannedWhen {
    /// In any case.
    Always,
    /// Unless the server says that this computer holds a seat already.
    UnlessSeatTaken,
    /// Only if the server says that this computer holds a seat already.
    IfSeatTaken,
}

/// The name that the user chose for this computer, fit to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceName(String);

impl DeviceName {
    /// Takes what the user typed. Whoever asks for a name does this first: a name that cannot be sent must not be found
    /// out after the key was asked about.
    ///
    /// # Errors
    /// [`gatefold_machine::MachineError::DeviceNameEmpty`] if nothing of it can be seen.
    pub fn chosen(typed: &str) -> Result<Self, ClientError> {
        Ok(Self(chosen_device_name(typed)?))
    }
}

/// A request of a plan.
#[derive(Clone, Debug)]
pub struct Planned {
    /// When it is sent.
    pub when: PlannedWhen,
    /// Its exact bytes; ids that only the server knows yet stand as named slots.
    pub preview: Preview,
}

/// The seat to be taken.
pub(super) struct Seat {
    pub(super) id: Uuid,
    pub(super) identifier: String,
    /// Makes the machine; none if this computer's seat is known, and only the file is fetched.
    pub(super) create: Option<Payload>,
    pub(super) find: Payload,
}

/// An activation that is ready to be sent.
pub struct ActivationPlan {
    pub(super) checked: Checked,
    pub(super) seat: Option<Seat>,
    pub(super) credential: Credential,
    pub(super) ttl_secs: Option<u64>,
    pub(super) device_name: Option<String>,
    /// What an earlier try left open.
    pub(super) intent: Option<OpenIntent>,
    pub(super) watched: Watched,
    requests: Vec<Planned>,
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

    /// What was checked.
    pub fn checked(&self) -> &Checked {
        &self.checked
    }

    /// What was checked, for planning it anew.
    pub fn into_checked(self) -> Checked {
        self.checked
    }

    /// How long the license file will last, in seconds; `None` is forever.
    pub fn file_ttl_secs(&self) -> Option<u64> {
        self.ttl_secs
    }

    /// What works offline, of this license: a perpetual one as the product's profile says, another until it ends.
    pub fn offline_words(&self) -> String {
        match (self.checked.license.terms, self.checked.license.expires_at) {
            (Terms::Perpetual, _) | (_, None) => self.checked.product.profile.words().to_owned(),
            (_, Some(end)) => {
                format!("until {}, when it ends; renewed, it is fetched again", end.strftime("%Y-%m-%d"))
            }
        }
    }

    /// The name under which the vendor will list this computer, if it is sent.
    pub fn device_name(&self) -> Option<&str> {
        self.device_name.as_deref()
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
    /// Prepares an activation of a checked license; nothing leaves. An activation that an earlier crash or a lost
    /// answer left open is taken up again, with its own machine id.
    ///
    /// # Errors
    /// A required fact that cannot be read; an undeclared item; the journal's.
    pub fn plan_activation(
        &self,
        checked: Checked,
        device_name: Option<&DeviceName>,
    ) -> Result<ActivationPlan, ClientError> {
        // Asked now: a keyring that is locked must not be found out after the seat is taken.
        self.secrets.ready()?;
        let credential = Credential::LicenseKey(checked.key.clone());
        let ttl_secs =
            file_ttl_secs(checked.product.profile, checked.license.expires_at, None, self.clock.now());
        let license_id = checked.license.id.to_string();
        let (seat, intent, device_name) = match checked.vendor.vendor().binding() {
            Binding::Account => (None, self.open_activation(&checked.vendor, &license_id)?, None),
            Binding::Machine => {
                let intent = self.open_activation(&checked.vendor, &license_id)?;
                let begun = intent.as_ref().and_then(|intent| intent.intent().what.machine_id);
                let (seat, name) = self.seat(&checked, &credential, begun, device_name)?;
                (Some(seat), intent, name)
            }
        };
        let requests = previews(&checked, self, &credential, seat.as_ref(), ttl_secs)?;
        Ok(ActivationPlan {
            checked,
            seat,
            credential,
            ttl_secs,
            device_name,
            intent,
            watched: Watched::default(),
            requests,
        })
    }

    fn seat(
        &self,
        checked: &Checked,
        credential: &Credential,
        begun: Option<Uuid>,
        chosen_name: Option<&DeviceName>,
    ) -> Result<(Seat, Option<String>), ClientError> {
        let vendor = checked.vendor.vendor();
        let server = checked.vendor.server(self)?.0;
        let identifier = checked.vendor.identifier()?.to_string();
        let known = self
            .store
            .license(&checked.vendor.key(), &checked.license.id.to_string())?
            .and_then(|known| known.machine_id)
            .and_then(|id| id.parse::<Uuid>().ok());
        let id = match known.or(begun) {
            Some(id) => id,
            None => chance::uuid()?,
        };
        let wanted = |item| vendor.allows(Purpose::Activate, item);
        // Read only what the manifest asks for: a processor that cannot be read hurts no vendor who needs none.
        let facts = Facts::read();
        let device_name = match chosen_name {
            Some(DeviceName(name)) => Some(name.clone()),
            None if wanted(Item::DeviceName) => Some(facts.device_name?),
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
            NewMachine { id, license: checked.license.id.into(), identifier: &identifier, facts: labels };
        let create = match known {
            Some(_) => None,
            None => Some(server.create_machine(credential, &machine)?),
        };
        let find = server.find_machine(Purpose::Activate, credential, checked.license.id, &identifier)?;
        Ok((Seat { id, identifier, create, find }, device_name))
    }
}

/// The request that fetches the license file.
pub(super) fn check_out(
    checked: &Checked,
    gatefold: &Gatefold,
    credential: &Credential,
    machine: Option<Id>,
    ttl_secs: Option<u64>,
) -> Result<Payload, ClientError> {
    let server = checked.vendor.server(gatefold)?.0;
    Ok(match machine {
        Some(machine) => server.check_out_machine(Purpose::Activate, credential, machine, ttl_secs)?,
        None => server.check_out_license(Purpose::Activate, credential, checked.license.id, ttl_secs)?,
    })
}

fn previews(
    checked: &Checked,
    gatefold: &Gatefold,
    credential: &Credential,
    seat: Option<&Seat>,
    ttl_secs: Option<u64>,
) -> Result<Vec<Planned>, ClientError> {
    let planned = |when, payload: &Payload| {
        Ok::<_, ClientError>(Planned { when, preview: payload.preview(checked.vendor.vendor())? })
    };
    let mut requests = Vec::new();
    let file_of = |id| check_out(checked, gatefold, credential, id, ttl_secs);
    match seat {
        None => requests.push(planned(PlannedWhen::Always, &file_of(None)?)?),
        Some(seat) => {
            if let Some(create) = &seat.create {
                requests.push(planned(PlannedWhen::Always, create)?);
                requests.push(planned(PlannedWhen::IfSeatTaken, &seat.find)?);
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
