//! Claiming what was bought: once, twice, and what is refused.

use super::*;

fn body(serial: &str, unlock_code: Option<&str>) -> String {
    let code = unlock_code.map(|code| format!(r#","unlockCode":"{code}""#)).unwrap_or_default();
    format!(
        r#"{{"data":{{"type":"registrations","attributes":{{"serial":"{serial}"{code}}}}},"meta":{{"nonce":7}}}}"#
    )
}

fn of_product(id: &str) -> String {
    format!(
        r#"{{"data":{{"type":"registrations","relationships":{{"product":{{"data":{{"type":"products","id":"{id}"}}}}}}}},"meta":{{"nonce":7}}}}"#
    )
}

fn claim(desk: &Desk, bearer: &str, body: &str) -> Answered {
    desk.call("POST", "/registrations", bearer, body)
}

fn owned(desk: &Desk, bearer: &str) -> Vec<uuid::Uuid> {
    let list = desk.call("GET", "/licenses?page[number]=1&page[size]=100", bearer, "");
    list.answer.licenses().unwrap().licenses.iter().map(|license| license.id).collect()
}

#[test]
fn a_product_is_claimed_by_serial_number_and_unlock_code() {
    let desk = Desk::playing("arturia");
    let bearer = desk.sign_in();
    let check = |serial: &str, code: Option<&str>, status: u16, codes: &[&str]| {
        let answered = claim(&desk, &bearer, &body(serial, code));
        answered.expect(status, codes);
        answered
    };
    check("DEMO-SERIAL-NONE", Some("DEMO-CODE-REGA"), 422, &["SERIAL_NOT_FOUND"]);
    let wrong = check("DEMO-SERIAL-REGA", Some("DEMO-CODE-REGB"), 422, &["UNLOCK_CODE_INVALID"]);
    assert_eq!(wrong.pointer(), "/data/attributes/unlockCode");
    check("DEMO-SERIAL-REGA", None, 422, &["UNLOCK_CODE_INVALID"]);
    // Whose it is, nobody is told who has but the serial number.
    check("DEMO-SERIAL-REGC", Some("DEMO-CODE-REGA"), 422, &["UNLOCK_CODE_INVALID"]);
    check("DEMO-SERIAL-REGC", Some("DEMO-CODE-REGC"), 422, &["SERIAL_TAKEN"]);

    let before = owned(&desk, &bearer);
    let claimed = check("DEMO-SERIAL-REGA", Some("DEMO-CODE-REGA"), 201, &[]).answer.claimed(7).unwrap();
    assert_eq!(claimed.product.unwrap().to_string(), desk.line["registrations"][0]["product_id"]);
    let after = owned(&desk, &bearer);
    assert!(!before.contains(&claimed.id) && after.contains(&claimed.id));
    let again = check("DEMO-SERIAL-REGA", Some("DEMO-CODE-REGA"), 200, &[]).answer.claimed(7).unwrap();
    assert_eq!((again.id, owned(&desk, &bearer).len()), (claimed.id, after.len()));
}

#[test]
fn a_product_is_claimed_by_its_name_alone_where_nothing_else_is_asked() {
    let desk = Desk::playing("focusrite");
    let bearer = desk.sign_in();
    let id = desk.line["registrations"][0]["product_id"].as_str().unwrap().to_owned();
    let claimed = claim(&desk, &bearer, &of_product(&id)).expect(201, &[]).answer.claimed(7).unwrap();
    let again = claim(&desk, &bearer, &of_product(&id)).expect(200, &[]).answer.claimed(7).unwrap();
    assert_eq!(again.id, claimed.id);
    let none = of_product("e0000100-0000-4000-8000-000000000999");
    claim(&desk, &bearer, &none).expect(422, &["PRODUCT_NOT_FOUND"]);
}

#[test]
fn nobody_registers_without_a_sign_in_or_with_more_than_is_asked() {
    let desk = Desk::playing("arturia");
    let good = body("DEMO-SERIAL-REGA", Some("DEMO-CODE-REGA"));
    claim(&desk, "", &good).expect(401, &["TOKEN_MISSING"]);
    claim(&desk, &desk.by_key("free"), &good).expect(403, &["-"]);
    let more = good.replace("\"serial\"", "\"fingerprint\":\"x\",\"serial\"");
    claim(&desk, &desk.sign_in(), &more).expect(400, &["-"]);
    claim(&desk, &desk.sign_in(), r#"{"data":{"type":"registrations"}}"#).expect(400, &["-"]);
    // A vendor that takes no registrations has none.
    assert_eq!(Desk::new().line["registrations"], serde_json::json!([]));
}
