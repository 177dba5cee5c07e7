//! Every refusal has its own sentence and its own way out, in the real window.

use gatefold_tests::Fault;

use crate::stage::Stage;

const BUSY: &[u8] = b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 2\r\ncontent-length: 0\r\n\r\n";

/// The vendor's own answer, without its signature.
fn unsigned(answer: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8(answer).unwrap();
    let lines =
        text.split_inclusive("\r\n").filter(|line| !line.to_lowercase().starts_with("keygen-signature"));
    lines.collect::<String>().into_bytes()
}

#[test]
pub(crate) fn what_the_vendor_says_of_a_key() {
    let Some(stage) = Stage::open("what_the_vendor_says_of_a_key") else { return };
    stage.add_vendor();
    let check = |state: &str, code: &str, words: &str, ways: &[&str]| {
        stage.ask_about(&stage.sandbox.key(state));
        stage.press("Send to Sleeve Audio");
        stage.is_told(code, words, ways);
        stage.picture(&format!("refused-{state}"));
    };
    let (account, contacts) = ("Open your account at Sleeve Audio", "How to reach Sleeve Audio");
    check("suspended", "keygen.suspended", "has suspended this license", &[contacts, account]);
    check("banned", "keygen.banned", "has banned this license", &[contacts, account]);
    check("expired", "keygen.expired", "This license has ended", &[account, "Try again"]);

    stage.ask_about("SLEEVE-NKEY-NKEY-NKEY");
    stage.press("Send to Sleeve Audio");
    stage.is_told("keygen.wrong_key", "knows no such license key", &["Correct the key"]);
    stage.press("Correct the key");
    stage.find("//h1[normalize-space()='Add a license']");

    // The limit shows at the seat; the account is opened in the browser only after the system asked.
    stage.ask_about(&stage.sandbox.key("full"));
    stage.press("Send to Sleeve Audio");
    // That it is full is said before anything about this computer is sent.
    stage.reads("seats are in use");
    stage.picture("full-before");
    let asked = stage.sandbox.recorded().len();
    assert!(!stage.driver.sees("//button[normalize-space()='Send and activate']"));
    stage.press("Try anyway");
    stage.is_told(
        "keygen.seats_full",
        "All seats of this license are in use",
        &["See the computers", account, "Try again"],
    );
    assert_eq!(stage.sandbox.recorded().len(), asked + 2, "asked for, and looked for");
    stage.find("//h1[contains(., 'is not activated')]");
    stage.find("//li[@data-state='refused'][contains(., 'Take a seat')]");
    stage.find("//li[@data-state='done'][contains(., 'Ask about the seat')]");
    stage.picture("refused-full");
    stage.press(account);
    stage.screen.say_no("^Open this page in the browser\\?$");
    // A no is told as one, also where it came with an answer of 200.
    stage.press("What was sent");
    let refused = "//a[@data-id][contains(., 'Check license')][contains(., 'Refused')]";
    stage.driver.click(&stage.find(refused));
    stage.find("//article[contains(., \"The server's word: NOT_FOUND\")]");
    // Of the one that has ended the server says first that it has no seat, which is no refusal of its own.
    assert_eq!(stage.driver.count(refused), 3);
    stage.look("sent-refused");
    // The vendor's contacts are one press away.
    stage.ask_about(&stage.sandbox.key("suspended"));
    stage.press("Send to Sleeve Audio");
    stage.press(contacts);
    stage.find("//h1[normalize-space()='Privacy']");
}

#[test]
fn what_the_network_does_to_a_question() {
    let Some(stage) = Stage::open("what_the_network_does_to_a_question") else { return };
    stage.add_vendor();
    let key = stage.sandbox.key("free");

    stage.ask_about(&key);
    stage.tap.faults([Fault::Answer(BUSY.to_vec())]);
    stage.press("Send to Sleeve Audio");
    stage.is_told("keygen.throttled", "it asks for 2 seconds", &[]);
    stage.find("//button[@disabled][contains(., 'Try again in')]");
    stage.picture("refused-throttled");
    // When the pause is over the same is looked at again.
    stage.press("Try again");
    stage.reads("First, a question about the key");

    stage.tap.faults([Fault::Change(unsigned)]);
    stage.press("Send to Sleeve Audio");
    stage.is_told("keygen.unconfirmed", "not signed by the vendor", &["Try again"]);

    stage.ask_about(&key);
    stage.tap.close();
    stage.press("Send to Sleeve Audio");
    stage.is_told("network.unreachable", "could not be reached, and nothing was sent", &["Try again"]);
    stage.press("See what was sent");
    stage.find("//article[contains(., 'could not be reached')]");
}

