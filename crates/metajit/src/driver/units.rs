//! The table of units and their exits.
//!
//! Compiled code names its exits by number. A number holds the unit's place in the table, the exit's place in the unit, and
//! the unit's serial, so that no number is ever used for two exits although places are used again: what asks for an
//! exit of a unit that has been freed meanwhile is told so. Neighbours: `region` (makes units), `backend::UnitInfo`.

use crate::backend::{CodeCell, CodeId};
use crate::frame::LoopCell;
use crate::heap::RootSet;
use crate::ir::SnapshotId;
use crate::resume::ExitPlan;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// Bits of an exit's number for its place in the unit, and for the unit's place in the table.
const EXIT_BITS: u32 = 16;
const UNIT_BITS: u32 = 20;
/// Bits for the unit's serial. Numbers stay far below the special ones of the backend.
const SERIAL_BITS: u32 = 26;

/// Names a unit: its place in the table, and its serial.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct UnitId {
    place: u32,
    pub serial: u32,
}

impl UnitId {
    /// The number of the unit's first exit.
    pub fn first_exit(self) -> u64 {
        let serial = self.serial as u64 & ((1 << SERIAL_BITS) - 1);
        (serial << UNIT_BITS | self.place as u64) << EXIT_BITS
    }
}

/// A piece of compiled code.
pub(crate) struct Unit {
    pub id: UnitId,
    /// The region that it belongs to.
    pub origin: u32,
    pub code: CodeId,
    /// Where its code lies.
    pub range: Range<usize>,
    /// Keeps alive what its traces name.
    pub _roots: Vec<Rc<RootSet>>,
    pub exits: Vec<Exit>,
    /// When it was last left, by the gate's clock.
    pub left_at: u32,
}

/// Where an exit leads.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Leads {
    /// On: a bridge may continue it.
    On,
    /// To another part of the region, the loop's header or a bridge: compiled together with it, it is a branch.
    ToPart,
    /// To another version of the region's loop.
    ToVersion(&'static LoopCell),
    /// Out of the region, to the interpreter.
    Out,
}

/// A place where compiled code leaves.
pub(crate) struct Exit {
    /// Where it is in its region: part and snapshot.
    pub place: (usize, SnapshotId),
    pub plan: Rc<ExitPlan>,
    pub leads: Leads,
    /// Times the interpreter was reached through it.
    pub taken: u64,
    /// When `taken` reaches this, something is compiled for it.
    pub hot_at: u64,
    pub failures: u32,
    /// How often the bridge that continues it may be entered, if it counts that.
    pub count: Option<Arc<AtomicU64>>,
    pub cells: Arc<[CodeCell]>,
    pub index: usize,
}

impl Exit {
    /// Leads the exit to a bridge, or to the interpreter with null.
    pub fn lead_to(&self, entry: *const u8) {
        self.cells[self.index].set(entry);
    }
}

/// All units that have code.
#[derive(Default)]
pub(crate) struct Units {
    places: Vec<Option<Unit>>,
    free: Vec<u32>,
    made: u32,
}

impl Units {
    /// Exits that a unit may have.
    pub const MOST_EXITS: usize = 1 << EXIT_BITS;

    /// A name for a unit that is going to be compiled. `None` when there are too many.
    pub fn reserve(&mut self) -> Option<UnitId> {
        let place = match self.free.pop() {
            Some(place) => place,
            None if self.places.len() < 1 << UNIT_BITS => {
                self.places.push(None);
                self.places.len() as u32 - 1
            }
            None => return None,
        };
        self.made = self.made.wrapping_add(1);
        Some(UnitId { place, serial: self.made })
    }
    /// Puts a unit into its place.
    pub fn put(&mut self, unit: Unit) {
        let place = unit.id.place as usize;
        self.places[place] = Some(unit);
    }
    /// Takes a unit, or a name for one, out of the table: the name is not used again.
    pub fn take(&mut self, id: UnitId) -> Option<Unit> {
        self.free.push(id.place);
        self.places[id.place as usize].take()
    }
    /// The unit of that name.
    pub fn get(&self, id: UnitId) -> Option<&Unit> {
        self.places[id.place as usize].as_ref().filter(|unit| unit.id == id)
    }
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Unit> {
        self.places.iter().flatten()
    }
    /// The unit that an exit is in, and the exit; `None` if it has been freed.
    pub fn of_exit(&mut self, number: u64) -> Option<(&mut Unit, usize)> {
        let place = (number >> EXIT_BITS) & ((1 << UNIT_BITS) - 1);
        let unit = self.places.get_mut(place as usize)?.as_mut()?;
        let index = number.wrapping_sub(unit.id.first_exit()) as usize;
        (index < unit.exits.len()).then_some((unit, index))
    }
    /// An exit; `None` if its unit has been freed.
    pub fn exit(&mut self, number: u64) -> Option<&mut Exit> {
        self.of_exit(number).map(|(unit, index)| &mut unit.exits[index])
    }
    /// Forgets all units; their names are not given again.
    pub fn clear(&mut self) {
        self.places.clear();
        self.free.clear();
    }
}
