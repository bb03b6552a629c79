//! The programs that are compared with C.

use crate::common::counting::{counted, counting, placed};
use crate::common::lang::{Function, Op, Op::*};
use crate::common::samples;

/// One program; its twin in C has the same name.
pub struct Case {
    pub name: &'static str,
    pub functions: Vec<Function>,
    /// What the main function gets.
    pub argument: i64,
}

/// All of them, made anew.
pub fn cases() -> Vec<Case> {
    vec![
        case("sum", 100_000_000, vec![counting(&[], &[Add { d: 2, a: 2, b: 1 }])]),
        case("mandelbrot", 600, vec![mandelbrot()]),
        case("matmul", 300, vec![matmul()]),
        case("calls", 50_000_000, calls()),
        case("branch", 50_000_000, vec![branch()]),
        case("objects", 50_000_000, vec![objects()]),
        case("generators", 30_000_000, generators()),
        case("fib", 32, fib()),
    ]
}

fn case(name: &'static str, argument: i64, functions: Vec<Function>) -> Case {
    Case { name, functions, argument }
}

/// Instructions one after the other, each with targets relative to its own start.
fn sequence(pieces: &[&[Op]]) -> Vec<Op> {
    let mut ops = Vec::new();
    for piece in pieces {
        let by = ops.len();
        ops.extend(placed(piece, by));
    }
    ops
}

/// A square of `n` times `n` points, at most 50 steps each; the sum of the steps.
fn mandelbrot() -> Function {
    let [n, y, total, x, cr, ci, zr, zi, step, most, zr2, zi2, t, scale, four] =
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];
    let iteration = [
        Header { index: 0 },
        JumpNotLess { a: step, b: most, to: 14 },
        Mul { d: zr2, a: zr, b: zr },
        Mul { d: zi2, a: zi, b: zi },
        Add { d: t, a: zr2, b: zi2 },
        JumpLess { a: four, b: t, to: 14 },
        Mul { d: t, a: zr, b: zi },
        Add { d: t, a: t, b: t },
        Add { d: zi, a: t, b: ci },
        Sub { d: t, a: zr2, b: zi2 },
        Add { d: zr, a: t, b: cr },
        AddInt { d: step, a: step, k: 1 },
        Jump { to: 0 },
        Nop,
    ];
    let point = sequence(&[
        &[
            Mul { d: cr, a: x, b: scale },
            Float { d: t, k: 1.5 },
            Sub { d: cr, a: cr, b: t },
            Mul { d: ci, a: y, b: scale },
            Float { d: t, k: 1.0 },
            Sub { d: ci, a: ci, b: t },
            Float { d: zr, k: 0.0 },
            Float { d: zi, k: 0.0 },
            Int { d: step, k: 0 },
        ],
        &iteration,
        &[Add { d: total, a: total, b: step }],
    ]);
    let before = [Int { d: most, k: 50 }, Float { d: scale, k: 2.0 / 600.0 }, Float { d: four, k: 4.0 }];
    counting(&before, &counted(x, n, &point))
}

/// The product of two matrices of floats, `n` times `n`, in arrays of 90,000 machine floats; gives 0.
fn matmul() -> Function {
    let [n, i, result, j, k, a, b, c, at, s, p, q, size] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    let fill = [SetItem { p: a, i: at, s }, SetItem { p: b, i: at, s }];
    let inner = [
        Mul { d: p, a: i, b: n },
        Add { d: p, a: p, b: k },
        GetItem { d: p, p: a, i: p },
        Mul { d: q, a: k, b: n },
        Add { d: q, a: q, b: j },
        GetItem { d: q, p: b, i: q },
        Mul { d: p, a: p, b: q },
        Add { d: s, a: s, b: p },
    ];
    let cell = sequence(&[
        &[Float { d: s, k: 0.0 }],
        &counted(k, n, &inner),
        &[Mul { d: at, a: i, b: n }, Add { d: at, a: at, b: j }, SetItem { p: c, i: at, s }],
    ]);
    let arrays =
        [NewFloats { d: a, len: 90_000 }, NewFloats { d: b, len: 90_000 }, NewFloats { d: c, len: 90_000 }];
    let before = sequence(&[
        &arrays,
        &[Mul { d: size, a: n, b: n }, Float { d: s, k: 0.5 }, Int { d: result, k: 0 }],
        &counted(at, size, &fill),
    ]);
    counting(&before, &counted(j, n, &cell))
}

/// Two calls, one of the other's result, in each iteration.
fn calls() -> Vec<Function> {
    let body = [
        Move { d: 16, s: 1 },
        Call { d: 16, f: 1, base: 16, n: 1 },
        Call { d: 3, f: 1, base: 16, n: 1 },
        Add { d: 2, a: 2, b: 3 },
    ];
    let callee = [AddInt { d: 1, a: 0, k: 3 }, AndInt { d: 1, a: 1, k: 255 }, Return { a: 1 }];
    vec![counting(&[], &body), Function::new("callee", 4, true, callee.to_vec())]
}

/// Every other iteration adds something else.
fn branch() -> Function {
    let body = [
        AndInt { d: 3, a: 1, k: 1 },
        JumpEqual { a: 3, k: 1, to: 5 },
        AddInt { d: 2, a: 2, k: 1 },
        AndInt { d: 2, a: 2, k: 0xffff_ffff },
        Jump { to: 6 },
        Add { d: 2, a: 2, b: 1 },
    ];
    counting(&[], &body)
}

/// An object of two fields in each iteration, read and dropped.
fn objects() -> Function {
    let body = [NewPair { d: 7, a: 1, b: 2 }, First { d: 3, p: 7 }, Add { d: 2, a: 2, b: 3 }];
    counting(&[], &body)
}

/// The sum of what three generators in a row give.
fn generators() -> Vec<Function> {
    let main = vec![
        Int { d: 2, k: 0 },
        NewGenerator { d: 3, f: 1, a: 0 },
        NewGenerator { d: 3, f: 2, a: 3 },
        NewGenerator { d: 3, f: 3, a: 3 },
        Int { d: 4, k: 0 },
        Header { index: 0 },
        Next { d: 4, g: 3, to: 9 },
        Add { d: 2, a: 2, b: 4 },
        Jump { to: 5 },
        Return { a: 2 },
    ];
    let mut functions = vec![Function::new("main", 32, false, main)];
    functions.extend(samples::row());
    functions
}

fn fib() -> Vec<Function> {
    let main = vec![Move { d: 16, s: 0 }, Call { d: 2, f: 1, base: 16, n: 1 }, Return { a: 2 }];
    vec![Function::new("main", 24, false, main), samples::fib(1)]
}
