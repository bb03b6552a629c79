//! What recording and compiling cost an operation, on straight loops of several lengths.

use crate::common::counting::counting;
use crate::common::lang::{Function, Op, Op::*};
use crate::run;

/// Loops of each length.
const PROGRAMS: u64 = 10;

/// Prints the table.
pub fn table() {
    println!(
        "{:>10} {:>16} {:>16} {:>14}",
        "operations", "recording, ns/op", "compiling, ns/op", "code, bytes/op"
    );
    for bytecodes in [30, 150, 600, 1500] {
        let [mut asked, mut compiled, mut recording, mut compiling, mut bytes] = [0; 5];
        for seed in 0..PROGRAMS {
            let (_, s) = run(vec![straight(bytecodes, seed)], 1000, "trace_limit=20000");
            asked += s.recorded_operations;
            compiled += s.compiled_operations;
            recording += s.recording_ns;
            compiling += s.compiling_ns;
            bytes += s.code_bytes;
        }
        println!(
            "{:10} {:16} {:16} {:14}",
            compiled / PROGRAMS,
            recording / asked,
            compiling / compiled,
            bytes / compiled
        );
    }
}

/// A counting loop around so many instructions: arithmetic on integers and floats, arrays, fields, tests.
pub fn straight(bytecodes: usize, seed: u64) -> Function {
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |n: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % n) as u8
    };
    let mut body: Vec<Op> = Vec::new();
    while body.len() < bytecodes {
        // Slots 8 to 19 hold integers, 20 to 25 floats, 26 an array, 27 a node.
        let (d, a, b) = (8 + next(12), 8 + next(12), 8 + next(12));
        match next(8) {
            0 | 1 => body.extend([Add { d, a, b }, AndInt { d, a: d, k: 0xffff }]),
            2 => body.extend([Mul { d, a, b }, AndInt { d, a: d, k: 0xfff }]),
            3 => body.push(Sub { d, a, b: 1 }),
            4 => body.push(Add { d: 20 + next(6), a: 20 + next(6), b: 20 + next(6) }),
            5 => body.extend([AndInt { d, a, k: 15 }, GetItem { d, p: 26, i: d }]),
            6 => body.extend([AndInt { d: 3, a, k: 15 }, SetItem { p: 26, i: 3, s: b }]),
            _ => body.push(JumpLess { a, b, to: body.len() + 1 }),
        }
    }
    let mut before = vec![NewArray { d: 26, len: 16 }, New { d: 27 }];
    before.extend((8..20).map(|d| Int { d, k: d as i64 * 1000 }));
    before.extend((20..26).map(|d| Float { d, k: d as f64 / 16.0 }));
    before.extend((0..16).flat_map(|i| [Int { d: 3, k: i }, SetItem { p: 26, i: 3, s: 8 }]));
    counting(&before, &body)
}
