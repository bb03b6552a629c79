//! A function that is being compiled: its variables, registers and code, and clox's limits.
//!
//! Slot 0 holds the receiver; then come the parameters, the captured cells, locals and temporaries, which are a stack.
//! clox's limits come from an encoding with operands of one byte and jumps of two, which this bytecode does not have; so
//! the bytes and constants that clox would emit are counted. Neighbours: `statements`, `expressions`.

use super::Compiler;
use crate::bytecode::{Function, Op};
use crate::object::{GlobalRef, Site, SiteRef};
use crate::scanner::Kind;
use crate::world;
use metajit::bytecode::{In, Out, To, Window};
use metajit::frame::LoopCell;

/// What one byte counts to: local variables, captured variables, constants of a function.
const BYTE: usize = 256;
/// What two bytes hold: the length of a jump.
const MOST_JUMP: usize = u16::MAX as usize;

pub(super) type Reg = u16;

/// What kind of function it is.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum FunctionKind {
    #[default]
    Script,
    Function,
    Method,
    Initializer,
}

/// Where a variable is.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// In this register.
    Register(Reg),
    /// In the cell that this register holds.
    Cell(Reg),
    Global(GlobalRef),
}

/// A local variable.
struct Local<'a> {
    name: &'a str,
    /// The token at which a capture is noted.
    token: *const u8,
    /// The block it belongs to; `None` until it has its value.
    depth: Option<u32>,
    place: Place,
}

#[derive(Default)]
pub(super) struct Scope<'a> {
    pub(super) kind: FunctionKind,
    pub(super) function: Function,
    locals: Vec<Local<'a>>,
    /// Where the enclosing function has the cells that this one captures.
    captures: Vec<Reg>,
    first_cell: Reg,
    /// The first free register.
    pub(super) next: Reg,
    /// Blocks around this place.
    depth: u32,
    /// Bytes and constants that clox would have emitted so far.
    pub(super) bytes: usize,
    pub(super) constants: usize,
}

/// Adds an item to a list of a function; gives its index.
pub(super) fn push<T>(list: &mut Vec<T>, item: T) -> u16 {
    list.push(item);
    (list.len() - 1) as u16
}

