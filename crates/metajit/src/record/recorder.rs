//! The state of one recording or replay.
//!
//! Invariant: `recording` only ever goes from true to false; from then on values have no names, and every
//! frame goes on in `Run` mode at its next bytecode. Neighbours: `frames` (slots, logs, snapshots), `headers`
//! (how a trace ends), `opt` (what is recorded goes through it at once), `driver` (starts and finishes).

use super::frames::{self, ActiveFrame, Shadow};
use super::transcript::Mark;
use super::{Replay, Switch, Traced};
use crate::abort::Abort;
use crate::assume::{Assumption, Validity};
use crate::frame::LoopCell;
use crate::heap::{LayoutId, Ref, RootSet, Value};
use crate::ir::{LogEntry, OpRef, Opcode, SnapshotId, Trace};
use crate::kind::{Kind, Type};
use crate::language::{Code, register_args};
use crate::opt::{Closed, LoopHeader, Optimizer, Pairing};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;
use std::sync::Arc;

/// What a recording is to become.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// The loop at this header.
    Loop(&'static LoopCell),
    /// What a function does from its entry on.
    Entry,
    /// The continuation of an exit.
    Bridge,
    /// Nothing: only a replay.
    Nothing,
}

/// What has come of a recording.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It goes on, or it was none.
    Open,
    /// A finished trace; for a loop with what its header asks of bridges that enter it.
    Trace(Box<Closed>),
    /// It was given up.
    Aborted(Abort),
}

/// Rules that can be broken on purpose, to see that tests notice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Broken {
    Nothing,
    /// Finished calls are logged as if they had returned zero.
    NestedLog,
    /// A store is an effect for the innermost frame only.
    OuterEffect,
    /// A snapshot is kept over an effect.
    StaleSnapshot,
    /// The caller of a resumed frame counts as having had no effect.
    ResumedCaller,
    /// Stores into objects of this recording are no effects.
    YoungStores,
    /// The innermost frame's log is left out.
    InnerLog,
    /// The last live slot is left out of snapshots.
    LostSlot,
    /// A slot's value as of now goes into snapshots, not as of the bytecode's start.
    LateSlots,
    /// One object of a bridge stands for several of the loop that it enters.
    OneForMany,
    /// Several objects of a bridge stand for one of the loop that it enters.
    ManyForOne,
}

impl Broken {
    const ALL: [Broken; 11] = [
        Broken::Nothing,
        Broken::NestedLog,
        Broken::OuterEffect,
        Broken::StaleSnapshot,
        Broken::ResumedCaller,
        Broken::YoungStores,
        Broken::InnerLog,
        Broken::LostSlot,
        Broken::LateSlots,
        Broken::OneForMany,
        Broken::ManyForOne,
    ];
    /// By the number in the parameter `break_rule`.
    pub(crate) fn numbered(n: u64) -> Broken {
        Broken::ALL.get(n as usize).copied().unwrap_or(Broken::Nothing)
    }
    /// How a bridge's objects are paired with those of the loop that it enters.
    pub(crate) fn pairing(self) -> Pairing {
        match self {
            Broken::OneForMany => Pairing::OneForMany,
            Broken::ManyForOne => Pairing::ManyForOne,
            _ => Pairing::OneToOne,
        }
    }
}

/// Bounds of a recording; see the driver's parameters.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// Operations in a trace.
    pub operations: usize,
    /// Bytecodes that are executed.
    pub bytecodes: u64,
    /// Frames inlined into each other.
    pub depth: usize,
    /// Activations of the same code among them.
    pub recursion: usize,
    /// Passes of the same loop header that a trace may contain.
    pub unroll: u32,
    /// Whether a resume point serves several bytecodes.
    pub coarse: bool,
    /// A rule that is broken, in tests.
    pub broken: Broken,
    /// Code whose calls must not be inlined, by address.
    pub called: Rc<FxHashSet<usize>>,
}

/// The loop to whose header a bridge comes back.
#[derive(Clone, Debug)]
pub(crate) struct RootLoop {
    pub cell: &'static LoopCell,
    pub trace: Rc<Trace>,
    /// What it asks of those who enter it in registers, if that is possible.
    pub header: Option<Rc<LoopHeader>>,
    /// Where those go who cannot.
    pub otherwise: &'static LoopCell,
}

