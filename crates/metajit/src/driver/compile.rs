//! From a finished recording to code that is entered.
//!
//! A loop's or function's code hangs on its cell, a bridge's on its exit. Neighbours: `warmup` (what happens when
//! there is nothing to compile), `resume::plan` (what exits ask for).

use super::gate::EXIT_WORDS;
use super::state::{Exit, Jit, Unit};
use crate::abort::Abort;
use crate::backend::{Compiled, UnitInfo};
use crate::frame::LoopCell;
use crate::heap::RootSet;
use crate::ir::{Trace, verify};
use crate::record::{Outcome, Recorder};
use crate::resume::ExitPlan;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Where a recording's code is to hang.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    /// At a loop's header, which is this bytecode.
    Loop(&'static LoopCell, usize),
    /// At a function's entry.
    Entry(&'static LoopCell),
    /// At an exit.
    Exit(u64),
}

impl Jit {
    /// A recording has ended: compiles what it gave, or backs off.
    pub(super) fn finish(&mut self, recorder: Recorder, target: Target, position: String, began: Instant) {
        self.statistics.recording_ns += began.elapsed().as_nanos() as u64;
        self.statistics.recorded_bytecodes += recorder.bytecodes;
        let region = recorder.region;
        let blame = recorder.blame;
        let stopped_at = recorder.position();
        let (outcome, roots) = recorder.into_result();
        let result = match outcome {
            Outcome::Trace(trace) => self.install(region, &trace, roots, target, &position),
            Outcome::Aborted(reason) => Err(reason),
            Outcome::Open => Err(Abort::LeftRoot),
        };
        self.broken.remove(&region);
        if let Err(reason) = result {
            if let Some(log) = &mut self.log {
                log.abort(&position, reason, &stopped_at);
            }
            self.statistics.count_abort(reason);
            self.give_up(target, reason, blame);
        }
    }

    fn give_up(&mut self, target: Target, reason: Abort, blame: Option<usize>) {
        if let Some(code) = blame
            && Rc::make_mut(&mut self.called).insert(code)
        {
            // Without inlining that code the next attempt may well succeed.
            return self.retry(target);
        }
        match target {
            Target::Loop(cell, _) => self.back_off(cell, self.parameters.threshold, reason),
            Target::Entry(cell) => self.back_off(cell, self.parameters.function_threshold, reason),
            Target::Exit(exit) => {
                let threshold = self.parameters.bridge_threshold.max(1);
                let backoff = self.parameters.backoff;
                let exit = &mut self.exits[exit as usize];
                exit.failures += 1;
                exit.hot_at = exit.taken + (threshold << (exit.failures as u64).min(backoff));
            }
        }
    }

    fn retry(&mut self, target: Target) {
        match target {
            Target::Loop(cell, _) => cell.fuel.set((self.parameters.threshold / 4).max(1) as u32),
            Target::Entry(cell) => cell.fuel.set((self.parameters.function_threshold / 4).max(1) as u32),
            Target::Exit(exit) => {
                let exit = &mut self.exits[exit as usize];
                exit.hot_at = exit.taken + 1;
            }
        }
    }

    fn install(
        &mut self,
        region: u32,
        trace: &Trace,
        roots: RootSet,
        target: Target,
        position: &str,
    ) -> Result<(), Abort> {
        if self.broken.contains(&region) {
            return Err(Abort::Invalidated);
        }
        if cfg!(debug_assertions) || self.parameters.verify != 0 {
            verify::check(trace);
        }
        let invalidated: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
        let first_exit = self.exits.len() as u64;
        let dump = self.log.as_ref().is_some_and(|log| log.wants_code());
        let own_cell =
            if let Target::Loop(cell, _) = target { Some(std::ptr::from_ref(cell) as usize) } else { None };
        let info = UnitInfo { first_exit, own_cell, invalidated, dump };
        let began = Instant::now();
        let compiled = self.backend().ok_or(Abort::NotCompiled)?.compile(trace, &info);
        self.statistics.compiling_ns += began.elapsed().as_nanos() as u64;
        let compiled = compiled.map_err(|error| {
            if let Some(log) = &mut self.log {
                log.note(&error.to_string());
            }
            Abort::NotCompiled
        })?;
        if compiled.exits.iter().any(|exit| exit.values.len() > EXIT_WORDS) {
            return Err(Abort::TooLong);
        }
        self.statistics.compiled_operations += trace.ops.len() as u64;
        self.statistics.code_bytes += compiled.bytes as u64;
        if let Some(log) = &mut self.log {
            log.compiled(region, position, trace, &compiled);
        }
        let header = if let Target::Loop(_, pc) = target { Some(pc) } else { None };
        self.add_exits(region, trace, &compiled, header);
        let (cell, parent) = match target {
            Target::Loop(cell, _) | Target::Entry(cell) => (Some(cell), None),
            Target::Exit(exit) => (None, Some(exit)),
        };
        let origin = parent.map_or(region, |exit| {
            let unit = self.exits[exit as usize].unit;
            self.units[unit as usize].as_ref().map_or(unit, |u| u.origin)
        });
        self.units[region as usize] = Some(Unit {
            code: compiled.code,
            cell,
            parent,
            origin,
            bridges: 0,
            invalidated,
            position: position.to_owned(),
            roots,
        });
        self.connect(target, region, origin, compiled.entry);
        Ok(())
    }

    fn add_exits(&mut self, region: u32, trace: &Trace, compiled: &Compiled, header: Option<usize>) {
        for (index, layout) in compiled.exits.iter().enumerate() {
            let plan = ExitPlan::new(trace, layout.snapshot, &layout.values);
            // The guards of a loop's header say that it is to be left, not that it goes another way.
            let continues = layout.continues && header != Some(plan.root_pc());
            let hot_at = if continues { self.parameters.bridge_threshold } else { u64::MAX };
            self.exits.push(Exit::new(region, plan, hot_at, compiled.cells.clone(), index));
        }
    }

    fn connect(&mut self, target: Target, region: u32, origin: u32, entry: *const u8) {
        match target {
            Target::Loop(cell, _) | Target::Entry(cell) => {
                if matches!(target, Target::Loop(..)) {
                    self.statistics.loops += 1;
                } else {
                    self.statistics.entries_compiled += 1;
                }
                cell.region.set(region + 1);
                cell.fuel.set(0);
                cell.aborts.set(0);
                cell.code().set(entry);
            }
            Target::Exit(exit) => {
                self.statistics.bridges += 1;
                self.exits[exit as usize].lead_to(entry);
                if let Some(Some(unit)) = self.units.get_mut(origin as usize) {
                    unit.bridges += 1;
                }
            }
        }
    }

    /// A region no longer holds: it is not entered any more, and leaves at its next check.
    pub(super) fn invalidate(&mut self, region: u32) {
        let Some(Some(unit)) = self.units.get(region as usize) else {
            self.broken.insert(region);
            return;
        };
        if unit.invalidated.swap(true, Ordering::AcqRel) {
            return;
        }
        self.statistics.invalidations += 1;
        let (cell, parent) = (unit.cell, unit.parent);
        if let Some(log) = &mut self.log {
            log.note(&format!("invalidated: unit {region}, {}", unit.position));
        }
        if let Some(cell) = cell
            && cell.region.get() == region + 1
        {
            self.cool_down(cell);
        }
        if let Some(exit) = parent {
            let threshold = self.parameters.bridge_threshold;
            let exit = &mut self.exits[exit as usize];
            exit.lead_to(std::ptr::null());
            exit.hot_at = exit.taken + threshold;
        }
    }
}
