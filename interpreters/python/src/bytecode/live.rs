//! Which registers are live before each instruction: backward data flow over the roles in the table.
//!
//! Invariant: a register that is not live at `pc` is written before it is read on every path from there, the
//! paths through exception handlers included: what a handler needs is live at every instruction it covers.

use super::code::{CodeData, CodeFlags};
use super::ops::{Access, Reg};

/// The live registers of a code object, one bit set per instruction.
#[derive(Clone, Debug)]
pub struct Liveness {
    words: usize,
    bits: Vec<u64>,
}

impl Liveness {
    /// Computes the sets of `code` by iterating backwards until nothing changes.
    #[must_use]
    pub fn of(code: &CodeData) -> Liveness {
        let words = usize::from(code.nregs).div_ceil(64).max(1);
        let mut live = Liveness { words, bits: vec![0; words * code.code.len()] };
        let always = always_live(code, words);
        let mut now = vec![0u64; words];
        loop {
            let mut changed = false;
            for pc in (0..code.code.len()).rev() {
                live.before(code, pc, &always, &mut now);
                let old = &mut live.bits[pc * words..(pc + 1) * words];
                if old != now.as_slice() {
                    old.copy_from_slice(&now);
                    changed = true;
                }
            }
            if !changed {
                return live;
            }
        }
    }

    /// The live set before the instruction at `pc`.
    #[must_use]
    pub fn at(&self, pc: u32) -> &[u64] {
        &self.bits[pc as usize * self.words..][..self.words]
    }

    /// Recomputes the set before `pc` from its successors' into `now`.
    fn before(&self, code: &CodeData, pc: usize, always: &[u64], now: &mut [u64]) {
        let op = code.code[pc];
        now.fill(0);
        if !op.ends_block() && pc + 1 < code.code.len() {
            self.join(now, pc + 1);
        }
        if let Some(to) = op.target() {
            self.join(now, to.0 as usize);
        }
        op.registers(|access, r| {
            if access == Access::Write {
                clear(now, r);
            }
        });
        // `ForIter` leaves its destination alone on the way out, so that path keeps it live.
        if let super::ops::Op::ForIter { d, .. } = op
            && pc + 1 < code.code.len()
            && get(self.at(pc as u32 + 1), d)
        {
            set(now, d);
        }
        if !op.is_quiet()
            && let Some(entry) = code.handler(pc as u32)
        {
            let kept = get(now, entry.exc);
            self.join(now, entry.handler as usize);
            if !kept {
                clear(now, entry.exc);
            }
        }
        op.registers(|access, r| {
            if access == Access::Read {
                set(now, r);
            }
        });
        for (w, a) in now.iter_mut().zip(always) {
            *w |= a;
        }
    }

    fn join(&self, into: &mut [u64], pc: usize) {
        for (w, from) in into.iter_mut().zip(self.at(pc as u32)) {
            *w |= from;
        }
    }
}

/// The variables of code that may look at its own locals.
fn always_live(code: &CodeData, words: usize) -> Vec<u64> {
    let mut always = vec![0; words];
    if code.flags.has(CodeFlags::INTROSPECTS) {
        let variables = code.varnames.len() + code.cellvars.len() + code.freevars.len();
        for r in 0..variables {
            set(&mut always, Reg(r as u16));
        }
    }
    always
}

fn get(bits: &[u64], r: Reg) -> bool {
    bits[r.index() / 64] >> (r.index() % 64) & 1 != 0
}

fn set(bits: &mut [u64], r: Reg) {
    bits[r.index() / 64] |= 1 << (r.index() % 64);
}

fn clear(bits: &mut [u64], r: Reg) {
    bits[r.index() / 64] &= !(1 << (r.index() % 64));
}
