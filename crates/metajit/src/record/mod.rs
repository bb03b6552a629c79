//! The recording instance: executes concretely and writes what it does into a trace.
//!
//! [`Record`] implements [`Mode`]; each value is a concrete one with its name in the trace ([`Traced`]). The
//! recorder is ambient: one per recording, the innermost one current (`ambient`). The same instance replays a
//! bytecode that compiled code had begun (`replay`), with or without recording what follows.
//!
//! | file | concept |
//! | --- | --- |
//! | `recorder.rs` | the state of a recording; guards and constants |
//! | `frames.rs` | the frames of a recording: shadows of slots, logs, effects; snapshots of them |
//! | `calls.rs` | helpers and frames: inlined, called or replayed |
//! | `direct.rs` | calls that compiled code makes by itself |
//! | `headers.rs` | loop headers: closing, jumping, passing |
//! | `replay.rs` | taking results from a log instead of computing them |
//! | `transcript.rs` | what was asked for, to find plain reads of what changes |
//! | `ambient.rs` | which recorder is current |
//!
//! Invariants: (1) what is logged while recording is logged while replaying, in the same order; (2) no borrow
//! of the recorder is held while a helper or a frame runs.

mod ambient;
mod calls;
mod direct;
mod frames;
mod headers;
mod recorder;
mod replay;
mod transcript;

pub(crate) use ambient::Installed;
pub(crate) use calls::{code_at, finish};
pub(crate) use recorder::{Broken, Limits, Outcome, Purpose, Recorder, RootLoop};
pub(crate) use replay::{Replay, ReplayEntry, ReplayFrame};
pub(crate) use transcript::{Asked, Transcript};

use crate::abort::Abort;
use crate::assume::Assumption;
use crate::fixed::Fixed;
use crate::frame::{Frame, LoopAction, LoopCell};
use crate::heap::{self, Element, Field, LayoutId, Ref, Tail, Value};
use crate::helper::{Arg, Helper};
use crate::ir::{OpRef, Opcode};
use crate::kind::Kind;
use crate::language::Language;
use crate::mode::Mode;
use ambient::with;

/// The mode of recording and replaying.
#[derive(Clone, Copy, Debug)]
pub struct Record;

/// A concrete value and its name in the trace (`OpRef::NONE` while nothing is recorded).
#[derive(Clone, Copy, Debug)]
pub struct Traced<K> {
    pub(crate) value: K,
    pub(crate) op: OpRef,
}

impl<K> Traced<K> {
    /// A value without a name, for when recording has stopped.
    pub(crate) fn lifted(value: K) -> Self {
        Traced { value, op: OpRef::NONE }
    }
}

/// Recording has stopped: the frame goes on in `Run` mode.
#[derive(Clone, Copy, Debug)]
pub struct Switch {
    /// The bytecode at which it goes on.
    pub(crate) pc: usize,
}

/// `Op.data` of a field access.
fn field_data<K: Kind>(field: Field<K>) -> u64 {
    field.layout.bits() as u64 | (field.index as u64) << 32
}

