//! How the system's allocator works for this process.
//!
//! The program runs on a thread of its own, for which glibc would make an arena of its own that grows by a system call for
//! every few kilobytes. With one arena for all threads it is the main one, which grows in large steps.
#![allow(unsafe_code)]

/// Bytes by which the allocator's memory grows at once.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const STEP: libc::c_int = 1 << 20;

/// To be called before the first thread is made.
pub fn configure() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: sets two parameters, while there is one thread.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
        libc::mallopt(libc::M_TOP_PAD, STEP);
    }
}
