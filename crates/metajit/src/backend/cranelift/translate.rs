//! The walk over a region: its parts, their operations in order, loop headers, guards, ends.
//!
//! Each operation's result is one SSA value, found by its `OpRef`. Constants have no value of their own:
//! they are written where they are used, so that they occupy no register in between. An operation whose
//! result nobody uses is left out, unless it has an effect. A bridge is translated behind the part whose
//! exit it continues; its inputs are that exit's values.

use super::abi::{self, Addresses};
use super::calls::Signatures;
use super::exits::Pending;
use super::plan::{Plan, Target};
use super::stress::Failures;
use crate::backend::{CodeCell, Part, RETURN_EXIT, UnitInfo};
use crate::frame::LoopCell;
use crate::heap::Value as Word;
use crate::helper;
use crate::ir::{Class, End, Op, OpRef, Opcode, Plain, SnapshotId};
use crate::kind::Type;
use bumpalo::Bump;
use bumpalo::collections::Vec as ArenaVec;
use cranelift_codegen::ir::condcodes::{CondCode, IntCC};
use cranelift_codegen::ir::types::{self, F64, I8, I64};
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, InstructionData, MemFlagsData, Value};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_frontend::FunctionBuilder;
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

/// Every access that compiled code makes is aligned and cannot fault.
pub(super) const MEMORY: MemFlagsData = MemFlagsData::trusted();

/// Values that a loop holds in registers up to which another one is likely to be free all the way round.
const FEW: usize = 7;

/// Results that an operation computed on the side for one that may follow: the sum beside the overflow
/// test, the quotient beside the remainder.
pub(super) type SideResults = HashMap<(Opcode, OpRef, OpRef), Value, FxBuildHasher>;

/// The state of one translation. The fields from `part` on belong to the part that is being walked over.
pub(super) struct Translator<'t, 'f> {
    pub(super) b: FunctionBuilder<'f>,
    /// Where the lists of this translation lie.
    pub(super) arena: &'t Bump,
    pub(super) plan: &'t Plan<'t>,
    pub(super) unit: &'t UnitInfo,
    pub(super) cells: &'t [CodeCell],
    /// How often each guard is still to fail, in the stress test.
    pub(super) failures: &'t Failures,
    /// Guards translated so far.
    pub(super) guards: usize,
    pub(super) addresses: &'t Addresses,
    /// Address of the root frame's slot 0.
    pub(super) frame: Value,
    /// Address of the exit buffer; a function knows it by itself.
    buffer: Option<Value>,
    /// In a function: how many frames are active.
    pub(super) active: Option<Value>,
    /// Whether the words in memory that tell of the frame are right; see `functions`.
    pub(super) is_announced: bool,
    /// The arguments in registers of a function.
    pub(super) args: &'t [Value],
    /// The C calling convention.
    pub(super) c_convention: CallConv,
    pub(super) signatures: Signatures<'t>,
    /// Exits whose blocks are still empty.
    pub(super) pending: ArenaVec<'t, Pending<'t>>,
    /// Where the region begins anew, if a part does that.
    start: Option<Block>,
    /// In front of the root's loop header, for parts that enter the loop; parameters: the header's, then the
    /// values that the loop uses from before.
    loop_entry: Option<Block>,

    pub(super) part: usize,
    pub(super) trace: &'t Plain,
    pub(super) side_results: SideResults,
    /// Objects allocated since the last possible collection: young, so that stores need no barrier.
    pub(super) young: ArenaVec<'t, OpRef>,
    /// The blocks of the part's exits, as far as they are made.
    pub(super) way_blocks: &'t mut [Option<Block>],
    values: &'t mut [Option<Value>],
    /// Arguments for the slots of a frame that is going to be called.
    outgoing: ArenaVec<'t, (u32, Value)>,
    /// What `Input` operations stand for: the values of the exit that the part continues; in the exit buffer
    /// if the part is the root.
    inputs: Option<&'t [Value]>,
    header: Option<Block>,
    /// By part: where the exits of an unrolled loop's iterations meet that it continues.
    pub(super) meetings: &'t mut [Option<Block>],
    /// The exception that a function has left, which only the exit behind its call reads, and the function's result.
    late: Option<(OpRef, Value)>,
    /// Address of the poll flag, in a loop in which a register for it is to be had.
    poll_address: Option<Value>,
}

