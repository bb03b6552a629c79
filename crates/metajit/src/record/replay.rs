//! Replay: a bytecode that compiled code had begun is executed again, with what it had already done taken
//! from the log that the exit passed out.
//!
//! A chain of frames is re-entered from the outermost inwards. The outer frames' bytecodes run until they call the
//! next frame, which is then entered at its own bytecode; when the innermost frame's log is used up, execution
//! goes on normally. Invariant: operations ask for log entries in the order in which they were logged, with the
//! same types. Neighbours: `resume` (builds the chain), `calls` (asks for finished calls).

use super::{Recorder, Traced};
use crate::ir::OpRef;
use crate::kind::{Kind, Type};
use crate::language::Code;
use crate::resume::Rooted;

/// The frames to re-enter.
#[derive(Debug)]
pub(crate) struct Replay {
    /// From the root inwards. The root's slots are in memory already.
    pub frames: Vec<ReplayFrame>,
    /// What the frames' words point to, kept alive.
    pub _rooted: Rooted,
    /// The frame whose log is being taken.
    pub level: usize,
    /// The next entry of its log.
    pub cursor: usize,
}

/// Slot within its frame, its word, its name if a bridge is being recorded.
pub(crate) type ReplaySlot = (u32, u64, OpRef);

/// One frame to re-enter.
#[derive(Debug)]
pub(crate) struct ReplayFrame {
    pub code: &'static dyn Code,
    pub base: u32,
    pub pc: usize,
    /// The live slots.
    pub slots: Vec<ReplaySlot>,
    pub log: Vec<ReplayEntry>,
}

/// One logged result.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReplayEntry {
    pub ty: Type,
    pub bits: u64,
    pub op: OpRef,
}

impl Replay {
    /// Whether the innermost frame has been entered and its log is used up.
    fn is_over(&self) -> bool {
        self.level + 1 == self.frames.len() && self.cursor >= self.frames[self.level].log.len()
    }
}

impl Recorder {
    /// Ends the replay when there is nothing left to take.
    pub(super) fn settle(&mut self) {
        if self.replay.as_ref().is_some_and(Replay::is_over) {
            self.replay = None;
            self.cached = None;
        }
    }

    /// Whether the current frame's next result comes from its log.
    pub(super) fn has_entry(&self) -> bool {
        self.replay.as_ref().is_some_and(|replay| {
            replay.level + 1 == self.frames.len() && replay.cursor < replay.frames[replay.level].log.len()
        })
    }

    /// The next result of the log, if one is being replayed; see `logged` in the parent module.
    pub(super) fn replayed<K: Kind>(&mut self, effect: Option<u64>) -> Option<Traced<K>> {
        if !self.has_entry() {
            return None;
        }
        let replay = self.replay.as_mut().expect("there is an entry");
        let entry = replay.frames[replay.level].log[replay.cursor];
        replay.cursor += 1;
        assert!(entry.ty == K::TYPE, "replay diverges: {} was logged, {} is asked for", entry.ty, K::TYPE);
        // The log was passed out because the bytecode had had an effect.
        self.innermost().effect = true;
        if self.recording() {
            self.log(K::TYPE, entry.op, effect);
        }
        let result = Traced { value: K::from_bits(entry.bits), op: entry.op };
        self.settle();
        Some(result)
    }

    /// If the call that the current frame makes is the one in which compiled code was left: its callee's state.
    pub(super) fn next_level(
        &mut self,
        code: &'static dyn Code,
        base: u32,
    ) -> Option<(usize, Vec<ReplaySlot>)> {
        let depth = self.frames.len();
        let replay = self.replay.as_mut()?;
        if replay.level + 1 != depth || replay.level + 1 >= replay.frames.len() {
            return None;
        }
        assert!(
            replay.cursor == replay.frames[replay.level].log.len(),
            "a frame is re-entered before its caller's log is used up"
        );
        replay.level += 1;
        replay.cursor = 0;
        self.cached = None;
        let frame = &mut replay.frames[replay.level];
        assert!(
            std::ptr::addr_eq(frame.code, code) && frame.base == base,
            "another frame is called than the one that was left"
        );
        Some((frame.pc, std::mem::take(&mut frame.slots)))
    }
}
