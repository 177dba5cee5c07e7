//! What a vendor promises to say before diagnostics are collected. It is said before each bundle, and that it was is kept here.

use crate::app::Gatefold;
use crate::clock::written;
use crate::error::ClientError;
use crate::vendors::InForce;

/// A vendor's promise, in the words of its file.
#[derive(Clone, Debug)]
pub struct BundleNotice {
    /// Whose.
    pub vendor: InForce,
    /// What its policy says of diagnostics.
    pub words: String,
    /// The lines of the policy that say so.
    pub lines: Vec<u32>,
    /// When it was shown before, the last time.
    pub shown_at: Option<String>,
}

impl BundleNotice {
    /// The sentence that is shown.
    pub fn sentence(&self) -> String {
        format!(
            "{} promises notice: diagnostics are {}. This is that notice. Nothing is collected by the vendor until you hand the file over yourself; that this was shown is kept on this computer alone.",
            self.vendor.called(),
            self.words
        )
    }
}

impl Gatefold {
    /// What the vendors that were added promise to say before diagnostics.
    ///
    /// # Errors
    /// The store's.
    pub fn bundle_notices(&self) -> Result<Vec<BundleNotice>, ClientError> {
        let mut notices = Vec::new();
        for vendor in self.vendors()? {
            let notice = vendor.vendor().support().map(|support| &support.notice);
            let Some((words, lines)) =
                notice.and_then(|notice| Some((notice.is.clone()?, notice.lines.clone())))
            else {
                continue;
            };
            let shown = self.store.bundle_notices(&vendor.key())?;
            let shown_at = shown.first().map(|(_, at)| written(*at));
            notices.push(BundleNotice { vendor, words, lines, shown_at });
        }
        Ok(notices)
    }

    /// Keeps that these were shown, in their very sentences.
    pub(super) fn keep_bundle_notices(&self, notices: &[BundleNotice]) -> Result<(), ClientError> {
        for notice in notices {
            self.store.keep_bundle_notice(&notice.vendor.key(), &notice.sentence(), self.clock.now())?;
        }
        Ok(())
    }
}
