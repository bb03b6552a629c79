//! What the collector asks: where are the roots, where are the pointers in an object, which weak references
//! have died.
//!
//! Everything here runs on the collector's thread while the program stands still. Conservative words become
//! objects through the valid-object bits, so a word that merely looks like an address does no harm.
//! Neighbours: `roots.rs` and `stack.rs` (the sources), `weak.rs`, `layout.rs`.
#![allow(unsafe_code)]

use super::access;
use super::age;
use super::barrier;
use super::binding::{self, Binding, Slot};
use super::layout::{HEADER_BYTES, NATIVE, RESERVED_LAYOUTS, TailKind, language_layouts};
use super::root_vec;
use super::roots;
use super::stack;
use super::value::{Ref, Value};
use super::weak;
use crate::kind::Type;
use mmtk::scheduler::GCWorker;
use mmtk::util::opaque_pointer::VMWorkerThread;
use mmtk::util::{Address, ObjectReference};
use mmtk::vm::{ObjectTracer, ObjectTracerContext, RootsWorkFactory, Scanning, SlotVisitor};
use mmtk::{Mutator, memory_manager};
use std::cell::RefCell;
use std::sync::OnceLock;

/// Offsets in bytes of the traced fields of each layout, by index.
static TRACED_FIELDS: OnceLock<Vec<Box<[u32]>>> = OnceLock::new();

/// Computes what [`Scanner`] needs to know from the tables of layouts, which are registered by then.
pub(super) fn prepare() {
    TRACED_FIELDS.get_or_init(|| {
        let layouts = RESERVED_LAYOUTS.iter().chain(language_layouts());
        let traced = |layout: &&super::Layout| {
            let fields = layout.fields.iter().enumerate();
            let pointers = fields.filter(|(_, field)| matches!(field.kind, Type::Value | Type::Ref));
            pointers.map(|(i, _)| HEADER_BYTES as u32 + 8 * i as u32).collect()
        };
        layouts.map(traced).collect()
    });
}

/// The answers to MMTk's questions about roots and objects.
pub(super) struct Scanner;

impl Scanning<Binding> for Scanner {
    /// Rust objects call back with values that may lie anywhere, so their edges are traced one by one.
    #[inline(always)]
    fn support_slot_enqueuing(_: VMWorkerThread, object: ObjectReference) -> bool {
        access::layout_of(binding::to_ref(object)) != NATIVE
    }

    #[inline(always)]
    fn scan_object<V: SlotVisitor<Slot>>(_: VMWorkerThread, object: ObjectReference, visitor: &mut V) {
        for_each_slot(binding::to_ref(object), |slot| visitor.visit_slot(slot));
    }

    fn scan_object_and_trace_edges<T: ObjectTracer>(
        _: VMWorkerThread,
        object: ObjectReference,
        tracer: &mut T,
    ) {
        weak::trace_native(binding::to_ref(object), &mut |value: &Value| {
            if let Some(r) = value.as_ref() {
                tracer.trace_object(binding::object_reference(r));
            }
        });
    }

    fn notify_initial_thread_scan_complete(_: bool, _: VMWorkerThread) {}

    fn scan_roots_in_mutator_thread(
        _: VMWorkerThread,
        _: &'static mut Mutator<Binding>,
        mut factory: impl RootsWorkFactory<Slot>,
    ) {
        let found = RefCell::new(Vec::new());
        stack::report(
            binding::parked_stack_pointer(),
            &mut |low, high| scan_native(low, high, &mut found.borrow_mut()),
            &mut |base, top| scan_words(base, top, &mut found.borrow_mut()),
        );
        let mut found = found.into_inner();
        // Deep recursion repeats the same few pointers; tracing skips what it has seen, but only after
        // fetching its mark.
        found.sort_unstable();
        found.dedup();
        factory.create_process_pinning_roots_work(found);
    }

