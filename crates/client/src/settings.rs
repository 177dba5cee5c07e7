//! What the user chose. A choice counts at once, for what follows.

use gatefold_egress::{Gate, Network};
use gatefold_store::{Setting, Settings};
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

    /// Keeps a choice and follows it.
    ///
    /// # Errors
    /// A value out of range; a proxy that is none; the disk's.
    pub fn choose(&mut self, setting: &Setting) -> Result<(), ClientError> {
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
