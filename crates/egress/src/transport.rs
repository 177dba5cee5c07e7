//! One request, one connection, one answer of bounded size and time. It refuses to send anything but the sealed bytes.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use gatefold_disclosure::{Method, Sealed};
use gatefold_ledger::NetworkFacts;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use rustls::ClientConfig;
use tokio::time::Instant;

use crate::error::{SendError, WhyUnreached};
use crate::gate::Network;
use crate::observed::Observed;
use crate::proxy::ProxyUrl;
use crate::route::{OneAddress, Route};

/// How long one address of several may take; the last one has all the time that is left.
const ONE_OF_MANY: Duration = Duration::from_secs(3);

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
    /// Every address that a connection was made to, or attempted, in that order; the bytes went to the last, if they went.
    pub(crate) peers: Vec<SocketAddr>,
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
    let limit = Duration::from_secs(network.total_timeout_secs);
    let outcome = tokio::time::timeout(limit, run(sealed, network, trace, &observed)).await;
    trace.network.tls_version = observed.tls_version();
    outcome.unwrap_or(Err(SendError::TimedOut))
}

async fn run(
    sealed: &Sealed,
    network: &Network,
    trace: &mut Trace,
    observed: &Observed,
) -> Result<Received, SendError> {
    let host = sealed.origin().host();
    let mut response = connect(sealed, network, trace, observed).await?;
    trace.status = Some(response.status().as_u16());
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
        .collect();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| classify(&error, host, observed))? {
        if body.len() + chunk.len() > gatefold_keygen::MAX_BODY_BYTES {
            return Err(SendError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Received { status: response.status().as_u16(), headers, body })
}

/// Tries one address after the other until a connection stands, and sends over that one. Nothing of the request has left
/// when the next one is tried.
async fn connect(
    sealed: &Sealed,
    network: &Network,
    trace: &mut Trace,
    observed: &Observed,
) -> Result<reqwest::Response, SendError> {
    let ends = Instant::now() + Duration::from_secs(network.connect_timeout_secs);
    let origin = sealed.origin();
    let proxy = network.proxy.as_ref().filter(|_| origin.is_tls() && !origin.is_loopback());
    trace.network.proxy = proxy.map(ToString::to_string);
    let (host, port) = match proxy {
        Some(proxy) => proxy.host_and_port().ok_or(SendError::Unusable)?,
        None => (origin.host(), origin.port()),
    };
    let tls = if origin.is_tls() { Some(observed.tls()?) } else { None };
    let route = Route::to(host, port);
    // The question itself is seen by whoever answers it.
    trace.network.name_looked_up = route.name().map(str::to_owned);
    let addresses = tokio::time::timeout_at(ends, route.addresses()).await.unwrap_or_default();
    for (at, address) in addresses.iter().enumerate() {
        let left = ends.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        let is_last = at + 1 == addresses.len();
        let client =
            client(tls.clone(), proxy, *address, if is_last { left } else { left.min(ONE_OF_MANY) })?;
        let request = request(sealed, &client)?;
        trace.peers.push(*address);
        match client.execute(request).await {
            Err(error) if !is_last && is_without_connection(&error, observed) => {}
            Err(error) => return Err(classify(&error, host, observed)),
            Ok(response) => return Ok(response),
        }
    }
    let why = if addresses.is_empty() { WhyUnreached::NoAddress } else { WhyUnreached::Silent };
    Err(SendError::Unreachable { host: host.to_owned(), why })
}

fn client(
    tls: Option<ClientConfig>,
    proxy: Option<&ProxyUrl>,
    address: SocketAddr,
    connect_timeout: Duration,
) -> Result<reqwest::Client, SendError> {
    let mut builder = reqwest::Client::builder()
        .http1_only()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .pool_max_idle_per_host(0)
        .connect_timeout(connect_timeout)
        .dns_resolver(OneAddress(address));
    if let Some(tls) = tls {
        builder = builder.tls_backend_preconfigured(tls).https_only(true);
    } else {
        // Never asked for a certificate, but the library wants a store; an empty one is the cheapest.
        builder = builder.tls_certs_only([]);
    }
    if let Some(proxy) = proxy {
        let proxy = reqwest::Proxy::https(proxy.to_string()).map_err(|_| SendError::Unusable)?;
        builder = builder.proxy(proxy);
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
fn classify(error: &reqwest::Error, host: &str, observed: &Observed) -> SendError {
    if let Some(reason) = observed.refused() {
        return SendError::CertificateRefused(reason);
    }
    if error.is_connect() {
        return match in_handshake(error) {
            true => SendError::HandshakeFailed,
            false => SendError::Unreachable { host: host.to_owned(), why: why_unreached(error) },
        };
    }
    if error.is_timeout() {
        return SendError::TimedOut;
    }
    if is_not_http(error) { SendError::NotHttp } else { SendError::CutOff }
}

fn why_unreached(error: &reqwest::Error) -> WhyUnreached {
    let is_refused = |cause: &io::Error| cause.kind() == io::ErrorKind::ConnectionRefused;
    match causes(error).filter_map(|cause| cause.downcast_ref()).any(is_refused) {
        true => WhyUnreached::Refused,
        false if error.is_timeout() => WhyUnreached::Silent,
        false => WhyUnreached::NoConnection,
    }
}

/// Whether no connection stood, so that another address may still be tried. A server that breaks off a handshake, or whose
/// certificate is refused, has answered; and so has a proxy that says no.
fn is_without_connection(error: &reqwest::Error, observed: &Observed) -> bool {
    matches!(classify(error, "", observed), SendError::Unreachable { .. })
        && (error.is_timeout() || causes(error).any(|cause| cause.is::<io::Error>()))
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
