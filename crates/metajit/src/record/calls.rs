//! Calls while recording: helpers, and frames that are inlined, called, or replayed.
//!
//! What can raise logs two entries: the exception (or null) as a `Value`, then the result. A nested frame that has
//! finished logs the same pair, so that a bytecode which calls several frames re-enters the right one. Invariant: the
//! pending-exception cell is null whenever a trace makes a raising call. Neighbours: `replay`, `helper`.
#![allow(unsafe_code)]

use super::ambient::with;
use super::frames::ActiveFrame;
use super::transcript::Mark;
use super::{Broken, Record, Recorder, Traced, direct};
use crate::frame::Frame;
use crate::heap::{Ref, Value, vm_stack};
use crate::helper::{Arg, ArgValue, Effects, Helper, set_pending};
use crate::ir::{OpRef, Opcode};
use crate::kind::{Kind, Type};
use crate::language::{Code, Language, Stop};
use crate::mode::Mode;
use crate::run::Run;

/// See [`Mode::call`].
pub(super) fn call<R: Kind>(
    helper: &'static Helper,
    args: &[Arg<Record>],
    exec: impl FnOnce() -> Result<R, Value>,
) -> Result<Traced<R>, Traced<Value>> {
    if let Some(pair) = with(|r| r.replayed_call(helper.raises, helper.effects)) {
        return settle(pair);
    }
    let result = exec();
    settle(with(|r| {
        if !r.recording() {
            return lift(result);
        }
        let operands: Vec<(Type, OpRef, u64)> = args.iter().map(operand).collect();
        r.record_call(helper, &operands, result)
    }))
}

/// The two results of a call: exception or null, and the result proper.
pub(super) type Pair<R> = (Traced<Value>, Traced<R>);

/// A pair without names.
fn lift<R: Kind>(result: Result<R, Value>) -> Pair<R> {
    match result {
        Ok(value) => (Traced::lifted(Value::NULL), Traced::lifted(value)),
        Err(exception) => (Traced::lifted(exception), Traced::lifted(R::from_bits(0))),
    }
}

/// Guards on whether a call has raised, and gives its result.
fn settle<R: Kind>((exception, result): Pair<R>) -> Result<Traced<R>, Traced<Value>> {
    let returned = exception.value == Value::NULL;
    with(|r| r.guard_returned(exception.op, returned));
    if returned { Ok(result) } else { Err(exception) }
}

/// An argument's type, name and bits.
fn operand(arg: &Arg<Record>) -> (Type, OpRef, u64) {
    fn parts<K: Kind>(x: Traced<K>) -> (Type, OpRef, u64) {
        (K::TYPE, x.op, x.value.to_bits())
    }
    match arg.value {
        ArgValue::Int(x) => parts(x),
        ArgValue::Float(x) => parts(x),
        ArgValue::Bool(x) => parts(x),
        ArgValue::Ref(x) => parts::<Ref>(x),
        ArgValue::Value(x) => parts(x),
    }
}

impl Recorder {
    /// The results of a finished call, if they come from the log.
    fn replayed_call<R: Kind>(&mut self, raises: bool, effects: Effects) -> Option<Pair<R>> {
        let effect = effect_of(effects);
        if !raises {
            let result = self.replayed(effect)?;
            return Some((Traced { value: Value::NULL, op: self.constant(Value::NULL) }, result));
        }
        let exception = self.replayed(effect)?;
        let result = self.replayed(effect).expect("a call that can raise logs a pair");
        Some((exception, result))
    }

    /// Writes a call that has been made into the trace and the log.
    pub(super) fn record_call<R: Kind>(
        &mut self,
        helper: &'static Helper,
        operands: &[(Type, OpRef, u64)],
        result: Result<R, Value>,
    ) -> Pair<R> {
        let effect = effect_of(helper.effects);
        let known = |r: &Recorder| operands.iter().all(|&(_, op, _)| r.opt.is_constant(op).is_some());
        let (exception, op) = match result {
            Ok(value) if helper.effects == Effects::Elidable && known(self) => {
                (self.constant(Value::NULL), self.constant(value))
            }
            _ => {
                let names: Vec<OpRef> = operands.iter().map(|&(_, op, _)| op).collect();
                let op = self.opt.call(helper, &names);
                let exception = if helper.raises { self.opt.pending() } else { self.constant(Value::NULL) };
                (exception, op)
            }
        };
        if helper.raises {
            self.log(Type::Value, exception, effect);
        }
        self.log(R::TYPE, op, effect);
        let (raised, value) = lift(result);
        (Traced { value: raised.value, op: exception }, Traced { value: value.value, op })
    }

