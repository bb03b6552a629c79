//! The methods of generators, which coroutines share.
#![allow(missing_docs)]
//!
//! Neighbours: `interp::generator` (what resuming means).

use super::class::{Builtin, ClassTable};
use super::layouts::Generator;
use super::{NONE, PyResult, boolean, error, exception, types};
use crate::address;
use crate::bytecode::CodeFlags;
use crate::interp::generator::{self, RUNNING, Resumed};
use crate::interp::{chain, exceptions, of_run, raw, to_run};
use crate::natives;
use metajit::heap::{self, Ref, Value};
use metajit::run::Run;
use metajit::staged::Obj;

natives! {
    static GENERATOR;
    "__repr__" One(repr) [Reads];
    "__iter__" One(iter) [Elidable];
    "__next__" One(next) [Any] intrinsic GeneratorNext;
    "send" Two(send) [Any] intrinsic GeneratorSend;
    "throw" Slice(throw) 2..4 [Any];
    "close" One(close) [Any];
    "__name__" One(name) [Reads, getter];
    "__qualname__" One(qualname) [Reads, getter];
    "gi_running" One(running) [Reads, getter];
    "gi_suspended" One(suspended) [Reads, getter];
    "gi_code" One(code) [Reads, getter];
    "gi_yieldfrom" One(yield_from) [Reads, getter];
    "gi_frame" One(frame) [Reads, getter];
}

/// The class of a generator object, which its code decides.
pub fn class_of(generator: Ref) -> Builtin {
    kind(address::code(heap::get(generator, Generator::CODE)).data.flags)
}

/// The class of the objects that calling a function with these flags makes.
pub fn kind(flags: CodeFlags) -> Builtin {
    if flags.has(CodeFlags::COROUTINE) {
        Builtin::Coroutine
    } else if flags.has(CodeFlags::ASYNC_GENERATOR) {
        Builtin::AsyncGenerator
    } else {
        Builtin::Generator
    }
}

fn object(value: Value) -> PyResult<Ref> {
    match value.as_ref().filter(|g| heap::layout_of(*g) == Generator::ID) {
        Some(generator) => Ok(generator),
        None => Err(super::cast::wrong_receiver(value, "generator")),
    }
}

pub fn repr(g: Value) -> PyResult {
    let name = crate::interp::native::text(qualname(g)?);
    let class = class_of(object(g)?).name();
    Ok(super::str::from_string(format!("<{class} object {name} at {:#x}>", g.bits())))
}
fn iter(g: Value) -> PyResult {
    Ok(g)
}
fn next(g: Value) -> PyResult {
    send(g, NONE)
}
pub fn send(g: Value, value: Value) -> PyResult {
    of_run(generator::send::<Run>(Obj::new(object(g)?), to_run(value)))
}

/// The exception object that `throw(type, value, traceback)` means.
pub fn thrown(args: &[Value]) -> PyResult {
    let kind = args[1];
    if exception::is_exception(kind) {
        return Ok(kind);
    }
    let is_class = kind.as_ref().is_some_and(|c| {
        crate::interp::build_class::is_class(kind) && types::data(c).facts().has(types::Facts::EXCEPTION)
    });
    if !is_class {
        let got = raw::class_name(kind);
        return Err(error::type_error(format!(
            "exceptions must be classes or instances deriving from BaseException, not {got}"
        )));
    }
    match args.get(2) {
        None | Some(&NONE) => raw::call(kind, &[]),
        Some(value) if raw::is_instance(*value, kind.as_ref().expect("a class")) => Ok(*value),
        Some(value) => raw::call(kind, &[*value]),
    }
}

