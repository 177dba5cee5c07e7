//! Signing in and out at a vendor.

use gatefold_client::{Sensitive, Values};

use super::{Answer, Here};
use crate::desk::Prepared;
use crate::dto::{Changed, Failure, Prepared as Shown, SignedIn, VendorSummary, alone, planned};

#[tauri::command]
pub(crate) async fn prepare_sign_in(
    app: Here<'_>,
    vendor: String,
    email: String,
    password: String,
    otp: Option<String>,
) -> Answer<Shown> {
    let (password, otp) = (Sensitive::new(password), otp.map(Sensitive::new));
    app.acts
        .ask(move |desk| {
            let vendor = desk.gatefold.vendor_named(&vendor)?;
            let sign_in = desk.gatefold.prepare_sign_in(vendor.clone(), &email, &password, otp.as_ref())?;
            let values = Values { email: Some(sign_in.email()), ..Values::default() };
            let mut shown = Shown::of(0, &vendor, values, &planned(sign_in.requests()));
            shown.preview = desk.keep(Prepared::SignIn(Box::new(sign_in)));
            Ok(shown)
        })
        .await
}

#[tauri::command]
pub(crate) async fn send_sign_in(app: Here<'_>, preview: u32) -> Answer<SignedIn> {
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::SignIn(sign_in) = desk.take(preview)? else { return Err(Failure::no_preview()) };
            let vendor = sign_in.vendor().clone();
            let done = desk.runtime.block_on(desk.gatefold.sign_in(*sign_in))?;
            // The sign-in stands, whatever became of the list.
            let (licenses, unread) = match done.licenses {
                Some(Ok(listed)) => (Some(listed.count), None),
                Some(Err(error)) => (None, Some(error.into())),
                None => (None, None),
            };
            Ok(SignedIn { vendor: VendorSummary::of(&desk.gatefold, &vendor)?, licenses, unread })
        })
        .await;
    app.changed(&[Changed::Ledger, Changed::Vendors]);
    done
}

/// Which licenses are the account's, asked again.
#[tauri::command]
pub(crate) async fn prepare_library(app: Here<'_>, vendor: String) -> Answer<Shown> {
    app.acts
        .ask(move |desk| {
            let vendor = desk.gatefold.vendor_named(&vendor)?;
            let library = desk.gatefold.plan_library(vendor.clone())?;
            let mut shown = Shown::of(0, &vendor, Values::default(), &planned(library.requests()));
            shown.preview = desk.keep(Prepared::Library(Box::new(library)));
            Ok(shown)
        })
        .await
}

#[tauri::command]
pub(crate) async fn send_library(app: Here<'_>, preview: u32) -> Answer<usize> {
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::Library(library) = desk.take(preview)? else { return Err(Failure::no_preview()) };
            Ok(desk.runtime.block_on(desk.gatefold.read_library(*library, &mut Vec::new()))?.count)
        })
        .await;
    app.changed(&[Changed::Ledger, Changed::Vendors]);
    done
}

#[tauri::command]
pub(crate) async fn prepare_sign_out(app: Here<'_>, vendor: String) -> Answer<Shown> {
    app.acts
        .ask(move |desk| {
            let in_force = desk.gatefold.vendor_named(&vendor)?;
            let sign_out = desk.gatefold.prepare_sign_out(in_force.clone())?;
            let requests: Vec<_> = sign_out.iter().map(|request| alone(request.preview())).collect();
            let mut shown = Shown::of(0, &in_force, Values::default(), &requests);
            shown.preview = desk.keep(Prepared::SignOut(sign_out.map(Box::new), vendor));
            Ok(shown)
        })
        .await
}

#[tauri::command]
pub(crate) async fn send_sign_out(app: Here<'_>, preview: u32) -> Answer<()> {
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::SignOut(sign_out, vendor) = desk.take(preview)? else {
                return Err(Failure::no_preview());
            };
            match sign_out {
                Some(sign_out) => {
                    desk.runtime.block_on(desk.gatefold.sign_out(*sign_out))?;
                }
                None => {
                    let vendor = desk.gatefold.vendor_named(&vendor)?;
                    desk.gatefold.forget_sign_in(&vendor)?;
                }
            }
            Ok(())
        })
        .await;
    app.changed(&[Changed::Ledger, Changed::Vendors]);
    done
}
