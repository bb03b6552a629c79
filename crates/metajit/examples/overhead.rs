//! What being generic over the mode costs the plain interpreter: the test language's interpreter against a twin
//! of it that is written by hand without modes, for the same programs.
//!
//! Compared are the instructions that each executes, as valgrind counts them, because they do not depend on what
//! else the machine does; times are printed beside them. The twin does what an interpreter of such a language has to
//! do anyway: the same words, write barriers, overflow checks, limits of the two stacks and of recursion, and it
//! looks at the poll flag at each loop header, where the generic one counts.
//!
//! The process starts itself under valgrind for each number: `overhead <program> <twin> <iterations>`. It fails where
//! the generic interpreter needs more than [`BOUND`] times the instructions.

#[path = "../tests/common/mod.rs"]
mod common;

use common::check;
use common::lang::{BOUNDS, DEPTH, Function, Lang, NIL, Node, OVERFLOW, Op, Program, STACK, TYPE, program};
use metajit::depth::FrameCount;
use metajit::driver;
use metajit::frame::Frame;
use metajit::heap::{self, Ref, Value};
use metajit::language::Language;
use metajit::poll;
use metajit::run::{Run, STACK_MARGIN};
use std::process::Command;
use std::time::Instant;

/// The slots of a frame, by hand.
#[derive(Clone, Copy)]
struct Slots(Frame<Run>);

impl Slots {
    #[inline(always)]
    fn get(self, slot: u8) -> Value {
        self.0.get(slot).inner()
    }
    #[inline(always)]
    fn set(self, slot: u8, value: Value) {
        self.0.set(slot, value.into());
    }
    #[inline(always)]
    fn int(self, slot: u8) -> Result<i64, Value> {
        self.get(slot).as_int().ok_or(Value::small_int(TYPE))
    }
    #[inline(always)]
    fn node(self, slot: u8) -> Result<Ref, Value> {
        match self.get(slot).as_ref() {
            Some(object) if heap::layout_of(object) == Node::ID => Ok(object),
            _ => Err(Value::small_int(TYPE)),
        }
    }
}

/// Two numbers as one of the two pairs that arithmetic is done on.
#[inline(always)]
fn numbers(x: Value, y: Value) -> Result<Numbers, Value> {
    if let Some(x) = x.as_int() {
        if let Some(y) = y.as_int() {
            return Ok(Numbers::Ints(x, y));
        }
        return Ok(Numbers::Floats(x as f64, y.as_float().ok_or(Value::small_int(TYPE))?));
    }
    let x = x.as_float().ok_or(Value::small_int(TYPE))?;
    if let Some(y) = y.as_float() {
        return Ok(Numbers::Floats(x, y));
    }
    Ok(Numbers::Floats(x, y.as_int().ok_or(Value::small_int(TYPE))? as f64))
}

enum Numbers {
    Ints(i64, i64),
    Floats(f64, f64),
}

#[inline(always)]
fn arithmetic(
    x: Value,
    y: Value,
    int: impl Fn(i64, i64) -> Option<i64>,
    float: impl Fn(f64, f64) -> f64,
) -> Result<Value, Value> {
    match numbers(x, y)? {
        Numbers::Ints(x, y) => int(x, y).map(Value::int).ok_or(Value::small_int(OVERFLOW)),
        Numbers::Floats(x, y) => Ok(Value::float(float(x, y))),
    }
}

#[inline(always)]
fn less(x: Value, y: Value) -> Result<bool, Value> {
    Ok(match numbers(x, y)? {
        Numbers::Ints(x, y) => x < y,
        Numbers::Floats(x, y) => x < y,
    })
}

#[inline(always)]
fn field(object: Ref, i: u8) -> Value {
    match i {
        0 => heap::get(object, Node::A),
        1 => heap::get(object, Node::B),
        2 => heap::get(object, Node::C),
        _ => heap::get(object, Node::D),
    }
}

#[inline(always)]
fn set_field(object: Ref, i: u8, value: Value) {
    match i {
        0 => heap::set(object, Node::A, value),
        1 => heap::set(object, Node::B, value),
        2 => heap::set(object, Node::C, value),
        _ => heap::set(object, Node::D, value),
    }
}

