//! The running thread: depth of calls, the exception being handled, the builtins, and the runtime's start.
//!
//! What traces may see of it lies in the heap (`Thread`); the rest is only read outside of them.
//! Neighbours: `interp::run` (enters and leaves frames), `object::types` (the classes it makes).

use crate::object::layouts::{self, Thread};
use crate::object::{NONE, PyResult, builtins_table, error, types};
use metajit::depth::Depth;
use metajit::heap::{self, Heap, HeapOptions, Ref, Value};
use std::cell::Cell;

/// Slots that a frame's arguments may take before its entry is checked.
const MARGIN: usize = 1 << 17;
/// Bytes of native stack that natives may use without checking.
const NATIVE_MARGIN: usize = 512 << 10;

struct Vm {
    /// Frames entered and not left.
    depth: Cell<u32>,
    /// Frames allowed.
    limit: Cell<u32>,
    /// Lowest address the native stack may reach.
    native_limit: Cell<usize>,
    /// Highest address a frame may end at.
    stack_limit: Cell<usize>,
    /// The `Thread` object.
    thread: Cell<Ref>,
    /// The namespace of the builtins module.
    builtins: Cell<Ref>,
    /// The dict `sys.modules`.
    modules: Cell<Ref>,
}

thread_local! {
    static VM: Vm = const {
        Vm {
            depth: Cell::new(0),
            limit: Cell::new(1000),
            native_limit: Cell::new(0),
            stack_limit: Cell::new(0),
            thread: Cell::new(Ref::NULL),
            builtins: Cell::new(Ref::NULL),
            modules: Cell::new(Ref::NULL),
        }
    };
}

/// Sets up the heap and the builtin classes on the calling thread. To be called once.
pub fn start(options: HeapOptions) {
    Heap::init(HeapOptions { layouts: layouts::LAYOUTS, ..options });
    let thread = heap::permanent(heap::alloc(Thread::ID, 0));
    heap::set(thread, Thread::HANDLED, NONE);
    VM.with(|vm| {
        vm.native_limit.set(heap::native_stack().limit + NATIVE_MARGIN);
        vm.stack_limit.set(heap::vm_stack().limit() as usize - MARGIN * size_of::<Value>());
        vm.thread.set(thread);
    });
    types::start();
    builtins_table::fill_classes();
    crate::object::exception::set_defaults();
    types::started();
}

/// The running thread's object.
#[inline(always)]
pub fn thread() -> Ref {
    VM.with(|vm| vm.thread.get())
}

/// The exception being handled, or `None`.
pub fn handled() -> Value {
    heap::get(thread(), Thread::HANDLED)
}

/// The namespace of the builtins module.
#[inline(always)]
pub fn builtins() -> Ref {
    VM.with(|vm| vm.builtins.get())
}

/// Sets the namespace in which names that are not global are looked up.
pub fn set_builtins(namespace: Ref) {
    VM.with(|vm| vm.builtins.set(heap::permanent(namespace)));
}

/// The dict `sys.modules`, null before there is one.
pub fn modules() -> Ref {
    VM.with(|vm| vm.modules.get())
}

/// Sets the dict that `sys.modules` is.
pub fn set_modules(modules: Ref) {
    VM.with(|vm| vm.modules.set(heap::permanent(modules)));
}

/// Frames that may be active at once.
pub fn recursion_limit() -> u32 {
    VM.with(|vm| vm.limit.get())
}

/// Sets how many frames may be active at once.
pub fn set_recursion_limit(limit: u32) {
    VM.with(|vm| vm.limit.set(limit));
}

/// Frames that are active.
pub fn depth() -> u32 {
    VM.with(|vm| vm.depth.get())
}

/// Where frames are counted, for compiled code.
pub fn depth_words() -> Depth {
    VM.with(|vm| Depth { active: vm.depth.as_ptr() as usize, most: vm.limit.as_ptr() as usize })
}

/// Does what was asked of the interpreter: raises the KeyboardInterrupt or MemoryError that waits.
///
/// # Errors
/// The exception.
#[cold]
#[inline(never)]
pub fn attend() -> PyResult<()> {
    metajit::poll::clear();
    if heap::take_exhausted() {
        return Err(error::exception_with(crate::object::class::Builtin::MemoryError, &[]));
    }
    crate::interrupt::check()
}

/// Enters a frame that ends at `top`; gives the top before, for [`leave`], or `None` (and nothing entered) if that is too deep.
#[inline(always)]
pub fn enter(top: *mut Value) -> Option<*mut Value> {
    let mark = 0u8;
    VM.with(|vm| {
        let depth = vm.depth.get();
        let here = &raw const mark as usize;
        if depth >= vm.limit.get() || here < vm.native_limit.get() || top as usize > vm.stack_limit.get() {
            return None;
        }
        vm.depth.set(depth + 1);
        let stack = heap::vm_stack();
        let before = stack.top();
        stack.set_top(top);
        Some(before)
    })
}

/// Leaves a frame. The frame below is not always the one that ends where this began: a frame is entered again while it is
/// active when it is recorded or resumed.
#[inline(always)]
pub fn leave(before: *mut Value) {
    VM.with(|vm| vm.depth.set(vm.depth.get() - 1));
    heap::vm_stack().set_top(before);
}

/// Takes back what [`deeper`] added.
#[derive(Debug)]
pub struct DepthGuard(());

impl Drop for DepthGuard {
    fn drop(&mut self) {
        VM.with(|vm| vm.depth.set(vm.depth.get() - 1));
    }
}

/// Counts a native that recurses as a frame.
pub fn deeper(what: &str) -> PyResult<DepthGuard> {
    let top = heap::vm_stack().top();
    let mark = 0u8;
    VM.with(|vm| {
        let here = &raw const mark as usize;
        if vm.depth.get() >= vm.limit.get()
            || here < vm.native_limit.get()
            || top as usize > vm.stack_limit.get()
        {
            return Err(error::recursion_error(format!("maximum recursion depth exceeded{what}")));
        }
        vm.depth.set(vm.depth.get() + 1);
        Ok(DepthGuard(()))
    })
}
