//! Building traces by hand, and running them.

use metajit::backend::{Backend, Compiled, Cranelift, Part, UnitInfo, enter};
use metajit::frame::EntryCell;
use metajit::heap::testing::{Exclusive, exclusive};
use metajit::heap::{Value, vm_stack};
use metajit::helper::Helper;
use metajit::ir::{End, FrameState, LoopParam, Op, OpRef, Opcode, Snapshot, SnapshotId, Trace};
use metajit::kind::Type;
use metajit::language::Code;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

metajit::layouts! {
    /// The layouts of these tests.
    pub static LAYOUTS;
    /// A list cell.
    Cell { HEAD: Value, NEXT: Ref, COUNT: i64, RATIO: f64 }
}

/// A code object that says nothing.
struct Nothing;

impl Code for Nothing {
    fn slots(&self) -> u32 {
        16
    }
    fn live(&self, _pc: usize) -> &[u64] {
        &[u64::MAX]
    }
    fn may_inline(&self) -> bool {
        false
    }
    fn entry(&self) -> &'static EntryCell {
        Box::leak(Box::new(EntryCell::new()))
    }
    fn describe(&self, pc: usize) -> String {
        format!("nothing:{pc}")
    }
}

/// A trace under construction.
#[derive(Default)]
pub struct Build {
    pub trace: Trace,
}

impl Build {
    pub fn op(&mut self, code: Opcode, ty: Option<Type>, args: &[OpRef], data: u64) -> OpRef {
        let mut places = [OpRef::NONE; 3];
        places[..args.len()].copy_from_slice(args);
        self.trace.ops.push(Op { code, ty, args: places, data, snapshot: SnapshotId::NONE });
        OpRef(self.trace.ops.len() as u32 - 1)
    }
    pub fn constant(&mut self, ty: Type, bits: u64) -> OpRef {
        self.op(Opcode::Const, Some(ty), &[], bits)
    }
    pub fn int(&mut self, i: i64) -> OpRef {
        self.constant(Type::Int, i as u64)
    }
    pub fn input(&mut self, ty: Type) -> OpRef {
        self.trace.inputs.push(ty);
        self.op(Opcode::Input, Some(ty), &[], self.trace.inputs.len() as u64 - 1)
    }
    pub fn slot(&mut self, slot: u64) -> OpRef {
        self.op(Opcode::Slot, Some(Type::Value), &[], slot)
    }
    pub fn pure(&mut self, code: Opcode, args: &[OpRef]) -> OpRef {
        self.op(code, code.pure_result(), args, 0)
    }
    pub fn snapshot(&mut self, slots: &[(u32, OpRef)]) -> SnapshotId {
        let frame = FrameState { code: &Nothing, base: 0, pc: 0, slots: slots.to_vec(), log: Vec::new() };
        self.trace.snapshots.push(Snapshot { frames: vec![frame], ..Snapshot::default() });
        SnapshotId(self.trace.snapshots.len() as u32 - 1)
    }
    pub fn guard(&mut self, condition: OpRef, expected: bool, snapshot: SnapshotId) {
        let code = if expected { Opcode::GuardTrue } else { Opcode::GuardFalse };
        let guard = self.op(code, None, &[condition], 0);
        self.trace.ops[guard.index()].snapshot = snapshot;
    }
    pub fn call(&mut self, helper: &'static Helper, args: &[OpRef]) -> OpRef {
        let start = OpRef(self.trace.lists.len() as u32);
        self.trace.lists.extend_from_slice(args);
        let list = [start, OpRef(args.len() as u32)];
        self.op(Opcode::Call, Some(helper.result), &list, helper as *const Helper as u64)
    }
    /// Starts the loop, with parameters of these initial values.
    pub fn header(&mut self, initial: &[OpRef]) -> Vec<OpRef> {
        self.trace.loop_start = Some(self.trace.ops.len() as u32);
        initial
            .iter()
            .enumerate()
            .map(|(i, &initial)| {
                let ty = self.trace.type_of(initial);
                let op = self.op(Opcode::Param, Some(ty), &[], i as u64);
                self.trace.params.push(LoopParam { op, initial, next: OpRef::NONE });
                op
            })
            .collect()
    }
    /// Ends the loop.
    pub fn close(&mut self, next: &[OpRef]) {
        for (param, &next) in self.trace.params.iter_mut().zip(next) {
            param.next = next;
        }
        self.trace.end = End::Loop;
    }
    /// Leaves with these values in slots 0, 1, ...
    pub fn exit(&mut self, values: &[OpRef]) {
        let slots: Vec<_> = values.iter().enumerate().map(|(i, &r)| (i as u32, r)).collect();
        let snapshot = self.snapshot(&slots);
        self.trace.end = End::Exit(snapshot);
    }
}

