//! Ctrl-C: a signal that becomes a KeyboardInterrupt at the next safe point.
//!
//! The handler only sets flags, of which the framework's makes compiled loops leave. Safe points (loop headers, function entries, and
//! natives that wait) call [`check`]. Neighbours: `cli` (installs the handler), `interp` (checks).
#![allow(unsafe_code)]

use crate::object::PyResult;
use crate::object::class::Builtin;
use std::sync::atomic::{AtomicBool, Ordering};

static PENDING: AtomicBool = AtomicBool::new(false);

/// Whether an interrupt waits to be raised.
#[inline(always)]
pub fn is_pending() -> bool {
    PENDING.load(Ordering::Relaxed)
}

/// Raises the KeyboardInterrupt that waits, if any.
///
/// # Errors
/// The KeyboardInterrupt.
#[inline(always)]
pub fn check() -> PyResult<()> {
    if is_pending() { Err(take()) } else { Ok(()) }
}

#[cold]
fn take() -> metajit::heap::Value {
    PENDING.store(false, Ordering::Relaxed);
    metajit::poll::clear();
    crate::object::error::exception_with(Builtin::KeyboardInterrupt, &[])
}

extern "C" fn on_signal(_: libc::c_int) {
    PENDING.store(true, Ordering::Relaxed);
    metajit::poll::request();
}

/// Handles SIGINT from now on, unless the process was started with it ignored, and ignores SIGPIPE, so that writing
/// to a closed pipe is an error that the program sees.
pub fn install() {
    // SAFETY: the handler only stores to atomics; the structures are initialised before they are read.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_IGN);
        let mut old: libc::sigaction = std::mem::zeroed();
        libc::sigaction(libc::SIGINT, std::ptr::null(), &raw mut old);
        if old.sa_sigaction == libc::SIG_IGN {
            return;
        }
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = on_signal as *const () as usize;
        libc::sigaction(libc::SIGINT, &raw const action, std::ptr::null_mut());
    }
}

/// Keeps SIGINT from the calling thread, so that another one gets it.
pub fn block_here() {
    // SAFETY: the set is initialised before it is used.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, libc::SIGINT);
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut());
    }
}

/// Ends the process by SIGINT, so that a shell sees how it ended: after an uncaught KeyboardInterrupt.
pub fn die() -> ! {
    // SAFETY: restores the default action and sends the signal to this process.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        libc::kill(libc::getpid(), libc::SIGINT);
    }
    std::process::exit(130)
}
