//! Iteration: `iter` and `next` for loops, seen through by traces for the common iterators.
//!
//! Neighbours: `generator`, `object::iterators` (the others), `unpack`.

use super::attribute::call_found;
use super::exceptions::is_builtin_error;
use super::generator::{self, Resumed};
use super::lookup::class_of;
use super::{Outcome, build, constant, dicts, fail, helpers, of_run, text, to_run};
use crate::bytecode::CodeFlags;
use crate::object::class::Builtin;
use crate::object::intern::names;
use crate::object::layouts::{self as l, Instance};
use crate::object::{NONE, PyResult, error, iterators, types};
use metajit::heap::{Floats, Ints, Value};
use metajit::mode::Mode;
use metajit::run::Run;
use metajit::staged::{Int, Obj, Val};

/// `iter(object)`.
#[inline(never)]
pub fn get_iter<M: Mode>(value: Val<M>) -> Outcome<M> {
    if let Some(object) = value.pointer() {
        match object.layout() {
            l::List::ID | l::Tuple::ID | l::FloatStore::ID | l::IntStore::ID => {
                let it = Obj::<M>::alloc(l::SeqIter::ID, 0);
                it.set(l::SeqIter::SEQ, value);
                return Ok(it.value());
            }
            l::Range::ID => {
                if let Some(it) = range_iter(object) {
                    return Ok(it);
                }
            }
            l::Generator::ID if super::awaiting::flags_of(object).has(CodeFlags::GENERATOR) => {
                return Ok(value);
            }
            l::SeqIter::ID
            | l::RangeIter::ID
            | l::DictIter::ID
            | l::StrIter::ID
            | l::Reversed::ID
            | l::Enumerate::ID
            | l::Zip::ID
            | l::Map::ID
            | l::Filter::ID
            | l::CallIter::ID => return Ok(value),
            Instance::ID => return iter_of_class(value),
            _ => {}
        }
    }
    if !M::RECORDING {
        if let Some(it) = lift(iterators::builtin_iter(value.peek()))? {
            return Ok(constant(it));
        }
        return iter_of_class(value);
    }
    helpers::iter_other(value)
}

fn lift<M: Mode, T>(result: PyResult<T>) -> Outcome<M, T> {
    match result {
        Ok(value) => Ok(value),
        Err(e) => Err(constant(e)),
    }
}

fn range_iter<M: Mode>(range: Obj<M>) -> Option<Val<M>> {
    let start = range.get(l::Range::START).small_int()?;
    // As these are words, what follows the last int fits in 64 bits.
    range.get(l::Range::STOP).small_int()?;
    let step = range.get(l::Range::STEP).small_int()?;
    let len = range.get(l::Range::LEN).small_int()?;
    let it = Obj::<M>::alloc(l::RangeIter::ID, 0);
    it.set(l::RangeIter::CURRENT, start);
    it.set(l::RangeIter::STEP, step);
    it.set(l::RangeIter::END, start + step * len);
    Some(it.value())
}

/// `iter` through the class's `__iter__`, or `__getitem__`.
fn iter_of_class<M: Mode>(value: Val<M>) -> Outcome<M> {
    let class = class_of(value);
    M::assume(&class.assumption);
    let name = || types::name_of(class.class());
    let found = class.lookup_or_null(names().iter);
    if found.is_null() {
        if class.lookup_or_null(names().getitem).is_null() {
            return Err(fail(error::type_error(format!("'{}' object is not iterable", name()))));
        }
        let it = Obj::<M>::alloc(l::SeqIter::ID, 0);
        it.set(l::SeqIter::SEQ, value);
        return Ok(it.value());
    }
    if found == NONE {
        return Err(fail(error::type_error(format!("'{}' object is not iterable", name()))));
    }
    let it = call_found(value, class, found, &[])?;
    let of = class_of(it);
    if of.lookup_or_null(names().next).is_null() {
        let name = types::name_of(of.class());
        let message = format!("iter() returned non-iterator of type '{name}'");
        return Err(fail(error::type_error(message)));
    }
    Ok(it)
}

/// The next item of an iterator; `None` when it is exhausted.
#[inline(always)]
pub fn next<M: Mode>(it: Val<M>) -> Outcome<M, Option<Val<M>>> {
    let Some(object) = it.pointer() else { return next_of_class(it) };
    match object.layout() {
        l::RangeIter::ID => Ok(next_of_range(object)),
        l::SeqIter::ID => next_of_sequence(it, object),
        _ => next_other(it, object),
    }
}

