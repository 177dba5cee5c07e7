//! One request, one connection, one answer of bounded size and time. It refuses to send anything but the sealed bytes.

use std::error::Error;
use std::io;
use std::time::Duration;

use gatefold_disclosure::{Method, Sealed};
use gatefold_ledger::NetworkFacts;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::error::SendError;
use crate::gate::Network;
use crate::observed::Observed;

/// What came back.
pub(crate) struct Received {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// Head and body, in bytes, as near as the parsed head tells.
    pub(crate) fn len_bytes(&self) -> u64 {
        let head: usize = self.headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
        (head + self.body.len()) as u64
    }
}

/// What is known of an exchange, however it ended.
#[derive(Default)]
pub(crate) struct Trace {
    pub(crate) peer: Option<String>,
    pub(crate) network: NetworkFacts,
    /// The status line arrived, whatever happened to the rest.
    pub(crate) status: Option<u16>,
}

/// Sends the sealed bytes. A client of its own for each request: nothing is shared between two of them.
pub(crate) async fn exchange(
    sealed: &Sealed,
    network: &Network,
    trace: &mut Trace,
) -> Result<Received, SendError> {
    let observed = Observed::default();
    let proxy = network.proxy.as_ref().filter(|_| sealed.origin().is_tls() && !sealed.origin().is_loopback());
    trace.network.proxy = proxy.map(ToString::to_string);
    let outcome = async {
        let client = client(sealed, network, &observed)?;
        let request = request(sealed, &client)?;
        let mut response = client.execute(request).await.map_err(|error| classify(&error, &observed))?;
        trace.status = Some(response.status().as_u16());
        trace.peer = response.remote_addr().map(|address| address.to_string());
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
            .collect();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| classify(&error, &observed))? {
            if body.len() + chunk.len() > gatefold_keygen::MAX_BODY_BYTES {
                return Err(SendError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Received { status: response.status().as_u16(), headers, body })
    };
    let outcome = tokio::time::timeout(Duration::from_secs(network.total_timeout_secs), outcome).await;
    let outcome = outcome.unwrap_or(Err(SendError::TimedOut));

    trace.network.tls_version = observed.tls_version();
    if let Some((name, addresses)) = observed.lookup() {
        trace.network.name_looked_up = Some(name);
        if trace.peer.is_none() {
            trace.peer = addresses_tried(&addresses, sealed.origin().port());
        }
    } else if trace.peer.is_none() && proxy.is_none() {
        trace.peer = sealed.origin().literal_address().map(|_| literal(sealed));
    }
    outcome
}

fn literal(sealed: &Sealed) -> String {
    format!("{}:{}", sealed.origin().host(), sealed.origin().port())
}

fn addresses_tried(addresses: &[std::net::SocketAddr], port: u16) -> Option<String> {
    let tried: Vec<String> =
        addresses.iter().map(|address| std::net::SocketAddr::new(address.ip(), port).to_string()).collect();
    (!tried.is_empty()).then(|| tried.join(" "))
}

fn client(sealed: &Sealed, network: &Network, observed: &Observed) -> Result<reqwest::Client, SendError> {
    let mut builder = reqwest::Client::builder()
        .http1_only()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .pool_max_idle_per_host(0)
        .connect_timeout(Duration::from_secs(network.connect_timeout_secs))
        .dns_resolver(observed.clone());
    if sealed.origin().is_tls() {
        builder = builder.tls_backend_preconfigured(observed.tls()?).https_only(true);
        if let Some(proxy) = network.proxy.as_ref().filter(|_| !sealed.origin().is_loopback()) {
            let proxy = reqwest::Proxy::https(proxy.to_string()).map_err(|_| SendError::Unusable)?;
            builder = builder.proxy(proxy);
        }
    } else {
        // Never asked for a certificate, but the library wants a store; an empty one is the cheapest.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|_| SendError::Unusable)
}

fn request(sealed: &Sealed, client: &reqwest::Client) -> Result<reqwest::Request, SendError> {
    // The gate's own place: these bytes go to the socket.
    let target = std::str::from_utf8(sealed.expose_target()).map_err(|_| SendError::Altered)?;
    let url = reqwest::Url::parse(&format!("{}{target}", sealed.origin())).map_err(|_| SendError::Altered)?;
    // What the library makes of the target must be the target.
    let path_len = url.path().len();
    let same_query = url.query() == target.get(path_len..).and_then(|rest| rest.strip_prefix('?'));
    if !target.starts_with(url.path()) || !same_query || url.fragment().is_some() {
        return Err(SendError::Altered);
    }
    let mut headers = HeaderMap::new();
    for (name, value) in sealed.expose_headers() {
        let mut value = HeaderValue::from_bytes(value).map_err(|_| SendError::Altered)?;
        value.set_sensitive(name == "authorization");
        headers.append(HeaderName::from_static(name), value);
    }
    let method = match sealed.method() {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    };
    let mut request = client.request(method, url).headers(headers);
    // The body as the sealed request has it.
    if !sealed.expose_body().is_empty() {
        request = request.body(sealed.expose_body().to_vec());
    }
    request.build().map_err(|_| SendError::Altered)
}

/// What a library's error means for the user. Order matters: the earlier stage decides.
fn classify(error: &reqwest::Error, observed: &Observed) -> SendError {
    if let Some(reason) = observed.refused() {
        return SendError::CertificateRefused(reason);
    }
    if error.is_connect() {
        return if in_handshake(error) { SendError::HandshakeFailed } else { SendError::Unreachable };
    }
    if error.is_timeout() {
        return SendError::TimedOut;
    }
    if is_not_http(error) { SendError::NotHttp } else { SendError::CutOff }
}

/// A TLS error, or a connection that ended while one was being made, somewhere in the chain of causes.
fn in_handshake(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| {
        let ended = cause.downcast_ref::<io::Error>().is_some_and(|io| {
            matches!(
                io.kind(),
                io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::InvalidData
            )
        });
        ended || cause.is::<rustls::Error>()
    })
}

fn is_not_http(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| {
        // The HTTP library keeps its error type to itself; its parse errors say so.
        let text = cause.to_string();
        text.starts_with("invalid HTTP") || text.contains("message head is too large")
    })
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| {
        // An I/O error hides what it wraps from `source`.
        match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => cause.source(),
        }
    })
}
