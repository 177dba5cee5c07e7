//! The chain: how a record is hashed, and how what may be erased is committed to.
//!
//! `hash = SHA-256(tag ‖ previous hash ‖ clear fields ‖ commitment)` and `commitment = SHA-256(tag ‖ salt ‖ facts ‖
//! bytes)`; the salt keeps a commitment from being guessed once its body is erased. It refuses nothing: it computes.

use sha2::{Digest as _, Sha256};

/// A SHA-256 hash.
pub(crate) type Digest = [u8; 32];

const ENTRY_TAG: &[u8] = b"gatefold ledger entry 1\0";
const OUTCOME_TAG: &[u8] = b"gatefold ledger outcome 1\0";
const BODY_TAG: &[u8] = b"gatefold ledger body 1\0";

/// A record's fields in clear, as the chain covers them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clear<'a> {
    pub(crate) seq: i64,
    pub(crate) entry: i64,
    pub(crate) at_ms: i64,
    pub(crate) kind: Kind<'a>,
}

/// What the two kinds of record say in clear. Words are hashed as they stand, whatever they are: a foreign word is
/// the reader's problem, not the chain's.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind<'a> {
    Entry { vendor: &'a str, purpose: &'a str, carrier: &'a str, size_bytes: i64 },
    Outcome { class: &'a str },
}

impl Clear<'_> {
    /// The hash of the record that follows the one with hash `prev`.
    pub(crate) fn hash(&self, prev: &[u8], commitment: &[u8]) -> Digest {
        let tag = match self.kind {
            Kind::Entry { .. } => ENTRY_TAG,
            Kind::Outcome { .. } => OUTCOME_TAG,
        };
        let mut hasher = Hasher::new(tag);
        hasher.bytes(prev);
        hasher.int(self.seq);
        hasher.int(self.entry);
        hasher.int(self.at_ms);
        match self.kind {
            Kind::Entry { vendor, purpose, carrier, size_bytes } => {
                hasher.bytes(vendor.as_bytes());
                hasher.bytes(purpose.as_bytes());
                hasher.bytes(carrier.as_bytes());
                hasher.int(size_bytes);
            }
            Kind::Outcome { class } => hasher.bytes(class.as_bytes()),
        }
        hasher.bytes(commitment);
        hasher.0.finalize().into()
    }
}

/// The commitment to what may be erased: facts as JSON text, and the stored copy's bytes.
pub(crate) fn commit(salt: &[u8], facts: &[u8], bytes: &[u8]) -> Digest {
    let mut hasher = Hasher::new(BODY_TAG);
    hasher.bytes(salt);
    hasher.bytes(facts);
    hasher.bytes(bytes);
    hasher.0.finalize().into()
}

/// Writes each field so that no two lists of fields read the same.
struct Hasher(Sha256);

impl Hasher {
    fn new(tag: &[u8]) -> Self {
        Self(Sha256::new_with_prefix(tag))
    }

    fn int(&mut self, value: i64) {
        self.0.update(value.to_be_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hash before the first record.
    const GENESIS: Digest = [0; 32];

    const ENTRY: Clear<'static> = Clear {
        seq: 7,
        entry: 4,
        at_ms: 1_790_000_000_000,
        kind: Kind::Entry { vendor: "sleeve", purpose: "activate", carrier: "https", size_bytes: 700 },
    };

    #[test]
    fn every_field_counts() {
        let hash = |clear: Clear<'_>| clear.hash(&GENESIS, &[1; 32]);
        let kind = |vendor, purpose, carrier, size_bytes| Clear {
            kind: Kind::Entry { vendor, purpose, carrier, size_bytes },
            ..ENTRY
        };
        let variants = [
            hash(ENTRY),
            hash(Clear { seq: 8, ..ENTRY }),
            hash(Clear { entry: 5, ..ENTRY }),
            hash(Clear { at_ms: 0, ..ENTRY }),
            hash(kind("sleev", "eactivate", "https", 700)),
            hash(kind("sleeve", "release", "https", 700)),
            hash(kind("sleeve", "activate", "file", 700)),
            hash(kind("sleeve", "activate", "https", 701)),
            hash(Clear { kind: Kind::Outcome { class: "answered" }, ..ENTRY }),
            hash(Clear { kind: Kind::Outcome { class: "unknown" }, ..ENTRY }),
            ENTRY.hash(&[2; 32], &[1; 32]),
            ENTRY.hash(&GENESIS, &[3; 32]),
        ];
        for (at, hash) in variants.iter().enumerate() {
            assert!(!variants[..at].contains(hash), "variant {at} hashes as another");
        }
    }

    #[test]
    fn a_commitment_keeps_its_parts_apart() {
        assert_ne!(commit(&[0; 32], b"ab", b"c"), commit(&[0; 32], b"a", b"bc"));
        assert_ne!(commit(&[0; 32], b"ab", b"c"), commit(&[1; 32], b"ab", b"c"));
    }

    /// The format on disk: computed once with Python's hashlib from `docs/formats/ledger.md`.
    #[test]
    fn the_encoding_is_the_documented_one() {
        let commitment = commit(&[9; 32], b"{}", b"GET");
        assert_eq!(
            hex::encode(commitment),
            "f46053ce6009bddd2e9ba67ff99542523fec2be83cb636fcd8ea633e23386469"
        );
        assert_eq!(
            hex::encode(ENTRY.hash(&GENESIS, &commitment)),
            "155be7627a76081cffdd4b8794c3416a0b54980f22e5afd7ff732a4c558194b2"
        );
        let outcome = Clear { kind: Kind::Outcome { class: "answered" }, ..ENTRY };
        assert_eq!(
            hex::encode(outcome.hash(&GENESIS, &commitment)),
            "ed714e10e90628bf51c4fa01458006b6ad696d87df28a222a78307ad5410ca44"
        );
    }
}
