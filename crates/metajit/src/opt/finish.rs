//! Brings a trace into its final form: real names, no dead operations, constants first.
//!
//! An operation is dead if it has no effect and nobody names its result: no live operation, no snapshot of a live guard,
//! not the end. So are stores that nobody reads (`unread`). A header parameter is dead with everything that only feeds it. The result is the normal form of `ir::text`:
//! constants and snapshots are numbered in the order of their first mention. Neighbours: `ir::verify`.

use super::Optimizer;
use super::header::{Closed, LoopHeader};
use super::unread::Unread;
use super::virtuals::Objects;
use crate::helper::{self, Effects};
use crate::ir::{Class, End, LoopParam, Op, OpRef, Opcode, Snapshot, SnapshotId, Trace};

/// The final form of what has been emitted.
pub(super) fn finish(o: Optimizer) -> Trace {
    let Optimizer { trace, objects, .. } = o;
    renamed(&with_real_names(trace, &objects)).0
}

/// The final form of a closed loop and its header.
pub(super) fn finish_loop(o: Optimizer, header: LoopHeader) -> Closed {
    let Optimizer { trace, objects, .. } = o;
    let (trace, names) = renamed(&with_real_names(trace, &objects));
    let header = header.renamed(|r| names[objects.real_name(r).index()], &trace);
    Closed { trace, header }
}

/// Puts the objects that were made real in the place of the virtual ones.
fn with_real_names(mut trace: Trace, objects: &Objects) -> Trace {
    let real = |r: &mut OpRef| *r = objects.real_name(*r);
    for op in &mut trace.ops {
        if op.code != Opcode::Call {
            op.args.iter_mut().for_each(real);
        }
    }
    trace.lists.iter_mut().for_each(real);
    for param in &mut trace.params {
        real(&mut param.initial);
        real(&mut param.next);
    }
    match &mut trace.end {
        End::Jump { slots, .. } => slots.iter_mut().for_each(|(_, r)| real(r)),
        End::Enter { params, outer, .. } => params.iter_mut().chain(outer).for_each(real),
        End::Return(r) => real(r),
        _ => {}
    }
    trace
}

/// The same trace without dead operations, in normal form.
pub fn normalise(trace: &Trace) -> Trace {
    renamed(trace).0
}

/// The same, and the new names of its operations: `NONE` for what is dead.
fn renamed(trace: &Trace) -> (Trace, Vec<OpRef>) {
    let live = mark(trace);
    let mut renamer =
        Renamer { old: trace, names: vec![OpRef::NONE; trace.ops.len()], new: Trace::default() };
    renamer.constants(&live);
    renamer.operations(&live);
    renamer.rest();
    if cfg!(debug_assertions) {
        crate::ir::verify::check(&renamer.new);
    }
    (renamer.new, renamer.names)
}

/// Whether an operation is needed whatever becomes of its result.
fn has_effect(op: &Op) -> bool {
    match op.code.class() {
        Class::Store | Class::Guard => true,
        Class::Call => {
            let helper = helper::of(op.data);
            helper.raises || matches!(helper.effects, Effects::Any | Effects::Writes(_))
        }
        Class::Pure | Class::Source | Class::Load | Class::Alloc => false,
    }
}

/// The live operations.
fn mark(trace: &Trace) -> Vec<bool> {
    let mut live = vec![false; trace.ops.len()];
    let unread = Unread::of(trace);
    let is_needed = |&r: &OpRef| has_effect(trace.op(r)) && !unread.is_optional(trace, r);
    let mut todo: Vec<OpRef> = (0..trace.ops.len() as u32).map(OpRef).filter(is_needed).collect();
    for_each_in_end(trace, |r| todo.push(r));
    let mut snapshots = vec![false; trace.snapshots.len()];
    while let Some(r) = todo.pop() {
        if r.is_none() || std::mem::replace(&mut live[r.index()], true) {
            continue;
        }
        let op = trace.op(r);
        todo.extend_from_slice(trace.operands(op));
        todo.extend_from_slice(unread.stores_into(r));
        if op.code.class() == Class::Guard && !std::mem::replace(&mut snapshots[op.snapshot.0 as usize], true)
        {
            for_each_name(trace.snapshot(op.snapshot), |r| todo.push(r));
        }
        if op.code == Opcode::Param {
            let param = &trace.params[op.data as usize];
            todo.extend([param.initial, param.next]);
        }
    }
    live
}

fn for_each_in_end(trace: &Trace, mut f: impl FnMut(OpRef)) {
    match &trace.end {
        End::Exit(id) => for_each_name(trace.snapshot(*id), f),
        End::Jump { slots, fallback, .. } => {
            slots.iter().for_each(|&(_, r)| f(r));
            for_each_name(trace.snapshot(*fallback), f);
        }
        End::Enter { params, outer, fallback } => {
            params.iter().chain(outer).for_each(|&r| f(r));
            for_each_name(trace.snapshot(*fallback), f);
        }
        End::Return(r) => f(*r),
        End::Loop | End::Open => {}
    }
}

fn for_each_name(snapshot: &Snapshot, mut f: impl FnMut(OpRef)) {
    for frame in &snapshot.frames {
        frame.slots.iter().for_each(|&(_, r)| f(r));
        frame.log.iter().for_each(|entry| f(entry.op));
    }
    for object in &snapshot.objects {
        f(object.op);
        object.words.iter().for_each(|&r| f(r));
    }
    for store in &snapshot.stores {
        f(store.object);
        f(store.value);
    }
}

