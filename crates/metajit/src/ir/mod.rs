//! The trace IR: typed SSA operations in an arena, with text, verifier and reference evaluator.
//!
//! A trace is a straight line of operations with one optional loop header in it; the only control flow is
//! leaving through a guard and the jump back to the header. Invariant: an operand refers to an earlier
//! operation (or to a header parameter), and has the type that the operation's table row asks for.

#[macro_use]
pub mod pure;
pub mod eval;
pub mod ops;
pub mod text;
pub mod trace;
pub mod verify;

pub use ops::{Class, Known, Opcode, eval_pure};
pub use trace::{
    DelayedStore, End, ExitValues, FrameState, LogEntry, LoopParam, Op, OpRef, Plain, Snapshot, SnapshotId,
    State, Trace, VirtualObject,
};
