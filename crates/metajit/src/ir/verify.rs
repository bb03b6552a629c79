//! Checks the invariants that every trace keeps; run between stages in debug builds, and on what is parsed.
//!
//! A fault is a bug of whoever built the trace, and is told with the operation at fault.
//! Neighbours: `trace` (states the invariants), `opt` (builds traces).

use super::{Class, End, OpRef, Opcode, Snapshot, SnapshotId, Trace};
use crate::helper;
use crate::kind::Type;

/// Panics with the fault if the trace breaks an invariant.
pub fn check(trace: &Trace) {
    if let Err(fault) = verify(trace) {
        panic!("ill-formed trace: {fault}");
    }
}

/// Says what is wrong with a trace.
pub fn verify(trace: &Trace) -> Result<(), String> {
    let verifier = Verifier { trace };
    for i in 0..trace.ops.len() {
        verifier.operation(OpRef(i as u32)).map_err(|fault| {
            let op = &trace.ops[i];
            format!("operation {i} ({} {:?}): {fault}", op.code.name(), trace.operands(op))
        })?;
    }
    verifier.header()?;
    verifier.end()
}

struct Verifier<'a> {
    trace: &'a Trace,
}

impl Verifier<'_> {
    fn operation(&self, r: OpRef) -> Result<(), String> {
        let trace = self.trace;
        let op = trace.op(r);
        let operands = trace.operands(op);
        for &operand in operands {
            self.defined(operand, r)?;
        }
        let types: Vec<Type> = operands.iter().map(|&x| trace.type_of(x)).collect();
        let expected: &[Option<Type>] = match op.code {
            Opcode::Load => &[Some(Type::Ref)],
            Opcode::Store => &[Some(Type::Ref), None],
            Opcode::LoadItem => &[Some(Type::Ref), Some(Type::Int)],
            Opcode::StoreItem => &[Some(Type::Ref), Some(Type::Int), None],
            Opcode::StoreSlot => &[None],
            Opcode::GuardTrue | Opcode::GuardFalse => &[Some(Type::Bool)],
            Opcode::Call => {
                let helper = helper::of(op.data);
                if types != helper.params || op.ty != Some(helper.result) {
                    return Err(format!("operands {types:?} do not fit helper {}", helper.name));
                }
                return Ok(());
            }
            _ if op.code.class() == Class::Pure => {
                if types != op.code.pure_params() || op.ty != op.code.pure_result() {
                    return Err(format!("operand types {types:?}, result {:?}", op.ty));
                }
                return Ok(());
            }
            _ => &[],
        };
        let fits = types.len() == expected.len()
            && types.iter().zip(expected).all(|(&ty, want)| want.is_none_or(|want| want == ty));
        if !fits {
            return Err(format!("operand types {types:?}"));
        }
        let has_result = !matches!(op.code.class(), Class::Store | Class::Guard);
        if op.ty.is_some() != has_result {
            return Err(format!("result {:?}", op.ty));
        }
        match op.code {
            Opcode::GuardTrue | Opcode::GuardFalse => self.snapshot(op.snapshot, r),
            Opcode::Input if trace.inputs.get(op.data as usize).copied() != op.ty => {
                Err("no such input".to_owned())
            }
            Opcode::Param if trace.params.get(op.data as usize).is_none_or(|param| param.op != r) => {
                Err("no such parameter".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// `r` has a value where the operation `at` stands.
    fn defined(&self, r: OpRef, at: OpRef) -> Result<(), String> {
        if r.is_none() || r >= at {
            return Err(format!("{r:?} is not defined there"));
        }
        match self.trace.op(r).ty {
            Some(_) => Ok(()),
            None => Err(format!("{r:?} has no result")),
        }
    }

    fn snapshot(&self, id: SnapshotId, at: OpRef) -> Result<(), String> {
        let snapshot: &Snapshot =
            self.trace.snapshots.get(id.0 as usize).ok_or_else(|| format!("no {id:?}"))?;
        let is_object = |r: OpRef| snapshot.objects.iter().any(|object| object.op == r);
        let value = |r: OpRef| {
            self.defined(r, at).map_err(|fault| format!("{id:?}: {fault}"))?;
            if self.trace.op(r).code == Opcode::Virtual && !is_object(r) {
                return Err(format!("{id:?}: {r:?} is not described"));
            }
            Ok(())
        };
        for frame in &snapshot.frames {
            for &(_, r) in &frame.slots {
                value(r)?;
            }
            for entry in &frame.log {
                value(entry.op)?;
            }
            if !frame.slots.is_sorted_by(|a, b| a.0 < b.0) {
                return Err(format!("{id:?}: slots out of order"));
            }
        }
        for object in &snapshot.objects {
            if self.trace.op(object.op).code != Opcode::Virtual {
                return Err(format!("{id:?}: {:?} is not a virtual object", object.op));
            }
            for &word in object.words.iter().filter(|word| !word.is_none()) {
                value(word)?;
            }
        }
        for store in &snapshot.stores {
            value(store.object)?;
            value(store.value)?;
        }
        Ok(())
    }

    fn header(&self) -> Result<(), String> {
        let trace = self.trace;
        let end = OpRef(trace.ops.len() as u32);
        let Some(start) = trace.loop_start else {
            return if trace.params.is_empty() && trace.end != End::Loop {
                Ok(())
            } else {
                Err("parameters without a loop".to_owned())
            };
        };
        for (i, param) in trace.params.iter().enumerate() {
            let place = OpRef(start + i as u32);
            let fault = |fault: String| format!("parameter {i}: {fault}");
            if param.op != place || trace.op(place).code != Opcode::Param {
                return Err(format!("parameter {i} is not behind the header"));
            }
            self.defined(param.initial, OpRef(start)).map_err(fault)?;
            self.defined(param.next, end).map_err(fault)?;
            let ty = trace.type_of(param.op);
            if trace.type_of(param.initial) != ty || trace.type_of(param.next) != ty {
                return Err(format!("parameter {i}: types differ"));
            }
        }
        Ok(())
    }

    fn end(&self) -> Result<(), String> {
        let end = OpRef(self.trace.ops.len() as u32);
        match &self.trace.end {
            End::Open | End::Loop => Ok(()),
            End::Exit(id) => self.snapshot(*id, end),
            End::Jump { slots, fallback, .. } => {
                for &(_, r) in slots {
                    self.defined(r, end)?;
                }
                self.snapshot(*fallback, end)
            }
            End::Enter { params, outer, fallback } => {
                params.iter().chain(outer).try_for_each(|&r| self.defined(r, end))?;
                self.snapshot(*fallback, end)
            }
            End::Return(r) => self.defined(*r, end),
        }
    }
}
