//! The log: what the driver does, for people.
//!
//! Events are written as they happen; the summary at the end says where compiled code was left and how often.
//! Neighbours: `driver` (calls), `ir::text` (prints traces).

use crate::abort::Abort;
use crate::backend::Compiled;
use crate::driver::state::Jit;
use crate::driver::units::Exit;
use crate::ir::{SnapshotId, Trace};
use std::fmt;
use std::io::Write;

/// A piece of code that has been compiled.
#[derive(Clone, Copy)]
pub(crate) struct Made<'a> {
    pub unit: u32,
    pub position: &'a str,
    /// Number of its parts, if they were compiled together.
    pub merged: Option<usize>,
    /// The exit that a bridge continues.
    pub continues: Option<(usize, SnapshotId)>,
    pub trace: &'a Trace,
    pub compiled: &'a Compiled,
}

/// Writes events to a sink.
pub(crate) struct Log {
    out: Box<dyn Write>,
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Log")
    }
}

impl Log {
    pub(crate) fn new(out: Box<dyn Write>) -> Log {
        Log { out }
    }
    fn line(&mut self, text: fmt::Arguments<'_>) {
        // A log that cannot be written is no reason to stop the program.
        let _ = writeln!(self.out, "{text}");
    }
    /// Something worth a line.
    pub(crate) fn note(&mut self, text: &str) {
        self.line(format_args!("note: {text}"));
    }
    /// Recording begins.
    pub(crate) fn start(&mut self, position: &str) {
        self.line(format_args!("record: {position}"));
    }
    /// Recording was given up.
    pub(crate) fn abort(&mut self, position: &str, reason: Abort, stopped_at: &str) {
        self.line(format_args!("abort: {position}: {} at {stopped_at}", reason.name()));
    }
    /// A trace has been compiled, by itself or together with its bridges.
    pub(crate) fn made(&mut self, made: &Made<'_>) {
        let Made { unit, position, merged, continues, trace, compiled } = *made;
        let (exits, bytes) = (compiled.exits.len(), compiled.bytes);
        if let Some(parts) = merged {
            self.line(format_args!(
                "merged: unit {unit}, {position}: {parts} parts, {exits} exits, {bytes} bytes"
            ));
        } else {
            let from = match continues {
                Some((part, snapshot)) => format!(" (bridge from part {part}, {snapshot})"),
                None => String::new(),
            };
            let operations = trace.ops.len();
            self.line(format_args!(
                "compiled: unit {unit}, {position}{from}: {operations} operations, {exits} exits, {bytes} bytes"
            ));
            self.line(format_args!("{trace}"));
        }
        self.dump(compiled);
    }
    /// A loop's or a function's code is not entered any more.
    pub(crate) fn given_up<'a>(&mut self, position: &str, why: &str, exits: impl Iterator<Item = &'a Exit>) {
        self.line(format_args!("given up: {position}: {why}"));
        for exit in exits.filter(|exit| exit.taken > 0) {
            self.line(format_args!("  exit {}: {} times, {}", exit.index, exit.taken, exit.plan.describe()));
        }
    }
    fn dump(&mut self, compiled: &Compiled) {
        if let Some(dump) = &compiled.dump {
            self.line(format_args!("{}\n{}", dump.ir, dump.assembly));
        }
    }
    /// Exits by how often they were taken, and the statistics.
    pub(crate) fn summary(&mut self, jit: &Jit) {
        let units = jit.units.iter().filter(|unit| jit.regions.contains_key(&unit.origin));
        let mut exits: Vec<(u32, &Exit)> =
            units.flat_map(|unit| unit.exits.iter().map(|exit| (unit.id.serial, exit))).collect();
        exits.retain(|(_, exit)| exit.taken > 0);
        exits.sort_by_key(|(_, exit)| std::cmp::Reverse(exit.taken));
        for (unit, exit) in exits.into_iter().take(50) {
            let (index, taken, place) = (exit.index, exit.taken, exit.plan.describe());
            self.line(format_args!("exit {index} of unit {unit}: {taken} times, {place}"));
        }
        self.line(format_args!("{}", jit.statistics.text()));
        let _ = self.out.flush();
    }
}
