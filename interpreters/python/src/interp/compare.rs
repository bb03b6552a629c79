//! Comparisons, truth and identity.
//!
//! Numbers are compared in place; the comparison's outcome is a plain `bool`, that is a guard. Neighbours: `binary`,
//! `object::compare` (builtin types).

use super::attribute::call_found;
use super::binary::ask;
use super::lookup::class_of;
use super::{Outcome, constant, fail, helpers, sets, text};
use crate::object::compare::{self, CompareOp};
use crate::object::intern::names;
use crate::object::layouts::{self as l, Instance};
use crate::object::types::{self, Facts};
use crate::object::{FALSE, NONE, PyResult, TRUE, error, str};
use metajit::heap::{FLOAT_BOX, Value};
use metajit::mode::Mode;
use metajit::staged::{Float, Int, Val};

/// The comparison with a number: its place in `CompareOp::ALL`.
pub fn plain(op: i64, a: Value, b: Value) -> PyResult {
    compare::rich(CompareOp::ALL[op as usize], a, b)
}

/// `a op b` as a truth value: a guard on it.
#[inline(always)]
pub fn holds<M: Mode>(op: CompareOp, a: Val<M>, b: Val<M>) -> Outcome<M, bool> {
    if let Some(x) = a.small_int()
        && let Some(y) = b.small_int()
    {
        return Ok(ints(op, x, y));
    }
    if let Some(x) = a.immediate_float()
        && let Some(y) = b.immediate_float()
    {
        return Ok(floats(op, x, y));
    }
    let result = slow(op, a, b)?;
    truth(result)
}

/// `a op imm` as a truth value.
#[inline(always)]
pub fn holds_int<M: Mode>(op: CompareOp, a: Val<M>, imm: i32) -> Outcome<M, bool> {
    if let Some(x) = a.small_int() {
        return Ok(ints(op, x, Int::from(i64::from(imm))));
    }
    let result = slow(op, a, constant(Value::small_int(i64::from(imm))))?;
    truth(result)
}

/// `a op b` as a value.
#[inline(always)]
pub fn compare<M: Mode>(op: CompareOp, a: Val<M>, b: Val<M>) -> Outcome<M> {
    if let Some(x) = a.small_int()
        && let Some(y) = b.small_int()
    {
        return Ok(python_bool(ints(op, x, y)));
    }
    if let Some(x) = a.immediate_float()
        && let Some(y) = b.immediate_float()
    {
        return Ok(python_bool(floats(op, x, y)));
    }
    slow(op, a, b)
}

/// A truth value that is known as a Python `bool`.
#[inline(always)]
pub fn python_bool<M: Mode>(b: bool) -> Val<M> {
    constant(if b { TRUE } else { FALSE })
}

#[inline(always)]
fn ints<M: Mode>(op: CompareOp, x: Int<M>, y: Int<M>) -> bool {
    match op {
        CompareOp::Lt => x < y,
        CompareOp::Le => x <= y,
        CompareOp::Eq => x == y,
        CompareOp::Ne => x != y,
        CompareOp::Gt => y < x,
        CompareOp::Ge => y <= x,
    }
}

#[inline(always)]
fn floats<M: Mode>(op: CompareOp, x: Float<M>, y: Float<M>) -> bool {
    match op {
        CompareOp::Lt => x < y,
        CompareOp::Le => x <= y,
        CompareOp::Eq => x == y,
        CompareOp::Ne => x != y,
        CompareOp::Gt => y < x,
        CompareOp::Ge => y <= x,
    }
}

