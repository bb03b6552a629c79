//! Golden tests of the optimiser: a recording in text, and the trace that comes out.
//!
//! A file holds an input, a line `---` and the expected output; lines beginning with `#` say what it is about.
//! An input that ends in `end jump 0 …` is closed as a loop, as if all numbers had been 1. `UPDATE_GOLDEN=1 cargo test --test golden`
//! rewrites the outputs.

mod trace_world;

use metajit::heap::Value;
use metajit::ir::Class;
use metajit::kind::Type;
use metajit::{ir::text, opt};
use std::fmt::Write;
use trace_world::names;

#[test]
fn golden_traces() {
    trace_world::setup();
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "trace"));
    paths.sort();
    assert!(!paths.is_empty());
    let mut failures = String::new();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let (input, expected) = text.split_once("---\n").unwrap_or((&text, ""));
        let trace = text::parse(input, &names()).unwrap_or_else(|e| panic!("{name}: {e}"));
        // A recording in which all numbers were 1.
        let seen = |r| match trace.op(r).ty {
            _ if trace.op(r).code.class() == Class::Pure => None,
            Some(Type::Value) => Some(Value::int(1).bits()),
            Some(Type::Int) => Some(1),
            _ => None,
        };
        let output = match opt::optimise_seen(&trace, seen) {
            Ok(output) => {
                let printed = output.to_string();
                let parsed =
                    text::parse(&printed, &names()).unwrap_or_else(|e| panic!("{name}: {e}\n{printed}"));
                assert_eq!(parsed, output, "{name}: does not read back\n{printed}");
                printed
            }
            Err(error) => format!("{error:?}\n"),
        };
        if update {
            std::fs::write(&path, format!("{input}---\n{output}")).unwrap();
        } else if output != expected {
            write!(failures, "{name}: expected\n{expected}got\n{output}\n").unwrap();
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
