//! The poll flag: one word that asks compiled loops to leave at their next iteration.
//!
//! Whoever needs the interpreter's attention (a signal handler, a broken assumption, the collector) calls
//! [`request`]; compiled loops load the word at their header (the `poll` operation) and leave when it is not
//! zero, interpreters look at their own loop headers. Who has handled what was asked calls [`clear`].
//! Invariant: [`request`] is safe in a signal handler.
#![allow(unsafe_code)]

use std::sync::atomic::{AtomicU64, Ordering};

static FLAG: AtomicU64 = AtomicU64::new(0);

/// Asks compiled code to leave.
pub fn request() {
    FLAG.store(1, Ordering::Release);
}

/// What was asked has been done.
pub fn clear() {
    FLAG.store(0, Ordering::Release);
}

/// Whether compiled code is asked to leave.
#[inline(always)]
pub fn requested() -> bool {
    FLAG.load(Ordering::Relaxed) != 0
}

/// Blocks all signals on the calling thread, so that they reach the thread that the interpreter runs on.
pub(crate) fn leave_signals_to_others() {
    // SAFETY: the set is filled before it is read, and the mask is that of the calling thread alone.
    unsafe {
        let mut all = std::mem::zeroed();
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_BLOCK, &all, std::ptr::null_mut());
    }
}

/// Address of the word, for compiled code.
pub(crate) fn address() -> usize {
    FLAG.as_ptr() as usize
}
