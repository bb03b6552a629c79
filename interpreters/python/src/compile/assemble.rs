//! The instruction buffer of a code object under construction, and its assembly into final code.
//!
//! While compiling, a jump target is a label and each instruction carries the handler that covers it.
//! Assembly drops what cannot be reached, threads jumps, removes checks for unbound locals that cannot fail
//! (`bound.rs`), numbers the loops, and turns labels and handlers into program counters and an exception
//! table.

use rustc_hash::FxHashMap;

use super::bound;
use crate::bytecode::{Const, ConstId, ExceptionEntry, LoopId, NameId, Op, Reg, Target};
use crate::syntax::Span;

/// Index of an exception handler under construction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HandlerId(u32);

/// Where an exception handler begins and which register it gets the exception in.
#[derive(Clone, Copy, Debug)]
pub struct Handler {
    pub label: Target,
    pub exc: Reg,
}

/// An instruction with what is known about it.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    pub op: Op,
    pub span: Span,
    pub handler: Option<HandlerId>,
}

/// The code buffer.
#[derive(Debug, Default)]
pub struct Buffer {
    pub ops: Vec<Placed>,
    /// The instruction each label stands before.
    labels: Vec<Option<u32>>,
    handlers: Vec<Handler>,
    /// The handler that covers what is emitted now.
    pub covering: Option<HandlerId>,
    names: Interner,
    consts: Vec<Const>,
    const_index: FxHashMap<Vec<u8>, ConstId>,
}

/// Strings by index.
#[derive(Debug, Default)]
struct Interner {
    list: Vec<String>,
    index: FxHashMap<String, NameId>,
}

/// Assembled code.
#[derive(Debug)]
pub struct Assembled {
    pub code: Vec<Op>,
    pub spans: Vec<Span>,
    pub exception_table: Vec<ExceptionEntry>,
    pub loops: u32,
    pub names: Vec<String>,
    pub consts: Vec<Const>,
}

impl Buffer {
    /// Appends an instruction.
    pub fn emit(&mut self, op: Op, span: Span) {
        self.ops.push(Placed { op, span, handler: self.covering });
    }

    /// A new label, to be placed later.
    pub fn label(&mut self) -> Target {
        self.labels.push(None);
        Target(self.labels.len() as u32 - 1)
    }

    /// Puts a label before the next instruction.
    pub fn place(&mut self, label: Target) {
        debug_assert!(self.labels[label.0 as usize].is_none(), "a label is placed once");
        self.labels[label.0 as usize] = Some(self.ops.len() as u32);
    }

    /// A new handler that begins at `label`.
    pub fn handler(&mut self, label: Target, exc: Reg) -> HandlerId {
        self.handlers.push(Handler { label, exc });
        HandlerId(self.handlers.len() as u32 - 1)
    }

    /// The index of a name.
    pub fn name(&mut self, name: &str) -> NameId {
        if let Some(&id) = self.names.index.get(name) {
            return id;
        }
        let id = NameId(self.names.list.len() as u32);
        self.names.list.push(name.to_owned());
        self.names.index.insert(name.to_owned(), id);
        id
    }

    /// The index of a constant; equal constants of the same type share one.
    pub fn constant(&mut self, c: Const) -> ConstId {
        let next = ConstId(self.consts.len() as u32);
        let mut key = Vec::new();
        if write_key(&c, &mut key) {
            if let Some(&id) = self.const_index.get(&key) {
                return id;
            }
            self.const_index.insert(key, next);
        }
        self.consts.push(c);
        next
    }

    /// The instruction a label stands before.
    pub fn resolve(&self, label: Target) -> usize {
        self.labels[label.0 as usize].expect("every label that is used gets placed") as usize
    }

    /// The handler that covers an instruction, as (first instruction, exception register).
    pub fn handler_of(&self, placed: &Placed) -> Option<(usize, Reg)> {
        let handler = self.handlers[placed.handler?.0 as usize];
        Some((self.resolve(handler.label), handler.exc))
    }

    /// Makes final code; `parameters` are the registers bound at entry.
    #[must_use]
    pub fn assemble(mut self, parameters: u16, registers: u16) -> Assembled {
        self.thread_jumps();
        let mut keep = self.reachable();
        bound::drop_needless_checks(&self, parameters, registers, &mut keep);
        self.drop_jumps_to_next(&mut keep);
        let mut new_pc = Vec::with_capacity(self.ops.len() + 1);
        let mut count = 0;
        for &kept in &keep {
            new_pc.push(count);
            count += u32::from(kept);
        }
        new_pc.push(count);
        self.write(&keep, &new_pc)
    }

