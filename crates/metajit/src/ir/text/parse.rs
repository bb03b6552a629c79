//! Reads traces from text. What is written wrongly is an error with its line; never a panic.
//!
//! Constants become operations in the order of their first mention and come first in the result, which is the
//! normal form. Neighbours: the parent module (the grammar by example).

use super::implied_type;
use crate::heap::{LayoutId, Value};
use crate::helper::Helper;
use crate::ir::{
    Class, DelayedStore, End, FrameState, Known, LogEntry, LoopParam, Op, OpRef, Opcode, Snapshot,
    SnapshotId, Trace, VirtualObject, verify,
};
use crate::kind::Type;
use crate::language::Code;
use std::collections::HashMap;
use std::fmt;

/// Finds what the text can only name.
pub struct Names<'a> {
    /// The helper of that name.
    pub helper: &'a dyn Fn(&str) -> Option<&'static Helper>,
    /// The code of a frame, by the description of its position.
    pub code: &'a dyn Fn(&str) -> Option<&'static dyn Code>,
}

/// What is wrong, and in which line (from 1; 0 for the trace as a whole).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ParseError {}

type Parsed<T> = Result<T, String>;

/// Marks the number of a constant until all of them are known.
const CONSTANT: u32 = 1 << 31;

/// The trace that the text describes, verified. Empty lines and lines that begin with `#` mean nothing.
pub fn parse(text: &str, names: &Names) -> Result<Trace, ParseError> {
    let mut parser = Parser::new(names);
    for (i, line) in text.lines().enumerate() {
        parser.line(line).map_err(|message| ParseError { line: i + 1, message })?;
    }
    let whole = |message| ParseError { line: 0, message };
    let trace = parser.finish().map_err(whole)?;
    verify::verify(&trace).map_err(whole)?;
    Ok(trace)
}

struct Parser<'a> {
    names: &'a Names<'a>,
    trace: Trace,
    constants: Vec<(Type, u64)>,
    values: HashMap<String, OpRef>,
    /// Next values of parameters, which may be named before they are defined.
    next: Vec<Result<OpRef, String>>,
}

impl<'a> Parser<'a> {
    fn new(names: &'a Names<'a>) -> Self {
        let (constants, next) = (Vec::new(), Vec::new());
        Parser { names, trace: Trace::default(), constants, values: HashMap::new(), next }
    }

    fn line(&mut self, line: &str) -> Parsed<()> {
        let mut words = Words::new(line)?;
        match words.peek() {
            None => Ok(()),
            Some(word) if word.starts_with('#') => Ok(()),
            Some("inputs") => {
                words.next();
                while let Some(word) = words.next() {
                    self.trace.inputs.push(type_named(word)?);
                }
                Ok(())
            }
            Some("loop") => {
                words.next();
                words.expect(":")?;
                self.trace.loop_start = Some(self.trace.ops.len() as u32);
                words.done()
            }
            Some("end") => {
                words.next();
                self.trace.end = self.end(&mut words)?;
                words.done()
            }
            Some(word) if word.starts_with('@') => {
                let id = words.snapshot()?;
                if id.0 as usize != self.trace.snapshots.len() {
                    return Err("snapshots are numbered in order".to_owned());
                }
                words.expect(":")?;
                let snapshot = self.snapshot(&mut words)?;
                self.trace.snapshots.push(snapshot);
                words.done()
            }
            Some(_) if line.starts_with(char::is_whitespace) && !self.trace.snapshots.is_empty() => {
                if words.accept("store") {
                    let word = field_named(words.word()?)?;
                    let (object, value) = (self.operand(&mut words)?, self.operand(&mut words)?);
                    self.last_snapshot().stores.push(DelayedStore { object, word, value });
                } else {
                    let object = self.object(&mut words)?;
                    self.last_snapshot().objects.push(object);
                }
                words.done()
            }
            Some(_) => {
                self.operation(&mut words)?;
                words.done()
            }
        }
    }

    fn last_snapshot(&mut self) -> &mut Snapshot {
        self.trace.snapshots.last_mut().expect("a snapshot has been read")
    }

