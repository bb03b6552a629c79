//! Closes a loop by peeling: the recorded iteration becomes the preamble, and is asked for once more as the body.
//!
//! The body's questions go through the same chain, so what the preamble has computed, checked or loaded and the
//! loop does not change is not done again. The header is a graph: the slots that the loop writes, the virtual objects that
//! they reach, fields in memory that it changes, and at the leaves values that are parameters or invariant. Which is which is guessed, tried, and
//! corrected until the end of the body has the shape of its beginning. Guesses only ever get weaker, apart from one
//! strengthening per leaf (a parameter that never changes), so this ends.
//!
//! # What a pass may know
//!
//! What was answered at once while recording is not asked again: the answer's name stands for it in the body, too. So
//! an answer must follow from operations of the same iteration in a way that holds when they are asked again on
//! the body's operands. Those are known at least as well as the preamble's, with one exception: a word that the
//! preamble loaded and tested may be `box_int p` in the body, whose form is nobody's business (`guards`).
//!
//! Neighbours: all passes, `snapshot`.

use super::facts::{Fact, Form, Range};
use super::header::{self, Assumed, Closed, LoopHeader, MemoryLeaf, Shape};
use super::heap::Written;
use super::speculate::{self, Seen, Wish};
use super::{Entry, Optimizer, Tape, cse, delay, finish, fold, heap, snapshot, virtuals};
use crate::heap::{LayoutId, TailKind, Value};
use crate::helper::Effects;
use crate::ir::{Class, End, LoopParam, OpRef, Opcode, Snapshot, SnapshotId};
use crate::kind::Type;
use rustc_hash::{FxHashMap, FxHashSet};

/// Attempts until the loop counts as unstable.
const MAX_TRIES: usize = 24;

/// How many words in memory the header carries at most.
const MAX_MEMORY_LEAVES: usize = 16;

/// Why a trace cannot loop in registers. The caller ends it with a jump to its own header through memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CloseError {
    /// The second iteration takes another path than the first, whatever is assumed.
    Unstable,
    /// The peeled loop is too long.
    TooLong,
}

/// A leaf's place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Key {
    /// A slot.
    Slot(u32),
    /// A word of a virtual object, which is named as in the preamble.
    Virtual(OpRef, usize),
    /// A word in memory.
    Memory(heap::Word),
}

/// What attempts have taught.
#[derive(Debug, Default)]
struct Guess {
    /// Virtual objects that have to be real at the header.
    real: FxHashSet<OpRef>,
    /// Leaves found to change.
    vary: FxHashSet<Key>,
    /// Parameters found not to change.
    same: FxHashSet<Key>,
    /// Leaves whose word has another form at the end than at the beginning.
    boxed: FxHashSet<Key>,
    /// Parameters of whose pointers nothing may be assumed.
    plain: FxHashSet<Key>,
    /// Parameters that may become negative.
    below: FxHashSet<Key>,
    /// Parameters that begin like another one and go on differently.
    apart: FxHashSet<Key>,
    /// How many of [`UPPER_BOUNDS`] do not hold for a parameter.
    above: FxHashMap<Key, usize>,
    /// Words in memory that are not known at the body's end.
    lost: FxHashSet<heap::Word>,
    /// What is tested in front of the loop.
    wish: Wish,
}

impl Guess {
    fn size(&self) -> usize {
        let sets = [&self.vary, &self.same, &self.boxed, &self.plain, &self.below, &self.apart];
        let keys: usize = sets.iter().map(|set| set.len()).sum();
        keys + self.real.len() + self.lost.len() + self.above.values().sum::<usize>()
    }
}

