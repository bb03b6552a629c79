//! Guards: which are needed, and what is known behind them.
//!
//! # Forms do not matter
//!
//! A number has two forms, in the word and boxed, and the language must treat both alike: whichever branch of
//! `as_int` is taken, the same integer comes out. So when a word was made by `box_int x`, a guard that asks for the form
//! that a small integer has is **dropped**, and what follows (`unbox_int`) folds to `x`, although at run time
//! `x` may have grown beyond 63 bits. Only the recorded path through the boxed form is guarded: it may pass the pointer
//! on. The same holds for `box_float`. So loops over numbers have no form guards at all.
//!
//! # One guard for a value's kind
//!
//! An interpreter asks "an integer? a float? a list?" in turn. The last answer, which is yes, implies the noes before it, so
//! their guards are taken back when all resume at the same place. Nothing rests on a no alone.
//!
//! Neighbours: `fold` (unboxing), `staged` (`as_int`, `as_float`), `facts`.

use super::facts::{Form, Range};
use super::{Optimizer, cse, fold};
use crate::heap::Value;
use crate::ir::{OpRef, Opcode};
use crate::kind::Type;
use rustc_hash::FxHashMap;

/// The guard that is really needed for `condition == expected`, if one is.
pub(super) fn needed(o: &mut Optimizer, condition: OpRef, expected: bool) -> Option<(OpRef, bool)> {
    let (mut condition, mut expected) = (o.resolve(condition), expected);
    while let Some(inner) = o.operand_of(condition, Opcode::BoolNot) {
        (condition, expected) = (inner, !expected);
    }
    if let Some(bits) = o.trace.constant(condition) {
        o.contradiction |= (bits != 0) != expected;
        return None;
    }
    match form_test(o, condition) {
        Some((_, usual)) if usual == expected => {
            learn(o, condition, expected);
            None
        }
        // The boxed form of an integer: it needs more than 63 bits.
        Some((Some(x), _)) => {
            learn(o, condition, expected);
            let wide = o.pure(Opcode::IntAddOvf, &[x, x]);
            needed(o, wide, true)
        }
        _ => Some((condition, expected)),
    }
}

/// If the condition asks for the form of a number's word: the number, if it is an integer, and the answer for the form in
/// the word.
fn form_test(o: &Optimizer, condition: OpRef) -> Option<(Option<OpRef>, bool)> {
    let op = *o.op(condition);
    if !matches!(op.code, Opcode::IsSmallInt | Opcode::IsImmediateFloat | Opcode::IsRef) {
        return None;
    }
    let word = o.resolve(op.args[0]);
    let is_number_test = op.code != Opcode::IsRef;
    if let Some(x) = o.operand_of(word, Opcode::BoxInt) {
        return Some((Some(x), is_number_test));
    }
    o.operand_of(word, Opcode::BoxFloat).map(|_| (None, is_number_test))
}

/// Guards on what a value is not, by value; see the module's documentation.
pub(super) type Negatives = FxHashMap<OpRef, Vec<Negative>>;

/// One guard on what a value is not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Negative {
    guard: OpRef,
    is: Kind,
}

/// A property of a value that excludes others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Form(Form),
    Word(u64),
    Int(u64),
}

impl Kind {
    /// Whether no value is both.
    fn excludes(self, other: Kind) -> bool {
        match (self, other) {
            (Kind::Form(f), Kind::Word(bits)) | (Kind::Word(bits), Kind::Form(f)) => {
                let word = Value::from_bits(bits);
                !match f {
                    Form::SmallInt => word.is_small_int(),
                    Form::Float => word.is_immediate_float(),
                    Form::Object => word.is_ref(),
                }
            }
            (Kind::Int(_), Kind::Int(_))
            | (Kind::Form(_), Kind::Form(_))
            | (Kind::Word(_), Kind::Word(_)) => self != other,
            _ => false,
        }
    }
}

/// The value that a condition is about, and what it asks.
fn question(o: &Optimizer, condition: OpRef) -> Option<(OpRef, Kind)> {
    let op = o.op(condition);
    let kind = match op.code {
        Opcode::IsSmallInt => Kind::Form(Form::SmallInt),
        Opcode::IsImmediateFloat => Kind::Form(Form::Float),
        Opcode::IsRef => Kind::Form(Form::Object),
        Opcode::ValueEq => Kind::Word(o.trace.constant(op.args[1])?),
        Opcode::IntEq => Kind::Int(o.trace.constant(op.args[1])?),
        _ => return None,
    };
    Some((op.args[0], kind))
}

/// A guard has been pushed: takes back what it implies.
pub(super) fn supersede(o: &mut Optimizer, guard: OpRef, condition: OpRef, expected: bool) {
    let Some((value, is)) = question(o, condition) else { return };
    if !expected {
        o.negatives.entry(value).or_default().push(Negative { guard, is });
        return;
    }
    let snapshot = o.op(guard).snapshot;
    for negative in o.negatives.remove(&value).unwrap_or_default() {
        if negative.is.excludes(is) && o.op(negative.guard).snapshot == snapshot {
            o.retract(negative.guard);
        }
    }
}

