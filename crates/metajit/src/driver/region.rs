//! Regions: a loop or a function with its bridges, compiled again together as the bridges come in.
//!
//! A bridge is first a unit of its own, reached through its exit's cell. Compiled together with its root as one unit it
//! is a branch, and enters the loop in registers. That is done when it has come to the loop through the
//! interpreter so often that the time lost equals the time that compiling takes. A bridge that does not enter the loop
//! counts by itself how often it is entered. The exits of the new unit are new ones, since the old unit may
//! still be running further up the native stack; its code is freed when it is not.
//! Invariant: while all parts of a region are compiled together, nothing else of it is, and no part is added.
//! Neighbours: `compile` (calls), `install` (compiles), `budget` (gives up), `backend::Part`.

use super::compile::Target;
use super::install::{Piece, Then};
use super::state::Jit;
use super::units::UnitId;
use crate::abort::Abort;
use crate::assume::Validity;
use crate::backend::Function;
use crate::cpu::Stopwatch;
use crate::frame::LoopCell;
use crate::heap::RootSet;
use crate::helper;
use crate::ir::{Class, End, Opcode, SnapshotId, Trace};
use crate::language::Code;
use crate::opt::{Closed, LoopHeader, Optimizer};
use crate::record::{Recorder, RootLoop};
use rustc_hash::FxHashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// A loop or a function with its bridges. It is named by the number of the recording that began it.
pub(crate) struct Region {
    pub(super) target: Target,
    /// The root, then the bridges in the order of recording.
    pub(super) parts: Vec<PartRecord>,
    /// The code that the region has at present.
    pub(super) code: Vec<UnitId>,
    pub(super) validity: Arc<Validity>,
    pub(super) position: String,
    pub(super) operations: usize,
    /// Bytes of its code.
    pub(super) bytes: u64,
    /// Nanoseconds that compiling its pieces took.
    pub(super) compiling_ns: u64,
    /// How many bridges go on from a bytecode: the code's address and the position.
    pub(super) places: FxHashMap<(usize, usize), u64>,
    /// Operations recorded in bridges, and how many of them by each code that was inlined, by its address.
    pub(super) recorded: usize,
    pub(super) inlined: FxHashMap<usize, usize>,
    /// The units that are being compiled.
    pub(super) pending: Vec<UnitId>,
    /// Whether the one that is being compiled holds all parts.
    pub(super) merging: bool,
}

/// Entries of a bridge after which it asks again while its region is being compiled.
const PATIENCE: u64 = 10_000;

/// One trace of a region.
pub(super) struct PartRecord {
    pub(super) trace: Rc<Trace>,
    /// What the loop of a root asks of bridges that enter it.
    pub(super) header: Option<Rc<LoopHeader>>,
    /// The exits that are taken because somebody asked compiled loops to leave.
    pub(super) polls: Vec<SnapshotId>,
    /// The exit that a bridge continues: part and snapshot.
    pub(super) continues: Option<(usize, SnapshotId)>,
    /// Keeps alive what the trace names.
    pub(super) roots: Rc<RootSet>,
}

impl PartRecord {
    fn new(
        trace: Trace,
        header: Option<LoopHeader>,
        continues: Option<(usize, SnapshotId)>,
        roots: RootSet,
    ) -> Self {
        let guards = trace.ops.iter().filter(|op| op.code.class() == Class::Guard);
        let polls = guards.filter(|op| trace.op(op.args[0]).code == Opcode::Poll);
        PartRecord {
            polls: polls.map(|op| op.snapshot).collect(),
            trace: Rc::new(trace),
            header: header.map(Rc::new),
            continues,
            roots: Rc::new(roots),
        }
    }
    /// The cells of code and loops that the trace names: when one of them is gone, so must the trace be.
    pub(super) fn cells(&self) -> impl Iterator<Item = usize> {
        let entry = |code: &dyn Code| std::ptr::from_ref::<LoopCell>(code.entry()) as usize;
        let frames = self.trace.snapshots.iter().flat_map(|snapshot| &snapshot.frames);
        let jump = match self.trace.end {
            End::Jump { cell, .. } => Some(cell),
            _ => None,
        };
        let calls = self.trace.ops.iter().filter(|op| op.code == Opcode::Call);
        let callees = calls.filter_map(|op| helper::of(op.data).callee.as_ref());
        let callees = callees.map(|callee| std::ptr::from_ref(callee.direct) as usize);
        frames.map(move |frame| entry(frame.code)).chain(jump).chain(callees)
    }
}

