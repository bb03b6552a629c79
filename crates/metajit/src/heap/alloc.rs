//! Allocation: a bump of a pointer inline, everything else out of line.
//!
//! The free range of memory lies in one static, [`BUMP`], at an address that compiled code knows. The
//! collector's allocator refills it. While allocations are stressed or counted, the range is empty, so that
//! each one takes the slow path, compiled code's too.
//!
//! Invariants: memory in the range is zero; an object whose valid-object bit is set has a complete header;
//! whoever allocates is the one attached thread. Neighbours: `binding.rs` (the collector), `policy.rs` (how
//! large the heap may get), `abi.rs`.
#![allow(unsafe_code)]

use super::access;
use super::age;
use super::binding;
use super::blocks;
use super::large;
use super::layout::{BYTES, Bytes, LayoutId, VALUES, Values};
use super::policy;
use super::roots::RootRange;
use super::stats;
use super::value::{Ref, Value};
use super::weak;
use mmtk::util::alloc::BumpPointer;
use mmtk::util::metadata::vo_bit::VO_BIT_SIDE_METADATA_ADDR;
use mmtk::{AllocationSemantics, memory_manager};
use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};

/// Objects above this size have pages of their own; the limit of the collector's block structure.
pub(super) const MAX_SMALL_BYTES: usize = 16 << 10;

/// Address of the table of valid-object bits, one for each 8 bytes of heap, indexed from address 0.
pub(super) const VALID_BITS: usize = VO_BIT_SIDE_METADATA_ADDR.as_usize();

/// The heap cannot hold the object that was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutOfMemory;

impl std::fmt::Display for OutOfMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("out of memory")
    }
}

impl std::error::Error for OutOfMemory {}

/// The free range: objects are cut off at `cursor` until `limit`.
#[repr(C)]
pub(super) struct Bump {
    pub(super) cursor: Cell<usize>,
    pub(super) limit: Cell<usize>,
}

// SAFETY: only the attached thread allocates, and attaching hands over between threads with synchronisation
// (`roots::attach`).
unsafe impl Sync for Bump {}

pub(super) static BUMP: Bump = Bump { cursor: Cell::new(0), limit: Cell::new(0) };

/// Collect at every n-th allocation; 0 for never.
static COLLECT_EVERY: AtomicU32 = AtomicU32::new(0);
/// Allocations until the next forced collection.
static COUNTDOWN: AtomicU32 = AtomicU32::new(0);

/// A new object with `len` tail elements, all fields and elements zero.
///
/// May collect. Past the heap's limit it still succeeds and [`exhausted`](super::exhausted) tells; for a
/// length that a program chooses use [`try_alloc`]. Panics if `len` does not fit in 32 bits.
#[inline(always)]
pub fn alloc(layout: LayoutId, len: usize) -> Ref {
    if len <= MAX_SMALL_BYTES {
        let size = layout.size(len as u32);
        if has_room(size) {
            let start = BUMP.cursor.get();
            BUMP.cursor.set(start + size);
            return finish(start, layout, len);
        }
    }
    alloc_slow(layout, len)
}

/// Like [`alloc`], for lengths that a program chooses: refuses what would not fit under the heap's limit even
/// after a collection.
#[inline(always)]
pub fn try_alloc(layout: LayoutId, len: usize) -> Result<Ref, OutOfMemory> {
    if len > MAX_SMALL_BYTES { try_alloc_large(layout, len) } else { Ok(alloc(layout, len)) }
}

#[cold]
#[inline(never)]
fn try_alloc_large(layout: LayoutId, len: usize) -> Result<Ref, OutOfMemory> {
    let size = layout.size(u32::try_from(len).map_err(|_| OutOfMemory)?);
    if !policy::admits(size) {
        collect();
        if !policy::admits(size) {
            // The error says it; the collection may have found that too much is alive as well.
            policy::take_exhausted();
            return Err(OutOfMemory);
        }
    }
    Ok(alloc(layout, len))
}

/// A `Bytes` array with these contents.
pub fn alloc_bytes(contents: &[u8]) -> Ref {
    let r = alloc(BYTES, contents.len());
    access::items_mut(r, Bytes::TAIL).copy_from_slice(contents);
    r
}

/// A `Values` array with these elements, which are kept during the allocation wherever the slice lies.
pub fn alloc_values(elements: &[Value]) -> Ref {
    let length = elements.len();
    let r = if length <= MAX_SMALL_BYTES && has_room(VALUES.size(length as u32)) {
        alloc(VALUES, length)
    } else {
        let _kept = RootRange::new(elements.as_ptr().cast(), length);
        alloc(VALUES, length)
    };
    for (i, &element) in elements.iter().enumerate() {
        access::init_item(r, Values::TAIL, i, element);
    }
    r
}

/// Whether the free range holds an object of `size` bytes, so that allocating it will not collect.
#[inline(always)]
fn has_room(size: usize) -> bool {
    size <= MAX_SMALL_BYTES && BUMP.cursor.get() + size <= BUMP.limit.get()
}

