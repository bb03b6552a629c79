//! Optimises a trace that has been recorded before: what tests and tools do with text.
//!
//! Neighbours: `record` (asks the same questions while executing), `ir::text`.

use super::{CloseError, Optimizer};
use crate::helper;
use crate::ir::{End, OpRef, Opcode, Snapshot, SnapshotId, Trace};

/// The trace as the optimiser would have made it from the same recording. An `End::Jump` whose `cell` is 0 stands for the
/// trace's own header: the loop is closed.
pub fn optimise(trace: &Trace) -> Result<Trace, CloseError> {
    optimise_seen(trace, |_| None)
}

/// The same, with the bits that values had while recording, as far as they are known.
pub fn optimise_seen(trace: &Trace, seen: impl Fn(OpRef) -> Option<u64>) -> Result<Trace, CloseError> {
    let mut o = Optimizer::new(usize::MAX / 2);
    let names = feed(&mut o, trace);
    for (i, &name) in names.iter().enumerate() {
        if let Some(bits) = seen(OpRef(i as u32)) {
            o.was(name, bits);
        }
    }
    match &trace.end {
        End::Jump { cell: 0, slots, fallback } => {
            let entry: Vec<_> = slots.iter().map(|&(n, r)| (n, names[r.index()])).collect();
            let mut state = |o: &mut Optimizer| snapshot(o, trace, *fallback, &names);
            o.close_loop(&entry, &mut state).map(|closed| closed.trace)
        }
        End::Jump { cell, slots, fallback } => {
            let slots = slots.iter().map(|&(n, r)| (n, names[r.index()])).collect();
            let fallback = snapshot(&mut o, trace, *fallback, &names);
            Ok(o.end(End::Jump { cell: *cell, slots, fallback }))
        }
        End::Exit(id) => {
            let id = snapshot(&mut o, trace, *id, &names);
            Ok(o.end(End::Exit(id)))
        }
        End::Return(r) => Ok(o.end(End::Return(names[r.index()]))),
        End::Enter { params, outer, fallback } => {
            let named = |list: &[OpRef]| list.iter().map(|r| names[r.index()]).collect();
            let fallback = snapshot(&mut o, trace, *fallback, &names);
            Ok(o.end(End::Enter { params: named(params), outer: named(outer), fallback }))
        }
        End::Open | End::Loop => Ok(o.end(trace.end.clone())),
    }
}

/// Asks the optimiser for every operation of a trace without a loop, in order; gives their new names.
pub fn feed(o: &mut Optimizer, trace: &Trace) -> Vec<OpRef> {
    let mut names: Vec<OpRef> = Vec::with_capacity(trace.ops.len());
    let mut last = None;
    for op in &trace.ops {
        let operands: Vec<OpRef> = trace.operands(op).iter().map(|r| names[r.index()]).collect();
        let ty = op.ty;
        let r = match op.code {
            Opcode::Const => o.constant(ty.expect("a constant has a type"), op.data),
            Opcode::Slot => o.slot(op.data as u32),
            Opcode::Arg => o.arg(op.data as u32),
            Opcode::SlotAddress => o.slot_address(op.data as u32),
            Opcode::Input => o.input(op.data as u32, ty.expect("an input has a type")),
            Opcode::Call => o.call(helper::of(op.data), &operands),
            Opcode::GuardTrue | Opcode::GuardFalse => {
                o.guard(operands[0], op.code == Opcode::GuardTrue, |o| {
                    let key = (op.snapshot, o.epoch());
                    match last {
                        Some((known, id)) if known == key => id,
                        _ => {
                            let id = snapshot(o, trace, op.snapshot, &names);
                            last = Some((key, id));
                            id
                        }
                    }
                });
                OpRef::NONE
            }
            Opcode::Param | Opcode::Virtual => panic!("{} in a recording", op.code.name()),
            _ => o.ask(op.code, ty, &operands, op.data),
        };
        names.push(r);
    }
    names
}

fn snapshot(o: &mut Optimizer, trace: &Trace, id: SnapshotId, names: &[OpRef]) -> SnapshotId {
    let mut snapshot: Snapshot = trace.snapshot(id).clone();
    for frame in &mut snapshot.frames {
        frame.slots.iter_mut().for_each(|(_, r)| *r = names[r.index()]);
        frame.log.iter_mut().for_each(|entry| entry.op = names[entry.op.index()]);
    }
    o.snapshot(snapshot)
}
