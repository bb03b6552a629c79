//! The optimiser: one emitter, through which every operation goes while it is recorded.
//!
//! An operation asked of the [`Optimizer`] runs through the chain of passes; each may answer with a value that
//! is there already, drop the operation, or let it go on; what nobody answers is appended to the trace. Loops are
//! peeled by asking for everything once more through the same chain (`peel`), so no pass knows of loops.
//!
//! Names: a value is called by the `OpRef` under which it was first made, also when it is an object that was
//! virtual and has been made real since; `finish` puts the name of the real object in its place. A name may be
//! improved by what is learnt (`facts`): operands are resolved when they are asked with.
//! Neighbours: `record` (asks), `ir` (what comes out).

mod carry;
mod cse;
mod delay;
mod enter;
mod facts;
mod finish;
mod fold;
mod guards;
mod header;
mod heap;
mod offline;
mod peel;
mod range;
mod snapshot;
mod speculate;
mod unread;
mod virtuals;

pub use enter::Pairing;
pub use finish::normalise;
pub use header::{Closed, LoopHeader};
pub use offline::{feed, optimise, optimise_seen};
pub use peel::CloseError;

use crate::helper::Helper;
use crate::ir::{Class, End, Op, OpRef, Opcode, Snapshot, SnapshotId, Trace};
use crate::kind::Type;
use crate::record::Asked;
use facts::Facts;
use rustc_hash::FxHashMap;

/// An operation that is asked for. Operands are best names.
#[derive(Clone, Copy, Debug)]
struct Ask {
    code: Opcode,
    ty: Option<Type>,
    args: [OpRef; 3],
    data: u64,
}

/// A pass's answer.
enum Step {
    /// Nothing to say: the next pass is asked.
    Next,
    /// The result is this value.
    Is(OpRef),
    /// The operation has no result and is not needed.
    Gone,
}

/// A pass.
type Pass = fn(&mut Optimizer, &Ask) -> Step;

/// The passes, in the order in which they are asked.
const CHAIN: &[Pass] = &[fold::visit, range::visit, virtuals::visit, cse::visit, heap::visit];

/// What passes learn from an operation that has been appended as the given name.
const LEARN: &[fn(&mut Optimizer, &Ask, OpRef)] = &[range::learn, cse::learn, heap::learn];

/// One operation as it was asked for, and the name it got.
#[derive(Clone, Copy, Debug)]
struct Entry {
    op: Op,
    result: OpRef,
}

/// Everything that was asked and not answered at once, in order: what peeling asks again.
#[derive(Clone, Debug, Default)]
struct Tape {
    entries: Vec<Entry>,
    /// Operand lists of calls.
    lists: Vec<OpRef>,
    /// The snapshots as they were given, parallel to those of the trace.
    snapshots: Vec<Snapshot>,
    /// Whether what is appended is noted here.
    closed: bool,
}

/// The emitter; see the module's documentation.
#[derive(Clone, Debug)]
pub struct Optimizer {
    trace: Trace,
    facts: Facts,
    constants: FxHashMap<(Type, u64), OpRef>,
    sources: FxHashMap<(Opcode, u64), OpRef>,
    pure: cse::Table,
    memory: heap::Memory,
    objects: virtuals::Objects,
    negatives: guards::Negatives,
    tape: Tape,
    raw: Option<Vec<Entry>>,
    seen: speculate::Seen,
    limit: usize,
    asked: usize,
    contradiction: bool,
}

impl Optimizer {
    /// An empty trace. It is for the caller to stop when [`Optimizer::len`] passes `limit_ops`; a peeled loop
    /// may have twice as many.
    pub fn new(limit_ops: usize) -> Optimizer {
        Optimizer {
            trace: Trace::default(),
            facts: Facts::default(),
            constants: FxHashMap::default(),
            sources: FxHashMap::default(),
            pure: cse::Table::default(),
            memory: heap::Memory::default(),
            objects: virtuals::Objects::default(),
            negatives: guards::Negatives::default(),
            tape: Tape::default(),
            raw: None,
            seen: speculate::Seen::default(),
            limit: limit_ops,
            asked: 0,
            contradiction: false,
        }
    }
    /// Number of operations so far.
    pub fn len(&self) -> usize {
        self.trace.ops.len()
    }
    /// Whether nothing has been emitted.
    pub fn is_empty(&self) -> bool {
        self.trace.ops.is_empty()
    }
    /// Whether there are more operations than the limit.
    pub fn is_too_long(&self) -> bool {
        self.len() > self.limit
    }
    /// Number of operations asked for, before anything was folded.
    pub fn recorded(&self) -> usize {
        self.asked
    }
    /// Whether a guard was asked for whose condition is known to fail: the path recorded is impossible.
    pub fn contradiction(&self) -> bool {
        self.contradiction
    }
    /// Changes whenever a virtual object is made real: a snapshot built before describes it as virtual still
    /// and must not be used for later guards.
    pub fn epoch(&self) -> u32 {
        self.objects.epoch()
    }
    /// The best known name of a value.
    pub fn resolve(&self, r: OpRef) -> OpRef {
        self.facts.resolve(r)
    }
    /// The bits of a value that is known to be constant.
    pub fn is_constant(&self, r: OpRef) -> Option<u64> {
        self.trace.constant(self.resolve(r))
    }
    /// Whether the value is (or is the word of) an object that does not exist in memory so far.
    pub fn is_virtual(&self, r: OpRef) -> bool {
        let r = self.resolve(r);
        let r = self.operand_of(r, Opcode::BoxRef).unwrap_or(r);
        self.objects.is_virtual(r)
    }
    /// The type of a value.
    pub fn type_of(&self, r: OpRef) -> Type {
        self.trace.type_of(r)
    }

