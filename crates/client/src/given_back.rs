//! The seats that were given back from here, by the vendor's own signed word, where plug-ins find them: a file of such a
//! seat counts no more. It refuses to keep anybody else's word for it, and removes no file.

use gatefold_disclosure::Payload;
use gatefold_keygen::Answer;
use gatefold_license::Release;

use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;
use crate::send::signed_words;
use crate::vendors::InForce;

impl Gatefold {
    /// Every release of the vendor's that is kept and holds.
    pub(crate) fn releases_of(&self, vendor: &InForce) -> Result<Vec<Release>, ClientError> {
        Ok(self.vendor_shelf(vendor)?.releases_that_hold(vendor.issuers())?.found)
    }

    /// Keeps the answer to the request that gave a seat back, which is the vendor's word that it is gone. An answer that says
    /// the seat was gone before proves nothing: it is what another key is told, too.
    pub(crate) fn keep_release(
        &self,
        vendor: &InForce,
        request: &Payload,
        answer: &Answer,
        machine_id: &str,
    ) -> Result<(), ClientError> {
        let release = signed_words(vendor, request, answer, |reply| match reply.body {
            [] => Release::of_reply(reply, machine_id, vendor.issuers()).map(Some),
            _ => Ok(None),
        })?;
        let Some(release) = release.flatten() else { return Ok(()) };
        let random = u64::from_be_bytes(chance::bytes()?);
        Ok(self.vendor_shelf(vendor)?.put_release(machine_id, &release.to_bytes(), random)?)
    }
}
