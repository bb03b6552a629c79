//! Gives the pages of free blocks back to the operating system while the collector hands out others that were never used.
//!
//! Small objects lie in blocks of 32 KiB, which the collector takes in chunks of 4 MiB. It hands out the whole of a chunk before
//! it comes back to the blocks that it has freed. So while a chunk is new, each generation of young objects takes new
//! pages although the pages of the last one are free: those are returned here. When the chunk has been used up, the collector hands
//! out the block that it freed last, so that what is resident stays what is used, and nothing is returned any more.
//! A program pays two or three page faults for each page of a chunk instead of one, once.
//!
//! Invariant: a block that is not `resident` holds no object. Neighbours: `alloc.rs` (enters blocks), `binding.rs` (the end
//! of a collection), `large.rs` (the same for large objects).
#![allow(unsafe_code)]

use super::alloc::VALID_BITS;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

const LOG_BLOCK_BYTES: usize = 15;
const LOG_CHUNK_BYTES: usize = 22;
const BLOCKS: usize = 1 << (LOG_CHUNK_BYTES - LOG_BLOCK_BYTES);

/// What is known of the blocks of a chunk: a bit for each.
#[derive(Clone, Copy, Default)]
struct Chunk {
    /// Objects were allocated in it.
    used: u128,
    /// Its pages have been used since they were returned.
    resident: u128,
}

/// The chunks of small objects, by address from that of the first entry on.
struct Chunks {
    first: usize,
    list: Vec<Chunk>,
}

static CHUNKS: Mutex<Chunks> = Mutex::new(Chunks { first: 0, list: Vec::new() });
/// The block that was entered last.
static LAST: AtomicUsize = AtomicUsize::new(0);

/// Enters the block in which the object at `start` was just allocated.
pub(super) fn note(start: usize) {
    let block = start >> LOG_BLOCK_BYTES;
    if LAST.swap(block, Ordering::Relaxed) != block {
        CHUNKS.lock().unwrap_or_else(PoisonError::into_inner).enter(start);
    }
}

/// Returns the pages of free blocks at the end of a collection, if the next objects will not be put there.
pub(super) fn return_pages() {
    LAST.store(0, Ordering::Relaxed);
    CHUNKS.lock().unwrap_or_else(PoisonError::into_inner).return_pages();
}

impl Chunks {
    fn enter(&mut self, start: usize) {
        let chunk = start >> LOG_CHUNK_BYTES;
        if self.list.is_empty() {
            self.first = chunk;
        }
        if chunk < self.first {
            let before = self.first - chunk;
            self.list.splice(0..0, std::iter::repeat_n(Chunk::default(), before));
            self.first = chunk;
        }
        let index = chunk - self.first;
        if index >= self.list.len() {
            self.list.resize(index + 1, Chunk::default());
        }
        let bit = 1 << (start >> LOG_BLOCK_BYTES & (BLOCKS - 1));
        self.list[index].used |= bit;
        self.list[index].resident |= bit;
    }

    fn return_pages(&mut self) {
        // A chunk in which nothing was allocated is not the collector's.
        if self.list.iter().all(|chunk| chunk.used == u128::MAX || chunk.used == 0) {
            return;
        }
        for (index, chunk) in self.list.iter_mut().enumerate() {
            let start = (self.first + index) << LOG_CHUNK_BYTES;
            for block in 0..BLOCKS {
                let address = start + (block << LOG_BLOCK_BYTES);
                if chunk.resident >> block & 1 != 0 && is_free(address) {
                    chunk.resident &= !(1 << block);
                    // SAFETY: no object is in the block, and none is being made, because the program stands still.
                    // Memory that is handed out is cleared first.
                    unsafe { libc::madvise(address as *mut _, 1 << LOG_BLOCK_BYTES, libc::MADV_DONTNEED) };
                }
            }
        }
    }
}

/// Whether no object starts in the block. None that starts elsewhere reaches into it.
fn is_free(block: usize) -> bool {
    let bits = (VALID_BITS + (block >> 6)) as *const u64;
    // SAFETY: the table of valid-object bits is mapped for each block in which there were objects.
    (0..(1 << LOG_BLOCK_BYTES) / 64 / 8).all(|word| unsafe { *bits.add(word) } == 0)
}

#[cfg(test)]
mod tests {
    use crate::heap::testing::exclusive;
    use crate::heap::{Ref, RootVec, Values};
    use crate::heap::{VALUES, Value, alloc, collect_young, init_item, item};

    fn array(n: i64) -> Ref {
        let array = alloc(VALUES, 20);
        for i in 0..20 {
            assert_eq!(item(array, Values::TAIL, i), Value::NULL);
            init_item(array, Values::TAIL, i, Value::int(n));
        }
        array
    }

    #[test]
    fn what_lives_keeps_its_contents_and_what_is_new_is_empty() {
        let _heap = exclusive(crate::heap::tests::LAYOUTS);
        let mut kept = RootVec::new();
        for n in 0..60_000 {
            let made = array(n);
            if n % 1000 == 0 {
                kept.push(Value::object(made));
            }
            if n % 4000 == 0 {
                collect_young();
            }
        }
        for (i, value) in kept.iter().enumerate() {
            let array = value.as_ref().expect("an object");
            assert!((0..20).all(|at| item(array, Values::TAIL, at) == Value::int(i as i64 * 1000)));
        }
    }
}
