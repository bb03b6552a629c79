//! The methods of `object` and of `type`.
//!
//! Neighbours: `types` (class objects), `interp::construct` (calling classes), `interp::build_class` (making them).

use super::class::{Builtin, ClassTable};
use super::intern::{intern, intern_value, names};
use super::layouts::{self as l, Class};
use super::native::{Args, Native};
use super::{
    NONE, NOT_IMPLEMENTED, PyResult, TRUE, attributes, boolean, cast, dict, error, exception, hash, instance,
    list, repr, str, tuple, types,
};
use crate::interp::call::Operands;
use crate::interp::{build_class, construct, native, of_run, raw, to_run};
use crate::natives;
use crate::prelude;
use metajit::heap::{self, Ref, Value};
use metajit::run::Run;

natives! {
    static OBJECT;
    "__new__" Full(object_new) 1..255 [Any, static];
    "__init__" Full(object_init) 1..255 [Any];
    "__repr__" One(repr::object_repr) [Any];
    "__str__" One(repr::object_str) [Any];
    "__eq__" Two(object_eq) [Reads];
    "__ne__" Two(object_ne) [Any];
    "__lt__" Two(not_implemented) [Reads];
    "__le__" Two(not_implemented) [Reads];
    "__gt__" Two(not_implemented) [Reads];
    "__ge__" Two(not_implemented) [Reads];
    "__hash__" One(object_hash) [Reads];
    "__getattribute__" Two(get_attribute) [Any];
    "__setattr__" Three(set_attribute) [Any];
    "__delattr__" Two(delete_attribute) [Any];
    "__format__" Two(object_format) [Any];
    "__dir__" One(object_dir) [Any];
    "__sizeof__" One(object_sizeof) [Reads];
    "__reduce__" One(object_reduce) [Any];
    "__reduce_ex__" Two(object_reduce_ex) [Any];
    "__getstate__" One(object_getstate) [Any];
    "__init_subclass__" Full(init_subclass) 1..255 [Reads, class];
    "__subclasshook__" Two(not_implemented) [Reads, class];
}

/// Whether an entry of a class's dict is this native, bare or as a static method.
pub fn is_native(found: Value, native: &'static Native) -> bool {
    let Some(mut object) = found.as_ref() else { return false };
    if heap::layout_of(object) == l::StaticMethod::ID {
        match heap::get(object, l::StaticMethod::FUNCTION).as_ref() {
            Some(inner) => object = inner,
            None => return false,
        }
    }
    heap::layout_of(object) == l::Builtin::ID
        && heap::get(object, l::Builtin::DEF) == crate::address::address_of(native)
}

/// Whether `__new__` is `object`'s.
pub fn is_object_new(found: Value) -> bool {
    is_native(found, &OBJECT[0])
}

/// Whether `__init__` is `object`'s.
pub fn is_object_init(found: Value) -> bool {
    is_native(found, &OBJECT[1])
}

/// Whether a class has abstract methods left.
pub fn is_abstract(class: Ref) -> bool {
    dict::get_str(heap::get(class, Class::DICT), names().abstractmethods)
        .is_some_and(|names| raw::truth(names).unwrap_or(false))
}

/// The TypeError for making an instance of an abstract class.
#[cold]
pub fn abstract_error(class: Ref) -> Value {
    let methods = dict::get_str(heap::get(class, Class::DICT), names().abstractmethods).unwrap_or(NONE);
    let mut list: Vec<String> = Vec::new();
    if let Ok(it) = raw::iter(methods) {
        while let Ok(Some(name)) = raw::next(it) {
            list.push(format!("'{}'", native::text(name)));
        }
    }
    list.sort();
    let s = if list.len() == 1 { "" } else { "s" };
    let class = types::name_of(class);
    let list = list.join(", ");
    error::type_error(format!(
        "Can't instantiate abstract class {class} without an implementation for abstract method{s} {list}"
    ))
}

