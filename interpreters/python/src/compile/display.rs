//! Displays: tuples, lists, sets and dicts, with `*` and `**` in them.
//!
//! A short display without stars is one instruction over a run of registers; a long one, or one with stars,
//! is built step by step.

use super::{Compiler, Done, fold};
use crate::bytecode::{Const, Op, Reg};
use crate::syntax::{Span, ast, span};
use ast::Expr;

/// Displays with more elements are built one element at a time.
const LONG: usize = 32;

fn is_spread(elts: &[Expr]) -> bool {
    elts.iter().any(Expr::is_starred_expr)
}

/// How a display of a type is built.
pub(super) struct Collection {
    /// From a run of registers.
    build: fn(Reg, Reg, u16) -> Op,
    /// One element more.
    add: fn(Reg, Reg) -> Op,
    /// The elements of an iterable more.
    extend: fn(Reg, Reg) -> Op,
    /// Literals as one constant, which is what the display is extended with.
    constant: fn(Vec<Const>) -> Const,
}

pub(super) const LIST: Collection = Collection {
    build: |d, base, n| Op::BuildList { d, base, n },
    add: |list, v| Op::ListAppend { list, v },
    extend: |list, v| Op::ListExtend { list, v },
    constant: Const::Tuple,
};

/// As in CPython, literals are added as one constant: the order of a set's elements depends on it.
const SET: Collection = Collection {
    build: |d, base, n| Op::BuildSet { d, base, n },
    add: |set, v| Op::SetAdd { set, v },
    extend: |set, v| Op::SetUpdate { set, v },
    constant: Const::FrozenSet,
};

impl<'a> Compiler<'a> {
    pub(super) fn tuple(&mut self, e: &'a Expr, elts: &'a [Expr], d: Reg) -> Done {
        let at = span(e);
        if let Some(c) = fold::constant_value(e) {
            self.load_const_into(c, d, at);
            return Ok(());
        }
        if is_spread(elts) || elts.len() > LONG {
            let list = self.unit.temp(at)?;
            self.list(elts, list, at)?;
            self.emit(Op::ListToTuple { d, s: list }, at);
            return Ok(());
        }
        let base = self.run(elts, d, at)?;
        self.emit(Op::BuildTuple { d, base, n: elts.len() as u16 }, at);
        Ok(())
    }

    pub(super) fn list(&mut self, elts: &'a [Expr], d: Reg, at: Span) -> Done {
        self.collection(&LIST, elts, d, at)
    }

    pub(super) fn set(&mut self, elts: &'a [Expr], d: Reg, at: Span) -> Done {
        self.collection(&SET, elts, d, at)
    }

    fn collection(&mut self, kind: &Collection, elts: &'a [Expr], d: Reg, at: Span) -> Done {
        let constant = if elts.len() > 2 { fold::constant_items(elts) } else { None };
        if constant.is_none() && !is_spread(elts) && elts.len() <= LONG {
            let base = self.run(elts, d, at)?;
            self.emit((kind.build)(d, base, elts.len() as u16), at);
            return Ok(());
        }
        let collection = self.build_register(d, at)?;
        self.emit((kind.build)(collection, collection, 0), at);
        if let Some(items) = constant {
            let mark = self.unit.mark();
            let v = self.load_const((kind.constant)(items), at)?;
            self.emit((kind.extend)(collection, v), at);
            self.unit.release(mark);
        } else {
            self.add_each(kind, collection, elts)?;
        }
        self.move_to(d, collection, at);
        Ok(())
    }

    /// Adds elements to a collection one by one.
    pub(super) fn add_each(&mut self, kind: &Collection, collection: Reg, elts: &'a [Expr]) -> Done {
        for e in elts {
            let mark = self.unit.mark();
            if let Expr::Starred(s) = e {
                let v = self.operand(&s.value)?;
                self.emit((kind.extend)(collection, v), span(e));
            } else {
                let v = self.operand(e)?;
                self.emit((kind.add)(collection, v), span(e));
            }
            self.unit.release(mark);
        }
        Ok(())
    }

    pub(super) fn dict(&mut self, dict: &'a ast::ExprDict, d: Reg) -> Done {
        let at = span(dict);
        let n = dict.values.len();
        if n <= LONG && dict.keys.iter().all(Option::is_some) {
            let base = Reg(self.unit.mark() as u16);
            for (key, value) in dict.keys.iter().flatten().zip(&dict.values) {
                self.in_temp(key)?;
                self.in_temp(value)?;
            }
            let base = if n == 0 { d } else { base };
            self.emit(Op::BuildMap { d, base, n: n as u16 }, at);
            return Ok(());
        }
        let map = self.build_register(d, at)?;
        self.emit(Op::BuildMap { d: map, base: map, n: 0 }, at);
        for (key, value) in dict.keys.iter().zip(&dict.values) {
            let mark = self.unit.mark();
            if let Some(key) = key {
                let k = self.early_operand(key)?;
                let v = self.operand(value)?;
                self.emit(Op::MapAdd { map, k, v }, at);
            } else {
                let v = self.operand(value)?;
                self.emit(Op::DictUpdate { map, v }, span(value));
            }
            self.unit.release(mark);
        }
        self.move_to(d, map, at);
        Ok(())
    }
}
