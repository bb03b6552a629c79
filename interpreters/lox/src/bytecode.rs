//! The instructions: one table, and the functions that are made of them.
//!
//! Operands are registers, that is slots of the frame. Slot 0 holds the receiver, then come the parameters, the captured
//! cells, locals and temporaries. Neighbours: `compiler` (emits), `interp` (executes).

use crate::object::{GlobalRef, SiteRef};
use crate::world::Name;
use metajit::bytecode::{In, Out, To, Window};
use metajit::frame::{EntryCell, LoopCell};
use metajit::heap::Value;
use metajit::language::Code;
use metajit::live::{Liveness, Use};

metajit::instructions! {
    /// One instruction.
    pub enum Op {
        /// A constant.
        Load { d: Out, k: Value }
        Move { d: Out, s: In }
        DefineGlobal { global: GlobalRef, s: In }
        GetGlobal { d: Out, global: GlobalRef }
        SetGlobal { global: GlobalRef, s: In }
        /// A cell for a captured variable.
        NewCell { d: Out, s: In }
        GetCell { d: Out, cell: In }
        SetCell { cell: In, s: In }
        Add { d: Out, a: In, b: In }
        Sub { d: Out, a: In, b: In }
        Mul { d: Out, a: In, b: In }
        Div { d: Out, a: In, b: In }
        AddK { d: Out, a: In, k: f64 }
        SubK { d: Out, a: In, k: f64 }
        MulK { d: Out, a: In, k: f64 }
        DivK { d: Out, a: In, k: f64 }
        Negate { d: Out, a: In }
        Jump { to: To }
        /// Jumps if the truth of `a` is `when`; so do the others.
        JumpIf { a: In, when: bool, to: To }
        JumpLess { a: In, b: In, when: bool, to: To }
        JumpLessK { a: In, when: bool, to: To, k: f64 }
        JumpGreaterK { a: In, when: bool, to: To, k: f64 }
        JumpEqual { a: In, b: In, when: bool, to: To }
        JumpEqualK { a: In, when: bool, to: To, k: Value }
        /// The head of a loop.
        LoopHeader { index: u16 }
        /// Calls what the first register of the window holds; the arguments follow.
        Call { d: Out, args: Window }
        /// Calls a method (or a field's value) of the first register of the window.
        Invoke { d: Out, args: Window, site: SiteRef }
        /// Calls a method of the class in the last register of the window, with the first register as receiver.
        SuperInvoke { d: Out, args: Window, site: SiteRef }
        GetField { d: Out, object: In, site: SiteRef }
        SetField { object: In, s: In, site: SiteRef }
        /// A method of a class, bound to a receiver.
        GetSuper { d: Out, class: In, receiver: In, site: SiteRef }
        /// A function, of those of this function, with the cells that it captures.
        Closure { d: Out, cells: Window, function: u16 }
        /// A class with the methods in the window; the superclass precedes them if there is one.
        Class { d: Out, inputs: Window, class: u16 }
        Print { s: In }
        Return { s: In }
    }
}

impl Op {
    /// For which truth it jumps.
    pub fn when(&mut self) -> &mut bool {
        match self {
            Op::JumpIf { when, .. } | Op::JumpEqual { when, .. } | Op::JumpEqualK { when, .. } => when,
            Op::JumpLess { when, .. } | Op::JumpLessK { when, .. } | Op::JumpGreaterK { when, .. } => when,
            _ => unreachable!("a conditional jump"),
        }
    }
}

/// A class declaration.
#[derive(Debug, Default)]
pub struct ClassSite {
    pub name: Name,
    /// Whether the first input is a superclass.
    pub inherits: bool,
    pub methods: Vec<Name>,
    /// The fields that methods set on `this`.
    pub fields: Vec<Name>,
}

/// A function's code. Once it is complete it does not change, and it lives for ever.
#[derive(Debug, Default)]
pub struct Function {
    /// Its name; empty for a script.
    pub name: String,
    /// The file, for logs.
    pub file: String,
    pub arity: u32,
    /// Number of captured cells, which follow the parameters in the frame.
    pub captures: u32,
    /// Number of registers.
    pub slots: u32,
    pub ops: Vec<Op>,
    /// The lines of the instructions.
    pub lines: Vec<u32>,
    /// The functions and methods declared in it.
    pub functions: Vec<Function>,
    /// The classes declared in it.
    pub classes: Vec<ClassSite>,
    /// What the JIT keeps about each loop.
    pub loops: Vec<LoopCell>,
    pub live: Liveness,
    pub entry: EntryCell,
}

impl Function {
    /// What messages call it.
    pub fn title(&self) -> String {
        if self.name.is_empty() { "script".to_owned() } else { format!("{}()", self.name) }
    }
    /// Completes it: all its instructions are there.
    pub fn finish(&mut self) {
        let ops = &self.ops;
        self.live = Liveness::new(ops.len(), self.slots, |pc, visit| {
            ops[pc].visit(visit);
            if !matches!(ops[pc], Op::Jump { .. } | Op::Return { .. }) {
                visit(Use::Next(pc + 1));
            }
        });
    }
}

impl Code for Function {
    fn slots(&self) -> u32 {
        self.slots
    }
    fn live(&self, pc: usize) -> &[u64] {
        self.live.before(pc)
    }
    fn may_inline(&self) -> bool {
        // A loop in the middle of a trace would multiply its paths; by itself it is compiled once.
        self.loops.is_empty()
    }
    fn entry(&self) -> &EntryCell {
        &self.entry
    }
    fn describe(&self, pc: usize) -> String {
        format!("{}:{} {}", self.file, self.lines.get(pc).copied().unwrap_or(0), self.title())
    }
}
