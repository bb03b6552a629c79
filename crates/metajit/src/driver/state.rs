//! What the driver of a thread knows: units of compiled code, their exits, parameters, statistics.
//!
//! Invariant: the state is never borrowed while code of the interpreter or of a helper runs. Units and exits
//! are never renumbered: compiled code names its exits by number.

use super::region::Region;
use super::{MOST_INLINED, Mode, Parameters, Statistics, gate};
use crate::backend::{Backend, CodeCell, CodeId, Cranelift};
use crate::heap::RootSet;
use crate::ir::SnapshotId;
use crate::log::Log;
use crate::record::{Broken, Limits};
use crate::resume::ExitPlan;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// The driver's state.
pub(crate) struct Jit {
    pub mode: Mode,
    pub parameters: Parameters,
    pub statistics: Statistics,
    pub log: Option<Log>,
    backend: Option<Box<dyn Backend>>,
    pub units: Vec<Option<Unit>>,
    pub exits: Vec<Exit>,
    /// Loops and functions that have code, by the number of the recording that began them.
    pub regions: FxHashMap<u32, Region>,
    /// Code that is no longer led to but may still be running, and what keeps alive what it names.
    pub retired: Vec<CodeId>,
    pub retired_roots: Vec<RootSet>,
    /// Regions that were invalidated while they were recorded.
    pub broken: FxHashSet<u32>,
    /// Code whose calls are not inlined, by address.
    pub called: Rc<FxHashSet<usize>>,
    pub started: Instant,
    /// The state of the random choices of `stress`.
    pub dice: u64,
}

/// A piece of compiled code.
pub(crate) struct Unit {
    /// The region that it belongs to.
    pub origin: u32,
    pub invalidated: &'static AtomicBool,
}

/// Where an exit leads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Leads {
    /// On: a bridge may continue it.
    On,
    /// To the header of the region's loop: compiled together with the loop, it is a branch.
    ToLoop,
    /// Out of the region, to the interpreter.
    Out,
}

/// A place where compiled code leaves.
pub(crate) struct Exit {
    pub unit: u32,
    /// Where it is in its region: part and snapshot.
    pub place: (usize, SnapshotId),
    pub plan: Rc<ExitPlan>,
    pub leads: Leads,
    /// Times the interpreter was reached through it.
    pub taken: u64,
    /// When `taken` reaches this, something is compiled for it.
    pub hot_at: u64,
    pub failures: u32,
    cells: Arc<[CodeCell]>,
    index: usize,
}

impl Exit {
    pub fn new(
        unit: u32,
        place: (usize, SnapshotId),
        plan: ExitPlan,
        leads: Leads,
        hot_at: u64,
        cells: Arc<[CodeCell]>,
        index: usize,
    ) -> Exit {
        Exit { unit, place, plan: Rc::new(plan), leads, taken: 0, hot_at, failures: 0, cells, index }
    }
    /// Leads the exit to a bridge, or to the interpreter with null.
    pub fn lead_to(&self, entry: *const u8) {
        self.cells[self.index].set(entry);
    }
}

thread_local! {
    static JIT: RefCell<Jit> = RefCell::new(Jit::new());
}

/// Does something with this thread's driver.
pub(crate) fn with_jit<R>(f: impl FnOnce(&mut Jit) -> R) -> R {
    JIT.with_borrow_mut(f)
}

impl Jit {
    fn new() -> Jit {
        let mut parameters = Parameters::default();
        if let Ok(text) = std::env::var("METAJIT")
            && let Err(error) = parameters.configure(&text)
        {
            eprintln!("METAJIT: {error}");
        }
        let log = std::env::var_os("METAJIT_LOG").and_then(|path| std::fs::File::create(path).ok());
        Jit {
            mode: Mode::On,
            parameters,
            statistics: Statistics::default(),
            log: log.map(|file| Log::new(Box::new(file))),
            backend: None,
            units: Vec::new(),
            exits: Vec::new(),
            regions: FxHashMap::default(),
            retired: Vec::new(),
            retired_roots: Vec::new(),
            broken: FxHashSet::default(),
            called: Rc::default(),
            started: Instant::now(),
            dice: 0,
        }
    }

    /// The backend, made when it is first needed. `None` on machines without one: the driver is then off.
    pub fn backend(&mut self) -> Option<&mut (dyn Backend + 'static)> {
        if self.backend.is_none() {
            match Cranelift::new() {
                Ok(cranelift) => {
                    gate::open(cranelift.trampoline());
                    self.backend = Some(Box::new(cranelift));
                }
                Err(error) => {
                    self.mode = Mode::Off;
                    if let Some(log) = &mut self.log {
                        log.note(&format!("no compiled code: {error}"));
                    }
                }
            }
        }
        self.backend.as_deref_mut()
    }

    /// A number for a unit that is going to be recorded.
    pub fn reserve(&mut self) -> u32 {
        self.units.push(None);
        self.units.len() as u32 - 1
    }

    /// The bounds of a recording.
    pub fn limits(&self) -> Limits {
        let parameters = &self.parameters;
        Limits {
            operations: parameters.trace_limit as usize,
            depth: parameters.inline_depth.min(MOST_INLINED as u64) as usize,
            recursion: parameters.inline_recursion as usize,
            unroll: parameters.unroll as u32,
            coarse: parameters.coarse != 0,
            broken: Broken::numbered(parameters.break_rule),
            called: self.called.clone(),
        }
    }
}
