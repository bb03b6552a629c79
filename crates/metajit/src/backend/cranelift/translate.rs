//! The walk over a trace: operations in order, the loop header, guards, the end.
//!
//! Each operation's result is one SSA value, found by its `OpRef`. Constants have no value of their own:
//! they are written where they are used, so that they occupy no register in between. An operation whose
//! result nobody uses is left out, unless it has an effect.

use super::abi::{self, Addresses};
use super::calls::Signatures;
use super::exits::Exits;
use crate::backend::{CodeCell, ExitLayout, RETURN_EXIT, UnitInfo};
use crate::frame::LoopCell;
use crate::heap::Value as Word;
use crate::ir::{Class, End, Op, OpRef, Opcode, SnapshotId, Trace};
use crate::kind::Type;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{self, F64, I8, I64};
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, MemFlagsData, Value};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_frontend::FunctionBuilder;
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

/// Every access that compiled code makes is aligned and cannot fault.
pub(super) const MEMORY: MemFlagsData = MemFlagsData::trusted();

/// Results that an operation computed on the side for one that may follow: the sum beside the overflow
/// test, the quotient beside the remainder.
pub(super) type SideResults = HashMap<(Opcode, OpRef, OpRef), Value, FxBuildHasher>;

/// The state of one translation.
pub(super) struct Translator<'t, 'f> {
    pub(super) b: FunctionBuilder<'f>,
    pub(super) trace: &'t Trace,
    pub(super) unit: &'t UnitInfo,
    pub(super) addresses: &'t Addresses,
    /// Address of the root frame's slot 0.
    pub(super) frame: Value,
    /// Address of the exit buffer.
    pub(super) buffer: Value,
    /// The C calling convention.
    pub(super) c_convention: CallConv,
    pub(super) signatures: Signatures,
    pub(super) exits: Exits,
    pub(super) side_results: SideResults,
    /// Objects allocated since the last possible collection: young, so that stores need no barrier.
    pub(super) young: Vec<OpRef>,
    values: Vec<Option<Value>>,
    uses: Vec<u32>,
    header: Option<Block>,
}

/// Builds the function of a trace; gives its exits. `cells` has room for all of them.
pub(super) fn translate(
    mut b: FunctionBuilder<'_>,
    trace: &Trace,
    unit: &UnitInfo,
    cells: &[CodeCell],
    addresses: &Addresses,
    isa: &dyn TargetIsa,
) -> Vec<ExitLayout> {
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    b.switch_to_block(entry);
    let (frame, buffer) = (b.block_params(entry)[0], b.block_params(entry)[1]);
    let mut translator = Translator {
        b,
        trace,
        unit,
        addresses,
        frame,
        buffer,
        c_convention: isa.default_call_conv(),
        signatures: Signatures::default(),
        exits: Exits::new(cells),
        side_results: SideResults::default(),
        young: Vec::new(),
        values: vec![None; trace.ops.len()],
        uses: count_uses(trace),
        header: None,
    };
    translator.operations();
    translator.end();
    translator.finish_exits();
    let mut b = translator.b;
    b.seal_all_blocks();
    b.finalize(isa.frontend_config());
    translator.exits.layouts()
}

/// How often each operation's result is read. A virtual object's name in a snapshot is no use of it.
fn count_uses(trace: &Trace) -> Vec<u32> {
    let mut uses = vec![0; trace.ops.len()];
    let mut count = |r: OpRef| uses[r.index()] += 1;
    for op in &trace.ops {
        trace.operands(op).iter().copied().for_each(&mut count);
    }
    for param in &trace.params {
        count(param.initial);
        count(param.next);
    }
    for id in 0..trace.snapshots.len() {
        trace.snapshot_values(SnapshotId(id as u32)).into_iter().for_each(&mut count);
    }
    match &trace.end {
        End::Jump { slots, .. } => slots.iter().for_each(|&(_, r)| count(r)),
        End::Return(r) => count(*r),
        End::Open | End::Loop | End::Exit(_) => {}
    }
    uses
}

/// The Cranelift type that holds values of a type. A `Bool` is 0 or 1.
pub(super) fn machine_type(ty: Type) -> types::Type {
    match ty {
        Type::Int | Type::Ref | Type::Value => I64,
        Type::Float => F64,
        Type::Bool => I8,
    }
}

