//! Code cells: the words through which compiled code reaches other compiled code.
//!
//! Each exit of a unit and each loop header has one. Compiled code loads it and jumps there unless it is
//! null, so that installing a bridge or dropping a loop is one store.

use std::sync::atomic::{AtomicPtr, Ordering};

/// Holds the entry of a unit, or null.
#[derive(Debug, Default)]
#[repr(transparent)]
pub struct CodeCell(AtomicPtr<u8>);

impl CodeCell {
    /// An empty cell.
    pub const fn new() -> Self {
        CodeCell(AtomicPtr::new(std::ptr::null_mut()))
    }
    /// The entry it holds; null for none.
    pub fn get(&self) -> *const u8 {
        self.0.load(Ordering::Acquire)
    }
    /// Leads compiled code to an entry, or to none with null.
    pub fn set(&self, entry: *const u8) {
        self.0.store(entry.cast_mut(), Ordering::Release);
    }
}
