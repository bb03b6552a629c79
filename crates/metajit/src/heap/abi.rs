//! What compiled code needs: addresses for the inline sequences, and the functions behind them.
//!
//! ```text
//! allocate    start = load(cursor); end = start + size; if end > load(limit) then start = rt_alloc(layout, len)
//!             else store(cursor, end); byte at valid_bits + (start >> 6) |= 1 << ((start >> 3) & 7);
//!                  store64(start, layout | len << 32)          the rest of the object is zero already
//! remember    after a pointer was stored: if byte at log_bits + (object >> 6) & 1 << ((object >> 3) & 7) then rt_write_barrier(object)
//! ```
//!
//! Only objects of at most [`MAX_INLINE_BYTES`] may be allocated inline. Both tables are indexed from address 0.
//! Neighbours: `alloc.rs` and `barrier.rs`, which contain the same sequences in Rust.

use super::alloc::{self, BUMP};
use super::barrier;
use super::layout::LayoutId;
use super::value::{self, Ref, Value};
use super::{policy, stack};

/// Largest object that may be allocated inline.
pub const MAX_INLINE_BYTES: usize = alloc::MAX_SMALL_BYTES;

/// Addresses that are constants of the process.
#[derive(Clone, Copy, Debug)]
pub struct JitAbi {
    /// Where the address of the next free byte stands.
    pub cursor: usize,
    /// Where the end of the free range stands.
    pub limit: usize,
    /// Base of the table of valid-object bits.
    pub valid_bits: usize,
    /// Base of the table of bits of old objects that are not remembered.
    pub log_bits: usize,
    /// Where the VM stack's top stands.
    pub vm_stack_top: usize,
    /// Where the byte stands that says whether the heap is exhausted.
    pub exhausted: usize,
}

/// The addresses; the heap must have been initialised.
pub fn jit_abi() -> JitAbi {
    JitAbi {
        cursor: &raw const BUMP.cursor as usize,
        limit: &raw const BUMP.limit as usize,
        valid_bits: alloc::VALID_BITS,
        log_bits: barrier::LOG_BITS,
        vm_stack_top: stack::vm_stack().top_address(),
        exhausted: policy::exhausted_address(),
    }
}

/// Allocates, collecting if need be. `layout` is [`LayoutId::bits`].
pub extern "C" fn rt_alloc(layout: u32, len: u64) -> Ref {
    alloc::alloc_slow(LayoutId::from_bits(layout), len as usize)
}

/// Allocates an object whose length a program chose; null if it does not fit in the heap.
pub extern "C" fn rt_try_alloc(layout: u32, len: u64) -> Ref {
    alloc::try_alloc(LayoutId::from_bits(layout), len as usize).unwrap_or(Ref::NULL)
}

/// Adds an old object that is not remembered to the remembered set.
pub extern "C" fn rt_write_barrier(object: Ref) {
    barrier::remember(object);
}

/// The value of an integer that does not fit in 63 bits.
pub extern "C" fn rt_box_int(i: i64) -> u64 {
    value::box_int(i).bits()
}

/// The value of a float, whether immediate or not.
pub extern "C" fn rt_box_float(f: f64) -> u64 {
    Value::float(f).bits()
}
