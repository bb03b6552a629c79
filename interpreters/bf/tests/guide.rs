//! The code in `docs/write-an-interpreter.md` is the code of this language.

const GUIDE: &str = include_str!("../../../docs/write-an-interpreter.md");
const SOURCES: [&str; 3] =
    [include_str!("../src/lib.rs"), include_str!("../src/program.rs"), include_str!("../src/main.rs")];

#[test]
fn every_block_of_the_guide_stands_in_the_sources() {
    let blocks: Vec<&str> =
        GUIDE.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() > 8, "the guide shows code");
    for block in blocks {
        assert!(SOURCES.iter().any(|source| source.contains(block)), "not in the sources:\n{block}");
    }
}

#[test]
fn the_language_is_small() {
    let lines: usize = SOURCES.iter().map(|source| source.lines().count()).sum();
    assert!(lines < 300, "{lines} lines");
}
