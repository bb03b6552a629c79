//! Processor time of the calling thread: what recording and compiling cost is counted in it, so that it neither depends on
//! what else the machine does nor counts waiting.
#![allow(unsafe_code)]

use std::time::Duration;

/// Processor time that the calling thread has used so far.
pub(crate) fn used() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the clock exists on every system that there is a code generator for, and `time` is there to be written.
    let result = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    debug_assert_eq!(result, 0);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Counts from a moment on. It is asked on the thread that started it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Duration);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Stopwatch(used())
    }

    pub(crate) fn elapsed(self) -> Duration {
        used().saturating_sub(self.0)
    }

    pub(crate) fn nanoseconds(self) -> u64 {
        self.elapsed().as_nanos() as u64
    }
}
