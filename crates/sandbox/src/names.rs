//! Member names: the server lower-snake-cases every name it receives and camel-cases metadata that it returns
//! (protocol reference 1.3).

use serde_json::{Map, Value};

/// `memoryGib`, `memory-gib` and `memory_gib` are all `memory_gib`.
pub(crate) fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 4);
    for (i, &c) in chars.iter().enumerate() {
        let after_word = i > 0 && (chars[i - 1].is_lowercase() || chars[i - 1].is_ascii_digit());
        let before_word =
            i > 0 && chars[i - 1].is_uppercase() && chars.get(i + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && (after_word || before_word) {
            out.push('_');
        }
        out.extend(if c == '-' { '_' } else { c }.to_lowercase());
    }
    out
}

/// `memory_gib` is `memoryGib`.
pub(crate) fn camel(name: &str) -> String {
    let mut words = name.split('_').filter(|word| !word.is_empty());
    let mut out = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut chars = word.chars();
        out.extend(chars.next().into_iter().flat_map(char::to_uppercase));
        out.push_str(chars.as_str());
    }
    out
}

/// The same value with every member renamed, at every depth.
pub(crate) fn rename(value: Value, name: fn(&str) -> String) -> Value {
    match value {
        Value::Array(values) => values.into_iter().map(|value| rename(value, name)).collect(),
        Value::Object(members) => Value::Object(
            members.into_iter().map(|(key, value)| (name(&key), rename(value, name))).collect::<Map<_, _>>(),
        ),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_normalized() {
        let check = |input: &str, snaked: &str, camel_again: &str| {
            assert_eq!(snake(input), snaked);
            assert_eq!(camel(&snake(input)), camel_again);
        };
        check("gateFold", "gate_fold", "gateFold");
        check("gate_fold", "gate_fold", "gateFold");
        check("gate-fold", "gate_fold", "gateFold");
        check("GateFold", "gate_fold", "gateFold");
        check("HTMLPage", "html_page", "htmlPage");
        check("memoryGib", "memory_gib", "memoryGib");
        check("cpu", "cpu", "cpu");
        check("x2Y", "x2_y", "x2Y");
        check("", "", "");
    }

    #[test]
    fn at_every_depth() {
        let renamed = rename(json!({"aB": [{"cD": {"eF": "gH"}}]}), snake);
        assert_eq!(renamed, json!({"a_b": [{"c_d": {"e_f": "gH"}}]}));
    }
}
