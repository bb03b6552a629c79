//! Compiling pieces of regions, and installing what comes of it.
//!
//! What is to be compiled is described by a [`Job`], which is plain data. It is done at once, or by the worker
//! (`background`), and either way its result arrives here, on the thread whose driver asked for it, while no borrow of the
//! driver's state is held elsewhere: at a loop's header, a function's entry or an exit.
//! Neighbours: `region` (asks), `units` (where exits are kept), `budget` (what is given up for it).

use super::background::{Done, Job};
use super::compile::Target;
use super::gate;
use super::region::Region;
use super::state::Jit;
use super::units::{Exit, Leads, Unit, UnitId, Units};
use crate::abort::Abort;
use crate::backend::{Backend, CompileError, Compiled, Count, UnitInfo};
use crate::helper::{self, Helper};
use crate::ir::{End, Opcode, SnapshotId, Trace};
use crate::log::Made;
use crate::observe::Event;
use crate::resume::ExitPlan;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// What is compiled into one unit.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece {
    /// All parts of a region.
    Whole,
    /// One part of it by itself.
    Alone(usize),
}

/// What a piece is compiled for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Then {
    /// The region's first code.
    Found,
    /// Its newest bridge, which continues this exit.
    Bridge(u64),
    /// The same as before, together.
    Merge,
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
    /// How often a bridge is entered before it is compiled together with its root. One that comes round to the loop is
    /// counted there.
    fn count(&self, piece: Piece, then: Then, passes: u64) -> Option<Count> {
        let (Piece::Alone(i), Then::Bridge(exit)) = (piece, then) else { return None };
        if matches!(self.parts[i].trace.end, End::Enter { .. }) {
            return None;
        }
        let left = passes.saturating_mul(self.operations as u64).max(1);
        Some(Count { left: Arc::new(AtomicU64::new(left)), exit })
    }
}

impl Jit {
    /// Compiles a piece of a region, here or in the background.
    pub(super) fn compile(&mut self, origin: u32, piece: Piece, then: Then) -> Result<(), Abort> {
        let Some(unit) = self.units.reserve() else {
            return self.has_failed(origin, None, piece, then, Abort::NotCompiled);
        };
        let job = match self.prepare(origin, unit, piece, then) {
            Ok(job) => job,
            Err(reason) => return self.has_failed(origin, Some(unit), piece, then, reason),
        };
        let Some(job) = self.hand_over(job) else {
            self.wait_for(origin, then);
            return Ok(());
        };
        let Some(backend) = self.backend() else {
            return self.has_failed(origin, Some(unit), piece, then, Abort::NotCompiled);
        };
        let done = job.run(backend.generator());
        if self.parameters.delay_results > 0 {
            self.late.push(done);
            self.wait_for(origin, then);
            return Ok(());
        }
        self.arrive(done)
    }

    /// Describes what is to be compiled.
    fn prepare(&mut self, origin: u32, unit: UnitId, piece: Piece, then: Then) -> Result<Job, Abort> {
        self.backend().ok_or(Abort::NotCompiled)?;
        let region = self.regions.get_mut(&origin).ok_or(Abort::Invalidated)?;
        region.pending.push(unit);
        region.merging = matches!(piece, Piece::Whole);
        let whole = matches!(piece, Piece::Whole | Piece::Alone(0));
        let function = region.function();
        let mut info = UnitInfo {
            first_exit: unit.first_exit(),
            own_cell: match region.target {
                Target::Loop(cell) if whole => Some(std::ptr::from_ref(cell) as usize),
                _ => None,
            },
            count: region.count(piece, then, self.parameters.merge_calls),
            function: function.filter(|_| whole),
            invalidated: region.validity.flag(),
            fail_guards: self.parameters.fail_guards,
            inputs: Vec::new(),
            dump: self.log.is_some() && self.parameters.log_code != 0,
        };
        let records = match piece {
            Piece::Whole => &region.parts[..],
            Piece::Alone(i) => &region.parts[i..=i],
        };
        if let Then::Bridge(exit) = then {
            let exit = self.units.exit(exit).ok_or(Abort::Invalidated)?;
            if let Some(count) = &info.count {
                exit.count = Some(count.left.clone());
            }
            info.inputs = exit.plan.passed.iter().map(|&(_, word)| word).collect();
        }
        let alone = matches!(piece, Piece::Alone(_));
        let parts = records.iter().map(|r| (r.trace.plain(), r.continues.filter(|_| !alone)));
        let job = Job { origin, unit, piece, then, parts: parts.collect(), info };
        let traces: Vec<Rc<Trace>> = records.iter().map(|record| record.trace.clone()).collect();
        let backend = self.backend().ok_or(Abort::NotCompiled)?;
        traces.iter().try_for_each(|trace| lead_calls(backend, trace)).map_err(|_| Abort::NotCompiled)?;
        if let Some(function) = function {
            let entry = backend.function_entry(function.args).map_err(|_| Abort::NotCompiled)?;
            gate::open_functions(function.args, entry);
        }
        Ok(job)
    }

