//! Programs that are one counting loop around a body.

use super::lang::{Function, Op, Op::*};

/// A main function that counts slot 1 up to slot 0 around a body, and returns slot 2.
pub fn counting(before: &[Op], body: &[Op]) -> Function {
    let mut ops = vec![Int { d: 1, k: 0 }, Int { d: 2, k: 0 }];
    ops.extend_from_slice(before);
    let header = ops.len();
    ops.push(Header { index: 0 });
    let exit = ops.len();
    ops.push(Nop);
    let start = ops.len();
    ops.extend(body.iter().map(|&op| moved(op, start)));
    ops.push(AddInt { d: 1, a: 1, k: 1 });
    ops.push(Jump { to: header });
    ops[exit] = JumpNotLess { a: 1, b: 0, to: ops.len() };
    ops.push(Return { a: 2 });
    Function::new("main", 32, false, ops)
}

/// A jump's target is given relative to the body's start.
fn moved(op: Op, by: usize) -> Op {
    match op {
        Jump { to } => Jump { to: to + by },
        JumpLess { a, b, to } => JumpLess { a, b, to: to + by },
        JumpNotLess { a, b, to } => JumpNotLess { a, b, to: to + by },
        JumpEqual { a, k, to } => JumpEqual { a, k, to: to + by },
        CallCatch { d, f, base, n, to } => CallCatch { d, f, base, n, to: to + by },
        Next { d, g, f, to } => Next { d, g, f, to: to + by },
        other => other,
    }
}
