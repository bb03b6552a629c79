//! The log: what the driver does, for people.
//!
//! Events are written as they happen; the summary at the end says where compiled code was left and how often.
//! Neighbours: `driver` (calls), `ir::text` (prints traces).

use crate::abort::Abort;
use crate::backend::Compiled;
use crate::driver::state::Jit;
use crate::ir::{SnapshotId, Trace};
use std::fmt;
use std::io::Write;

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
    /// A trace has been compiled.
    pub(crate) fn compiled(
        &mut self,
        unit: u32,
        position: &str,
        continues: Option<(usize, SnapshotId)>,
        trace: &Trace,
        compiled: &Compiled,
    ) {
        let from = match continues {
            Some((part, snapshot)) => format!(" (bridge from part {part}, {snapshot})"),
            None => String::new(),
        };
        self.line(format_args!(
            "compiled: unit {unit}, {position}{from}: {} operations, {} exits, {} bytes",
            trace.ops.len(),
            compiled.exits.len(),
            compiled.bytes
        ));
        self.line(format_args!("{trace}"));
        self.dump(compiled);
    }
    /// A trace has been compiled again together with its bridges.
    pub(crate) fn merged(&mut self, unit: u32, position: &str, parts: usize, compiled: &Compiled) {
        self.line(format_args!(
            "merged: unit {unit}, {position}: {parts} parts, {} exits, {} bytes",
            compiled.exits.len(),
            compiled.bytes
        ));
        self.dump(compiled);
    }
    fn dump(&mut self, compiled: &Compiled) {
        if let Some(dump) = &compiled.dump {
            self.line(format_args!("{}\n{}", dump.ir, dump.assembly));
        }
    }
    /// Exits by how often they were taken, and the statistics.
    pub(crate) fn summary(&mut self, jit: &Jit) {
        let mut exits: Vec<(usize, &crate::driver::state::Exit)> = jit.exits.iter().enumerate().collect();
        exits.retain(|(_, exit)| exit.taken > 0);
        exits.sort_by_key(|(_, exit)| std::cmp::Reverse(exit.taken));
        for (number, exit) in exits.into_iter().take(50) {
            self.line(format_args!(
                "exit {number} of unit {}: {} times, {}",
                exit.unit,
                exit.taken,
                exit.plan.describe()
            ));
        }
        self.line(format_args!("{}", jit.statistics.text()));
        let _ = self.out.flush();
    }
}
