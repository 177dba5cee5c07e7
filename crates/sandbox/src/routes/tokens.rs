//! Signing in and out, and "who am I" (protocol reference 3.1, 3.2).

use gatefold_keygen::ApiError;
use serde_json::{Value, json};
use uuid::Uuid;

use super::paging;
use crate::api::{Call, Reply};
use crate::auth::{Authorization, Bearer};
use crate::clock::Time;
use crate::failure::Failure;
use crate::model::{Token, User};
use crate::strict::Shape::{Any, Object};
use crate::strict::{self, Shape};
use crate::{signer, totp};

/// How long a sign-in lasts unless the client says otherwise.
const DEFAULT_DAYS: i64 = 14;

const CREATE: Shape = Object(&[
    ("data", Object(&[("type", Any), ("attributes", Object(&[("name", Any), ("expiry", Any)]))])),
    ("meta", Object(&[("otp", Any)])),
]);

pub(super) fn create(call: &Call<'_>, _: &str) -> Result<Reply, Failure> {
    strict::check(call.body, &CREATE)?;
    let user = match &call.authorization {
        Some(Authorization::Password { email, password }) => sign_in(call, email, password)?,
        _ => signed_in(call)?.0,
    };
    if user.banned {
        return Err(Failure::forbidden("User is banned").code("USER_BANNED"));
    }
    let name = strict::text(call.body, "/data/attributes/name")?;
    let mut errors: Vec<ApiError> = Vec::new();
    strict::limit_length(&mut errors, "name", name);
    if !errors.is_empty() {
        return Err(Failure::unprocessable(errors));
    }
    let token = Token {
        id: Uuid::new_v4().to_string(),
        user: user.id,
        name: name.map(str::to_owned),
        expiry: expiry(call)?,
        created: call.now,
    };
    let raw = raw_token()?;
    token.insert(call.db, &raw)?;
    Ok(Reply::json(201, json!({ "data": call.scribe().token(&token, Some(&raw)) })))
}

/// The second factor is checked before the password, as a real server does.
fn sign_in(call: &Call<'_>, email: &str, password: &str) -> Result<User, Failure> {
    let wrong = || Failure::unauthorized("CREDENTIALS_INVALID", "Credentials must be valid");
    let user = User::by_email(call.db, email)?.ok_or_else(wrong)?;
    if let Some(secret) = &user.otp_secret {
        let refusal = |code, detail| Failure::unauthorized(code, detail).pointer("/meta/otp");
        let code = strict::text(call.body, "/meta/otp")?
            .ok_or_else(|| refusal("OTP_REQUIRED", "Second factor is required"))?;
        let now_secs = u64::try_from(call.now.0.as_second()).unwrap_or_default();
        let step = totp::step_of(secret, code, now_secs)
            .and_then(|step| i64::try_from(step).ok())
            .filter(|step| *step > user.otp_last_step)
            .ok_or_else(|| refusal("OTP_INVALID", "Second factor must be valid"))?;
        if user.password == password {
            user.use_up_step(call.db, step)?;
        }
    }
    if user.password == password { Ok(user) } else { Err(wrong()) }
}

/// Absent is two weeks, `null` is never.
fn expiry(call: &Call<'_>) -> Result<Option<Time>, Failure> {
    let pointer = "/data/attributes/expiry";
    match call.body.pointer(pointer) {
        None => Ok(Some(call.now.plus_days(DEFAULT_DAYS))),
        Some(Value::Null) => Ok(None),
        Some(value) => value
            .as_str()
            .and_then(|text| text.parse().ok())
            .map(|time| Some(Time(time)))
            .ok_or_else(|| strict::mismatch(pointer, "time")),
    }
}

fn raw_token() -> Result<String, Failure> {
    let mut bytes = [0; 32];
    signer::random(&mut bytes).map_err(|_| Failure::internal())?;
    Ok(format!("user-{}v3", hex::encode(bytes)))
}

pub(super) fn signed_in(call: &Call<'_>) -> Result<(User, Token), Failure> {
    match call.bearer()? {
        Bearer::User(user, token) => Ok((*user, token)),
        _ => Err(Failure::forbidden("You do not have permission to complete the request")),
    }
}

fn own(call: &Call<'_>, id: &str) -> Result<Token, Failure> {
    let (user, _) = signed_in(call)?;
    let own = Token::of_user(call.db, &user.id)?;
    own.into_iter().find(|token| token.id == id).ok_or_else(Failure::not_found)
}

pub(super) fn list(call: &Call<'_>, _: &str) -> Result<Reply, Failure> {
    let (user, _) = signed_in(call)?;
    let tokens = Token::of_user(call.db, &user.id)?;
    paging::list(call, tokens, |token| Ok(call.scribe().token(token, None)))
}

pub(super) fn show(call: &Call<'_>, id: &str) -> Result<Reply, Failure> {
    Ok(Reply::json(200, json!({ "data": call.scribe().token(&own(call, id)?, None) })))
}

pub(super) fn revoke(call: &Call<'_>, id: &str) -> Result<Reply, Failure> {
    own(call, id)?.delete(call.db)?;
    Ok(Reply::no_content())
}

fn bearer_document(call: &Call<'_>) -> Result<(Value, Option<Token>), Failure> {
    match call.bearer()? {
        Bearer::User(user, token) => Ok((call.scribe().user(&user), Some(token))),
        Bearer::License(license) => Ok((call.scribe().license(&license), None)),
        Bearer::Vendor => Err(Failure::not_found()),
    }
}

pub(super) fn me(call: &Call<'_>, _: &str) -> Result<Reply, Failure> {
    let (data, token) = bearer_document(call)?;
    let mut document = json!({ "data": data });
    if let Some(token) = token {
        document["included"] = json!([call.scribe().token(&token, None)]);
    }
    Ok(Reply::json(200, document))
}

pub(super) fn profile(call: &Call<'_>, _: &str) -> Result<Reply, Failure> {
    let (data, token) = bearer_document(call)?;
    Ok(Reply::json(200, json!({ "data": data, "meta": { "tokenId": token.map(|token| token.id) } })))
}
