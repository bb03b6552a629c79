//! Golden tests of the compiler: each `tests/bytecode/*.py` against its dump in the `.txt` file beside it.
//!
//! `BLESS=1 cargo test -p metapy --test bytecode` writes the dumps anew.

use std::path::PathBuf;

use metapy::bytecode::{CodeData, Const, Op, Reg};
use metapy::compile::compile_module;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/bytecode")
}

fn programs() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).expect("the folder of golden tests is there");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("a readable entry").path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "py"));
    paths.sort();
    paths
}

fn compiled(path: &PathBuf) -> std::sync::Arc<CodeData> {
    let source = std::fs::read_to_string(path).expect("a readable program");
    compile_module(&source, "test.py").expect("a valid program")
}

#[test]
fn dumps_are_as_recorded() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    for path in programs() {
        let dump = compiled(&path).dump();
        let golden = path.with_extension("txt");
        if bless {
            std::fs::write(&golden, dump).expect("a writable folder");
        } else if std::fs::read_to_string(&golden).unwrap_or_default() != dump {
            wrong.push(path);
        }
    }
    assert!(wrong.is_empty(), "dumps differ (BLESS=1 records them): {wrong:?}");
}

/// Calls `check` for a code object and all inside it.
fn each_code(code: &CodeData, check: &mut impl FnMut(&CodeData)) {
    check(code);
    for c in &code.consts {
        if let Const::Code(inner) = c {
            each_code(inner, check);
        }
    }
}

#[test]
fn operands_stay_inside_the_frame() {
    for path in programs() {
        each_code(&compiled(&path), &mut |code| {
            for op in &code.code {
                op.registers(|_, r| assert!(r.0 < code.nregs, "{}: {}", code.qualname, code.show_op(*op)));
                assert!(op.target().is_none_or(|t| (t.0 as usize) < code.code.len()));
            }
            assert!(code.code.last().is_some_and(|op| op.ends_block() || op.target().is_some()));
        });
    }
}

#[test]
fn only_variables_are_live_at_entry() {
    for path in programs() {
        each_code(&compiled(&path), &mut |code| {
            let variables = code.varnames.len() + code.cellvars.len() + code.freevars.len();
            for r in variables..usize::from(code.nregs) {
                assert!(
                    !code.is_live(0, Reg(r as u16)),
                    "{}: %{r} is read before it is written",
                    code.qualname
                );
            }
        });
    }
}

#[test]
fn dead_temporaries_are_not_live_at_loop_heads() {
    let code = compile_module("def f(n):\n t = n * 2 + 1\n while n > 0:\n  n -= g(n)\n return n\n", "t.py");
    each_code(&code.expect("a valid program"), &mut |code| {
        for (pc, op) in code.code.iter().enumerate() {
            if matches!(op, Op::LoopHeader { .. }) {
                let live: Vec<u16> = (0..code.nregs).filter(|r| code.is_live(pc as u32, Reg(*r))).collect();
                assert_eq!(live, [0], "only `n` is live");
            }
        }
    });
}

#[test]
fn an_instruction_is_twelve_bytes() {
    assert!(size_of::<Op>() <= 12);
}
