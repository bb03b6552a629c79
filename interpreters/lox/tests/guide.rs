//! The code in the guide is the code of Lox, of the template and of the tests.

use std::fs;
use std::path::Path;

const PAGES: [&str; 4] = [
    include_str!("../../../docs/guide/README.md"),
    include_str!("../../../docs/guide/objects-and-calls.md"),
    include_str!("../../../docs/guide/testing.md"),
    include_str!("../../../docs/guide/reading-traces.md"),
];
const SOURCES: [&str; 4] = [
    include_str!("../src/interp.rs"),
    include_str!("../src/object.rs"),
    include_str!("../../../docs/template/tests/language.rs"),
    include_str!("../../../crates/metajit/tests/plain_reads.rs"),
];

/// The text without its indentation.
fn flat(text: &str) -> String {
    text.lines().map(|line| line.trim().to_owned() + "\n").collect()
}

#[test]
fn every_block_of_the_guide_stands_in_the_sources() {
    let sources = SOURCES.map(flat);
    let mut blocks = 0;
    for page in PAGES {
        for block in page.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()) {
            let block = flat(block.trim_end());
            assert!(sources.iter().any(|source| source.contains(&block)), "not in the sources:\n{block}");
            blocks += 1;
        }
    }
    assert!(blocks > 12, "the guide shows code");
}

fn lines(folder: &Path) -> usize {
    let paths = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let count = |path: &Path| fs::read_to_string(path).expect("a file").lines().count();
    paths.map(|path| if path.is_dir() { lines(&path) } else { count(&path) }).sum()
}

#[test]
fn the_language_is_small() {
    let lines = lines(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    assert!(lines < 2500, "{lines} lines");
}
