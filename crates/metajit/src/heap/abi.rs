//! What compiled code needs: addresses for the inline sequences, and the functions behind them.
//!
//! ```text
//! allocate    start = load(cursor); end = start + size
//!             if end > load(limit) then start = rt_alloc(layout, len)
//!             else store(cursor, end)
//!                  byte at valid_bits + (start >> 6) |= 1 << ((start >> 3) & 7)
//!                  store64(start, layout | len << 32)          the rest of the object is zero already
//! remember    after a pointer was stored:
//!             if byte at log_bits + (object >> 6) & 1 << ((object >> 3) & 7) then rt_write_barrier(object, word)
//! ```
//!
//! Only objects of at most [`MAX_INLINE_BYTES`] may be allocated inline. Both tables are indexed from address
//! 0. Neighbours: `alloc.rs` and `barrier.rs`, which contain the same sequences in Rust.

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

/// Remembers that an old object which is not remembered points to what the word `stored` points to, if anything.
pub extern "C" fn rt_write_barrier(object: Ref, stored: u64) {
    barrier::remember(object, Value::from_bits(stored));
}

/// The value of an integer that does not fit in 63 bits.
pub extern "C" fn rt_box_int(i: i64) -> u64 {
    value::box_int(i).bits()
}

/// The value of the float with these bits, whether immediate or not.
pub extern "C" fn rt_box_float(bits: u64) -> u64 {
    Value::float(f64::from_bits(bits)).bits()
}

#[cfg(test)]
mod tests {
    #![allow(unsafe_code)]
    use super::*;
    use crate::heap::testing::exclusive;
    use crate::heap::{
        Values, alloc, collect, collect_young, init_item, item, layout_of, len, set_collect_every,
    };

    /// The inline sequence of the module's documentation, as compiled code runs it.
    fn compiled_alloc(abi: &JitAbi, layout: LayoutId, length: u64) -> Ref {
        let size = layout.size(length as u32);
        // SAFETY: the addresses are those of live words, and the sequence is the allocator's own.
        unsafe {
            let start = *(abi.cursor as *const usize);
            let end = start + size;
            if end > *(abi.limit as *const usize) {
                return rt_alloc(layout.bits(), length);
            }
            *(abi.cursor as *mut usize) = end;
            *((abi.valid_bits + (start >> 6)) as *mut u8) |= 1 << (start >> 3 & 7);
            *(start as *mut u64) = u64::from(layout.bits()) | length << 32;
            Ref::from_bits(start as u64)
        }
    }

    fn compiled_barrier(abi: &JitAbi, object: Ref, stored: Ref) -> bool {
        let address = object.bits() as usize;
        // SAFETY: the table is mapped for the object.
        let unlogged =
            unsafe { *((abi.log_bits + (address >> 6)) as *const u8) } & 1 << (address >> 3 & 7) != 0;
        if unlogged {
            rt_write_barrier(object, stored.bits());
        }
        unlogged
    }

    #[test]
    fn the_inline_sequences_agree_with_the_runtime() {
        let _heap = exclusive(crate::heap::tests::LAYOUTS);
        let abi = jit_abi();
        for every in [None, Some(1), Some(10)] {
            set_collect_every(every);
            let first = compiled_alloc(&abi, super::super::VALUES, 3);
            let mut last = first;
            for _ in 0..1_000 {
                let next = compiled_alloc(&abi, super::super::VALUES, 3);
                assert_eq!((layout_of(next), len(next)), (super::super::VALUES, 3));
                init_item(last, Values::TAIL, 0, Value::object(next));
                compiled_barrier(&abi, last, next);
                last = next;
            }
            collect();
            let mut length = 0;
            let mut at = Value::object(first);
            while let Some(r) = at.as_ref() {
                at = item(r, Values::TAIL, 0);
                length += 1;
            }
            assert_eq!(length, 1_001);
        }
    }

    #[test]
    fn an_object_is_remembered_once_it_is_old() {
        let _heap = exclusive(crate::heap::tests::LAYOUTS);
        let abi = jit_abi();
        let object = alloc(super::super::VALUES, 1);
        assert!(!compiled_barrier(&abi, object, object));
        collect_young();
        assert!(compiled_barrier(&abi, object, object));
        assert!(!compiled_barrier(&abi, object, object));
    }
}