/// Builds the function of a region. There is a cell for each of the plan's exits.
#[allow(clippy::too_many_arguments)]
pub(super) fn translate<'t>(
    mut b: FunctionBuilder<'_>,
    arena: &'t Bump,
    parts: &[Part<'t>],
    plan: &'t Plan<'t>,
    unit: &'t UnitInfo,
    cells: &'t [CodeCell],
    failures: &'t Failures,
    addresses: &'t Addresses,
    isa: &dyn TargetIsa,
) {
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    b.switch_to_block(entry);
    let params = arena.alloc_slice_copy(b.block_params(entry));
    let frame = params[0];
    let (buffer, active) = match unit.function {
        None => (Some(params[1]), None),
        Some(_) => (None, Some(params[1])),
    };
    let mut translator = Translator {
        b,
        arena,
        plan,
        unit,
        cells,
        failures,
        guards: 0,
        addresses,
        frame,
        buffer,
        active,
        is_announced: false,
        args: &params[2..],
        c_convention: isa.default_call_conv(),
        signatures: Signatures::new_in(arena),
        pending: ArenaVec::new_in(arena),
        start: None,
        loop_entry: None,
        part: 0,
        trace: parts[0].trace,
        side_results: SideResults::default(),
        young: ArenaVec::new_in(arena),
        way_blocks: &mut [],
        values: &mut [],
        outgoing: ArenaVec::new_in(arena),
        inputs: None,
        header: None,
        meetings: arena.alloc_slice_fill_copy(parts.len(), None),
        late: None,
        poll_address: None,
    };
    translator.region(parts);
    let mut b = translator.b;
    b.seal_all_blocks();
    b.finalize(isa.frontend_config());
}

/// The Cranelift type that holds values of a type. A `Bool` is 0 or 1.
pub(super) fn machine_type(ty: Type) -> types::Type {
    match ty {
        Type::Int | Type::Ref | Type::Value => I64,
        Type::Float => F64,
        Type::Bool => I8,
    }
}

