//! This computer's facts, each as it would be sent, or as the reason why it cannot.

use gatefold_machine::{Facts, MachineError};
use serde::Serialize;

use crate::error::ClientError;
use crate::vendors::InForce;

/// What `machine show` shows: all facts, whatever a manifest says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MachineFacts {
    /// The host's short name.
    pub device_name: Option<String>,
    /// Name and version of the operating system.
    pub os: Option<String>,
    /// The processor's brand.
    pub cpu: Option<String>,
    /// Memory in whole GiB.
    pub memory_gib: Option<u64>,
    /// The identifier towards one vendor; none without a vendor, or for one that asks for none.
    pub identifier: Option<String>,
    /// What could not be read, and why.
    #[serde(skip)]
    pub unreadable: Vec<MachineError>,
}

impl MachineFacts {
    /// Reads them. The identifier needs a vendor, from whose root key it is made.
    ///
    /// # Errors
    /// Only the identifier's: without a usable machine id there is none, and no stand-in.
    pub fn read(vendor: Option<&InForce>) -> Result<Self, ClientError> {
        let identifier = vendor.map(InForce::identifier).transpose()?;
        let mut unreadable = Vec::new();
        let facts = Facts::read();
        Ok(Self {
            device_name: keep(facts.device_name, &mut unreadable),
            os: keep(facts.os, &mut unreadable),
            cpu: keep(facts.cpu, &mut unreadable),
            memory_gib: keep(facts.memory_gib, &mut unreadable),
            identifier: identifier.map(|identifier| identifier.to_string()),
            unreadable,
        })
    }
}

fn keep<T>(fact: Result<T, MachineError>, unreadable: &mut Vec<MachineError>) -> Option<T> {
    fact.map_err(|error| unreadable.push(error)).ok()
}
