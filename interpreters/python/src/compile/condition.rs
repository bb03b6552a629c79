//! Conditions: an expression evaluated only to decide whether to jump.
//!
//! Comparisons fuse with the jump. "Jump if not less" is an instruction of its own and not "jump if greater
//! or equal", because a comparison may be false both ways (NaN) and is user code in general.

use super::{Compiler, Done, fold};
use crate::bytecode::{Imm, Op, Reg, Target};
use crate::syntax::{Span, ast, span};
use ast::{CmpOp, Expr};

/// `d = a op b`.
pub fn compare_op(op: CmpOp, d: Reg, a: Reg, b: Reg) -> Op {
    match op {
        CmpOp::Eq => Op::Eq { d, a, b },
        CmpOp::NotEq => Op::Ne { d, a, b },
        CmpOp::Lt => Op::Lt { d, a, b },
        CmpOp::LtE => Op::Le { d, a, b },
        CmpOp::Gt => Op::Gt { d, a, b },
        CmpOp::GtE => Op::Ge { d, a, b },
        CmpOp::Is => Op::Is { d, a, b },
        CmpOp::IsNot => Op::IsNot { d, a, b },
        CmpOp::In => Op::In { d, a, b },
        CmpOp::NotIn => Op::NotIn { d, a, b },
    }
}

/// Jumps to `to` if `a op b` is `sense`.
fn compare_jump(op: CmpOp, sense: bool, a: Reg, b: Reg, to: Target) -> Op {
    match (op, sense) {
        (CmpOp::Eq, true) => Op::JumpIfEq { a, b, to },
        (CmpOp::Eq, false) => Op::JumpIfNotEq { a, b, to },
        (CmpOp::NotEq, true) => Op::JumpIfNe { a, b, to },
        (CmpOp::NotEq, false) => Op::JumpIfNotNe { a, b, to },
        (CmpOp::Lt, true) => Op::JumpIfLt { a, b, to },
        (CmpOp::Lt, false) => Op::JumpIfNotLt { a, b, to },
        (CmpOp::LtE, true) => Op::JumpIfLe { a, b, to },
        (CmpOp::LtE, false) => Op::JumpIfNotLe { a, b, to },
        (CmpOp::Gt, true) => Op::JumpIfGt { a, b, to },
        (CmpOp::Gt, false) => Op::JumpIfNotGt { a, b, to },
        (CmpOp::GtE, true) => Op::JumpIfGe { a, b, to },
        (CmpOp::GtE, false) => Op::JumpIfNotGe { a, b, to },
        (CmpOp::Is, true) | (CmpOp::IsNot, false) => Op::JumpIfIs { a, b, to },
        (CmpOp::Is, false) | (CmpOp::IsNot, true) => Op::JumpIfIsNot { a, b, to },
        (CmpOp::In, true) | (CmpOp::NotIn, false) => Op::JumpIfIn { a, b, to },
        (CmpOp::In, false) | (CmpOp::NotIn, true) => Op::JumpIfNotIn { a, b, to },
    }
}

/// As [`compare_jump`] with an immediate, where there is such an instruction.
fn int_compare_jump(op: CmpOp, sense: bool, a: Reg, imm: Imm, to: Target) -> Option<Op> {
    Some(match (op, sense) {
        (CmpOp::Eq, true) => Op::JumpIfEqInt { a, imm, to },
        (CmpOp::Eq, false) => Op::JumpIfNotEqInt { a, imm, to },
        (CmpOp::NotEq, true) => Op::JumpIfNeInt { a, imm, to },
        (CmpOp::NotEq, false) => Op::JumpIfNotNeInt { a, imm, to },
        (CmpOp::Lt, true) => Op::JumpIfLtInt { a, imm, to },
        (CmpOp::Lt, false) => Op::JumpIfNotLtInt { a, imm, to },
        (CmpOp::LtE, true) => Op::JumpIfLeInt { a, imm, to },
        (CmpOp::LtE, false) => Op::JumpIfNotLeInt { a, imm, to },
        (CmpOp::Gt, true) => Op::JumpIfGtInt { a, imm, to },
        (CmpOp::Gt, false) => Op::JumpIfNotGtInt { a, imm, to },
        (CmpOp::GtE, true) => Op::JumpIfGeInt { a, imm, to },
        (CmpOp::GtE, false) => Op::JumpIfNotGeInt { a, imm, to },
        _ => return None,
    })
}

