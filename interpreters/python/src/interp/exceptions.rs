//! Raising, matching and passing on exceptions.
//!
//! An exception is an instance whose first slots are its arguments, traceback, context and cause (`object::exception`). The one
//! being handled is in the `Thread` object, so that traces see when it changes. Neighbours: `run` (finds handlers).

use super::construct::{call_class, new_exception};
use super::lookup::{as_layout, class_of, shape_of};
use super::{Outcome, build, constant, fail, object};
use crate::address;
use crate::code::Code;
use crate::object::class::Builtin;
use crate::object::layouts::{Class, Instance, Thread, Traceback, Tuple};
use crate::object::types::{self, Facts};
use crate::object::{NONE, TRUE, error, exception};
use crate::vm;
use metajit::heap::{self, Value};
use metajit::mode::Mode;
use metajit::staged::{Int, Obj, Val};

/// The exception being handled becomes `exc`; gives the one before.
#[inline(always)]
pub fn push<M: Mode>(exc: Val<M>) -> Val<M> {
    let thread = object::<M>(vm::thread());
    let before = thread.get(Thread::HANDLED);
    thread.set(Thread::HANDLED, exc);
    before
}

/// The exception being handled is again the one before.
#[inline(always)]
pub fn pop<M: Mode>(before: Val<M>) {
    object::<M>(vm::thread()).set(Thread::HANDLED, before);
}

/// Whether an exception is of a builtin class or one that derives from it: guards on its shape.
pub fn is_builtin_error<M: Mode>(exc: Val<M>, class: Builtin) -> bool {
    let actual = class_of(exc);
    types::is_subclass(actual.class(), types::builtin_class(class))
}

/// Adds the entry for the frame through which `exc` passes.
pub fn add_traceback<M: Mode>(exc: Val<M>, code: &'static Code, pc: usize) {
    if let Some(instance) = as_layout(exc, Instance::ID) {
        let _ = shape_of(instance);
        let entry = Obj::<M>::alloc(Traceback::ID, 0);
        entry.set(Traceback::CODE, Int::constant(address::address_of(code)));
        entry.set(Traceback::PC, Int::constant(pc as i64));
        entry.set(Traceback::NEXT, instance.item(Instance::TAIL, exception::TRACEBACK));
        instance.set_item(Instance::TAIL, exception::TRACEBACK, entry.value());
    }
}

/// `raise exc`: gives the exception object to raise, with its context.
pub fn raise<M: Mode>(exc: Val<M>) -> Val<M> {
    match instantiate(exc) {
        Ok(instance) => {
            set_context(instance);
            instance
        }
        Err(other) => other,
    }
}

/// `raise exc from cause`.
pub fn raise_from<M: Mode>(exc: Val<M>, cause: Val<M>) -> Val<M> {
    let instance = match instantiate(exc) {
        Ok(instance) => instance,
        Err(other) => return other,
    };
    let cause = if cause.same(NONE) {
        cause
    } else {
        match instantiate(cause) {
            Ok(cause) => cause,
            Err(_) => return fail(error::type_error("exception causes must derive from BaseException")),
        }
    };
    set_context(instance);
    let instance = instance.assume_pointer();
    instance.set_item(Instance::TAIL, exception::CAUSE, cause);
    instance.set_item(Instance::TAIL, exception::SUPPRESS, constant(TRUE));
    instance.value()
}

/// `raise` without an operand.
pub fn raise_again<M: Mode>() -> (Val<M>, bool) {
    let handled = object::<M>(vm::thread()).get(Thread::HANDLED);
    if handled.same(NONE) {
        return (fail(error::runtime_error("No active exception to reraise")), false);
    }
    (handled, true)
}

