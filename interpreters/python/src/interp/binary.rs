//! Operators on anything: special methods of classes written in Python, in Python's order, seen through by traces; builtin types
//! through helpers.
//!
//! Neighbours: `arith`, `compare` (the fast cases), `object::number` and `object::compare` (builtin types).

use super::attribute::call_found;
use super::lookup::class_of;
use super::{Outcome, constant, helpers, sets, text};
use crate::object::intern::intern;
use crate::object::layouts::Instance;
use crate::object::number::{self, BinaryOp, UnaryOp};
use crate::object::types::{self, ClassData};
use crate::object::{NOT_IMPLEMENTED, PyResult};
use metajit::heap::Value;
use metajit::mode::Mode;
use metajit::staged::{Int, Val};

/// The operators by number, as helpers take them; in-place ones come after all others.
const OPS: [BinaryOp; 13] = [
    BinaryOp::Add,
    BinaryOp::Sub,
    BinaryOp::Mul,
    BinaryOp::TrueDiv,
    BinaryOp::FloorDiv,
    BinaryOp::Mod,
    BinaryOp::Pow,
    BinaryOp::LShift,
    BinaryOp::RShift,
    BinaryOp::And,
    BinaryOp::Or,
    BinaryOp::Xor,
    BinaryOp::MatMul,
];
const UNARY: [UnaryOp; 3] = [UnaryOp::Negative, UnaryOp::Positive, UnaryOp::Invert];

/// The operation with a number that [`OPS`] gives it.
pub fn plain(op: i64, a: Value, b: Value) -> PyResult {
    let op = op as usize;
    match OPS.get(op) {
        Some(&op) => number::binary(op, a, b),
        None => number::in_place(OPS[op - OPS.len()], a, b),
    }
}

/// The unary operation with a number.
pub fn unary_plain(op: i64, a: Value) -> PyResult {
    number::unary(UNARY[op as usize], a)
}

fn number_of(op: BinaryOp) -> i64 {
    OPS.iter().position(|&o| o == op).expect("every operator is listed") as i64
}

/// An operation on numbers.
pub fn builtin<M: Mode>(op: BinaryOp, a: Val<M>, b: Val<M>) -> Outcome<M> {
    if !M::RECORDING {
        return super::native::of_plain(number::binary(op, a.peek(), b.peek()));
    }
    helpers::binary_reads(Int::constant(number_of(op)), a, b)
}

/// `a op b` or `a op= b` on anything, which a trace does not look at.
pub fn unseen<M: Mode>(op: BinaryOp, a: Val<M>, b: Val<M>, in_place: bool) -> Outcome<M> {
    let number = number_of(op) + if in_place { OPS.len() as i64 } else { 0 };
    helpers::binary(Int::constant(number), a, b)
}

/// Whether the value is an instance of a class written in Python, for whose methods a trace looks.
fn is_instance<M: Mode>(value: Val<M>) -> bool {
    value.pointer().is_some_and(|o| o.layout() == Instance::ID)
}

/// `a op b` or `a op= b` on anything.
pub fn binary<M: Mode>(op: BinaryOp, a: Val<M>, b: Val<M>, in_place: bool) -> Outcome<M> {
    if !is_instance(a) && !is_instance(b) {
        if !M::RECORDING {
            let result = if in_place {
                number::in_place(op, a.peek(), b.peek())
            } else {
                number::binary(op, a.peek(), b.peek())
            };
            return super::native::of_plain(result);
        }
        let number = number_of(op) + if in_place { OPS.len() as i64 } else { 0 };
        if let Some(result) = text::binary(op, number, a, b, in_place) {
            return result;
        }
        if !in_place && let Some(result) = sets::binary(op, a, b) {
            return result;
        }
        return helpers::binary(Int::constant(number), a, b);
    }
    let (class_a, class_b) = (class_of(a), class_of(b));
    M::assume(&class_a.assumption);
    M::assume(&class_b.assumption);
    if in_place && let Some(result) = ask(a, class_a, op.in_place(), b)? {
        return Ok(result);
    }
    if let Some(result) = protocol(a, class_a, op.method(), b, class_b, op.reflected())? {
        return Ok(result);
    }
    let (a, b) = (a.peek(), b.peek());
    Err(super::fail(number::unsupported(op, a, b, if in_place { "=" } else { "" })))
}

/// Asks both operands in Python's order; `None` when neither knows.
fn protocol<M: Mode>(
    a: Val<M>,
    class_a: &'static ClassData,
    method: &str,
    b: Val<M>,
    class_b: &'static ClassData,
    reflected: &str,
) -> Outcome<M, Option<Val<M>>> {
    let name = intern(reflected);
    let differ = !std::ptr::eq(class_a, class_b);
    let overrides = differ
        && types::is_subclass(class_b.class(), class_a.class())
        && class_b.lookup_or_null(name) != class_a.lookup_or_null(name);
    if overrides && let Some(result) = ask(b, class_b, reflected, a)? {
        return Ok(Some(result));
    }
    if let Some(result) = ask(a, class_a, method, b)? {
        return Ok(Some(result));
    }
    if differ && !overrides {
        return ask(b, class_b, reflected, a);
    }
    Ok(None)
}

/// `receiver.method(other)`, unless there is none or it gives `NotImplemented`.
pub fn ask<M: Mode>(
    receiver: Val<M>,
    class: &'static ClassData,
    method: &str,
    other: Val<M>,
) -> Outcome<M, Option<Val<M>>> {
    let found = class.lookup_or_null(intern(method));
    if found.is_null() {
        return Ok(None);
    }
    let result = call_found(receiver, class, found, &[other])?;
    Ok(if result.same(NOT_IMPLEMENTED) { None } else { Some(result) })
}

/// `-a`, `+a`, `~a` on anything.
#[inline(never)]
pub fn unary<M: Mode>(op: UnaryOp, a: Val<M>) -> Outcome<M> {
    if is_instance(a) {
        let class = class_of(a);
        M::assume(&class.assumption);
        let found = class.lookup_or_null(intern(op.method()));
        if !found.is_null() {
            return call_found(a, class, found, &[]);
        }
    }
    if !M::RECORDING {
        return super::native::of_plain(number::unary(op, a.peek()));
    }
    let which = UNARY.iter().position(|&o| o == op).expect("every operator is listed");
    helpers::unary(Int::constant(which as i64), a)
}

/// A constant word for a missing operand.
pub fn null<M: Mode>() -> Val<M> {
    constant(Value::NULL)
}
