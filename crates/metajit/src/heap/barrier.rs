//! The write barrier: remembers, between two collections, which young objects old ones point to.
//!
//! A young collection traces from the roots and from what is remembered here only. Each object has one
//! *unlogged* bit in a side table, set while the object is old and not remembered. After storing a pointer:
//!
//! ```text
//! byte = load8(LOG_BITS + (object >> 6))
//! if byte & (1 << ((object >> 3) & 7)) != 0 then rt_write_barrier(object, value)
//! ```
//!
//! A small object is remembered itself, and scanned by the next collection. Of a large array it is the stored
//! young object that is remembered, as a root of the next collection, so that a long list to which a program
//! appends is not scanned each time; only when that has happened for a good part of the array's length, it is
//! remembered as a whole.
//!
//! Invariant: a young object to which an old one points is among [`targets`](report), or the old one is in the
//! collector's remembered set. Neighbours: `access.rs`, `age.rs` (what is old), `abi.rs` (the same sequence in
//! compiled code).
#![allow(unsafe_code)]

use super::access;
use super::age;
use super::binding::{self, Slot};
use super::value::{Ref, Value};
use mmtk::memory_manager;
use mmtk::util::metadata::side_metadata::GLOBAL_SIDE_METADATA_VM_BASE_ADDRESS;
use std::cell::UnsafeCell;

/// Address of the table of unlogged bits, one for each 8 bytes of heap, indexed from address 0.
pub(super) const LOG_BITS: usize = GLOBAL_SIDE_METADATA_VM_BASE_ADDRESS.as_usize();

/// A large array is remembered as a whole when more than its length divided by this is remembered singly.
const SINGLY: usize = 4;

/// Young objects that were stored into old large arrays since the last collection.
struct Targets(UnsafeCell<Vec<Ref>>);

// SAFETY: only the attached thread uses it, and the collector while that thread is parked.
unsafe impl Sync for Targets {}

static TARGETS: Targets = Targets(UnsafeCell::new(Vec::new()));

fn is_unlogged(object: Ref) -> bool {
    let address = object.address();
    // SAFETY: the collector maps the side table for every page in which objects live, and `object` is one.
    let byte = unsafe { *((LOG_BITS + (address >> 6)) as *const u8) };
    byte & (1 << (address >> 3 & 7)) != 0
}

/// To be called after `value`, which points to an object, was stored into `object`.
#[inline(always)]
pub fn write_barrier(object: Ref, value: Value) {
    if is_unlogged(object) {
        remember(object, value);
    }
}

/// To be called after these values were stored into `object`.
#[inline(always)]
pub(super) fn write_barrier_items(object: Ref, stored: &[Value]) {
    if is_unlogged(object) {
        remember_items(object, stored);
    }
}

#[cold]
#[inline(never)]
fn remember_items(object: Ref, stored: &[Value]) {
    for &value in stored {
        if value.is_ref() {
            write_barrier(object, value);
        }
    }
}

/// To be called after any pointers were stored into `object`.
#[inline(always)]
pub fn write_barrier_whole(object: Ref) {
    if is_unlogged(object) {
        remember_whole(object);
    }
}

/// Remembers that an old object points to `value`, if that is needed.
#[cold]
#[inline(never)]
pub(super) fn remember(object: Ref, value: Value) {
    if age::is_small(object) {
        remember_whole(object);
    } else if let Some(target) = value.as_ref()
        && !age::is_old(target)
    {
        // SAFETY: this is the attached thread, and the borrow ends here.
        let targets = unsafe { &mut *TARGETS.0.get() };
        if targets.len() > access::len(object) / SINGLY {
            remember_whole(object);
        } else if targets.last() != Some(&target) {
            targets.push(target);
        }
    }
}

/// Adds an old object to the collector's remembered set.
#[cold]
#[inline(never)]
fn remember_whole(object: Ref) {
    let source = binding::object_reference(object);
    let slot = Slot::from_address(source.to_raw_address());
    memory_manager::object_reference_write_post(binding::mutator(), source, slot, None);
}

