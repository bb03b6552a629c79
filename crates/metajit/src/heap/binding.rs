//! The binding to MMTk: sticky Immix, nothing moves, one mutator thread, one collector thread.
//!
//! Invariants: all of MMTk is named in this folder only; the collector runs only while the mutator is parked
//! in [`block_for_gc`](Collection::block_for_gc), which it enters from its own allocation or collection
//! request, so between two allocations the heap does not change. Neighbours: `scan.rs` (roots, objects, weak
//! references), `policy.rs` (heap size), `alloc.rs` (the mutator's side).
#![allow(unsafe_code)]

use super::blocks;
use super::large;
use super::policy;
use super::registers::callee_saved_registers;
use super::scan::Scanner;
use super::stats;
use super::value::Ref;
use mmtk::util::alloc::{AllocationError, BumpPointer, ImmixAllocator};
use mmtk::util::copy::{CopySemantics, GCWorkerCopyContext};
use mmtk::util::heap::GCTriggerPolicy;
use mmtk::util::heap::vm_layout::VMLayout;
use mmtk::util::opaque_pointer::{OpaquePointer, VMMutatorThread, VMThread, VMWorkerThread};
use mmtk::util::options::{GCTriggerSelector, NurserySize, PlanSelector};
use mmtk::util::{Address, ObjectReference};
use mmtk::vm::slot::{SimpleSlot, UnimplementedMemorySlice};
use mmtk::vm::*;
use mmtk::{AllocationSemantics, MMTK, MMTKBuilder, Mutator, memory_manager};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;

/// The type that ties the parts of the binding together.
#[derive(Default)]
pub(super) struct Binding;

/// The place of a pointer inside an object.
pub(super) type Slot = SimpleSlot;

impl VMBinding for Binding {
    type VMObjectModel = Objects;
    type VMScanning = Scanner;
    type VMCollection = Coordinator;
    type VMActivePlan = Threads;
    type VMReferenceGlue = NoReferenceGlue;
    type VMSlot = Slot;
    type VMMemorySlice = UnimplementedMemorySlice<Slot>;
    const MAX_ALIGNMENT: usize = 64;
}

static COLLECTOR: OnceLock<Box<MMTK<Binding>>> = OnceLock::new();
static MUTATOR: AtomicPtr<Mutator<Binding>> = AtomicPtr::new(std::ptr::null_mut());
/// Whether the collector's thread has been started.
static STARTED: AtomicBool = AtomicBool::new(false);
static BUMP_SOURCE: AtomicPtr<BumpPointer> = AtomicPtr::new(std::ptr::null_mut());

/// Stands for the mutator thread where MMTk asks for a name.
const MUTATOR_THREAD: usize = 0x10;
/// Stands for the collector's thread.
const WORKER_THREAD: usize = 0x20;

/// Sets the collector up. Called once. `young_share` is the share of the heap's size after which young objects
/// are collected.
pub(super) fn initialize(young_share: f64) {
    let mut builder = MMTKBuilder::new_no_env_vars();
    builder.options.plan.set(PlanSelector::StickyImmix);
    builder.options.gc_trigger.set(GCTriggerSelector::Delegated);
    builder.options.threads.set(1);
    let nursery = NurserySize::ProportionalBounded { min: young_share / 4.0, max: young_share };
    builder.options.nursery.set(nursery);
    builder.set_vm_layout(address_space());
    COLLECTOR
        .set(memory_manager::mmtk_init(&builder))
        .unwrap_or_else(|_| panic!("the heap is initialised twice"));
    let mutator = Box::leak(memory_manager::bind_mutator(collector(), mutator_thread()));
    let selector = memory_manager::get_allocator_mapping(collector(), AllocationSemantics::Default);
    // SAFETY: the selector comes from the plan whose mutator this is.
    let allocator = unsafe { mutator.allocator_mut(selector) };
    let immix =
        allocator.downcast_mut::<ImmixAllocator<Binding>>().expect("sticky Immix allocates by bumping");
    BUMP_SOURCE.store(&mut immix.bump_pointer, Ordering::Release);
    MUTATOR.store(mutator, Ordering::Release);
}

