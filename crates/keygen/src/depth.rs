//! How deep a body nests, before any parser follows it down. It refuses nothing itself.

/// How deep brackets nest, strings aside. Cheap, and it needs no valid JSON.
pub(crate) fn depth(body: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_strings_do_not_nest() {
        let check = |body: &str, expect: usize| assert_eq!(depth(body.as_bytes()), expect, "{body}");
        check("", 0);
        check("{}", 1);
        check(r#"{"a":[{}],"b":{}}"#, 3);
        check(r#"{"a":"[[[","b":"\"[[["}"#, 1);
        check(r#"{"a":"\\"}[["#, 2);
        check("]]]}}}[", 1);
    }
}