/// A recording or a replay under way.
#[derive(Debug)]
pub(crate) struct Recorder {
    pub(crate) opt: Optimizer,
    pub(super) purpose: Purpose,
    recording: bool,
    pub(super) outcome: Outcome,
    /// The root frame's slot 0.
    pub(super) root: *mut Value,
    pub(super) shadows: Vec<Shadow>,
    pub(super) frames: Vec<ActiveFrame>,
    /// The snapshot that serves the next guard, and the optimiser's epoch for which it is good.
    pub(super) cached: Option<(SnapshotId, u32)>,
    pub(super) replay: Option<Replay>,
    pub(super) limits: Limits,
    /// Whether the loop's header has been passed once.
    pub(super) started: bool,
    /// Where a bridge begins.
    pub(super) start_pc: usize,
    /// The loop whose region a bridge belongs to.
    pub(crate) root_loop: Option<RootLoop>,
    /// Whether the next value that would become a constant is likely to be another one the next time.
    pub(crate) doubtful: bool,
    /// Number of objects made so far.
    pub(super) serial: u64,
    /// When the objects of this recording were made.
    births: FxHashMap<OpRef, u64>,
    /// The objects that the trace names as constants.
    roots: Option<RootSet>,
    rooted: FxHashSet<u64>,
    /// The number of the recording, which is that of the region if it makes one.
    pub(crate) region: u32,
    /// Whether what it relies on still holds; shared with the region that a bridge belongs to.
    pub(crate) validity: Arc<Validity>,
    /// Bytecodes executed while recording.
    pub(crate) bytecodes: u64,
    /// Operations asked for, before anything was folded.
    pub(crate) operations: u64,
    /// Nanoseconds spent on what follows the recording of operations.
    pub(crate) closing_ns: u64,
    /// Operations that inlined code has added, by the code's address.
    pub(crate) inlined: FxHashMap<usize, usize>,
    /// Operations of the trace when it ended.
    pub(crate) length: usize,
    /// What stands between the operations, and what was asked for: if recordings are compared.
    pub(super) marks: Option<super::transcript::Marks>,
    pub(super) asked: Option<Vec<super::transcript::Asked>>,
    /// Code that should rather be called the next time, by address.
    pub(crate) blame: Option<usize>,
}

impl Recorder {
    /// A recording (or replay, for `Purpose::Nothing`) that begins in a frame at `pc`.
    pub(crate) fn new(
        purpose: Purpose,
        code: &'static dyn Code,
        root: *mut Value,
        pc: usize,
        region: u32,
        limits: Limits,
    ) -> Recorder {
        let mut recorder = Recorder {
            opt: Optimizer::new(limits.operations),
            purpose,
            recording: !matches!(purpose, Purpose::Nothing),
            outcome: Outcome::Open,
            root,
            shadows: Vec::new(),
            frames: vec![ActiveFrame::new(code, 0, pc, 0, 0)],
            cached: None,
            replay: None,
            limits,
            started: false,
            start_pc: pc,
            root_loop: None,
            doubtful: false,
            serial: 0,
            births: FxHashMap::default(),
            roots: None,
            rooted: FxHashSet::default(),
            region,
            validity: Validity::new(region),
            bytecodes: 0,
            operations: 0,
            closing_ns: 0,
            inlined: FxHashMap::default(),
            length: 0,
            marks: None,
            asked: None,
            blame: None,
        };
        if matches!(purpose, Purpose::Entry) {
            for slot in 0..register_args(code) as u32 {
                let arg = recorder.opt.arg(slot);
                recorder.name_slot(slot, arg);
            }
        }
        recorder
    }

    /// Makes the recorder replay before anything else.
    pub(crate) fn set_replay(&mut self, replay: Replay) {
        if self.recording {
            for &(slot, _, op) in &replay.frames[0].slots {
                self.name_slot(slot, op);
            }
        }
        self.replay = Some(replay);
        self.settle();
    }

