//! The table of reasons for which recording is given up.
//!
//! An abort is never an error of the program: it goes on interpreted, and the driver decides when to try
//! again. Neighbours: `record` (raises them), `driver` (backs off), `log` (counts them).

macro_rules! aborts {
    ($($(#[$doc:meta])* $name:ident $text:literal;)*) => {
        /// Why recording was given up.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Abort { $($(#[$doc])* $name),* }

        impl Abort {
            /// All reasons.
            pub const ALL: &'static [Abort] = &[$(Abort::$name),*];
            /// The name in logs and statistics.
            pub const fn name(self) -> &'static str {
                match self { $(Abort::$name => $text),* }
            }
        }
    };
}

aborts! {
    /// The trace has more operations than the limit.
    TooLong "too long";
    /// More frames are inlined than the limit.
    TooDeep "too deep";
    /// An inner loop was met that has its own compiled code.
    InnerLoop "inner loop";
    /// The root frame was left before its loop closed.
    LeftRoot "left the root frame";
    /// An exception left the root frame.
    RaisedOut "exception left the root frame";
    /// A slot of an inlined frame was read before it was written.
    UnsetSlot "read of an unset slot";
    /// The backend could not compile the trace.
    NotCompiled "not compiled";
    /// An assumption was broken while the trace that relies on it was recorded.
    Invalidated "assumption broken while recording";
    /// The interpreter asked for it.
    Language "asked by the interpreter";
    /// Folding found that the loop's second iteration contradicts the first.
    Contradiction "contradiction";
}
