//! The sockets: a loopback listener, HTTP/1.1 by axum, recorded if asked for. It refuses every other address.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{Response as HttpResponse, StatusCode};
use axum::{Router, serve};
use tokio::net::{TcpListener, TcpStream};

use crate::api::Sandbox;
use crate::error::SandboxError;
use crate::record::{Recorder, Tap};
use crate::request::Request;

/// A larger body is refused.
const MAX_BODY_BYTES: usize = 4 * 1024 * 1024;

/// How long connections may finish after the sandbox was told to end.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Listens on a loopback address.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, SandboxError> {
    if !address.ip().is_loopback() {
        return Err(SandboxError::NotLoopback(address));
    }
    TcpListener::bind(address).await.map_err(|cause| SandboxError::Listen { address, cause })
}

/// Answers until `stop` is ready, then ends within a second.
pub(crate) async fn run(
    sandbox: Arc<Sandbox>,
    listener: TcpListener,
    recorder: Option<Recorder>,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    let router = Router::new().fallback(answer).with_state(sandbox);
    let (told, telling) = tokio::sync::oneshot::channel::<Infallible>();
    let stopping = async move {
        stop.await;
        drop(told);
    };
    let serving = serve(Taps { listener, recorder }, router).with_graceful_shutdown(stopping);
    let overdue = async {
        let _ = telling.await;
        tokio::time::sleep(LAST_WORDS).await;
    };
    tokio::select! {
        // axum's own loop does not fail.
        _ = serving => {}
        () = overdue => {}
    }
}

async fn answer(State(sandbox): State<Arc<Sandbox>>, request: axum::extract::Request) -> HttpResponse<Body> {
    let (head, body) = request.into_parts();
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else { return plain(StatusCode::PAYLOAD_TOO_LARGE) };
    let headers = head.headers.iter();
    let headers =
        headers.map(|(name, value)| (name.as_str().into(), String::from_utf8_lossy(value.as_bytes()).into()));
    let request = Request {
        method: head.method.as_str().into(),
        target,
        headers: headers.collect(),
        body: body.into(),
    };
    let response = sandbox.answer(&request);
    let mut builder = HttpResponse::builder().status(response.status);
    for (name, value) in response.headers {
        builder = builder.header(name, value);
    }
    builder.body(response.body.into()).unwrap_or_else(|_| plain(StatusCode::INTERNAL_SERVER_ERROR))
}

fn plain(status: StatusCode) -> HttpResponse<Body> {
    let mut response = HttpResponse::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Accepts connections and taps them.
struct Taps {
    listener: TcpListener,
    recorder: Option<Recorder>,
}

impl serve::Listener for Taps {
    type Io = Tap<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = serve::Listener::accept(&mut self.listener).await;
        // An answer is one small write; waiting for more costs 40 ms on loopback.
        let _ = stream.set_nodelay(true);
        (Tap::new(stream, self.recorder.clone()), address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}
