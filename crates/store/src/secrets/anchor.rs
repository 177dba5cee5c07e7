//! The ledger's head, remembered among the secrets: out of reach of whoever cuts the ledger's file.

use gatefold_ledger::{Anchor, AnchorError, Head};

use super::{SecretName, Secrets};
use crate::StoreError;

/// The ledger's anchor in the keyring, the secrets file, or memory. One in memory knows nothing at the next start.
#[derive(Clone, Copy, Debug)]
pub struct KeptAnchor<'a>(pub(super) &'a Secrets);

impl Anchor for KeptAnchor<'_> {
    fn load(&self) -> Result<Option<Head>, AnchorError> {
        let Some(text) = self.0.get(SecretName::LedgerAnchor).map_err(AnchorError::new)? else {
            return Ok(None);
        };
        // Exposed to be read: a count and a hash, secret from nobody, only kept safe.
        parse(text.expose()).map(Some).ok_or_else(|| AnchorError::new(StoreError::SecretsDamaged))
    }

    fn keep(&mut self, head: Head) -> Result<(), AnchorError> {
        let text = format!("{} {}", head.count, hex::encode(head.hash));
        self.0.put(SecretName::LedgerAnchor, text.into()).map_err(AnchorError::new)
    }
}

fn parse(text: &str) -> Option<Head> {
    let (count, hash) = text.split_once(' ')?;
    let mut head = Head { count: count.parse().ok()?, hash: [0; 32] };
    hex::decode_to_slice(hash, &mut head.hash).ok()?;
    Some(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_comes_back() {
        let home = tempfile::tempdir().unwrap();
        let secrets = Secrets::in_home(home.path(), Some("correct horse".into())).unwrap();
        let mut anchor = secrets.anchor();
        assert_eq!(anchor.load().unwrap(), None);
        let head = Head { count: u64::MAX, hash: [0xa5; 32] };
        anchor.keep(Head { count: 1, hash: [0; 32] }).unwrap();
        anchor.keep(head).unwrap();
        let next_run = Secrets::in_home(home.path(), Some("correct horse".into())).unwrap();
        assert_eq!(next_run.anchor().load().unwrap(), Some(head));
    }

    #[test]
    fn an_altered_anchor_is_an_error_and_not_absent() {
        let check = |text: &str| {
            let home = tempfile::tempdir().unwrap();
            let secrets = Secrets::in_home(home.path(), None).unwrap();
            secrets.put(SecretName::LedgerAnchor, text.into()).unwrap();
            assert!(secrets.anchor().load().is_err(), "{text:?}");
        };
        check("");
        check("7");
        check("7 00");
        check(&format!("-7 {}", "0".repeat(64)));
        check(&format!("7 {}", "g".repeat(64)));
        check(&format!("7 {} ", "0".repeat(64)));
    }
}
