//! A model of slots and heap for the evaluator: objects are lists of words, helpers do simple things.

use super::{Node, Pair};
use metajit::heap::layout::{FloatBox, IntBox};
use metajit::heap::value::{SMALL_INT_MAX, SMALL_INT_MIN};
use metajit::heap::{LayoutId, Value};
use metajit::helper::Helper;
use metajit::ir::eval::{Outcome, World};
use metajit::ir::{OpRef, Opcode, SnapshotId, Trace, eval_pure};
use metajit::kind::Type;
use std::collections::HashMap;
use std::fmt::Write;

/// One object.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    pub layout: LayoutId,
    pub len: u32,
    pub words: Vec<u64>,
}

/// Slots and heap; what helpers have seen.
#[derive(Clone, Debug, Default)]
pub struct Model {
    pub slots: Vec<u64>,
    pub inputs: Vec<u64>,
    pub objects: Vec<Object>,
    pub seen: Vec<String>,
    /// After so many polls, the answer is yes.
    pub polls: u32,
    pub pending: u64,
}

impl Model {
    /// A new object's address.
    pub fn new_object(&mut self, layout: LayoutId, len: u32) -> u64 {
        let words = vec![0; (layout.fixed_words() + len) as usize];
        self.objects.push(Object { layout, len, words });
        8 * self.objects.len() as u64
    }
    pub fn object(&mut self, address: u64) -> &mut Object {
        assert!(address != 0 && address.is_multiple_of(8), "no object at {address:x}");
        &mut self.objects[address as usize / 8 - 1]
    }
    pub fn word(&mut self, address: u64, i: usize) -> &mut u64 {
        &mut self.object(address).words[i]
    }

    /// The box of a number; each number has only one.
    fn number(&mut self, layout: LayoutId, bits: u64) -> u64 {
        let known = self.objects.iter().position(|o| o.layout == layout && o.words == [bits]);
        match known {
            Some(i) => 8 * (i as u64 + 1),
            None => {
                let address = self.new_object(layout, 0);
                *self.word(address, 0) = bits;
                address
            }
        }
    }
    fn boxed_number(&self, word: u64) -> Option<(LayoutId, u64)> {
        if word == 0 || !word.is_multiple_of(8) {
            return None;
        }
        let object = self.objects.get(word as usize / 8 - 1)?;
        let is_number = [IntBox::ID, FloatBox::ID].contains(&object.layout);
        is_number.then(|| (object.layout, object.words[0]))
    }

    /// The graph of objects behind some words, in a form that does not depend on addresses.
    pub fn graph(&self, roots: &[(Type, u64)]) -> String {
        let mut out = String::new();
        let mut known: HashMap<u64, usize> = HashMap::new();
        let mut todo = Vec::new();
        let mut show = |out: &mut String, todo: &mut Vec<u64>, ty: Type, bits: u64| {
            let word = Value::from_bits(bits);
            match ty {
                Type::Value if word.is_small_int() => write!(out, "<{}> ", word.small_int_unchecked()),
                Type::Value if word.is_immediate_float() => {
                    write!(out, "<{:?}> ", word.immediate_float_unchecked())
                }
                Type::Value if self.boxed_number(bits).is_some() => {
                    let (layout, bits) = self.boxed_number(bits).unwrap();
                    match layout == IntBox::ID {
                        true => write!(out, "<{}> ", bits as i64),
                        false => write!(out, "<{:?}> ", f64::from_bits(bits)),
                    }
                }
                Type::Value | Type::Ref if bits == 0 => write!(out, "null "),
                Type::Value | Type::Ref => {
                    let n = known.len();
                    let n = *known.entry(bits).or_insert_with(|| {
                        todo.push(bits);
                        n
                    });
                    write!(out, "#{n} ")
                }
                Type::Float => write!(out, "{:?} ", f64::from_bits(bits)),
                Type::Int => write!(out, "{} ", bits as i64),
                Type::Bool => write!(out, "{} ", bits != 0),
            }
            .unwrap();
        };
        for &(ty, bits) in roots {
            show(&mut out, &mut todo, ty, bits);
        }
        let mut done = 0;
        while done < todo.len() {
            let object = self.objects[todo[done] as usize / 8 - 1].clone();
            done += 1;
            write!(out, "{}( ", object.layout.name()).unwrap();
            for (i, &bits) in object.words.iter().enumerate() {
                show(&mut out, &mut todo, word_type(object.layout, i), bits);
            }
            out.push_str(") ");
        }
        out
    }

