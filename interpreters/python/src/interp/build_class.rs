//! The class statement: `__build_class__`, and what `type(name, bases, namespace)` does.
//!
//! Neighbours: `object::types` (the class object), `object::object` (the methods of `type`).

use super::{native, raw};
use crate::natives;
use crate::object::class::Builtin;
use crate::object::intern::{self, names};
use crate::object::layouts as l;
use crate::object::native::Args;
use crate::object::types::{self, NewClass};
use crate::object::{NONE, PyResult, dict, error, function, list, tuple};
use metajit::heap::{self, Ref, Value};
use std::cell::OnceCell;

natives! {
    pub static BUILD_CLASS;
    "__build_class__" Full(build_class) 2..255 [Any];
}

thread_local! {
    static FUNCTION: OnceCell<Value> = const { OnceCell::new() };
}

/// `builtins.__build_class__`.
pub fn function() -> Value {
    FUNCTION.with(|f| {
        *f.get_or_init(|| {
            let function = native::function_object(&BUILD_CLASS[0]);
            heap::permanent(function.as_ref().expect("an object"));
            function
        })
    })
}

/// `__build_class__(body, name, *bases, metaclass=…, **keywords)`.
fn build_class(args: Args<'_>) -> PyResult {
    let positional = args.positional();
    let [body, name, given @ ..] = positional else {
        return Err(error::type_error("__build_class__: not enough arguments"));
    };
    let bases = resolve_bases(given)?;
    let mut metaclass = NONE;
    let mut keywords: Vec<(Value, Value)> = Vec::new();
    for (key, value) in args.keywords() {
        if native::text(key) == "metaclass" {
            metaclass = value;
        } else {
            keywords.push((key, value));
        }
    }
    if metaclass == NONE {
        let bases = tuple::items(bases);
        metaclass = bases.first().map_or_else(|| of(Builtin::Type), |b| Value::object(raw::class_of(*b)));
    }
    if is_class(metaclass) {
        metaclass = Value::object(most_derived(metaclass.as_ref().expect("a class"), tuple::items(bases))?);
    }
    let head = [*name, Value::object(bases)];
    let namespace = match raw::find_attr_name(metaclass, names().prepare)? {
        Some(prepare) => with_keywords(prepare, &head, &keywords)?,
        None => Value::object(dict::new()),
    };
    let cell = function::run_class_body(*body, namespace)?;
    let arguments = [*name, Value::object(bases), namespace];
    if bases != given_tuple(given) && tuple::items(bases) != given {
        raw::set_item(namespace, Value::object(intern::intern("__orig_bases__")), tuple::value(given))?;
    }
    let class = with_keywords(metaclass, &arguments, &keywords)?;
    if let Some(cell) = cell.as_ref().filter(|c| heap::layout_of(*c) == l::Cell::ID)
        && is_class(class)
    {
        heap::set(cell, l::Cell::CONTENT, class);
    }
    Ok(class)
}

fn given_tuple(_given: &[Value]) -> Ref {
    Ref::NULL
}

fn of(class: Builtin) -> Value {
    Value::object(types::builtin_class(class))
}

/// Whether a value is a class object.
pub fn is_class(value: Value) -> bool {
    value.has_layout(l::Class::ID)
}

fn with_keywords(callable: Value, positional: &[Value], keywords: &[(Value, Value)]) -> PyResult {
    let mut values = positional.to_vec();
    values.extend(keywords.iter().map(|(_, v)| *v));
    let names: Vec<Value> = keywords.iter().map(|(k, _)| *k).collect();
    // Everything is on the caller's stack or registers as well: the vectors need no roots.
    raw::call_args(callable, Args { values: &values, names: &names })
}

/// Replaces bases that are not classes by what their `__mro_entries__` gives.
fn resolve_bases(given: &[Value]) -> PyResult<Ref> {
    if given.iter().all(|b| is_class(*b)) {
        return Ok(tuple::from_slice(given));
    }
    let bases = list::new();
    for &base in given {
        if is_class(base) {
            list::append(bases, base);
            continue;
        }
        match raw::find_attr_name(base, names().mro_entries)? {
            Some(entries) => {
                let entries = raw::call(entries, &[tuple::value(given)])?;
                list::extend(bases, entries)?;
            }
            None => list::append(bases, base),
        }
    }
    Ok(tuple::from_slice(list::items(bases)))
}

