//! Bodies are refused for any member that the call does not know (protocol reference 0), and named in the answer.

use gatefold_keygen::ApiError;
use serde_json::Value;

use crate::failure::{Failure, invalid};
use crate::names::camel;

/// What a member may be.
pub(crate) enum Shape {
    /// Anything.
    Any,
    /// An object of these members, each optional.
    Object(&'static [(&'static str, Shape)]),
}

/// The longest text of an attribute (protocol reference 5.1).
const MAX_TEXT_CHARS: usize = 255;

/// Refuses a body (with snake-case names) that has members which the shape lacks.
pub(crate) fn check(body: &Value, shape: &Shape) -> Result<(), Failure> {
    match body {
        Value::Null => Ok(()),
        body => walk(body, shape, String::new()),
    }
}

fn walk(value: &Value, shape: &Shape, pointer: String) -> Result<(), Failure> {
    let Shape::Object(known) = shape else { return Ok(()) };
    let Value::Object(members) = value else {
        return Err(Failure::bad_request("type mismatch (expected object)").pointer(&pointer));
    };
    for (name, value) in members {
        let pointer = format!("{pointer}/{}", camel(name));
        match known.iter().find(|(known, _)| known == name) {
            Some((_, shape)) => walk(value, shape, pointer)?,
            None => return Err(Failure::bad_request("unpermitted parameter").pointer(&pointer)),
        }
    }
    Ok(())
}

/// A text attribute, if it is there and not `null`.
pub(crate) fn text<'a>(body: &'a Value, pointer: &str) -> Result<Option<&'a str>, Failure> {
    match body.pointer(pointer) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(mismatch(pointer, "string")),
    }
}

/// The same, to be kept.
pub(crate) fn owned(body: &Value, pointer: &str) -> Result<Option<String>, Failure> {
    Ok(text(body, pointer)?.map(str::to_owned))
}

/// A whole number, if it is there and not `null`.
pub(crate) fn integer(body: &Value, pointer: &str) -> Result<Option<i64>, Failure> {
    match body.pointer(pointer) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_i64().map(Some).ok_or_else(|| mismatch(pointer, "integer")),
    }
}

/// The caller's random number: a whole one of any size, repeated as it is. Nothing is made up: none in, none out.
pub(crate) fn nonce(body: &Value) -> Result<Option<&Value>, Failure> {
    match body.pointer("/meta/nonce") {
        None | Some(Value::Null) => Ok(None),
        Some(nonce) if nonce.is_i64() || nonce.is_u64() => Ok(Some(nonce)),
        Some(_) => Err(mismatch("/meta/nonce", "integer")),
    }
}

/// A member that must be there.
pub(crate) fn required<'a>(body: &'a Value, pointer: &str) -> Result<&'a str, Failure> {
    text(body, pointer)?.ok_or_else(|| Failure::bad_request("is missing").pointer(&camel_pointer(pointer)))
}

/// Adds an error if a label is too long.
pub(crate) fn limit_length(errors: &mut Vec<ApiError>, name: &str, value: Option<&str>) {
    if value.is_some_and(|value| value.chars().count() > MAX_TEXT_CHARS) {
        let detail = format!("is too long (maximum is {MAX_TEXT_CHARS} characters)");
        let code = format!("{}_TOO_LONG", name.to_ascii_uppercase());
        errors.push(invalid(&code, &format!("/data/attributes/{}", camel(name)), &detail));
    }
}

pub(crate) fn mismatch(pointer: &str, expected: &str) -> Failure {
    Failure::bad_request(&format!("type mismatch (expected {expected})")).pointer(&camel_pointer(pointer))
}

fn camel_pointer(pointer: &str) -> String {
    pointer.split('/').map(camel).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SHAPE: Shape =
        Shape::Object(&[("data", Shape::Object(&[("max_uses", Shape::Any), ("b", Shape::Object(&[]))]))]);

    #[test]
    fn members_that_are_not_known_are_named() {
        let check = |body: Value, expect: Option<&str>| {
            let pointer = check(&body, &SHAPE).err().map(|failure| {
                assert_eq!((failure.status, &failure.errors[0].code), (400, &None));
                failure.errors[0].source.clone().unwrap().pointer.unwrap()
            });
            assert_eq!(pointer.as_deref(), expect, "{body}");
        };
        check(Value::Null, None);
        check(json!({}), None);
        check(json!({"data": {"max_uses": {"x": 1}, "b": {}}}), None);
        check(json!({"data": {"max_cores": 1}}), Some("/data/maxCores"));
        check(json!({"data": {"b": {"c": 1}}}), Some("/data/b/c"));
        check(json!({"data": []}), Some("/data"));
        check(json!([]), Some(""));
    }

    #[test]
    fn members_of_the_wrong_type_are_named() {
        let body = json!({"data": {"max_uses": "3", "n": 3, "t": "x"}});
        assert_eq!(text(&body, "/data/t").unwrap(), Some("x"));
        assert_eq!(integer(&body, "/data/n").unwrap(), Some(3));
        assert_eq!(text(&body, "/data/none").unwrap(), None);
        let failure = integer(&body, "/data/max_uses").unwrap_err();
        assert_eq!(failure.errors[0].source.clone().unwrap().pointer.unwrap(), "/data/maxUses");
        assert!(text(&body, "/data/n").is_err() && required(&body, "/data/none").is_err());
    }
}
