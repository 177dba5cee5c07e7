//! Who is called what: the one table of a bundle, which stays with the user.

use std::collections::HashMap;
use std::net::IpAddr;

use gatefold_disclosure::Sensitive;

use crate::known::squeezed;
use crate::{Kind, Pseudonym};

/// One line of the map that stays with the user.
#[derive(Clone, Debug)]
pub struct Mapped {
    /// What stands in the bundle.
    pub pseudonym: Pseudonym,
    /// What it stands for, as it was first met.
    pub value: Sensitive<String>,
}

/// The pseudonyms given so far.
#[derive(Debug, Default)]
pub(crate) struct Pseudonyms {
    by_value: HashMap<String, Pseudonym>,
    counts: HashMap<Kind, u32>,
    map: Vec<Mapped>,
}

impl Pseudonyms {
    /// The pseudonym of `value`; the kind counts only when it is met for the first time.
    pub(crate) fn of(&mut self, kind: Kind, value: &str) -> Pseudonym {
        let canonical = canonical(kind, value);
        if let Some(pseudonym) = self.by_value.get(&canonical) {
            return *pseudonym;
        }
        let number = self.counts.entry(kind).or_default();
        *number += 1;
        let pseudonym = Pseudonym { kind, number: *number };
        self.by_value.insert(canonical, pseudonym);
        self.map.push(Mapped { pseudonym, value: value.into() });
        pseudonym
    }

    /// Lets `other` be called as the value is that has this pseudonym, unless it has a name already.
    pub(crate) fn also(&mut self, kind: Kind, other: &str, pseudonym: Pseudonym) -> Pseudonym {
        *self.by_value.entry(canonical(kind, other)).or_insert(pseudonym)
    }

    pub(crate) fn map(&self) -> &[Mapped] {
        &self.map
    }
}

/// The one form of a value that all its shapes come to.
fn canonical(kind: Kind, value: &str) -> String {
    let value = value.trim();
    if let Ok(ip) = value.trim_matches(['[', ']']).parse::<IpAddr>() {
        return ip.to_canonical().to_string();
    }
    let split = matches!(
        kind,
        Kind::Account | Kind::Serial | Kind::Key | Kind::Token | Kind::Identifier | Kind::Mac | Kind::Id
    );
    let plain = squeezed(value);
    if split && !plain.is_empty() { plain } else { value.to_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_one_name() {
        let mut table = Pseudonyms::default();
        let host = table.of(Kind::Host, "Studio");
        assert_eq!(host.to_string(), "host-1");
        assert_eq!(table.of(Kind::Device, "studio"), host);
        assert_eq!(table.of(Kind::Host, "mix").to_string(), "host-2");
        let mac = table.of(Kind::Mac, "AA:BB:CC:DD:EE:FF");
        assert_eq!(table.of(Kind::Mac, "aabb.ccdd.eeff"), mac);
        let ip = table.of(Kind::Ip, "fe80::1");
        assert_eq!(table.of(Kind::Ip, "FE80:0:0:0:0:0:0:1"), ip);
        assert_eq!(table.of(Kind::Ip, "::ffff:10.0.0.9"), table.of(Kind::Ip, "10.0.0.9"));
        assert_eq!(table.map().len(), 5);
    }
}