/// Runs a function's frame unless a stack is used up.
#[inline(always)]
fn call(program: Program, function: &'static Function, frame: Frame<Run>) -> Result<Value, Value> {
    let stack = heap::vm_stack();
    let (top, end) = (stack.top(), frame.above(function.slots).base());
    let here = 0u8;
    if end >= stack.limit()
        || (std::ptr::from_ref(&here) as usize) < heap::native_stack().limit + STACK_MARGIN
        || !DEPTH.with(FrameCount::enter)
    {
        return Err(Value::small_int(STACK));
    }
    stack.set_top(end);
    let result = by_hand(program, function, frame);
    DEPTH.with(FrameCount::leave);
    stack.set_top(top);
    result
}

/// The twin: the instructions that the programs below use.
fn by_hand(program: Program, code: &'static Function, frame: Frame<Run>) -> Result<Value, Value> {
    let slots = Slots(frame);
    let mut pc = 0;
    loop {
        let op = &code.ops[pc];
        pc += 1;
        match *op {
            Op::Int { d, k } => slots.set(d, Value::int(k)),
            Op::Float { d, k } => slots.set(d, Value::float(k)),
            Op::Move { d, s } => slots.set(d, slots.get(s)),
            Op::Add { d, a, b } => {
                slots.set(d, arithmetic(slots.get(a), slots.get(b), i64::checked_add, |x, y| x + y)?);
            }
            Op::Mul { d, a, b } => {
                slots.set(d, arithmetic(slots.get(a), slots.get(b), i64::checked_mul, |x, y| x * y)?);
            }
            Op::AddInt { d, a, k } => {
                slots.set(d, Value::int(slots.int(a)?.checked_add(k).ok_or(Value::small_int(OVERFLOW))?));
            }
            Op::AndInt { d, a, k } => slots.set(d, Value::int(slots.int(a)? & k)),
            Op::Jump { to } => pc = to,
            Op::JumpNotLess { a, b, to } => {
                if !less(slots.get(a), slots.get(b))? {
                    pc = to;
                }
            }
            Op::JumpEqual { a, k, to } => {
                if slots.int(a)? == k {
                    pc = to;
                }
            }
            Op::Header { .. } => {
                if poll::requested() {
                    return Err(NIL);
                }
            }
            Op::New { d } => {
                let object = heap::alloc(Node::ID, 0);
                for field in [Node::A, Node::B, Node::C, Node::D] {
                    heap::set(object, field, NIL);
                }
                slots.set(d, Value::object(object));
            }
            Op::Get { d, p, i } => slots.set(d, field(slots.node(p)?, i)),
            Op::Set { p, i, s } => set_field(slots.node(p)?, i, slots.get(s)),
            Op::Call { d, f, base, n } => {
                if slots.get(base).as_int().is_some_and(|x| x < -1000) {
                    return Err(Value::small_int(BOUNDS));
                }
                let callee = frame.above(code.slots);
                for i in 0..n {
                    callee.set(i, slots.get(base + i).into());
                }
                slots.set(d, call(program, &program[f], callee)?);
            }
            Op::Return { a } => return Ok(slots.get(a)),
            Op::Nop => {}
            ref other => unreachable!("{other:?} is not in the programs"),
        }
    }
}

/// A loop around a body that works on slots 2 to 9.
fn around(body: Vec<Op>) -> Function {
    let mut ops = vec![
        Op::Int { d: 1, k: 0 },
        Op::Int { d: 2, k: 0 },
        Op::Float { d: 3, k: 1.5 },
        Op::New { d: 6 },
        Op::Set { p: 6, i: 0, s: 1 },
    ];
    let header = ops.len();
    ops.push(Op::Header { index: 0 });
    let end = header + body.len() + 4;
    ops.push(Op::JumpNotLess { a: 1, b: 0, to: end });
    ops.extend(body);
    ops.push(Op::AddInt { d: 1, a: 1, k: 1 });
    ops.push(Op::Jump { to: header });
    ops.push(Op::Return { a: 2 });
    Function::new("main", 24, false, ops)
}