    /// Leaves the trace unless a call has returned (or raised) as it did now.
    fn guard_returned(&mut self, exception: OpRef, returned: bool) {
        if !self.recording() {
            return;
        }
        let null = self.constant(Value::NULL);
        let is_null = self.opt.pure(Opcode::ValueEq, &[exception, null]);
        self.guard(is_null, returned);
        if !returned && self.recording() {
            self.opt.clear_pending();
        }
    }
}

fn effect_of(effects: Effects) -> Option<u64> {
    match effects {
        Effects::Any | Effects::Writes(_) => Some(0),
        Effects::Reads | Effects::Elidable => None,
    }
}

/// What is done with a call of a frame.
enum Plan {
    /// It has finished already: its results come from the log.
    Finished(Pair<Value>),
    /// It becomes part of the trace, beginning at this bytecode.
    Inline(usize),
    /// The trace calls it.
    Call,
    /// Nothing is recorded.
    Run,
}

/// See [`Mode::call_frame`].
pub(super) fn call_frame<L: Language>(
    code: &'static L::Code,
    frame: Frame<Record>,
    pc: usize,
) -> Result<Traced<Value>, Traced<Value>> {
    match with(|r| r.plan_call(code, frame.base(), pc)) {
        Plan::Finished(pair) => settle(pair),
        Plan::Run => named(Run::call_frame::<L>(code, frame.cast(), pc)),
        Plan::Call => {
            let args = with(|r| r.register_arguments(code, frame.base(), pc));
            with(|r| r.store_arguments(code, frame.base(), args.as_ref().map_or(0, Vec::len)));
            let result = Run::call_frame::<L>(code, frame.cast(), pc);
            settle(with(|r| {
                if !r.recording() {
                    return lift(result);
                }
                match args {
                    Some(args) => {
                        r.record_function_call(direct::helper::<L>(code), &args, frame.base(), result)
                    }
                    None => {
                        let address = std::ptr::from_ref(code) as u64;
                        r.record_frame_call(Called::<L>::HELPER, address, frame.base(), pc, result)
                    }
                }
            }))
        }
        Plan::Inline(pc) => {
            let stack = vm_stack();
            let top = stack.top();
            stack.set_top(frame.base().wrapping_add(code.slots() as usize));
            let result = match L::run::<Record>(code, frame, pc) {
                Ok(value) => Ok(value),
                Err(Stop::Raised(exception)) => Err(exception),
                Err(Stop::Switch(switch)) => named(finish::<L>(code, frame.cast(), switch.pc)),
            };
            stack.set_top(top);
            with(|r| r.leave(result));
            result
        }
    }
}

/// A result without a name.
fn named(result: Result<Value, Value>) -> Result<Traced<Value>, Traced<Value>> {
    result.map(Traced::lifted).map_err(Traced::lifted)
}

/// Runs a frame to its end, plainly.
pub(crate) fn finish<L: Language>(
    code: &'static L::Code,
    frame: Frame<Run>,
    pc: usize,
) -> Result<Value, Value> {
    match L::run::<Run>(code, frame, pc) {
        Ok(value) => Ok(value),
        Err(Stop::Raised(exception)) => Err(exception),
        Err(Stop::Switch(never)) => match never {},
    }
}

impl Recorder {
    /// Decides how a frame is called, and enters it if it is inlined.
    fn plan_call(&mut self, code: &'static dyn Code, base: *mut Value, pc: usize) -> Plan {
        if let Some(pair) = self.replayed_call(true, Effects::Any) {
            return Plan::Finished(pair);
        }
        let base_index = self.index(base, 0);
        if let Some((pc, slots)) = self.next_level(code, base_index) {
            self.enter(code, base_index, pc);
            // The callee may have had effects before compiled code was left.
            let caller = self.frames.len() - 2;
            self.frames[caller].effect |= self.limits.broken != Broken::ResumedCaller;
            let frame = Frame::<Run>::at(base);
            for (slot, bits, op) in slots {
                frame.write(slot, Value::from_bits(bits));
                if self.recording() {
                    self.name_slot(base_index + slot, op);
                }
            }
            self.settle();
            return Plan::Inline(pc);
        }
        if !self.recording() {
            return Plan::Run;
        }
        let inlined = self.may_inline(code);
        self.mark(|| Mark::Call(inlined));
        if inlined {
            self.enter(code, base_index, pc);
            return Plan::Inline(pc);
        }
        Plan::Call
    }

