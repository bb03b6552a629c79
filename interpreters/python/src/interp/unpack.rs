//! Unpacking: `a, b = value` and `a, *b = value`.
//!
//! Neighbours: `iterate` (any iterable), `build`.

use super::lookup::class_of;
use super::{Outcome, build, constant, fail, iterate, lists};
use crate::object::layouts::{self as l, Instance};
use crate::object::{error, list, types};
use metajit::frame::Frame;
use metajit::heap::Value;
use metajit::mode::Mode;
use metajit::staged::{Obj, Val};

/// Puts the `n` items of `value` where `store` says.
#[inline(always)]
pub fn sequence<M: Mode>(value: Val<M>, n: u32, mut store: impl FnMut(u32, Val<M>)) -> Outcome<M, ()> {
    if let Some(object) = value.pointer() {
        match object.layout() {
            l::Tuple::ID if object.len() == i64::from(n) => {
                for i in 0..n {
                    store(i, object.item(l::Tuple::TAIL, i64::from(i)));
                }
                return Ok(());
            }
            l::List::ID if object.get(l::List::LEN) == i64::from(n) => {
                let items = object.get(l::List::ITEMS);
                for i in 0..n {
                    store(i, lists::item_of(items, i64::from(i)));
                }
                return Ok(());
            }
            _ => {}
        }
    }
    let collected = collect(value, n as usize, None)?;
    for i in 0..n {
        store(i, collected.item(l::Tuple::TAIL, i64::from(i)));
    }
    Ok(())
}

/// The items of an iterable as a tuple of exactly `n`; with `after`, of at least `n` plus that.
#[inline(never)]
fn collect<M: Mode>(value: Val<M>, n: usize, after: Option<usize>) -> Outcome<M, Obj<M>> {
    if let Some(object) = value.pointer()
        && object.layout() == Instance::ID
    {
        let _ = class_of(value);
    }
    if let Some(items) = present(value, n, after) {
        return Ok(items);
    }
    let it = match iterate::get_iter(value) {
        Ok(it) => it,
        Err(e) => {
            if super::exceptions::is_builtin_error(e, crate::object::class::Builtin::TypeError) {
                let class = class_of(value);
                if class.lookup_or_null(crate::object::intern::names().iter).is_null() {
                    let name = types::name_of(class.class());
                    let message = format!("cannot unpack non-iterable {name} object");
                    return Err(fail(error::type_error(message)));
                }
            }
            return Err(e);
        }
    };
    // Collected in a list in the heap: items live nowhere else.
    let items = object_list::<M>();
    let mut count = 0;
    while after.is_some() || count <= n {
        match iterate::next_dyn(it)? {
            Some(item) => lists::append(items, item),
            None => break,
        }
        count += 1;
    }
    if count > n && after.is_none() {
        let message = format!("too many values to unpack (expected {n})");
        return Err(fail(error::value_error(message)));
    }
    let needed = n + after.unwrap_or(0);
    if count < needed {
        let least = if after.is_some() { "at least " } else { "" };
        let message = format!("not enough values to unpack (expected {least}{needed}, got {count})");
        return Err(fail(error::value_error(message)));
    }
    Ok(super::helpers::list_to_tuple(items))
}

/// The items of a short tuple or list that has as many as are wanted, as a tuple.
fn present<M: Mode>(value: Val<M>, n: usize, after: Option<usize>) -> Option<Obj<M>> {
    let object = value.pointer()?;
    let len = match object.layout() {
        l::Tuple::ID => object.len(),
        l::List::ID => object.get(l::List::LEN),
        _ => return None,
    };
    let len = len.promote() as usize;
    let fits = match after {
        Some(after) => len >= n + after,
        None => len == n,
    };
    if !fits || len > 64 {
        return None;
    }
    if object.layout() == l::Tuple::ID {
        return Some(object);
    }
    let items = object.get(l::List::ITEMS);
    let items: Vec<Val<M>> = (0..len).map(|i| lists::item_of(items, i as i64)).collect();
    Some(build::tuple(&items).assume_pointer())
}

fn object_list<M: Mode>() -> Obj<M> {
    super::helpers::list_new::<M>(metajit::staged::Int::from(0))
}

/// `a, *b, c = value`: into the registers from `base` on.
pub fn extended<M: Mode>(frame: Frame<M>, base: u32, before: u8, after: u8, value: Val<M>) -> Outcome<M, ()> {
    let all = collect(value, usize::from(before), Some(usize::from(after)))?;
    let (before, after) = (i64::from(before), i64::from(after));
    let len = all.len().promote();
    for i in 0..before {
        frame.set(base + i as u32, all.item(l::Tuple::TAIL, i));
    }
    let items: Vec<Val<M>> = (before..len - after).map(|i| all.item(l::Tuple::TAIL, i)).collect();
    frame.set(base + before as u32, build::list(&items).value());
    for i in 0..after {
        frame.set((i64::from(base) + before + 1 + i) as u32, all.item(l::Tuple::TAIL, len - after + i));
    }
    Ok(())
}

/// A list from values that are rooted elsewhere.
pub fn plain_list(items: &[Value]) -> Value {
    list::value(items)
}

/// The empty tuple.
pub fn nothing<M: Mode>() -> Val<M> {
    let empty: &[Val<M>] = &[];
    let made = build::tuple(empty);
    let _: Val<M> = constant(Value::NULL);
    made
}