impl Translator<'_, '_> {
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
            let used = self.uses[index] > 0;
            if !used && matches!(op.code.class(), Class::Pure | Class::Source | Class::Load | Class::Alloc) {
                continue;
            }
            let result = self.operation(OpRef(index as u32), op);
            if result.is_some() {
                self.values[index] = result;
            }
        }
        if trace.loop_start == Some(trace.ops.len() as u32) {
            self.start_loop();
        }
    }

    fn operation(&mut self, name: OpRef, op: &Op) -> Option<Value> {
        let ty = op.ty.unwrap_or(Type::Int);
        match op.code {
            // A constant is written where it is used; a parameter was defined by the header; a virtual object
            // has no value.
            Opcode::Const | Opcode::Param | Opcode::Virtual => None,
            Opcode::SlotAddress => Some(self.b.ins().iadd_imm_s(self.frame, 8 * op.data as i64)),
            Opcode::Slot => Some(self.load(ty, self.frame, 8 * op.data as i32)),
            Opcode::Input => Some(self.load(ty, self.buffer, 8 * op.data as i32)),
            Opcode::Load => Some(self.load_field(ty, op)),
            Opcode::LoadItem => Some(self.load_item(ty, op)),
            Opcode::Alloc => Some(self.alloc(name, op)),
            Opcode::Call => self.call(op),
            Opcode::Pending => Some(self.load_word_at(self.addresses.pending)),
            Opcode::Poll => {
                let flag = self.load_word_at(self.addresses.poll);
                Some(self.b.ins().icmp_imm_s(IntCC::NotEqual, flag, 0))
            }
            Opcode::Invalidated => {
                let flag = self.word(self.unit.invalidated.as_ptr() as u64);
                Some(self.b.ins().load(I8, MEMORY, flag, 0))
            }
            Opcode::Store => self.done(|t| t.store_field(op)),
            Opcode::StoreItem => self.done(|t| t.store_item(op)),
            Opcode::StoreSlot => self.done(|t| t.store_slot(op.data as u32, op.args[0])),
            Opcode::ClearPending => self.done(|t| t.clear_pending()),
            Opcode::GuardTrue => self.done(|t| t.guard(op.args[0], true, op.snapshot)),
            Opcode::GuardFalse => self.done(|t| t.guard(op.args[0], false, op.snapshot)),
            _ => Some(self.pure(op)),
        }
    }

    fn done(&mut self, effect: impl FnOnce(&mut Self)) -> Option<Value> {
        effect(self);
        None
    }

    fn start_loop(&mut self) {
        let trace = self.trace;
        let header = self.b.create_block();
        let initial: Vec<BlockArg> =
            trace.params.iter().map(|p| BlockArg::Value(self.value(p.initial))).collect();
        self.b.ins().jump(header, &initial);
        self.b.switch_to_block(header);
        for param in &trace.params {
            let value = self.b.append_block_param(header, machine_type(trace.type_of(param.op)));
            self.values[param.op.index()] = Some(value);
        }
        self.header = Some(header);
        self.young.clear();
    }

    /// Leaves through the snapshot's exit unless the condition has the expected value.
    fn guard(&mut self, condition: OpRef, expected: bool, snapshot: SnapshotId) {
        let op = self.trace.op(condition);
        if op.code == Opcode::BoolNot {
            return self.guard(op.args[0], !expected, snapshot);
        }
        let exit = self.exit(snapshot);
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
    fn branch(&mut self, condition: Value, exit: Block, leave_if: bool) {
        let next = self.b.create_block();
        let (nonzero, zero) = if leave_if { (exit, next) } else { (next, exit) };
        self.b.ins().brif(condition, nonzero, &[], zero, &[]);
        self.b.switch_to_block(next);
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
                let next: Vec<BlockArg> =
                    trace.params.iter().map(|p| BlockArg::Value(self.value(p.next))).collect();
                let header = self.header.expect("a trace that loops has a header");
                self.b.ins().jump(header, &next);
            }
            End::Exit(snapshot) => {
                let exit = self.last_exit(*snapshot);
                self.b.ins().jump(exit, &[]);
            }
            End::Jump { cell, slots, fallback } => {
                for &(slot, value) in slots {
                    self.store_slot(slot, value);
                }
                let fallback = self.last_exit(*fallback);
                let entry = self.load_word_at(*cell + LoopCell::CODE_OFFSET);
                let target = self.b.create_block();
                self.b.ins().brif(entry, target, &[], fallback, &[]);
                self.b.switch_to_block(target);
                self.enter_unit(entry);
            }
            End::Return(value) => {
                let word = self.boxed(*value);
                self.b.ins().store(MEMORY, word, self.buffer, 0);
                let exit = self.word(RETURN_EXIT);
                self.b.ins().return_(&[exit]);
            }
        }
    }

    /// Goes on in another unit, with the same frame and buffer.
    pub(super) fn enter_unit(&mut self, entry: Value) {
        let signature = self.b.import_signature(abi::unit_signature());
        self.b.ins().return_call_indirect(signature, entry, &[self.frame, self.buffer]);
    }
}
