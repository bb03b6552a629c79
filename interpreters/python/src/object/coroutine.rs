//! The methods of coroutines and asynchronous generators, and of the objects that awaiting them iterates over.
//!
//! Neighbours: `generator` (the methods they share), `interp::awaiting` (what awaiting means).

use super::class::{Builtin, ClassTable};
use super::generator as shared;
use super::layouts::{AsyncStep, CoroutineWrapper, Generator};
use super::{NONE, PyResult, cast, error, exception, types};
use crate::interp::awaiting::{self, BEGUN, FRESH, OVER, SEND};
use crate::interp::generator::{self, FINISHED, Resumed};
use crate::interp::{Outcome, exceptions, raw, to_run};
use crate::natives;
use metajit::heap::{self, Ref, Value};
use metajit::run::Run;
use metajit::staged::Obj;

natives! {
    static COROUTINE;
    "__repr__" One(shared::repr) [Reads];
    "__await__" One(wrapper) [Reads];
    "send" Two(shared::send) [Any];
    "throw" Slice(shared::throw) 2..4 [Any];
    "close" One(shared::close) [Any];
    "__name__" One(shared::name) [Reads, getter];
    "__qualname__" One(shared::qualname) [Reads, getter];
    "cr_running" One(shared::running) [Reads, getter];
    "cr_suspended" One(shared::suspended) [Reads, getter];
    "cr_code" One(shared::code) [Reads, getter];
    "cr_await" One(shared::yield_from) [Reads, getter];
    "cr_frame" One(shared::frame) [Reads, getter];
    "cr_origin" One(none) [Reads, getter];
}

fn none(_: Value) -> PyResult {
    Ok(NONE)
}

fn wrapper(coroutine: Value) -> PyResult {
    let made = heap::alloc(CoroutineWrapper::ID, 0);
    heap::init(made, CoroutineWrapper::COROUTINE, coroutine);
    Ok(Value::object(made))
}

natives! {
    static WRAPPER;
    "__iter__" One(same) [Elidable];
    "__next__" One(wrapper_next) [Any];
    "send" Two(wrapper_send) [Any];
    "throw" Slice(wrapper_throw) 2..4 [Any];
    "close" One(wrapper_close) [Any];
}

fn same(value: Value) -> PyResult {
    Ok(value)
}

fn coroutine_of(w: Value) -> PyResult {
    cast::receiver(w, CoroutineWrapper::ID, "coroutine_wrapper")
        .map(|w| heap::get(w, CoroutineWrapper::COROUTINE))
}

fn wrapper_next(w: Value) -> PyResult {
    shared::send(coroutine_of(w)?, NONE)
}

fn wrapper_send(w: Value, value: Value) -> PyResult {
    shared::send(coroutine_of(w)?, value)
}

fn wrapper_throw(args: &[Value]) -> PyResult {
    let mut inner = args.to_vec();
    inner[0] = coroutine_of(args[0])?;
    shared::throw(&inner)
}

fn wrapper_close(w: Value) -> PyResult {
    shared::close(coroutine_of(w)?)
}

natives! {
    static ASYNC_GENERATOR;
    "__repr__" One(shared::repr) [Reads];
    "__aiter__" One(same) [Elidable];
    "__anext__" One(anext) [Reads];
    "asend" Two(asend) [Reads];
    "athrow" Slice(athrow) 2..4 [Reads];
    "aclose" One(aclose) [Reads];
    "__name__" One(shared::name) [Reads, getter];
    "__qualname__" One(shared::qualname) [Reads, getter];
    "ag_running" One(shared::running) [Reads, getter];
    "ag_suspended" One(shared::suspended) [Reads, getter];
    "ag_code" One(shared::code) [Reads, getter];
    "ag_await" One(shared::yield_from) [Reads, getter];
    "ag_frame" One(shared::frame) [Reads, getter];
}

/// `AsyncStep.kind` of `athrow`, whose value is the exception, and of `aclose`.
const THROW: i64 = 1;
const CLOSE: i64 = 2;

fn step(generator: Value, value: Value, kind: i64) -> PyResult {
    Ok(awaiting::step::<Run>(to_run(generator), to_run(value), kind).inner())
}

fn anext(g: Value) -> PyResult {
    step(g, NONE, SEND)
}

fn asend(g: Value, value: Value) -> PyResult {
    step(g, value, SEND)
}

fn athrow(args: &[Value]) -> PyResult {
    step(args[0], shared::thrown(args)?, THROW)
}

