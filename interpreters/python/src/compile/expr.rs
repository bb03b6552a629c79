//! Expressions.
//!
//! [`Compiler::operand`] gives the register that holds a value, a local variable's own register where that is
//! possible; [`Compiler::expr`] computes into a register of the caller's choice. When that register is a
//! variable, it is written by the last instruction only, so that the old value stays visible to the
//! expression itself and to a handler if it raises.

use super::condition::compare_op;
use super::{Compiler, Done, fold};
use crate::bytecode::{Const, Imm, Op, Reg};
use crate::syntax::{Fault, Span, ast, span};
use ast::{Expr, Operator, UnaryOp};

impl<'a> Compiler<'a> {
    /// The register that holds the value of `e`: a variable's own, or a new temporary.
    pub(super) fn operand(&mut self, e: &'a Expr) -> Done<Reg> {
        match e {
            Expr::Name(n) => {
                if let Some(r) = self.local_in_place(n, span(e)) {
                    return Ok(r);
                }
            }
            Expr::NamedExpr(n) => {
                if let Expr::Name(target) = &*n.target
                    && let Some(r) = self.variable_register(&target.id)
                {
                    self.expr(&n.value, r)?;
                    return Ok(r);
                }
            }
            _ => {}
        }
        let d = self.unit.temp(span(e))?;
        self.expr(e, d)?;
        Ok(d)
    }

    /// As [`Self::operand`], for a value that other expressions are evaluated after: if they may rebind the
    /// variable, the value is copied.
    pub(super) fn early_operand(&mut self, e: &'a Expr) -> Done<Reg> {
        let name = match e {
            Expr::Name(n) => Some(&n.id),
            Expr::NamedExpr(n) => n.target.as_name_expr().map(|n| &n.id),
            _ => None,
        };
        if name.is_some_and(|n| self.may_be_rebound(n)) { self.in_temp(e) } else { self.operand(e) }
    }

    /// Computes `e` into a new temporary.
    pub(super) fn in_temp(&mut self, e: &'a Expr) -> Done<Reg> {
        let d = self.unit.temp(span(e))?;
        self.expr(e, d)?;
        Ok(d)
    }

    /// Computes a run of expressions into contiguous temporaries; the first. The result of the instruction
    /// that uses them goes to `d`, which begins the run if it is the topmost temporary.
    pub(super) fn run(&mut self, list: &'a [Expr], d: Reg, at: Span) -> Done<Reg> {
        // A run of no registers still needs the number of one.
        let Some((head, rest)) = list.split_first() else { return Ok(d) };
        let first = self.run_start(d, at)?;
        self.expr(head, first)?;
        for e in rest {
            self.in_temp(e)?;
        }
        Ok(first)
    }

    /// Computes `e` into `d`.
    pub(super) fn expr(&mut self, e: &'a Expr, d: Reg) -> Done {
        let mark = self.unit.mark();
        self.expr_into(e, d)?;
        self.unit.release(mark);
        Ok(())
    }