#[derive(Debug)]
pub(super) struct Leaf {
    pub key: Key,
    /// The value at the end of the preamble.
    original: OpRef,
    /// The same as the parameter gets it: unboxed if its form is known.
    pub initial: OpRef,
    /// The parameter, or `NONE` if the leaf is invariant.
    pub param: OpRef,
    /// An earlier leaf with the same initial value, whose parameter serves for both.
    twin: Option<usize>,
    /// What the body sees; `NONE` for a parameter until the body begins.
    pub value: OpRef,
    /// Facts about `initial` that the parameter is assumed to have, too.
    assumed: Assumed,
}

/// What an integer is assumed to stay below, in the order of trying: a length, the sum of any integer and one, nothing.
const UPPER_BOUNDS: [i64; 3] = [u32::MAX as i64, i64::MAX - 1, i64::MAX];

#[derive(Debug)]
struct Object {
    /// Its name in the preamble.
    name: OpRef,
    layout: LayoutId,
    len: u32,
    words: Vec<Shape>,
    /// Its name in the body.
    value: OpRef,
}

/// The loop header.
#[derive(Debug, Default)]
pub(super) struct Header {
    slots: Vec<Shape>,
    objects: Vec<Object>,
    /// Words of objects in memory that the loop changes and knows, and their leaves.
    memory: Vec<(heap::Word, usize)>,
    pub leaves: Vec<Leaf>,
}

/// What closing a loop needs besides the recording.
struct Context<'a> {
    tape: &'a Tape,
    entry: &'a [(u32, OpRef)],
    seen: &'a Seen,
    state: &'a mut dyn FnMut(&mut Optimizer) -> SnapshotId,
}

/// A body that ends as it begins.
struct Converged {
    o: Optimizer,
    header: LoopHeader,
    /// What would make it better.
    wish: Wish,
}

impl Object {
    fn published(self) -> header::Object {
        header::Object { layout: self.layout, len: self.len, words: self.words }
    }
}

impl Optimizer {
    /// Closes the loop whose first iteration has been recorded. `entry` lists the slots that the loop writes and
    /// that are live at its header, with their values at the iteration's end; `state` describes the state there. On
    /// an error nothing has changed.
    pub fn close_loop(
        &mut self,
        entry: &[(u32, OpRef)],
        state: &mut dyn FnMut(&mut Optimizer) -> SnapshotId,
    ) -> Result<Closed, CloseError> {
        if self.contradiction {
            return Err(CloseError::Unstable);
        }
        let tape = std::mem::take(&mut self.tape);
        let raw = self.raw.take();
        let seen = std::mem::take(&mut self.seen);
        self.tape.closed = true;
        let result = self.closed(&mut Context { tape: &tape, entry, seen: &seen, state });
        self.tape = tape;
        self.raw = raw;
        self.seen = seen;
        result
    }

    fn closed(&self, context: &mut Context<'_>) -> Result<Closed, CloseError> {
        let mut guess = Guess::default();
        let mut best = self.converge(context, &mut guess)?;
        if !best.wish.is_empty() {
            // Bounds that did not hold may hold now.
            guess.wish = std::mem::take(&mut best.wish);
            guess.below.clear();
            guess.above.clear();
            match self.converge(context, &mut guess) {
                Ok(other) if speculate::cost(&other.o) < speculate::cost(&best.o) => best = other,
                _ => {}
            }
        }
        let Converged { mut o, header, .. } = best;
        o.trace.end = End::Loop;
        delay::delay_stores(&mut o, &header);
        Ok(finish::finish_loop(o, header))
    }

    /// Attempts until nothing was wrong with one.
    fn converge(&self, context: &mut Context<'_>, guess: &mut Guess) -> Result<Converged, CloseError> {
        for _ in 0..MAX_TRIES {
            let mut o = self.clone();
            let before = guess.size();
            let Some((header, wish)) = o.peel(context, guess) else {
                return Err(CloseError::Unstable);
            };
            if o.len() > 2 * self.limit {
                return Err(CloseError::TooLong);
            }
            if guess.size() == before {
                return Ok(Converged { o, header, wish });
            }
        }
        Err(CloseError::Unstable)
    }

