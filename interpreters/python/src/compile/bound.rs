//! Which local variables are certainly bound: removes the `CheckBound`s that cannot fail.
//!
//! Forward data flow over the whole buffer; a register is bound at an instruction if it is on every path from
//! the entry. A handler starts from what is bound at every instruction it covers.

use super::assemble::Buffer;
use crate::bytecode::{Access, Op, Reg};

/// Clears `keep` for every check that always passes. Of the `registers` the first `parameters` are bound at
/// entry.
pub fn drop_needless_checks(buffer: &Buffer, parameters: u16, registers: u16, keep: &mut [bool]) {
    if !buffer.ops.iter().any(|p| matches!(p.op, Op::CheckBound { .. })) {
        return;
    }
    let words = usize::from(registers).div_ceil(64).max(1);
    let count = buffer.ops.len();
    let mut flow =
        Flow { buffer, words, bound: vec![0; words * count], reached: vec![false; count], work: Vec::new() };
    flow.solve(parameters);
    for (pc, placed) in buffer.ops.iter().enumerate() {
        if let (Op::CheckBound { r, .. }, true) = (placed.op, keep[pc])
            && flow.reached[pc]
            && get(flow.at(pc), r)
        {
            keep[pc] = false;
        }
    }
}

struct Flow<'a> {
    buffer: &'a Buffer,
    words: usize,
    /// The variables bound before each instruction, `words` for each; meaningless until some path reaches it.
    bound: Vec<u64>,
    reached: Vec<bool>,
    /// Instructions whose state has changed.
    work: Vec<usize>,
}

impl Flow<'_> {
    fn at(&self, pc: usize) -> &[u64] {
        &self.bound[pc * self.words..][..self.words]
    }

    fn solve(&mut self, parameters: u16) {
        let buffer = self.buffer;
        let mut before = vec![0; self.words];
        for r in 0..parameters {
            set(&mut before, Reg(r), true);
        }
        let mut after = before.clone();
        self.merge(0, &before);
        while let Some(pc) = self.work.pop() {
            before.copy_from_slice(self.at(pc));
            let placed = &buffer.ops[pc];
            if !placed.op.is_quiet()
                && let Some((handler, exc)) = buffer.handler_of(placed)
            {
                after.copy_from_slice(&before);
                set(&mut after, exc, true);
                self.merge(handler, &after);
            }
            after.copy_from_slice(&before);
            run(placed.op, &mut after);
            if let Some(to) = placed.op.target() {
                self.merge(buffer.resolve(to), &after);
            }
            if !placed.op.ends_block() && pc + 1 < buffer.ops.len() {
                // An exhausted iterator leaves the destination of `ForIter` as it was.
                let state = if matches!(placed.op, Op::ForIter { .. }) { &before } else { &after };
                self.merge(pc + 1, state);
            }
        }
    }

    /// Joins `state` into that of `pc`, which is looked at again if it changed.
    fn merge(&mut self, pc: usize, state: &[u64]) {
        let old = &mut self.bound[pc * self.words..][..self.words];
        if self.reached[pc] {
            let mut changed = false;
            for (o, s) in old.iter_mut().zip(state) {
                changed |= *o & !s != 0;
                *o &= s;
            }
            if !changed {
                return;
            }
        } else {
            self.reached[pc] = true;
            old.copy_from_slice(state);
        }
        self.work.push(pc);
    }
}

/// The effect of an instruction on what is bound.
fn run(op: Op, state: &mut [u64]) {
    match op {
        Op::LoadNull { d } => set(state, d, false),
        Op::CheckBound { r, .. } => set(state, r, true),
        Op::Move { d, s } => {
            let bound = get(state, s);
            set(state, d, bound);
        }
        _ => op.registers(|access, r| {
            if access == Access::Write {
                set(state, r, true);
            }
        }),
    }
}

fn get(bits: &[u64], r: Reg) -> bool {
    bits[r.index() / 64] >> (r.index() % 64) & 1 != 0
}

fn set(bits: &mut [u64], r: Reg, bound: bool) {
    let mask = 1 << (r.index() % 64);
    let word = &mut bits[r.index() / 64];
    *word = if bound { *word | mask } else { *word & !mask };
}