    /// The instructions that some path from the entry runs.
    fn reachable(&self) -> Vec<bool> {
        let mut seen = vec![false; self.ops.len()];
        let mut work = vec![0];
        while let Some(mut pc) = work.pop() {
            while pc < self.ops.len() && !seen[pc] {
                seen[pc] = true;
                let placed = &self.ops[pc];
                if let Some(to) = placed.op.target() {
                    work.push(self.resolve(to));
                }
                if !placed.op.is_quiet()
                    && let Some((to, _)) = self.handler_of(placed)
                {
                    work.push(to);
                }
                if placed.op.ends_block() {
                    break;
                }
                pc += 1;
            }
        }
        seen
    }

    /// Lets jumps to an unconditional jump go to its target at once. A loop header is never jumped over.
    fn thread_jumps(&mut self) {
        for pc in 0..self.ops.len() {
            let Some(mut to) = self.ops[pc].op.target() else { continue };
            for _ in 0..8 {
                match self.ops.get(self.resolve(to)).map(|p| p.op) {
                    Some(Op::Jump { to: next }) => to = next,
                    _ => break,
                }
            }
            if let Some(target) = self.ops[pc].op.target_mut() {
                *target = to;
            }
        }
    }

    /// Drops unconditional jumps over nothing that is kept.
    fn drop_jumps_to_next(&self, keep: &mut [bool]) {
        for pc in (0..self.ops.len()).rev() {
            if !keep[pc] {
                continue;
            }
            if let Op::Jump { to } = self.ops[pc].op {
                let to = self.resolve(to);
                if to > pc && !keep[pc + 1..to].contains(&true) {
                    keep[pc] = false;
                }
            }
        }
    }

    fn write(self, keep: &[bool], new_pc: &[u32]) -> Assembled {
        let count = keep.iter().filter(|kept| **kept).count();
        let mut out = Assembled {
            code: Vec::with_capacity(count),
            spans: Vec::with_capacity(count),
            exception_table: Vec::new(),
            loops: 0,
            names: Vec::new(),
            consts: Vec::new(),
        };
        for (placed, _) in self.ops.iter().zip(keep).filter(|(_, kept)| **kept) {
            let mut op = placed.op;
            if let Some(target) = op.target_mut() {
                *target = Target(new_pc[self.resolve(*target)]);
            }
            if let Op::LoopHeader { index } = &mut op {
                *index = LoopId(out.loops);
                out.loops += 1;
            }
            // A handler that nothing can reach has no code; nothing that it covers raises.
            if let Some((handler, exc)) = self.handler_of(placed)
                && (new_pc[handler] as usize) < count
            {
                cover(&mut out.exception_table, out.code.len() as u32, new_pc[handler], exc);
            }
            out.code.push(op);
            out.spans.push(placed.span);
        }
        out.names = self.names.list;
        out.names.shrink_to_fit();
        out.consts = self.consts;
        out.consts.shrink_to_fit();
        out
    }
}

/// Adds one covered instruction to the table, extending the last entry where it can.
fn cover(table: &mut Vec<ExceptionEntry>, pc: u32, handler: u32, exc: Reg) {
    if let Some(last) = table.last_mut()
        && last.end == pc
        && last.handler == handler
        && last.exc == exc
    {
        last.end = pc + 1;
        return;
    }
    table.push(ExceptionEntry { start: pc, end: pc + 1, handler, exc });
}

/// Writes what identifies a constant; false if it is never shared (code).
fn write_key(c: &Const, key: &mut Vec<u8>) -> bool {
    let mut tagged = |tag: u8, bytes: &[u8]| {
        key.push(tag);
        key.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        key.extend_from_slice(bytes);
    };
    match c {
        Const::None => tagged(0, &[]),
        Const::True => tagged(1, &[]),
        Const::False => tagged(2, &[]),
        Const::Ellipsis => tagged(3, &[]),
        Const::Int(i) => tagged(4, &i.to_signed_bytes_le()),
        Const::Float(x) => tagged(5, &x.to_bits().to_le_bytes()),
        Const::Complex(re, im) => {
            tagged(6, &[re.to_bits().to_le_bytes(), im.to_bits().to_le_bytes()].concat())
        }
        Const::Str(s) => tagged(7, s.as_bytes()),
        Const::Surrogates(points) => {
            tagged(8, &points.iter().flat_map(|p| p.to_le_bytes()).collect::<Vec<u8>>());
        }
        Const::Bytes(b) => tagged(9, b),
        Const::Tuple(items) | Const::FrozenSet(items) => {
            tagged(if matches!(c, Const::Tuple(_)) { 10 } else { 11 }, &(items.len() as u64).to_le_bytes());
            return items.iter().all(|i| write_key(i, key));
        }
        Const::Code(_) => return false,
    }
    true
}
