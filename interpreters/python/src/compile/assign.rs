//! Assignment in all its forms, and `del`.
//!
//! `x = expression` computes straight into the register of `x`. A display assigned to a display (`a, b = b,
//! a`) builds no tuple.

use super::expr::{inplace_op, int_op};
use super::{Compiler, Done, fold};
use crate::bytecode::{Const, Op, Reg};
use crate::syntax::{Fault, Span, ast, span};
use ast::Expr;

impl<'a> Compiler<'a> {
    pub(super) fn assign(&mut self, a: &'a ast::StmtAssign) -> Done {
        if let [target] = &a.targets[..] {
            return self.assign_one(target, &a.value);
        }
        let value = self.in_temp(&a.value)?;
        a.targets.iter().try_for_each(|t| self.assign_value(t, value))
    }

    /// `target = value`.
    fn assign_one(&mut self, target: &'a Expr, value: &'a Expr) -> Done {
        match target {
            Expr::Name(n) => {
                if let Some(d) = self.variable_register(&n.id) {
                    return self.expr(value, d);
                }
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                if let Expr::Tuple(values) = value
                    && values.elts.len() == elts.len()
                    && !elts.iter().chain(&values.elts).any(Expr::is_starred_expr)
                    && fold::constant_value(value).is_none()
                {
                    return self.assign_parallel(elts, &values.elts);
                }
            }
            _ => {}
        }
        let value = self.operand(value)?;
        self.assign_value(target, value)
    }

    /// `a, b = x, y` without a tuple: all values first, then the stores from left to right. A value that is a
    /// local variable stays in its register if no earlier target overwrites it.
    fn assign_parallel(&mut self, targets: &'a [Expr], values: &'a [Expr]) -> Done {
        let simple = targets.iter().all(Expr::is_name_expr);
        let mut held = Vec::with_capacity(values.len());
        for (i, value) in values.iter().enumerate() {
            let overwritten = match value {
                Expr::Name(v) => {
                    let same = |t: &Expr| t.as_name_expr().is_some_and(|t| t.id == v.id);
                    !simple || targets[..i].iter().any(same) || self.may_be_rebound(&v.id)
                }
                _ => true,
            };
            held.push(if overwritten { self.in_temp(value)? } else { self.operand(value)? });
        }
        targets.iter().zip(held).try_for_each(|(t, v)| self.assign_value(t, v))
    }

    /// Stores the value in `v` to a target.
    pub(super) fn assign_value(&mut self, target: &'a Expr, v: Reg) -> Done {
        let at = span(target);
        let mark = self.unit.mark();
        match target {
            Expr::Name(n) => self.store_name(&n.id, v, at),
            Expr::Attribute(a) => {
                let obj = self.operand(&a.value)?;
                let name = self.mangled(&a.attr);
                let name = self.unit.buffer.name(&name);
                self.emit(Op::StoreAttr { obj, name, v }, at);
            }
            Expr::Subscript(s) => self.store_subscript(s, v)?,
            Expr::Tuple(t) => self.unpack(&t.elts, v, at)?,
            Expr::List(l) => self.unpack(&l.elts, v, at)?,
            Expr::Starred(_) => {
                return Err(Fault::syntax("starred assignment target must be in a list or tuple", at));
            }
            _ => return Err(Fault::syntax("cannot assign to expression", at)),
        }
        self.unit.release(mark);
        Ok(())
    }

    fn store_subscript(&mut self, s: &'a ast::ExprSubscript, v: Reg) -> Done {
        let at = span(s);
        let obj = self.early_operand(&s.value)?;
        if let Expr::Slice(slice) = &*s.slice
            && slice.step.is_none()
        {
            let base = self.slice_bounds(slice)?;
            self.emit(Op::StoreSlice { obj, base, v }, at);
            return Ok(());
        }
        let key = self.operand(&s.slice)?;
        self.emit(Op::StoreSubscr { obj, key, v }, at);
        Ok(())
    }

    /// Takes the iterable `v` apart into targets.
    fn unpack(&mut self, elts: &'a [Expr], v: Reg, at: Span) -> Done {
        let mut starred = elts.iter().enumerate().filter(|(_, e)| e.is_starred_expr()).map(|(i, _)| i);
        let star = starred.next();
        if starred.next().is_some() {
            return Err(Fault::syntax("multiple starred expressions in assignment", at));
        }
        if star.is_none() && self.unpack_into_variables(elts, v, at) {
            return Ok(());
        }
        let base = self.unit.temps(elts.len() as u32, at)?;
        if let Some(before) = star {
            let after = elts.len() - before - 1;
            let (Ok(before), Ok(after)) = (u8::try_from(before), u8::try_from(after)) else {
                return Err(Fault::syntax("too many expressions in star-unpacking assignment", at));
            };
            self.emit(Op::UnpackEx { base, before, after, s: v }, at);
        } else {
            self.emit(Op::UnpackSequence { base, n: elts.len() as u16, s: v }, at);
        }
        for (i, e) in elts.iter().enumerate() {
            let target = if let Expr::Starred(s) = e { &s.value } else { e };
            self.assign_value(target, base.plus(i as u16))?;
        }
        Ok(())
    }

    /// `a, b = v` where the targets are different local variables; false if this is not the case.
    fn unpack_into_variables(&mut self, elts: &'a [Expr], s: Reg, at: Span) -> bool {
        let register = |e: &Expr| self.variable_register(&e.as_name_expr()?.id);
        let Some(registers) = elts.iter().map(register).collect::<Option<Vec<Reg>>>() else { return false };
        let op = match registers[..] {
            [a, b] if a != b => Op::Unpack2 { a, b, s },
            [a, b, c] if a != b && b != c && a != c => Op::Unpack3 { a, b, c, s },
            _ => return false,
        };
        self.emit(op, at);
        true
    }

