//! What the header of a closed loop asks of those who enter it from elsewhere than its own preamble.
//!
//! The body was optimised for what its preamble had established: values in registers, objects without memory,
//! facts about what the loop does not change. A bridge that comes round to the header has to bring all of
//! that (`enter`). Neighbours: `peel` (makes the header), `finish` (gives names their final form).

use super::Optimizer;
use super::facts::{Fact, Range};
use super::heap::Word;
use crate::heap::LayoutId;
use crate::ir::{OpRef, Opcode, Trace};
use crate::kind::Type;
use rustc_hash::FxHashSet;

/// A closed loop.
#[derive(Debug)]
pub struct Closed {
    /// The preamble, the header and the body.
    pub trace: Trace,
    /// What the header asks for; `None` if it cannot be entered from elsewhere.
    pub header: Option<LoopHeader>,
}

/// A node of the header's graph.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// A leaf, by index.
    Leaf(usize),
    /// A virtual object, by index.
    Object(usize),
    /// A word that is zero and of unknown type.
    Zero,
}

/// Facts that a header parameter has whenever the loop comes round.
#[derive(Clone, Copy, Debug)]
pub(super) struct Assumed {
    pub nonnull: bool,
    pub range: Range,
    pub layout: Option<i64>,
}

impl Assumed {
    pub const NOTHING: Assumed = Assumed { nonnull: false, range: Range::FULL, layout: None };
}

/// What stands at a leaf.
#[derive(Clone, Copy, Debug)]
pub(super) enum Leaf {
    /// The header's parameter of that number, which has these facts.
    Param(usize, Assumed),
    /// A parameter that nobody reads.
    Unread,
    /// This constant.
    Constant(Type, u64),
    /// A value of the preamble that the loop does not change.
    Invariant(OpRef),
}

/// A virtual object at the header.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub layout: LayoutId,
    pub len: u32,
    pub words: Vec<Shape>,
}

/// A word in memory that the body has in a register.
#[derive(Clone, Copy, Debug)]
pub(super) struct MemoryLeaf {
    pub word: Word,
    pub ty: Type,
    pub leaf: usize,
}

/// See the module's documentation. Names are the closed trace's.
#[derive(Debug)]
pub struct LoopHeader {
    /// The slots that the loop writes.
    pub(super) slots: Vec<(u32, Shape)>,
    pub(super) objects: Vec<Object>,
    pub(super) leaves: Vec<Leaf>,
    pub(super) memory: Vec<MemoryLeaf>,
    /// The values that the loop does not change, in order, with what is known of them at the header.
    pub(super) invariants: Vec<(OpRef, Fact)>,
    /// The preamble's guards on them.
    pub(super) guards: FxHashSet<(OpRef, bool)>,
    /// Whether the loop relies on an assumption.
    pub(super) assumes: bool,
}

impl LoopHeader {
    /// The constants that are compared with, by type and bits.
    pub fn constants(&self) -> impl Iterator<Item = (Type, u64)> {
        self.leaves.iter().filter_map(|leaf| match *leaf {
            Leaf::Constant(ty, bits) => Some((ty, bits)),
            _ => None,
        })
    }

    /// Gives all names their final form. `None` if something that has to be compared is not in the final trace.
    pub(super) fn renamed(
        mut self,
        final_name: impl Fn(OpRef) -> OpRef,
        trace: &Trace,
    ) -> Option<LoopHeader> {
        for leaf in &mut self.leaves {
            match leaf {
                Leaf::Param(n, assumed) => {
                    // The number was the parameter's operation until now.
                    let name = final_name(OpRef(*n as u32));
                    *leaf = if name.is_none() {
                        Leaf::Unread
                    } else {
                        Leaf::Param(trace.op(name).data as usize, *assumed)
                    };
                }
                Leaf::Invariant(r) => {
                    *r = final_name(*r);
                    if r.is_none() {
                        return None;
                    }
                }
                Leaf::Unread | Leaf::Constant(..) => {}
            }
        }
        let unread: Vec<bool> = self.leaves.iter().map(|leaf| matches!(leaf, Leaf::Unread)).collect();
        self.memory.retain(|memory| !unread[memory.leaf]);
        for MemoryLeaf { word: (_, place), .. } in &mut self.memory {
            place.0 = final_name(place.0);
            if !place.1.is_none() {
                place.1 = final_name(place.1);
                if place.1.is_none() {
                    return None;
                }
            }
            if place.0.is_none() {
                return None;
            }
        }
        let rename = |r: OpRef| Some(final_name(r)).filter(|r| !r.is_none());
        self.invariants = self.invariants.into_iter().filter_map(|(r, f)| Some((rename(r)?, f))).collect();
        self.invariants.sort_by_key(|&(r, _)| r);
        self.guards = self.guards.into_iter().filter_map(|(r, value)| Some((rename(r)?, value))).collect();
        self.assumes = trace.ops.iter().any(|op| op.code == Opcode::Invalidated);
        Some(self)
    }
}

impl Optimizer {
    /// States an assumed fact of a parameter.
    pub(super) fn assume_of_param(&mut self, param: OpRef, assumed: Assumed) {
        self.facts.narrow(param, assumed.range);
        if assumed.nonnull {
            self.facts.set_nonnull(param);
        }
        if let Some(bits) = assumed.layout {
            let bits = self.int(bits);
            super::cse::state(self, Opcode::LayoutOf, param, bits);
        }
    }
}