#[inline(never)]
fn slow<M: Mode>(op: CompareOp, a: Val<M>, b: Val<M>) -> Outcome<M> {
    if !M::RECORDING {
        if matches!(op, CompareOp::Eq | CompareOp::Ne)
            && let Some((a, b)) = text::strings(a, b)
        {
            return Ok(python_bool(str::equal(a, b) == (op == CompareOp::Eq)));
        }
        let (a, b) = (a.peek(), b.peek());
        return super::native::of_plain(compare::rich(op, a, b));
    }
    // An integer that a float holds exactly is compared as one.
    let exact = |x: Int<M>| (x + (1_i64 << 53)).below(1_i64 << 54).truth();
    let as_float = |v: Val<M>| match v.as_int() {
        Some(x) => exact(x).then(|| x.to_float()),
        None => v.as_float(),
    };
    if let (Some(x), Some(y)) = (a.as_int(), b.as_int()) {
        return Ok(python_bool(ints(op, x, y)));
    }
    if let Some(x) = as_float(a)
        && let Some(y) = as_float(b)
    {
        return Ok(python_bool(floats(op, x, y)));
    }
    let instance = |v: Val<M>| v.pointer().is_some_and(|o| o.layout() == Instance::ID);
    if instance(a) || instance(b) {
        return protocol(op, a, b);
    }
    if matches!(op, CompareOp::Eq | CompareOp::Ne)
        && let Some(x) = super::lookup::as_layout(a, l::Str::ID)
        && let Some(y) = super::lookup::as_layout(b, l::Str::ID)
    {
        let equal = helpers::str_equal(x, y).truth();
        return Ok(python_bool(equal == (op == CompareOp::Eq)));
    }
    let number = CompareOp::ALL.iter().position(|&o| o == op).expect("every operator is listed") as i64;
    if let Some(result) = sets::compare(op, number, a, b) {
        return Ok(python_bool(result));
    }
    helpers::compare(Int::constant(number), a, b)
}

/// Comparison where a class written in Python takes part.
fn protocol<M: Mode>(op: CompareOp, a: Val<M>, b: Val<M>) -> Outcome<M> {
    let (class_a, class_b) = (class_of(a), class_of(b));
    M::assume(&class_a.assumption);
    M::assume(&class_b.assumption);
    let b_first = !std::ptr::eq(class_a, class_b) && types::is_subclass(class_b.class(), class_a.class());
    if b_first && let Some(result) = ask(b, class_b, op.reflected().method(), a)? {
        return Ok(result);
    }
    if let Some(result) = ask(a, class_a, op.method(), b)? {
        return Ok(result);
    }
    if !b_first && let Some(result) = ask(b, class_b, op.reflected().method(), a)? {
        return Ok(result);
    }
    match op {
        CompareOp::Eq => Ok(python_bool(a.same(b))),
        CompareOp::Ne => Ok(python_bool(!a.same(b))),
        _ => {
            let (x, y) = (types::name_of(class_a.class()), types::name_of(class_b.class()));
            let symbol = op.symbol();
            let message = format!("'{symbol}' not supported between instances of '{x}' and '{y}'");
            Err(fail(error::type_error(message)))
        }
    }
}

/// `bool(value)`: a guard on it.
#[inline(always)]
pub fn truth<M: Mode>(value: Val<M>) -> Outcome<M, bool> {
    if !M::RECORDING {
        let plain = value.peek();
        if plain == TRUE {
            return Ok(true);
        }
        if plain == FALSE || plain == NONE {
            return Ok(false);
        }
    }
    truth_of_object(value)
}

#[inline(never)]
fn truth_of_object<M: Mode>(value: Val<M>) -> Outcome<M, bool> {
    if let Some(x) = value.small_int() {
        return Ok(x != 0);
    }
    let Some(object) = value.pointer() else {
        if let Some(x) = value.immediate_float() {
            return Ok(x != 0.0);
        }
        return Ok(!matches!(value.promote(), FALSE | NONE));
    };
    match object.layout() {
        l::List::ID => Ok(object.get(l::List::LEN) != 0),
        l::Str::ID | l::Tuple::ID | l::PyBytes::ID => Ok(object.len() != 0),
        l::Dict::ID => Ok(object.get(l::Dict::USED) != 0),
        l::Set::ID => Ok(object.get(l::Set::USED) != 0),
        l::Function::ID | l::BoundMethod::ID | l::Builtin::ID | l::BigInt::ID | l::Generator::ID => Ok(true),
        Instance::ID => truth_of_instance(value),
        _ => Ok(helpers::truth(value)?.truth()),
    }
}