impl Region {
    /// If it is a function's: how it is called.
    pub(super) fn function(&self) -> Option<Function> {
        let Target::Entry(_, function) = self.target else { return None };
        Some(function)
    }
    /// Bridges so far.
    pub(super) fn bridges(&self) -> u64 {
        self.parts.len() as u64 - 1
    }
    /// The root's loop, as a bridge from that exit sees it. One from in front of the loop that cannot enter it goes to another
    /// of its `versions`: what the loop takes for granted is likely not to hold then.
    pub(super) fn root_loop(&self, exit: (usize, SnapshotId), versions: u64) -> Option<RootLoop> {
        let Target::Loop(cell) = self.target else { return None };
        let PartRecord { trace, header, .. } = &self.parts[0];
        let is_early = self.is_before_loop(exit);
        let otherwise = if is_early { cell.next_version(versions) } else { cell };
        Some(RootLoop { cell, trace: trace.clone(), header: header.clone(), otherwise })
    }
    /// Whether an exit, or the one that led to it, is in front of the root's loop.
    fn is_before_loop(&self, (part, snapshot): (usize, SnapshotId)) -> bool {
        let PartRecord { trace, continues, .. } = &self.parts[part];
        match (continues, trace.loop_start) {
            (Some(exit), _) => self.is_before_loop(*exit),
            (None, Some(start)) => trace.ops[start as usize..].iter().all(|op| op.snapshot != snapshot),
            (None, None) => false,
        }
    }
    /// The version of the region's loop that code jumps to which names that cell.
    pub(super) fn version_at(&self, address: usize, versions: u64) -> Option<&'static LoopCell> {
        let Target::Loop(cell) = self.target else { return None };
        let next = cell.next_version(versions);
        (std::ptr::from_ref(next) as usize == address && !std::ptr::eq(next, cell)).then_some(next)
    }
    /// Tells a bridge what is known where it begins.
    pub(super) fn carry_over(
        &self,
        opt: &mut Optimizer,
        (part, snapshot): (usize, SnapshotId),
        failed: bool,
    ) {
        let part = &self.parts[part];
        opt.carry_over(&part.trace, part.header.as_deref(), snapshot, failed);
    }
    fn is_continued(&self, exit: (usize, SnapshotId)) -> bool {
        self.parts.iter().any(|part| part.continues == Some(exit))
    }
    /// A bridge could not be compiled. It keeps its place, since others have been numbered after it.
    pub(super) fn drop_bridge(&mut self, part: usize) {
        self.parts[part].continues = None;
        self.operations -= self.parts[part].trace.ops.len();
    }
}

impl Jit {
    /// Makes a region of a loop's or a function's trace.
    pub(super) fn found(
        &mut self,
        number: u32,
        closed: Closed,
        roots: RootSet,
        validity: Arc<Validity>,
        target: Target,
        position: &str,
    ) -> Result<(), Abort> {
        let operations = closed.trace.ops.len();
        let region = Region {
            target,
            parts: vec![PartRecord::new(closed.trace, closed.header, None, roots)],
            code: Vec::new(),
            validity,
            position: position.to_owned(),
            operations,
            bytes: 0,
            compiling_ns: 0,
            places: FxHashMap::default(),
            recorded: 0,
            inlined: FxHashMap::default(),
            pending: Vec::new(),
            merging: false,
        };
        self.name_cells(number, &region.parts[0]);
        self.regions.insert(number, region);
        self.compile(number, Piece::Alone(0), Then::Found)
    }

