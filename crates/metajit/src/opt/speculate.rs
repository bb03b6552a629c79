//! Integers that a loop takes to be small, because they were when it was recorded.
//!
//! Of what a slot holds when a loop is entered nothing is known, so whatever is computed from it may overflow. One test in
//! front of the loop is cheaper than one in each iteration. A loop that has been closed is searched for tests of
//! overflow and of signs. The values from which their operands come are tested at the end of the preamble,
//! as far as they were not negative (and what the loop does not change: small) while recording; then the loop is
//! closed once more, and the better one of the two is taken. That parameters keep what is taken for granted is verified as
//! for all assumptions of the header. A test that fails leaves at the header, and a bridge goes on from there.
//! Neighbours: `peel` (closes), `range` (profits), `record` (tells what it has seen).

use super::facts::Range;
use super::peel::{Header, Key};
use super::{Ask, Optimizer, range};
use crate::heap::Value;
use crate::ir::{Class, Known, OpRef, Opcode, SnapshotId, eval_pure};
use crate::kind::Type;
use rustc_hash::{FxHashMap, FxHashSet};

/// Values that were seen while recording: their bits.
pub(super) type Seen = FxHashMap<OpRef, u64>;

/// What an integer that the loop does not change is tested for: sums of products of such do not overflow.
const SMALL: Range = Range { lo: 0, hi: (1 << 31) - 1 };

/// What a parameter that the loop keeps bounded is tested for.
const BOUNDED: Range = Range { lo: 0, hi: u32::MAX as i64 };

/// How far back the computation of a value is followed.
const DEPTH: usize = 12;

/// What is worth a test in front of the loop.
#[derive(Debug, Default)]
pub(super) struct Wish {
    /// Values of the preamble that the loop does not change.
    pub fixed: Vec<OpRef>,
    /// Header parameters, by what they stand for.
    pub params: FxHashMap<Key, Range>,
}

impl Wish {
    pub fn is_empty(&self) -> bool {
        self.fixed.is_empty() && self.params.is_empty()
    }
}

impl Optimizer {
    /// The value had these bits while recording.
    pub fn was(&mut self, r: OpRef, bits: u64) {
        if !r.is_none() && matches!(self.type_of(r), Type::Int | Type::Value) {
            self.seen.insert(r, bits);
        }
    }
}

/// A loop that has been closed.
struct Search<'a> {
    o: &'a Optimizer,
    header: &'a Header,
    seen: &'a Seen,
    /// Number of the operations that have the same names in each attempt at closing.
    common: usize,
    visited: FxHashSet<OpRef>,
    /// Parameters to which the loop adds constants.
    counting: Vec<OpRef>,
    wish: Wish,
}

/// What would make the body of this loop better.
pub(super) fn wanted(o: &Optimizer, header: &Header, seen: &Seen, common: usize) -> Wish {
    let (visited, wish) = (FxHashSet::default(), Wish::default());
    let mut search = Search { o, header, seen, common, visited, counting: Vec::new(), wish };
    let start = o.trace.loop_start.map_or(o.len(), |start| start as usize);
    let body = &o.trace.ops[start..];
    for op in body {
        let [a, b, _] = op.args.map(|r| o.resolve(r));
        let constant = if b.is_none() { None } else { o.as_int(b) };
        match (op.code, constant) {
            // Counting up overflows at the other end.
            (Opcode::IntAddOvf, Some(0..)) if o.op(a).code == Opcode::Param => search.counting.push(a),
            // A sum that grows without bounds: one sign is all that can help.
            (Opcode::IntAddOvf, _) if op.data != 0 && (search.accumulates(a) || search.accumulates(b)) => {}
            (Opcode::IntAddOvf, _) if search.accumulates(a) => search.sign(b),
            (Opcode::IntAddOvf, _) if search.accumulates(b) => search.sign(a),
            (Opcode::IntSubOvf, _) if search.accumulates(a) => search.sign(b),
            (Opcode::IntAddOvf | Opcode::IntSubOvf | Opcode::IntMulOvf, _) => {
                search.visit(a, DEPTH);
                search.visit(b, DEPTH);
            }
            (Opcode::IntLt, Some(..=0)) => search.sign(a),
            _ => {}
        }
    }
    // What a parameter stays below bounds it.
    for op in body.iter().filter(|op| op.code == Opcode::IntLt) {
        let a = o.resolve(op.args[0]);
        if search.visited.contains(&a) || search.counting.contains(&a) {
            search.visit(op.args[1], DEPTH);
        }
    }
    search.wish
}

