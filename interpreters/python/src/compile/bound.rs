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
    let flow = Flow { buffer, words: usize::from(registers).div_ceil(64).max(1) };
    let states = flow.solve(parameters, keep);
    for (pc, placed) in buffer.ops.iter().enumerate() {
        if let (Op::CheckBound { r, .. }, true) = (placed.op, keep[pc])
            && let Some(state) = &states[pc]
            && get(state, r)
        {
            keep[pc] = false;
        }
    }
}

struct Flow<'a> {
    buffer: &'a Buffer,
    words: usize,
}

/// The variables bound before an instruction; `None` until some path reaches it.
type States = Vec<Option<Box<[u64]>>>;

impl Flow<'_> {
    fn solve(&self, parameters: u16, keep: &[bool]) -> States {
        let mut states: States = vec![None; keep.len()];
        let mut entry = vec![0u64; self.words].into_boxed_slice();
        for r in 0..parameters {
            set(&mut entry, Reg(r), true);
        }
        let mut work = vec![0];
        states[0] = Some(entry);
        while let Some(pc) = work.pop() {
            let Some(before) = states[pc].clone() else { continue };
            let placed = &self.buffer.ops[pc];
            if !placed.op.is_quiet()
                && let Some((handler, exc)) = self.buffer.handler_of(placed)
            {
                let mut state = before.clone();
                set(&mut state, exc, true);
                merge(&mut states, handler, &state, &mut work);
            }
            let mut after = before.clone();
            run(placed.op, &mut after);
            if let Some(to) = placed.op.target() {
                merge(&mut states, self.buffer.resolve(to), &after, &mut work);
            }
            if !placed.op.ends_block() && pc + 1 < keep.len() {
                // An exhausted iterator leaves the destination of `ForIter` as it was.
                let state = if matches!(placed.op, Op::ForIter { .. }) { &before } else { &after };
                merge(&mut states, pc + 1, state, &mut work);
            }
        }
        states
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

/// Joins `state` into that of `pc`, which is looked at again if it changed.
fn merge(states: &mut States, pc: usize, state: &[u64], work: &mut Vec<usize>) {
    match &mut states[pc] {
        None => states[pc] = Some(state.into()),
        Some(old) => {
            let mut changed = false;
            for (o, s) in old.iter_mut().zip(state) {
                changed |= *o & !s != 0;
                *o &= s;
            }
            if !changed {
                return;
            }
        }
    }
    work.push(pc);
}

fn get(bits: &[u64], r: Reg) -> bool {
    bits[r.index() / 64] >> (r.index() % 64) & 1 != 0
}

fn set(bits: &mut [u64], r: Reg, bound: bool) {
    let mask = 1 << (r.index() % 64);
    let word = &mut bits[r.index() / 64];
    *word = if bound { *word | mask } else { *word & !mask };
}