    /// Counts what a bridge of the region has recorded.
    pub(super) fn count_recorded(&mut self, exit: u64, recorder: &Recorder) {
        let Some((unit, _)) = self.units.of_exit(exit) else { return };
        let Some(region) = self.regions.get_mut(&unit.origin) else { return };
        region.recorded += recorder.length;
        for (&code, &operations) in &recorder.inlined {
            *region.inlined.entry(code).or_default() += operations;
        }
    }

    /// Adds a bridge to the region in which its exit is.
    pub(super) fn add_bridge(&mut self, trace: Trace, roots: RootSet, exit: u64) -> Result<(), Abort> {
        let (unit, index) = self.units.of_exit(exit).ok_or(Abort::Invalidated)?;
        let (origin, exit_of) = (unit.origin, &mut unit.exits[index]);
        let (place, at) = (exit_of.place, exit_of.plan.place());
        let region = self.regions.get_mut(&origin).ok_or(Abort::Invalidated)?;
        exit_of.hot_at = u64::MAX;
        if region.is_continued(place) {
            // An older unit, still running, has left where the present one goes on.
            return Ok(());
        }
        if region.merging {
            return Err(Abort::NotCompiled);
        }
        *region.places.entry(at).or_default() += 1;
        region.operations += trace.ops.len();
        region.parts.push(PartRecord::new(trace, None, Some(place), roots));
        let bridges = region.bridges();
        let part = region.parts.pop().expect("it has just been put there");
        self.name_cells(origin, &part);
        if let Some(region) = self.regions.get_mut(&origin) {
            region.parts.push(part);
        }
        if self.parameters.merge_passes == 0 && self.may_merge(origin) {
            return self.compile(origin, Piece::Whole, Then::Bridge(exit));
        }
        self.compile(origin, Piece::Alone(bridges as usize), Then::Bridge(exit))
    }

    /// Whether a function that was inlined makes up most of a region's many bridges: if its branches go either way, its paths
    /// multiply with those of its caller and of other calls of it. Then it is called from now on, and the region begins anew:
    /// by itself the function is a region in which each branch is there once.
    pub(super) fn calls_instead(&mut self, exit: u64) -> bool {
        let Some((unit, _)) = self.units.of_exit(exit) else { return false };
        let origin = unit.origin;
        let Some(region) = self.regions.get(&origin) else { return false };
        if region.bridges() < self.parameters.inline_bridges {
            return false;
        }
        // Of functions that call each other, the innermost.
        let most = region.inlined.iter().filter(|&(_, operations)| 2 * operations > region.recorded);
        let Some((&code, _)) = most.min_by_key(|&(code, operations)| (*operations, *code)) else {
            return false;
        };
        if !Rc::make_mut(&mut self.called).insert(code) {
            return false;
        }
        self.discard(origin, "what makes up most of its bridges is called instead")
    }

    /// Whether a region and its bridges may be compiled as one unit.
    fn may_merge(&self, origin: u32) -> bool {
        let Some(region) = self.regions.get(&origin) else { return false };
        self.parameters.merge != 0
            && region.pending.is_empty()
            && region.operations as u64 <= self.parameters.merge_limit
            && region.compiling_ns / 1_000_000 < self.parameters.region_compile_ms
    }

    /// A bridge has come to its loop's header through the interpreter, or has been entered, often enough: compiles it
    /// together with its root.
    pub(super) fn join(&mut self, exit: u64) {
        let Some((unit, index)) = self.units.of_exit(exit) else { return };
        let (origin, exit) = (unit.origin, &mut unit.exits[index]);
        let Some(region) = self.regions.get(&origin) else { return };
        if !region.pending.is_empty() {
            exit.hot_at = exit.taken + exit.taken / 4 + 1;
            if let Some(left) = &exit.count {
                left.store(PATIENCE, Ordering::Relaxed);
                exit.hot_at = 0;
            }
            return;
        }
        exit.hot_at = u64::MAX;
        if self.may_merge(origin) {
            let began = Stopwatch::start();
            // Where that fails, the bridge stays what it is.
            let _ = self.compile(origin, Piece::Whole, Then::Merge);
            self.statistics.own_ns += began.nanoseconds();
        }
    }
}