/// An exception object from what stands after `raise`.
fn instantiate<M: Mode>(exc: Val<M>) -> Outcome<M> {
    if let Some(object) = exc.pointer() {
        let layout = object.layout();
        if layout == Class::ID {
            let class = exc.promote().as_ref().expect("a class");
            if types::data(class).facts().has(Facts::EXCEPTION) {
                let instance = call_class(exc, &[], &[])?;
                if class_of(instance).facts().has(Facts::EXCEPTION) {
                    return Ok(instance);
                }
                let (class, got) = (types::name_of(class), types::name_of(class_of(instance).class()));
                let message = format!(
                    "calling <class '{class}'> should have returned an instance of BaseException, not <class '{got}'>"
                );
                return Err(fail(error::type_error(message)));
            }
        } else if layout == Instance::ID && shape_of(object).data.facts().has(Facts::EXCEPTION) {
            return Ok(exc);
        }
    }
    Err(fail(error::type_error("exceptions must derive from BaseException")))
}

/// Sets `__context__` to the exception being handled. A chain that would become circular is cut.
fn set_context<M: Mode>(exc: Val<M>) {
    let handled = object::<M>(vm::thread()).get(Thread::HANDLED);
    if handled.same(NONE) || handled.same(exc) {
        return;
    }
    let mut link = handled;
    while let Some(instance) = as_layout(link, Instance::ID) {
        let _ = shape_of(instance);
        let next = instance.item(Instance::TAIL, exception::CONTEXT);
        if next.same(exc) {
            instance.set_item(Instance::TAIL, exception::CONTEXT, constant(NONE));
            break;
        }
        if next.same(NONE) {
            break;
        }
        link = next;
    }
    exc.assume_pointer().set_item(Instance::TAIL, exception::CONTEXT, handled);
}

/// Sets the context of an exception that a handler's instruction raised.
#[inline(always)]
pub fn add_context<M: Mode>(exc: Val<M>) {
    let handled = object::<M>(vm::thread()).get(Thread::HANDLED);
    if !handled.same(NONE)
        && !handled.same(exc)
        && let Some(instance) = as_layout(exc, Instance::ID)
        && instance.item(Instance::TAIL, exception::CONTEXT).same(NONE)
    {
        set_context(exc);
    }
}

/// Whether `except type` catches `exc`.
pub fn matches<M: Mode>(exc: Val<M>, type_: Val<M>) -> Outcome<M, bool> {
    let class = class_of(exc);
    if let Some(tuple) = as_layout(type_, Tuple::ID) {
        let len = M::promote(M::len_of(tuple.inner()));
        let mut any = false;
        for i in 0..len {
            // Every entry is checked to be a class, as in CPython.
            any |= matches_class(class.class(), tuple.item(Tuple::TAIL, i))?;
        }
        return Ok(any);
    }
    matches_class(class.class(), type_)
}

fn matches_class<M: Mode>(actual: heap::Ref, type_: Val<M>) -> Outcome<M, bool> {
    if as_layout(type_, Class::ID).is_some() {
        let class = type_.promote().as_ref().expect("a class");
        if types::data(class).facts().has(Facts::EXCEPTION) {
            return Ok(types::is_subclass(actual, class));
        }
    }
    let message = "catching classes that do not inherit from BaseException is not allowed";
    Err(fail(error::type_error(message)))
}

/// `KeyError(key)`.
pub fn key_error<M: Mode>(key: Val<M>) -> Val<M> {
    let class = types::data(types::builtin_class(Builtin::KeyError));
    new_exception(class, build::tuple(&[key])).value()
}

/// `StopIteration(value)`, thrown into nobody: the value of a finished generator.
pub fn stop_iteration<M: Mode>(value: Val<M>) -> Val<M> {
    let class = Value::object(types::builtin_class(Builtin::StopIteration));
    let args: &[Val<M>] = if value.same(NONE) { &[] } else { &[value] };
    match call_class(constant(class), args, &[]) {
        Ok(exc) => exc,
        Err(exc) => exc,
    }
}

/// The value of a StopIteration.
pub fn stop_value<M: Mode>(exc: Val<M>) -> Val<M> {
    let args = exc.assume_pointer().item(Instance::TAIL, exception::ARGS);
    match as_layout(args, Tuple::ID) {
        Some(tuple) if tuple.len() > 0 => tuple.item(Tuple::TAIL, 0),
        _ => constant(NONE),
    }
}
