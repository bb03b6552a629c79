//! Restores the state that an exit describes.
//!
//! The exit buffer is read completely before anything of the interpreter runs, since nested compiled code
//! overwrites it. Invariant: every pointer is in the exit buffer, in a slot, in an object or in a [`Rooted`]
//! whenever something is allocated. Neighbours: `plan`, `record::replay` (takes over the frames).
#![allow(unsafe_code)]

use super::Rooted;
use super::plan::{ExitPlan, ObjectPlan, Part, Place, Source};
use crate::frame::Frame;
use crate::heap::layout::TailKind;
use crate::heap::{self, HEADER_BYTES, LayoutId, Ref, Value};
use crate::ir::{OpRef, Opcode};
use crate::kind::Type;
use crate::opt::Optimizer;
use crate::record::{Replay, ReplayEntry, ReplayFrame};
use crate::run::Run;

/// Writes the root frame's slots, makes virtual objects, and, unless the exit is simple, prepares the replay.
pub(crate) fn restore(plan: &ExitPlan, buffer: &[u64], root: *mut Value) -> Option<Replay> {
    let passed = if plan.is_simple() { 0 } else { plan.passed() };
    let mut rooted = Rooted::new(plan.objects.len() + passed);
    let objects = materialise(plan, buffer, &mut rooted);
    let bits = |part: Part| match part.from {
        Source::Passed(i) => buffer[plan.passed[i as usize].1 as usize],
        Source::Constant(bits) => bits,
        Source::Object(i) => objects[i as usize].bits(),
    };
    for store in &plan.stores {
        let object = Ref::from_bits(bits(store.object));
        write(
            object,
            store.layout,
            store.place,
            converted(store.place.ty(), store.value.ty, bits(store.value)),
        );
    }
    let frame = Frame::<Run>::at(root);
    for &(slot, part) in &plan.frames[0].slots {
        frame.write(slot, boxed(part.ty, bits(part)));
    }
    if plan.is_simple() {
        return None;
    }
    let mut next = plan.objects.len();
    let mut keep = |bits: u64| {
        rooted.set(next, bits);
        next += 1;
        bits
    };
    let frames = plan.frames.iter().enumerate().map(|(depth, frame)| ReplayFrame {
        code: frame.code,
        base: frame.base,
        pc: frame.pc,
        slots: match depth {
            0 => Vec::new(),
            _ => frame
                .slots
                .iter()
                .map(|&(s, p)| (s, keep(boxed(p.ty, bits(p)).bits()), OpRef::NONE))
                .collect(),
        },
        log: (frame.log.iter())
            .map(|&(ty, p)| ReplayEntry { ty, bits: keep(converted(ty, p.ty, bits(p))), op: OpRef::NONE })
            .collect(),
    });
    let frames = frames.collect();
    Some(Replay { frames, _rooted: rooted, level: 0, cursor: 0 })
}

/// The replay of a simple exit: one frame that goes on at a bytecode's start.
pub(crate) fn nothing_to_replay(plan: &ExitPlan) -> Replay {
    let root = &plan.frames[0];
    let frame = ReplayFrame { code: root.code, base: 0, pc: root.pc, slots: Vec::new(), log: Vec::new() };
    Replay { frames: vec![frame], _rooted: Rooted::new(0), level: 0, cursor: 0 }
}

impl ExitPlan {
    /// Number of words that go to the replay.
    fn passed(&self) -> usize {
        self.frames.iter().map(|frame| frame.slots.len() + frame.log.len()).sum()
    }
}

/// The word of a value of any type.
fn boxed(ty: Type, bits: u64) -> Value {
    match ty {
        Type::Int => Value::int(bits as i64),
        Type::Float => Value::float(f64::from_bits(bits)),
        Type::Ref => Value::object(Ref::from_bits(bits)),
        Type::Value => Value::from_bits(bits),
        Type::Bool => unreachable!("no slot holds a bare truth value"),
    }
}

/// A value of type `from` as one of type `to`: the same, or boxed.
fn converted(to: Type, from: Type, bits: u64) -> u64 {
    if to == Type::Value && from != Type::Value { boxed(from, bits).bits() } else { bits }
}

