//! The module `_weak`: the heap's weak references and its collector, under `_weakref` and `gc`, which are written in Python.

use super::ModuleTable;
use crate::natives;
use crate::object::class::Builtin;
use crate::object::error::type_error;
use crate::object::layouts::{Foreign, Str, Tuple};
use crate::object::{NONE, PyResult};
use crate::raw;
use metajit::heap::{self, Value};

/// The module.
pub static MODULE: ModuleTable = ModuleTable { name: "_weak", functions: FUNCTIONS, fill };

fn fill(_: &mut dyn FnMut(&str, Value)) {}

/// A reference to an object, as an opaque object for [`get`].
fn new(target: Value) -> PyResult {
    let object = target.as_ref().filter(|o| {
        let layout = heap::layout_of(*o);
        ![heap::INT_BOX, heap::FLOAT_BOX, Str::ID, Tuple::ID].contains(&layout)
    });
    let Some(object) = object else {
        let class = raw::class_name(target);
        return Err(type_error(format!("cannot create weak reference to '{class}' object")));
    };
    let weak = heap::weak_new(object, Value::NULL);
    let cell = heap::alloc(Foreign::ID, 0);
    heap::init(cell, Foreign::CLASS, Value::object(raw::builtin_class(Builtin::Object)));
    heap::init(cell, Foreign::PAYLOAD, weak);
    Ok(Value::object(cell))
}

/// The object of a reference, None once it has died.
fn get(cell: Value) -> PyResult {
    let Some(cell) = cell.as_ref().filter(|c| heap::layout_of(*c) == Foreign::ID) else {
        return Err(type_error("a cell of this module is required"));
    };
    Ok(heap::weak_get(heap::get(cell, Foreign::PAYLOAD)).map_or(NONE, Value::object))
}

fn collect() -> PyResult {
    heap::collect();
    Ok(NONE)
}

natives! {
    static FUNCTIONS;
    "new" One(new) [Any];
    "get" One(get) [Any];
    "collect" Zero(collect) [Any];
}