impl<'t> Translator<'t, '_> {
    fn region(&mut self, parts: &[Part<'t>]) {
        if let Some(function) = self.unit.function {
            self.begin_function(&function);
        }
        if let Some(count) = &self.unit.count {
            self.count_down(count);
        }
        if self.plan.restarts {
            let start = self.b.create_block();
            self.b.ins().jump(start, &[]);
            self.b.switch_to_block(start);
            self.start = Some(start);
        }
        self.walk(parts, 0, None);
        let mut leaving = ArenaVec::new_in(self.arena);
        while let Some(exit) = self.pending.pop() {
            match exit.target {
                Target::Leave(_) => leaving.push(exit),
                Target::Part(part) => {
                    self.b.switch_to_block(exit.block);
                    if let Some(inputs) = self.meet_in(part, &exit) {
                        self.walk(parts, part, Some(inputs));
                    }
                }
            }
        }
        self.leave_through(leaving);
    }

    /// Translates one part into the current block.
    fn walk(&mut self, parts: &[Part<'t>], part: usize, inputs: Option<&'t [Value]>) {
        self.part = part;
        self.trace = parts[part].trace;
        self.side_results.clear();
        self.young.clear();
        self.way_blocks = self.arena.alloc_slice_fill_copy(self.plan.parts[part].ways.len(), None);
        self.values = self.arena.alloc_slice_fill_copy(self.trace.ops.len(), None);
        self.inputs = inputs;
        self.header = None;
        self.late = None;
        self.poll_address = None;
        self.is_announced = false;
        self.operations();
        self.end();
    }

    /// The value of an operand.
    pub(super) fn value(&mut self, r: OpRef) -> Value {
        let op = self.trace.op(r);
        if op.code == Opcode::Const {
            return match self.trace.type_of(r) {
                Type::Float => self.b.ins().f64const(f64::from_bits(op.data)),
                Type::Bool => self.b.ins().iconst(I8, (op.data != 0) as i64),
                Type::Int | Type::Ref | Type::Value => self.word(op.data),
            };
        }
        match self.values[r.index()] {
            Some(value) => value,
            None => panic!("{r:?} is used before it is computed: {op:?}"),
        }
    }

    pub(super) fn values_of(&mut self, names: impl Iterator<Item = OpRef>) -> ArenaVec<'t, Value> {
        let mut values = ArenaVec::with_capacity_in(names.size_hint().0, self.arena);
        values.extend(names.map(|r| self.value(r)));
        values
    }

    /// Goes to a block with values for its parameters.
    pub(super) fn jump_with(&mut self, block: Block, values: &[Value]) {
        let args = ArenaVec::from_iter_in(values.iter().copied().map(BlockArg::Value), self.arena);
        self.b.ins().jump(block, &args);
    }

    /// Address of the exit buffer.
    pub(super) fn buffer(&mut self) -> Value {
        match (self.buffer, self.unit.function) {
            (Some(buffer), _) => buffer,
            (None, function) => self.word(function.map_or(0, |function| function.buffer as u64)),
        }
    }

    /// A 64-bit constant.
    pub(super) fn word(&mut self, bits: u64) -> Value {
        self.b.ins().iconst(I64, bits as i64)
    }

    /// Loads the word at a fixed address.
    pub(super) fn load_word_at(&mut self, address: usize) -> Value {
        let address = self.word(address as u64);
        self.b.ins().load(I64, MEMORY, address, 0)
    }

    /// Loads a value of the type from a 64-bit word in memory.
    pub(super) fn load(&mut self, ty: Type, base: Value, offset: i32) -> Value {
        match ty {
            Type::Float => self.b.ins().load(F64, MEMORY, base, offset),
            Type::Int | Type::Ref | Type::Value => self.b.ins().load(I64, MEMORY, base, offset),
            Type::Bool => {
                let word = self.b.ins().load(I64, MEMORY, base, offset);
                self.b.ins().icmp_imm_s(IntCC::NotEqual, word, 0)
            }
        }
    }

    /// The value in the form in which it is kept in a 64-bit word.
    pub(super) fn widened(&mut self, value: Value) -> Value {
        if self.b.func.dfg.value_type(value) == I8 { self.b.ins().uextend(I64, value) } else { value }
    }

    /// Starts a block that is rarely reached.
    pub(super) fn cold_block(&mut self) -> Block {
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        block
    }

    fn operations(&mut self) {
        let trace = self.trace;
        for (index, op) in trace.ops.iter().enumerate() {
            if trace.loop_start == Some(index as u32) {
                self.start_loop();
            }
            self.step(index, op);
        }
        self.write_outgoing();
        if trace.loop_start == Some(trace.ops.len() as u32) {
            self.start_loop();
        }
    }

    /// Translates one operation, if it is needed.
    pub(super) fn step(&mut self, index: usize, op: &Op) {
        let droppable = matches!(op.code.class(), Class::Pure | Class::Source | Class::Load | Class::Alloc);
        if droppable && self.plan.parts[self.part].uses[index] == 0 {
            return;
        }
        if op.code == Opcode::StoreSlot {
            let word = self.boxed(op.args[0]);
            self.outgoing.push((op.data as u32, word));
            return;
        }
        self.write_outgoing();
        let result = self.operation(OpRef(index as u32), op);
        if result.is_some() {
            self.values[index] = result;
        }
    }

    /// From here on, this is the value of an operation.
    pub(super) fn set_value(&mut self, r: OpRef, value: Value) {
        self.values[r.index()] = Some(value);
    }

    fn operation(&mut self, name: OpRef, op: &Op) -> Option<Value> {
        let ty = op.ty.unwrap_or(Type::Int);
        match op.code {
            // A constant is written where it is used; a parameter was defined by the header; a virtual object
            // has no value.
            Opcode::Const | Opcode::Param | Opcode::Virtual => None,
            Opcode::SlotAddress => Some(self.b.ins().iadd_imm_s(self.frame, 8 * op.data as i64)),
            Opcode::Slot => Some(self.load(ty, self.frame, 8 * op.data as i32)),
            Opcode::Arg => Some(self.args[op.data as usize]),
            Opcode::Input => Some(match self.inputs {
                Some(inputs) => inputs[op.data as usize],
                None => {
                    let word =
                        self.unit.inputs.get(op.data as usize).map_or(op.data as i32, |&word| word as i32);
                    let buffer = self.buffer();
                    self.load(ty, buffer, 8 * word)
                }
            }),
            Opcode::Load => Some(self.load_field(ty, op)),
            Opcode::LoadItem => Some(self.load_item(ty, op)),
            Opcode::Alloc => Some(self.alloc(name, op)),
            Opcode::Call => self.call(op),
            Opcode::Pending => {
                self.late = self.result_of_raising(name);
                self.late.is_none().then(|| self.load_word_at(self.addresses.pending))
            }
            Opcode::ValueEq if self.is_read_late(op.args[0]) => {
                let result = self.late.map(|(_, result)| result);
                result.map(|result| self.b.ins().icmp_imm_s(IntCC::NotEqual, result, 0))
            }
            Opcode::Poll => {
                let address = self.poll_address.unwrap_or_else(|| self.word(self.addresses.poll as u64));
                let flag = self.b.ins().load(I64, MEMORY, address, 0);
                Some(self.b.ins().icmp_imm_s(IntCC::NotEqual, flag, 0))
            }
            Opcode::Invalidated => {
                let flag = self.word(self.unit.invalidated.as_ptr() as u64);
                Some(self.b.ins().load(I8, MEMORY, flag, 0))
            }
            Opcode::Store => self.done(|t| t.store_field(op)),
            Opcode::StoreItem => self.done(|t| t.store_item(op)),
            Opcode::StoreSlot => unreachable!("kept until all arguments are words"),
            Opcode::ClearPending => self.done(|t| t.clear_pending()),
            Opcode::GuardTrue => self.done(|t| t.guard(op.args[0], true, op.snapshot)),
            Opcode::GuardFalse => self.done(|t| t.guard(op.args[0], false, op.snapshot)),
            _ => Some(self.pure(op)),
        }
    }

    /// Whether a value is the exception that is not read before the exit.
    pub(super) fn is_read_late(&self, r: OpRef) -> bool {
        self.late.is_some_and(|(late, _)| late == r)
    }

    /// If a function has just been called, and the exception that it may have left is only compared with null and passed
    /// by the guard on that: the function's result, which is null if there is an exception.
    fn result_of_raising(&self, pending: OpRef) -> Option<(OpRef, Value)> {
        let (trace, i) = (self.trace, pending.index());
        let [call, compare, guard] = [i.checked_sub(1)?, i + 1, i + 2].map(|i| trace.ops.get(i));
        let (call, compare, guard) = (call?, compare?, guard?);
        let is_function = call.code == Opcode::Call && helper::of(call.data).callee.is_some();
        let is_guard = compare.code == Opcode::ValueEq
            && compare.args[0] == pending
            && trace.constant(compare.args[1]) == Some(Word::NULL.bits())
            && guard.code == Opcode::GuardTrue
            && guard.args[0].index() == i + 1;
        if !is_function || !is_guard {
            return None;
        }
        let plan = &self.plan.parts[self.part];
        let way = &plan.ways[plan.of_snapshot[guard.snapshot.0 as usize]?];
        let passed = way.values.iter().filter(|&&r| r == pending).count();
        let is_only_use = plan.uses[i] as usize == 1 + passed && plan.uses[i + 1] == 1;
        if is_only_use { Some((pending, self.values[i - 1]?)) } else { None }
    }

    fn done(&mut self, effect: impl FnOnce(&mut Self)) -> Option<Value> {
        effect(self);
        None
    }

    fn start_loop(&mut self) {
        let trace = self.trace;
        let mut initial = self.values_of(trace.params.iter().map(|p| p.initial));
        if self.part == 0
            && let Some(loop_inputs) = &self.plan.loop_inputs
        {
            initial = self.start_loop_entry(initial, loop_inputs);
        }
        let held = initial.len() + trace.loop_inputs().len();
        self.poll_address = (held <= FEW).then(|| self.word(self.addresses.poll as u64));
        let header = self.b.create_block();
        self.jump_with(header, &initial);
        self.b.switch_to_block(header);
        for param in &trace.params {
            let value = self.b.append_block_param(header, machine_type(trace.type_of(param.op)));
            self.values[param.op.index()] = Some(value);
        }
        self.header = Some(header);
        self.young.clear();
    }

    /// Starts the block through which other parts enter the root's loop. From here on the values that the
    /// loop uses are this block's parameters. Gives the header's parameters.
    fn start_loop_entry(
        &mut self,
        mut values: ArenaVec<'t, Value>,
        loop_inputs: &[OpRef],
    ) -> ArenaVec<'t, Value> {
        let block = self.b.create_block();
        let params = values.len();
        values.extend(self.values_of(loop_inputs.iter().copied()));
        self.jump_with(block, &values);
        self.b.switch_to_block(block);
        for value in &mut values {
            let ty = self.b.func.dfg.value_type(*value);
            *value = self.b.append_block_param(block, ty);
        }
        for (&name, &value) in loop_inputs.iter().zip(&values[params..]) {
            self.values[name.index()] = Some(value);
        }
        values.truncate(params);
        // What was computed on the side is not among the parameters.
        self.side_results.clear();
        self.loop_entry = Some(block);
        values
    }

    /// Leaves through the snapshot's exit unless the condition has the expected value.
    fn guard(&mut self, condition: OpRef, expected: bool, snapshot: SnapshotId) {
        let op = self.trace.op(condition);
        if op.code == Opcode::BoolNot {
            return self.guard(op.args[0], !expected, snapshot);
        }
        let exit = self.exit(snapshot);
        self.fail_first(exit);
        if expected && op.code == Opcode::IsRef {
            // Two branches are cheaper than one on the conjunction.
            let word = self.value(op.args[0]);
            let tag = self.pointer_tag(word);
            self.branch(tag, exit, true);
            return self.branch(word, exit, false);
        }
        let condition = self.value(condition);
        self.branch(condition, exit, !expected);
    }

    /// Goes to `exit` if `condition` is nonzero (`leave_if`) or zero (otherwise), else on.
    ///
    /// Cranelift lays out what a branch goes to first behind everything that follows from the other way. So the exit comes
    /// first: in between, it would count as a part of the loop for the register allocator, and end the live ranges of
    /// what it does not use. A block of each guard's own leads to an exit to which several lead, else Cranelift makes
    /// one and lays it out behind the guard.
    pub(super) fn branch(&mut self, condition: Value, exit: Block, leave_if: bool) {
        let condition = if leave_if { condition } else { self.negated(condition) };
        let (way, next) = (self.cold_block(), self.b.create_block());
        self.b.ins().brif(condition, way, &[], next, &[]);
        self.b.switch_to_block(way);
        self.b.ins().jump(exit, &[]);
        self.b.switch_to_block(next);
    }

    /// Whether a condition is zero.
    fn negated(&mut self, condition: Value) -> Value {
        let made_by = self.b.func.dfg.value_def(condition).inst();
        match made_by.map(|inst| self.b.func.dfg.insts[inst]) {
            Some(InstructionData::IntCompare { cond, args: [x, y], .. }) => {
                self.b.ins().icmp(cond.complement(), x, y)
            }
            Some(InstructionData::FloatCompare { cond, args: [x, y], .. }) => {
                self.b.ins().fcmp(cond.complement(), x, y)
            }
            _ => self.b.ins().icmp_imm_s(IntCC::Equal, condition, 0),
        }
    }

    /// Writes arguments of a frame that is called. The collector does not look at its slots yet, so nothing may be
    /// allocated from the first one until the call.
    fn write_outgoing(&mut self) {
        for i in 0..self.outgoing.len() {
            let (slot, word) = self.outgoing[i];
            self.b.ins().store(MEMORY, word, self.frame, 8 * slot as i32);
        }
        self.outgoing.clear();
    }

    fn store_slot(&mut self, slot: u32, value: OpRef) {
        let word = self.boxed(value);
        self.b.ins().store(MEMORY, word, self.frame, 8 * slot as i32);
    }

    fn clear_pending(&mut self) {
        let null = self.word(Word::NULL.bits());
        let address = self.word(self.addresses.pending as u64);
        self.b.ins().store(MEMORY, null, address, 0);
    }

    fn end(&mut self) {
        let trace = self.trace;
        match &trace.end {
            End::Open => panic!("an unfinished trace is compiled"),
            End::Loop => {
                for _ in 1..self.rounds() {
                    self.go_round_again();
                }
                let next = self.values_of(trace.params.iter().map(|p| p.next));
                let header = self.header.expect("a trace that loops has a header");
                self.jump_with(header, &next);
            }
            End::Enter { params, outer, .. } if self.plan.has_loop => {
                let args = self.values_of(params.iter().chain(outer).copied());
                let entry = self.loop_entry.expect("the root of a region that is entered has a loop");
                self.jump_with(entry, &args);
            }
            End::Exit(_) | End::Enter { .. } => {
                let exit = self.last_exit();
                self.b.ins().jump(exit, &[]);
            }
            End::Jump { cell, slots, .. } => self.jump(*cell, slots),
            End::Return(value) => {
                let word = self.boxed(*value);
                let exit = self.word(RETURN_EXIT);
                self.b.ins().return_(&[exit, word]);
            }
        }
    }

    /// Goes to the code of a loop header, which may be this region.
    fn jump(&mut self, cell: usize, slots: &[(u32, OpRef)]) {
        for &(slot, value) in slots {
            self.store_slot(slot, value);
        }
        if let (Some(start), true) = (self.start, self.unit.own_cell == Some(cell)) {
            self.b.ins().jump(start, &[]);
            return;
        }
        let fallback = self.last_exit();
        let entry = self.load_word_at(cell + LoopCell::CODE_OFFSET);
        let target = self.b.create_block();
        self.b.ins().brif(entry, target, &[], fallback, &[]);
        self.b.switch_to_block(target);
        self.enter_unit(entry);
    }

    /// Goes on in another unit, with the same frame and buffer.
    pub(super) fn enter_unit(&mut self, entry: Value) {
        self.announce();
        let signature = self.b.import_signature(abi::unit_signature());
        let buffer = self.buffer();
        self.b.ins().return_call_indirect(signature, entry, &[self.frame, buffer]);
    }
}