    fn scan_vm_specific_roots(_: VMWorkerThread, mut factory: impl RootsWorkFactory<Slot>) {
        let mut found = Vec::new();
        let mut ranges = Vec::new();
        roots::report(
            binding::is_young_collection(),
            &mut |object| found.push(binding::object_reference(object)),
            &mut |start, end| ranges.push((start, end)),
        );
        for (start, end) in ranges {
            scan_words(start, end, &mut found);
        }
        root_vec::report(&mut |values| {
            found.extend(values.iter().filter_map(|value| value.as_ref()).map(binding::object_reference));
        });
        barrier::report(binding::is_young_collection(), &mut |object| {
            found.push(binding::object_reference(object))
        });
        weak::report_queued(&mut |object| found.push(binding::object_reference(object)));
        factory.create_process_pinning_roots_work(found);
    }

    fn supports_return_barrier() -> bool {
        false
    }

    fn prepare_for_roots_re_scanning() {
        unreachable!("only collectors that move objects scan roots twice")
    }

    fn process_weak_refs(worker: &mut GCWorker<Binding>, context: impl ObjectTracerContext<Binding>) -> bool {
        weak::process(binding::is_young_collection(), |objects| {
            context.with_tracer(worker, |tracer| {
                for &object in objects {
                    tracer.trace_object(binding::object_reference(object));
                }
            });
        })
    }
}

/// Calls `visit` with each place in an object that holds a pointer which is worth following: to an object that this
/// collection has not found yet.
#[inline(always)]
fn for_each_slot(object: Ref, mut visit: impl FnMut(Slot)) {
    let layout = access::layout_of(object);
    let mut word = |offset: usize| {
        let address = object.address() + offset;
        // SAFETY: the offset is that of a traced word inside of a live object.
        let bits = unsafe { *(address as *const u64) };
        if let Some(target) = Value::from_bits(bits).as_ref()
            && !age::is_old(target)
        {
            // SAFETY: the address of a word of an object is not null.
            visit(Slot::from_address(unsafe { Address::from_usize(address) }));
        }
    };
    let traced = &TRACED_FIELDS.get().expect("set when the heap was initialised")[layout.index() as usize];
    for &offset in traced {
        word(offset as usize);
    }
    if layout.tail_kind() == Some(TailKind::Value) {
        let first = layout.tail_offset() as usize;
        for i in 0..access::len(object) {
            word(first + 8 * i);
        }
    }
}

/// Lowest and highest address that an object can have.
fn heap_bounds() -> (u64, u64) {
    let low = memory_manager::starting_heap_address().as_usize() as u64;
    let high = memory_manager::last_heap_address().as_usize() as u64;
    (low, high)
}

/// Finds objects whose address is one of the words from `start` up to `end`.
fn scan_words(start: usize, end: usize, found: &mut Vec<ObjectReference>) {
    let (low, high) = heap_bounds();
    for address in (start..end).step_by(8) {
        // SAFETY: the range was registered as readable, or is the VM stack.
        let word = unsafe { (address as *const u64).read_volatile() };
        if word & 7 == 0 && word >= low && word < high {
            // SAFETY: the word is not null.
            let word = unsafe { Address::from_usize(word as usize) };
            found.extend(memory_manager::is_mmtk_object(word));
        }
    }
}

/// Finds objects into which one of the words from `start` up to `end` points. A loop over an array may keep
/// only a pointer to its current element, or to just behind it.
fn scan_native(start: usize, end: usize, found: &mut Vec<ObjectReference>) {
    let (low, high) = heap_bounds();
    for address in (start..end).step_by(8) {
        // SAFETY: the range is the parked thread's stack, from its stack pointer to its base.
        let word = unsafe { (address as *const u64).read_volatile() };
        if word >= low && word < high {
            found.extend(enclosing_object(word).or_else(|| enclosing_object(word - 1)));
        }
    }
}

fn enclosing_object(word: u64) -> Option<ObjectReference> {
    // SAFETY: the word is not null; it is only looked up.
    let address = unsafe { Address::from_usize(word as usize) };
    memory_manager::find_object_from_internal_pointer(address, usize::MAX)
}
