//! Lists: the growable array and its primitive operations.
//!
//! Invariant: words in the array from `len` on are NULL, so that nothing dead is kept alive.
//! Neighbours: `storage` (what the array holds), `methods` (the method table), `sort`, `sequence` (indexing and slicing shared with
//! tuples).

pub mod methods;
pub mod sort;
pub mod storage;

use super::layouts::{List, Tuple};
use super::{PyResult, error, iterators, sequence};
use metajit::heap::{self, FLOATS, Floats, Ref, VALUES, Value, Values};
pub use storage::{Elements, of_list as elements};

/// Longest list: what an array's header can say.
pub const MAX_LEN: usize = u32::MAX as usize;

/// An empty list.
pub fn new() -> Ref {
    with_capacity(0)
}

/// An empty list with room for so many elements.
pub fn with_capacity(capacity: usize) -> Ref {
    adopt(heap::alloc(VALUES, capacity), 0)
}

/// A list whose elements are the first `len` of an array, which it takes over.
pub fn adopt(array: Ref, len: usize) -> Ref {
    let list = heap::alloc(List::ID, 0);
    heap::init(list, List::ITEMS, array);
    heap::init(list, List::LEN, len as i64);
    list
}

/// A list of these elements.
pub fn from_elements(elements: Elements<'_>) -> Ref {
    adopt(storage::array_of(elements), elements.len())
}

/// A list of these elements, which the collector must find elsewhere until this returns.
pub fn from_slice(elements: &[Value]) -> Ref {
    from_elements(Elements::Values(elements))
}

/// A list as a value.
pub fn value(elements: &[Value]) -> Value {
    Value::object(from_slice(elements))
}

/// `[element] * count`.
pub fn filled(element: Value, count: usize) -> PyResult<Ref> {
    if let Some(number) = storage::number(element) {
        let array = storage::array(FLOATS, count)?;
        heap::items_mut(array, Floats::TAIL).fill(number);
        return Ok(adopt(array, count));
    }
    filled_words(element, count).map(|array| adopt(array, count))
}

fn filled_words(element: Value, count: usize) -> PyResult<Ref> {
    let array = storage::array(VALUES, count)?;
    heap::fill_items(array, Values::TAIL, 0, count, element);
    Ok(array)
}

/// Number of elements.
#[inline(always)]
pub fn len(list: Ref) -> usize {
    heap::get(list, List::LEN) as usize
}

/// The elements as words. The slice must not be used after the list was changed.
#[inline(always)]
pub fn items<'a>(list: Ref) -> &'a [Value] {
    elements(list).as_values()
}

/// The element at an index, if there is one.
#[inline(always)]
pub fn get(list: Ref, index: usize) -> Option<Value> {
    (index < len(list)).then(|| storage::get(heap::get(list, List::ITEMS), index))
}

/// The first index in `start..stop` of an element that equals `wanted`.
pub fn find(list: Ref, start: usize, stop: usize, wanted: Value) -> PyResult<Option<usize>> {
    if let (Elements::Floats(floats), Some(number)) = (elements(list), wanted.as_float()) {
        let (start, stop) = (start.min(floats.len()), stop.min(floats.len()));
        let place = floats[start..stop.max(start)].iter().position(|&float| float == number);
        return Ok(place.map(|at| start + at));
    }
    sequence::find(|i| get(list, i), start, stop, wanted)
}

/// How many elements equal `wanted`.
pub fn count(list: Ref, wanted: Value) -> PyResult {
    if let (Elements::Floats(floats), Some(number)) = (elements(list), wanted.as_float()) {
        return Ok(Value::int(floats.iter().filter(|&&float| float == number).count() as i64));
    }
    sequence::count(|i| get(list, i), wanted)
}

/// Replaces the element at an index below the length.
#[inline(always)]
pub fn set(list: Ref, index: usize, element: Value) {
    if !storage::put(heap::get(list, List::ITEMS), index, element) {
        storage::generalise(list);
        storage::put(heap::get(list, List::ITEMS), index, element);
    }
}

