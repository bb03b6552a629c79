//! Python's operations on plain values, for natives: classes, calls, attributes, iteration.
//!
//! Most are the operations of this folder in `Run` mode. Neighbours: `object` (the builtin types, whose own operations need none of
//! this for their exact types).

use super::call::call_keywords;
use super::{attribute, call, compare, generator, import, iterate, of_run, store, to_run};
use crate::bytecode::CodeData;
use crate::code::Code;
use crate::object::class::Builtin;
use crate::object::intern::{self, names};
use crate::object::layouts as l;
use crate::object::native::{Args, NativeFn};
use crate::object::types;
use crate::object::{
    NONE, PyResult, attributes, cast, dict, error, instance, list, sequence, tuple, variable,
};
use crate::vm;
use metajit::frame::Frame;
use metajit::heap::{self, Ref, Value};
use metajit::mode::Mode;
use metajit::run::Run;
use metajit::staged::Val;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::sync::Arc;

pub use crate::vm::DepthGuard;

/// The class of a value.
#[inline]
pub fn class_of(value: Value) -> Ref {
    types::class_of(value)
}
/// `type(value).__name__`.
pub fn class_name(value: Value) -> String {
    types::name_of(types::class_of(value))
}
/// The class object of a builtin class.
#[inline]
pub fn builtin_class(class: Builtin) -> Ref {
    types::builtin_class(class)
}
/// Whether the value's class is `class` or derives from it (no `__instancecheck__`).
#[inline]
pub fn is_instance(value: Value, class: Ref) -> bool {
    types::is_subclass(types::class_of(value), class)
}
/// As [`is_instance`], for a builtin class: the check for `isinstance(value, int)` and the like.
#[inline]
pub fn is_builtin_instance(value: Value, class: Builtin) -> bool {
    is_instance(value, types::builtin_class(class))
}
/// Whether `sub` is `class` or derives from it.
#[inline]
pub fn is_subclass(sub: Ref, class: Ref) -> bool {
    types::is_subclass(sub, class)
}
/// Whether the value is a `str`, or an instance of a subclass.
pub fn is_str(value: Value) -> bool {
    value.has_layout(l::Str::ID) || is_builtin_instance(value, Builtin::Str)
}
/// The full `isinstance(value, class)`: classes, tuples of them, and what `__instancecheck__` says.
pub fn is_instance_of(value: Value, class: Value) -> PyResult<bool> {
    let Some(object) = class.as_ref() else { return Err(not_a_class("isinstance")) };
    if heap::layout_of(object) == l::Tuple::ID {
        for &one in tuple::items(object) {
            if is_instance_of(value, one)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if heap::layout_of(object) == l::Class::ID {
        if types::class_of(value) == object {
            return Ok(true);
        }
        if types::class_of(class) == types::builtin_class(Builtin::Type) {
            return Ok(is_instance(value, object));
        }
    }
    if let Some(check) = lookup_special(class, "__instancecheck__").filter(|c| !c.has_layout(l::Builtin::ID))
    {
        return truth(call(check, &[class, value])?);
    }
    if heap::layout_of(object) == l::Class::ID {
        return Ok(is_instance(value, object));
    }
    Err(not_a_class("isinstance"))
}
/// The full `issubclass(sub, class)`.
pub fn is_subclass_of(sub: Value, class: Value) -> PyResult<bool> {
    let Some(sub_class) = sub.as_ref().filter(|c| heap::layout_of(*c) == l::Class::ID) else {
        return Err(error::type_error("issubclass() arg 1 must be a class"));
    };
    let Some(object) = class.as_ref() else { return Err(not_a_class("issubclass")) };
    if heap::layout_of(object) == l::Tuple::ID {
        for &one in tuple::items(object) {
            if is_subclass_of(sub, one)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(check) = lookup_special(class, "__subclasscheck__").filter(|c| !c.has_layout(l::Builtin::ID))
    {
        return truth(call(check, &[class, sub])?);
    }
    if heap::layout_of(object) == l::Class::ID {
        return Ok(types::is_subclass(sub_class, object));
    }
    Err(not_a_class("issubclass"))
}

#[cold]
fn not_a_class(function: &str) -> Value {
    let what = if function == "isinstance" { "a type" } else { "a class" };
    error::type_error(format!(
        "{function}() arg 2 must be {what}, a tuple of {}, or a union",
        match what {
            "a type" => "types",
            _ => "classes",
        }
    ))
}

/// The builtin value (int, str, list, …) that an instance of a subclass of such a class stands for; a value of
/// exactly a builtin class is its own payload; NULL for other instances.
#[inline]
pub fn payload(value: Value) -> Value {
    match value.as_ref() {
        Some(object) if heap::layout_of(object) == l::Instance::ID => instance::payload(object),
        _ => value,
    }
}
/// The attribute of the value's *class* (never of the instance), unbound; `None` when there is none.
pub fn lookup_special(value: Value, name: &'static str) -> Option<Value> {
    types::data(types::class_of(value)).lookup(intern::intern_static(name)).map(variable::content)
}
/// Calls a special method, found on the value's class, with the value as receiver; `None` when there is none.
pub fn call_special(value: Value, name: &'static str, args: &[Value]) -> Option<PyResult> {
    let class = types::data(types::class_of(value));
    let found = class.lookup(intern::intern_static(name))?;
    // A method of a builtin class needs no binding.
    if let Some(native) = cast::method_of_builtin(found) {
        match (native.function, args) {
            (NativeFn::One(f), []) => return Some(f(value)),
            (NativeFn::Two(f), &[a]) => return Some(f(value, a)),
            _ => {}
        }
    }
    let mut operands = call::Operands::<Run>::new();
    for &arg in args {
        operands.push(to_run(arg));
    }
    Some(of_run(attribute::call_found(to_run(value), class, found, operands.as_slice())))
}
/// `callable(*args)`.
pub fn call(callable: Value, args: &[Value]) -> PyResult {
    call_args(callable, Args { values: args, names: &[] })
}
/// `callable(…)` with keyword arguments.
pub fn call_args(callable: Value, args: Args<'_>) -> PyResult {
    let mut operands = call::Operands::<Run>::new();
    for &arg in args.values {
        operands.push(to_run(arg));
    }
    of_run(call_keywords(to_run(callable), operands.as_slice(), args.names))
}
/// `object.name(*args)`.
pub fn call_method(object: Value, name: &str, args: &[Value]) -> PyResult {
    let method = get_attr(object, intern::intern(name))?;
    call(method, args)
}
/// `object.name`; `name` is an interned string.
pub fn get_attr(object: Value, name: Ref) -> PyResult {
    of_run(attribute::get_attr::<Run>(to_run(object), name))
}
/// `object.name`.
pub fn get_attr_str(object: Value, name: &str) -> PyResult {
    get_attr(object, intern::intern(name))
}
/// `object.name`, or `None` where that raises AttributeError.
pub fn find_attr(object: Value, name: &str) -> PyResult<Option<Value>> {
    find_attr_name(object, intern::intern(name))
}
/// As [`find_attr`]; `name` is an interned string.
pub fn find_attr_name(object: Value, name: Ref) -> PyResult<Option<Value>> {
    match attribute::find_attr::<Run>(to_run(object), name) {
        Ok(found) => Ok(found.map(|v| v.inner())),
        Err(e) if is_builtin_instance(e.inner(), Builtin::AttributeError) => Ok(None),
        Err(e) => Err(e.inner()),
    }
}
/// `object.name` without the hooks `__getattribute__` and `__getattr__`: what `object.__getattribute__` does.
pub fn generic_get_attr(object: Value, name: Ref) -> PyResult {
    let class = types::data(types::class_of(object));
    match attribute::generic::<Run>(to_run(object), class, name) {
        Ok(Some(value)) => Ok(value.inner()),
        Ok(None) => Err(attribute::missing::<Run>(to_run(object), class, name).inner()),
        Err(e) => Err(e.inner()),
    }
}
/// `object.name = value`; `name` is an interned string.
pub fn set_attr(object: Value, name: Ref, value: Value) -> PyResult<()> {
    store::set_attr::<Run>(to_run(object), name, to_run(value)).map_err(Val::inner)
}
/// `object.name = value` without the hook `__setattr__`: what `object.__setattr__` does.
pub fn generic_set_attr(object: Value, name: Ref, value: Value) -> PyResult<()> {
    let class = types::data(types::class_of(object));
    store::generic_set::<Run>(to_run(object), class, name, to_run(value)).map_err(Val::inner)
}
/// `del object.name`; `name` is an interned string.
pub fn del_attr(object: Value, name: Ref) -> PyResult<()> {
    attributes::delete(object, name)
}
/// `iter(object)`.
pub fn iter(object: Value) -> PyResult {
    iterate::iter(object)
}
/// The next item; `None` when the iterator is exhausted.
pub fn next(iterator: Value) -> PyResult<Option<Value>> {
    if metajit::poll::requested() {
        crate::vm::attend()?;
    }
    match iterate::next_dyn::<Run>(to_run(iterator)) {
        Ok(item) => Ok(item.map(Val::inner)),
        Err(e) => Err(e.inner()),
    }
}
/// `bool(object)`.
pub fn truth(object: Value) -> PyResult<bool> {
    match object.as_ref().map(heap::layout_of) {
        None
        | Some(
            l::List::ID
            | l::Str::ID
            | l::Tuple::ID
            | l::PyBytes::ID
            | l::Dict::ID
            | l::Set::ID
            | l::Instance::ID
            | l::Function::ID
            | l::BigInt::ID
            | heap::FLOAT_BOX
            | heap::INT_BOX,
        ) => {
            // Boxed numbers are decided here: the staged form asks this function about them.
            if let Some(f) = object.as_float() {
                return Ok(f != 0.0);
            }
            if let Some(i) = object.as_int() {
                return Ok(i != 0);
            }
            compare::truth::<Run>(to_run(object)).map_err(Val::inner)
        }
        _ => match call_special(object, "__bool__", &[]) {
            Some(result) => Ok(result? == crate::object::TRUE),
            None if lookup_special(object, "__len__").is_some() => Ok(sequence::len(object)? != 0),
            None => Ok(true),
        },
    }
}
/// `object[key]`.
pub fn get_item(object: Value, key: Value) -> PyResult {
    sequence::getitem(object, key)
}
/// `object[key] = value`.
pub fn set_item(object: Value, key: Value, value: Value) -> PyResult<()> {
    sequence::setitem(object, key, value)
}
/// `del object[key]`.
pub fn del_item(object: Value, key: Value) -> PyResult<()> {
    sequence::delitem(object, key)
}
/// `item in container`.
pub fn contains(container: Value, item: Value) -> PyResult<bool> {
    compare::contains::<Run>(to_run(container), to_run(item)).map_err(Val::inner)
}
/// `format(value, spec)` after a conversion: 0, or the byte `s`, `r`, `a`.
pub fn format_value(value: Value, spec: Value, conversion: i64) -> PyResult {
    use crate::format::Conversion;
    let conversion = match conversion as u8 {
        b's' => Conversion::Str,
        b'r' => Conversion::Repr,
        b'a' => Conversion::Ascii,
        _ => Conversion::None,
    };
    crate::format::format_value(value, conversion, spec.as_ref()).map(Value::object)
}
/// The interned string with this text; equal texts give the same object, which lives for ever.
pub fn intern(text: &str) -> Ref {
    intern::intern(text)
}
/// The interned string equal to a `str` object.
pub fn intern_object(text: Ref) -> Ref {
    intern::intern_object(text)
}
/// A new instance of a class written in Python (or an exception class), without calling `__init__`. For
/// subclasses of int, str, list, … `payload` is the builtin value, else `Value::NULL`.
pub fn new_instance(class: Ref, payload: Value) -> Value {
    let object = instance::new(types::data(class));
    if !payload.is_null() {
        instance::set(object, names().payload, payload);
    }
    Value::object(object)
}
/// Adds one to the depth of calls and fails with RecursionError at the limit: for natives that recurse (repr,
/// comparison, hashing). The guard takes it back when dropped. `what` is appended to the message.
pub fn enter_recursion(what: &str) -> PyResult<DepthGuard> {
    vm::deeper(what)
}

/// Runs the code of a module, or of `exec` or `eval`, with these namespaces. `globals` is a celled dict; `locals` any
/// mapping, or the same dict.
pub fn run_module(data: &Arc<CodeData>, globals: Ref, locals: Value) -> PyResult {
    let code = Code::new(data, globals, locals == Value::object(globals));
    run_code(code, locals)
}

/// Runs code that has a namespace.
pub fn run_code(code: &'static Code, namespace: Value) -> PyResult {
    let frame = Frame::<Run>::at(heap::vm_stack().top());
    let null = to_run(Value::NULL);
    for &r in &code.nulls {
        frame.set(r, null);
    }
    if code.slots > code.registers {
        frame.set(code.hidden(), to_run(namespace));
    }
    Run::call_frame::<super::run::Python>(code, frame, 0)
}

/// Sets what `import` statements call: `(name, globals, fromlist, level)`.
pub fn set_import_hook(hook: import::ImportHook) {
    import::set_hook(hook);
}
/// Sets the dict of the builtins module, in which names that are not global are looked up.
pub fn set_builtins(namespace: Ref) {
    vm::set_builtins(namespace);
}
/// Sets the dict that `sys.modules` is, in which `from package import module` looks.
pub fn set_modules(modules: Ref) {
    vm::set_modules(modules);
}
/// A new module with an empty namespace.
pub fn new_module(name: &str) -> Value {
    import::new_module(name)
}

/// `iterator.send(value)`.
pub fn send_to(iterator: Value, value: Value) -> PyResult {
    if let Some(generator) = generator::as_generator::<Run>(to_run(iterator)) {
        return of_run(generator::send(generator, to_run(value)));
    }
    call_method(iterator, "send", &[value])
}

/// Merges a mapping into a dict: `dict.update(other)` for a display `{**other}`.
pub fn dict_update(target: Ref, other: Value) -> PyResult<()> {
    if let Some(source) = payload(other).as_ref().filter(|d| heap::layout_of(*d) == l::Dict::ID) {
        let mut position = 0;
        while let Some((key, value)) = dict::next_entry(source, &mut position) {
            dict::set(target, key, value)?;
        }
        return Ok(());
    }
    let Some(keys) = find_attr_name(other, names().keys)? else {
        let class = class_name(other);
        return Err(error::type_error(format!("'{class}' object is not a mapping")));
    };
    let it = iter(call(keys, &[])?)?;
    while let Some(key) = next(it)? {
        dict::set(target, key, get_item(other, key)?)?;
    }
    Ok(())
}

/// `function(**other)`: as [`dict_update`], but a key that is there already is an error.
pub fn dict_merge(target: Ref, other: Value, function: Value) -> PyResult<()> {
    let name = || callable_name(function);
    let repeated = |key: Value| {
        let (name, key) = (name(), super::native::text(key));
        error::type_error(format!("{name} got multiple values for keyword argument '{key}'"))
    };
    if let Some(other) = other.as_ref().filter(|d| heap::layout_of(*d) == l::Dict::ID) {
        // Strings are added: no Python code runs that could change the other dict.
        for (key, value) in dict::iter(other) {
            if !is_str(key) {
                return Err(error::type_error("keywords must be strings"));
            }
            if dict::contains(target, key)? {
                return Err(repeated(key));
            }
            dict::set(target, key, value)?;
        }
        return Ok(());
    }
    let keys = match payload(other).as_ref().filter(|d| heap::layout_of(*d) == l::Dict::ID) {
        Some(_) => other,
        None => match find_attr_name(other, names().keys)? {
            Some(keys) => call(keys, &[])?,
            None => {
                let (name, class) = (name(), class_name(other));
                let message = format!("{name} argument after ** must be a mapping, not {class}");
                return Err(error::type_error(message));
            }
        },
    };
    let it = iter(keys)?;
    while let Some(key) = next(it)? {
        if !is_str(key) {
            return Err(error::type_error("keywords must be strings"));
        }
        if dict::contains(target, key)? {
            return Err(repeated(key));
        }
        let value = get_item(other, key)?;
        dict::set(target, key, value)?;
    }
    Ok(())
}

/// `module.function()` as messages name a callable.
fn callable_name(function: Value) -> String {
    let text =
        |name: &str| find_attr(function, name).ok().flatten().filter(|v| is_str(*v)).map(super::native::text);
    let Some(qualname) = text("__qualname__") else {
        return format!("{} object", class_name(function));
    };
    match text("__module__") {
        Some(module) if module != "builtins" => format!("{module}.{qualname}()"),
        _ => format!("{qualname}()"),
    }
}

/// The tuple of an iterable's items, as `*items` in a call.
pub fn argument_tuple(items: Value, callee: Value) -> PyResult<Ref> {
    if items.has_layout(l::List::ID) {
        return Ok(tuple::from_slice(list::items(items.as_ref().expect("a list"))));
    }
    if lookup_special(items, "__iter__").is_none() && lookup_special(items, "__getitem__").is_none() {
        let (name, class) = (callable_name(callee), class_name(items));
        let message = format!("{name} argument after * must be an iterable, not {class}");
        return Err(error::type_error(message));
    }
    tuple::from_iterable(items)
}

thread_local! {
    /// The tuples of names that [`keyword_names`] has given.
    static NAME_TUPLES: RefCell<FxHashMap<Vec<Ref>, Ref>> = RefCell::default();
}

/// The interned tuple of a keyword dict's keys: equal names give the same object.
pub fn keyword_names(keywords: Value, _callee: Value) -> PyResult<Ref> {
    let mut names = Vec::new();
    for (key, _) in dict::iter(keywords.as_ref().expect("a dict")) {
        if !is_str(key) {
            return Err(error::type_error("keywords must be strings"));
        }
        names.push(intern::intern_value(payload(key)));
    }
    let known = NAME_TUPLES.with_borrow(|table| table.get(&names).copied());
    if let Some(tuple) = known {
        return Ok(tuple);
    }
    let values: Vec<Value> = names.iter().map(|n| Value::object(*n)).collect();
    let tuple = heap::permanent(tuple::from_slice(&values));
    NAME_TUPLES.with_borrow_mut(|table| table.insert(names, tuple));
    Ok(tuple)
}

/// Makes sure that a namespace has `__annotations__`.
pub fn setup_annotations(namespace: Value) -> PyResult<i64> {
    let name = names().annotations;
    if super::variables::namespace_get(namespace, name)?.is_null() {
        set_item(namespace, Value::object(name), Value::object(dict::new()))?;
    }
    Ok(0)
}

/// Calls `sys.displayhook(value)`.
pub fn print_expression(value: Value) -> PyResult<i64> {
    let modules = vm::modules();
    let sys = if modules.is_null() { None } else { dict::get_str(modules, intern::intern("sys")) };
    match sys {
        Some(sys) => call_method(sys, "displayhook", &[value]).map(|_| 0),
        None => Err(error::runtime_error("lost sys.displayhook")),
    }
}

/// The exception being handled, `None` if there is none.
pub fn handled_exception() -> Value {
    vm::handled()
}

/// `None` for the absent word.
pub fn or_none(value: Value) -> Value {
    if value.is_null() { NONE } else { value }
}