/// The first request of the activation is answered by a pause: what is known of the seat is said, and when it may be tried.
#[test]
fn a_pause_in_the_place_of_the_seat_has_an_end() {
    let Some(stage) = Stage::open("a_pause_in_the_place_of_the_seat_has_an_end") else { return };
    stage.add_vendor();
    stage.plan(&stage.sandbox.key("free"));
    let before = stage.sandbox.recorded().len();
    stage.tap.faults([Fault::Answer(BUSY.to_vec())]);
    stage.press("Send and activate");
    stage.is_told("keygen.throttled", "Most likely no seat was taken", &[]);
    stage.find("//button[@disabled][contains(., 'Try again in')]");
    stage.find("//h1[normalize-space()='Halo Plate is not activated']");
    stage.find("//li[@data-state='failed'][contains(., 'Take a seat')][contains(., 'not done')]");
    assert!(!stage.driver.sees("//a[normalize-space()='Give the seat back']"));
    stage.look("refused-pause");
    assert_eq!(
        stage.sandbox.recorded().len(),
        before,
        "the answer came from in between, and nothing followed it"
    );
    // What was tried goes on, and takes one seat.
    stage.press("Try again");
    stage.press("Send to Sleeve Audio");
    stage.press("Send and activate");
    stage.reads("Halo Plate is ready");
    assert_eq!(stage.sandbox.seats_taken(stage.sandbox.license("free")["license_id"].as_str().unwrap()), 1);
}

/// Nobody can be believed who does not sign, so neither step came to anything that could be said.
#[test]
fn what_nobody_signed_is_no_step_that_was_done() {
    let Some(stage) = Stage::open("what_nobody_signed_is_no_step_that_was_done") else { return };
    stage.add_vendor();
    stage.plan(&stage.sandbox.key("free"));
    stage.tap.faults([Fault::Change(unsigned), Fault::Change(unsigned)]);
    stage.press("Send and activate");
    stage.is_told("keygen.unconfirmed", "not signed by the vendor", &[]);
    for step in ["Take a seat", "Ask about the seat"] {
        stage.find(&format!("//li[@data-state='unclear'][contains(., '{step}')][contains(., 'not clear')]"));
    }
    assert!(!stage.driver.sees("//li[@data-state='done']"));
    assert!(!stage.driver.sees("//li[@data-state='refused']"));
    stage.look("refused-unsigned");
}

#[test]
fn a_clock_that_is_behind_is_said_and_recovers() {
    let wrapper =
        |_: &std::path::Path| ["env", "GATEFOLD_TEST_NOW=2024-05-01T10:00:00Z"].map(str::to_owned).to_vec();
    let name = "a_clock_that_is_behind_is_said_and_recovers";
    let Some(mut stage) = Stage::open_under(name, wrapper, |_| Vec::new()) else { return };
    stage.add_vendor();
    // A perpetual file does not ask for the time at all.
    let mut licenses = stage.sandbox.ready["licenses"].as_array().unwrap().iter();
    let subscription = licenses.find(|license| license["kind"] == "subscription").unwrap();
    stage.plan(subscription["key"].as_str().unwrap());
    stage.press("Send and activate");
    stage.reads("This computer's clock is behind the time at which the vendor signed this: by");
    stage.reads("Set the clock; the license then counts by itself.");
    stage.reads("Low Tide waits for your clock");
    assert!(!stage.driver.sees("//*[contains(., \"behind the server's\")]"), "it is said once");
    stage.picture("clock-behind");
    stage.press("Back to the library");
    stage.reads("behind the server's");
    stage.find("//a[contains(., 'Low Tide')][contains(., 'Clock is behind')]");
    stage.picture("clock-behind-library");
    stage.start_again();
    stage.find("//a[contains(., 'Low Tide')][contains(., 'Activated here')]");
}
