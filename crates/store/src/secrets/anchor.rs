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
        let head = text.expose().parse().map_err(|()| AnchorError::new(StoreError::SecretsDamaged))?;
        Ok(Some(head))
    }

    fn keep(&mut self, head: Head) -> Result<(), AnchorError> {
        self.0.put(SecretName::LedgerAnchor, head.to_string().into()).map_err(AnchorError::new)
    }
}

#[cfg(test)]
mod tests {
    use gatefold_ledger::Checkpoint;

    use super::*;

    #[test]
    fn the_head_comes_back() {
        let home = tempfile::tempdir().unwrap();
        let secrets = Secrets::in_home(home.path(), Some("correct horse".into())).unwrap();
        let mut anchor = secrets.anchor();
        assert_eq!(anchor.load().unwrap(), None);
        let cut = Checkpoint { count: 7, entries: 3, hash: [0x5a; 32] };
        let head = Head { count: u64::MAX, hash: [0xa5; 32], cut };
        anchor.keep(Head { count: 1, ..Head::default() }).unwrap();
        anchor.keep(head).unwrap();
        let next_run = Secrets::in_home(home.path(), Some("correct horse".into())).unwrap();
        assert_eq!(next_run.anchor().load().unwrap(), Some(head));
    }

    #[test]
    fn an_anchor_of_before_knows_of_no_cut() {
        let home = tempfile::tempdir().unwrap();
        let secrets = Secrets::in_home(home.path(), None).unwrap();
        secrets.put(SecretName::LedgerAnchor, format!("7 {}", "a5".repeat(32)).into()).unwrap();
        let expect = Head { count: 7, hash: [0xa5; 32], cut: Checkpoint::default() };
        assert_eq!(secrets.anchor().load().unwrap(), Some(expect));
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
        check(&format!("7 {0} 2 1 {0} ", "0".repeat(64)));
        check(&format!("7 {0} 2 -1 {0}", "0".repeat(64)));
    }
}
