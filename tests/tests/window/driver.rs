//! WebDriver, as far as these journeys need it, by hand: eight calls are no reason for a dependency with an HTTP client
//! of its own. `WebKitWebDriver` starts the program and is the parent of all its processes.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use gatefold_tests::body_of;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde_json::{Value, json};

use crate::typist::Keys;

/// Nothing on one computer takes longer; a wait that ends here is a failure.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(40);
/// Held while a driver and its browser find each other.
static STARTING: Mutex<()> = Mutex::new(());
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A running driver, and the program it started.
pub(crate) struct Driver {
    child: Child,
    address: String,
    session: String,
    /// Whoever has no mouse goes by these.
    pub(crate) keys: Option<Keys>,
}

/// Something on the page.
#[derive(Clone, Debug)]
pub(crate) struct Element(String);

impl Element {
    /// As a script takes it.
    pub(crate) fn argument(&self) -> Value {
        json!({ ELEMENT: self.0 })
    }
}

impl Driver {
    /// Starts the program by the driver. `command` is the driver with the environment the program shall have.
    pub(crate) fn start(mut command: Command, program: &Path, words: &[String]) -> Self {
        let port = free_port();
        command
            .arg(format!("--port={port}"))
            .arg("--host=127.0.0.1")
            // It and all that it starts are ended together.
            .process_group(0)
            .stdin(Stdio::null());
        let options = json!({ "binary": program, "args": words });
        let wanted = json!({ "browserName": "wry", "webkitgtk:browserOptions": options });
        let wanted = json!({ "capabilities": { "alwaysMatch": wanted } });
        // Each driver chooses a port for its browser by chance; two at the same moment choose the same one, and both then
        // wait for ever. So one starts after the other, and who waits in vain starts anew.
        let _alone = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..3 {
            let child = command.spawn().unwrap();
            let mut driver =
                Self { child, address: format!("127.0.0.1:{port}"), session: String::new(), keys: None };
            until("the driver answers", || driver.try_call("GET", "/status", &Value::Null));
            match driver.http_within(PATIENCE, "POST", "/session", &wanted) {
                Ok(made) => {
                    let id = made["value"]["sessionId"].as_str();
                    driver.session = id.unwrap_or_else(|| panic!("{made}")).to_owned();
                    return driver;
                }
                Err(error) => eprintln!("the driver gave no session: {error}"),
            }
        }
        panic!("no driver gave a session");
    }