pub fn throw(args: &[Value]) -> PyResult {
    let g = object(args[0])?;
    let exc = thrown(args)?;
    chain::dissolve(g)?;
    let delegate = generator::delegate(g);
    if delegate.is_null() {
        return finish(generator::throw::<Run>(Obj::new(g), to_run(exc)));
    }
    // While the generator waits for another, the exception goes there.
    let state = heap::get(g, Generator::PC);
    heap::set(g, Generator::PC, RUNNING);
    let result = if raw::is_builtin_instance(exc, Builtin::GeneratorExit) {
        close_delegate(delegate).and(Err(exc))
    } else {
        match raw::find_attr(delegate, "throw") {
            Ok(Some(method)) => raw::call(method, &[exc]),
            Ok(None) => Err(exc),
            Err(e) => Err(e),
        }
    };
    heap::set(g, Generator::PC, state);
    match result {
        Ok(value) => Ok(value),
        Err(e) if raw::is_builtin_instance(e, Builtin::StopIteration) && e != exc => {
            let value = exception::args(e).first().copied().unwrap_or(NONE);
            finish(resume_after_delegate(g, value))
        }
        Err(e) => finish(generator::throw::<Run>(Obj::new(g), to_run(e))),
    }
}

/// Goes on after a `yield from` whose iterator is exhausted.
fn resume_after_delegate(g: Ref, value: Value) -> Result<Resumed<Run>, metajit::staged::Val<Run>> {
    generator::resume_past_delegate(Obj::new(g), to_run(value))
}

pub fn finish(result: Result<Resumed<Run>, metajit::staged::Val<Run>>) -> PyResult {
    match result {
        Ok(Resumed::Yielded(value)) => Ok(value.inner()),
        Ok(Resumed::Returned(value)) => Err(exceptions::stop_iteration::<Run>(value).inner()),
        Err(e) => Err(e.inner()),
    }
}

fn close_delegate(delegate: Value) -> PyResult<()> {
    if let Some(method) = raw::find_attr(delegate, "close")? {
        raw::call(method, &[])?;
    }
    Ok(())
}

pub fn close(g: Value) -> PyResult {
    let generator = object(g)?;
    let state = heap::get(generator, Generator::PC);
    if state == generator::FINISHED {
        return Ok(NONE);
    }
    if state == 0 {
        heap::set(generator, Generator::PC, generator::FINISHED);
        return Ok(NONE);
    }
    let exit = exception::new(types::builtin_class(Builtin::GeneratorExit), super::attributes::no_values());
    match throw(&[g, exit]) {
        Ok(_) => Err(error::runtime_error("generator ignored GeneratorExit")),
        Err(e)
            if raw::is_builtin_instance(e, Builtin::GeneratorExit)
                || raw::is_builtin_instance(e, Builtin::StopIteration) =>
        {
            Ok(NONE)
        }
        Err(e) => Err(e),
    }
}

pub fn name(g: Value) -> PyResult {
    Ok(heap::get(object(g)?, Generator::NAME))
}
pub fn qualname(g: Value) -> PyResult {
    Ok(heap::get(object(g)?, Generator::QUALNAME))
}
pub fn running(g: Value) -> PyResult {
    Ok(boolean(chain::is_running(object(g)?)))
}
pub fn suspended(g: Value) -> PyResult {
    let g = object(g)?;
    Ok(boolean(heap::get(g, Generator::PC) > 0 && !chain::is_running(g)))
}
pub fn code(g: Value) -> PyResult {
    Ok(address::code(heap::get(object(g)?, Generator::CODE)).object())
}
pub fn yield_from(g: Value) -> PyResult {
    Ok(raw::or_none(generator::delegate(object(g)?)))
}
/// There are no frame objects; what programs ask is whether the generator is finished.
pub fn frame(g: Value) -> PyResult {
    Ok(boolean(heap::get(object(g)?, Generator::PC) != generator::FINISHED))
        .map(|alive| if alive == super::TRUE { g } else { NONE })
}

/// The method table of generators.
pub static TABLES: &[ClassTable] = &[ClassTable { class: Builtin::Generator, methods: GENERATOR }];
