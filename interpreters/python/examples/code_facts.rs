//! Prints the facts of every code object of the files named on the command line, for comparing with CPython's `co_` attributes.

use metapy::bytecode::{CodeData, Const};
use metapy::compile::compile_file;

fn main() {
    for path in std::env::args().skip(1) {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let Ok(code) = compile_file(&bytes, &path) else { continue };
        println!("= {path}");
        show(&code);
    }
}

fn show(code: &CodeData) {
    let sorted = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort();
        names.join(",")
    };
    println!(
        "{}|{}|{}|{}|{}|{}|{}|{}",
        code.qualname,
        code.first_line,
        code.argcount,
        code.posonlyargcount,
        code.kwonlyargcount,
        code.flags.0 & 0x2ff,
        sorted(&code.cellvars),
        sorted(&code.freevars)
    );
    for c in &code.consts {
        if let Const::Code(inner) = c {
            show(inner);
        }
    }
}
