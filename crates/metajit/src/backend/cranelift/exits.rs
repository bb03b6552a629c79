//! Exits: the cold code between a guard and the interpreter or a bridge.
//!
//! Guards with one snapshot branch to one exit block. An exit's values go to the exit buffer, integers and
//! pointers first, then floats, so that many exits have values of the same types in the same words. Such
//! exits share one *spill block*: they pass it their values and their number as block parameters, and it
//! writes the buffer, looks at the exit's code cell, and goes to the bridge or returns. (One spill block per
//! exit costs three times the compile time at twenty live values.)

use super::translate::{MEMORY, Translator, machine_type};
use crate::backend::{CodeCell, ExitLayout};
use crate::ir::{End, Opcode, SnapshotId, Trace};
use crate::kind::Type;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, Value};
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;
use std::sync::Arc;

/// The exits of the unit that is being translated.
#[derive(Debug)]
pub(super) struct Exits {
    cells: usize,
    room: usize,
    of_snapshot: HashMap<SnapshotId, Block, FxBuildHasher>,
    made: Vec<Exit>,
}

#[derive(Debug)]
struct Exit {
    block: Block,
    layout: ExitLayout,
}

/// What exits that share a spill block have in common.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Shape {
    words: usize,
    floats: usize,
    continues: bool,
}

/// The cells for all exits that a trace can have: one for each snapshot that a guard names, one for the end.
pub(super) fn cells(trace: &Trace) -> Arc<[CodeCell]> {
    let mut named = vec![false; trace.snapshots.len()];
    for op in &trace.ops {
        if matches!(op.code, Opcode::GuardTrue | Opcode::GuardFalse) {
            named[op.snapshot.0 as usize] = true;
        }
    }
    let ends = matches!(trace.end, End::Exit(_) | End::Jump { .. }) as usize;
    let count = named.iter().filter(|&&n| n).count() + ends;
    (0..count).map(|_| CodeCell::new()).collect()
}

impl Exits {
    pub(super) fn new(cells: &[CodeCell]) -> Self {
        Exits {
            cells: cells.as_ptr() as usize,
            room: cells.len(),
            of_snapshot: HashMap::default(),
            made: Vec::new(),
        }
    }

    /// What the driver has to know of them, by number.
    pub(super) fn layouts(self) -> Vec<ExitLayout> {
        self.made.into_iter().map(|exit| exit.layout).collect()
    }
}

impl Exit {
    fn shape(&self) -> Shape {
        let floats = self.layout.values.iter().filter(|v| v.1 == Type::Float).count();
        Shape { words: self.layout.values.len() - floats, floats, continues: self.layout.continues }
    }
}

impl Translator<'_, '_> {
    /// The block for guards that leave at a snapshot.
    pub(super) fn exit(&mut self, snapshot: SnapshotId) -> Block {
        if let Some(&block) = self.exits.of_snapshot.get(&snapshot) {
            return block;
        }
        let block = self.new_exit(snapshot, true);
        self.exits.of_snapshot.insert(snapshot, block);
        block
    }

    /// The block in which the trace ends at a snapshot, whether guards use it too or not.
    pub(super) fn last_exit(&mut self, snapshot: SnapshotId) -> Block {
        self.new_exit(snapshot, false)
    }

    fn new_exit(&mut self, snapshot: SnapshotId, continues: bool) -> Block {
        let block = self.cold_block();
        let mut values: Vec<_> =
            self.trace.snapshot_values(snapshot).into_iter().map(|r| (r, self.trace.type_of(r))).collect();
        values.sort_by_key(|v| v.1 == Type::Float);
        self.exits.made.push(Exit { block, layout: ExitLayout { snapshot, values, continues } });
        debug_assert!(self.exits.made.len() <= self.exits.room);
        block
    }

    /// Fills the exit blocks, behind everything else.
    pub(super) fn finish_exits(&mut self) {
        let mut shapes: Vec<(Shape, Vec<usize>)> = Vec::new();
        let mut place: HashMap<Shape, usize, FxBuildHasher> = HashMap::default();
        for (number, exit) in self.exits.made.iter().enumerate() {
            let at = *place.entry(exit.shape()).or_insert_with(|| {
                shapes.push((exit.shape(), Vec::new()));
                shapes.len() - 1
            });
            shapes[at].1.push(number);
        }
        for (shape, numbers) in shapes {
            match numbers[..] {
                [only] => {
                    let values = self.start_exit(only);
                    let number = self.word(only as u64);
                    self.spill(shape, &values, number);
                }
                _ => self.shared_spill(shape, &numbers),
            }
        }
    }

    /// Starts an exit's block; gives its values in the order of the buffer.
    fn start_exit(&mut self, number: usize) -> Vec<Value> {
        let exit = &self.exits.made[number];
        let (block, names) = (exit.block, exit.layout.values.clone());
        self.b.switch_to_block(block);
        names
            .into_iter()
            .map(|(r, _)| {
                let value = self.value(r);
                self.widened(value)
            })
            .collect()
    }

    fn shared_spill(&mut self, shape: Shape, numbers: &[usize]) {
        let spill = self.cold_block();
        for &number in numbers {
            let values = self.start_exit(number);
            let number = self.word(number as u64);
            let args: Vec<BlockArg> = values.into_iter().chain([number]).map(BlockArg::Value).collect();
            self.b.ins().jump(spill, &args);
        }
        self.b.switch_to_block(spill);
        let types = [Type::Int].repeat(shape.words).into_iter().chain([Type::Float].repeat(shape.floats));
        let values: Vec<Value> = types.map(|ty| self.b.append_block_param(spill, machine_type(ty))).collect();
        let number = self.b.append_block_param(spill, I64);
        self.spill(shape, &values, number);
    }

    /// Writes the buffer and leaves through exit `number` (counted in this unit).
    fn spill(&mut self, shape: Shape, values: &[Value], number: Value) {
        for (i, &value) in values.iter().enumerate() {
            self.b.ins().store(MEMORY, value, self.buffer, 8 * i as i32);
        }
        if shape.continues {
            let offset = self.b.ins().ishl_imm_s(number, size_of::<CodeCell>().trailing_zeros() as i64);
            let cells = self.word(self.exits.cells as u64);
            let cell = self.b.ins().iadd(cells, offset);
            let entry = self.b.ins().load(I64, MEMORY, cell, 0);
            let (bridge, leave) = (self.cold_block(), self.cold_block());
            self.b.ins().brif(entry, bridge, &[], leave, &[]);
            self.b.switch_to_block(bridge);
            self.enter_unit(entry);
            self.b.switch_to_block(leave);
        }
        let first = self.word(self.unit.first_exit);
        let exit = self.b.ins().iadd(number, first);
        self.b.ins().return_(&[exit]);
    }
}
