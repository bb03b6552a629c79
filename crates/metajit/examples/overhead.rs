//! What being generic over the mode costs the plain interpreter: the test language's interpreter against a twin
//! of it that is written by hand without modes. The same program, times in turn, the best of several rounds.

#[path = "../tests/common/mod.rs"]
mod common;

use common::check;
use common::lang::{Function, Lang, NIL, Node, OVERFLOW, Op, Program, TYPE, program};
use metajit::driver;
use metajit::frame::Frame;
use metajit::heap::{self, Ref, Value};
use metajit::language::Language;
use metajit::run::Run;
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

#[inline(always)]
fn arithmetic(
    x: Value,
    y: Value,
    int: impl Fn(i64, i64) -> Option<i64>,
    float: impl Fn(f64, f64) -> f64,
) -> Result<Value, Value> {
    if let (Some(x), Some(y)) = (x.as_int(), y.as_int()) {
        return int(x, y).map(Value::int).ok_or(Value::small_int(OVERFLOW));
    }
    let wide = |v: Value| v.as_float().or_else(|| v.as_int().map(|i| i as f64)).ok_or(Value::small_int(TYPE));
    Ok(Value::float(float(wide(x)?, wide(y)?)))
}

#[inline(always)]
fn less(x: Value, y: Value) -> Result<bool, Value> {
    if let (Some(x), Some(y)) = (x.as_int(), y.as_int()) {
        return Ok(x < y);
    }
    let wide = |v: Value| v.as_float().or_else(|| v.as_int().map(|i| i as f64)).ok_or(Value::small_int(TYPE));
    Ok(wide(x)? < wide(y)?)
}

/// The twin: the instructions that the programs below use.
fn by_hand(program: Program, code: &'static Function, frame: Frame<Run>) -> Result<Value, Value> {
    let slots = Slots(frame);
    let mut pc = 0;
    loop {
        let op = code.ops[pc];
        pc += 1;
        match op {
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
            Op::Header { .. } => {}
            Op::New { d } => {
                let object = heap::alloc(Node::ID, 0);
                for field in [Node::A, Node::B, Node::C, Node::D] {
                    heap::set(object, field, NIL);
                }
                slots.set(d, Value::object(object));
            }
            Op::Get { d, p, .. } => slots.set(d, heap::get(slots.node(p)?, Node::A)),
            Op::Set { p, s, .. } => heap::set(slots.node(p)?, Node::A, slots.get(s)),
            Op::Call { d, f, base, n } => {
                let callee = frame.above(code.slots);
                for i in 0..n {
                    callee.set(i, slots.get(base + i).into());
                }
                let stack = heap::vm_stack();
                let top = stack.top();
                stack.set_top(callee.above(program[f].slots).base());
                let value = by_hand(program, &program[f], callee)?;
                stack.set_top(top);
                slots.set(d, value);
            }
            Op::Return { a } => return Ok(slots.get(a)),
            other => unreachable!("{other:?} is not in the programs"),
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
            "calls",
            program(vec![
                around(vec![Op::Move { d: 16, s: 1 }, Op::Call { d: 4, f: 1, base: 16, n: 1 }]),
                callee,
            ]),
        ),
    ]
}

fn main() {
    let n: i64 = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(2_000_000);
    let _heap = check::exclusive();
    driver::set_mode(driver::Mode::Off);
    let frame = Frame::<Run>::at(heap::vm_stack().base());
    heap::vm_stack().set_top(frame.above(24).base());
    println!("{:10} {:>10} {:>10} {:>8}   ns per iteration", "", "generic", "by hand", "ratio");
    for (name, program) in programs() {
        let mut best = [f64::INFINITY; 2];
        for round in 0..10 {
            frame.set(0u8, Value::int(n).into());
            let start = Instant::now();
            let result = match round % 2 {
                0 => Lang::run::<Run>(&program[0], frame, 0).ok(),
                _ => by_hand(program, &program[0], frame).ok(),
            };
            let time = start.elapsed().as_nanos() as f64 / n as f64;
            assert!(result.is_some(), "{name} raises");
            best[round % 2] = best[round % 2].min(time);
        }
        let [generic, hand] = best;
        println!("{name:10} {generic:10.2} {hand:10.2} {:8.2}", generic / hand);
    }
}
