//! Gives the pages of dead large objects back to the operating system.
//!
//! The collector keeps the pages of a dead object for later objects. For a list that grows, each copy larger than the
//! one before, it finds few to use again, and the process would hold several times what the list takes. So the
//! objects above [`RETURNED_BYTES`] are entered here, and when one has died its pages are returned; they stay
//! mapped, read as zero, and cost a page fault each when they are used again.
//!
//! Invariant: an entry is a live object's address range, or that of one which died in the collection that is just
//! ending. Neighbours: `alloc.rs` (enters them), `binding.rs` (the end of a collection).
#![allow(unsafe_code)]

use super::alloc;
use mmtk::util::constants::BYTES_IN_PAGE;
use std::sync::{Mutex, PoisonError};

/// Size above which the pages of a dead object are returned. Smaller ones are soon used again.
const RETURNED_BYTES: usize = 4 << 20;

/// Start and size of each large object that was alive after the last collection, or was made since.
static OBJECTS: Mutex<Vec<(usize, usize)>> = Mutex::new(Vec::new());

/// Enters an object that was just made.
pub(super) fn note(start: usize, size: usize) {
    if size >= RETURNED_BYTES {
        OBJECTS.lock().unwrap_or_else(PoisonError::into_inner).push((start, size));
    }
}

/// Returns the pages of the objects that the collection which is ending found dead.
pub(super) fn return_pages() {
    let mut objects = OBJECTS.lock().unwrap_or_else(PoisonError::into_inner);
    objects.retain(|&(start, size)| {
        let alive = alloc::is_object(start);
        if !alive {
            // SAFETY: the object had whole pages to itself and is dead, and nothing was allocated in them since,
            // because the program stands still. Memory that is handed out again is cleared first, so it does not
            // matter what the pages contain.
            unsafe {
                libc::madvise(start as *mut _, size.next_multiple_of(BYTES_IN_PAGE), libc::MADV_DONTNEED)
            };
        }
        alive
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::testing::exclusive;
    use crate::heap::{VALUES, Value, Values, alloc, collect, fill_items, stats, values};
    use std::hint::black_box;

    const LENGTH: usize = 1 << 20;

    fn entries() -> usize {
        OBJECTS.lock().unwrap().len()
    }

    #[inline(never)]
    fn filled_array() {
        let array = alloc(VALUES, LENGTH);
        assert!(values(array).iter().all(|&v| v == Value::NULL));
        fill_items(array, Values::TAIL, 0, LENGTH, Value::int(7));
        assert_eq!(values(array)[LENGTH - 1], Value::int(7));
    }

    #[test]
    fn an_array_in_returned_pages_is_empty_again() {
        let _heap = exclusive(crate::heap::tests::LAYOUTS);
        for _ in 0..10 {
            filled_array();
            collect();
        }
    }

    #[test]
    fn large_garbage_is_collected_before_much_of_it_gathers() {
        let _heap = exclusive(crate::heap::tests::LAYOUTS);
        let kept = alloc(VALUES, LENGTH);
        for _ in 0..50 {
            filled_array();
            assert!(entries() < 10);
            assert!(stats().used_bytes < 100 << 20);
        }
        assert_eq!(values(black_box(kept)).len(), LENGTH);
    }
}
