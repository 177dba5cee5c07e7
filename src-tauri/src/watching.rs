//! Consent is the ledger's, and other programs of the user change it too: the command, another start of a plug-in's host. The
//! window looks several times a second whether anybody wrote there, the administrator's lock came or went, or another hour began, and
//! reads it again only then. Nothing is sent, and nothing written.

use std::sync::atomic::Ordering;
use std::time::Duration;

use gatefold_client::{Gatefold, UsageGlance, UsageVersion};
use tauri::{AppHandle, Manager as _};

use crate::app::App;
use crate::dto::Changed;

/// What is taken back elsewhere is seen within a second.
const EVERY: Duration = Duration::from_millis(400);
/// No preview has this number, and neither what is renewed nor what is shared by itself.
const NO_PREVIEW: u32 = u32::MAX - 1;

/// What others changed, and how often this window did.
type Version = (UsageVersion, u64);
/// How it stands with each vendor, by its key.
type Glances = Vec<(String, Option<UsageGlance>)>;

/// Looks as long as the program runs.
pub(crate) fn begin(handle: AppHandle) {
    tauri::async_runtime::spawn(async move {
        let app = handle.state::<App>();
        let stop = app.running.begin(NO_PREVIEW);
        let mut seen = None;
        let mut known: Option<Glances> = None;
        while !stop.load(Ordering::Relaxed) {
            // What this window itself changed is no other version to the connection that wrote it.
            let (before, own) = (seen, app.usage_changes.load(Ordering::Relaxed));
            let look = move |desk: &mut crate::desk::Desk| Ok(changed(&desk.gatefold, own, before));
            let Ok((version, glances)) = app.reads.ask(look).await else { return };
            seen = version;
            if let Some(glances) = glances {
                // Beside a change of its own another one may look as if there had been none.
                let is_beside = before.is_some_and(|(_, earlier)| earlier != own);
                let is_news = is_beside || known.as_ref().is_some_and(|known| *known != glances);
                known = Some(glances);
                if is_news {
                    app.changed(&[Changed::Usage]);
                    seen = version.map(|(version, own)| (version, own + 1));
                }
            }
            tokio::time::sleep(EVERY).await;
        }
    });
}

/// The version now, and how it stands where that is another one than before. What cannot be read is said by the pages.
fn changed(gatefold: &Gatefold, own: u64, before: Option<Version>) -> (Option<Version>, Option<Glances>) {
    let version = gatefold.usage_version().ok().map(|version| (version, own));
    if version.is_none() || version == before {
        return (version, None);
    }
    let Ok(vendors) = gatefold.vendors() else { return (version, None) };
    let glance = |vendor: &gatefold_client::InForce| (vendor.named(), gatefold.usage_glance(vendor).ok());
    (version, Some(vendors.iter().map(glance).collect()))
}
