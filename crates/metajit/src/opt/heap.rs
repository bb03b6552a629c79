//! Loads are answered from earlier loads and stores; what a store or call may have changed is forgotten.
//!
//! Two accesses can meet only if layout and field are the same and the objects may be: an object allocated in
//! the trace differs from every value that is older, and two objects differ where the first field, an integer, does. Immutable words are never forgotten. The same for the
//! loads of global state: the pending exception, the poll flag, the validity flag. Neighbours: `virtuals`.

use super::{Ask, Optimizer, Step, fold, range, virtuals};
use crate::heap::{LayoutId, Value};
use crate::helper::{self, Effects, Helper};
use crate::ir::{Op, OpRef, Opcode};
use crate::kind::Type;
use rustc_hash::{FxHashMap, FxHashSet};

/// A word of an object: the object, and the index of a tail element (`NONE` for a field).
pub(super) type Place = (OpRef, OpRef);

/// A word in memory: the key of [`Memory::words`], and the place.
pub(super) type Word = (u64, Place);

/// What the pending exception is known to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Pending {
    #[default]
    Unknown,
    /// Null.
    Nothing,
    /// What this call left.
    Of(OpRef),
    /// The result of this load.
    Read(OpRef),
}

/// What is known of the words in memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    /// By field or, for tail elements, by layout: places and the values in them.
    words: FxHashMap<u64, Vec<(Place, OpRef)>>,
    pending: Pending,
    /// Raising calls, with the load of what they left.
    checked: FxHashMap<OpRef, OpRef>,
    poll: Option<OpRef>,
    invalidated: Option<OpRef>,
}

impl Written {
    fn may_change(&self, key: u64) -> bool {
        !is_immutable(key)
            && (self.calls || self.words.contains(&key) || self.layouts.contains(&layout_of(key)))
    }
    /// Adds a word that is written later: layout bits and number of the word in its object.
    pub fn add_word(&mut self, word: u64) {
        let layout = LayoutId::from_bits(word as u32);
        let is_field = (word >> 32) < u64::from(layout.fixed_words());
        self.words.insert(if is_field { word } else { u64::from(layout.bits()) | TAIL });
    }
    /// Adds what the operation may change.
    pub fn add(&mut self, op: &Op) {
        match op.code {
            Opcode::Store => _ = self.words.insert(op.data),
            Opcode::StoreItem => _ = self.words.insert(op.data | TAIL),
            Opcode::Call => match helper::of(op.data).effects {
                Effects::Any => self.calls = true,
                Effects::Writes(layouts) => self.layouts.extend(layouts),
                Effects::Elidable | Effects::Reads => {}
            },
            _ => {}
        }
    }
}

/// What a loop's body writes.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Keys of [`Memory::words`].
    pub words: FxHashSet<u64>,
    /// Layouts of which calls write objects.
    pub layouts: FxHashSet<LayoutId>,
    /// Whether it makes a call with any effect.
    pub calls: bool,
}

/// Marks the keys of tail elements; a field's key is its `data`.
const TAIL: u64 = 1 << 63;

/// The key and place that an operation reads or writes.
fn place(ask: &Ask) -> Option<Word> {
    match ask.code {
        Opcode::Load | Opcode::Store => Some((ask.data, (ask.args[0], OpRef::NONE))),
        Opcode::LoadItem | Opcode::StoreItem => Some((ask.data | TAIL, (ask.args[0], ask.args[1]))),
        _ => None,
    }
}

/// The word that an operation reads or writes, with these operands.
pub(super) fn word_of(op: &Op, object: OpRef, index: OpRef) -> Word {
    match op.code {
        Opcode::Load | Opcode::Store => (op.data, (object, OpRef::NONE)),
        _ => (op.data | TAIL, (object, index)),
    }
}

/// The load that reads words of that key, and its `data`.
pub(super) fn load_of(key: u64) -> (Opcode, u64) {
    if key & TAIL == 0 { (Opcode::Load, key) } else { (Opcode::LoadItem, key & !TAIL) }
}

