//! Giving up regions, and freeing code.
//!
//! A region is given up when something that it relied on is broken, when the budget of code is used up (the region that has
//! not been used for longest goes), and when code that it names is dropped. Nothing leads to its code from then on,
//! but the code may still be on the native stack, where it goes on until its next check. So its units are *retired*: they
//! and what they name are freed once no word of the native stack points into the code of any of them.
//! Invariant: the units of one region are freed together, since they lead to each other.
//! Neighbours: `region`, `units`, `heap::stack` (looks at the stack), `assume` (breaks).

use super::compile::Target;
use super::gate;
use super::region::{PartRecord, Region};
use super::state::Jit;
use super::units::UnitId;
use crate::heap;
use crate::observe::Event;
use rustc_hash::FxHashSet;

/// Retired units up to which nobody looks at the native stack while compiled code is on it.
const FEW: usize = 64;

impl Jit {
    /// A region's code must not be entered any more.
    pub(super) fn invalidate(&mut self, origin: u32) {
        if self.discard(origin, "an assumption was broken") {
            self.statistics.invalidations += 1;
        }
    }

    /// What other threads have broken.
    pub(super) fn invalidate_elsewhere(&mut self) {
        for origin in crate::assume::broken_elsewhere() {
            self.invalidate(origin);
        }
    }

    /// Gives a region up; false if that has been done before.
    pub(super) fn discard(&mut self, origin: u32, why: &str) -> bool {
        let Some(region) = self.regions.remove(&origin) else { return false };
        region.validity.end();
        self.live_bytes -= region.bytes;
        self.forget_cells(origin);
        self.observe(&Event::GivenUp { position: &region.position, why });
        if let Some(log) = &mut self.log {
            let exits = region.code.iter().filter_map(|&id| self.units.get(id)).flat_map(|unit| &unit.exits);
            log.given_up(&region.position, why, exits);
        }
        match region.target {
            Target::Loop(cell) => self.cool_down(cell, self.parameters.threshold),
            Target::Entry(cell, function) => {
                cell.direct().set(gate::stub(function.args));
                self.cool_down(cell, self.parameters.function_threshold);
            }
            Target::Exit(_) => {}
        }
        self.retire(region.code);
        true
    }

    /// Gives up the coldest regions until the others' code fits in the budget. What is still hot is recorded again.
    pub(super) fn keep_budget(&mut self, newest: u32) {
        while self.live_bytes > self.parameters.code_limit {
            let others =
                self.regions.iter().filter(|&(&number, region)| number != newest && region.bytes > 0);
            let coldest = others.min_by_key(|&(&number, region)| (self.last_used(region), number));
            let Some((&coldest, _)) = coldest else { return };
            self.statistics.evictions += 1;
            self.discard(coldest, "the budget of code is used up");
        }
    }

    /// When a region was last entered by the interpreter, or left, by the gate's clock.
    fn last_used(&self, region: &Region) -> u32 {
        let entered = region.target.cell().map_or(0, |cell| cell.since.get());
        let left = region.code.iter().filter_map(|&id| self.units.get(id)).map(|unit| unit.left_at);
        left.max().unwrap_or(0).max(entered)
    }

    /// Units to which nothing leads any more are to be freed.
    pub(super) fn retire(&mut self, units: Vec<UnitId>) {
        self.retired.extend(units);
        self.free_retired();
    }

    /// Frees those retired units that are not running.
    fn free_retired(&mut self) {
        if self.retired.is_empty() || !gate::is_idle() && self.retired.len() < self.look_at {
            return;
        }
        let mut retired = std::mem::take(&mut self.retired);
        if !gate::is_idle() {
            let range = |id: &UnitId| self.units.get(*id).map_or(0..0, |unit| unit.range.clone());
            let ranges: Vec<_> = retired.iter().map(range).collect();
            let running = heap::native_stack_points_into(&ranges);
            let origin = |id: &UnitId| self.units.get(*id).map(|unit| unit.origin);
            let regions: FxHashSet<_> =
                retired.iter().zip(running).filter(|(_, r)| *r).map(|(id, _)| origin(id)).collect();
            let (kept, gone): (Vec<_>, Vec<_>) =
                retired.into_iter().partition(|id| regions.contains(&origin(id)));
            (self.retired, retired) = (kept, gone);
        }
        // Looking costs time in proportion to what is looked for.
        self.look_at = (2 * self.retired.len()).max(FEW);
        for id in retired {
            let Some(unit) = self.units.take(id) else { continue };
            self.statistics.freed += 1;
            if let Some(backend) = self.backend() {
                backend.free(unit.code);
            }
        }
    }

    /// Notes which cells a part of a region names.
    pub(super) fn name_cells(&mut self, origin: u32, part: &PartRecord) {
        let cells: FxHashSet<usize> = part.cells().collect();
        for cell in cells {
            let regions = self.named.entry(cell).or_default();
            if !regions.contains(&origin) {
                regions.push(origin);
                self.names.entry(origin).or_default().push(cell);
            }
        }
    }

    /// A region names nothing any more.
    pub(super) fn forget_cells(&mut self, origin: u32) {
        for cell in self.names.remove(&origin).unwrap_or_default() {
            if let Some(regions) = self.named.get_mut(&cell) {
                regions.retain(|&region| region != origin);
                if regions.is_empty() {
                    self.named.remove(&cell);
                }
            }
        }
    }

    /// A cell is dropped: what it leads to is given up, and so is what names it or the code whose entry it is.
    pub(super) fn drop_cell(&mut self, cell: usize, own: Option<u32>) {
        let naming = self.named.get(&cell).cloned().unwrap_or_default();
        // What would be said of it would be said of code that is half gone.
        let (log, observer) = (self.log.take(), self.observer.take());
        for origin in naming.into_iter().chain(own) {
            self.statistics.dropped += self.discard(origin, "its code was dropped") as u64;
        }
        (self.log, self.observer) = (log, observer);
    }
}
