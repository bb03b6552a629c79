//! Union, intersection, difference, and the order of inclusion, of sets, frozensets and dict views.

use super::{
    Lookup, add_absent, add_hashed, add_looked_up, clear, contains_hashed, copy, discard_hashed, has,
    has_others, has_simple, is_frozen, len, merge,
};
use super::{new_like, next_hashed, update};
use crate::object::compare::CompareOp;
use crate::object::hash::hash;
use crate::object::layouts::{Dict, DictView, Set};
use crate::object::number::BinaryOp;
use crate::object::{NOT_IMPLEMENTED, PyResult, boolean, cast, dict, iterators};
use metajit::heap::{self, Ref, Value};

/// The set that an operand of an operator is or, for a view, has the elements of.
fn operand(value: Value) -> PyResult<Option<Ref>> {
    if let Some(set) = cast::to_layout(value, Set::ID) {
        return Ok(Some(set));
    }
    match value.as_ref() {
        Some(view) if heap::layout_of(view) == DictView::ID && is_set_like(view) => {
            super::from_iterable(value, false).map(Some)
        }
        _ => Ok(None),
    }
}

/// Keys and items behave as sets, values do not.
fn is_set_like(view: Ref) -> bool {
    heap::get(view, DictView::KIND) != dict::views::VALUES
}

/// `left op b` for a set or dict view.
pub fn binary(op: BinaryOp, left: Ref, b: Value) -> PyResult {
    if heap::layout_of(left) == DictView::ID {
        return view_binary(op, left, b);
    }
    let Some(right) = operand(b)? else { return Ok(NOT_IMPLEMENTED) };
    let result = match op {
        BinaryOp::Or => union(left, right, Lookup::Any)?,
        BinaryOp::And => intersection(left, right, Lookup::Any)?,
        BinaryOp::Sub => difference(left, right, Lookup::Any)?,
        BinaryOp::Xor => symmetric_difference(left, right, Lookup::Any)?,
        _ => return Ok(NOT_IMPLEMENTED),
    };
    Ok(Value::object(result))
}

/// Views take any iterable.
fn view_binary(op: BinaryOp, view: Ref, b: Value) -> PyResult {
    if !is_set_like(view) || !matches!(op, BinaryOp::Or | BinaryOp::And | BinaryOp::Sub | BinaryOp::Xor) {
        return Ok(NOT_IMPLEMENTED);
    }
    let left = super::from_iterable(Value::object(view), false)?;
    let right = match operand(b)? {
        Some(right) => right,
        None => super::from_iterable(b, false)?,
    };
    let result = match op {
        BinaryOp::Or => union(left, right, Lookup::Any)?,
        BinaryOp::And => intersection(left, right, Lookup::Any)?,
        BinaryOp::Sub => difference(left, right, Lookup::Any)?,
        _ => symmetric_difference(left, right, Lookup::Any)?,
    };
    Ok(Value::object(result))
}

fn union(a: Ref, b: Ref, lookup: Lookup) -> PyResult<Ref> {
    let result = copy(a, is_frozen(a))?;
    merge(result, b, lookup)?;
    Ok(result)
}

/// The elements of both: those of the smaller set are looked up in the other.
pub fn intersection(a: Ref, b: Ref, lookup: Lookup) -> PyResult<Ref> {
    let result = new_like(is_frozen(a));
    let (small, large) = if len(b) > len(a) { (a, b) } else { (b, a) };
    let mut position = 0;
    while let Some((hash, key)) = next_hashed(small, &mut position) {
        if has(large, key, hash, lookup)? {
            add_absent(result, key, hash)?;
        }
    }
    Ok(result)
}

/// The elements of `a` that are not in `b`.
pub fn difference(a: Ref, b: Ref, lookup: Lookup) -> PyResult<Ref> {
    let frozen = is_frozen(a);
    if len(a) / 4 > len(b) {
        let result = copy(a, frozen)?;
        remove_all(result, b, lookup)?;
        return Ok(result);
    }
    let result = new_like(frozen);
    let mut position = 0;
    while let Some((hash, key)) = next_hashed(a, &mut position) {
        if !has(b, key, hash, lookup)? {
            add_absent(result, key, hash)?;
        }
    }
    Ok(result)
}

/// Removes the elements of `other`.
pub fn remove_all(set: Ref, other: Ref, lookup: Lookup) -> PyResult<()> {
    if set == other {
        clear(set);
        return Ok(());
    }
    let mut position = 0;
    while let Some((hash, key)) = next_hashed(other, &mut position) {
        discard_hashed(set, key, hash, lookup)?;
    }
    Ok(())
}

/// The elements of exactly one of the two.
pub fn symmetric_difference(a: Ref, b: Ref, lookup: Lookup) -> PyResult<Ref> {
    let result = copy(b, is_frozen(a))?;
    toggle_all(result, a, lookup)?;
    Ok(result)
}

/// Removes the elements of `other` that are there and adds the others.
pub fn toggle_all(set: Ref, other: Ref, lookup: Lookup) -> PyResult<()> {
    if set == other {
        clear(set);
        return Ok(());
    }
    let mut position = 0;
    while let Some((hash, key)) = next_hashed(other, &mut position) {
        if !discard_hashed(set, key, hash, lookup)? {
            add_looked_up(set, key, hash, lookup)?;
        }
    }
    Ok(())
}