#[inline(always)]
fn next_of_range<M: Mode>(it: Obj<M>) -> Option<Val<M>> {
    let (current, end, step) =
        (it.get(l::RangeIter::CURRENT), it.get(l::RangeIter::END), it.get(l::RangeIter::STEP));
    if step == 1 {
        // In a trace a comparison is knowledge: arithmetic on indices then needs no test for overflow or sign. Of the
        // loop's variable it is tested once, as each next one follows from it.
        let _is_index = M::RECORDING && current >= 0 && end <= MOST_LIKELY_INDEX;
        if current >= end {
            return None;
        }
        it.set(l::RangeIter::CURRENT, current + 1);
    } else {
        if current == end {
            return None;
        }
        it.set(l::RangeIter::CURRENT, current + step);
    }
    Some(current.into())
}

/// Indices, and the products of two of them, do not overflow up to here.
const MOST_LIKELY_INDEX: i64 = 1 << 31;

#[inline(always)]
fn next_of_sequence<M: Mode>(it: Val<M>, object: Obj<M>) -> Outcome<M, Option<Val<M>>> {
    let sequence = object.get(l::SeqIter::SEQ);
    let Some(items) = sequence.pointer() else {
        // NULL: exhausted before.
        return Ok(None);
    };
    let index = object.get(l::SeqIter::INDEX);
    let item = match items.layout() {
        l::List::ID => {
            if index.below(items.get(l::List::LEN)).truth() {
                Some(super::lists::item(items, index))
            } else {
                None
            }
        }
        l::Tuple::ID => {
            if index.below(items.len()).truth() {
                Some(items.item(l::Tuple::TAIL, index))
            } else {
                None
            }
        }
        l::FloatStore::ID => {
            if index.below(items.get(l::FloatStore::LEN)).truth() {
                Some(items.get(l::FloatStore::ITEMS).item(Floats::TAIL, index).into())
            } else {
                None
            }
        }
        l::IntStore::ID => {
            if index.below(items.get(l::IntStore::LEN)).truth() {
                Some(items.get(l::IntStore::ITEMS).item(Ints::TAIL, index).into())
            } else {
                None
            }
        }
        _ => return next_builtin(it),
    };
    match item {
        Some(item) => {
            object.set(l::SeqIter::INDEX, index + 1);
            Ok(Some(item))
        }
        None => {
            object.set(l::SeqIter::SEQ, constant(Value::NULL));
            Ok(None)
        }
    }
}

/// The next item of a builtin iterator that traces do not see into.
fn next_builtin<M: Mode>(it: Val<M>) -> Outcome<M, Option<Val<M>>> {
    if !M::RECORDING {
        let object = it.peek().as_ref().expect("an iterator");
        return Ok(lift(iterators::builtin_next(object))?.map(constant));
    }
    let item = helpers::next_other(it)?;
    Ok(if item.is_null() { None } else { Some(item) })
}

#[inline(never)]
fn next_other<M: Mode>(it: Val<M>, object: Obj<M>) -> Outcome<M, Option<Val<M>>> {
    match object.layout() {
        l::Generator::ID => match generator::resume(object, constant(NONE))? {
            Resumed::Yielded(value) => Ok(Some(value)),
            Resumed::Returned(_) => Ok(None),
        },
        l::Enumerate::ID => next_of_enumerate(object),
        l::Zip::ID => next_of_zip(object),
        l::Map::ID => next_of_map(object),
        l::Filter::ID => next_of_filter(object),
        l::CallIter::ID => next_of_calls(object),
        l::DictIter::ID if M::RECORDING => match dicts::next(object) {
            Some(item) => Ok(item),
            None => {
                let item = helpers::next_of_table(it)?;
                Ok(if item.is_null() { None } else { Some(item) })
            }
        },
        l::StrIter::ID if M::RECORDING => match text::next_character(object) {
            Some(character) => Ok(character),
            None => next_builtin(it),
        },
        l::DictIter::ID | l::StrIter::ID | l::Reversed::ID => next_builtin(it),
        _ => next_of_class(it),
    }
}

fn next_of_enumerate<M: Mode>(it: Obj<M>) -> Outcome<M, Option<Val<M>>> {
    let Some(item) = next_dyn(it.get(l::Enumerate::ITER))? else { return Ok(None) };
    let count = it.get(l::Enumerate::COUNT);
    let one = Value::small_int(1);
    let after = super::arith::add(count, constant(one))?;
    it.set(l::Enumerate::COUNT, after);
    Ok(Some(build::tuple(&[count, item])))
}

fn next_of_zip<M: Mode>(it: Obj<M>) -> Outcome<M, Option<Val<M>>> {
    let count = M::promote(M::len_of(it.inner()));
    let mut items = super::call::Operands::new();
    for i in 0..count {
        match next_dyn(it.item(l::Zip::TAIL, i))? {
            Some(item) => items.push(item),
            None if it.get(l::Zip::STRICT).promote() == 0 => return Ok(None),
            None => return strict_zip_ended(it, i, count),
        }
    }
    if count == 0 {
        return Ok(None);
    }
    Ok(Some(build::tuple(items.as_slice())))
}