    fn operation(&mut self, words: &mut Words) -> Parsed<()> {
        let (mut name, mut stated) = (None, None);
        if matches!(words.peek_second(), Some("=" | ":")) {
            name = words.next().map(str::to_owned);
            if words.next() == Some(":") {
                stated = Some(type_named(words.word()?)?);
                words.expect("=")?;
            }
        }
        let mnemonic = words.word()?;
        let code = *Opcode::ALL
            .iter()
            .find(|code| code.name() == mnemonic && **code != Opcode::Const)
            .ok_or_else(|| format!("no operation {mnemonic}"))?;
        let none = [OpRef::NONE; 3];
        let mut op = Op { code, ty: stated, args: none, data: 0, snapshot: SnapshotId::NONE };
        op.data = self.immediate(code, words)?;
        op.ty = implied_type(code).or(stated);
        if code == Opcode::Call {
            let helper = crate::helper::of(op.data);
            op.ty = Some(helper.result);
            let start = self.trace.lists.len() as u32;
            while words.peek().is_some() {
                let operand = self.operand(words)?;
                self.trace.lists.push(operand);
            }
            let len = self.trace.lists.len() as u32 - start;
            op.args = [OpRef(start), OpRef(len), OpRef::NONE];
        } else {
            for arg in &mut op.args {
                if words.peek().is_some_and(|word| !word.starts_with('@')) {
                    *arg = self.operand(words)?;
                }
            }
        }
        let has_result = !matches!(code.class(), Class::Store | Class::Guard);
        if code.class() == Class::Guard {
            op.snapshot = words.snapshot()?;
        }
        match (has_result, op.ty, &name) {
            (true, None, _) => return Err(format!("{mnemonic} needs a type: name: type = …")),
            (true, _, None) => return Err(format!("{mnemonic} needs a name for its result")),
            (false, _, Some(_)) => return Err(format!("{mnemonic} has no result")),
            _ => {}
        }
        let r = OpRef(self.trace.ops.len() as u32);
        if code == Opcode::Param {
            self.trace.params.last_mut().expect("just added").op = r;
        }
        self.trace.ops.push(op);
        if let Some(name) = name
            && self.values.insert(name.clone(), r).is_some()
        {
            return Err(format!("{name} is defined twice"));
        }
        Ok(())
    }

    /// The immediate of an operation, which stands before its operands.
    fn immediate(&mut self, code: Opcode, words: &mut Words) -> Parsed<u64> {
        match code {
            Opcode::Slot | Opcode::Arg | Opcode::SlotAddress | Opcode::Input | Opcode::StoreSlot => {
                words.number()
            }
            Opcode::Param => {
                let initial = self.operand(words)?;
                words.expect("->")?;
                let next = match self.constant(words.peek().ok_or("the next value is missing")?)? {
                    Some(r) => {
                        words.next();
                        Ok(r)
                    }
                    None => Err(words.word()?.to_owned()),
                };
                self.next.push(next);
                self.trace.params.push(LoopParam { op: OpRef::NONE, initial, next: OpRef::NONE });
                Ok(self.trace.params.len() as u64 - 1)
            }
            Opcode::Load | Opcode::Store => field_named(words.word()?),
            Opcode::LoadItem | Opcode::StoreItem => Ok(layout_named(words.word()?)?.bits() as u64),
            Opcode::Alloc | Opcode::Virtual => {
                let layout = layout_named(words.word()?)?;
                let len = if words.peek().is_some() { words.number()? } else { 0 };
                Ok(layout.bits() as u64 | len << 32)
            }
            Opcode::Call => {
                let name = words.word()?;
                let helper = (self.names.helper)(name).ok_or_else(|| format!("no helper {name}"))?;
                Ok(std::ptr::from_ref(helper) as u64)
            }
            code => {
                let known = Known::words(code).iter().filter(|(word, _)| words.accept(word));
                Ok(known.map(|&(_, fact)| fact).sum())
            }
        }
    }

    fn end(&mut self, words: &mut Words) -> Parsed<End> {
        match words.word()? {
            "loop" => Ok(End::Loop),
            "exit" => Ok(End::Exit(words.snapshot()?)),
            "return" => Ok(End::Return(self.operand(words)?)),
            "jump" => {
                let cell = words.number()? as usize;
                let fallback = words.snapshot()?;
                Ok(End::Jump { cell, slots: self.slots(words)?, fallback })
            }
            "enter" => {
                let fallback = words.snapshot()?;
                let mut params = Vec::new();
                while !words.accept("outer") {
                    params.push(self.operand(words)?);
                }
                let mut outer = Vec::new();
                while words.peek().is_some() {
                    outer.push(self.operand(words)?);
                }
                Ok(End::Enter { params, outer, fallback })
            }
            other => Err(format!("no end {other}")),
        }
    }

    fn slots(&mut self, words: &mut Words) -> Parsed<Vec<(u32, OpRef)>> {
        let mut slots = Vec::new();
        if words.accept("slots") {
            while words.peek_second() == Some("=") {
                let n = words.number()? as u32;
                words.expect("=")?;
                slots.push((n, self.operand(words)?));
            }
        }
        Ok(slots)
    }

