//! Memory for machine code.
//!
//! Code lies in pages of its own, taken from larger reserved ranges, so that a page is writable while its
//! code is being copied in and executable afterwards, never both, and never while another unit's code is
//! in it. Freed pages go back to the system at once. Within its pages a unit begins at a varying offset:
//! if all units began at a page's start, their hot loops would compete for the same few cache lines.
//! Invariant: every allocated run of pages is readable and executable outside of [`CodeMemory::install`].
#![allow(unsafe_code)]

use std::ptr;

/// Bytes of address space taken from the system at a time.
const RANGE_BYTES: usize = 1 << 20;
/// Units begin at multiples of this.
const ALIGNMENT: usize = 64;

/// Where one unit's code lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    first_page: usize,
    pages: usize,
    code: *const u8,
}

impl Block {
    /// The first byte of the code.
    pub(super) fn code(&self) -> *const u8 {
        self.code
    }
}

/// A run of free pages.
#[derive(Clone, Copy, Debug)]
struct Run {
    start: usize,
    pages: usize,
}

/// All code of one backend.
#[derive(Debug)]
pub(super) struct CodeMemory {
    page: usize,
    /// Sorted by address; neighbours are merged.
    free: Vec<Run>,
    ranges: Vec<(usize, usize)>,
    pages_used: usize,
    blocks_made: usize,
}

impl CodeMemory {
    pub(super) fn new() -> Self {
        // SAFETY: asks for a constant of the system.
        let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as usize;
        CodeMemory { page, free: Vec::new(), ranges: Vec::new(), pages_used: 0, blocks_made: 0 }
    }

    /// Bytes of memory that hold code.
    pub(super) fn resident(&self) -> usize {
        self.pages_used * self.page
    }

    /// Copies code into memory and makes it executable; `None` when the system has no memory.
    pub(super) fn install(&mut self, code: &[u8]) -> Option<Block> {
        let pages = code.len().max(1).div_ceil(self.page);
        let start = self.take(pages)?;
        let bytes = pages * self.page;
        let choices = (bytes - code.len()) / ALIGNMENT + 1;
        let offset = self.blocks_made * 7 % choices * ALIGNMENT;
        let target = (start + offset) as *mut u8;
        if !self.protect(start, bytes, libc::PROT_READ | libc::PROT_WRITE) {
            self.give(Run { start, pages });
            return None;
        }
        // SAFETY: the pages are ours, writable, and hold nothing else; `offset` leaves room for the code.
        unsafe { ptr::copy_nonoverlapping(code.as_ptr(), target, code.len()) };
        if !self.protect(start, bytes, libc::PROT_READ | libc::PROT_EXEC) {
            self.give(Run { start, pages });
            return None;
        }
        make_visible_to_fetch(target, code.len());
        self.blocks_made += 1;
        self.pages_used += pages;
        Some(Block { first_page: start, pages, code: target })
    }

    /// Gives a block's pages back. Its code is not running and will not be entered.
    pub(super) fn free(&mut self, block: Block) {
        let bytes = block.pages * self.page;
        // SAFETY: the pages hold this block alone. Mapping them anew drops their contents.
        unsafe {
            libc::mmap(
                block.first_page as *mut libc::c_void,
                bytes,
                libc::PROT_NONE,
                libc::MAP_PRIVATE | libc::MAP_ANON | libc::MAP_FIXED | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        self.pages_used -= block.pages;
        self.give(Run { start: block.first_page, pages: block.pages });
    }

    fn protect(&self, start: usize, bytes: usize, protection: i32) -> bool {
        // SAFETY: the range lies in a mapping that this object owns, and no live code is in it.
        unsafe { libc::mprotect(start as *mut libc::c_void, bytes, protection) == 0 }
    }

    /// Takes a run of pages: the first that fits.
    fn take(&mut self, pages: usize) -> Option<usize> {
        let found = match self.free.iter().position(|run| run.pages >= pages) {
            Some(index) => index,
            None => {
                self.reserve(pages)?;
                self.free.iter().position(|run| run.pages >= pages)?
            }
        };
        let run = &mut self.free[found];
        let start = run.start;
        run.start += pages * self.page;
        run.pages -= pages;
        if run.pages == 0 {
            self.free.remove(found);
        }
        Some(start)
    }

    /// Enters a run in the list of free ones.
    fn give(&mut self, run: Run) {
        let at = self.free.partition_point(|other| other.start < run.start);
        self.free.insert(at, run);
        if at + 1 < self.free.len() && self.end(at) == self.free[at + 1].start {
            self.free[at].pages += self.free[at + 1].pages;
            self.free.remove(at + 1);
        }
        if at > 0 && self.end(at - 1) == self.free[at].start {
            self.free[at - 1].pages += self.free[at].pages;
            self.free.remove(at);
        }
    }

    fn end(&self, index: usize) -> usize {
        self.free[index].start + self.free[index].pages * self.page
    }

    /// Reserves address space for at least that many pages.
    fn reserve(&mut self, pages: usize) -> Option<()> {
        let bytes = (pages * self.page).next_multiple_of(RANGE_BYTES);
        // SAFETY: asks the system for fresh address space.
        let start = unsafe {
            libc::mmap(
                ptr::null_mut(),
                bytes,
                libc::PROT_NONE,
                libc::MAP_PRIVATE | libc::MAP_ANON | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if start == libc::MAP_FAILED {
            return None;
        }
        self.ranges.push((start as usize, bytes));
        self.give(Run { start: start as usize, pages: bytes / self.page });
        Some(())
    }
}

impl Drop for CodeMemory {
    fn drop(&mut self) {
        for &(start, bytes) in &self.ranges {
            // SAFETY: the backend that owns the memory is gone, and with it all ways into its code.
            unsafe { libc::munmap(start as *mut libc::c_void, bytes) };
        }
    }
}

/// Makes freshly written code visible to instruction fetch where the machine does not do so itself.
fn make_visible_to_fetch(_start: *mut u8, _bytes: usize) {
    #[cfg(not(target_arch = "x86_64"))]
    {
        unsafe extern "C" {
            fn __clear_cache(start: *mut libc::c_char, end: *mut libc::c_char);
        }
        // SAFETY: the range was just written and is mapped.
        unsafe { __clear_cache(_start.cast(), _start.add(_bytes).cast()) };
    }
}

#[cfg(test)]
mod tests {
    use super::CodeMemory;

    #[test]
    fn freed_pages_are_used_again() {
        let mut memory = CodeMemory::new();
        let sizes = [1, 100, 5000, 64, 70_000, 3];
        let blocks: Vec<_> = sizes.iter().map(|&n| memory.install(&vec![0xc3; n]).unwrap()).collect();
        let resident = memory.resident();
        for block in blocks.iter().rev() {
            memory.free(*block);
        }
        assert_eq!(memory.resident(), 0);
        assert_eq!(memory.free.len(), 1, "neighbouring runs merge: {:?}", memory.free);
        let again: Vec<_> = sizes.iter().map(|&n| memory.install(&vec![0xc3; n]).unwrap()).collect();
        assert_eq!(memory.resident(), resident);
        assert_eq!(memory.ranges.len(), 1);
        assert!(again.iter().all(|b| (b.code() as usize).is_multiple_of(super::ALIGNMENT)));
    }

    #[test]
    fn a_unit_larger_than_a_range_gets_one_of_its_own() {
        let mut memory = CodeMemory::new();
        let block = memory.install(&vec![0xc3; super::RANGE_BYTES + 1]).unwrap();
        assert!(memory.resident() > super::RANGE_BYTES);
        memory.free(block);
        assert_eq!(memory.resident(), 0);
    }
}
