//! `range`: arithmetic progressions of ints of any size, and their iterators.
//!
//! Neighbours: `interp::iterate` (loops over ranges that traces see through).

use super::layouts::{Range, RangeIter, Slice};
use super::native::Args;
use super::sequence::{self, Subscript};
use super::{NONE, PyResult, cast, compare, error, hash as hashing, int, iterators, list, number, slice};
use crate::natives;
use crate::object::number::BinaryOp;
use metajit::heap::{self, Ref, Value};

/// `range(start, stop, step)` of ints; `step` is not 0.
pub fn new(start: Value, stop: Value, step: Value) -> PyResult {
    let len = length(start, stop, step)?;
    let r = heap::alloc(Range::ID, 0);
    heap::init(r, Range::START, start);
    heap::init(r, Range::STOP, stop);
    heap::init(r, Range::STEP, step);
    heap::init(r, Range::LEN, len);
    Ok(Value::object(r))
}

fn length(start: Value, stop: Value, step: Value) -> PyResult {
    if let (Some(start), Some(stop), Some(step)) = (start.as_int(), stop.as_int(), step.as_int()) {
        let (start, stop, step) = (i128::from(start), i128::from(stop), i128::from(step));
        let span = if step > 0 { stop - start } else { start - stop };
        let len = if span <= 0 { 0 } else { (span - 1) / step.abs() + 1 };
        return Ok(int::big::value_i128(len));
    }
    let backwards = compare::less(step, Value::int(0))?;
    let (low, high) = if backwards { (stop, start) } else { (start, stop) };
    if !compare::less(low, high)? {
        return Ok(Value::int(0));
    }
    let span = number::binary(BinaryOp::Sub, number::binary(BinaryOp::Sub, high, low)?, Value::int(1))?;
    let steps = number::binary(BinaryOp::FloorDiv, span, number::absolute(step)?)?;
    number::binary(BinaryOp::Add, steps, Value::int(1))
}

/// Start, step and length if all of the range fits in 64 bits.
pub fn small_parts(range: Ref) -> Option<(i64, i64, i64)> {
    let start = heap::get(range, Range::START).as_int()?;
    let step = heap::get(range, Range::STEP).as_int()?;
    let len = heap::get(range, Range::LEN).as_int()?;
    let last = i128::from(start) + i128::from(step) * i128::from(len);
    i64::try_from(last).ok().map(|_| (start, step, len))
}

/// An iterator over `len` ints. What follows the last one fits in 64 bits, too.
pub fn small_iter(start: i64, step: i64, len: i64) -> Value {
    let it = heap::alloc(RangeIter::ID, 0);
    heap::init(it, RangeIter::CURRENT, start);
    heap::init(it, RangeIter::STEP, step);
    heap::init(it, RangeIter::END, start + step * len);
    Value::object(it)
}

/// The iterator of a range; one beyond 64 bits is iterated by index.
pub fn iter(range: Ref) -> Value {
    match small_parts(range) {
        Some((start, step, len)) => small_iter(start, step, len),
        None => iterators::over_sequence(Value::object(range)),
    }
}

/// The next int of a `RangeIter`.
#[inline(always)]
pub fn next(it: Ref) -> Option<Value> {
    let current = heap::get(it, RangeIter::CURRENT);
    if current == heap::get(it, RangeIter::END) {
        return None;
    }
    heap::set(it, RangeIter::CURRENT, current + heap::get(it, RangeIter::STEP));
    Some(Value::int(current))
}

/// How many ints a `RangeIter` is going to give.
pub fn left(it: Ref) -> i64 {
    let span = i128::from(heap::get(it, RangeIter::END)) - i128::from(heap::get(it, RangeIter::CURRENT));
    (span / i128::from(heap::get(it, RangeIter::STEP))) as i64
}

/// The iterator from the last element to the first.
pub fn reversed(range: Ref) -> Value {
    match small_parts(range) {
        Some((start, step, len)) if step != i64::MIN && start.checked_sub(step).is_some() => {
            small_iter(start + step * (len - 1), -step, len)
        }
        _ => iterators::reversed(Value::object(range), len(range).unwrap_or(0) as i64),
    }
}

