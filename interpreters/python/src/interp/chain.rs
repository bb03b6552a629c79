//! Chains of generators that delegate to one another by `yield from` and `await`.
//!
//! A value passes through a chain in one step however long it is: the outermost generator knows the innermost, which is
//! resumed in its place, and each knows the one that delegates to it, which goes on when it returns. A chain is only a short
//! cut. What resumes a generator inside of one takes it out first; then the generators on both sides are what they
//! would be without chains.
//!
//! Flags in `Generator.pc` say what a suspended generator is: `INNER`, it delegates to the next one of its chain; `OUTER`, it is
//! delegated to by `Generator.outer`. The outermost generator has only `INNER`, and `Generator.inner` of it is the innermost,
//! which has only `OUTER`. While the innermost runs, the outermost is `RUNNING` too. Code that handles exceptions begins no link, so
//! that an exception that leaves the innermost ends all others. Neighbours: `generator`, `object::generator`.

use super::generator::{self, FINISHED, RUNNING, Resumed, leaving};
use super::lookup::as_layout;
use super::{Outcome, constant, exceptions, helpers};
use crate::address;
use crate::code::Code;
use crate::object::layouts::Generator;
use crate::object::{PyResult, error};
use metajit::frame::Frame;
use metajit::heap::{self, Ref, Value};
use metajit::mode::Mode;
use metajit::staged::{Int, Obj, Val};

/// The generator delegates to the next one of its chain.
const INNER: i64 = 1 << 40;
/// The generator is delegated to by another one of its chain.
const OUTER: i64 = 1 << 41;

/// Whether a generator with this `pc` is part of a chain.
#[inline(always)]
pub fn is_linked(pc: i64) -> bool {
    pc >= INNER
}

/// A `pc` without flags.
#[inline(always)]
pub fn state(pc: i64) -> i64 {
    if pc < 0 { pc } else { pc & !(INNER | OUTER) }
}

/// The frame's generator has been suspended at the `yield from` at `pc` by what `iterator` yielded: joins their chains.
pub fn link<M: Mode>(frame: Frame<M>, code: &'static Code, pc: usize, iterator: Val<M>) {
    if code.catches {
        return;
    }
    let Some(inner) = as_layout(iterator, Generator::ID) else { return };
    let at = inner.get(Generator::PC).promote();
    if at <= 0 || at & OUTER != 0 {
        return;
    }
    let outer = frame.get(code.hidden()).assume_pointer();
    let innermost = if at & INNER != 0 { inner.get(Generator::INNER) } else { iterator };
    inner.set(Generator::OUTER, outer.value());
    inner.set(Generator::PC, Int::constant(at | OUTER));
    outer.set(Generator::INNER, innermost);
    outer.set(Generator::PC, Int::constant((pc as i64 + 1) | INNER));
}

/// Resumes a generator of a chain, whose `pc` is `at`.
pub fn resume<M: Mode>(generator: Obj<M>, at: i64, sent: Val<M>) -> Outcome<M, Resumed<M>> {
    if at & OUTER != 0 {
        helpers::leave_chain(generator)?;
        return generator::resume(generator, sent);
    }
    let mut innermost = generator.get(Generator::INNER).assume_pointer();
    generator.set(Generator::PC, Int::constant(RUNNING));
    let state = state(innermost.get(Generator::PC).promote());
    let mut result = generator::resume_at(innermost, state, sent);
    loop {
        let value = match result {
            Ok(Resumed::Yielded(value)) => {
                yielded(generator, at, innermost);
                return Ok(Resumed::Yielded(value));
            }
            Ok(Resumed::Returned(value)) => value,
            Err(exc) => return Err(raised(generator, at, innermost, exc)),
        };
        let outer = innermost.get(Generator::OUTER);
        innermost.set(Generator::OUTER, constant(Value::NULL));
        innermost = outer.assume_pointer();
        if innermost.same(generator) {
            generator.set(Generator::INNER, constant(Value::NULL));
            generator.set(Generator::PC, Int::constant(at));
            return generator::resume_past_delegate(generator, value);
        }
        result = generator::resume_past_delegate(innermost, value);
    }
}

/// The innermost generator has been suspended again, perhaps with more generators inside of it.
fn yielded<M: Mode>(outermost: Obj<M>, at: i64, suspended: Obj<M>) {
    let now = suspended.get(Generator::PC).promote();
    let innermost = if now & INNER != 0 { suspended.get(Generator::INNER) } else { suspended.value() };
    suspended.set(Generator::PC, Int::constant(now | OUTER));
    outermost.set(Generator::INNER, innermost);
    outermost.set(Generator::PC, Int::constant(at));
}

/// An exception has left the innermost generator: it leaves all others.
fn raised<M: Mode>(outermost: Obj<M>, at: i64, innermost: Obj<M>, mut exc: Val<M>) -> Val<M> {
    let mut ended = innermost;
    loop {
        let outer = ended.get(Generator::OUTER).assume_pointer();
        ended.set(Generator::OUTER, constant(Value::NULL));
        let is_last = outer.same(outermost);
        let at = if is_last { at } else { outer.get(Generator::PC).promote() };
        let code = address::code(outer.get(Generator::CODE).promote());
        exceptions::add_traceback(exc, code, state(at) as usize - 1);
        exc = leaving(exc, code);
        outer.set(Generator::PC, Int::constant(FINISHED));
        if is_last {
            outermost.set(Generator::INNER, constant(Value::NULL));
            return exc;
        }
        ended = outer;
    }
}

/// The outermost generator of the chain of `generator`, which has the flag `OUTER`.
fn outermost(generator: Ref) -> Ref {
    let mut outer = generator;
    while heap::get(outer, Generator::PC) >= OUTER {
        outer = heap::get(outer, Generator::OUTER).as_ref().expect("a generator that is delegated to");
    }
    outer
}

/// Whether a generator is running, by itself or in a chain.
pub fn is_running(generator: Ref) -> bool {
    let pc = heap::get(generator, Generator::PC);
    pc == RUNNING || (pc >= OUTER && heap::get(outermost(generator), Generator::PC) == RUNNING)
}

/// Takes a generator out of the chain of the one that delegates to it: it is then the outermost of its own.
/// Fails if the chain is running.
pub fn leave(generator: Ref) -> PyResult<i64> {
    let pc = heap::get(generator, Generator::PC);
    if pc < OUTER {
        return Ok(0);
    }
    let first = outermost(generator);
    if heap::get(first, Generator::PC) == RUNNING {
        return Err(error::value_error("generator already executing"));
    }
    let innermost = heap::get(first, Generator::INNER);
    let outer = heap::get(generator, Generator::OUTER);
    let before = outer.as_ref().expect("a generator that is delegated to");
    heap::set(before, Generator::PC, heap::get(before, Generator::PC) & !INNER);
    let is_outermost = before == first;
    heap::set(first, Generator::INNER, if is_outermost { Value::NULL } else { outer });
    heap::set(generator, Generator::OUTER, Value::NULL);
    heap::set(generator, Generator::PC, pc & !OUTER);
    if pc & INNER != 0 {
        heap::set(generator, Generator::INNER, innermost);
    }
    Ok(0)
}

/// Makes a generator one that is in no chain. Fails if it is in one that is running.
pub fn dissolve(generator: Ref) -> PyResult<()> {
    leave(generator)?;
    if heap::get(generator, Generator::PC) >= INNER {
        let delegate = generator::delegate(generator);
        leave(delegate.as_ref().expect("a generator that it delegates to"))?;
    }
    Ok(())
}
