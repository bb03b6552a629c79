//! Snapshots: resolves the names in them and describes the virtual objects that they reach.
//!
//! A snapshot is described with the heap as of the guard, so a virtual object's fields are simply its current
//! ones, and an object reached twice is described once. Words lose their boxes: an exit passes the number and
//! boxes it when it writes the slot. Neighbours: `virtuals`, `resume` (reads snapshots).

use super::Optimizer;
use crate::ir::{OpRef, Opcode, Snapshot, SnapshotId, VirtualObject};

/// What a word was made from, if that is known: the number or object behind the box.
pub(super) fn strip(o: &Optimizer, r: OpRef) -> OpRef {
    let op = o.op(r);
    match op.code {
        Opcode::BoxInt | Opcode::BoxFloat | Opcode::BoxRef => o.resolve(op.args[0]),
        _ => r,
    }
}

impl Optimizer {
    /// Adds a snapshot. The names in it are as the caller has them; `objects` is filled in here.
    pub fn snapshot(&mut self, snapshot: Snapshot) -> SnapshotId {
        let id = SnapshotId(self.trace.snapshots.len() as u32);
        if !self.tape.closed {
            self.tape.snapshots.push(snapshot.clone());
        }
        let described = self.describe(snapshot);
        self.trace.snapshots.push(described);
        id
    }

    fn describe(&self, mut snapshot: Snapshot) -> Snapshot {
        let mut objects = Vec::new();
        for frame in &mut snapshot.frames {
            for (_, r) in &mut frame.slots {
                *r = self.mention(*r, &mut objects);
            }
            for entry in &mut frame.log {
                entry.op = self.mention(entry.op, &mut objects);
            }
        }
        let mut done = 0;
        snapshot.objects.clear();
        snapshot.stores.clear();
        while let Some(&r) = objects.get(done) {
            done += 1;
            let object = self.objects.get(r);
            let words = object.words.iter().map(|&w| self.mention(w, &mut objects)).collect();
            let (layout, len) = (object.layout.bits(), object.len);
            snapshot.objects.push(VirtualObject { op: r, layout, len, words });
        }
        snapshot
    }
    /// The name by which an exit passes the value, adding it to `objects` if it is virtual.
    fn mention(&self, r: OpRef, objects: &mut Vec<OpRef>) -> OpRef {
        if r.is_none() {
            return r;
        }
        let r = strip(self, self.resolve(r));
        if self.objects.is_virtual(r) {
            if !objects.contains(&r) {
                objects.push(r);
            }
            return r;
        }
        self.objects.real_name(r)
    }
}
