//! Ends a bridge by entering its root's loop in registers.
//!
//! What the loop does not change is computed anew behind the bridge: most of it folds away, as the bridge knows
//! what its exit knew (`carry`). The header's parameters get what the bridge's slots, objects and memory
//! hold; what the loop takes for granted about them is checked where the bridge does not know it. Slots that the
//! bridge has written and the loop does not know of go to memory, where the loop's exits rely on them.
//! Neighbours: `peel` and `header` (what is asked), `driver::region` (compiles both together).

use super::header::{Assumed, Leaf, LoopHeader, MemoryLeaf, Shape};
use super::{Optimizer, fold, heap, snapshot, virtuals};
use crate::helper;
use crate::ir::{Class, End, OpRef, Opcode, SnapshotId, Trace};
use crate::kind::Type;

/// Describes the state at the end of the bridge, where the loop's header is.
type State<'a> = &'a mut dyn FnMut(&mut Optimizer) -> SnapshotId;

/// Which objects of a bridge may stand for those of the header.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Pairing {
    /// Each for one.
    #[default]
    OneToOne,
    /// Wrong, for tests: one may stand for several.
    OneForMany,
    /// Wrong, for tests: several may stand for one.
    ManyForOne,
}

/// One entering under way.
struct Entering<'a> {
    pairing: Pairing,
    o: Optimizer,
    root: &'a Trace,
    header: &'a LoopHeader,
    /// The values of the root frame's slots, as words, as far as memory does not have them.
    slots: &'a [(u32, OpRef)],
    state: State<'a>,
    /// The names here of the root's operations; `NONE` for those that differ in each iteration.
    names: Vec<OpRef>,
}

impl Optimizer {
    /// The bridge recorded so far, ended by entering the loop of `root`; `slots` as in [`End::Jump`], but as words.
    /// `None` if the bridge's end does not fit the header.
    pub fn enter(
        mut self,
        root: &Trace,
        header: &LoopHeader,
        slots: &[(u32, OpRef)],
        pairing: Pairing,
        state: State<'_>,
    ) -> Option<Trace> {
        let start = root.loop_start? as usize;
        self.tape.closed = true;
        let names = vec![OpRef::NONE; start];
        let mut entering = Entering { pairing, o: self, root, header, slots, state, names };
        entering.invariants()?;
        let (pairs, next) = entering.pair_up()?;
        let params = entering.params(&next)?;
        let outer: Vec<OpRef> = root.loop_inputs().into_iter().map(|r| entering.name(r)).collect();
        if outer.iter().any(|r| r.is_none()) {
            return None;
        }
        let Entering { mut o, slots, state, .. } = entering;
        let outgoing: Vec<OpRef> = params.iter().chain(&outer).map(|&r| o.forced(r)).collect();
        for &(slot, value) in slots.iter().filter(|s| header.slots.iter().all(|known| known.0 != s.0)) {
            o.store_slot(slot, value);
        }
        if pairs.iter().any(|&object| !o.objects.is_virtual(object)) {
            // What has been made real for a parameter or a slot must not be made once more by the loop's exits.
            return None;
        }
        let fallback = state(&mut o);
        let (params, outer) = outgoing.split_at(params.len());
        let end = End::Enter { params: params.to_vec(), outer: outer.to_vec(), fallback };
        (!o.contradiction).then(|| o.end(end))
    }
}