    /// Keeps what is asked for, so that it can be compared.
    pub(crate) fn keep_transcript(&mut self) {
        self.opt.keep_raw();
        self.marks = Some(Vec::new());
    }

    /// Whether what is executed is also recorded.
    pub(crate) fn recording(&self) -> bool {
        self.recording
    }
    /// Recording ends with this outcome.
    pub(super) fn stop(&mut self, outcome: Outcome) {
        self.recording = false;
        self.operations += self.opt.recorded() as u64;
        self.outcome = outcome;
    }
    /// Recording is given up.
    pub(crate) fn abort(&mut self, reason: Abort) {
        if self.recording {
            self.stop(Outcome::Aborted(reason));
        }
    }
    /// What has come of it, and the constants that the trace names.
    pub(crate) fn into_result(mut self) -> (Outcome, RootSet) {
        let outcome = std::mem::replace(&mut self.outcome, Outcome::Open);
        if let Outcome::Trace(closed) = &outcome {
            // Folding makes constants, too.
            for op in closed.trace.ops.iter().filter(|op| op.code == Opcode::Const) {
                self.keep(op.ty.unwrap_or(Type::Int), op.data);
            }
            for (ty, bits) in closed.header.iter().flat_map(LoopHeader::constants) {
                self.keep(ty, bits);
            }
        }
        (outcome, self.roots.unwrap_or_default())
    }
    /// Whether a trace has come of it.
    pub(crate) fn gave_trace(&self) -> bool {
        matches!(self.outcome, Outcome::Trace(_))
    }
    /// Where the innermost frame stands, for messages.
    pub(crate) fn position(&self) -> String {
        let frame = self.frames.last().expect("the root frame is always there");
        frame.code.describe(frame.pc)
    }

    /// The start of a bytecode: execution can resume here.
    pub(super) fn merge_point(&mut self, pc: usize) -> Option<Switch> {
        if !self.recording && self.replay.is_none() {
            return Some(Switch { pc });
        }
        self.bytecodes += 1;
        let serial = self.serial;
        self.innermost().begin(pc, serial);
        let code = self.innermost().code;
        self.mark(|| Mark::Place(code, pc));
        if !self.limits.coarse {
            self.cached = None;
        }
        if self.recording && (self.opt.is_too_long() || self.bytecodes > self.limits.bytecodes) {
            self.too_long();
        }
        None
    }

    /// The trace is too long: first what was inlined most is called instead, the next time; where there is nothing to be
    /// called, the trace ends here, and a bridge goes on.
    fn too_long(&mut self) {
        if self.finds_blame() || self.bytecodes > self.limits.bytecodes {
            self.abort(Abort::TooLong);
        } else {
            self.segment();
        }
    }

    /// Blames the code that has added most to the trace by being inlined, if any was.
    pub(super) fn finds_blame(&mut self) -> bool {
        let length = self.opt.len();
        for frame in &self.frames[1..] {
            let code = std::ptr::from_ref(frame.code) as *const u8 as usize;
            *self.inlined.entry(code).or_default() += length.saturating_sub(frame.ops_before);
        }
        self.blame = self.inlined.iter().max_by_key(|&(_, ops)| ops).map(|(&code, _)| code);
        self.blame.is_some()
    }

    /// Writes a pure operation.
    pub(super) fn pure(&mut self, code: Opcode, operands: &[OpRef]) -> OpRef {
        if self.recording { self.opt.pure(code, operands) } else { OpRef::NONE }
    }
    /// A constant's name. What it points to is kept alive.
    pub(super) fn constant<K: Kind>(&mut self, k: K) -> OpRef {
        if !self.recording {
            return OpRef::NONE;
        }
        self.keep(K::TYPE, k.to_bits());
        self.opt.constant(K::TYPE, k.to_bits())
    }
    /// Keeps alive what a constant points to.
    pub(crate) fn keep(&mut self, ty: Type, bits: u64) {
        let object = match ty {
            Type::Ref => Ref::from_bits(bits),
            Type::Value => Value::from_bits(bits).as_ref().unwrap_or(Ref::NULL),
            _ => Ref::NULL,
        };
        if !object.is_null() && self.rooted.insert(object.bits()) {
            self.roots.get_or_insert_default().add(object);
        }
    }
    /// What a word was made from by `code`, if the recorder knows.
    pub(super) fn unboxed(&self, op: OpRef, code: Opcode) -> Option<OpRef> {
        if self.recording { self.opt.made_by(op, code) } else { None }
    }

