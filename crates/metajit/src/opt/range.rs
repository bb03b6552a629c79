//! Bounds of integers: comparisons and overflow tests that the operands' intervals decide.
//!
//! Intervals come from the operations themselves (a length is not negative) and from guards (`guards`). That an unboxed
//! integer has 63 bits is used of arguments and results of calls only: in a loop's body the box of another word may be gone,
//! and the integer have grown (see `peel` on what a pass may know). Neighbours: `facts` (holds the intervals).

use super::facts::Range;
use super::{Ask, Optimizer, Step};
use crate::heap::{LayoutId, TailKind};
use crate::ir::{Known, OpRef, Opcode};
use crate::kind::Type;

/// Decides what the operands' intervals decide.
pub(super) fn visit(o: &mut Optimizer, ask: &Ask) -> Step {
    let of = |r: OpRef| if r.is_none() { Range::FULL } else { o.facts.of(r).range };
    let (a, b) = (of(ask.args[0]), of(ask.args[1]));
    let known = match ask.code {
        Opcode::IntLt if a.hi < b.lo => true,
        Opcode::IntLt if a.lo >= b.hi => false,
        Opcode::IntEq if a.disjoint(b) => false,
        // Both not negative: the signed comparison is the form that other facts are about.
        Opcode::IntULt if a.lo >= 0 && b.lo >= 0 => {
            return Step::Is(o.pure(Opcode::IntLt, &ask.args[..2]));
        }
        Opcode::IntAddOvf | Opcode::IntSubOvf | Opcode::IntMulOvf if exact(ask.code, a, b).is_some() => false,
        Opcode::IsSmallInt => match o.operand_of(ask.args[0], Opcode::BoxInt) {
            Some(x) if o.facts.of(x).range.within(Range::SMALL) => true,
            _ => return Step::Next,
        },
        // x & mask, where x has no bits outside of the mask
        Opcode::IntAnd if b.lo == b.hi && (b.lo.wrapping_add(1) & b.lo) == 0 && a.lo >= 0 && a.hi <= b.lo => {
            return Step::Is(ask.args[0]);
        }
        Opcode::IntFloorMod if a.lo >= 0 && a.hi < b.lo => return Step::Is(ask.args[0]),
        Opcode::IntFloorDiv if a.lo >= 0 && a.hi < b.lo => return Step::Is(o.int(0)),
        _ => return Step::Next,
    };
    Step::Is(o.bool(known))
}

/// The interval of a sum, difference or product that cannot overflow.
fn exact(code: Opcode, a: Range, b: Range) -> Option<Range> {
    let (lo, hi) = ends(code, a, b);
    Range::exact(lo, hi)
}

fn ends(code: Opcode, a: Range, b: Range) -> (i128, i128) {
    let (alo, ahi, blo, bhi) = (a.lo as i128, a.hi as i128, b.lo as i128, b.hi as i128);
    match code {
        Opcode::IntAdd | Opcode::IntAddOvf => (alo + blo, ahi + bhi),
        Opcode::IntSub | Opcode::IntSubOvf => (alo - bhi, ahi - blo),
        _ => {
            let products = [alo * blo, alo * bhi, ahi * blo, ahi * bhi];
            let lo = products.iter().copied().fold(i128::MAX, i128::min);
            (lo, products.iter().copied().fold(i128::MIN, i128::max))
        }
    }
}

/// Bounds that an operation gives its result.
pub(super) fn learn(o: &mut Optimizer, ask: &Ask, r: OpRef) {
    if ask.ty == Some(Type::Int) {
        let range = result(o, ask);
        o.facts.narrow(r, range);
    }
}

/// What is known of the operands of a pure operation: its `data`.
pub(super) fn known(o: &Optimizer, ask: &Ask) -> u64 {
    let is_natural = |i: usize| o.facts.of(ask.args[i]).range.lo >= 0;
    match ask.code {
        Opcode::IntAddOvf | Opcode::IntSubOvf => {
            let left = if is_natural(0) { Known::LEFT } else { 0 };
            left | if is_natural(1) { Known::RIGHT } else { 0 }
        }
        Opcode::BoxInt if o.facts.of(ask.args[0]).range.within(Range::SMALL) => Known::SMALL,
        _ => 0,
    }
}

fn result(o: &Optimizer, ask: &Ask) -> Range {
    let of = |i: usize| o.facts.of(o.resolve(ask.args[i])).range;
    match ask.code {
        Opcode::IntAdd | Opcode::IntSub | Opcode::IntMul => {
            let (a, b) = (of(0), of(1));
            match exact(ask.code, a, b) {
                Some(range) => range,
                None if o.facts.exact.contains(&(ask.code, ask.args[0], ask.args[1])) => {
                    let (lo, hi) = ends(ask.code, a, b);
                    Range::saturated(lo, hi)
                }
                None => Range::FULL,
            }
        }
        Opcode::IntAnd if of(1).lo >= 0 => Range { lo: 0, hi: of(1).hi },
        Opcode::IntAnd if of(0).lo >= 0 => Range { lo: 0, hi: of(0).hi },
        Opcode::IntOr | Opcode::IntXor if of(0).lo >= 0 && of(1).lo >= 0 => Range::NATURAL,
        Opcode::IntShr if of(0).lo >= 0 => Range { lo: 0, hi: of(0).hi },
        Opcode::IntFloorMod if of(1).lo > 0 => Range { lo: 0, hi: of(1).hi - 1 },
        Opcode::IntFloorDiv if of(0).lo >= 0 && of(1).lo > 0 => Range { lo: 0, hi: of(0).hi },
        // These words are the same in a loop's body.
        Opcode::UnboxInt if matches!(o.op(ask.args[0]).code, Opcode::Arg | Opcode::Call) => Range::SMALL,
        Opcode::BoolToInt => Range { lo: 0, hi: 1 },
        Opcode::LenOf | Opcode::LayoutOf => Range { lo: 0, hi: u32::MAX as i64 },
        Opcode::LoadItem if is_bytes(ask.data) => Range { lo: 0, hi: 255 },
        _ => Range::FULL,
    }
}

/// Whether the tail of that layout holds bytes: a store keeps the low 8 bits only.
pub(super) fn is_bytes(layout: u64) -> bool {
    LayoutId::from_bits(layout as u32).tail_kind() == Some(TailKind::Byte)
}
