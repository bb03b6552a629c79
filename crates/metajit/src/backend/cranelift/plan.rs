//! What is known of a region before a line of code is built: its exits and their numbers, and what is used.
//!
//! A region is a root trace and the bridges that are compiled into the same function. An exit that such a
//! bridge continues is a plain branch; all others are numbered, part by part, in the order of their first use.
//! The plan lies in the arena of the compilation, but for the exits, which outlive it.

use crate::backend::{ExitLayout, Part};
use crate::ir::{End, OpRef, Opcode, Plain, SnapshotId};
use bumpalo::Bump;
use bumpalo::collections::Vec as ArenaVec;

/// Where an exit leads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Target {
    /// Out of the region, under this number.
    Leave(usize),
    /// Into another part.
    Part(usize),
}

/// One exit of a part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way<'a> {
    pub(super) target: Target,
    /// The values that go along: the i-th is input i of what continues the exit.
    pub(super) values: &'a [OpRef],
}

/// The plan of one part.
#[derive(Clone, Copy, Debug)]
pub(super) struct PartPlan<'a> {
    /// The exits of guards, then that of the end.
    pub(super) ways: &'a [Way<'a>],
    /// The exit of guards that name a snapshot.
    pub(super) of_snapshot: &'a [Option<usize>],
    /// The exit through which the part ends.
    pub(super) last: Option<usize>,
    /// How often each operation's result is read. A virtual object's name in a snapshot is no use of it.
    pub(super) uses: &'a [u32],
}

/// The plan of a region.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    arena: &'a Bump,
    pub(super) parts: ArenaVec<'a, PartPlan<'a>>,
    /// The numbered exits.
    pub(super) exits: Vec<ExitLayout>,
    /// What the root's loop uses from before its header, if a part enters the loop there.
    pub(super) loop_inputs: Option<Vec<OpRef>>,
    /// Whether a part jumps to the region's own beginning.
    pub(super) restarts: bool,
    /// Whether the root's loop is there to be entered.
    pub(super) has_loop: bool,
}

impl<'a> Plan<'a> {
    /// Plans a region. `own_cell` is the address of the loop header's cell that leads to it.
    pub(super) fn new(arena: &'a Bump, parts: &[Part<'_>], own_cell: Option<usize>) -> Plan<'a> {
        let mut plan = Plan {
            arena,
            parts: ArenaVec::with_capacity_in(parts.len(), arena),
            exits: Vec::new(),
            loop_inputs: None,
            restarts: false,
            has_loop: parts[0].trace.loop_start.is_some(),
        };
        for index in 0..parts.len() {
            let part = plan.part(parts, index);
            plan.parts.push(part);
        }
        let enters = parts.iter().any(|part| matches!(part.trace.end, End::Enter { .. }));
        plan.loop_inputs = (enters && plan.has_loop).then(|| parts[0].trace.loop_inputs());
        plan.restarts = parts.iter().any(|part| match part.trace.end {
            End::Jump { cell, .. } => Some(cell) == own_cell,
            _ => false,
        });
        plan
    }

    fn part(&mut self, parts: &[Part<'_>], index: usize) -> PartPlan<'a> {
        let trace = parts[index].trace;
        let mut words = Words::of(self.arena, trace);
        let mut ways = ArenaVec::new_in(self.arena);
        let of_snapshot = self.arena.alloc_slice_fill_copy(trace.snapshots.len(), None);
        for op in &trace.ops {
            if matches!(op.code, Opcode::GuardTrue | Opcode::GuardFalse) {
                let known = &mut of_snapshot[op.snapshot.0 as usize];
                if known.is_none() {
                    *known = Some(ways.len());
                    let bridge = parts.iter().position(|part| part.continues == Some((index, op.snapshot)));
                    ways.push(self.way(trace, index, op.snapshot, bridge, &mut words));
                }
            }
        }
        let last = match trace.end {
            End::Exit(snapshot) => {
                let bridge = parts.iter().position(|part| part.continues == Some((index, snapshot)));
                ways.push(self.way(trace, index, snapshot, bridge, &mut words));
                Some(ways.len() - 1)
            }
            End::Jump { fallback: snapshot, .. } => {
                ways.push(self.fallback(trace, index, snapshot, &mut words));
                Some(ways.len() - 1)
            }
            End::Enter { fallback, .. } if !self.has_loop => {
                ways.push(self.fallback(trace, index, fallback, &mut words));
                Some(ways.len() - 1)
            }
            End::Open | End::Loop | End::Enter { .. } | End::Return(_) => None,
        };
        let uses = count_uses(self.arena, trace, &ways);
        PartPlan { ways: ways.into_bump_slice(), of_snapshot, last, uses }
    }

    /// The way through an exit, which a bridge may continue and one of the region may do so already.
    fn way(
        &mut self,
        trace: &Plain,
        part: usize,
        snapshot: SnapshotId,
        bridge: Option<usize>,
        words: &mut Words<'_>,
    ) -> Way<'a> {
        let Some(bridge) = bridge else { return self.out(trace, part, snapshot, words, true) };
        let values = self.arena.alloc_slice_copy(&trace.exit_values(snapshot));
        Way { target: Target::Part(bridge), values }
    }

    /// The way out of a part at whose end there is nothing to be continued.
    fn fallback(
        &mut self,
        trace: &Plain,
        part: usize,
        snapshot: SnapshotId,
        words: &mut Words<'_>,
    ) -> Way<'a> {
        self.out(trace, part, snapshot, words, false)
    }

    fn out(
        &mut self,
        trace: &Plain,
        part: usize,
        snapshot: SnapshotId,
        words: &mut Words<'_>,
        continues: bool,
    ) -> Way<'a> {
        let values: &[OpRef] = self.arena.alloc_slice_copy(&trace.exit_values(snapshot));
        let typed = values.iter().map(|&r| (r, trace.type_of(r))).collect();
        self.exits.push(ExitLayout { part, snapshot, values: typed, words: words.next(values), continues });
        Way { target: Target::Leave(self.exits.len() - 1), values }
    }
}