    /// Leaves the trace unless a condition holds.
    pub(super) fn guard(&mut self, condition: OpRef, expected: bool) {
        if !self.recording {
            return;
        }
        let Recorder { opt, frames, shadows, cached, limits, .. } = self;
        if self.replay.is_some() {
            // The trace that the bridge continues has passed this check; what it does is not all described here yet.
            opt.given(condition, expected);
        } else {
            let snapshot =
                |opt: &mut Optimizer| frames::snapshot(opt, frames, shadows, cached, limits.broken);
            opt.guard(condition, expected, snapshot);
        }
        if self.opt.contradiction() {
            self.abort(Abort::Contradiction);
        }
    }
    /// Leaves the trace unless a value is what it is now.
    pub(super) fn promote<K: Kind>(&mut self, x: Traced<K>) {
        if !self.recording || self.opt.is_constant(x.op).is_some() {
            return;
        }
        let (op, comparison) = match K::TYPE {
            Type::Bool => return self.guard(x.op, x.value.to_bits() != 0),
            Type::Int => (x.op, Opcode::IntEq),
            Type::Ref => (x.op, Opcode::RefEq),
            Type::Value => (x.op, Opcode::ValueEq),
            // Zeros and NaNs are told apart by their bits only.
            Type::Float => (self.opt.pure(Opcode::FloatBits, &[x.op]), Opcode::IntEq),
        };
        let constant = match K::TYPE {
            Type::Float => self.constant(x.value.to_bits() as i64),
            _ => self.constant(x.value),
        };
        self.mark(|| Mark::Promotion);
        let same = self.opt.pure(comparison, &[op, constant]);
        self.guard(same, true);
    }

    /// Whether a value may become a constant. Where a bridge begins at a place that has had bridges for many values, the
    /// first value that is not known is the one that keeps changing.
    pub(super) fn may_promote(&mut self, op: OpRef) -> bool {
        !self.recording || self.opt.is_constant(op).is_some() || !std::mem::take(&mut self.doubtful)
    }

    /// The trace relies on an assumption from here on.
    pub(super) fn assume(&mut self, assumption: &'static Assumption) {
        if !self.recording {
            return;
        }
        self.mark_assumption(assumption);
        assumption.add_dependent(&self.validity);
        // A call since the last check may have broken it.
        let invalidated = self.opt.invalidated();
        self.guard(invalidated, false);
    }

    /// A new object's name.
    pub(super) fn new_object(&mut self, layout: LayoutId, len: u32) -> OpRef {
        let op = self.opt.alloc(layout.bits(), len);
        self.serial += 1;
        self.births.insert(op, self.serial);
        op
    }
    /// When an object was made; 0 if before the recording, or nobody knows.
    pub(super) fn birth(&self, object: OpRef) -> u64 {
        if !self.recording {
            return 0;
        }
        self.births.get(&self.opt.resolve(object)).copied().unwrap_or(0)
    }

    /// Notes a result that must not be computed again, and the effect it had; see `logged`.
    pub(super) fn log(&mut self, ty: Type, op: OpRef, effect: Option<u64>) {
        self.innermost().log.push(LogEntry { ty, op });
        let broken = self.limits.broken;
        match effect {
            Some(birth) if birth > 0 && broken == Broken::YoungStores => {}
            Some(birth) => {
                let outer = if broken == Broken::OuterEffect { self.frames.len() - 1 } else { 0 };
                for frame in &mut self.frames[outer..] {
                    // An object that is younger than a frame's resume point does not exist there.
                    frame.effect |= birth <= frame.start;
                }
                if broken != Broken::StaleSnapshot {
                    self.cached = None;
                }
            }
            None if !self.limits.coarse => self.cached = None,
            None => {}
        }
    }
}