    fn snapshot(&mut self, words: &mut Words) -> Parsed<Snapshot> {
        let mut snapshot = Snapshot::default();
        while words.peek().is_some() {
            if !snapshot.frames.is_empty() {
                words.expect("/")?;
            }
            let place = words.quoted()?;
            let code = (self.names.code)(&place).ok_or_else(|| format!("no code \"{place}\""))?;
            words.expect("base")?;
            let base = words.number()? as u32;
            words.expect("pc")?;
            let pc = words.number()? as u32;
            let slots = self.slots(words)?;
            let mut log = Vec::new();
            if words.accept("log") {
                loop {
                    let ty = type_named(words.word()?)?;
                    log.push(LogEntry { ty, op: self.operand(words)? });
                    if !words.accept(",") {
                        break;
                    }
                }
            }
            snapshot.frames.push(FrameState { code, base, pc, slots, log });
        }
        Ok(snapshot)
    }

    fn object(&mut self, words: &mut Words) -> Parsed<VirtualObject> {
        let op = self.operand(words)?;
        words.expect("=")?;
        let layout = layout_named(words.word()?)?.bits();
        let len = if words.peek() == Some("(") { 0 } else { words.number()? as u32 };
        words.expect("(")?;
        let mut object = VirtualObject { op, layout, len, words: Vec::new() };
        while !words.accept(")") {
            if !object.words.is_empty() {
                words.expect(",")?;
            }
            let word = if words.accept("_") { OpRef::NONE } else { self.operand(words)? };
            object.words.push(word);
        }
        Ok(object)
    }

    fn operand(&mut self, words: &mut Words) -> Parsed<OpRef> {
        let word = words.word()?;
        if let Some(r) = self.constant(word)? {
            return Ok(r);
        }
        self.values.get(word).copied().ok_or_else(|| format!("{word} is not defined"))
    }

    /// The constant that the word writes, if it is one.
    fn constant(&mut self, word: &str) -> Parsed<Option<OpRef>> {
        let Some(constant) = constant(word)? else { return Ok(None) };
        let i = self.constants.iter().position(|&known| known == constant).unwrap_or_else(|| {
            self.constants.push(constant);
            self.constants.len() - 1
        });
        Ok(Some(OpRef(i as u32 | CONSTANT)))
    }

    /// Puts the constants first.
    fn finish(mut self) -> Parsed<Trace> {
        for (param, next) in self.trace.params.iter_mut().zip(&self.next) {
            param.next = match next {
                Ok(r) => *r,
                Err(name) => *self.values.get(name).ok_or_else(|| format!("{name} is not defined"))?,
            };
        }
        let shift = self.constants.len() as u32;
        let place = |r: &mut OpRef| {
            if !r.is_none() {
                *r = if r.0 & CONSTANT != 0 { OpRef(r.0 & !CONSTANT) } else { OpRef(r.0 + shift) };
            }
        };
        let trace = &mut self.trace;
        trace.lists.iter_mut().for_each(place);
        for op in trace.ops.iter_mut().filter(|op| op.code != Opcode::Call) {
            op.args.iter_mut().for_each(place);
        }
        for param in &mut trace.params {
            for r in [&mut param.op, &mut param.initial, &mut param.next] {
                place(r);
            }
        }
        for snapshot in &mut trace.snapshots {
            for frame in &mut snapshot.frames {
                frame.slots.iter_mut().for_each(|(_, r)| place(r));
                frame.log.iter_mut().for_each(|entry| place(&mut entry.op));
            }
            for object in &mut snapshot.objects {
                place(&mut object.op);
                object.words.iter_mut().for_each(place);
            }
            for store in &mut snapshot.stores {
                place(&mut store.object);
                place(&mut store.value);
            }
        }
        match &mut trace.end {
            End::Jump { slots, .. } => slots.iter_mut().for_each(|(_, r)| place(r)),
            End::Enter { params, outer, .. } => params.iter_mut().chain(outer).for_each(place),
            End::Return(r) => place(r),
            _ => {}
        }
        trace.loop_start = trace.loop_start.map(|start| start + shift);
        let constants = self.constants.iter().map(|&(ty, data)| Op {
            code: Opcode::Const,
            ty: Some(ty),
            args: [OpRef::NONE; 3],
            data,
            snapshot: SnapshotId::NONE,
        });
        trace.ops.splice(0..0, constants);
        Ok(self.trace)
    }
}

