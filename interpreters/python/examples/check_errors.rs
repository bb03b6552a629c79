//! Compiles snippets from a file, separated by U+001E, and prints one line for each: `OK` or the error with its position.

use metapy::compile::compile_module;

fn main() {
    let Some(path) = std::env::args().nth(1) else { return };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) => return eprintln!("{path}: {e}"),
    };
    for snippet in text.split('\u{1e}') {
        match compile_module(snippet, "<string>") {
            Ok(code) => {
                let _ = code.live(0);
                println!("OK");
            }
            Err(e) => println!(
                "{:?}|{}|{}|{}|{}|{}",
                e.kind,
                e.line,
                e.col,
                e.end_line,
                e.end_col,
                e.message.replace('\n', "\\n")
            ),
        }
    }
}