impl Search<'_> {
    /// Whether a value is a parameter to which the loop adds something that is not constant.
    fn accumulates(&self, r: OpRef) -> bool {
        let o = self.o;
        if o.op(r).code != Opcode::Param {
            return false;
        }
        let next = o.op(self.next(r));
        matches!(next.code, Opcode::IntAdd | Opcode::IntSub)
            && next.args[..2].iter().any(|&operand| o.resolve(operand) == r)
            && next.args[..2].iter().all(|&operand| o.is_constant(operand).is_none())
    }

    /// What comes round for a parameter.
    fn next(&self, param: OpRef) -> OpRef {
        self.o.resolve(self.o.trace.params[self.o.op(param).data as usize].next)
    }

    /// A value of which only the sign matters.
    fn sign(&mut self, r: OpRef) {
        if self.o.op(r).code == Opcode::Param { self.param(r) } else { self.visit(r, DEPTH) }
    }

    /// Follows a value to what it comes from.
    fn visit(&mut self, r: OpRef, depth: usize) {
        let (o, r) = (self.o, self.o.resolve(r));
        let op = o.op(r);
        if depth == 0 || op.code == Opcode::Const || !self.visited.insert(r) {
            return;
        }
        let is_before = o.trace.loop_start.is_some_and(|start| r.0 < start);
        match op.code {
            Opcode::Param => self.param(r),
            Opcode::IntAdd | Opcode::IntSub | Opcode::IntMul | Opcode::IntFloorDiv | Opcode::IntShr => {
                self.visit(op.args[0], depth - 1);
                self.visit(op.args[1], depth - 1);
            }
            _ if is_before
                && r.index() < self.common
                && !o.facts.of(r).range.within(SMALL)
                && self.was(r, SMALL) =>
            {
                self.wish.fixed.push(r);
            }
            _ => {}
        }
    }

    /// A parameter is worth a test if it counts, or if what comes round is not negative.
    fn param(&mut self, r: OpRef) {
        let o = self.o;
        if o.facts.of(r).range.lo >= 0 {
            return;
        }
        let next = self.next(r);
        let range = o.facts.of(next).range;
        let op = o.op(next);
        let counts = matches!(op.code, Opcode::IntAdd | Opcode::IntSub)
            && op.args[..2].iter().any(|&operand| o.resolve(operand) == r);
        let taken = match range {
            _ if range.within(BOUNDED) => BOUNDED,
            _ if counts || range.lo >= 0 => Range::NATURAL,
            _ => return,
        };
        let Some(leaf) = self.header.leaves.iter().find(|leaf| leaf.param == r) else { return };
        if self.was(leaf.initial, taken) {
            self.wish.params.insert(leaf.key, taken);
        }
    }

    fn was(&self, r: OpRef, range: Range) -> bool {
        value_seen(self.o, self.seen, r, DEPTH).is_some_and(|x| Range::exactly(x).within(range))
    }
}

/// The integer that a value was while recording.
fn value_seen(o: &Optimizer, seen: &Seen, r: OpRef, depth: usize) -> Option<i64> {
    let r = o.resolve(r);
    if let Some(bits) = o.trace.constant(r).or_else(|| seen.get(&r).copied()) {
        let word = Value::from_bits(bits);
        return match o.type_of(r) {
            Type::Int => Some(bits as i64),
            Type::Value if word.is_small_int() => Some(word.small_int_unchecked()),
            _ => None,
        };
    }
    let op = o.op(r);
    match op.code {
        _ if depth == 0 => None,
        Opcode::UnboxInt | Opcode::BoxInt => value_seen(o, seen, op.args[0], depth - 1),
        Opcode::IntAdd | Opcode::IntSub | Opcode::IntMul | Opcode::IntAnd => {
            let x = value_seen(o, seen, op.args[0], depth - 1)?;
            let y = value_seen(o, seen, op.args[1], depth - 1)?;
            eval_pure(op.code, &[x as u64, y as u64]).map(|bits| bits as i64)
        }
        _ => None,
    }
}

/// Tests what is wished, at the end of the preamble; `state` describes the state there.
pub(super) fn test(
    o: &mut Optimizer,
    header: &Header,
    wish: &Wish,
    state: &mut dyn FnMut(&mut Optimizer) -> SnapshotId,
) {
    // Nothing of the state changes between the tests.
    let mut described = None;
    let mut state = |o: &mut Optimizer| *described.get_or_insert_with(|| state(o));
    for &r in &wish.fixed {
        require(o, r, SMALL, &mut state);
    }
    for leaf in header.leaves.iter().filter(|leaf| leaf.value.is_none()) {
        if let Some(&range) = wish.params.get(&leaf.key)
            && o.type_of(leaf.initial) == Type::Int
        {
            require(o, leaf.initial, range, &mut state);
        }
    }
    refresh(o);
}

/// A guard on an integer that is to lie in `range`, which begins with 0.
fn require(o: &mut Optimizer, r: OpRef, range: Range, state: &mut dyn FnMut(&mut Optimizer) -> SnapshotId) {
    let r = o.resolve(r);
    if o.facts.of(r).range.within(range) {
        return;
    }
    if range.hi == i64::MAX {
        let zero = o.int(0);
        let below = o.pure(Opcode::IntLt, &[r, zero]);
        o.guard(below, false, |o| state(o));
    } else {
        let bound = o.int(range.hi + 1);
        let fits = o.pure(Opcode::IntULt, &[r, bound]);
        o.guard(fits, true, |o| state(o));
    }
}

/// Narrows what has been computed from values of which more is known since.
fn refresh(o: &mut Optimizer) {
    for i in 0..o.len() as u32 {
        let op = *o.op(OpRef(i));
        if op.code.class() == Class::Pure && op.ty == Some(Type::Int) {
            let known = Ask { code: op.code, ty: op.ty, args: op.args, data: 0 };
            range::learn(o, &known, OpRef(i));
        }
    }
}

/// What a body costs, in about instructions: tests of overflow of which the signs are unknown take more.
pub(super) fn cost(o: &Optimizer) -> usize {
    let start = o.trace.loop_start.map_or(o.len(), |start| start as usize);
    let cost = o.trace.ops[start..].iter().map(|op| match op.code {
        Opcode::IntAddOvf | Opcode::IntSubOvf if op.data & (Known::LEFT | Known::RIGHT) == 0 => 3,
        Opcode::IntMulOvf => 4,
        Opcode::Param | Opcode::Const => 0,
        _ => 1,
    });
    cost.sum()
}