fn object_new(args: Args<'_>) -> PyResult {
    let Some(class) = args.values.first().filter(|c| build_class::is_class(**c)) else {
        return Err(error::type_error("object.__new__(X): X is not a type object"));
    };
    let class = class.as_ref().expect("a class");
    let data = types::data(class);
    if args.values.len() > 1 {
        let own_new = !is_object_new(data.lookup_or_null(names().new));
        if own_new {
            return Err(error::type_error(
                "object.__new__() takes exactly one argument (the type to instantiate)",
            ));
        }
        if is_object_init(data.lookup_or_null(names().init)) {
            return Err(error::type_error(format!("{}() takes no arguments", types::name_of(class))));
        }
    }
    if is_abstract(class) {
        return Err(abstract_error(class));
    }
    match data.base {
        Builtin::Object => Ok(Value::object(instance::new(data))),
        Builtin::BaseException => Ok(exception::new(class, attributes::no_values())),
        base => {
            let (name, base) = (types::name_of(class), base.name());
            Err(error::type_error(format!("object.__new__({name}) is not safe, use {base}.__new__()")))
        }
    }
}

fn object_init(args: Args<'_>) -> PyResult {
    if args.values.len() > 1 {
        let class = types::data(types::class_of(args.values[0]));
        let name = types::name_of(class.class());
        if !is_object_init(class.lookup_or_null(names().init)) {
            return Err(error::type_error(
                "object.__init__() takes exactly one argument (the instance to initialize)",
            ));
        }
        if is_object_new(class.lookup_or_null(names().new)) {
            return Err(error::type_error(format!(
                "{name}.__init__() takes exactly one argument (the instance to initialize)"
            )));
        }
    }
    Ok(NONE)
}

fn object_eq(a: Value, b: Value) -> PyResult {
    Ok(if a == b { TRUE } else { NOT_IMPLEMENTED })
}

fn object_ne(a: Value, b: Value) -> PyResult {
    match raw::call_special(a, "__eq__", &[b]) {
        Some(result) => match result? {
            NOT_IMPLEMENTED => Ok(NOT_IMPLEMENTED),
            equal => Ok(boolean(!raw::truth(equal)?)),
        },
        None => Ok(NOT_IMPLEMENTED),
    }
}

fn not_implemented(_: Value, _: Value) -> PyResult {
    Ok(NOT_IMPLEMENTED)
}

fn object_hash(value: Value) -> PyResult {
    Ok(Value::int(hash::hash_identity(value)))
}

/// The interned name that an attribute function was given.
pub fn attribute_name(name: Value) -> PyResult<Ref> {
    if !raw::is_str(name) {
        let got = raw::class_name(name);
        return Err(error::type_error(format!("attribute name must be string, not '{got}'")));
    }
    Ok(intern_value(raw::payload(name)))
}

fn get_attribute(value: Value, name: Value) -> PyResult {
    raw::generic_get_attr(value, attribute_name(name)?)
}

fn set_attribute(value: Value, name: Value, new: Value) -> PyResult {
    raw::generic_set_attr(value, attribute_name(name)?, new).map(|()| NONE)
}

fn delete_attribute(value: Value, name: Value) -> PyResult {
    attributes::generic_delete(value, attribute_name(name)?).map(|()| NONE)
}

fn object_format(value: Value, spec: Value) -> PyResult {
    if !raw::is_str(spec) {
        let got = raw::class_name(spec);
        return Err(error::type_error(format!("__format__() argument must be str, not {got}")));
    }
    if str::chars(raw::payload(spec).as_ref().expect("a str")) > 0 {
        let class = raw::class_name(value);
        return Err(error::type_error(format!("unsupported format string passed to {class}.__format__")));
    }
    Ok(Value::object(repr::str_of(value)?))
}

fn object_dir(value: Value) -> PyResult {
    Ok(list::value(&attributes::names_of(value)))
}

fn object_reduce(value: Value) -> PyResult {
    prelude::call(prelude::File::Objects, "reduce", &[value])
}

fn object_reduce_ex(value: Value, protocol: Value) -> PyResult {
    prelude::call(prelude::File::Objects, "reduce_ex", &[value, protocol])
}

fn object_getstate(value: Value) -> PyResult {
    prelude::call(prelude::File::Objects, "getstate", &[value])
}

