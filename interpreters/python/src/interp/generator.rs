//! Generators: frames that are suspended and resumed.
//!
//! A generator object keeps the registers of its frame. Resuming copies the live ones into a frame on the stack and runs that
//! from where it stopped; `yield` copies them back. So a trace sees an ordinary object and an inlined frame.
//! The field `pc` is 0 before the start, one more than the suspending instruction's while suspended, or `RUNNING` or `FINISHED`;
//! generators in a chain have flags in it (`chain`). The frame's hidden slot holds the generator object.
//! Neighbours: `run` (the instructions), `chain` (generators that delegate), `iterate`.

use super::exceptions::{is_builtin_error, stop_iteration};
use super::lookup::as_layout;
use super::run::Python;
use super::{Outcome, awaiting, chain, constant, fail, next_frame, object};
use crate::address;
use crate::bytecode::Op;
use crate::code::Code;
use crate::object::class::Builtin;
use crate::object::generator::kind;
use crate::object::layouts::{AsyncStep, Function, Generator, Thread};
use crate::object::{NONE, error};
use crate::vm;
use metajit::frame::Frame;
use metajit::heap::Value;
use metajit::mode::Mode;
use metajit::staged::{Int, Obj, Val};

/// `pc` of a generator that has returned or raised.
pub const FINISHED: i64 = -1;
/// `pc` of a generator whose frame is running.
pub const RUNNING: i64 = -2;

/// What a resumed generator did.
pub enum Resumed<M: Mode> {
    /// It yielded.
    Yielded(Val<M>),
    /// It returned.
    Returned(Val<M>),
}

/// Calls `f` with each live register.
#[inline(always)]
fn each_live(code: &'static Code, pc: usize, mut f: impl FnMut(u32)) {
    for (i, &word) in code.data.live(pc as u32).iter().enumerate() {
        let mut bits = word;
        while bits != 0 {
            f(64 * i as u32 + bits.trailing_zeros());
            bits &= bits - 1;
        }
    }
}

/// The generator of a call whose arguments are in the registers of `frame`.
pub fn make<M: Mode>(function: Obj<M>, code: &'static Code, frame: Frame<M>) -> Outcome<M> {
    let stack = metajit::heap::vm_stack();
    let top = stack.top();
    stack.set_top(frame.base().wrapping_add(code.slots as usize));
    let generator = Obj::<M>::alloc(Generator::ID, code.registers);
    stack.set_top(top);
    generator.set(Generator::CODE, Int::constant(address::address_of(code)));
    generator.set(Generator::NAME, function.get(Function::NAME));
    generator.set(Generator::QUALNAME, function.get(Function::QUALNAME));
    generator.set(Generator::EXC, constant(NONE));
    each_live(code, 0, |r| generator.set_item(Generator::TAIL, i64::from(r), frame.get(r)));
    Ok(generator.value())
}

/// Suspends the frame at `pc` with a value.
#[inline(always)]
pub fn suspend<M: Mode>(frame: Frame<M>, code: &'static Code, pc: usize) {
    let generator = frame.get(code.hidden()).assume_pointer();
    let (needed_at, written) = match code.data.code[pc] {
        // What an exception that is thrown in finds in its handler is live at the instruction itself.
        Op::Yield { .. } if code.handles => (pc, None),
        Op::Yield { d, .. } => (pc + 1, Some(u32::from(d.0))),
        Op::YieldFrom { v, .. } => (pc, Some(u32::from(v.0))),
        _ => unreachable!("only these suspend"),
    };
    each_live(code, needed_at, |r| {
        if Some(r) != written {
            generator.set_item(Generator::TAIL, i64::from(r), frame.get(r));
        }
    });
    generator.set(Generator::PC, Int::constant(pc as i64 + 1));
}

/// Resumes a generator with the value that its `yield` gives.
pub fn resume<M: Mode>(generator: Obj<M>, sent: Val<M>) -> Outcome<M, Resumed<M>> {
    let state = generator.get(Generator::PC).promote();
    if state < 0 {
        return not_suspended(generator, state);
    }
    if chain::is_linked(state) {
        return chain::resume(generator, state, sent);
    }
    resume_at(generator, state, sent)
}