    /// What a script in the page gives back.
    pub(crate) fn script(&self, script: &str, arguments: &[Value]) -> Value {
        self.ask("POST", "/execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// What a script in the page calls its last argument with.
    pub(crate) fn script_later(&self, script: &str, arguments: &[Value]) -> Value {
        self.ask("POST", "/execute/async", &json!({ "script": script, "args": arguments }))
    }

    /// Waits until the fonts are there, nothing moves any more, and what changed is painted.
    pub(crate) fn settle(&self) {
        let script = "const done = arguments[0];
            const still = () => Promise.allSettled(document.getAnimations().map((moving) => moving.finished));
            document.fonts.ready.then(still)
                .then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))));";
        self.script_later(script, &[]);
    }

    /// The one element of this XPath that is in sight, waited for.
    pub(crate) fn find(&self, xpath: &str) -> Element {
        let start = Instant::now();
        loop {
            if let Some(found) = self.in_sight(xpath) {
                return found;
            }
            assert!(start.elapsed() < PATIENCE, "waited in vain: {xpath}\nThe page: {}", self.page());
            thread::sleep(PAUSE);
        }
    }

    /// What can be read on the page now.
    fn page(&self) -> String {
        self.script("return document.body.innerText", &[]).as_str().unwrap_or_default().to_owned()
    }

    /// Whether there is such an element in sight now.
    pub(crate) fn sees(&self, xpath: &str) -> bool {
        self.in_sight(xpath).is_some()
    }

    /// How many there are, in sight or not.
    pub(crate) fn count(&self, xpath: &str) -> usize {
        let script = "return document.evaluate(`count(${arguments[0]})`, document, null, XPathResult.NUMBER_TYPE).numberValue";
        let count = self.script(script, &[json!(xpath)]);
        usize::try_from(count.as_u64().unwrap_or_else(|| panic!("{xpath}: {count}"))).unwrap()
    }

    /// The first that is drawn and has a size, scrolled to or not. One script, and so one look at the page:
    /// between a list from the driver and its word on each element the page may be drawn anew.
    fn in_sight(&self, xpath: &str) -> Option<Element> {
        let script =
            "const all = document.evaluate(arguments[0], document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE);
            for (let at = 0; at < all.snapshotLength; at++) {
                // A choice that is not opened is as much in sight as what opens it.
                const one = all.snapshotItem(at), drawn = one.closest('select') ?? one, { width, height } = drawn.getBoundingClientRect();
                const has_size = (width > 0 && height > 0) || [...drawn.children].some((part) => part.getClientRects().length);
                if (has_size && drawn.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return one;
            }
            return null";
        // A page that is being loaded anew has nobody to ask.
        let body = json!({ "script": script, "args": [xpath] });
        let found = until(xpath, || self.try_ask("POST", "/execute/sync", &body));
        found[ELEMENT].as_str().map(|id| Element(id.to_owned()))
    }

    pub(crate) fn click(&self, element: &Element) {
        if let Some(keys) = &self.keys {
            return self.press_by(keys, element);
        }
        // The driver alone scrolls the window, not a page within it.
        self.script("arguments[0].scrollIntoView({ block: 'nearest' })", &[element.argument()]);
        self.ask("POST", &format!("/element/{}/click", element.0), &json!({}));
    }

    /// Inserts a text after what a field holds, at once, as one that is pasted: the driver's own keys take 40 ms each. What is
    /// typed key by key is the keyboard's own journey.
    pub(crate) fn insert(&self, element: &Element, text: &str) {
        self.click(element);
        let done = self.script(
            "const [field] = arguments, end = field.value.length;
             // A field for an address tells of no selection, and takes none.
             if (field.selectionStart !== null) field.setSelectionRange(end, end);
             return document.execCommand('insertText', false, arguments[1])",
            &[element.argument(), json!(text)],
        );
        assert_eq!(done, json!(true), "the field takes no text");
    }

    /// The text of an element as it is kept, line ends and all.
    pub(crate) fn text_of(&self, element: &Element) -> String {
        self.script("return arguments[0].textContent", &[element.argument()]).as_str().unwrap().to_owned()
    }

    /// Loads the page anew, and waits until it is there: a script that does it leaves a moment without any page.
    pub(crate) fn reload(&self) {
        self.ask("POST", "/refresh", &json!({}));
    }

    /// A picture of the page, as PNG. A window that is drawn without a compositor answers with the next thing that it paints,
    /// and a page at rest paints nothing: so a point that nobody sees is painted until there is an answer.
    pub(crate) fn screenshot(&self) -> Vec<u8> {
        use base64::Engine as _;
        let begin = "const point = document.body.appendChild(document.createElement('i'));
            point.style.cssText = 'position:fixed;left:0;top:0;width:1px;height:1px;background:gray;opacity:0.01';
            let at = 0;
            const turns = setInterval(() => point.style.opacity = ++at % 2 ? '0.02' : '0.01', 40);
            window.endPainting = () => { clearInterval(turns); point.remove(); }";
        self.script(begin, &[]);
        let picture = self.ask("GET", "/screenshot", &Value::Null);
        self.script("window.endPainting()", &[]);
        base64::engine::general_purpose::STANDARD.decode(picture.as_str().unwrap()).unwrap()
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        self.call(method, &format!("/session/{}{path}", self.session), body)
    }

    fn try_ask(&self, method: &str, path: &str, body: &Value) -> Option<Value> {
        self.try_call(method, &format!("/session/{}{path}", self.session), body)
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.http(method, path, body).unwrap();
        assert!(answer["value"]["error"].is_null(), "{method} {path} {body}: {}", answer["value"]);
        answer["value"].clone()
    }

    fn try_call(&self, method: &str, path: &str, body: &Value) -> Option<Value> {
        let answer = self.http(method, path, body).ok()?;
        answer["value"]["error"].is_null().then(|| answer["value"].clone())
    }

    fn http(&self, method: &str, path: &str, body: &Value) -> std::io::Result<Value> {
        self.http_within(4 * PATIENCE, method, path, body)
    }

    fn http_within(
        &self,
        patience: Duration,
        method: &str,
        path: &str,
        body: &Value,
    ) -> std::io::Result<Value> {
        let mut driver = TcpStream::connect(&self.address)?;
        driver.set_read_timeout(Some(patience))?;
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n",
            self.address,
            body.len()
        );
        driver.write_all((head + &body).as_bytes())?;
        let mut answer = Vec::new();
        driver.read_to_end(&mut answer)?;
        Ok(body_of(&answer))
    }

    /// The processes of the program: itself and its web processes.
    pub(crate) fn processes(&self) -> Vec<u32> {
        let all = std::fs::read_dir("/proc").unwrap().flatten();
        let ids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        ids.filter(|id| *id != self.child.id() && group_of(*id) == Some(self.child.id())).collect()
    }

    /// Tells a program of them to end, as a system does that ends a session.
    pub(crate) fn tell_to_end(&self, program: &str) {
        let is_it =
            |id: &u32| std::fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|exe| exe.ends_with(program));
        let id = self.processes().into_iter().find(is_it).unwrap();
        kill_process(Pid::from_raw(id.cast_signed()).unwrap(), Signal::TERM).unwrap();
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The group holds the program and its web processes, should one be left.
        if let Some(group) = Pid::from_raw(self.child.id().cast_signed()) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}

/// Waits for something to come about.
pub(crate) fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "waited in vain: {what}");
        thread::sleep(PAUSE);
    }
}

/// The group of a process that runs: the third word after its name in parentheses, the first being its state.
fn group_of(process: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let words: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    words.get(2).filter(|_| words[0] != "Z")?.parse().ok()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
