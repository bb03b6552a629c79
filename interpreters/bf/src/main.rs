//! The command `bf FILE`.

use metajit::heap::{Heap, HeapOptions};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file] = &arguments[..] else {
        eprintln!("usage: bf FILE");
        return ExitCode::from(2);
    };
    let source = match std::fs::read(file) {
        Ok(source) => source,
        Err(error) => {
            eprintln!("bf: {file}: {error}");
            return ExitCode::from(2);
        }
    };
    let program = match bf::program::compile(&source) {
        Ok(program) => Box::leak(Box::new(program)),
        Err(bf::program::Unbalanced(at)) => {
            eprintln!("bf: {file}: bracket without its partner at byte {at}");
            return ExitCode::from(2);
        }
    };
    Heap::init(HeapOptions::default());
    match bf::execute(program) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => {
            eprintln!("bf: {file}: the pointer has left the tape");
            ExitCode::FAILURE
        }
    }
}