impl Entering<'_> {
    /// The name here of a value of the preamble; `NONE` if there is none.
    fn name(&mut self, r: OpRef) -> OpRef {
        if r.is_none() {
            return r;
        }
        let op = self.root.op(r);
        match op.code {
            Opcode::Const => self.o.constant(self.root.type_of(r), op.data),
            _ => self.names.get(r.index()).copied().unwrap_or(OpRef::NONE),
        }
    }

    /// Computes what the loop does not change, and checks what its preamble has checked, in the preamble's order: what
    /// follows a check may rely on it.
    fn invariants(&mut self) -> Option<()> {
        let header = self.header;
        let mut known = header.invariants.iter().peekable();
        for (i, op) in self.root.ops.iter().enumerate().take(self.names.len()) {
            let r = OpRef(i as u32);
            if let Some(&(_, fact)) = known.next_if(|(invariant, _)| *invariant == r) {
                let name = self.ask(r)?;
                self.names[i] = name;
                self.require(name, Assumed { nonnull: fact.nonnull, range: fact.range, layout: None })?;
            }
            let expected = op.code == Opcode::GuardTrue;
            if op.code.class() == Class::Guard && header.guards.contains(&(op.args[0], expected)) {
                let condition = self.name(op.args[0]);
                if condition.is_none() {
                    return None;
                }
                self.guard(condition, expected)?;
            }
        }
        if header.assumes {
            let invalidated = self.o.invalidated();
            self.guard(invalidated, false)?;
        }
        Some(())
    }
    /// Asks for one of the preamble's operations; `None` if its operands have no names here.
    fn ask(&mut self, r: OpRef) -> Option<OpRef> {
        let root = self.root;
        let op = root.op(r);
        match op.code {
            Opcode::Const => return Some(self.name(r)),
            Opcode::Slot => return Some(self.slot(op.data as u32)),
            Opcode::SlotAddress => return Some(self.o.slot_address(op.data as u32)),
            _ => {}
        }
        let operands: Vec<OpRef> = root.operands(op).iter().map(|&r| self.name(r)).collect();
        if operands.iter().any(|r| r.is_none()) {
            return None;
        }
        Some(match op.code {
            Opcode::Call => self.o.call(helper::of(op.data), &operands),
            _ => self.o.ask(op.code, op.ty, &operands, op.data),
        })
    }
    fn slot(&mut self, slot: u32) -> OpRef {
        match self.slots.iter().find(|s| s.0 == slot) {
            Some(&(_, r)) => r,
            None => self.o.slot(slot),
        }
    }

    /// A guard at the header. `None` if it is known to fail.
    fn guard(&mut self, condition: OpRef, expected: bool) -> Option<()> {
        self.o.guard(condition, expected, |o| (self.state)(o));
        (!self.o.contradiction).then_some(())
    }
    /// Checks what is not known to hold of a value.
    fn require(&mut self, r: OpRef, assumed: Assumed) -> Option<()> {
        let r = self.o.resolve(r);
        let ty = self.o.type_of(r);
        if assumed.nonnull && !fold::is_nonnull(&self.o, r) && matches!(ty, Type::Ref | Type::Value) {
            let null = self.o.constant(ty, 0);
            let code = if ty == Type::Ref { Opcode::RefEq } else { Opcode::ValueEq };
            let is_null = self.o.pure(code, &[r, null]);
            self.guard(is_null, false)?;
        }
        if ty == Type::Int {
            let known = self.o.facts.of(r).range;
            if known.lo < assumed.range.lo {
                let bound = self.o.int(assumed.range.lo);
                let below = self.o.pure(Opcode::IntLt, &[r, bound]);
                self.guard(below, false)?;
            }
            if known.hi > assumed.range.hi {
                let bound = self.o.int(assumed.range.hi);
                let above = self.o.pure(Opcode::IntLt, &[bound, r]);
                self.guard(above, false)?;
            }
        }
        if let Some(layout) = assumed.layout
            && self.o.known_layout(r) != Some(layout)
        {
            let own = self.o.pure(Opcode::LayoutOf, &[r]);
            let layout = self.o.int(layout);
            let same = self.o.pure(Opcode::IntEq, &[own, layout]);
            self.guard(same, true)?;
        }
        Some(())
    }

    /// Pairs the header's objects, one to one, with the bridge's; gives those and the value at each leaf.
    fn pair_up(&mut self) -> Option<(Vec<OpRef>, Vec<OpRef>)> {
        let header = self.header;
        let mut next = vec![OpRef::NONE; header.leaves.len()];
        let mut pairs = vec![OpRef::NONE; header.objects.len()];
        let mut todo: Vec<(Shape, OpRef)> = Vec::new();
        for &(slot, shape) in header.slots.iter().rev() {
            todo.push((shape, self.slot(slot)));
        }
        while let Some((shape, r)) = todo.pop() {
            let i = match shape {
                Shape::Leaf(i) => {
                    next[i] = r;
                    continue;
                }
                Shape::Object(i) => i,
                Shape::Zero => continue,
            };
            let object = &header.objects[i];
            let r = snapshot::strip(&self.o, self.o.resolve(r));
            if pairs[i] == r || self.pairing == Pairing::ManyForOne && !pairs[i].is_none() {
                continue;
            }
            let taken = pairs.contains(&r) && self.pairing != Pairing::OneForMany;
            if !pairs[i].is_none() || taken || !self.o.objects.is_virtual(r) {
                return None;
            }
            let own = self.o.objects.get(r);
            if (own.layout, own.len) != (object.layout, object.len) {
                return None;
            }
            pairs[i] = r;
            for (k, &shape) in object.words.iter().enumerate() {
                match (self.o.word(r, object.layout, k), shape) {
                    (None, Shape::Zero) => {}
                    (None, _) | (_, Shape::Zero) => return None,
                    (Some(word), _) => todo.push((shape, word)),
                }
            }
        }
        for &memory in &header.memory {
            next[memory.leaf] = self.read(memory)?;
        }
        Some((pairs, next))
    }
    /// What a word in memory holds.
    fn read(&mut self, memory: MemoryLeaf) -> Option<OpRef> {
        let (key, (object, index)) = memory.word;
        let (object, index) = (self.name(object), self.name(index));
        if object.is_none() || index.is_none() != memory.word.1.1.is_none() {
            return None;
        }
        let (code, data) = heap::load_of(key);
        let operands = [object, index];
        let operands = if index.is_none() { &operands[..1] } else { &operands[..] };
        Some(self.o.ask(code, Some(memory.ty), operands, data))
    }

    /// What the header's parameters get, from the values at its leaves.
    fn params(&mut self, next: &[OpRef]) -> Option<Vec<OpRef>> {
        let mut params = vec![OpRef::NONE; self.root.params.len()];
        for (leaf, &value) in self.header.leaves.iter().zip(next) {
            let value = self.o.resolve(value);
            match *leaf {
                Leaf::Unread => {}
                Leaf::Constant(ty, bits) => {
                    let value = snapshot::strip(&self.o, value);
                    if self.o.trace.constant(value) != Some(bits) || self.o.type_of(value) != ty {
                        return None;
                    }
                }
                Leaf::Invariant(r) => {
                    let name = self.name(r);
                    let same = |a: OpRef, b: OpRef| self.o.resolve(a) == self.o.resolve(b);
                    if name.is_none() || !same(snapshot::strip(&self.o, value), name) {
                        return None;
                    }
                }
                Leaf::Param(n, assumed) => {
                    let value = self.unboxed(value, self.root.type_of(self.root.params[n].op))?;
                    self.require(value, assumed)?;
                    // Leaves that share a parameter must agree.
                    let known = std::mem::replace(&mut params[n], value);
                    if !known.is_none() && known != value {
                        return None;
                    }
                }
            }
        }
        params.iter().all(|r| !r.is_none()).then_some(params)
    }
    /// The value as a parameter of that type gets it, checked if its form is not known.
    fn unboxed(&mut self, r: OpRef, ty: Type) -> Option<OpRef> {
        if let Some(known) = self.o.unboxed(r, ty) {
            return Some(self.o.resolve(known));
        }
        if self.o.type_of(r) != Type::Value {
            return None;
        }
        let (test, unboxing) = match ty {
            Type::Int => (Opcode::IsSmallInt, Opcode::UnboxInt),
            Type::Float => (Opcode::IsImmediateFloat, Opcode::UnboxFloat),
            Type::Ref => (Opcode::IsRef, Opcode::UnboxRef),
            Type::Value | Type::Bool => return None,
        };
        if self.o.is_virtual(r) && ty != Type::Ref {
            return None;
        }
        let fits = self.o.pure(test, &[r]);
        self.guard(fits, true)?;
        let value = self.o.pure(unboxing, &[r]);
        virtuals::escape(&mut self.o, value);
        Some(self.o.resolve(value))
    }
}
