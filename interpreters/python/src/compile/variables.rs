//! Loading, storing and deleting names, each where its scope says it lives.

use super::mangle::mangle;
use super::symbols::{Binding, CLASS_DICT, ScopeKind};
use super::{Compiler, Done};
use crate::bytecode::{Op, Reg};
use crate::syntax::{Span, ast};

/// Where a name lives, seen from the code being compiled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// A register of this frame.
    Register(Reg),
    /// A cell in a register of this frame.
    Cell(Reg),
    /// As `Cell`, in a class body, whose namespace comes first.
    ClassCell(Reg),
    Global,
    /// The namespace of the class around, reached through the cell in the register; else global.
    ClassDict(Reg),
    /// The frame's namespace.
    Name,
}

impl Compiler<'_> {
    /// The name as it is stored, private names mangled.
    pub(super) fn mangled(&self, name: &str) -> String {
        mangle(self.unit.private.as_deref(), name).into_owned()
    }

    /// Where the (mangled) name lives.
    pub(super) fn place_of(&self, name: &str) -> Place {
        for inline in self.unit.inlined.iter().rev() {
            match self.table.scope(inline.scope).binding(name) {
                Some(Binding::Local) => return Place::Register(inline.registers[name]),
                Some(Binding::Cell) => return Place::Cell(inline.registers[name]),
                Some(Binding::GlobalExplicit) => return Place::Global,
                _ => {}
            }
        }
        if self.unit.kind == ScopeKind::Class && !self.unit.inlined.is_empty() {
            // Names of a class body are invisible in the comprehensions in it.
            let free = self.unit.freevars.iter().any(|f| f == name) || name == "__class__";
            return if free { Place::Cell(self.unit.registers[name]) } else { Place::Global };
        }
        self.place_in_unit(name)
    }

    fn place_in_unit(&self, name: &str) -> Place {
        let class = self.unit.kind == ScopeKind::Class;
        let in_frame = self.unit.kind.is_function_like();
        match self.table.scope(self.unit.scope).binding(name) {
            Some(Binding::Local) if in_frame => Place::Register(self.unit.registers[name]),
            Some(Binding::Local) => Place::Name,
            Some(Binding::Cell) => Place::Cell(self.unit.registers[name]),
            Some(Binding::Free) if class => Place::ClassCell(self.unit.registers[name]),
            Some(Binding::Free) => Place::Cell(self.unit.registers[name]),
            Some(Binding::GlobalExplicit) => Place::Global,
            Some(Binding::GlobalImplicit) if self.table.scope(self.unit.scope).sees_class.is_some() => {
                Place::ClassDict(self.unit.registers[CLASS_DICT])
            }
            Some(Binding::GlobalImplicit) if in_frame => Place::Global,
            Some(Binding::GlobalImplicit) => Place::Name,
            // Mentioned only in an inlined comprehension: a variable passed on, else a global.
            None if self.unit.freevars.iter().any(|f| f == name) => Place::Cell(self.unit.registers[name]),
            None if in_frame => Place::Global,
            None => Place::Name,
        }
    }

    /// The register that holds the variable, for names that live in one.
    pub(super) fn variable_register(&self, name: &str) -> Option<Reg> {
        match self.place_of(&self.mangled(name)) {
            Place::Register(r) => Some(r),
            _ => None,
        }
    }

    /// The register of the cell of a variable that an inner function captures.
    pub(super) fn cell_register(&self, name: &str) -> Reg {
        for inline in self.unit.inlined.iter().rev() {
            if self.table.scope(inline.scope).binding(name) == Some(Binding::Cell) {
                return inline.registers[name];
            }
        }
        self.unit.registers[name]
    }

    /// Whether evaluating an expression may rebind the variable `name`.
    pub(super) fn may_be_rebound(&self, name: &str) -> bool {
        let scope = self.table.scope(self.unit.scope);
        scope.symbols.get(&self.mangled(name)).is_some_and(|s| s.walrus)
    }

    /// Loads a name into `d`.
    pub(super) fn load_name(&mut self, name: &str, d: Reg, at: Span) {
        let name = self.mangled(name);
        if matches!(name.as_str(), "globals" | "locals" | "vars" | "eval" | "exec" | "dir" | "_getframe") {
            self.unit.introspects = true;
        }
        if name == "__debug__" {
            let op = if self.optimize == 0 { Op::LoadTrue { d } } else { Op::LoadFalse { d } };
            self.emit(op, at);
            return;
        }
        let place = self.place_of(&name);
        let id = self.unit.buffer.name(&name);
        let op = match place {
            Place::Register(s) => {
                self.emit(Op::CheckBound { r: s, name: id }, at);
                Op::Move { d, s }
            }
            Place::Cell(cell) => Op::LoadDeref { d, cell, name: id },
            Place::ClassCell(cell) => Op::LoadClassDeref { d, cell, name: id },
            Place::Global => Op::LoadGlobal { d, name: id },
            Place::ClassDict(cell) => {
                let dict = self.unit.buffer.name(CLASS_DICT);
                self.emit(Op::LoadDeref { d, cell, name: dict }, at);
                Op::LoadFromDict { d, dict: d, name: id }
            }
            Place::Name => Op::LoadName { d, name: id },
        };
        self.emit(op, at);
    }

    /// Stores `v` in a name.
    pub(super) fn store_name(&mut self, name: &str, v: Reg, at: Span) {
        let name = self.mangled(name);
        let op = match self.place_of(&name) {
            Place::Register(d) if d == v => return,
            Place::Register(d) => Op::Move { d, s: v },
            Place::Cell(cell) | Place::ClassCell(cell) => Op::StoreDeref { cell, v },
            Place::Global | Place::ClassDict(_) => Op::StoreGlobal { name: self.unit.buffer.name(&name), v },
            Place::Name => Op::StoreName { name: self.unit.buffer.name(&name), v },
        };
        self.emit(op, at);
    }

    /// `del name`.
    pub(super) fn delete_name(&mut self, name: &str, at: Span) {
        let name = self.mangled(name);
        let id = self.unit.buffer.name(&name);
        let op = match self.place_of(&name) {
            Place::Register(d) => {
                self.emit(Op::CheckBound { r: d, name: id }, at);
                Op::LoadNull { d }
            }
            Place::Cell(cell) | Place::ClassCell(cell) => Op::DeleteDeref { cell, name: id },
            Place::Global | Place::ClassDict(_) => Op::DeleteGlobal { name: id },
            Place::Name => Op::DeleteName { name: id },
        };
        self.emit(op, at);
    }

    /// The end of `except … as name`: the name is unbound whether or not the body unbound it.
    pub(super) fn unbind_name(&mut self, name: &str, at: Span) -> Done {
        if let Some(d) = self.variable_register(name) {
            self.emit(Op::LoadNull { d }, at);
            return Ok(());
        }
        let mark = self.unit.mark();
        let none = self.unit.temp(at)?;
        self.emit(Op::LoadNone { d: none }, at);
        self.store_name(name, none, at);
        self.delete_name(name, at);
        self.unit.release(mark);
        Ok(())
    }

    /// The register of a local variable that `e` names, checked to be bound.
    pub(super) fn local_in_place(&mut self, e: &ast::ExprName, at: Span) -> Option<Reg> {
        let r = self.variable_register(&e.id)?;
        let name = self.mangled(&e.id);
        let name = self.unit.buffer.name(&name);
        self.emit(Op::CheckBound { r, name }, at);
        Some(r)
    }
}
