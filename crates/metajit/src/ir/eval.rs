//! The reference evaluator: what a trace means, step by step.
//!
//! The pure operations are evaluated by their table; everything that touches a heap, slots or calls is asked
//! of a [`World`]. It is the oracle that optimised traces and compiled code are compared with.
//! Neighbours: `pure` (meanings), `opt` (tests compare before and after), `backend` (the same in machine code).

use super::{End, Known, OpRef, Opcode, SnapshotId, Trace, eval_pure};
use crate::helper::{self, Helper};
use crate::kind::Type;

/// Slots, heap, helpers and flags, as bits of the types that the operations state.
pub trait World {
    /// The word in a slot of the root frame.
    fn slot(&mut self, n: u32) -> u64;
    /// The address of a slot.
    fn slot_address(&mut self, n: u32) -> u64 {
        panic!("slot {n} has no address in this world")
    }
    /// Value `i` that the exit before a bridge passed.
    fn input(&mut self, i: u32) -> u64;
    /// Writes a slot: a value of that type, to be boxed.
    fn set_slot(&mut self, n: u32, ty: Type, bits: u64);
    /// A pure operation. Some look into the heap, and boxing may allocate there.
    fn pure(&mut self, code: Opcode, operands: &[u64]) -> u64 {
        eval_pure(code, operands).expect("a pure operation")
    }
    /// Reads a field; `data` as in the operation.
    fn load(&mut self, ty: Type, data: u64, object: u64) -> u64;
    /// Writes a field.
    fn store(&mut self, ty: Type, data: u64, object: u64, bits: u64);
    /// Reads a tail element.
    fn load_item(&mut self, ty: Type, layout: u32, object: u64, index: u64) -> u64;
    /// Writes a tail element.
    fn store_item(&mut self, ty: Type, layout: u32, object: u64, index: u64, bits: u64);
    /// A new zeroed object.
    fn alloc(&mut self, layout: u32, len: u32) -> u64;
    /// Calls a helper.
    fn call(&mut self, helper: &'static Helper, operands: &[u64]) -> u64;
    /// The pending exception.
    fn pending(&mut self) -> u64;
    /// Clears it.
    fn clear_pending(&mut self);
    /// Whether somebody asked loops to leave.
    fn poll(&mut self) -> bool {
        false
    }
    /// Whether an assumption has been broken.
    fn invalidated(&mut self) -> bool {
        false
    }
}

/// How evaluation ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stopped {
    /// A guard failed, or the trace ends in an exit.
    Exit(SnapshotId),
    /// The trace ends in a jump, whose slots are for the caller to write.
    Jump,
    /// The root frame returns these bits.
    Return(u64),
    /// The loop went round more often than allowed.
    OutOfFuel,
}

/// How evaluation ended, and the values at that moment.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The end.
    pub stopped: Stopped,
    /// By operation; zero for what was not evaluated.
    pub values: Vec<u64>,
}

impl Outcome {
    /// The bits of a value.
    pub fn value(&self, r: OpRef) -> u64 {
        self.values[r.index()]
    }
}

/// Evaluates a trace; its loop goes round at most `fuel` times.
pub fn run(trace: &Trace, world: &mut impl World, fuel: usize) -> Outcome {
    let mut values = vec![0; trace.ops.len()];
    for param in &trace.params {
        debug_assert!(trace.loop_start.is_some(), "{:?} without a loop", param.op);
    }
    let mut at = 0;
    let mut left = fuel;
    let stopped = loop {
        if Some(at as u32) == trace.loop_start {
            enter(trace, &mut values, |param| param.initial);
        }
        let Some(exit) = straight(trace, world, &mut values, &mut at) else {
            match &trace.end {
                End::Loop if left == 0 => break Stopped::OutOfFuel,
                End::Loop => {
                    left -= 1;
                    at = trace.loop_start.expect("a loop has a header") as usize;
                    enter(trace, &mut values, |param| param.next);
                    at += trace.params.len();
                    continue;
                }
                End::Exit(id) => break Stopped::Exit(*id),
                End::Jump { .. } | End::Enter { .. } => break Stopped::Jump,
                End::Return(r) => break Stopped::Return(values[r.index()]),
                End::Open => panic!("the trace has no end"),
            }
        };
        if let Some(id) = exit {
            break Stopped::Exit(id);
        }
    };
    Outcome { stopped, values }
}

/// Gives the parameters their values, all at once.
fn enter(trace: &Trace, values: &mut [u64], which: impl Fn(&super::LoopParam) -> OpRef) {
    let new: Vec<u64> = trace.params.iter().map(|param| values[which(param).index()]).collect();
    for (param, bits) in trace.params.iter().zip(new) {
        values[param.op.index()] = bits;
    }
}

/// Evaluates until the loop header (`Some(None)`), a failing guard, or the end (`None`).
fn straight(
    trace: &Trace,
    world: &mut impl World,
    values: &mut [u64],
    at: &mut usize,
) -> Option<Option<SnapshotId>> {
    let begin = *at;
    while let Some(op) = trace.ops.get(*at) {
        if *at > begin && Some(*at as u32) == trace.loop_start {
            return Some(None);
        }
        let operands: Vec<u64> = trace.operands(op).iter().map(|r| values[r.index()]).collect();
        let operand_type = |i: usize| trace.type_of(trace.operands(op)[i]);
        let data = op.data;
        let bits = match op.code {
            Opcode::Const => data,
            Opcode::Slot | Opcode::Arg => world.slot(data as u32),
            Opcode::SlotAddress => world.slot_address(data as u32),
            Opcode::Input => world.input(data as u32),
            Opcode::Param => values[*at],
            Opcode::Virtual => 0,
            Opcode::Load => world.load(op.ty?, data, operands[0]),
            Opcode::LoadItem => world.load_item(op.ty?, data as u32, operands[0], operands[1]),
            Opcode::Alloc => world.alloc(data as u32, (data >> 32) as u32),
            Opcode::Call => world.call(helper::of(data), &operands),
            Opcode::Pending => world.pending(),
            Opcode::Poll => world.poll() as u64,
            Opcode::Invalidated => world.invalidated() as u64,
            Opcode::Store => {
                world.store(operand_type(1), data, operands[0], operands[1]);
                0
            }
            Opcode::StoreItem => {
                world.store_item(operand_type(2), data as u32, operands[0], operands[1], operands[2]);
                0
            }
            Opcode::StoreSlot => {
                world.set_slot(data as u32, operand_type(0), operands[0]);
                0
            }
            Opcode::ClearPending => {
                world.clear_pending();
                0
            }
            Opcode::GuardTrue | Opcode::GuardFalse => {
                if (operands[0] != 0) != (op.code == Opcode::GuardTrue) {
                    return Some(Some(op.snapshot));
                }
                0
            }
            _ => {
                assert!(Known::holds(data, &operands), "{op:?} of {operands:?}");
                world.pure(op.code, &operands)
            }
        };
        values[*at] = bits;
        *at += 1;
    }
    None
}
