//! Taking back: the intent, after which nothing new starts anywhere; the plug-ins' file and what they noted; the record, once
//! nobody sends any more. It needs no yes, and refuses nothing but to call unfinished what is.

use gatefold_disclosure::{Item, Purpose};
use gatefold_ledger::Gone;

use crate::app::Gatefold;
use crate::error::ClientError;
use crate::vendors::InForce;

/// What came of taking back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// Whether anything was shared.
    pub was_on: bool,
    /// What had gone before, by the ledger's entries.
    pub gone: Vec<Gone>,
    /// How many uploads the user wants erased; the request is made on its own.
    pub to_erase: usize,
}

impl Gatefold {
    /// Stops sharing with a vendor, in every process, also where that cannot be written down yet; with `erase` asks that what went
    /// there be erased: the request for that is shown and sent on its own ([`Gatefold::plan_erasure`]). What was counted and not sent is
    /// forgotten.
    ///
    /// # Errors
    /// The ledger's: with [`gatefold_ledger::LedgerError::SenderRemains`] nothing new starts, and the record waits for the next
    /// call. The shelf's and the store's.
    pub fn withdraw_usage(&mut self, vendor: &InForce, erase: bool) -> Result<Withdrawal, ClientError> {
        // Whatever time the clock says: what is not taken back now would come to life once it is right.
        let begun = self.outstanding_grants(vendor).and_then(|grants| {
            let was_on = !grants.is_empty();
            if was_on {
                self.begin_withdrawal(vendor, &[])?;
            }
            Ok(was_on)
        });
        let was_on = match begun {
            Ok(was_on) => was_on,
            // It counts all the same; what was in the way of writing it down is told.
            Err(error) => {
                let _ = self.take_back_unwritten(vendor, &[]);
                if erase {
                    let _ = self.store.want_erased(&vendor.key());
                }
                return Err(error);
            }
        };
        // Wished for before anything can break off: to stop and erase is one word. What is in the way of the wish is in nobody's way to stop.
        let wished = if erase { self.store.want_erased(&vendor.key()) } else { Ok(0) };
        let shelf = self.vendor_shelf(vendor)?;
        shelf.remove_consent()?;
        fail::fail_point!("client.consent-removed");
        let gone = self.finish_withdrawal(vendor)?;
        shelf.forget_taken_back()?;
        let mut to_erase = wished?;
        // What was on its way then has an end now.
        if erase {
            to_erase += self.store.want_erased(&vendor.key())?;
        }
        Ok(Withdrawal { was_on, gone, to_erase })
    }

    /// Stops sharing one item; the others go on under their grants. The last one is the whole of it.
    ///
    /// # Errors
    /// Those of [`Gatefold::withdraw_usage`].
    pub fn withdraw_usage_item(&mut self, vendor: &InForce, item: Item) -> Result<(), ClientError> {
        let grants = self.outstanding_grants(vendor)?;
        if grants.iter().all(|grant| grant.item == item) {
            return self.withdraw_usage(vendor, false).map(drop);
        }
        if grants.iter().any(|grant| grant.item == item) {
            self.withdraw_items(vendor, &[item])?;
        }
        Ok(())
    }

    /// Stops sharing some of it.
    pub(super) fn withdraw_items(&mut self, vendor: &InForce, items: &[Item]) -> Result<(), ClientError> {
        if let Err(error) = self.begin_withdrawal(vendor, items) {
            let _ = self.take_back_unwritten(vendor, items);
            return Err(error);
        }
        self.mend_consent_file(vendor)?;
        self.finish_withdrawal(vendor)?;
        Ok(())
    }

    pub(super) fn begin_withdrawal(&mut self, vendor: &InForce, items: &[Item]) -> Result<(), ClientError> {
        let now = self.clock.now();
        self.book.ledger().begin_withdrawal(vendor.vendor(), Purpose::Usage, items, now)?;
        fail::fail_point!("client.after-withdrawing");
        Ok(())
    }
}