fn aclose(g: Value) -> PyResult {
    let exit = exception::new(types::builtin_class(Builtin::GeneratorExit), super::attributes::no_values());
    step(g, exit, CLOSE)
}

natives! {
    static STEP;
    "__await__" One(same) [Elidable];
    "__iter__" One(same) [Elidable];
    "__next__" One(step_next) [Any];
    "send" Two(step_send) [Any];
    "throw" Slice(step_throw) 2..4 [Any];
    "close" One(step_close) [Any];
}

fn step_of(value: Value) -> PyResult<Ref> {
    cast::receiver(value, AsyncStep::ID, "async_generator_asend")
}

fn step_next(s: Value) -> PyResult {
    step_send(s, NONE)
}

fn step_send(s: Value, value: Value) -> PyResult {
    let step = step_of(s)?;
    if heap::get(step, AsyncStep::KIND) == SEND {
        return shared::finish(awaiting::advance::<Run>(Obj::new(step), to_run(value)));
    }
    let generator = heap::get(step, AsyncStep::GENERATOR);
    let g = generator.as_ref().expect("a generator");
    match heap::get(step, AsyncStep::STATE) {
        OVER => Err(error::runtime_error("cannot reuse already awaited aclose()/athrow()")),
        FRESH => {
            heap::set(step, AsyncStep::STATE, BEGUN);
            let ended = heap::get(g, Generator::PC) == FINISHED || heap::get(g, Generator::PC) == 0;
            if ended && heap::get(step, AsyncStep::KIND) == CLOSE {
                heap::set(g, Generator::PC, FINISHED);
                heap::set(step, AsyncStep::STATE, OVER);
                return Err(exceptions::stop_iteration::<Run>(to_run(NONE)).inner());
            }
            let exc = heap::get(step, AsyncStep::VALUE);
            outcome(step, resumed(shared::throw(&[generator, exc])))
        }
        _ => outcome(step, generator::resume::<Run>(Obj::new(g), to_run(value))),
    }
}

/// The result of a native that raises StopIteration, as the staged functions give it.
fn resumed(result: PyResult) -> Outcome<Run, Resumed<Run>> {
    match result {
        Ok(value) => Ok(Resumed::Yielded(to_run(value))),
        Err(e) if raw::is_builtin_instance(e, Builtin::StopIteration) => {
            Ok(Resumed::Returned(exceptions::stop_value::<Run>(to_run(e))))
        }
        Err(e) => Err(to_run(e)),
    }
}

/// What a step does after its generator did something: for `aclose`, ending is what was wanted.
fn outcome(step: Ref, result: Outcome<Run, Resumed<Run>>) -> PyResult {
    let closing = heap::get(step, AsyncStep::KIND) == CLOSE;
    match awaiting::unmarked::<Run>(Obj::new(step), result) {
        Ok(Resumed::Returned(_)) if closing => {
            Err(error::runtime_error("async generator ignored GeneratorExit"))
        }
        Err(e)
            if closing
                && (raw::is_builtin_instance(e.inner(), Builtin::StopAsyncIteration)
                    || raw::is_builtin_instance(e.inner(), Builtin::GeneratorExit)) =>
        {
            Err(exceptions::stop_iteration::<Run>(to_run(NONE)).inner())
        }
        other => shared::finish(other),
    }
}

fn step_throw(args: &[Value]) -> PyResult {
    let step = step_of(args[0])?;
    if heap::get(step, AsyncStep::STATE) == OVER {
        return Err(error::runtime_error("cannot reuse already awaited __anext__()/asend()"));
    }
    heap::set(step, AsyncStep::STATE, BEGUN);
    let generator = heap::get(step, AsyncStep::GENERATOR);
    outcome(step, resumed(shared::throw(&[generator, shared::thrown(args)?])))
}

fn step_close(s: Value) -> PyResult {
    heap::set(step_of(s)?, AsyncStep::STATE, OVER);
    Ok(NONE)
}

/// The method tables of these classes.
pub static TABLES: &[ClassTable] = &[
    ClassTable { class: Builtin::Coroutine, methods: COROUTINE },
    ClassTable { class: Builtin::CoroutineWrapper, methods: WRAPPER },
    ClassTable { class: Builtin::AsyncGenerator, methods: ASYNC_GENERATOR },
    ClassTable { class: Builtin::AsyncStep, methods: STEP },
];
