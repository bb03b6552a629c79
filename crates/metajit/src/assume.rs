//! Assumptions: facts that hold until told otherwise, on which compiled code is built.
//!
//! An interpreter keeps an [`Assumption`] beside anything that a program can change but rarely does (a
//! type's method table, a global). A trace that relied on it is invalidated when it breaks; the interpreter
//! itself pays nothing. Neighbours: `mode::Mode::assume`, `driver` (invalidates).

use std::cell::RefCell;

/// A fact that compiled code may rely on until [`Assumption::invalidate`].
#[derive(Debug, Default)]
pub struct Assumption {
    dependents: RefCell<Vec<u32>>,
}

impl Assumption {
    /// An assumption on which nothing depends.
    pub const fn new() -> Self {
        Assumption { dependents: RefCell::new(Vec::new()) }
    }
    /// Registers a region (by its index) that relies on the fact.
    pub(crate) fn add_dependent(&self, region: u32) {
        let mut dependents = self.dependents.borrow_mut();
        if !dependents.contains(&region) {
            dependents.push(region);
        }
    }
    /// The fact no longer holds: everything that relied on it stops being entered, and code that runs
    /// leaves at its next validity check.
    pub fn invalidate(&self) {
        let dependents = std::mem::take(&mut *self.dependents.borrow_mut());
        if !dependents.is_empty() {
            crate::driver::invalidate(&dependents);
        }
    }
}
