//! Allocation removal: an object is virtual, a list of values without memory, until somebody else can see it.
//!
//! While it is virtual, loads and stores are facts, and exits describe it (`snapshot`). When it escapes it is
//! made real: an allocation and the stores of its words are emitted at that point, and so are the objects that it refers
//! to. Its name stays the `Virtual` operation's; `finish` replaces it. A pointer boxed into a word does not escape by
//! that. Neighbours: `heap` (real objects), `peel` (objects over the back-edge).

use super::{Ask, Optimizer, Step, cse, range};
use crate::heap::LayoutId;
use crate::ir::{Class, OpRef, Opcode, SnapshotId};
use crate::kind::Type;
use rustc_hash::FxHashMap;

/// Objects with more words than this are made real at once.
const MAX_WORDS: u32 = 64;

/// A virtual object.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub layout: LayoutId,
    pub len: u32,
    /// The fixed words, then the tail elements; `NONE` for a zero that nobody has written over.
    pub words: Vec<OpRef>,
}

/// The virtual objects, and what became of those that are real now.
#[derive(Clone, Debug, Default)]
pub(super) struct Objects {
    objects: FxHashMap<OpRef, Object>,
    /// Names of objects (and of words that hold their pointers) to the operation that made them in memory.
    real: FxHashMap<OpRef, OpRef>,
    epoch: u32,
}

impl Objects {
    /// Whether the pointer is to an object without memory.
    pub fn is_virtual(&self, r: OpRef) -> bool {
        self.objects.contains_key(&r)
    }
    /// The virtual object of that name.
    pub fn get(&self, r: OpRef) -> &Object {
        &self.objects[&r]
    }
    /// The operation that holds the value at run time.
    pub fn real_name(&self, r: OpRef) -> OpRef {
        self.real.get(&r).copied().unwrap_or(r)
    }
    /// Counts the objects made real.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }
    /// Writes a word of a virtual object.
    pub fn set(&mut self, r: OpRef, word: usize, value: OpRef) {
        self.objects.get_mut(&r).expect("a virtual object").words[word] = value;
    }
}

/// Answers operations on virtual objects; makes real what other operations let escape.
pub(super) fn visit(o: &mut Optimizer, ask: &Ask) -> Step {
    let [a, b, c] = ask.args;
    match ask.code {
        Opcode::Alloc => {
            let (layout, len) = (LayoutId::from_bits(ask.data as u32), (ask.data >> 32) as u32);
            if len as u64 + layout.fixed_words() as u64 > MAX_WORDS as u64 {
                return Step::Next;
            }
            let r = create(o, layout, len);
            o.note(ask.code, ask.ty, ask.args, ask.data, SnapshotId::NONE, r);
            return Step::Is(r);
        }
        Opcode::Load if o.objects.is_virtual(a) => {
            let word = (ask.data >> 32) as usize;
            return Step::Is(read(o, a, word, ask.ty));
        }
        Opcode::LoadItem => {
            if let Some(word) = item(o, a, b) {
                return Step::Is(read(o, a, word, ask.ty));
            }
        }
        Opcode::Store if o.objects.is_virtual(a) => {
            o.objects.set(a, (ask.data >> 32) as usize, b);
            o.note(ask.code, ask.ty, ask.args, ask.data, SnapshotId::NONE, OpRef::NONE);
            return Step::Gone;
        }
        Opcode::StoreItem => {
            if let Some(word) = item(o, a, b) {
                let value = if range::is_bytes(ask.data) { low_byte(o, c) } else { c };
                o.objects.set(a, word, value);
                o.note(ask.code, ask.ty, ask.args, ask.data, SnapshotId::NONE, OpRef::NONE);
                return Step::Gone;
            }
        }
        // An object that nobody else can see is no other object.
        Opcode::RefEq if o.objects.is_virtual(a) || o.objects.is_virtual(b) => {
            return Step::Is(o.bool(a == b));
        }
        Opcode::ValueEq if o.is_virtual(a) || o.is_virtual(b) => return Step::Is(o.bool(a == b)),
        Opcode::BoxRef => return Step::Next,
        _ => {}
    }
    if ask.code.class() != Class::Source {
        for r in ask.args {
            if !r.is_none() {
                escape(o, r);
            }
        }
    }
    Step::Next
}

/// A new virtual object, zeroed.
pub(super) fn create(o: &mut Optimizer, layout: LayoutId, len: u32) -> OpRef {
    let data = layout.bits() as u64 | (len as u64) << 32;
    let r = o.push(Opcode::Virtual, Some(Type::Ref), [OpRef::NONE; 3], data, SnapshotId::NONE);
    let words = vec![OpRef::NONE; (layout.fixed_words() + len) as usize];
    o.objects.objects.insert(r, Object { layout, len, words });
    o.facts.set_nonnull(r);
    r
}

/// The word of a virtual object that holds the tail element, if both are known.
fn item(o: &Optimizer, object: OpRef, index: OpRef) -> Option<usize> {
    let known = o.objects.objects.get(&object)?;
    let index = o.trace.constant(index)?;
    (index < known.len as u64).then(|| known.layout.fixed_words() as usize + index as usize)
}

fn read(o: &mut Optimizer, object: OpRef, word: usize, ty: Option<Type>) -> OpRef {
    match o.objects.get(object).words[word] {
        OpRef::NONE => o.constant(ty.expect("a load has a type"), 0),
        r => o.resolve(r),
    }
}

/// What a byte keeps of an integer stored into it.
pub(super) fn low_byte(o: &mut Optimizer, r: OpRef) -> OpRef {
    let mask = o.int(0xff);
    o.pure(Opcode::IntAnd, &[r, mask])
}

/// The value is seen by somebody else: if it is (the word of) a virtual object, that is made real.
pub(super) fn escape(o: &mut Optimizer, r: OpRef) {
    match o.operand_of(r, Opcode::BoxRef) {
        Some(object) => force(o, object),
        None => force(o, r),
    }
}

/// Makes a virtual object real, and all that it refers to.
pub(super) fn force(o: &mut Optimizer, r: OpRef) {
    let Some(object) = o.objects.objects.remove(&r) else { return };
    o.objects.epoch += 1;
    let none = [OpRef::NONE; 3];
    let data = o.op(r).data;
    let made = o.push(Opcode::Alloc, Some(Type::Ref), none, data, SnapshotId::NONE);
    o.objects.real.insert(r, made);
    o.facts.set_nonnull(made);
    if let Some(word) = cse::lookup(o, Opcode::BoxRef, &[r]) {
        let args = [r, OpRef::NONE, OpRef::NONE];
        let boxed = o.push(Opcode::BoxRef, Some(Type::Value), args, 0, SnapshotId::NONE);
        o.objects.real.insert(word, boxed);
    }
    let fixed = object.layout.fixed_words() as usize;
    let layout = object.layout.bits() as u64;
    for (i, &word) in object.words.iter().enumerate() {
        if word.is_none() {
            super::heap::zero_word(o, r, object.layout, i);
            continue;
        }
        let word = o.resolve(word);
        escape(o, word);
        let (code, args, data) = if i < fixed {
            (Opcode::Store, [r, word, OpRef::NONE], layout | (i as u64) << 32)
        } else {
            (Opcode::StoreItem, [r, o.int((i - fixed) as i64), word], layout)
        };
        o.push(code, None, args, data, SnapshotId::NONE);
        super::heap::learn_first_store(o, &Ask { code, ty: None, args, data });
    }
}