fn programs() -> Vec<(&'static str, Program)> {
    let callee = Function::new("callee", 4, true, vec![Op::AddInt { d: 1, a: 0, k: 3 }, Op::Return { a: 1 }]);
    vec![
        (
            "integers",
            program(vec![around(vec![Op::Add { d: 2, a: 2, b: 1 }, Op::AndInt { d: 2, a: 2, k: 0xffff }])]),
        ),
        (
            "branches",
            program(vec![around(vec![
                Op::AndInt { d: 4, a: 1, k: 1 },
                Op::JumpEqual { a: 4, k: 0, to: 11 },
                Op::AddInt { d: 2, a: 2, k: 1 },
                Op::Jump { to: 12 },
                Op::Move { d: 5, s: 2 },
            ])]),
        ),
        ("floats", program(vec![around(vec![Op::Add { d: 4, a: 3, b: 3 }, Op::Mul { d: 4, a: 4, b: 3 }])])),
        (
            "fields",
            program(vec![around(vec![
                Op::Get { d: 4, p: 6, i: 0 },
                Op::AddInt { d: 4, a: 4, k: 1 },
                Op::Set { p: 6, i: 0, s: 4 },
            ])]),
        ),
        (
            "objects",
            program(vec![around(vec![
                Op::New { d: 4 },
                Op::Set { p: 4, i: 0, s: 1 },
                Op::Move { d: 6, s: 4 },
            ])]),
        ),
        (
            "calls",
            program(vec![
                around(vec![Op::Move { d: 16, s: 1 }, Op::Call { d: 4, f: 1, base: 16, n: 1 }]),
                callee,
            ]),
        ),
    ]
}

/// The most instructions that being generic may cost, as a ratio.
const BOUND: f64 = 1.05;

/// The twins.
const TWINS: [&str; 2] = ["generic", "by hand"];

/// Runs one twin on a program's main function. Valgrind counts what happens in here.
#[inline(never)]
fn measured(twin: usize, program: Program, frame: Frame<Run>) -> bool {
    match twin {
        0 => Lang::run::<Run>(&program[0], frame, 0).is_ok(),
        _ => by_hand(program, &program[0], frame).is_ok(),
    }
}

/// The nanoseconds of one run.
fn time(twin: usize, program: Program, frame: Frame<Run>, n: i64) -> f64 {
    frame.set(0u8, Value::int(n).into());
    let start = Instant::now();
    assert!(measured(twin, program, frame), "the program raises");
    start.elapsed().as_nanos() as f64
}

/// The instructions of one run; `None` where there is no valgrind.
fn instructions(twin: usize, program: usize, n: i64) -> Option<f64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*measured*"])
        .arg(std::env::current_exe().ok()?)
        .args([program.to_string(), twin.to_string(), n.to_string()])
        .output()
        .ok()?;
    let report = String::from_utf8_lossy(&output.stderr);
    let count = report.lines().find_map(|line| line.split_once("Collected :"))?;
    count.1.trim().parse().ok()
}

fn main() {
    let _heap = check::exclusive();
    driver::set_mode(driver::Mode::Off);
    let frame = Frame::<Run>::at(heap::vm_stack().base());
    heap::vm_stack().set_top(frame.above(24).base());
    let programs = programs();
    let arguments: Vec<usize> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    if let [program, twin, n] = arguments[..] {
        time(twin, programs[program].1, frame, n as i64);
        return;
    }
    let (few, many) = (20_000, 2_000_000);
    println!(
        "{:10} {:>9} {:>9} {:>6}   {:>9} {:>9} {:>6}",
        "per", "generic", "by hand", "", "generic", "by hand", ""
    );
    let mut within = true;
    println!("{:10} {:>26}   {:>26}", "iteration", "instructions", "nanoseconds");
    for (number, &(name, program)) in programs.iter().enumerate() {
        let counts =
            [0, 1].map(|twin| instructions(twin, number, few).map_or(f64::NAN, |count| count / few as f64));
        let mut best = [f64::INFINITY; 2];
        for round in 0..10 {
            let twin = round % TWINS.len();
            best[twin] = best[twin].min(time(twin, program, frame, many) / many as f64);
        }
        within &= counts[0].is_nan() || counts[0] <= counts[1] * BOUND;
        print!("{name:10}");
        for [generic, hand] in [counts, best] {
            print!(" {generic:9.2} {hand:9.2} {:6.2}  ", generic / hand);
        }
        println!();
    }
    if !within {
        eprintln!("being generic costs more than {BOUND} times the instructions");
        std::process::exit(1);
    }
}
