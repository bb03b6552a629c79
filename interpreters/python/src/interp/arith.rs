//! Arithmetic on numbers in place; everything else goes to `binary`.
//!
//! Small integers and immediate floats are tried first, inlined into the dispatch loop with the operator a constant. Neighbours: `binary` (the
//! protocol), `compare`, `object::number` (what builtin types do).

use super::{Outcome, binary, constant, helpers, power, text};
use crate::address;
use crate::code::Site;
use crate::object::layouts::BigInt;
use crate::object::number::{BinaryOp, UnaryOp};
use crate::object::str;
use metajit::heap::{INT_BOX, Value};
use metajit::mode::Mode;
use metajit::staged::{Float, Int, Val};

/// Recordings with large integers after which an instruction whose operands change their form leaves them alone.
const MIXED: u32 = 2;

/// Whether the instruction has been recorded with large integers, and with an operand of several forms (in the word,
/// of 64 bits, larger): it is then left to a helper, since a loop's traces for all combinations would be too many. The
/// site is given by its address, and the answer is a constant of the trace, also when the bytecode is replayed.
pub fn is_mixed(site: i64) -> bool {
    let site = address::site(site);
    let several = |forms: u32| (forms & 0b111).count_ones() > 1;
    site.index.get() >= MIXED && (several(site.kind.get()) || several(site.kind.get() >> 3))
}

/// The form of an integer, as a bit; 0 for what is none.
fn form<M: Mode>(value: Val<M>) -> u32 {
    let value = value.peek();
    if value.is_small_int() {
        1
    } else if value.has_layout(INT_BOX) {
        2
    } else if value.has_layout(BigInt::ID) {
        4
    } else {
        0
    }
}

/// Remembers what the instruction was recorded with.
fn note<M: Mode>(site: &Site, a: Val<M>, b: Val<M>, result: &Outcome<M>) {
    let (a, b) = (form(a), form(b));
    site.kind.set(site.kind.get() | a | b << 3);
    if (a | b | result.as_ref().map_or(0, |&result| form(result))) & 4 != 0 {
        site.index.set(site.index.get().saturating_add(1));
    }
}

/// Carries an instruction out while recording.
#[inline(never)]
fn recorded<M: Mode>(op: BinaryOp, a: Val<M>, b: Val<M>, in_place: bool, site: &'static Site) -> Outcome<M> {
    if helpers::is_mixed::<M>(Int::constant(address::address_of(site))).truth() {
        return binary::unseen(op, a, b, in_place);
    }
    let result = operate_seen(op, a, b, in_place);
    note(site, a, b, &result);
    result
}

/// `a op b`.
#[inline(always)]
pub fn operate<M: Mode>(op: BinaryOp, a: Val<M>, b: Val<M>, site: &'static Site) -> Outcome<M> {
    if M::RECORDING { recorded(op, a, b, false, site) } else { operate_seen(op, a, b, false) }
}

/// `a + b`, for counters.
pub fn add<M: Mode>(a: Val<M>, b: Val<M>) -> Outcome<M> {
    operate_seen(BinaryOp::Add, a, b, false)
}

#[inline(always)]
fn operate_seen<M: Mode>(op: BinaryOp, a: Val<M>, b: Val<M>, in_place: bool) -> Outcome<M> {
    if let Some(x) = a.small_int()
        && let Some(y) = b.small_int()
    {
        if let Some(result) = int_op(op, x, y) {
            return Ok(result);
        }
    } else if let Some(x) = a.immediate_float()
        && let Some(y) = b.immediate_float()
        && let Some(result) = float_op(op, x, y)
    {
        return Ok(result);
    }
    slow(op, a, b, in_place)
}

/// `a op= b`.
#[inline(always)]
pub fn operate_in_place<M: Mode>(op: BinaryOp, a: Val<M>, b: Val<M>, site: &'static Site) -> Outcome<M> {
    if M::RECORDING { recorded(op, a, b, true, site) } else { operate_seen(op, a, b, true) }
}

/// `a op imm`.
#[inline(always)]
pub fn operate_int<M: Mode>(
    op: BinaryOp,
    a: Val<M>,
    imm: i32,
    in_place: bool,
    site: &'static Site,
) -> Outcome<M> {
    if M::RECORDING {
        let b = constant(metajit::heap::Value::small_int(i64::from(imm)));
        return recorded(op, a, b, in_place, site);
    }
    if let Some(x) = a.small_int()
        && let Some(result) = int_op(op, x, Int::from(i64::from(imm)))
    {
        return Ok(result);
    }
    slow(op, a, constant(metajit::heap::Value::small_int(i64::from(imm))), in_place)
}

