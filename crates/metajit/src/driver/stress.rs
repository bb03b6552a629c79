//! Stress: regions are given up at random, when an exit is taken.
//!
//! What may happen at any time (an assumption breaks, the budget of code is used up) happens here all the time. The choices
//! are pseudo-random and depend on the parameter `seed` alone, so that what goes wrong goes wrong again.

use super::state::Jit;

impl Jit {
    /// Perhaps gives up a region.
    pub(super) fn stress(&mut self) {
        let (broken, freed) = (self.parameters.break_regions, self.parameters.free_regions);
        if broken == 0 && freed == 0 {
            return;
        }
        if self.one_in(broken)
            && let Some(region) = self.any_region()
        {
            self.invalidate(region);
        }
        if self.one_in(freed)
            && let Some(region) = self.any_region()
        {
            self.discard(region, "freed at random");
        }
    }

    /// A region, chosen at random.
    fn any_region(&mut self) -> Option<u32> {
        let mut numbers: Vec<u32> = self.regions.keys().copied().collect();
        numbers.sort_unstable();
        let chosen = self.throw() as usize % numbers.len().max(1);
        numbers.get(chosen).copied()
    }

    /// True once in `n` times; never for 0.
    pub(super) fn one_in(&mut self, n: u64) -> bool {
        n > 0 && self.throw().is_multiple_of(n)
    }

    /// A pseudo-random number (xorshift).
    fn throw(&mut self) -> u64 {
        if self.dice == 0 {
            self.dice = self.parameters.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        }
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        self.dice >> 16
    }
}
