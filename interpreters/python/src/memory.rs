//! What this process tells the system about its memory.
//!
//! The program runs on a thread of its own, for which glibc would make an arena of its own, which grows by a system call
//! for every few kilobytes. With one arena for all threads it is the main one, which grows in larger steps.
//! The text of a library module is read once, when it is compiled; its pages are given back then.
//! Neighbours: `cli` (configures), `compile::deferred` (reads the library).
#![allow(unsafe_code)]

use crate::stdlib::library;

/// To be called before the first thread is made.
pub fn configure() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: sets a parameter, while there is one thread.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}

/// Gives the pages of a part of the library's text back until they are read again. Does nothing for other memory.
#[cfg_attr(not(target_os = "linux"), allow(unused_variables))]
pub fn forget(text: &[u8]) {
    #[cfg(target_os = "linux")]
    {
        /// The unit of memory, and of what the system maps of a file when a byte is needed.
        const PAGE: usize = 4 << 10;
        const AROUND: usize = 64 << 10;
        let library = library::extent();
        let text = text.as_ptr_range();
        let (start, end) = (text.start as usize, text.end as usize);
        if start < library.start || end > library.end {
            return;
        }
        let start = (start / AROUND * AROUND).max(library.start.next_multiple_of(PAGE));
        let end = end.next_multiple_of(AROUND).min(library.end / PAGE * PAGE);
        if start < end {
            // SAFETY: between the first and the last text of the library there are only constants of the executable,
            // to which nobody can have written: they read the same when the system maps the file's pages again.
            unsafe { libc::madvise(start as *mut _, end - start, libc::MADV_DONTNEED) };
        }
    }
}
