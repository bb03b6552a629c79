//! The classes `enumerate`, `zip`, `map`, `filter`, `reversed` and the iterator of `iter(function, sentinel)`.
//!
//! Each is an object with a `next` function here, which the raw `next` and the classes' `__next__` share.
//! Neighbours: `object::iterators` (those of the builtin containers), `interp::iterate` (the same, seen through by traces).

use super::arguments::{keywords, or};
use crate::natives;
use crate::object::cast::{self, bind};
use crate::object::class::{Builtin, ClassTable};
use crate::object::error::{overflow_error, type_error, value_error};
use crate::object::int::big::Int;
use crate::object::layouts::{CallIter, Enumerate, Filter, Map, Zip};
use crate::object::native::Args;
use crate::object::{NONE, PyResult, iterators, sequence, tuple};
use crate::raw;
use metajit::heap::{self, Ref, Value};

/// Advances an object of one of the classes of this file; the outer `None` says that it is no such object.
pub fn next(it: Ref) -> Option<PyResult<Option<Value>>> {
    let layout = heap::layout_of(it);
    if layout == Enumerate::ID {
        Some(next_enumerate(it))
    } else if layout == Zip::ID {
        Some(next_zip(it))
    } else if layout == Map::ID {
        Some(next_map(it))
    } else if layout == Filter::ID {
        Some(next_filter(it))
    } else if layout == CallIter::ID {
        Some(next_call(it))
    } else {
        None
    }
}

/// `__next__` of the classes.
fn dunder_next(it: Value) -> PyResult {
    let item = match it.as_ref().and_then(next) {
        Some(result) => result?,
        None => return Err(type_error(format!("'{}' object is not an iterator", raw::class_name(it)))),
    };
    item.ok_or_else(stop_iteration)
}

/// A StopIteration without value.
#[cold]
pub fn stop_iteration() -> Value {
    crate::object::error::exception_with(Builtin::StopIteration, &[])
}

fn same(it: Value) -> PyResult {
    Ok(it)
}

/// `enumerate(iterable, start)`.
pub fn enumerate(iterable: Value, start: Value) -> PyResult {
    let iterator = raw::iter(iterable)?;
    let it = heap::alloc(Enumerate::ID, 0);
    heap::init(it, Enumerate::ITER, iterator);
    heap::init(it, Enumerate::COUNT, start);
    Ok(Value::object(it))
}

fn new_enumerate(args: Args<'_>) -> PyResult {
    let [_, iterable, start] = bind("enumerate", args, ["", "iterable", "start"], 1)?;
    if iterable.is_null() {
        return Err(type_error("enumerate() missing required argument 'iterable'"));
    }
    let start = if start.is_null() { Value::int(0) } else { cast::index(start)?.to_value() };
    enumerate(iterable, start)
}

fn next_enumerate(it: Ref) -> PyResult<Option<Value>> {
    let Some(item) = raw::next(heap::get(it, Enumerate::ITER))? else { return Ok(None) };
    let count = heap::get(it, Enumerate::COUNT);
    let following = match count.as_int().and_then(|i| i.checked_add(1)) {
        Some(i) => Value::int(i),
        None => Int::Big(cast::index(count)?.into_big() + 1).to_value(),
    };
    heap::set(it, Enumerate::COUNT, following);
    Ok(Some(tuple::value(&[count, item])))
}

/// `zip(*iterables, strict=…)`.
pub fn zip(iterables: &[Value], strict: bool) -> PyResult {
    let it = heap::alloc(Zip::ID, iterables.len());
    heap::init(it, Zip::STRICT, strict.into());
    for (i, &iterable) in iterables.iter().enumerate() {
        heap::set_item(it, Zip::TAIL, i, raw::iter(iterable)?);
    }
    Ok(Value::object(it))
}

fn new_zip(args: Args<'_>) -> PyResult {
    let [strict] = keywords("zip", args, ["strict"])?;
    zip(&args.positional()[1..], raw::truth(or(strict, NONE))?)
}

