//! What lies around the calls: paths, media types, headers, signatures, throttles, lists.

use super::*;

#[test]
fn both_path_forms_answer_and_are_signed() {
    let desk = Desk::new();
    let account = desk.line["account_id"].as_str().unwrap();
    for target in ["/v1/me".to_owned(), format!("/v1/accounts/{account}/me"), "/v1/me/?x=%20y".to_owned()] {
        let answered = desk.send(&request("GET", &target, &desk.sign_in(), ""));
        assert_eq!(answered.expect(200, &[]).body["data"]["type"], "users", "{target}");
    }
}

#[test]
fn what_comes_before_the_account_is_not_signed() {
    let desk = Desk::new();
    let check = |request: &Request, status: u16, codes: &[&str]| {
        let answered = desk.send(request);
        assert_eq!((answered.status, answered.codes().as_slice()), (status, codes), "{request:?}");
        assert_eq!(*answered.answer.trust(), Trust::Unsigned, "{request:?}");
        assert!(answered.body["meta"]["id"].as_str() == answered.header("x-request-id"));
        assert!(answered.header("keygen-account").is_none());
    };
    check(&request("GET", "/", "", ""), 404, &["NOT_FOUND"]);
    check(&request("GET", "/v1/users", "", ""), 404, &["NOT_FOUND"]);
    check(&request("DELETE", "/v1/licenses/x", "", ""), 404, &["NOT_FOUND"]);
    check(&request("POST", "/v1/licenses/x/actions/renew", "", ""), 404, &["NOT_FOUND"]);
    check(&request("GET", "/v1/accounts/somebody/me", "", ""), 404, &["NOT_FOUND"]);
    check(&request("POST", "/v1/licenses/actions/validate-key", "", "{"), 400, &["JSON_INVALID"]);
    check(&request("TRACE", "/v1/me", "", ""), 400, &["HTTP_METHOD_INVALID"]);
    let mut html = request("GET", "/v1/me", "", "");
    html.headers[1].1 = "text/html".into();
    check(&html, 400, &["MIME_TYPE_INVALID"]);
}

#[test]
fn refusals_of_the_account_are_signed() {
    let desk = Desk::new();
    desk.call("GET", "/me", "", "").expect(401, &["TOKEN_MISSING"]);
    desk.call("GET", "/licenses/none", &desk.sign_in(), "").expect(404, &["NOT_FOUND"]);
    let mut future = request("GET", "/v1/me", &desk.sign_in(), "");
    future.headers[2].1 = "9.9".into();
    desk.send(&future).expect(400, &["INVALID_API_VERSION"]);
    let mut staging = request("GET", "/v1/me", &desk.sign_in(), "");
    staging.headers.push(("keygen-environment".into(), "staging".into()));
    desk.send(&staging).expect(400, &["ENVIRONMENT_NOT_SUPPORTED"]);
}

#[test]
fn answers_say_who_answered_whom() {
    let desk = Desk::new();
    let answered = desk.call("GET", "/me", &desk.sign_in(), "");
    let header = |name: &str| answered.header(name).unwrap_or_default();
    assert_eq!(header("keygen-version"), "1.7");
    assert_eq!((header("keygen-edition"), header("keygen-mode")), ("CE", "singleplayer"));
    assert_eq!(header("keygen-account"), desk.line["account_id"].as_str().unwrap());
    assert_eq!(header("keygen-bearer"), answered.body["data"]["id"].as_str().unwrap());
    assert_eq!(header("keygen-token"), answered.body["included"][0]["id"].as_str().unwrap());
    assert_eq!(header("keygen-date"), header("date"));
    assert_eq!(header("keygen-digest"), header("digest"));
    assert!(header("date").starts_with("Mon, 02 Nov 2026 03:04:"), "{}", header("date"));
    assert!(header("cache-control").contains("no-store"));
}

