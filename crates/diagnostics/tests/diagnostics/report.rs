//! The report: one page that needs nothing else, and that no text of a bundle can turn into something.

use gatefold_diagnostics::formats::{License, Licenses, Part};
use gatefold_diagnostics::{Bundle, Draft, REPORT};

use crate::bundle::a_draft;
use crate::sources::{license, redactor};

const HOSTILE: &str = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><style>*{}</style><svg/onload=1>&lt;\u{1b}[31m\u{202e}";

fn html(bundle: &Bundle) -> String {
    let file = bundle.files().iter().find(|file| file.name == REPORT).unwrap();
    String::from_utf8(file.bytes.clone()).unwrap()
}

fn hostile() -> Draft {
    let mut draft = Draft::new(redactor(&[]), HOSTILE, "2026-12-01T09:00:00Z".parse().unwrap(), None);
    draft.set_note(HOSTILE.as_bytes());
    let license = License {
        product: HOSTILE.to_owned(),
        expires_at: Some(HOSTILE.to_owned()),
        ..license("expired", HOSTILE)
    };
    draft.add_json(Part::Licenses, &Licenses { entries: vec![license], ..Licenses::new() }).unwrap();
    let line = serde_json::json!({ "at": HOSTILE, "level": "WARN", "name": HOSTILE, "fields": { "code": HOSTILE, HOSTILE: HOSTILE } });
    draft.add_log(line.to_string().as_bytes()).unwrap();
    draft
}

/// Every tag of a page, without what is in it.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).map(|rest| rest.split(['>', ' ', '\n']).next().unwrap()).collect()
}

#[test]
fn it_has_no_script_and_fetches_nothing() {
    for html in [html(&a_draft().bundle().unwrap()), html(&hostile().bundle().unwrap())] {
        const TAGS: [&str; 31] = [
            "!DOCTYPE",
            "html",
            "head",
            "meta",
            "title",
            "/title",
            "style",
            "/style",
            "/head",
            "body",
            "main",
            "h1",
            "/h1",
            "h2",
            "/h2",
            "p",
            "/p",
            "section",
            "/section",
            "ul",
            "/ul",
            "li",
            "/li",
            "strong",
            "/strong",
            "span",
            "/span",
            "blockquote",
            "/blockquote",
            "div",
            "/div",
        ];
        const TABLE: [&str; 13] = [
            "table", "/table", "thead", "/thead", "tbody", "/tbody", "tr", "/tr", "th", "/th", "td", "/td",
            "/main",
        ];
        for tag in tags(&html) {
            assert!(
                TAGS.contains(&tag) || TABLE.contains(&tag) || ["/body", "/html"].contains(&tag),
                "<{tag}"
            );
        }
        let lower = html.to_lowercase();
        for never in [
            "<script",
            "javascript:",
            " src=",
            " href=",
            "url(",
            "@import",
            "http://",
            "https://",
            "<link",
            "<iframe",
            " on",
        ] {
            let markup: String = lower
                .split('<')
                .skip(1)
                .filter_map(|rest| rest.split_once('>'))
                .map(|(tag, _)| format!("<{tag}>"))
                .collect();
            let found = if never == " on" {
                markup.contains(" onerror") || markup.contains(" onload")
            } else {
                markup.contains(never)
            };
            assert!(!found, "{never}");
        }
        assert!(!lower.contains("url(") && !lower.contains("@import"));
    }
}

#[test]
fn its_policy_lets_in_its_own_style_alone() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let html = html(&a_draft().bundle().unwrap());
    let style = html.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(style));
    let policy = format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\">"
    );
    assert!(html.contains(&policy));
    assert!(html.find(&policy).unwrap() < html.find("<style>").unwrap());
    assert_eq!(html.matches("<style>").count(), 1);
    assert!(!html.contains(" style="));
    for has in ["prefers-color-scheme: dark", "@media print", "color-scheme: light dark"] {
        assert!(style.contains(has), "{has}");
    }
}

#[test]
fn every_text_is_escaped_and_seen() {
    let html = html(&hostile().bundle().unwrap());
    for never in ["<script>alert", "<img", "<svg", "\u{1b}", "\u{202e}"] {
        assert!(!html.contains(never), "{never:?}");
    }
    assert!(
        html.contains(
            "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&gt;"
        )
    );
    assert!(html.contains("␛[31m⟨U+202E⟩"));
}

#[test]
fn it_says_what_matters_first() {
    let mut draft = a_draft();
    draft.include("licenses.json", false).unwrap();
    let html = html(&draft.bundle().unwrap());
    let at = |what: &str| html.find(what).unwrap_or_else(|| panic!("no {what}"));
    assert!(at("<h2>Findings</h2>") < at("<h2>Licenses</h2>"));
    assert!(at("<h2>Licenses</h2>") < at("<h2>Timeline</h2>"));
    assert!(html.contains("crashed at src-tauri/src/lib.rs:120:5"));
    assert!(html.contains("<th scope=\"row\">licenses.json</th><td>all</td><td>the user left it out</td>"));
    assert!(html.contains("<th scope=\"row\">System</th><td>Debian GNU/Linux 12</td>"));
    assert!(html.contains("Gatefold did not send it."));
}
