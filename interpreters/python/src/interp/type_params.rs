//! Type parameters (PEP 695): the instructions call functions of the module `_typing`, which is written in Python.

use super::raw;
use crate::object::{NONE, PyResult, str};
use metajit::heap::{Ref, Value};

fn call(function: &str, args: &[Value]) -> PyResult {
    let module = crate::import::import(raw::intern("_typing"), Ref::NULL, NONE, 0)?;
    raw::call(raw::get_attr_str(module, function)?, args)
}

/// A type parameter; `function` evaluates its bound or constraints and is NULL where there are none.
pub fn parameter(name: Ref, function: Value, kind: i64) -> PyResult {
    let name = str::value(str::as_str(name));
    call("_make_parameter", &[name, raw::or_none(function), Value::int(kind)])
}

/// The base of a generic class.
pub fn generic(params: Value) -> PyResult {
    call("_make_generic", &[params])
}

/// A type alias with its parameters, NULL for none.
pub fn alias(name: Ref, params: Value, function: Value) -> PyResult {
    call("_make_alias", &[str::value(str::as_str(name)), raw::or_none(params), function])
}