    /// A job has been done: leads to the code, or takes back what asked for it.
    pub(super) fn arrive(&mut self, done: Done) -> Result<(), Abort> {
        let Done { origin, unit, piece, then, result, elapsed_ns } = done;
        self.statistics.compiling_ns += elapsed_ns;
        let is_wanted = self.regions.get_mut(&origin).is_some_and(|region| {
            region.compiling_ns += elapsed_ns;
            region.pending.contains(&unit)
        });
        if !is_wanted {
            self.units.take(unit);
            self.statistics.superseded += 1;
            return Err(Abort::Invalidated);
        }
        let compiled = result.and_then(|generated| match self.backend() {
            Some(backend) => backend.link(generated),
            None => Err(CompileError::NoMemory),
        });
        let compiled = compiled.map_err(|error| {
            if let Some(log) = &mut self.log {
                log.note(&error.to_string());
            }
            Abort::NotCompiled
        });
        let fits = |compiled: Compiled| {
            let words = compiled
                .exits
                .iter()
                .map(|exit| exit.words.iter().map(|&word| word as usize + 1).max().unwrap_or(0))
                .max()
                .unwrap_or(0);
            let most = (self.parameters.snapshot_words as usize).min(gate::EXIT_WORDS);
            if words <= most && compiled.exits.len() <= Units::MOST_EXITS {
                return Ok(compiled);
            }
            if let Some(backend) = self.backend() {
                backend.free(compiled.code);
            }
            Err(Abort::TooLong)
        };
        match compiled.and_then(fits) {
            Ok(compiled) => {
                self.put_in(origin, unit, piece, then, compiled);
                Ok(())
            }
            Err(reason) => self.has_failed(origin, Some(unit), piece, then, reason),
        }
    }

    /// Something could not be compiled: takes back what asked for it.
    fn has_failed(
        &mut self,
        origin: u32,
        unit: Option<UnitId>,
        piece: Piece,
        then: Then,
        reason: Abort,
    ) -> Result<(), Abort> {
        unit.and_then(|unit| self.units.take(unit));
        let Some(region) = self.regions.get_mut(&origin) else { return Err(reason) };
        region.pending.retain(|&pending| Some(pending) != unit);
        region.merging = false;
        match then {
            Then::Found => {
                region.validity.end();
                if let Some(region) = self.regions.remove(&origin) {
                    self.forget_cells(origin);
                    if let Some(cell) = region.target.cell() {
                        cell.region.set(0);
                    }
                }
            }
            Then::Bridge(_) => region.drop_bridge(match piece {
                Piece::Alone(i) => i,
                Piece::Whole => region.parts.len() - 1,
            }),
            Then::Merge => {}
        }
        Err(reason)
    }

