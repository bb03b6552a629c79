//! Programs that are counting loops around bodies.

use super::lang::{Function, Op, Op::*};

/// A loop that counts a slot from 0 up to another slot around a body. Targets, the body's too, are relative to the
/// start of what they stand in.
pub fn counted(counter: u8, limit: u8, body: &[Op]) -> Vec<Op> {
    let mut ops = vec![Int { d: counter, k: 0 }, Header { index: 0 }, Nop];
    ops.extend(placed(body, ops.len()));
    ops.push(AddInt { d: counter, a: counter, k: 1 });
    ops.push(Jump { to: 1 });
    ops[2] = JumpNotLess { a: counter, b: limit, to: ops.len() };
    ops
}

/// A main function that counts slot 1 up to slot 0 around a body, and returns slot 2.
pub fn counting(before: &[Op], body: &[Op]) -> Function {
    let mut ops = vec![Int { d: 1, k: 0 }, Int { d: 2, k: 0 }];
    ops.extend(placed(before, ops.len()));
    ops.extend(placed(&counted(1, 0, body), ops.len()));
    ops.push(Return { a: 2 });
    Function::new("main", 32, false, ops)
}

/// The instructions as they are if the first one stands at `by`.
pub fn placed(ops: &[Op], by: usize) -> impl Iterator<Item = Op> {
    ops.iter().map(move |&op| match op {
        Jump { to } => Jump { to: to + by },
        JumpLess { a, b, to } => JumpLess { a, b, to: to + by },
        JumpNotLess { a, b, to } => JumpNotLess { a, b, to: to + by },
        JumpEqual { a, k, to } => JumpEqual { a, k, to: to + by },
        CallCatch { d, f, base, n, to } => CallCatch { d, f, base, n, to: to + by },
        Next { d, g, to } => Next { d, g, to: to + by },
        other => other,
    })
}
