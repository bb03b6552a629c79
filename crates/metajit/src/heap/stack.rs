//! The two stacks that hold values: the VM stack of frame slots, and the native stack.
//!
//! Each thread has both. Those of the thread that uses the heap are described by one static, those of threads
//! that wait for their turn by a list ([`leave`]). All are scanned conservatively. The VM stack is a reserved
//! region of words; what lies below its top is scanned, and a word there that is no object's address is
//! ignored, so frames may keep raw integers and dead slots. On a native stack even a pointer into the middle
//! of an object keeps the object.
//!
//! Invariant: a region never moves, so that compiled code may hold addresses into it while its thread runs.
//! Neighbours: `roots.rs` (roots elsewhere), `scan.rs` (reads both).
#![allow(unsafe_code)]

use super::registers::callee_saved_registers;
use super::value::Value;
use std::cell::{Cell, OnceCell};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Lowest and highest address of a native stack; it grows downwards.
#[derive(Clone, Copy, Debug)]
pub struct NativeStack {
    /// The lowest usable address: what an interpreter checks its depth against.
    pub limit: usize,
    /// One past the highest address.
    pub base: usize,
}

/// The stacks of the thread that uses the heap.
struct Current {
    top: Cell<*mut Value>,
    base: Cell<*mut Value>,
    limit: Cell<*mut Value>,
    native: Cell<NativeStack>,
}

// SAFETY: written by the thread that uses the heap only, and read by the collector while that thread is
// parked; who uses the heap changes under the program's own lock (`leave`, `attach_current_thread`).
unsafe impl Sync for Current {}

static CURRENT: Current = Current {
    top: Cell::new(std::ptr::null_mut()),
    base: Cell::new(std::ptr::null_mut()),
    limit: Cell::new(std::ptr::null_mut()),
    native: Cell::new(NativeStack { limit: 0, base: 0 }),
};

/// The region of frame slots of the thread that uses the heap. Interpreters take slots by moving the top.
#[derive(Clone, Copy, Debug)]
pub struct VmStack {
    _private: (),
}

/// The VM stack of the calling thread, which must be the one that uses the heap.
#[inline(always)]
pub fn vm_stack() -> VmStack {
    debug_assert!(!CURRENT.base.get().is_null(), "the VM stack is used before Heap::init");
    VmStack { _private: () }
}

impl VmStack {
    /// The first slot.
    #[inline(always)]
    pub fn base(self) -> *mut Value {
        CURRENT.base.get()
    }

    /// One past the last slot.
    #[inline(always)]
    pub fn limit(self) -> *mut Value {
        CURRENT.limit.get()
    }

    /// One past the last slot in use: the collector scans up to here.
    #[inline(always)]
    pub fn top(self) -> *mut Value {
        CURRENT.top.get()
    }

    /// Moves the top. Slots that come into use keep what was there before, which is harmless but may keep
    /// objects alive.
    #[inline(always)]
    pub fn set_top(self, top: *mut Value) {
        debug_assert!(self.base() <= top && top <= self.limit());
        CURRENT.top.set(top);
    }

    /// The slot at an index from the base.
    #[inline(always)]
    pub fn read(self, index: usize) -> Value {
        debug_assert!(self.base().wrapping_add(index) < self.limit());
        // SAFETY: the slot lies in the region, whose words are initialised (zero at first).
        unsafe { *self.base().add(index) }
    }

    /// Writes the slot at an index from the base.
    #[inline(always)]
    pub fn write(self, index: usize, value: Value) {
        debug_assert!(self.base().wrapping_add(index) < self.limit());
        // SAFETY: the slot lies in the region, which this thread alone uses while it runs.
        unsafe { *self.base().add(index) = value }
    }

    /// Address of the word that holds the top, for compiled code.
    pub fn top_address(self) -> usize {
        &raw const CURRENT.top as usize
    }
}

/// The native stack of the thread that uses the heap.
pub fn native_stack() -> NativeStack {
    CURRENT.native.get()
}

/// Which of some ranges of addresses a word of the calling thread's native stack points into.
#[inline(never)]
pub(crate) fn native_stack_points_into(ranges: &[std::ops::Range<usize>]) -> Vec<bool> {
    let mut sorted: Vec<usize> = (0..ranges.len()).collect();
    sorted.sort_unstable_by_key(|&i| ranges[i].start);
    let mut found = vec![false; ranges.len()];
    let here = 0usize;
    let mut at = (&raw const here as usize).next_multiple_of(size_of::<usize>());
    while at < native_stack().base {
        // SAFETY: what lies between a local of this function and the stack's base is the calling thread's stack.
        let word = unsafe { (at as *const usize).read_volatile() };
        let above = sorted.partition_point(|&i| ranges[i].start <= word);
        if above > 0 && ranges[sorted[above - 1]].contains(&word) {
            found[sorted[above - 1]] = true;
        }
        at += size_of::<usize>();
    }
    found
}