    /// What an exit leaves: makes the virtual objects, writes the slots, and tells all that can be seen.
    pub fn leave(&mut self, trace: &Trace, outcome: &Outcome, id: SnapshotId) -> String {
        let snapshot = trace.snapshot(id).clone();
        let mut made: HashMap<OpRef, u64> = HashMap::new();
        for object in &snapshot.objects {
            let address = self.new_object(LayoutId::from_bits(object.layout), object.len);
            made.insert(object.op, address);
        }
        let value = |r: OpRef| made.get(&r).copied().unwrap_or_else(|| outcome.value(r));
        for object in &snapshot.objects {
            for (i, &word) in object.words.iter().enumerate().filter(|(_, word)| !word.is_none()) {
                let ty = word_type(LayoutId::from_bits(object.layout), i);
                let bits = self.convert(trace.type_of(word), ty, value(word));
                *self.word(made[&object.op], i) = bits;
            }
        }
        for store in &snapshot.stores {
            let (layout, word) = (LayoutId::from_bits(store.word as u32), (store.word >> 32) as usize);
            let bits = self.convert(trace.type_of(store.value), word_type(layout, word), value(store.value));
            *self.word(value(store.object), word) = bits;
        }
        let mut text = String::new();
        for frame in &snapshot.frames {
            write!(text, "pc {} ", frame.pc).unwrap();
            for &(n, r) in &frame.slots {
                let bits = self.convert(trace.type_of(r), Type::Value, value(r));
                self.slots[n as usize] = bits;
            }
        }
        let mut roots: Vec<(Type, u64)> = self.slots.iter().map(|&bits| (Type::Value, bits)).collect();
        for entry in snapshot.frames.iter().flat_map(|frame| &frame.log) {
            let bits = self.convert(trace.type_of(entry.op), entry.ty, value(entry.op));
            roots.push((entry.ty, bits));
        }
        text.push_str(&self.graph(&roots));
        text.push_str(&self.seen.join(";"));
        text
    }
    /// Boxes where a word is wanted.
    pub fn convert(&mut self, from: Type, to: Type, bits: u64) -> u64 {
        match (from, to) {
            (Type::Int, Type::Value) => self.pure(Opcode::BoxInt, &[bits]),
            (Type::Float, Type::Value) => self.pure(Opcode::BoxFloat, &[bits]),
            (Type::Ref, Type::Value) => bits,
            _ => {
                assert_eq!(from, to);
                bits
            }
        }
    }
}

/// The type of an object's word.
pub fn word_type(layout: LayoutId, i: usize) -> Type {
    let description = layout.layout().unwrap();
    match description.fields.get(i) {
        Some(field) => field.kind,
        None => match layout.tail_kind() {
            Some(metajit::heap::TailKind::Value) => Type::Value,
            Some(metajit::heap::TailKind::Float) => Type::Float,
            _ => Type::Int,
        },
    }
}

