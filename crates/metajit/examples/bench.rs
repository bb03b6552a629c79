//! Times loops of the test language, interpreted and compiled: `bench [ITERATIONS] [NAME]`.

#[path = "../tests/common/mod.rs"]
mod common;

use common::check;
use common::counting::counting;
use common::lang::{Function, Op, Op::*, program};
use metajit::driver;
use std::time::Instant;

fn inner(inner: u8) -> Vec<Op> {
    vec![
        Int { d: inner, k: 0 },
        Int { d: inner + 1, k: 50 },
        Header { index: 0 },
        JumpNotLess { a: inner, b: inner + 1, to: 7 },
        Add { d: 2, a: 2, b: inner },
        AddInt { d: inner, a: inner, k: 1 },
        Jump { to: 2 },
    ]
}

/// Name, functions, inner steps in an iteration.
fn programs() -> Vec<(&'static str, Vec<Function>, u64)> {
    let callee = || {
        Function::new(
            "callee",
            4,
            true,
            vec![AddInt { d: 1, a: 0, k: 3 }, AndInt { d: 1, a: 1, k: 255 }, Return { a: 1 }],
        )
    };
    let called = || {
        Function::new(
            "callee",
            4,
            false,
            vec![AddInt { d: 1, a: 0, k: 3 }, AndInt { d: 1, a: 1, k: 255 }, Return { a: 1 }],
        )
    };
    let generator = Function::new(
        "generator",
        4,
        true,
        vec![
            Int { d: 2, k: 0 },
            Header { index: 0 },
            JumpNotLess { a: 2, b: 1, to: 6 },
            Yield { a: 2 },
            AddInt { d: 2, a: 2, k: 1 },
            Jump { to: 1 },
            Finish,
        ],
    );
    let call = [Move { d: 16, s: 1 }, Call { d: 3, f: 1, base: 16, n: 1 }, Add { d: 2, a: 2, b: 3 }];
    let two = [
        Move { d: 16, s: 1 },
        Call { d: 16, f: 1, base: 16, n: 1 },
        Call { d: 3, f: 1, base: 16, n: 1 },
        Add { d: 2, a: 2, b: 3 },
    ];
    vec![
        ("sum", vec![counting(&[], &[Add { d: 2, a: 2, b: 1 }])], 1),
        (
            "float",
            vec![counting(
                &[Float { d: 2, k: 1.0 }, Float { d: 3, k: 0.5 }, Float { d: 4, k: 0.9999 }],
                &[Add { d: 2, a: 2, b: 3 }, Mul { d: 2, a: 2, b: 4 }],
            )],
            1,
        ),
        (
            "branch",
            vec![counting(
                &[],
                &[
                    Mul { d: 3, a: 1, b: 1 },
                    AndInt { d: 3, a: 3, k: 6 },
                    JumpEqual { a: 3, k: 4, to: 5 },
                    AddInt { d: 2, a: 2, k: 1 },
                    Jump { to: 6 },
                    AddInt { d: 2, a: 2, k: 3 },
                ],
            )],
            1,
        ),
        ("two calls", vec![counting(&[], &two), callee()], 1),
        ("call, not inlined", vec![counting(&[], &call), called()], 1),
        (
            "object",
            vec![counting(
                &[New { d: 6 }, Set { p: 6, i: 0, s: 1 }],
                &[New { d: 7 }, Set { p: 7, i: 0, s: 1 }, Get { d: 3, p: 7, i: 0 }, Add { d: 2, a: 2, b: 3 }],
            )],
            1,
        ),
        (
            "object carried",
            vec![counting(
                &[New { d: 6 }, Set { p: 6, i: 0, s: 1 }],
                &[
                    New { d: 7 },
                    Get { d: 3, p: 6, i: 0 },
                    Add { d: 3, a: 3, b: 1 },
                    AndInt { d: 3, a: 3, k: 0xffff },
                    Set { p: 7, i: 0, s: 3 },
                    Move { d: 6, s: 7 },
                ],
            )],
            1,
        ),
        (
            "field of the heap",
            vec![counting(
                &[New { d: 6 }, Set { p: 6, i: 0, s: 1 }],
                &[Get { d: 3, p: 6, i: 0 }, AddInt { d: 3, a: 3, k: 1 }, Set { p: 6, i: 0, s: 3 }],
            )],
            1,
        ),
        (
            "generator",
            vec![
                counting(
                    &[Int { d: 3, k: 1 << 40 }, NewGenerator { d: 28, f: 1, a: 3 }, Int { d: 4, k: 0 }],
                    &[Next { d: 4, g: 28, f: 1, to: 1 }, Add { d: 2, a: 2, b: 4 }],
                ),
                generator,
            ],
            1,
        ),
        ("nested", vec![counting(&[], &inner(5))], 50),
        (
            "fib",
            vec![
                Function::new(
                    "main",
                    24,
                    false,
                    vec![Int { d: 16, k: 32 }, Call { d: 2, f: 1, base: 16, n: 1 }, Return { a: 2 }],
                ),
                Function::new(
                    "fib",
                    20,
                    true,
                    vec![
                        Int { d: 1, k: 2 },
                        JumpNotLess { a: 0, b: 1, to: 3 },
                        Return { a: 0 },
                        AddInt { d: 16, a: 0, k: -1 },
                        Call { d: 2, f: 1, base: 16, n: 1 },
                        AddInt { d: 16, a: 0, k: -2 },
                        Call { d: 3, f: 1, base: 16, n: 1 },
                        Add { d: 2, a: 2, b: 3 },
                        Return { a: 2 },
                    ],
                ),
            ],
            0,
        ),
    ]
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let n: i64 = arguments.first().and_then(|a| a.parse().ok()).unwrap_or(10_000_000);
    let wanted = arguments.get(1);
    let _heap = check::exclusive();
    println!("{:20} {:>10} {:>10}   ns per step", "", "plain", "compiled");
    for (i, (name, ..)) in programs().into_iter().enumerate() {
        if wanted.is_some_and(|wanted| !name.contains(wanted.as_str())) {
            continue;
        }
        let time = |mode: driver::Mode, n: i64| {
            driver::testing::reset();
            driver::set_mode(mode);
            let (_, functions, steps) = programs().swap_remove(i);
            let steps = if steps == 0 { 7_049_155 } else { n as u64 * steps };
            let start = Instant::now();
            let observed = check::run(program(functions), &[n]);
            (start.elapsed().as_nanos() as f64 / steps as f64, observed)
        };
        let few = if name == "nested" { n / 50 } else { n };
        let (plain, _) = time(driver::Mode::Off, few / 10);
        let (compiled, _) = time(driver::Mode::Sync, few);
        let s = driver::statistics();
        println!(
            "{name:20} {plain:10.2} {compiled:10.2}   loops {} bridges {} exits {} entered {}",
            s.loops + s.entries_compiled,
            s.bridges,
            s.exits,
            s.entered
        );
    }
    driver::finish_log();
}
