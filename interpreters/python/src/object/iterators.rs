//! Iteration: the iterators of the builtin types, and loops over any iterable for natives.
//!
//! Neighbours: `interp::iterate` (the same generic over the mode), `dict::views`, `range`.

use super::class::Builtin;
use super::dict;
use super::layouts as l;
use super::{NONE, PyResult, cast, error, list, range, set, stores, str, tuple};
use crate::natives;
use crate::raw;
use metajit::heap::{self, Ref, Value};

/// An iterator over a list, tuple, bytes or other sequence by index.
pub fn over_sequence(sequence: Value) -> Value {
    let it = heap::alloc(l::SeqIter::ID, 0);
    heap::init(it, l::SeqIter::SEQ, sequence);
    Value::object(it)
}

/// An iterator over a string.
pub fn over_str(string: Value) -> Value {
    let it = heap::alloc(l::StrIter::ID, 0);
    heap::init(it, l::StrIter::STR, string);
    Value::object(it)
}

/// An iterator over a dict (`kind` as in `DictIter`) or a set (kind 3).
pub fn over_table(table: Value, kind: i64) -> Value {
    let object = Ref::from_bits(table.bits());
    let used = if kind == 3 { set::len(object) } else { dict::len(object) };
    let it = heap::alloc(l::DictIter::ID, 0);
    heap::init(it, l::DictIter::DICT, table);
    heap::init(it, l::DictIter::KIND, kind);
    heap::init(it, l::DictIter::USED, used as i64);
    Value::object(it)
}

/// The iterator of an object of a builtin type; `None` for other objects (and for those without iteration).
pub fn builtin_iter(object: Value) -> PyResult<Option<Value>> {
    let Some(r) = object.as_ref() else { return Ok(None) };
    let layout = heap::layout_of(r);
    Ok(Some(if layout == l::List::ID || layout == l::Tuple::ID || stores::is_store(r) {
        over_sequence(object)
    } else if layout == l::Range::ID {
        range::iter(r)
    } else if layout == l::Str::ID {
        over_str(object)
    } else if layout == l::Dict::ID {
        over_table(object, 0)
    } else if layout == l::Set::ID {
        over_table(object, 3)
    } else if layout == l::DictView::ID {
        over_table(heap::get(r, l::DictView::DICT), heap::get(r, l::DictView::KIND))
    } else if layout == l::PyBytes::ID || layout == l::ByteArray::ID {
        over_sequence(object)
    } else if is_builtin_iterator(r) {
        object
    } else {
        return Ok(None);
    }))
}

/// Whether the object is an iterator that [`builtin_next`] advances.
pub fn is_builtin_iterator(object: Ref) -> bool {
    let layout = heap::layout_of(object);
    [l::SeqIter::ID, l::RangeIter::ID, l::DictIter::ID, l::StrIter::ID, l::Reversed::ID].contains(&layout)
}

/// Advances an iterator for which [`is_builtin_iterator`] holds; `None` at the end.
#[inline]
pub fn builtin_next(it: Ref) -> PyResult<Option<Value>> {
    let layout = heap::layout_of(it);
    if layout == l::SeqIter::ID {
        next_of_sequence(it)
    } else if layout == l::RangeIter::ID {
        Ok(range::next(it))
    } else if layout == l::DictIter::ID {
        next_of_table(it)
    } else if layout == l::StrIter::ID {
        Ok(next_of_str(it))
    } else {
        next_reversed(it)
    }
}

fn next_of_sequence(it: Ref) -> PyResult<Option<Value>> {
    let sequence = heap::get(it, l::SeqIter::SEQ);
    let Some(object) = sequence.as_ref() else { return Ok(None) };
    let index = heap::get(it, l::SeqIter::INDEX);
    let item = element(sequence, object, index)?;
    match item {
        Some(_) => heap::set(it, l::SeqIter::INDEX, index + 1),
        None => heap::set(it, l::SeqIter::SEQ, Value::NULL),
    }
    Ok(item)
}

