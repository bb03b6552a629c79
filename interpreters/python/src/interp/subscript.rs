//! Subscripts: `object[key]` and its assignment and deletion.
//!
//! Lists and tuples by small integers, and dicts, are handled here; other objects through `__getitem__` or helpers.
//! Neighbours: `object::sequence` (builtin types).

use super::attribute::call_found;
use super::lookup::{Found, as_layout, class_of};
use super::{Outcome, build, constant, dicts, exceptions, fail, helpers, lists, text};
use crate::object::intern::names;
use crate::object::layouts::{self as l, Instance};
use crate::object::{NONE, NOT_IMPLEMENTED, dict, error, sequence, types};
use metajit::heap::{Bytes, Floats, Ints, Value};
use metajit::mode::Mode;
use metajit::staged::{Int, Obj, Val};

/// An index counted from the end where negative, if it is in bounds.
#[inline(always)]
fn in_bounds<M: Mode>(index: Int<M>, len: Int<M>) -> Option<Int<M>> {
    if index.below(len).truth() {
        return Some(index);
    }
    if index < 0 {
        let from_end = index + len;
        if from_end.below(len).truth() {
            return Some(from_end);
        }
    }
    None
}

/// `object[key]`.
#[inline(always)]
pub fn get_item<M: Mode>(value: Val<M>, key: Val<M>) -> Outcome<M> {
    if let Some(object) = value.pointer() {
        if object.has_layout(l::List::ID)
            && let Some(index) = key.small_int()
            && let Some(index) = in_bounds(index, object.get(l::List::LEN))
        {
            return Ok(lists::item(object, index));
        }
        return get_item_of(value, object, key);
    }
    get_item_other(value, key)
}

#[inline(never)]
fn get_item_of<M: Mode>(value: Val<M>, object: Obj<M>, key: Val<M>) -> Outcome<M> {
    if M::RECORDING
        && matches!(object.layout(), l::List::ID | l::Tuple::ID | l::Str::ID)
        && let Some([start, stop, step]) = plain_slice(key)
    {
        return helpers::slice_of(value, start, stop, step);
    }
    match object.layout() {
        l::Tuple::ID => {
            if let Some(index) = key.small_int()
                && let Some(index) = in_bounds(index, object.len())
            {
                return Ok(object.item(l::Tuple::TAIL, index));
            }
        }
        l::PyBytes::ID => {
            if let Some(index) = key.small_int()
                && let Some(index) = in_bounds(index, object.len())
            {
                return Ok(object.item(l::PyBytes::TAIL, index).into());
            }
        }
        l::ByteArray::ID => {
            if let Some(index) = key.small_int()
                && let Some(index) = in_bounds(index, object.get(l::ByteArray::LEN))
            {
                return Ok(object.get(l::ByteArray::BUFFER).item(Bytes::TAIL, index).into());
            }
        }
        l::FloatStore::ID => {
            if let Some(index) = key.small_int()
                && let Some(index) = in_bounds(index, object.get(l::FloatStore::LEN))
            {
                return Ok(object.get(l::FloatStore::ITEMS).item(Floats::TAIL, index).into());
            }
        }
        l::IntStore::ID => {
            if let Some(index) = key.small_int()
                && let Some(index) = in_bounds(index, object.get(l::IntStore::LEN))
            {
                return Ok(object.get(l::IntStore::ITEMS).item(Ints::TAIL, index).into());
            }
        }
        l::Dict::ID => {
            let found = if M::RECORDING {
                dict_get(object, key)?
            } else {
                match dict::get(object.peek(), key.peek()) {
                    Ok(found) => constant(found.unwrap_or(Value::NULL)),
                    Err(e) => return Err(constant(e)),
                }
            };
            if !found.is_null() {
                return Ok(found);
            }
            if M::RECORDING {
                return Err(exceptions::key_error(key));
            }
        }
        l::Str::ID if M::RECORDING => {
            if let Some(index) = key.small_int()
                && let Some(index) = in_bounds(index, object.get(l::Str::CHARS))
                && let Some(character) = text::character_at(object, index)
            {
                return Ok(character);
            }
        }
        Instance::ID => {
            let class = class_of(value);
            M::assume(&class.assumption);
            let found = class.lookup_or_null(names().getitem);
            if Found::of::<M>(found) == Found::Function {
                return call_found(value, class, found, &[key]);
            }
        }
        _ => {}
    }
    get_item_other(value, key)
}

/// The value of a key in a dict, NULL if it is missing, for a trace. Finding an integer or a string runs no Python code.
pub fn dict_get<M: Mode>(dict: Obj<M>, key: Val<M>) -> Outcome<M> {
    if let Some(value) = dicts::get(dict, key) {
        return Ok(value);
    }
    let plain = key.small_int().is_some() || super::lookup::as_layout(key, l::Str::ID).is_some();
    if plain {
        let found = helpers::dict_get_simple(dict, key);
        if !found.same(NOT_IMPLEMENTED) {
            return Ok(found);
        }
    }
    helpers::dict_get_any(dict, key)
}

#[inline(never)]
fn get_item_other<M: Mode>(value: Val<M>, key: Val<M>) -> Outcome<M> {
    if !M::RECORDING {
        return super::native::of_plain(super::raw::get_item(value.peek(), key.peek()));
    }
    helpers::get_item(value, key)
}

/// `value[start:stop]`.
pub fn slice<M: Mode>(value: Val<M>, start: Val<M>, stop: Val<M>) -> Outcome<M> {
    get_item(value, build::slice(start, stop, constant(NONE)))
}

