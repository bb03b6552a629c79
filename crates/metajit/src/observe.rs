//! Observing: what the driver does, for programs.
//!
//! The log is for people; an [`Observer`] is for tools that draw, count or react. It is called on the thread whose driver
//! it observes, in the middle of the driver's work: it must not call the driver or run the interpreter.
//! Neighbours: `driver` (tells), `log` (writes the same down).

use crate::abort::Abort;

/// Something the driver has done.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Recording has begun.
    Recording {
        /// Where: as [`Code::describe`](crate::language::Code::describe) names it.
        position: &'a str,
    },
    /// Recording was given up.
    Aborted {
        /// Where it had begun.
        position: &'a str,
        /// Why.
        reason: Abort,
        /// Where it was given up.
        at: &'a str,
    },
    /// Code has been compiled and is led to from now on.
    Compiled {
        /// Where the loop or the function begins.
        position: &'a str,
        /// Traces that were compiled together: 1 for a root or a bridge by itself.
        parts: usize,
        /// Whether it is a bridge by itself.
        bridge: bool,
        /// Operations of the trace; of the root, if there are several.
        operations: usize,
        /// Ways out.
        exits: usize,
        /// Bytes of machine code.
        bytes: usize,
    },
    /// A loop's or a function's code is not entered any more.
    GivenUp {
        /// Where the loop or the function begins.
        position: &'a str,
        /// Why, in words.
        why: &'a str,
    },
}

/// Is told what the driver does.
pub trait Observer {
    /// Something has happened.
    fn event(&mut self, event: &Event<'_>);
}
