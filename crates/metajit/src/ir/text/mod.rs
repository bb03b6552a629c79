//! The text form of traces: what logs show, and what tests are written in.
//!
//! ```text
//! v1 = slot 0                          results are named; constants stand where they are used
//! v2 = is_small_int v1
//! guard_true v2 @0                     leaves through snapshot 0
//! v3 = unbox_int v1
//! loop:
//! v4: int = param v3 -> v5             a header parameter: its first and its next value
//! v5 = int_add v4 1
//! end loop
//! @0: "f.py:3" base 0 pc 2 slots 0=v1 2=<7> log value v1, int 3 / "g.py:1" base 9 pc 0
//!   v9 = Pair(v4, _)                   a virtual object: its words, `_` for one never written
//! ```
//!
//! Constants tell their type: `5` int, `1.0` float, `true`, `null` or `ref#1f8`, `<5>` the tagged word,
//! `layout.Pair` the layout's bits as an int. A type stands behind
//! a name where the operation does not fix it, and the optimiser's knowledge of operands (`Known`) in front of them. The names of printed values are their numbers; a person may
//! choose others. Invariant: `parse(print(t)) == t` for a trace in normal form (`opt::normalise`).
//! Neighbours: `parse` (the inverse), `trace`.

mod parse;

pub use parse::{Names, ParseError, parse};

use super::{Class, End, FrameState, Known, Op, OpRef, Opcode, Snapshot, SnapshotId, Trace};
use crate::heap::{LayoutId, Value};
use crate::helper;
use crate::kind::Type;
use std::fmt::{self, Display, Formatter, Write};

impl Display for Trace {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if !self.inputs.is_empty() {
            let names: Vec<&str> = self.inputs.iter().map(|ty| ty.name()).collect();
            writeln!(f, "inputs {}", names.join(" "))?;
        }
        for (i, op) in self.ops.iter().enumerate() {
            if self.loop_start == Some(i as u32) {
                writeln!(f, "loop:")?;
            }
            if op.code != Opcode::Const {
                self.write_op(f, OpRef(i as u32), op)?;
            }
        }
        if self.loop_start == Some(self.ops.len() as u32) {
            writeln!(f, "loop:")?;
        }
        self.write_end(f)?;
        for (i, snapshot) in self.snapshots.iter().enumerate() {
            self.write_snapshot(f, i, snapshot)?;
        }
        Ok(())
    }
}

impl Trace {
    fn write_op(&self, f: &mut Formatter<'_>, r: OpRef, op: &Op) -> fmt::Result {
        self.write_asked(f, r, op, self.operands(op))?;
        if op.code.class() == Class::Guard {
            write!(f, " {}", op.snapshot)?;
        }
        writeln!(f)
    }

    /// Writes an operation, which need not stand in the trace, without its snapshot. `r` is its result's name.
    pub(crate) fn write_asked(
        &self,
        f: &mut impl Write,
        r: OpRef,
        op: &Op,
        operands: &[OpRef],
    ) -> fmt::Result {
        if let Some(ty) = op.ty {
            write!(f, "{}", self.operand(r))?;
            if implied_type(op.code).is_none() && op.code != Opcode::Call {
                write!(f, ": {ty}")?;
            }
            f.write_str(" = ")?;
        }
        f.write_str(op.code.name())?;
        match op.code {
            Opcode::Slot | Opcode::Arg | Opcode::SlotAddress | Opcode::Input | Opcode::StoreSlot => {
                write!(f, " {}", op.data)?
            }
            Opcode::Param => {
                let param = &self.params[op.data as usize];
                write!(f, " {} -> {}", self.operand(param.initial), self.operand(param.next))?;
            }
            Opcode::Load | Opcode::Store => write!(f, " {}", FieldName(op.data))?,
            Opcode::LoadItem | Opcode::StoreItem => write!(f, " {}", LayoutName(op.data as u32))?,
            Opcode::Alloc | Opcode::Virtual => {
                write!(f, " {}", LayoutName(op.data as u32))?;
                if op.data >> 32 != 0 {
                    write!(f, " {}", op.data >> 32)?;
                }
            }
            Opcode::Call => write!(f, " {}", helper::of(op.data).name)?,
            code => {
                for (word, _) in Known::words(code).iter().filter(|(_, fact)| op.data & fact != 0) {
                    write!(f, " {word}")?;
                }
            }
        }
        let is_layout = op.code == Opcode::IntEq && self.op(op.args[0]).code == Opcode::LayoutOf;
        for &operand in operands {
            match self.constant(operand) {
                Some(bits) if is_layout => write!(f, " layout.{}", LayoutName(bits as u32))?,
                _ => write!(f, " {}", self.operand(operand))?,
            }
        }
        Ok(())
    }

    fn write_end(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.end {
            End::Open => Ok(()),
            End::Loop => writeln!(f, "end loop"),
            End::Exit(id) => writeln!(f, "end exit {id}"),
            End::Return(r) => writeln!(f, "end return {}", self.operand(*r)),
            End::Enter { params, outer, fallback } => {
                write!(f, "end enter {fallback}")?;
                params.iter().try_for_each(|&r| write!(f, " {}", self.operand(r)))?;
                f.write_str(" outer")?;
                outer.iter().try_for_each(|&r| write!(f, " {}", self.operand(r)))?;
                writeln!(f)
            }
            End::Jump { cell, slots, fallback } => {
                write!(f, "end jump {cell} {fallback}")?;
                self.write_slots(f, slots)?;
                writeln!(f)
            }
        }
    }

