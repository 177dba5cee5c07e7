//! An exchange that goes on only while the user agrees and nobody locks it off: who sends looks again and again, and breaks off.
//!
//! It refuses to leave a connection behind: the exchange runs on a runtime of its own, and with that goes whatever the connection
//! has not written yet. Only then the hold is let go, which the withdrawal waits for.

use std::sync::Arc;
use std::time::Duration;

use gatefold_disclosure::Sealed;
use gatefold_ledger::Hold;

use crate::error::SendError;
use crate::gate::{Clerk, Network};
use crate::transport::{Received, Trace, exchange};

/// How often the consent is looked at; a withdrawal waits for a second.
const LOOK: Duration = Duration::from_millis(20);

/// As [`exchange`], until the consent is taken back or locked off.
pub(crate) async fn exchange_while_agreed(
    sealed: Sealed,
    network: Network,
    hold: Hold,
    clerk: Arc<dyn Clerk>,
) -> (Result<Received, SendError>, Trace) {
    let sending = move || {
        let mut trace = Trace::default();
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
            return (Err(SendError::Unusable), trace);
        };
        let received = runtime.block_on(async {
            tokio::select! {
                biased;
                why = forbidden(&hold, &*clerk, &sealed) => Err(why),
                received = exchange(&sealed, &network, &mut trace) => received,
            }
        });
        // Without waiting for a name that is still being looked up; the connection is gone when this returns.
        runtime.shutdown_background();
        drop(hold);
        (received, trace)
    };
    tokio::task::spawn_blocking(sending).await.unwrap_or((Err(SendError::CutOff), Trace::default()))
}

/// Waits until it must not go on, and says why. Looks at once: before the first byte.
async fn forbidden(hold: &Hold, clerk: &dyn Clerk, sealed: &Sealed) -> SendError {
    loop {
        if hold.is_withdrawn() {
            return SendError::Withdrawn;
        }
        if hold.is_locked() {
            return SendError::Locked;
        }
        if let Some(why) = clerk.forbids(sealed) {
            return why;
        }
        tokio::time::sleep(LOOK).await;
    }
}
