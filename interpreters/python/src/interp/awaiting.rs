//! Asynchronous code: what `await`, `async for` and `async with` iterate over.
//!
//! A coroutine is a `Generator` object whose code says so; awaiting it is delegating to it (`generator::delegate_to`). An
//! asynchronous generator is one too. Its items are marked (`AsyncYield`), so that a step of it (`AsyncStep`, what `__anext__`
//! gives) can tell an item, which ends the step, from what is passed on to the event loop.
//! Neighbours: `generator`, `object::coroutine` (the methods of these classes).

use super::attribute::{bind_found, call_found};
use super::exceptions::is_builtin_error;
use super::generator::{self, Resumed};
use super::lookup::{Found, as_layout, class_of};
use super::{Outcome, constant, fail};
use crate::address;
use crate::bytecode::CodeFlags;
use crate::object::class::Builtin;
use crate::object::intern::names;
use crate::object::layouts::{AsyncStep, AsyncYield, CoroutineWrapper, Generator};
use crate::object::{NONE, error, types};
use metajit::heap::Ref;
use metajit::mode::Mode;
use metajit::staged::{Int, Obj, Val};

/// `AsyncStep.state`: not begun, begun, over.
pub const FRESH: i64 = 0;
/// See [`FRESH`].
pub const BEGUN: i64 = 1;
/// See [`FRESH`].
pub const OVER: i64 = 2;
/// `AsyncStep.kind` of `asend` and `__anext__`.
pub const SEND: i64 = 0;

/// The flags of a generator's code.
pub fn flags_of<M: Mode>(generator: Obj<M>) -> CodeFlags {
    address::code(generator.get(Generator::CODE).promote()).data.flags
}

/// The message's name of a value's class.
fn name<M: Mode>(value: Val<M>) -> String {
    types::name_of(class_of(value).class())
}

/// What `await value` delegates to.
pub fn get_awaitable<M: Mode>(value: Val<M>) -> Outcome<M> {
    awaitable(value, |name| format!("object {name} can't be used in 'await' expression"))
}

fn awaitable<M: Mode>(value: Val<M>, message: impl Fn(String) -> String) -> Outcome<M> {
    if let Some(generator) = as_layout(value, Generator::ID) {
        let flags = flags_of(generator);
        if flags.has(CodeFlags::COROUTINE) || flags.has(CodeFlags::ITERABLE_COROUTINE) {
            return Ok(value);
        }
    } else if as_layout(value, AsyncStep::ID).is_some() {
        return Ok(value);
    }
    let class = class_of(value);
    M::assume(&class.assumption);
    let found = class.lookup_or_null(names().await_);
    if found.is_null() {
        return Err(fail(error::type_error(message(name(value)))));
    }
    let iterator = call_found(value, class, found, &[])?;
    if let Some(generator) = as_layout(iterator, Generator::ID) {
        if flags_of(generator).has(CodeFlags::GENERATOR) {
            return Ok(iterator);
        }
        return Err(fail(error::type_error("__await__() returned a coroutine")));
    }
    if class_of(iterator).lookup_or_null(names().next).is_null() {
        let message = format!("__await__() returned non-iterator of type '{}'", name(iterator));
        return Err(fail(error::type_error(message)));
    }
    Ok(iterator)
}

/// `value.__aiter__()`.
pub fn get_aiter<M: Mode>(value: Val<M>) -> Outcome<M> {
    let class = class_of(value);
    M::assume(&class.assumption);
    let found = class.lookup_or_null(names().aiter);
    if found.is_null() {
        let message = format!("'async for' requires an object with __aiter__ method, got {}", name(value));
        return Err(fail(error::type_error(message)));
    }
    let iterator = call_found(value, class, found, &[])?;
    if class_of(iterator).lookup_or_null(names().anext).is_null() {
        let name = name(iterator);
        let message = format!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {name}"
        );
        return Err(fail(error::type_error(message)));
    }
    Ok(iterator)
}

/// What awaiting `value.__anext__()` delegates to.
pub fn get_anext<M: Mode>(value: Val<M>) -> Outcome<M> {
    if let Some(generator) = as_layout(value, Generator::ID)
        && flags_of(generator).has(CodeFlags::ASYNC_GENERATOR)
    {
        return Ok(step(value, constant(NONE), SEND));
    }
    let class = class_of(value);
    M::assume(&class.assumption);
    let found = class.lookup_or_null(names().anext);
    if found.is_null() {
        let message = format!("'async for' requires an iterator with __anext__ method, got {}", name(value));
        return Err(fail(error::type_error(message)));
    }
    let next = call_found(value, class, found, &[])?;
    awaitable(next, |name| format!("'async for' received an invalid object from __anext__: {name}"))
}