/// Gives the values of a part's exits their words in the exit buffer. A value that the exit before passes too stays in its
/// word, so that exits can share the code that writes it.
struct Words<'a> {
    /// What the exit before had in each word.
    held: ArenaVec<'a, OpRef>,
    /// By value: the word it had last, and the last exit that passed it.
    last: &'a mut [(u32, u32)],
    exits: u32,
}

impl<'a> Words<'a> {
    fn of(arena: &'a Bump, trace: &Plain) -> Self {
        let last = arena.alloc_slice_fill_copy(trace.ops.len(), (0, 0));
        Words { held: ArenaVec::new_in(arena), last, exits: 0 }
    }

    /// The words of the next exit's values.
    fn next(&mut self, values: &[OpRef]) -> Vec<u32> {
        let Words { held, last, exits } = self;
        *exits += 1;
        for &value in values {
            last[value.index()].1 = *exits;
        }
        for place in held.iter_mut() {
            if !place.is_none() && last[place.index()].1 != *exits {
                *place = OpRef::NONE;
            }
        }
        let mut free = 0;
        let mut word = |value: OpRef| {
            let known = &mut last[value.index()].0;
            if held.get(*known as usize) != Some(&value) {
                while held.get(free).is_some_and(|place| !place.is_none()) {
                    free += 1;
                }
                if free == held.len() {
                    held.push(OpRef::NONE);
                }
                held[free] = value;
                *known = free as u32;
            }
            *known
        };
        values.iter().map(|&value| word(value)).collect()
    }
}

fn count_uses<'a>(arena: &'a Bump, trace: &Plain, ways: &[Way<'_>]) -> &'a [u32] {
    let uses = arena.alloc_slice_fill_copy(trace.ops.len(), 0);
    let mut count = |r: OpRef| uses[r.index()] += 1;
    for op in &trace.ops {
        trace.operands(op).iter().copied().for_each(&mut count);
    }
    for param in &trace.params {
        count(param.initial);
        count(param.next);
    }
    for way in ways {
        way.values.iter().copied().for_each(&mut count);
    }
    match &trace.end {
        End::Jump { slots, .. } => slots.iter().for_each(|&(_, r)| count(r)),
        End::Enter { params, outer, .. } => params.iter().chain(outer).copied().for_each(count),
        End::Return(r) => count(*r),
        End::Open | End::Loop | End::Exit(_) => {}
    }
    uses
}