/// Logarithm of the number of spaces that MMTk can tell from each other by their addresses.
const LOG_SPACES: usize = 4;
/// Memory that is provided for where nothing limits the process.
const LEAST_MEMORY: u64 = 1 << 35;

/// Where the heap lies. Each space gets more than the memory there may be, but not the 2 TB of MMTk's own layout: each
/// 4 MB of each space's metadata are entered into a table at start-up, which then takes a third of a millisecond, and
/// count for a process whose address space is limited. The first half of the spaces is left out: systems map things
/// of their own there.
fn address_space() -> VMLayout {
    let memory = (policy::physical_memory() as u64).max(LEAST_MEMORY).min(policy::address_space_limit());
    let log_space = (memory.ilog2() as usize + 1).min(VMLayout::new_64bit().log_space_extent);
    let end = log_space + LOG_SPACES;
    // SAFETY: MMTk compares and computes with the addresses until it has mapped them.
    let [heap_start, heap_end] = [end - 1, end].map(|log| unsafe { Address::from_usize(1 << log) });
    VMLayout { heap_start, heap_end, log_space_extent: log_space, ..VMLayout::new_64bit() }
}

/// Starts the collector's thread unless it runs: most programs end before they need it.
pub(super) fn ensure_collector_runs() {
    if !STARTED.swap(true, Ordering::Relaxed) {
        memory_manager::initialize_collection(collector(), mutator_thread().0);
    }
}

/// Whether [`initialize`] has run.
pub(super) fn is_initialized() -> bool {
    !MUTATOR.load(Ordering::Relaxed).is_null()
}

pub(super) fn collector() -> &'static MMTK<Binding> {
    COLLECTOR.get().expect("the heap is used before Heap::init")
}

/// The one mutator. The reference must not be kept across a call that may collect.
pub(super) fn mutator() -> &'static mut Mutator<Binding> {
    // SAFETY: set once to a leaked box; used by the attached thread, and by the collector only while that
    // thread is parked.
    unsafe { &mut *MUTATOR.load(Ordering::Relaxed) }
}

/// Where the mutator's allocator keeps its free range.
pub(super) fn bump_source() -> *mut BumpPointer {
    BUMP_SOURCE.load(Ordering::Relaxed)
}

/// Runs a collection, of the whole heap or of young objects only, and returns when it is over.
pub(super) fn collect(whole: bool) {
    ensure_collector_runs();
    collector().handle_user_collection_request(mutator_thread(), true, whole);
}

/// Calls `fork`, which is to create a process, while no collector thread runs, and starts new ones
/// afterwards, in the parent and in the child.
pub fn with_collector_stopped<T>(fork: impl FnOnce() -> T) -> T {
    if !STARTED.load(Ordering::Relaxed) {
        return fork();
    }
    collector().prepare_to_fork();
    for thread in std::mem::take(&mut *lock(&COLLECTOR_THREADS)) {
        thread.join().expect("the collector's thread ends in order");
    }
    let result = fork();
    collector().after_fork(mutator_thread().0);
    result
}

/// Whether the collection that is running (or the last one) is of young objects only.
pub(super) fn is_young_collection() -> bool {
    collector().get_plan().generational().is_some_and(|plan| plan.is_current_gc_nursery())
}

/// The object at which a pointer points, which must not be null.
#[inline(always)]
pub(super) fn object_reference(object: Ref) -> ObjectReference {
    debug_assert!(!object.is_null());
    // SAFETY: a `Ref` that is not null is the aligned address of an object.
    unsafe { ObjectReference::from_raw_address_unchecked(Address::from_usize(object.address())) }
}