/// Resumes a generator that is suspended at `state`, without flags.
pub fn resume_at<M: Mode>(generator: Obj<M>, state: i64, sent: Val<M>) -> Outcome<M, Resumed<M>> {
    let code = address::code(generator.get(Generator::CODE).promote());
    let frame = next_frame::<M>();
    let pc = restore(generator, code, frame, state);
    if state > 0 {
        let d = match code.data.code[state as usize - 1] {
            Op::Yield { d, .. } => d,
            Op::YieldFrom { v, .. } => v,
            _ => unreachable!("only these suspend"),
        };
        frame.set(u32::from(d.0), sent);
    } else if !sent.same(NONE) {
        let message = "can't send non-None value to a just-started generator";
        return Err(fail(error::type_error(message)));
    }
    run(generator, code, frame, pc)
}

/// Resumes a generator with an exception raised where it is suspended. In `Run` only: `throw` is a helper to traces.
pub fn throw<M: Mode>(generator: Obj<M>, exc: Val<M>) -> Outcome<M, Resumed<M>> {
    let state = generator.get(Generator::PC).promote();
    debug_assert!(!chain::is_linked(state), "it was taken out of its chain");
    if state == 0 || state == FINISHED {
        generator.set(Generator::PC, Int::constant(FINISHED));
        return Err(exc);
    }
    if state == RUNNING {
        return Err(fail(error::value_error("generator already executing")));
    }
    let code = address::code(generator.get(Generator::CODE).promote());
    let frame = next_frame::<M>();
    restore(generator, code, frame, state);
    let pc = state as usize - 1;
    if code.handles {
        each_live(code, pc, |r| frame.set(r, generator.item(Generator::TAIL, i64::from(r))));
    }
    object::<M>(vm::thread()).set(Thread::THROWN, exc);
    run(generator, code, frame, code.data.code.len() + pc)
}

/// Copies the live registers into a frame; where to go on.
#[inline(always)]
fn restore<M: Mode>(generator: Obj<M>, code: &'static Code, frame: Frame<M>, state: i64) -> usize {
    let pc = match state {
        0 => 0,
        _ => match code.data.code[state as usize - 1] {
            Op::YieldFrom { .. } => state as usize - 1,
            _ => state as usize,
        },
    };
    each_live(code, pc, |r| frame.set(r, generator.item(Generator::TAIL, i64::from(r))));
    frame.set(code.hidden(), generator.value());
    pc
}

#[inline(always)]
fn run<M: Mode>(
    generator: Obj<M>,
    code: &'static Code,
    frame: Frame<M>,
    pc: usize,
) -> Outcome<M, Resumed<M>> {
    generator.set(Generator::PC, Int::constant(RUNNING));
    let thread = object::<M>(vm::thread());
    let outside = if code.handles { Some(thread.get(Thread::HANDLED)) } else { None };
    if code.handles {
        let inside = generator.get(Generator::EXC);
        if !inside.same(NONE) {
            thread.set(Thread::HANDLED, inside);
        }
    }
    let result = M::call_frame::<Python>(code, frame, pc);
    if let Some(outside) = outside {
        let inside = thread.get(Thread::HANDLED);
        let inside = if inside.same(outside) { constant(NONE) } else { inside };
        generator.set(Generator::EXC, inside);
        thread.set(Thread::HANDLED, outside);
    }
    match result {
        Ok(value) => {
            if generator.get(Generator::PC).promote() == RUNNING {
                generator.set(Generator::PC, Int::constant(FINISHED));
                return Ok(Resumed::Returned(Val::new(value)));
            }
            Ok(Resumed::Yielded(Val::new(value)))
        }
        Err(exc) => {
            generator.set(Generator::PC, Int::constant(FINISHED));
            Err(leaving(Val::new(exc), code))
        }
    }
}

/// What messages call objects of these classes.
fn spoken(kind: Builtin) -> &'static str {
    match kind {
        Builtin::Coroutine => "coroutine",
        Builtin::AsyncGenerator => "async generator",
        _ => "generator",
    }
}

