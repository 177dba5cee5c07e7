//! Whether a vendor's server is set up as Gatefold needs it, asked with one of the vendor's own keys: two questions, shown
//! before they are sent, and no seat is taken.
//!
//! It judges a server for whoever runs it. It refuses to say anything of a setting that the server does not tell.

use gatefold_disclosure::vendor::Binding;
use gatefold_disclosure::{Payload, Slot};
use gatefold_keygen::{License, Policy, Refusal, Validation};
use gatefold_ledger::EntryId;
use gatefold_license::LicenseKey;
use serde::Serialize;

use super::InForce;
use crate::activation::as_written;
use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;
use crate::planned::{Planned, PlannedWhen};

/// A look at a server that is ready to be sent.
pub struct PreparedLook {
    vendor: InForce,
    key: LicenseKey,
    nonce: u64,
    check: Payload,
    requests: Vec<Planned>,
}

/// What is to be said of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is as Gatefold needs it.
    Good,
    /// It works, and something is better.
    Better,
    /// Users would be refused.
    Wrong,
    /// The server does not tell it.
    Untold,
}

/// One setting of the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Its name in the server's own API.
    pub setting: &'static str,
    /// What it is.
    pub found: Option<String>,
    /// What Gatefold needs.
    pub wanted: &'static str,
    /// What is to be said of it.
    pub verdict: Verdict,
    /// What follows for users.
    pub why: &'static str,
}

impl PreparedLook {
    /// Who is asked.
    pub fn vendor(&self) -> &InForce {
        &self.vendor
    }

    /// Both requests; the license's id is known once the first is answered.
    pub fn requests(&self) -> &[Planned] {
        &self.requests
    }
}

impl Gatefold {
    /// Prepares a look at how a vendor's server is set up; nothing leaves.
    ///
    /// # Errors
    /// The key's shape; no server in force; an undeclared item; [`ClientError::VendorOlder`] and
    /// [`ClientError::VendorUnsigned`], where another file of the vendor was agreed to here: nothing is sent by this one.
    pub fn plan_look_at_server(&self, vendor: InForce, key: &str) -> Result<PreparedLook, ClientError> {
        if let Err(error @ (ClientError::VendorOlder { .. } | ClientError::VendorUnsigned)) =
            self.reviewed(vendor.clone())
        {
            return Err(error);
        }
        let key = as_written(&vendor, key)?;
        let vendor = vendor.planned_now(self);
        let nonce = chance::nonce()?;
        let server = vendor.server(self)?.0;
        let check = server.check_key(&key, nonce)?;
        let policy = server.policy_of(&key, Slot("license id"))?;
        let planned = |when, payload: &Payload| {
            Ok::<_, ClientError>(Planned { when, preview: payload.preview(vendor.vendor())? })
        };
        let requests = vec![planned(PlannedWhen::Always, &check)?, planned(PlannedWhen::IfGood, &policy)?];
        Ok(PreparedLook { key, nonce, check, requests, vendor })
    }

    /// Asks, and says what was found of each setting.
    ///
    /// # Errors
    /// An unknown key; why nothing is known.
    pub async fn look_at_server(
        &self,
        prepared: PreparedLook,
        entries: &mut Vec<EntryId>,
    ) -> Result<Vec<Finding>, ClientError> {
        let PreparedLook { vendor, key, nonce, check, .. } = prepared;
        let validation = self.ask(&vendor, &check, entries).await?.validation(nonce)?;
        let license = validation.license.clone().ok_or(Refusal::WrongKey)?;
        let policy = vendor.server(self)?.0.policy_of(&key, license.id)?;
        let policy = self.ask(&vendor, &policy, entries).await?.policy();
        match policy {
            Err(refusal) if !refusal.is_confirmed() => Err(refusal.into()),
            policy => Ok(findings(&vendor, &validation, &license, policy.as_ref())),
        }
    }
}

/// A license that is good, or only lacks a seat, can be activated.
fn of_key(validation: &Validation) -> Finding {
    Finding {
        setting: "license",
        found: Some(validation.code.as_str().to_owned()),
        wanted: "a license that is good, or only lacks a seat",
        verdict: if validation.refusal().is_none() { Verdict::Good } else { Verdict::Wrong },
        why: "this key activates nothing, whatever the settings are",
    }
}

fn findings(
    vendor: &InForce,
    validation: &Validation,
    license: &License,
    policy: Result<&Policy, &Refusal>,
) -> Vec<Finding> {
    let by_machine = vendor.vendor().binding() == Binding::Machine;
    let of_policy = |of: fn(&Policy) -> String| policy.ok().map(of);
    let authentication = match policy {
        Err(Refusal::NotAllowed) => Some("none that takes the license key".to_owned()),
        policy => policy.ok().map(|policy| policy.authentication.clone()),
    };
    let is_named = license.product.is_some_and(|id| vendor.vendor().product(&id.to_string()).is_some());
    let mut all = vec![
        of_key(validation),
        Finding {
            setting: "product",
            found: license.product.map(|id| id.to_string()),
            wanted: "one of the [[product]] of the file",
            verdict: if is_named { Verdict::Good } else { Verdict::Wrong },
            why: "a license of another product is not activated",
        },
        judged(
            "authenticationStrategy",
            authentication,
            "LICENSE or MIXED",
            |found| matches!(found, "LICENSE" | "MIXED"),
            Verdict::Wrong,
            "a license key is enough to activate, without an account",
        ),
        judged(
            "strict",
            Some(license.strict.to_string()),
            if by_machine { "true" } else { "false" },
            |found| (found == "true") == by_machine,
            if by_machine { Verdict::Better } else { Verdict::Wrong },
            if by_machine {
                "a license with more computers than seats is found out"
            } else {
                "a license that is bound to the account has no machines, and is called no good for it"
            },
        ),
        judged(
            "protected",
            Some(license.protected.to_string()),
            "true",
            |found| found == "true",
            Verdict::Better,
            "else whoever is signed in may renew and change their licenses by the API",
        ),
        judged(
            "requireHeartbeat",
            of_policy(|policy| policy.requires_heartbeat.to_string()),
            "false",
            |found| found == "false",
            Verdict::Wrong,
            "Gatefold sends no heartbeat, so a seat would be lost",
        ),
    ];
    if by_machine {
        all.push(judged(
            "machineUniquenessStrategy",
            of_policy(|policy| policy.uniqueness.clone()),
            "UNIQUE_PER_LICENSE",
            |found| found == "UNIQUE_PER_LICENSE",
            Verdict::Wrong,
            "else a computer with a seat of one license gets none of another",
        ));
    }
    all
}

fn judged(
    setting: &'static str,
    found: Option<String>,
    wanted: &'static str,
    is_good: impl Fn(&str) -> bool,
    else_: Verdict,
    why: &'static str,
) -> Finding {
    let verdict = match found.as_deref().map(is_good) {
        None => Verdict::Untold,
        Some(true) => Verdict::Good,
        Some(false) => else_,
    };
    Finding { setting, found, wanted, verdict, why }
}
