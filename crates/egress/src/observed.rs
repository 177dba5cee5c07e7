//! What the network sees of one request besides its bytes and its addresses: the TLS version, a refused certificate.
//!
//! One observer a request; it changes nothing. TLS is rustls with the platform's roots; without session tickets, which
//! would let a server tell two connections to be of one computer.

use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};

use crate::error::SendError;

/// The observer of one request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Observed(Arc<Seen>);

#[derive(Debug, Default)]
struct Seen {
    /// 0 without TLS, else the minor version.
    tls_minor: AtomicU8,
    refused: OnceLock<&'static str>,
}

/// No list of trusted certificates is larger.
const MAX_ROOTS_BYTES: u64 = 64 * 1024 * 1024;

/// Whether reading it whole, as the platform's verifier does, would wait for ever or fill the memory: a pipe, a device, a
/// huge file. What is not there, or a folder, it can deal with.
fn has_no_end(roots: &Path) -> bool {
    roots.metadata().is_ok_and(|found| !found.is_dir() && (!found.is_file() || found.len() > MAX_ROOTS_BYTES))
}

impl Observed {
    pub(crate) fn tls_version(&self) -> Option<String> {
        match self.0.tls_minor.load(Ordering::Relaxed) {
            0 => None,
            minor => Some(format!("TLS 1.{minor}")),
        }
    }

    /// Why the certificate was refused, if it was.
    pub(crate) fn refused(&self) -> Option<&'static str> {
        self.0.refused.get().copied()
    }

    /// TLS 1.2 or 1.3, the platform's roots, no session tickets.
    pub(crate) fn tls(&self) -> Result<ClientConfig, SendError> {
        if std::env::var_os("SSL_CERT_FILE").is_some_and(|path| has_no_end(Path::new(&path))) {
            return Err(SendError::Unusable);
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = rustls_platform_verifier::Verifier::new(Arc::clone(&provider))
            .map_err(|_| SendError::Unusable)?;
        let watched = WatchedVerifier { inner: verifier, observed: self.clone() };
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| SendError::Unusable)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(watched))
            .with_no_client_auth();
        config.resumption = rustls::client::Resumption::disabled();
        Ok(config)
    }
}

/// The platform's verifier, overheard. It decides nothing itself.
#[derive(Debug)]
struct WatchedVerifier {
    inner: rustls_platform_verifier::Verifier,
    observed: Observed,
}

impl ServerCertVerifier for WatchedVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict =
            self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        if let Err(error) = &verdict {
            // The first reason counts; a second call cannot happen on one connection.
            let _ = self.observed.0.refused.set(reason(error));
        }
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.observed.0.tls_minor.store(2, Ordering::Relaxed);
        self.inner.verify_tls12_signature(message, cert, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.observed.0.tls_minor.store(3, Ordering::Relaxed);
        self.inner.verify_tls13_signature(message, cert, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

fn reason(error: &Error) -> &'static str {
    use CertificateError as C;
    match error {
        Error::InvalidCertificate(C::UnknownIssuer) => "its issuer is unknown to this computer",
        Error::InvalidCertificate(C::Expired | C::ExpiredContext { .. }) => "it has expired",
        Error::InvalidCertificate(C::NotValidYet | C::NotValidYetContext { .. }) => {
            "it is not valid yet; is this computer's clock right?"
        }
        Error::InvalidCertificate(C::NotValidForName | C::NotValidForNameContext { .. }) => {
            "it was made for another name"
        }
        Error::InvalidCertificate(C::Revoked) => "it was revoked",
        _ => "it cannot be verified",
    }
}
