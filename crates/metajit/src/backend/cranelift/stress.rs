//! The stress test of guards: each fails a number of times although its condition holds.
//!
//! Such a guard must leave through its exit, and what it does there must be what the trace would have done. How often
//! each guard is still to fail stands in memory that belongs to the unit; units that are not under stress have none.

use super::translate::{MEMORY, Translator};
use super::unroll::MOST_ROUNDS;
use crate::backend::{Part, UnitInfo};
use crate::ir::Class;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{Block, InstBuilder};
use std::sync::atomic::AtomicU64;

/// How often each guard of a unit is still to fail, in the order in which guards are translated. The unit's code counts
/// down.
#[derive(Debug, Default)]
pub(super) struct Failures(Box<[AtomicU64]>);

impl Failures {
    pub(super) fn of(parts: &[Part<'_>], unit: &UnitInfo) -> Failures {
        let guards = parts.iter().flat_map(|part| &part.trace.ops);
        let guards = guards.filter(|op| unit.fail_guards > 0 && op.code.class() == Class::Guard);
        // A guard of a loop may be translated for several iterations.
        let guards = guards.flat_map(|guard| [guard; MOST_ROUNDS]);
        Failures(guards.map(|_| AtomicU64::new(unit.fail_guards)).collect())
    }
}

impl Translator<'_, '_> {
    /// Leaves through `exit` for as long as the next guard is to fail.
    pub(super) fn fail_first(&mut self, exit: Block) {
        let Some(left) = self.failures.0.get(self.guards) else { return };
        self.guards += 1;
        let address = self.word(left.as_ptr() as u64);
        let left = self.b.ins().load(I64, MEMORY, address, 0);
        let (failing, working) = (self.cold_block(), self.b.create_block());
        self.b.ins().brif(left, failing, &[], working, &[]);
        self.b.switch_to_block(failing);
        let fewer = self.b.ins().iadd_imm_s(left, -1);
        self.b.ins().store(MEMORY, fewer, address, 0);
        self.b.ins().jump(exit, &[]);
        self.b.switch_to_block(working);
    }
}
