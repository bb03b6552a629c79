//! What sequences have in common: indices and slices, counting and finding, ordering element by element; and the
//! operations `len`, `in`, `[]` on any object.
//!
//! Neighbours: the types (`list`, `tuple`, `str`, …), `slice` (its bounds).

use super::compare::{self, CompareOp};
use super::int::big::Int;
use super::layouts as l;
use super::{PyResult, bytes, cast, dict, error, iterators, list, range, set, slice, str, tuple};
use crate::raw;
use metajit::heap::{self, Ref, Value};

/// An index with negative ones counted from the end; `None` when out of range.
#[inline(always)]
pub fn normalise(index: i64, len: usize) -> Option<usize> {
    let index = if index < 0 { index.wrapping_add(len as i64) } else { index };
    (0..len as i64).contains(&index).then_some(index as usize)
}

/// Counts the elements that equal `wanted`.
pub fn count(mut get: impl FnMut(usize) -> Option<Value>, wanted: Value) -> PyResult {
    let (mut i, mut found) = (0, 0);
    while let Some(element) = get(i) {
        found += i64::from(compare::equal(element, wanted)?);
        i += 1;
    }
    Ok(Value::int(found))
}

/// The first index in `start..stop` of an element that equals `wanted`.
pub fn find(
    mut get: impl FnMut(usize) -> Option<Value>,
    start: usize,
    stop: usize,
    wanted: Value,
) -> PyResult<Option<usize>> {
    for i in start..stop {
        match get(i) {
            Some(element) if compare::equal(element, wanted)? => return Ok(Some(i)),
            Some(_) => {}
            None => break,
        }
    }
    Ok(None)
}

/// Optional `start` and `stop` arguments (None and absent are the ends) cut to a length.
pub fn bounds(len: usize, start: Option<&Value>, stop: Option<&Value>) -> PyResult<(usize, usize)> {
    let clamp = |value: Option<&Value>, default: usize| -> PyResult<usize> {
        match value {
            None | Some(&Value::NULL) | Some(&super::NONE) => Ok(default),
            Some(&value) if !cast::is_index(value) => {
                Err(error::type_error("slice indices must be integers or None or have an __index__ method"))
            }
            Some(&value) => {
                let i = cast::index_clamped(value)?;
                let i = if i < 0 { i.saturating_add(len as i64).max(0) } else { i };
                Ok(usize::try_from(i).unwrap_or(0))
            }
        }
    };
    Ok((clamp(start, 0)?, clamp(stop, len)?.min(len)))
}

/// Compares two sequences: by the first elements that differ, or by length.
pub fn compare_items(
    op: CompareOp,
    a: impl Fn(usize) -> Option<Value>,
    b: impl Fn(usize) -> Option<Value>,
) -> PyResult {
    let _depth = raw::enter_recursion(" in comparison")?;
    let mut i = 0;
    loop {
        match (a(i), b(i)) {
            (Some(x), Some(y)) => {
                if !compare::equal(x, y)? {
                    return match op {
                        CompareOp::Eq => Ok(super::FALSE),
                        CompareOp::Ne => Ok(super::TRUE),
                        _ => compare::rich(op, x, y),
                    };
                }
            }
            (x, y) => return Ok(super::boolean(op.holds(x.is_some().cmp(&y.is_some())))),
        }
        i += 1;
    }
}

/// `len(object)`.
pub fn len(object: Value) -> PyResult<usize> {
    match builtin_len(object)? {
        Some(len) => Ok(len),
        None => match raw::call_special(object, "__len__", &[]) {
            None => {
                Err(error::type_error(format!("object of type '{}' has no len()", raw::class_name(object))))
            }
            Some(result) => checked_len(result?),
        },
    }
}

fn checked_len(result: Value) -> PyResult<usize> {
    if !cast::is_index(result) {
        let found = raw::class_name(result);
        return Err(error::type_error(format!("'{found}' object cannot be interpreted as an integer")));
    }
    let len = cast::index_i64(result)?;
    usize::try_from(len).map_err(|_| error::value_error("__len__() should return >= 0"))
}

/// The length of an object of exactly a builtin type that has one.
#[inline]
pub fn builtin_len(object: Value) -> PyResult<Option<usize>> {
    let Some(r) = object.as_ref() else { return Ok(None) };
    let layout = heap::layout_of(r);
    Ok(Some(if layout == l::List::ID {
        list::len(r)
    } else if layout == l::Str::ID {
        str::chars(r)
    } else if layout == l::Tuple::ID {
        heap::len(r)
    } else if layout == l::Dict::ID {
        dict::len(r)
    } else if layout == l::Set::ID {
        set::len(r)
    } else if layout == l::PyBytes::ID || layout == l::ByteArray::ID {
        bytes::contents(r).len()
    } else if layout == l::Range::ID {
        return range::len(r).map(Some);
    } else if layout == l::DictView::ID {
        dict::len(Ref::from_bits(heap::get(r, l::DictView::DICT).bits()))
    } else if layout == l::MappingProxy::ID {
        return len(heap::get(r, l::MappingProxy::MAPPING)).map(Some);
    } else {
        return Ok(None);
    }))
}

