//! Links the program as the tests start it: at a fixed address, so that no start spends itself on relocations. What people
//! get is linked as always.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is_for_tests = std::env::var_os("CARGO_FEATURE_TEST_HOOKS").is_some();
    if is_for_tests && std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo:rustc-link-arg-bin=gatefold=-no-pie");
    }
}