    fn put_in(&mut self, origin: u32, id: UnitId, piece: Piece, then: Then, compiled: Compiled) {
        let Some(mut region) = self.regions.remove(&origin) else { return };
        let exits = self.exits(&region, piece, &compiled);
        self.statistics.code_bytes += compiled.bytes as u64;
        self.statistics.building_ns += compiled.building.as_nanos() as u64;
        self.statistics.compiled_exits += exits.len() as u64;
        let start = compiled.entry as usize;
        let _roots = match piece {
            Piece::Whole => region.parts.iter().map(|part| part.roots.clone()).collect(),
            Piece::Alone(i) => vec![region.parts[i].roots.clone()],
        };
        let (code, left_at) = (compiled.code, gate::clock());
        let range = start..start + compiled.bytes;
        self.units.put(Unit { id, origin, code, range, _roots, exits, left_at });
        region.pending.retain(|&pending| pending != id);
        region.merging = false;
        let former = match piece {
            Piece::Whole => std::mem::take(&mut region.code),
            Piece::Alone(_) => Vec::new(),
        };
        if !former.is_empty() {
            self.live_bytes -= std::mem::take(&mut region.bytes);
        }
        region.bytes += compiled.bytes as u64;
        self.live_bytes += compiled.bytes as u64;
        region.code.push(id);
        match (piece, then) {
            (Piece::Alone(_), Then::Bridge(exit)) => {
                if let Some(exit) = self.units.exit(exit) {
                    exit.lead_to(compiled.entry);
                    if exit.count.is_some() {
                        (exit.leads, exit.hot_at) = (Leads::ToPart, 0);
                    }
                }
            }
            _ => self.lead_in(origin, &region, compiled.entry),
        }
        self.tell(id, &region, piece, then, &compiled);
        self.regions.insert(origin, region);
        self.retire(former);
        self.keep_budget(origin);
    }

    fn exits(&self, region: &Region, piece: Piece, compiled: &Compiled) -> Vec<Exit> {
        let exit = |index: usize| {
            let layout = &compiled.exits[index];
            let part = match piece {
                Piece::Whole => layout.part,
                Piece::Alone(part) => part,
            };
            let record = &region.parts[part];
            let plan = ExitPlan::new(&record.trace, layout);
            let leads = match record.trace.end {
                End::Enter { fallback, .. } if fallback == layout.snapshot && !layout.continues => {
                    Leads::ToPart
                }
                End::Jump { cell, .. } if !layout.continues => {
                    region.version_at(cell, self.parameters.versions).map_or(Leads::Out, Leads::ToVersion)
                }
                // Somebody asked for attention: that is not where the program goes on.
                _ if !layout.continues || record.polls.contains(&layout.snapshot) => Leads::Out,
                _ => Leads::On,
            };
            let hot_at = match leads {
                Leads::On => self.parameters.bridge_threshold,
                Leads::ToPart => self.parameters.merge_passes * region.operations as u64,
                Leads::ToVersion(_) | Leads::Out => u64::MAX,
            };
            Exit {
                place: (part, layout.snapshot),
                plan: Rc::new(plan),
                leads,
                taken: 0,
                hot_at,
                failures: 0,
                count: None,
                cells: compiled.cells.clone(),
                index,
            }
        };
        (0..compiled.exits.len()).map(exit).collect()
    }

    /// Counts what has been made, and tells who wants to know.
    fn tell(&mut self, id: UnitId, region: &Region, piece: Piece, then: Then, compiled: &Compiled) {
        match then {
            Then::Found if matches!(region.target, Target::Loop(_)) => self.statistics.loops += 1,
            Then::Found => self.statistics.entries_compiled += 1,
            Then::Bridge(_) => self.statistics.bridges += 1,
            Then::Merge => {}
        }
        self.statistics.merges += matches!(piece, Piece::Whole) as u64;
        self.statistics.generated_operations += match piece {
            Piece::Whole => region.operations as u64,
            Piece::Alone(i) => region.parts[i].trace.ops.len() as u64,
        };
        let (part, continues): (usize, Option<(usize, SnapshotId)>) = match piece {
            Piece::Whole => (0, None),
            Piece::Alone(i) => (i, region.parts[i].continues),
        };
        let merged = matches!(piece, Piece::Whole).then_some(region.parts.len());
        let trace = &region.parts[part].trace;
        self.observe(&Event::Compiled {
            position: &region.position,
            parts: merged.unwrap_or(1),
            bridge: continues.is_some(),
            operations: trace.ops.len(),
            exits: compiled.exits.len(),
            bytes: compiled.bytes,
        });
        if let Some(log) = &mut self.log {
            let position = &region.position;
            log.made(&Made { unit: id.serial, position, merged, continues, trace, compiled });
        }
    }

    /// From now on the interpreter and other code enter the region here.
    fn lead_in(&mut self, number: u32, region: &Region, entry: *const u8) {
        let Some(cell) = region.target.cell() else { return };
        cell.region.set(number + 1);
        cell.fuel.set(0);
        cell.aborts.set(0);
        cell.since.set(gate::clock());
        cell.code().set(entry);
        if let Target::Entry(cell, _) = region.target {
            cell.direct().set(entry);
        }
    }
}
