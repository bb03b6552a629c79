//! Stores that a loop repeats are done when it is left.
//!
//! A word in memory that the loop's body writes, and that the header has in a register, need not be written in every
//! iteration: nobody reads it before the loop is left. Its stores are taken out of the body, and each exit
//! writes the value as of its guard. So counting in a field, or advancing an iterator, is as cheap as in a variable.
//! It is not done where anything in the body may read memory: a call, or a load of such a word.
//!
//! Neighbours: `peel` (finds the words), `resume` (does the stores), `carry` and `enter` (memory is behind inside the
//! loop, and up to date in a bridge).

use super::Optimizer;
use super::header::{Leaf, LoopHeader, MemoryLeaf};
use super::heap;
use crate::heap::{LayoutId, TailKind};
use crate::helper::{self, Effects};
use crate::ir::{Class, DelayedStore, OpRef, Opcode, SnapshotId};
use rustc_hash::FxHashMap;

/// A word whose stores are delayed.
#[derive(Clone, Copy, Debug)]
struct Delayed {
    /// The key and place by which the optimiser knows it.
    word: heap::Word,
    /// Layout bits and number of the word in its object.
    data: u64,
    /// The value at the point of the body that has been reached.
    value: OpRef,
}

/// Takes the body's stores to words of the header's memory out of it. The loop is closed; names are the optimiser's.
pub(super) fn delay_stores(o: &mut Optimizer, header: &LoopHeader) {
    let body = o.trace.loop_start.map_or(o.len(), |start| start as usize)..o.len();
    if body.clone().any(|i| may_read(o, i)) {
        return;
    }
    let mut delayed: Vec<Delayed> = Vec::new();
    for memory in &header.memory {
        if is_written_alone(o, memory.word, body.clone()) {
            delayed.extend(at_header(o, memory, header));
        }
    }
    let mut taken: Vec<usize> = Vec::new();
    let mut described: FxHashMap<SnapshotId, Vec<OpRef>> = FxHashMap::default();
    for i in body {
        let op = o.trace.ops[i];
        match op.code.class() {
            Class::Guard => {
                let values: Vec<OpRef> = delayed.iter().map(|word| word.value).collect();
                if described.entry(op.snapshot).or_insert_with(|| values.clone()) != &values {
                    // Guards on both sides of a store share the exit: it would have to write different values.
                    return;
                }
            }
            Class::Store => {
                let word = accessed_word(o, i);
                if let Some(known) = delayed.iter_mut().find(|known| Some(known.word) == word) {
                    known.value = if op.code == Opcode::Store { op.args[1] } else { op.args[2] };
                    taken.push(i);
                }
            }
            _ => {}
        }
    }
    for i in taken {
        o.retract(OpRef(i as u32));
    }
    for (id, values) in described {
        let stores = delayed.iter().zip(values).map(|(known, value)| DelayedStore {
            object: o.objects.real_name(known.word.1.0),
            word: known.data,
            value: o.objects.real_name(unboxed(o, value)),
        });
        let stores = stores.collect();
        o.trace.snapshots[id.0 as usize].stores = stores;
    }
}

/// What a word was made from, by the name that it had then: a better name may have been learnt behind the exit.
pub(super) fn unboxed(o: &Optimizer, r: OpRef) -> OpRef {
    let op = o.op(r);
    match op.code {
        Opcode::BoxInt | Opcode::BoxFloat | Opcode::BoxRef => op.args[0],
        _ => r,
    }
}

/// Whether an operation may look at memory that others write.
fn may_read(o: &Optimizer, i: usize) -> bool {
    let op = &o.trace.ops[i];
    op.code == Opcode::Call && helper::of(op.data).effects != Effects::Elidable
}

/// The word that an operation reads or writes.
fn accessed_word(o: &Optimizer, i: usize) -> Option<heap::Word> {
    let op = &o.trace.ops[i];
    let place = |r: OpRef| if r.is_none() { r } else { o.resolve(r) };
    match op.code {
        Opcode::Load | Opcode::Store => Some(heap::word_of(op, place(op.args[0]), OpRef::NONE)),
        Opcode::LoadItem | Opcode::StoreItem => Some(heap::word_of(op, place(op.args[0]), place(op.args[1]))),
        _ => None,
    }
}

/// Whether the body writes the word, and touches no other word that might be the same.
fn is_written_alone(o: &Optimizer, word: heap::Word, body: std::ops::Range<usize>) -> bool {
    let mut written = false;
    for i in body {
        let Some(other) = accessed_word(o, i).filter(|other| other.0 == word.0) else { continue };
        let is_store = o.trace.ops[i].code.class() == Class::Store;
        if is_store && other == word {
            written = true;
        } else if !heap::are_distinct(o, word.0, word.1, other.1) {
            return false;
        }
    }
    written
}

/// The word with its value at the header; `None` for words that an exit cannot write.
fn at_header(o: &mut Optimizer, memory: &MemoryLeaf, header: &LoopHeader) -> Option<Delayed> {
    let (key, (_, index)) = memory.word;
    let layout = LayoutId::from_bits(key as u32);
    let data = if index.is_none() {
        key
    } else {
        let index = o.trace.constant(index)?;
        if layout.tail_kind()? == TailKind::Byte {
            return None;
        }
        layout.bits() as u64 | (u64::from(layout.fixed_words()) + index) << 32
    };
    let value = match header.leaves[memory.leaf] {
        Leaf::Param(param, _) => OpRef(param as u32),
        Leaf::Constant(ty, bits) => o.constant(ty, bits),
        Leaf::Invariant(r) => r,
        Leaf::Unread => return None,
    };
    Some(Delayed { word: memory.word, data, value })
}
