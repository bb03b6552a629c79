//! The frames of a recording, and the snapshots that describe them.
//!
//! A frame's slots have concrete values in memory and names in the shadow. Within a bytecode the frame keeps
//! what a snapshot of the bytecode's *start* needs: the former names of slots it has written (`undo`) and the
//! results of what must not be done again (`log`). The log matters only if the bytecode had an effect, or if
//! a callee is running. Invariant: a slot of a callee that has not been written since it was called has no name.

use super::{Broken, Recorder};
use crate::heap::Value;
use crate::ir::{FrameState, LogEntry, OpRef, Snapshot, SnapshotId};
use crate::language::Code;
use crate::opt::Optimizer;

/// What the recorder knows of one slot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shadow {
    /// The value's name; `OpRef::NONE` if it has not been read or written.
    op: OpRef,
    /// Whether the slot in memory does not hold the value while the compiled trace runs.
    dirty: bool,
}

impl Shadow {
    const UNKNOWN: Shadow = Shadow { op: OpRef::NONE, dirty: false };
}

/// One frame that is being executed.
#[derive(Debug)]
pub(super) struct ActiveFrame {
    pub code: &'static dyn Code,
    /// Number of its slot 0, counted from the root frame's.
    pub base: u32,
    /// The bytecode being executed.
    pub pc: usize,
    /// Shadows of slots before this bytecode wrote them; the first entry of a slot counts.
    undo: Vec<(u32, Shadow)>,
    /// Results of this bytecode so far.
    pub log: Vec<LogEntry>,
    /// Whether the bytecode has changed something that existed at its start.
    pub effect: bool,
    /// The serial of the newest object at the bytecode's start.
    pub start: u64,
    /// Loop headers passed in this activation, with how often.
    pub headers: Vec<(usize, u32)>,
    /// Operations recorded when it was entered.
    pub ops_before: usize,
}

impl std::fmt::Debug for dyn Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.describe(0))
    }
}

impl ActiveFrame {
    pub(super) fn new(
        code: &'static dyn Code,
        base: u32,
        pc: usize,
        start: u64,
        ops_before: usize,
    ) -> ActiveFrame {
        ActiveFrame {
            code,
            base,
            pc,
            undo: Vec::new(),
            log: Vec::new(),
            effect: false,
            start,
            headers: Vec::new(),
            ops_before,
        }
    }
    /// A bytecode begins.
    pub(super) fn begin(&mut self, pc: usize, serial: u64) {
        self.pc = pc;
        self.undo.clear();
        self.log.clear();
        self.effect = false;
        self.start = serial;
    }
    fn owns(&self, index: u32) -> bool {
        (self.base..self.base + self.code.slots()).contains(&index)
    }
    /// The shadow of a slot as of the bytecode's start.
    fn at_start(&self, index: u32, shadows: &[Shadow]) -> Shadow {
        match self.undo.iter().find(|(i, _)| *i == index) {
            Some(&(_, former)) => former,
            None => shadows.get(index as usize).copied().unwrap_or(Shadow::UNKNOWN),
        }
    }
    /// The live slots of a bytecode, numbered within the frame.
    fn live(&self, pc: usize) -> impl Iterator<Item = u32> {
        let slots = self.code.slots();
        let words = self.code.live(pc).iter().enumerate();
        words
            .flat_map(|(i, &word)| bits(word).map(move |bit| 64 * i as u32 + bit))
            .filter(move |&s| s < slots)
    }
    fn state(&self, root: bool, innermost: bool, shadows: &[Shadow], broken: Broken) -> FrameState {
        let slots = self.live(self.pc).filter_map(|slot| {
            let index = self.base + slot;
            let shadow = match broken {
                Broken::LateSlots => shadows.get(index as usize).copied().unwrap_or(Shadow::UNKNOWN),
                _ => self.at_start(index, shadows),
            };
            let needed = !shadow.op.is_none() && (shadow.dirty || !root);
            needed.then_some((slot, shadow.op))
        });
        let mut slots: Vec<(u32, OpRef)> = slots.collect();
        if broken == Broken::LostSlot {
            slots.pop();
        }
        FrameState {
            code: self.code,
            base: self.base,
            pc: self.pc as u32,
            slots,
            log: if innermost && (!self.effect || broken == Broken::InnerLog) {
                Vec::new()
            } else {
                self.log.clone()
            },
        }
    }
}

