//! Tuples: construction and the method table.
//!
//! Neighbours: `sequence` (indexing, slicing, comparing: shared with lists).

use super::class::Builtin;
use super::layouts::Tuple;
use super::{PyResult, cast, error, iterators, list, sequence};
use crate::natives;
use crate::object::native::Args;
use metajit::heap::{self, Ref, Value};
use std::sync::atomic::{AtomicU64, Ordering};

static EMPTY: AtomicU64 = AtomicU64::new(0);

/// The empty tuple.
pub fn empty() -> Ref {
    let known = EMPTY.load(Ordering::Relaxed);
    if known != 0 {
        return Ref::from_bits(known);
    }
    let made = heap::permanent(heap::alloc(Tuple::ID, 0));
    EMPTY.store(made.bits(), Ordering::Relaxed);
    made
}

/// A tuple of these items, which the collector must find elsewhere until this returns (a slice on the stack or
/// of a heap object).
#[inline]
pub fn from_slice(items: &[Value]) -> Ref {
    if items.is_empty() {
        return empty();
    }
    let r = heap::alloc(Tuple::ID, items.len());
    for (i, &item) in items.iter().enumerate() {
        heap::init_item(r, Tuple::TAIL, i, item);
    }
    r
}

/// A tuple of these items, as a value.
pub fn value(items: &[Value]) -> Value {
    Value::object(from_slice(items))
}

/// The items.
#[inline(always)]
pub fn items<'a>(tuple: Ref) -> &'a [Value] {
    heap::items(tuple, Tuple::TAIL)
}

/// Two tuples one after the other.
pub fn concat(a: Ref, b: Ref) -> Value {
    let (left, right) = (heap::len(a), heap::len(b));
    if left == 0 || right == 0 {
        return Value::object(if left == 0 { b } else { a });
    }
    let r = heap::alloc(Tuple::ID, left + right);
    heap::copy_items(r, Tuple::TAIL, 0, a, Tuple::TAIL, 0, left);
    heap::copy_items(r, Tuple::TAIL, left, b, Tuple::TAIL, 0, right);
    Value::object(r)
}

/// A tuple of what an iterable gives.
pub fn from_iterable(iterable: Value) -> PyResult<Ref> {
    if iterable.has_layout(Tuple::ID) {
        return Ok(Ref::from_bits(iterable.bits()));
    }
    let all = list::from_iterable(iterable)?;
    Ok(from_slice(list::items(all)))
}

fn new(args: Args<'_>) -> PyResult {
    cast::no_keywords("tuple", args)?;
    let (class, rest) = cast::class_and_rest("tuple", args.values)?;
    let contents = match rest {
        [] => empty(),
        &[iterable] => from_iterable(iterable)?,
        _ => return Err(error::type_error(format!("tuple expected at most 1 argument, got {}", rest.len()))),
    };
    cast::construct(Builtin::Tuple, class, Value::object(contents))
}

fn receiver(value: Value) -> PyResult<Ref> {
    cast::receiver(value, Tuple::ID, "tuple")
}

fn count(tuple: Value, wanted: Value) -> PyResult {
    let tuple = receiver(tuple)?;
    sequence::count(|i| items(tuple).get(i).copied(), wanted)
}

fn index(args: &[Value]) -> PyResult {
    let tuple = receiver(args[0])?;
    let (start, stop) = sequence::bounds(heap::len(tuple), args.get(2), args.get(3))?;
    match sequence::find(|i| items(tuple).get(i).copied(), start, stop, args[1])? {
        Some(i) => Ok(Value::int(i as i64)),
        None => Err(error::value_error("tuple.index(x): x not in tuple")),
    }
}

fn iter(tuple: Value) -> PyResult {
    Ok(iterators::over_sequence(Value::object(receiver(tuple)?)))
}

fn getnewargs(tuple: Value) -> PyResult {
    let copy = receiver(tuple)?;
    Ok(value(&[Value::object(copy)]))
}

natives! {
    pub static METHODS;
    "__new__" Full(new) [Any, static];
    "__iter__" One(iter) [Reads];
    "count" Two(count) [Any];
    "index" Slice(index) 2..4 [Any];
    "__getnewargs__" One(getnewargs) [Reads];
}