fn next_zip(it: Ref) -> PyResult<Option<Value>> {
    let count = heap::len(it);
    if count == 0 {
        return Ok(None);
    }
    // Built in the tuple itself: values in a `Vec` would be no roots.
    let items = heap::alloc(crate::object::layouts::Tuple::ID, count);
    for i in 0..count {
        match raw::next(heap::item(it, Zip::TAIL, i))? {
            Some(item) => heap::set_item(items, crate::object::layouts::Tuple::TAIL, i, item),
            None if heap::get(it, Zip::STRICT) == 0 => return Ok(None),
            None => return check_all_ended(it, i),
        }
    }
    Ok(Some(Value::object(items)))
}

/// Iterator `ended` of a strict zip has ended: the earlier ones have not, and the later ones must have.
fn check_all_ended(it: Ref, ended: usize) -> PyResult<Option<Value>> {
    let others = |n: usize| if n == 1 { "argument 1".to_owned() } else { format!("arguments 1-{n}") };
    if ended > 0 {
        let message = format!("zip() argument {} is shorter than {}", ended + 1, others(ended));
        return Err(value_error(message));
    }
    for i in 1..heap::len(it) {
        if raw::next(heap::item(it, Zip::TAIL, i))?.is_some() {
            return Err(value_error(format!("zip() argument {} is longer than {}", i + 1, others(i))));
        }
    }
    Ok(None)
}

/// `map(function, *iterables)`.
pub fn map(function: Value, iterables: &[Value]) -> PyResult {
    let it = heap::alloc(Map::ID, iterables.len());
    heap::init(it, Map::FUNCTION, function);
    for (i, &iterable) in iterables.iter().enumerate() {
        heap::set_item(it, Map::TAIL, i, raw::iter(iterable)?);
    }
    Ok(Value::object(it))
}

fn new_map(args: Args<'_>) -> PyResult {
    cast::no_keywords("map", args)?;
    match args.positional() {
        [_, function, iterables @ ..] if !iterables.is_empty() => map(*function, iterables),
        _ => Err(type_error("map() must have at least two arguments.")),
    }
}

fn next_map(it: Ref) -> PyResult<Option<Value>> {
    let function = heap::get(it, Map::FUNCTION);
    if heap::len(it) == 1 {
        let Some(item) = raw::next(heap::item(it, Map::TAIL, 0))? else { return Ok(None) };
        return raw::call(function, &[item]).map(Some);
    }
    let items = heap::alloc(crate::object::layouts::Tuple::ID, heap::len(it));
    for i in 0..heap::len(it) {
        let Some(item) = raw::next(heap::item(it, Map::TAIL, i))? else { return Ok(None) };
        heap::set_item(items, crate::object::layouts::Tuple::TAIL, i, item);
    }
    raw::call(function, tuple::items(items)).map(Some)
}

/// `filter(function, iterable)`; `function` may be None.
pub fn filter(function: Value, iterable: Value) -> PyResult {
    let iterator = raw::iter(iterable)?;
    let it = heap::alloc(Filter::ID, 0);
    heap::init(it, Filter::FUNCTION, function);
    heap::init(it, Filter::ITER, iterator);
    Ok(Value::object(it))
}

fn new_filter(args: Args<'_>) -> PyResult {
    cast::no_keywords("filter", args)?;
    match args.positional() {
        [_, function, iterable] => filter(*function, *iterable),
        other => {
            Err(type_error(format!("filter expected 2 arguments, got {}", other.len().saturating_sub(1))))
        }
    }
}

fn next_filter(it: Ref) -> PyResult<Option<Value>> {
    let function = heap::get(it, Filter::FUNCTION);
    loop {
        let Some(item) = raw::next(heap::get(it, Filter::ITER))? else { return Ok(None) };
        let keep = if function == NONE { item } else { raw::call(function, &[item])? };
        if raw::truth(keep)? {
            return Ok(Some(item));
        }
    }
}

