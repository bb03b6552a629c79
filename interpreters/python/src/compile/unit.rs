//! A code object under construction: its registers, its variables, and the blocks that are open around the
//! code.
//!
//! Temporaries are a stack above the variables: `mark`/`release` bracket their use, so that a run of
//! temporaries allocated one after the other is contiguous.

use rustc_hash::FxHashMap;

use super::assemble::{Buffer, HandlerId};
use super::symbols::{Binding, CLASS_DICT, Scope, ScopeId, ScopeKind};
use crate::bytecode::{Reg, Target};
use crate::syntax::{ErrorKind, Fault, Span, ast};

/// What leaving a block of statements early has to do.
#[derive(Clone, Copy)]
pub enum BlockKind<'a> {
    /// A loop: `break` and `continue` end here.
    Loop { breaks: Target, continues: Target },
    /// The body of `try … except`: nothing but its handler's end.
    Try,
    /// The body of `try … finally`: runs the `finally` body.
    Finally { body: &'a [ast::Stmt] },
    /// An exception is being handled: restores the one before.
    Handling { prev: Reg },
    /// The body of an `except*` clause: as `Handling`, but nothing may jump out of it.
    StarClause,
    /// The name of `except … as name` is bound: unbinds it.
    HandlerName { name: &'a str, span: Span },
    /// The body of `with`: calls the exit function.
    With { exit: Reg, is_async: bool, span: Span },
}

/// An open block.
#[derive(Clone, Copy)]
pub struct Block<'a> {
    pub kind: BlockKind<'a>,
    /// The handler in force outside the block.
    pub outside: Option<HandlerId>,
}

/// The variables of an inlined comprehension that is being compiled.
pub struct InlineScope {
    pub scope: ScopeId,
    /// Registers of its own variables: the value, or the cell for captured ones.
    pub registers: FxHashMap<String, Reg>,
}

/// The state of one code object.
pub struct Unit<'a> {
    pub scope: ScopeId,
    pub kind: ScopeKind,
    pub buffer: Buffer,
    pub qualname: String,
    pub private: Option<String>,
    /// Registers of locals, cells and free variables.
    pub registers: FxHashMap<String, Reg>,
    pub varnames: Vec<String>,
    pub cellvars: Vec<String>,
    pub freevars: Vec<String>,
    pub blocks: Vec<Block<'a>>,
    pub inlined: Vec<InlineScope>,
    /// Whether a register holds a variable.
    pub variables: Vec<bool>,
    next: u32,
    most: u32,
    pub introspects: bool,
    pub is_async: bool,
}

impl Unit<'_> {
    /// An empty unit whose variables are laid out: parameters, locals, cells, free variables.
    #[must_use]
    pub fn new(scope: &Scope, id: ScopeId, parameters: Vec<String>, qualname: String) -> Self {
        let mut varnames = parameters;
        if scope.kind.is_function_like() {
            for name in scope.bound_as(Binding::Local) {
                if !scope.symbols[name].parameter {
                    varnames.push(name.clone());
                }
            }
        }
        let mut cellvars: Vec<String> = scope.bound_as(Binding::Cell).cloned().collect();
        if scope.needs_class_cell {
            cellvars.push("__class__".to_owned());
        }
        if scope.needs_class_dict {
            cellvars.push(CLASS_DICT.to_owned());
        }
        cellvars.sort_unstable();
        let mut freevars: Vec<String> = scope.bound_as(Binding::Free).cloned().collect();
        freevars.extend(scope.passed_through.iter().cloned());
        freevars.sort_unstable();
        let mut registers = FxHashMap::default();
        let all = varnames.iter().chain(&cellvars).chain(&freevars);
        for (i, name) in all.enumerate() {
            // A parameter that is a cell is reached through its cell, which comes later.
            registers.insert(name.clone(), Reg(i as u16));
        }
        let count = (varnames.len() + cellvars.len() + freevars.len()) as u32;
        let mut variables = vec![false; count as usize];
        variables[..varnames.len()].fill(true);
        Unit {
            scope: id,
            kind: scope.kind,
            buffer: Buffer::default(),
            qualname,
            private: scope.private.clone(),
            registers,
            varnames,
            cellvars,
            freevars,
            blocks: Vec::new(),
            inlined: Vec::new(),
            variables,
            next: count,
            most: count,
            introspects: false,
            is_async: scope.is_async,
        }
    }

    /// The current top of the temporaries.
    #[must_use]
    pub fn mark(&self) -> u32 {
        self.next
    }

    /// Frees every temporary allocated since `mark`.
    pub fn release(&mut self, mark: u32) {
        let top = self.variables.len().min(self.next as usize);
        let from = (mark as usize).min(top);
        self.variables[from..top].fill(false);
        self.next = mark;
    }

    /// A fresh temporary above all others.
    ///
    /// # Errors
    /// The function needs more than 65535 registers.
    pub fn temp(&mut self, at: Span) -> Result<Reg, Fault> {
        self.temps(1, at)
    }

    /// `n` fresh contiguous temporaries; the first.
    ///
    /// # Errors
    /// The function needs more than 65535 registers.
    pub fn temps(&mut self, n: u32, at: Span) -> Result<Reg, Fault> {
        let first = self.next;
        self.next += n;
        self.most = self.most.max(self.next);
        if self.next > u32::from(u16::MAX) {
            return Err(Fault::of(ErrorKind::Overflow, "code block is too large: too many registers", at));
        }
        Ok(Reg(first as u16))
    }

    /// A fresh register for a variable of an inlined comprehension.
    ///
    /// # Errors
    /// The function needs more than 65535 registers.
    pub fn variable(&mut self, at: Span) -> Result<Reg, Fault> {
        let r = self.temp(at)?;
        if self.variables.len() <= r.index() {
            self.variables.resize(r.index() + 1, false);
        }
        self.variables[r.index()] = true;
        Ok(r)
    }

    /// Whether a register holds a variable rather than a temporary.
    #[must_use]
    pub fn is_variable(&self, r: Reg) -> bool {
        self.variables.get(r.index()) == Some(&true)
    }

    /// Whether `r` is the topmost temporary.
    #[must_use]
    pub fn is_top(&self, r: Reg) -> bool {
        u32::from(r.0) + 1 == self.next && !self.is_variable(r)
    }

    /// Registers of a frame.
    #[must_use]
    pub fn register_count(&self) -> u16 {
        self.most as u16
    }
}