    fn expr_into(&mut self, e: &'a Expr, d: Reg) -> Done {
        let at = span(e);
        match e {
            Expr::Constant(c) => {
                self.load_const_into(fold::literal(c), d, at);
                Ok(())
            }
            Expr::Name(n) => {
                self.load_name(&n.id, d, at);
                Ok(())
            }
            Expr::BinOp(b) => self.binary(e, b, d),
            Expr::UnaryOp(u) => self.unary(e, u, d),
            Expr::BoolOp(b) => self.bool_op(b, d),
            Expr::Compare(c) => self.comparison(e, c, d),
            Expr::Call(c) => self.call(c, d),
            Expr::Attribute(a) => self.attribute(a, d),
            Expr::Subscript(s) => self.subscript(s, d),
            Expr::IfExp(i) => self.conditional(i, d),
            Expr::NamedExpr(n) => {
                self.expr(&n.value, d)?;
                self.assign_value(&n.target, d)
            }
            Expr::Tuple(t) => self.tuple(e, &t.elts, d),
            Expr::List(l) => self.list(&l.elts, d, at),
            Expr::Set(s) => self.set(&s.elts, d, at),
            Expr::Dict(dict) => self.dict(dict, d),
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) => self.comprehension(e, d),
            Expr::GeneratorExp(g) => self.generator_expression(g, d),
            Expr::Lambda(l) => self.lambda(l, d),
            Expr::JoinedStr(j) => self.joined(&j.values, d, at),
            Expr::FormattedValue(f) => self.formatted(f, d),
            Expr::Slice(s) => self.slice(s, d),
            Expr::Yield(y) => self.yield_value(y, d),
            Expr::YieldFrom(y) => self.yield_from(y, d),
            Expr::Await(a) => {
                let awaited = self.operand(&a.value)?;
                self.await_value(awaited, d, at)
            }
            Expr::Starred(_) => Err(Fault::syntax("can't use starred expression here", at)),
        }
    }

    /// Computes `e` for its effects alone.
    pub(super) fn discard(&mut self, e: &'a Expr) -> Done {
        let mark = self.unit.mark();
        self.operand(e)?;
        self.unit.release(mark);
        Ok(())
    }

    /// A register to build a value in before it goes to `d`: `d` itself unless it is a variable.
    pub(super) fn build_register(&mut self, d: Reg, at: Span) -> Done<Reg> {
        if self.unit.is_variable(d) { self.unit.temp(at) } else { Ok(d) }
    }

    pub(super) fn move_to(&mut self, d: Reg, s: Reg, at: Span) {
        if d != s {
            self.emit(Op::Move { d, s }, at);
        }
    }

    fn binary(&mut self, e: &'a Expr, b: &'a ast::ExprBinOp, d: Reg) -> Done {
        let at = span(b);
        if let Some(c) = fold::constant_value(e) {
            self.load_const_into(c, d, at);
            return Ok(());
        }
        let a = self.early_operand(&b.left)?;
        if let Some(op) = fold::small_int(&b.right).and_then(|imm| int_op(b.op, d, a, imm, false)) {
            self.emit(op, at);
            return Ok(());
        }
        let right = self.operand(&b.right)?;
        self.emit(binary_op(b.op, d, a, right), at);
        Ok(())
    }

    fn unary(&mut self, e: &'a Expr, u: &'a ast::ExprUnaryOp, d: Reg) -> Done {
        let at = span(u);
        if let Some(c) = fold::constant_value(e) {
            self.load_const_into(c, d, at);
            return Ok(());
        }
        let a = self.operand(&u.operand)?;
        let op = match u.op {
            UnaryOp::Invert => Op::Invert { d, a },
            UnaryOp::Not => Op::Not { d, a },
            UnaryOp::UAdd => Op::Pos { d, a },
            UnaryOp::USub => Op::Neg { d, a },
        };
        self.emit(op, at);
        Ok(())
    }

    /// `a and b`, `a or b` as values.
    fn bool_op(&mut self, b: &'a ast::ExprBoolOp, d: Reg) -> Done {
        let at = span(b);
        let result = self.build_register(d, at)?;
        let end = self.label();
        for (i, value) in b.values.iter().enumerate() {
            self.expr(value, result)?;
            if i + 1 < b.values.len() {
                let op = match b.op {
                    ast::BoolOp::And => Op::JumpIfFalse { a: result, to: end },
                    ast::BoolOp::Or => Op::JumpIfTrue { a: result, to: end },
                };
                self.emit(op, span(value));
            }
        }
        self.place(end);
        self.move_to(d, result, at);
        Ok(())
    }

    /// A comparison, perhaps chained, as a value.
    fn comparison(&mut self, e: &'a Expr, c: &'a ast::ExprCompare, d: Reg) -> Done {
        let at = span(e);
        let result = if c.ops.len() > 1 { self.build_register(d, at)? } else { d };
        let end = self.label();
        let mut left = self.early_operand(&c.left)?;
        for (i, (op, right)) in c.ops.iter().zip(&c.comparators).enumerate() {
            let last = i + 1 == c.ops.len();
            if let Some(imm) = fold::small_int(right)
                && let Some(op) = int_comparison(*op, result, left, imm)
                && last
            {
                self.emit(op, at);
                break;
            }
            let right = if last { self.comparand(right, *op)? } else { self.early_operand(right)? };
            self.emit(compare_op(*op, result, left, right), at);
            if !last {
                self.emit(Op::JumpIfFalse { a: result, to: end }, at);
            }
            left = right;
        }
        self.place(end);
        self.move_to(d, result, at);
        Ok(())
    }

    /// The right side of a comparison: a literal list or set to search in becomes a constant.
    pub(super) fn comparand(&mut self, e: &'a Expr, op: ast::CmpOp) -> Done<Reg> {
        if matches!(op, ast::CmpOp::In | ast::CmpOp::NotIn)
            && let Some(c) = fold::constant_container(e)
        {
            return self.load_const(c, span(e));
        }
        self.operand(e)
    }

    fn attribute(&mut self, a: &'a ast::ExprAttribute, d: Reg) -> Done {
        let at = span(a);
        if let Some(base) = self.super_arguments(&a.value)? {
            let name = self.mangled(&a.attr);
            let name = self.unit.buffer.name(&name);
            self.emit(Op::LoadSuperAttr { d, base, name }, at);
            return Ok(());
        }
        let obj = self.operand(&a.value)?;
        let name = self.mangled(&a.attr);
        let name = self.unit.buffer.name(&name);
        self.emit(Op::LoadAttr { d, obj, name }, at);
        Ok(())
    }

    fn subscript(&mut self, s: &'a ast::ExprSubscript, d: Reg) -> Done {
        let at = span(s);
        let obj = self.early_operand(&s.value)?;
        if let Some(imm) = fold::small_int(&s.slice) {
            self.emit(Op::SubscrInt { d, obj, imm }, at);
            return Ok(());
        }
        if let Expr::Slice(slice) = &*s.slice
            && slice.step.is_none()
        {
            let base = self.slice_bounds(slice)?;
            self.emit(Op::SubscrSlice { d, obj, base }, at);
            return Ok(());
        }
        let key = self.operand(&s.slice)?;
        self.emit(Op::Subscr { d, obj, key }, at);
        Ok(())
    }

    /// Start and stop of a slice in two contiguous temporaries.
    pub(super) fn slice_bounds(&mut self, s: &'a ast::ExprSlice) -> Done<Reg> {
        let base = self.optional_in_temp(s.lower.as_deref(), span(s))?;
        self.optional_in_temp(s.upper.as_deref(), span(s))?;
        Ok(base)
    }

    fn optional_in_temp(&mut self, e: Option<&'a Expr>, at: Span) -> Done<Reg> {
        match e {
            Some(e) => self.in_temp(e),
            None => self.load_const(Const::None, at),
        }
    }

    fn slice(&mut self, s: &'a ast::ExprSlice, d: Reg) -> Done {
        let base = self.slice_bounds(s)?;
        self.optional_in_temp(s.step.as_deref(), span(s))?;
        self.emit(Op::BuildSlice { d, base }, span(s));
        Ok(())
    }

    fn conditional(&mut self, i: &'a ast::ExprIfExp, d: Reg) -> Done {
        let (otherwise, end) = (self.label(), self.label());
        self.jump_if(&i.test, false, otherwise)?;
        self.expr(&i.body, d)?;
        self.emit(Op::Jump { to: end }, span(i));
        self.place(otherwise);
        self.expr(&i.orelse, d)?;
        self.place(end);
        Ok(())
    }

    /// An f-string.
    fn joined(&mut self, values: &'a [Expr], d: Reg, at: Span) -> Done {
        match values {
            [] => self.load_const_into(Const::Str(String::new()), d, at),
            [one] => self.expr(one, d)?,
            _ => {
                let base = self.run(values, d, at)?;
                self.emit(Op::BuildString { d, base, n: values.len() as u16 }, at);
            }
        }
        Ok(())
    }

    fn formatted(&mut self, f: &'a ast::ExprFormattedValue, d: Reg) -> Done {
        let at = span(f);
        let conversion = f.conversion.to_byte().unwrap_or(0);
        let Some(spec) = &f.format_spec else {
            let v = self.operand(&f.value)?;
            self.emit(Op::FormatValue { d, v, conversion }, at);
            return Ok(());
        };
        let v = self.early_operand(&f.value)?;
        let spec = self.operand(spec)?;
        self.emit(Op::FormatSpec { d, v, spec, conversion }, at);
        Ok(())
    }

    fn yield_value(&mut self, y: &'a ast::ExprYield, d: Reg) -> Done {
        let at = span(y);
        let mut v = match &y.value {
            Some(value) => self.operand(value)?,
            None => self.load_const(Const::None, at)?,
        };
        if self.unit.is_async {
            let wrapped = self.unit.temp(at)?;
            self.emit(Op::AsyncGenWrap { d: wrapped, v }, at);
            v = wrapped;
        }
        self.emit(Op::Yield { d, v }, at);
        Ok(())
    }

    fn yield_from(&mut self, y: &'a ast::ExprYieldFrom, d: Reg) -> Done {
        let at = span(y);
        if self.unit.is_async {
            return Err(Fault::syntax("'yield from' inside async function", at));
        }
        let s = self.operand(&y.value)?;
        let it = self.unit.temp(at)?;
        self.emit(Op::GetYieldFromIter { d: it, s }, at);
        self.delegate(it, d, at)
    }

    /// `await` of the value in `awaited`.
    pub(super) fn await_value(&mut self, awaited: Reg, d: Reg, at: Span) -> Done {
        let it = self.unit.temp(at)?;
        self.emit(Op::GetAwaitable { d: it, s: awaited }, at);
        self.delegate(it, d, at)
    }

    /// Runs the iterator `it` to its end, passing on what it yields; its result goes to `d`.
    pub(super) fn delegate(&mut self, it: Reg, d: Reg, at: Span) -> Done {
        let v = self.load_const(Const::None, at)?;
        self.emit(Op::YieldFrom { d, it, v }, at);
        Ok(())
    }
}

