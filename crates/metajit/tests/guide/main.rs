//! The guide's page about hints: its code is the code here, its traces are what that code gives.
//!
//! `UPDATE_GUIDE=1 cargo test -p metajit --test guide` writes the traces into the page again.

mod hints;

use hints::{Hint, run};
use metajit::heap;
use metajit::testing::traces;
use std::collections::HashMap;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/hints.md");

/// The body of a hint's loop, values numbered in the order in which they appear.
fn trace_of(hint: Hint) -> String {
    let traces = traces(|| _ = run(hint));
    assert_eq!(traces.len(), 1, "{hint:?}: {traces:#?}");
    let (_, body) = traces[0].text.split_once("\nloop:\n").expect("a loop");
    let body = body.split("\nend").next().expect("the body");
    let mut names: HashMap<String, usize> = HashMap::new();
    let mut text = String::new();
    for line in body.lines() {
        let mut word = String::new();
        for c in line.chars().chain(['\n']) {
            if c.is_ascii_alphanumeric() || c == '_' {
                word.push(c);
                continue;
            }
            let is_name = word.starts_with('v') && word[1..].parse::<u32>().is_ok();
            if is_name {
                let next = names.len() + 1;
                let number = names.entry(std::mem::take(&mut word)).or_insert(next);
                text += &format!("v{number}");
            } else {
                text += &std::mem::take(&mut word);
            }
            text.push(c);
        }
    }
    // Resume points and addresses differ from run to run.
    let lines = text.lines().map(|line| match line.rsplit_once(" @") {
        Some((guard, _)) => guard,
        None => line,
    });
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_page_shows_what_happens() {
    let _heap = heap::testing::exclusive(hints::LAYOUTS);
    let mut page = std::fs::read_to_string(PAGE).expect("the page");
    let sources = [include_str!("hints.rs"), include_str!("main.rs")];
    for block in page.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        let there = |source: &str| block.lines().all(|line| source.contains(line.trim()));
        assert!(sources.iter().any(|source| there(source)), "not in the sources:\n{block}");
    }
    let update = std::env::var_os("UPDATE_GUIDE").is_some();
    for &hint in Hint::ALL {
        let mark = format!("```trace {hint:?}\n");
        let start = page.find(&mark).unwrap_or_else(|| panic!("{hint:?} is not on the page")) + mark.len();
        let end = start + page[start..].find("```").expect("the block's end");
        let trace = trace_of(hint);
        if update {
            page.replace_range(start..end, &trace);
        } else {
            assert_eq!(&page[start..end], trace, "{hint:?}: UPDATE_GUIDE=1 writes it again");
        }
    }
    if update {
        std::fs::write(PAGE, page).expect("the page is writable");
    }
}