/// Adds an element at the end.
#[inline(always)]
pub fn append(list: Ref, element: Value) {
    let array = heap::get(list, List::ITEMS);
    let len = len(list);
    if len < heap::len(array) && storage::put(array, len, element) {
        heap::set(list, List::LEN, len as i64 + 1);
    } else {
        append_otherwise(list, element);
    }
}

/// Where there is no room, or not for such an element.
#[cold]
#[inline(never)]
fn append_otherwise(list: Ref, element: Value) {
    let len = len(list);
    if storage::number(element).is_none() {
        storage::generalise(list);
    }
    let array = heap::get(list, List::ITEMS);
    if len == heap::len(array) {
        let begins_with_float = len == 0 && storage::number(element).is_some();
        let layout = if begins_with_float { FLOATS } else { heap::layout_of(array) };
        let larger = heap::alloc(layout, grown(len + 1));
        if len > 0 {
            storage::copy(larger, 0, array, 0, len);
        }
        heap::set(list, List::ITEMS, larger);
    }
    set(list, len, element);
    heap::set(list, List::LEN, len as i64 + 1);
}

/// Capacity for a list that has to hold `needed` elements and may go on growing.
fn grown(needed: usize) -> usize {
    (needed + needed / 4 + 6) & !3
}

/// Makes room for so many elements in all.
pub fn reserve(list: Ref, needed: usize) -> PyResult<()> {
    let array = heap::get(list, List::ITEMS);
    if needed > heap::len(array) {
        let larger = storage::array(heap::layout_of(array), grown(needed))?;
        storage::copy(larger, 0, array, 0, len(list));
        heap::set(list, List::ITEMS, larger);
    }
    Ok(())
}

/// Removes and returns the last element.
#[inline]
pub fn pop(list: Ref) -> Option<Value> {
    let last = len(list).checked_sub(1)?;
    let array = heap::get(list, List::ITEMS);
    let element = storage::get(array, last);
    storage::forget(array, last, 1);
    heap::set(list, List::LEN, last as i64);
    if last < heap::len(array) / 8 {
        shrink(list);
    }
    Some(element)
}

/// Removes and returns the element at an index below the length.
pub fn remove(list: Ref, index: usize) -> Value {
    let element = storage::get(heap::get(list, List::ITEMS), index);
    remove_range(list, index, index + 1);
    element
}

/// Inserts before an index, which is at most the length.
pub fn insert(list: Ref, index: usize, element: Value) -> PyResult<()> {
    replace_range(list, index, index, Elements::Values(&[element]))
}

/// Removes all elements.
pub fn clear(list: Ref) {
    let array = heap::alloc(VALUES, 0);
    heap::set(list, List::ITEMS, array);
    heap::set(list, List::LEN, 0);
}

/// Cuts the list to `new_len` elements.
pub fn truncate(list: Ref, new_len: usize) {
    let old = len(list);
    if new_len < old {
        storage::forget(heap::get(list, List::ITEMS), new_len, old - new_len);
        heap::set(list, List::LEN, new_len as i64);
        shrink(list);
    }
}

/// Gives memory back that a list which became much shorter no longer needs.
fn shrink(list: Ref) {
    let (array, len) = (heap::get(list, List::ITEMS), len(list));
    if heap::len(array) > 64 && len < heap::len(array) / 4 {
        let smaller = heap::alloc(heap::layout_of(array), grown(len));
        storage::copy(smaller, 0, array, 0, len);
        heap::set(list, List::ITEMS, smaller);
    }
}

/// The elements as the list keeps them, which it learns if that is necessary.
#[inline]
fn agreed<'a>(list: Ref, elements: Elements<'a>) -> Elements<'a> {
    let words = storage::holds_values(heap::get(list, List::ITEMS));
    let undecided = words && len(list) == 0;
    if elements.is_empty() || !undecided && words == matches!(elements, Elements::Values(_)) {
        return elements;
    }
    if (undecided || !words)
        && let Some(floats) = elements.as_floats()
    {
        if undecided {
            heap::set(list, List::ITEMS, heap::alloc(FLOATS, 0));
        }
        return floats;
    }
    storage::generalise(list);
    Elements::Values(elements.as_values())
}