/// `d = a op b`.
pub fn binary_op(op: Operator, d: Reg, a: Reg, b: Reg) -> Op {
    match op {
        Operator::Add => Op::Add { d, a, b },
        Operator::Sub => Op::Sub { d, a, b },
        Operator::Mult => Op::Mul { d, a, b },
        Operator::MatMult => Op::MatMul { d, a, b },
        Operator::Div => Op::Div { d, a, b },
        Operator::Mod => Op::Mod { d, a, b },
        Operator::Pow => Op::Pow { d, a, b },
        Operator::LShift => Op::LShift { d, a, b },
        Operator::RShift => Op::RShift { d, a, b },
        Operator::BitOr => Op::Or { d, a, b },
        Operator::BitXor => Op::Xor { d, a, b },
        Operator::BitAnd => Op::And { d, a, b },
        Operator::FloorDiv => Op::FloorDiv { d, a, b },
    }
}

/// `d = (a op= b)`.
pub fn inplace_op(op: Operator, d: Reg, a: Reg, b: Reg) -> Op {
    match op {
        Operator::Add => Op::IAdd { d, a, b },
        Operator::Sub => Op::ISub { d, a, b },
        Operator::Mult => Op::IMul { d, a, b },
        Operator::MatMult => Op::IMatMul { d, a, b },
        Operator::Div => Op::IDiv { d, a, b },
        Operator::Mod => Op::IMod { d, a, b },
        Operator::Pow => Op::IPow { d, a, b },
        Operator::LShift => Op::ILShift { d, a, b },
        Operator::RShift => Op::IRShift { d, a, b },
        Operator::BitOr => Op::IOr { d, a, b },
        Operator::BitXor => Op::IXor { d, a, b },
        Operator::BitAnd => Op::IAnd { d, a, b },
        Operator::FloorDiv => Op::IFloorDiv { d, a, b },
    }
}