/// The inverse of [`object_reference`].
#[inline(always)]
pub(super) fn to_ref(object: ObjectReference) -> Ref {
    Ref::from_bits(object.to_raw_address().as_usize() as u64)
}

fn opaque(number: usize) -> OpaquePointer {
    // SAFETY: the address is only compared, never followed.
    OpaquePointer::from_address(unsafe { Address::from_usize(number) })
}

fn mutator_thread() -> VMMutatorThread {
    VMMutatorThread(VMThread(opaque(MUTATOR_THREAD)))
}

/// Sizes and metadata of objects.
pub(super) struct Objects;

impl ObjectModel<Binding> for Objects {
    const GLOBAL_LOG_BIT_SPEC: VMGlobalLogBitSpec = VMGlobalLogBitSpec::side_first();
    const LOCAL_FORWARDING_POINTER_SPEC: VMLocalForwardingPointerSpec =
        VMLocalForwardingPointerSpec::in_header(0);
    const LOCAL_FORWARDING_BITS_SPEC: VMLocalForwardingBitsSpec = VMLocalForwardingBitsSpec::side_first();
    const LOCAL_MARK_BIT_SPEC: VMLocalMarkBitSpec =
        VMLocalMarkBitSpec::side_after(Self::LOCAL_FORWARDING_BITS_SPEC.as_spec());
    /// Not used, since nothing moves. In a side table it would be cleared for each free line in each collection,
    /// which takes most of the time of a collection that finds little alive.
    const LOCAL_PINNING_BIT_SPEC: VMLocalPinningBitSpec = VMLocalPinningBitSpec::in_header(0);
    const LOCAL_LOS_MARK_NURSERY_SPEC: VMLocalLOSMarkNurserySpec =
        VMLocalLOSMarkNurserySpec::side_after(Self::LOCAL_MARK_BIT_SPEC.as_spec());
    const UNIFIED_OBJECT_REFERENCE_ADDRESS: bool = true;
    const OBJECT_REF_OFFSET_LOWER_BOUND: isize = 0;
    const NEED_VO_BITS_DURING_TRACING: bool = true;

    fn copy(_: ObjectReference, _: CopySemantics, _: &mut GCWorkerCopyContext<Binding>) -> ObjectReference {
        unreachable!("objects do not move")
    }

    fn copy_to(_: ObjectReference, _: ObjectReference, _: Address) -> Address {
        unreachable!("objects do not move")
    }

    #[inline(always)]
    fn get_current_size(object: ObjectReference) -> usize {
        super::access::size_of(to_ref(object))
    }

    fn get_size_when_copied(object: ObjectReference) -> usize {
        Self::get_current_size(object)
    }

    fn get_align_when_copied(_: ObjectReference) -> usize {
        8
    }

    fn get_align_offset_when_copied(_: ObjectReference) -> usize {
        0
    }

    fn get_reference_when_copied_to(_: ObjectReference, _: Address) -> ObjectReference {
        unreachable!("objects do not move")
    }

    fn get_type_descriptor(_: ObjectReference) -> &'static [i8] {
        unreachable!("only asked for by bindings to Java")
    }

    #[inline(always)]
    fn ref_to_object_start(object: ObjectReference) -> Address {
        object.to_raw_address()
    }

    #[inline(always)]
    fn ref_to_header(object: ObjectReference) -> Address {
        object.to_raw_address()
    }

    fn dump_object(object: ObjectReference) {
        let object = to_ref(object);
        eprintln!(
            "{object:?}: {:?} of {} bytes",
            super::access::layout_of(object),
            super::access::size_of(object)
        );
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where the mutator is in the hand-over to the collector.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// The mutator runs.
    Mutator,
    /// The mutator is parked and its stack may be scanned.
    Collector,
}

static COLLECTOR_THREADS: Mutex<Vec<JoinHandle<()>>> = Mutex::new(Vec::new());
static TURN: Mutex<Turn> = Mutex::new(Turn::Mutator);
static TURN_CHANGED: Condvar = Condvar::new();
/// Lowest address of the parked mutator's native stack.
static PARKED_AT: AtomicUsize = AtomicUsize::new(0);

