//! `property`, `staticmethod`, `classmethod`, slot members, `super` objects, modules and tracebacks: their methods.
//!
//! Neighbours: `interp::attribute` (what attribute access makes of them).

use super::class::{Builtin, ClassTable};
use super::intern::{intern, names};
use super::layouts::{self as l, ClassMethod, Member, Module, Property, StaticMethod, Super, Traceback};
use super::native::Args;
use super::{NONE, PyResult, attributes, cast, dict, error, str, types};
use crate::address;
use crate::interp::raw;
use crate::natives;
use metajit::heap::{self, Field, Ref, Value};

fn object(value: Value) -> Ref {
    cast::builtin_value(value).as_ref().expect("an object of the class")
}

/// Parameters by position or name, missing ones NULL.
fn bind<const N: usize>(
    function: &str,
    args: &[Value],
    given: Args<'_>,
    names: [&str; N],
) -> PyResult<[Value; N]> {
    let mut bound = [Value::NULL; N];
    if args.len() > N {
        let count = args.len();
        return Err(error::type_error(format!("{function}() takes at most {N} arguments ({count} given)")));
    }
    bound[..args.len()].copy_from_slice(args);
    for (name, value) in given.keywords() {
        let text = crate::interp::native::text(name);
        let Some(i) = names.iter().position(|n| *n == text) else {
            let message = format!("'{text}' is an invalid keyword argument for {function}()");
            return Err(error::type_error(message));
        };
        bound[i] = value;
    }
    Ok(bound)
}

natives! {
    static PROPERTY;
    "__new__" Full(property_new) 1..255 [Any, static];
    "__init__" Full(property_init) 1..255 [Any];
    "getter" Two(with_getter) [Reads];
    "setter" Two(with_setter) [Reads];
    "deleter" Two(with_deleter) [Reads];
    "fget" One(fget) [Reads, getter];
    "fset" One(fset) [Reads, getter];
    "fdel" One(fdel) [Reads, getter];
    "__doc__" One(property_doc) [Any, getter];
    "__get__" Slice(property_get) 2..3 [Any];
    "__set__" Three(property_set) [Any];
    "__delete__" Two(property_delete) [Any];
}

fn nothing(_: Args<'_>) -> PyResult {
    Ok(NONE)
}

/// A property.
pub fn new_property(getter: Value, setter: Value, deleter: Value, doc: Value, name: Value) -> Value {
    let property = heap::alloc(Property::ID, 0);
    heap::init(property, Property::GETTER, getter);
    heap::init(property, Property::SETTER, setter);
    heap::init(property, Property::DELETER, deleter);
    heap::init(property, Property::DOC, doc);
    heap::init(property, Property::NAME, name);
    Value::object(property)
}

/// `property(fget, fset, fdel, doc)`. A subclass's property gets its functions in `__init__`, which may be the program's.
fn property_new(args: Args<'_>) -> PyResult {
    let class = object(args.positional()[0]);
    if class != types::builtin_class(Builtin::Property) {
        let empty = new_property(NONE, NONE, NONE, NONE, Value::NULL);
        return Ok(raw::new_instance(class, empty));
    }
    let rest = &args.positional()[1..];
    let [getter, setter, deleter, doc] = bind("property", rest, args, ["fget", "fset", "fdel", "doc"])?;
    Ok(new_property(
        raw::or_none(getter),
        raw::or_none(setter),
        raw::or_none(deleter),
        raw::or_none(doc),
        Value::NULL,
    ))
}

fn property_init(args: Args<'_>) -> PyResult {
    let receiver = args.positional()[0];
    if cast::is_user_object(receiver) {
        let rest = &args.positional()[1..];
        let values = bind("property", rest, args, ["fget", "fset", "fdel", "doc"])?;
        let fields = [Property::GETTER, Property::SETTER, Property::DELETER, Property::DOC];
        for (field, value) in fields.into_iter().zip(values) {
            heap::set(object(receiver), field, raw::or_none(value));
        }
    }
    Ok(NONE)
}

fn field(property: Value, field: Field<Value>) -> Value {
    raw::or_none(heap::get(object(property), field))
}

fn copy_with(property: Value, getter: Value, setter: Value, deleter: Value) -> Value {
    let doc = heap::get(object(property), Property::DOC);
    new_property(getter, setter, deleter, doc, heap::get(object(property), Property::NAME))
}

