//! What leaving compiled code costs: the way out, the rest of the iteration in the interpreter, and the way back in.

use crate::common::counting::counting;
use crate::common::lang::{Function, Op, Op::*};
use crate::run;

const ITERATIONS: i64 = 4_000_000;

/// Prints the table.
pub fn table() {
    println!("{:24} {:>12}", "exit with", "ns");
    for virtuals in [0, 1, 3] {
        // The exit is never continued, and taken in every other iteration; against the same loop that stays inside.
        let time = |mask| {
            let parameters = "bridge_threshold=1000000000";
            (0..5).map(|_| run(vec![leaving(virtuals, mask)], ITERATIONS, parameters).0.as_nanos()).min()
        };
        let (leaving, staying) = (time(1).unwrap_or(0), time(0).unwrap_or(0));
        let each = leaving.saturating_sub(staying) as f64 / (ITERATIONS / 2) as f64;
        println!("{:24} {each:12.1}", format!("{virtuals} virtual objects"));
    }
}

/// A loop with a test on the counter's bits in the mask, across which so many new objects live.
fn leaving(virtuals: u8, mask: i64) -> Function {
    let mut body: Vec<Op> = (0..virtuals).map(|i| NewPair { d: 8 + i, a: 1, b: 2 }).collect();
    body.push(AndInt { d: 3, a: 1, k: mask });
    let test = body.len();
    body.push(JumpEqual { a: 3, k: 1, to: test + 1 });
    for i in 0..virtuals {
        body.extend([First { d: 4, p: 8 + i }, Move { d: 2, s: 4 }]);
    }
    counting(&[], &body)
}