/// A step of an asynchronous generator.
pub fn step<M: Mode>(generator: Val<M>, value: Val<M>, kind: i64) -> Val<M> {
    let step = Obj::<M>::alloc(AsyncStep::ID, 0);
    step.set(AsyncStep::GENERATOR, generator);
    step.set(AsyncStep::VALUE, value);
    step.set(AsyncStep::KIND, Int::constant(kind));
    step.value()
}

/// An item of an asynchronous generator, marked as such.
pub fn wrap<M: Mode>(item: Val<M>) -> Val<M> {
    let wrapped = Obj::<M>::alloc(AsyncYield::ID, 0);
    wrapped.set(AsyncYield::VALUE, item);
    wrapped.value()
}

/// Whether a step is one that [`advance`] knows how to make.
pub fn is_send<M: Mode>(step: Obj<M>) -> bool {
    step.get(AsyncStep::KIND).promote() == SEND
}

/// Goes on with a step of kind `SEND`.
pub fn advance<M: Mode>(step: Obj<M>, sent: Val<M>) -> Outcome<M, Resumed<M>> {
    let state = step.get(AsyncStep::STATE).promote();
    if state == OVER {
        return Err(fail(error::runtime_error("cannot reuse already awaited __anext__()/asend()")));
    }
    let sent = if state == FRESH && sent.same(NONE) { step.get(AsyncStep::VALUE) } else { sent };
    if state == FRESH {
        step.set(AsyncStep::STATE, Int::constant(BEGUN));
    }
    let result = generator::resume(step.get(AsyncStep::GENERATOR).assume_pointer(), sent);
    unmarked(step, result)
}

/// What it means for a step that its generator yielded, returned or raised.
pub fn unmarked<M: Mode>(step: Obj<M>, result: Outcome<M, Resumed<M>>) -> Outcome<M, Resumed<M>> {
    if let Ok(Resumed::Yielded(value)) = &result {
        let Some(item) = as_layout(*value, AsyncYield::ID) else { return result };
        step.set(AsyncStep::STATE, Int::constant(OVER));
        return Ok(Resumed::Returned(item.get(AsyncYield::VALUE)));
    }
    step.set(AsyncStep::STATE, Int::constant(OVER));
    match result? {
        Resumed::Yielded(value) => Ok(Resumed::Yielded(value)),
        Resumed::Returned(_) => {
            let class = types::builtin_class(Builtin::StopAsyncIteration);
            Err(super::construct::call_class(constant(metajit::heap::Value::object(class)), &[], &[])?)
        }
    }
}

/// The coroutine behind the object that its `__await__` gives.
pub fn unwrapped<M: Mode>(value: Val<M>) -> Option<Obj<M>> {
    as_layout(value, CoroutineWrapper::ID).map(|w| w.get(CoroutineWrapper::COROUTINE).assume_pointer())
}

/// Whether an exception ends an `async for`.
pub fn ends_loop<M: Mode>(exc: Val<M>) -> bool {
    is_builtin_error(exc, Builtin::StopAsyncIteration)
}

/// The bound `__aexit__` of a manager, and the result of its `__aenter__()`.
pub fn enter<M: Mode>(manager: Val<M>) -> Outcome<M, (Val<M>, Val<M>)> {
    let class = class_of(manager);
    M::assume(&class.assumption);
    let missing = |more: String| {
        let class = name(manager);
        let message =
            format!("'{class}' object does not support the asynchronous context manager protocol{more}");
        fail(error::type_error(message))
    };
    let found = |name: Ref| class.lookup_or_null(name);
    let (enter, exit) = (found(names().aenter), found(names().aexit));
    if enter.is_null() {
        return Err(missing(String::new()));
    }
    if exit.is_null() {
        return Err(missing(" (missed __aexit__ method)".to_owned()));
    }
    let exit = bind_found(manager, class, exit, Found::of::<M>(exit))?;
    let value = call_found(manager, class, enter, &[])?;
    Ok((exit, value))
}
