//! Instances of classes written in Python, and exceptions: attributes by shape.
//!
//! Attribute `i` of a shape lies in the tail for `i < shape.inline`, else in the `Values` array `extra`. In dict mode `extra` is
//! the dict itself, and only hidden attributes and `__slots__` have slots. An absent value is NULL.
//! Neighbours: `shape`, `interp::attribute` (the same for traces).

use super::layouts::Instance;
use super::shape::Shape;
use super::types::{self, ClassData};
use super::{PyResult, dict};
use crate::address;
use metajit::heap::{self, Ref, VALUES, Value, Values};

/// A new instance without attributes.
pub fn new(data: &'static ClassData) -> Ref {
    let shape = data.root_shape();
    let object = heap::alloc(Instance::ID, shape.inline as usize);
    heap::init(object, Instance::SHAPE, address::address_of(shape));
    object
}

/// The shape of an instance.
#[inline(always)]
pub fn shape(object: Ref) -> &'static Shape {
    address::shape(heap::get(object, Instance::SHAPE))
}

/// Reads the attribute at an index of the shape.
#[inline(always)]
pub fn slot(object: Ref, shape: &Shape, index: u32) -> Value {
    if index < shape.inline {
        heap::item(object, Instance::TAIL, index as usize)
    } else {
        heap::item(heap::get(object, Instance::EXTRA), Values::TAIL, (index - shape.inline) as usize)
    }
}

/// Writes the attribute at an index of the shape.
#[inline(always)]
pub fn set_slot(object: Ref, shape: &Shape, index: u32, value: Value) {
    if index < shape.inline {
        heap::set_item(object, Instance::TAIL, index as usize, value);
    } else {
        heap::set_item(
            heap::get(object, Instance::EXTRA),
            Values::TAIL,
            (index - shape.inline) as usize,
            value,
        );
    }
}

/// The attribute in the instance itself; NULL if it has none of that name.
pub fn get(object: Ref, name: Ref) -> Value {
    let shape = shape(object);
    match shape.find(name) {
        Some(index) => slot(object, shape, index),
        None if shape.dict_mode => {
            dict::get_str(heap::get(object, Instance::EXTRA), name).unwrap_or(Value::NULL)
        }
        None => Value::NULL,
    }
}

/// Sets an attribute in the instance itself.
pub fn set(object: Ref, name: Ref, value: Value) {
    let shape = shape(object);
    match shape.find(name) {
        Some(index) => set_slot(object, shape, index, value),
        None if shape.dict_mode => dict::set_str(heap::get(object, Instance::EXTRA), name, value),
        None => add(object, shape, name, value),
    }
}

/// Adds an attribute that the shape does not have.
pub fn add(object: Ref, shape: &'static Shape, name: Ref, value: Value) {
    let index = shape.names.len() as u32;
    let shape = shape.with(name);
    if index >= shape.inline {
        make_room(object, (index - shape.inline) as usize);
    }
    set_slot(object, shape, index, value);
    heap::set(object, Instance::SHAPE, address::address_of(shape));
}

/// Makes `extra` long enough for an index.
pub fn make_room(object: Ref, index: usize) {
    let extra = heap::get(object, Instance::EXTRA);
    let len = if extra.is_null() { 0 } else { heap::len(extra) };
    if index >= len {
        let grown = heap::alloc(VALUES, (index + 1).next_power_of_two().max(4));
        if len > 0 {
            heap::copy_items(grown, Values::TAIL, 0, extra, Values::TAIL, 0, len);
        }
        heap::set(object, Instance::EXTRA, grown);
    }
}

/// Removes an attribute from the instance itself; whether it was there.
pub fn delete(object: Ref, name: Ref) -> PyResult<bool> {
    let shape = shape(object);
    let Some(index) = shape.find(name) else {
        if shape.dict_mode {
            return Ok(dict::remove(heap::get(object, Instance::EXTRA), Value::object(name))?.is_some());
        }
        return Ok(false);
    };
    if slot(object, shape, index).is_null() {
        return Ok(false);
    }
    if (index as usize) < fixed(shape) {
        set_slot(object, shape, index, Value::NULL);
        return Ok(true);
    }
    for i in index + 1..shape.names.len() as u32 {
        set_slot(object, shape, i - 1, slot(object, shape, i));
    }
    set_slot(object, shape, shape.names.len() as u32 - 1, Value::NULL);
    heap::set(object, Instance::SHAPE, address::address_of(shape.without(name)));
    Ok(true)
}

/// How many of a shape's attributes are hidden or `__slots__`.
fn fixed(shape: &Shape) -> usize {
    shape.data.root_shape().names.len().min(shape.names.len())
}

/// The attributes that a program sees in `__dict__`, in order.
pub fn attributes(object: Ref) -> Vec<(Ref, Value)> {
    let shape = shape(object);
    let from = fixed(shape);
    let named = shape.names.iter().enumerate().skip(from);
    named.map(|(i, &name)| (name, slot(object, shape, i as u32))).filter(|(_, v)| !v.is_null()).collect()
}

/// The instance's `__dict__`: from now on its attributes live in that dict.
pub fn dict_of(object: Ref) -> Ref {
    let shape = shape(object);
    if shape.dict_mode {
        return heap::get(object, Instance::EXTRA);
    }
    let dict = dict::new();
    for i in fixed(shape)..shape.names.len() {
        let value = slot(object, shape, i as u32);
        if !value.is_null() {
            dict::set_str(dict, shape.names[i], value);
        }
    }
    set_dict(object, dict);
    dict
}

/// Replaces the instance's `__dict__`.
pub fn set_dict(object: Ref, dict: Ref) {
    let shape = shape(object);
    for i in fixed(shape) as u32..(shape.names.len() as u32).min(shape.inline) {
        heap::set_item(object, Instance::TAIL, i as usize, Value::NULL);
    }
    heap::set(object, Instance::EXTRA, dict);
    heap::set(object, Instance::SHAPE, address::address_of(shape.dict_mode()));
}

/// Makes the instance one of another class, whose instances look alike.
pub fn set_class(object: Ref, class: Ref) {
    let shape = shape(object).for_class(class, types::data(class));
    heap::set(object, Instance::SHAPE, address::address_of(shape));
}

/// The value of the builtin class that an instance of a subclass of it stands for; NULL if there is none.
#[inline]
pub fn payload(object: Ref) -> Value {
    let shape = shape(object);
    match shape.names.first() {
        Some(&name) if name == super::intern::names().payload => slot(object, shape, 0),
        _ => Value::NULL,
    }
}
