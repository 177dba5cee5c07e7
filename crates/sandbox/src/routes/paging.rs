//! Lists, page by page: `limit`, or `page[number]` and `page[size]` with links (protocol reference 1.6).

use serde_json::{Value, json};

use crate::api::{Call, Reply};
use crate::failure::Failure;

const DEFAULT_LIMIT: usize = 10;

/// The part of a list that was asked for. `items` come newest first.
pub(super) fn list<T>(
    call: &Call<'_>,
    mut items: Vec<T>,
    show: impl Fn(&T) -> Result<Value, Failure>,
) -> Result<Reply, Failure> {
    match call.query.get("order") {
        None | Some("desc") => {}
        Some("asc") => items.reverse(),
        Some(_) => return Err(Failure::bad_request("must be asc or desc").parameter("order")),
    }
    let number = call.query.number("page[number]")?;
    let size = call.query.number("page[size]")?;
    let limit = call.query.number("limit")?.unwrap_or(DEFAULT_LIMIT);
    let paged = number.is_some() || size.is_some();
    let (number, size) =
        if paged { (number.unwrap_or(1), size.unwrap_or(DEFAULT_LIMIT)) } else { (1, limit) };
    let count = items.len();
    let data: Vec<Value> =
        items.iter().skip((number - 1) * size).take(size).map(show).collect::<Result<_, _>>()?;
    let mut document = json!({ "data": data });
    if paged {
        document["links"] = links(call.path, number, size, count);
    }
    Ok(Reply::json(200, document))
}

fn links(path: &str, number: usize, size: usize, count: usize) -> Value {
    let pages = count.div_ceil(size);
    let to = |page: usize| {
        (1..=pages.max(1))
            .contains(&page)
            .then(|| format!("{path}?page%5Bnumber%5D={page}&page%5Bsize%5D={size}"))
    };
    json!({
        "self": format!("{path}?page%5Bnumber%5D={number}&page%5Bsize%5D={size}"),
        "prev": to(number - 1),
        "next": to(number + 1),
        "first": to(1),
        "last": to(pages.max(1)),
        "meta": { "pages": pages, "count": count },
    })
}
