//! Exits: the cold code between a guard and the interpreter or a bridge.
//!
//! Guards with one snapshot branch to one exit block, which writes the exit buffer. Neighbouring exits pass nearly the same
//! values, and the plan gives a value the same word as long as it is passed: so they share the code that writes those, in
//! blocks that form a tree. At its root is the block that looks at the exit's code cell, and goes to the bridge or
//! returns. An exit that a bridge of the same function continues is a block like any other, and its values stay where they
//! are.

use super::plan::Target;
use super::translate::{MEMORY, Translator};
use crate::backend::{CodeCell, Count};
use crate::ir::SnapshotId;
use bumpalo::collections::Vec as ArenaVec;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{Block, InstBuilder, Value};

/// A value that an exit passes, or the pending exception.
pub(super) type Passed = Option<Value>;

/// An exit to which a branch leads, and whose block is still empty.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending<'t> {
    pub(super) block: Block,
    pub(super) target: Target,
    /// In the order of the bridge's inputs; `None` for the pending exception, which is read when the exit is taken.
    pub(super) values: &'t [Passed],
    /// Whether another iteration of an unrolled loop may lead to the same bridge.
    pub(super) is_shared: bool,
}

/// An exit that leaves the region.
struct Leaving<'t> {
    number: usize,
    block: Block,
    /// The values that it has still to write, with their words of the exit buffer, which ascend.
    unwritten: ArenaVec<'t, (u32, Passed)>,
}

/// Stores saved that a block is worth.
const WORTH_A_BLOCK: usize = 4;

/// Keeps what is in another list too, or what is not; both ascend.
fn retain(list: &mut ArenaVec<'_, (u32, Passed)>, other: &[(u32, Passed)], if_there: bool) {
    let mut rest = other;
    list.retain(|item| {
        while let [first, more @ ..] = rest
            && first.0 < item.0
        {
            rest = more;
        }
        (rest.first() == Some(item)) == if_there
    });
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
        let mut values = ArenaVec::with_capacity_in(way.values.len(), self.arena);
        for &r in way.values {
            values.push(if self.is_read_late(r) { None } else { Some(self.value(r)) });
        }
        let values = values.into_bump_slice();
        self.way_blocks[index] = Some(block);
        let is_shared = self.rounds() > 1;
        self.pending.push(Pending { block, target: way.target, values, is_shared });
        block
    }

    /// What goes along, in the exit's block.
    pub(super) fn passed(&mut self, value: Passed) -> Value {
        value.unwrap_or_else(|| self.load_word_at(self.addresses.pending))
    }

    /// Fills the blocks of exits that leave the region.
    pub(super) fn leave_through(&mut self, exits: ArenaVec<'t, Pending<'t>>) {
        self.is_announced = false;
        let plan = self.plan;
        let mut leaving = ArenaVec::with_capacity_in(exits.len(), self.arena);
        for exit in exits {
            let Target::Leave(number) = exit.target else { unreachable!("parts are translated, not left") };
            let words = plan.exits[number].words.iter().copied();
            let mut unwritten = ArenaVec::from_iter_in(words.zip(exit.values.iter().copied()), self.arena);
            unwritten.sort_unstable_by_key(|&(word, _)| word);
            if plan.exits[number].continues {
                leaving.push(Leaving { number, block: exit.block, unwritten });
                continue;
            }
            self.b.switch_to_block(exit.block);
            self.write(&unwritten);
            let number = self.word(number as u64);
            self.leave_by(number);
        }
        if leaving.is_empty() {
            return;
        }
        leaving.sort_unstable_by_key(|exit| exit.number);
        let meeting = self.cold_block();
        for exits_of_part in
            leaving.chunk_by_mut(|a, b| plan.exits[a.number].part == plan.exits[b.number].part)
        {
            self.write_exits(exits_of_part, meeting);
        }
        self.leave_from(meeting);
    }

    /// Fills the blocks of neighbouring exits. What all of them pass is written by one block behind theirs; the same goes for
    /// each half of them, with what is left.
    fn write_exits(&mut self, exits: &mut [Leaving<'t>], behind: Block) {
        if let [exit] = exits {
            self.b.switch_to_block(exit.block);
            self.write(&exit.unwritten);
            let number = self.word(exit.number as u64);
            return self.jump_with(behind, &[number]);
        }
        let mut shared = exits[0].unwritten.clone();
        exits[1..].iter().for_each(|exit| retain(&mut shared, &exit.unwritten, true));
        let mut behind = behind;
        if shared.len() * (exits.len() - 1) >= WORTH_A_BLOCK {
            exits.iter_mut().for_each(|exit| retain(&mut exit.unwritten, &shared, false));
            let block = self.cold_block();
            self.b.switch_to_block(block);
            let number = self.b.append_block_param(block, I64);
            self.write(&shared);
            self.jump_with(behind, &[number]);
            behind = block;
        }
        let (first, second) = exits.split_at_mut(exits.len() / 2);
        self.write_exits(first, behind);
        self.write_exits(second, behind);
    }

    /// Writes values to the exit buffer.
    fn write(&mut self, values: &[(u32, Passed)]) {
        let buffer = self.buffer();
        for &(word, value) in values {
            let value = self.passed(value);
            let value = self.widened(value);
            self.b.ins().store(MEMORY, value, buffer, 8 * word as i32);
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