#[test]
fn empty_answers_are_signed_over_nothing() {
    let desk = Desk::new();
    let head = desk.call("HEAD", "/me", &desk.sign_in(), "");
    let nothing = "sha-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    assert_eq!((head.status, head.header("digest")), (200, Some(nothing)));
    // The client never asks with HEAD, so the signature is checked here by its own lines.
    let key: ServerKey = desk.line["public_key"].as_str().unwrap().parse().unwrap();
    let target = format!("/v1/accounts/{}/me", desk.line["account_id"].as_str().unwrap());
    let reply = gatefold_license::SignedReply {
        method: "HEAD",
        target: &target,
        host: "127.0.0.1",
        date: head.header("date").unwrap(),
        body: b"",
        header: head.header("keygen-signature").unwrap(),
    };
    gatefold_license::verify_reply(&key, None, &reply).unwrap();
}

#[test]
fn the_host_is_signed_without_port_unless_told() {
    let host = |desk: &Desk| match desk.call("GET", "/me", &desk.sign_in(), "").answer.trust() {
        Trust::Signed(proof) => proof.host.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(host(&Desk::new()), "127.0.0.1");
    assert_eq!(host(&Desk::with(|options| options.sign_with_port = true)), HOST);
}

#[test]
fn the_sixth_sign_in_of_a_minute_is_refused_unsigned() {
    let desk = Desk::with(|options| options.no_throttle = false);
    let wrong = basic(seed::EMAIL, "wrong");
    for _ in 0..5 {
        desk.call("POST", "/tokens", &wrong, "").expect(401, &["CREDENTIALS_INVALID"]);
    }
    let answered = desk.call("POST", "/tokens", &wrong, "");
    assert_eq!((answered.status, answered.codes().as_slice()), (429, &["TOO_MANY_REQUESTS"][..]));
    assert_eq!(*answered.answer.trust(), Trust::Unsigned);
    let secs: u64 = answered.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&secs));
    assert_eq!(answered.header("x-ratelimit-window"), Some("1m"));
    assert_eq!(answered.header("x-ratelimit-remaining"), Some("0"));
    desk.call("POST", "/tokens", &basic("else@example.com", "x"), "").expect(401, &["CREDENTIALS_INVALID"]);
    desk.call("GET", "/me", "", "").expect(401, &["TOKEN_MISSING"]);
}

#[test]
fn lists_come_in_both_styles() {
    let desk = Desk::new();
    let token = desk.sign_in();
    let list = |query: &str| desk.call("GET", &format!("/licenses?{query}"), &token, "");
    let names = |answered: &Answered| -> Vec<String> {
        let data = answered.body["data"].as_array().unwrap();
        data.iter().map(|license| license["attributes"]["key"].as_str().unwrap().to_owned()).collect()
    };
    let all = names(list("limit=100").expect(200, &[]));
    assert_eq!(all.len(), 9);
    assert!(list("limit=100").body.get("links").is_none());
    assert_eq!(names(&list("limit=2")), all[..2]);
    assert_eq!(names(&list("")), all);
    let ascending: Vec<String> = all.iter().rev().cloned().collect();
    assert_eq!(names(&list("limit=100&order=asc")), ascending);

    let mut paged = Vec::new();
    for page in 1..=3 {
        let answered = list(&format!("page%5Bnumber%5D={page}&page[size]=4"));
        let links = &answered.body["links"];
        assert_eq!(links["meta"], json!({ "pages": 3, "count": 9 }));
        assert_eq!(links["prev"].is_null(), page == 1);
        assert_eq!(links["next"].is_null(), page == 3);
        paged.extend(names(&answered));
    }
    assert_eq!(paged, all);
    assert!(list("page[number]=9").body["data"].as_array().unwrap().is_empty());
    for bad in ["limit=0", "limit=101", "page[size]=101", "page[number]=0", "limit=x", "order=up"] {
        let answered = list(bad);
        assert_eq!(
            answered.expect(400, &["-"]).body["errors"][0]["source"]["parameter"],
            bad.split('=').next().unwrap()
        );
    }
}
