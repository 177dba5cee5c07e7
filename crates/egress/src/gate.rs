//! The one way out. Sending is a task of its own that owns the ticket: who waits for it may go away, the entry gets
//! its outcome all the same.

use std::sync::Arc;

use gatefold_disclosure::vendor::Origin;
use gatefold_disclosure::{Method, Sealed};
use gatefold_keygen::{Answer, ErrorDocument, Exchange, SERVER_CODES, refused_word};
use gatefold_ledger::{LedgerError, Outcome, OutcomeClass, Recorded};
use gatefold_license::Issuer;

use crate::error::SendError;
use crate::held::exchange_while_agreed;
use crate::proxy::ProxyUrl;
use crate::transport::{Received, Trace, exchange};

/// Who notes outcomes, and knows who else has a say: the ledger behind a lock, with clock, salt and anchor.
pub trait Clerk: Send + Sync {
    /// Notes what became of an entry and lets its ticket go.
    ///
    /// # Errors
    /// The ledger's own; the entry then reads unknown at the next start.
    fn conclude(&self, recorded: Recorded, outcome: Outcome) -> Result<(), LedgerError>;

    /// Why what leaves by consent alone must be broken off, where somebody says so who writes nothing in the ledger. Asked again and again
    /// while it is sent.
    fn forbids(&self, sealed: &Sealed) -> Option<SendError>;
}

/// How the network is used.
#[derive(Clone, Debug)]
pub struct Network {
    /// A proxy, if the user set one. Never used for a loopback address.
    pub proxy: Option<ProxyUrl>,
    /// How long a connection may take to stand, in seconds.
    pub connect_timeout_secs: u64,
    /// How long the whole exchange may take, in seconds.
    pub total_timeout_secs: u64,
}

impl Default for Network {
    fn default() -> Self {
        Self { proxy: None, connect_timeout_secs: 10, total_timeout_secs: total_timeout_secs() }
    }
}

/// Test builds can shorten the wait; release builds lack that.
fn total_timeout_secs() -> u64 {
    #[cfg(feature = "test-hooks")]
    if let Some(set) = std::env::var("GATEFOLD_TEST_TIMEOUT_SECS").ok().and_then(|text| text.parse().ok()) {
        return set;
    }
    30
}

/// The gate. Cloning it is cheap; it holds no connection.
#[derive(Clone)]
pub struct Gate {
    network: Network,
    clerk: Arc<dyn Clerk>,
}

impl Gate {
    /// A gate whose outcomes `clerk` notes.
    pub fn new(network: Network, clerk: Arc<dyn Clerk>) -> Self {
        Self { network, clerk }
    }

    /// Sends what the ledger has on disk and judges the answer's signature by the issuer's key and days.
    ///
    /// Runs on the current tokio runtime as a task of its own; dropping the returned future stops nothing.
    ///
    /// # Errors
    /// [`SendError`]; the entry says the same.
    pub async fn send(&self, recorded: Recorded, issuer: &Issuer) -> Result<Answer, SendError> {
        let (network, clerk, issuer) = (self.network.clone(), Arc::clone(&self.clerk), issuer.clone());
        let task = tokio::spawn(async move {
            fail::fail_point!("egress.before-send");
            let mut recorded = recorded;
            let (received, trace) = match recorded.take_hold() {
                Some(hold) => {
                    let (sealed, clerk) = (recorded.sealed().clone(), Arc::clone(&clerk));
                    exchange_while_agreed(sealed, network, hold, clerk).await
                }
                None => {
                    let mut trace = Trace::default();
                    let received = exchange(recorded.sealed(), &network, &mut trace).await;
                    (received, trace)
                }
            };
            fail::fail_point!("egress.after-answer");
            let outcome = outcome(&received, trace);
            // Nothing in the outcome depends on whose words the answer is, so that is found out while the disk is waited for.
            let asked = Asked::of(recorded.sealed());
            let judging = received
                .map(|received| tokio::task::spawn_blocking(move || judge(received, &asked, &issuer)));
            tracing::info!(
                name: "egress.answered",
                status = gatefold_disclosure::log::public(outcome.status.unwrap_or(0)),
                class = gatefold_disclosure::log::public(outcome.class)
            );
            // On this very thread, as the append before it: from the answer to its outcome nothing lets go in between.
            clerk.conclude(recorded, outcome).map_err(|_| SendError::NotNoted)?;
            judging?.await.map_err(|_| SendError::NotNoted)?
        });
        task.await.unwrap_or(Err(SendError::NotNoted))
    }
}