    /// One attempt; what was wrong with it is added to `guess`. `None` if the body contradicts itself.
    fn peel(&mut self, context: &mut Context<'_>, guess: &mut Guess) -> Option<(LoopHeader, Wish)> {
        let (tape, entry, common) = (context.tape, context.entry, self.len());
        let mut real: Vec<OpRef> = guess.real.iter().copied().collect();
        real.sort();
        for r in real {
            virtuals::force(self, r);
        }
        let mut written = Written::default();
        tape.entries.iter().for_each(|entry| written.add(&entry.op));
        let mut header = self.survey(entry, guess);
        self.survey_memory(&mut header, &written, guess);
        if !guess.wish.is_empty() {
            speculate::test(self, &header, &guess.wish, context.state);
            for leaf in header.leaves.iter_mut().filter(|leaf| leaf.value.is_none()) {
                leaf.assumed = self.assume(leaf.key, leaf.initial, guess);
            }
        }
        heap::enter_loop(self, &written);
        let known: Vec<Fact> = (0..self.len() as u32).map(|i| self.facts.of(OpRef(i))).collect();
        let slots = self.open_body(entry, &mut header);
        let mut body = Body::new(self, slots);
        if !self.respin(tape, &mut body) {
            return None;
        }
        let ends: Vec<OpRef> = entry.iter().map(|&(_, r)| body.name(self, r)).collect();
        let size = guess.size();
        self.compare(&header, &ends, guess);
        let is_stable = guess.size() == size && guess.wish.is_empty();
        let wish =
            if is_stable { speculate::wanted(self, &header, context.seen, common) } else { Wish::default() };
        Some((self.describe_header(header, entry, body, &known), wish))
    }

    /// The header as others see it; see [`LoopHeader`].
    fn describe_header(
        &self,
        header: Header,
        entry: &[(u32, OpRef)],
        body: Body,
        known: &[Fact],
    ) -> LoopHeader {
        // A body that does not come to an object any more knows nothing of what it holds.
        let is_reached = |place: (OpRef, OpRef)| {
            body.is_invariant(self, place.0) && (place.1.is_none() || body.is_invariant(self, place.1))
        };
        let (reached, lost): (Vec<_>, Vec<_>) =
            header.memory.iter().copied().partition(|(word, _)| is_reached(word.1));
        let leaves = header.leaves.iter().enumerate().map(|(i, leaf)| match (leaf.param, leaf.value) {
            _ if lost.iter().any(|&(_, leaf)| leaf == i) => header::Leaf::Unread,
            (OpRef::NONE, r) => {
                let r = delay::unboxed(self, r);
                match self.trace.constant(r) {
                    Some(bits) => header::Leaf::Constant(self.type_of(r), bits),
                    None => header::Leaf::Invariant(r),
                }
            }
            // `LoopHeader::renamed` puts the parameter's number here.
            (param, _) => header::Leaf::Param(param.index(), leaf.assumed),
        });
        let memory = reached.iter().map(|&(word, leaf)| {
            let ty = self.type_of(header.leaves[leaf].original);
            MemoryLeaf { word, ty, leaf }
        });
        let sources = (0..known.len() as u32).map(OpRef).filter(|&r| body.is_invariant(self, r));
        LoopHeader {
            slots: entry.iter().zip(&header.slots).map(|(&(slot, _), &shape)| (slot, shape)).collect(),
            leaves: leaves.collect(),
            memory: memory.collect(),
            invariants: sources.map(|r| (r, known[r.index()])).collect(),
            guards: body.guards.into_iter().collect(),
            objects: header.objects.into_iter().map(Object::published).collect(),
            assumes: false,
        }
    }

