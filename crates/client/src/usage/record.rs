//! A record of consent, with the fields of ISO/IEC TS 27560:2023: what the vendor's policy does not say stands there as silent, and
//! nothing is invented for it. It refuses to name the person: it is their own copy, and no other exists.

use std::collections::BTreeSet;

use gatefold_disclosure::vendor::{ItemRule, NetworkFact, Reason};
use gatefold_disclosure::{Item, Purpose, Vendor};
use gatefold_ledger::{Gone, Grant, RecordEvent};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::grant::{SEEN, UsageNotice};
use crate::clock::written;
use crate::vendors::InForce;

/// What happened.
pub(super) enum Answer<'a> {
    /// The user agreed.
    Given { grants: &'a [Grant], notice: &'a UsageNotice, event: RecordEvent },
    /// The user said no.
    Refused { notice: &'a UsageNotice },
    /// The user chose how it is sent: with what they read, by itself; without, by hand again.
    Sending { notice: Option<&'a UsageNotice> },
    /// The user took it back; what had gone by then.
    Withdrawn { gone: &'a [Gone], is_partial: bool },
    /// It ended by itself.
    Expired,
}

/// What the policy does not say, or no policy of ours can: the vocabulary has no place for it yet.
fn silent() -> Value {
    json!({ "assurance": "silent" })
}

/// What the policy says, if it does.
fn said(words: impl Serialize) -> Value {
    let words = json!(words);
    let is_nothing = words.is_null() || words.as_array().is_some_and(Vec::is_empty);
    if is_nothing { silent() } else { words }
}

/// The record as JSON. `is_weekly`: whether what is shared is sent by itself from then on.
pub(super) fn record(
    vendor: &InForce,
    items: &[Item],
    at: Timestamp,
    is_weekly: bool,
    answer: &Answer<'_>,
) -> String {
    let file = vendor.vendor();
    let policy = file.policy();
    let purposes: Vec<Value> =
        items.iter().filter_map(|item| file.item(*item)).map(|rule| purpose(vendor, rule)).collect();
    let record = json!({
        "schema_version": "ISO/IEC TS 27560:2023",
        "pii_principal_id": null,
        "vendor": { "id": file.id(), "root_key": file.root_key(), "file_version": file.version(), "file_date": file.date() },
        "privacy_notice": {
            "title": policy.title,
            "dated": policy.dated,
            "sha256": policy.sha256,
            "effective_from": policy.effective_from,
            "shown": shown(answer),
        },
        "products": file.products().iter().map(|product| product.id.as_str()).collect::<Vec<_>>(),
        "sending": if is_weekly { "weekly" } else { "by_hand" },
        "purposes": purposes,
        "seen_on_the_network": network(file),
        "party_identification": parties(vendor),
        "events": [event(at, answer)],
    });
    record.to_string()
}

/// The products that a record names. Of one that cannot be read none.
pub(super) fn products(record: &str) -> BTreeSet<String> {
    #[derive(Default, serde::Deserialize)]
    struct Named {
        products: BTreeSet<String>,
    }
    serde_json::from_str::<Named>(record).unwrap_or_default().products
}

fn shown(answer: &Answer<'_>) -> Value {
    match answer {
        Answer::Given { notice, .. }
        | Answer::Refused { notice }
        | Answer::Sending { notice: Some(notice) } => {
            json!({ "language": notice.language, "sha256": notice.sha256(), "text": notice.text })
        }
        Answer::Withdrawn { .. } | Answer::Expired | Answer::Sending { notice: None } => Value::Null,
    }
}

fn purpose(vendor: &InForce, rule: &ItemRule) -> Value {
    let file = vendor.vendor();
    let reason = |reason: &Reason| {
        json!({
            "purpose": reason.words,
            "purpose_type": reason.term.dpv(),
            "lawful_basis": reason.basis,
            "assurance": reason.assurance,
        })
    };
    let policy = file.policy();
    let third: Vec<_> = rule.recipients.iter().filter_map(|short| policy.recipient.get(short)).collect();
    let services: Vec<&str> = file.products().iter().map(|product| product.name.as_str()).collect();
    json!({
        "purpose": Purpose::Usage.id(),
        "reasons": said(rule.reason.iter().map(reason).collect::<Vec<_>>()),
        "pii_information": {
            "pii_type": rule.id.entry().dpv,
            "pii_attribute_id": rule.id.id(),
            "words": rule.words,
            "pii_optional": true,
            "sensitive_pii_category": silent(),
            "special_pii_category": silent(),
        },
        "pii_controllers": [policy.controller.name],
        "collection_method": "noted by the vendor's plug-ins on this computer, counted by weeks, sent by Gatefold as the user has seen, or weekly by itself where the user chose that",
        "processing_method": silent(),
        "storage_locations": file.region_of(rule),
        "processing_locations": silent(),
        "geographic_restrictions": silent(),
        "retention_period": file.retention_of(rule),
        "services": services,
        "jurisdictions": said(&policy.controller.country),
        "recipient_third_parties": said(third),
        "withdrawal_method": "gatefold usage withdraw, or the vendor's page in Gatefold",
        "privacy_rights": said(&policy.right),
        "codes_of_conduct": silent(),
        "impact_assessment": silent(),
        "authority_party": said(&policy.controller.authority),
    })
}

/// What sending alone tells the receiver, and what the policy says of that.
fn network(file: &Vendor) -> Value {
    let told =
        |fact: &NetworkFact| json!({ "name": fact.name, "reason": fact.reason, "lawful_basis": fact.basis });
    json!({ "shows": SEEN, "policy": file.network().iter().map(told).collect::<Vec<_>>() })
}

fn parties(vendor: &InForce) -> Value {
    let policy = vendor.vendor().policy();
    json!([{
        "party_name": policy.controller.name,
        "party_address": said(&policy.controller.address),
        "party_country": said(&policy.controller.country),
        "party_contact": said(&policy.contact),
        "party_role": "pii_controller",
    }])
}

fn event(at: Timestamp, answer: &Answer<'_>) -> Value {
    let (event_type, state, validity, more) = match answer {
        Answer::Given { grants, event, .. } => {
            let ends = grants.iter().map(|grant| grant.ends_at).min().map(written);
            let items: Vec<Value> = grants
                .iter()
                .map(|grant| json!({ "item": grant.item, "grant": grant.id, "ends_at": written(grant.ends_at) }))
                .collect();
            let state = if *event == RecordEvent::Changed { "changed" } else { "given" };
            ("explicit_consent", state, ends, json!({ "new_grants": items }))
        }
        Answer::Sending { .. } => ("explicit_consent", "changed", None, Value::Null),
        Answer::Refused { .. } => ("explicit_consent", "refused", None, Value::Null),
        Answer::Withdrawn { gone, is_partial } => {
            let gone: Vec<Value> = gone
                .iter()
                .map(|gone| json!({ "entry": gone.entry.0, "at": written(gone.at), "outcome": gone.outcome }))
                .collect();
            let state = if *is_partial { "withdrawn_in_part" } else { "withdrawn" };
            ("withdrawal", state, None, json!({ "sent_before": gone }))
        }
        Answer::Expired => ("expiry", "expired", None, Value::Null),
    };
    json!({
        "event_time": written(at),
        "event_type": event_type,
        "event_state": state,
        "valid_until": validity,
        "entity_id": "pii_principal",
        "more": more,
    })
}