fn object_sizeof(value: Value) -> PyResult {
    Ok(Value::int(value.as_ref().map_or(16, |o| heap::size_of(o) as i64)))
}

fn init_subclass(args: Args<'_>) -> PyResult {
    if !args.names.is_empty() {
        let name = types::name_of(args.values[0].as_ref().expect("a class"));
        return Err(error::type_error(format!("{name}.__init_subclass__() takes no keyword arguments")));
    }
    Ok(NONE)
}

natives! {
    static TYPE;
    "__new__" Full(type_new) 1..255 [Any, static];
    "__init__" Full(type_init) 1..255 [Any];
    "__call__" Full(type_call) 1..255 [Any];
    "__repr__" One(class_repr) [Any];
    "mro" One(type_mro) [Reads];
    "__subclasses__" One(subclasses) [Reads];
    "__instancecheck__" Two(instance_check) [Any];
    "__subclasscheck__" Two(subclass_check) [Any];
    "__prepare__" Full(prepare) 1..255 [Reads, class];
    "__name__" One(class_name) [Reads, getter];
    "__qualname__" One(class_qualname) [Reads, getter];
    "__module__" One(class_module) [Reads, getter];
    "__mro__" One(class_mro) [Reads, getter];
    "__bases__" One(class_bases) [Reads, getter];
    "__base__" One(class_base) [Reads, getter];
    "__dict__" One(attributes::dict_of) [Reads, getter];
    "__doc__" One(class_doc) [Reads, getter];
    "__flags__" One(class_flags) [Reads, getter];
    "__annotations__" One(class_annotations) [Any, getter];
}

fn object_of(class: Value) -> PyResult<Ref> {
    cast::receiver(class, Class::ID, "type")
}

fn type_new(args: Args<'_>) -> PyResult {
    let positional = args.positional();
    match positional {
        [_, value] if args.names.is_empty() => Ok(Value::object(types::class_of(*value))),
        [metaclass, name, bases, namespace] => {
            let check = |ok: bool, i: usize, what: &str, value: Value| {
                if ok {
                    return Ok(());
                }
                let got = raw::class_name(value);
                Err(error::type_error(format!("type.__new__() argument {i} must be {what}, not {got}")))
            };
            check(raw::is_str(*name), 1, "str", *name)?;
            check(bases.has_layout(l::Tuple::ID), 2, "tuple", *bases)?;
            check(raw::is_builtin_instance(*namespace, Builtin::Dict), 3, "dict", *namespace)?;
            let keywords = Args { values: &args.values[4..], names: args.names };
            let winner = build_class::most_derived(object_of(*metaclass)?, items_of(*bases))?;
            if winner != object_of(*metaclass)? {
                // A base's metaclass with a `__new__` of its own makes the class.
                let own = raw::get_attr(Value::object(winner), names().new)?;
                if !is_native(own, &TYPE[0]) {
                    let mut values = args.values.to_vec();
                    values[0] = Value::object(winner);
                    return raw::call_args(own, Args { values: &values, names: args.names });
                }
            }
            build_class::type_new(object_of(*metaclass)?, *name, *bases, *namespace, keywords)
        }
        _ => Err(error::type_error("type() takes 1 or 3 arguments")),
    }
}

fn type_init(_: Args<'_>) -> PyResult {
    Ok(NONE)
}

fn type_call(args: Args<'_>) -> PyResult {
    let class = object_of(args.values[0])?;
    let mut operands = Operands::<Run>::new();
    for &value in &args.values[1..] {
        operands.push(to_run(value));
    }
    of_run(construct::make::<Run>(class, types::data(class), operands.as_slice(), args.names))
}

fn class_repr(class: Value) -> PyResult {
    Ok(str::from_string(format!("<class '{}'>", repr::class_display_name(class))))
}

fn type_mro(class: Value) -> PyResult {
    Ok(list::value(types::mro(object_of(class)?)))
}

fn subclasses(class: Value) -> PyResult {
    let all: Vec<Value> =
        types::data(object_of(class)?).subclasses().into_iter().map(Value::object).collect();
    Ok(list::value(&all))
}