/// `len(range)`; OverflowError beyond what an index holds.
pub fn len(range: Ref) -> PyResult<usize> {
    heap::get(range, Range::LEN)
        .as_int()
        .map(|len| len as usize)
        .ok_or_else(|| error::overflow_error("Python int too large to convert to C ssize_t"))
}

/// The element at an index that is known to be in range.
fn element(range: Ref, index: Value) -> PyResult {
    let offset = number::binary(BinaryOp::Mul, index, heap::get(range, Range::STEP))?;
    number::binary(BinaryOp::Add, heap::get(range, Range::START), offset)
}

/// `range[key]`.
pub fn getitem(range: Ref, key: Value) -> PyResult {
    let Some(len) = heap::get(range, Range::LEN).as_int() else {
        return getitem_large(range, key);
    };
    match sequence::subscript(key, len as usize, "range", "range object index out of range")? {
        Subscript::Index(i) => element(range, Value::int(i as i64)),
        Subscript::Slice { .. } => {
            let (start, stop, step, _) = slice::indices(Ref::from_bits(key.bits()), len as usize)?;
            let step = number::binary(BinaryOp::Mul, heap::get(range, Range::STEP), Value::int(step))?;
            new(element(range, Value::int(start))?, element(range, Value::int(stop))?, step)
        }
    }
}

fn getitem_large(range: Ref, key: Value) -> PyResult {
    if key.has_layout(Slice::ID) {
        return slice_large(range, Ref::from_bits(key.bits()));
    }
    let (mut index, len) = (cast::index(key)?.to_value(), heap::get(range, Range::LEN));
    if compare::less(index, Value::int(0))? {
        index = number::binary(BinaryOp::Add, index, len)?;
    }
    if compare::less(index, Value::int(0))? || !compare::less(index, len)? {
        return Err(error::index_error("range object index out of range"));
    }
    element(range, index)
}

/// The slice of a range whose length exceeds 64 bits.
fn slice_large(range: Ref, key: Ref) -> PyResult {
    let (zero, len) = (Value::int(0), heap::get(range, Range::LEN));
    let step = match heap::get(key, Slice::STEP) {
        NONE => Value::int(1),
        step => cast::index(step)?.to_value(),
    };
    if step == zero {
        return Err(error::value_error("slice step cannot be zero"));
    }
    let backwards = compare::less(step, zero)?;
    let last = number::binary(BinaryOp::Sub, len, Value::int(1))?;
    let (lowest, highest) = if backwards { (Value::int(-1), last) } else { (zero, len) };
    let cut = |bound: Value, default: Value| -> PyResult {
        if bound == NONE {
            return Ok(default);
        }
        let mut bound = cast::index(bound)?.to_value();
        if compare::less(bound, zero)? {
            bound = number::binary(BinaryOp::Add, bound, len)?;
        }
        if compare::less(bound, lowest)? {
            return Ok(lowest);
        }
        Ok(if compare::less(highest, bound)? { highest } else { bound })
    };
    let (first, end) = if backwards { (highest, lowest) } else { (lowest, highest) };
    let start = cut(heap::get(key, Slice::START), first)?;
    let stop = cut(heap::get(key, Slice::STOP), end)?;
    let step = number::binary(BinaryOp::Mul, heap::get(range, Range::STEP), step)?;
    new(element(range, start)?, element(range, stop)?, step)
}

/// The position of an int in the range.
fn position(range: Ref, item: Value) -> PyResult<Option<Value>> {
    let zero = Value::int(0);
    let (start, step) = (heap::get(range, Range::START), heap::get(range, Range::STEP));
    let offset = number::binary(BinaryOp::Sub, int::arith::plain(item), start)?;
    if number::binary(BinaryOp::Mod, offset, step)? != zero {
        return Ok(None);
    }
    let index = number::binary(BinaryOp::FloorDiv, offset, step)?;
    let within = !compare::less(index, zero)? && compare::less(index, heap::get(range, Range::LEN))?;
    Ok(within.then_some(index))
}

/// `item in range`.
pub fn contains(range: Ref, item: Value) -> PyResult<bool> {
    if let (Some(i), Some((start, step, len))) = (item.as_int(), small_parts(range)) {
        let offset = i128::from(i) - i128::from(start);
        return Ok(
            offset % i128::from(step) == 0 && (0..i128::from(len)).contains(&(offset / i128::from(step)))
        );
    }
    if cast::int_of(item).is_some() && !cast::is_user_object(item) {
        return Ok(position(range, item)?.is_some());
    }
    Ok(find(range, item)?.is_some())
}

