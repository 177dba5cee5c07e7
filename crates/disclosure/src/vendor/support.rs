//! What the vendor says of its support: where it is reached, and to whose key a diagnostic bundle may be sealed. It lets
//! nothing out: a bundle is a file that the user hands over by their own hand.

use serde::{Deserialize, Serialize};

use super::check::Part;
use super::fact::Fact;
use super::file::VendorFile;

/// The people who help, as the vendor names them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Support {
    /// The key that a diagnostic bundle can be sealed to, as age-keygen prints it: age1 and 58 letters and digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_recipient: Option<String>,
    /// Where the user hands a bundle over: an e-mail address, or an https page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// What the policy promises before diagnostics are collected, where it does.
    #[serde(default, skip_serializing_if = "Fact::is_plain_silence")]
    pub notice: Fact<String>,
}

/// What is wrong with what a file says of its support.
pub(super) fn support(file: &VendorFile) -> Option<(Part, String)> {
    let support = file.support.as_ref()?;
    let found = |member: &'static str, message: &str| {
        Some((Part::In("support".into(), member.into()), message.to_owned()))
    };
    if support.age_recipient.as_deref().is_some_and(|key| !is_recipient(key)) {
        return found("age_recipient", "age_recipient is age1 and 58 lower-case letters and digits");
    }
    if let Some(fault) = support.notice.incoherence() {
        return found("notice", fault);
    }
    let says_something =
        support.age_recipient.is_some() || support.contact.is_some() || support.notice.is.is_some();
    (!says_something).then(|| (Part::Top("support"), "[support] says nothing".to_owned()))
}

/// Whether a text has the form of an X25519 recipient (<https://c2sp.org/age>). Whether it is one, whoever seals to it knows: this
/// crate has no curve.
fn is_recipient(text: &str) -> bool {
    const BECH32: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    text.strip_prefix("age1")
        .is_some_and(|key| key.len() == 58 && key.bytes().all(|byte| BECH32.contains(&byte)))
}

#[cfg(test)]
mod tests {
    use super::super::check::tests::SMALL;
    use super::super::*;

    const KEY: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

    fn saying(members: &str) -> String {
        SMALL.replacen("[policy]", &format!("[support]\n{members}\n\n[policy]"), 1)
    }

    #[test]
    fn support_is_reached_and_sealed_to_by_what_is_one() {
        let check = |members: &str, expect: Option<&str>| {
            let fault = Vendor::parse(&saying(members)).err().map(|error| error.to_string());
            let fits = match (&fault, expect) {
                (Some(fault), Some(expect)) => fault.contains(expect),
                (fault, expect) => fault.is_none() && expect.is_none(),
            };
            assert!(fits, "{members}: {fault:?}");
        };
        check(&format!("age_recipient = \"{KEY}\""), None);
        check("contact = \"help@a.example\"", None);
        check("contact = \"https://a.example/help\"", None);
        check("notice = { is = \"told before\", assurance = \"stated\", lines = [1] }", None);
        check("", Some("says nothing"));
        check(&format!("age_recipient = \"{}\"", KEY.to_uppercase()), Some("age_recipient is age1"));
        check(&format!("age_recipient = \"{KEY}q\""), Some("age_recipient is age1"));
        check("age_recipient = \"ssh-ed25519 AAAA\"", Some("age_recipient is age1"));
        check("contact = \"http://a.example\"", Some("where support is reached"));
        check("contact = \"help@a.example?subject=x\"", None);
        check("contact = \"https://a.example/?x=1\"", Some("where support is reached"));
        check("notice = { is = \"told before\", assurance = \"silent\" }", Some("silent"));
        check("notice = { is = \"told before\", assurance = \"stated\" }", Some("cite"));
        check("phone = \"1\"", Some("phone"));
    }

    #[test]
    fn another_reader_weighs_and_so_does_a_promise_that_is_gone() {
        let with = |members: &str| Vendor::parse(&saying(members)).unwrap();
        let told = |old: &Vendor, new: &Vendor| -> Vec<(String, bool)> {
            difference(old, new).into_iter().map(|change| (change.what, change.weighs)).collect()
        };
        let (one, other) = (KEY.to_owned(), KEY.replace("ql3", "ql4"));
        let key = |key: &str| with(&format!("contact = \"a@b.example\"\nage_recipient = \"{key}\""));
        assert_eq!(told(&key(&one), &key(&other)), [("Support: sealed for".to_owned(), true)]);
        let promise = "notice = { is = \"told before\", assurance = \"stated\", lines = [1] }";
        let (promised, silent) =
            (with(&format!("contact = \"a@b.example\"\n{promise}")), with("contact = \"a@b.example\""));
        assert!(told(&promised, &silent).iter().all(|(_, weighs)| *weighs));
        assert!(told(&silent, &promised).iter().all(|(_, weighs)| !*weighs));
        let (none, promised) = (Vendor::parse(SMALL).unwrap(), with(promise));
        assert!(told(&promised, &none).iter().any(|(_, weighs)| *weighs));
        assert!(told(&none, &key(&one)).iter().any(|(_, weighs)| *weighs));
    }
}