fn is_none(e: &Expr) -> bool {
    matches!(e, Expr::Constant(c) if c.value.is_none())
}

impl<'a> Compiler<'a> {
    /// Jumps to `to` if the truth of `e` is `sense`; goes on otherwise.
    pub(super) fn jump_if(&mut self, e: &'a Expr, sense: bool, to: Target) -> Done {
        let at = span(e);
        if let Some(truth) = fold::truth(e, self.optimize == 0) {
            if truth == sense {
                self.emit(Op::Jump { to }, at);
            }
            return Ok(());
        }
        let mark = self.unit.mark();
        match e {
            Expr::UnaryOp(u) if u.op == ast::UnaryOp::Not => self.jump_if(&u.operand, !sense, to)?,
            Expr::BoolOp(b) => self.jump_if_bool(b, sense, to)?,
            Expr::Compare(c) if c.ops.len() == 1 => {
                let a = self.early_operand(&c.left)?;
                self.jump_if_compared(a, c.ops[0], &c.comparators[0], sense, to, at)?;
            }
            Expr::Compare(c) => self.jump_if_chain(c, sense, to)?,
            _ => {
                let a = self.operand(e)?;
                let op = if sense { Op::JumpIfTrue { a, to } } else { Op::JumpIfFalse { a, to } };
                self.emit(op, at);
            }
        }
        self.unit.release(mark);
        Ok(())
    }

    /// One comparison of the register `a` with an expression.
    fn jump_if_compared(
        &mut self,
        a: Reg,
        op: CmpOp,
        right: &'a Expr,
        sense: bool,
        to: Target,
        at: Span,
    ) -> Done {
        if is_none(right) && matches!(op, CmpOp::Is | CmpOp::IsNot) {
            let wants_none = (op == CmpOp::Is) == sense;
            let op = if wants_none { Op::JumpIfNone { a, to } } else { Op::JumpIfNotNone { a, to } };
            self.emit(op, at);
            return Ok(());
        }
        if let Some(op) = fold::small_int(right).and_then(|imm| int_compare_jump(op, sense, a, imm, to)) {
            self.emit(op, at);
            return Ok(());
        }
        let b = self.comparand(right, op)?;
        self.emit(compare_jump(op, sense, a, b, to), at);
        Ok(())
    }

    fn jump_if_bool(&mut self, b: &'a ast::ExprBoolOp, sense: bool, to: Target) -> Done {
        // `and` decides early for false, `or` for true.
        let early = b.op == ast::BoolOp::Or;
        let (last, first) = b.values.split_last().expect("a boolean operation has operands");
        if sense == early {
            return b.values.iter().try_for_each(|v| self.jump_if(v, sense, to));
        }
        let skip = self.label();
        for value in first {
            self.jump_if(value, early, skip)?;
        }
        self.jump_if(last, sense, to)?;
        self.place(skip);
        Ok(())
    }

    /// `a < b < c`: each operand is evaluated once.
    fn jump_if_chain(&mut self, c: &'a ast::ExprCompare, sense: bool, to: Target) -> Done {
        let at = span(c);
        let fails = self.label();
        let mut left = self.early_operand(&c.left)?;
        let last = c.ops.len() - 1;
        for (op, right) in c.ops[..last].iter().zip(&c.comparators) {
            let right = self.early_operand(right)?;
            let out = if sense { fails } else { to };
            self.emit(compare_jump(*op, false, left, right, out), at);
            left = right;
        }
        self.jump_if_compared(left, c.ops[last], &c.comparators[last], sense, to, at)?;
        self.place(fails);
        Ok(())
    }
}
