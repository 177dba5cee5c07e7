//! What is done for every license at once: one preview of all of it, one question of the system, then one after another.
//! A license that is refused stops none of the others; the user does, between two.

use std::sync::atomic::Ordering;

use gatefold_client::{ClientError, ReleasePlan, Values};

use super::{Answer, Here};
use crate::desk::{Desk, Prepared};
use crate::dto::{Batch, Changed, Failure, Progress, StepState};

#[tauri::command]
pub(crate) async fn prepare_release_of_all(app: Here<'_>) -> Answer<Batch> {
    app.acts
        .ask(|desk| {
            let all = desk.gatefold.plan_release_of_all(None)?;
            let mut batch = Batch::new(all.unplanned);
            for plan in &all.plans {
                let requests: Vec<_> = plan.request().into_iter().map(|request| (request, false)).collect();
                batch.take(plan.vendor(), plan.license_id(), plan.product(), Values::default(), &requests);
            }
            batch.preview = desk.keep(Prepared::ReleaseOfAll(all.plans));
            Ok(batch)
        })
        .await
}

/// What became of each; null when the user said no in the dialog, and nothing was done.
#[tauri::command]
pub(crate) async fn send_release_of_all(app: Here<'_>, preview: u32) -> Answer<Option<Vec<Progress>>> {
    let count = app.acts.ask(move |desk| desk.count_of_all(preview)).await?;
    let title = "Deactivate everything on this computer?";
    let words = format!(
        "{} is given back and its file removed. The plug-ins stop when they are next started.",
        if count == 1 { "One license".to_owned() } else { format!("Each of {count} licenses") }
    );
    if !app.native.confirm(title, &words, "Deactivate").await {
        return Ok(None);
    }
    let (stop, page) = (app.running.begin(preview), app.page.clone());
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::ReleaseOfAll(plans) = desk.take(preview)? else {
                return Err(Failure::no_preview());
            };
            let mut all = Vec::new();
            for plan in plans {
                let license_id = plan.license_id().to_owned();
                let tell = |state, failure| {
                    let told = Progress { preview, license_id: license_id.clone(), state, failure };
                    page.progress(told.clone());
                    told
                };
                all.push(if stop.load(Ordering::Relaxed) {
                    tell(StepState::Cancelled, None)
                } else {
                    tell(StepState::Running, None);
                    match release(desk, plan) {
                        Ok(()) => tell(StepState::Done, None),
                        Err(error) => tell(StepState::Failed, Some(error.into())),
                    }
                });
            }
            Ok(Some(all))
        })
        .await;
    app.running.end(preview);
    app.changed(&[Changed::Ledger, Changed::Library]);
    done
}

fn release(desk: &mut Desk, plan: ReleasePlan) -> Result<(), ClientError> {
    desk.runtime.block_on(desk.gatefold.release(plan)).map(drop)
}