impl World for Model {
    fn slot(&mut self, n: u32) -> u64 {
        self.slots[n as usize]
    }
    fn input(&mut self, i: u32) -> u64 {
        self.inputs[i as usize]
    }
    fn set_slot(&mut self, n: u32, ty: Type, bits: u64) {
        let bits = self.convert(ty, Type::Value, bits);
        self.slots[n as usize] = bits;
    }
    fn pure(&mut self, code: Opcode, operands: &[u64]) -> u64 {
        let number = self.boxed_number(operands[0]);
        match code {
            Opcode::LayoutOf => self.object(operands[0]).layout.bits() as u64,
            Opcode::LenOf => self.object(operands[0]).len as u64,
            Opcode::BoxInt if operands[0] as i64 >= SMALL_INT_MIN && operands[0] as i64 <= SMALL_INT_MAX => {
                Value::int(operands[0] as i64).bits()
            }
            Opcode::BoxInt => self.number(IntBox::ID, operands[0]),
            Opcode::BoxFloat => match f64::from_bits(operands[0]) {
                f if operands[0] == 0 || (1e-60..1e60).contains(&f.abs()) => Value::float(f).bits(),
                _ => self.number(FloatBox::ID, operands[0]),
            },
            // Boxed numbers look like those in the word: no program can tell them apart.
            Opcode::IsSmallInt if number.is_some() => (number.unwrap().0 == IntBox::ID) as u64,
            Opcode::IsImmediateFloat if number.is_some() => (number.unwrap().0 == FloatBox::ID) as u64,
            Opcode::IsRef if number.is_some() => 0,
            Opcode::UnboxInt | Opcode::UnboxFloat if number.is_some() => number.unwrap().1,
            _ => eval_pure(code, operands).unwrap(),
        }
    }
    fn load(&mut self, _: Type, data: u64, object: u64) -> u64 {
        assert_eq!(self.object(object).layout.bits(), data as u32);
        *self.word(object, (data >> 32) as usize)
    }
    fn store(&mut self, _: Type, data: u64, object: u64, bits: u64) {
        assert_eq!(self.object(object).layout.bits(), data as u32);
        *self.word(object, (data >> 32) as usize) = bits;
    }
    fn load_item(&mut self, _: Type, layout: u32, object: u64, index: u64) -> u64 {
        let o = self.object(object);
        assert_eq!(o.layout.bits(), layout);
        o.words[o.layout.fixed_words() as usize + index as usize]
    }
    fn store_item(&mut self, _: Type, layout: u32, object: u64, index: u64, bits: u64) {
        let o = self.object(object);
        assert_eq!(o.layout.bits(), layout);
        let is_byte = o.layout.tail_kind() == Some(metajit::heap::TailKind::Byte);
        let at = o.layout.fixed_words() as usize + index as usize;
        o.words[at] = if is_byte { bits & 0xff } else { bits };
    }
    fn alloc(&mut self, layout: u32, len: u32) -> u64 {
        self.new_object(LayoutId::from_bits(layout), len)
    }
    fn call(&mut self, helper: &'static Helper, operands: &[u64]) -> u64 {
        let n = self.seen.len() as u64;
        match helper.name {
            // Counts in the first object, which is a Node.
            "effect" => {
                self.seen.push(format!("effect {}", operands[0]));
                assert_eq!(self.objects[0].layout, Node::ID);
                let count = &mut self.objects[0].words[Node::COUNT.index as usize];
                *count = count.wrapping_add(1);
                operands[0].wrapping_add(n) & 0xff
            }
            // Looks at an object; and at all that it leads to.
            "look" => {
                let graph = self.graph(&[(Type::Ref, operands[0])]);
                graph.bytes().fold(7, |h: u64, b| h.wrapping_mul(31).wrapping_add(b as u64)) & 0xffff
            }
            // The same, visibly, and changes it.
            "show" => {
                let graph = self.graph(&[(Type::Ref, operands[0])]);
                self.seen.push(graph);
                if self.object(operands[0]).layout == Pair::ID {
                    *self.word(operands[0], 0) = Value::int(n as i64).bits();
                }
                n
            }
            "hash" => operands[0].wrapping_mul(0x9e37_79b9).rotate_left(7) & 0xffff_ffff,
            other => unreachable!("{other}"),
        }
    }
    fn pending(&mut self) -> u64 {
        self.pending
    }
    fn clear_pending(&mut self) {
        self.pending = 0;
    }
    fn poll(&mut self) -> bool {
        self.polls = self.polls.saturating_sub(1);
        self.polls == 0
    }
}
