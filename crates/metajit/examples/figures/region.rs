//! A loop with twenty bridges, compiled together, against a straight loop of as many operations.

use crate::common::counting::counting;
use crate::common::lang::{Function, Op, Op::*};
use crate::compiling::straight;
use crate::run;
use metajit::driver::Statistics;

const CASES: usize = 21;

/// Prints the table.
pub fn table() {
    let (_, branchy) = run(vec![switch()], 400_000, "merge_passes=8");
    // As many operations as the loop and its bridges have.
    let (_, line) = (1..)
        .map(|n| run(vec![straight(10 * n, 1)], 1000, "trace_limit=20000"))
        .find(|(_, s)| s.compiled_operations >= branchy.compiled_operations)
        .expect("longer programs give longer traces");
    println!(
        "{:18} {:>10} {:>8} {:>8} {:>12} {:>12}",
        "", "operations", "bridges", "merges", "code, bytes", "compiling, us"
    );
    let row = |name: &str, s: &Statistics| {
        let us = s.compiling_ns / 1000;
        println!(
            "{name:18} {:10} {:8} {:8} {:12} {us:12}",
            s.compiled_operations, s.bridges, s.merges, s.code_bytes
        );
    };
    row("region", &branchy);
    row("straight", &line);
}

/// A chain of tests on the counter modulo the number of cases, with a body for each.
fn switch() -> Function {
    let mut body: Vec<Op> = vec![Int { d: 5, k: CASES as i64 }, Mod { d: 3, a: 1, b: 5 }];
    let each = 6;
    let end = body.len() + CASES * each;
    for case in 0..CASES {
        let at = body.len();
        let other = 8 + (case % 8) as u8;
        body.extend([
            JumpEqual { a: 3, k: case as i64, to: at + 2 },
            Jump { to: at + each },
            Add { d: 2, a: 2, b: other },
            AndInt { d: 2, a: 2, k: 0xffff },
            AddInt { d: other, a: 2, k: case as i64 },
            Jump { to: end },
        ]);
    }
    let before: Vec<Op> = (8..16).map(|d| Int { d, k: d as i64 }).collect();
    counting(&before, &body)
}
