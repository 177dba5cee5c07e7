//! I2 and I6: who makes the ticket through the gate, who makes a verified license, and who sends.

use gatefold_tests::root_dir;

use crate::sources::{places, without_tests};

fn source(path: &str) -> String {
    std::fs::read_to_string(root_dir().join(path)).unwrap()
}

/// The one function that makes a `name` is `maker`, and nothing else in the language can bring another one about.
/// `deriving` names the traits whose values come from nowhere or from another value.
fn only_one_makes(name: &str, home: &str, maker: &str, deriving: &[&str]) {
    let made: Vec<String> = places(&format!("{name} {{"), |_| false)
        .into_iter()
        .filter(|place| {
            ![format!("struct {name} "), format!(" for {name} "), format!(" impl {name} ")]
                .iter()
                .any(|other| place.contains(other))
        })
        .collect();
    let [only] = made.as_slice() else { panic!("{name} is made in {} places: {made:?}", made.len()) };
    assert!(only.starts_with(home), "{only}");

    let text = source(home);
    let code = without_tests(&text);
    let (before, after) = code.split_once(&format!("pub struct {name} {{")).unwrap();
    let fields = after.split('}').next().unwrap();
    assert!(!fields.contains("pub"), "{name} has public fields: {fields}");
    let attributes = before.rsplit("\n\n").next().unwrap();
    for derived in deriving {
        assert!(!attributes.contains(derived), "{name} is {derived}: {attributes}");
    }
    for start in code.match_indices(&format!("\nimpl {name} {{")).map(|(at, _)| at) {
        let body = code[start..].split("\n}\n").next().unwrap();
        assert!(!body.contains("Self {") && !body.contains("-> Self"), "{name} makes itself: {body}");
    }
    for line in code.lines().filter(|line| line.starts_with("impl") && line.contains(&format!(" for {name}")))
    {
        assert!(line.contains("Debug for"), "a trait could make or copy a {name}: {line}");
    }
    // It stands inside its maker, the last value of it.
    let place = code.find(&format!("Ok({name} {{")).unwrap();
    let function = code[..place].rfind("fn ").unwrap();
    assert!(code[function..].starts_with(maker), "{name} is made outside {maker}");
}

#[test]
fn only_append_makes_the_ticket_and_sending_takes_it_by_value() {
    let append = "crates/ledger/src/append.rs";
    only_one_makes("Recorded", append, "fn append(", &["Clone", "Copy", "Default", "Deserialize"]);
    let text = source(append);
    let maker = text.split("pub fn append(").nth(1).unwrap().split("\n    }\n").next().unwrap();
    let (durable, made) = (maker.find("self.write(").unwrap(), maker.find("Ok(Recorded {").unwrap());
    assert!(durable < made, "the ticket is made before its row is durable");

    let gate = source("crates/egress/src/gate.rs");
    assert!(gate.contains("pub async fn send(&self, recorded: Recorded,"), "the gate's send changed");
    let elsewhere = |path: &str| !path.starts_with("crates/egress/");
    let sending = [".execute(", ".send()", "reqwest::get(", "reqwest::blocking"];
    let transport: Vec<String> = sending.iter().flat_map(|call| places(call, elsewhere)).collect();
    assert_eq!(transport.len(), 1, "one place sends: {transport:?}");
}

#[test]
fn only_verification_makes_a_verified_license() {
    // A copy of what was verified is verified.
    let verified = "crates/license/src/file/verified.rs";
    only_one_makes("Verified", verified, "fn verify(", &["Default", "Deserialize"]);
}