fn with_getter(p: Value, f: Value) -> PyResult {
    Ok(copy_with(p, f, field(p, Property::SETTER), field(p, Property::DELETER)))
}
fn with_setter(p: Value, f: Value) -> PyResult {
    Ok(copy_with(p, field(p, Property::GETTER), f, field(p, Property::DELETER)))
}
fn with_deleter(p: Value, f: Value) -> PyResult {
    Ok(copy_with(p, field(p, Property::GETTER), field(p, Property::SETTER), f))
}
fn fget(p: Value) -> PyResult {
    Ok(field(p, Property::GETTER))
}
fn fset(p: Value) -> PyResult {
    Ok(field(p, Property::SETTER))
}
fn fdel(p: Value) -> PyResult {
    Ok(field(p, Property::DELETER))
}
fn property_doc(p: Value) -> PyResult {
    let own = field(p, Property::DOC);
    let getter = field(p, Property::GETTER);
    if own == NONE && getter != NONE {
        return Ok(raw::find_attr_name(getter, names().doc)?.unwrap_or(NONE));
    }
    Ok(own)
}
fn property_get(args: &[Value]) -> PyResult {
    if args[1] == NONE {
        return Ok(args[0]);
    }
    let getter = field(args[0], Property::GETTER);
    if getter == NONE {
        return Err(attributes::no_setter(args[0], types::class_of(args[1]), "getter"));
    }
    raw::call(getter, &[args[1]])
}
fn property_set(p: Value, receiver: Value, value: Value) -> PyResult {
    let setter = field(p, Property::SETTER);
    if setter == NONE {
        return Err(attributes::no_setter(p, types::class_of(receiver), "setter"));
    }
    raw::call(setter, &[receiver, value]).map(|_| NONE)
}
fn property_delete(p: Value, receiver: Value) -> PyResult {
    let deleter = field(p, Property::DELETER);
    if deleter == NONE {
        return Err(attributes::no_setter(p, types::class_of(receiver), "deleter"));
    }
    raw::call(deleter, &[receiver]).map(|_| NONE)
}

natives! {
    static STATIC_METHOD;
    "__new__" Slice(static_new) 2..2 [Reads, static];
    "__func__" One(static_function) [Reads, getter];
    "__wrapped__" One(static_function) [Reads, getter];
    "__isabstractmethod__" One(static_abstract) [Any, getter];
    "__get__" Slice(static_get) 2..3 [Reads];
    "__call__" Full(static_call) 1..255 [Any];
}

fn static_new(args: &[Value]) -> PyResult {
    let made = heap::alloc(StaticMethod::ID, 0);
    heap::init(made, StaticMethod::FUNCTION, args[1]);
    Ok(Value::object(made))
}
fn static_function(s: Value) -> PyResult {
    Ok(heap::get(object(s), StaticMethod::FUNCTION))
}
fn static_abstract(s: Value) -> PyResult {
    Ok(raw::find_attr(static_function(s)?, "__isabstractmethod__")?.unwrap_or(super::FALSE))
}
fn static_get(args: &[Value]) -> PyResult {
    static_function(args[0])
}
fn static_call(args: Args<'_>) -> PyResult {
    let function = static_function(args.values[0])?;
    raw::call_args(function, Args { values: &args.values[1..], names: args.names })
}

natives! {
    static CLASS_METHOD;
    "__new__" Slice(class_method_new) 2..2 [Reads, static];
    "__func__" One(class_method_function) [Reads, getter];
    "__wrapped__" One(class_method_function) [Reads, getter];
    "__isabstractmethod__" One(class_method_abstract) [Any, getter];
    "__get__" Slice(class_method_get) 2..3 [Reads];
}

/// A class method.
pub fn new_class_method(function: Value) -> Value {
    let made = heap::alloc(ClassMethod::ID, 0);
    heap::init(made, ClassMethod::FUNCTION, function);
    Value::object(made)
}
/// A static method.
pub fn new_static_method(function: Value) -> Value {
    let made = heap::alloc(StaticMethod::ID, 0);
    heap::init(made, StaticMethod::FUNCTION, function);
    Value::object(made)
}
fn class_method_new(args: &[Value]) -> PyResult {
    Ok(new_class_method(args[1]))
}
fn class_method_function(s: Value) -> PyResult {
    Ok(heap::get(object(s), ClassMethod::FUNCTION))
}
fn class_method_abstract(s: Value) -> PyResult {
    Ok(raw::find_attr(class_method_function(s)?, "__isabstractmethod__")?.unwrap_or(super::FALSE))
}
fn class_method_get(args: &[Value]) -> PyResult {
    let class = match args.get(2) {
        Some(class) if *class != NONE => *class,
        _ => Value::object(types::class_of(args[1])),
    };
    Ok(super::function::bound(class_method_function(args[0])?, class))
}

natives! {
    static MEMBER;
    "__name__" One(member_name) [Reads, getter];
    "__objclass__" One(member_owner) [Reads, getter];
    "__get__" Slice(member_get) 2..3 [Any];
    "__set__" Three(member_set) [Any];
}

fn member_name(m: Value) -> PyResult {
    Ok(heap::get(object(m), Member::NAME))
}
fn member_owner(m: Value) -> PyResult {
    Ok(heap::get(object(m), Member::OWNER))
}
fn member_get(args: &[Value]) -> PyResult {
    if args[1] == NONE {
        return Ok(args[0]);
    }
    raw::get_attr(args[1], attributes::member_of(args[0]))
}
fn member_set(m: Value, receiver: Value, value: Value) -> PyResult {
    raw::set_attr(receiver, attributes::member_of(m), value).map(|()| NONE)
}