    fn write_slots(&self, f: &mut Formatter<'_>, slots: &[(u32, OpRef)]) -> fmt::Result {
        if !slots.is_empty() {
            f.write_str(" slots")?;
        }
        slots.iter().try_for_each(|&(n, r)| write!(f, " {n}={}", self.operand(r)))
    }

    fn write_snapshot(&self, f: &mut Formatter<'_>, i: usize, snapshot: &Snapshot) -> fmt::Result {
        write!(f, "{}:", SnapshotId(i as u32))?;
        for (depth, frame) in snapshot.frames.iter().enumerate() {
            f.write_str(if depth == 0 { " " } else { " / " })?;
            self.write_frame(f, frame)?;
        }
        writeln!(f)?;
        for object in &snapshot.objects {
            write!(f, "  {} = {}", self.operand(object.op), LayoutName(object.layout))?;
            if object.len != 0 {
                write!(f, " {}", object.len)?;
            }
            f.write_char('(')?;
            for (k, &word) in object.words.iter().enumerate() {
                f.write_str(if k == 0 { "" } else { ", " })?;
                if word.is_none() { f.write_char('_')? } else { write!(f, "{}", self.operand(word))? }
            }
            writeln!(f, ")")?;
        }
        for store in &snapshot.stores {
            let (object, value) = (self.operand(store.object), self.operand(store.value));
            writeln!(f, "  store {} {object} {value}", FieldName(store.word))?;
        }
        Ok(())
    }

    fn write_frame(&self, f: &mut Formatter<'_>, frame: &FrameState) -> fmt::Result {
        let place = frame.code.describe(frame.pc as usize).replace('"', "'");
        write!(f, "\"{place}\" base {} pc {}", frame.base, frame.pc)?;
        self.write_slots(f, &frame.slots)?;
        for (k, entry) in frame.log.iter().enumerate() {
            f.write_str(if k == 0 { " log " } else { ", " })?;
            write!(f, "{} {}", entry.ty, self.operand(entry.op))?;
        }
        Ok(())
    }

    fn operand(&self, r: OpRef) -> Operand {
        let op = self.op(r);
        match (op.code, op.ty) {
            (Opcode::Const, Some(ty)) => Operand::Constant(ty, op.data),
            _ => Operand::Name(r),
        }
    }
}

/// The type of an operation's result where the opcode alone fixes it.
fn implied_type(code: Opcode) -> Option<Type> {
    match code {
        Opcode::Slot | Opcode::Arg | Opcode::Pending => Some(Type::Value),
        Opcode::SlotAddress => Some(Type::Int),
        Opcode::Alloc | Opcode::Virtual => Some(Type::Ref),
        Opcode::Poll | Opcode::Invalidated => Some(Type::Bool),
        _ => code.pure_result(),
    }
}

impl Display for OpRef {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

impl Display for SnapshotId {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", self.0)
    }
}

/// An operand as it is printed.
pub(crate) enum Operand {
    /// By name.
    Name(OpRef),
    /// A constant, written out.
    Constant(Type, u64),
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Operand::Name(r) => r.fmt(f),
            Operand::Constant(Type::Int, bits) => (bits as i64).fmt(f),
            Operand::Constant(Type::Float, bits) => write_float(f, f64::from_bits(bits)),
            Operand::Constant(Type::Bool, bits) => (bits != 0).fmt(f),
            Operand::Constant(Type::Ref, 0) => f.write_str("null"),
            Operand::Constant(Type::Ref, bits) => write!(f, "ref#{bits:x}"),
            Operand::Constant(Type::Value, bits) => {
                let word = Value::from_bits(bits);
                match word {
                    _ if word.is_null() => f.write_str("<null>"),
                    _ if word.is_small_int() => write!(f, "<{}>", word.small_int_unchecked()),
                    _ if word.is_immediate_float() => {
                        f.write_char('<')?;
                        write_float(f, word.immediate_float_unchecked())?;
                        f.write_char('>')
                    }
                    _ => write!(f, "<#{bits:x}>"),
                }
            }
        }
    }
}

/// A float so that it reads back with the same bits.
fn write_float(f: &mut Formatter<'_>, x: f64) -> fmt::Result {
    if x.is_nan() { write!(f, "float#{:x}", x.to_bits()) } else { write!(f, "{x:?}") }
}

/// A layout by name, or by number if nobody has registered it.
struct LayoutName(u32);

impl Display for LayoutName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match LayoutId::from_bits(self.0).layout() {
            Some(layout) => f.write_str(layout.name),
            None => write!(f, "layout#{:x}", self.0),
        }
    }
}

/// A field as `Layout.field`.
struct FieldName(u64);

impl Display for FieldName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (layout, index) = (self.0 as u32, (self.0 >> 32) as usize);
        LayoutName(layout).fmt(f)?;
        match LayoutId::from_bits(layout).layout().and_then(|layout| layout.fields.get(index)) {
            Some(field) => write!(f, ".{}", field.name),
            None => write!(f, ".{index}"),
        }
    }
}
