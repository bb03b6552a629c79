//! How large the heap may get before a collection, and the limit a user sets.
//!
//! The whole heap is collected when what is in use exceeds `TOTAL`, which each whole collection sets: to twice
//! what survived, or less if much had died (see [`settle`]). Young objects are collected when they make up a fixed
//! share of `TOTAL`. So the work of collecting stays proportional to allocation, and a small program stays small.
//! The user's limit is soft: `TOTAL` shrinks towards it, and when even the survivors of a whole collection exceed
//! it, [`exhausted`] holds until they no longer do. Invariant: after a collection `TOTAL` and `ALLOWANCE` leave
//! room for what the program waits for and for another young generation, so that the collector itself never
//! refuses an allocation. Neighbours: `alloc.rs` (asks before large requests), `binding.rs`.
#![allow(unsafe_code)]

use super::binding::{self, Binding};
use mmtk::MMTK;
use mmtk::plan::Plan;
use mmtk::util::constants::BYTES_IN_PAGE;
use mmtk::util::heap::{GCTriggerPolicy, SpaceStats};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Young objects are collected when they make up this share of `TOTAL`.
pub(super) const YOUNG_SHARE: f64 = 0.25;

/// How much less than twice what survived the size of the heap may be.
const MOST_SAVED: usize = 8 << 20;

/// Bytes in use at which the whole heap is collected.
static TOTAL: AtomicUsize = AtomicUsize::new(0);
/// The user's limit in bytes.
static LIMIT: AtomicUsize = AtomicUsize::new(usize::MAX);
/// Bytes of allocation after which young objects are collected while the heap is small.
static YOUNG: AtomicUsize = AtomicUsize::new(0);
/// Bytes that allocations wait for while a collection runs.
static PENDING: AtomicUsize = AtomicUsize::new(0);
/// Bytes outside of the heap which objects of the heap own.
static EXTERNAL: AtomicUsize = AtomicUsize::new(0);
/// Bytes in use after the last collection of the whole heap.
static SURVIVED: AtomicUsize = AtomicUsize::new(0);
/// Bytes that were in use when the last collection started.
static BEFORE: AtomicUsize = AtomicUsize::new(0);
/// Bytes in use after the last collection.
static AFTER_LAST: AtomicUsize = AtomicUsize::new(0);
/// Bytes by which what is in use may grow until the next collection.
static ALLOWANCE: AtomicUsize = AtomicUsize::new(0);
static EXHAUSTED: AtomicBool = AtomicBool::new(false);

/// Sets the amounts that the options name.
pub(super) fn configure(young_bytes: usize, limit: Option<usize>) {
    YOUNG.store(young_bytes, Ordering::Relaxed);
    ALLOWANCE.store(young_bytes, Ordering::Relaxed);
    set_limit(limit);
}

/// Sets the limit in bytes; `None` takes three quarters of the machine's memory.
pub fn set_limit(limit: Option<usize>) {
    let limit = limit.unwrap_or_else(|| physical_memory() / 4 * 3);
    LIMIT.store(limit, Ordering::Relaxed);
    settle(SURVIVED.load(Ordering::Relaxed));
}

/// Whether the objects that survived a collection of the whole heap exceed the limit, and nobody has reacted
/// yet.
#[inline(always)]
pub fn exhausted() -> bool {
    EXHAUSTED.load(Ordering::Relaxed)
}

/// [`exhausted`], once: an interpreter that finds it at a safe point raises what its language raises when
/// memory is short, and the program may go on. If it keeps what it has, the next collection of the whole heap
/// says so again.
pub fn take_exhausted() -> bool {
    EXHAUSTED.swap(false, Ordering::Relaxed)
}

/// Where the byte of [`exhausted`] stands, for compiled code.
pub(super) fn exhausted_address() -> usize {
    &raw const EXHAUSTED as usize
}

/// Whether an object of `size` bytes fits under the limit beside what is in use now.
pub(super) fn admits(size: usize) -> bool {
    used_bytes().saturating_add(size) <= LIMIT.load(Ordering::Relaxed)
}

/// Bytes that the heap's pages take, and the external memory that its objects own.
pub fn used_bytes() -> usize {
    binding::collector().get_plan().get_used_pages() * BYTES_IN_PAGE + external_bytes()
}

/// Bytes in use after the last collection of the whole heap.
pub(super) fn survived_bytes() -> usize {
    SURVIVED.load(Ordering::Relaxed)
}

/// Bytes outside of the heap which objects of the heap own.
pub(super) fn external_bytes() -> usize {
    EXTERNAL.load(Ordering::Relaxed)
}

/// Notes that an object came to own, or gave up, memory outside of the heap.
pub fn count_external(delta: isize) {
    if delta >= 0 {
        EXTERNAL.fetch_add(delta as usize, Ordering::Relaxed);
    } else {
        let _ = EXTERNAL.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| {
            Some(n.saturating_sub(delta.unsigned_abs()))
        });
    }
}

