//! Weak references, finalisers, and objects of Rust types that live in the heap.
//!
//! After everything reachable has been traced, the collector goes through three lists, each split in entries
//! that are young and entries that are old (a collection of young objects cannot kill the old):
//!
//! 1. weak references whose target died are cleared, before finalisers can bring a target back;
//! 2. objects registered with [`finalize_later`] that died are traced after all, and queued for the
//!    interpreter;
//! 3. once that tracing is done: dead weak references and dead Rust objects leave their lists, the latter to
//!    be dropped by the program's own thread.
//!
//! Invariant: the target of a weak reference never changes, so that it is at least as old as the reference.
//! Neighbours: `scan.rs`.
#![allow(unsafe_code)]

use super::access;
use super::alloc;
use super::barrier::write_barrier_whole;
use super::binding;
use super::layout::{NATIVE, Native, WEAK, Weak};
use super::policy;
use super::value::{Ref, Value};
use std::any::Any;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A Rust type whose values can live in the heap.
pub trait NativeObject: Any {
    /// Calls `visit` with each value it holds. Runs on the collector's thread while the program stands still;
    /// must not use the heap.
    fn trace(&self, visit: &mut dyn FnMut(&Value));

    /// Bytes it owns outside of the heap when it is put there; they count towards the heap's size.
    fn external_bytes(&self) -> usize {
        0
    }
}

/// What an object of layout `NATIVE` points to.
struct NativeBox {
    external_bytes: usize,
    object: Box<dyn NativeObject>,
}

/// Entries that the next young collection must look at, and those that only a whole one must.
struct Generations {
    young: Vec<Ref>,
    old: Vec<Ref>,
}

impl Generations {
    const EMPTY: Generations = Generations { young: Vec::new(), old: Vec::new() };

    /// The entries that may have died in the collection that is running.
    fn in_question(&self, young: bool) -> impl Iterator<Item = Ref> {
        self.young.iter().chain(if young { &[][..] } else { &self.old }).copied()
    }

    /// Takes out the entries for which `keep` does not hold, and returns them; those that stay are old from
    /// now on.
    fn sweep(&mut self, young: bool, mut keep: impl FnMut(Ref) -> bool) -> Vec<Ref> {
        let mut out = Vec::new();
        let mut test = |r: &Ref| {
            let stays = keep(*r);
            if !stays {
                out.push(*r);
            }
            stays
        };
        if !young {
            self.old.retain(&mut test);
        }
        self.young.retain(&mut test);
        self.old.append(&mut self.young);
        out
    }
}

struct Registry {
    weak: Generations,
    finalizable: Generations,
    natives: Generations,
    /// Dead objects that wait for the interpreter to finalise them.
    ready: VecDeque<Ref>,
    /// Cleared weak references that somebody wants to know about.
    cleared: VecDeque<Ref>,
    /// Boxes of dead Rust objects that wait to be dropped; addresses of `NativeBox`.
    dead: Vec<usize>,
    /// Whether the running collection has dealt with weak references and finalisers, and has only the lists
    /// left to sweep.
    resurrected: bool,
}

static REGISTRY: Mutex<Registry> = Mutex::new(Registry {
    weak: Generations::EMPTY,
    finalizable: Generations::EMPTY,
    natives: Generations::EMPTY,
    ready: VecDeque::new(),
    cleared: VecDeque::new(),
    dead: Vec::new(),
    resurrected: false,
});

/// Whether `ready` or `cleared` has entries.
static QUEUED: AtomicBool = AtomicBool::new(false);
/// Whether `dead` has entries.
static DEAD: AtomicBool = AtomicBool::new(false);

fn registry() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A weak reference to an object. When the object has died and `notify` is not null, the reference turns up
/// in [`take_cleared_weak`]; `notify` is kept alive by the reference.
pub fn weak_new(target: Ref, notify: Value) -> Ref {
    let weak = alloc::alloc(WEAK, 0);
    access::init(weak, Weak::TARGET, target.bits() as i64);
    access::init(weak, Weak::NOTIFY, notify);
    registry().weak.young.push(weak);
    // The raw word does not keep the target, and the allocation above may have collected.
    std::hint::black_box(target);
    weak
}

/// The object of a weak reference, or `None` once it has died.
pub fn weak_get(weak: Ref) -> Option<Ref> {
    let target = Ref::from_bits(access::get(weak, Weak::TARGET) as u64);
    if target.is_null() { None } else { Some(target) }
}

/// The `notify` value of a weak reference.
pub fn weak_notify(weak: Ref) -> Value {
    access::get(weak, Weak::NOTIFY)
}

/// Puts an object into the queue of [`take_finalizable`], once, when nothing else refers to it any more.
pub fn finalize_later(object: Ref) {
    registry().finalizable.young.push(object);
}

/// Whether [`take_finalizable`] or [`take_cleared_weak`] has something. One relaxed load, for safe points.
#[inline(always)]
pub fn has_queued() -> bool {
    QUEUED.load(Ordering::Relaxed)
}

/// An object that was registered with [`finalize_later`] and has died. It is alive again while somebody holds
/// it.
pub fn take_finalizable() -> Option<Ref> {
    take(|registry| &mut registry.ready)
}

/// A weak reference with a `notify` value whose object has died.
pub fn take_cleared_weak() -> Option<Ref> {
    take(|registry| &mut registry.cleared)
}

