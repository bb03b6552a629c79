//! Calls of classes: making instances.
//!
//! How a class makes its instances is found once per version of the class (`Construct`): plain instances and exceptions are
//! allocated in place, so that traces see them; everything else goes through `__new__` and `__init__`.
//! Neighbours: `call`, `object::instance`, `object::exception` (what an exception's slots hold).

use super::call::{Operands, call_keywords, call_with_receiver};
use super::lookup::{Found, class_of};
use super::{Outcome, build, constant, fail, intrinsic};
use crate::address;
use crate::object::class::Builtin;
use crate::object::intern::names;
use crate::object::layouts::{self as l, Instance};
use crate::object::types::{self, ClassData, Facts};
use crate::object::{FALSE, NONE, error, exception, object};
use metajit::heap::{self, Ref, Value};
use metajit::mode::Mode;
use metajit::staged::{Int, Obj, Val};

/// How the instances of a class are made.
#[derive(Clone, Copy, Debug, Default)]
pub enum Construct {
    /// By the general protocol.
    #[default]
    General,
    /// A plain instance; then `__init__`, if it is not `object`'s (then NULL).
    Plain(Value),
    /// An exception whose `args` are the arguments; then `__init__`, if it is not `BaseException`'s (then NULL).
    Exception(Value),
    /// As `Exception` of NULL when there are no keyword arguments, else by the general protocol.
    WithoutKeywords,
}

/// The plan for a class in its present state.
fn plan(data: &'static ClassData) -> Construct {
    let (version, plan) = data.construct.get();
    if version == data.version() {
        return plan;
    }
    let plan = find_plan(data);
    data.construct.set((data.version(), plan));
    plan
}

fn find_plan(data: &'static ClassData) -> Construct {
    let metaclass = heap::get(data.class(), l::Class::METACLASS).as_ref().expect("a metaclass");
    let own_call = types::data(metaclass).lookup_or_null(names().call);
    if Found::of::<metajit::run::Run>(own_call) != Found::Method {
        return Construct::General;
    }
    if object::is_abstract(data.class()) {
        return Construct::General;
    }
    let new = data.lookup_or_null(names().new);
    let init = data.lookup_or_null(names().init);
    let python = Found::of::<metajit::run::Run>(init) == Found::Function;
    if object::is_object_new(new) && data.base == Builtin::Object && data.builtin.is_none() {
        if python {
            return Construct::Plain(init);
        }
        if object::is_object_init(init) {
            return Construct::Plain(Value::NULL);
        }
    }
    if data.facts().has(Facts::EXCEPTION) && exception::is_plain_new(new) {
        if python {
            return Construct::Exception(init);
        }
        if exception::is_plain_init(init) {
            return Construct::Exception(Value::NULL);
        }
        if exception::is_keyword_init(init) {
            return Construct::WithoutKeywords;
        }
    }
    Construct::General
}

/// Calls a class.
pub fn call_class<M: Mode>(callee: Val<M>, args: &[Val<M>], keywords: &[Value]) -> Outcome<M> {
    let class = callee.promote().as_ref().expect("a class");
    let data = types::data(class);
    M::assume(&data.assumption);
    match plan(data) {
        Construct::Plain(init) => {
            let instance = new_instance::<M>(data);
            initialize(data, init, instance.value(), args, keywords)
        }
        Construct::Exception(init) => {
            if init.is_null() && !keywords.is_empty() {
                let name = types::name_of(class);
                return Err(fail(error::type_error(format!("{name}() takes no keyword arguments"))));
            }
            let positional = &args[..args.len() - keywords.len()];
            let instance = new_exception(data, build::tuple(positional));
            if init.is_null() {
                Ok(instance.value())
            } else {
                initialize(data, init, instance.value(), args, keywords)
            }
        }
        Construct::WithoutKeywords if keywords.is_empty() => {
            Ok(new_exception(data, build::tuple(args)).value())
        }
        Construct::General | Construct::WithoutKeywords => general(class, data, callee, args, keywords),
    }
}

fn initialize<M: Mode>(
    data: &'static ClassData,
    init: Value,
    instance: Val<M>,
    args: &[Val<M>],
    keywords: &[Value],
) -> Outcome<M> {
    if init.is_null() {
        if !args.is_empty() {
            let name = types::name_of(data.class());
            return Err(fail(error::type_error(format!("{name}() takes no arguments"))));
        }
        return Ok(instance);
    }
    let result = call_with_receiver(constant(init), instance, args, keywords)?;
    if !result.same(NONE) {
        let name = types::name_of(class_of(result).class());
        let message = format!("__init__() should return None, not '{name}'");
        return Err(fail(error::type_error(message)));
    }
    Ok(instance)
}