/// The address down to which the parked mutator's native stack is in use.
pub(super) fn parked_stack_pointer() -> usize {
    PARKED_AT.load(Ordering::Acquire)
}

/// Starting and ending collections.
pub(super) struct Coordinator;

impl Coordinator {
    fn hand_over(to: Turn) {
        *lock(&TURN) = to;
        TURN_CHANGED.notify_all();
    }

    fn wait_for(turn: Turn) {
        let mut now = lock(&TURN);
        while *now != turn {
            now = TURN_CHANGED.wait(now).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Collection<Binding> for Coordinator {
    fn stop_all_mutators<F>(_: VMWorkerThread, mut visit: F)
    where
        F: FnMut(&'static mut Mutator<Binding>),
    {
        Self::wait_for(Turn::Collector);
        stats::collection_starts();
        policy::collection_starts();
        visit(mutator());
    }

    fn resume_mutators(_: VMWorkerThread) {
        large::return_pages();
        blocks::return_pages();
        stats::collection_ends(is_young_collection());
        Self::hand_over(Turn::Mutator);
    }

    #[inline(never)]
    fn block_for_gc(_: VMMutatorThread) {
        let registers = callee_saved_registers();
        PARKED_AT.store(registers.as_ptr() as usize, Ordering::Release);
        Self::hand_over(Turn::Collector);
        Self::wait_for(Turn::Mutator);
        std::hint::black_box(&registers);
    }

    fn spawn_gc_thread(_: VMThread, context: GCThreadContext<Binding>) {
        let GCThreadContext::Worker(worker) = context;
        let run = move || {
            let name = VMWorkerThread(VMThread(opaque(WORKER_THREAD)));
            memory_manager::start_worker(collector(), name, worker);
        };
        let thread = std::thread::Builder::new().name("collector".to_owned()).spawn(run);
        lock(&COLLECTOR_THREADS).push(thread.expect("a thread for the collector"));
    }

    fn out_of_memory(_: VMThread, error: AllocationError) {
        // The heap's limit never leads here (see `policy.rs`): the operating system refuses pages, and no
        // exception can be built without memory.
        eprintln!("fatal: the operating system has no memory left for the heap ({error:?})");
        std::process::abort();
    }

    fn vm_live_bytes() -> usize {
        policy::external_bytes()
    }

    fn create_gc_trigger() -> Box<dyn GCTriggerPolicy<Binding>> {
        Box::new(policy::HeapSize)
    }
}

/// The threads that MMTk knows.
pub(super) struct Threads;

impl ActivePlan<Binding> for Threads {
    fn number_of_mutators() -> usize {
        1
    }

    fn is_mutator(thread: VMThread) -> bool {
        thread.0.to_address().as_usize() == MUTATOR_THREAD
    }

    fn mutator(_: VMMutatorThread) -> &'static mut Mutator<Binding> {
        mutator()
    }

    fn mutators<'a>() -> Box<dyn Iterator<Item = &'a mut Mutator<Binding>> + 'a> {
        Box::new(std::iter::once(mutator()))
    }
}

/// MMTk's own weak references, which are Java's and not used; see `weak.rs`.
pub(super) struct NoReferenceGlue;

impl ReferenceGlue<Binding> for NoReferenceGlue {
    type FinalizableType = ObjectReference;

    fn set_referent(_: ObjectReference, _: ObjectReference) {
        unreachable!("weak references are in `weak.rs`")
    }

    fn get_referent(_: ObjectReference) -> Option<ObjectReference> {
        unreachable!("weak references are in `weak.rs`")
    }

    fn clear_referent(_: ObjectReference) {
        unreachable!("weak references are in `weak.rs`")
    }

    fn enqueue_references(_: &[ObjectReference], _: VMWorkerThread) {}
}