impl<'a> Compiler<'a> {
    pub(super) fn scope(&mut self) -> &mut Scope<'a> {
        self.scopes.last_mut().expect("the script is always there")
    }

    // Functions and blocks.

    pub(super) fn open(&mut self, kind: FunctionKind, name: &str) {
        let token = self.at.current.text.as_ptr();
        let (name, file) = (name.to_owned(), self.file.to_owned());
        let function = Function { name, file, ..Function::default() };
        self.scopes.push(Scope { kind, function, ..Scope::default() });
        let is_method = matches!(kind, FunctionKind::Method | FunctionKind::Initializer);
        let receiver = self.add_local(if is_method { "this" } else { "" }, token);
        let r = self.fresh();
        self.define(receiver, r);
    }
    /// The parameters are there: room for the cells, as many as are noted. (The first pass does not know; its code is never
    /// run.)
    pub(super) fn open_body(&mut self, arity: u32, cells: u16) {
        let noting = self.noting;
        let scope = self.scope();
        scope.function.arity = arity;
        scope.first_cell = if noting { Reg::MAX / 2 } else { scope.next };
        (0..cells).for_each(|_| _ = self.fresh());
    }
    /// Completes a function; with the registers of its cells in the enclosing one.
    pub(super) fn close(&mut self) -> (Function, Vec<Reg>) {
        self.return_default();
        let Scope { mut function, captures, .. } = self.scopes.pop().expect("opened before");
        function.captures = captures.len() as u32;
        if !self.noting {
            function.finish();
        }
        (function, captures)
    }
    pub(super) fn begin_block(&mut self) {
        self.scope().depth += 1;
    }
    pub(super) fn end_block(&mut self) {
        let scope = self.scope();
        scope.depth -= 1;
        while let Some(local) =
            scope.locals.pop_if(|local| local.depth.is_some_and(|depth| depth > scope.depth))
        {
            let (Place::Register(r) | Place::Cell(r)) = local.place else { continue };
            scope.next = r;
            scope.bytes += 1;
        }
    }

    // Variables.

    /// A local variable, in the register that is free next. It cannot be used before [`Self::define`].
    pub(super) fn add_local(&mut self, name: &'a str, token: *const u8) -> Place {
        let r = self.scope().next;
        let place = if self.noted(token) == 0 { Place::Register(r) } else { Place::Cell(r) };
        if self.scope().locals.len() == BYTE {
            self.error("Too many local variables in function.");
        } else {
            self.scope().locals.push(Local { name, token, depth: None, place });
        }
        place
    }
    /// A declaration of the variable that the previous token names.
    pub(super) fn declare(&mut self) -> Place {
        let name = self.at.previous.text;
        let scope = self.scope();
        let depth = scope.depth;
        if depth == 0 {
            self.count_constant();
            return Place::Global(world::global(name).into());
        }
        let mut same_block =
            scope.locals.iter().rev().take_while(|local| local.depth.is_none_or(|d| d >= depth));
        if same_block.any(|local| local.name == name) {
            self.error("Already a variable with this name in this scope.");
        }
        self.add_local(name, name.as_ptr())
    }
    pub(super) fn variable(&mut self, message: &str) -> Place {
        self.expect(Kind::Identifier, message);
        self.declare()
    }
    /// The variable declared last gets its value, which is in a register; in its own if it is local.
    pub(super) fn define(&mut self, place: Place, s: Reg) {
        match place {
            Place::Global(global) => {
                self.count(2);
                self.emit(Op::DefineGlobal { global, s: In(s) });
                self.scope().next = s;
                return;
            }
            Place::Cell(r) => _ = self.emit(Op::NewCell { d: Out(r), s: In(s) }),
            Place::Register(_) => {}
        }
        let scope = self.scope();
        let depth = scope.depth;
        if let Some(local) = scope.locals.last_mut() {
            local.depth = Some(depth);
        }
    }
    /// The local variable of a name in the function at `level`.
    fn find_local(&mut self, level: usize, name: &str) -> Option<(Place, *const u8)> {
        let local = self.scopes[level].locals.iter().rev().find(|local| local.name == name)?;
        let (found, ready) = ((local.place, local.token), local.depth.is_some());
        if !ready {
            self.error("Can't read local variable in its own initializer.");
        }
        Some(found)
    }
    /// The register with the cell of a variable of an enclosing function.
    fn find_captured(&mut self, level: usize, name: &str) -> Option<Reg> {
        let outer = level.checked_sub(1)?;
        let cell = match self.find_local(outer, name) {
            Some((place, token)) => {
                self.note(token, 1);
                let (Place::Register(r) | Place::Cell(r)) = place else { return None };
                r
            }
            None => self.find_captured(outer, name)?,
        };
        let Scope { captures, first_cell, .. } = &mut self.scopes[level];
        let known = captures.iter().position(|&other| other == cell);
        let index = known.unwrap_or(captures.len());
        let register = *first_cell + index as Reg;
        if index == BYTE {
            self.error("Too many closure variables in function.");
        } else if known.is_none() {
            captures.push(cell);
        }
        Some(register)
    }
    pub(super) fn resolve(&mut self, name: &str) -> Place {
        let level = self.scopes.len() - 1;
        if let Some((place, _)) = self.find_local(level, name) {
            return place;
        }
        match self.find_captured(level, name) {
            Some(cell) => Place::Cell(cell),
            None => {
                self.count_constant();
                Place::Global(world::global(name).into())
            }
        }
    }

    // Registers and code.

    pub(super) fn fresh(&mut self) -> Reg {
        let scope = self.scope();
        scope.next += 1;
        scope.function.slots = scope.function.slots.max(scope.next.into());
        scope.next - 1
    }
    /// Emits an instruction; its index.
    pub(super) fn emit(&mut self, op: Op) -> usize {
        self.emit_on(self.at.previous.line, op)
    }
    pub(super) fn emit_on(&mut self, line: u32, op: Op) -> usize {
        let function = &mut self.scope().function;
        function.ops.push(op);
        function.lines.push(line);
        function.ops.len() - 1
    }
    pub(super) fn op(&mut self, index: usize) -> &mut Op {
        &mut self.scope().function.ops[index]
    }
    pub(super) fn jump(&mut self) -> usize {
        self.emit(Op::Jump { to: To(0) })
    }
    pub(super) fn here(&mut self) -> usize {
        self.scope().function.ops.len()
    }
    /// Leads jumps to an instruction.
    pub(super) fn land_at(&mut self, target: usize, jumps: impl IntoIterator<Item = usize>) {
        for jump in jumps {
            *self.op(jump).to().expect("a jump") = To(target as u32);
        }
    }
    pub(super) fn land(&mut self, jumps: impl IntoIterator<Item = usize>) {
        let here = self.here();
        self.land_at(here, jumps);
    }
    /// The head of a loop; its index.
    pub(super) fn loop_header(&mut self) -> usize {
        let index = push(&mut self.scope().function.loops, LoopCell::new());
        self.emit(Op::LoopHeader { index })
    }
    /// A place that names a property.
    pub(super) fn site(&mut self, name: &str) -> SiteRef {
        if self.noting { SiteRef::NULL } else { Site::leak(world::name(name)).into() }
    }
    /// The registers from `first` on.
    pub(super) fn window(&mut self, first: Reg) -> Window {
        Window { first, count: self.scope().next - first }
    }
    /// Frees the registers that something takes.
    pub(super) fn scratch<T>(&mut self, compile: impl FnOnce(&mut Self) -> T) -> T {
        let next = self.scope().next;
        let result = compile(self);
        self.scope().next = next;
        result
    }

    // What clox would emit.

    pub(super) fn count(&mut self, bytes: usize) {
        self.scope().bytes += bytes;
    }
    pub(super) fn count_constant(&mut self) {
        self.scope().constants += 1;
        if self.scope().constants > BYTE {
            self.error("Too many constants in one chunk.");
        }
    }
    /// A jump forward; what [`Self::count_landing`] needs.
    pub(super) fn count_jump(&mut self) -> usize {
        self.count(3);
        self.scope().bytes
    }
    pub(super) fn count_landing(&mut self, jump: usize) {
        if self.scope().bytes - jump > MOST_JUMP {
            self.error("Too much code to jump over.");
        }
    }
    pub(super) fn count_loop(&mut self, start: usize) {
        self.count(3);
        if self.scope().bytes - start > MOST_JUMP {
            self.error("Loop body too large.");
        }
    }
}
