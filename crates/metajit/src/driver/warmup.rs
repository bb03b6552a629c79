//! Warm-up: when a loop header or a function's entry is hot, and when to try again after giving up.
//!
//! A cell counts down by itself and asks here at zero. A threshold has to be reached within a time, else counting
//! begins again, so what runs now and then never gets hot. Each failure doubles the threshold up to a bound; so a place
//! that cannot be recorded costs a bounded share of the time, and is tried again in a changed world.

use super::Mode;
use super::state::Jit;
use crate::abort::Abort;
use crate::frame::LoopCell;
use std::rc::Rc;

impl Jit {
    /// Whether the place is to be recorded now. If not, its cell has been set to ask later.
    pub(super) fn is_hot(&mut self, cell: &LoopCell, threshold: u64) -> bool {
        if self.mode == Mode::Off {
            cell.fuel.set(u32::MAX);
            return false;
        }
        self.invalidate_elsewhere();
        if self.is_waiting(cell) {
            return false;
        }
        let now = self.clock();
        let since = cell.since.replace(now);
        if since == 0 && threshold > 1 {
            cell.fuel.set(clamp(threshold - 1));
            return false;
        }
        let late = cell.aborts.get() == 0 && (now - since.min(now)) as u64 > self.parameters.decay_ms;
        if late && since != 0 {
            cell.fuel.set(clamp(threshold / 2));
            return false;
        }
        // Until the recording that follows has ended, nobody else begins one here.
        cell.fuel.set(u32::MAX);
        true
    }

    /// Recording at the place was given up.
    pub(super) fn back_off(&mut self, cell: &LoopCell, threshold: u64, reason: Abort) {
        let now = self.clock();
        let before = cell.since.replace(now);
        let forgotten = (now - before.min(now)) as u64 > self.parameters.forget_ms;
        let aborts = if forgotten { cell.aborts.get() / 2 } else { cell.aborts.get() }.saturating_add(1);
        cell.aborts.set(aborts);
        if matches!(reason, Abort::LeftRoot | Abort::RaisedOut) {
            // Perhaps the last iteration was met by chance.
            cell.fuel.set(clamp(threshold / 8 + 1));
        } else {
            let doublings = (aborts as u64).min(self.parameters.backoff);
            cell.fuel.set(clamp(threshold.max(2) << doublings));
        }
    }

    /// The code at a place is no longer to be entered.
    pub(super) fn cool_down(&mut self, cell: &LoopCell, threshold: u64) {
        cell.code().set(std::ptr::null());
        cell.region.set(0);
        let now = self.clock();
        cell.since.set(now);
        cell.fuel.set(clamp(threshold));
    }

    /// Code that was not to be inlined may be inlined again after a time: the program may do something else by now.
    pub(super) fn expire(&mut self) {
        let now = self.clock();
        if self.called.is_empty() {
            self.called_since = now;
        } else if (now - self.called_since.min(now)) as u64 > self.parameters.forget_ms {
            self.called = Rc::default();
        }
    }

    /// Milliseconds since the driver was made, never zero.
    fn clock(&self) -> u32 {
        self.started.elapsed().as_millis() as u32 | 1
    }
}

/// A number of passes as a cell holds it; at least one, so that the next pass does not ask at once.
fn clamp(passes: u64) -> u32 {
    passes.clamp(1, u32::MAX as u64) as u32
}