/// Replaces the elements `from..to` by others, which must not lie in the list's own array.
pub fn replace_range(list: Ref, from: usize, to: usize, elements: Elements<'_>) -> PyResult<()> {
    let elements = agreed(list, elements);
    let old = len(list);
    let new = old - (to - from) + elements.len();
    reserve(list, new)?;
    let array = heap::get(list, List::ITEMS);
    if new != old {
        storage::copy(array, from + elements.len(), array, to, old - to);
    }
    if !elements.is_empty() {
        elements.write(array, from);
    }
    if new < old {
        storage::forget(array, new, old - new);
    }
    heap::set(list, List::LEN, new as i64);
    if new < old {
        shrink(list);
    }
    Ok(())
}

/// Removes the elements `from..to`.
pub fn remove_range(list: Ref, from: usize, to: usize) {
    // That takes no memory, so it cannot fail.
    replace_range(list, from, to, Elements::Values(&[])).unwrap_or(());
}

/// Appends elements; they may be the list's own.
pub fn extend_from(list: Ref, elements: Elements<'_>) -> PyResult<()> {
    if elements.is_empty() {
        return Ok(());
    }
    let elements = agreed(list, elements);
    let old = len(list);
    reserve(list, old + elements.len())?;
    elements.write(heap::get(list, List::ITEMS), old);
    heap::set(list, List::LEN, (old + elements.len()) as i64);
    Ok(())
}

/// `left + right`.
pub fn concat(left: Ref, right: Ref) -> PyResult<Ref> {
    let layout = elements(if len(left) == 0 { right } else { left }).layout();
    let sum = adopt(storage::array(layout, len(left) + len(right))?, 0);
    extend_from(sum, elements(left))?;
    extend_from(sum, elements(right))?;
    Ok(sum)
}

/// Appends what an iterable gives.
pub fn extend(list: Ref, iterable: Value) -> PyResult<()> {
    if iterable.has_layout(List::ID) {
        return extend_from(list, elements(Ref::from_bits(iterable.bits())));
    }
    if iterable.has_layout(Tuple::ID) {
        return extend_from(list, storage::of_tuple(Ref::from_bits(iterable.bits())));
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
pub fn repeat(elements: Elements<'_>, count: i64) -> PyResult<Ref> {
    let (count, total) = repeated_len(elements.len(), count)?;
    if let Elements::Values(values) = elements {
        if let &[element] = values {
            return filled(element, total);
        }
        return repeated_words(values, count).map(|array| adopt(array, total));
    }
    let array = storage::array(FLOATS, total)?;
    for round in 0..count {
        elements.write(array, round * elements.len());
    }
    Ok(adopt(array, total))
}

/// A factor, at least 0, and the length of what is repeated so often.
fn repeated_len(len: usize, count: i64) -> PyResult<(usize, usize)> {
    let count = usize::try_from(count).unwrap_or(0);
    let total = len.checked_mul(count).ok_or_else(|| error::memory_error(""))?;
    Ok((if len == 0 { 0 } else { count }, total))
}

/// The words of `values`, `count` times.
fn repeated_words(values: &[Value], count: usize) -> PyResult<Ref> {
    let array = storage::array(VALUES, values.len() * count)?;
    for round in 0..count {
        heap::set_items(array, Values::TAIL, round * values.len(), values);
    }
    Ok(array)
}

/// The items of `tuple * count`, which has some.
pub fn repeated_items<'a>(values: &[Value], count: i64) -> PyResult<&'a [Value]> {
    let (count, total) = repeated_len(values.len(), count)?;
    let array =
        if let &[element] = values { filled_words(element, total)? } else { repeated_words(values, count)? };
    Ok(heap::values(array))
}
