//! What stands before the vendor's collector and listens where the vendor file says: it notes what arrives at its socket, and when that was
//! after the record of the withdrawal. It reads whatever is there at once, so what arrives after a look was sent after it.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use rustix::net::sockopt::set_socket_linger;

/// Between two looks.
const LOOK: Duration = Duration::from_micros(300);
/// For what the system has taken and not handed over yet.
const ON_ITS_WAY: Duration = Duration::from_millis(3);

/// What it does with uploads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Takes,
    /// The answer comes after so many milliseconds.
    Delays(u64),
    /// It takes it and says nothing.
    Never,
    /// The connection is closed, and the collector gets it when everything else is over.
    Late,
    /// The connection is closed before anything is read.
    Hangs,
    /// It takes it, and closes the connection.
    Loses,
    /// It takes it, and resets the connection.
    Resets,
    /// It takes it; the answer breaks off after so many bytes.
    Cuts(usize),
    Garbage,
    /// It takes nothing and says so.
    Says(&'static str),
    /// It takes some of it.
    Partly,
}

impl Manner {
    pub(crate) const ALL: [Self; 15] = [
        Self::Takes,
        Self::Delays(40),
        Self::Delays(150),
        Self::Delays(400),
        Self::Never,
        Self::Late,
        Self::Hangs,
        Self::Loses,
        Self::Resets,
        Self::Cuts(20),
        Self::Garbage,
        Self::Says("400 Bad Request"),
        Self::Says("429 Too Many Requests"),
        Self::Says("503 Service Unavailable"),
        Self::Partly,
    ];
}

/// What came over a connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arrived {
    pub(crate) bytes: Vec<u8>,
    /// How many of them after the record.
    pub(crate) late_bytes: usize,
    /// Whether the connection itself came after it.
    pub(crate) is_late: bool,
}

impl Arrived {
    /// An erasure needs no consent, and is asked for once it is over.
    pub(crate) fn is_erasure(&self) -> bool {
        self.bytes.starts_with(b"POST /v1/usage-erasures ")
    }

