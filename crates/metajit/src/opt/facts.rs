//! What is known about values: the only thing that passes share.
//!
//! Every operation has one [`Fact`]. Facts only grow stronger, and each holds from where it was learnt to the
//! end of the trace (a value of the preamble does not change while the loop runs). Neighbours: all passes.

use crate::heap::value::{SMALL_INT_MAX, SMALL_INT_MIN};
use crate::ir::{OpRef, Opcode};
use rustc_hash::FxHashSet;

/// Which of the three forms a tagged word has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// An integer in the word.
    SmallInt,
    /// A float in the word.
    Float,
    /// A pointer to an object, not null.
    Object,
}

/// An interval of integers, both ends included; empty on paths that are never taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Range {
    /// Smallest possible value.
    pub lo: i64,
    /// Largest possible value.
    pub hi: i64,
}

impl Range {
    /// Any integer.
    pub const FULL: Range = Range { lo: i64::MIN, hi: i64::MAX };
    /// What fits in a tagged word.
    pub const SMALL: Range = Range { lo: SMALL_INT_MIN, hi: SMALL_INT_MAX };
    /// Not negative.
    pub const NATURAL: Range = Range { lo: 0, hi: i64::MAX };

    /// The interval of one integer.
    pub fn exactly(k: i64) -> Range {
        Range { lo: k, hi: k }
    }
    /// The common part.
    pub fn meet(self, other: Range) -> Range {
        Range { lo: self.lo.max(other.lo), hi: self.hi.min(other.hi) }
    }
    /// Whether all of it lies in `other`.
    pub fn within(self, other: Range) -> bool {
        self.lo >= other.lo && self.hi <= other.hi
    }
    /// Whether no integer lies in both.
    pub fn disjoint(self, other: Range) -> bool {
        self.hi < other.lo || other.hi < self.lo
    }
    /// From exact ends; `None` when they leave 64 bits.
    pub fn exact(lo: i128, hi: i128) -> Option<Range> {
        Some(Range { lo: i64::try_from(lo).ok()?, hi: i64::try_from(hi).ok()? })
    }
    /// From exact ends, cut to 64 bits: for results that are known not to overflow.
    pub fn saturated(lo: i128, hi: i128) -> Range {
        let cut = |x: i128| x.clamp(i64::MIN as i128, i64::MAX as i128) as i64;
        Range { lo: cut(lo), hi: cut(hi) }
    }
}

/// What is known about one value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fact {
    /// Another name of the same value, which is used instead; `NONE` if there is none.
    equal: OpRef,
    /// The form of a `Value`.
    pub form: Option<Form>,
    /// A pointer or word that is not null.
    pub nonnull: bool,
    /// Bounds of an `Int`.
    pub range: Range,
}

impl Fact {
    const NOTHING: Fact = Fact { equal: OpRef::NONE, form: None, nonnull: false, range: Range::FULL };
}

/// What is known about all values.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    of: Vec<Fact>,
    /// Additions, subtractions and multiplications that a guard has shown not to overflow.
    pub exact: FxHashSet<(Opcode, OpRef, OpRef)>,
}

impl Facts {
    /// Makes room for one more operation, of which nothing is known.
    pub fn grow(&mut self) {
        self.of.push(Fact::NOTHING);
    }
    /// The best name of a value.
    pub fn resolve(&self, mut r: OpRef) -> OpRef {
        while !r.is_none() {
            let next = self.of[r.index()].equal;
            if next.is_none() {
                return r;
            }
            r = next;
        }
        r
    }
    /// From now on `better` is used for `r`. Both are best names already.
    pub fn set_equal(&mut self, r: OpRef, better: OpRef) {
        debug_assert!(self.resolve(better) == better, "not the best name");
        if r != better {
            self.of[r.index()].equal = better;
        }
    }
    /// What is known about a value.
    pub fn of(&self, r: OpRef) -> Fact {
        self.of[r.index()]
    }
    /// The word has this form.
    pub fn set_form(&mut self, r: OpRef, form: Form) {
        self.of[r.index()].form = Some(form);
    }
    /// The pointer or word is not null.
    pub fn set_nonnull(&mut self, r: OpRef) {
        self.of[r.index()].nonnull = true;
    }
    /// The integer lies in `range`, too.
    pub fn narrow(&mut self, r: OpRef, range: Range) {
        let fact = &mut self.of[r.index()];
        fact.range = fact.range.meet(range);
    }
}
