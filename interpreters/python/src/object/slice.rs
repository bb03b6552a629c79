//! Slices and what they mean for a sequence.

use super::layouts::Slice;
use super::native::Args;
use super::{NONE, PyResult, cast, error, tuple};
use crate::natives;
use metajit::heap::{self, Ref, Value};

/// `slice(start, stop, step)`; absent parts are None.
pub fn new(start: Value, stop: Value, step: Value) -> Value {
    let r = heap::alloc(Slice::ID, 0);
    heap::init(r, Slice::START, start);
    heap::init(r, Slice::STOP, stop);
    heap::init(r, Slice::STEP, step);
    Value::object(r)
}

#[inline]
fn bound(value: Value) -> PyResult<i64> {
    match value.as_int() {
        Some(i) => Ok(i),
        None => bound_of_object(value),
    }
}

#[cold]
fn bound_of_object(value: Value) -> PyResult<i64> {
    if !cast::is_index(value) {
        return Err(error::type_error("slice indices must be integers or None or have an __index__ method"));
    }
    cast::index_clamped(value)
}

/// Start, stop, step and number of elements for a sequence of this length.
pub fn indices(slice: Ref, len: usize) -> PyResult<(i64, i64, i64, usize)> {
    let parts = [Slice::START, Slice::STOP, Slice::STEP].map(|part| heap::get(slice, part));
    indices_of(parts, len)
}

/// As [`indices`], of a slice with this start, stop and step.
#[inline]
pub fn indices_of(parts: [Value; 3], len: usize) -> PyResult<(i64, i64, i64, usize)> {
    let step = match parts[2] {
        NONE => 1,
        step => bound(step)?.max(-i64::MAX),
    };
    if step == 0 {
        return Err(error::value_error("slice step cannot be zero"));
    }
    let len = len as i64;
    let (lowest, highest) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let cut = |value: Value, default: i64| -> PyResult<i64> {
        if value == NONE {
            return Ok(default);
        }
        let i = bound(value)?;
        let i = if i < 0 { i.saturating_add(len) } else { i };
        Ok(i.clamp(lowest, highest))
    };
    let (first, last) = if step < 0 { (highest, lowest) } else { (lowest, highest) };
    let start = cut(parts[0], first)?;
    let stop = cut(parts[1], last)?;
    // How far it is in the direction of the step; a division is what most slices can do without.
    let distance = if step > 0 { stop - start } else { start - stop };
    let count = match step {
        _ if distance <= 0 => 0,
        1 | -1 => distance,
        _ => (distance - 1) / step.abs() + 1,
    };
    Ok((start, stop, step, count as usize))
}

fn construct(args: Args<'_>) -> PyResult {
    cast::no_keywords("slice", args)?;
    let (_, rest) = cast::class_and_rest("slice", args.values)?;
    match *rest {
        [stop] => Ok(new(NONE, stop, NONE)),
        [start, stop] => Ok(new(start, stop, NONE)),
        [start, stop, step] => Ok(new(start, stop, step)),
        [] => Err(error::type_error("slice expected at least 1 argument, got 0")),
        _ => Err(cast::arity("slice", "at most 3 arguments", rest.len())),
    }
}

fn receiver(value: Value) -> PyResult<Ref> {
    cast::receiver(value, Slice::ID, "slice")
}

fn start(slice: Value) -> PyResult {
    Ok(heap::get(receiver(slice)?, Slice::START))
}

fn stop(slice: Value) -> PyResult {
    Ok(heap::get(receiver(slice)?, Slice::STOP))
}

fn step(slice: Value) -> PyResult {
    Ok(heap::get(receiver(slice)?, Slice::STEP))
}

fn indices_method(slice: Value, len: Value) -> PyResult {
    let len = cast::index_i64(len)?;
    let len = usize::try_from(len).map_err(|_| error::value_error("length should not be negative"))?;
    let (start, stop, step, _) = indices(receiver(slice)?, len)?;
    Ok(tuple::value(&[Value::int(start), Value::int(stop), Value::int(step)]))
}

natives! {
    pub static METHODS;
    "__new__" Full(construct) [Any, static];
    "start" One(start) [Reads, getter];
    "stop" One(stop) [Reads, getter];
    "step" One(step) [Reads, getter];
    "indices" Two(indices_method) [Any];
}
