//! While the window is open: usage that the user lets be sent by itself is sent. Whose and when is `client`'s to say; nothing is begun
//! once the window closes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tauri::{AppHandle, Manager as _};

use crate::app::App;
use crate::dto::Changed;
use crate::renewing;

/// No preview has this number, and it is not that of the renewals.
const NO_PREVIEW: u32 = u32::MAX;

/// Looks from time to time, as long as the program runs.
pub(crate) fn begin(handle: AppHandle) {
    tauri::async_runtime::spawn(async move {
        let app = handle.state::<App>();
        let stop = app.running.begin(NO_PREVIEW);
        let (first, every) = renewing::pace();
        tokio::time::sleep(first).await;
        while !stop.load(Ordering::Relaxed) {
            send(&app, &stop).await;
            tokio::time::sleep(every).await;
        }
    });
}

/// One vendor after the other, each a use case of its own: what the user asks for meanwhile comes in between.
async fn send(app: &App, stop: &Arc<AtomicBool>) {
    let Ok(due) = app.acts.ask(|desk| Ok(desk.gatefold.weekly_due()?)).await else { return };
    for vendor in due {
        let stop = Arc::clone(stop);
        let sent = app
            .acts
            .ask(move |desk| {
                if stop.load(Ordering::Relaxed) {
                    return Ok(false);
                }
                // What became of it the record shows; the next one is sent all the same.
                let sent = desk.runtime.block_on(desk.gatefold.send_weekly(&vendor));
                Ok(!matches!(sent, Ok(None)))
            })
            .await;
        if matches!(sent, Ok(true)) {
            app.changed(&[Changed::Ledger, Changed::Usage]);
        }
    }
}