/// The memory of a thread's VM stack.
struct Region {
    base: *mut Value,
    bytes: usize,
}

impl Region {
    /// Reserves address space; pages take memory once they are touched.
    fn reserve(bytes: usize) -> Region {
        // SAFETY: a fresh anonymous mapping.
        let base = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        assert!(base != libc::MAP_FAILED, "no address space for a VM stack of {bytes} bytes");
        Region { base: base.cast(), bytes }
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: the mapping belongs to this region, whose thread ends.
        unsafe { libc::munmap(self.base.cast(), self.bytes) };
    }
}

thread_local! {
    static REGION: OnceCell<Region> = const { OnceCell::new() };
}

/// Size of the regions that are reserved from now on.
static REGION_BYTES: AtomicUsize = AtomicUsize::new(0);

pub(super) fn set_vm_stack_bytes(bytes: usize) {
    REGION_BYTES.store(bytes, Ordering::Relaxed);
}

/// Makes the calling thread the one that uses the heap, with an empty VM stack. To be called on each thread
/// before its first use of the heap; the thread that used it before must be in [`leave`], or have ended, or
/// never use the heap again.
pub fn attach_current_thread() {
    REGION.with(|region| {
        let region = region.get_or_init(|| Region::reserve(REGION_BYTES.load(Ordering::Relaxed)));
        CURRENT.base.set(region.base);
        CURRENT.top.set(region.base);
        CURRENT.limit.set(region.base.wrapping_add(region.bytes / size_of::<Value>()));
    });
    CURRENT.native.set(current_native_stack());
}

/// The parts of a waiting thread's stacks that are in use, as pairs of addresses.
#[derive(Clone, Copy)]
struct Waiting {
    number: u64,
    native: (usize, usize),
    vm: (usize, usize),
}

static WAITING: Mutex<(u64, Vec<Waiting>)> = Mutex::new((0, Vec::new()));

fn waiting() -> MutexGuard<'static, (u64, Vec<Waiting>)> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends a thread's waiting, also when it unwinds.
struct Return {
    number: u64,
    top: *mut Value,
    base: *mut Value,
    limit: *mut Value,
    native: NativeStack,
}

impl Drop for Return {
    fn drop(&mut self) {
        waiting().1.retain(|thread| thread.number != self.number);
        CURRENT.top.set(self.top);
        CURRENT.base.set(self.base);
        CURRENT.limit.set(self.limit);
        CURRENT.native.set(self.native);
    }
}

/// Runs `wait`, during which other threads may use the heap; this thread's stacks stay roots meanwhile.
///
/// `wait` releases the lock that decides who uses the heap, blocks, and takes the lock again; it must not
/// touch the heap.
#[inline(never)]
pub fn leave<T>(wait: impl FnOnce() -> T) -> T {
    let registers = callee_saved_registers();
    let native = native_stack();
    let stack = vm_stack();
    let number = {
        let mut list = waiting();
        list.0 += 1;
        let number = list.0;
        let native = (registers.as_ptr() as usize, native.base);
        list.1.push(Waiting { number, native, vm: (stack.base() as usize, stack.top() as usize) });
        number
    };
    let _back = Return { number, top: stack.top(), base: stack.base(), limit: stack.limit(), native };
    let result = wait();
    std::hint::black_box(&registers);
    result
}

/// Reports the stacks to the collector, as pairs of addresses: `native` and `vm` are called for each thread.
/// The native stack of the thread that uses the heap is in use down to `parked_at`.
pub(super) fn report(
    parked_at: usize,
    native: &mut dyn FnMut(usize, usize),
    vm: &mut dyn FnMut(usize, usize),
) {
    native(parked_at & !7, native_stack().base);
    vm(CURRENT.base.get() as usize, CURRENT.top.get() as usize);
    for thread in &waiting().1 {
        native(thread.native.0 & !7, thread.native.1);
        vm(thread.vm.0, thread.vm.1);
    }
}

/// Asks the system for the bounds of the calling thread's stack.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn current_native_stack() -> NativeStack {
    let mut start = std::ptr::null_mut();
    let mut size = 0;
    // SAFETY: the attributes are initialised by `pthread_getattr_np` before they are read, and destroyed
    // once.
    unsafe {
        let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
        let failed = libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0
            || libc::pthread_attr_getstack(&attributes, &mut start, &mut size) != 0;
        libc::pthread_attr_destroy(&mut attributes);
        assert!(!failed, "the system does not tell where the stack is");
    }
    NativeStack { limit: start as usize, base: start as usize + size }
}

/// Asks the system for the bounds of the calling thread's stack.
#[cfg(target_os = "macos")]
fn current_native_stack() -> NativeStack {
    // SAFETY: asks about the calling thread, which exists.
    unsafe {
        let this = libc::pthread_self();
        let base = libc::pthread_get_stackaddr_np(this) as usize;
        NativeStack { limit: base - libc::pthread_get_stacksize_np(this), base }
    }
}
