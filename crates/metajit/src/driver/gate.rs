//! The gate between interpreter and compiled code: the exit buffer, and entering.
//!
//! There is one exit buffer in a thread. Compiled code writes it only when it leaves, and whoever entered it
//! reads it before anything else may enter. Neighbours: `backend::enter`, `resume` (reads the buffer).
#![allow(unsafe_code)]

use crate::backend::{self, FunctionEntry, REGISTER_ARGS, Trampoline};
use crate::depth::Depth;
use crate::heap::{RootRange, Value};
use std::cell::Cell;

/// Words of the exit buffer: the most values an exit may pass.
pub(super) const EXIT_WORDS: usize = 2048;

/// What entering compiled code takes.
struct Gate {
    trampoline: Cell<Option<Trampoline>>,
    /// By the number of arguments in registers; those that have been needed.
    functions: [Cell<Option<FunctionEntry>>; REGISTER_ARGS + 1],
    buffer: Cell<*mut u64>,
    /// Activations of compiled code on this thread's native stack.
    running: Cell<u32>,
    /// Times compiled code was entered, and how many of them have been counted.
    entered: Cell<u64>,
    counted: Cell<u64>,
}

thread_local! {
    static GATE: Gate = const {
        Gate {
            trampoline: Cell::new(None),
            functions: [const { Cell::new(None) }; REGISTER_ARGS + 1],
            buffer: Cell::new(std::ptr::null_mut()),
            running: Cell::new(0),
            entered: Cell::new(0),
            counted: Cell::new(0),
        }
    };
}

/// Opens this thread's gate.
pub(super) fn open(trampoline: Trampoline) {
    // The buffer lives as long as compiled code may, that is as long as the process.
    let buffer = Box::leak(vec![0u64; EXIT_WORDS].into_boxed_slice());
    std::mem::forget(RootRange::new(buffer.as_ptr(), EXIT_WORDS));
    GATE.with(|gate| {
        gate.trampoline.set(Some(trampoline));
        gate.buffer.set(buffer.as_mut_ptr());
    });
}

/// How functions with so many arguments in registers are entered.
pub(super) fn open_functions(args: usize, entry: FunctionEntry) {
    GATE.with(|gate| gate.functions[args].set(Some(entry)));
}

/// What stands in for a function that has had code.
pub(super) fn stub(args: usize) -> *const u8 {
    GATE.with(|gate| gate.functions[args].get()).map_or(std::ptr::null(), |entry| entry.stub)
}

/// Address of the exit buffer.
pub(super) fn buffer() -> usize {
    GATE.with(|gate| gate.buffer.get() as usize)
}

/// Runs compiled code on a root frame until it leaves; the number of the exit. For a function: how many slots go along in
/// registers, and where frames are counted.
#[inline]
pub(super) fn enter(entry: *const u8, frame: *mut Value, function: Option<(usize, Option<Depth>)>) -> u64 {
    GATE.with(|gate| {
        gate.entered.set(gate.entered.get() + 1);
        gate.running.set(gate.running.get() + 1);
        let buffer = gate.buffer.get();
        let exit = match function {
            None => {
                let trampoline = gate.trampoline.get().expect("code has been compiled, so the gate is open");
                backend::enter(trampoline, entry, frame, buffer)
            }
            Some((args, depth)) => {
                let function = gate.functions[args].get().expect("such a function has been compiled");
                let mut nobody = 0;
                let active = depth.map_or(&raw mut nobody, |depth| depth.active as *mut u32);
                backend::enter_function(function.trampoline, entry, frame, active, buffer)
            }
        };
        gate.running.set(gate.running.get() - 1);
        exit
    })
}

/// Whether no compiled code is on the native stack.
pub(super) fn is_idle() -> bool {
    GATE.with(|gate| gate.running.get() == 0)
}

/// Times compiled code was entered on this thread since the last call.
pub(super) fn take_entered() -> u64 {
    GATE.with(|gate| gate.entered.get() - gate.counted.replace(gate.entered.get()))
}

/// A clock that goes on when compiled code is entered.
pub(super) fn clock() -> u32 {
    GATE.with(|gate| gate.entered.get() as u32)
}

/// What the exit just taken has passed. To be read before anything can enter compiled code again.
#[inline]
pub(super) fn with_buffer<R>(f: impl FnOnce(&[u64]) -> R) -> R {
    let buffer = GATE.with(|gate| gate.buffer.get());
    debug_assert!(!buffer.is_null());
    // SAFETY: `open` made the buffer with this many words; only compiled code writes it, and none runs meanwhile.
    f(unsafe { std::slice::from_raw_parts(buffer, EXIT_WORDS) })
}
