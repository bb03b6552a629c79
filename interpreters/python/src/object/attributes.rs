//! Attributes of objects of builtin classes: functions, classes, modules and the like, and what is rare about instances.
//!
//! Neighbours: `interp::attribute`, `interp::store` (the general case), `instance`.

use super::class::Builtin;
use super::intern::{intern_value, names};
use super::layouts::{self as l, Class, Function, Instance, Module};
use super::{NONE, PyResult, dict, error, exception, instance, str, tuple, types, variable};
use crate::interp::lookup::Found;
use crate::interp::raw;
use metajit::heap::{self, Ref, Value};
use metajit::run::Run;

/// The attribute that a function or file object has in a dict of its own; NULL if it has none of that name.
pub fn own(value: Value, name: Ref) -> Value {
    let Some(object) = value.as_ref() else { return Value::NULL };
    let dict = match heap::layout_of(object) {
        Function::ID => heap::get(object, Function::DICT),
        l::Foreign::ID => heap::get(object, l::Foreign::DICT),
        _ => return Value::NULL,
    };
    if dict.is_null() {
        return Value::NULL;
    }
    dict::get_str(dict, name).unwrap_or(Value::NULL)
}

/// The name of a member descriptor's attribute.
pub fn member_of(member: Value) -> Ref {
    heap::get(member.as_ref().expect("a member"), l::Member::NAME).as_ref().expect("a name")
}

/// `'name' ` for messages about a property, or nothing.
pub fn property_name(property: Value) -> String {
    let name = heap::get(property.as_ref().expect("a property"), l::Property::NAME);
    if name.is_null() || name == NONE {
        String::new()
    } else {
        format!("'{}' ", crate::interp::native::text(name))
    }
}

/// The AttributeError for a property without setter or deleter.
#[cold]
pub fn no_setter(property: Value, class: Ref, what: &str) -> Value {
    let (name, class) = (property_name(property), types::name_of(class));
    error::attribute_error(format!("property {name}of '{class}' object has no {what}"))
}

/// What a hidden attribute of an exception may be set to.
pub fn check_hidden(name: Ref, value: Value) -> PyResult {
    exception::check_slot(name, value)
}

/// What a module's `__getattr__` gives; NULL if it has none.
pub fn module_getattr(module: Value, name: Ref) -> PyResult {
    let namespace = heap::get(module.as_ref().expect("a module"), Module::DICT);
    match dict::get_str(namespace, names().getattr) {
        Some(hook) => raw::call(hook, &[Value::object(name)]),
        None => Ok(Value::NULL),
    }
}

/// `object.name = value` where the object is of a builtin class.
pub fn set(value: Value, name: Ref, new: Value) -> PyResult<()> {
    let object = value.as_ref().expect("an object");
    match heap::layout_of(object) {
        Class::ID => set_of_class(object, name, new),
        Function::ID => set_of_function(object, name, new),
        l::Property::ID if str::as_str(name) == "__doc__" => {
            heap::set(object, l::Property::DOC, new);
            Ok(())
        }
        l::Traceback::ID if str::as_str(name) == "tb_next" => {
            if new != NONE && !new.has_layout(l::Traceback::ID) {
                let got = raw::class_name(new);
                return Err(error::type_error(format!("expected traceback object, got '{got}'")));
            }
            heap::set(object, l::Traceback::NEXT, new);
            Ok(())
        }
        l::Foreign::ID if str::as_str(name) == "mode" => crate::stdlib::io::file::set_mode(value, new),
        l::Foreign::ID => {
            if heap::get(object, l::Foreign::DICT).is_null() {
                let dict = dict::new();
                heap::set(object, l::Foreign::DICT, dict);
            }
            dict::set_str(heap::get(object, l::Foreign::DICT), name, new);
            Ok(())
        }
        _ => Err(cannot_set(value, name)),
    }
}

