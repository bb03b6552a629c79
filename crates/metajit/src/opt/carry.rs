//! What a bridge knows from the start: facts of the trace that it continues.
//!
//! The operations up to the exit are asked for once more in a scratch optimiser, which then knows what held there. What the
//! bridge can name (the exit's values, slots in memory, and whatever is computed or still can be loaded from them) it is
//! told about. Operations emitted for that and not used in the end are dead and vanish in `finish`.
//! Neighbours: `resume` (names the exit's values), `enter` (profits most).

use super::Optimizer;
use super::facts::Fact;
use super::header::{Leaf, LoopHeader};
use super::heap::{self, Written};
use crate::helper;
use crate::ir::{Class, OpRef, Opcode, SnapshotId, Trace};
use crate::kind::Type;
use rustc_hash::FxHashMap;

/// The state of a trace at one of its exits.
struct Past<'a> {
    trace: &'a Trace,
    o: Optimizer,
    /// The scratch optimiser's names of the trace's operations, up to the exit.
    names: Vec<OpRef>,
}

impl Optimizer {
    /// Tells this (empty) bridge what is known at the exit `snapshot` of `trace`, whose values are its inputs in the
    /// order of [`Trace::exit_values`]. `header` is that of the trace's loop, if it has one; `failed` says that the exit is
    /// taken only when its guard's condition does not hold.
    pub fn carry_over(
        &mut self,
        trace: &Trace,
        header: Option<&LoopHeader>,
        snapshot: SnapshotId,
        failed: bool,
    ) {
        self.tape.closed = true;
        let Some(past) = Past::until(trace, header, snapshot, failed) else { return };
        let known = past.bring_to(self, snapshot);
        past.bring_memory(self, &known);
        self.limit += self.len();
    }

    /// A value is known to have these facts, and to be this constant.
    fn told(&mut self, r: OpRef, fact: Fact, constant: Option<(Type, u64)>) {
        let r = self.resolve(r);
        if self.trace.constant(r).is_some() {
            return;
        }
        if let Some((ty, bits)) = constant {
            let constant = self.constant(ty, bits);
            self.facts.set_equal(r, constant);
            return;
        }
        self.facts.narrow(r, fact.range);
        if fact.nonnull {
            self.facts.set_nonnull(r);
        }
        if let (Some(form), Type::Value) = (fact.form, self.type_of(r)) {
            self.facts.set_form(r, form);
        }
    }
}