/// Collects the whole heap now.
pub fn collect() {
    run_collection(true);
}

/// Collects what was allocated since the last collection.
pub fn collect_young() {
    run_collection(false);
}

/// Makes every n-th allocation collect, young objects and the whole heap in turns. For tests: a missing root
/// or write barrier shows at once.
pub fn set_collect_every(every: Option<u32>) {
    let every = every.unwrap_or(0);
    COLLECT_EVERY.store(every, Ordering::Relaxed);
    COUNTDOWN.store(every, Ordering::Relaxed);
    if binding::is_initialized() {
        // Hands the current range back, or takes it again.
        write_back();
        reload();
    }
}

/// Whether an object starts at an address of the heap's memory.
pub(super) fn is_object(start: usize) -> bool {
    // SAFETY: the side table is mapped for all heap memory.
    unsafe { *((VALID_BITS + (start >> 6)) as *const u8) & 1 << (start >> 3 & 7) != 0 }
}

/// Turns zeroed memory at `start` into an object.
#[inline(always)]
fn finish(start: usize, layout: LayoutId, len: usize) -> Ref {
    // SAFETY: the side table is mapped for all heap memory, and only this thread writes to it while the
    // collector is not running.
    unsafe { *((VALID_BITS + (start >> 6)) as *mut u8) |= 1 << (start >> 3 & 7) };
    write_header(start, layout, len)
}

#[inline(always)]
fn write_header(start: usize, layout: LayoutId, len: usize) -> Ref {
    // SAFETY: `start` begins a range of zeroed heap memory of the object's size which nothing else uses.
    unsafe { *(start as *mut u64) = u64::from(layout.bits()) | (len as u64) << 32 };
    Ref::from_bits(start as u64)
}

#[cold]
#[inline(never)]
pub(super) fn alloc_slow(layout: LayoutId, len: usize) -> Ref {
    assert!(binding::is_initialized(), "the heap is used before Heap::init");
    assert!(len <= u32::MAX as usize, "an array of {len} elements exceeds what a header can say");
    collect_if_due();
    let size = layout.size(len as u32);
    let object =
        if size > MAX_SMALL_BYTES { alloc_large(layout, len, size) } else { alloc_small(layout, len, size) };
    // Only now, when the object is complete: dropping runs foreign code, which may allocate.
    weak::drop_dead_natives();
    object
}

fn alloc_small(layout: LayoutId, len: usize, size: usize) -> Ref {
    write_back();
    let before = BUMP.limit.get();
    let start =
        memory_manager::alloc(binding::mutator(), size, 8, 0, AllocationSemantics::Default).as_usize();
    assert!(start != 0, "the collector found no memory for {size} bytes");
    reload();
    age::note_small(start);
    blocks::note(start);
    let refill = if BUMP.limit.get() == before { 0 } else { BUMP.limit.get() - BUMP.cursor.get() };
    stats::count_allocated(size + refill);
    finish(start, layout, len)
}

fn alloc_large(layout: LayoutId, len: usize, size: usize) -> Ref {
    write_back();
    let start = memory_manager::alloc(binding::mutator(), size, 8, 0, AllocationSemantics::Los).as_usize();
    assert!(start != 0, "the collector found no memory for {size} bytes");
    reload();
    stats::count_allocated(size);
    large::note(start, size);
    let object = write_header(start, layout, len);
    // Sets the valid-object bit and enters the object in the list of young large ones.
    memory_manager::post_alloc(
        binding::mutator(),
        binding::object_reference(object),
        size,
        AllocationSemantics::Los,
    );
    object
}

fn collect_if_due() {
    let every = COLLECT_EVERY.load(Ordering::Relaxed);
    if every == 0 {
        return;
    }
    let left = COUNTDOWN.load(Ordering::Relaxed);
    if left > 1 {
        COUNTDOWN.store(left - 1, Ordering::Relaxed);
        return;
    }
    COUNTDOWN.store(every, Ordering::Relaxed);
    run_collection(stats::collections().is_multiple_of(2));
}

fn run_collection(whole: bool) {
    write_back();
    binding::collect(whole);
    reload();
    weak::drop_dead_natives();
}

/// Tells the collector's allocator how far the range has been used up.
fn write_back() {
    let source = binding::bump_source();
    // SAFETY: the source is a field of the mutator's allocator, which lives for ever and is used by this
    // thread only.
    unsafe {
        if BUMP.limit.get() != 0 {
            (*source).cursor = mmtk::util::Address::from_usize(BUMP.cursor.get());
        }
    }
}

/// Takes over the range that the collector's allocator has now.
fn reload() {
    let source: *mut BumpPointer = binding::bump_source();
    let stressed = COLLECT_EVERY.load(Ordering::Relaxed) != 0;
    // SAFETY: as in `write_back`.
    let (cursor, limit) = unsafe { ((*source).cursor.as_usize(), (*source).limit.as_usize()) };
    BUMP.cursor.set(if stressed { 0 } else { cursor });
    BUMP.limit.set(if stressed { 0 } else { limit });
}
