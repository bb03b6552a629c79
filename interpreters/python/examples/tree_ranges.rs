//! Prints kind and byte range of every statement and expression of a file, for comparing positions with CPython's `ast`.

use metapy::syntax::{Mode, parse, source};

fn main() {
    for path in std::env::args().skip(1) {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let Ok(text) = source::decode(&bytes) else { continue };
        let Ok(tree) = parse(&text, Mode::Module) else { continue };
        println!("= {path}");
        let dump = format!("{tree:#?}");
        let mut last = "";
        for line in dump.lines() {
            let line = line.trim();
            if let Some(range) = line.strip_prefix("range: ") {
                println!("{last} {}", range.trim_end_matches(','));
            }
            if let Some(kind) = line.strip_suffix(" {") {
                last = kind;
            }
        }
    }
}