/// The type and bits of a constant, if the word writes one.
fn constant(word: &str) -> Parsed<Option<(Type, u64)>> {
    let hex = |digits: &str| u64::from_str_radix(digits, 16).map_err(|_| format!("bad number {word}"));
    if let Some(inner) = word.strip_prefix('<').and_then(|word| word.strip_suffix('>')) {
        let bits = match (inner.strip_prefix('#'), constant(inner)?) {
            (Some(digits), _) => hex(digits)?,
            (None, Some((Type::Ref, bits))) => bits,
            (None, Some((Type::Int, bits))) => Value::int(bits as i64).bits(),
            (None, Some((Type::Float, bits))) => Value::float(f64::from_bits(bits)).bits(),
            _ => return Err(format!("bad word {word}")),
        };
        return Ok(Some((Type::Value, bits)));
    }
    if let Some(digits) = word.strip_prefix("ref#") {
        return Ok(Some((Type::Ref, hex(digits)?)));
    }
    if let Some(name) = word.strip_prefix("layout.") {
        return Ok(Some((Type::Int, layout_named(name)?.bits() as u64)));
    }
    if let Some(digits) = word.strip_prefix("float#") {
        return Ok(Some((Type::Float, hex(digits)?)));
    }
    match word {
        "true" => return Ok(Some((Type::Bool, 1))),
        "false" => return Ok(Some((Type::Bool, 0))),
        "null" => return Ok(Some((Type::Ref, 0))),
        "inf" | "-inf" => {}
        _ if word.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {}
        _ => return Ok(None),
    }
    if let Ok(i) = word.parse::<i64>() {
        return Ok(Some((Type::Int, i as u64)));
    }
    let float = word.parse::<f64>().map_err(|_| format!("bad number {word}"))?;
    Ok(Some((Type::Float, float.to_bits())))
}

fn type_named(name: &str) -> Parsed<Type> {
    let ty = Type::ALL.iter().find(|ty| ty.name() == name);
    ty.copied().ok_or_else(|| format!("no type {name}"))
}

fn layout_named(name: &str) -> Parsed<LayoutId> {
    if let Some(digits) = name.strip_prefix("layout#") {
        return u32::from_str_radix(digits, 16)
            .map(LayoutId::from_bits)
            .map_err(|_| format!("bad layout {name}"));
    }
    LayoutId::by_name(name).ok_or_else(|| format!("no layout {name}"))
}

fn field_named(name: &str) -> Parsed<u64> {
    let (layout, field) = name.rsplit_once('.').ok_or_else(|| format!("{name} is not Layout.field"))?;
    let id = layout_named(layout)?;
    let known = id.layout().and_then(|layout| layout.fields.iter().position(|f| f.name == field));
    let index = match known {
        Some(index) => index as u64,
        None => field.parse::<u32>().map_err(|_| format!("no field {name}"))? as u64,
    };
    Ok(id.bits() as u64 | index << 32)
}

/// The words of a line: punctuation marks by themselves, quoted text as one.
struct Words<'a> {
    words: Vec<&'a str>,
    at: usize,
}

impl<'a> Words<'a> {
    fn new(line: &'a str) -> Parsed<Self> {
        let mut words = Vec::new();
        let mut rest = line.trim_start();
        while !rest.is_empty() {
            let len = if let Some(quoted) = rest.strip_prefix('"') {
                quoted.find('"').ok_or("a quote is not closed")? + 2
            } else if rest.starts_with(is_mark) {
                1
            } else {
                rest.find(|c: char| c.is_whitespace() || is_mark(c)).unwrap_or(rest.len())
            };
            words.push(&rest[..len]);
            rest = rest[len..].trim_start();
        }
        Ok(Words { words, at: 0 })
    }
    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).copied()
    }
    fn peek_second(&self) -> Option<&'a str> {
        self.words.get(self.at + 1).copied()
    }
    fn next(&mut self) -> Option<&'a str> {
        self.at += 1;
        self.words.get(self.at - 1).copied()
    }
    fn word(&mut self) -> Parsed<&'a str> {
        self.next().ok_or_else(|| "something is missing at the end".to_owned())
    }
    fn accept(&mut self, word: &str) -> bool {
        let found = self.peek() == Some(word);
        self.at += found as usize;
        found
    }
    fn expect(&mut self, word: &str) -> Parsed<()> {
        match self.next() {
            Some(found) if found == word => Ok(()),
            found => Err(format!("{word} expected, not {}", found.unwrap_or("the end"))),
        }
    }
    fn done(&self) -> Parsed<()> {
        self.peek().map_or(Ok(()), |word| Err(format!("{word} is too much")))
    }
    fn number(&mut self) -> Parsed<u64> {
        let word = self.word()?;
        word.parse().map_err(|_| format!("a number expected, not {word}"))
    }
    fn snapshot(&mut self) -> Parsed<SnapshotId> {
        let word = self.word()?;
        let number = word.strip_prefix('@').and_then(|digits| digits.parse().ok());
        number.map(SnapshotId).ok_or_else(|| format!("a snapshot expected, not {word}"))
    }
    fn quoted(&mut self) -> Parsed<String> {
        let word = self.word()?;
        let inner = word.strip_prefix('"').and_then(|word| word.strip_suffix('"'));
        inner.map(str::to_owned).ok_or_else(|| format!("a quoted place expected, not {word}"))
    }
}

fn is_mark(c: char) -> bool {
    matches!(c, '=' | ',' | '(' | ')' | '/' | ':')
}
