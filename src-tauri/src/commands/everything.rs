//! What is done for every license at once: one preview of all of it, one yes, then one after another. A license that is
//! refused stops none of the others; the user does, between two, and a server that asks for a pause has it.

use std::sync::atomic::{AtomicBool, Ordering};

use gatefold_client::{ClientError, DeviceName, Enough, EntryId, Pauses};

use super::{Answer, Here};
use crate::desk::Prepared;
use crate::dto::{Batch, Changed, Failure, Progress, Released, StepState, alone, planned};
use crate::teller::Teller;

#[tauri::command]
pub(crate) async fn prepare_release_of_all(app: Here<'_>) -> Answer<Batch> {
    app.acts
        .ask(|desk| {
            let all = desk.gatefold.plan_release_of_all(None)?;
            let mut batch = Batch::new();
            for plan in &all.plans {
                let requests: Vec<_> = plan.request().into_iter().map(alone).collect();
                let known = desk.gatefold.known_license(plan.vendor(), plan.license_id())?;
                let hint = known.map_or_else(String::new, |known| known.key_hint.as_str().to_owned());
                batch.take(plan.vendor(), plan.license_id(), plan.product(), &hint, &requests);
            }
            batch.left_out = all.unplanned.into_iter().map(Into::into).collect();
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
    let words = if count == 1 {
        "One license is given back and its file removed. The plug-in stops when it is next started."
            .to_owned()
    } else {
        format!(
            "Each of {count} licenses is given back and its file removed. The plug-ins stop when they are next started."
        )
    };
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
            let teller = Telling { preview, page, stop: &stop };
            let mut pauses = Pauses::default();
            let all = plans.into_iter().map(|plan| {
                let (license, vendor) = (plan.license_id().to_owned(), plan.vendor().clone());
                teller.tell(license, |came| {
                    // What asks nobody waits for nobody.
                    plan.request().map_or(Ok(()), |_| pauses.lets(&vendor))?;
                    let done = desk.runtime.block_on(desk.gatefold.release_noting(plan, &mut came.entries));
                    let released = pauses.note(&vendor, done)?;
                    came.copies = Released::of(&desk.gatefold, &released.license_id).copies;
                    Ok(())
                })
            });
            Ok(Some(all.collect()))
        })
        .await;
    app.running.end(preview);
    app.changed(&[Changed::Ledger, Changed::Library]);
    done
}

/// The licenses of the accounts that are enough for this computer, or one that is meant by itself, under this name of the
/// computer.
#[tauri::command]
pub(crate) async fn prepare_activation_of_all(
    app: Here<'_>,
    license: Option<String>,
    name: Option<String>,
) -> Answer<Batch> {
    app.acts
        .ask(move |desk| {
            let typed = name.as_deref().map(str::trim).filter(|typed| !typed.is_empty());
            let chosen = typed.map(DeviceName::chosen).transpose()?;
            let (mut batch, mut plans) = (Batch::new(), Vec::new());
            let Enough { wanted: mut owned, spare } = desk.gatefold.enough_licenses()?;
            match license {
                // By the user's own word, needed or not.
                Some(id) => {
                    owned.extend(spare.into_iter().map(|(owned, _)| owned));
                    owned.retain(|owned| owned.license_id == id);
                }
                None => batch.spare = spare.into_iter().map(Into::into).collect(),
            }
            let renews = desk.gatefold.settings()?.renew;
            for plan in desk.gatefold.plan_owned(&owned, chosen.as_ref()) {
                match plan {
                    Ok(mut plan) => {
                        if renews && plan.can_renew() {
                            plan.agrees_to_renewal();
                            batch.renewed += 1;
                        }
                        let owned = plan.license();
                        let requests = planned(plan.requests());
                        batch.take(
                            &owned.vendor,
                            &owned.license_id,
                            &owned.product,
                            &owned.key_hint,
                            &requests,
                        );
                        if plan.takes_name() {
                            batch.takes_name = true;
                            batch.wants_name |= plan.wants_name();
                            batch.device_name =
                                batch.device_name.or_else(|| plan.device_name().map(str::to_owned));
                        }
                        plans.push(plan);
                    }
                    Err(unready) => batch.left_out.push(unready.into()),
                }
            }
            if name.is_some() && typed.is_none() && batch.wants_name {
                // Left empty where a vendor insists on one.
                DeviceName::chosen("")?;
            }
            batch.preview = desk.keep(Prepared::ActivationOfAll(plans));
            Ok(batch)
        })
        .await
}

/// What became of each.
#[tauri::command]
pub(crate) async fn send_activation_of_all(app: Here<'_>, preview: u32) -> Answer<Vec<Progress>> {
    let (stop, page) = (app.running.begin(preview), app.page.clone());
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::ActivationOfAll(plans) = desk.take(preview)? else {
                return Err(Failure::no_preview());
            };
            let teller = Telling { preview, page, stop: &stop };
            let mut pauses = Pauses::default();
            let all = plans.into_iter().map(|plan| {
                let owned = plan.license().clone();
                teller.tell(owned.license_id, |came| {
                    pauses.lets(&owned.vendor)?;
                    let done = desk.runtime.block_on(desk.gatefold.activate_owned(plan, &mut came.entries));
                    pauses.note(&owned.vendor, done.map(drop))
                })
            });
            Ok(all.collect())
        })
        .await;
    app.running.end(preview);
    app.changed(&[Changed::Ledger, Changed::Library, Changed::Vendors]);
    done
}

/// What came of one license beside done or not.
#[derive(Default)]
struct Came {
    entries: Vec<EntryId>,
    copies: Vec<String>,
}

/// Tells the page what becomes of each license, and begins none after the user's word to stop.
struct Telling<'a> {
    preview: u32,
    page: Teller,
    stop: &'a AtomicBool,
}

impl Telling<'_> {
    fn tell(&self, license_id: String, act: impl FnOnce(&mut Came) -> Result<(), ClientError>) -> Progress {
        let told = |state, failure, came: Came| {
            let Came { entries, copies } = came;
            let entries = entries.into_iter().map(|entry| entry.0).collect();
            let license_id = license_id.clone();
            let told = Progress { preview: self.preview, license_id, state, failure, entries, copies };
            self.page.progress(told.clone());
            told
        };
        if self.stop.load(Ordering::Relaxed) {
            return told(StepState::Cancelled, None, Came::default());
        }
        told(StepState::Running, None, Came::default());
        let mut came = Came::default();
        match act(&mut came) {
            Ok(()) => told(StepState::Done, None, came),
            Err(error) => told(StepState::Failed, Some(error.into()), came),
        }
    }
}
