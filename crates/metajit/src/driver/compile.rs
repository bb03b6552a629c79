//! What becomes of a recording: code, or another try later.
//!
//! A loop's or function's code hangs on its cell, a bridge's on its exit. Neighbours: `region` (keeps and compiles
//! traces), `warmup` (when the next try is).

use super::state::Jit;
use crate::abort::Abort;
use crate::assume::Validity;
use crate::backend::Function;
use crate::cpu::Stopwatch;
use crate::frame::{EntryCell, LoopCell};
use crate::heap::RootSet;
use crate::ir::verify;
use crate::observe::Event;
use crate::opt::Closed;
use crate::record::{Outcome, Recorder, Transcript};
use std::rc::Rc;
use std::sync::Arc;

/// Where a recording's code is to hang.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    /// At a loop's header.
    Loop(&'static LoopCell),
    /// At a function's entry.
    Entry(&'static EntryCell, Function),
    /// At an exit.
    Exit(u64),
}

impl Target {
    /// The cell of a loop or function.
    pub(super) fn cell(self) -> Option<&'static LoopCell> {
        match self {
            Target::Loop(cell) => Some(cell),
            Target::Entry(cell, _) => Some(cell),
            Target::Exit(_) => None,
        }
    }
}

impl Jit {
    /// A recording has ended: compiles what it gave, or backs off.
    pub(super) fn finish(
        &mut self,
        mut recorder: Recorder,
        target: Target,
        position: String,
        began: Stopwatch,
    ) {
        let elapsed_ns = began.nanoseconds();
        self.statistics.recording_ns += elapsed_ns.saturating_sub(recorder.closing_ns);
        self.statistics.closing_ns += recorder.closing_ns;
        self.statistics.recorded_bytecodes += recorder.bytecodes;
        self.statistics.recorded_operations += recorder.operations;
        if let Some(transcript) = recorder.take_transcript()
            && self.is_to_be_repeated(target, transcript)
            && recorder.gave_trace()
        {
            return self.retry(target);
        }
        if let Target::Exit(exit) = target {
            self.count_recorded(exit, &recorder);
        }
        let (region, validity) = (recorder.region, recorder.validity.clone());
        let blame = recorder.blame;
        let stopped_at = recorder.position();
        let (outcome, roots) = recorder.into_result();
        let result = match outcome {
            Outcome::Trace(closed) => self.install(region, *closed, roots, validity, target, &position),
            Outcome::Aborted(reason) => Err(reason),
            Outcome::Open => Err(Abort::LeftRoot),
        };
        self.stress();
        if let Err(reason) = result {
            self.observe(&Event::Aborted { position: &position, reason, at: &stopped_at });
            if let Some(log) = &mut self.log {
                log.abort(&position, reason, &stopped_at);
            }
            self.statistics.count_abort(reason);
            self.give_up(target, reason, blame);
        }
    }

    /// Compares a recording with the first from its place; whether there is to be another.
    fn is_to_be_repeated(&mut self, target: Target, transcript: Transcript) -> bool {
        let place = match target {
            Target::Loop(cell) => (0, std::ptr::from_ref(cell) as u64),
            Target::Entry(cell, _) => (1, std::ptr::from_ref(cell) as u64),
            Target::Exit(exit) => (2, exit),
        };
        let Some((times, first)) = self.transcripts.get_mut(&place) else {
            self.transcripts.insert(place, (1, transcript));
            return true;
        };
        *times += 1;
        let again = *times <= self.parameters.recheck;
        if first.is_outdated() {
            *first = transcript;
        } else if let Some((place, difference)) = first.difference(&transcript) {
            let line = format!("{place}: {difference}");
            if !self.plain_reads.iter().any(|known| known.starts_with(&format!("{place}: "))) {
                if let Some(log) = &mut self.log {
                    log.note(&format!("plain read: {line}"));
                }
                self.plain_reads.push(line);
            }
        }
        again
    }

    pub(super) fn give_up(&mut self, target: Target, reason: Abort, blame: Option<usize>) {
        if let Some(code) = blame
            && Rc::make_mut(&mut self.called).insert(code)
        {
            // Without inlining that code the next attempt may well succeed.
            return self.retry(target);
        }
        match target {
            Target::Loop(cell) => self.back_off(cell, self.parameters.threshold, reason),
            Target::Entry(cell, _) => self.back_off(cell, self.parameters.function_threshold, reason),
            Target::Exit(exit) => {
                let threshold = self.parameters.bridge_threshold.max(1);
                let backoff = self.parameters.backoff;
                if let Some(exit) = self.units.exit(exit) {
                    exit.failures += 1;
                    exit.hot_at = exit.taken + (threshold << (exit.failures as u64).min(backoff));
                }
            }
        }
    }

    fn retry(&mut self, target: Target) {
        match target {
            Target::Loop(cell) => cell.fuel.set((self.parameters.threshold / 4).max(1) as u32),
            Target::Entry(cell, _) => cell.fuel.set((self.parameters.function_threshold / 4).max(1) as u32),
            Target::Exit(exit) => {
                if let Some(exit) = self.units.exit(exit) {
                    exit.hot_at = exit.taken + 1;
                }
            }
        }
    }

    fn install(
        &mut self,
        number: u32,
        closed: Closed,
        roots: RootSet,
        validity: Arc<Validity>,
        target: Target,
        position: &str,
    ) -> Result<(), Abort> {
        if validity.is_broken() {
            return Err(Abort::Invalidated);
        }
        if cfg!(debug_assertions) || self.parameters.verify != 0 {
            verify::check(&closed.trace);
        }
        self.statistics.compiled_operations += closed.trace.ops.len() as u64;
        match target {
            Target::Loop(..) | Target::Entry(..) => {
                self.found(number, closed, roots, validity, target, position)
            }
            Target::Exit(exit) => self.add_bridge(closed.trace, roots, exit),
        }
    }
}