/// The metaclass that derives from all the bases' ones.
pub fn most_derived(metaclass: Ref, bases: &[Value]) -> PyResult<Ref> {
    let mut winner = metaclass;
    for &base in bases {
        let other = raw::class_of(base);
        if types::is_subclass(winner, other) {
            continue;
        }
        if !types::is_subclass(other, winner) {
            return Err(error::type_error(
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
            ));
        }
        winner = other;
    }
    Ok(winner)
}

/// `type.__new__(metaclass, name, bases, namespace, **keywords)`.
pub fn type_new(metaclass: Ref, name: Value, bases: Value, namespace: Value, args: Args<'_>) -> PyResult {
    let bases_tuple = bases.as_ref().expect("a tuple");
    let bases_tuple = if tuple::items(bases_tuple).is_empty() {
        tuple::from_slice(&[of(Builtin::Object)])
    } else {
        bases_tuple
    };
    let bases = tuple::items(bases_tuple);
    check_bases(bases)?;
    let metaclass = most_derived(metaclass, bases)?;
    let dict = dict::new();
    raw::dict_update(dict, namespace)?;
    let n = names();
    let slots = dict::get_str(dict, n.slots);
    let slot_names = match slots {
        Some(slots) => slot_names(slots, native::text(name).as_str())?,
        None => Vec::new(),
    };
    let has_dict = slot_names.contains(&n.dict);
    let members: Vec<Ref> = slot_names.into_iter().filter(|s| *s != n.dict && *s != n.weakref).collect();
    for &member in &members {
        if dict::get_str(dict, member).is_some() {
            let text = crate::object::str::as_str(member);
            return Err(error::value_error(format!("'{text}' in __slots__ conflicts with class variable")));
        }
    }
    let cell = dict::remove(dict, Value::object(n.classcell))?;
    let Some(order) = types::linearize(bases) else {
        let names: Vec<String> = bases.iter().map(|b| types::name_of(b.as_ref().expect("a class"))).collect();
        let names = names.join(", ");
        return Err(error::type_error(format!(
            "Cannot create a consistent method resolution\norder (MRO) for bases {names}"
        )));
    };
    implicit_methods(dict);
    if dict::get_str(dict, n.qualname).is_some() {
        // Shown through the class, which keeps it apart from the dict in CPython.
    }
    let class = types::new_class(NewClass {
        name: intern::intern_value(name),
        bases: bases_tuple,
        dict,
        metaclass,
        order,
        slots: members.clone(),
        slots_only: slots.is_some() && !has_dict,
        builtin: None,
    });
    for member in members {
        let descriptor = heap::alloc(l::Member::ID, 0);
        heap::init(descriptor, l::Member::NAME, Value::object(member));
        heap::init(descriptor, l::Member::OWNER, Value::object(class));
        dict::set_str(dict, member, Value::object(descriptor));
    }
    if dict::get_str(dict, n.doc).is_none() {
        dict::set_str(dict, n.doc, NONE);
    }
    if dict::get_str(dict, n.eq).is_some() && dict::get_str(dict, n.hash).is_none() {
        dict::set_str(dict, n.hash, NONE);
    }
    types::modified(class);
    if let Some(cell) = cell.and_then(Value::as_ref).filter(|c| heap::layout_of(*c) == l::Cell::ID) {
        heap::set(cell, l::Cell::CONTENT, Value::object(class));
    }
    announce(class, dict, args)?;
    Ok(Value::object(class))
}

fn check_bases(bases: &[Value]) -> PyResult<()> {
    for (i, &base) in bases.iter().enumerate() {
        if !is_class(base) {
            return Err(error::type_error("bases must be types"));
        }
        let class = base.as_ref().expect("a class");
        let final_ = [
            Builtin::Bool,
            Builtin::NoneType,
            Builtin::NotImplementedType,
            Builtin::Ellipsis,
            Builtin::Function,
            Builtin::BuiltinFunction,
            Builtin::Method,
            Builtin::Generator,
            Builtin::Range,
            Builtin::Slice,
            Builtin::Cell,
            Builtin::Code,
            Builtin::DictKeys,
            Builtin::DictValues,
            Builtin::DictItems,
        ];
        if types::data(class).builtin.is_some_and(|b| final_.contains(&b)) {
            let name = types::name_of(class);
            return Err(error::type_error(format!("type '{name}' is not an acceptable base type")));
        }
        if bases[..i].contains(&base) {
            let name = types::name_of(class);
            return Err(error::type_error(format!("duplicate base class {name}")));
        }
    }
    let solid: Vec<Builtin> = bases
        .iter()
        .map(|b| types::data(b.as_ref().expect("a class")).base)
        .filter(|b| *b != Builtin::Object)
        .collect();
    if solid.windows(2).any(|w| w[0] != w[1]) {
        return Err(error::type_error("multiple bases have instance lay-out conflict"));
    }
    Ok(())
}

