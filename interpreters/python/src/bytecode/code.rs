//! A compiled function, class body or module: the unit the interpreter runs.
//!
//! Invariant: a `CodeData` never changes after the compiler returned it, so a trace may treat all of it as
//! constant. Registers: parameters first (positional, keyword-only, `*args`, `**kwargs`), then the other
//! locals, then the cells, then the free variables' cells, then temporaries.

use std::sync::{Arc, OnceLock};

use num_bigint::BigInt;

use super::live::Liveness;
use super::ops::{Op, Reg};
use crate::compile::deferred::Deferred;

/// A constant of a code object, independent of any heap.
#[derive(Clone, Debug)]
pub enum Const {
    None,
    True,
    False,
    Ellipsis,
    Int(BigInt),
    Float(f64),
    Complex(f64, f64),
    Str(String),
    /// A string with lone surrogates, as code points.
    Surrogates(Vec<u32>),
    Bytes(Vec<u8>),
    Tuple(Vec<Const>),
    FrozenSet(Vec<Const>),
    Code(Arc<CodeData>),
}

/// What kind of code it is; the bits are those of CPython's `co_flags`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CodeFlags(pub u32);

impl CodeFlags {
    /// Locals live in registers, the frame has no namespace (functions).
    pub const OPTIMIZED: u32 = 0x1;
    /// Calling makes a new namespace (functions).
    pub const NEWLOCALS: u32 = 0x2;
    /// Has a `*args` parameter.
    pub const VARARGS: u32 = 0x4;
    /// Has a `**kwargs` parameter.
    pub const VARKEYWORDS: u32 = 0x8;
    /// Defined inside a function.
    pub const NESTED: u32 = 0x10;
    /// Calling makes a generator.
    pub const GENERATOR: u32 = 0x20;
    /// Calling makes a coroutine.
    pub const COROUTINE: u32 = 0x80;
    /// A generator that may be awaited (`types.coroutine`).
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    /// Calling makes an asynchronous generator.
    pub const ASYNC_GENERATOR: u32 = 0x200;
    /// `from __future__ import annotations` is in force.
    pub const FUTURE_ANNOTATIONS: u32 = 0x100_0000;
    /// Our own: mentions `locals`, `vars`, `eval`, `exec` or `dir`, so that every local counts as live
    /// everywhere.
    pub const INTROSPECTS: u32 = 0x4000_0000;

    /// Whether all the bits of `mask` are set.
    #[must_use]
    pub fn has(self, mask: u32) -> bool {
        self.0 & mask == mask
    }

    /// Calling does not run the body but makes a suspended frame.
    #[must_use]
    pub fn is_resumable(self) -> bool {
        self.0 & (Self::GENERATOR | Self::COROUTINE | Self::ASYNC_GENERATOR) != 0
    }
}

/// A handler and the instructions it covers: an exception raised at `start <= pc < end` goes to `handler`, in
/// register `exc`. Entries do not overlap and are sorted by `start`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExceptionEntry {
    pub start: u32,
    pub end: u32,
    pub handler: u32,
    pub exc: Reg,
}

/// Where an instruction stands in the source. Lines count from 1 (0: no position), columns from 0 in bytes of
/// UTF-8.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Position {
    pub line: u32,
    pub end_line: u32,
    pub col: u32,
    pub end_col: u32,
}

/// One compiled code block.
#[derive(Clone, Debug, Default)]
pub struct CodeData {
    pub name: String,
    pub qualname: String,
    pub filename: String,
    /// The line of the definition (of the first decorator, as in CPython).
    pub first_line: u32,
    /// Positional parameters, the positional-only ones included.
    pub argcount: u16,
    pub posonlyargcount: u16,
    pub kwonlyargcount: u16,
    pub flags: CodeFlags,
    /// Registers of a frame.
    pub nregs: u16,
    /// Names of the locals in registers `0..varnames.len()`, parameters first.
    pub varnames: Vec<String>,
    /// Names of the variables that inner functions use; their cells live in the registers after the locals. A
    /// parameter among them is in `varnames` too: it arrives in its own register and is copied into its cell.
    pub cellvars: Vec<String>,
    /// Names of the enclosing functions' variables used here; their cells live in the registers after the
    /// cells and come from the function's closure.
    pub freevars: Vec<String>,
    pub names: Vec<String>,
    pub consts: Vec<Const>,
    pub code: Vec<Op>,
    /// The position of each instruction.
    pub positions: Vec<Position>,
    pub exception_table: Vec<ExceptionEntry>,
    /// Number of loops, that is of `LoopHeader` instructions.
    pub loops: u32,
    pub docstring: Option<String>,
    /// For code without its body: how to compile it. What the body decides (flags, variables) is not known here either.
    pub deferred: Option<Arc<Deferred>>,
    /// Computed on first use.
    pub(crate) liveness: OnceLock<Liveness>,
}

impl CodeData {
    /// Number of parameters, `*args` and `**kwargs` included: they occupy the first registers.
    #[must_use]
    pub fn nparams(&self) -> u16 {
        let star = u16::from(self.flags.has(CodeFlags::VARARGS));
        let star_star = u16::from(self.flags.has(CodeFlags::VARKEYWORDS));
        self.argcount + self.kwonlyargcount + star + star_star
    }

    /// The register of the first cell variable.
    #[must_use]
    pub fn first_cell(&self) -> Reg {
        Reg(self.varnames.len() as u16)
    }

    /// The register of the first free variable.
    #[must_use]
    pub fn first_free(&self) -> Reg {
        Reg((self.varnames.len() + self.cellvars.len()) as u16)
    }

    /// Whether there is a loop in the code.
    #[must_use]
    pub fn has_loop(&self) -> bool {
        self.loops > 0
    }

    /// The handler for an exception raised at `pc`.
    #[must_use]
    pub fn handler(&self, pc: u32) -> Option<ExceptionEntry> {
        let after = self.exception_table.partition_point(|e| e.start <= pc);
        let entry = *self.exception_table[..after].last()?;
        (pc < entry.end).then_some(entry)
    }

    /// The registers that may still be read at or after `pc`, before the instruction there runs: a bit set,
    /// 64 a word.
    #[must_use]
    pub fn live(&self, pc: u32) -> &[u64] {
        self.liveness.get_or_init(|| Liveness::of(self)).at(pc)
    }

    /// Whether register `r` is live before the instruction at `pc`.
    #[must_use]
    pub fn is_live(&self, pc: u32, r: Reg) -> bool {
        self.live(pc)[r.index() / 64] >> (r.index() % 64) & 1 != 0
    }
}