fn take(queue: impl Fn(&mut Registry) -> &mut VecDeque<Ref>) -> Option<Ref> {
    let mut registry = registry();
    let first = queue(&mut registry).pop_front();
    QUEUED.store(!registry.ready.is_empty() || !registry.cleared.is_empty(), Ordering::Relaxed);
    first
}

/// Moves a Rust object into the heap. It is dropped, on the program's thread, some time after it has become
/// unreachable.
pub fn alloc_native(object: Box<dyn NativeObject>) -> Ref {
    let external_bytes = object.external_bytes();
    let native = alloc::alloc(NATIVE, 0);
    let contents = Box::into_raw(Box::new(NativeBox { external_bytes, object }));
    access::init(native, Native::DATA, contents as i64);
    policy::count_external(external_bytes as isize);
    registry().natives.young.push(native);
    native
}

/// The Rust object in a heap object, if it is one and of that type. It may be changed through a cell inside
/// of it; when a value is stored that way, call [`native_written`].
pub fn native<'a, T: NativeObject>(object: Ref) -> Option<&'a T> {
    let contents: &'a dyn Any = native_box(object)?.object.as_ref();
    contents.downcast_ref()
}

/// Changes the Rust object in a heap object, if it is one and of that type. `change` must not use the heap.
pub fn with_native_mut<T: NativeObject, R>(object: Ref, change: impl FnOnce(&mut T) -> R) -> Option<R> {
    native_box(object)?;
    let address = access::get(object, Native::DATA) as usize as *mut NativeBox;
    // SAFETY: the box belongs to the live object; `change` cannot reach it another way, since it does not use
    // the heap.
    let contents: &mut dyn Any = unsafe { (*address).object.as_mut() };
    let result = contents.downcast_mut().map(change);
    write_barrier_whole(object);
    result
}

/// To be called after a value was stored in a Rust object through a cell.
pub fn native_written(object: Ref) {
    write_barrier_whole(object);
}

fn native_box<'a>(object: Ref) -> Option<&'a NativeBox> {
    if access::layout_of(object) != NATIVE {
        return None;
    }
    let address = access::get(object, Native::DATA) as usize as *const NativeBox;
    // SAFETY: the box lives for as long as its object; the word is zero only between allocation and
    // initialisation.
    unsafe { address.as_ref() }
}

/// Reports the values in a Rust object to the collector.
pub(super) fn trace_native(object: Ref, visit: &mut dyn FnMut(&Value)) {
    if let Some(contents) = native_box(object) {
        contents.object.trace(visit);
    }
}

/// Drops Rust objects that the collector found dead. Runs their code, which may use the heap.
#[inline]
pub(super) fn drop_dead_natives() {
    if DEAD.load(Ordering::Relaxed) {
        let dead = std::mem::take(&mut registry().dead);
        DEAD.store(false, Ordering::Relaxed);
        for address in dead {
            // SAFETY: the address came out of `Box::into_raw`, and left the list of live ones when it came
            // into this one.
            let contents = unsafe { Box::from_raw(address as *mut NativeBox) };
            policy::count_external(-(contents.external_bytes as isize));
        }
    }
}

/// Reports what waits in the queues.
pub(super) fn report_queued(object: &mut dyn FnMut(Ref)) {
    let mut registry = registry();
    registry.resurrected = false;
    registry.ready.iter().chain(&registry.cleared).for_each(|&r| object(r));
}

fn is_reachable(object: Ref) -> bool {
    binding::object_reference(object).is_reachable()
}

/// Called by the collector when everything reachable has been traced, and again if it returned true. `keep`
/// traces objects.
pub(super) fn process(young: bool, keep: impl FnOnce(&[Ref])) -> bool {
    let mut registry = registry();
    let mut kept = clear_weak(&mut registry, young);
    if !registry.resurrected {
        registry.resurrected = true;
        let dead = registry.finalizable.sweep(young, is_reachable);
        registry.ready.extend(&dead);
        kept.extend(dead);
        if !kept.is_empty() {
            QUEUED.store(true, Ordering::Relaxed);
            keep(&kept);
            return true;
        }
    }
    sweep_lists(&mut registry, young);
    false
}

/// Clears the weak references that are reachable and whose target is not; returns those that the interpreter
/// is to hear of.
fn clear_weak(registry: &mut Registry, young: bool) -> Vec<Ref> {
    let mut told = Vec::new();
    for weak in registry.weak.in_question(young) {
        let dead = is_reachable(weak) && weak_get(weak).is_some_and(|target| !is_reachable(target));
        if dead {
            access::init(weak, Weak::TARGET, 0);
            if !weak_notify(weak).is_null() {
                told.push(weak);
            }
        }
    }
    registry.cleared.extend(&told);
    if !told.is_empty() {
        QUEUED.store(true, Ordering::Relaxed);
    }
    told
}

fn sweep_lists(registry: &mut Registry, young: bool) {
    registry.weak.sweep(young, |weak| is_reachable(weak) && weak_get(weak).is_some());
    let dead = registry.natives.sweep(young, is_reachable);
    // Still readable: memory is reclaimed after this phase.
    registry.dead.extend(dead.iter().map(|&native| access::get(native, Native::DATA) as usize));
    DEAD.store(!registry.dead.is_empty(), Ordering::Relaxed);
}
