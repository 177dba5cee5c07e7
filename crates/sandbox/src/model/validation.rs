//! Is a license good? The checks in the order of protocol reference 4; the first that fails decides.

use gatefold_keygen::ValidationCode as Code;
use rusqlite::Connection;

use super::Entitlement;
use super::license::License;
use super::machine::{Machine, MachineFilter};
use crate::clock::Time;

/// What the asker wants the license to be good for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    pub(crate) product: Option<String>,
    pub(crate) policy: Option<String>,
    /// Id or e-mail; inner none asks for a license without user.
    pub(crate) user: Option<Option<String>>,
    pub(crate) machine: Option<String>,
    pub(crate) fingerprints: Option<Vec<String>>,
    pub(crate) entitlements: Option<Vec<String>>,
    pub(crate) components: Option<Vec<String>>,
    pub(crate) checksum: bool,
    pub(crate) version: bool,
}

/// The verdict: valid, code, words.
pub(crate) type Verdict = (bool, Code, &'static str);

/// Checks a license; without a scope, the quick way.
pub(crate) fn validate(
    db: &Connection,
    license: &License,
    scope: Option<&Scope>,
    now: Time,
) -> rusqlite::Result<Verdict> {
    let no = |code, words| Ok((false, code, words));
    if license.owner_banned {
        return no(Code::Banned, "is banned");
    }
    if license.suspended {
        return no(Code::Suspended, "is suspended");
    }
    if license.is_expired(now) && license.policy.expiration == "REVOKE_ACCESS" {
        return no(Code::Expired, "is expired");
    }
    if let Some(scope) = scope
        && let Some((code, words)) = outside(db, license, scope)?
    {
        return no(code, words);
    }
    Ok(seats(license).unwrap_or_else(|| ending(license, now)))
}

fn outside(
    db: &Connection,
    license: &License,
    scope: &Scope,
) -> rusqlite::Result<Option<(Code, &'static str)>> {
    if scope.product.as_ref().is_some_and(|product| *product != license.policy.product) {
        return Ok(Some((Code::ProductScopeMismatch, "product scope does not match")));
    }
    if scope.policy.as_ref().is_some_and(|policy| *policy != license.policy.id) {
        return Ok(Some((Code::PolicyScopeMismatch, "policy scope does not match")));
    }
    if let Some(user) = &scope.user
        && !is_owner(db, license, user.as_deref())?
    {
        return Ok(Some((Code::UserScopeMismatch, "user scope does not match")));
    }
    if let Some(entitlements) = &scope.entitlements {
        if entitlements.is_empty() {
            return Ok(Some((Code::EntitlementsScopeEmpty, "entitlements scope is empty")));
        }
        let held = Entitlement::of_license(db, &license.id)?;
        if !entitlements
            .iter()
            .all(|wanted| held.iter().any(|held| held.code == *wanted || held.id == *wanted))
        {
            return Ok(Some((Code::EntitlementsMissing, "is missing one or more required entitlements")));
        }
    }
    let of_license = MachineFilter { license: Some(license.id.clone()), ..MachineFilter::default() };
    if let Some(id) = &scope.machine {
        let machines = Machine::list(db, &of_license)?;
        if machines.is_empty() {
            return Ok(Some(no_machine(license)));
        }
        if !machines.iter().any(|machine| machine.id == *id) {
            return Ok(Some((
                Code::MachineScopeMismatch,
                "machine is not activated (does not match any machine)",
            )));
        }
    }
    if let Some(fingerprints) = &scope.fingerprints {
        let machines = Machine::list(db, &of_license)?;
        if fingerprints.is_empty() {
            return Ok(Some((Code::FingerprintScopeEmpty, "fingerprint scope is empty")));
        }
        if machines.is_empty() {
            return Ok(Some(no_machine(license)));
        }
        if !machines.iter().any(|machine| fingerprints.contains(&machine.fingerprint)) {
            let words = "fingerprint is not activated (does not match any associated machines)";
            return Ok(Some((Code::FingerprintScopeMismatch, words)));
        }
    }
    // There are no components and no releases here: whatever is asked for does not match.
    Ok(match (&scope.components, scope.checksum, scope.version) {
        (Some(components), ..) if components.is_empty() => {
            Some((Code::ComponentsScopeEmpty, "components scope is empty"))
        }
        (Some(_), ..) => Some((Code::ComponentsScopeMismatch, "components do not match")),
        (None, true, _) => Some((Code::ChecksumScopeMismatch, "checksum scope does not match any release")),
        (None, false, true) => Some((Code::VersionScopeMismatch, "version scope does not match any release")),
        (None, false, false) => None,
    })
}

fn is_owner(db: &Connection, license: &License, user: Option<&str>) -> rusqlite::Result<bool> {
    let owner = match &license.owner {
        Some(id) => super::User::by_id(db, id)?,
        None => None,
    };
    Ok(match (owner, user) {
        (None, None) => true,
        (Some(owner), Some(user)) => owner.id == user || owner.email == user,
        _ => false,
    })
}

fn no_machine(license: &License) -> (Code, &'static str) {
    if license.policy.floating {
        (Code::NoMachines, "fingerprint is not activated (has no associated machines)")
    } else {
        (Code::NoMachine, "fingerprint is not activated (has no associated machine)")
    }
}

/// What a strict policy demands of the machines.
fn seats(license: &License) -> Option<Verdict> {
    let policy = &license.policy;
    if !policy.strict {
        return None;
    }
    if license.machines_count == 0 {
        let words = "must have at least 1 associated machine";
        return Some((false, if policy.floating { Code::NoMachines } else { Code::NoMachine }, words));
    }
    let max = policy.max_machines.unwrap_or(u32::MAX);
    (license.machines_count > max).then(|| {
        (
            policy.allows_machines(license.machines_count),
            Code::TooManyMachines,
            "has too many associated machines",
        )
    })
}

fn ending(license: &License, now: Time) -> Verdict {
    if license.is_expired(now) {
        let still_good = matches!(license.policy.expiration.as_str(), "MAINTAIN_ACCESS" | "ALLOW_ACCESS");
        return (still_good, Code::Expired, "is expired");
    }
    (true, Code::Valid, "is valid")
}
