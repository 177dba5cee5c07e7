//! Signing in: a wrong password, a second factor, and a license that its key alone does not open.

use crate::stage::Stage;

impl Stage {
    fn sign_in(&self, email: &str, password: &str) {
        self.fill("E-mail", email);
        self.fill("Password", password);
        self.press("Show what will be sent");
        self.reads("The password itself is not kept anywhere.");
        self.press("Send and sign in");
    }
}

#[test]
fn what_the_key_does_not_open_the_sign_in_does() {
    let Some(stage) = Stage::open("what_the_key_does_not_open_the_sign_in_does") else { return };
    stage.add_vendor();
    stage.plan(&stage.sandbox.key("sign_in_only"));
    stage.press("Send and activate");
    stage.is_told("keygen.not_allowed", "the vendor wants more than the key", &["Sign in at Sleeve Audio"]);
    stage.picture("sign-in-1-wanted");
    stage.press("Sign in at Sleeve Audio");
    stage.sign_in("demo@example.com", "a wrong one");
    stage.is_told("keygen.credentials", "E-mail or password is wrong", &["Forgot the password"]);
    stage.picture("sign-in-2-refused");
    stage.fill("Password", "demo-password");
    stage.press("Show what will be sent");
    stage.picture("sign-in-3-preview");
    let before = stage.sandbox.recorded().len();
    stage.press("Send and sign in");
    // Shown anew before it is sent, and nothing of it has left.
    stage.reads("The key alone does not open it; your sign-in does");
    stage.picture("sign-in-4-anew");
    let signed_in = stage.sandbox.recorded().len();
    assert!(signed_in > before);
    stage.press("Send and activate");
    stage.reads("Halo Plate is ready");
    assert_eq!(stage.cli().json(["license", "list"])["entries"][0]["standing"], "active");

    stage.press("Settings");
    stage.reads("Signed in as demo@example.com");
    stage.press("Sign out of Sleeve Audio");
    stage.press("Send and sign out");
    stage.reads("You are signed out.");
}

#[test]
fn a_second_factor_is_asked_for() {
    let Some(stage) = Stage::open("a_second_factor_is_asked_for") else { return };
    stage.add_vendor();
    stage.press("Settings");
    stage.press("Sign in at Sleeve Audio");
    stage.sign_in("two-factor@example.com", "demo-password");
    stage.is_told("keygen.otp_required", "asks for a one-time code", &[]);
    stage.fill("One-time code", "000000");
    stage.press("Show what will be sent");
    stage.press("Send and sign in");
    stage.is_told("keygen.otp_invalid", "wrong, too old or already used", &[]);
    stage.picture("sign-in-5-code");
}
