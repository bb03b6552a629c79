//! The heap: tagged values, objects with declared layouts, allocation and collection.
//!
//! | file | concept |
//! | --- | --- |
//! | `value.rs` | the 64-bit word that is an integer, a float or a pointer |
//! | `layout.rs` | the `layouts!` table: what the words of an object mean |
//! | `access.rs`, `barrier.rs` | reading and writing objects; remembering what old ones were made to point to |
//! | `age.rs` | which objects are old |
//! | `alloc.rs` | allocation, inline and out of line; limits and stress |
//! | `stack.rs`, `roots.rs`, `root_vec.rs` | where pointers into the heap are: stacks, sets, ranges, arrays |
//! | `weak.rs` | weak references, finalisers, Rust objects in the heap |
//! | `large.rs`, `blocks.rs` | pages of large objects and of free blocks, returned to the system |
//! | `binding.rs`, `scan.rs`, `policy.rs` | the collector (MMTk's sticky Immix) and what it asks |
//! | `abi.rs` | the same for compiled code |
//!
//! There is one heap in a process, and one thread at a time uses it ([`attach_current_thread`],
//! [`leave`]). Objects
//! never move. Native stacks are scanned conservatively, so [`Ref`] and [`Value`] are plain words that Rust
//! code keeps in locals without ceremony; what is kept elsewhere outside of the heap (in a `Vec`, a `Box`, a
//! static) must be made a root, of which the usual one is a [`RootVec`].

mod abi;
mod access;
mod age;
mod alloc;
mod barrier;
mod binding;
mod blocks;
mod large;
pub mod layout;
mod policy;
mod registers;
mod root_vec;
mod roots;
mod scan;
mod stack;
mod stats;
pub mod testing;
#[cfg(test)]
mod tests;
pub mod value;
mod weak;

pub use abi::{
    JitAbi, MAX_INLINE_BYTES, jit_abi, rt_alloc, rt_box_float, rt_box_int, rt_try_alloc, rt_write_barrier,
};
pub use access::{
    bytes, copy_items, fill_items, floats, get, init, init_item, ints, item, items, items_mut, layout_of,
    len, set, set_item, set_items, shorten, size_of, values,
};
pub use age::is_old;
pub use alloc::{
    OutOfMemory, alloc, alloc_bytes, alloc_values, collect, collect_young, set_collect_every, try_alloc,
};
pub use barrier::{write_barrier, write_barrier_whole};
pub use binding::with_collector_stopped;
pub use layout::{
    BYTES, Bytes, Element, FIRST_LANGUAGE_LAYOUT, FLOAT_BOX, FLOATS, Field, FieldInfo, FloatBox, Floats,
    HEADER_BYTES, INT_BOX, INTS, IntBox, Ints, LAYOUT_OFFSET, LEN_OFFSET, Layout, LayoutId, NATIVE, Native,
    RESERVED_LAYOUTS, Tail, TailInfo, TailKind, VALUES, Values, WEAK, Weak,
};
pub use policy::{count_external, exhausted, set_limit, take_exhausted, used_bytes};
pub use root_vec::RootVec;
pub use roots::{RootCallback, RootRange, RootSet, permanent};
pub(crate) use stack::native_stack_points_into;
pub use stack::{NativeStack, VmStack, attach_current_thread, leave, native_stack, vm_stack};
pub use stats::{HeapStats, stats};
pub use value::{
    FLOAT_BIAS, FLOAT_TAG, FLOAT_TAG_MASK, FLOAT_ZERO, POINTER_TAG_MASK, Ref, SMALL_INT_MAX, SMALL_INT_MIN,
    SMALL_INT_TAG, Value,
};
pub use weak::{
    NativeObject, alloc_native, finalize_later, has_queued, native, native_written, take_cleared_weak,
    take_finalizable, weak_get, weak_new, weak_notify, with_native_mut,
};

/// How the heap is set up.
#[derive(Clone, Copy, Debug)]
pub struct HeapOptions {
    /// The language's table from [`layouts!`](crate::layouts).
    pub layouts: &'static [&'static Layout],
    /// Soft limit in bytes; `None` takes three quarters of the machine's memory.
    pub limit: Option<usize>,
    /// Bytes of allocation after which young objects are collected; grows with what the program keeps.
    pub young_bytes: usize,
    /// Bytes of address space for the VM stack of each thread.
    pub vm_stack_bytes: usize,
    /// Collect at every n-th allocation, for tests.
    pub collect_every: Option<u32>,
}

impl Default for HeapOptions {
    fn default() -> Self {
        HeapOptions {
            layouts: &[],
            limit: None,
            young_bytes: 2 << 20,
            vm_stack_bytes: 256 << 20,
            collect_every: None,
        }
    }
}

/// The one heap of the process.
#[derive(Debug)]
pub struct Heap;

impl Heap {
    /// Sets the heap up and attaches the calling thread. To be called once.
    pub fn init(options: HeapOptions) {
        layout::register(options.layouts);
        scan::prepare();
        stack::set_vm_stack_bytes(options.vm_stack_bytes);
        policy::configure(options.young_bytes, options.limit);
        attach_current_thread();
        binding::initialize(policy::YOUNG_SHARE);
        set_collect_every(options.collect_every);
    }

    /// Whether [`Heap::init`] has run.
    pub fn is_initialized() -> bool {
        binding::is_initialized()
    }
}