/// A new instance without attributes.
pub fn new_instance<M: Mode>(data: &'static ClassData) -> Obj<M> {
    let shape = data.root_shape();
    let object = Obj::<M>::alloc(Instance::ID, shape.inline);
    object.set(Instance::SHAPE, Int::constant(address::address_of(shape)));
    object
}

/// A new exception with its `args`.
pub fn new_exception<M: Mode>(data: &'static ClassData, args: Val<M>) -> Obj<M> {
    let object = new_instance::<M>(data);
    object.set_item(Instance::TAIL, exception::ARGS, args);
    object.set_item(Instance::TAIL, exception::TRACEBACK, constant(NONE));
    object.set_item(Instance::TAIL, exception::CONTEXT, constant(NONE));
    object.set_item(Instance::TAIL, exception::CAUSE, constant(NONE));
    object.set_item(Instance::TAIL, exception::SUPPRESS, constant(FALSE));
    object
}

/// `type.__call__`, or the metaclass's own.
fn general<M: Mode>(
    class: Ref,
    data: &'static ClassData,
    callee: Val<M>,
    args: &[Val<M>],
    keywords: &[Value],
) -> Outcome<M> {
    let metaclass = types::data(heap::get(class, l::Class::METACLASS).as_ref().expect("a metaclass"));
    let own_call = metaclass.lookup_or_null(names().call);
    if Found::of::<M>(own_call) == Found::Function {
        M::assume(&metaclass.assumption);
        return call_with_receiver(constant(own_call), callee, args, keywords);
    }
    if let Some(builtin) = data.builtin
        && keywords.is_empty()
        && let Some(result) = intrinsic::try_class(builtin, args)
    {
        return result;
    }
    make(class, data, args, keywords)
}

/// What `type.__call__` does: `__new__`, then `__init__` on an instance of the class.
pub fn make<M: Mode>(
    class: Ref,
    data: &'static ClassData,
    args: &[Val<M>],
    keywords: &[Value],
) -> Outcome<M> {
    if class == types::builtin_class(Builtin::Type) && args.len() == 1 && keywords.is_empty() {
        return Ok(constant(Value::object(class_of(args[0]).class())));
    }
    if object::is_abstract(class) {
        return Err(fail(object::abstract_error(class)));
    }
    let new = data.lookup_or_null(names().new);
    let new = match Found::of::<M>(new) {
        Found::Static => heap::get(new.as_ref().expect("an object"), l::StaticMethod::FUNCTION),
        _ => new,
    };
    let mut operands = Operands::new();
    operands.push(constant(Value::object(class)));
    operands.extend(args);
    let made = call_keywords(constant(new), operands.as_slice(), keywords)?;
    if data.builtin.is_some_and(|b| !has_builtin_init(b)) {
        return Ok(made);
    }
    let actual = class_of(made);
    if !types::is_subclass(actual.class(), class) {
        return Ok(made);
    }
    M::assume(&actual.assumption);
    let init = actual.lookup_or_null(names().init);
    if object::is_object_init(init) {
        return Ok(made);
    }
    let found = Found::of::<M>(init);
    let result = match found {
        Found::Function | Found::Method => call_with_receiver(constant(init), made, args, keywords)?,
        _ => {
            let bound = super::attribute::bind_found(made, actual, init, found)?;
            call_keywords(bound, args, keywords)?
        }
    };
    if !result.same(NONE) {
        let name = types::name_of(class_of(result).class());
        let message = format!("__init__() should return None, not '{name}'");
        return Err(fail(error::type_error(message)));
    }
    Ok(made)
}

/// Whether making an object of a builtin class needs `__init__` beside `__new__`.
fn has_builtin_init(class: Builtin) -> bool {
    class >= Builtin::BaseException
        || matches!(
            class,
            Builtin::List
                | Builtin::Dict
                | Builtin::Set
                | Builtin::ByteArray
                | Builtin::Type
                | Builtin::Property
                | Builtin::Object
                | Builtin::SimpleNamespace
                | Builtin::Module
                | Builtin::Super
        )
}
