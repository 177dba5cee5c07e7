//! Registering a product that was bought: shown, then sent once.

use gatefold_client::{Bought, Sensitive, Values};

use super::{Answer, Here};
use crate::desk::Prepared;
use crate::dto::{Changed, Failure, Prepared as Shown, Registered, planned};

#[tauri::command]
pub(crate) async fn prepare_registration(
    app: Here<'_>,
    vendor: String,
    product: Option<String>,
    serial: Option<String>,
    unlock_code: Option<String>,
) -> Answer<Shown> {
    let bought =
        Bought { product, serial: serial.map(Sensitive::new), unlock_code: unlock_code.map(Sensitive::new) };
    app.acts
        .ask(move |desk| {
            let vendor = desk.gatefold.vendor_named(&vendor)?;
            let registration = desk.gatefold.plan_registration(vendor.clone(), &bought)?;
            let mut shown = Shown::of(0, &vendor, Values::default(), &planned(registration.requests()));
            shown.preview = desk.keep(Prepared::Registration(Box::new(registration)));
            Ok(shown)
        })
        .await
}

#[tauri::command]
pub(crate) async fn send_registration(app: Here<'_>, preview: u32) -> Answer<Registered> {
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::Registration(registration) = desk.take(preview)? else {
                return Err(Failure::no_preview());
            };
            let done = desk.runtime.block_on(desk.gatefold.register(*registration, &mut Vec::new()))?;
            Ok(done.into())
        })
        .await;
    app.changed(&[Changed::Ledger, Changed::Vendors, Changed::Library]);
    done
}
