//! What a list keeps its elements in: a `Values` array of tagged words, or a `Floats` array of machine numbers.
//!
//! Which of the two it is says the array's own layout; nothing else has to agree with it. A `Floats` array holds exact floats
//! and no NaN, so that equal elements are interchangeable ([decision 14](../../../../../docs/decisions/014-lists-of-floats.md)).
//! A list whose first elements are floats begins with one, and goes over to words for good when something else comes in.
//! Neighbours: `list` (length and growth), `interp::lists` (the same for traces).

use crate::object::layouts::{List, Tuple};
use crate::object::{PyResult, error};
use metajit::heap::{self, FLOATS, Floats, LayoutId, Ref, VALUES, Value, Values};

/// Elements as they lie in memory. The rule of [`heap::items`] applies.
#[derive(Clone, Copy)]
pub enum Elements<'a> {
    /// Words.
    Values(&'a [Value]),
    /// Floats, none of them a NaN.
    Floats(&'a [f64]),
}

/// The float that a `Floats` array can hold instead of the value.
#[inline(always)]
pub fn number(value: Value) -> Option<f64> {
    value.as_float().filter(|number| !number.is_nan())
}

/// Whether the array holds words.
#[inline(always)]
pub fn holds_values(array: Ref) -> bool {
    heap::layout_of(array) == VALUES
}

/// An array of zeros or NULLs.
pub fn array(layout: LayoutId, capacity: usize) -> PyResult<Ref> {
    heap::try_alloc(layout, capacity).map_err(|_| error::memory_error(""))
}

/// The element of an array.
#[inline(always)]
pub fn get(array: Ref, index: usize) -> Value {
    if holds_values(array) {
        heap::item(array, Values::TAIL, index)
    } else {
        Value::float(heap::item(array, Floats::TAIL, index))
    }
}

/// Writes an element, if the array can hold it.
#[inline(always)]
pub fn put(array: Ref, index: usize, element: Value) -> bool {
    if holds_values(array) {
        heap::set_item(array, Values::TAIL, index, element);
    } else if let Some(number) = number(element) {
        heap::init_item(array, Floats::TAIL, index, number);
    } else {
        return false;
    }
    true
}

/// Copies elements between arrays of one kind; the ranges may overlap.
pub fn copy(target: Ref, to: usize, source: Ref, from: usize, count: usize) {
    if holds_values(source) {
        heap::copy_items(target, Values::TAIL, to, source, Values::TAIL, from, count);
    } else {
        heap::copy_items(target, Floats::TAIL, to, source, Floats::TAIL, from, count);
    }
}

/// Lets go of elements.
pub fn forget(array: Ref, from: usize, count: usize) {
    if holds_values(array) {
        heap::fill_items(array, Values::TAIL, from, count, Value::NULL);
    }
}

/// The list keeps words from now on.
#[cold]
#[inline(never)]
pub fn generalise(list: Ref) {
    let array = heap::get(list, List::ITEMS);
    if !holds_values(array) {
        let made = heap::alloc(VALUES, heap::len(array));
        fill_words(made, &heap::floats(array)[..heap::get(list, List::LEN) as usize]);
        heap::set(list, List::ITEMS, made);
    }
}

/// The first `count` floats of an array as a `Values` array.
pub fn words(floats: Ref, count: usize) -> Ref {
    let made = heap::alloc(VALUES, count);
    fill_words(made, &heap::floats(floats)[..count]);
    made
}

fn fill_words(array: Ref, floats: &[f64]) {
    for (i, &number) in floats.iter().enumerate() {
        heap::set_item(array, Values::TAIL, i, Value::float(number));
    }
}

/// A `Floats` array of values, if they are floats, of which it can hold all.
pub fn floats(values: &[Value]) -> Option<Ref> {
    // Most often the first says no.
    number(*values.first()?)?;
    if values.iter().any(|&value| number(value).is_none()) {
        return None;
    }
    let made = heap::alloc(FLOATS, values.len());
    for (to, number) in
        heap::items_mut(made, Floats::TAIL).iter_mut().zip(values.iter().filter_map(|&v| number(v)))
    {
        *to = number;
    }
    Some(made)
}

/// A new array of elements, which the collector must find elsewhere until this returns.
pub fn array_of(elements: Elements<'_>) -> Ref {
    match elements {
        Elements::Values(values) => floats(values).unwrap_or_else(|| heap::alloc_values(values)),
        Elements::Floats(floats) => {
            let made = heap::alloc(FLOATS, floats.len());
            heap::items_mut(made, Floats::TAIL).copy_from_slice(floats);
            made
        }
    }
}

/// The elements of a list.
#[inline(always)]
pub fn of_list<'a>(list: Ref) -> Elements<'a> {
    let (array, len) = (heap::get(list, List::ITEMS), heap::get(list, List::LEN) as usize);
    if holds_values(array) {
        Elements::Values(&heap::values(array)[..len])
    } else {
        Elements::Floats(&heap::items(array, Floats::TAIL)[..len])
    }
}

/// The elements of a tuple.
pub fn of_tuple<'a>(tuple: Ref) -> Elements<'a> {
    Elements::Values(heap::items(tuple, Tuple::TAIL))
}

impl<'a> Elements<'a> {
    /// How many.
    pub fn len(self) -> usize {
        match self {
            Elements::Values(values) => values.len(),
            Elements::Floats(floats) => floats.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// One of them.
    pub fn get(self, index: usize) -> Value {
        match self {
            Elements::Values(values) => values[index],
            Elements::Floats(floats) => Value::float(floats[index]),
        }
    }

    /// Those from `from` to `to`.
    pub fn range(self, from: usize, to: usize) -> Elements<'a> {
        match self {
            Elements::Values(values) => Elements::Values(&values[from..to]),
            Elements::Floats(floats) => Elements::Floats(&floats[from..to]),
        }
    }

    /// As floats, if that is what all of them are and there are some.
    pub fn as_floats(self) -> Option<Elements<'a>> {
        match self {
            Elements::Values(values) => Some(Elements::Floats(heap::floats(floats(values)?))),
            Elements::Floats(_) => Some(self),
        }
    }

    /// As words.
    pub fn as_values(self) -> &'a [Value] {
        match self {
            Elements::Values(values) => values,
            Elements::Floats(floats) => {
                let made = heap::alloc(VALUES, floats.len());
                fill_words(made, floats);
                heap::values(made)
            }
        }
    }

    /// The layout of an array that holds such elements.
    pub fn layout(self) -> LayoutId {
        match self {
            Elements::Values(_) => VALUES,
            Elements::Floats(_) => FLOATS,
        }
    }

    /// Writes them to an array of their kind, from `start` on; they may lie in the same array.
    pub fn write(self, array: Ref, start: usize) {
        match self {
            Elements::Values(values) => heap::set_items(array, Values::TAIL, start, values),
            Elements::Floats(floats) => heap::set_items(array, Floats::TAIL, start, floats),
        }
    }
}
