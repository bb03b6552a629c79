//! Small dicts as traces see them: made in place, so that they can go virtual, and read where a known key stands.
//!
//! A dict of few keys has no index (`object::dict`), so that its entries say everything. Where a key stands is looked up
//! while recording, as a hint that the trace checks. Neighbours: `build`, `bind`, `call` (make and take apart keyword
//! dicts), `subscript` (lookups), `iterate`.

use super::lookup::as_layout;
use super::{build, constant, helpers, object, sets};
use crate::object::class::Builtin;
use crate::object::dict::{self, LINEAR, STRIDE};
use crate::object::hash::hash;
use crate::object::layouts::{Class, Dict, DictIter, Str};
use crate::object::types;
use metajit::heap::{self, VALUES, Value, Values};
use metajit::mode::Mode;
use metajit::staged::{Int, Obj, Val};

/// The place of an entry's hash; key and value follow.
fn place(entry: usize) -> i64 {
    (entry * STRIDE) as i64
}

/// An empty dict.
pub fn new<M: Mode>() -> Obj<M> {
    let made = Obj::<M>::alloc(Dict::ID, 0);
    made.set(Dict::ENTRIES, object(dict::no_entries()));
    made.set(Dict::INDEX, object(dict::no_index()));
    made
}

/// Whether a key can stand in a dict that a trace makes: a string or a small integer.
fn is_simple(key: Value) -> bool {
    key.is_small_int() || key.has_layout(Str::ID)
}

/// Whether all keys are simple, different, and few.
fn are_distinct(keys: &[Value]) -> bool {
    let differs = |(i, &key): (usize, &Value)| {
        keys[..i].iter().all(|&other| other != key && matches!(dict::same_key(other, key), Ok(false)))
    };
    keys.len() <= LINEAR && keys.iter().all(|&key| is_simple(key)) && keys.iter().enumerate().all(differs)
}

/// Gives a dict these entries instead of those it has; the keys are distinct, see [`of_pairs`].
fn fill<M: Mode>(dict: Obj<M>, keys: &[Value], values: &[Val<M>]) {
    let entries = Obj::<M>::alloc(VALUES, (keys.len() * STRIDE) as u32);
    for (i, (&key, &value)) in keys.iter().zip(values).enumerate() {
        let hash = hash(key).unwrap_or_default();
        entries.set_item(Values::TAIL, place(i), constant(dict::hash_word(hash)));
        entries.set_item(Values::TAIL, place(i) + 1, constant(key));
        entries.set_item(Values::TAIL, place(i) + 2, value);
    }
    dict.set(Dict::ENTRIES, entries);
    dict.set(Dict::FILLED, Int::from(keys.len() as i64));
    dict.set(Dict::USED, Int::from(keys.len() as i64));
}

/// A dict with these keys; `None` if they are not few and simple and different.
pub fn of_pairs<M: Mode>(keys: &[Value], values: &[Val<M>]) -> Option<Obj<M>> {
    if !are_distinct(keys) {
        return None;
    }
    let made = new::<M>();
    if !keys.is_empty() {
        fill(made, keys, values);
    }
    Some(made)
}

/// The keys, which become constants of the trace, and the values of a small dict with string keys; `None` for others.
pub fn entries<M: Mode>(dict: Obj<M>) -> Option<(Vec<Value>, Vec<Val<M>>)> {
    if dict.get(Dict::CELLED) != 0 {
        return None;
    }
    let filled = dict.get(Dict::FILLED).promote();
    if filled > LINEAR as i64 || dict.get(Dict::USED) != filled {
        return None;
    }
    let entries = dict.get(Dict::ENTRIES);
    let (mut keys, mut values) = (Vec::new(), Vec::new());
    for i in 0..filled as usize {
        let key = entries.item(Values::TAIL, place(i) + 1).promote();
        if !key.has_layout(Str::ID) {
            return None;
        }
        keys.push(key);
        values.push(entries.item(Values::TAIL, place(i) + 2));
    }
    Some((keys, values))
}

/// Adds the entries of `other` to a keyword dict; false if that is not known to go well.
pub fn merge<M: Mode>(dict: Obj<M>, other: Val<M>) -> bool {
    let Some(other) = as_layout(other, Dict::ID) else { return false };
    let Some((mut keys, mut values)) = entries(dict) else { return false };
    let Some((more_keys, more_values)) = entries(other) else { return false };
    keys.extend(more_keys);
    values.extend(more_values);
    if !are_distinct(&keys) {
        return false;
    }
    fill(dict, &keys, &values);
    true
}

/// Whether a key is a class that is found by its identity: dispatch tables have those.
fn is_plain_class(key: Value) -> bool {
    let class = key.as_ref().filter(|_| key.has_layout(Class::ID));
    let plain = Value::object(types::builtin_class(Builtin::Type));
    class.is_some_and(|class| heap::get(class, Class::METACLASS) == plain)
}

/// The entries of a dict, and the place of the value of a key that is a constant and stands there.
fn find<M: Mode>(dict: Obj<M>, key: Val<M>) -> Option<(Obj<M>, i64)> {
    if !key.is_constant() || !(is_simple(key.promote()) || is_plain_class(key.promote())) {
        return None;
    }
    // Passed as a number: the trace is not to keep this dict alive.
    let now = Int::constant(dict.peek().bits() as i64);
    let entry = helpers::dict_position::<M>(now, key).promote();
    let at = place(usize::try_from(entry).ok()?);
    if dict.get(Dict::CELLED) != 0 {
        return None;
    }
    let entries = dict.get(Dict::ENTRIES);
    let stands =
        Int::from(at + 2).below(entries.len()).truth() && entries.item(Values::TAIL, at + 1).same(key);
    stands.then_some((entries, at + 2))
}

/// The value of a key, if it is where it was while recording.
pub fn get<M: Mode>(dict: Obj<M>, key: Val<M>) -> Option<Val<M>> {
    let (entries, at) = find(dict, key)?;
    Some(entries.item(Values::TAIL, at))
}

/// Sets the value of a key, if it is where it was while recording.
pub fn set<M: Mode>(dict: Obj<M>, key: Val<M>, value: Val<M>) -> bool {
    let Some((entries, at)) = find(dict, key) else { return false };
    entries.set_item(Values::TAIL, at, value);
    true
}

/// The next item of an iterator over a dict or set; the outer `None` leaves it to the general way.
pub fn next<M: Mode>(it: Obj<M>) -> Option<Option<Val<M>>> {
    let kind = it.get(DictIter::KIND).promote();
    if kind > 2 {
        return sets::next(it);
    }
    let Some(dict) = it.get(DictIter::DICT).pointer() else { return Some(None) };
    if dict.get(Dict::CELLED) != 0 || dict.get(Dict::USED) != it.get(DictIter::USED) {
        return None;
    }
    let at = it.get(DictIter::POS);
    if !at.below(dict.get(Dict::FILLED)).truth() {
        it.set(DictIter::DICT, constant(Value::NULL));
        return Some(None);
    }
    let entries = dict.get(Dict::ENTRIES);
    let place = at * STRIDE as i64;
    let key = entries.item(Values::TAIL, place + 1);
    if key.is_null() {
        return None;
    }
    it.set(DictIter::POS, at + 1);
    Some(Some(match kind {
        0 => key,
        1 => entries.item(Values::TAIL, place + 2),
        _ => build::tuple(&[key, entries.item(Values::TAIL, place + 2)]),
    }))
}