/// The names in `__slots__`, mangled where private.
fn slot_names(slots: Value, class: &str) -> PyResult<Vec<Ref>> {
    let mut names = Vec::new();
    let mut add = |name: Value| {
        if !raw::is_str(name) {
            let got = raw::class_name(name);
            return Err(error::type_error(format!("__slots__ items must be strings, not '{got}'")));
        }
        let text = native::text(name);
        let class = class.trim_start_matches('_');
        let private = text.starts_with("__") && !text.ends_with("__") && !class.is_empty();
        names.push(intern::intern(&if private { format!("_{class}{text}") } else { text }));
        Ok(())
    };
    if raw::is_str(slots) {
        add(slots)?;
        return Ok(names);
    }
    let it = raw::iter(slots)?;
    while let Some(name) = raw::next(it)? {
        add(name)?;
    }
    Ok(names)
}

/// `__new__` is a static method, `__init_subclass__` and `__class_getitem__` are class methods, without being told.
fn implicit_methods(dict: Ref) {
    let n = names();
    if let Some(new) = dict::get_str(dict, n.new).filter(|f| f.has_layout(l::Function::ID)) {
        let wrapped = heap::alloc(l::StaticMethod::ID, 0);
        heap::init(wrapped, l::StaticMethod::FUNCTION, new);
        dict::set_str(dict, n.new, Value::object(wrapped));
    }
    for name in [n.init_subclass, n.class_getitem] {
        if let Some(method) = dict::get_str(dict, name).filter(|f| f.has_layout(l::Function::ID)) {
            let wrapped = heap::alloc(l::ClassMethod::ID, 0);
            heap::init(wrapped, l::ClassMethod::FUNCTION, method);
            dict::set_str(dict, name, Value::object(wrapped));
        }
    }
}

/// Calls `__set_name__` of the attributes and the bases' `__init_subclass__`.
fn announce(class: Ref, dict: Ref, args: Args<'_>) -> PyResult<()> {
    let n = names();
    // As they are now: `__set_name__` may change the class.
    let entries = list::new();
    for (name, value) in dict::iter(dict) {
        list::append(entries, name);
        list::append(entries, value);
    }
    for entry in 0..list::len(entries) / 2 {
        let (name, value) = (list::items(entries)[2 * entry], list::items(entries)[2 * entry + 1]);
        if value.has_layout(l::Instance::ID)
            && let Some(result) = raw::call_special(value, "__set_name__", &[Value::object(class), name])
        {
            result?;
        } else if value.has_layout(l::Property::ID) {
            heap::set(value.as_ref().expect("a property"), l::Property::NAME, name);
        }
    }
    let receiver = Value::object(class);
    let found = types::lookup_after(class, class, n.init_subclass);
    let names: Vec<Value> = args.keywords().map(|(k, _)| k).collect();
    let mut values: Vec<Value> = Vec::new();
    values.extend(args.keywords().map(|(_, v)| v));
    match found {
        Some(found) if found.has_layout(l::ClassMethod::ID) => {
            let function = heap::get(found.as_ref().expect("an object"), l::ClassMethod::FUNCTION);
            values.insert(0, receiver);
            raw::call_args(function, Args { values: &values, names: &names })?;
        }
        Some(found) if found.has_layout(l::Function::ID) => {
            values.insert(0, receiver);
            raw::call_args(found, Args { values: &values, names: &names })?;
        }
        _ if !names.is_empty() => {
            let name = types::name_of(class);
            return Err(error::type_error(format!("{name}.__init_subclass__() takes no keyword arguments")));
        }
        _ => {}
    }
    Ok(())
}