/// Whether a program may set an attribute that is shown by a native getter: some of functions and classes.
pub fn is_settable(value: Value, name: Ref) -> bool {
    match value.as_ref().map(heap::layout_of) {
        Some(Function::ID) => !matches!(str::as_str(name), "__globals__" | "__closure__"),
        Some(Class::ID) => matches!(
            str::as_str(name),
            "__name__" | "__qualname__" | "__module__" | "__doc__" | "__annotations__" | "__bases__"
        ),
        Some(l::Property::ID) => str::as_str(name) == "__doc__",
        Some(l::Foreign::ID) => str::as_str(name) == "mode",
        Some(l::Traceback::ID) => str::as_str(name) == "tb_next",
        _ => false,
    }
}

#[cold]
fn cannot_set(value: Value, name: Ref) -> Value {
    let (class, text) = (raw::class_name(value), str::as_str(name));
    if raw::lookup_special(value, text).is_some() {
        return error::attribute_error(format!("'{class}' object attribute '{text}' is read-only"));
    }
    exception::attribute_error(&format!("'{class}' object has no attribute '{text}'"), value, name)
}

fn set_of_class(class: Ref, name: Ref, new: Value) -> PyResult<()> {
    let data = types::data(class);
    if data.builtin.is_some() {
        let (class, text) = (types::name_of(class), str::as_str(name));
        let message = format!("cannot set '{text}' attribute of immutable type '{class}'");
        return Err(error::type_error(message));
    }
    let n = names();
    if name == n.name {
        if !raw::is_str(new) {
            let got = raw::class_name(new);
            let class = types::name_of(class);
            return Err(error::type_error(format!(
                "can only assign string to {class}.__name__, not '{got}'"
            )));
        }
        heap::set(class, Class::NAME, new);
        return Ok(());
    }
    if str::as_str(name) == "__bases__" {
        return set_bases(class, new);
    }
    if name == n.class {
        return Err(error::type_error("__class__ assignment of classes is not supported"));
    }
    types::set_entry(class, name, new);
    Ok(())
}

/// `class.__bases__ = bases`: what instances are made of must stay the same.
fn set_bases(class: Ref, bases: Value) -> PyResult<()> {
    let name = types::name_of(class);
    let Some(new) = bases.as_ref().filter(|t| heap::layout_of(*t) == l::Tuple::ID) else {
        let got = raw::class_name(bases);
        let message = format!("can only assign tuple to {name}.__bases__, not {got}");
        return Err(error::type_error(message));
    };
    let is_class = |b: &Value| b.has_layout(Class::ID);
    if tuple::items(new).is_empty() || !tuple::items(new).iter().all(is_class) {
        let message = format!("{name}.__bases__ must be a non-empty tuple of classes");
        return Err(error::type_error(message));
    }
    let all: Vec<Ref> = tuple::items(new).iter().filter_map(|b| b.as_ref()).collect();
    if all.iter().any(|&base| types::is_subclass(base, class)) {
        return Err(error::type_error("a __bases__ item causes an inheritance cycle"));
    }
    if let Some(twice) = (1..all.len()).find(|&i| all[..i].contains(&all[i])) {
        let name = types::name_of(all[twice]);
        return Err(error::type_error(format!("duplicate base class {name}")));
    }
    if types::set_bases(class, new) {
        return Ok(());
    }
    let first = types::name_of(tuple::items(new)[0].as_ref().expect("a class"));
    Err(error::type_error(format!("__bases__ assignment: '{first}' object layout differs from '{name}'")))
}