impl<'a> Past<'a> {
    /// Asks for everything up to the exit. `None` if the trace does not leave there by a guard.
    fn until(
        trace: &'a Trace,
        header: Option<&LoopHeader>,
        exit: SnapshotId,
        failed: bool,
    ) -> Option<Past<'a>> {
        let leaves = |i: &usize| trace.ops[*i].code.class() == Class::Guard && trace.ops[*i].snapshot == exit;
        let first = (0..trace.ops.len()).find(leaves)?;
        let last = (0..trace.ops.len()).rev().find(leaves)?;
        let mut o = Optimizer::new(usize::MAX / 2);
        o.tape.closed = true;
        let mut past = Past { trace, o, names: Vec::with_capacity(first) };
        for i in 0..first {
            if trace.loop_start == Some(i as u32) {
                past.enter_loop(i);
            }
            let name = past.ask(i, header);
            past.names.push(name);
        }
        if first == last && failed {
            // The only way to this exit is that the guard has failed.
            let guard = &trace.ops[first];
            let condition = past.name(guard.args[0]);
            if past.o.trace.constant(condition).is_none() {
                super::guards::learn(&mut past.o, condition, guard.code == Opcode::GuardFalse);
            }
        }
        // Guards that share the exit have no effect that counts between them, but objects that are new may be written.
        let mut written = Written::default();
        trace.ops[first..last].iter().for_each(|op| written.add(op));
        heap::forget(&mut past.o, &written);
        Some(past)
    }

    fn enter_loop(&mut self, start: usize) {
        let mut written = Written::default();
        for op in &self.trace.ops[start..] {
            written.add(op);
            if op.code.class() == Class::Guard {
                let stores = &self.trace.snapshot(op.snapshot).stores;
                stores.iter().for_each(|store| written.add_word(store.word));
            }
        }
        heap::enter_loop(&mut self.o, &written);
    }

    fn name(&self, r: OpRef) -> OpRef {
        self.o.resolve(self.names[r.index()])
    }

    /// Asks for operation `i`; gives its name.
    fn ask(&mut self, i: usize, header: Option<&LoopHeader>) -> OpRef {
        let op = &self.trace.ops[i];
        let operands: Vec<OpRef> = self.trace.operands(op).iter().map(|&r| self.name(r)).collect();
        let o = &mut self.o;
        match op.code {
            Opcode::Const => o.constant(op.ty.expect("a constant has a type"), op.data),
            Opcode::Slot => o.slot(op.data as u32),
            Opcode::Arg => o.arg(op.data as u32),
            Opcode::SlotAddress => o.slot_address(op.data as u32),
            Opcode::Input => o.input(op.data as u32, op.ty.expect("an input has a type")),
            Opcode::Virtual => OpRef::NONE,
            Opcode::Param => {
                let r = o.push(op.code, op.ty, [OpRef::NONE; 3], op.data, SnapshotId::NONE);
                let leaves = header.map_or(&[][..], |header| &header.leaves);
                for leaf in leaves {
                    if let Leaf::Param(n, assumed) = *leaf
                        && n as u64 == op.data
                    {
                        o.assume_of_param(r, assumed);
                    }
                }
                r
            }
            // What the trace allocates exists.
            Opcode::Alloc => {
                let r = o.push(op.code, op.ty, op.args, op.data, SnapshotId::NONE);
                o.facts.set_nonnull(r);
                r
            }
            Opcode::Call => o.call(helper::of(op.data), &operands),
            Opcode::GuardTrue | Opcode::GuardFalse => {
                o.guard(operands[0], op.code == Opcode::GuardTrue, |_| SnapshotId::NONE);
                OpRef::NONE
            }
            _ => o.ask(op.code, op.ty, &operands, op.data),
        }
    }

    /// Names in the bridge what it can name, with facts; gives the names by those of the scratch optimiser.
    fn bring_to(&self, o: &mut Optimizer, exit: SnapshotId) -> FxHashMap<OpRef, OpRef> {
        let trace = self.trace;
        let mut names = vec![OpRef::NONE; self.names.len()];
        for (i, r) in trace.exit_values(exit).into_iter().enumerate() {
            // A value computed between guards that share the exit is not known here.
            if let Some(name) = names.get_mut(r.index()) {
                *name = o.input(i as u32, trace.type_of(r));
            }
        }
        let written = trace.snapshot(exit).frames.first().map_or(&[][..], |frame| &frame.slots);
        let mut known = FxHashMap::default();
        for (i, &past) in self.names.iter().enumerate() {
            let op = &trace.ops[i];
            if past.is_none() {
                continue;
            }
            if names[i].is_none() {
                let operands: Vec<OpRef> = match op.code.class() {
                    Class::Pure | Class::Load => {
                        trace.operands(op).iter().map(|r| names[r.index()]).collect()
                    }
                    _ => Vec::new(),
                };
                let is_named = operands.iter().all(|r| !r.is_none());
                names[i] = match op.code {
                    Opcode::Const => o.constant(trace.type_of(OpRef(i as u32)), op.data),
                    Opcode::Slot if written.iter().all(|s| s.0 as u64 != op.data) => o.slot(op.data as u32),
                    Opcode::SlotAddress => o.slot_address(op.data as u32),
                    Opcode::Load | Opcode::LoadItem if is_named && self.is_current(i, past) => {
                        o.ask(op.code, op.ty, &operands, op.data)
                    }
                    code if code.class() == Class::Pure && is_named => o.ask(code, op.ty, &operands, op.data),
                    _ => continue,
                };
            }
            let best = self.o.resolve(past);
            let constant = self.o.trace.constant(best).map(|bits| (self.o.type_of(best), bits));
            o.told(names[i], self.o.facts.of(best), constant);
            known.entry(best).or_insert(names[i]);
        }
        known
    }

    /// Whether a load, if it were done at the exit, would give the same value.
    fn is_current(&self, i: usize, past: OpRef) -> bool {
        let op = &self.trace.ops[i];
        let place = |k: usize| if op.args[k].is_none() { OpRef::NONE } else { self.name(op.args[k]) };
        let word = heap::word_of(op, place(0), place(1));
        heap::known(&self.o, word) == Some(self.o.resolve(past))
    }

    /// Tells the bridge what words in memory hold.
    fn bring_memory(&self, o: &mut Optimizer, known: &FxHashMap<OpRef, OpRef>) {
        let named = |r: OpRef| if r.is_none() { Some(r) } else { known.get(&self.o.resolve(r)).copied() };
        for ((key, place), value) in heap::all_known(&self.o) {
            if let (Some(object), Some(index), Some(value)) = (named(place.0), named(place.1), named(value)) {
                let place = (o.resolve(object), if index.is_none() { index } else { o.resolve(index) });
                let value = o.resolve(value);
                if heap::known(o, (key, place)).is_none() {
                    heap::know(o, (key, place), value);
                }
            }
        }
    }
}
