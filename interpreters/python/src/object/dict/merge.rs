//! Filling dicts: copying, `update`, `dict(…)`, equality.

use super::{get_hashed, len, next_hashed, set, set_hashed};
use crate::object::class::Builtin;
use crate::object::iterators::{self, is_error};
use crate::object::layouts::{Dict, Tuple};
use crate::object::native::Args;
use crate::object::{PyResult, compare, error, list, str, tuple};
use crate::raw;
use metajit::heap::{self, Ref, Value, Values};

/// A copy. Of a namespace it is an ordinary dict.
pub fn copy(dict: Ref) -> PyResult<Ref> {
    if heap::get(dict, Dict::CELLED) != 0 || heap::get(dict, Dict::USED) != heap::get(dict, Dict::FILLED) {
        let made = super::with_capacity(len(dict));
        update_from_dict(made, dict)?;
        return Ok(made);
    }
    if len(dict) == 0 {
        return Ok(super::new());
    }
    let (old, old_index) = (heap::get(dict, Dict::ENTRIES), heap::get(dict, Dict::INDEX));
    let entries = heap::alloc(heap::VALUES, heap::len(old));
    heap::copy_items(entries, Values::TAIL, 0, old, Values::TAIL, 0, heap::len(old));
    let index = match heap::len(old_index) {
        0 => super::no_index(),
        _ => heap::alloc_bytes(heap::bytes(old_index)),
    };
    let made = super::allocate(entries, index, 0);
    for field in [Dict::USED, Dict::FILLED, Dict::POPPED] {
        heap::init(made, field, heap::get(dict, field));
    }
    Ok(made)
}

/// Takes over all keys and values of another dict.
pub fn update_from_dict(dict: Ref, other: Ref) -> PyResult<()> {
    if dict == other {
        return Ok(());
    }
    let (mut position, size) = (0, len(other));
    while let Some((hash, key, value)) = next_hashed(other, &mut position) {
        set_hashed(dict, key, hash, value)?;
        if len(other) != size {
            return Err(error::runtime_error("dict mutated during update"));
        }
    }
    Ok(())
}

/// `dict.update(other)`: a mapping (anything with `keys`) or an iterable of pairs.
pub fn update(dict: Ref, other: Value) -> PyResult<()> {
    if other.has_layout(Dict::ID) {
        return update_from_dict(dict, Ref::from_bits(other.bits()));
    }
    if let Some(keys) = raw::find_attr(other, "keys")? {
        let keys = raw::call(keys, &[])?;
        return iterators::for_each(keys, |key| {
            let value = crate::object::sequence::getitem(other, key)?;
            set(dict, key, value)
        });
    }
    let mut number = 0;
    iterators::for_each(other, |pair| {
        let (key, value) = split_pair(pair, number)?;
        number += 1;
        set(dict, key, value)
    })
}

fn split_pair(pair: Value, number: usize) -> PyResult<(Value, Value)> {
    if pair.has_layout(Tuple::ID)
        && let &[key, value] = tuple::items(Ref::from_bits(pair.bits()))
    {
        return Ok((key, value));
    }
    let items = match list::from_iterable(pair) {
        Err(e) if is_error(e, Builtin::TypeError) => {
            return Err(error::type_error(format!(
                "cannot convert dictionary update sequence element #{number} to a sequence"
            )));
        }
        other => other?,
    };
    match *list::items(items) {
        [key, value] => Ok((key, value)),
        ref other => {
            let length = other.len();
            Err(error::value_error(format!(
                "dictionary update sequence element #{number} has length {length}; 2 is required"
            )))
        }
    }
}

/// The arguments of `dict(…)` and `dict.update(…)`.
pub fn update_from_args(function: &str, dict: Ref, args: Args<'_>) -> PyResult<()> {
    match *args.positional() {
        [] => {}
        [other] => update(dict, other)?,
        ref more => {
            let given = more.len();
            return Err(error::type_error(format!("{function} expected at most 1 argument, got {given}")));
        }
    }
    for (name, value) in args.keywords() {
        set(dict, name, value)?;
    }
    Ok(())
}

/// As for `f(**mapping)`: all keys must be strings that are not there yet.
pub fn merge_keywords(dict: Ref, mapping: Value, function: &str) -> PyResult<()> {
    let extra = super::new();
    if !mapping.has_layout(Dict::ID) && raw::find_attr(mapping, "keys")?.is_none() {
        let found = raw::class_name(mapping);
        return Err(error::type_error(format!(
            "{function} argument after ** must be a mapping, not {found}"
        )));
    }
    update(extra, mapping)?;
    let mut position = 0;
    while let Some((hash, key, value)) = next_hashed(extra, &mut position) {
        let Some(name) = crate::object::cast::str_of(key) else {
            return Err(error::type_error("keywords must be strings"));
        };
        if get_hashed(dict, key, hash)?.is_some() {
            let name = str::as_str(name);
            return Err(error::type_error(format!(
                "{function} got multiple values for keyword argument '{name}'"
            )));
        }
        set_hashed(dict, key, hash, value)?;
    }
    Ok(())
}

/// Whether two dicts have equal values for the same keys.
pub fn equal(a: Ref, b: Ref) -> PyResult<bool> {
    if len(a) != len(b) {
        return Ok(false);
    }
    let _depth = raw::enter_recursion(" in comparison")?;
    let mut position = 0;
    while let Some((hash, key, value)) = next_hashed(a, &mut position) {
        match get_hashed(b, key, hash)? {
            Some(other) if compare::equal(value, other)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}