/// The element of a sequence at an index of an iterator; `None` beyond the end.
fn element(sequence: Value, object: Ref, index: i64) -> PyResult<Option<Value>> {
    let layout = heap::layout_of(object);
    let at = index as usize;
    if layout == l::List::ID {
        return Ok(list::get(object, at));
    }
    if layout == l::Tuple::ID {
        return Ok(tuple::items(object).get(at).copied());
    }
    if layout == l::PyBytes::ID || layout == l::ByteArray::ID {
        let byte = super::bytes::contents(object).get(at).copied();
        return Ok(byte.map(|byte| Value::int(i64::from(byte))));
    }
    if stores::is_store(object) {
        return Ok(stores::element(object, at));
    }
    let Some(result) = raw::call_special(sequence, "__getitem__", &[Value::int(index)]) else {
        return Ok(None);
    };
    match result {
        Ok(item) => Ok(Some(item)),
        Err(e) if is_error(e, Builtin::IndexError) || is_error(e, Builtin::StopIteration) => Ok(None),
        Err(exception) => Err(exception),
    }
}

/// Whether an exception is of a builtin class.
pub fn is_error(exception: Value, class: Builtin) -> bool {
    raw::is_builtin_instance(exception, class)
}

fn next_of_str(it: Ref) -> Option<Value> {
    let string = heap::get(it, l::StrIter::STR).as_ref()?;
    let at = heap::get(it, l::StrIter::POS) as usize;
    if at >= heap::len(string) {
        heap::set(it, l::StrIter::STR, Value::NULL);
        return None;
    }
    let (character, next) = str::char_at_offset(string, at);
    heap::set(it, l::StrIter::POS, next as i64);
    Some(Value::object(character))
}

fn next_of_table(it: Ref) -> PyResult<Option<Value>> {
    let Some(table) = heap::get(it, l::DictIter::DICT).as_ref() else { return Ok(None) };
    let kind = heap::get(it, l::DictIter::KIND);
    let used = if kind == 3 { set::len(table) } else { dict::len(table) } as i64;
    if used != heap::get(it, l::DictIter::USED) {
        heap::set(it, l::DictIter::USED, -1);
        let what = if kind == 3 { "Set" } else { "dictionary" };
        return Err(error::runtime_error(format!("{what} changed size during iteration")));
    }
    let mut position = heap::get(it, l::DictIter::POS) as usize;
    let item = match kind {
        0 => dict::next_entry(table, &mut position).map(|(key, _)| key),
        1 => dict::next_entry(table, &mut position).map(|(_, value)| value),
        2 => dict::next_entry(table, &mut position).map(|(key, value)| tuple::value(&[key, value])),
        _ => set::next_key(table, &mut position),
    };
    heap::set(it, l::DictIter::POS, position as i64);
    if item.is_none() {
        heap::set(it, l::DictIter::DICT, Value::NULL);
    }
    Ok(item)
}

/// An iterator over a sequence from its last element to its first.
pub fn reversed(sequence: Value, len: i64) -> Value {
    let it = heap::alloc(l::Reversed::ID, 0);
    heap::init(it, l::Reversed::SEQ, sequence);
    heap::init(it, l::Reversed::INDEX, len - 1);
    Value::object(it)
}

fn next_reversed(it: Ref) -> PyResult<Option<Value>> {
    let sequence = heap::get(it, l::Reversed::SEQ);
    let index = heap::get(it, l::Reversed::INDEX);
    let Some(object) = sequence.as_ref() else { return Ok(None) };
    if index < 0 {
        return Ok(None);
    }
    let item = if object_is_view(object) {
        previous_of_view(object, it, index)?
    } else {
        heap::set(it, l::Reversed::INDEX, index - 1);
        if heap::layout_of(object) == l::Str::ID {
            Some(Value::object(str::char_at(object, index as usize)))
        } else {
            element(sequence, object, index)?
        }
    };
    if item.is_none() {
        heap::set(it, l::Reversed::SEQ, Value::NULL);
    }
    Ok(item)
}