/// Makes `set` the same as `source`, which nothing else uses.
pub fn become_set(set: Ref, source: Ref) {
    clear(set);
    heap::set(set, Set::ENTRIES, heap::get(source, Set::ENTRIES));
    heap::set(set, Set::FILLED, heap::get(source, Set::FILLED));
    heap::set(set, Set::USED, heap::get(source, Set::USED));
    heap::set(set, Set::SUMMARY, heap::get(source, Set::SUMMARY));
    heap::set(set, Set::ACCURACY, heap::get(source, Set::ACCURACY));
}

/// `set op= b`; says whether the operand was a set.
pub fn in_place(op: BinaryOp, set: Ref, b: Value) -> PyResult<bool> {
    let Some(other) = operand(b)? else { return Ok(false) };
    match op {
        BinaryOp::Or => update(set, Value::object(other))?,
        BinaryOp::And => become_set(set, intersection(set, other, Lookup::Any)?),
        BinaryOp::Sub => remove_all(set, other, Lookup::Any)?,
        BinaryOp::Xor => toggle_all(set, other, Lookup::Any)?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// Whether every element of `a` is in `b`.
pub fn is_subset(a: Ref, b: Ref) -> PyResult<bool> {
    if let Some(result) = is_simple_subset(a, b) {
        return Ok(result);
    }
    let mut position = 0;
    while let Some((hash, key)) = next_hashed(a, &mut position) {
        if !contains_hashed(b, key, hash)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// As [`is_subset`]; `None` if only that can tell.
fn is_simple_subset(a: Ref, b: Ref) -> Option<bool> {
    if len(a) > len(b) || has_others(a, b) {
        return Some(false);
    }
    let mut position = 0;
    while let Some((hash, key)) = next_hashed(a, &mut position) {
        if !has_simple(b, key, hash)? {
            return Some(false);
        }
    }
    Some(true)
}

/// `a op b` of two sets, the operator by number: 0 or 1; 2 if telling may run Python code.
pub fn compare_simple(op: i64, a: Ref, b: Ref) -> i64 {
    let (shorter, longer) = (len(a) < len(b), len(b) < len(a));
    let result = match CompareOp::ALL[op as usize] {
        CompareOp::Eq if shorter || longer => Some(false),
        CompareOp::Ne if shorter || longer => Some(true),
        CompareOp::Eq => is_simple_subset(a, b),
        CompareOp::Ne => is_simple_subset(a, b).map(|subset| !subset),
        CompareOp::Le => is_simple_subset(a, b),
        CompareOp::Lt if !shorter => Some(false),
        CompareOp::Lt => is_simple_subset(a, b),
        CompareOp::Ge => is_simple_subset(b, a),
        CompareOp::Gt if !longer => Some(false),
        CompareOp::Gt => is_simple_subset(b, a),
    };
    result.map_or(2, i64::from)
}

/// `a op b` of two sets, the operator one of `| & - ^` by its place there; NULL if it may run Python code or fails.
pub fn binary_simple(op: i64, a: Ref, b: Ref) -> Value {
    let lookup = Lookup::Simple;
    let result = match op {
        0 => union(a, b, lookup),
        1 => intersection(a, b, lookup),
        2 => difference(a, b, lookup),
        _ => symmetric_difference(a, b, lookup),
    };
    result.map_or(Value::NULL, Value::object)
}

/// `left op b` for a set or dict view.
pub fn compare(op: CompareOp, left: Ref, b: Value) -> PyResult {
    let Some(a) = operand(Value::object(left))? else { return Ok(NOT_IMPLEMENTED) };
    let Some(b) = operand(b)? else { return Ok(NOT_IMPLEMENTED) };
    Ok(boolean(match op {
        CompareOp::Eq => len(a) == len(b) && is_subset(a, b)?,
        CompareOp::Ne => len(a) != len(b) || !is_subset(a, b)?,
        CompareOp::Le => is_subset(a, b)?,
        CompareOp::Lt => len(a) < len(b) && is_subset(a, b)?,
        CompareOp::Ge => is_subset(b, a)?,
        CompareOp::Gt => len(b) < len(a) && is_subset(b, a)?,
    }))
}

/// The set of an argument that may be any iterable.
pub fn argument(value: Value) -> PyResult<Ref> {
    match cast::to_layout(value, Set::ID) {
        Some(set) => Ok(set),
        None => super::from_iterable(value, false),
    }
}

/// The elements of `set` that an iterable gives, in its order.
pub fn intersection_with(set: Ref, other: Value) -> PyResult<Ref> {
    if let Some(other) = cast::to_layout(other, Set::ID) {
        return intersection(set, other, Lookup::Any);
    }
    let result = new_like(is_frozen(set));
    iterators::for_each(other, |key| {
        let hash = hash(key)?;
        if contains_hashed(set, key, hash)? {
            add_hashed(result, key, hash)?;
        }
        Ok(())
    })?;
    Ok(result)
}

/// The elements of `set` that an iterable does not give.
pub fn difference_with(set: Ref, other: Value) -> PyResult<Ref> {
    if let Some(other) = cast::to_layout(other, Set::ID) {
        return difference(set, other, Lookup::Any);
    }
    if other.has_layout(Dict::ID) {
        return difference(set, super::from_iterable(other, false)?, Lookup::Any);
    }
    let result = copy(set, is_frozen(set))?;
    iterators::for_each(other, |key| super::discard(result, key).map(|_| ()))?;
    Ok(result)
}