    /// The header's graph, as the preamble leaves it.
    fn survey(&mut self, entry: &[(u32, OpRef)], guess: &Guess) -> Header {
        let mut header = Header::default();
        for &(slot, r) in entry {
            let shape = self.shape(&mut header, Key::Slot(slot), r, guess);
            header.slots.push(shape);
        }
        let mut done = 0;
        while done < header.objects.len() {
            let (name, layout) = (header.objects[done].name, header.objects[done].layout);
            for i in 0..self.objects.get(name).words.len() {
                let shape = match self.word(name, layout, i) {
                    Some(r) => self.shape(&mut header, Key::Virtual(name, i), r, guess),
                    None => Shape::Zero,
                };
                header.objects[done].words.push(shape);
            }
            done += 1;
        }
        header
    }
    /// Words in memory that the body would forget become leaves: so a field that the loop counts in is loaded once.
    fn survey_memory(&mut self, header: &mut Header, written: &Written, guess: &Guess) {
        let mut words = heap::forgotten(self, written);
        words.retain(|(word, _)| !guess.lost.contains(word));
        for (word, value) in words.into_iter().take(MAX_MEMORY_LEAVES) {
            if let Shape::Leaf(leaf) = self.shape(header, Key::Memory(word), value, guess) {
                header.memory.push((word, leaf));
            }
        }
    }
    /// A word of a virtual object; `None` for a zero whose type is unknown.
    pub(super) fn word(&mut self, object: OpRef, layout: LayoutId, i: usize) -> Option<OpRef> {
        let r = self.objects.get(object).words[i];
        if !r.is_none() {
            return Some(r);
        }
        let fixed = layout.fixed_words() as usize;
        let ty = match layout.tail_kind() {
            Some(TailKind::Value) if i >= fixed => Type::Value,
            Some(TailKind::Float) if i >= fixed => Type::Float,
            Some(_) if i >= fixed => Type::Int,
            _ => layout.layout()?.fields[i].kind,
        };
        Some(self.constant(ty, 0))
    }
    fn shape(&mut self, header: &mut Header, key: Key, r: OpRef, guess: &Guess) -> Shape {
        let r = self.resolve(r);
        let name = snapshot::strip(self, r);
        if self.objects.is_virtual(name) {
            let known = header.objects.iter().position(|object| object.name == name);
            return Shape::Object(known.unwrap_or_else(|| {
                let object = self.objects.get(name);
                let (layout, len) = (object.layout, object.len);
                header.objects.push(Object { name, layout, len, words: Vec::new(), value: OpRef::NONE });
                header.objects.len() - 1
            }));
        }
        let looks_fixed = self.trace.constant(r).is_some() || self.op(r).code == Opcode::Slot;
        let invariant = !guess.vary.contains(&key) && (looks_fixed || guess.same.contains(&key));
        let mut initial = r;
        if !invariant && !guess.boxed.contains(&key) && self.type_of(r) == Type::Value {
            initial = self.unboxed_as_known(r);
        }
        let assumed = if invariant { Assumed::NOTHING } else { self.assume(key, initial, guess) };
        let (param, value) = (OpRef::NONE, if invariant { r } else { OpRef::NONE });
        let has_twin = !invariant && !guess.apart.contains(&key) && self.trace.constant(initial).is_none();
        let is_twin = |leaf: &Leaf| leaf.initial == initial && leaf.value.is_none() && leaf.twin.is_none();
        let twin = if has_twin { header.leaves.iter().position(is_twin) } else { None };
        header.leaves.push(Leaf { key, original: r, initial, param, twin, value, assumed });
        Shape::Leaf(header.leaves.len() - 1)
    }
    fn assume(&self, key: Key, initial: OpRef, guess: &Guess) -> Assumed {
        match self.type_of(initial) {
            Type::Int => {
                let range = self.facts.of(initial).range;
                let lo = if range.lo >= 0 && !guess.below.contains(&key) { 0 } else { i64::MIN };
                let bounds = UPPER_BOUNDS.iter().skip(guess.above.get(&key).copied().unwrap_or(0));
                let hi = bounds.copied().find(|&hi| range.hi <= hi).unwrap_or(i64::MAX);
                Assumed { range: Range { lo, hi }, ..Assumed::NOTHING }
            }
            Type::Ref if !guess.plain.contains(&key) => Assumed {
                nonnull: fold::is_nonnull(self, initial),
                layout: self.known_layout(initial),
                ..Assumed::NOTHING
            },
            _ => Assumed::NOTHING,
        }
    }
    pub(super) fn known_layout(&self, object: OpRef) -> Option<i64> {
        let known = fold::layout_of(self, object).map(i64::from);
        known.or_else(|| self.as_int(cse::lookup(self, Opcode::LayoutOf, &[object])?))
    }

