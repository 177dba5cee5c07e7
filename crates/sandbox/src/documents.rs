//! Resources as JSON:API documents of version 1.7. Every attribute is there, `null` where there is nothing.

use serde_json::{Value, json};

use crate::clock::Time;
use crate::model::{Entitlement, License, Machine, Policy, Product, Token, User};
use crate::names::{camel, rename};

/// What links and linkage start from: the account.
pub(crate) struct Scribe<'a> {
    pub(crate) account: &'a str,
    pub(crate) now: Time,
}

impl Scribe<'_> {
    fn base(&self) -> String {
        format!("/v1/accounts/{}", self.account)
    }

    fn to(&self, kind: &str, id: Option<&str>, related: &str) -> Value {
        let data = id.map(|id| json!({ "type": kind, "id": id }));
        json!({ "links": { "related": format!("{}{related}", self.base()) }, "data": data })
    }

    fn links(&self, related: &str) -> Value {
        json!({ "links": { "related": format!("{}{related}", self.base()) } })
    }

    fn account(&self) -> Value {
        self.to("accounts", Some(self.account), "")
    }

    fn self_link(&self, path: &str) -> Value {
        json!({ "self": format!("{}{path}", self.base()) })
    }

    pub(crate) fn license(&self, license: &License) -> Value {
        let path = format!("/licenses/{}", license.id);
        let policy = &license.policy;
        let at = |part: &str| format!("{path}/{part}");
        json!({
            "id": license.id,
            "type": "licenses",
            "attributes": {
                "name": license.name,
                "key": license.key,
                "expiry": license.expiry,
                "status": license.status(self.now),
                "uses": 0,
                "suspended": license.suspended,
                "scheme": null,
                "encrypted": false,
                "strict": policy.strict,
                "floating": policy.floating,
                "protected": policy.protected,
                "version": null,
                "maxMachines": policy.max_machines,
                "maxProcesses": null,
                "maxUsers": null,
                "maxCores": null,
                "maxMemory": null,
                "maxDisk": null,
                "maxUses": null,
                "requireHeartbeat": policy.require_heartbeat,
                "requireCheckIn": false,
                "lastValidated": license.last_validated,
                "lastCheckIn": null,
                "nextCheckIn": null,
                "lastCheckOut": license.last_check_out,
                "metadata": rename(license.metadata.clone(), camel),
                "created": license.created,
                "updated": license.updated,
            },
            "relationships": {
                "account": self.account(),
                "product": self.to("products", Some(&policy.product), &at("product")),
                "policy": self.to("policies", Some(&policy.id), &at("policy")),
                "group": self.to("groups", None, &at("group")),
                "owner": self.to("users", license.owner.as_deref(), &at("owner")),
                "users": {
                    "links": { "related": format!("{}{}", self.base(), at("users")) },
                    "meta": { "count": 0 },
                },
                "machines": {
                    "links": { "related": format!("{}{}", self.base(), at("machines")) },
                    "meta": { "cores": 0, "memory": 0, "disk": 0, "count": license.machines_count },
                },
                "tokens": self.links(&at("tokens")),
                "entitlements": self.links(&at("entitlements")),
            },
            "links": self.self_link(&path),
        })
    }

    pub(crate) fn machine(&self, machine: &Machine, license: &License) -> Value {
        let path = format!("/machines/{}", machine.id);
        let at = |part: &str| format!("{path}/{part}");
        json!({
            "id": machine.id,
            "type": "machines",
            "attributes": {
                "fingerprint": machine.fingerprint,
                "cores": machine.cores,
                "memory": machine.memory,
                "disk": machine.disk,
                "ip": machine.ip,
                "hostname": machine.hostname,
                "platform": machine.platform,
                "name": machine.name,
                "requireHeartbeat": license.policy.require_heartbeat,
                "heartbeatStatus": "NOT_STARTED",
                "heartbeatDuration": 600,
                "maxProcesses": null,
                "lastCheckOut": machine.last_check_out,
                "lastHeartbeat": null,
                "nextHeartbeat": null,
                "metadata": rename(machine.metadata.clone(), camel),
                "created": machine.created,
                "updated": machine.updated,
            },
            "relationships": {
                "account": self.account(),
                "product": self.to("products", Some(&license.policy.product), &at("product")),
                "group": self.to("groups", None, &at("group")),
                "license": self.to("licenses", Some(&license.id), &at("license")),
                "owner": self.to("users", machine.owner.as_deref(), &at("owner")),
                "components": self.links(&at("components")),
                "processes": self.links(&at("processes")),
            },
            "links": self.self_link(&path),
        })
    }

    pub(crate) fn user(&self, user: &User) -> Value {
        let path = format!("/users/{}", user.id);
        let at = |part: &str| self.links(&format!("{path}/{part}"));
        json!({
            "id": user.id,
            "type": "users",
            "attributes": {
                "fullName": format!("{} {}", user.first_name, user.last_name),
                "firstName": user.first_name,
                "lastName": user.last_name,
                "email": user.email,
                "status": if user.banned { "BANNED" } else { "ACTIVE" },
                "role": "user",
                "metadata": {},
                "created": user.created,
                "updated": user.created,
            },
            "relationships": {
                "account": self.account(),
                "group": self.to("groups", None, &format!("{path}/group")),
                "products": at("products"),
                "licenses": at("licenses"),
                "machines": at("machines"),
                "tokens": at("tokens"),
                "secondFactors": at("second-factors"),
            },
            "links": self.self_link(&path),
        })
    }

    /// A token; its raw value is shown only when it is made.
    pub(crate) fn token(&self, token: &Token, raw: Option<&str>) -> Value {
        let path = format!("/tokens/{}", token.id);
        let mut document = json!({
            "id": token.id,
            "type": "tokens",
            "attributes": {
                "kind": "user-token",
                "expiry": token.expiry,
                "name": token.name,
                "created": token.created,
                "updated": token.created,
            },
            "relationships": {
                "account": self.account(),
                "bearer": self.to("users", Some(&token.user), &format!("/users/{}", token.user)),
            },
            "links": self.self_link(&path),
        });
        if let Some(raw) = raw {
            document["attributes"]["token"] = raw.into();
        }
        document
    }

    pub(crate) fn entitlement(&self, entitlement: &Entitlement) -> Value {
        json!({
            "id": entitlement.id,
            "type": "entitlements",
            "attributes": {
                "name": entitlement.name,
                "code": entitlement.code,
                "metadata": {},
                "created": entitlement.created,
                "updated": entitlement.created,
            },
            "relationships": { "account": self.account() },
            "links": self.self_link(&format!("/entitlements/{}", entitlement.id)),
        })
    }

    pub(crate) fn product(&self, product: &Product) -> Value {
        json!({
            "id": product.id,
            "type": "products",
            "attributes": {
                "name": product.name,
                "code": product.code,
                "distributionStrategy": "LICENSED",
                "url": null,
                "platforms": [],
                "metadata": {},
                "created": product.created,
                "updated": product.created,
            },
            "relationships": { "account": self.account() },
            "links": self.self_link(&format!("/products/{}", product.id)),
        })
    }

    pub(crate) fn policy(&self, policy: &Policy) -> Value {
        json!({
            "id": policy.id,
            "type": "policies",
            "attributes": {
                "name": policy.name,
                "strict": policy.strict,
                "floating": policy.floating,
                "maxMachines": policy.max_machines,
                "protected": policy.protected,
                "authenticationStrategy": policy.authentication.as_str(),
                "expirationStrategy": policy.expiration,
                "machineUniquenessStrategy": policy.uniqueness,
                "overageStrategy": policy.overage,
                "requireHeartbeat": policy.require_heartbeat,
                "metadata": {},
                "created": policy.created,
                "updated": policy.created,
            },
            "relationships": {
                "account": self.account(),
                "product": self.to("products", Some(&policy.product), &format!("/policies/{}/product", policy.id)),
            },
            "links": self.self_link(&format!("/policies/{}", policy.id)),
        })
    }
}