/// An operation on integers that fit in a word and, mostly, has a result that does; `None` leaves it to big integers or
/// errors.
#[inline(always)]
fn int_op<M: Mode>(op: BinaryOp, x: Int<M>, y: Int<M>) -> Option<Val<M>> {
    Some(match op {
        BinaryOp::Add => x.checked_add(y)?.into(),
        BinaryOp::Sub => x.checked_sub(y)?.into(),
        BinaryOp::Mul => x.checked_mul(y)?.into(),
        BinaryOp::FloorDiv => {
            if y == 0 || y == -1 {
                return None;
            }
            x.floor_div(y).into()
        }
        BinaryOp::Mod => {
            if y == 0 {
                return None;
            }
            x.floor_mod(y).into()
        }
        BinaryOp::TrueDiv => {
            // Exact when both are exact as floats.
            let limit = 1_i64 << 53;
            let exact = |i: Int<M>| (i + limit).below(2 * limit).truth();
            if y == 0 || !exact(x) || !exact(y) {
                return None;
            }
            (x.to_float() / y.to_float()).into()
        }
        BinaryOp::LShift => {
            if !y.below(62).truth() {
                return None;
            }
            let shifted = x << y;
            if shifted >> y != x {
                return None;
            }
            shifted.into()
        }
        BinaryOp::RShift => {
            if !y.below(64).truth() {
                return None;
            }
            (x >> y).into()
        }
        BinaryOp::And => (x & y).into(),
        BinaryOp::Or => (x | y).into(),
        BinaryOp::Xor => (x ^ y).into(),
        BinaryOp::Pow | BinaryOp::MatMul => return None,
    })
}

/// An operation on floats that needs no function call.
#[inline(always)]
fn float_op<M: Mode>(op: BinaryOp, x: Float<M>, y: Float<M>) -> Option<Val<M>> {
    Some(match op {
        BinaryOp::Add => (x + y).into(),
        BinaryOp::Sub => (x - y).into(),
        BinaryOp::Mul => (x * y).into(),
        BinaryOp::TrueDiv => {
            if y == 0.0 {
                return None;
            }
            (x / y).into()
        }
        _ => return None,
    })
}

/// As [`float_op`], and powers with a finite real result.
fn float_or_power<M: Mode>(op: BinaryOp, x: Float<M>, y: Float<M>) -> Option<Val<M>> {
    if op == BinaryOp::Pow && M::RECORDING { power::of_float(x, y) } else { float_op(op, x, y) }
}

/// A number in either representation.
enum Number<M: Mode> {
    Int(Int<M>),
    Float(Float<M>),
}

fn number<M: Mode>(value: Val<M>) -> Option<Number<M>> {
    if let Some(x) = value.as_int() {
        return Some(Number::Int(x));
    }
    value.as_float().map(Number::Float)
}

#[inline(never)]
fn slow<M: Mode>(op: BinaryOp, a: Val<M>, b: Val<M>, in_place: bool) -> Outcome<M> {
    if !M::RECORDING
        && op == BinaryOp::Add
        && let Some((a, b)) = text::strings(a, b)
    {
        return super::native::of_plain(str::concat(a, b).map(Value::object));
    }
    if let Some(x) = number(a)
        && let Some(y) = number(b)
    {
        let result = match (x, y) {
            (Number::Int(x), Number::Int(y)) if op == BinaryOp::Pow => power::of_int(x, y),
            (Number::Int(x), Number::Int(y)) => int_op(op, x, y),
            (Number::Int(x), Number::Float(y)) => float_or_power(op, x.to_float(), y),
            (Number::Float(x), Number::Int(y)) => float_or_power(op, x, y.to_float()),
            (Number::Float(x), Number::Float(y)) => float_or_power(op, x, y),
        };
        if let Some(result) = result {
            return Ok(result);
        }
        return binary::builtin(op, a, b);
    }
    binary::binary(op, a, b, in_place)
}

/// `-a`, `+a`, `~a`.
#[inline(always)]
pub fn unary<M: Mode>(op: UnaryOp, a: Val<M>) -> Outcome<M> {
    if let Some(x) = a.small_int() {
        return Ok(match op {
            UnaryOp::Negative => (Int::from(0) - x).into(),
            UnaryOp::Positive => a,
            UnaryOp::Invert => (x ^ -1).into(),
        });
    }
    if let Some(x) = a.immediate_float() {
        match op {
            UnaryOp::Negative => return Ok((-x).into()),
            UnaryOp::Positive => return Ok(a),
            UnaryOp::Invert => {}
        }
    }
    binary::unary(op, a)
}
