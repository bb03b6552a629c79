//! Regions: a loop or a function with its bridges, compiled again together as the bridges come in.
//!
//! A bridge is first a unit of its own, reached through its exit's cell. Compiled together with its root as one unit it
//! is a branch, and enters the loop in registers. That is done when it has come to the loop through the
//! interpreter so often that the time lost equals the time that compiling takes. A bridge that does not enter the loop
//! gains little: for those it is done when their number has grown fourfold. The exits of the new unit are new ones, since the old unit may
//! still be running further up the native stack; its code is freed when no compiled code runs.
//! Neighbours: `compile` (calls), `backend::Part`.

use super::compile::Target;
use super::gate;
use super::state::{Exit, Jit, Leads, Unit};
use crate::abort::Abort;
use crate::backend::{Backend, CodeId, CompileError, Compiled, Function, Part, UnitInfo};
use crate::heap::RootSet;
use crate::helper::{self, Helper};
use crate::ir::{Class, End, Opcode, SnapshotId, Trace};
use crate::opt::{Closed, LoopHeader, Optimizer};
use crate::record::RootLoop;
use crate::resume::ExitPlan;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// A loop or a function with its bridges. It is named by the number of the recording that began it.
pub(crate) struct Region {
    target: Target,
    /// The root, then the bridges in the order of recording.
    parts: Vec<PartRecord>,
    /// The code that the region has at present.
    code: Vec<CodeId>,
    /// The flags of all units that the region has had.
    flags: Vec<&'static AtomicBool>,
    position: String,
    operations: usize,
    /// Bytes of its code.
    bytes: u64,
}

/// One trace of a region.
struct PartRecord {
    trace: Rc<Trace>,
    /// What the loop of a root asks of bridges that enter it.
    header: Option<Rc<LoopHeader>>,
    /// The exits that are taken because somebody asked compiled loops to leave.
    polls: Vec<SnapshotId>,
    /// The exit that a bridge continues: part and snapshot.
    continues: Option<(usize, SnapshotId)>,
    /// Keeps alive what the trace names.
    _roots: RootSet,
}

/// What is compiled into one unit.
#[derive(Clone, Copy)]
enum Piece {
    /// All parts of a region.
    Whole,
    /// One part of it by itself.
    Alone(usize),
}

/// 4, 16, 64, ...: few enough that compiling everything again so often costs about as much as the last time.
fn is_power_of_four(n: u64) -> bool {
    n > 1 && n.is_power_of_two() && n.trailing_zeros().is_multiple_of(2)
}

/// The exits of a trace's guards on the poll flag.
fn polls_of(trace: &Trace) -> Vec<SnapshotId> {
    let guards = trace.ops.iter().filter(|op| op.code.class() == Class::Guard);
    guards.filter(|op| trace.op(op.args[0]).code == Opcode::Poll).map(|op| op.snapshot).collect()
}

/// The functions that a trace calls which have no code yet get something that stands in for it.
fn lead_calls(backend: &mut dyn Backend, trace: &Trace) -> Result<(), CompileError> {
    for op in trace.ops.iter().filter(|op| op.code == Opcode::Call) {
        let helper = helper::of(op.data);
        if let Some(callee) = &helper.callee
            && callee.direct.get().is_null()
        {
            callee.direct.set(backend.function_entry(helper.params.len() - Helper::CALLEE_PLACE)?.stub);
        }
    }
    Ok(())
}

impl Region {
    /// If it is a function's: how it is called.
    fn function(&self) -> Option<Function> {
        let Target::Entry(_, function) = self.target else { return None };
        Some(function)
    }
    /// Bridges so far.
    pub(super) fn bridges(&self) -> u64 {
        self.parts.len() as u64 - 1
    }
    /// The code it has.
    pub(super) fn into_code(self) -> Vec<CodeId> {
        self.code
    }
    /// The root's loop, if it can be entered in registers.
    pub(super) fn root_loop(&self) -> Option<RootLoop> {
        let root = &self.parts[0];
        match (self.target, &root.header) {
            (Target::Loop(cell), Some(header)) => {
                Some(RootLoop { cell, trace: root.trace.clone(), header: header.clone() })
            }
            _ => None,
        }
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
}

impl Jit {
    /// Makes a region of a loop's or a function's trace.
    pub(super) fn found(
        &mut self,
        number: u32,
        closed: Closed,
        roots: RootSet,
        target: Target,
        position: &str,
    ) -> Result<(), Abort> {
        let operations = closed.trace.ops.len();
        let (trace, header) = (Rc::new(closed.trace), closed.header.map(Rc::new));
        let polls = polls_of(&trace);
        let part = PartRecord { trace, header, polls, continues: None, _roots: roots };
        let mut region = Region {
            target,
            parts: vec![part],
            code: Vec::new(),
            flags: Vec::new(),
            position: position.to_owned(),
            operations,
            bytes: 0,
        };
        let entry = self.compile_piece(number, number, &mut region, Piece::Alone(0))?;
        self.lead_in(number, &region, entry);
        match target {
            Target::Loop(..) => self.statistics.loops += 1,
            _ => self.statistics.entries_compiled += 1,
        }
        self.regions.insert(number, region);
        self.keep_budget(number);
        Ok(())
    }

