//! The two stacks that hold values: the VM stack of frame slots, and the native stack of the attached thread.
//!
//! Both are scanned conservatively. The VM stack is one reserved region of words; what lies below its top is
//! scanned, and a word there that is no object's address is ignored, so frames may keep raw integers and dead
//! slots. On the native stack even a pointer into the middle of an object keeps the object. Invariant: the
//! region never moves, so that compiled code may hold addresses into it. Neighbours: `roots.rs`, `scan.rs`.
#![allow(unsafe_code)]

use super::value::Value;
use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The region of frame slots. Interpreters take slots by moving the top.
#[derive(Debug)]
pub struct VmStack {
    base: *mut Value,
    limit: *mut Value,
}

// SAFETY: the pointers are never changed; what they point to is used by the attached thread, and by the
// collector while it is parked.
unsafe impl Send for VmStack {}
// SAFETY: as above.
unsafe impl Sync for VmStack {}

/// A word that only the attached thread writes.
#[repr(transparent)]
struct Top(Cell<*mut Value>);

// SAFETY: written by the attached thread only, read by the collector while that thread is parked.
unsafe impl Sync for Top {}

static TOP: Top = Top(Cell::new(std::ptr::null_mut()));
static VM_STACK: OnceLock<VmStack> = OnceLock::new();

impl VmStack {
    /// Reserves the region; pages take memory once they are touched.
    fn reserve(bytes: usize) -> VmStack {
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
        let base = base.cast::<Value>();
        VmStack { base, limit: base.wrapping_add(bytes / size_of::<Value>()) }
    }

    /// The first slot.
    #[inline(always)]
    pub fn base(&self) -> *mut Value {
        self.base
    }

    /// One past the last slot.
    #[inline(always)]
    pub fn limit(&self) -> *mut Value {
        self.limit
    }

    /// One past the last slot in use: the collector scans up to here.
    #[inline(always)]
    pub fn top(&self) -> *mut Value {
        TOP.0.get()
    }

    /// Moves the top. Slots that come into use keep what was there before, which is harmless but may keep
    /// objects alive.
    #[inline(always)]
    pub fn set_top(&self, top: *mut Value) {
        debug_assert!(self.base <= top && top <= self.limit);
        TOP.0.set(top);
    }

    /// The slot at an index from the base.
    #[inline(always)]
    pub fn read(&self, index: usize) -> Value {
        debug_assert!(self.base.wrapping_add(index) < self.limit);
        // SAFETY: the slot lies in the region, whose words are initialised (zero at first).
        unsafe { *self.base.add(index) }
    }

    /// Writes the slot at an index from the base.
    #[inline(always)]
    pub fn write(&self, index: usize, value: Value) {
        debug_assert!(self.base.wrapping_add(index) < self.limit);
        // SAFETY: the slot lies in the region, which this thread alone uses while it runs.
        unsafe { *self.base.add(index) = value }
    }

    /// Address of the word that holds the top, for compiled code.
    pub fn top_address(&self) -> usize {
        &raw const TOP as usize
    }

    /// The addresses of the slots in use.
    pub(super) fn in_use(&self) -> (usize, usize) {
        (self.base as usize, self.top() as usize)
    }
}

/// The VM stack, which `Heap::init` reserves.
#[inline(always)]
pub fn vm_stack() -> &'static VmStack {
    VM_STACK.get().expect("the VM stack is used before Heap::init")
}

pub(super) fn reserve_vm_stack(bytes: usize) {
    let stack = VM_STACK.get_or_init(|| VmStack::reserve(bytes));
    stack.set_top(stack.base);
}

/// Highest address of the attached thread's native stack.
static NATIVE_BASE: AtomicUsize = AtomicUsize::new(0);
/// Lowest address to which it may grow.
static NATIVE_LIMIT: AtomicUsize = AtomicUsize::new(0);

/// Lowest and highest address of a native stack; it grows downwards.
#[derive(Clone, Copy, Debug)]
pub struct NativeStack {
    /// The lowest usable address: what an interpreter checks its depth against.
    pub limit: usize,
    /// One past the highest address.
    pub base: usize,
}

/// The native stack of the attached thread.
pub fn native_stack() -> NativeStack {
    NativeStack { limit: NATIVE_LIMIT.load(Ordering::Acquire), base: NATIVE_BASE.load(Ordering::Acquire) }
}

/// Makes the calling thread the one that uses the heap: its native stack is scanned from now on, and no other
/// thread's. To be called on a thread before its first use of the heap; the thread that was attached before
/// must not use the heap any more, nor keep objects alive from its stack.
pub fn attach_current_thread() {
    let stack = current_native_stack();
    NATIVE_LIMIT.store(stack.limit, Ordering::Release);
    NATIVE_BASE.store(stack.base, Ordering::Release);
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
