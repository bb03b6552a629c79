//! Building containers from values.
//!
//! Tuples and short lists are allocated in place, so that traces can do without them. Neighbours: `unpack` (the reverse).

use super::{Outcome, constant, dicts, helpers, lists, object, text};
use crate::object::dict::LINEAR;
use crate::object::layouts::{Slice, Tuple};
use crate::object::{list as object_list, set, tuple};
use metajit::frame::Frame;
use metajit::heap::{self, Value};
use metajit::mode::Mode;
use metajit::staged::{Int, Obj, Val};

/// A tuple.
pub fn tuple<M: Mode>(items: &[Val<M>]) -> Val<M> {
    if items.is_empty() {
        return object::<M>(self::tuple::empty()).value();
    }
    let made = Obj::<M>::alloc(Tuple::ID, items.len() as u32);
    for (i, &item) in items.iter().enumerate() {
        made.set_item(Tuple::TAIL, i as i64, item);
    }
    made.value()
}

/// The tuple of `n` registers.
#[inline(always)]
pub fn tuple_of<M: Mode>(frame: Frame<M>, base: u32, n: u32) -> Val<M> {
    if n == 0 {
        return object::<M>(self::tuple::empty()).value();
    }
    let made = Obj::<M>::alloc(Tuple::ID, n);
    for i in 0..n {
        made.set_item(Tuple::TAIL, i64::from(i), frame.get(base + i));
    }
    made.value()
}

/// A list of items that are rooted elsewhere.
pub fn list<M: Mode>(items: &[Val<M>]) -> Obj<M> {
    if items.is_empty() || items.len() > 64 {
        let made = helpers::list_new::<M>(Int::from(items.len() as i64));
        items.iter().for_each(|&item| lists::append(made, item));
        return made;
    }
    lists::new(items.len() as u32, |i| items[i as usize])
}

/// The list of `n` registers.
#[inline(always)]
pub fn list_of<M: Mode>(frame: Frame<M>, base: u32, n: u32) -> Val<M> {
    if n == 0 || n > 64 {
        let made = helpers::list_new::<M>(Int::from(i64::from(n)));
        for i in 0..n {
            lists::append(made, frame.get(base + i));
        }
        return made.value();
    }
    lists::new(n, |i| frame.get(base + i)).value()
}

/// A slice object.
pub fn slice<M: Mode>(start: Val<M>, stop: Val<M>, step: Val<M>) -> Val<M> {
    let made = Obj::<M>::alloc(Slice::ID, 0);
    made.set(Slice::START, start);
    made.set(Slice::STOP, stop);
    made.set(Slice::STEP, step);
    made.value()
}

/// The dict of `n` pairs of registers.
pub fn map_of<M: Mode>(frame: Frame<M>, base: u32, n: u32) -> Outcome<M> {
    if M::RECORDING && n as usize <= LINEAR && (0..n).all(|i| frame.get(base + 2 * i).is_constant()) {
        let keys: Vec<Value> = (0..n).map(|i| frame.get(base + 2 * i).promote()).collect();
        let values: Vec<Val<M>> = (0..n).map(|i| frame.get(base + 2 * i + 1)).collect();
        if let Some(made) = dicts::of_pairs(&keys, &values) {
            return Ok(made.value());
        }
    }
    let made = dicts::new::<M>();
    for i in 0..n {
        helpers::dict_set(made, frame.get(base + 2 * i), frame.get(base + 2 * i + 1))?;
    }
    Ok(made.value())
}

/// The set of `n` registers.
pub fn set_of<M: Mode>(frame: Frame<M>, base: u32, n: u32) -> Outcome<M> {
    let made = helpers::set_new::<M>();
    for i in 0..n {
        add_to_set(made, frame.get(base + i))?;
    }
    Ok(made.value())
}

/// Adds an item to a set.
pub fn add_to_set<M: Mode>(set: Obj<M>, item: Val<M>) -> Outcome<M, ()> {
    if M::RECORDING && text::is_plain(item) && helpers::set_add_simple(set, item) == 0 {
        return Ok(());
    }
    helpers::set_add(set, item).map(|_| ())
}

/// The concatenation of `n` strings in registers.
pub fn string_of<M: Mode>(frame: Frame<M>, base: u32, n: u32) -> Outcome<M> {
    if n == 0 {
        return Ok(object::<M>(crate::object::str::empty()).value());
    }
    if !M::RECORDING {
        let parts = crate::address::slots(frame.base(), base, n as usize);
        return Ok(constant(Value::object(join(parts))));
    }
    let mut whole = frame.get(base).assume_pointer();
    for i in 1..n {
        whole = helpers::str_add(whole, frame.get(base + i).assume_pointer())?;
    }
    Ok(whole.value())
}

/// The concatenation of strings.
fn join(parts: &[Value]) -> heap::Ref {
    let mut text = crate::object::str::scratch::Scratch::new();
    for part in parts {
        text.extend_from_slice(crate::object::str::bytes(part.as_ref().expect("a str object")));
    }
    text.into_str()
}

/// An empty list with room.
pub fn new_list(capacity: i64) -> heap::Ref {
    self::object_list::with_capacity(capacity as usize)
}

/// An empty set.
pub fn new_set() -> heap::Ref {
    set::new()
}
