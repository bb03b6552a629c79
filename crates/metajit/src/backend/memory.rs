//! Memory for machine code: what the modules of `cranelift-jit` take it from.
//!
//! Code lies in pages of its own, taken from larger reserved ranges, so that a page is writable while its
//! code is being copied in and executable afterwards, never both, and never while another unit's code is
//! in it. Freed pages go back to the system at once. Within its pages a unit begins at a varying offset:
//! if all units began at a page's start, their hot loops would compete for the same few cache lines.
//! Invariant: what a unit holds is readable and executable from when it is finished until it is dropped.
#![allow(unsafe_code)]

use cranelift_jit::{BranchProtection, JITMemoryKind, JITMemoryProvider};
use cranelift_module::{ModuleError, ModuleResult};
use std::io;
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of address space taken from the system at a time.
const RANGE_BYTES: usize = 1 << 20;
/// Units begin at multiples of this.
const ALIGNMENT: usize = 64;

/// All code of one backend.
#[derive(Clone, Debug)]
pub(super) struct CodeMemory {
    pages: Arc<Mutex<Pages>>,
}

impl CodeMemory {
    pub(super) fn new() -> Self {
        CodeMemory { pages: Arc::new(Mutex::new(Pages::new())) }
    }

    /// Bytes of memory that hold code.
    pub(super) fn resident(&self) -> usize {
        let pages = self.lock();
        pages.used * pages.page
    }

    /// The memory of one unit: room for one function. Given back when it is dropped, at which time the code is not
    /// running and will not be entered.
    pub(super) fn unit(&self) -> UnitMemory {
        UnitMemory { memory: self.clone(), block: None }
    }

    fn lock(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The memory of one unit.
#[derive(Debug)]
pub(super) struct UnitMemory {
    memory: CodeMemory,
    block: Option<Run>,
}

impl JITMemoryProvider for UnitMemory {
    fn allocate(&mut self, size: usize, align: u64, kind: JITMemoryKind) -> io::Result<*mut u8> {
        if self.block.is_some() || !matches!(kind, JITMemoryKind::Executable) || align > ALIGNMENT as u64 {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let (block, code) = self.memory.lock().take_writable(size).ok_or(io::ErrorKind::OutOfMemory)?;
        self.block = Some(block);
        Ok(code)
    }

    // SAFETY: what the trait asks of the caller, that none of the unit's code runs or is led to any more, is what
    // `Backend::free` asks; the body itself needs nothing beyond it.
    unsafe fn free_memory(&mut self) {
        if let Some(block) = self.block.take() {
            self.memory.lock().free(block);
        }
    }

    fn finalize(&mut self, _: BranchProtection) -> ModuleResult<()> {
        let finished = self.block.is_none_or(|block| self.memory.lock().make_executable(block));
        if finished { Ok(()) } else { Err(ModuleError::Allocation { err: io::Error::last_os_error() }) }
    }
}

impl Drop for UnitMemory {
    fn drop(&mut self) {
        // SAFETY: who owned the memory is gone, and with it all ways into the code.
        unsafe { self.free_memory() };
    }
}

/// A run of pages.
#[derive(Clone, Copy, Debug)]
struct Run {
    start: usize,
    pages: usize,
}

/// The pages of all units.
#[derive(Debug)]
struct Pages {
    /// Bytes in a page.
    page: usize,
    /// Sorted by address; neighbours are merged.
    free: Vec<Run>,
    ranges: Vec<(usize, usize)>,
    used: usize,
    blocks_made: usize,
}

impl Pages {
    fn new() -> Self {
        // SAFETY: asks for a constant of the system.
        let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as usize;
        Pages { page, free: Vec::new(), ranges: Vec::new(), used: 0, blocks_made: 0 }
    }

    /// Takes pages for a unit's code, writable; gives the place of the code, too. `None` when the system has no memory.
    fn take_writable(&mut self, code_bytes: usize) -> Option<(Run, *mut u8)> {
        let pages = code_bytes.max(1).div_ceil(self.page);
        let block = Run { start: self.take(pages)?, pages };
        if !self.protect(block, libc::PROT_READ | libc::PROT_WRITE) {
            self.give(block);
            return None;
        }
        let choices = (pages * self.page - code_bytes) / ALIGNMENT + 1;
        let offset = self.blocks_made * 7 % choices * ALIGNMENT;
        self.blocks_made += 1;
        self.used += pages;
        Some((block, (block.start + offset) as *mut u8))
    }

    /// Ends the time in which a unit's code may be written; false when the system refuses.
    fn make_executable(&mut self, block: Run) -> bool {
        make_visible_to_fetch(block.start as *mut u8, block.pages * self.page);
        self.protect(block, libc::PROT_READ | libc::PROT_EXEC)
    }

    /// Gives a unit's pages back. Its code is not running and will not be entered.
    fn free(&mut self, block: Run) {
        // SAFETY: the pages hold this unit alone. Mapping them anew drops their contents.
        unsafe {
            libc::mmap(
                block.start as *mut libc::c_void,
                block.pages * self.page,
                libc::PROT_NONE,
                libc::MAP_PRIVATE | libc::MAP_ANON | libc::MAP_FIXED | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        self.used -= block.pages;
        self.give(block);
    }

    fn protect(&self, block: Run, protection: i32) -> bool {
        // SAFETY: the pages lie in a mapping that this object owns, and no live code is in them.
        unsafe { libc::mprotect(block.start as *mut libc::c_void, block.pages * self.page, protection) == 0 }
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

impl Drop for Pages {
    fn drop(&mut self) {
        for &(start, bytes) in &self.ranges {
            // SAFETY: no unit is left that has memory here.
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
    use super::{CodeMemory, JITMemoryKind, JITMemoryProvider, RANGE_BYTES, UnitMemory};
    use cranelift_jit::BranchProtection;

    /// A unit whose code is `bytes` times `ret`.
    fn unit(memory: &CodeMemory, bytes: usize) -> (UnitMemory, *mut u8) {
        let mut unit = memory.unit();
        let code = unit.allocate(bytes, 16, JITMemoryKind::Executable).unwrap();
        // SAFETY: the memory was given for so many bytes.
        unsafe { std::ptr::write_bytes(code, 0xc3, bytes) };
        unit.finalize(BranchProtection::None).unwrap();
        (unit, code)
    }

    #[test]
    fn freed_pages_are_used_again() {
        let memory = CodeMemory::new();
        let sizes = [1, 100, 5000, 64, 70_000, 3];
        let units: Vec<_> = sizes.iter().map(|&bytes| unit(&memory, bytes)).collect();
        let resident = memory.resident();
        drop(units);
        assert_eq!(memory.resident(), 0);
        assert_eq!(memory.lock().free.len(), 1, "neighbouring runs merge: {:?}", memory.lock().free);
        let again: Vec<_> = sizes.iter().map(|&bytes| unit(&memory, bytes)).collect();
        assert_eq!(memory.resident(), resident);
        assert_eq!(memory.lock().ranges.len(), 1);
        assert!(again.iter().all(|(_, code)| (*code as usize).is_multiple_of(super::ALIGNMENT)));
    }

    #[test]
    fn a_unit_larger_than_a_range_gets_one_of_its_own() {
        let memory = CodeMemory::new();
        let (unit, _) = unit(&memory, RANGE_BYTES + 1);
        assert!(memory.resident() > RANGE_BYTES);
        drop(unit);
        assert_eq!(memory.resident(), 0);
    }
}