/// Makes the exit's virtual objects. They are rooted in the first words of `rooted`.
fn materialise(plan: &ExitPlan, buffer: &[u64], rooted: &mut Rooted) -> Vec<Ref> {
    let mut objects = Vec::with_capacity(plan.objects.len());
    for (i, object) in plan.objects.iter().enumerate() {
        let made = heap::alloc(object.layout, object.len as usize);
        rooted.set(i, made.bits());
        objects.push(made);
    }
    for (i, object) in plan.objects.iter().enumerate() {
        fill(objects[i], object, |part| match part.from {
            Source::Passed(i) => buffer[plan.passed[i as usize].1 as usize],
            Source::Constant(bits) => bits,
            Source::Object(j) => objects[j as usize].bits(),
        });
    }
    objects
}

fn fill(made: Ref, object: &ObjectPlan, bits: impl Fn(Part) -> u64) {
    for &(place, part) in &object.words {
        // Boxing may collect, which makes the object an old one: the barrier is not superfluous.
        write(made, object.layout, place, converted(place.ty(), part.ty, bits(part)));
    }
}

/// Writes a word of an object.
fn write(object: Ref, layout: LayoutId, place: Place, word: u64) {
    let address = |offset: usize| (object.bits() as usize + offset) as *mut u8;
    let tail = layout.tail_offset() as usize;
    // SAFETY: the place lies within the object, by its layout and its tail's length; words are aligned.
    unsafe {
        match place {
            Place::Field(i, _) => address(HEADER_BYTES + 8 * i as usize).cast::<u64>().write(word),
            Place::Item(i, TailKind::Byte) => address(tail + i as usize).write(word as u8),
            Place::Item(i, _) => address(tail + 8 * i as usize).cast::<u64>().write(word),
        }
    }
    if matches!(place.ty(), Type::Value | Type::Ref) {
        heap::write_barrier(object, Value::from_bits(word));
    }
}

/// Names what an exit passes in the bridge that continues it: the values are its inputs, virtual objects are made
/// once more as virtual ones. Gives the names of the root frame's slots too.
pub(crate) fn name_in(opt: &mut Optimizer, plan: &ExitPlan, replay: &mut Replay) {
    let objects: Vec<OpRef> = plan.objects.iter().map(|o| opt.alloc(o.layout.bits(), o.len)).collect();
    let name = |opt: &mut Optimizer, to: Type, part: Part| {
        let op = match part.from {
            Source::Passed(i) => opt.input(i, plan.passed[i as usize].0),
            Source::Constant(bits) => opt.constant(part.ty, bits),
            Source::Object(i) => objects[i as usize],
        };
        if to == Type::Value { boxed_name(opt, part.ty, op) } else { op }
    };
    for (i, object) in plan.objects.iter().enumerate() {
        for &(place, part) in &object.words {
            let value = name(opt, place.ty(), part);
            store(opt, objects[i], object.layout, place, value);
        }
    }
    for delayed in &plan.stores {
        let object = name(opt, Type::Ref, delayed.object);
        let value = name(opt, delayed.place.ty(), delayed.value);
        store(opt, object, delayed.layout, delayed.place, value);
    }
    for (frame, known) in replay.frames.iter_mut().zip(&plan.frames) {
        if frame.slots.len() < known.slots.len() {
            // The root frame's slots are in memory already; only their names are needed.
            frame.slots = known.slots.iter().map(|&(slot, _)| (slot, 0, OpRef::NONE)).collect();
        }
        for (slot, &(_, part)) in frame.slots.iter_mut().zip(&known.slots) {
            slot.2 = name(opt, Type::Value, part);
        }
        for (entry, &(ty, part)) in frame.log.iter_mut().zip(&known.log) {
            entry.op = name(opt, ty, part);
        }
    }
}

fn store(opt: &mut Optimizer, object: OpRef, layout: LayoutId, place: Place, value: OpRef) {
    let layout = layout.bits() as u64;
    match place {
        Place::Field(field, _) => opt.store(layout | (field as u64) << 32, object, value),
        Place::Item(item, _) => {
            let index = opt.constant(Type::Int, item as u64);
            opt.store_item(layout, object, index, value);
        }
    }
}

/// The name of a word made from a value.
fn boxed_name(opt: &mut Optimizer, ty: Type, op: OpRef) -> OpRef {
    let code = match ty {
        Type::Int => Opcode::BoxInt,
        Type::Float => Opcode::BoxFloat,
        Type::Ref => Opcode::BoxRef,
        Type::Value | Type::Bool => return op,
    };
    opt.pure(code, &[op])
}
