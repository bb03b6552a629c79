//! A growable array of values in Rust's memory that the collector scans.
//!
//! What a helper gathers (the items of an iterator, the arguments of a call) does not fit into locals, and a
//! plain `Vec` is invisible to the collector. A [`RootVec`] is a `Vec<Value>` whose contents are roots for as
//! long as it lives. Making one costs an allocation and a few stores: all of them form one doubly linked
//! list, so nothing is locked or looked up. Invariant: the list is changed by the attached thread only, and
//! read by the collector while that thread is parked.
#![allow(unsafe_code)]

use super::value::Value;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr;

/// An element of the list.
struct Node {
    values: Vec<Value>,
    before: *mut Node,
    after: *mut Node,
}

/// The most recently made element.
struct Newest(Cell<*mut Node>);

// SAFETY: see the invariant of this module.
unsafe impl Sync for Newest {}

static NEWEST: Newest = Newest(Cell::new(ptr::null_mut()));

/// A `Vec<Value>` whose contents are roots.
///
/// Sorting one with a comparison that can allocate needs a second copy that keeps the elements: while
/// `sort_by` runs, some of them are only in its own buffer.
pub struct RootVec {
    node: *mut Node,
    /// Bound to the thread that uses the heap.
    not_send: PhantomData<*mut ()>,
}

impl RootVec {
    /// An empty array.
    pub fn new() -> RootVec {
        RootVec::from(Vec::new())
    }

    /// An empty array with room for `capacity` elements.
    pub fn with_capacity(capacity: usize) -> RootVec {
        RootVec::from(Vec::with_capacity(capacity))
    }
}

impl From<Vec<Value>> for RootVec {
    fn from(values: Vec<Value>) -> RootVec {
        let before = NEWEST.0.get();
        let node = Box::into_raw(Box::new(Node { values, before, after: ptr::null_mut() }));
        // SAFETY: elements of the list are live boxes until `drop` takes them out of it.
        if let Some(before) = unsafe { before.as_mut() } {
            before.after = node;
        }
        NEWEST.0.set(node);
        RootVec { node, not_send: PhantomData }
    }
}

impl From<&[Value]> for RootVec {
    fn from(values: &[Value]) -> RootVec {
        RootVec::from(values.to_vec())
    }
}

impl FromIterator<Value> for RootVec {
    /// Gathers values; each is a root before the next is asked for.
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> RootVec {
        let mut all = RootVec::new();
        for value in values {
            all.push(value);
        }
        all
    }
}

impl Default for RootVec {
    fn default() -> Self {
        RootVec::new()
    }
}

impl Clone for RootVec {
    fn clone(&self) -> Self {
        RootVec::from(self.as_slice())
    }
}

impl Deref for RootVec {
    type Target = Vec<Value>;
    fn deref(&self) -> &Vec<Value> {
        // SAFETY: the box belongs to this `RootVec`; the collector only reads it, while this thread is
        // parked.
        unsafe { &(*self.node).values }
    }
}

impl DerefMut for RootVec {
    fn deref_mut(&mut self) -> &mut Vec<Value> {
        // SAFETY: as in `deref`, and this `RootVec` is borrowed exclusively.
        unsafe { &mut (*self.node).values }
    }
}

impl Drop for RootVec {
    fn drop(&mut self) {
        // SAFETY: the box came from `Box::into_raw` in `from`, and is taken out of the list here; its
        // neighbours are live.
        unsafe {
            let node = Box::from_raw(self.node);
            match node.after.as_mut() {
                Some(after) => after.before = node.before,
                None => NEWEST.0.set(node.before),
            }
            if let Some(before) = node.before.as_mut() {
                before.after = node.after;
            }
        }
    }
}

impl std::fmt::Debug for RootVec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_slice().fmt(f)
    }
}

/// Calls `visit` with the contents of each array. For the collector.
pub(super) fn report(visit: &mut dyn FnMut(&[Value])) {
    let mut node = NEWEST.0.get();
    // SAFETY: elements of the list are live, and the thread that changes it is parked.
    while let Some(current) = unsafe { node.as_ref() } {
        visit(&current.values);
        node = current.before;
    }
}
