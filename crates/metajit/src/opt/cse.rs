//! The same pure operation on the same operands is computed once; so are elidable calls.
//!
//! Neighbours: `fold` (has brought operands into one order before), `heap` (loads).

use super::{Ask, Optimizer, Step};
use crate::helper::{Effects, Helper};
use crate::ir::{Class, OpRef, Opcode};
use rustc_hash::FxHashMap;

/// Operations that have been computed.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    operations: FxHashMap<(Opcode, [OpRef; 3]), OpRef>,
    calls: FxHashMap<(u64, Vec<OpRef>), OpRef>,
}

/// The name under which the operation has been computed before.
pub(super) fn lookup(o: &Optimizer, code: Opcode, operands: &[OpRef]) -> Option<OpRef> {
    let mut args = [OpRef::NONE; 3];
    args[..operands.len()].copy_from_slice(operands);
    o.pure.operations.get(&(code, args)).map(|&r| o.resolve(r))
}

/// States that the operation on these operands has the value `r`.
pub(super) fn state(o: &mut Optimizer, code: Opcode, operand: OpRef, r: OpRef) {
    o.pure.operations.insert((code, [operand, OpRef::NONE, OpRef::NONE]), r);
}

/// Answers with the earlier result.
pub(super) fn visit(o: &mut Optimizer, ask: &Ask) -> Step {
    if ask.code.class() != Class::Pure {
        return Step::Next;
    }
    o.pure.operations.get(&(ask.code, ask.args)).map_or(Step::Next, |&r| Step::Is(r))
}

/// Keeps the result.
pub(super) fn learn(o: &mut Optimizer, ask: &Ask, r: OpRef) {
    if ask.code.class() == Class::Pure {
        o.pure.operations.insert((ask.code, ask.args), r);
    }
}

/// The earlier result of an elidable call. One that may raise is not repeated only when the earlier one is known not to
/// have raised.
pub(super) fn known_call(o: &mut Optimizer, helper: &'static Helper, operands: &[OpRef]) -> Option<OpRef> {
    if helper.effects != Effects::Elidable {
        return None;
    }
    let key = (std::ptr::from_ref(helper) as u64, operands.to_vec());
    let r = *o.pure.calls.get(&key)?;
    if helper.raises && !super::heap::completed(o, r) {
        return None;
    }
    if helper.raises {
        super::heap::nothing_pending(o);
    }
    Some(o.resolve(r))
}

/// Keeps the result of an elidable call.
pub(super) fn learn_call(o: &mut Optimizer, helper: &'static Helper, operands: Vec<OpRef>, r: OpRef) {
    if helper.effects == Effects::Elidable {
        o.pure.calls.insert((std::ptr::from_ref(helper) as u64, operands), r);
    }
}