    pub(crate) fn is_whole(&self) -> bool {
        is_whole(&self.bytes)
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Mark {
    No,
    Wanted,
    Done,
}

struct State {
    manner: Manner,
    /// What is over is another case's.
    case: u64,
    mark: Mark,
    arrived: Vec<Arrived>,
    late: Vec<Vec<u8>>,
    is_over: bool,
}

pub(crate) struct Collector {
    address: SocketAddr,
    server: Arc<Mutex<String>>,
    state: Arc<Mutex<State>>,
}

struct Connection {
    stream: TcpStream,
    /// Its place among what arrived.
    at: usize,
    is_judged: bool,
    answer: Option<(Instant, Vec<u8>)>,
    resets: bool,
    is_over: bool,
}

impl Collector {
    pub(crate) fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let state = State {
            manner: Manner::Takes,
            case: 0,
            mark: Mark::No,
            arrived: Vec::new(),
            late: Vec::new(),
            is_over: false,
        };
        let (server, state) = (Arc::<Mutex<String>>::default(), Arc::new(Mutex::new(state)));
        let (to, looked_at) = (Arc::clone(&server), Arc::clone(&state));
        thread::spawn(move || serve(&listener, &to, &looked_at));
        Self { address, server, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn forward_to(&self, server: &str) {
        *self.server.lock().unwrap() = server.to_owned();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Another case begins.
    pub(crate) fn begin(&self, manner: Manner) {
        let mut state = self.state();
        state.case += 1;
        state.manner = manner;
        state.mark = Mark::No;
        state.arrived.clear();
        state.late.clear();
    }

    /// From now on it does as it is asked.
    pub(crate) fn mends(&self) {
        self.state().manner = Manner::Takes;
    }

    /// The record is on disk: whatever arrives from now on is late.
    pub(crate) fn mark(&self) {
        thread::sleep(ON_ITS_WAY);
        self.state().mark = Mark::Wanted;
        while self.state().mark != Mark::Done {
            thread::sleep(LOOK);
        }
    }

    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.state().arrived.clone()
    }

    pub(crate) fn has_bytes(&self) -> bool {
        self.state().arrived.iter().any(|arrived| !arrived.bytes.is_empty())
    }

    /// The collector gets what was kept from it.
    pub(crate) fn give_late(&self) {
        let late = std::mem::take(&mut self.state().late);
        let server = self.server.lock().unwrap().clone();
        late.iter().for_each(|request| drop(ask(&server, request)));
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        // Its thread may have fallen over.
        if let Ok(mut state) = self.state.lock() {
            state.is_over = true;
        }
    }
}

fn serve(listener: &TcpListener, server: &Mutex<String>, state: &Mutex<State>) {
    let mut connections: Vec<Connection> = Vec::new();
    let mut case = 0;
    loop {
        {
            let mut state = state.lock().unwrap();
            if state.is_over {
                return;
            }
            if state.case != case {
                case = state.case;
                connections.clear();
            }
            look(listener, &mut connections, &mut state);
            let server = server.lock().unwrap().clone();
            connections.iter_mut().for_each(|connection| connection.act(&server, &mut state));
            connections.retain(|connection| !connection.is_over);
        }
        thread::sleep(LOOK);
    }
}

/// Takes whoever comes and reads whatever is there; only then the mark counts.
fn look(listener: &TcpListener, connections: &mut Vec<Connection>, state: &mut State) {
    let is_marked = state.mark == Mark::Done;
    while let Ok((stream, _)) = listener.accept() {
        stream.set_nonblocking(true).unwrap();
        state.arrived.push(Arrived { is_late: is_marked, ..Arrived::default() });
        let at = state.arrived.len() - 1;
        connections.push(Connection {
            stream,
            at,
            is_judged: false,
            answer: None,
            resets: false,
            is_over: false,
        });
    }
    for connection in connections {
        connection.read(&mut state.arrived, is_marked);
    }
    if state.mark == Mark::Wanted {
        state.mark = Mark::Done;
    }
}

impl Connection {
    fn read(&mut self, arrived: &mut [Arrived], is_marked: bool) {
        let mut buffer = [0; 16 * 1024];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => return self.is_over |= self.answer.is_none(),
                Ok(len) => {
                    let arrived = &mut arrived[self.at];
                    arrived.bytes.extend_from_slice(&buffer[..len]);
                    arrived.late_bytes += if is_marked { len } else { 0 };
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(_) => return self.is_over = true,
            }
        }
    }

    fn act(&mut self, server: &str, state: &mut State) {
        let arrived = &state.arrived[self.at];
        // What comes after the record is looked at, whatever it is.
        let manner = if arrived.is_erasure() || arrived.is_late { Manner::Takes } else { state.manner };
        if manner == Manner::Hangs {
            self.is_over = true;
        } else if !self.is_judged && arrived.is_whole() {
            self.is_judged = true;
            let request = arrived.bytes.clone();
            self.judge(server, manner, &request, &mut state.late);
        }
        if self.answer.as_ref().is_some_and(|(due, _)| *due <= Instant::now()) {
            let (_, answer) = self.answer.take().unwrap_or_else(|| unreachable!());
            let _ = self.stream.write_all(&answer);
            if self.resets {
                let _ = set_socket_linger(&self.stream, Some(Duration::ZERO));
            } else {
                let _ = self.stream.shutdown(Shutdown::Both);
            }
            self.is_over = true;
        }
    }

    fn judge(&mut self, server: &str, manner: Manner, request: &[u8], late: &mut Vec<Vec<u8>>) {
        let now = Instant::now();
        let said = |status: &str, body: &str| {
            let len = body.len();
            format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len}\r\n\r\n{body}"
            )
            .into_bytes()
        };
        let partly = r#"{"partialSuccess":{"rejectedDataPoints":"1","errorMessage":"no"}}"#;
        self.answer = match manner {
            Manner::Takes => Some((now, ask(server, request))),
            Manner::Delays(ms) => Some((now + Duration::from_millis(ms), ask(server, request))),
            Manner::Never => {
                ask(server, request);
                None
            }
            Manner::Late => {
                late.push(request.to_vec());
                Some((now, Vec::new()))
            }
            Manner::Loses | Manner::Resets => {
                ask(server, request);
                self.resets = manner == Manner::Resets;
                Some((now, Vec::new()))
            }
            Manner::Cuts(len) => {
                let mut answer = ask(server, request);
                answer.truncate(len);
                Some((now, answer))
            }
            Manner::Garbage => Some((now, b"nonsense\r\n\r\n".to_vec())),
            Manner::Says(status) => Some((now, said(status, "{}"))),
            Manner::Partly => Some((now, said("200 OK", partly))),
            Manner::Hangs => None,
        };
    }
}

/// Whether it is a whole request.
fn is_whole(bytes: &[u8]) -> bool {
    let Some(head_len) = bytes.windows(4).position(|part| part == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&bytes[..head_len]).to_lowercase();
    let len = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    bytes.len() >= head_len + 4 + len.unwrap_or(0)
}

/// Asks the vendor's collector itself.
fn ask(server: &str, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(server).unwrap();
    stream.write_all(request).unwrap();
    let (mut answer, mut buffer) = (Vec::new(), [0; 4 * 1024]);
    while !is_whole(&answer) {
        match stream.read(&mut buffer).unwrap() {
            0 => break,
            len => answer.extend_from_slice(&buffer[..len]),
        }
    }
    answer
}