    /// Adds a bridge to the region in which its exit is.
    pub(super) fn add_bridge(
        &mut self,
        number: u32,
        trace: Trace,
        roots: RootSet,
        exit: u64,
    ) -> Result<(), Abort> {
        let (origin, place) = {
            let exit = &self.exits[exit as usize];
            (self.units[exit.unit as usize].as_ref().ok_or(Abort::Invalidated)?.origin, exit.place)
        };
        let mut region = self.regions.remove(&origin).ok_or(Abort::Invalidated)?;
        if region.is_continued(place) {
            // An older unit, still running, has left where the present one goes on.
            self.regions.insert(origin, region);
            self.exits[exit as usize].hot_at = u64::MAX;
            return Ok(());
        }
        region.operations += trace.ops.len();
        region.parts.push(PartRecord {
            polls: polls_of(&trace),
            trace: Rc::new(trace),
            header: None,
            continues: Some(place),
            _roots: roots,
        });
        let result = self.compile_bridge(number, origin, &mut region, exit);
        if result.is_err() {
            let part = region.parts.pop();
            region.operations -= part.map_or(0, |part| part.trace.ops.len());
        } else {
            self.statistics.bridges += 1;
        }
        self.regions.insert(origin, region);
        result
    }

    fn compile_bridge(
        &mut self,
        number: u32,
        origin: u32,
        region: &mut Region,
        exit: u64,
    ) -> Result<(), Abort> {
        let bridges = region.bridges();
        let enters = region.parts.last().is_some_and(|part| matches!(part.trace.end, End::Enter { .. }));
        let at_once = if enters { self.parameters.merge_passes == 0 } else { is_power_of_four(bridges) };
        if at_once && self.compile_whole(number, origin, region) {
            self.exits[exit as usize].hot_at = u64::MAX;
            return Ok(());
        }
        let entry = self.compile_piece(number, origin, region, Piece::Alone(bridges as usize))?;
        self.exits[exit as usize].lead_to(entry);
        Ok(())
    }

    /// Compiles a region and its bridges as one unit; false if that is not possible.
    fn compile_whole(&mut self, number: u32, origin: u32, region: &mut Region) -> bool {
        if self.parameters.merge == 0 || region.operations as u64 > self.parameters.merge_limit {
            return false;
        }
        let former = std::mem::take(&mut region.code);
        let bytes = std::mem::replace(&mut region.bytes, 0);
        match self.compile_piece(number, origin, region, Piece::Whole) {
            Ok(entry) => {
                self.lead_in(number, region, entry);
                self.retired.extend(former);
                self.free_retired();
                self.statistics.merges += 1;
                true
            }
            Err(_) => {
                (region.code, region.bytes) = (former, bytes);
                false
            }
        }
    }

    /// A bridge has come to its loop's header through the interpreter often enough: compiles both together.
    pub(super) fn join(&mut self, exit: u64) {
        let exit = &mut self.exits[exit as usize];
        exit.hot_at = u64::MAX;
        let unit = exit.unit;
        let Some(origin) = self.units[unit as usize].as_ref().map(|unit| unit.origin) else { return };
        let Some(mut region) = self.regions.remove(&origin) else { return };
        let number = self.reserve();
        self.compile_whole(number, origin, &mut region);
        self.regions.insert(origin, region);
    }

    /// Compiles a part or all of a region as unit `number`; gives the unit's entry.
    fn compile_piece(
        &mut self,
        number: u32,
        origin: u32,
        region: &mut Region,
        piece: Piece,
    ) -> Result<*const u8, Abort> {
        let invalidated: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
        let whole = matches!(piece, Piece::Whole | Piece::Alone(0));
        let info = UnitInfo {
            first_exit: self.exits.len() as u64,
            own_cell: match region.target {
                Target::Loop(cell) if whole => Some(std::ptr::from_ref(cell) as usize),
                _ => None,
            },
            function: region.function().filter(|_| whole),
            invalidated,
            fail_guards: self.parameters.fail_guards,
            dump: self.log.is_some() && self.parameters.log_code != 0,
        };
        let began = Instant::now();
        if let Some(function) = info.function {
            let backend = self.backend().ok_or(Abort::NotCompiled)?;
            let entry = backend.function_entry(function.args).map_err(|_| Abort::NotCompiled)?;
            gate::open_functions(function.args, entry);
        }
        let compiled = {
            let parts: Vec<Part<'_>> = match piece {
                Piece::Whole => {
                    region.parts.iter().map(|p| Part { trace: &p.trace, continues: p.continues }).collect()
                }
                Piece::Alone(i) => vec![Part { trace: &region.parts[i].trace, continues: None }],
            };
            let backend = self.backend().ok_or(Abort::NotCompiled)?;
            let ways = parts.iter().try_for_each(|part| lead_calls(backend, part.trace));
            ways.and_then(|()| backend.compile_region(&parts, &info))
        };
        self.statistics.compiling_ns += began.elapsed().as_nanos() as u64;
        let compiled = compiled.map_err(|error| {
            if let Some(log) = &mut self.log {
                log.note(&error.to_string());
            }
            Abort::NotCompiled
        })?;
        if compiled.exits.iter().any(|exit| exit.values.len() > gate::EXIT_WORDS) {
            self.retired.push(compiled.code);
            return Err(Abort::TooLong);
        }
        self.statistics.code_bytes += compiled.bytes as u64;
        self.add_exits(number, region, piece, &compiled);
        self.log_unit(number, region, piece, &compiled);
        self.units[number as usize] = Some(Unit { origin, invalidated });
        region.bytes += compiled.bytes as u64;
        region.code.push(compiled.code);
        region.flags.push(invalidated);
        Ok(compiled.entry)
    }

