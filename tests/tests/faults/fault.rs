//! What can happen to one exchange between the program and the server.

use gatefold_tests::{Fault, Hold, Request, Second, Signer};
use serde_json::{Value, json};

/// What happens to an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The connection is closed at once.
    Refused,
    /// It is closed after the beginning of the request.
    RequestCut,
    /// It is closed, and the server gets the request when the program has gone on already.
    RequestLate,
    /// It is closed, and the server gets the request when the next command is over.
    Kept,
    /// The same, and the program is killed while it waits.
    KeptAndKilled,
    /// The server acts, and no answer comes.
    AnswerLost,
    /// The answer ends in its head.
    HeadCut,
    /// Its last byte is missing.
    LastByteCut,
    /// The server acts, and the connection is reset.
    Reset,
    /// It is reset in the middle of the answer.
    ResetMidway,
    /// The server gets the request twice, and the first answer arrives.
    FirstOfTwo,
    /// The second answer does.
    SecondOfTwo,
    /// The answer comes whole, in pieces and slowly.
    Slow,
    /// The server is not asked, and nothing comes until the program gives up.
    Silence,
    /// The server acts, and nothing comes until the program gives up.
    AnswerNeverComes,
    /// The server acts, and the program is killed while it waits.
    Killed,
    /// Somebody in between answers with this status, and the server is not asked.
    Says(u16),
    /// The server acts, and somebody in between answers with this status.
    SaysInstead(u16),
    /// The server signs that the request met another one, which it did or did not do.
    SignedConflict { acts: bool },
    /// The server signs that it failed, after it acted or before.
    SignedFailure { acts: bool },
    /// What comes back is no HTTP.
    Garbage,
    /// A web page comes back, as in a hotel.
    WebPage,
    /// The server acts, and its answer arrives without the signature.
    SignatureLost,
    /// The server is not asked, and somebody says without a signature that it is done.
    ClaimsDone,
    /// The same, signed by somebody else.
    StrangerClaimsDone,
    /// The server is not asked, and somebody says without a signature that there is no such thing.
    ClaimsGone,
}

use Trouble::{
    AnswerLost, AnswerNeverComes, ClaimsDone, ClaimsGone, FirstOfTwo, Garbage, HeadCut, Kept, KeptAndKilled,
    Killed, LastByteCut, Refused, RequestCut, RequestLate, Reset, ResetMidway, Says, SaysInstead,
    SecondOfTwo, SignatureLost, SignedConflict, SignedFailure, Silence, Slow, StrangerClaimsDone, WebPage,
};

impl Trouble {
    /// Every one.
    pub(crate) const ALL: &[Self] = &[
        Refused,
        RequestCut,
        RequestLate,
        Kept,
        KeptAndKilled,
        AnswerLost,
        HeadCut,
        LastByteCut,
        Reset,
        ResetMidway,
        FirstOfTwo,
        SecondOfTwo,
        Slow,
        Silence,
        AnswerNeverComes,
        Killed,
        Says(409),
        Says(429),
        Says(500),
        Says(502),
        Says(503),
        SaysInstead(409),
        SaysInstead(429),
        SaysInstead(502),
        SaysInstead(504),
        SignedConflict { acts: false },
        SignedConflict { acts: true },
        SignedFailure { acts: false },
        SignedFailure { acts: true },
        Garbage,
        WebPage,
        SignatureLost,
        ClaimsDone,
        StrangerClaimsDone,
        ClaimsGone,
    ];

    /// Whether the program waits until its patience ends.
    pub(crate) fn is_silent(self) -> bool {
        matches!(self, Silence | AnswerNeverComes)
    }

    /// Whether the program is killed while it waits.
    pub(crate) fn is_deadly(self) -> bool {
        matches!(self, Killed | KeptAndKilled)
    }

