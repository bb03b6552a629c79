//! The registers that survive a call: what a thread must spill before its stack is scanned by another.
//!
//! A caller may hold the only pointer to an object in a register that the functions it calls must preserve.
//! Stored in an array on the stack, below everything that the caller uses, these pointers are found like any
//! other.
#![allow(unsafe_code)]

use std::cell::Cell;

/// The contents of the registers that a called function must preserve, and in which a caller may hold the
/// only pointer to an object.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(super) fn callee_saved_registers() -> [Cell<usize>; 6] {
    let registers: [Cell<usize>; 6] = Default::default();
    // SAFETY: stores six registers into the six words of the array and changes nothing else.
    unsafe {
        std::arch::asm!(
            "mov [{0}], rbx", "mov [{0} + 8], rbp", "mov [{0} + 16], r12",
            "mov [{0} + 24], r13", "mov [{0} + 32], r14", "mov [{0} + 40], r15",
            in(reg) registers.as_ptr(), options(nostack, preserves_flags),
        );
    }
    registers
}

/// The contents of the registers that a called function must preserve, and in which a caller may hold the
/// only pointer to an object.
#[cfg(target_arch = "aarch64")]
#[inline(always)]
pub(super) fn callee_saved_registers() -> [Cell<usize>; 12] {
    let registers: [Cell<usize>; 12] = Default::default();
    // SAFETY: stores twelve registers into the twelve words of the array and changes nothing else.
    unsafe {
        std::arch::asm!(
            "stp x19, x20, [{0}]", "stp x21, x22, [{0}, #16]", "stp x23, x24, [{0}, #32]",
            "stp x25, x26, [{0}, #48]", "stp x27, x28, [{0}, #64]", "stp x29, x30, [{0}, #80]",
            in(reg) registers.as_ptr(), options(nostack, preserves_flags),
        );
    }
    registers
}