    /// What is in the box of a word, if its form is known; else the word.
    fn unboxed_as_known(&mut self, r: OpRef) -> OpRef {
        let ty = match (self.op(r).code, self.facts.of(r).form) {
            (Opcode::BoxInt, _) | (_, Some(Form::SmallInt)) => Type::Int,
            (Opcode::BoxFloat, _) | (_, Some(Form::Float)) => Type::Float,
            (Opcode::BoxRef, _) | (_, Some(Form::Object)) => Type::Ref,
            (Opcode::Const, _) => {
                let word = Value::from_bits(self.op(r).data);
                match word {
                    _ if word.is_small_int() => Type::Int,
                    _ if word.is_immediate_float() => Type::Float,
                    _ if word.is_ref() => Type::Ref,
                    _ => Type::Value,
                }
            }
            _ => Type::Value,
        };
        self.unboxed(r, ty).unwrap_or(r)
    }
    /// The value as a parameter of that type gets it; `None` if its form is not known to be that.
    pub(super) fn unboxed(&mut self, r: OpRef, ty: Type) -> Option<OpRef> {
        if self.type_of(r) == ty {
            return Some(r);
        }
        let (boxing, unboxing, form) = match ty {
            Type::Int => (Opcode::BoxInt, Opcode::UnboxInt, Form::SmallInt),
            Type::Float => (Opcode::BoxFloat, Opcode::UnboxFloat, Form::Float),
            Type::Ref => (Opcode::BoxRef, Opcode::UnboxRef, Form::Object),
            _ => return None,
        };
        let word = self.trace.constant(r).map(Value::from_bits);
        let fits = match word {
            Some(word) => match ty {
                Type::Int => word.is_small_int(),
                Type::Float => word.is_immediate_float(),
                _ => word.is_ref() || word.is_null(),
            },
            None => self.op(r).code == boxing || self.facts.of(r).form == Some(form),
        };
        fits.then(|| self.pure(unboxing, &[r]))
    }