/// The form with an immediate, where there is one.
pub fn int_op(op: Operator, d: Reg, a: Reg, imm: Imm, inplace: bool) -> Option<Op> {
    Some(match (op, inplace) {
        (Operator::Add, false) => Op::AddInt { d, a, imm },
        (Operator::Sub, false) => Op::SubInt { d, a, imm },
        (Operator::Mult, false) => Op::MulInt { d, a, imm },
        (Operator::FloorDiv, false) => Op::FloorDivInt { d, a, imm },
        (Operator::Mod, false) => Op::ModInt { d, a, imm },
        (Operator::LShift, false) => Op::LShiftInt { d, a, imm },
        (Operator::RShift, false) => Op::RShiftInt { d, a, imm },
        (Operator::BitAnd, false) => Op::AndInt { d, a, imm },
        (Operator::BitOr, false) => Op::OrInt { d, a, imm },
        (Operator::BitXor, false) => Op::XorInt { d, a, imm },
        (Operator::Add, true) => Op::IAddInt { d, a, imm },
        (Operator::Sub, true) => Op::ISubInt { d, a, imm },
        (Operator::Mult, true) => Op::IMulInt { d, a, imm },
        (Operator::FloorDiv, true) => Op::IFloorDivInt { d, a, imm },
        (Operator::Mod, true) => Op::IModInt { d, a, imm },
        (Operator::LShift, true) => Op::ILShiftInt { d, a, imm },
        (Operator::RShift, true) => Op::IRShiftInt { d, a, imm },
        (Operator::BitAnd, true) => Op::IAndInt { d, a, imm },
        (Operator::BitOr, true) => Op::IOrInt { d, a, imm },
        (Operator::BitXor, true) => Op::IXorInt { d, a, imm },
        _ => return None,
    })
}

fn int_comparison(op: ast::CmpOp, d: Reg, a: Reg, imm: Imm) -> Option<Op> {
    Some(match op {
        ast::CmpOp::Lt => Op::LtInt { d, a, imm },
        ast::CmpOp::LtE => Op::LeInt { d, a, imm },
        ast::CmpOp::Eq => Op::EqInt { d, a, imm },
        ast::CmpOp::NotEq => Op::NeInt { d, a, imm },
        ast::CmpOp::Gt => Op::GtInt { d, a, imm },
        ast::CmpOp::GtE => Op::GeInt { d, a, imm },
        _ => return None,
    })
}