/// `item in container`.
pub fn contains(container: Value, item: Value) -> PyResult<bool> {
    if let Some(found) = builtin_contains(container, item)? {
        return Ok(found);
    }
    match raw::lookup_special(container, "__contains__") {
        Some(super::NONE) => Err(not_a_container(container)),
        Some(_) => match raw::call_special(container, "__contains__", &[item]) {
            Some(result) => raw::truth(result?),
            None => Err(not_a_container(container)),
        },
        None => {
            if raw::lookup_special(container, "__iter__").is_none()
                && raw::lookup_special(container, "__getitem__").is_none()
            {
                return Err(not_a_container(container));
            }
            let it = raw::iter(container)?;
            while let Some(element) = raw::next(it)? {
                if compare::equal(element, item)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
    }
}

#[cold]
fn not_a_container(object: Value) -> Value {
    error::type_error(format!("argument of type '{}' is not iterable", raw::class_name(object)))
}

/// `item in container` for a container of exactly a builtin type.
pub fn builtin_contains(container: Value, item: Value) -> PyResult<Option<bool>> {
    let Some(r) = container.as_ref() else { return Ok(None) };
    let layout = heap::layout_of(r);
    Ok(Some(if layout == l::Dict::ID {
        dict::contains(r, item)?
    } else if layout == l::Set::ID {
        set::methods::contains_item(r, item)?
    } else if layout == l::Str::ID {
        let Some(part) = cast::str_of(item) else {
            let found = raw::class_name(item);
            return Err(error::type_error(format!(
                "'in <string>' requires string as left operand, not {found}"
            )));
        };
        str::search::contains(r, part)
    } else if layout == l::List::ID {
        list::find(r, 0, usize::MAX, item)?.is_some()
    } else if layout == l::Tuple::ID {
        find(|i| tuple::items(r).get(i).copied(), 0, usize::MAX, item)?.is_some()
    } else if layout == l::Range::ID {
        range::contains(r, item)?
    } else if layout == l::PyBytes::ID || layout == l::ByteArray::ID {
        bytes::contains(r, item)?
    } else if layout == l::DictView::ID {
        dict::views::contains(r, item)?
    } else if layout == l::MappingProxy::ID {
        contains(heap::get(r, l::MappingProxy::MAPPING), item)?
    } else if iterators::is_builtin_iterator(r) {
        let mut found = false;
        while let Some(element) = iterators::builtin_next(r)? {
            found = compare::equal(element, item)?;
            if found {
                break;
            }
        }
        found
    } else {
        return Ok(None);
    }))
}

/// The index of a subscript of a sequence, or its slice.
pub enum Subscript {
    /// An element.
    Index(usize),
    /// `count` elements from `start` on, `step` apart.
    Slice {
        /// First index.
        start: i64,
        /// Distance, not 0.
        step: i64,
        /// How many.
        count: usize,
    },
}

/// What a subscript of a sequence of this length means.
#[inline]
pub fn subscript(key: Value, len: usize, class: &str, out_of_range: &str) -> PyResult<Subscript> {
    if key.has_layout(l::Slice::ID) {
        let (start, _, step, count) = slice::indices(Ref::from_bits(key.bits()), len)?;
        return Ok(Subscript::Slice { start, step, count });
    }
    if !key.is_small_int() && !cast::is_index(key) {
        let found = raw::class_name(key);
        return Err(error::type_error(match class {
            "string" | "byte" => format!("{class} indices must be integers, not '{found}'")
                .replace("byte indices must be integers", "byte indices must be integers or slices"),
            _ => format!("{class} indices must be integers or slices, not {found}"),
        }));
    }
    let index = match cast::index(key)? {
        Int::Small(index) => index,
        Int::Big(_) => {
            let found = raw::class_name(key);
            return Err(error::index_error(format!("cannot fit '{found}' into an index-sized integer")));
        }
    };
    match normalise(index, len) {
        Some(index) => Ok(Subscript::Index(index)),
        None => Err(error::index_error(out_of_range)),
    }
}

/// `object[key]`.
pub fn getitem(object: Value, key: Value) -> PyResult {
    if let Some(item) = builtin_getitem(object, key)? {
        return Ok(item);
    }
    if let Some(result) = raw::call_special(object, "__getitem__", &[key]) {
        return result;
    }
    if object == Value::object(raw::builtin_class(super::class::Builtin::Type)) {
        return Ok(super::generic::alias(object, key));
    }
    if object.has_layout(l::Class::ID)
        && let Some(method) = raw::find_attr(object, "__class_getitem__")?
    {
        return raw::call(method, &[key]);
    }
    let found = match object.has_layout(l::Class::ID) {
        true => format!("type '{}'", super::repr::class_display_name(object)),
        false => format!("'{}' object", raw::class_name(object)),
    };
    Err(error::type_error(format!("{found} is not subscriptable")))
}

/// `object[key]` for an object of exactly a builtin type.
pub fn builtin_getitem(object: Value, key: Value) -> PyResult<Option<Value>> {
    let Some(r) = object.as_ref() else { return Ok(None) };
    let layout = heap::layout_of(r);
    Ok(Some(if layout == l::List::ID {
        match subscript(key, list::len(r), "list", "list index out of range")? {
            Subscript::Index(i) => list::elements(r).get(i),
            Subscript::Slice { start, step, count } => {
                Value::object(list::methods::slice(r, start, step, count))
            }
        }
    } else if layout == l::Dict::ID {
        match dict::get(r, key)? {
            Some(value) => value,
            None => return Err(error::key_error(key)),
        }
    } else if layout == l::Tuple::ID {
        match subscript(key, heap::len(r), "tuple", "tuple index out of range")? {
            Subscript::Index(i) => tuple::items(r)[i],
            Subscript::Slice { start, step, count } => tuple_slice(r, start, step, count),
        }
    } else if layout == l::Str::ID {
        match subscript(key, str::chars(r), "string", "string index out of range")? {
            Subscript::Index(i) => Value::object(str::char_at(r, i)),
            Subscript::Slice { start, step, count } => {
                Value::object(str::stepped_slice(r, start, step, count))
            }
        }
    } else if layout == l::Range::ID {
        range::getitem(r, key)?
    } else if layout == l::PyBytes::ID || layout == l::ByteArray::ID {
        bytes::getitem(r, key)?
    } else if layout == l::MappingProxy::ID {
        getitem(heap::get(r, l::MappingProxy::MAPPING), key)?
    } else {
        return Ok(None);
    }))
}

fn tuple_slice(t: Ref, start: i64, step: i64, count: usize) -> Value {
    if step == 1 {
        if count == heap::len(t) {
            return Value::object(t);
        }
        let from = if count == 0 { 0 } else { start as usize };
        return tuple::value(&tuple::items(t)[from..from + count]);
    }
    if count == 0 {
        return Value::object(tuple::empty());
    }
    let made = heap::alloc(l::Tuple::ID, count);
    for i in 0..count {
        let item = tuple::items(t)[(start + i as i64 * step) as usize];
        heap::init_item(made, l::Tuple::TAIL, i, item);
    }
    Value::object(made)
}

/// `object[key] = value`.
pub fn setitem(object: Value, key: Value, value: Value) -> PyResult<()> {
    if object.has_layout(l::List::ID) {
        return list::methods::setitem(Ref::from_bits(object.bits()), key, value);
    }
    if object.has_layout(l::Dict::ID) {
        return dict::set(Ref::from_bits(object.bits()), key, value);
    }
    if object.has_layout(l::ByteArray::ID) {
        return bytes::array::setitem(Ref::from_bits(object.bits()), key, value);
    }
    match raw::call_special(object, "__setitem__", &[key, value]) {
        Some(result) => result.map(|_| ()),
        None => {
            let found = raw::class_name(object);
            Err(error::type_error(format!("'{found}' object does not support item assignment")))
        }
    }
}

/// `del object[key]`.
pub fn delitem(object: Value, key: Value) -> PyResult<()> {
    if object.has_layout(l::List::ID) {
        return list::methods::delitem(Ref::from_bits(object.bits()), key);
    }
    if object.has_layout(l::Dict::ID) {
        return match dict::remove(Ref::from_bits(object.bits()), key)? {
            Some(_) => Ok(()),
            None => Err(error::key_error(key)),
        };
    }
    if object.has_layout(l::ByteArray::ID) {
        return bytes::array::delitem(Ref::from_bits(object.bits()), key);
    }
    match raw::call_special(object, "__delitem__", &[key]) {
        Some(result) => result.map(|_| ()),
        None => {
            let found = raw::class_name(object);
            // CPython's wording depends on whether the type has the mapping or the sequence protocol.
            let verb = if is_plain_sequence(object) { "doesn't" } else { "does not" };
            Err(error::type_error(format!("'{found}' object {verb} support item deletion")))
        }
    }
}

/// Immutable builtin sequences.
fn is_plain_sequence(object: Value) -> bool {
    [l::Tuple::ID, l::Str::ID, l::PyBytes::ID, l::Range::ID].iter().any(|&layout| object.has_layout(layout))
}
