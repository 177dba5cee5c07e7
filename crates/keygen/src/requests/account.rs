//! Signing in and out, who signed in, and reading what the account owns (protocol reference 3.1, 3.2, 4).

use super::{Id, Page, Server, Token, body};
use gatefold_disclosure::{Declared, Item, Json, Method, Payload, Purpose, Sensitive, Text, Undeclared};

/// The name of every token: the same on every computer, so that it says nothing about any.
const TOKEN_NAME: &str = "Gatefold";

impl Server<'_> {
    /// `POST /tokens`: exchanges e-mail and password, and the one-time code if the account wants one, for a token.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest declares no sign-in.
    pub fn sign_in(
        self,
        email: &str,
        password: &Sensitive<String>,
        one_time_code: Option<&Sensitive<String>>,
    ) -> Result<Payload, Undeclared> {
        let purpose = Purpose::SignIn;
        let email = self.vendor.declare(purpose, Item::AccountEmail, email)?;
        let password = self.vendor.declare(purpose, Item::Password, password.clone())?;
        let code = one_time_code
            .map(|code| self.vendor.declare(purpose, Item::OneTimeCode, code.clone()))
            .transpose()?;
        let authorization: Vec<Text> = vec!["Basic ".into(), Declared::basic(&email, &password).into()];
        let mut payload = self.request(purpose, Method::Post, vec!["/tokens".into()], authorization);
        let attributes = Json::object([("name", Json::text(TOKEN_NAME))]);
        payload.body = Some(body([
            ("data", Some(Json::object([("type", Json::text("tokens")), ("attributes", Some(attributes))]))),
            ("meta", code.map(|code| Json::object([("otp", Json::text(code))]))),
        ]));
        Ok(payload)
    }

    /// `GET /me`: whose the token is.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest does not declare the token for signing in.
    pub fn who_signed_in(self, token: &Token) -> Result<Payload, Undeclared> {
        let authorization = self.bearer(Purpose::SignIn, token)?;
        Ok(self.request(Purpose::SignIn, Method::Get, vec!["/me".into()], authorization))
    }

    /// `DELETE /tokens/{id}`: revokes the token.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest declares no signing out.
    pub fn sign_out(self, token: &Token, token_id: impl Into<Id>) -> Result<Payload, Undeclared> {
        let purpose = Purpose::SignOut;
        let id = self.id(purpose, Item::TokenId, token_id.into())?;
        let authorization = self.bearer(purpose, token)?;
        Ok(self.request(purpose, Method::Delete, vec!["/tokens/".into(), id], authorization))
    }

    /// `GET /licenses`: one page of what the account owns.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest declares no library.
    pub fn list_licenses(self, token: &Token, page: Page) -> Result<Payload, Undeclared> {
        let purpose = Purpose::Library;
        let authorization = self.bearer(purpose, token)?;
        let path = [&["/licenses?".into()], &page.query()[..]].concat();
        Ok(self.request(purpose, Method::Get, path, authorization))
    }
}
