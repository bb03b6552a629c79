//! Which slots of a frame are live before each instruction: what [`Code::live`](crate::language::Code::live) answers.
//!
//! A slot is live where its value may still be read. Only live slots are kept at exits and become parameters of loops, so
//! what this says too much costs time, and what it says too little is an error.

/// What an instruction does with slots, and which instructions may follow it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Use {
    /// It reads a slot.
    Read(u32),
    /// It writes a slot, after it has read all that it reads.
    Write(u32),
    /// This instruction may be the next.
    Next(usize),
}

/// The live slots before each instruction of a unit of code.
///
/// ```
/// use metajit::live::{Liveness, Use};
///
/// // 0: slot 1 = slot 0    1: back to 0 or on    2: return slot 1
/// let code: [&[Use]; 3] = [
///     &[Use::Read(0), Use::Write(1), Use::Next(1)],
///     &[Use::Next(0), Use::Next(2)],
///     &[Use::Read(1)],
/// ];
/// let live = Liveness::new(code.len(), 2, |pc, visit| code[pc].iter().for_each(|&u| visit(u)));
/// assert_eq!((live.before(0), live.before(1), live.before(2)), (&[0b01][..], &[0b11][..], &[0b10][..]));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Liveness {
    words: usize,
    bits: Vec<u64>,
}

impl Liveness {
    /// Computes the sets: backwards through the code, until nothing changes. `uses` visits all that the instruction
    /// at an index does.
    pub fn new(instructions: usize, slots: u32, uses: impl Fn(usize, &mut dyn FnMut(Use))) -> Liveness {
        let words = (slots as usize).div_ceil(64).max(1);
        let mut bits = vec![0u64; words * instructions];
        let mut set = vec![0u64; words];
        let mut changed = true;
        while std::mem::take(&mut changed) {
            for pc in (0..instructions).rev() {
                set.fill(0);
                uses(pc, &mut |u| {
                    if let Use::Next(to) = u {
                        set.iter_mut().zip(&bits[to * words..]).for_each(|(word, next)| *word |= next);
                    }
                });
                uses(pc, &mut |u| {
                    if let Use::Write(slot) = u {
                        set[slot as usize / 64] &= !(1 << (slot % 64));
                    }
                });
                uses(pc, &mut |u| {
                    if let Use::Read(slot) = u {
                        set[slot as usize / 64] |= 1 << (slot % 64);
                    }
                });
                let old = &mut bits[pc * words..(pc + 1) * words];
                changed |= *old != set[..];
                old.copy_from_slice(&set);
            }
        }
        Liveness { words, bits }
    }

    /// The live slots before an instruction, as [`Code::live`](crate::language::Code::live) gives them.
    pub fn before(&self, pc: usize) -> &[u64] {
        &self.bits[pc * self.words..][..self.words]
    }
}
