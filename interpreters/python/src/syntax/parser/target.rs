//! What may be assigned to, deleted or used as a loop variable, and how CPython names what may not.

use super::{P, Parser, span_of};
use crate::syntax::ast::{self, Constant, Expr, ExprContext, Operator};

/// Who needs a target.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// Assignment: tuples, lists and stars are fine.
    Store,
    /// `del`: no stars.
    Delete,
    /// `for`: as assignment, but a comparison with `in` at the end is half a loop header.
    For,
}

/// The kind of an expression in CPython's words.
pub fn describe(e: &Expr) -> &'static str {
    match e {
        Expr::Attribute(_) => "attribute",
        Expr::Subscript(_) => "subscript",
        Expr::Starred(_) => "starred",
        Expr::Name(_) => "name",
        Expr::List(_) => "list",
        Expr::Tuple(_) => "tuple",
        Expr::Lambda(_) => "lambda",
        Expr::Call(_) => "function call",
        Expr::BoolOp(_) | Expr::BinOp(_) | Expr::UnaryOp(_) => "expression",
        Expr::GeneratorExp(_) => "generator expression",
        Expr::Yield(_) | Expr::YieldFrom(_) => "yield expression",
        Expr::Await(_) => "await expression",
        Expr::ListComp(_) => "list comprehension",
        Expr::SetComp(_) => "set comprehension",
        Expr::DictComp(_) => "dict comprehension",
        Expr::Dict(_) => "dict literal",
        Expr::Set(_) => "set display",
        Expr::JoinedStr(_) | Expr::FormattedValue(_) => "f-string expression",
        Expr::Constant(c) => match c.value {
            Constant::None => "None",
            Constant::Bool(true) => "True",
            Constant::Bool(false) => "False",
            Constant::Ellipsis => "ellipsis",
            _ => "literal",
        },
        Expr::Compare(_) => "comparison",
        Expr::IfExp(_) => "conditional expression",
        Expr::NamedExpr(_) => "named expression",
        Expr::Slice(_) => "slice",
    }
}

/// The part of `e` that makes it no target.
pub fn invalid_part(e: &Expr, kind: TargetKind) -> Option<&Expr> {
    match e {
        Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. }) => {
            elts.iter().find_map(|e| invalid_part(e, kind))
        }
        Expr::Starred(s) if kind != TargetKind::Delete => invalid_part(&s.value, kind),
        Expr::Starred(_) => Some(e),
        Expr::Compare(c) if kind == TargetKind::For => {
            if c.ops[0] == ast::CmpOp::In {
                return invalid_part(&c.left, kind);
            }
            Some(e)
        }
        Expr::Name(_) | Expr::Subscript(_) | Expr::Attribute(_) => None,
        _ => Some(e),
    }
}

/// Marks `e` and its parts as being stored to or deleted.
pub fn set_context(e: &mut Expr, ctx: ExprContext) {
    match e {
        Expr::Name(n) => n.ctx = ctx,
        Expr::Attribute(a) => a.ctx = ctx,
        Expr::Subscript(s) => s.ctx = ctx,
        Expr::Starred(s) => {
            s.ctx = ctx;
            set_context(&mut s.value, ctx);
        }
        Expr::Tuple(t) => {
            t.ctx = ctx;
            t.elts.iter_mut().for_each(|e| set_context(e, ctx));
        }
        Expr::List(l) => {
            l.ctx = ctx;
            l.elts.iter_mut().for_each(|e| set_context(e, ctx));
        }
        _ => {}
    }
}

/// The augmented assignment that a token stands for.
pub fn augmented_operator(kind: super::T) -> Option<Operator> {
    use super::T;
    Some(match kind {
        T::PlusAssign => Operator::Add,
        T::MinusAssign => Operator::Sub,
        T::StarAssign => Operator::Mult,
        T::AtAssign => Operator::MatMult,
        T::SlashAssign => Operator::Div,
        T::PercentAssign => Operator::Mod,
        T::AmpAssign => Operator::BitAnd,
        T::BarAssign => Operator::BitOr,
        T::CaretAssign => Operator::BitXor,
        T::LShiftAssign => Operator::LShift,
        T::RShiftAssign => Operator::RShift,
        T::StarStarAssign => Operator::Pow,
        T::SlashSlashAssign => Operator::FloorDiv,
        _ => return None,
    })
}

impl Parser<'_> {
    /// Turns an expression into a target.
    pub(super) fn target(&self, mut e: Expr, kind: TargetKind) -> P<Expr> {
        if let Some(bad) = invalid_part(&e, kind) {
            let verb = if kind == TargetKind::Delete { "delete" } else { "assign to" };
            return self.fault(format!("cannot {verb} {}", describe(bad)), span_of(bad));
        }
        let ctx = if kind == TargetKind::Delete { ExprContext::Del } else { ExprContext::Store };
        set_context(&mut e, ctx);
        Ok(e)
    }
}