    fn may_inline(&self, code: &'static dyn Code) -> bool {
        let address = std::ptr::from_ref(code) as *const u8 as usize;
        let same = self.frames.iter().filter(|f| std::ptr::addr_eq(f.code, code)).count();
        code.may_inline()
            && same < self.limits.recursion
            && self.frames.len() < self.limits.depth
            && !self.limits.called.contains(&address)
    }

    fn enter(&mut self, code: &'static dyn Code, base: u32, pc: usize) {
        self.frames.push(ActiveFrame::new(code, base, pc, self.serial, self.opt.len()));
        if !self.limits.coarse {
            self.cached = None;
        }
    }

    /// An inlined frame has finished: an entry of its caller's log.
    fn leave(&mut self, result: Result<Traced<Value>, Traced<Value>>) {
        self.pop_frame();
        if !self.recording() {
            return;
        }
        let null = self.constant(Value::NULL);
        let (exception, value) = match result {
            Ok(_) if self.limits.broken == Broken::NestedLog => (null, self.constant(Value::int(0))),
            Ok(value) => (null, value.op),
            Err(exception) => (exception.op, null),
        };
        self.log(Type::Value, exception, None);
        self.log(Type::Value, value, None);
        self.cached = None;
    }

    /// Compiled code keeps slots in registers: the arguments of a frame that is called go to memory, but for those that
    /// are passed in registers.
    fn store_arguments(&mut self, code: &'static dyn Code, base: *mut Value, in_registers: usize) {
        let base = self.index(base, 0);
        for (index, op) in self.named_slots(base, code.slots()) {
            if index >= base + in_registers as u32 {
                self.opt.store_slot(index, op);
            }
        }
    }

    fn record_frame_call(
        &mut self,
        helper: &'static Helper,
        code: u64,
        base: *mut Value,
        pc: usize,
        result: Result<Value, Value>,
    ) -> Pair<Value> {
        let index = self.index(base, 0);
        let slots = self.frames.last().map_or(0, |f| f.code.slots());
        debug_assert!(index >= slots, "a callee's frame lies above its caller's");
        let code = self.constant(code as i64);
        let address = self.opt.slot_address(index);
        let pc = self.constant(pc as i64);
        let inlined = self.constant(self.frames.len() as i64 - 1);
        let operands = [code, address, pc, inlined].map(|op| (Type::Int, op, 0));
        let pair = self.record_call(helper, &operands, result);
        // The callee has overwritten its window.
        self.forget_above(index);
        pair
    }

    /// Forgets the names of all slots from `index` on.
    pub(super) fn forget_above(&mut self, index: u32) {
        self.shadows.truncate(index as usize);
    }
}

/// The helper by which compiled code runs a frame of a language.
struct Called<L: Language>(std::marker::PhantomData<L>);

impl<L: Language> Called<L> {
    const HELPER: &'static Helper = &Helper {
        name: "call_frame",
        params: &[Type::Int, Type::Int, Type::Int, Type::Int],
        result: Type::Value,
        effects: Effects::Any,
        raises: true,
        address: || rt_call_frame::<L> as *const () as *const u8,
        conditional: false,
        callee: None,
    };
}

/// The code whose address the recorder has put into a trace.
pub(crate) fn code_at<L: Language>(address: i64) -> &'static L::Code {
    // SAFETY: compiled code passes what `call_frame` has put into the trace, the address of a `&'static L::Code`.
    unsafe { &*(address as usize as *const L::Code) }
}

/// Runs a frame whose arguments are in its slots: code, address of slot 0, bytecode, and how many frames are inlined between
/// the trace's root and the caller.
extern "C" fn rt_call_frame<L: Language>(code: i64, base: i64, pc: i64, inlined: i64) -> u64 {
    let code = code_at::<L>(code);
    let frame = Frame::<Run>::at(base as usize as *mut Value);
    crate::driver::add_depth::<L>(inlined as i32);
    let result = Run::call_frame::<L>(code, frame, pc as usize);
    crate::driver::add_depth::<L>(-(inlined as i32));
    match result {
        Ok(value) => value.bits(),
        Err(exception) => {
            set_pending(exception);
            Value::NULL.bits()
        }
    }
}
