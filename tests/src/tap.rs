//! A tap on the wire: stands between client and sandbox, keeps the raw bytes of both directions, and can do what bad
//! networks and bad servers do. One request a connection, as the client makes them.

use std::fmt;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use rustix::net::sockopt::set_socket_linger;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::http::read_message;

/// What happens to an exchange.
#[derive(Clone, Debug, Default)]
pub enum Fault {
    /// Nothing: the bytes go through.
    #[default]
    None,
    /// The connection is closed after this many bytes of the request were read; the server sees nothing.
    CutRequest(usize),
    /// The server gets the request, the client this many bytes of the answer, then the connection is closed.
    CutAnswer(usize),
    /// The server gets the request, the client nothing; the connection is closed.
    LoseAnswer,
    /// The server gets the request, the client this many bytes of the answer, then the connection is reset.
    Reset(usize),
    /// The server gets the request twice; the answer to the second, if so, or to the first goes to the client.
    Twice(Second),
    /// The connection is closed, and the server gets the request after the next one, or when the tap is told to give it.
    Late,
    /// The connection is closed, for whoever waits once it is let go; the server gets the request when somebody gives it.
    Keep(Option<Hold>),
    /// The answer comes in pieces of this many bytes, with pauses.
    Pieces(usize),
    /// The server is asked, and its answer is kept back until it is let go.
    Hold(Hold),
    /// The server is not asked; these bytes come back.
    Answer(Vec<u8>),
    /// The server is asked, and its answer changed by this function.
    Change(fn(Vec<u8>) -> Vec<u8>),
    /// The server is not asked; what this makes of the request comes back.
    Reply(Reply),
    /// The server is asked, and what this makes of the request comes back instead of its answer.
    Instead(Reply),
    /// The server is not asked, and nothing comes back until the client goes away.
    Silence,
    /// These bytes come back again and again, until the client goes away or 64 MiB were sent.
    Endless(Vec<u8>, Vec<u8>),
    /// A head, then a byte each 100 ms, for at most 60 s.
    Drip(Vec<u8>),
    /// The connection is closed at once, before TLS.
    Hang,
}

/// Whether the answer to the second of two equal requests is the one that arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Second(pub bool);

/// Keeps an answer back, so that a test decides what happens while a request is out.
#[derive(Clone, Debug, Default)]
pub struct Hold(Arc<(Mutex<Held>, Condvar)>);

#[derive(Debug, Default)]
struct Held {
    asked: bool,
    let_go: bool,
}

impl Hold {
    /// Waits until the server has answered and the client has not been told.
    pub fn until_asked(&self) {
        self.until(|held| held.asked);
    }

    /// Whether the server has answered and the client has not been told.
    pub fn is_asked(&self) -> bool {
        self.0.0.lock().unwrap().asked
    }

    /// Lets the answer go.
    pub fn let_go(&self) {
        self.set(|held| held.let_go = true);
    }

    fn set(&self, change: impl FnOnce(&mut Held)) {
        change(&mut self.0.0.lock().unwrap());
        self.0.1.notify_all();
    }

    fn until(&self, happened: impl Fn(&Held) -> bool) {
        let waited = Duration::from_secs(60);
        let held = self.0.0.lock().unwrap();
        let (held, _) = self.0.1.wait_timeout_while(held, waited, |held| !happened(held)).unwrap();
        assert!(happened(&held), "it never came to that: {held:?}");
    }
}

/// Makes an answer of a request.
#[derive(Clone)]
pub struct Reply(Arc<Answering>);

type Answering = dyn Fn(&[u8]) -> Vec<u8> + Send + Sync;

impl Fault {
    /// [`Fault::Instead`] by a function.
    pub fn instead(answer: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::Instead(Reply(Arc::new(answer)))
    }

    /// [`Fault::Reply`] by a function.
    pub fn reply(answer: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::Reply(Reply(Arc::new(answer)))
    }
}

impl Reply {
    /// What it answers to a request.
    pub fn to(&self, request: &[u8]) -> Vec<u8> {
        (self.0)(request)
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reply")
    }
}

/// The raw bytes of one exchange; over TLS, the plaintext.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    /// What the client sent.
    pub request: Vec<u8>,
    /// What the client was sent back.
    pub answer: Vec<u8>,
}