/// Copies the live part of a trace under new names.
struct Renamer<'a> {
    old: &'a Trace,
    names: Vec<OpRef>,
    new: Trace,
}

impl Renamer<'_> {
    fn name(&self, r: OpRef) -> OpRef {
        if r.is_none() { r } else { self.names[r.index()] }
    }
    fn add(&mut self, r: OpRef, op: Op) {
        self.names[r.index()] = OpRef(self.new.ops.len() as u32);
        self.new.ops.push(op);
    }
    /// Constants, in the order in which the text mentions them.
    fn constants(&mut self, live: &[bool]) {
        let old = self.old;
        let mut mentioned = Vec::new();
        let mut snapshots: Vec<SnapshotId> = Vec::new();
        let mut is_mentioned = vec![false; old.snapshots.len()];
        for (i, op) in old.ops.iter().enumerate().filter(|&(i, _)| live[i]) {
            if op.code == Opcode::Param {
                let param = &old.params[op.data as usize];
                mentioned.extend([param.initial, param.next]);
            }
            mentioned.extend_from_slice(old.operands(&old.ops[i]));
            if op.code.class() == Class::Guard
                && !std::mem::replace(&mut is_mentioned[op.snapshot.0 as usize], true)
            {
                snapshots.push(op.snapshot);
            }
        }
        match &old.end {
            End::Exit(id) => snapshots.push(*id),
            End::Jump { slots, fallback, .. } => {
                mentioned.extend(slots.iter().map(|&(_, r)| r));
                snapshots.push(*fallback);
            }
            End::Enter { params, outer, fallback } => {
                mentioned.extend(params.iter().chain(outer));
                snapshots.push(*fallback);
            }
            End::Return(r) => mentioned.push(*r),
            End::Loop | End::Open => {}
        }
        for id in snapshots {
            for_each_name(old.snapshot(id), |r| mentioned.push(r));
        }
        for r in mentioned {
            if !r.is_none() && old.op(r).code == Opcode::Const && self.name(r).is_none() {
                self.add(r, *old.op(r));
            }
        }
    }
    fn operations(&mut self, live: &[bool]) {
        let old = self.old;
        let mut snapshots = vec![SnapshotId::NONE; old.snapshots.len()];
        for (i, op) in old.ops.iter().enumerate() {
            if old.loop_start == Some(i as u32) {
                self.new.loop_start = Some(self.new.ops.len() as u32);
            }
            if !live[i] || op.code == Opcode::Const {
                continue;
            }
            let mut op = *op;
            match op.code.class() {
                Class::Call => {
                    let start = self.new.lists.len() as u32;
                    let operands: Vec<OpRef> = old.operands(&op).iter().map(|&r| self.name(r)).collect();
                    self.new.lists.extend(operands);
                    op.args[0] = OpRef(start);
                }
                _ => op.args = op.args.map(|r| self.name(r)),
            }
            if op.code.class() == Class::Guard {
                op.snapshot = self.snapshot(op.snapshot, &mut snapshots);
            }
            if op.code == Opcode::Param {
                let param = old.params[op.data as usize];
                op.data = self.new.params.len() as u64;
                let name = OpRef(self.new.ops.len() as u32);
                let (initial, next) = (self.name(param.initial), param.next);
                self.new.params.push(LoopParam { op: name, initial, next });
            }
            self.add(OpRef(i as u32), op);
        }
        if old.loop_start == Some(old.ops.len() as u32) {
            self.new.loop_start = Some(self.new.ops.len() as u32);
        }
        self.new.end = match &old.end {
            End::Exit(id) => End::Exit(self.snapshot(*id, &mut snapshots)),
            End::Jump { cell, slots, fallback } => End::Jump {
                cell: *cell,
                slots: slots.iter().map(|&(n, r)| (n, self.name(r))).collect(),
                fallback: self.snapshot(*fallback, &mut snapshots),
            },
            End::Enter { params, outer, fallback } => End::Enter {
                params: params.iter().map(|&r| self.name(r)).collect(),
                outer: outer.iter().map(|&r| self.name(r)).collect(),
                fallback: self.snapshot(*fallback, &mut snapshots),
            },
            End::Return(r) => End::Return(self.name(*r)),
            other => other.clone(),
        };
    }
    fn rest(&mut self) {
        for i in 0..self.new.params.len() {
            let next = self.name(self.new.params[i].next);
            self.new.params[i].next = next;
        }
        self.new.inputs.clone_from(&self.old.inputs);
    }
    fn snapshot(&mut self, id: SnapshotId, known: &mut [SnapshotId]) -> SnapshotId {
        let known = &mut known[id.0 as usize];
        if *known == SnapshotId::NONE {
            *known = SnapshotId(self.new.snapshots.len() as u32);
            let mut snapshot = self.old.snapshot(id).clone();
            for frame in &mut snapshot.frames {
                frame.slots.iter_mut().for_each(|(_, r)| *r = self.name(*r));
                frame.log.iter_mut().for_each(|entry| entry.op = self.name(entry.op));
            }
            for object in &mut snapshot.objects {
                object.op = self.name(object.op);
                object.words.iter_mut().for_each(|r| *r = self.name(*r));
            }
            for store in &mut snapshot.stores {
                (store.object, store.value) = (self.name(store.object), self.name(store.value));
            }
            self.new.snapshots.push(snapshot);
        }
        *known
    }
}