    /// Opens the body: parameters, objects; gives what the written slots hold there.
    fn open_body(&mut self, entry: &[(u32, OpRef)], header: &mut Header) -> Vec<(u32, OpRef)> {
        self.trace.loop_start = Some(self.len() as u32);
        for leaf in header.leaves.iter_mut().filter(|leaf| leaf.value.is_none() && leaf.twin.is_none()) {
            let ty = self.type_of(leaf.initial);
            let n = self.trace.params.len() as u64;
            leaf.param = self.push(Opcode::Param, Some(ty), [OpRef::NONE; 3], n, SnapshotId::NONE);
            let (op, initial) = (leaf.param, leaf.initial);
            self.trace.params.push(LoopParam { op, initial, next: OpRef::NONE });
            self.assume_of_param(op, leaf.assumed);
        }
        for i in 0..header.leaves.len() {
            if let Some(twin) = header.leaves[i].twin {
                header.leaves[i].param = header.leaves[twin].param;
            }
            let leaf = &header.leaves[i];
            if leaf.value.is_none() {
                header.leaves[i].value = self.boxed(leaf.param, self.type_of(leaf.original));
            }
        }
        for &(word, leaf) in &header.memory {
            heap::know(self, word, header.leaves[leaf].value);
        }
        for object in &mut header.objects {
            object.value = virtuals::create(self, object.layout, object.len);
        }
        for object in &header.objects {
            for (i, &shape) in object.words.iter().enumerate() {
                let original = self.objects.get(object.name).words[i];
                let ty = if original.is_none() { None } else { Some(self.type_of(original)) };
                if let Some(value) = self.seen(header, shape, ty) {
                    self.objects.set(object.value, i, value);
                }
            }
        }
        let slots = entry.iter().zip(&header.slots);
        let slots = slots.map(|(&(slot, r), &shape)| (slot, self.seen(header, shape, Some(self.type_of(r)))));
        slots.filter_map(|(slot, r)| Some((slot, r?))).collect()
    }
    /// The value that the body sees at a place of that type.
    fn seen(&mut self, header: &Header, shape: Shape, ty: Option<Type>) -> Option<OpRef> {
        match shape {
            Shape::Leaf(i) => Some(header.leaves[i].value),
            Shape::Object(i) => Some(self.boxed(header.objects[i].value, ty.unwrap_or(Type::Ref))),
            Shape::Zero => None,
        }
    }
    fn boxed(&mut self, r: OpRef, ty: Type) -> OpRef {
        match (self.type_of(r), ty) {
            (Type::Int, Type::Value) => self.pure(Opcode::BoxInt, &[r]),
            (Type::Float, Type::Value) => self.pure(Opcode::BoxFloat, &[r]),
            (Type::Ref, Type::Value) => self.pure(Opcode::BoxRef, &[r]),
            _ => r,
        }
    }

    /// Asks for everything on the tape once more. False on a contradiction.
    fn respin(&mut self, tape: &Tape, body: &mut Body) -> bool {
        for entry in &tape.entries {
            let op = entry.op;
            let r = match op.code {
                Opcode::GuardTrue | Opcode::GuardFalse => {
                    let condition = body.name(self, op.args[0]);
                    self.guard(condition, op.code == Opcode::GuardTrue, |o| {
                        body.snapshot(o, &tape.snapshots, op.snapshot)
                    });
                    OpRef::NONE
                }
                Opcode::Call => {
                    let start = op.args[0].index();
                    let operands = &tape.lists[start..start + op.args[1].index()];
                    let operands: Vec<OpRef> = operands.iter().map(|&r| body.name(self, r)).collect();
                    self.call(crate::helper::of(op.data), &operands)
                }
                _ => {
                    let args = op.args.map(|r| body.name(self, r));
                    self.ask(op.code, op.ty, &args, op.data)
                }
            };
            if self.contradiction {
                return false;
            }
            body.note(self, tape, entry, r);
        }
        true
    }

