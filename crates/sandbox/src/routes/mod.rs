//! Which call a request is. Everything that is not in this table is answered with an unsigned 404.

mod check_out;
mod licenses;
mod machines;
mod paging;
mod registrations;
mod tokens;
mod transfers;
mod trials;
mod usage;
mod validate;

use crate::api::{Call, Reply};
use crate::failure::Failure;

/// A call; the second argument is the id or alias in the path.
pub(crate) type Handler = fn(&Call<'_>, &str) -> Result<Reply, Failure>;

/// The call for a method and the words of the path after the account.
pub(crate) fn find<'a>(method: &str, path: &[&'a str]) -> Option<(Handler, &'a str)> {
    let found: (Handler, &str) = match (method, path) {
        ("POST", ["tokens"]) => (tokens::create, ""),
        ("GET", ["tokens"]) => (tokens::list, ""),
        ("GET", ["tokens", id]) => (tokens::show, id),
        ("DELETE", ["tokens", id]) => (tokens::revoke, id),
        ("GET", ["me"]) => (tokens::me, ""),
        ("GET", ["profile"]) => (tokens::profile, ""),

        ("GET", ["licenses"]) => (licenses::list, ""),
        ("GET", ["licenses", id]) => (licenses::show, id),
        ("GET", ["licenses", id, "entitlements"]) => (licenses::entitlements, id),
        ("GET", ["licenses", id, "policy"]) => (licenses::policy, id),
        ("GET", ["licenses", id, "machines"]) => (machines::list_of_license, id),
        ("POST", ["licenses", "actions", "validate-key"]) => (validate::by_key, ""),
        ("POST", ["licenses", id, "actions", "validate"]) => (validate::by_id, id),
        ("GET", ["licenses", id, "actions", "validate"]) => (validate::quick, id),
        ("POST", ["licenses", id, "actions", "check-out"]) => (check_out::license, id),
        ("GET", ["licenses", id, "actions", "check-out"]) => (check_out::license_file, id),
        ("POST", ["licenses", id, "actions", "suspend"]) => (licenses::suspend, id),
        ("POST", ["licenses", id, "actions", "reinstate"]) => (licenses::reinstate, id),

        ("POST", ["registrations"]) => (registrations::create, ""),
        ("POST", ["trials"]) => (trials::create, ""),
        ("GET", ["transfers", "eligibility"]) => (transfers::eligibility, ""),
        ("POST", ["transfers"]) => (transfers::create, ""),

        ("POST", ["metrics"]) => (usage::export, ""),
        ("POST", ["usage-erasures"]) => (usage::erase, ""),

        ("POST", ["machines"]) => (machines::create, ""),
        ("GET", ["machines"]) => (machines::list, ""),
        ("GET", ["machines", id]) => (machines::show, id),
        ("PATCH" | "PUT", ["machines", id]) => (machines::rename, id),
        ("DELETE", ["machines", id]) => (machines::delete, id),
        ("POST", ["machines", id, "actions", "check-out"]) => (check_out::machine, id),
        ("GET", ["machines", id, "actions", "check-out"]) => (check_out::machine_file, id),
        _ => return None,
    };
    Some(found)
}
