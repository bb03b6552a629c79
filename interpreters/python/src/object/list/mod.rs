//! Lists: the growable array and its primitive operations.
//!
//! Invariant: elements of the `Values` array from `len` on are NULL, so that nothing dead is kept alive.
//! Neighbours: `methods` (the method table), `sort`, `sequence` (indexing and slicing shared with tuples).

pub mod methods;
pub mod sort;

use super::layouts::{List, Tuple};
use super::{PyResult, error, iterators};
use metajit::heap::{self, Ref, Value, Values};

/// Longest list: what an array's header can say.
pub const MAX_LEN: usize = u32::MAX as usize;

/// An empty list.
pub fn new() -> Ref {
    with_capacity(0)
}

/// An empty list with room for so many elements.
pub fn with_capacity(capacity: usize) -> Ref {
    let storage = heap::alloc(heap::VALUES, capacity);
    adopt(storage, 0)
}

/// A list whose elements are the first `len` of a `Values` array, which it takes over.
pub fn adopt(storage: Ref, len: usize) -> Ref {
    let list = heap::alloc(List::ID, 0);
    heap::init(list, List::ITEMS, storage);
    heap::init(list, List::LEN, len as i64);
    list
}

/// A list of these elements, which the collector must find elsewhere until this returns.
pub fn from_slice(elements: &[Value]) -> Ref {
    adopt(heap::alloc_values(elements), elements.len())
}

/// A list as a value.
pub fn value(elements: &[Value]) -> Value {
    Value::object(from_slice(elements))
}

/// `[element] * count`.
pub fn filled(element: Value, count: usize) -> PyResult<Ref> {
    let storage = try_storage(count)?;
    heap::fill_items(storage, Values::TAIL, 0, count, element);
    Ok(adopt(storage, count))
}

/// Number of elements.
#[inline(always)]
pub fn len(list: Ref) -> usize {
    heap::get(list, List::LEN) as usize
}

/// The elements. The slice must not be used after the list was changed.
#[inline(always)]
pub fn items<'a>(list: Ref) -> &'a [Value] {
    &heap::values(heap::get(list, List::ITEMS))[..len(list)]
}

/// The element at an index, if there is one.
#[inline(always)]
pub fn get(list: Ref, index: usize) -> Option<Value> {
    items(list).get(index).copied()
}

/// Replaces the element at an index below the length.
#[inline(always)]
pub fn set(list: Ref, index: usize, element: Value) {
    heap::set_item(heap::get(list, List::ITEMS), Values::TAIL, index, element);
}

/// Adds an element at the end.
#[inline(always)]
pub fn append(list: Ref, element: Value) {
    let storage = heap::get(list, List::ITEMS);
    let len = len(list);
    if len < heap::len(storage) {
        heap::set_item(storage, Values::TAIL, len, element);
        heap::set(list, List::LEN, len as i64 + 1);
    } else {
        append_growing(list, element);
    }
}

#[cold]
#[inline(never)]
fn append_growing(list: Ref, element: Value) {
    let len = len(list);
    let storage = heap::alloc(heap::VALUES, grown(len + 1));
    heap::copy_items(storage, Values::TAIL, 0, heap::get(list, List::ITEMS), Values::TAIL, 0, len);
    heap::set_item(storage, Values::TAIL, len, element);
    heap::set(list, List::ITEMS, storage);
    heap::set(list, List::LEN, len as i64 + 1);
}

/// Capacity for a list that has to hold `needed` elements and may go on growing.
fn grown(needed: usize) -> usize {
    (needed + needed / 4 + 6) & !3
}

fn try_storage(capacity: usize) -> PyResult<Ref> {
    heap::try_alloc(heap::VALUES, capacity).map_err(|_| error::memory_error(""))
}

/// Makes room for so many elements in all.
pub fn reserve(list: Ref, needed: usize) -> PyResult<()> {
    let storage = heap::get(list, List::ITEMS);
    if needed > heap::len(storage) {
        let larger = try_storage(grown(needed))?;
        heap::copy_items(larger, Values::TAIL, 0, storage, Values::TAIL, 0, len(list));
        heap::set(list, List::ITEMS, larger);
    }
    Ok(())
}

/// Removes and returns the last element.
#[inline]
pub fn pop(list: Ref) -> Option<Value> {
    let last = len(list).checked_sub(1)?;
    let storage = heap::get(list, List::ITEMS);
    let element = heap::item(storage, Values::TAIL, last);
    heap::set_item(storage, Values::TAIL, last, Value::NULL);
    heap::set(list, List::LEN, last as i64);
    if last < heap::len(storage) / 8 {
        shrink(list);
    }
    Some(element)
}

