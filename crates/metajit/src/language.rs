//! What the framework needs to know of an interpreter: how to run a frame, and a few facts about code.
//!
//! Neighbours: `frame` (slots), `driver` (calls back into [`Language::run`] to record and to resume).

use crate::backend::REGISTER_ARGS;
use crate::depth::Depth;
use crate::frame::{EntryCell, Frame};
use crate::heap::Value;
use crate::mode::Mode;

/// An interpreter that can be traced.
pub trait Language: Sized + 'static {
    /// Its compiled unit: a function's or a file's bytecode. Immutable once published.
    type Code: Code;

    /// Runs a frame from `pc` (the index of a bytecode) until it returns or raises.
    ///
    /// The implementation is the interpreter's dispatch loop. It calls [`Mode::merge_point`] at the start of
    /// every bytecode and returns `Stop::Switch` when that asks it to.
    fn run<M: Mode>(code: &'static Self::Code, frame: Frame<M>, pc: usize) -> Result<M::Of<Value>, Stop<M>>;

    /// Where the frames that are active are counted (see [`FrameCount`](crate::depth::FrameCount)); `None` if nobody counts.
    /// Where there is not room for all frames that a trace may have inlined, everything is interpreted: so the limit of
    /// recursion is met exactly where it would be without a JIT.
    fn depth() -> Option<Depth> {
        None
    }

    /// The exception for a call that finds no room on the native or on the VM stack. Making it may use some more
    /// of the native stack ([`STACK_MARGIN`](crate::run::STACK_MARGIN) bytes are left).
    fn stack_exhausted() -> Value {
        Value::special(u32::MAX)
    }
}

/// Facts about a unit of bytecode that the framework reads while recording.
pub trait Code: 'static {
    /// Number of slots of a frame of this code.
    fn slots(&self) -> u32;
    /// The slots whose values may still be read when execution is at `pc`, as a bit set: slot `i` is bit
    /// `i % 64` of word `i / 64`. Missing words are zero.
    fn live(&self, pc: usize) -> &[u64];
    /// Whether calls of this code may become part of the caller's trace.
    fn may_inline(&self) -> bool;
    /// The counter and compiled code of the function's entry.
    fn entry(&self) -> &EntryCell;
    /// A person's name for a position: file, line, function.
    fn describe(&self, pc: usize) -> String;
}

/// How many slots, from slot 0 on, compiled code passes in registers when it enters a function of this code: those that
/// are all live at its entry.
pub(crate) fn register_args(code: &(impl Code + ?Sized)) -> usize {
    let live = code.live(0).first().map_or(0, |word| word.trailing_ones());
    (live.min(code.slots()) as usize).min(REGISTER_ARGS)
}

/// Why a frame stopped without returning.
#[derive(Clone, Copy, Debug)]
pub enum Stop<M: Mode> {
    /// An exception of the language left the frame.
    Raised(M::Of<Value>),
    /// Recording has ended: go on in `Run` mode.
    Switch(M::Switch),
}
