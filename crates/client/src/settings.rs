//! What the user chose. A choice counts at once, for what follows.

use gatefold_egress::{Gate, Network, ProxyUrl};
use gatefold_store::{Setting, Settings, StoreError};
use std::sync::Arc;

use crate::app::Gatefold;
use crate::error::ClientError;

impl Gatefold {
    /// Every choice, with its default where none was made.
    ///
    /// # Errors
    /// The store's.
    pub fn settings(&self) -> Result<Settings, ClientError> {
        Ok(self.store.settings()?)
    }

    /// What is kept here and cannot be read any more, one error a kind: choices, rows of the journal, and licenses of an
    /// account. Vendors and files are named where they are listed.
    ///
    /// # Errors
    /// The store's.
    pub fn damaged_notes(&self) -> Result<Vec<ClientError>, ClientError> {
        let choices = self.store.settings()?.damaged.into_iter().map(StoreError::SettingDamaged);
        let rows = if self.store.has_damaged_intents()? { Some(StoreError::IntentDamaged) } else { None };
        let owned = self.store.has_damaged_owned()?.then_some(StoreError::OwnedDamaged);
        Ok(choices.chain(rows).chain(owned).map(ClientError::from).collect())
    }

    /// Keeps a choice and follows it.
    ///
    /// # Errors
    /// A value out of range; a proxy that is none; the disk's.
    pub fn choose(&mut self, setting: &Setting) -> Result<(), ClientError> {
        if let Setting::Proxy(Some(address)) = setting {
            // What the gate could not follow is not kept; of a password in it the store has the plainer word.
            if !address.contains('@') {
                address.parse::<ProxyUrl>()?;
            }
        }
        self.store.set(setting)?;
        self.follow_settings()
    }

    /// Follows what was chosen here or by another program of this home.
    ///
    /// # Errors
    /// The store's and the disk's.
    pub fn follow_settings(&mut self) -> Result<(), ClientError> {
        let proxy = self.store.settings()?.proxy.map(|proxy| proxy.parse()).transpose()?;
        self.gate = Gate::new(Network { proxy, ..Network::default() }, Arc::new(self.book.clone()));
        self.apply_backup_choice()
    }
}