    /// A constant.
    pub fn constant(&mut self, ty: Type, bits: u64) -> OpRef {
        if let Some(&r) = self.constants.get(&(ty, bits)) {
            return r;
        }
        let r = self.push(Opcode::Const, Some(ty), [OpRef::NONE; 3], bits, SnapshotId::NONE);
        if ty == Type::Int {
            self.facts.narrow(r, facts::Range::exactly(bits as i64));
        }
        self.constants.insert((ty, bits), r);
        r
    }
    fn source(&mut self, code: Opcode, ty: Type, n: u64) -> OpRef {
        if let Some(&r) = self.sources.get(&(code, n)) {
            return r;
        }
        let r = self.push(code, Some(ty), [OpRef::NONE; 3], n, SnapshotId::NONE);
        self.sources.insert((code, n), r);
        r
    }
    /// The value of root-frame slot `n` at the trace's entry.
    pub fn slot(&mut self, n: u32) -> OpRef {
        self.source(Opcode::Slot, Type::Value, n as u64)
    }
    /// The value of root-frame slot `n` at a function's entry, which is in a register.
    pub fn arg(&mut self, n: u32) -> OpRef {
        self.source(Opcode::Arg, Type::Value, n as u64)
    }
    /// The address of the stack slot `n` slots above the root frame's slot 0.
    pub fn slot_address(&mut self, n: u32) -> OpRef {
        self.source(Opcode::SlotAddress, Type::Int, n as u64)
    }
    /// What a value was made from by the unary operation `code` (a box), if that is known.
    pub fn made_by(&self, r: OpRef, code: Opcode) -> Option<OpRef> {
        self.operand_of(self.resolve(r), code)
    }
    /// Value `i` of the exit that this bridge continues.
    pub fn input(&mut self, i: u32, ty: Type) -> OpRef {
        let inputs = &mut self.trace.inputs;
        if i as usize >= inputs.len() {
            inputs.resize(i as usize + 1, ty);
        }
        inputs[i as usize] = ty;
        self.source(Opcode::Input, ty, i as u64)
    }

    /// A pure operation of the table.
    pub fn pure(&mut self, code: Opcode, operands: &[OpRef]) -> OpRef {
        self.ask(code, code.pure_result(), operands, 0)
    }
    /// Reads a field; `data` = layout bits | field index << 32.
    pub fn load(&mut self, ty: Type, data: u64, object: OpRef) -> OpRef {
        self.ask(Opcode::Load, Some(ty), &[object], data)
    }
    /// Writes a field.
    pub fn store(&mut self, data: u64, object: OpRef, value: OpRef) {
        self.ask(Opcode::Store, None, &[object, value], data);
    }
    /// Reads a tail element; `data` holds the layout's bits.
    pub fn load_item(&mut self, ty: Type, data: u64, object: OpRef, index: OpRef) -> OpRef {
        self.ask(Opcode::LoadItem, Some(ty), &[object, index], data)
    }
    /// Writes a tail element.
    pub fn store_item(&mut self, data: u64, object: OpRef, index: OpRef, value: OpRef) {
        self.ask(Opcode::StoreItem, None, &[object, index, value], data);
    }
    /// A new zeroed object.
    pub fn alloc(&mut self, layout: u32, len: u32) -> OpRef {
        self.ask(Opcode::Alloc, Some(Type::Ref), &[], layout as u64 | (len as u64) << 32)
    }
    /// Writes a slot of a frame that is going to be called; `slot` is counted from the root frame's slot 0.
    pub fn store_slot(&mut self, slot: u32, value: OpRef) {
        self.ask(Opcode::StoreSlot, None, &[value], slot as u64);
    }
    /// The exception that the raising call just before left, or null.
    pub fn pending(&mut self) -> OpRef {
        self.ask(Opcode::Pending, Some(Type::Value), &[], 0)
    }
    /// Clears the pending exception.
    pub fn clear_pending(&mut self) {
        self.ask(Opcode::ClearPending, None, &[], 0);
    }
    /// Whether somebody asked compiled loops to leave.
    pub fn poll(&mut self) -> OpRef {
        self.ask(Opcode::Poll, Some(Type::Bool), &[], 0)
    }
    /// Whether an assumption of this region has been broken.
    pub fn invalidated(&mut self) -> OpRef {
        self.ask(Opcode::Invalidated, Some(Type::Bool), &[], 0)
    }

