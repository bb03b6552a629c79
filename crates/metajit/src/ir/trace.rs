//! The trace container: operations in an arena, snapshots, the loop header, the end.
//!
//! Invariants: operands precede their uses (header parameters are defined by `Param` operations right behind
//! the header); a guard names a snapshot; a snapshot names only values defined before the guards that use it.
//! Neighbours: `text` (prints and parses), `verify`, `eval`, `opt` (builds), `backend` (compiles).

use super::ops::{Class, Opcode};
use crate::kind::Type;
use crate::language::Code;

/// The name of an operation and of its result.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OpRef(pub u32);

impl OpRef {
    /// No operation.
    pub const NONE: OpRef = OpRef(u32::MAX);
    /// As an index into [`Trace::ops`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
    /// Whether this is [`OpRef::NONE`].
    pub fn is_none(self) -> bool {
        self == OpRef::NONE
    }
}

/// The name of a snapshot in its trace.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SnapshotId(pub u32);

impl SnapshotId {
    /// No snapshot.
    pub const NONE: SnapshotId = SnapshotId(u32::MAX);
}

/// One operation.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Op {
    /// What it does.
    pub code: Opcode,
    /// Type of its result; `None` where it has none.
    pub ty: Option<Type>,
    /// Operands; unused places are `OpRef::NONE`. A call's operands are the list at `args[0]` .. instead:
    /// `args[0].0` is the start in [`Trace::lists`] and `args[1].0` the length.
    pub args: [OpRef; 3],
    /// Immediate: see the opcode's row.
    pub data: u64,
    /// For a guard, where execution goes on when it fails.
    pub snapshot: SnapshotId,
}

/// The state to resume at, described by names of values in the trace.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Snapshot {
    /// From the root frame (first) to the innermost.
    pub frames: Vec<FrameState>,
    /// The virtual objects that the frames refer to, each once; a name in `frames` or in another object's
    /// `words` that equals an object's `op` means that object.
    pub objects: Vec<VirtualObject>,
    /// What is still to be written to memory, in any order.
    pub stores: Vec<DelayedStore>,
}

/// One frame of a snapshot.
#[derive(Clone)]
pub struct FrameState {
    /// The frame's code.
    pub code: &'static dyn Code,
    /// Slot number, relative to the root frame's slot 0, of this frame's slot 0.
    pub base: u32,
    /// The bytecode to resume at.
    pub pc: u32,
    /// The live slots that differ from memory at the trace's entry, in ascending order, with their values as of
    /// that bytecode's start. A value of type `Int`, `Float` or `Ref` is boxed when the slot is written.
    pub slots: Vec<(u32, OpRef)>,
    /// Results of what the bytecode has already done and must not do again.
    pub log: Vec<LogEntry>,
}

impl PartialEq for FrameState {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::addr_eq(self.code, other.code)
            && (self.base, self.pc, &self.slots, &self.log)
                == (other.base, other.pc, &other.slots, &other.log)
    }
}

impl std::fmt::Debug for FrameState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FrameState")
            .field("base", &self.base)
            .field("pc", &self.pc)
            .field("slots", &self.slots)
            .field("log", &self.log)
            .finish()
    }
}

/// One logged result. What can raise logs two: the exception (or null) as `Value`, then the result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LogEntry {
    /// The type under which the result was logged. A `Value` whose `op` has another type is boxed on resuming.
    pub ty: Type,
    /// The result.
    pub op: OpRef,
}

/// An object that exists only as values; made when leaving.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VirtualObject {
    /// The `Virtual` operation that names it.
    pub op: OpRef,
    /// Layout bits.
    pub layout: u32,
    /// Number of tail elements.
    pub len: u32,
    /// The fixed words and then the tail elements, as of the guard; `OpRef::NONE` for a word still zero.
    pub words: Vec<OpRef>,
}

/// A store that the trace leaves to its exits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DelayedStore {
    /// The object, which exists.
    pub object: OpRef,
    /// Layout bits, and << 32 the number of the word: fixed words first, then tail elements.
    pub word: u64,
    /// The value, which is boxed where the word is a tagged one.
    pub value: OpRef,
}

/// One parameter of the loop header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LoopParam {
    /// The `Param` operation.
    pub op: OpRef,
    /// Its value when the loop is entered.
    pub initial: OpRef,
    /// Its value when the loop goes round.
    pub next: OpRef,
}

/// How a trace ends.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum End {
    /// Not ended yet.
    #[default]
    Open,
    /// Back to the header with the parameters' `next` values.
    Loop,
    /// Leaves for the interpreter, or goes on in a bridge: the trace would have become too long.
    Exit(SnapshotId),
    /// Writes the slots (as in [`FrameState::slots`]) to the root frame and enters the code at a loop header:
    /// `cell` is the address of its `LoopCell`.
    Jump {
        /// Address of the target's `LoopCell`.
        cell: usize,
        /// Slots to write first.
        slots: Vec<(u32, OpRef)>,
        /// Where to resume when the target has no code any more.
        fallback: SnapshotId,
    },
    /// Enters the loop of the region's root trace, without going through memory, if the bridge is compiled
    /// together with it; leaves for the interpreter otherwise.
    Enter {
        /// What the header's parameters get.
        params: Vec<OpRef>,
        /// What stands for the root's [`Trace::loop_inputs`].
        outer: Vec<OpRef>,
        /// Where to resume when the root is not at hand: at the loop's header.
        fallback: SnapshotId,
    },
    /// The root frame returns this value (for traces that began at a function's entry).
    Return(OpRef),
}

