//! The driver: decides when to record, when to compile, what to enter, and what to give up.
//!
//! Neighbours: `record`, `resume`, `backend`, `frame` (the cells it is asked through).

use crate::frame::{Frame, LoopAction, LoopCell};
use crate::heap::Value;
use crate::language::{Language, Stop};
use crate::run::Run;

/// A loop header whose cell asks: enters compiled code, starts recording, or sets a new threshold.
#[cold]
pub fn hot_loop<L: Language>(
    _code: &'static L::Code,
    cell: &'static LoopCell,
    _frame: Frame<Run>,
    _pc: usize,
) -> LoopAction<Run> {
    cell.fuel.set(u32::MAX);
    LoopAction::Continue
}

/// A function entry whose cell asks: like [`hot_loop`], for a frame whose arguments are in its slots.
#[cold]
pub fn hot_entry<L: Language>(code: &'static L::Code, frame: Frame<Run>) -> Result<Value, Value> {
    match L::run::<Run>(code, frame, 0) {
        Ok(value) => Ok(value),
        Err(Stop::Raised(exception)) => Err(exception),
        Err(Stop::Switch(never)) => match never {},
    }
}

/// Regions that relied on a broken assumption are no longer entered, and leave at their next check.
pub(crate) fn invalidate(_regions: &[u32]) {}