fn instance_check(class: Value, value: Value) -> PyResult {
    Ok(boolean(raw::is_instance(value, object_of(class)?)))
}

fn subclass_check(class: Value, sub: Value) -> PyResult {
    match sub.as_ref().filter(|c| heap::layout_of(*c) == Class::ID) {
        Some(sub) => Ok(boolean(types::is_subclass(sub, object_of(class)?))),
        None => Err(error::type_error("issubclass() arg 1 must be a class")),
    }
}

fn prepare(_: Args<'_>) -> PyResult {
    Ok(Value::object(dict::new()))
}

fn class_name(class: Value) -> PyResult {
    Ok(types::name(object_of(class)?))
}

fn own_entry(class: Value, name: Ref) -> PyResult<Option<Value>> {
    Ok(dict::get_str(heap::get(object_of(class)?, Class::DICT), name))
}

fn class_qualname(class: Value) -> PyResult {
    let own = own_entry(class, names().qualname)?.filter(|q| raw::is_str(*q));
    own.map_or_else(|| class_name(class), Ok)
}

fn class_module(class: Value) -> PyResult {
    Ok(own_entry(class, names().module)?.unwrap_or_else(|| Value::object(intern("builtins"))))
}

fn class_mro(class: Value) -> PyResult {
    Ok(heap::get(object_of(class)?, Class::MRO))
}

fn class_bases(class: Value) -> PyResult {
    Ok(heap::get(object_of(class)?, Class::BASES))
}

fn class_base(class: Value) -> PyResult {
    Ok(types::bases(object_of(class)?).first().copied().unwrap_or(NONE))
}

fn class_doc(class: Value) -> PyResult {
    Ok(own_entry(class, names().doc)?.unwrap_or(NONE))
}

/// The bits of CPython that programs ask for: a class of the program, which can be derived from; one with abstract methods left.
fn class_flags(class: Value) -> PyResult {
    let class = object_of(class)?;
    let own = types::data(class).builtin.is_none();
    let heap_type = if own { 1 << 9 | 1 << 10 } else { 0 };
    let abstract_ = if is_abstract(class) { 1 << 20 } else { 0 };
    Ok(Value::int(heap_type | abstract_))
}

fn class_annotations(class: Value) -> PyResult {
    if let Some(own) = own_entry(class, names().annotations)? {
        return Ok(own);
    }
    let made = Value::object(dict::new());
    if types::data(object_of(class)?).builtin.is_none() {
        types::set_entry(object_of(class)?, names().annotations, made);
    }
    Ok(made)
}

/// The value of the `__class__` attribute.
pub fn class_value(value: Value) -> PyResult {
    Ok(Value::object(types::class_of(value)))
}

/// The TypeError-free part of `hash`: whether two values are the same object.
pub fn same(a: Value, b: Value) -> bool {
    a == b
}

/// The items of a tuple value.
pub fn items_of<'a>(value: Value) -> &'a [Value] {
    tuple::items(value.as_ref().expect("a tuple"))
}

natives! {
    static DESCRIPTORS;
    "get_class" One(class_value) [Reads];
    "set_class" Two(set_class) [Any];
    "get_dict" One(attributes::dict_of) [Any];
    "set_dict" Two(set_dict) [Any];
}

fn set_class(value: Value, class: Value) -> PyResult {
    attributes::set_class_of(value, class).map(|()| NONE)
}

fn set_dict(value: Value, dict: Value) -> PyResult {
    attributes::set_dict_of(value, dict).map(|()| NONE)
}

/// Attributes of `object` that can be read and written: name, getter, setter.
pub fn properties() -> [(&'static str, &'static Native, &'static Native); 2] {
    [("__class__", &DESCRIPTORS[0], &DESCRIPTORS[1]), ("__dict__", &DESCRIPTORS[2], &DESCRIPTORS[3])]
}

/// The method tables of `object` and `type`.
pub static TABLES: &[ClassTable] = &[
    ClassTable { class: Builtin::Object, methods: OBJECT },
    ClassTable { class: Builtin::Type, methods: TYPE },
];
