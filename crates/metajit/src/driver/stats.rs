//! The table of statistics.

use crate::abort::Abort;
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
    /// Bytes of machine code made.
    code_bytes;
    /// Nanoseconds spent recording, with the optimiser's first pass.
    recording_ns;
    /// Nanoseconds spent compiling.
    compiling_ns;
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
    /// One line for each figure.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (name, n) in self.entries() {
            let _ = writeln!(out, "{name:22} {n}");
        }
        for (name, n) in self.abort_counts() {
            let _ = writeln!(out, "abort: {name:15} {n}");
        }
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