/// A listening tap. It listens until the test ends.
#[derive(Clone)]
pub struct Tap {
    address: SocketAddr,
    tls: bool,
    server: Arc<Mutex<Option<String>>>,
    closed: Arc<AtomicBool>,
    faults: Arc<Mutex<Vec<Fault>>>,
    seen: Arc<Mutex<Vec<Exchange>>>,
    /// Requests that the server has yet to get.
    late: Arc<Mutex<Vec<Vec<u8>>>>,
    /// Requests that are kept from it until somebody gives them.
    kept: Arc<Mutex<Vec<Vec<u8>>>>,
    /// How many exchanges are not over.
    busy: Arc<AtomicUsize>,
}

/// An exchange that is under way.
struct Busy(Arc<AtomicUsize>);

impl Busy {
    fn with(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(count))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Tap {
    /// A tap that speaks plain HTTP.
    pub fn plain() -> Self {
        Self::listen(None)
    }

    /// A tap that speaks TLS to the client; towards the sandbox it is plain.
    pub fn tls(config: Arc<ServerConfig>) -> Self {
        Self::listen(Some(config))
    }

    fn listen(config: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let tap = Self {
            address: listener.local_addr().unwrap(),
            tls: config.is_some(),
            server: Arc::default(),
            closed: Arc::default(),
            faults: Arc::default(),
            seen: Arc::default(),
            late: Arc::default(),
            kept: Arc::default(),
            busy: Arc::default(),
        };
        tap.clone().take_from(listener, config);
        tap
    }

    /// Serves whoever comes to this listener, until it is closed.
    fn take_from(self, listener: TcpListener, config: Option<Arc<ServerConfig>>) {
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if self.closed.load(Ordering::Relaxed) {
                    break;
                }
                let (tap, config) = (self.clone(), config.clone());
                let busy = Busy::with(&tap.busy);
                thread::spawn(move || {
                    tap.serve(client, config);
                    drop(busy);
                });
            }
        });
    }

    /// Its address as the vendor file should name it (the sandbox's `--public-url`).
    pub fn url(&self) -> String {
        if self.tls {
            format!("https://localhost:{}", self.address.port())
        } else {
            format!("http://{}", self.address)
        }
    }

    /// Where requests go from here: the sandbox's `127.0.0.1:PORT`.
    pub fn forward_to(&self, address: &str) {
        *self.server.lock().unwrap() = Some(address.to_owned());
    }

    /// Nobody listens any more, as without a network.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        // It notices at the next connection, of which it reads nothing.
        while TcpStream::connect(self.address).is_ok() {
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// One that spoke plain HTTP and was closed listens again, at the same address.
    pub fn open(&self) {
        let listener = TcpListener::bind(self.address).unwrap();
        self.closed.store(false, Ordering::Relaxed);
        self.clone().take_from(listener, None);
    }

    /// What happens to the next exchanges, one each; afterwards all go through.
    pub fn faults(&self, faults: impl IntoIterator<Item = Fault>) {
        let mut faults: Vec<Fault> = faults.into_iter().collect();
        faults.reverse();
        *self.faults.lock().unwrap() = faults;
    }

    /// Every exchange so far.
    pub fn seen(&self) -> Vec<Exchange> {
        self.seen.lock().unwrap().clone()
    }

    /// How many of the faults that were set have not come up yet.
    pub fn faults_left(&self) -> usize {
        self.faults.lock().unwrap().len()
    }

    /// Every exchange since this was asked last.
    pub fn take_seen(&self) -> Vec<Exchange> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }

    /// Waits until no exchange is under way, also none whose client has gone.
    pub fn until_idle(&self) {
        // Connections are taken one after the other: where this one was, those before it were, too.
        let mut last = TcpStream::connect(self.address).unwrap();
        let _ = last.shutdown(Shutdown::Write);
        let _ = last.read(&mut [0]);
        while self.busy.load(Ordering::SeqCst) > 0 {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Gives the server what it has yet to get; nobody waits for the answers any more.
    pub fn give_late(&self) {
        let late = std::mem::take(&mut *self.late.lock().unwrap());
        for request in late {
            self.ask(&request);
        }
    }

    /// The requests that were kept from the server since this was asked last.
    pub fn take_kept(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.kept.lock().unwrap())
    }

    /// Gives the server a request that was kept; its answer.
    pub fn give(&self, request: &[u8]) -> Vec<u8> {
        self.ask(request)
    }

    fn serve(&self, client: TcpStream, config: Option<Arc<ServerConfig>>) {
        let fault = self.faults.lock().unwrap().pop().unwrap_or_default();
        if matches!(fault, Fault::Hang) {
            let _ = client.shutdown(Shutdown::Both);
            return;
        }
        let _ = client.set_read_timeout(Some(Duration::from_secs(20)));
        let closer = client.try_clone().unwrap();
        let resets = matches!(fault, Fault::Reset(_));
        match config {
            None => self.exchange(client, fault),
            Some(config) => {
                let connection = ServerConnection::new(config).unwrap();
                self.exchange(StreamOwned::new(connection, client), fault);
            }
        }
        if resets {
            // Closed so, it says no goodbye.
            let _ = set_socket_linger(&closer, Some(Duration::ZERO));
        } else {
            let _ = closer.shutdown(Shutdown::Both);
        }
    }

    fn exchange(&self, mut client: impl Read + Write, fault: Fault) {
        let limit = if let Fault::CutRequest(limit) = fault { limit } else { usize::MAX };
        let request = read_message(&mut client, limit);
        if request.is_empty() {
            return;
        }
        let index = {
            let mut seen = self.seen.lock().unwrap();
            seen.push(Exchange { request: request.clone(), answer: Vec::new() });
            seen.len() - 1
        };
        let mut answer = match &fault {
            Fault::CutRequest(_) => return,
            Fault::Late => return self.late.lock().unwrap().push(request),
            Fault::Keep(hold) => {
                self.kept.lock().unwrap().push(request);
                if let Some(hold) = hold {
                    hold.set(|held| held.asked = true);
                    hold.until(|held| held.let_go);
                }
                return;
            }
            Fault::Silence => {
                let _ = client.read(&mut [0]);
                return;
            }
            Fault::Reply(reply) => reply.to(&request),
            Fault::Instead(reply) => {
                self.ask(&request);
                reply.to(&request)
            }
            Fault::Answer(answer) => answer.clone(),
            Fault::Twice(Second(second)) => {
                let answers = [self.ask(&request), self.ask(&request)];
                answers[usize::from(*second)].clone()
            }
            Fault::Endless(head, _) | Fault::Drip(head) => head.clone(),
            _ => self.ask(&request),
        };
        self.give_late();
        match fault {
            Fault::CutAnswer(len) | Fault::Reset(len) => answer.truncate(len),
            Fault::LoseAnswer => answer.clear(),
            Fault::Change(change) => answer = change(answer),
            _ => {}
        }
        self.seen.lock().unwrap()[index].answer.clone_from(&answer);
        if let Fault::Hold(hold) = &fault {
            hold.set(|held| held.asked = true);
            hold.until(|held| held.let_go);
        }
        let piece = if let Fault::Pieces(len) = fault { len } else { usize::MAX };
        let mut pieces = answer.chunks(piece.min(answer.len().max(1)));
        let mut open = pieces.all(|piece| {
            if piece.len() < answer.len() {
                thread::sleep(Duration::from_millis(3));
            }
            client.write_all(piece).and_then(|()| client.flush()).is_ok()
        });
        let (chunk, pause, times) = match fault {
            Fault::Endless(_, chunk) => {
                let times = 64 * 1024 * 1024 / chunk.len().max(1);
                (chunk, Duration::ZERO, times)
            }
            Fault::Drip(_) => (b"x".to_vec(), Duration::from_millis(100), 600),
            _ => return,
        };
        for _ in 0..times {
            if !open {
                break;
            }
            thread::sleep(pause);
            open = client.write_all(&chunk).and_then(|()| client.flush()).is_ok();
        }
    }

    fn ask(&self, request: &[u8]) -> Vec<u8> {
        let Some(address) = self.server.lock().unwrap().clone() else { return Vec::new() };
        let mut server = TcpStream::connect(address).unwrap();
        server.write_all(request).unwrap();
        read_message(&mut server, usize::MAX)
    }
}
