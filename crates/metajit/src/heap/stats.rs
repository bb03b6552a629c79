//! What the collector did: counts and times, for `--stats`, the log and the tests.

use super::policy;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A snapshot of the heap's statistics.
#[derive(Clone, Copy, Default, Debug)]
pub struct HeapStats {
    /// Collections of young objects.
    pub young_collections: u64,
    /// Collections of the whole heap.
    pub whole_collections: u64,
    /// Time for which the program stood still.
    pub collecting: Duration,
    /// The longest time for which it stood still at once.
    pub longest_pause: Duration,
    /// Bytes handed out, counted when a range of memory is taken, so that a partly used range counts in full.
    pub allocated_bytes: usize,
    /// Bytes of the pages in use now.
    pub used_bytes: usize,
    /// Bytes in use after the last collection of the whole heap.
    pub live_bytes: usize,
}

static YOUNG: AtomicU64 = AtomicU64::new(0);
static WHOLE: AtomicU64 = AtomicU64::new(0);
static NANOSECONDS: AtomicU64 = AtomicU64::new(0);
static LONGEST: AtomicU64 = AtomicU64::new(0);
static ALLOCATED: AtomicUsize = AtomicUsize::new(0);
static STARTED: Mutex<Option<Instant>> = Mutex::new(None);

/// The statistics as of now.
pub fn stats() -> HeapStats {
    HeapStats {
        young_collections: YOUNG.load(Ordering::Relaxed),
        whole_collections: WHOLE.load(Ordering::Relaxed),
        collecting: Duration::from_nanos(NANOSECONDS.load(Ordering::Relaxed)),
        longest_pause: Duration::from_nanos(LONGEST.load(Ordering::Relaxed)),
        allocated_bytes: ALLOCATED.load(Ordering::Relaxed),
        used_bytes: policy::used_bytes(),
        live_bytes: policy::survived_bytes(),
    }
}

/// How many collections there were, of either kind.
pub(super) fn collections() -> u64 {
    YOUNG.load(Ordering::Relaxed) + WHOLE.load(Ordering::Relaxed)
}

pub(super) fn count_allocated(bytes: usize) {
    ALLOCATED.fetch_add(bytes, Ordering::Relaxed);
}

pub(super) fn collection_starts() {
    *STARTED.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

pub(super) fn collection_ends(young: bool) {
    let started = STARTED.lock().unwrap_or_else(PoisonError::into_inner).take();
    let pause = started.map_or(0, |at| at.elapsed().as_nanos() as u64);
    NANOSECONDS.fetch_add(pause, Ordering::Relaxed);
    LONGEST.fetch_max(pause, Ordering::Relaxed);
    let count = if young { &YOUNG } else { &WHOLE };
    count.fetch_add(1, Ordering::Relaxed);
}
