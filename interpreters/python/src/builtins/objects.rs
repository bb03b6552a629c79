//! Builtins about any object: attributes, classes, identity, text.

use super::iterators;
use crate::natives;
use crate::object::cast;
use crate::object::class::Builtin;
use crate::object::error::{attribute_error, type_error};
use crate::object::layouts::{self as l, Class};
use crate::object::native::Args;
use crate::object::{FALSE, NONE, PyResult, TRUE, boolean, dict, hash, list, repr, sequence, str, tuple};
use crate::raw;
use metajit::heap::{self, Ref, Value};

fn len(object: Value) -> PyResult {
    sequence::len(object).map(|n| Value::int(n as i64))
}

fn py_hash(object: Value) -> PyResult {
    hash::hash(object).map(Value::int)
}

/// The address, which never changes; words that are no pointers stand for themselves.
fn id(object: Value) -> PyResult {
    Ok(Value::int(object.bits() as i64 & i64::MAX))
}

fn py_repr(object: Value) -> PyResult {
    repr::repr(object).map(Value::object)
}

fn ascii(object: Value) -> PyResult {
    repr::ascii(object).map(Value::object)
}

fn format(args: &[Value]) -> PyResult {
    let spec = match args.get(1) {
        None => str::empty(),
        Some(&spec) => cast::str_of(spec).ok_or_else(|| {
            type_error(format!("format() argument 2 must be str, not {}", raw::class_name(spec)))
        })?,
    };
    crate::format::format(args[0], spec).map(Value::object)
}

fn callable(object: Value) -> PyResult {
    Ok(boolean(raw::lookup_special(object, "__call__").is_some()))
}

fn isinstance(object: Value, class: Value) -> PyResult {
    is_instance(object, class).map(boolean)
}

