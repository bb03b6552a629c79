//! Small loops go round several times in one turn of their code.
//!
//! The poll, the jump back and the moves of what comes round are done once for all of them. The second
//! iteration is the same operations on what the first gives to the header's parameters; its exits are those of the
//! first, with blocks of their own, since other values pass. A bridge that continues one of them is translated once,
//! behind a block to which all lead. Neighbours: `translate` (walks over the operations), `exits`.

use super::exits::Pending;
use super::translate::Translator;
use crate::ir::{Class, End, Op, Opcode};
use bumpalo::collections::Vec as ArenaVec;
use cranelift_codegen::ir::{Block, Value};

/// Operations in the body of a loop that goes round twice, at most.
const SMALL: usize = 24;

/// The same for one that goes round four times: there most of the time goes into the poll and the jump.
const TINY: usize = 8;

/// Iterations in one turn, at most.
pub(super) const MOST_ROUNDS: usize = 4;

impl<'t> Translator<'t, '_> {
    /// How often the loop of the part that is being walked over goes round in one turn.
    pub(super) fn rounds(&self) -> usize {
        let (trace, Some(start)) = (self.trace, self.trace.loop_start) else { return 1 };
        let body = &trace.ops[start as usize + trace.params.len()..];
        let rounds = match body.len() {
            _ if !matches!(trace.end, End::Loop) => return 1,
            0..=TINY => MOST_ROUNDS,
            length if length <= SMALL => 2,
            _ => return 1,
        };
        let is_plain =
            |op: &Op| !matches!(op.code.class(), Class::Call | Class::Alloc) && op.code != Opcode::StoreSlot;
        if body.iter().all(is_plain) { rounds } else { 1 }
    }

    /// Translates another iteration.
    pub(super) fn go_round_again(&mut self) {
        let (trace, start) = (self.trace, self.trace.loop_start.unwrap_or_default() as usize);
        let next = self.values_of(trace.params.iter().map(|param| param.next));
        for (param, &value) in trace.params.iter().zip(&next) {
            self.set_value(param.op, value);
        }
        self.side_results.clear();
        self.way_blocks.fill(None);
        for (index, op) in trace.ops.iter().enumerate().skip(start) {
            if !self.is_poll(op) {
                self.step(index, op);
            }
        }
    }

    /// Whether an operation asks whether to leave, or leaves because of that.
    fn is_poll(&self, op: &Op) -> bool {
        let asks = |op: &Op| op.code == Opcode::Poll;
        asks(op) || op.code.class() == Class::Guard && asks(self.trace.op(op.args[0]))
    }

    /// Goes to the part that continues an exit of a loop that is unrolled; gives its inputs if it has still to be translated.
    pub(super) fn meet_in(&mut self, part: usize, exit: &Pending<'t>) -> Option<&'t [Value]> {
        let mut passed = ArenaVec::with_capacity_in(exit.values.len(), self.arena);
        passed.extend(exit.values.iter().map(|&value| self.passed(value)));
        if let Some(block) = self.meetings[part] {
            self.jump_with(block, &passed);
            return None;
        }
        if !exit.is_shared {
            return Some(passed.into_bump_slice());
        }
        let block: Block = self.b.create_block();
        self.meetings[part] = Some(block);
        self.jump_with(block, &passed);
        self.b.switch_to_block(block);
        for value in &mut passed {
            let ty = self.b.func.dfg.value_type(*value);
            *value = self.b.append_block_param(block, ty);
        }
        Some(passed.into_bump_slice())
    }
}
