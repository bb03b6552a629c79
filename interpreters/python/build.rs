//! How `metapy` is linked, and the table of the library modules that are part of it.
//!
//! On Linux it is not position-independent: some twenty thousand addresses in its tables (natives, virtual calls,
//! Cranelift's) are then known when it is linked, and the dynamic linker need not write them at each start, which
//! takes a fifth of a millisecond. The heap, the stacks and compiled code are where the system puts them either way.
//!
//! The functions that programs use (`link/functions.txt`) lie side by side. The system maps an executable in pieces of 64 KiB
//! when one byte of each is needed; with the code of a quarter of the functions spread over all of it, all of it was in memory.
//!
//! The library's table has one row for each file in `lib/`: the module's dotted name, whether it is a package, and its source. It
//! is sorted by name for binary search. Neighbours: `stdlib/library.rs`, which includes it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|v| v == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
        // The names are those of this architecture, and of optimised code.
        if is("CARGO_CFG_TARGET_ARCH", "x86_64") && is("PROFILE", "release") {
            println!("cargo:rustc-link-arg-bins=-Wl,-T,{}", write_order().display());
        }
    }
    println!("cargo:rerun-if-changed=build.rs");
    write_table();
}

fn folder_of(variable: &str) -> PathBuf {
    PathBuf::from(std::env::var_os(variable).expect("cargo sets it"))
}

/// Writes the linker script that puts the functions that programs use before the others; its path.
fn write_order() -> PathBuf {
    let path = folder_of("CARGO_MANIFEST_DIR").join("link/functions.txt");
    println!("cargo::rerun-if-changed={}", path.display());
    let list = std::fs::read_to_string(path).expect("the list is part of the sources");
    let mut script = String::from("SECTIONS {\n  .text.used : {\n");
    for pattern in list.lines().filter(|line| !line.starts_with('#')) {
        writeln!(script, "    *(.text.{pattern} .text.unlikely.{pattern})")
            .expect("writing to a string succeeds");
    }
    // An addition to the linker's own script, which takes what is left.
    script.push_str("  }\n}\nINSERT BEFORE .text;\n");
    let out = folder_of("OUT_DIR").join("order.ld");
    std::fs::write(&out, script).expect("the output folder can be written");
    out
}

/// Writes the table of the library.
fn write_table() {
    let root = folder_of("CARGO_MANIFEST_DIR").join("lib");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut rows = Vec::new();
    collect(&root, "", &mut rows);
    rows.sort();
    // The names lie in one place, so that searching touches none of the texts between which they would lie.
    let names: String = rows.iter().map(|row| row.0.as_str()).collect();
    let mut table = format!("static NAMES: &str = {names:?};\nstatic LIBRARY: &[Source] = &[\n");
    let mut at = 0;
    for (name, path, package) in rows {
        let path = path.to_str().expect("the library's file names are ASCII");
        let length = name.len();
        let name = format!("NAMES.split_at({at}).1.split_at({length}).0");
        at += length;
        let row =
            format!("    Source {{ name: {name}, package: {package}, text: include_bytes!({path:?}) }},");
        writeln!(table, "{row}").expect("writing to a string succeeds");
    }
    table.push_str("];\n");
    let out = folder_of("OUT_DIR").join("library.rs");
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
