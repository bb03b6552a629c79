//! Python's operations on plain values, for natives: classes, calls, attributes, iteration.
//!
//! Neighbours: `object` (the builtin types, whose own operations need none of this for their exact types).

use crate::object::PyResult;
use crate::object::class::Builtin;
use crate::object::native::Args;
use metajit::heap::{Ref, Value};

/// The class of a value.
pub fn class_of(_value: Value) -> Ref {
    unimplemented!()
}
/// `type(value).__name__`.
pub fn class_name(_value: Value) -> String {
    unimplemented!()
}
/// The class object of a builtin class.
pub fn builtin_class(_class: Builtin) -> Ref {
    unimplemented!()
}
/// Whether the value's class is `class` or derives from it (no `__instancecheck__`).
pub fn is_instance(_value: Value, _class: Ref) -> bool {
    unimplemented!()
}
/// As [`is_instance`], for a builtin class: the check for `isinstance(value, int)` and the like.
pub fn is_builtin_instance(_value: Value, _class: Builtin) -> bool {
    unimplemented!()
}
/// Whether `sub` is `class` or derives from it.
pub fn is_subclass(_sub: Ref, _class: Ref) -> bool {
    unimplemented!()
}
/// The builtin value (int, str, list, …) that an instance of a subclass of such a class stands for; a value of
/// exactly a builtin class is its own payload.
pub fn payload(_value: Value) -> Value {
    unimplemented!()
}
/// The attribute of the value's *class* (never of the instance), unbound; `None` when there is none.
pub fn lookup_special(_value: Value, _name: &str) -> Option<Value> {
    unimplemented!()
}
/// Calls a special method, found on the value's class, with the value as receiver; `None` when there is none.
pub fn call_special(_value: Value, _name: &str, _args: &[Value]) -> Option<PyResult> {
    unimplemented!()
}
/// `callable(*args)`.
pub fn call(_callable: Value, _args: &[Value]) -> PyResult {
    unimplemented!()
}
/// `callable(…)` with keyword arguments.
pub fn call_args(_callable: Value, _args: Args<'_>) -> PyResult {
    unimplemented!()
}
/// `object.name(*args)`.
pub fn call_method(_object: Value, _name: &str, _args: &[Value]) -> PyResult {
    unimplemented!()
}
/// `object.name`; `name` is an interned string.
pub fn get_attr(_object: Value, _name: Ref) -> PyResult {
    unimplemented!()
}
/// `object.name`.
pub fn get_attr_str(_object: Value, _name: &str) -> PyResult {
    unimplemented!()
}
/// `object.name`, or `None` where that raises AttributeError.
pub fn find_attr(_object: Value, _name: &str) -> PyResult<Option<Value>> {
    unimplemented!()
}
/// `object.name = value`; `name` is an interned string.
pub fn set_attr(_object: Value, _name: Ref, _value: Value) -> PyResult<()> {
    unimplemented!()
}
/// `del object.name`; `name` is an interned string.
pub fn del_attr(_object: Value, _name: Ref) -> PyResult<()> {
    unimplemented!()
}
/// `iter(object)`.
pub fn iter(_object: Value) -> PyResult {
    unimplemented!()
}
/// The next item; `None` when the iterator is exhausted.
pub fn next(_iterator: Value) -> PyResult<Option<Value>> {
    unimplemented!()
}
/// `bool(object)`.
pub fn truth(_object: Value) -> PyResult<bool> {
    unimplemented!()
}
/// The interned string with this text; equal texts give the same object, which lives for ever.
pub fn intern(_text: &str) -> Ref {
    unimplemented!()
}
/// The interned string equal to a `str` object.
pub fn intern_object(_text: Ref) -> Ref {
    unimplemented!()
}
/// A new instance of a class written in Python (or an exception class), without calling `__init__`. For
/// subclasses of int, str, list, … `payload` is the builtin value, else `Value::NULL`.
pub fn new_instance(_class: Ref, _payload: Value) -> Value {
    unimplemented!()
}
/// Adds one to the depth of calls and fails with RecursionError at the limit: for natives that recurse (repr,
/// comparison, hashing). The guard takes it back when dropped.
pub fn enter_recursion(_what: &str) -> PyResult<DepthGuard> {
    unimplemented!()
}
/// Takes back what [`enter_recursion`] added.
#[derive(Debug)]
pub struct DepthGuard(());

/// Compiles nothing and loads nothing: runs the code of a module or of `exec` with these namespaces. `globals` is
/// a celled dict; `locals` any mapping, or the same dict.
pub fn run_module(
    _code: &std::sync::Arc<crate::bytecode::CodeData>,
    _globals: Ref,
    _locals: Value,
) -> PyResult {
    unimplemented!()
}
/// Sets what `import` statements call: `(name, globals, fromlist, level)`.
pub fn set_import_hook(_hook: fn(name: Ref, globals: Ref, fromlist: Value, level: u32) -> PyResult) {
    unimplemented!()
}
/// Sets the dict of the builtins module, in which names that are not global are looked up.
pub fn set_builtins(_dict: Ref) {
    unimplemented!()
}