/// Removes and returns the element at an index below the length.
pub fn remove(list: Ref, index: usize) -> Value {
    let element = items(list)[index];
    replace_range(list, index, index + 1, &[]).unwrap_or(());
    element
}

/// Inserts before an index, which is at most the length.
pub fn insert(list: Ref, index: usize, element: Value) -> PyResult<()> {
    replace_range(list, index, index, &[element])
}

/// Removes all elements.
pub fn clear(list: Ref) {
    let storage = heap::alloc(heap::VALUES, 0);
    heap::set(list, List::ITEMS, storage);
    heap::set(list, List::LEN, 0);
}

/// Cuts the list to `new_len` elements.
pub fn truncate(list: Ref, new_len: usize) {
    let old = len(list);
    if new_len < old {
        let storage = heap::get(list, List::ITEMS);
        heap::fill_items(storage, Values::TAIL, new_len, old - new_len, Value::NULL);
        heap::set(list, List::LEN, new_len as i64);
        shrink(list);
    }
}

/// Gives storage back that a list which became much shorter no longer needs.
fn shrink(list: Ref) {
    let (storage, len) = (heap::get(list, List::ITEMS), len(list));
    if heap::len(storage) > 64 && len < heap::len(storage) / 4 {
        let smaller = heap::alloc(heap::VALUES, grown(len));
        heap::copy_items(smaller, Values::TAIL, 0, storage, Values::TAIL, 0, len);
        heap::set(list, List::ITEMS, smaller);
    }
}

/// Replaces the elements `from..to` by others, which must not lie in the list's own storage.
pub fn replace_range(list: Ref, from: usize, to: usize, elements: &[Value]) -> PyResult<()> {
    let old = len(list);
    let new = old - (to - from) + elements.len();
    reserve(list, new)?;
    let storage = heap::get(list, List::ITEMS);
    heap::copy_items(storage, Values::TAIL, from + elements.len(), storage, Values::TAIL, to, old - to);
    heap::set_items(storage, Values::TAIL, from, elements);
    if new < old {
        heap::fill_items(storage, Values::TAIL, new, old - new, Value::NULL);
    }
    heap::set(list, List::LEN, new as i64);
    if new < old {
        shrink(list);
    }
    Ok(())
}

/// Appends elements; they may be the list's own.
pub fn extend_from_slice(list: Ref, elements: &[Value]) -> PyResult<()> {
    let old = len(list);
    reserve(list, old + elements.len())?;
    let storage = heap::get(list, List::ITEMS);
    heap::set_items(storage, Values::TAIL, old, elements);
    heap::set(list, List::LEN, (old + elements.len()) as i64);
    Ok(())
}

/// Appends what an iterable gives.
pub fn extend(list: Ref, iterable: Value) -> PyResult<()> {
    if iterable.has_layout(List::ID) {
        return extend_from_slice(list, items(Ref::from_bits(iterable.bits())));
    }
    if iterable.has_layout(Tuple::ID) {
        return extend_from_slice(list, heap::items(Ref::from_bits(iterable.bits()), Tuple::TAIL));
    }
    iterators::for_each(iterable, |element| {
        append(list, element);
        Ok(())
    })
}

/// A new list of what an iterable gives.
pub fn from_iterable(iterable: Value) -> PyResult<Ref> {
    let list = new();
    extend(list, iterable)?;
    Ok(list)
}

/// As [`from_iterable`], for `join` and the like: a list is not copied, and what cannot be iterated raises `otherwise`.
pub fn from_iterable_or(iterable: Value, otherwise: impl Fn() -> Value) -> PyResult<Ref> {
    if iterable.has_layout(List::ID) {
        return Ok(Ref::from_bits(iterable.bits()));
    }
    let iterates = |name| crate::raw::lookup_special(iterable, name).is_some();
    if !iterable.is_ref() || !iterates("__iter__") && !iterates("__getitem__") {
        return Err(otherwise());
    }
    from_iterable(iterable)
}

/// `list * count`.
pub fn repeat(elements: &[Value], count: i64) -> PyResult<Ref> {
    let count = usize::try_from(count).unwrap_or(0);
    let total = elements.len().checked_mul(count).ok_or_else(|| error::memory_error(""))?;
    if let &[element] = elements {
        return filled(element, total);
    }
    let storage = try_storage(total)?;
    for round in 0..if elements.is_empty() { 0 } else { count } {
        for (i, &element) in elements.iter().enumerate() {
            heap::set_item(storage, Values::TAIL, round * elements.len() + i, element);
        }
    }
    Ok(adopt(storage, total))
}
