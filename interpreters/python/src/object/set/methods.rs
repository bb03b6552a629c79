//! The methods of `set` and `frozenset`.

use super::algebra::{self, argument};
use super::{add, clear, contains, copy, discard, from_iterable, is_frozen, pop, update};
use crate::natives;
use crate::object::class::Builtin;
use crate::object::layouts::Set;
use crate::object::native::Args;
use crate::object::{NONE, PyResult, boolean, cast, error, iterators};
use crate::raw;
use metajit::heap::{Ref, Value};

fn receiver(value: Value) -> PyResult<Ref> {
    cast::receiver(value, Set::ID, "set")
}

/// `set.__new__`: an empty set; `__init__` fills it.
fn new(args: Args<'_>) -> PyResult {
    let (class, _) = cast::class_and_rest("set", args.values)?;
    cast::construct(Builtin::Set, class, Value::object(super::new()))
}

fn init(args: Args<'_>) -> PyResult {
    cast::no_keywords("set", args)?;
    let set = receiver(args.values[0])?;
    clear(set);
    match args.values[1..] {
        [] => {}
        [iterable] => update(set, iterable)?,
        _ => return Err(cast::arity("set", "at most 1 argument", args.values.len() - 1)),
    }
    Ok(NONE)
}

fn new_frozen(args: Args<'_>) -> PyResult {
    let (class, rest) = cast::class_and_rest("frozenset", args.values)?;
    let made = match *rest {
        [] => super::new_frozen(),
        [iterable, ..] => match cast::to_layout(iterable, Set::ID) {
            Some(set) if is_frozen(set) => set,
            _ => from_iterable(iterable, true)?,
        },
    };
    cast::construct(Builtin::FrozenSet, class, Value::object(made))
}

/// `item in set`: a set as item is looked up as a frozenset.
pub fn contains_item(set: Ref, item: Value) -> PyResult<bool> {
    contains(set, as_key(item)?)
}

fn as_key(item: Value) -> PyResult {
    match cast::to_layout(item, Set::ID) {
        Some(inner) if !is_frozen(inner) => copy(inner, true).map(Value::object),
        _ => Ok(item),
    }
}

fn contains_method(set: Value, item: Value) -> PyResult {
    contains_item(receiver(set)?, item).map(boolean)
}

fn add_method(set: Value, key: Value) -> PyResult {
    add(receiver(set)?, key)?;
    Ok(NONE)
}

fn discard_method(set: Value, key: Value) -> PyResult {
    discard(receiver(set)?, as_key(key)?)?;
    Ok(NONE)
}

fn remove(set: Value, key: Value) -> PyResult {
    if discard(receiver(set)?, as_key(key)?)? { Ok(NONE) } else { Err(error::key_error(key)) }
}

fn pop_method(set: Value) -> PyResult {
    pop(receiver(set)?).ok_or_else(|| {
        error::exception_with(Builtin::KeyError, &[crate::object::str::value("pop from an empty set")])
    })
}

fn clear_method(set: Value) -> PyResult {
    clear(receiver(set)?);
    Ok(NONE)
}

fn copy_method(set: Value) -> PyResult {
    let r = receiver(set)?;
    if is_frozen(r) { Ok(Value::object(r)) } else { copy(r, false).map(Value::object) }
}

fn update_method(args: &[Value]) -> PyResult {
    let set = receiver(args[0])?;
    args[1..].iter().try_for_each(|&other| update(set, other))?;
    Ok(NONE)
}

fn union(args: &[Value]) -> PyResult {
    let first = receiver(args[0])?;
    let result = copy(first, is_frozen(first))?;
    args[1..].iter().try_for_each(|&other| update(result, other))?;
    Ok(Value::object(result))
}

fn intersection(args: &[Value]) -> PyResult {
    let mut result = receiver(args[0])?;
    if args.len() == 1 {
        return copy(result, is_frozen(result)).map(Value::object);
    }
    for &other in &args[1..] {
        result = algebra::intersection_with(result, other)?;
    }
    Ok(Value::object(result))
}

fn intersection_update(args: &[Value]) -> PyResult {
    let result = intersection(args)?;
    algebra::become_set(receiver(args[0])?, Ref::from_bits(result.bits()));
    Ok(NONE)
}

fn difference(args: &[Value]) -> PyResult {
    let mut result = receiver(args[0])?;
    if args.len() == 1 {
        return copy(result, is_frozen(result)).map(Value::object);
    }
    for &other in &args[1..] {
        result = algebra::difference_with(result, other)?;
    }
    Ok(Value::object(result))
}

fn difference_update(args: &[Value]) -> PyResult {
    let set = receiver(args[0])?;
    for &other in &args[1..] {
        algebra::remove_all(set, argument(other)?, super::Lookup::Any)?;
    }
    Ok(NONE)
}

fn symmetric_difference(set: Value, other: Value) -> PyResult {
    algebra::symmetric_difference(receiver(set)?, argument(other)?, super::Lookup::Any).map(Value::object)
}

fn symmetric_difference_update(set: Value, other: Value) -> PyResult {
    algebra::toggle_all(receiver(set)?, argument(other)?, super::Lookup::Any)?;
    Ok(NONE)
}

fn issubset(set: Value, other: Value) -> PyResult {
    algebra::is_subset(receiver(set)?, argument(other)?).map(boolean)
}

fn issuperset(set: Value, other: Value) -> PyResult {
    algebra::is_subset(argument(other)?, receiver(set)?).map(boolean)
}

fn isdisjoint(set: Value, other: Value) -> PyResult {
    let common = algebra::intersection(receiver(set)?, argument(other)?, super::Lookup::Any)?;
    Ok(boolean(super::len(common) == 0))
}

fn iter(set: Value) -> PyResult {
    Ok(iterators::over_table(Value::object(receiver(set)?), 3))
}

fn reduce(set: Value) -> PyResult {
    let all = crate::object::list::from_iterable(Value::object(receiver(set)?))?;
    let class = Value::object(raw::class_of(set));
    let arguments = crate::object::tuple::value(&[Value::object(all)]);
    Ok(crate::object::tuple::value(&[class, arguments]))
}

natives! {
    pub static METHODS;
    "__new__" Full(new) [Any, static];
    "__init__" Full(init) [Any];
    "add" Two(add_method) [Any] intrinsic SetAdd;
    "discard" Two(discard_method) [Any];
    "remove" Two(remove) [Any];
    "pop" One(pop_method) [Any];
    "clear" One(clear_method) [Any];
    "update" Slice(update_method) 1..255 [Any];
    "intersection_update" Slice(intersection_update) 1..255 [Any];
    "difference_update" Slice(difference_update) 1..255 [Any];
    "symmetric_difference_update" Two(symmetric_difference_update) [Any];
}

natives! {
    pub static FROZEN_METHODS;
    "__new__" Full(new_frozen) [Any, static];
}

natives! {
    pub static SHARED_METHODS;
    "copy" One(copy_method) [Reads];
    "union" Slice(union) 1..255 [Any];
    "intersection" Slice(intersection) 1..255 [Any];
    "difference" Slice(difference) 1..255 [Any];
    "symmetric_difference" Two(symmetric_difference) [Any];
    "issubset" Two(issubset) [Any];
    "issuperset" Two(issuperset) [Any];
    "isdisjoint" Two(isdisjoint) [Any];
    "__contains__" Two(contains_method) [Any];
    "__iter__" One(iter) [Reads];
    "__reduce__" One(reduce) [Any];
}
