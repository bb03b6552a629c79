//! How `metapy` is linked, and the table of the library modules that are part of it.
//!
//! On Linux it is not position-independent: some twenty thousand addresses in its tables (natives, virtual calls,
//! Cranelift's) are then known when it is linked, and the dynamic linker need not write them at each start, which
//! takes a fifth of a millisecond. The heap, the stacks and compiled code are where the system puts them either way.
//!
//! The library's table has one row for each file in `lib/`: the module's dotted name, whether it is a package, and its source. It
//! is sorted by name for binary search. Neighbours: `stdlib/library.rs`, which includes it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|v| v == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
    println!("cargo:rerun-if-changed=build.rs");
    write_table();
}

/// Writes the table of the library.
fn write_table() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("lib");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut rows = Vec::new();
    collect(&root, "", &mut rows);
    rows.sort();
    let mut table = String::from("static LIBRARY: &[Source] = &[\n");
    for (name, path, package) in rows {
        let path = path.to_str().expect("the library's file names are ASCII");
        let row =
            format!("    Source {{ name: {name:?}, package: {package}, text: include_bytes!({path:?}) }},");
        writeln!(table, "{row}").expect("writing to a string succeeds");
    }
    table.push_str("];\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it")).join("library.rs");
    std::fs::write(out, table).expect("the output folder can be written");
}

/// Adds the modules of a folder; `package` is the dotted name of the folder, empty for the root.
fn collect(folder: &Path, package: &str, rows: &mut Vec<(String, PathBuf, bool)>) {
    let entries = std::fs::read_dir(folder).expect("the library is part of the sources");
    for entry in entries {
        let path = entry.expect("it was just listed").path();
        let stem = path.file_stem().and_then(|s| s.to_str()).expect("the library's file names are ASCII");
        let name = if package.is_empty() { stem.to_owned() } else { format!("{package}.{stem}") };
        if path.is_dir() {
            collect(&path, &name, rows);
        } else if path.extension().is_some_and(|e| e == "py") {
            if stem == "__init__" {
                rows.push((package.to_owned(), path, true));
            } else {
                rows.push((name, path, false));
            }
        }
    }
}
