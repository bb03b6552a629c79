//! Signals: noted when they come, attended to at the next safe point. Ctrl-C becomes a KeyboardInterrupt there.
//!
//! A program's own handlers are functions in the module `_signal`. The handler here only sets flags, of which the framework's makes compiled loops leave. Safe points (loop headers, function entries, and
//! natives that wait) call [`check`]. Neighbours: `cli` (installs the handler), `interp` (checks).
#![allow(unsafe_code)]

use crate::object::PyResult;
use crate::object::class::Builtin;
use metajit::heap::Value;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};

/// A bit for each signal that came.
static PENDING: AtomicU64 = AtomicU64::new(0);
/// The descriptor to which the number of each signal is written, -1 for none.
static WAKE: AtomicI32 = AtomicI32::new(-1);

/// Whether a signal waits to be attended to.
#[inline(always)]
pub fn is_pending() -> bool {
    PENDING.load(Ordering::Relaxed) != 0
}

/// Attends to the signals that came: calls the program's handlers, or raises KeyboardInterrupt.
///
/// # Errors
/// What a handler raises, or the KeyboardInterrupt.
#[inline(always)]
pub fn check() -> PyResult<()> {
    if is_pending() { attend() } else { Ok(()) }
}

#[cold]
fn attend() -> PyResult<()> {
    let pending = PENDING.swap(0, Ordering::Relaxed);
    metajit::poll::clear();
    for signal in (1..64).filter(|signal| pending >> signal & 1 == 1) {
        if let Err(exception) = deliver(signal) {
            // The others wait for the next safe point.
            let later = pending & !((2u64 << signal) - 1);
            if later != 0 {
                PENDING.fetch_or(later, Ordering::Relaxed);
                metajit::poll::request();
            }
            return Err(exception);
        }
    }
    Ok(())
}

fn deliver(signal: i32) -> PyResult<()> {
    match crate::import::loaded("_signal") {
        Some(module) => crate::raw::call_method(module, "_deliver", &[Value::int(signal.into())]).map(|_| ()),
        None => Err(crate::object::error::exception_with(Builtin::KeyboardInterrupt, &[])),
    }
}

extern "C" fn on_signal(signal: libc::c_int) {
    PENDING.fetch_or(1 << signal, Ordering::Relaxed);
    metajit::poll::request();
    let fd = WAKE.load(Ordering::Relaxed);
    if fd >= 0 {
        let byte = signal as u8;
        // SAFETY: writes one byte; `write` may be called in a signal handler. `errno` is what the interrupted code had.
        unsafe {
            let number = *libc::__errno_location();
            libc::write(fd, (&raw const byte).cast(), 1);
            *libc::__errno_location() = number;
        }
    }
}

/// What the system does about a signal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Disposition {
    /// What it does by itself.
    Default,
    /// Nothing.
    Ignore,
    /// It is noted, for [`check`].
    Note,
}

/// Sets what is done about a signal below 64.
///
/// # Errors
/// The system's: some signals cannot be caught.
pub fn set(signal: i32, disposition: Disposition) -> std::io::Result<()> {
    // SAFETY: the handler only stores to atomics and writes a byte; the structure is initialised.
    let result = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = match disposition {
            Disposition::Default => libc::SIG_DFL,
            Disposition::Ignore => libc::SIG_IGN,
            Disposition::Note => on_signal as *const () as usize,
        };
        libc::sigaction(signal, &raw const action, std::ptr::null_mut())
    };
    if result == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
}

/// Sets the descriptor to which signals are written; the one before.
pub fn set_wake(fd: i32) -> i32 {
    WAKE.swap(fd, Ordering::Relaxed)
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
    }
    // SIGINT can be caught.
    let _ = set(libc::SIGINT, Disposition::Note);
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
