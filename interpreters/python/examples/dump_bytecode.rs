//! Compiles the Python files named on the command line and prints their bytecode; with `--check` only counts failures.

use metapy::compile::compile_file;

fn main() {
    let mut check = false;
    let (mut passed, mut failed) = (0, 0);
    for path in std::env::args().skip(1) {
        if path == "--check" {
            check = true;
            continue;
        }
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(e) => {
                eprintln!("{path}: {e}");
                continue;
            }
        };
        match compile_file(&bytes, &path) {
            Ok(code) if !check => print!("{}", code.dump()),
            Ok(code) => {
                passed += 1;
                let _ = code.live(0);
            }
            Err(e) => {
                failed += 1;
                println!("{path}:{}:{}: {:?}Error: {}", e.line, e.col, e.kind, e.message);
            }
        }
    }
    if check {
        println!("{passed} compiled, {failed} failed");
    }
}
