//! The write barrier: remembers old objects into which a pointer was written.
//!
//! A young collection traces from the roots and from remembered objects only. Each object has one *unlogged*
//! bit in a side table, set while the object is old and not remembered. After storing a pointer:
//!
//! ```text
//! byte = load8(LOG_BITS + (object >> 6))
//! if byte & (1 << ((object >> 3) & 7)) != 0 then rt_write_barrier(object)
//! ```
//!
//! Invariant: an old object that may point to a young one is in the remembered set. Neighbours: `access.rs`,
//! `abi.rs` (the same sequence in compiled code).
#![allow(unsafe_code)]

use super::binding::{self, Slot};
use super::value::Ref;
use mmtk::memory_manager;
use mmtk::util::metadata::side_metadata::GLOBAL_SIDE_METADATA_VM_BASE_ADDRESS;

/// Address of the table of unlogged bits, one for each 8 bytes of heap, indexed from address 0.
pub(super) const LOG_BITS: usize = GLOBAL_SIDE_METADATA_VM_BASE_ADDRESS.as_usize();

/// To be called after a pointer was stored into `object`.
#[inline(always)]
pub fn write_barrier(object: Ref) {
    let address = object.address();
    // SAFETY: the collector maps the side table for every page in which objects live, and `object` is one.
    let byte = unsafe { *((LOG_BITS + (address >> 6)) as *const u8) };
    if byte & (1 << (address >> 3 & 7)) != 0 {
        remember(object);
    }
}

/// Adds an old object to the remembered set.
#[cold]
#[inline(never)]
pub(super) fn remember(object: Ref) {
    let source = binding::object_reference(object);
    let slot = Slot::from_address(source.to_raw_address());
    memory_manager::object_reference_write_post(binding::mutator(), source, slot, None);
}