macro_rules! record_pure {
    ($($(#[$doc:meta])* $name:ident $method:ident ($($arg:ident: $t:ty),*) -> $r:ty { $meaning:expr })*) => {
        impl Mode for Record {
            type Of<K: Kind> = Traced<K>;
            type Switch = Switch;
            const RECORDING: bool = true;

            $(fn $method($($arg: Traced<$t>),*) -> Traced<$r> {
                let op = with(|r| r.pure(Opcode::$name, &[$($arg.op),*]));
                $(let $arg = $arg.value;)*
                Traced { value: $meaning, op }
            })*

            fn constant<K: Kind>(k: K) -> Traced<K> {
                Traced { value: k, op: with(|r| r.constant(k)) }
            }
            fn promote<K: Kind>(x: Traced<K>) -> K {
                with(|r| r.promote(x));
                x.value
            }
            fn try_promote<K: Kind>(x: Traced<K>) -> Option<K> {
                // The answer steers what is executed, and replaying has to take the same way.
                let answer = logged(None, || true, |r, _| {
                    let may = r.may_promote(x.op);
                    (may, r.constant(may))
                });
                answer.value.then(|| Self::promote(x))
            }
            fn truth(condition: Traced<bool>) -> bool {
                with(|r| r.guard(condition.op, condition.value));
                condition.value
            }
            fn peek<K: Kind>(x: Traced<K>) -> K {
                x.value
            }
            fn address_of<T: 'static>(x: Traced<Fixed<T>>) -> Traced<i64> {
                Traced { value: x.value.to_abi(), op: x.op }
            }
            fn is_constant<K: Kind>(x: Traced<K>) -> bool {
                // The answer steers what is executed, and replaying has to take the same way.
                logged(None, || false, |r, _| {
                    let known = r.opt.is_constant(x.op).is_some();
                    (known, r.constant(known))
                })
                .value
            }
            fn known_int(x: Traced<Value>) -> Option<Traced<i64>> {
                let op = with(|r| r.unboxed(x.op, Opcode::BoxInt))?;
                Some(Traced { value: x.value.as_int()?, op })
            }
            fn known_float(x: Traced<Value>) -> Option<Traced<f64>> {
                let op = with(|r| r.unboxed(x.op, Opcode::BoxFloat))?;
                Some(Traced { value: x.value.as_float()?, op })
            }

            fn load<K: Kind>(object: Traced<Ref>, field: Field<K>) -> Traced<K> {
                let read = || heap::get(object.value, field);
                let name = |r: &mut Recorder, value: K| {
                    let op = r.opt.load(K::TYPE, field_data(field), object.op);
                    r.opt.was(op, value.to_bits());
                    (value, op)
                };
                if field.immutable { unlogged(read, name) } else { logged(None, read, name) }
            }
            fn store<K: Kind>(object: Traced<Ref>, field: Field<K>, value: Traced<K>) {
                stored(
                    object,
                    || heap::set(object.value, field, value.value),
                    |r| r.opt.store(field_data(field), object.op, value.op),
                );
            }
            fn load_item<E: Element>(object: Traced<Ref>, tail: Tail<E>, index: Traced<i64>) -> Traced<E::Kind> {
                let read = || heap::item(object.value, tail, index.value as usize).widen();
                let data = tail.layout.bits() as u64;
                let name = |r: &mut Recorder, value: E::Kind| {
                    let op = r.opt.load_item(<E::Kind as Kind>::TYPE, data, object.op, index.op);
                    r.opt.was(op, value.to_bits());
                    (value, op)
                };
                if tail.immutable { unlogged(read, name) } else { logged(None, read, name) }
            }
            fn store_item<E: Element>(
                object: Traced<Ref>,
                tail: Tail<E>,
                index: Traced<i64>,
                value: Traced<E::Kind>,
            ) {
                stored(
                    object,
                    || heap::set_item(object.value, tail, index.value as usize, E::narrow(value.value)),
                    |r| r.opt.store_item(tail.layout.bits() as u64, object.op, index.op, value.op),
                );
            }
            fn alloc(layout: LayoutId, len: u32) -> Traced<Ref> {
                logged(
                    None,
                    || heap::alloc(layout, len as usize),
                    |r, object| (object, r.new_object(layout, len)),
                )
            }

            fn call<R: Kind>(
                helper: &'static Helper,
                args: &[Arg<Record>],
                exec: impl FnOnce() -> Result<R, Value>,
            ) -> Result<Traced<R>, Traced<Value>> {
                calls::call(helper, args, exec)
            }

            fn slot(frame: Frame<Record>, slot: u32) -> Traced<Value> {
                let value = frame.read(slot);
                Traced { value, op: with(|r| r.slot(frame.base(), slot, value)) }
            }
            fn set_slot(frame: Frame<Record>, slot: u32, value: Traced<Value>) {
                frame.write(slot, value.value);
                with(|r| r.set_slot(frame.base(), slot, value.op));
            }

            fn merge_point(pc: usize) -> Option<Switch> {
                with(|r| r.merge_point(pc))
            }
            fn loop_header<L: Language>(
                _: &'static L::Code,
                cell: &'static LoopCell,
                _: Frame<Record>,
                pc: usize,
            ) -> LoopAction<Record> {
                match with(|r| r.loop_header(cell, pc)) {
                    None => LoopAction::Continue,
                    Some(switch) => LoopAction::Switch(switch),
                }
            }
            fn call_frame<L: Language>(
                code: &'static L::Code,
                frame: Frame<Record>,
                pc: usize,
            ) -> Result<Traced<Value>, Traced<Value>> {
                calls::call_frame::<L>(code, frame, pc)
            }

            fn assume(assumption: &'static Assumption) {
                with(|r| r.assume(assumption));
            }
            fn abort(reason: Abort) {
                with(|r| r.abort(reason));
            }
        }
    };
}
pure_ops!(record_pure);

/// Something that is not done again when a bytecode is replayed: takes its result from the log that is being
/// replayed, or executes and logs. `effect` is the birth of the object that is changed (0: anything may be),
/// or `None` if nothing that existed changes.
fn logged<K: Kind>(
    effect: Option<u64>,
    exec: impl FnOnce() -> K,
    name: impl FnOnce(&mut Recorder, K) -> (K, OpRef),
) -> Traced<K> {
    if let Some(result) = with(|r| r.replayed(effect)) {
        return result;
    }
    let value = exec();
    with(|r| {
        if !r.recording() {
            return Traced::lifted(value);
        }
        let (value, op) = name(r, value);
        r.log(K::TYPE, op, effect);
        Traced { value, op }
    })
}

/// Something that gives the same result whenever its bytecode is replayed.
fn unlogged<K: Kind>(
    exec: impl FnOnce() -> K,
    name: impl FnOnce(&mut Recorder, K) -> (K, OpRef),
) -> Traced<K> {
    let value = exec();
    let (value, op) = with(|r| if r.recording() { name(r, value) } else { (value, OpRef::NONE) });
    Traced { value, op }
}

/// A store into an object: an effect for the frames at whose start the object existed. Its log entry says
/// only that it has been done.
fn stored(object: Traced<Ref>, exec: impl FnOnce(), name: impl FnOnce(&mut Recorder)) {
    let birth = with(|r| r.birth(object.op));
    logged(
        Some(birth),
        || {
            exec();
            false
        },
        |r, done| {
            name(r);
            (done, r.constant(done))
        },
    );
}
