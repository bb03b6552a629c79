//! The plain interpreter: every operation is its meaning, inlined.
//!
//! Invariant: nothing here costs an instruction that a hand-written interpreter would not execute.
//! Neighbours: `mode` (the trait), `driver` (what loop headers and calls do when code gets hot).

use crate::abort::Abort;
use crate::assume::Assumption;
use crate::driver;
use crate::fixed::Fixed;
use crate::frame::{Frame, LoopAction, LoopCell};
use crate::heap::{self, Element, Field, LayoutId, Ref, Tail, Value, VmStack};
use crate::helper::{Arg, Helper};
use crate::kind::Kind;
use crate::language::{Code, Language, Stop};
use crate::mode::Mode;
use std::convert::Infallible;

/// The mode of plain interpretation.
#[derive(Clone, Copy, Debug)]
pub struct Run;

/// Bytes of native stack that a call leaves for helpers, recording and compiling.
pub const STACK_MARGIN: usize = 192 << 10;

/// Bytes of native stack that compiled code leaves when it calls compiled code: below that, the interpreter goes on.
pub(crate) const NATIVE_MARGIN: usize = 4 * STACK_MARGIN;

/// Whether a frame that ends there has no room, on the VM stack or on the native one.
#[inline(always)]
fn is_exhausted(end: *mut Value, stack: VmStack) -> bool {
    let here = 0u8;
    let address = std::ptr::from_ref(&here) as usize;
    end >= stack.limit() || address < heap::native_stack().limit + STACK_MARGIN
}

macro_rules! run_pure {
    ($($(#[$doc:meta])* $name:ident $method:ident ($($arg:ident: $t:ty),*) -> $r:ty { $meaning:expr })*) => {
        impl Mode for Run {
            type Of<K: Kind> = K;
            type Switch = Infallible;
            const RECORDING: bool = false;

            $(#[inline(always)]
            fn $method($($arg: $t),*) -> $r {
                $meaning
            })*

            #[inline(always)]
            fn constant<K: Kind>(k: K) -> K {
                k
            }
            #[inline(always)]
            fn try_promote<K: Kind>(x: K) -> Option<K> {
                Some(x)
            }
            #[inline(always)]
            fn promote<K: Kind>(x: K) -> K {
                x
            }
            #[inline(always)]
            fn truth(condition: bool) -> bool {
                condition
            }
            #[inline(always)]
            fn peek<K: Kind>(x: K) -> K {
                x
            }
            #[inline(always)]
            fn address_of<T: 'static>(x: Fixed<T>) -> i64 {
                x.to_abi()
            }
            #[inline(always)]
            fn is_constant<K: Kind>(_: K) -> bool {
                false
            }
            #[inline(always)]
            fn known_int(_: Value) -> Option<i64> {
                None
            }
            #[inline(always)]
            fn known_float(_: Value) -> Option<f64> {
                None
            }
            #[inline(always)]
            fn load<K: Kind>(object: Ref, field: Field<K>) -> K {
                heap::get(object, field)
            }
            #[inline(always)]
            fn store<K: Kind>(object: Ref, field: Field<K>, value: K) {
                heap::set(object, field, value)
            }
            #[inline(always)]
            fn load_item<E: Element>(object: Ref, tail: Tail<E>, index: i64) -> E::Kind {
                heap::item(object, tail, index as usize).widen()
            }
            #[inline(always)]
            fn store_item<E: Element>(object: Ref, tail: Tail<E>, index: i64, value: E::Kind) {
                heap::set_item(object, tail, index as usize, E::narrow(value))
            }
            #[inline(always)]
            fn alloc(layout: LayoutId, len: u32) -> Ref {
                heap::alloc(layout, len as usize)
            }
            #[inline(always)]
            fn call<R: Kind>(
                _: &'static Helper,
                _: &[Arg<Run>],
                exec: impl FnOnce() -> Result<R, Value>,
            ) -> Result<R, Value> {
                exec()
            }
            #[inline(always)]
            fn slot(frame: Frame<Run>, slot: u32) -> Value {
                frame.read(slot)
            }
            #[inline(always)]
            fn set_slot(frame: Frame<Run>, slot: u32, value: Value) {
                frame.write(slot, value)
            }
            #[inline(always)]
            fn merge_point(_: usize) -> Option<Infallible> {
                None
            }
            #[inline(always)]
            fn loop_header<L: Language>(
                code: &'static L::Code,
                cell: &'static LoopCell,
                frame: Frame<Run>,
                pc: usize,
            ) -> LoopAction<Run> {
                if cell.tick() { driver::hot_loop::<L>(code, cell, frame, pc) } else { LoopAction::Continue }
            }
            #[inline(always)]
            fn call_frame<L: Language>(code: &'static L::Code, frame: Frame<Run>, pc: usize) -> Result<Value, Value> {
                let stack = heap::vm_stack();
                let top = stack.top();
                let end = frame.base().wrapping_add(code.slots() as usize);
                if is_exhausted(end, stack) {
                    return Err(L::stack_exhausted());
                }
                stack.set_top(end);
                let result = if pc == 0 && code.entry().tick() {
                    driver::hot_entry::<L>(code, frame)
                } else {
                    match L::run::<Run>(code, frame, pc) {
                        Ok(value) => Ok(value),
                        Err(Stop::Raised(exception)) => Err(exception),
                        Err(Stop::Switch(never)) => match never {},
                    }
                };
                stack.set_top(top);
                result
            }
            #[inline(always)]
            fn assume(_: &'static Assumption) {}
            #[inline(always)]
            fn abort(_: Abort) {}
        }
    };
}
pure_ops!(run_pure);