/// `zip(…, strict=True)` when the iterator at `ended` is the first that has ended.
fn strict_zip_ended<M: Mode>(it: Obj<M>, ended: i64, count: i64) -> Outcome<M, Option<Val<M>>> {
    let plural = |n: i64| if n == 1 { "argument 1".to_owned() } else { format!("arguments 1-{n}") };
    if ended > 0 {
        let message = format!("zip() argument {} is shorter than {}", ended + 1, plural(ended));
        return Err(fail(error::value_error(message)));
    }
    for i in 1..count {
        if next_dyn(it.item(l::Zip::TAIL, i))?.is_some() {
            let message = format!("zip() argument {} is longer than {}", i + 1, plural(i));
            return Err(fail(error::value_error(message)));
        }
    }
    Ok(None)
}

fn next_of_map<M: Mode>(it: Obj<M>) -> Outcome<M, Option<Val<M>>> {
    let count = M::promote(M::len_of(it.inner()));
    let mut items = super::call::Operands::new();
    for i in 0..count {
        match next_dyn(it.item(l::Map::TAIL, i))? {
            Some(item) => items.push(item),
            None => return Ok(None),
        }
    }
    super::call::call(it.get(l::Map::FUNCTION), items.as_slice()).map(Some)
}

fn next_of_filter<M: Mode>(it: Obj<M>) -> Outcome<M, Option<Val<M>>> {
    let function = it.get(l::Filter::FUNCTION);
    loop {
        let Some(item) = next_dyn(it.get(l::Filter::ITER))? else { return Ok(None) };
        let verdict = if function.same(NONE) { item } else { super::call::call(function, &[item])? };
        if super::compare::truth(verdict)? {
            return Ok(Some(item));
        }
    }
}

fn next_of_calls<M: Mode>(it: Obj<M>) -> Outcome<M, Option<Val<M>>> {
    let function = it.get(l::CallIter::FUNCTION);
    if function.is_null() {
        return Ok(None);
    }
    let item = super::call::call(function, &[])?;
    let over =
        super::compare::holds(crate::object::compare::CompareOp::Eq, item, it.get(l::CallIter::SENTINEL))?;
    if over {
        it.set(l::CallIter::FUNCTION, constant(Value::NULL));
        return Ok(None);
    }
    Ok(Some(item))
}

/// [`next`], not inlined.
#[inline(never)]
pub fn next_dyn<M: Mode>(it: Val<M>) -> Outcome<M, Option<Val<M>>> {
    next(it)
}

/// `next` through the class's `__next__`.
fn next_of_class<M: Mode>(it: Val<M>) -> Outcome<M, Option<Val<M>>> {
    let class = class_of(it);
    M::assume(&class.assumption);
    let found = class.lookup_or_null(names().next);
    if found.is_null() {
        let name = types::name_of(class.class());
        return Err(fail(error::type_error(format!("'{name}' object is not an iterator"))));
    }
    match call_found(it, class, found, &[]) {
        Ok(item) => Ok(Some(item)),
        Err(e) if is_builtin_error(e, Builtin::StopIteration) => Ok(None),
        Err(e) => Err(e),
    }
}

/// [`get_iter`] on plain values.
pub fn iter(object: Value) -> PyResult {
    of_run(get_iter::<Run>(to_run(object)))
}

/// [`next()`] on plain values; NULL when the iterator is exhausted.
pub fn next_plain(it: Value) -> PyResult {
    match next_dyn::<Run>(to_run(it)) {
        Ok(item) => Ok(item.map_or(Value::NULL, |v| v.inner())),
        Err(e) => Err(e.inner()),
    }
}

/// A count that starts a loop over indices.
pub fn zero<M: Mode>() -> Int<M> {
    Int::from(0)
}

/// As [`next()`]; with no item, also the value of the StopIteration.
pub fn next_result<M: Mode>(it: Val<M>) -> Outcome<M, (Option<Val<M>>, Val<M>)> {
    let none = constant(NONE);
    if let Some(object) = it.pointer()
        && object.layout() == Instance::ID
    {
        let class = class_of(it);
        M::assume(&class.assumption);
        let found = class.lookup_or_null(names().next);
        if !found.is_null() {
            return match call_found(it, class, found, &[]) {
                Ok(item) => Ok((Some(item), none)),
                Err(e) if is_builtin_error(e, Builtin::StopIteration) => {
                    Ok((None, super::exceptions::stop_value(e)))
                }
                Err(e) => Err(e),
            };
        }
    }
    Ok((next_dyn(it)?, none))
}