natives! {
    static SUPER;
    "__new__" Slice(super_new) 1..3 [Reads, static];
    "__init__" Full(nothing) 1..255 [Reads];
    "__thisclass__" One(super_owner) [Reads, getter];
    "__self__" One(super_receiver) [Reads, getter];
    "__self_class__" One(super_start) [Reads, getter];
}

fn super_new(args: &[Value]) -> PyResult {
    let (owner, receiver) = match args {
        [_, owner, receiver] => (*owner, *receiver),
        [_, owner] => (*owner, NONE),
        _ => return Err(error::runtime_error("super(): no arguments")),
    };
    let Some(owner_class) = owner.as_ref().filter(|c| heap::layout_of(*c) == l::Class::ID) else {
        let got = raw::class_name(owner);
        return Err(error::type_error(format!("super() argument 1 must be a type, not {got}")));
    };
    let mut start = NONE;
    if receiver != NONE {
        let class = types::class_of(receiver);
        let as_class = receiver.as_ref().filter(|c| heap::layout_of(*c) == l::Class::ID);
        start = if let Some(class) = as_class.filter(|c| types::is_subclass(*c, owner_class)) {
            Value::object(class)
        } else if types::is_subclass(class, owner_class) {
            Value::object(class)
        } else {
            return Err(error::type_error("super(type, obj): obj must be an instance or subtype of type"));
        };
    }
    let made = heap::alloc(Super::ID, 0);
    heap::init(made, Super::OWNER, owner);
    heap::init(made, Super::RECEIVER, receiver);
    heap::init(made, Super::START, start);
    Ok(Value::object(made))
}
fn super_owner(s: Value) -> PyResult {
    Ok(heap::get(object(s), Super::OWNER))
}
fn super_receiver(s: Value) -> PyResult {
    Ok(heap::get(object(s), Super::RECEIVER))
}
fn super_start(s: Value) -> PyResult {
    Ok(heap::get(object(s), Super::START))
}

natives! {
    static MODULE;
    "__new__" Full(module_new) 1..255 [Any, static];
    "__init__" Full(nothing) 1..255 [Reads];
    "__repr__" One(module_repr) [Any];
}

fn module_new(args: Args<'_>) -> PyResult {
    let rest = &args.positional()[1..];
    let [name, doc] = bind("module", rest, args, ["name", "doc"])?;
    if name.is_null() {
        return Err(error::type_error("module() missing required argument 'name' (pos 1)"));
    }
    let module = raw::new_module(&crate::interp::native::text(name));
    dict::set_str(heap::get(object(module), Module::DICT), names().doc, raw::or_none(doc));
    Ok(module)
}

fn module_repr(module: Value) -> PyResult {
    let namespace = heap::get(object(module), Module::DICT);
    let get = |name: Ref| dict::get_str(namespace, name).filter(|v| raw::is_str(*v));
    let name = get(names().name).map_or_else(|| "?".to_owned(), crate::interp::native::text);
    Ok(str::from_string(match get(names().file) {
        Some(file) => format!("<module '{name}' from '{}'>", crate::interp::native::text(file)),
        None => format!("<module '{name}' (built-in)>"),
    }))
}

natives! {
    static TRACEBACK;
    "tb_next" One(tb_next) [Reads, getter];
    "tb_lineno" One(tb_lineno) [Reads, getter];
    "tb_lasti" One(tb_lasti) [Reads, getter];
    "tb_frame" One(tb_frame) [Reads, getter];
}

fn tb_next(t: Value) -> PyResult {
    Ok(raw::or_none(heap::get(object(t), Traceback::NEXT)))
}
fn tb_lineno(t: Value) -> PyResult {
    let code = address::code(heap::get(object(t), Traceback::CODE));
    Ok(Value::int(i64::from(code.line(heap::get(object(t), Traceback::PC) as usize))))
}
fn tb_lasti(t: Value) -> PyResult {
    // Two for each instruction, as in CPython, where they are bytes.
    Ok(Value::int(2 * heap::get(object(t), Traceback::PC)))
}
fn tb_frame(t: Value) -> PyResult {
    let code = address::code(heap::get(object(t), Traceback::CODE));
    Ok(super::frame_view::new(code, heap::get(object(t), Traceback::PC) as usize, Value::NULL))
}

/// The name `object.__weakref__` and the like are not kept under.
pub fn is_reserved(name: Ref) -> bool {
    name == intern("__weakref__")
}

/// The method tables of these classes.
pub static TABLES: &[ClassTable] = &[
    ClassTable { class: Builtin::Property, methods: PROPERTY },
    ClassTable { class: Builtin::StaticMethod, methods: STATIC_METHOD },
    ClassTable { class: Builtin::ClassMethod, methods: CLASS_METHOD },
    ClassTable { class: Builtin::Member, methods: MEMBER },
    ClassTable { class: Builtin::Super, methods: SUPER },
    ClassTable { class: Builtin::Module, methods: MODULE },
    ClassTable { class: Builtin::Traceback, methods: TRACEBACK },
];
