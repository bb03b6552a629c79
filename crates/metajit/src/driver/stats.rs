//! The table of statistics.

use super::gate;
use super::state::Jit;
use crate::abort::Abort;
use crate::cpu;
use std::fmt::Write;

macro_rules! statistics {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        /// Sums of what the driver of this thread has done.
        #[derive(Clone, Debug, Default)]
        pub struct Statistics {
            $($(#[$doc])* pub $name: u64,)*
            /// Recordings given up, by reason (in the order of [`Abort::ALL`]).
            pub aborts: Vec<u64>,
        }

        impl Statistics {
            /// Names and values, without the aborts.
            pub fn entries(&self) -> Vec<(&'static str, u64)> {
                vec![$((stringify!($name), self.$name)),*]
            }
        }
    };
}

statistics! {
    /// Loops compiled.
    loops;
    /// Function entries compiled.
    entries_compiled;
    /// Bridges compiled.
    bridges;
    /// Times a loop or function was compiled again with its bridges.
    merges;
    /// Regions invalidated.
    invalidations;
    /// Regions given up because the budget of code was used up.
    evictions;
    /// Regions given up because code that they name was dropped.
    dropped;
    /// Pieces of code freed.
    freed;
    /// Pieces compiled in the background.
    background;
    /// Pieces whose region was given up while they were compiled.
    superseded;
    /// Times compiled code was entered from the interpreter.
    entered;
    /// Times compiled code was left through an exit.
    exits;
    /// Exits that had to replay.
    replays;
    /// Virtual objects made real at exits.
    materialised;
    /// Bytecodes executed while recording.
    recorded_bytecodes;
    /// Operations asked for while recording.
    recorded_operations;
    /// Operations in compiled traces.
    compiled_operations;
    /// Operations for which code was generated: more, since bridges are compiled again with their loops.
    generated_operations;
    /// Exits of compiled code.
    compiled_exits;
    /// Bytes of machine code made.
    code_bytes;
    /// Bytes of machine code that is led to.
    live_bytes;
    /// Words of memory in which exits are described.
    snapshot_words;
    /// Nanoseconds of processor time spent recording, with the optimiser's first pass.
    recording_ns;
    /// Nanoseconds spent closing loops: peeling, removing dead operations.
    closing_ns;
    /// Nanoseconds spent compiling, on whichever thread.
    compiling_ns;
    /// Nanoseconds of these spent on the code generator's input.
    building_ns;
    /// Nanoseconds that the program's own thread spent on all of this, and on installing code.
    own_ns;
    /// Nanoseconds of processor time that the program's own thread has used altogether.
    thread_ns;
}

impl Jit {
    /// Brings up to date what is not counted as it happens.
    pub(super) fn count(&mut self) {
        self.statistics.entered += gate::take_entered();
        self.statistics.live_bytes = self.live_bytes;
        self.statistics.thread_ns = cpu::used().as_nanos() as u64;
        let exits = self.units.iter().flat_map(|unit| &unit.exits);
        self.statistics.snapshot_words = exits.map(|exit| exit.plan.len() as u64).sum();
    }
}

impl Statistics {
    pub(super) fn count_abort(&mut self, reason: Abort) {
        self.aborts.resize(Abort::ALL.len(), 0);
        if let Some(i) = Abort::ALL.iter().position(|&a| a == reason) {
            self.aborts[i] += 1;
        }
    }
    /// Recordings given up, for each reason that occurred.
    pub fn abort_counts(&self) -> Vec<(&'static str, u64)> {
        let counts = Abort::ALL.iter().zip(&self.aborts).filter(|(_, n)| **n > 0);
        counts.map(|(reason, &n)| (reason.name(), n)).collect()
    }
    /// The phases, with nanoseconds spent and operations dealt with.
    fn phases(&self) -> [(&'static str, u64, u64); 4] {
        [
            ("recording", self.recording_ns, self.recorded_operations),
            ("closing", self.closing_ns, self.recorded_operations),
            ("building", self.building_ns, self.generated_operations),
            ("generating", self.compiling_ns.saturating_sub(self.building_ns), self.generated_operations),
        ]
    }
    /// One line for each figure.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (name, n) in self.entries() {
            let _ = writeln!(out, "{name:22} {n}");
        }
        for (name, n) in self.abort_counts() {
            let _ = writeln!(out, "abort: {name:15} {n}");
        }
        for (phase, nanoseconds, operations) in self.phases() {
            let each = nanoseconds as f64 / 1000.0 / operations.max(1) as f64;
            let _ = writeln!(out, "{phase:22} {each:.2} µs an operation");
        }
        let share = 100.0 * self.own_ns as f64 / self.thread_ns.max(1) as f64;
        let _ = writeln!(out, "{:22} {share:.1} % of the program's thread's time", "all of this");
        out
    }
    /// As a JSON object.
    pub fn json(&self) -> String {
        let field = |(name, n): (&str, u64)| format!("\"{name}\":{n}");
        let entries: Vec<String> = self.entries().into_iter().map(field).collect();
        let aborts: Vec<String> = self.abort_counts().into_iter().map(field).collect();
        format!("{{{},\"aborts\":{{{}}}}}", entries.join(","), aborts.join(","))
    }
}
