//! Sets and frozensets, as traces see them.
//!
//! What is done with keys that are compared without running Python code reads the heap and makes new objects, and a trace
//! keeps what it knows across it. Neighbours: `object::set`, `dicts`, `text` (the same for strings).

use super::lookup::as_layout;
use super::{Outcome, constant, helpers};
use crate::object::compare::CompareOp;
use crate::object::layouts::{DictIter, Set};
use crate::object::number::BinaryOp;
use crate::object::set;
use metajit::heap::{Value, Values};
use metajit::mode::Mode;
use metajit::staged::{Int, Obj, Val};

/// The next key of a set's iterator; the outer `None` leaves it to the general way.
pub fn next<M: Mode>(it: Obj<M>) -> Option<Option<Val<M>>> {
    let Some(set) = it.get(DictIter::DICT).pointer() else { return Some(None) };
    if set.get(Set::USED) != it.get(DictIter::USED) {
        return None;
    }
    let place = helpers::next_place(set, it.get(DictIter::POS));
    if place < 0 {
        it.set(DictIter::DICT, constant(Value::NULL));
        return Some(None);
    }
    it.set(DictIter::POS, place + 1);
    Some(Some(set.get(Set::ENTRIES).item(Values::TAIL, place * 2 + 1)))
}

/// Whether the summaries say that `a` has a key that is not in `b`: a guard.
fn has_others<M: Mode>(a: Obj<M>, b: Obj<M>) -> bool {
    let others = a.get(Set::SUMMARY) & (b.get(Set::SUMMARY) ^ -1);
    others != 0 && a.get(Set::ACCURACY) != set::STALE
}

/// `a op b`, `op` by its number for helpers; `None` for what the general way has to compare.
pub fn compare<M: Mode>(op: CompareOp, number: i64, a: Val<M>, b: Val<M>) -> Option<bool> {
    let a = as_layout(a, Set::ID)?;
    let b = as_layout(b, Set::ID)?;
    match op {
        CompareOp::Le | CompareOp::Lt if has_others(a, b) => return Some(false),
        CompareOp::Ge | CompareOp::Gt if has_others(b, a) => return Some(false),
        _ => {}
    }
    let result = helpers::set_compare_simple(Int::constant(number), a, b);
    if result == 1 {
        return Some(true);
    }
    if result == 0 { Some(false) } else { None }
}

/// `a op b`; `None` for what the general way has to do.
pub fn binary<M: Mode>(op: BinaryOp, a: Val<M>, b: Val<M>) -> Option<Outcome<M>> {
    let number = match op {
        BinaryOp::Or => 0,
        BinaryOp::And => 1,
        BinaryOp::Sub => 2,
        BinaryOp::Xor => 3,
        _ => return None,
    };
    let a = as_layout(a, Set::ID)?;
    let b = as_layout(b, Set::ID)?;
    let result = helpers::set_binary_simple(Int::constant(number), a, b);
    if result.is_null() { None } else { Some(Ok(result)) }
}