    /// Leaves the trace unless `condition` is `expected`. The snapshot is built only when the guard is needed.
    pub fn guard(
        &mut self,
        condition: OpRef,
        expected: bool,
        snapshot: impl FnOnce(&mut Optimizer) -> SnapshotId,
    ) {
        self.asked += 1;
        let code = if expected { Opcode::GuardTrue } else { Opcode::GuardFalse };
        self.log_raw(code, None, [condition, OpRef::NONE, OpRef::NONE], 0, OpRef::NONE);
        let Some((condition, expected)) = guards::needed(self, condition, expected) else {
            return;
        };
        let id = snapshot(self);
        let code = if expected { Opcode::GuardTrue } else { Opcode::GuardFalse };
        let args = [condition, OpRef::NONE, OpRef::NONE];
        let guard = self.push(code, None, args, 0, id);
        self.note(code, None, args, 0, id, OpRef::NONE);
        guards::supersede(self, guard, condition, expected);
        guards::learn(self, condition, expected);
    }

    /// A condition is known to have this value here, without a guard.
    pub fn given(&mut self, condition: OpRef, expected: bool) {
        if let Some((condition, expected)) = guards::needed(self, condition, expected) {
            guards::learn(self, condition, expected);
        }
    }

    /// Calls a helper.
    pub fn call(&mut self, helper: &'static Helper, operands: &[OpRef]) -> OpRef {
        self.asked += 1;
        let operands: Vec<OpRef> = operands.iter().map(|&r| self.resolve(r)).collect();
        if helper.conditional && self.trace.constant(operands[0]) == Some(0) {
            return self.constant(helper.result, 0);
        }
        if let Some(r) = cse::known_call(self, helper, &operands) {
            return r;
        }
        for &r in &operands {
            virtuals::escape(self, r);
        }
        let data = std::ptr::from_ref(helper) as u64;
        let start = self.trace.lists.len() as u32;
        self.trace.lists.extend_from_slice(&operands);
        let args = [OpRef(start), OpRef(operands.len() as u32), OpRef::NONE];
        let ty = Some(helper.result);
        let r = self.push(Opcode::Call, ty, args, data, SnapshotId::NONE);
        if !self.tape.closed {
            let start = self.tape.lists.len() as u32;
            self.tape.lists.extend_from_slice(&operands);
            let args = [OpRef(start), OpRef(operands.len() as u32), OpRef::NONE];
            self.note(Opcode::Call, ty, args, data, SnapshotId::NONE, r);
            self.log_raw(Opcode::Call, ty, args, data, r);
        }
        cse::learn_call(self, helper, operands, r);
        heap::learn_call(self, helper, r);
        r
    }

    /// Ends the trace: names in `end` are resolved, objects in it made real, what nobody needs is removed.
    pub fn end(mut self, end: End) -> Trace {
        let end = self.resolve_end(end);
        self.trace.end = end;
        finish::finish(self)
    }
    fn resolve_end(&mut self, end: End) -> End {
        match end {
            End::Jump { cell, slots, fallback } => {
                let slots = slots.into_iter().map(|(n, r)| (n, self.outgoing(r))).collect();
                End::Jump { cell, slots, fallback }
            }
            End::Enter { params, outer, fallback } => End::Enter {
                params: params.into_iter().map(|r| self.forced(r)).collect(),
                outer: outer.into_iter().map(|r| self.forced(r)).collect(),
                fallback,
            },
            End::Return(r) => End::Return(self.outgoing(r)),
            other => other,
        }
    }
    /// A value that leaves the trace: real, and stripped of its box, as the writer of slots boxes by type.
    fn outgoing(&mut self, r: OpRef) -> OpRef {
        let r = self.forced(r);
        snapshot::strip(self, r)
    }
    /// A value that leaves the trace as it is: real.
    fn forced(&mut self, r: OpRef) -> OpRef {
        let r = self.resolve(r);
        virtuals::escape(self, r);
        r
    }

