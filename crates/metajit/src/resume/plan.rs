//! What an exit asks for: its snapshot, worked out against the exit buffer.
//!
//! Invariant: a plan is immutable and refers to nothing of the trace it came from, so it may be used while the
//! trace's region is compiled again or given up. Neighbours: `restore`, `backend::ExitLayout`.

use crate::backend::ExitLayout;
use crate::heap::LayoutId;
use crate::heap::layout::TailKind;
use crate::ir::{OpRef, Trace, VirtualObject};
use crate::kind::Type;
use crate::language::Code;

/// Where a value comes from when its exit is taken.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source {
    /// This one of the exit's values.
    Passed(u32),
    /// These bits.
    Constant(u64),
    /// This one of the exit's virtual objects.
    Object(u32),
}

/// A value that an exit passes on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    pub ty: Type,
    pub from: Source,
}

/// One frame of an exit.
#[derive(Debug)]
pub(crate) struct FramePlan {
    pub code: &'static dyn Code,
    pub base: u32,
    pub pc: usize,
    pub slots: Box<[(u32, Part)]>,
    /// The types under which results were logged, and their values.
    pub log: Box<[(Type, Part)]>,
}

/// One virtual object of an exit.
#[derive(Debug)]
pub(crate) struct ObjectPlan {
    pub layout: LayoutId,
    pub len: u32,
    pub words: Box<[(Place, Part)]>,
}

/// A store that the exit does.
#[derive(Debug)]
pub(crate) struct StorePlan {
    pub object: Part,
    pub layout: LayoutId,
    pub place: Place,
    pub value: Part,
}

/// A place in an object.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// A fixed field: its index and type.
    Field(u32, Type),
    /// A tail element.
    Item(u32, TailKind),
}

impl Place {
    /// The type of what stands there.
    pub(crate) fn ty(self) -> Type {
        match self {
            Place::Field(_, ty) => ty,
            Place::Item(_, TailKind::Value) => Type::Value,
            Place::Item(_, TailKind::Float) => Type::Float,
            Place::Item(_, TailKind::Int | TailKind::Byte) => Type::Int,
        }
    }
}

/// What an exit asks for.
#[derive(Debug)]
pub(crate) struct ExitPlan {
    /// From the root inwards; at least one.
    pub frames: Box<[FramePlan]>,
    pub objects: Box<[ObjectPlan]>,
    pub stores: Box<[StorePlan]>,
    /// Of each value that is passed: its type, and its word in the exit buffer.
    pub passed: Box<[(Type, u32)]>,
}

impl ExitPlan {
    /// Works out the snapshot of an exit of the trace.
    pub(crate) fn new(trace: &Trace, layout: &ExitLayout) -> ExitPlan {
        let snapshot = trace.snapshot(layout.snapshot);
        let part = |r: OpRef| {
            if let Some(i) = snapshot.objects.iter().position(|o| o.op == r) {
                return Part { ty: Type::Ref, from: Source::Object(i as u32) };
            }
            let from = match trace.constant(r) {
                Some(bits) => Source::Constant(bits),
                None => {
                    let value = layout.values.iter().position(|&(v, _)| v == r);
                    Source::Passed(value.expect("an exit passes every value of its snapshot") as u32)
                }
            };
            Part { ty: trace.type_of(r), from }
        };
        let frames = snapshot.frames.iter().map(|frame| FramePlan {
            code: frame.code,
            base: frame.base,
            pc: frame.pc as usize,
            slots: frame.slots.iter().map(|&(slot, r)| (slot, part(r))).collect(),
            log: frame.log.iter().map(|entry| (entry.ty, part(entry.op))).collect(),
        });
        ExitPlan {
            frames: frames.collect(),
            objects: snapshot.objects.iter().map(|object| object_plan(object, part)).collect(),
            stores: (snapshot.stores.iter())
                .map(|store| {
                    let (layout, index) =
                        (LayoutId::from_bits(store.word as u32), (store.word >> 32) as usize);
                    let place = place(layout, index);
                    StorePlan { object: part(store.object), layout, place, value: part(store.value) }
                })
                .collect(),
            passed: layout.values.iter().zip(&layout.words).map(|(&(_, ty), &word)| (ty, word)).collect(),
        }
    }

    /// Number of values and places in it.
    pub(crate) fn len(&self) -> usize {
        let frames: usize = self.frames.iter().map(|frame| frame.slots.len() + frame.log.len()).sum();
        let objects: usize = self.objects.iter().map(|object| object.words.len()).sum();
        frames + objects + self.stores.len()
    }
    /// Whether writing the slots of one frame is all there is to do.
    pub(crate) fn is_simple(&self) -> bool {
        self.frames.len() == 1 && self.frames[0].log.is_empty()
    }
    /// Where the root frame resumes.
    pub(crate) fn root_pc(&self) -> usize {
        self.frames[0].pc
    }
    /// Where the innermost frame resumes: its code's address, and the position.
    pub(crate) fn place(&self) -> (usize, usize) {
        let frame = self.frames.last().expect("at least one frame");
        (std::ptr::from_ref(frame.code) as *const u8 as usize, frame.pc)
    }
    /// Where the innermost frame resumes, for messages.
    pub(crate) fn describe(&self) -> String {
        let frame = self.frames.last().expect("at least one frame");
        frame.code.describe(frame.pc)
    }
}

fn object_plan(object: &VirtualObject, part: impl Fn(OpRef) -> Part) -> ObjectPlan {
    let layout = LayoutId::from_bits(object.layout);
    let words = object.words.iter().enumerate().filter(|(_, r)| !r.is_none());
    ObjectPlan { layout, len: object.len, words: words.map(|(i, &r)| (place(layout, i), part(r))).collect() }
}

/// Word `i` of objects of that layout.
fn place(layout: LayoutId, i: usize) -> Place {
    let known = layout.layout().expect("objects have registered layouts");
    match known.fields.get(i) {
        Some(field) => Place::Field(i as u32, field.kind),
        None => {
            let tail = known.tail.as_ref().expect("words behind the fields are the tail's");
            Place::Item((i - known.fields.len()) as u32, tail.kind)
        }
    }
}
