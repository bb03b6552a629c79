//! Which objects are old: those that have survived a collection.
//!
//! The collector's mark bits tell. It clears them only when it starts to collect the whole heap, so between two
//! collections exactly the old objects among the small ones have theirs set. While it runs, a set bit means that the
//! object has been found already. Large objects lie in an address range of their own and have no such bit;
//! nothing is claimed about their age.
//!
//! Invariant: what [`is_old`] says yes to is not freed by a collection of young objects, and stays old.
//! Neighbours: `barrier.rs` and `scan.rs` (which need not look at old objects), `alloc.rs`.
#![allow(unsafe_code)]

use super::binding::Objects;
use super::value::Ref;
use mmtk::util::heap::vm_layout::vm_layout;
use mmtk::util::metadata::MetadataSpec;
use mmtk::vm::ObjectModel;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// Address of the table of mark bits, one for each 8 bytes of the range of small objects, indexed from address 0.
const MARK_BITS: usize = match *Objects::LOCAL_MARK_BIT_SPEC.as_spec() {
    MetadataSpec::OnSide(spec) => spec.get_absolute_offset().as_usize(),
    MetadataSpec::InHeader(_) => panic!("mark bits are in a side table"),
};

/// Start of the address range of small objects; none is allocated there while this is 0.
static SMALL: AtomicUsize = AtomicUsize::new(0);
/// The range's size as a power of two.
static LOG_EXTENT: AtomicUsize = AtomicUsize::new(0);

/// Notes where small objects lie, of which one is at `address`.
pub(super) fn note_small(address: usize) {
    let log_extent = vm_layout().log_space_extent;
    LOG_EXTENT.store(log_extent, Ordering::Relaxed);
    SMALL.store(address >> log_extent, Ordering::Relaxed);
}

/// Whether an object lies among the small ones.
#[inline(always)]
pub(super) fn is_small(object: Ref) -> bool {
    object.address() >> LOG_EXTENT.load(Ordering::Relaxed) == SMALL.load(Ordering::Relaxed)
}

/// Whether an object is small and has survived a collection, or has been found by the one that is running.
#[inline(always)]
pub fn is_old(object: Ref) -> bool {
    let address = object.address();
    if !is_small(object) {
        return false;
    }
    // SAFETY: the table is mapped for all memory in which small objects lie. A compiling thread may ask while the
    // collector writes to it.
    let byte = unsafe { AtomicU8::from_ptr((MARK_BITS + (address >> 6)) as *mut u8) };
    byte.load(Ordering::Relaxed) & (1 << (address >> 3 & 7)) != 0
}
