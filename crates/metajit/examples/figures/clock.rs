//! The time for which this thread has been running, whatever else the machine does.
#![allow(unsafe_code)]

use std::time::Duration;

/// CPU time of the calling thread.
pub fn now() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the place is that of a local variable of the right type.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    assert_eq!(status, 0, "threads have a clock");
    Duration::new(time.tv_sec.cast_unsigned(), time.tv_nsec as u32)
}
