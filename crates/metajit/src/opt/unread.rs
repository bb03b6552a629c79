//! Stores that nobody reads.
//!
//! A word that is written again before anything may read it need not be written the first time: nothing between the two
//! loads such a word, calls, or leaves the trace. What is written into an object that the trace allocates is needed only
//! if the object is: without uses other than those stores, it and what it alone holds are dead. So an exception that is caught
//! where it was raised, and that was the one being handled meanwhile, is not made. Neighbours: `finish` (asks), `delay`.

use crate::helper::{self, Effects};
use crate::ir::{Class, OpRef, Opcode, Trace};
use rustc_hash::{FxHashMap, FxHashSet};

/// A word: `data` of the operation that writes it, its object, and its index (`NONE` for a field).
type Word = (u64, OpRef, OpRef);

/// The stores of a trace that are not needed by themselves.
pub(super) struct Unread {
    /// By operation: a store whose word is written again unread.
    overwritten: Vec<bool>,
    /// The other stores into objects that the trace allocates.
    into: FxHashMap<OpRef, Vec<OpRef>>,
}

/// The word that an operation writes, and whether it is a tail element.
fn written(trace: &Trace, at: usize) -> Option<(Word, bool)> {
    let op = &trace.ops[at];
    match op.code {
        Opcode::Store => Some(((op.data, op.args[0], OpRef::NONE), false)),
        Opcode::StoreItem => Some(((op.data, op.args[0], op.args[1]), true)),
        _ => None,
    }
}

impl Unread {
    pub fn of(trace: &Trace) -> Unread {
        let mut unread = Unread { overwritten: vec![false; trace.ops.len()], into: FxHashMap::default() };
        let mut later: FxHashSet<(Word, bool)> = FxHashSet::default();
        for at in (0..trace.ops.len()).rev() {
            let op = &trace.ops[at];
            if let Some(word) = written(trace, at) {
                let object = op.args[0];
                if !later.insert(word) {
                    unread.overwritten[at] = true;
                } else if trace.op(object).code == Opcode::Alloc {
                    unread.into.entry(object).or_default().push(OpRef(at as u32));
                }
            }
            let reads_all = match op.code.class() {
                Class::Guard => true,
                Class::Call => helper::of(op.data).effects != Effects::Elidable,
                _ => false,
            };
            // The loop's header is reached from two sides.
            if reads_all || trace.loop_start == Some(at as u32) {
                later.clear();
            } else if matches!(op.code, Opcode::Load | Opcode::LoadItem) {
                let is_item = op.code == Opcode::LoadItem;
                later.retain(|&((data, ..), item)| data != op.data || item != is_item);
            }
        }
        unread
    }

    /// Whether a store is needed only if something else is, or not at all.
    pub fn is_optional(&self, trace: &Trace, at: OpRef) -> bool {
        let op = trace.op(at);
        self.overwritten[at.index()]
            || matches!(op.code, Opcode::Store | Opcode::StoreItem)
                && trace.op(op.args[0]).code == Opcode::Alloc
    }

    /// The stores that are needed if this object is.
    pub fn stores_into(&self, object: OpRef) -> &[OpRef] {
        self.into.get(&object).map_or(&[], Vec::as_slice)
    }
}