/// The index of the first element that equals any object.
fn find(range: Ref, item: Value) -> PyResult<Option<Value>> {
    let mut index = 0;
    let it = iter(range);
    while let Some(element) = iterators::builtin_next(Ref::from_bits(it.bits()))? {
        if compare::equal(element, item)? {
            return Ok(Some(Value::int(index)));
        }
        index += 1;
    }
    Ok(None)
}

/// What identifies a range as a sequence: its length, first element and step as far as they matter.
fn identity(range: Ref) -> [Value; 3] {
    let len = heap::get(range, Range::LEN);
    let first = if len == Value::int(0) { NONE } else { heap::get(range, Range::START) };
    let step =
        if len == Value::int(0) || len == Value::int(1) { NONE } else { heap::get(range, Range::STEP) };
    [len, first, step]
}

/// Equal as sequences.
pub fn equal(a: Ref, b: Ref) -> PyResult<bool> {
    for (x, y) in identity(a).into_iter().zip(identity(b)) {
        if !compare::equal(x, y)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The hash of a range.
pub fn hash(range: Ref) -> PyResult<i64> {
    hashing::hash_tuple(&identity(range))
}

/// `range(…)` with its arguments as given.
pub fn from_args(args: &[Value]) -> PyResult {
    let int = |value: Value| -> PyResult {
        if value.as_int().is_some() { Ok(value) } else { Ok(cast::index(value)?.to_value()) }
    };
    match *args {
        [stop] => new(Value::int(0), int(stop)?, Value::int(1)),
        [start, stop] => new(int(start)?, int(stop)?, Value::int(1)),
        [start, stop, step] => {
            let (start, stop, step) = (int(start)?, int(stop)?, int(step)?);
            if step == Value::int(0) {
                return Err(error::value_error("range() arg 3 must not be zero"));
            }
            new(start, stop, step)
        }
        [] => Err(error::type_error("range expected at least 1 argument, got 0")),
        _ => Err(cast::arity("range", "at most 3 arguments", args.len())),
    }
}

fn construct(args: Args<'_>) -> PyResult {
    cast::no_keywords("range", args)?;
    let (_, rest) = cast::class_and_rest("range", args.values)?;
    from_args(rest)
}

fn receiver(value: Value) -> PyResult<Ref> {
    cast::receiver(value, Range::ID, "range")
}

fn start(range: Value) -> PyResult {
    Ok(heap::get(receiver(range)?, Range::START))
}

fn stop(range: Value) -> PyResult {
    Ok(heap::get(receiver(range)?, Range::STOP))
}

fn step(range: Value) -> PyResult {
    Ok(heap::get(receiver(range)?, Range::STEP))
}

fn count(range: Value, item: Value) -> PyResult {
    let range = receiver(range)?;
    if cast::int_of(item).is_some() {
        return Ok(Value::int(i64::from(contains(range, item)?)));
    }
    let all = list::from_iterable(Value::object(range))?;
    sequence::count(|i| list::get(all, i), item)
}

fn index(range: Value, item: Value) -> PyResult {
    let r = receiver(range)?;
    let found = if cast::int_of(item).is_some() { position(r, item)? } else { find(r, item)? };
    match found {
        Some(index) => Ok(index),
        None => {
            let shown = super::repr::repr(item)?;
            Err(error::value_error(format!("{} is not in range", super::str::as_str(shown))))
        }
    }
}

fn iter_method(range: Value) -> PyResult {
    Ok(iter(receiver(range)?))
}

fn reversed_method(range: Value) -> PyResult {
    Ok(reversed(receiver(range)?))
}

fn truth(range: Value) -> PyResult {
    Ok(super::boolean(heap::get(receiver(range)?, Range::LEN) != Value::int(0)))
}

natives! {
    pub static METHODS;
    "__new__" Full(construct) [Any, static];
    "start" One(start) [Reads, getter];
    "stop" One(stop) [Reads, getter];
    "step" One(step) [Reads, getter];
    "count" Two(count) [Any];
    "index" Two(index) [Any];
    "__iter__" One(iter_method) [Reads];
    "__reversed__" One(reversed_method) [Reads];
    "__bool__" One(truth) [Reads];
}
