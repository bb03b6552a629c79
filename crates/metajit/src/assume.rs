//! Assumptions: facts that hold until told otherwise, on which compiled code is built.
//!
//! An interpreter keeps an [`Assumption`] beside anything that a program can change but rarely does (a
//! type's method table, a global). A trace that relied on it is invalidated when it breaks; the interpreter
//! itself pays nothing. An assumption may break on any thread: each region has one flag, its `Validity`, which its code
//! reads after whatever may have broken something; the region itself is given up by the thread whose driver has it, at
//! once or (when another thread broke it) when it next asks. Neighbours: `mode::Mode::assume`, `driver` (invalidates).

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

/// Dependents up to which nobody looks whether they are still there.
const FEW: usize = 32;

/// Whether a region's code may still be entered.
#[derive(Debug)]
pub(crate) struct Validity {
    /// The region, by the number that its driver knows it by.
    region: u32,
    owner: ThreadId,
    broken: Arc<AtomicBool>,
}

impl Validity {
    /// For a region of this thread's driver.
    pub(crate) fn new(region: u32) -> Arc<Validity> {
        let broken = Arc::new(AtomicBool::new(false));
        Arc::new(Validity { region, owner: thread::current().id(), broken })
    }
    /// Its code leaves at its next check.
    pub(crate) fn end(&self) {
        self.broken.store(true, Ordering::Release);
    }
    /// Whether something that it relies on has broken.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Acquire)
    }
    /// The flag, for compiled code.
    pub(crate) fn flag(&self) -> Arc<AtomicBool> {
        self.broken.clone()
    }
}

/// Regions that other threads than their own have broken.
static ELSEWHERE: Mutex<Vec<(ThreadId, u32)>> = Mutex::new(Vec::new());
/// Whether there are any.
static ANY_ELSEWHERE: AtomicBool = AtomicBool::new(false);

/// The regions of this thread's driver that other threads have broken since the last call.
pub(crate) fn broken_elsewhere() -> Vec<u32> {
    if !ANY_ELSEWHERE.load(Ordering::Acquire) {
        return Vec::new();
    }
    let here = thread::current().id();
    let mut all = locked(&ELSEWHERE);
    let (mine, others): (Vec<_>, Vec<_>) = all.drain(..).partition(|&(owner, _)| owner == here);
    ANY_ELSEWHERE.store(!others.is_empty(), Ordering::Release);
    *all = others;
    mine.into_iter().map(|(_, region)| region).collect()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A fact that compiled code may rely on until [`Assumption::invalidate`].
#[derive(Debug, Default)]
pub struct Assumption {
    dependents: Mutex<Dependents>,
    /// How often it has broken.
    breaks: AtomicU64,
}

#[derive(Debug)]
struct Dependents {
    regions: Vec<Arc<Validity>>,
    /// How many there may be before those that are gone are forgotten.
    room: usize,
}

impl Default for Dependents {
    fn default() -> Self {
        Dependents { regions: Vec::new(), room: FEW }
    }
}

impl Assumption {
    /// An assumption on which nothing depends.
    pub const fn new() -> Self {
        let dependents = Mutex::new(Dependents { regions: Vec::new(), room: FEW });
        Assumption { dependents, breaks: AtomicU64::new(0) }
    }
    /// Registers a region that relies on the fact.
    pub(crate) fn add_dependent(&self, region: &Arc<Validity>) {
        let mut dependents = locked(&self.dependents);
        if dependents.regions.iter().any(|known| Arc::ptr_eq(known, region)) {
            return;
        }
        if dependents.regions.len() >= dependents.room {
            // A region that nobody but the assumptions knows has no code any more.
            dependents.regions.retain(|known| Arc::strong_count(known) > 1 && !known.is_broken());
            dependents.room = (2 * dependents.regions.len()).max(FEW);
        }
        dependents.regions.push(region.clone());
    }
    /// How often it has broken.
    pub(crate) fn breaks(&self) -> u64 {
        self.breaks.load(Ordering::Acquire)
    }
    /// The fact no longer holds: everything that relied on it stops being entered, and code that runs
    /// leaves at its next check. To be called on any thread.
    pub fn invalidate(&self) {
        self.breaks.fetch_add(1, Ordering::AcqRel);
        let regions = std::mem::take(&mut locked(&self.dependents).regions);
        if regions.is_empty() {
            return;
        }
        let here = thread::current().id();
        let (mine, others): (Vec<_>, Vec<_>) = regions.into_iter().partition(|region| region.owner == here);
        if !others.is_empty() {
            others.iter().for_each(|region| region.end());
            locked(&ELSEWHERE).extend(others.iter().map(|region| (region.owner, region.region)));
            ANY_ELSEWHERE.store(true, Ordering::Release);
            // Loops that call nothing look at the poll flag only.
            crate::poll::request();
        }
        mine.iter().for_each(|region| region.end());
        let mine: Vec<u32> = mine.iter().map(|region| region.region).collect();
        if !mine.is_empty() {
            crate::driver::invalidate(&mine);
        }
    }
}