/// Facts that hold from here on, because `condition` is `value`.
pub(super) fn learn(o: &mut Optimizer, condition: OpRef, value: bool) {
    let constant = o.bool(value);
    o.facts.set_equal(condition, constant);
    let op = *o.op(condition);
    let [a, b, _] = op.args.map(|r| o.resolve(r));
    match (op.code, value) {
        (Opcode::BoolAnd, true) => {
            learn_operand(o, a);
            learn_operand(o, b);
        }
        (Opcode::IntEq | Opcode::ValueEq | Opcode::RefEq, true) => learn_equal(o, a, b),
        (Opcode::IntEq, false) if o.as_int(b) == Some(0) => {
            if let Some(bit) = fold::only_bit(o, a) {
                let bit = o.int(bit);
                learn_equal(o, a, bit);
            }
        }
        (Opcode::ValueEq | Opcode::RefEq, false) if o.trace.constant(b) == Some(Value::NULL.bits()) => {
            o.facts.set_nonnull(a);
        }
        (Opcode::IntLt, true) => learn_less(o, a, b),
        (Opcode::IntLt, false) => learn_less_or_equal(o, b, a),
        (Opcode::IntULt, true) if o.facts.of(b).range.lo >= 0 => {
            o.facts.narrow(a, Range::NATURAL);
            learn_less(o, a, b);
        }
        (Opcode::IntAddOvf, false) => learn_exact(o, Opcode::IntAdd, a, b),
        (Opcode::IntSubOvf, false) => learn_exact(o, Opcode::IntSub, a, b),
        (Opcode::IntMulOvf, false) => learn_exact(o, Opcode::IntMul, a, b),
        (Opcode::IsSmallInt, true) => o.facts.set_form(a, Form::SmallInt),
        (Opcode::IsImmediateFloat, true) => o.facts.set_form(a, Form::Float),
        (Opcode::IsRef, true) => {
            o.facts.set_form(a, Form::Object);
            o.facts.set_nonnull(a);
        }
        // A number that is not in its word is boxed.
        (Opcode::IsSmallInt | Opcode::IsImmediateFloat, false) if form_test(o, condition).is_some() => {
            o.facts.set_form(a, Form::Object);
            o.facts.set_nonnull(a);
        }
        (Opcode::IsRef, false) if o.op(a).code == Opcode::BoxInt => o.facts.set_form(a, Form::SmallInt),
        (Opcode::IsRef, false) if o.op(a).code == Opcode::BoxFloat => o.facts.set_form(a, Form::Float),
        _ => {}
    }
}

fn learn_operand(o: &mut Optimizer, condition: OpRef) {
    let (mut condition, mut value) = (condition, true);
    while let Some(inner) = o.operand_of(condition, Opcode::BoolNot) {
        (condition, value) = (inner, !value);
    }
    if o.trace.constant(condition).is_none() {
        learn(o, condition, value);
    }
}

/// A value that equals a constant is the constant from now on.
fn learn_equal(o: &mut Optimizer, a: OpRef, b: OpRef) {
    match (o.trace.constant(a), o.trace.constant(b)) {
        (None, Some(bits)) => {
            o.facts.set_equal(a, b);
            if let Some(x) = o.operand_of(a, Opcode::FloatBits)
                && o.trace.constant(x).is_none()
            {
                let constant = o.constant(Type::Float, bits);
                o.facts.set_equal(x, constant);
            }
        }
        (Some(_), None) => o.facts.set_equal(b, a),
        _ => {}
    }
}

fn learn_less(o: &mut Optimizer, a: OpRef, b: OpRef) {
    let (ra, rb) = (o.facts.of(a).range, o.facts.of(b).range);
    o.facts.narrow(a, Range { lo: i64::MIN, hi: rb.hi.saturating_sub(1) });
    o.facts.narrow(b, Range { lo: ra.lo.saturating_add(1), hi: i64::MAX });
}

fn learn_less_or_equal(o: &mut Optimizer, a: OpRef, b: OpRef) {
    let (ra, rb) = (o.facts.of(a).range, o.facts.of(b).range);
    o.facts.narrow(a, Range { lo: i64::MIN, hi: rb.hi });
    o.facts.narrow(b, Range { lo: ra.lo, hi: i64::MAX });
}

/// The operation does not overflow on these operands, so its result is bounded by theirs.
fn learn_exact(o: &mut Optimizer, code: Opcode, a: OpRef, b: OpRef) {
    o.facts.exact.insert((code, a, b));
    if let Some(r) = cse::lookup(o, code, &[a, b]) {
        let ask = super::Ask { code, ty: code.pure_result(), args: [a, b, OpRef::NONE], data: 0 };
        super::range::learn(o, &ask, r);
    }
}
