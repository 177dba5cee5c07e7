//! Signing in and out at a vendor.

use gatefold_client::{Sensitive, Values};

use super::{Answer, Here};
use crate::desk::Prepared;
use crate::dto::{
    Changed, Earlier, Failure, HowEnded, ListRead, Prepared as Shown, SignedIn, VendorSummary, alone, planned,
};

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
                Some(Ok(listed)) => (Some(listed.into()), None),
                Some(Err(error)) => (None, Some(error.into())),
                None => (None, None),
            };
            let earlier = done
                .earlier
                .map(|(email, ended)| Earlier { email, ended: ended.map_or(HowEnded::Open, HowEnded::from) });
            Ok(SignedIn { vendor: VendorSummary::of(&desk.gatefold, &vendor)?, licenses, unread, earlier })
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
pub(crate) async fn send_library(app: Here<'_>, preview: u32) -> Answer<ListRead> {
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::Library(library) = desk.take(preview)? else { return Err(Failure::no_preview()) };
            Ok(desk.runtime.block_on(desk.gatefold.read_library(*library, &mut Vec::new()))?.into())
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

/// How the sign-in ended at the vendor; null if it was only forgotten here.
#[tauri::command]
pub(crate) async fn send_sign_out(app: Here<'_>, preview: u32) -> Answer<Option<HowEnded>> {
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::SignOut(sign_out, vendor) = desk.take(preview)? else {
                return Err(Failure::no_preview());
            };
            let Some(sign_out) = sign_out else {
                let vendor = desk.gatefold.vendor_named(&vendor)?;
                desk.gatefold.forget_sign_in(&vendor)?;
                return Ok(None);
            };
            Ok(Some(desk.runtime.block_on(desk.gatefold.sign_out(*sign_out))?.ended.into()))
        })
        .await;
    app.changed(&[Changed::Ledger, Changed::Vendors]);
    done
}

/// Forgets a sign-in here without asking its vendor, who refuses or is gone. False when the user said no.
#[tauri::command]
pub(crate) async fn forget_sign_in(app: Here<'_>, vendor: String) -> Answer<bool> {
    let in_force = app.reads.ask(move |desk| Ok(desk.gatefold.vendor_named(&vendor)?)).await?;
    let name = in_force.called();
    let words = format!(
        "Nothing is sent. {name} is not told, and the sign-in goes on there until it ends by itself."
    );
    let title = format!("Forget the sign-in at {name} on this computer alone?");
    if !app.native.confirm(&title, &words, "Forget it here").await {
        return Ok(false);
    }
    app.acts.ask(move |desk| Ok(desk.gatefold.forget_sign_in(&in_force)?)).await?;
    app.changed(&[Changed::Vendors, Changed::Library]);
    Ok(true)
}
