//! The instructions: one table, and what follows from it.
//!
//! Operands are registers, that is slots of the frame: [`In`] is read, [`Out`] is written, a [`Window`] is a row of
//! registers that are read. Slot 0 holds the receiver, then come the parameters, the captured cells, locals and
//! temporaries. Neighbours: `codegen` (emits), `interp` (executes).

use crate::object::{Global, Site};
use metajit::frame::{EntryCell, LoopCell};
use metajit::heap::Value;
use metajit::language::Code;
use metajit::live::{Liveness, Use};

/// A register that is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct In(pub u16);
/// A register that is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Out(pub u16);
/// Registers that are read, from `first` on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// The first register.
    pub first: u16,
    /// How many.
    pub count: u16,
}
/// An instruction that may come next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct To(pub u32);

trait Operand {
    fn visit(self, _: &mut dyn FnMut(Use));
}
macro_rules! operands {
    ($($type:ty, |$x:ident, $visit:ident| $body:expr;)*) => {$(
        impl Operand for $type {
            #[allow(unused_variables)]
            fn visit(self, $visit: &mut dyn FnMut(Use)) {
                let $x = self;
                $body
            }
        }
    )*};
}
operands! {
    In, |x, visit| visit(Use::Read(x.0.into()));
    Out, |x, visit| visit(Use::Write(x.0.into()));
    Window, |x, visit| (x.first..x.first + x.count).for_each(|r| visit(Use::Read(r.into())));
    To, |x, visit| visit(Use::Next(x.0 as usize));
    bool, |x, visit| ();
    u16, |x, visit| ();
    f64, |x, visit| ();
    Value, |x, visit| ();
    &'static Global, |x, visit| ();
    &'static Site, |x, visit| ();
    &'static Function, |x, visit| ();
    &'static ClassSite, |x, visit| ();
}

macro_rules! ops {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),* })*) => {
        /// One instruction.
        #[derive(Clone, Copy, Debug)]
        #[allow(missing_docs)]
        pub enum Op { $($(#[$doc])* $name { $($field: $type),* },)* }

        impl Op {
            fn visit(self, visit: &mut dyn FnMut(Use)) {
                match self { $(Op::$name { $($field),* } => { $($field.visit(visit);)* })* }
            }
            /// Sets where a jump goes.
            pub fn set_target(&mut self, target: usize) {
                let to = match self {
                    Op::Jump { to } | Op::JumpIf { to, .. } | Op::JumpLess { to, .. } | Op::JumpLessK { to, .. }
                    | Op::JumpGreaterK { to, .. } | Op::JumpEqual { to, .. } => to,
                    _ => unreachable!("a jump"),
                };
                *to = To(target as u32);
            }
        }
    };
}

ops! {
    /// A constant.
    Load { d: Out, k: Value }
    Move { d: Out, s: In }
    DefineGlobal { global: &'static Global, s: In }
    GetGlobal { d: Out, global: &'static Global }
    SetGlobal { global: &'static Global, s: In }
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
    Not { d: Out, a: In }
    Less { d: Out, a: In, b: In }
    Equal { d: Out, a: In, b: In }
    Jump { to: To }
    /// Jumps if the truth of `a` is `when`; so do the others.
    JumpIf { a: In, when: bool, to: To }
    JumpLess { a: In, b: In, when: bool, to: To }
    JumpLessK { a: In, when: bool, to: To, k: f64 }
    JumpGreaterK { a: In, when: bool, to: To, k: f64 }
    JumpEqual { a: In, b: In, when: bool, to: To }
    /// The head of a loop.
    LoopHeader { index: u16 }
    Call { d: Out, callee: In, args: Window }
    /// Calls a method (or a field's value) of the first register of the window.
    Invoke { d: Out, args: Window, site: &'static Site }
    /// Calls a method of a class, with the first register of the window as receiver.
    SuperInvoke { d: Out, class: In, args: Window, name: &'static Site }
    GetField { d: Out, object: In, site: &'static Site }
    SetField { object: In, s: In, site: &'static Site }
    /// A method of a class, bound to a receiver.
    GetSuper { d: Out, class: In, receiver: In, name: &'static Site }
    /// A closure; the function says what it captures.
    Closure { d: Out, cells: Window, function: &'static Function }
    /// A class with the methods in the window; the superclass precedes them if there is one.
    Class { d: Out, inputs: Window, site: &'static ClassSite }
    Print { s: In }
    Return { s: In }
}

/// A class declaration.
#[derive(Debug)]
pub struct ClassSite {
    /// The class's name.
    pub name: u32,
    /// Whether the first input is a superclass.
    pub inherits: bool,
    /// The methods' names.
    pub methods: Vec<u32>,
    /// The fields that methods set on `this`.
    pub fields: Vec<u32>,
}

/// A function's code. It is leaked, and does not change.
#[derive(Debug)]
pub struct Function {
    /// Its name; empty for a script.
    pub name: String,
    /// The file, for logs.
    pub file: String,
    /// Number of parameters.
    pub arity: u32,
    /// Number of captured cells, which follow the parameters in the frame.
    pub captures: u32,
    /// Number of registers.
    pub slots: u32,
    /// The instructions.
    pub ops: Vec<Op>,
    /// Their lines.
    pub lines: Vec<u32>,
    live: Liveness,
    /// What the JIT keeps about each loop.
    pub loops: Vec<LoopCell>,
    entry: EntryCell,
}

impl Function {
    /// Completes a function, and leaks it.
    pub fn leak(
        name: String,
        file: String,
        (arity, captures, slots): (u32, u32, u32),
        code: Vec<(Op, u32)>,
    ) -> &'static Function {
        let (ops, lines): (Vec<Op>, Vec<u32>) = code.into_iter().unzip();
        let loops = ops.iter().filter(|op| matches!(op, Op::LoopHeader { .. }));
        let loops = loops.map(|_| LoopCell::new()).collect();
        let live = Liveness::new(ops.len(), slots, |pc, visit| {
            ops[pc].visit(visit);
            if !matches!(ops[pc], Op::Jump { .. } | Op::Return { .. }) {
                visit(Use::Next(pc + 1));
            }
        });
        let entry = EntryCell::new();
        let function = Function { name, file, arity, captures, slots, ops, lines, live, loops, entry };
        Box::leak(Box::new(function))
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
        let name = if self.name.is_empty() { "script" } else { &self.name };
        format!("{}:{} {name}", self.file, self.lines.get(pc).copied().unwrap_or(0))
    }
}