/// Reports the remembered young objects to a collection that starts, and forgets them: they are old afterwards.
/// (A collection of the whole heap finds those that are alive without them.)
pub(super) fn report(young: bool, object: &mut dyn FnMut(Ref)) {
    // SAFETY: called by the collector while the program stands still.
    let targets = unsafe { &mut *TARGETS.0.get() };
    if young {
        targets.iter().for_each(|&target| object(target));
    }
    targets.clear();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::alloc;
    use crate::heap::testing::exclusive;
    use crate::heap::{
        INTS, Ints, VALUES, Values, collect, collect_young, copy_items, init_item, is_old, item, set_item,
    };
    use std::hint::black_box;

    const LARGE: usize = 10_000;

    fn remembered() -> usize {
        // SAFETY: this is the attached thread.
        unsafe { (*TARGETS.0.get()).len() }
    }

    /// Allocates over what the last collection freed.
    fn reuse_free_memory() {
        for _ in 0..10_000 {
            init_item(black_box(alloc::alloc(INTS, 3)), Ints::TAIL, 0, -1);
        }
    }

    fn numbered(number: usize) -> Value {
        let ints = alloc::alloc(INTS, 1);
        init_item(ints, Ints::TAIL, 0, number as i64);
        Value::object(ints)
    }

    fn number_at(array: Ref, index: usize) -> Option<usize> {
        let ints = item(array, Values::TAIL, index).as_ref()?;
        assert!(alloc::is_object(ints.address()), "the object at {index} is gone");
        Some(item(ints, Ints::TAIL, 0) as usize)
    }

    /// Stores an object into each `step`-th element, away from the stack that is scanned later.
    #[inline(never)]
    fn store_each(array: Ref, step: usize) {
        for i in (0..LARGE).step_by(step) {
            set_item(array, Values::TAIL, i, numbered(i));
        }
    }

    fn old_large_array() -> Ref {
        let array = alloc::alloc(VALUES, LARGE);
        collect();
        array
    }

    #[test]
    fn an_object_is_old_after_a_collection() {
        let _heap = exclusive(crate::heap::tests::LAYOUTS);
        let object = alloc::alloc(VALUES, 1);
        assert!(!is_old(object));
        collect_young();
        assert!(is_old(object));
        collect();
        assert!(is_old(object));
        reuse_free_memory();
        assert!(!is_old(alloc::alloc(VALUES, 1)));
    }

    #[test]
    fn a_large_array_keeps_what_is_stored_here_and_there() {
        let _heap = exclusive(crate::heap::tests::LAYOUTS);
        let array = old_large_array();
        for _ in 0..3 {
            store_each(array, 1000);
            assert_eq!(remembered(), 10);
            collect_young();
            assert_eq!(remembered(), 0);
            reuse_free_memory();
            for i in (0..LARGE).step_by(1000) {
                assert_eq!(number_at(array, i), Some(i));
            }
        }
    }

    #[test]
    fn a_large_array_that_is_much_written_is_remembered_whole() {
        let _heap = exclusive(crate::heap::tests::LAYOUTS);
        let array = old_large_array();
        for _ in 0..3 {
            store_each(array, 1);
            assert!(remembered() <= LARGE / SINGLY + 1);
            collect_young();
            reuse_free_memory();
            for i in 0..LARGE {
                assert_eq!(number_at(array, i), Some(i));
            }
        }
    }

    #[test]
    fn what_moves_within_a_large_array_stays_remembered() {
        let _heap = exclusive(crate::heap::tests::LAYOUTS);
        let array = old_large_array();
        store_each(array, 1000);
        copy_items(array, Values::TAIL, 1, array, Values::TAIL, 0, LARGE - 1);
        collect_young();
        reuse_free_memory();
        for i in (0..LARGE).step_by(1000) {
            assert_eq!(number_at(array, i + 1), Some(i));
        }
    }

    #[test]
    fn an_old_object_in_a_large_array_is_not_remembered() {
        let _heap = exclusive(crate::heap::tests::LAYOUTS);
        let array = alloc::alloc(VALUES, LARGE);
        let object = numbered(5);
        collect();
        for i in 0..LARGE {
            set_item(array, Values::TAIL, i, object);
        }
        assert_eq!(remembered(), 0);
        assert_eq!(number_at(array, LARGE - 1), Some(5));
    }
}
