//! Variables that traces treat as constants, and those that they do not.
//!
//! A *global* lives in a `Cell` of its namespace. A trace takes its content for a constant as long as nobody stores to
//! it: the cell's [`Watch`] is the assumption. A global that functions store to, or that loops of a module store to
//! again, is *unstable*: traces read and write its cell.
//!
//! A *class attribute* belongs to the state that a class's version stands for. One that is set again and again to plain
//! values moves to a `ClassVariable` in the class's dict; from then on setting it changes no version. Once a program
//! has seen the dict itself, its attributes stay there.
//! Neighbours: `dict` (namespaces), `types` (class dicts), `interp::variables`, `interp::attribute`, `interp::store`.

use super::layouts::{self as l, Cell as GlobalCell, Class, ClassVariable, Instance};
use super::{dict, str, types};
use crate::address;
use metajit::assume::Assumption;
use metajit::heap::{self, LayoutId, Ref, Value};
use std::cell::Cell;

/// Stores after which a global is unstable.
const STORES: u32 = 3;
/// Assignments after which a class attribute is a variable.
const ASSIGNMENTS: u32 = 3;

/// Who relies on the content of a cell.
#[derive(Debug, Default)]
pub struct Watch {
    /// Nothing is stored to the cell.
    pub assumption: Assumption,
    stores: Cell<u32>,
}

/// The watch of a global's cell.
pub fn watch(cell: Ref) -> &'static Watch {
    let known = heap::get(cell, GlobalCell::WATCH);
    if known != 0 {
        return address::watch(known);
    }
    let made: &'static Watch = Box::leak(Box::default());
    heap::set(cell, GlobalCell::WATCH, address::address_of(made));
    made
}

/// Whether traces may take the global for a constant.
pub fn is_stable(cell: Ref) -> bool {
    watch(cell).stores.get() < STORES
}

/// Something is stored to the global, once.
#[inline]
pub fn stored(cell: Ref) {
    let known = heap::get(cell, GlobalCell::WATCH);
    if known != 0 {
        let watch = address::watch(known);
        if watch.stores.get() < STORES {
            watch.stores.set(watch.stores.get() + 1);
            watch.assumption.invalidate();
        }
    }
}

/// The global is stored to again and again.
pub fn make_unstable(cell: Ref) {
    let watch = watch(cell);
    if watch.stores.replace(STORES) < STORES {
        watch.assumption.invalidate();
    }
}

/// Whether objects of the layout, as class attributes, are what they are: neither methods nor descriptors.
pub fn is_plain_layout(layout: LayoutId) -> bool {
    !matches!(
        layout,
        l::Function::ID
            | l::Builtin::ID
            | l::Property::ID
            | l::Member::ID
            | l::StaticMethod::ID
            | l::ClassMethod::ID
            | Instance::ID
            | ClassVariable::ID
    )
}

fn is_plain(value: Value) -> bool {
    value.as_ref().map_or(!value.is_null(), |object| is_plain_layout(heap::layout_of(object)))
}

/// The variable in which a class has an attribute of its own.
pub fn own_variable(class: Ref, name: Ref) -> Option<Ref> {
    let own = dict::get_str(heap::get(class, Class::DICT), name)?;
    own.as_ref().filter(|_| own.has_layout(ClassVariable::ID))
}

/// What a class's dict gets for an attribute that is set to `value`; `None` if it has been set already.
pub fn assigned(class: Ref, name: Ref, value: Value) -> Option<Value> {
    if !is_plain(value) || str::bytes(name).starts_with(b"__") {
        return Some(value);
    }
    if let Some(variable) = own_variable(class, name) {
        heap::set(variable, ClassVariable::CONTENT, value);
        return None;
    }
    let data = types::data(class);
    if data.is_shown.get() || !dict::get_str(heap::get(class, Class::DICT), name).is_some_and(is_plain) {
        return Some(value);
    }
    let mut assignments = data.assignments.borrow_mut();
    let count = assignments.entry(name).or_default();
    *count += 1;
    if *count < ASSIGNMENTS {
        return Some(value);
    }
    let variable = heap::alloc(ClassVariable::ID, 0);
    heap::init(variable, ClassVariable::CONTENT, value);
    Some(Value::object(variable))
}

/// The program is about to see the class's dict: what stands in variables goes back into it, for good.
pub fn show(class: Ref) {
    let data = types::data(class);
    if data.is_shown.replace(true) {
        return;
    }
    let dict = heap::get(class, Class::DICT);
    let names: Vec<Ref> = data.assignments.borrow().keys().copied().collect();
    for name in names {
        if let Some(variable) = own_variable(class, name) {
            dict::set_str(dict, name, heap::get(variable, ClassVariable::CONTENT));
            types::modified(class);
        }
    }
}

/// The value of what a lookup on a class found.
#[inline]
pub fn content(found: Value) -> Value {
    match found.as_ref() {
        Some(variable) if found.has_layout(ClassVariable::ID) => heap::get(variable, ClassVariable::CONTENT),
        _ => found,
    }
}