/// What an exception that leaves a generator becomes (PEP 479).
pub fn leaving<M: Mode>(exc: Val<M>, code: &'static Code) -> Val<M> {
    let kind = kind(code.data.flags);
    let stop = if is_builtin_error(exc, Builtin::StopIteration) {
        "StopIteration"
    } else if kind == Builtin::AsyncGenerator && is_builtin_error(exc, Builtin::StopAsyncIteration) {
        "StopAsyncIteration"
    } else {
        return exc;
    };
    let plain = exc.peek();
    let error = error::runtime_error(format!("{} raised {stop}", spoken(kind)));
    crate::object::exception::set_cause_and_context(error, plain);
    fail(error)
}

/// What resuming a generator does that has ended or is running.
#[cold]
pub fn not_suspended<M: Mode>(generator: Obj<M>, state: i64) -> Outcome<M, Resumed<M>> {
    let kind = kind(awaiting::flags_of(generator));
    if state == FINISHED {
        if kind == Builtin::Coroutine {
            return Err(fail(error::runtime_error("cannot reuse already awaited coroutine")));
        }
        return Ok(Resumed::Returned(constant(NONE)));
    }
    Err(fail(error::value_error(format!("{} already executing", spoken(kind)))))
}

/// `generator.send(value)`: what it yields, or StopIteration.
pub fn send<M: Mode>(generator: Obj<M>, value: Val<M>) -> Outcome<M> {
    match resume(generator, value)? {
        Resumed::Yielded(value) => Ok(value),
        Resumed::Returned(value) => Err(stop_iteration(value)),
    }
}

/// The generator a value is.
pub fn as_generator<M: Mode>(value: Val<M>) -> Option<Obj<M>> {
    as_layout(value, Generator::ID)
}

/// The iterator to which a suspended generator delegates (`yield from`), NULL if to none.
pub fn delegate(generator: metajit::heap::Ref) -> Value {
    let state = chain::state(metajit::heap::get(generator, Generator::PC));
    if state <= 0 {
        return Value::NULL;
    }
    let code = address::code(metajit::heap::get(generator, Generator::CODE));
    match code.data.code[state as usize - 1] {
        Op::YieldFrom { it, .. } => metajit::heap::item(generator, Generator::TAIL, it.index()),
        _ => Value::NULL,
    }
}

/// Sends `value` to the iterator to which `yield from` delegates.
pub fn delegate_to<M: Mode>(iterator: Val<M>, value: Val<M>) -> Outcome<M, Resumed<M>> {
    if let Some(generator) = as_generator(iterator).or_else(|| awaiting::unwrapped(iterator)) {
        return resume(generator, value);
    }
    if let Some(step) = as_layout(iterator, AsyncStep::ID)
        && awaiting::is_send(step)
    {
        return awaiting::advance(step, value);
    }
    if value.same(NONE) {
        return match super::iterate::next_result(iterator)? {
            (Some(item), _) => Ok(Resumed::Yielded(item)),
            (None, result) => Ok(Resumed::Returned(result)),
        };
    }
    match super::helpers::send_to(iterator, value) {
        Ok(item) => Ok(Resumed::Yielded(item)),
        Err(e) if is_builtin_error(e, Builtin::StopIteration) => {
            Ok(Resumed::Returned(super::exceptions::stop_value(e)))
        }
        Err(e) => Err(e),
    }
}

/// Goes on after the `yield from` at which a generator is suspended, whose result is `value`.
pub fn resume_past_delegate<M: Mode>(generator: Obj<M>, value: Val<M>) -> Outcome<M, Resumed<M>> {
    let state = chain::state(generator.get(Generator::PC).promote());
    let code = address::code(generator.get(Generator::CODE).promote());
    let frame = next_frame::<M>();
    restore(generator, code, frame, state);
    if let Op::YieldFrom { d, .. } = code.data.code[state as usize - 1] {
        frame.set(u32::from(d.0), value);
    }
    run(generator, code, frame, state as usize)
}
