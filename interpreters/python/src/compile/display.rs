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
        if elts.len() > 2
            && let Some(items) = fold::constant_items(elts)
        {
            let list = self.build_register(d, at)?;
            self.emit(Op::BuildList { d: list, base: list, n: 0 }, at);
            let v = self.load_const(Const::Tuple(items), at)?;
            self.emit(Op::ListExtend { list, v }, at);
            self.move_to(d, list, at);
            return Ok(());
        }
        if !is_spread(elts) && elts.len() <= LONG {
            let base = self.run(elts, d, at)?;
            self.emit(Op::BuildList { d, base, n: elts.len() as u16 }, at);
            return Ok(());
        }
        let list = self.build_register(d, at)?;
        self.emit(Op::BuildList { d: list, base: list, n: 0 }, at);
        for e in elts {
            let mark = self.unit.mark();
            if let Expr::Starred(s) = e {
                let v = self.operand(&s.value)?;
                self.emit(Op::ListExtend { list, v }, span(e));
            } else {
                let v = self.operand(e)?;
                self.emit(Op::ListAppend { list, v }, span(e));
            }
            self.unit.release(mark);
        }
        self.move_to(d, list, at);
        Ok(())
    }

    pub(super) fn set(&mut self, elts: &'a [Expr], d: Reg, at: Span) -> Done {
        // As in CPython, literals are added as one constant: the order of the elements depends on it.
        if elts.len() > 2
            && let Some(items) = fold::constant_items(elts)
        {
            let set = self.build_register(d, at)?;
            self.emit(Op::BuildSet { d: set, base: set, n: 0 }, at);
            let mark = self.unit.mark();
            let v = self.load_const(Const::FrozenSet(items), at)?;
            self.emit(Op::SetUpdate { set, v }, at);
            self.unit.release(mark);
            self.move_to(d, set, at);
            return Ok(());
        }
        if !is_spread(elts) && elts.len() <= LONG {
            let base = self.run(elts, d, at)?;
            self.emit(Op::BuildSet { d, base, n: elts.len() as u16 }, at);
            return Ok(());
        }
        let set = self.build_register(d, at)?;
        self.emit(Op::BuildSet { d: set, base: set, n: 0 }, at);
        for e in elts {
            let mark = self.unit.mark();
            if let Expr::Starred(s) = e {
                let v = self.operand(&s.value)?;
                self.emit(Op::SetUpdate { set, v }, span(e));
            } else {
                let v = self.operand(e)?;
                self.emit(Op::SetAdd { set, v }, span(e));
            }
            self.unit.release(mark);
        }
        self.move_to(d, set, at);
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