/// `reversed(object)`: its `__reversed__`, or its items by index.
pub fn reversed(object: Value) -> PyResult {
    if let Some(method) = raw::lookup_special(object, "__reversed__") {
        if method == NONE {
            return Err(not_reversible(object));
        }
        return raw::call(method, &[object]);
    }
    let is_sequence = raw::lookup_special(object, "__getitem__").is_some();
    if !is_sequence || raw::is_builtin_instance(object, Builtin::Dict) {
        return Err(not_reversible(object));
    }
    let len = sequence::len(object)?;
    Ok(iterators::reversed(object, len as i64))
}

#[cold]
fn not_reversible(object: Value) -> Value {
    type_error(format!("'{}' object is not reversible", raw::class_name(object)))
}

fn new_reversed(args: Args<'_>) -> PyResult {
    cast::no_keywords("reversed", args)?;
    match args.positional() {
        [_, object] => reversed(*object),
        other => {
            Err(type_error(format!("reversed expected 1 argument, got {}", other.len().saturating_sub(1))))
        }
    }
}

/// `iter(function, sentinel)`.
pub fn call_iterator(function: Value, sentinel: Value) -> Value {
    let it = heap::alloc(CallIter::ID, 0);
    heap::init(it, CallIter::FUNCTION, function);
    heap::init(it, CallIter::SENTINEL, sentinel);
    Value::object(it)
}

fn next_call(it: Ref) -> PyResult<Option<Value>> {
    let function = heap::get(it, CallIter::FUNCTION);
    if function.is_null() {
        return Ok(None);
    }
    let item = match raw::call(function, &[]) {
        Err(e) if raw::is_builtin_instance(e, Builtin::StopIteration) => None,
        other => Some(other?),
    };
    let item = match item {
        Some(item) if super::operators::equal(item, heap::get(it, CallIter::SENTINEL))? => None,
        item => item,
    };
    if item.is_none() {
        heap::set(it, CallIter::FUNCTION, Value::NULL);
    }
    Ok(item)
}

/// How many items an iterable says it has: `operator.length_hint` with default 0, bounded.
pub fn length_hint(iterable: Value) -> PyResult<usize> {
    if raw::lookup_special(iterable, "__len__").is_some() {
        return Ok(sequence::len(iterable)?.min(1 << 20));
    }
    match raw::call_special(iterable, "__length_hint__", &[]) {
        None => Ok(0),
        Some(hint) => match cast::int_of(hint?) {
            Some(Int::Small(n)) if n >= 0 => Ok(n.min(1 << 20) as usize),
            Some(_) => Err(overflow_error("length hint out of range")),
            None => Ok(0),
        },
    }
}

natives! {
    static ENUMERATE;
    "__new__" Full(new_enumerate) [Any, static] intrinsic Enumerate;
    "__iter__" One(same) [Elidable];
    "__next__" One(dunder_next) [Any];
}
natives! {
    static ZIP;
    "__new__" Full(new_zip) [Any, static] intrinsic Zip;
    "__iter__" One(same) [Elidable];
    "__next__" One(dunder_next) [Any];
}
natives! {
    static MAP;
    "__new__" Full(new_map) [Any, static] intrinsic Map;
    "__iter__" One(same) [Elidable];
    "__next__" One(dunder_next) [Any];
}
natives! {
    static FILTER;
    "__new__" Full(new_filter) [Any, static] intrinsic Filter;
    "__iter__" One(same) [Elidable];
    "__next__" One(dunder_next) [Any];
}
natives! {
    static REVERSED;
    "__new__" Full(new_reversed) [Any, static] intrinsic Reversed;
}
natives! {
    static CALL_ITER;
    "__iter__" One(same) [Elidable];
    "__next__" One(dunder_next) [Any];
}

/// The method tables of the classes.
pub static CLASSES: &[ClassTable] = &[
    ClassTable { class: Builtin::Enumerate, methods: ENUMERATE },
    ClassTable { class: Builtin::Zip, methods: ZIP },
    ClassTable { class: Builtin::Map, methods: MAP },
    ClassTable { class: Builtin::Filter, methods: FILTER },
    ClassTable { class: Builtin::Reversed, methods: REVERSED },
    ClassTable { class: Builtin::CallIter, methods: CALL_ITER },
];
