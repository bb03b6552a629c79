//! Exits: the cold code between a guard and the interpreter or a bridge.
//!
//! Guards with one snapshot branch to one exit block. Exits whose values have the same types share one
//! *spill block*: they pass it their values and their number as block parameters, and it writes the exit
//! buffer, looks at the exit's code cell, and goes to the bridge or returns. (One spill block per exit costs
//! three times the compile time at twenty live values.) An exit that a bridge of the same function continues
//! is a block like any other, and its values stay where they are.

use super::plan::Target;
use super::translate::{MEMORY, Translator, machine_type};
use crate::backend::CodeCell;
use crate::ir::SnapshotId;
use crate::kind::Type;
use bumpalo::collections::Vec as ArenaVec;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{Block, InstBuilder, Value};
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;
use std::iter::repeat_n;

/// An exit to which a branch leads, and whose block is still empty.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending<'t> {
    pub(super) block: Block,
    pub(super) target: Target,
    /// In the order of the exit buffer.
    pub(super) values: &'t [Value],
}

/// What exits that share a spill block have in common.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Shape {
    words: usize,
    floats: usize,
    continues: bool,
}

/// An exit's number, as far as it is known while compiling.
#[derive(Clone, Copy, Debug)]
enum Number {
    Known(usize),
    Varying(Value),
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
        let mut shapes: ArenaVec<'t, (Shape, ArenaVec<'t, (usize, Pending<'t>)>)> =
            ArenaVec::new_in(self.arena);
        let mut places: HashMap<Shape, usize, FxBuildHasher> = HashMap::default();
        for exit in exits {
            let Target::Leave(number) = exit.target else { unreachable!("parts are translated, not left") };
            let layout = &self.plan.exits[number];
            let floats = layout.values.iter().filter(|v| v.1 == Type::Float).count();
            let shape = Shape { words: layout.values.len() - floats, floats, continues: layout.continues };
            let place = *places.entry(shape).or_insert_with(|| {
                shapes.push((shape, ArenaVec::new_in(self.arena)));
                shapes.len() - 1
            });
            shapes[place].1.push((number, exit));
        }
        for (shape, exits) in shapes {
            if let [(number, exit)] = exits[..] {
                let values = self.start_exit(exit);
                self.spill(shape, &values, Number::Known(number));
            } else {
                self.shared_spill(shape, &exits);
            }
        }
    }

    /// Starts an exit's block; gives its values as words and floats.
    fn start_exit(&mut self, exit: Pending<'_>) -> ArenaVec<'t, Value> {
        self.b.switch_to_block(exit.block);
        let arena = self.arena;
        ArenaVec::from_iter_in(exit.values.iter().map(|&value| self.widened(value)), arena)
    }

    fn shared_spill(&mut self, shape: Shape, exits: &[(usize, Pending<'_>)]) {
        let spill = self.cold_block();
        for &(number, exit) in exits {
            let mut values = self.start_exit(exit);
            values.push(self.word(number as u64));
            self.jump_with(spill, &values);
        }
        self.b.switch_to_block(spill);
        let (words, floats) = (repeat_n(Type::Int, shape.words), repeat_n(Type::Float, shape.floats));
        let arena = self.arena;
        let params = words.chain(floats).map(|ty| self.b.append_block_param(spill, machine_type(ty)));
        let values = ArenaVec::from_iter_in(params, arena);
        let number = self.b.append_block_param(spill, I64);
        self.spill(shape, &values, Number::Varying(number));
    }

    /// Writes the buffer and leaves through an exit.
    fn spill(&mut self, shape: Shape, values: &[Value], number: Number) {
        for (i, &value) in values.iter().enumerate() {
            self.b.ins().store(MEMORY, value, self.buffer, 8 * i as i32);
        }
        if shape.continues {
            let cell = self.cell_of(number);
            let entry = self.b.ins().load(I64, MEMORY, cell, 0);
            let (bridge, leave) = (self.cold_block(), self.cold_block());
            self.b.ins().brif(entry, bridge, &[], leave, &[]);
            self.b.switch_to_block(bridge);
            self.enter_unit(entry);
            self.b.switch_to_block(leave);
        }
        let exit = match number {
            Number::Known(n) => self.word(self.unit.first_exit + n as u64),
            Number::Varying(n) => self.b.ins().iadd_imm_s(n, self.unit.first_exit as i64),
        };
        self.b.ins().return_(&[exit]);
    }

    /// Address of an exit's code cell.
    fn cell_of(&mut self, number: Number) -> Value {
        let cells = self.cells.as_ptr() as u64;
        let size = size_of::<CodeCell>();
        match number {
            Number::Known(n) => self.word(cells + (n * size) as u64),
            Number::Varying(n) => {
                let offset = self.b.ins().ishl_imm_s(n, size.trailing_zeros() as i64);
                let cells = self.word(cells);
                self.b.ins().iadd(cells, offset)
            }
        }
    }
}