/// Notes how much is in use before a collection.
pub(super) fn collection_starts() {
    BEFORE.store(binding::collector().get_plan().get_reserved_pages() * BYTES_IN_PAGE, Ordering::Relaxed);
}

/// Sets the size for the next collection of the whole heap, after one that `survived` bytes survived.
///
/// The room to grow is as much again as survived. A small heap of which much has died gets less, down to half of
/// what survived: there it is the garbage, not the growth of what the program keeps, that decides how large the
/// process gets.
fn settle(survived: usize) {
    let young = YOUNG.load(Ordering::Relaxed);
    let limit = LIMIT.load(Ordering::Relaxed);
    let freed = BEFORE.load(Ordering::Relaxed).saturating_sub(survived);
    let room = (survived / 2).max(survived.saturating_sub(freed.min(MOST_SAVED)));
    let total = (survived + room).min(limit).max(survived + 2 * young + PENDING.load(Ordering::Relaxed));
    TOTAL.store(total, Ordering::Relaxed);
    SURVIVED.store(survived, Ordering::Relaxed);
    EXHAUSTED.store(survived > limit, Ordering::Relaxed);
    if survived > limit {
        crate::poll::request();
    }
}

/// Bytes of memory that the machine has.
pub(super) fn physical_memory() -> usize {
    // SAFETY: asks the system for a number.
    let (pages, page) = unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
    usize::try_from(pages).unwrap_or(usize::MAX).saturating_mul(usize::try_from(page).unwrap_or(1))
}

/// Bytes of address space that the process may use.
pub(super) fn address_space_limit() -> u64 {
    let mut limit = libc::rlimit { rlim_cur: libc::RLIM_INFINITY, rlim_max: libc::RLIM_INFINITY };
    // SAFETY: the system fills the structure in, or leaves it as it is.
    unsafe { libc::getrlimit(libc::RLIMIT_AS, &raw mut limit) };
    // Less would not hold the runtime's stacks.
    limit.rlim_cur.max(1 << 30)
}

/// Whether a collection has to come before the allocation that asks; if what is in use is too much, one of the whole
/// heap.
fn is_required(space_full: bool, space: Option<SpaceStats<Binding>>, plan: &dyn Plan<VM = Binding>) -> bool {
    let used = plan.get_reserved_pages() * BYTES_IN_PAGE;
    if used > TOTAL.load(Ordering::Relaxed) {
        if let Some(plan) = plan.generational() {
            plan.force_full_heap_collection();
        }
        return true;
    }
    // The plan counts what was allocated in blocks that other objects share, but no large objects.
    let grown = used.saturating_sub(AFTER_LAST.load(Ordering::Relaxed));
    grown > ALLOWANCE.load(Ordering::Relaxed) || plan.collection_required(space_full, space)
}

/// The rules above, as MMTk asks for them.
pub(super) struct HeapSize;

impl GCTriggerPolicy<Binding> for HeapSize {
    fn on_pending_allocation(&self, pages: usize) {
        PENDING.fetch_add(pages * BYTES_IN_PAGE, Ordering::Relaxed);
    }

    fn on_gc_end(&self, collector: &'static MMTK<Binding>) {
        let plan = collector.get_plan();
        let used = plan.get_reserved_pages() * BYTES_IN_PAGE;
        if !binding::is_young_collection() {
            settle(used);
        }
        let total = TOTAL.load(Ordering::Relaxed);
        // What waits for memory must fit, or it would ask for ever.
        let pending = PENDING.swap(0, Ordering::Relaxed);
        AFTER_LAST.store(used, Ordering::Relaxed);
        ALLOWANCE.store(
            ((total as f64 * YOUNG_SHARE) as usize).max(YOUNG.load(Ordering::Relaxed)) + pending,
            Ordering::Relaxed,
        );
    }

    fn is_gc_required(
        &self,
        space_full: bool,
        space: Option<SpaceStats<Binding>>,
        plan: &dyn Plan<VM = Binding>,
    ) -> bool {
        let required = is_required(space_full, space, plan);
        if required {
            binding::ensure_collector_runs();
        }
        required
    }

    fn is_heap_full(&self, plan: &dyn Plan<VM = Binding>) -> bool {
        plan.get_reserved_pages() * BYTES_IN_PAGE > TOTAL.load(Ordering::Relaxed)
    }

    fn get_current_heap_size_in_pages(&self) -> usize {
        TOTAL.load(Ordering::Relaxed) / BYTES_IN_PAGE
    }

    fn get_max_heap_size_in_pages(&self) -> usize {
        // Bounds single requests, before anything is computed with their size.
        1 << 36
    }

    fn can_heap_size_grow(&self) -> bool {
        true
    }
}