/// The parts of a slice object whose bounds are small integers or None: using it runs no Python code.
fn plain_slice<M: Mode>(key: Val<M>) -> Option<[Val<M>; 3]> {
    let slice = as_layout(key, l::Slice::ID)?;
    let parts = [l::Slice::START, l::Slice::STOP, l::Slice::STEP].map(|part| slice.get(part));
    let is_bound = |bound: &Val<M>| bound.same(NONE) || bound.small_int().is_some();
    parts.iter().all(is_bound).then_some(parts)
}

/// `object[key] = item`.
#[inline(always)]
pub fn set_item<M: Mode>(value: Val<M>, key: Val<M>, item: Val<M>) -> Outcome<M, ()> {
    if let Some(object) = value.pointer() {
        if object.has_layout(l::List::ID)
            && let Some(index) = key.small_int()
            && let Some(index) = in_bounds(index, object.get(l::List::LEN))
        {
            lists::set_item(object, index, item);
            return Ok(());
        }
        return set_item_of(value, object, key, item);
    }
    set_item_other(value, key, item)
}

#[inline(never)]
fn set_item_of<M: Mode>(value: Val<M>, object: Obj<M>, key: Val<M>, item: Val<M>) -> Outcome<M, ()> {
    match object.layout() {
        l::List::ID if M::RECORDING => {
            if let Some([start, stop, step]) = plain_slice(key) {
                return helpers::set_slice(value, start, stop, step, item).map(|_| ());
            }
        }
        l::ByteArray::ID => {
            if let Some(index) = key.small_int()
                && let Some(byte) = item.small_int()
                && byte.below(0x100).truth()
                && let Some(index) = in_bounds(index, object.get(l::ByteArray::LEN))
            {
                object.get(l::ByteArray::BUFFER).set_item(Bytes::TAIL, index, byte);
                return Ok(());
            }
        }
        l::FloatStore::ID => {
            if let Some(index) = key.small_int()
                && let Some(number) = item.as_float()
                && let Some(index) = in_bounds(index, object.get(l::FloatStore::LEN))
            {
                object.get(l::FloatStore::ITEMS).set_item(Floats::TAIL, index, number);
                return Ok(());
            }
        }
        l::IntStore::ID => {
            if let Some(index) = key.small_int()
                && let Some(number) = item.as_int()
                && let Some(index) = in_bounds(index, object.get(l::IntStore::LEN))
            {
                object.get(l::IntStore::ITEMS).set_item(Ints::TAIL, index, number);
                return Ok(());
            }
        }
        l::Dict::ID => {
            if M::RECORDING {
                if dicts::set(object, key, item) {
                    return Ok(());
                }
                let simple = key.small_int().is_some() || super::lookup::as_layout(key, l::Str::ID).is_some();
                if simple && helpers::dict_set_simple(object, key, item) == 0 {
                    return Ok(());
                }
                return helpers::dict_set(object, key, item);
            }
            return match dict::set(object.peek(), key.peek(), item.peek()) {
                Ok(()) => Ok(()),
                Err(e) => Err(constant(e)),
            };
        }
        Instance::ID => {
            let class = class_of(value);
            M::assume(&class.assumption);
            let found = class.lookup_or_null(names().setitem);
            if Found::of::<M>(found) == Found::Function {
                call_found(value, class, found, &[key, item])?;
                return Ok(());
            }
        }
        _ => {}
    }
    set_item_other(value, key, item)
}

#[inline(never)]
fn set_item_other<M: Mode>(value: Val<M>, key: Val<M>, item: Val<M>) -> Outcome<M, ()> {
    helpers::set_item_any(value, key, item).map(|_| ())
}

/// `del object[key]`.
pub fn del_item<M: Mode>(value: Val<M>, key: Val<M>) -> Outcome<M, ()> {
    helpers::del_item(value, key).map(|_| ())
}

/// `len(object)`.
pub fn len<M: Mode>(value: Val<M>) -> Outcome<M> {
    if let Some(object) = value.pointer() {
        match object.layout() {
            l::List::ID => return Ok(object.get(l::List::LEN).into()),
            l::Tuple::ID | l::PyBytes::ID => return Ok(object.len().into()),
            l::Str::ID => return Ok(object.get(l::Str::CHARS).into()),
            l::Dict::ID => return Ok(object.get(l::Dict::USED).into()),
            l::Set::ID => return Ok(object.get(l::Set::USED).into()),
            l::FloatStore::ID => return Ok(object.get(l::FloatStore::LEN).into()),
            l::IntStore::ID => return Ok(object.get(l::IntStore::LEN).into()),
            Instance::ID => {
                let class = class_of(value);
                M::assume(&class.assumption);
                let found = class.lookup_or_null(names().len);
                if Found::of::<M>(found) == Found::Function {
                    let result = call_found(value, class, found, &[])?;
                    return match result.small_int() {
                        Some(len) if len < 0 => Err(fail(error::value_error("__len__() should return >= 0"))),
                        Some(_) => Ok(result),
                        None => {
                            let name = types::name_of(class_of(result).class());
                            let message = format!("'{name}' object cannot be interpreted as an integer");
                            Err(fail(error::type_error(message)))
                        }
                    };
                }
            }
            _ => {}
        }
    }
    if !M::RECORDING {
        return match sequence::len(value.peek()) {
            Ok(len) => Ok(constant(Value::int(len as i64))),
            Err(e) => Err(constant(e)),
        };
    }
    Ok(helpers::len(value)?.into())
}