/// What of a request its answer's signature covers.
struct Asked {
    method: Method,
    origin: Origin,
    target: Vec<u8>,
}

impl Asked {
    fn of(sealed: &Sealed) -> Self {
        // It holds ids, never a secret, and goes no farther than the signature's check.
        let target = sealed.expose_target().to_vec();
        Self { method: sealed.method(), origin: sealed.origin().clone(), target }
    }
}

fn judge(received: Received, asked: &Asked, issuer: &Issuer) -> Result<Answer, SendError> {
    let headers: Vec<(&str, &[u8])> =
        received.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
    let target = std::str::from_utf8(&asked.target).map_err(|_| SendError::Altered)?;
    let exchange = Exchange {
        method: asked.method,
        origin: &asked.origin,
        target,
        status: received.status,
        headers: &headers,
    };
    Ok(Answer::judge(issuer, exchange, received.body))
}

fn outcome(received: &Result<Received, SendError>, trace: Trace) -> Outcome {
    // Half an answer is none: its signature cannot be checked, so it is not known whether the server acted.
    let class = match received {
        Ok(_) => OutcomeClass::Answered,
        Err(error) if error.is_before_sending() => OutcomeClass::NotSent,
        // Taken back or locked before anybody was tried.
        Err(SendError::Withdrawn | SendError::Locked) if trace.peers.is_empty() => OutcomeClass::NotSent,
        Err(_) => OutcomeClass::Unknown,
    };
    let code = match received {
        Ok(received) => server_code(received),
        Err(error) => Some(error.code().to_owned()),
    };
    Outcome {
        class,
        peer: trace.peers.last().map(ToString::to_string),
        peers: trace.peers.iter().map(ToString::to_string).collect(),
        network: Some(trace.network),
        status: trace.status,
        code,
        response_len_bytes: received.as_ref().ok().map(Received::len_bytes),
    }
}

/// The server's first error code, or its word for a license that it calls not good, if it is one of the protocol's. For the record: nothing is decided by it. Any other text
/// stays out: an answer could echo the password or the key that was sent.
fn server_code(received: &Received) -> Option<String> {
    if received.status < 400 {
        return refused_word(&received.body).map(str::to_owned);
    }
    let document: ErrorDocument = serde_json::from_slice(&received.body).ok()?;
    let code = document.errors.into_iter().find_map(|error| error.code)?;
    SERVER_CODES.contains(&code.as_str()).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_code_is_kept_only_if_the_protocol_has_it() {
        fn check(status: u16, code: &str, expect: Option<&str>) {
            let body = format!(r#"{{"errors":[{{"code":"{code}"}}]}}"#).into_bytes();
            let received = Received { status, headers: Vec::new(), body };
            assert_eq!(server_code(&received).as_deref(), expect, "{status} {code}");
        }
        check(422, "MACHINE_LIMIT_EXCEEDED", Some("MACHINE_LIMIT_EXCEEDED"));
        check(200, "MACHINE_LIMIT_EXCEEDED", None);
        let verdict = |meta: &str, expect: Option<&str>| {
            let body = format!(r#"{{"data":null,"meta":{meta}}}"#).into_bytes();
            let received = Received { status: 200, headers: Vec::new(), body };
            assert_eq!(server_code(&received).as_deref(), expect, "{meta}");
        };
        verdict(r#"{"valid":false,"code":"SUSPENDED"}"#, Some("SUSPENDED"));
        verdict(r#"{"valid":true,"code":"VALID"}"#, None);
        // Only a seat is missing, which comes next.
        verdict(r#"{"valid":false,"code":"NO_MACHINE"}"#, None);
        verdict(r#"{"valid":false,"code":"HUNTER2SECRET"}"#, None);
        // An answer that says the password, or the key, in the place of a code.
        check(401, "HUNTER2SECRET", None);
        check(401, "SLEEVE_DEM0_FREE_FREE", None);
    }
}
