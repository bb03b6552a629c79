//! Exits: the cold code between a guard and the interpreter or a bridge.
//!
//! Guards with one snapshot branch to one exit block, which writes the exit buffer. All exit blocks end in one block
//! that looks at the exit's code cell, and goes to the bridge or returns. (Passing the values on to shared blocks, too,
//! costs more moves than it saves stores.) An exit that a bridge of the same function continues is a block
//! like any other, and its values stay where they are.

use super::plan::Target;
use super::translate::{MEMORY, Translator};
use crate::backend::{CodeCell, Count};
use crate::ir::SnapshotId;
use bumpalo::collections::Vec as ArenaVec;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{Block, InstBuilder, Value};

/// An exit to which a branch leads, and whose block is still empty.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending<'t> {
    pub(super) block: Block,
    pub(super) target: Target,
    /// In the order of the exit buffer.
    pub(super) values: &'t [Value],
}

impl<'t> Translator<'t, '_> {
    /// The block for guards that leave at a snapshot.
    pub(super) fn exit(&mut self, snapshot: SnapshotId) -> Block {
        let way = self.plan.parts[self.part].of_snapshot[snapshot.0 as usize];
        self.way(way.expect("the plan knows the exits of all guards"))
    }

    /// The block in which the trace ends by leaving.
    pub(super) fn last_exit(&mut self) -> Block {
        let way = self.plan.parts[self.part].last;
        self.way(way.expect("the plan knows the exit of the end"))
    }

    fn way(&mut self, index: usize) -> Block {
        if let Some(block) = self.way_blocks[index] {
            return block;
        }
        let plan = self.plan;
        let way = &plan.parts[self.part].ways[index];
        let block = match way.target {
            Target::Leave(_) => self.cold_block(),
            Target::Part(_) => self.b.create_block(),
        };
        let values = self.values_of(way.values.iter().copied()).into_bump_slice();
        self.way_blocks[index] = Some(block);
        self.pending.push(Pending { block, target: way.target, values });
        block
    }

    /// Fills the blocks of exits that leave the region.
    pub(super) fn leave_through(&mut self, exits: ArenaVec<'t, Pending<'t>>) {
        let mut meeting = None;
        self.is_announced = false;
        for exit in exits {
            let Target::Leave(number) = exit.target else { unreachable!("parts are translated, not left") };
            self.b.switch_to_block(exit.block);
            let buffer = self.buffer();
            for (i, &value) in exit.values.iter().enumerate() {
                let word = self.widened(value);
                self.b.ins().store(MEMORY, word, buffer, 8 * i as i32);
            }
            let number_value = self.word(number as u64);
            if self.plan.exits[number].continues {
                let meeting = *meeting.get_or_insert_with(|| self.cold_block());
                self.jump_with(meeting, &[number_value]);
            } else {
                self.leave_by(number_value);
            }
        }
        if let Some(meeting) = meeting {
            self.leave_from(meeting);
        }
    }

    /// Counts an entry of a bridge; at the last one that is allowed, leaves through the exit that it continues. What that
    /// passes is still in the buffer.
    pub(super) fn count_down(&mut self, count: &Count) {
        let address = self.word(count.left.as_ptr() as u64);
        let before = self.b.ins().load(I64, MEMORY, address, 0);
        let left = self.b.ins().iadd_imm_s(before, -1);
        self.b.ins().store(MEMORY, left, address, 0);
        let (leave, go_on) = (self.cold_block(), self.b.create_block());
        self.b.ins().brif(left, go_on, &[], leave, &[]);
        self.b.switch_to_block(leave);
        let exit = self.word(count.exit);
        self.b.ins().return_(&[exit, exit]);
        self.b.switch_to_block(go_on);
    }

    /// Fills the block in which the exits meet that bridges may continue.
    fn leave_from(&mut self, meeting: Block) {
        self.b.switch_to_block(meeting);
        let number = self.b.append_block_param(meeting, I64);
        let cell = self.cell_of(number);
        let entry = self.b.ins().load(I64, MEMORY, cell, 0);
        let (bridge, leave) = (self.cold_block(), self.cold_block());
        self.b.ins().brif(entry, bridge, &[], leave, &[]);
        self.b.switch_to_block(bridge);
        self.enter_unit(entry);
        self.b.switch_to_block(leave);
        self.leave_by(number);
    }

    /// Returns what stands for the exit of that number.
    fn leave_by(&mut self, number: Value) {
        self.announce();
        let exit = self.b.ins().iadd_imm_s(number, self.unit.first_exit as i64);
        self.b.ins().return_(&[exit, exit]);
    }

    /// Address of an exit's code cell.
    fn cell_of(&mut self, number: Value) -> Value {
        let offset = self.b.ins().ishl_imm_s(number, size_of::<CodeCell>().trailing_zeros() as i64);
        let cells = self.word(self.cells.as_ptr() as u64);
        self.b.ins().iadd(cells, offset)
    }
}
