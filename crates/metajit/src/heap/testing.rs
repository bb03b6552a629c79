//! The heap in tests: one process-wide heap, one test at a time.
//!
//! `cargo test` runs the tests of a binary on many threads, `cargo nextest` each in a process of its own. A
//! test that holds [`exclusive`] works under both, provided that all tests of its binary name the same table
//! of layouts.

use super::{Heap, HeapOptions, Layout, attach_current_thread, set_collect_every, set_limit, vm_stack};
use std::sync::{Mutex, MutexGuard, PoisonError};

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The right to use the heap, for as long as it lives.
#[derive(Debug)]
pub struct Exclusive {
    _guard: MutexGuard<'static, ()>,
}

/// Waits until no other test uses the heap, sets it up if no test has, and attaches the calling thread.
pub fn exclusive(layouts: &'static [&'static Layout]) -> Exclusive {
    let guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    if Heap::is_initialized() {
        super::layout::register(layouts);
        attach_current_thread();
    } else {
        Heap::init(HeapOptions { layouts, vm_stack_bytes: 1 << 20, ..HeapOptions::default() });
    }
    Exclusive { _guard: guard }
}

impl Drop for Exclusive {
    /// Takes back what a test may have switched on.
    fn drop(&mut self) {
        set_collect_every(None);
        set_limit(None);
        vm_stack().set_top(vm_stack().base());
    }
}