    /// How the tap does it. What is held back is held by `hold`.
    pub(crate) fn fault(self, signer: &Signer, hold: &Hold) -> Fault {
        match self {
            Refused => Fault::Hang,
            RequestCut => Fault::CutRequest(40),
            RequestLate => Fault::Late,
            Kept => Fault::Keep(None),
            KeptAndKilled => Fault::Keep(Some(hold.clone())),
            AnswerLost => Fault::LoseAnswer,
            HeadCut => Fault::CutAnswer(30),
            LastByteCut => Fault::Change(without_last_byte),
            Reset => Fault::Reset(0),
            ResetMidway => Fault::Reset(200),
            FirstOfTwo => Fault::Twice(Second(false)),
            SecondOfTwo => Fault::Twice(Second(true)),
            Slow => Fault::Pieces(256),
            Silence => Fault::Silence,
            AnswerNeverComes | Killed => Fault::Hold(hold.clone()),
            Says(status) => Fault::Answer(unsigned(status, &without_code())),
            SaysInstead(status) => Fault::instead(move |_| unsigned(status, &without_code())),
            SignedConflict { acts } => signed(signer, acts, 409, without_code()),
            SignedFailure { acts } => signed(signer, acts, 500, without_code()),
            Garbage => Fault::Answer(b"\x16\x03\x01 no HTTP at all \0\r\n".to_vec()),
            WebPage => Fault::Answer(
                b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 15\r\n\r\n<title>?</title>"
                    [..]
                    .to_vec(),
            ),
            SignatureLost => Fault::Change(without_signature),
            ClaimsDone => Fault::reply(|request| {
                let (status, body) = done(&Request::parse(request));
                unsigned(status, &body)
            }),
            StrangerClaimsDone => {
                let stranger = signer.stranger();
                Fault::reply(move |request| {
                    let request = Request::parse(request);
                    let (status, body) = done(&request);
                    stranger.answer(&request, status, &body)
                })
            }
            ClaimsGone => Fault::Answer(unsigned(404, &refusal("NOT_FOUND"))),
        }
    }
}

fn signed(signer: &Signer, acts: bool, status: u16, body: Value) -> Fault {
    let signer = signer.clone();
    let answer = move |request: &[u8]| signer.answer(&Request::parse(request), status, &body);
    if acts { Fault::instead(answer) } else { Fault::reply(answer) }
}

fn refusal(code: &str) -> Value {
    json!({"errors": [{"title": "No", "detail": "No", "code": code}]})
}

/// As the server words conflicts and failures (protocol reference 1.4).
fn without_code() -> Value {
    json!({"errors": [{"title": "No", "detail": "No"}]})
}

fn unsigned(status: u16, body: &Value) -> Vec<u8> {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let head = format!("HTTP/1.1 {status} Whatever\r\ncontent-type: application/vnd.api+json\r\n");
    format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn without_last_byte(mut answer: Vec<u8>) -> Vec<u8> {
    answer.pop();
    answer
}

fn without_signature(answer: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8(answer).unwrap();
    let lines = text.split_inclusive("\r\n").filter(|line| !line.starts_with("keygen-signature"));
    lines.collect::<String>().into_bytes()
}

/// What the server would answer if it had done what is asked, as far as somebody in between can know.
fn done(request: &Request) -> (u16, Value) {
    let path = request.target.split('?').next().unwrap_or_default();
    let id = path.rsplit('/').next().unwrap_or_default();
    let meta = json!({"nonce": request.body["meta"]["nonce"], "valid": true, "code": "VALID"});
    match request.method.as_str() {
        "DELETE" => (204, Value::Null),
        "PATCH" => {
            let name = &request.body["data"]["attributes"]["name"];
            let attributes = json!({"fingerprint": "gf1-0", "name": name});
            (200, json!({"data": {"type": "machines", "id": id, "attributes": attributes}}))
        }
        "POST" if path.ends_with("/machines") => (201, json!({"data": request.body["data"]})),
        "POST" if path.ends_with("/registrations") => {
            let license = json!({"type": "licenses", "id": "3a5fa850-55a2-494a-a96f-624c50876c94"});
            (201, json!({"data": license, "meta": meta}))
        }
        "POST" if path.ends_with("/trials") => {
            let attributes = json!({"key": "SLEEVE-FREE-FREE-FREE-FREE", "expiry": "2199-01-01T00:00:00Z"});
            let license = json!({"type": "licenses", "id": "3a5fa850-55a2-494a-a96f-624c50876c94", "attributes": attributes});
            (201, json!({"data": license, "meta": meta}))
        }
        "POST" if path.ends_with("/transfers") => {
            (201, json!({"data": request.body["data"]["relationships"]["license"]["data"], "meta": meta}))
        }
        "GET" if path.ends_with("/machines") || path.ends_with("/licenses") => (200, json!({"data": []})),
        _ => (200, json!({"data": null, "meta": meta})),
    }
}