    /// Runs an operation through the chain.
    fn ask(&mut self, code: Opcode, ty: Option<Type>, operands: &[OpRef], data: u64) -> OpRef {
        self.asked += 1;
        let mut args = [OpRef::NONE; 3];
        for (arg, &operand) in args.iter_mut().zip(operands) {
            *arg = self.resolve(operand);
        }
        let ask = Ask { code, ty, args, data };
        let r = self.answer(&ask);
        self.log_raw(code, ty, args, data, r);
        r
    }
    fn answer(&mut self, ask: &Ask) -> OpRef {
        for pass in CHAIN {
            match pass(self, ask) {
                Step::Next => {}
                Step::Is(r) => return self.resolve(r),
                Step::Gone => return OpRef::NONE,
            }
        }
        let r = self.append(ask);
        self.note(ask.code, ask.ty, ask.args, ask.data, SnapshotId::NONE, r);
        r
    }
    /// Appends an operation that no pass has answered, and lets the passes learn from it.
    fn append(&mut self, ask: &Ask) -> OpRef {
        let data = if ask.code.class() == Class::Pure { range::known(self, ask) } else { ask.data };
        let r = self.push(ask.code, ask.ty, ask.args, data, SnapshotId::NONE);
        for learn in LEARN {
            learn(self, ask, r);
        }
        if ask.ty.is_some() { r } else { OpRef::NONE }
    }
    fn push(
        &mut self,
        code: Opcode,
        ty: Option<Type>,
        args: [OpRef; 3],
        data: u64,
        snapshot: SnapshotId,
    ) -> OpRef {
        let r = OpRef(self.trace.ops.len() as u32);
        self.trace.ops.push(Op { code, ty, args, data, snapshot });
        self.facts.grow();
        r
    }
    /// An operation without a result is not needed after all: it becomes one without effect or use.
    fn retract(&mut self, r: OpRef) {
        let op = &mut self.trace.ops[r.index()];
        (op.code, op.ty, op.snapshot) = (Opcode::BoolNot, Some(Type::Bool), SnapshotId::NONE);
    }
    /// Notes on the tape what peeling has to ask again.
    fn note(
        &mut self,
        code: Opcode,
        ty: Option<Type>,
        args: [OpRef; 3],
        data: u64,
        snapshot: SnapshotId,
        result: OpRef,
    ) {
        if !self.tape.closed {
            self.tape.entries.push(Entry { op: Op { code, ty, args, data, snapshot }, result });
        }
    }

    /// The operation that made a value.
    fn op(&self, r: OpRef) -> &Op {
        self.trace.op(r)
    }
    /// The operand of `r`, if `r` was made by the unary operation `code`.
    fn operand_of(&self, r: OpRef, code: Opcode) -> Option<OpRef> {
        let op = self.op(r);
        (op.code == code).then(|| self.resolve(op.args[0]))
    }
    fn int(&mut self, k: i64) -> OpRef {
        self.constant(Type::Int, k as u64)
    }
    fn bool(&mut self, b: bool) -> OpRef {
        self.constant(Type::Bool, b as u64)
    }
    /// The constant integer that a best name stands for.
    fn as_int(&self, r: OpRef) -> Option<i64> {
        self.trace.constant(r).map(|bits| bits as i64)
    }
    /// From now on everything that is asked for is kept, for [`Optimizer::raw_text`].
    pub fn keep_raw(&mut self) {
        self.raw = Some(Vec::new());
    }
    /// What has been asked for since then, before anything was folded, each with the name of the answer.
    pub fn raw_text(&self) -> Option<String> {
        let mut text = String::new();
        for entry in self.raw.as_ref()? {
            let op = &entry.op;
            let operands = match op.code {
                Opcode::Call => &self.tape.lists[op.args[0].index()..][..op.args[1].index()],
                _ => self.trace.operands(op),
            };
            self.trace.write_asked(&mut text, entry.result, op, operands).ok()?;
            text.push('\n');
        }
        Some(text)
    }
    /// How much has been asked for since [`Optimizer::keep_raw`].
    pub(crate) fn asked_so_far(&self) -> Option<usize> {
        self.raw.as_ref().map(Vec::len)
    }
    /// What has been asked for since then.
    pub(crate) fn asked(&self) -> Option<Vec<Asked>> {
        let operand = |&r: &OpRef| (r, if r.is_none() { None } else { self.trace.constant(r) });
        let asked = self.raw.as_ref()?.iter().map(|Entry { op, .. }| Asked {
            code: op.code,
            operands: match op.code {
                Opcode::Call => {
                    self.tape.lists[op.args[0].index()..][..op.args[1].index()].iter().map(operand).collect()
                }
                _ => op.args.iter().take_while(|r| !r.is_none()).map(operand).collect(),
            },
            data: op.data,
        });
        Some(asked.collect())
    }
    fn log_raw(&mut self, code: Opcode, ty: Option<Type>, args: [OpRef; 3], data: u64, result: OpRef) {
        if let Some(raw) = &mut self.raw {
            raw.push(Entry { op: Op { code, ty, args, data, snapshot: SnapshotId::NONE }, result });
        }
    }
}