/// A trace: a root loop, a function's entry trace, or a bridge. `S` says what is known of a state to resume at.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Trace<S = Snapshot> {
    /// The operations.
    pub ops: Vec<Op>,
    /// Operand lists of calls.
    pub lists: Vec<OpRef>,
    /// The snapshots.
    pub snapshots: Vec<S>,
    /// Index of the first operation behind the loop header, if there is a loop.
    pub loop_start: Option<u32>,
    /// The header's parameters.
    pub params: Vec<LoopParam>,
    /// Types of a bridge's inputs.
    pub inputs: Vec<Type>,
    /// The end.
    pub end: End,
}

/// What an exit passes out, of a state to resume at: the values in their order (see [`Trace::exit_values`]).
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ExitValues(Box<[OpRef]>);

/// A trace as a backend sees it. It refers to nothing of the interpreter's, so it may cross to another thread.
pub type Plain = Trace<ExitValues>;

/// A description of a state to resume at.
pub trait State: Sized {
    /// The values that an exit passes out, in the order in which it does.
    fn passed(&self, trace: &Trace<Self>) -> Vec<OpRef>;
}

impl State for ExitValues {
    fn passed(&self, _: &Plain) -> Vec<OpRef> {
        self.0.to_vec()
    }
}

impl State for Snapshot {
    /// Integers and pointers first, then floats, so that many exits have values of the same types in the same words.
    fn passed(&self, trace: &Trace) -> Vec<OpRef> {
        let mut values = trace.values_of(self);
        values.sort_by_key(|&r| trace.type_of(r) == Type::Float);
        values
    }
}

impl<S> Trace<S> {
    /// The operation of that name.
    pub fn op(&self, r: OpRef) -> &Op {
        &self.ops[r.index()]
    }
    /// The type of a value. The operation has a result.
    pub fn type_of(&self, r: OpRef) -> Type {
        self.op(r).ty.expect("an operand has a type")
    }
    /// The bits of a constant.
    pub fn constant(&self, r: OpRef) -> Option<u64> {
        let op = self.op(r);
        (op.code == Opcode::Const).then_some(op.data)
    }
    /// The operands of an operation.
    pub fn operands<'a>(&'a self, op: &'a Op) -> &'a [OpRef] {
        if op.code.class() == Class::Call {
            let start = op.args[0].index();
            &self.lists[start..start + op.args[1].index()]
        } else {
            let used = op.args.iter().take_while(|a| !a.is_none()).count();
            &op.args[..used]
        }
    }
    /// The snapshot of that name.
    pub fn snapshot(&self, id: SnapshotId) -> &S {
        &self.snapshots[id.0 as usize]
    }
}

impl<S: State> Trace<S> {
    /// The values from before the header that the loop and its exits use, apart from constants, in ascending
    /// order.
    pub fn loop_inputs(&self) -> Vec<OpRef> {
        let Some(start) = self.loop_start else { return Vec::new() };
        let mut used = vec![false; start as usize];
        let mut mark = |r: OpRef| {
            if !r.is_none() && r.0 < start && self.constant(r).is_none() {
                used[r.index()] = true;
            }
        };
        let mut snapshots = vec![false; self.snapshots.len()];
        for op in &self.ops[start as usize..] {
            self.operands(op).iter().copied().for_each(&mut mark);
            if op.code.class() == Class::Guard
                && !std::mem::replace(&mut snapshots[op.snapshot.0 as usize], true)
            {
                self.exit_values(op.snapshot).into_iter().for_each(&mut mark);
            }
        }
        self.params.iter().for_each(|param| mark(param.next));
        (0..start).filter(|&i| used[i as usize]).map(OpRef).collect()
    }
    /// What an exit passes out: the distinct non-constant, non-virtual values that its snapshot needs. Value i is input i
    /// of a bridge.
    pub fn exit_values(&self, id: SnapshotId) -> Vec<OpRef> {
        self.snapshot(id).passed(self)
    }
}

impl Trace {
    /// What a backend has to know of it.
    pub fn plain(&self) -> Plain {
        Trace {
            ops: self.ops.clone(),
            lists: self.lists.clone(),
            snapshots: self.snapshots.iter().map(|s| ExitValues(s.passed(self).into())).collect(),
            loop_start: self.loop_start,
            params: self.params.clone(),
            inputs: self.inputs.clone(),
            end: self.end.clone(),
        }
    }
    /// The distinct non-constant, non-virtual values a snapshot needs, in order of first mention.
    fn values_of(&self, snapshot: &Snapshot) -> Vec<OpRef> {
        let mut values = Vec::new();
        let mut add = |r: OpRef| {
            if !r.is_none()
                && self.constant(r).is_none()
                && !snapshot.objects.iter().any(|o| o.op == r)
                && !values.contains(&r)
            {
                values.push(r);
            }
        };
        for frame in &snapshot.frames {
            frame.slots.iter().for_each(|&(_, r)| add(r));
            frame.log.iter().for_each(|e| add(e.op));
        }
        for object in &snapshot.objects {
            object.words.iter().for_each(|&r| add(r));
        }
        for store in &snapshot.stores {
            add(store.object);
            add(store.value);
        }
        values
    }
}
