//! Seats: take one, look for one or for all, name it, give it back, and fetch its file (protocol reference 5, 6.1).

use gatefold_disclosure::{Declared, Item, Json, Method, Payload, Purpose, Text, Undeclared};
use uuid::Uuid;

use super::{Credential, Id, Page, Server, body};

/// Labels of this computer. Each is sent only if the manifest declares it for the activation.
#[derive(Clone, Copy, Debug, Default)]
pub struct MachineFacts<'a> {
    /// The name the user chose.
    pub device_name: Option<&'a str>,
    /// Operating system and version.
    pub os: Option<&'a str>,
    /// The processor's brand name.
    pub cpu: Option<&'a str>,
    /// Memory in whole GiB.
    pub memory_gib: Option<u64>,
}

/// A seat to be taken.
#[derive(Clone, Copy, Debug)]
pub struct NewMachine<'a> {
    /// The machine's id, made here and kept before it is sent, so that a retry is the same activation.
    pub id: Uuid,
    /// The license.
    pub license: Id,
    /// What binds the license to this computer.
    pub identifier: &'a str,
    /// Labels.
    pub facts: MachineFacts<'a>,
}

impl Server<'_> {
    /// `POST /machines`: takes a seat. Host name, address, cores and disk are never told.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest does not declare what an activation needs.
    pub fn create_machine(
        self,
        credential: &Credential,
        machine: &NewMachine<'_>,
    ) -> Result<Payload, Undeclared> {
        let purpose = Purpose::Activate;
        let id = self.id(purpose, Item::MachineId, machine.id.into())?;
        let license = self.id(purpose, Item::LicenseId, machine.license)?;
        let identifier = self.vendor.declare(purpose, Item::Identifier, machine.identifier)?;
        let facts = machine.facts;
        let memory = facts
            .memory_gib
            .and_then(|gib| self.vendor.declare_number(purpose, Item::Memory, gib).ok())
            .and_then(Json::text);
        let metadata = [("cpu", self.label(Item::Cpu, facts.cpu)), ("memoryGib", memory)];
        let attributes = Json::object([
            ("fingerprint", Json::text(identifier)),
            ("name", self.label(Item::DeviceName, facts.device_name)),
            ("platform", self.label(Item::Os, facts.os)),
            ("metadata", Json::object_or_nothing(metadata)),
        ]);
        let linkage = Json::object([("type", Json::text("licenses")), ("id", Json::text(license))]);
        let relationships = Json::object([("license", Some(Json::object([("data", Some(linkage))])))]);
        let authorization = self.authorization(purpose, credential)?;
        let mut payload = self.request(purpose, Method::Post, vec!["/machines".into()], authorization);
        payload.body = Some(body([(
            "data",
            Some(Json::object([
                ("type", Json::text("machines")),
                ("id", Json::text(id)),
                ("attributes", Some(attributes)),
                ("relationships", Some(relationships)),
            ])),
        )]));
        Ok(payload)
    }

    /// `GET /machines?license=&fingerprint=`: does this computer hold a seat of the license?
    ///
    /// `purpose` is activation or refresh.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest does not declare what the purpose needs.
    pub fn find_machine(
        self,
        purpose: Purpose,
        credential: &Credential,
        license: impl Into<Id>,
        identifier: &str,
    ) -> Result<Payload, Undeclared> {
        let license = self.id(purpose, Item::LicenseId, license.into())?;
        let identifier = self.vendor.declare(purpose, Item::Identifier, identifier)?;
        let authorization = self.authorization(purpose, credential)?;
        let path: Vec<Text> =
            vec!["/machines?license=".into(), license, "&fingerprint=".into(), identifier.into()];
        Ok(self.request(purpose, Method::Get, path, authorization))
    }

    /// `GET /machines?license=`: one page of the computers that hold a seat of the license.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest declares no looking at seats.
    pub fn list_machines(
        self,
        credential: &Credential,
        license: impl Into<Id>,
        page: Page,
    ) -> Result<Payload, Undeclared> {
        let purpose = Purpose::Seats;
        let license = self.id(purpose, Item::LicenseId, license.into())?;
        let authorization = self.authorization(purpose, credential)?;
        let path = [&["/machines?license=".into(), license, "&".into()], &page.query()[..]].concat();
        Ok(self.request(purpose, Method::Get, path, authorization))
    }

    /// `GET /machines/{id}`: what became of a seat, where the answer to a request about it was lost.
    ///
    /// `purpose` is that request's: release or renaming.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest does not declare what the purpose needs.
    pub fn show_machine(
        self,
        purpose: Purpose,
        credential: &Credential,
        machine: Uuid,
    ) -> Result<Payload, Undeclared> {
        let id = self.id(purpose, Item::MachineId, machine.into())?;
        let authorization = self.authorization(purpose, credential)?;
        Ok(self.request(purpose, Method::Get, vec!["/machines/".into(), id], authorization))
    }

    /// `POST /machines/{id}/actions/check-out`: the machine file, with license and entitlements and without users.
    ///
    /// `ttl_secs` of none asks for a file that never ends. `purpose` is activation or refresh.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest does not declare what the purpose needs.
    pub fn check_out_machine(
        self,
        purpose: Purpose,
        credential: &Credential,
        machine: impl Into<Id>,
        ttl_secs: Option<u64>,
    ) -> Result<Payload, Undeclared> {
        let id = self.id(purpose, Item::MachineId, machine.into())?;
        let authorization = self.authorization(purpose, credential)?;
        let path = vec!["/machines/".into(), id, "/actions/check-out".into()];
        let mut payload = self.request(purpose, Method::Post, path, authorization);
        payload.body = Some(self.check_out(purpose, ttl_secs, &["license", "license.entitlements"])?);
        Ok(payload)
    }

    /// `PATCH /machines/{id}`: gives a computer another name in the vendor's list.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest declares no renaming.
    pub fn rename_machine(
        self,
        credential: &Credential,
        machine: Uuid,
        device_name: &str,
    ) -> Result<Payload, Undeclared> {
        let purpose = Purpose::Rename;
        let id = self.id(purpose, Item::MachineId, machine.into())?;
        let name = self.vendor.declare(purpose, Item::DeviceName, device_name)?;
        let authorization = self.authorization(purpose, credential)?;
        let mut payload = self.request(purpose, Method::Patch, vec!["/machines/".into(), id], authorization);
        let attributes = Json::object([("name", Json::text(name))]);
        payload.body = Some(body([(
            "data",
            Some(Json::object([("type", Json::text("machines")), ("attributes", Some(attributes))])),
        )]));
        Ok(payload)
    }

    /// `DELETE /machines/{id}`: gives the seat back.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest declares no release.
    pub fn delete_machine(
        self,
        credential: &Credential,
        machine: impl Into<Id>,
    ) -> Result<Payload, Undeclared> {
        let purpose = Purpose::Release;
        let id = self.id(purpose, Item::MachineId, machine.into())?;
        let authorization = self.authorization(purpose, credential)?;
        Ok(self.request(purpose, Method::Delete, vec!["/machines/".into(), id], authorization))
    }

    /// A label for the activation, or nothing if the manifest does not declare it.
    fn label(self, item: Item, value: Option<&str>) -> Option<Json> {
        let declared: Declared = self.vendor.declare(Purpose::Activate, item, value?).ok()?;
        Json::text(declared)
    }
}