    /// Compares the end of the body with its beginning and completes the parameters.
    fn compare(&mut self, header: &Header, ends: &[OpRef], guess: &mut Guess) {
        let Some((pairs, mut next)) = self.pair_up(header, ends, guess) else { return };
        let mut lost = Vec::new();
        for &(word, leaf) in &header.memory {
            match heap::known(self, word) {
                Some(value) => next[leaf] = value,
                None => lost.push(word),
            }
        }
        let unchanging = guess.same.len();
        for (leaf, &next) in header.leaves.iter().zip(&next) {
            if next.is_none() {
                continue;
            }
            if leaf.param.is_none() {
                if self.resolve(next) != self.resolve(leaf.original) {
                    guess.vary.insert(leaf.key);
                }
                continue;
            }
            let next = self.resolve(next);
            virtuals::escape(self, next);
            let Some(next) = self.unboxed(next, self.type_of(leaf.param)) else {
                guess.boxed.insert(leaf.key);
                continue;
            };
            if leaf.twin.is_some() {
                if self.trace.params[self.op(leaf.param).data as usize].next != next {
                    guess.apart.insert(leaf.key);
                }
                continue;
            }
            let stays = next == leaf.param || next == self.resolve(leaf.initial);
            if stays && !guess.vary.contains(&leaf.key) {
                guess.same.insert(leaf.key);
            }
            self.verify(leaf, next, guess);
            let n = self.op(leaf.param).data as usize;
            self.trace.params[n].next = next;
        }
        // When more is known not to change, fewer stores may meet other words.
        if guess.same.len() == unchanging {
            guess.lost.extend(lost);
        }
        // A leaf that let an object escape has made it real.
        for (object, &pair) in header.objects.iter().zip(&pairs) {
            if !self.objects.is_virtual(pair) {
                guess.real.insert(object.name);
            }
        }
    }
    /// Takes back what was assumed of a parameter and does not hold for the value that comes round.
    fn verify(&self, leaf: &Leaf, next: OpRef, guess: &mut Guess) {
        let (assumed, range) = (leaf.assumed, self.facts.of(next).range);
        if range.lo < assumed.range.lo {
            guess.below.insert(leaf.key);
        }
        if range.hi > assumed.range.hi {
            let failed = UPPER_BOUNDS.iter().take_while(|&&bound| bound <= assumed.range.hi).count();
            guess.above.insert(leaf.key, failed);
        }
        let is_weaker = assumed.nonnull && !fold::is_nonnull(self, next)
            || assumed.layout.is_some() && assumed.layout != self.known_layout(next);
        if is_weaker {
            guess.plain.insert(leaf.key);
        }
    }
    /// Pairs the header's objects, one to one, with those at the end, and finds the value that comes round for
    /// each leaf. `None` if some object has no partner.
    fn pair_up(
        &mut self,
        header: &Header,
        ends: &[OpRef],
        guess: &mut Guess,
    ) -> Option<(Vec<OpRef>, Vec<OpRef>)> {
        let before = guess.real.len();
        let mut pairs = vec![OpRef::NONE; header.objects.len()];
        let mut next = vec![OpRef::NONE; header.leaves.len()];
        let mut todo: Vec<(Shape, OpRef)> =
            header.slots.iter().copied().zip(ends.iter().copied()).rev().collect();
        while let Some((shape, r)) = todo.pop() {
            let i = match shape {
                Shape::Leaf(i) => {
                    next[i] = r;
                    continue;
                }
                Shape::Object(i) => i,
                Shape::Zero => continue,
            };
            let object = &header.objects[i];
            let r = snapshot::strip(self, self.resolve(r));
            if pairs[i] == r {
                continue;
            }
            let fits = pairs[i].is_none()
                && self.objects.is_virtual(r)
                && !pairs.contains(&r)
                && self.objects.get(r).layout == object.layout
                && self.objects.get(r).len == object.len;
            if !fits {
                guess.real.insert(object.name);
                continue;
            }
            pairs[i] = r;
            for (k, &shape) in object.words.iter().enumerate() {
                match (self.word(r, object.layout, k), shape) {
                    (None, Shape::Zero) => {}
                    (None, _) | (_, Shape::Zero) => _ = guess.real.insert(object.name),
                    (Some(word), _) => todo.push((shape, word)),
                }
            }
        }
        (guess.real.len() == before).then_some((pairs, next))
    }
}

/// What the body calls the preamble's values.
struct Body {
    /// The slots that the loop writes, at the header.
    slots: Vec<(u32, OpRef)>,
    names: Vec<OpRef>,
    /// Which of the preamble's operations have the same value in each iteration.
    invariant: Vec<bool>,
    /// The preamble's guards on those.
    guards: Vec<(OpRef, bool)>,
    /// Snapshots of the preamble that have been described for the body, with the epoch in which they were.
    snapshots: FxHashMap<SnapshotId, (u32, SnapshotId)>,
}