/// All words whose values are known, in a fixed order.
pub(super) fn all_known(o: &Optimizer) -> Vec<(Word, OpRef)> {
    let words = o.memory.words.iter();
    let mut words: Vec<_> = words
        .flat_map(|(&key, places)| places.iter().map(move |&(place, value)| ((key, place), value)))
        .collect();
    words.sort_unstable();
    words
}

/// Forgets what may have been changed.
pub(super) fn forget(o: &mut Optimizer, written: &Written) {
    o.memory.words.retain(|&key, _| !written.may_change(key));
}

/// The layout of the objects that have the word.
fn layout_of(key: u64) -> LayoutId {
    LayoutId::from_bits(key as u32)
}

fn is_immutable(key: u64) -> bool {
    let Some(layout) = LayoutId::from_bits(key as u32).layout() else { return false };
    if key & TAIL != 0 {
        return layout.tail.as_ref().is_some_and(|tail| tail.immutable);
    }
    layout.fields.get((key >> 32) as usize).is_some_and(|field| field.immutable)
}

/// The value in a word, if it is known.
pub(super) fn known(o: &Optimizer, (key, place): Word) -> Option<OpRef> {
    let words = o.memory.words.get(&key)?;
    words.iter().find(|(p, _)| *p == place).map(|&(_, value)| o.resolve(value))
}

/// Answers loads; drops stores of what is there already.
pub(super) fn visit(o: &mut Optimizer, ask: &Ask) -> Step {
    match ask.code {
        Opcode::Load | Opcode::LoadItem => {
            let word = place(ask).expect("a load has a place");
            match known(o, word) {
                Some(r) if word.0 & TAIL != 0 && range::is_bytes(ask.data) => {
                    Step::Is(virtuals::low_byte(o, r))
                }
                Some(r) => Step::Is(r),
                None => Step::Next,
            }
        }
        Opcode::Store | Opcode::StoreItem => {
            let word = place(ask).expect("a store has a place");
            let value = if ask.code == Opcode::Store { ask.args[1] } else { ask.args[2] };
            if known(o, word) == Some(value) { Step::Gone } else { Step::Next }
        }
        Opcode::Pending => match o.memory.pending {
            Pending::Nothing => Step::Is(o.constant(Type::Value, Value::NULL.bits())),
            Pending::Read(r) => Step::Is(r),
            _ => Step::Next,
        },
        Opcode::ClearPending if o.memory.pending == Pending::Nothing => Step::Gone,
        Opcode::Poll => o.memory.poll.map_or(Step::Next, Step::Is),
        Opcode::Invalidated => o.memory.invalidated.map_or(Step::Next, Step::Is),
        _ => Step::Next,
    }
}

/// Keeps what was loaded or stored.
pub(super) fn learn(o: &mut Optimizer, ask: &Ask, r: OpRef) {
    if let Some((key, place)) = place(ask) {
        o.facts.set_nonnull(place.0);
        let value = match ask.code {
            Opcode::Store => ask.args[1],
            Opcode::StoreItem => ask.args[2],
            _ => r,
        };
        if matches!(ask.code, Opcode::Store | Opcode::StoreItem) {
            let mut words = o.memory.words.remove(&key).unwrap_or_default();
            words.retain(|&(p, _)| are_distinct(o, key, p, place));
            o.memory.words.insert(key, words);
        }
        know(o, (key, place), value);
        return;
    }
    match ask.code {
        Opcode::Pending => {
            if let Pending::Of(call) = o.memory.pending {
                o.memory.checked.insert(call, r);
            }
            o.memory.pending = Pending::Read(r);
        }
        Opcode::ClearPending => o.memory.pending = Pending::Nothing,
        Opcode::Poll => o.memory.poll = Some(r),
        Opcode::Invalidated => o.memory.invalidated = Some(r),
        _ => {}
    }
}

