//! The border between Rust and compiled code.
//!
//! Compiled units pass control to each other with calls in a calling convention of their own; the
//! trampolines are the functions with the C ABI that enter them. Neighbours: `cranelift` (makes them).
#![allow(unsafe_code)]

use super::RETURN_EXIT;
use crate::heap::Value;

/// How a unit was left.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Left {
    /// Number of the exit.
    pub exit: u64,
    /// What the root frame has returned, if that is [`RETURN_EXIT`].
    pub value: u64,
}

/// Enters a unit: its entry, the root frame's slot 0, the exit buffer (for a function: where frames are counted).
pub type Trampoline = unsafe extern "C" fn(entry: *const u8, frame: *mut Value, exits: *mut u64) -> Left;

/// Runs compiled code until it leaves; gives the exit's number. What is returned is put into the exit buffer.
///
/// `entry` is that of a unit of the backend whose trampoline this is, and the unit has not been freed.
/// `frame` lies on the VM stack with room for the frames that the trace knows of; `exits` has room for the
/// values of every exit that can be reached.
#[inline]
#[allow(clippy::not_unsafe_ptr_arg_deref)] // What is asked of the pointers is the driver's invariant, stated above.
pub fn enter(trampoline: Trampoline, entry: *const u8, frame: *mut Value, exits: *mut u64) -> u64 {
    debug_assert!(!entry.is_null() && !frame.is_null() && !exits.is_null());
    // SAFETY: the unit was compiled from a verified trace, for frames of the shape that the driver passes; it
    // keeps the C ABI towards its caller. The other conditions are stated above.
    unsafe {
        let left = trampoline(entry, frame, exits);
        if left.exit == RETURN_EXIT {
            *exits = left.value;
        }
        left.exit
    }
}

/// As [`enter`], for a function: `active` is where the number of active frames stands, which has this one. The exit
/// buffer is that which the function's unit knows.
#[inline]
#[allow(clippy::not_unsafe_ptr_arg_deref)] // As above.
pub fn enter_function(
    trampoline: Trampoline,
    entry: *const u8,
    frame: *mut Value,
    active: *mut u32,
    exits: *mut u64,
) -> u64 {
    debug_assert!(!entry.is_null() && !frame.is_null() && !active.is_null());
    // SAFETY: as for `enter`.
    unsafe {
        let left = trampoline(entry, frame, active.cast());
        if left.exit == RETURN_EXIT {
            *exits = left.value;
        }
        left.exit
    }
}

/// A function with the trampoline's ABI at the beginning of generated code.
pub(super) fn from_code(code: *const u8) -> Trampoline {
    // SAFETY: the caller has just compiled a function with this signature there.
    unsafe { std::mem::transmute::<*const u8, Trampoline>(code) }
}
