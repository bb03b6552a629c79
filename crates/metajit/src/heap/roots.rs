//! Roots besides the stacks: constants that code refers to, ranges of words, and callbacks.
//!
//! Invariant: an entry is added before the next allocation after its object was made, and the tables are
//! never locked across an allocation (the collector locks them while the program stands still). Neighbours:
//! `stack.rs` (the stacks), `scan.rs` (reports all of them).

use super::value::{Ref, Value};
use rustc_hash::FxHashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Calls its argument with each value it keeps.
type Callback = Box<dyn Fn(&mut dyn FnMut(Value)) + Send>;

#[derive(Default)]
struct Roots {
    next: u64,
    ranges: FxHashMap<u64, (usize, usize)>,
    sets: FxHashMap<u64, Vec<Ref>>,
    callbacks: FxHashMap<u64, Callback>,
    permanent: Vec<Ref>,
    /// What was added to a set, or made permanent, since the last collection: all that a young collection has
    /// to look at, since the others are old.
    fresh: Vec<Ref>,
}

impl Roots {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

static ROOTS: Mutex<Option<Roots>> = Mutex::new(None);

/// The tables, locked.
struct Locked(MutexGuard<'static, Option<Roots>>);

impl Locked {
    fn new() -> Locked {
        let mut guard = ROOTS.lock().unwrap_or_else(PoisonError::into_inner);
        guard.get_or_insert_default();
        Locked(guard)
    }
}

impl std::ops::Deref for Locked {
    type Target = Roots;
    fn deref(&self) -> &Roots {
        self.0.as_ref().expect("made in Locked::new")
    }
}

impl std::ops::DerefMut for Locked {
    fn deref_mut(&mut self) -> &mut Roots {
        self.0.as_mut().expect("made in Locked::new")
    }
}

/// Keeps an object for the rest of the process, and returns it.
pub fn permanent(object: Ref) -> Ref {
    if !object.is_null() {
        let mut roots = Locked::new();
        roots.permanent.push(object);
        roots.fresh.push(object);
    }
    object
}

/// Keeps objects for as long as it lives: the constants of a code object, or of a piece of compiled code.
#[derive(Debug)]
pub struct RootSet {
    number: u64,
}

impl RootSet {
    /// An empty set.
    pub fn new() -> RootSet {
        let mut roots = Locked::new();
        let number = roots.number();
        roots.sets.insert(number, Vec::new());
        RootSet { number }
    }

    /// Keeps an object from now on.
    pub fn add(&self, object: Ref) {
        if !object.is_null() {
            let mut roots = Locked::new();
            roots.fresh.push(object);
            roots.sets.entry(self.number).or_default().push(object);
        }
    }

    /// Keeps what a value points to, if anything.
    pub fn add_value(&self, value: Value) {
        if let Some(object) = value.as_ref() {
            self.add(object);
        }
    }

    /// Gives up an object (one of its entries, if it was added several times).
    pub fn remove(&self, object: Ref) {
        let mut roots = Locked::new();
        let set = roots.sets.entry(self.number).or_default();
        if let Some(i) = set.iter().position(|&r| r == object) {
            set.swap_remove(i);
        }
    }

    /// Gives up all objects.
    pub fn clear(&self) {
        Locked::new().sets.entry(self.number).or_default().clear();
    }

    /// How many objects the set keeps.
    pub fn len(&self) -> usize {
        Locked::new().sets.get(&self.number).map_or(0, Vec::len)
    }

    /// Whether it keeps nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for RootSet {
    fn default() -> Self {
        RootSet::new()
    }
}

impl Drop for RootSet {
    fn drop(&mut self) {
        Locked::new().sets.remove(&self.number);
    }
}

/// Words outside of the heap that are scanned conservatively while this lives, such as an exit buffer.
#[derive(Debug)]
pub struct RootRange {
    number: u64,
}

impl RootRange {
    /// Scans `words` words from `start` on. The memory must stay readable for as long as the result lives.
    pub fn new(start: *const u64, words: usize) -> RootRange {
        let mut roots = Locked::new();
        let number = roots.number();
        roots.ranges.insert(number, (start as usize, start as usize + 8 * words));
        RootRange { number }
    }
}

impl Drop for RootRange {
    fn drop(&mut self) {
        Locked::new().ranges.remove(&self.number);
    }
}

/// A callback that is asked for roots at each collection, for as long as this lives.
#[derive(Debug)]
pub struct RootCallback {
    number: u64,
}

impl RootCallback {
    /// Registers a callback. It runs on the collector's thread while the program stands still, and must not
    /// use the heap or wait for a lock that the program may hold while it allocates.
    pub fn new(callback: impl Fn(&mut dyn FnMut(Value)) + Send + 'static) -> RootCallback {
        let mut roots = Locked::new();
        let number = roots.number();
        roots.callbacks.insert(number, Box::new(callback));
        RootCallback { number }
    }
}

impl Drop for RootCallback {
    fn drop(&mut self) {
        let callback = Locked::new().callbacks.remove(&self.number);
        drop(callback);
    }
}

/// Reports the tables to the collector: `object` is called with each kept object, `range` with the bounds of
/// each range.
pub(super) fn report(young: bool, object: &mut dyn FnMut(Ref), range: &mut dyn FnMut(usize, usize)) {
    let mut roots = Locked::new();
    if young {
        roots.fresh.iter().for_each(|&r| object(r));
    } else {
        roots.permanent.iter().chain(roots.sets.values().flatten()).for_each(|&r| object(r));
    }
    roots.fresh.clear();
    for callback in roots.callbacks.values() {
        callback(&mut |value| {
            if let Some(r) = value.as_ref() {
                object(r);
            }
        });
    }
    for &(start, end) in roots.ranges.values() {
        range(start, end);
    }
}
