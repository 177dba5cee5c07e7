//! While the window is open: licenses for which the user agreed to it are asked about again. Which and when is `client`'s
//! to say; nothing is begun once the window closes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gatefold_client::Renewals;
use tauri::{AppHandle, Manager as _};

use crate::app::App;
use crate::dto::Changed;

/// Whoever opens the window for a moment sends nothing.
const FIRST: Duration = Duration::from_secs(20);
/// How often it is looked whether something is due; looking sends nothing.
const EVERY: Duration = Duration::from_secs(10 * 60);
/// No preview has this number.
const NO_PREVIEW: u32 = 0;

/// Looks from time to time, as long as the program runs.
pub(crate) fn begin(handle: AppHandle) {
    tauri::async_runtime::spawn(async move {
        let app = handle.state::<App>();
        let stop = app.running.begin(NO_PREVIEW);
        let (first, every) = pace();
        tokio::time::sleep(first).await;
        while !stop.load(Ordering::Relaxed) {
            renew(&app, &stop).await;
            // The days that are left are told anew, too.
            app.changed(&[Changed::Library]);
            tokio::time::sleep(every).await;
        }
    });
}

/// One license after the other, each a use case of its own: what the user asks for meanwhile comes in between.
async fn renew(app: &App, stop: &Arc<AtomicBool>) {
    let Ok(mut due) = app.acts.ask(|desk| Ok(desk.gatefold.renewals_due()?)).await else { return };
    while !due.is_done() && !stop.load(Ordering::Relaxed) {
        let stop = Arc::clone(stop);
        let left = app
            .acts
            .ask(move |desk| {
                if stop.load(Ordering::Relaxed) {
                    return Ok(Renewals::default());
                }
                // What became of it the library and the record show; the next one is asked about all the same.
                let _ = desk.runtime.block_on(desk.gatefold.renew_next(&mut due));
                Ok(due)
            })
            .await;
        app.changed(&[Changed::Ledger, Changed::Library]);
        let Ok(left) = left else { return };
        due = left;
    }
}

/// In test builds `GATEFOLD_TEST_RENEWS_EVERY_MS` says how often.
pub(crate) fn pace() -> (Duration, Duration) {
    #[cfg(feature = "test-hooks")]
    if let Some(ms) = std::env::var("GATEFOLD_TEST_RENEWS_EVERY_MS").ok().and_then(|text| text.parse().ok()) {
        return (Duration::from_millis(ms), Duration::from_millis(ms));
    }
    (FIRST, EVERY)
}