fn truth_of_instance<M: Mode>(value: Val<M>) -> Outcome<M, bool> {
    let class = class_of(value);
    M::assume(&class.assumption);
    if !class.facts().has(Facts::TRUTH) {
        return Ok(true);
    }
    let found = class.lookup_or_null(names().bool_);
    if !found.is_null() {
        let result = call_found(value, class, found, &[])?;
        if result.same(TRUE) {
            return Ok(true);
        }
        if result.same(FALSE) {
            return Ok(false);
        }
        let name = types::name_of(class_of(result).class());
        let message = format!("__bool__ should return bool, returned {name}");
        return Err(fail(error::type_error(message)));
    }
    let found = class.lookup_or_null(names().len);
    let result = call_found(value, class, found, &[])?;
    match result.small_int() {
        Some(len) if len < 0 => Err(fail(error::value_error("__len__() should return >= 0"))),
        Some(len) => Ok(len != 0),
        None => {
            let name = types::name_of(class_of(result).class());
            let message = format!("'{name}' object cannot be interpreted as an integer");
            Err(fail(error::type_error(message)))
        }
    }
}

/// `a is b`. Floats are identical that are one in every bit, since reading a list of floats twice gives two boxes for those that
/// do not fit in a word; a NaN is identical with itself only.
#[inline(always)]
pub fn identical<M: Mode>(a: Val<M>, b: Val<M>) -> bool {
    a.same(b) || are_same_float(a, b)
}

#[inline(always)]
fn are_same_float<M: Mode>(a: Val<M>, b: Val<M>) -> bool {
    let are_boxes = a.peek().has_layout(FLOAT_BOX) && b.peek().has_layout(FLOAT_BOX);
    if !M::RECORDING && !are_boxes {
        return false;
    }
    let Some(x) = a.as_float() else { return false };
    let Some(y) = b.as_float() else { return false };
    // Zeros are equal whatever their signs are.
    x == y && (x != 0.0 || Float::<M>::from(1.0) / x == Float::<M>::from(1.0) / y)
}

/// `item in container`.
#[inline(never)]
pub fn contains<M: Mode>(container: Val<M>, item: Val<M>) -> Outcome<M, bool> {
    if let Some(object) = super::lookup::as_layout(container, Instance::ID) {
        let _ = object;
        let class = class_of(container);
        M::assume(&class.assumption);
        let found = class.lookup_or_null(names().contains);
        if !found.is_null() {
            let result = call_found(container, class, found, &[item])?;
            return truth(result);
        }
    }
    if !M::RECORDING {
        if let Some((container, item)) = text::strings(container, item) {
            return Ok(str::search::contains(container, item));
        }
        return match crate::object::sequence::contains(container.peek(), item.peek()) {
            Ok(found) => Ok(found),
            Err(e) => Err(constant(e)),
        };
    }
    if let Some(dict) = super::lookup::as_layout(container, l::Dict::ID) {
        return Ok(!super::subscript::dict_get(dict, item)?.is_null());
    }
    if let Some(set) = super::lookup::as_layout(container, l::Set::ID)
        && text::is_plain(item)
    {
        let found = helpers::set_contains_simple(set, item);
        if found == 1 {
            return Ok(true);
        }
        if found == 0 {
            return Ok(false);
        }
    }
    if let Some(found) = text::contains(container, item) {
        return Ok(found);
    }
    Ok(helpers::contains(container, item)?.truth())
}

/// Whether two strings are equal.
pub fn str_equal(a: metajit::heap::Ref, b: metajit::heap::Ref) -> bool {
    str::equal(a, b)
}