impl Body {
    fn new(o: &Optimizer, slots: Vec<(u32, OpRef)>) -> Body {
        let names = vec![OpRef::NONE; o.len()];
        let mut body =
            Body { slots, names, invariant: Vec::new(), guards: Vec::new(), snapshots: FxHashMap::default() };
        // Now, as what the body learns about a slot's value does not hold at the header.
        let is_same = |r: OpRef| o.op(r).code == Opcode::Slot && o.resolve(body.name(o, r)) == o.resolve(r);
        body.invariant = (0..o.len() as u32).map(|i| is_same(OpRef(i))).collect();
        body
    }
    /// An entry of the tape has been asked for again, with this answer.
    fn note(&mut self, o: &Optimizer, tape: &Tape, entry: &Entry, r: OpRef) {
        let op = &entry.op;
        if op.code.class() == Class::Guard && self.is_invariant(o, op.args[0]) {
            self.guards.push((op.args[0], op.code == Opcode::GuardTrue));
        }
        if entry.result.is_none() {
            return;
        }
        self.names[entry.result.index()] = r;
        let same = o.resolve(r) == o.resolve(entry.result);
        let is_invariant = |&r: &OpRef| r.is_none() || self.is_invariant(o, r);
        let operands_are = match op.code {
            Opcode::Load | Opcode::LoadItem => op.args.iter().all(is_invariant),
            Opcode::Call => {
                let helper = crate::helper::of(op.data);
                let operands = &tape.lists[op.args[0].index()..][..op.args[1].index()];
                helper.effects == Effects::Elidable && !helper.raises && operands.iter().all(is_invariant)
            }
            _ => op.code.class() == Class::Pure && op.args.iter().all(is_invariant),
        };
        self.invariant[entry.result.index()] = same && operands_are;
    }
    /// Whether a value of the preamble is the same in each iteration, and can be computed anew from such values.
    fn is_invariant(&self, o: &Optimizer, r: OpRef) -> bool {
        match o.op(r).code {
            Opcode::Const | Opcode::SlotAddress => true,
            _ => self.invariant.get(r.index()).copied().unwrap_or(false),
        }
    }
    fn name(&self, o: &Optimizer, r: OpRef) -> OpRef {
        if r.is_none() {
            return r;
        }
        let op = o.op(r);
        match op.code {
            Opcode::Const | Opcode::Input | Opcode::SlotAddress => r,
            Opcode::Slot => self.slots.iter().find(|&&(n, _)| n as u64 == op.data).map_or(r, |&(_, r)| r),
            _ => {
                let name = self.names[r.index()];
                debug_assert!(!name.is_none(), "{r:?} is not on the tape");
                name
            }
        }
    }
    /// The snapshot as of the body: slots that it does not mention are no longer as in memory, if the loop writes them.
    fn snapshot(&mut self, o: &mut Optimizer, given: &[Snapshot], id: SnapshotId) -> SnapshotId {
        if let Some(&(epoch, known)) = self.snapshots.get(&id)
            && epoch == o.epoch()
        {
            return known;
        }
        let mut snapshot = given[id.0 as usize].clone();
        for frame in &mut snapshot.frames {
            frame.slots.iter_mut().for_each(|(_, r)| *r = self.name(o, *r));
            frame.log.iter_mut().for_each(|entry| entry.op = self.name(o, entry.op));
        }
        if let Some(root) = snapshot.frames.first_mut() {
            let live = root.code.live(root.pc as usize);
            for &(slot, r) in &self.slots {
                let word = live.get(slot as usize / 64).copied().unwrap_or(0);
                let is_live = word >> (slot % 64) & 1 != 0;
                if is_live && !root.slots.iter().any(|&(n, _)| n == slot) {
                    root.slots.push((slot, r));
                }
            }
            root.slots.sort_by_key(|&(n, _)| n);
        }
        let described = o.snapshot(snapshot);
        self.snapshots.insert(id, (o.epoch(), described));
        described
    }
}
