//! Compares our parser's trees with those of `rustpython-parser` over the files named on the command line, and both speeds.

use std::time::{Duration, Instant};

use metapy::syntax::{Mode, parse, source};

fn main() {
    let (mut same, mut different, mut ours_only, mut theirs_only) = (0, 0, 0, 0);
    let (mut our_time, mut their_time) = (Duration::ZERO, Duration::ZERO);
    for path in std::env::args().skip(1) {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let Ok(text) = source::decode(&bytes) else { continue };
        let start = Instant::now();
        let ours = parse(&text, Mode::Module);
        our_time += start.elapsed();
        let start = Instant::now();
        let theirs = rustpython_parser::parse(&text, rustpython_parser::Mode::Module, "");
        their_time += start.elapsed();
        match (ours, theirs) {
            (Ok(a), Ok(b)) => {
                let (a, b) = (without_ranges(&format!("{a:#?}")), without_ranges(&format!("{b:#?}")));
                if a == b {
                    same += 1;
                    continue;
                }
                different += 1;
                let at = a.lines().zip(b.lines()).position(|(a, b)| a != b).unwrap_or(0);
                println!("{path}: trees differ");
                let from = at.saturating_sub(6);
                let show =
                    |t: &str| t.lines().skip(from).take(12).map(|l| format!("    {l}\n")).collect::<String>();
                println!("  ours:\n{}  theirs:\n{}", show(&a), show(&b));
            }
            (Ok(_), Err(_)) => ours_only += 1,
            (Err(e), Ok(_)) => {
                theirs_only += 1;
                println!("{path}: only they parse it: {} at {:?}", e.message, e.span);
            }
            (Err(_), Err(_)) => {}
        }
    }
    println!("{same} same, {different} different, {ours_only} only ours, {theirs_only} only theirs");
    println!("ours {our_time:?}, theirs {their_time:?}");
}

/// Positions are compared with CPython's, not with theirs.
fn without_ranges(tree: &str) -> String {
    tree.lines().filter(|l| !l.trim_start().starts_with("range:")).map(|l| format!("{l}\n")).collect()
}