fn set_of_function(function: Ref, name: Ref, new: Value) -> PyResult<()> {
    let n = names();
    let text = str::as_str(name);
    let field = match text {
        "__name__" => Function::NAME,
        "__qualname__" => Function::QUALNAME,
        "__doc__" => Function::DOC,
        "__module__" => Function::MODULE,
        "__defaults__" => Function::DEFAULTS,
        "__kwdefaults__" => Function::KWDEFAULTS,
        "__annotations__" => Function::ANNOTATIONS,
        "__dict__" => {
            let Some(dict) = new.as_ref().filter(|d| heap::layout_of(*d) == l::Dict::ID) else {
                return Err(error::type_error("__dict__ must be set to a dictionary"));
            };
            heap::set(function, Function::DICT, dict);
            return Ok(());
        }
        "__code__" => return super::function::set_code(function, new),
        "__globals__" | "__closure__" => return Err(error::attribute_error("readonly attribute")),
        _ => {
            if heap::get(function, Function::DICT).is_null() {
                let dict = dict::new();
                heap::set(function, Function::DICT, dict);
            }
            dict::set_str(heap::get(function, Function::DICT), name, new);
            return Ok(());
        }
    };
    if (name == n.name || name == n.qualname) && !raw::is_str(new) {
        return Err(error::type_error(format!("{text} must be set to a string object")));
    }
    if text == "__defaults__" && new != NONE && !new.has_layout(l::Tuple::ID) {
        return Err(error::type_error("__defaults__ must be set to a tuple object"));
    }
    heap::set(function, field, new);
    Ok(())
}

/// `del object.name`.
pub fn delete(value: Value, name: Ref) -> PyResult<()> {
    let class = types::class_of(value);
    let data = types::data(class);
    if data.facts().has(types::Facts::DELATTR) {
        return raw::call_special(value, "__delattr__", &[Value::object(name)])
            .expect("the class has the method")
            .map(|_| ());
    }
    generic_delete(value, name)
}

/// `object.__delattr__`.
pub fn generic_delete(value: Value, name: Ref) -> PyResult<()> {
    let class = types::class_of(value);
    let data = types::data(class);
    let found = data.lookup_or_null(name);
    match Found::of::<Run>(found) {
        Found::Property => {
            let deleter = heap::get(found.as_ref().expect("a property"), l::Property::DELETER);
            if deleter.is_null() || deleter == NONE {
                return Err(no_setter(found, class, "deleter"));
            }
            return raw::call(deleter, &[value]).map(|_| ());
        }
        Found::Descriptor { data: true } | Found::Setter => {
            return match raw::call_special(found, "__delete__", &[value]) {
                Some(result) => result.map(|_| ()),
                None => Err(error::attribute_error("__delete__")),
            };
        }
        _ => {}
    }
    let removed = match value.as_ref().map(|o| (o, heap::layout_of(o))) {
        Some((object, Instance::ID)) => instance::delete(object, name)?,
        Some((object, Class::ID)) => return delete_of_class(object, name),
        Some((object, Module::ID)) => {
            dict::remove(heap::get(object, Module::DICT), Value::object(name))?.is_some()
        }
        Some((object, Function::ID)) if !heap::get(object, Function::DICT).is_null() => {
            dict::remove(heap::get(object, Function::DICT), Value::object(name))?.is_some()
        }
        _ => false,
    };
    if removed {
        return Ok(());
    }
    let class = types::name_of(class);
    let message = format!("'{class}' object has no attribute '{}'", str::as_str(name));
    Err(exception::attribute_error(&message, value, name))
}

fn delete_of_class(class: Ref, name: Ref) -> PyResult<()> {
    let text = str::as_str(name);
    if types::data(class).builtin.is_some() {
        let class = types::name_of(class);
        let message = format!("cannot delete '{text}' attribute of immutable type '{class}'");
        return Err(error::type_error(message));
    }
    let removed = dict::remove(heap::get(class, Class::DICT), Value::object(name))?;
    if removed.is_none() {
        let message = format!("type object '{}' has no attribute '{text}'", types::name_of(class));
        return Err(exception::attribute_error(&message, Value::object(class), name));
    }
    types::modified(class);
    Ok(())
}

