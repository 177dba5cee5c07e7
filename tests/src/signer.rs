//! Answers that a sandbox never gave, signed with its own key or with a stranger's (protocol reference 2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::http::Request;
use crate::sandbox::Sandbox;

/// Signs as a licensing server does.
#[derive(Clone)]
pub struct Signer {
    key: SigningKey,
    account: String,
    /// When it signs, if not now.
    at: Option<jiff::Timestamp>,
}

impl Signer {
    /// With the key that the sandbox's vendor file names.
    pub fn of(sandbox: &Sandbox) -> Self {
        let account = sandbox.ready["account_id"].as_str().unwrap().to_owned();
        Self { key: SigningKey::from_bytes(&sandbox.server_seed()), account, at: None }
    }

    /// With a key that no vendor file names, for the same account.
    #[must_use]
    pub fn stranger(&self) -> Self {
        Self { key: SigningKey::from_bytes(&[7; 32]), ..self.clone() }
    }

    /// With the server's clock at this time.
    #[must_use]
    pub fn at(&self, at: jiff::Timestamp) -> Self {
        Self { at: Some(at), ..self.clone() }
    }

    /// The signature of a license file's `enc` (protocol reference 6.2), in base64.
    pub fn signature(&self, signed: &str) -> String {
        STANDARD.encode(self.key.sign(signed.as_bytes()).to_bytes())
    }

    /// An answer to this request, signed now.
    pub fn answer(&self, request: &Request, status: u16, body: &Value) -> Vec<u8> {
        let body = body.to_string();
        let date = self.at.unwrap_or_else(jiff::Timestamp::now).strftime("%a, %d %b %Y %H:%M:%S GMT");
        let digest = format!("sha-256={}", STANDARD.encode(Sha256::digest(&body)));
        let (method, target) = (request.method.to_lowercase(), &request.target);
        let host = request.host.rsplit_once(':').map_or(request.host.as_str(), |(host, _)| host);
        let lines =
            format!("(request-target): {method} {target}\nhost: {host}\ndate: {date}\ndigest: {digest}");
        let signature = self.signature(&lines);
        let header = format!(
            "keyid=\"{}\", algorithm=\"ed25519\", signature=\"{signature}\", \
             headers=\"(request-target) host date digest\"",
            self.account
        );
        let head = format!(
            "HTTP/1.1 {status} Whatever\r\ncontent-type: application/vnd.api+json\r\ndate: {date}\r\n\
             digest: {digest}\r\nkeygen-signature: {header}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        [head, body].concat().into_bytes()
    }
}