/// The numbers of the bits that are set.
fn bits(mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros();
        word &= word.wrapping_sub(1);
        (bit < 64).then_some(bit)
    })
}

impl Recorder {
    /// Number of a slot, counted from the root frame's slot 0.
    pub(super) fn index(&self, base: *mut Value, slot: u32) -> u32 {
        let words = (base as usize - self.root as usize) / size_of::<Value>();
        words as u32 + slot
    }

    /// The name of the value that a slot has.
    pub(super) fn slot(&mut self, base: *mut Value, slot: u32, value: Value) -> OpRef {
        if !self.recording() {
            return OpRef::NONE;
        }
        let index = self.index(base, slot);
        if let Some(shadow) = self.shadows.get(index as usize)
            && !shadow.op.is_none()
        {
            return shadow.op;
        }
        if index >= self.frames[0].code.slots() {
            // Memory above the root frame holds whatever the last callee left there.
            self.abort(crate::abort::Abort::UnsetSlot);
            return OpRef::NONE;
        }
        let op = self.opt.slot(index);
        self.opt.was(op, value.bits());
        // Reading is no write: the value was there at the bytecode's start, too.
        *self.shadow_mut(index) = Shadow { op, dirty: false };
        op
    }

    /// A slot has been written.
    pub(super) fn set_slot(&mut self, base: *mut Value, slot: u32, op: OpRef) {
        if !self.recording() {
            return;
        }
        let index = self.index(base, slot);
        let former = std::mem::replace(self.shadow_mut(index), Shadow { op, dirty: true });
        let frame = self.innermost();
        if frame.owns(index) {
            frame.undo.push((index, former));
        }
    }

    /// Gives a slot its name on resuming.
    pub(super) fn name_slot(&mut self, index: u32, op: OpRef) {
        *self.shadow_mut(index) = Shadow { op, dirty: true };
    }

    fn shadow_mut(&mut self, index: u32) -> &mut Shadow {
        let index = index as usize;
        if index >= self.shadows.len() {
            self.shadows.resize(index + 1, Shadow::UNKNOWN);
        }
        &mut self.shadows[index]
    }

    /// The slots of a window that have names, with their values.
    pub(super) fn named_slots(&self, base: u32, count: u32) -> Vec<(u32, OpRef)> {
        let window = base..(base + count).min(self.shadows.len() as u32);
        window.map(|i| (i, self.shadows[i as usize].op)).filter(|(_, op)| !op.is_none()).collect()
    }

    /// Forgets the names of a window of slots.
    pub(super) fn forget_slots(&mut self, base: u32, count: u32) {
        let end = (base + count).min(self.shadows.len() as u32);
        for shadow in self.shadows.get_mut(base as usize..end as usize).unwrap_or_default() {
            *shadow = Shadow::UNKNOWN;
        }
    }

    pub(super) fn innermost(&mut self) -> &mut ActiveFrame {
        self.frames.last_mut().expect("the root frame is always there")
    }

    /// The root frame's live slots at `pc` whose values are not in memory: what enters a loop.
    pub(super) fn root_state(&self, pc: usize) -> Vec<(u32, OpRef)> {
        let shadow = |slot: u32| self.shadows.get(slot as usize).filter(|s| s.dirty && !s.op.is_none());
        self.frames[0].live(pc).filter_map(|slot| Some((slot, shadow(slot)?.op))).collect()
    }

    /// See [`snapshot`].
    pub(super) fn snapshot(&mut self) -> SnapshotId {
        snapshot(&mut self.opt, &self.frames, &self.shadows, &mut self.cached, self.limits.broken)
    }
}

/// The state at the start of the current bytecodes, for a guard.
///
/// It is kept until the next effect (a *coarse* resume point): execution then resumes further back and does
/// again what has no effect, and many guards share one exit.
pub(super) fn snapshot(
    opt: &mut Optimizer,
    frames: &[ActiveFrame],
    shadows: &[Shadow],
    cached: &mut Option<(SnapshotId, u32)>,
    broken: Broken,
) -> SnapshotId {
    if let Some((id, epoch)) = *cached
        && epoch == opt.epoch()
    {
        return id;
    }
    let last = frames.len() - 1;
    let states = frames
        .iter()
        .enumerate()
        .map(|(depth, frame)| frame.state(depth == 0, depth == last, shadows, broken));
    let id = opt.snapshot(Snapshot { frames: states.collect(), ..Snapshot::default() });
    *cached = Some((id, opt.epoch()));
    id
}