    /// `target op= value`.
    pub(super) fn augmented(&mut self, a: &'a ast::StmtAugAssign) -> Done {
        let at = span(a);
        match &*a.target {
            Expr::Name(n) => {
                if let Some(r) = self.local_in_place(n, span(&*a.target)) {
                    return self.augment(a, r, r, self.may_be_rebound(&n.id));
                }
                let old = self.unit.temp(at)?;
                self.load_name(&n.id, old, span(&*a.target));
                self.augment(a, old, old, false)?;
                self.store_name(&n.id, old, at);
            }
            Expr::Attribute(target) => {
                let obj = self.early_operand(&target.value)?;
                let name = self.mangled(&target.attr);
                let name = self.unit.buffer.name(&name);
                let old = self.unit.temp(at)?;
                self.emit(Op::LoadAttr { d: old, obj, name }, span(target));
                self.augment(a, old, old, false)?;
                self.emit(Op::StoreAttr { obj, name, v: old }, span(target));
            }
            Expr::Subscript(target) => {
                let obj = self.early_operand(&target.value)?;
                let key = self.early_operand(&target.slice)?;
                let old = self.unit.temp(at)?;
                self.emit(Op::Subscr { d: old, obj, key }, span(target));
                self.augment(a, old, old, false)?;
                self.emit(Op::StoreSubscr { obj, key, v: old }, span(target));
            }
            other => return Err(Fault::syntax("illegal expression for augmented assignment", span(other))),
        }
        Ok(())
    }

    /// `d = (old op= value)`; `copy` if evaluating the value may rebind the variable in `old`.
    fn augment(&mut self, a: &'a ast::StmtAugAssign, d: Reg, old: Reg, copy: bool) -> Done {
        let at = span(a);
        if let Some(op) = fold::small_int(&a.value).and_then(|imm| int_op(a.op, d, old, imm, true)) {
            self.emit(op, at);
            return Ok(());
        }
        let mark = self.unit.mark();
        let left = if copy {
            let kept = self.unit.temp(at)?;
            self.emit(Op::Move { d: kept, s: old }, at);
            kept
        } else {
            old
        };
        let right = self.operand(&a.value)?;
        self.emit(inplace_op(a.op, d, left, right), at);
        self.unit.release(mark);
        Ok(())
    }

    /// `target: annotation = value`.
    pub(super) fn annotated(&mut self, a: &'a ast::StmtAnnAssign) -> Done {
        let at = span(a);
        if let Some(value) = &a.value {
            self.assign_one(&a.target, value)?;
        }
        let in_namespace = !self.unit.kind.is_function_like();
        match &*a.target {
            Expr::Name(n) if a.simple => {
                if !in_namespace {
                    // The annotations of a function's variables are not evaluated.
                    return Ok(());
                }
                let v = self.annotation(&a.annotation)?;
                let obj = self.unit.temp(at)?;
                let name = self.unit.buffer.name("__annotations__");
                self.emit(Op::LoadName { d: obj, name }, at);
                let key = Const::Str(self.mangled(&n.id));
                let key = self.load_const(key, at)?;
                self.emit(Op::StoreSubscr { obj, key, v }, at);
                return Ok(());
            }
            Expr::Attribute(target) if a.value.is_none() => self.discard(&target.value)?,
            Expr::Subscript(target) if a.value.is_none() => {
                self.discard(&target.value)?;
                self.discard(&target.slice)?;
            }
            _ => {}
        }
        if in_namespace && !self.future_annotations {
            self.discard(&a.annotation)?;
        }
        Ok(())
    }

    /// An annotation as a value: evaluated, or its source under `from __future__ import annotations`.
    pub(super) fn annotation(&mut self, e: &'a Expr) -> Done<Reg> {
        if self.future_annotations {
            let at = span(e);
            return self.load_const(Const::Str(super::unparse::unparse(e)), at);
        }
        if let Expr::Starred(s) = e {
            // `*args: *Ts` means the one item that the starred value unpacks to.
            let s = self.operand(&s.value)?;
            let base = self.unit.temp(span(e))?;
            self.emit(Op::UnpackSequence { base, n: 1, s }, span(e));
            return Ok(base);
        }
        self.in_temp(e)
    }

    /// `del target`.
    pub(super) fn delete(&mut self, target: &'a Expr) -> Done {
        let at = span(target);
        let mark = self.unit.mark();
        match target {
            Expr::Name(n) => self.delete_name(&n.id, at),
            Expr::Attribute(a) => {
                let obj = self.operand(&a.value)?;
                let name = self.mangled(&a.attr);
                let name = self.unit.buffer.name(&name);
                self.emit(Op::DeleteAttr { obj, name }, at);
            }
            Expr::Subscript(s) => {
                let obj = self.early_operand(&s.value)?;
                let key = self.operand(&s.slice)?;
                self.emit(Op::DeleteSubscr { obj, key }, at);
            }
            Expr::Tuple(t) => t.elts.iter().try_for_each(|e| self.delete(e))?,
            Expr::List(l) => l.elts.iter().try_for_each(|e| self.delete(e))?,
            _ => return Err(Fault::syntax("cannot delete expression", at)),
        }
        self.unit.release(mark);
        Ok(())
    }
}
