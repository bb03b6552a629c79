//! Elements of lists, for handlers: whichever way a list keeps them.
//!
//! A list's array says by its layout whether it holds words or floats (`object::list::storage`), so a trace tests that once for
//! an array, and again only where the list may have got another one. Writing an element does not give a list another array,
//! except through the helpers here. Neighbours: `subscript`, `iterate`, `unpack`, `build` (what uses this).

use super::{constant, helpers};
use crate::object::layouts::List;
use crate::object::list::{self, storage};
use metajit::heap::{FLOATS, Floats, VALUES, Value, Values};
use metajit::mode::Mode;
use metajit::staged::{Float, Int, Obj, Val};

/// The element at an index below the list's length.
#[inline(always)]
pub fn item<M: Mode>(list: Obj<M>, index: Int<M>) -> Val<M> {
    item_of(list.get(List::ITEMS), index)
}

/// The element of a list's array.
#[inline(always)]
pub fn item_of<M: Mode>(array: Obj<M>, index: impl Into<Int<M>>) -> Val<M> {
    if array.has_layout(VALUES) {
        array.item(Values::TAIL, index)
    } else {
        array.item(Floats::TAIL, index).into()
    }
}

/// The float that an array of floats can hold instead of the value.
#[inline(always)]
fn number<M: Mode>(value: Val<M>) -> Option<Float<M>> {
    let number = value.as_float()?;
    // Only a NaN differs from itself.
    number.eq(number).truth().then_some(number)
}

/// Replaces the element at an index below the list's length.
#[inline(always)]
pub fn set_item<M: Mode>(list: Obj<M>, index: Int<M>, item: Val<M>) {
    let array = list.get(List::ITEMS);
    if array.has_layout(VALUES) {
        array.set_item(Values::TAIL, index, item);
    } else if let Some(number) = number(item) {
        array.set_item(Floats::TAIL, index, number);
    } else {
        helpers::list_set(list, index, item);
    }
}

/// `list.append(item)`, in place where there is room.
#[inline(always)]
pub fn append<M: Mode>(list: Obj<M>, item: Val<M>) {
    if !M::RECORDING {
        return list::append(list.peek(), item.peek());
    }
    let (len, array) = (list.get(List::LEN), list.get(List::ITEMS));
    if array.is_null() || !len.below(array.len()).truth() {
        helpers::list_append(list, item);
        return;
    }
    if array.has_layout(VALUES) {
        array.set_item(Values::TAIL, len, item);
    } else if let Some(number) = number(item) {
        array.set_item(Floats::TAIL, len, number);
    } else {
        helpers::list_append(list, item);
        return;
    }
    list.set(List::LEN, len + 1);
}

/// Removes the last element, at `last`.
#[inline(always)]
pub fn pop<M: Mode>(list: Obj<M>, last: Int<M>) -> Val<M> {
    let array = list.get(List::ITEMS);
    let item = item_of(array, last);
    if array.has_layout(VALUES) {
        array.set_item(Values::TAIL, last, constant(Value::NULL));
    }
    list.set(List::LEN, last);
    item
}

/// A new list of `n` elements, at least one, which are rooted elsewhere.
#[inline(always)]
pub fn new<M: Mode>(n: u32, element: impl Fn(u32) -> Val<M>) -> Obj<M> {
    let array = match floats(n, &element) {
        Some(array) => array,
        None => {
            let array = Obj::<M>::alloc(VALUES, n);
            for i in 0..n {
                array.set_item(Values::TAIL, i64::from(i), element(i));
            }
            array
        }
    };
    let made = Obj::<M>::alloc(List::ID, 0);
    made.set(List::ITEMS, array);
    made.set(List::LEN, Int::from(i64::from(n)));
    made
}

/// The elements as an array of floats, if that is what they are. Where the first is not, nothing else is looked at.
#[inline(always)]
fn floats<M: Mode>(n: u32, element: &impl Fn(u32) -> Val<M>) -> Option<Obj<M>> {
    element(0).immediate_float()?;
    if !M::RECORDING {
        return floats_of_run(n, element);
    }
    let numbers: Option<Vec<Float<M>>> = (0..n).map(|i| number(element(i))).collect();
    let numbers = numbers?;
    let array = Obj::<M>::alloc(FLOATS, n);
    for (i, number) in numbers.into_iter().enumerate() {
        array.set_item(Floats::TAIL, i as i64, number);
    }
    Some(array)
}

#[inline(never)]
fn floats_of_run<M: Mode>(n: u32, element: &impl Fn(u32) -> Val<M>) -> Option<Obj<M>> {
    if (1..n).any(|i| storage::number(element(i).peek()).is_none()) {
        return None;
    }
    let array = Obj::<M>::alloc(FLOATS, n);
    for i in 0..n {
        let number = storage::number(element(i).peek()).unwrap_or_default();
        array.set_item(Floats::TAIL, i64::from(i), Float::from(number));
    }
    Some(array)
}
