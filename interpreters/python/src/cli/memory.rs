//! How the system's allocator works for this process.
//!
//! The program runs on a thread of its own, for which glibc would make an arena of its own, which grows by a system call
//! for every few kilobytes. With one arena for all threads it is the main one, which grows in larger steps.
#![allow(unsafe_code)]

/// To be called before the first thread is made.
pub fn configure() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: sets a parameter, while there is one thread.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}