/// The backend with what it needs to run units.
pub struct Machine {
    pub backend: Cranelift,
    pub buffer: Vec<u64>,
    pub dump: bool,
    pub next_exit: u64,
    _heap: Exclusive,
}

impl Machine {
    pub fn new() -> Self {
        let heap = exclusive(LAYOUTS);
        vm_stack().set_top(vm_stack().base().wrapping_add(64));
        let backend = Cranelift::new().expect("the host has a code generator");
        Machine {
            backend,
            buffer: vec![0; 64],
            dump: std::env::var_os("DUMP").is_some(),
            next_exit: 0,
            _heap: heap,
        }
    }
    /// Compiles; exit numbers begin where those of the unit before ended.
    pub fn compile(&mut self, trace: &Trace) -> Compiled {
        self.compile_watching(trace, Arc::default())
    }
    pub fn compile_watching(&mut self, trace: &Trace, invalidated: Arc<AtomicBool>) -> Compiled {
        let unit = UnitInfo {
            first_exit: self.next_exit,
            own_cell: None,
            function: None,
            count: None,
            invalidated,
            fail_guards: 0,
            inputs: Vec::new(),
            dump: self.dump,
        };
        self.compile_unit(&[Part { trace: &trace.plain(), continues: None }], &unit)
    }
    pub fn compile_parts(&mut self, parts: &[Part<'_>], own_cell: Option<usize>) -> Compiled {
        let unit = UnitInfo {
            first_exit: self.next_exit,
            own_cell,
            function: None,
            count: None,
            invalidated: Arc::default(),
            fail_guards: 0,
            inputs: Vec::new(),
            dump: self.dump,
        };
        self.compile_unit(parts, &unit)
    }
    fn compile_unit(&mut self, parts: &[Part<'_>], unit: &UnitInfo) -> Compiled {
        let compiled = self.backend.compile_region(parts, unit).expect("the region compiles");
        self.next_exit += compiled.exits.len() as u64;
        if let Some(dump) = &compiled.dump {
            println!("{}\n{}", dump.ir, dump.assembly);
        }
        compiled
    }
    /// Runs a unit; gives the exit's number. The exit buffer and the slots stay to be looked at.
    pub fn run(&mut self, unit: &Compiled) -> u64 {
        enter(self.backend.trampoline(), unit.entry, vm_stack().base(), self.buffer.as_mut_ptr())
    }
    /// Compiles, runs once with these inputs, frees.
    pub fn once(&mut self, trace: &Trace, inputs: &[u64]) -> u64 {
        let unit = self.compile(trace);
        let first = self.next_exit - unit.exits.len() as u64;
        self.buffer[..inputs.len()].copy_from_slice(inputs);
        let exit = self.run(&unit);
        self.backend.free(unit.code);
        exit - first
    }
}

pub fn set_slot(slot: usize, value: Value) {
    vm_stack().write(slot, value);
}

pub fn get_slot(slot: usize) -> Value {
    vm_stack().read(slot)
}
