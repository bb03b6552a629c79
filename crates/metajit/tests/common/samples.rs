//! Functions that several tests and tables run.

use super::lang::{Function, Op, Op::*};

/// The naive Fibonacci function, as function `own` of its program.
pub fn fib(own: usize) -> Function {
    let ops = vec![
        Int { d: 1, k: 2 },
        JumpNotLess { a: 0, b: 1, to: 3 },
        Return { a: 0 },
        AddInt { d: 16, a: 0, k: -1 },
        Call { d: 2, f: own, base: 16, n: 1 },
        AddInt { d: 16, a: 0, k: -2 },
        Call { d: 3, f: own, base: 16, n: 1 },
        Add { d: 2, a: 2, b: 3 },
        Return { a: 2 },
    ];
    Function::new("fib", 20, true, ops)
}

/// A generator of the numbers from 0 up to its argument.
pub fn numbers() -> Function {
    let ops = vec![
        Int { d: 2, k: 0 },
        Header { index: 0 },
        JumpNotLess { a: 2, b: 1, to: 6 },
        Yield { a: 2 },
        AddInt { d: 2, a: 2, k: 1 },
        Jump { to: 1 },
        Finish,
    ];
    Function::new("numbers", 4, true, ops)
}

/// A generator that takes the values of another one, its argument, into slot 2, and gives on what the step makes of it.
pub fn stage(name: &str, step: Op) -> Function {
    let ops = vec![
        Int { d: 2, k: 0 },
        Header { index: 0 },
        Next { d: 2, g: 1, to: 6 },
        step,
        Yield { a: 2 },
        Jump { to: 1 },
        Finish,
    ];
    Function::new(name, 4, true, ops)
}

/// Three generators in a row, to follow a main function as functions 1 to 3: numbers, twice as much, its low 16 bits.
pub fn row() -> [Function; 3] {
    [numbers(), stage("doubled", Add { d: 2, a: 2, b: 2 }), stage("masked", AndInt { d: 2, a: 2, k: 0xffff })]
}
