//! The computers that hold a license's seats: read, and called otherwise. Giving one back is `library`'s.

use gatefold_client::{ClientError, DeviceName, SeatsPlan, Values};

use super::{Answer, Here};
use crate::desk::{Desk, Prepared};
use crate::dto::{Changed, Failure, Prepared as Shown, planned};

#[tauri::command]
pub(crate) async fn prepare_seats(app: Here<'_>, license: String) -> Answer<Shown> {
    app.acts
        .ask(move |desk| {
            let plan = match (desk.gatefold.plan_seats_of(&license), desk.checked(&license)) {
                (Err(ClientError::NotInstalled(_) | ClientError::KeyMissing { .. }), Some(checked)) => {
                    desk.gatefold.plan_seats_of_checked(checked, false)?
                }
                (plan, _) => plan?,
            };
            Ok(show(desk, plan))
        })
        .await
}

fn show(desk: &mut Desk, plan: SeatsPlan) -> Shown {
    let hint = plan.key_hint();
    let values = Values { key_hint: Some(&hint), ..Values::default() };
    let mut shown = Shown::of(0, plan.vendor(), values, &planned(plan.requests()));
    shown.preview = desk.keep(Prepared::Seats(Box::new(plan)));
    shown
}

/// What the key did not open, once more by the sign-in. It waits until somebody is signed in.
#[tauri::command]
pub(crate) async fn plan_seats_by_sign_in(app: Here<'_>, preview: u32) -> Answer<Shown> {
    app.acts
        .ask(move |desk| {
            let plan = desk.gatefold.plan_seats_by_sign_in(desk.seats(preview)?)?;
            desk.discard(preview);
            Ok(show(desk, plan))
        })
        .await
}

#[tauri::command]
pub(crate) async fn send_seats(app: Here<'_>, preview: u32) -> Answer<()> {
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::Seats(plan) = desk.take(preview)? else { return Err(Failure::no_preview()) };
            match desk.runtime.block_on(desk.gatefold.read_seats(&plan, &mut Vec::new())) {
                Ok(_) => Ok(()),
                Err(error) if error.wants_sign_in() && !plan.is_by_sign_in() => {
                    let by_sign_in = Some(desk.keep(Prepared::Seats(plan)));
                    Err(Failure { by_sign_in, ..error.into() })
                }
                Err(error) => Err(error.into()),
            }
        })
        .await;
    app.changed(&[Changed::Ledger, Changed::Library]);
    done
}

#[tauri::command]
pub(crate) async fn prepare_rename(app: Here<'_>, id: String, name: String) -> Answer<Shown> {
    app.acts
        .ask(move |desk| {
            let name = DeviceName::chosen(&name)?;
            let plan = desk.by_key(|key| desk.gatefold.plan_rename(&id, &name, key))?;
            let mut shown = Shown::of(0, plan.vendor(), Values::default(), &planned(plan.requests()));
            shown.preview = desk.keep(Prepared::Rename(Box::new(plan)));
            Ok(shown)
        })
        .await
}

#[tauri::command]
pub(crate) async fn send_rename(app: Here<'_>, preview: u32) -> Answer<()> {
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::Rename(plan) = desk.take(preview)? else { return Err(Failure::no_preview()) };
            desk.runtime.block_on(desk.gatefold.rename(*plan, &mut Vec::new()))?;
            Ok(())
        })
        .await;
    app.changed(&[Changed::Ledger, Changed::Library]);
    done
}