/// `isinstance(object, class)`, tuples and unions of classes and `__instancecheck__` included.
pub fn is_instance(object: Value, class: Value) -> PyResult<bool> {
    if class.has_layout(Class::ID) && is_plain_class(class) {
        let class = class.as_ref().expect("a class is an object");
        return Ok(raw::is_instance(object, class) || claims_class(object, class)?);
    }
    if class.has_layout(l::Tuple::ID) {
        let _depth = raw::enter_recursion(" in __instancecheck__")?;
        for &member in tuple::items(class.as_ref().expect("a tuple is an object")) {
            if is_instance(object, member)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(result) = raw::call_special(class, "__instancecheck__", &[object]) {
        return raw::truth(result?);
    }
    Err(type_error("isinstance() arg 2 must be a type, a tuple of types, or a union"))
}

/// Whether the class's class is `type` itself, which has the plain meaning.
fn is_plain_class(class: Value) -> bool {
    raw::class_of(class) == raw::builtin_class(Builtin::Type)
}

/// Whether an object of another class says by its `__class__` that it is an instance.
fn claims_class(object: Value, class: Ref) -> PyResult<bool> {
    if !cast::is_user_object(object) {
        return Ok(false);
    }
    let Some(claimed) = raw::find_attr(object, "__class__")? else { return Ok(false) };
    Ok(claimed.has_layout(Class::ID)
        && raw::is_subclass(claimed.as_ref().expect("a class is an object"), class))
}

fn issubclass(sub: Value, class: Value) -> PyResult {
    is_subclass(sub, class).map(boolean)
}

fn is_subclass(sub: Value, class: Value) -> PyResult<bool> {
    if class.has_layout(l::Tuple::ID) {
        let _depth = raw::enter_recursion(" in __subclasscheck__")?;
        for &member in tuple::items(class.as_ref().expect("a tuple is an object")) {
            if is_subclass(sub, member)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if !(class.has_layout(Class::ID) && is_plain_class(class))
        && let Some(result) = raw::call_special(class, "__subclasscheck__", &[sub])
    {
        return raw::truth(result?);
    }
    let of = |v: Value| v.has_layout(Class::ID).then(|| v.as_ref().expect("a class is an object"));
    let sub = of(sub).ok_or_else(|| type_error("issubclass() arg 1 must be a class"))?;
    let class = of(class)
        .ok_or_else(|| type_error("issubclass() arg 2 must be a class, a tuple of classes, or a union"))?;
    Ok(raw::is_subclass(sub, class))
}

fn attribute_name(name: Value) -> PyResult<Ref> {
    match cast::str_of(name) {
        Some(name) => Ok(raw::intern_object(name)),
        None => Err(type_error(format!("attribute name must be string, not '{}'", raw::class_name(name)))),
    }
}

fn getattr(args: &[Value]) -> PyResult {
    let name = attribute_name(args[1])?;
    match (raw::get_attr(args[0], name), args.get(2)) {
        (Err(e), Some(&default)) if raw::is_builtin_instance(e, Builtin::AttributeError) => Ok(default),
        (result, _) => result,
    }
}

fn hasattr(object: Value, name: Value) -> PyResult {
    match raw::get_attr(object, attribute_name(name)?) {
        Ok(_) => Ok(TRUE),
        Err(e) if raw::is_builtin_instance(e, Builtin::AttributeError) => Ok(FALSE),
        Err(e) => Err(e),
    }
}

fn setattr(object: Value, name: Value, value: Value) -> PyResult {
    raw::set_attr(object, attribute_name(name)?, value)?;
    Ok(NONE)
}

fn delattr(object: Value, name: Value) -> PyResult {
    raw::del_attr(object, attribute_name(name)?)?;
    Ok(NONE)
}

fn iter(args: &[Value]) -> PyResult {
    let Some(&sentinel) = args.get(1) else { return raw::iter(args[0]) };
    if raw::lookup_special(args[0], "__call__").is_none() {
        return Err(type_error("iter(object, sentinel): object must be callable"));
    }
    Ok(iterators::call_iterator(args[0], sentinel))
}

fn next(args: &[Value]) -> PyResult {
    let iterator = args[0];
    if raw::lookup_special(iterator, "__next__").is_none() {
        return Err(type_error(format!("'{}' object is not an iterator", raw::class_name(iterator))));
    }
    let Some(&default) = args.get(1) else {
        // Through the method, so that a generator's return value arrives in the StopIteration.
        return raw::call_method(iterator, "__next__", &[]);
    };
    Ok(raw::next(iterator)?.unwrap_or(default))
}

fn aiter(object: Value) -> PyResult {
    raw::call_special(object, "__aiter__", &[]).unwrap_or_else(|| {
        Err(type_error(format!("'{}' object is not an async iterable", raw::class_name(object))))
    })
}

fn anext(args: &[Value]) -> PyResult {
    if raw::lookup_special(args[0], "__anext__").is_none() {
        return Err(type_error(format!("'{}' object is not an async iterator", raw::class_name(args[0]))));
    }
    match args {
        [_, _] => crate::prelude::call(crate::prelude::File::Iterables, "anext_or", args),
        _ => raw::call_special(args[0], "__anext__", &[]).expect("it was just found"),
    }
}

fn vars(args: &[Value]) -> PyResult {
    let Some(&object) = args.first() else { return super::code::locals() };
    match raw::find_attr(object, "__dict__")? {
        Some(dict) => Ok(dict),
        None => Err(type_error("vars() argument must have __dict__ attribute")),
    }
}

fn dir(args: &[Value]) -> PyResult {
    let names = match args.first() {
        None => list::from_iterable(super::code::locals()?)?,
        Some(&object) => match raw::call_special(object, "__dir__", &[]) {
            Some(names) => list::from_iterable(names?)?,
            None => attribute_names(object)?,
        },
    };
    list::sort::sort(names, Value::NULL, false)?;
    Ok(Value::object(names))
}

/// The names in the object's own dict and in those of its classes.
fn attribute_names(object: Value) -> PyResult<Ref> {
    let names = dict::new();
    let add = |namespace: Value| -> PyResult<()> {
        let iterator = raw::iter(namespace)?;
        while let Some(name) = raw::next(iterator)? {
            dict::set(names, name, NONE)?;
        }
        Ok(())
    };
    if let Some(own) = raw::find_attr(object, "__dict__")? {
        add(own)?;
    }
    if !object.has_layout(l::Module::ID) {
        let class = if object.has_layout(Class::ID) { object } else { Value::object(raw::class_of(object)) };
        let order = raw::get_attr_str(class, "__mro__")?;
        for &class in tuple::items(order.as_ref().expect("an order is a tuple")) {
            add(raw::get_attr_str(class, "__dict__")?)?;
        }
    }
    list::from_iterable(Value::object(names))
}

/// `object.__dir__()` of the class `object`.
pub fn dunder_dir(object: Value) -> PyResult {
    attribute_names(object).map(Value::object)
}

/// `object.__format__`: a format spec is an error.
pub fn dunder_format(object: Value, spec: Value) -> PyResult {
    match cast::str_of(spec) {
        Some(spec) if heap::len(spec) == 0 => repr::str_of(object).map(Value::object),
        Some(_) => {
            let class = raw::class_name(object);
            Err(type_error(format!("unsupported format string passed to {class}.__format__")))
        }
        None => Err(type_error(format!("__format__() argument must be str, not {}", raw::class_name(spec)))),
    }
}

/// The AttributeError of a missing attribute of a module.
pub fn no_module_attribute(module: &str, name: &str) -> Value {
    attribute_error(format!("module '{module}' has no attribute '{name}'"))
}

fn breakpoint(_: Args<'_>) -> PyResult {
    Err(crate::object::error::not_implemented("breakpoint() is not supported: there is no debugger"))
}

natives! {
    pub static FUNCTIONS;
    "len" One(len) [Any] intrinsic Len;
    "hash" One(py_hash) [Any];
    "id" One(id) [Reads];
    "repr" One(py_repr) [Any];
    "ascii" One(ascii) [Any];
    "format" Slice(format) 1..2 [Any];
    "callable" One(callable) [Reads];
    "isinstance" Two(isinstance) [Any] intrinsic IsInstance;
    "issubclass" Two(issubclass) [Any];
    "getattr" Slice(getattr) 2..3 [Any] intrinsic GetAttr;
    "hasattr" Two(hasattr) [Any] intrinsic HasAttr;
    "setattr" Three(setattr) [Any] intrinsic SetAttr;
    "delattr" Two(delattr) [Any];
    "iter" Slice(iter) 1..2 [Any] intrinsic Iter;
    "next" Slice(next) 1..2 [Any] intrinsic Next;
    "aiter" One(aiter) [Any];
    "anext" Slice(anext) 1..2 [Any];
    "vars" Slice(vars) 0..1 [Any] intrinsic Introspect;
    "dir" Slice(dir) 0..1 [Any] intrinsic Introspect;
    "breakpoint" Full(breakpoint) [Any];
}