/// Forgets what the call may have changed.
pub(super) fn learn_call(o: &mut Optimizer, helper: &'static Helper, r: OpRef) {
    match helper.effects {
        Effects::Any => {
            o.memory.words.retain(|&key, _| is_immutable(key));
            o.memory.poll = None;
            o.memory.invalidated = None;
        }
        Effects::Writes(layouts) => {
            o.memory.words.retain(|&key, _| is_immutable(key) || !layouts.contains(&layout_of(key)));
        }
        Effects::Elidable | Effects::Reads => {}
    }
    if helper.raises {
        o.memory.pending = Pending::Of(r);
    }
}

/// Keeps what was stored into an object that nobody else could see: nothing else has changed.
pub(super) fn learn_first_store(o: &mut Optimizer, ask: &Ask) {
    let word = place(ask).expect("a store has a place");
    let value = if ask.code == Opcode::Store { ask.args[1] } else { ask.args[2] };
    know(o, word, value);
}

/// The word holds `value`.
pub(super) fn know(o: &mut Optimizer, (key, place): Word, value: OpRef) {
    o.memory.words.entry(key).or_default().push((place, value));
}

/// Word `i` of a new object, which nobody else can see yet, is zero.
pub(super) fn zero_word(o: &mut Optimizer, object: OpRef, layout: LayoutId, i: usize) {
    let fixed = layout.fixed_words() as usize;
    if let (Some(description), true) = (layout.layout(), i < fixed) {
        let zero = o.constant(description.fields[i].kind, 0);
        know(o, (layout.bits() as u64 | (i as u64) << 32, (object, OpRef::NONE)), zero);
    }
}

/// Whether the raising call is known to have left no exception.
pub(super) fn completed(o: &Optimizer, call: OpRef) -> bool {
    let left = o.memory.checked.get(&call);
    left.is_some_and(|&r| o.is_constant(r) == Some(Value::NULL.bits()))
}

/// A call that leaves no exception has been answered without making it.
pub(super) fn nothing_pending(o: &mut Optimizer) {
    o.memory.pending = Pending::Nothing;
}

/// The words that [`enter_loop`] is going to forget, in a fixed order, with their values. Objects made in the preamble are
/// left out: the body has its own.
pub(super) fn forgotten(o: &Optimizer, written: &Written) -> Vec<(Word, OpRef)> {
    let mut words = Vec::new();
    for (&key, places) in o.memory.words.iter().filter(|&(&key, _)| written.may_change(key)) {
        for &(place, value) in places {
            let is_fixed = place.1.is_none() || o.trace.constant(place.1).is_some();
            if is_fixed && o.resolve(place.0) == place.0 && !fold::is_allocation(o, place.0) {
                words.push(((key, place), o.resolve(value)));
            }
        }
    }
    words.sort_unstable();
    words
}

/// Forgets what the loop's body may change before it comes round again.
pub(super) fn enter_loop(o: &mut Optimizer, written: &Written) {
    forget(o, written);
    o.memory.pending = Pending::Unknown;
    o.memory.poll = None;
    if written.calls {
        o.memory.invalidated = None;
    }
}

/// Whether two places of the same key are certainly different words.
pub(super) fn are_distinct(o: &Optimizer, key: u64, a: Place, b: Place) -> bool {
    if !a.1.is_none() && a.1 != b.1 {
        let (i, j) = (o.resolve(a.1), o.resolve(b.1));
        if o.facts.of(i).range.disjoint(o.facts.of(j).range) {
            return true;
        }
    }
    let (a, b) = (o.resolve(a.0), o.resolve(b.0));
    fold::are_distinct(o, a, b) || differ_in_a_field(o, layout_of(key), a, b)
}

/// Whether the two objects are known to have different constants in the same field, as generators of different functions
/// have.
fn differ_in_a_field(o: &Optimizer, layout: LayoutId, a: OpRef, b: OpRef) -> bool {
    let constant = |field: u32, object: OpRef| {
        let word = (u64::from(layout.bits()) | u64::from(field) << 32, (object, OpRef::NONE));
        o.trace.constant(known(o, word)?)
    };
    a != b
        && (0..layout.fixed_words()).any(|field| match (constant(field, a), constant(field, b)) {
            (Some(x), Some(y)) => x != y,
            _ => false,
        })
}