    fn add_exits(&mut self, number: u32, region: &Region, piece: Piece, compiled: &Compiled) {
        for (index, layout) in compiled.exits.iter().enumerate() {
            let part = match piece {
                Piece::Whole => layout.part,
                Piece::Alone(part) => part,
            };
            let trace = &region.parts[part].trace;
            let plan = ExitPlan::new(trace, layout.snapshot, &layout.values);
            let leads = match trace.end {
                End::Enter { fallback, .. } if fallback == layout.snapshot && !layout.continues => {
                    Leads::ToLoop
                }
                // Somebody asked for attention: that is not where the program goes on.
                _ if !layout.continues || region.parts[part].polls.contains(&layout.snapshot) => Leads::Out,
                _ => Leads::On,
            };
            let hot_at = match leads {
                Leads::On => self.parameters.bridge_threshold,
                Leads::ToLoop => self.parameters.merge_passes * region.operations as u64,
                Leads::Out => u64::MAX,
            };
            let place = (part, layout.snapshot);
            self.exits.push(Exit::new(number, place, plan, leads, hot_at, compiled.cells.clone(), index));
        }
    }

    fn log_unit(&mut self, number: u32, region: &Region, piece: Piece, compiled: &Compiled) {
        let Some(log) = &mut self.log else { return };
        match piece {
            Piece::Whole => log.merged(number, &region.position, region.parts.len(), compiled),
            Piece::Alone(part) => {
                let record = &region.parts[part];
                log.compiled(number, &region.position, record.continues, &record.trace, compiled);
            }
        }
    }

    /// From now on the interpreter and other code enter the region here.
    fn lead_in(&mut self, number: u32, region: &Region, entry: *const u8) {
        let Some(cell) = region.target.cell() else { return };
        cell.region.set(number + 1);
        cell.fuel.set(0);
        cell.aborts.set(0);
        cell.code().set(entry);
        if let Target::Entry(cell, _) = region.target {
            cell.direct().set(entry);
        }
    }

    /// A region no longer holds: it is not entered any more, and leaves at its next check.
    pub(super) fn invalidate(&mut self, number: u32) {
        let origin = self.units.get(number as usize).and_then(Option::as_ref).map(|unit| unit.origin);
        let Some(origin) = origin else {
            self.broken.insert(number);
            return;
        };
        if self.discard(origin, "an assumption was broken") {
            self.statistics.invalidations += 1;
        }
    }

    /// Gives a region up; false if that has been done before.
    pub(super) fn discard(&mut self, origin: u32, why: &str) -> bool {
        let Some(region) = self.regions.remove(&origin) else { return false };
        for flag in &region.flags {
            flag.store(true, Ordering::Release);
        }
        if let Some(log) = &mut self.log {
            log.note(&format!("given up: {}: {why}", region.position));
        }
        match region.target {
            Target::Loop(cell) => self.cool_down(cell, self.parameters.threshold),
            Target::Entry(cell, function) => {
                cell.direct().set(gate::stub(function.args));
                self.cool_down(cell, self.parameters.function_threshold);
            }
            Target::Exit(_) => {}
        }
        self.retired.extend(region.code);
        // What the code names must live as long as the code may run.
        self.retired_roots.extend(region.parts.into_iter().map(|part| part._roots));
        self.free_retired();
        true
    }

    /// Gives up the oldest regions until the others' code fits in the budget. What is still hot is recorded again.
    fn keep_budget(&mut self, newest: u32) {
        let limit = self.parameters.code_limit;
        let mut bytes: u64 = self.regions.values().map(|region| region.bytes).sum();
        while bytes > limit {
            let Some(oldest) = self.regions.keys().copied().filter(|&number| number != newest).min() else {
                return;
            };
            bytes -= self.regions[&oldest].bytes;
            self.discard(oldest, "the budget of code is used up");
        }
    }

    /// Frees code that is no longer led to, if no compiled code is running.
    fn free_retired(&mut self) {
        if gate::is_idle() {
            let retired = std::mem::take(&mut self.retired);
            self.retired_roots.clear();
            if let Some(backend) = self.backend() {
                retired.into_iter().for_each(|code| backend.free(code));
            }
        }
    }
}
