//! How `metapy` is linked.
//!
//! On Linux it is not position-independent: some twenty thousand addresses in its tables (natives, virtual calls,
//! Cranelift's) are then known when it is linked, and the dynamic linker need not write them at each start, which
//! takes a fifth of a millisecond. The heap, the stacks and compiled code are where the system puts them either way.

fn main() {
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|v| v == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
    println!("cargo:rerun-if-changed=build.rs");
}