/// `object.__dict__`.
pub fn dict_of(value: Value) -> PyResult {
    let n = names();
    let no_dict = || {
        let class = raw::class_name(value);
        exception::attribute_error(&format!("'{class}' object has no attribute '__dict__'"), value, n.dict)
    };
    let Some(object) = value.as_ref() else { return Err(no_dict()) };
    match heap::layout_of(object) {
        Instance::ID if types::data(types::class_of(value)).slots_only.get() => Err(no_dict()),
        Instance::ID => Ok(Value::object(instance::dict_of(object))),
        Module::ID => Ok(Value::object(heap::get(object, Module::DICT))),
        Class::ID => {
            variable::show(object);
            let proxy = heap::alloc(l::MappingProxy::ID, 0);
            heap::init(proxy, l::MappingProxy::MAPPING, Value::object(heap::get(object, Class::DICT)));
            Ok(Value::object(proxy))
        }
        Function::ID => {
            if heap::get(object, Function::DICT).is_null() {
                let dict = dict::new();
                heap::set(object, Function::DICT, dict);
            }
            Ok(Value::object(heap::get(object, Function::DICT)))
        }
        _ => Err(no_dict()),
    }
}

/// `object.__dict__ = new`.
pub fn set_dict_of(value: Value, new: Value) -> PyResult<()> {
    let Some(dict) = new.as_ref().filter(|d| heap::layout_of(*d) == l::Dict::ID) else {
        let got = raw::class_name(new);
        return Err(error::type_error(format!("__dict__ must be set to a dictionary, not a '{got}'")));
    };
    match value.as_ref().filter(|o| heap::layout_of(*o) == Instance::ID) {
        Some(object) => instance::set_dict(object, dict),
        None => return Err(error::attribute_error("attribute '__dict__' of this object is not writable")),
    }
    Ok(())
}

/// `object.__class__ = class`.
pub fn set_class_of(value: Value, class: Value) -> PyResult<()> {
    let Some(class) = class.as_ref().filter(|c| heap::layout_of(*c) == Class::ID) else {
        let got = raw::class_name(class);
        return Err(error::type_error(format!("__class__ must be set to a class, not '{got}' object")));
    };
    let Some(object) = value.as_ref().filter(|o| heap::layout_of(*o) == Instance::ID) else {
        return Err(error::type_error(
            "__class__ assignment only supported for mutable types or ModuleType subclasses",
        ));
    };
    let (old, new) = (types::data(types::class_of(value)), types::data(class));
    if old.base != new.base || new.builtin.is_some() {
        let (new, old) = (types::name_of(class), types::name_of(old.class()));
        let message = format!("__class__ assignment: '{new}' object layout differs from '{old}'");
        return Err(error::type_error(message));
    }
    instance::set_class(object, class);
    Ok(())
}

/// The names that `dir(object)` lists, unsorted, as text values.
pub fn names_of(value: Value) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    let mut add = |name: Value| {
        let name = Value::object(intern_value(name));
        if !found.contains(&name) {
            found.push(name);
        }
    };
    let object = value.as_ref();
    match object.map(|o| (o, heap::layout_of(o))) {
        Some((o, Instance::ID)) => {
            let shape = instance::shape(o);
            if shape.dict_mode {
                dict::iter(heap::get(o, Instance::EXTRA)).for_each(|(k, _)| add(k));
            }
            instance::attributes(o).iter().for_each(|(k, _)| add(Value::object(*k)));
        }
        Some((o, Module::ID)) => {
            dict::iter(heap::get(o, Module::DICT)).for_each(|(k, _)| add(k));
            return found;
        }
        Some((o, Function::ID)) if !heap::get(o, Function::DICT).is_null() => {
            dict::iter(heap::get(o, Function::DICT)).for_each(|(k, _)| add(k));
        }
        Some((o, Class::ID)) => {
            for class in types::mro(o) {
                dict::iter(heap::get(class.as_ref().expect("a class"), Class::DICT))
                    .for_each(|(k, _)| add(k));
            }
            return found;
        }
        _ => {}
    }
    for class in types::mro(types::class_of(value)) {
        dict::iter(heap::get(class.as_ref().expect("a class"), Class::DICT)).for_each(|(k, _)| add(k));
    }
    found
}

/// Whether a class is a builtin one.
pub fn is_builtin(class: Ref, builtin: Builtin) -> bool {
    class == types::builtin_class(builtin)
}

/// The empty tuple as a value.
pub fn no_values() -> Value {
    Value::object(tuple::empty())
}