fn object_is_view(object: Ref) -> bool {
    let layout = heap::layout_of(object);
    layout == l::DictView::ID || layout == l::Dict::ID
}

/// The item of a dict or view before the one that was given last; the index counts entries.
fn previous_of_view(object: Ref, it: Ref, index: i64) -> PyResult<Option<Value>> {
    let (table, kind) = if heap::layout_of(object) == l::Dict::ID {
        (object, 0)
    } else {
        (Ref::from_bits(heap::get(object, l::DictView::DICT).bits()), heap::get(object, l::DictView::KIND))
    };
    let mut position = index as usize + 1;
    let item = dict::previous_entry(table, &mut position).map(|(key, value)| match kind {
        0 => key,
        1 => value,
        _ => tuple::value(&[key, value]),
    });
    heap::set(it, l::Reversed::INDEX, position as i64 - 1);
    Ok(item)
}

/// Calls `visit` with each item of an iterable.
pub fn for_each(iterable: Value, mut visit: impl FnMut(Value) -> PyResult<()>) -> PyResult<()> {
    let it = raw::iter(iterable)?;
    if let Some(object) = it.as_ref().filter(|&object| is_builtin_iterator(object)) {
        while let Some(item) = builtin_next(object)? {
            check_memory()?;
            visit(item)?;
        }
        return Ok(());
    }
    while let Some(item) = raw::next(it)? {
        check_memory()?;
        visit(item)?;
    }
    Ok(())
}

/// Native loops that collect what they are given stop when memory is short.
#[inline(always)]
fn check_memory() -> PyResult<()> {
    if heap::exhausted() && heap::take_exhausted() { Err(error::memory_error("")) } else { Ok(()) }
}

/// How many items an iterator is going to give, as far as one can tell.
fn length_hint(it: Value) -> PyResult {
    let Some(object) = it.as_ref() else { return Ok(Value::int(0)) };
    let layout = heap::layout_of(object);
    let left = if layout == l::RangeIter::ID {
        range::left(object)
    } else if layout == l::SeqIter::ID {
        match heap::get(object, l::SeqIter::SEQ) {
            Value::NULL => 0,
            sequence => super::sequence::len(sequence)? as i64 - heap::get(object, l::SeqIter::INDEX),
        }
    } else if layout == l::DictIter::ID {
        match heap::get(object, l::DictIter::DICT) {
            Value::NULL => 0,
            _ => heap::get(object, l::DictIter::USED),
        }
    } else if layout == l::Reversed::ID {
        match heap::get(object, l::Reversed::SEQ) {
            Value::NULL => 0,
            _ => heap::get(object, l::Reversed::INDEX) + 1,
        }
    } else {
        0
    };
    Ok(Value::int(left.max(0)))
}

fn same(it: Value) -> PyResult {
    Ok(it)
}

fn next(it: Value) -> PyResult {
    match it.as_ref().filter(|&object| is_builtin_iterator(object)) {
        None => Err(cast::wrong_receiver(it, "iterator")),
        Some(object) => match builtin_next(object)? {
            Some(item) => Ok(item),
            None => Err(error::exception_with(Builtin::StopIteration, &[])),
        },
    }
}

/// What is left of an iterator, for copying and pickling: not part of any program's output.
fn reduce(it: Value) -> PyResult {
    let rest = list::from_iterable(it)?;
    Ok(tuple::value(&[Value::object(raw::builtin_class(Builtin::List)), Value::object(rest), NONE]))
}

natives! {
    pub static METHODS;
    "__iter__" One(same) [Elidable];
    "__next__" One(next) [Any];
    "__length_hint__" One(length_hint) [Reads];
    "__reduce__" One(reduce) [Any];
}
