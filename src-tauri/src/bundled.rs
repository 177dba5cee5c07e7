//! The vendor files that came with the app. They are offered, never agreed to unasked.

use std::path::PathBuf;
use std::sync::Arc;

use gatefold_client::{Gatefold, InForce, Known, Review};

use crate::dto::BundledVendor;

const FILE: &str = "vendor.toml";

/// The folder with one folder a vendor.
#[derive(Clone)]
pub(crate) struct Bundled(Arc<PathBuf>);

impl Bundled {
    pub(crate) fn at(dir: PathBuf) -> Self {
        Self(Arc::new(dir))
    }

    /// The vendors that were not agreed to yet. What cannot be read is not offered.
    pub(crate) fn offered(&self, gatefold: &Gatefold) -> Vec<BundledVendor> {
        let mut all: Vec<BundledVendor> = self
            .ids()
            .into_iter()
            .filter_map(|id| {
                let review = gatefold.review_vendor(&self.file(&id)?).ok()?;
                let vendor = review.in_force.vendor();
                let offered = matches!(review.known, Known::New | Known::Damaged);
                let products = vendor.products().len();
                offered.then(|| BundledVendor { id, name: vendor.name().to_owned(), products })
            })
            .collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    /// A newer file of a vendor that was agreed to, and what differs in it.
    pub(crate) fn newer(&self, gatefold: &Gatefold, vendor: &InForce) -> Option<(String, Review)> {
        self.ids().into_iter().find_map(|id| {
            let review = gatefold.review_vendor(&self.file(&id)?).ok()?;
            let is_newer = matches!(review.known, Known::Update { .. } | Known::Signed { .. });
            (is_newer && review.in_force.key() == vendor.key()).then_some((id, review))
        })
    }

    /// The file of one of them. An id is one of the folder's own names, so it leads nowhere else.
    pub(crate) fn file(&self, id: &str) -> Option<PathBuf> {
        self.ids().into_iter().find(|known| known == id).map(|id| self.0.join(id).join(FILE))
    }

    fn ids(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.0.as_path()) else { return Vec::new() };
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect()
    }
}
