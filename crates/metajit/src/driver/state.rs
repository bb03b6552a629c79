//! What the driver of a thread knows: units of compiled code, their exits, parameters, statistics.
//!
//! Invariant: the state is never borrowed while code of the interpreter or of a helper runs.

use super::background::{Done, Worker};
use super::region::Region;
use super::units::{UnitId, Units};
use super::{MOST_INLINED, Mode, Parameters, Statistics, gate};
use crate::backend::{Backend, Cranelift};
use crate::log::Log;
use crate::observe::{Event, Observer};
use crate::record::{Broken, Limits, Transcript};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

/// The driver's state.
pub(crate) struct Jit {
    pub mode: Mode,
    pub parameters: Parameters,
    pub statistics: Statistics,
    pub log: Option<Log>,
    backend: Option<Box<dyn Backend>>,
    pub observer: Option<Box<dyn Observer>>,
    pub units: Units,
    /// Loops and functions that have code, or are waiting for it, by the number of the recording that began them.
    pub regions: FxHashMap<u32, Region>,
    /// Recordings so far.
    recordings: u32,
    /// Bytes of the regions' code.
    pub live_bytes: u64,
    /// Units that are no longer led to but may still be running.
    pub retired: Vec<UnitId>,
    /// How many of them there are when it is worth looking at the stack.
    pub look_at: usize,
    /// Which regions name a cell, and which cells a region names.
    pub named: FxHashMap<usize, Vec<u32>>,
    pub names: FxHashMap<u32, Vec<usize>>,
    /// Code whose calls are not inlined, by address.
    pub called: Rc<FxHashSet<usize>>,
    /// When that was first so of one of them, in milliseconds since the driver was made.
    pub called_since: u32,
    pub started: Instant,
    /// Recordings that are compared: how often each place was recorded, and what was asked for at first.
    pub transcripts: FxHashMap<(u8, u64), (u64, Transcript)>,
    /// What was found by comparing recordings.
    pub plain_reads: Vec<String>,
    pub worker: Option<Worker>,
    /// Results that are held back, under stress.
    pub late: Vec<Done>,
    /// The state of the random choices of `stress`.
    pub dice: u64,
}

thread_local! {
    static JIT: RefCell<Jit> = RefCell::new(Jit::new());
}

/// Does something with this thread's driver, unless the thread is ending.
pub(crate) fn try_with_jit(f: impl FnOnce(&mut Jit)) {
    let _ = JIT.try_with(|jit| f(&mut jit.borrow_mut()));
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
            observer: None,
            units: Units::default(),
            regions: FxHashMap::default(),
            recordings: 0,
            live_bytes: 0,
            retired: Vec::new(),
            look_at: 0,
            named: FxHashMap::default(),
            names: FxHashMap::default(),
            called: Rc::default(),
            called_since: 0,
            started: Instant::now(),
            transcripts: FxHashMap::default(),
            plain_reads: Vec::new(),
            worker: None,
            late: Vec::new(),
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

    /// A number for a recording.
    pub fn number(&mut self) -> u32 {
        self.recordings = self.recordings.wrapping_add(1);
        self.recordings
    }

    /// Tells the observer, if there is one.
    pub fn observe(&mut self, event: &Event<'_>) {
        if let Some(observer) = &mut self.observer {
            observer.event(event);
        }
    }

    /// The bounds of a recording.
    pub fn limits(&mut self) -> Limits {
        self.expire();
        let parameters = &self.parameters;
        Limits {
            operations: parameters.trace_limit as usize,
            bytecodes: parameters.record_limit,
            depth: parameters.inline_depth.min(MOST_INLINED as u64) as usize,
            recursion: parameters.inline_recursion as usize,
            unroll: parameters.unroll as u32,
            coarse: parameters.coarse != 0,
            broken: Broken::numbered(parameters.break_rule),
            called: self.called.clone(),
        }
    }
}
