//! Expressions, from `a, b` down to the operators. Atoms and what follows them are in `atom.rs`.

use super::super::error::Span;
use super::super::token::T;
use super::target::describe;
use super::{P, Parser, Stop, span_of};
use crate::syntax::ast::{self, BoolOp, CmpOp, Expr, ExprContext, Operator, UnaryOp};

/// How tightly a binary operator binds, and the operator.
fn binary_operator(kind: T) -> Option<(u8, Operator)> {
    Some(match kind {
        T::Bar => (1, Operator::BitOr),
        T::Caret => (2, Operator::BitXor),
        T::Amp => (3, Operator::BitAnd),
        T::LShift => (4, Operator::LShift),
        T::RShift => (4, Operator::RShift),
        T::Plus => (5, Operator::Add),
        T::Minus => (5, Operator::Sub),
        T::Star => (6, Operator::Mult),
        T::Slash => (6, Operator::Div),
        T::SlashSlash => (6, Operator::FloorDiv),
        T::Percent => (6, Operator::Mod),
        T::At => (6, Operator::MatMult),
        _ => return None,
    })
}

impl Parser<'_> {
    /// Whether the next token can begin an expression.
    pub(super) fn begins_expression(&self) -> bool {
        matches!(
            self.kind(),
            T::Name
                | T::Number
                | T::String
                | T::FStringStart
                | T::LParen
                | T::LBracket
                | T::LBrace
                | T::Minus
                | T::Plus
                | T::Tilde
                | T::Ellipsis
                | T::None
                | T::True
                | T::False
                | T::Not
                | T::Lambda
                | T::Await
        )
    }

    /// `star_expressions`: the right side of an assignment, an expression statement.
    pub(super) fn star_expressions(&mut self) -> P<Expr> {
        self.tuple_of(Self::star_expression)
    }

    /// `expressions`: without stars.
    pub(super) fn expressions(&mut self) -> P<Expr> {
        self.tuple_of(Self::expression)
    }

    /// One `item`, or a tuple of several separated by commas.
    fn tuple_of(&mut self, item: fn(&mut Self) -> P<Expr>) -> P<Expr> {
        let start = self.start();
        let first = item(self)?;
        if !self.is(T::Comma) {
            return Ok(first);
        }
        let mut elts = vec![first];
        while self.eat(T::Comma) {
            if !self.begins_expression() && !self.is(T::Star) {
                break;
            }
            elts.push(item(self)?);
        }
        Ok(Expr::Tuple(ast::ExprTuple { range: self.range(start), elts, ctx: ExprContext::Load }))
    }

    pub(super) fn star_expression(&mut self) -> P<Expr> {
        if self.is(T::Star) { self.starred() } else { self.expression() }
    }

    /// `*` and a value.
    pub(super) fn starred(&mut self) -> P<Expr> {
        let start = self.expect(T::Star)?.start;
        let value = Box::new(self.bitwise_or()?);
        Ok(Expr::Starred(ast::ExprStarred { range: self.range(start), value, ctx: ExprContext::Load }))
    }

    /// An element of a display or an argument of a subscript.
    pub(super) fn star_named_expression(&mut self) -> P<Expr> {
        if self.is(T::Star) { self.starred() } else { self.named_expression() }
    }

    /// `name := value` or an expression.
    pub(super) fn named_expression(&mut self) -> P<Expr> {
        let start = self.start();
        if self.is(T::Name) && self.kind_at(1) == T::ColonAssign {
            let id = self.identifier()?;
            let target =
                Box::new(Expr::Name(ast::ExprName { range: self.range(start), id, ctx: ExprContext::Store }));
            self.bump();
            let value = Box::new(self.expression()?);
            return Ok(Expr::NamedExpr(ast::ExprNamedExpr { range: self.range(start), target, value }));
        }
        let e = self.expression()?;
        match self.kind() {
            T::ColonAssign => Err(self.misused_walrus(&e)),
            T::Assign => self.misplaced_assignment(e),
            _ => Ok(e),
        }
    }

    /// A `:=` after something that is no name.
    pub(super) fn misused_walrus(&mut self, e: &Expr) -> Stop {
        let stop = self.stop();
        self.bump();
        match self.expression() {
            Ok(_) => {
                let message = format!("cannot use assignment expressions with {}", describe(e));
                Stop::Fault(Box::new(super::Fault::syntax(message, span_of(e))))
            }
            Err(fault @ Stop::Fault(_)) => fault,
            Err(Stop::At(_)) => stop,
        }
    }

    /// `a = b` where only an expression may stand: says what was probably meant, if the next token is no
    /// further sign.
    pub(super) fn misplaced_assignment(&mut self, e: Expr) -> P<Expr> {
        if !is_operand(&e) {
            return Ok(e);
        }
        let at = self.at;
        self.bump();
        let right = self.bitwise_or();
        let goes_on = matches!(self.kind(), T::Assign | T::ColonAssign);
        let end = match right {
            Ok(right) => span_of(&right).end,
            // An operand with half an operation after it still is an operand.
            Err(Stop::At(i)) if i > at + 1 && self.tokens.list[i].kind != T::Error => self.previous().end,
            Err(Stop::At(i)) if self.tokens.list[i].kind != T::Error => {
                self.at = at;
                return Ok(e);
            }
            Err(stop) => return Err(stop),
        };
        self.at = at;
        if goes_on {
            return Ok(e);
        }
        if e.is_name_expr() {
            let span = Span::new(span_of(&e).start, end);
            return self.fault("invalid syntax. Maybe you meant '==' or ':=' instead of '='?", span);
        }
        let message = format!("cannot assign to {} here. Maybe you meant '==' instead of '='?", describe(&e));
        self.fault(message, span_of(&e))
    }

    /// `expression`: a conditional expression or a lambda.
    pub(super) fn expression(&mut self) -> P<Expr> {
        self.deeper(|p| {
            let e = p.expression_inner()?;
            p.check_missing_comma(&e)?;
            Ok(e)
        })
    }

    fn expression_inner(&mut self) -> P<Expr> {
        if self.is(T::Lambda) {
            return self.lambda();
        }
        let start = self.start();
        let body = self.disjunction()?;
        if !self.is(T::If) {
            return Ok(body);
        }
        self.bump();
        let begin = self.at;
        let test = match self.disjunction() {
            // An operand with half an operation after it still is a condition.
            Err(Stop::At(i)) if self.hints && self.operand_end(begin, i).is_some() => {
                let end = self.operand_end(begin, i).unwrap_or(i);
                let span = Span::new(start, self.tokens.list[end - 1].end);
                return self.fault("expected 'else' after 'if' expression", span);
            }
            other => other?,
        };
        if !self.is(T::Else) {
            if matches!(self.kind(), T::Colon | T::Error) {
                return Err(self.stop());
            }
            let span = Span::new(start, self.previous().end);
            return self.fault("expected 'else' after 'if' expression", span);
        }
        self.bump();
        let orelse = self.expression()?;
        Ok(Expr::IfExp(ast::ExprIfExp {
            range: self.range(start),
            test: Box::new(test),
            body: Box::new(body),
            orelse: Box::new(orelse),
        }))
    }

    /// Where an expression that began at token `begin` and failed at token `failed` could have ended: the
    /// operator or bracket after its last whole operand. A colon or `else` there would have made the rest
    /// fit.
    pub(super) fn operand_end(&self, begin: usize, failed: usize) -> Option<usize> {
        let list = &self.tokens.list;
        let depth = list[begin].depth;
        if list[failed].kind == T::Error {
            return None;
        }
        (begin + 1..=failed).rev().find(|&i| {
            let opens = matches!(list[i].kind, T::LParen | T::LBracket) && list[i].depth == depth + 1;
            let operates = list[i].depth == depth && !list[i].kind.is_closing();
            (opens || operates)
                && list[i - 1].depth == depth
                && super::report::ends_operand(list[i - 1].kind)
                && !matches!(list[i].kind, T::Colon | T::Else)
        })
    }

    /// Two expressions in a row: Python 2's `print x`, or a missing comma.
    pub(super) fn check_missing_comma(&mut self, e: &Expr) -> P<()> {
        if !self.hints || !self.begins_expression() {
            return Ok(());
        }
        let first = self.tokens.list[self.index_at(span_of(e).start)];
        let soft = matches!(self.text_of(first), "_" | "case" | "match" | "type") && first.kind == T::Name;
        let name_then_string = e.is_name_expr() && matches!(self.kind(), T::String | T::FStringStart);
        if !soft && !name_then_string && !is_legacy(e) && !e.is_lambda_expr() && !e.is_if_exp_expr() {
            let last = self.previous();
            if let Some((end, next)) = self.look_past(Self::expression_inner)?
                && last.depth > 0
                && next.depth > 0
            {
                let span = Span::new(span_of(e).start, end);
                return self.fault("invalid syntax. Perhaps you forgot a comma?", span);
            }
        }
        self.check_legacy_statement(e)
    }

    fn check_legacy_statement(&mut self, e: &Expr) -> P<()> {
        let Expr::Name(n) = e else { return Ok(()) };
        if self.is(T::LParen) {
            return Ok(());
        }
        // Whatever the name is, what follows may be such a statement (`then print x`).
        let before = (self.at, self.depth, self.fields);
        let rest = self.star_expressions();
        let rest = if self.is(T::Error) { Err(self.stop()) } else { rest };
        let end = self.previous().end;
        (self.at, self.depth, self.fields) = before;
        match rest {
            Ok(_) if is_legacy(e) => {}
            Err(Stop::At(i)) if self.tokens.list[i].kind == T::Error => return Err(Stop::At(i)),
            Err(Stop::Fault(f)) if f.kind != super::ErrorKind::Memory => return Err(Stop::Fault(f)),
            _ => return Ok(()),
        }
        let message = format!("Missing parentheses in call to '{0}'. Did you mean {0}(...)?", n.id.as_str());
        self.fault(message, Span::new(span_of(e).start, end))
    }

    /// Where an expression that begins here would end, and its last token; mistakes in it do not matter,
    /// unless the lexer found them.
    fn look_past(&mut self, rule: fn(&mut Self) -> P<Expr>) -> P<Option<(u32, super::Token)>> {
        let before = (self.at, self.depth, self.fields);
        let result = self.deeper(rule);
        let result = if self.is(T::Error) { Err(self.stop()) } else { result };
        let last = self.previous();
        (self.at, self.depth, self.fields) = before;
        match result {
            Ok(_) => Ok(Some((last.end, last))),
            Err(Stop::At(i)) if self.tokens.list[i].kind == T::Error => Err(Stop::At(i)),
            Err(_) => Ok(None),
        }
    }

    /// Index of the token that starts at an offset at or before the current one.
    fn index_at(&self, start: u32) -> usize {
        let before = &self.tokens.list[..=self.at];
        before
            .iter()
            .rposition(|t| t.start == start && t.kind != T::Indent && t.kind != T::Dedent)
            .unwrap_or(self.at)
    }

    pub(super) fn disjunction(&mut self) -> P<Expr> {
        self.bool_op(T::Or, BoolOp::Or, Self::conjunction)
    }

    fn conjunction(&mut self) -> P<Expr> {
        self.bool_op(T::And, BoolOp::And, Self::inversion)
    }

    fn bool_op(&mut self, word: T, op: BoolOp, operand: fn(&mut Self) -> P<Expr>) -> P<Expr> {
        let start = self.start();
        let first = operand(self)?;
        if !self.is(word) {
            return Ok(first);
        }
        let mut values = vec![first];
        while self.eat(word) {
            values.push(operand(self)?);
        }
        Ok(Expr::BoolOp(ast::ExprBoolOp { range: self.range(start), op, values }))
    }

    fn inversion(&mut self) -> P<Expr> {
        let mut starts = Vec::new();
        while self.is(T::Not) {
            starts.push(self.bump().start);
        }
        self.check_chain(starts.len())?;
        let mut e = self.comparison()?;
        for start in starts.into_iter().rev() {
            e = Expr::UnaryOp(ast::ExprUnaryOp {
                range: self.range(start),
                op: UnaryOp::Not,
                operand: Box::new(e),
            });
        }
        Ok(e)
    }

    fn comparison(&mut self) -> P<Expr> {
        let start = self.start();
        let left = self.bitwise_or()?;
        let (mut ops, mut comparators) = (Vec::new(), Vec::new());
        while let Some(op) = self.comparison_operator()? {
            ops.push(op);
            comparators.push(self.bitwise_or()?);
        }
        if ops.is_empty() {
            return Ok(left);
        }
        Ok(Expr::Compare(ast::ExprCompare {
            range: self.range(start),
            left: Box::new(left),
            ops,
            comparators,
        }))
    }

    fn comparison_operator(&mut self) -> P<Option<CmpOp>> {
        let op = match self.kind() {
            T::EqEq => CmpOp::Eq,
            T::NotEq => CmpOp::NotEq,
            T::Lt => CmpOp::Lt,
            T::Le => CmpOp::LtE,
            T::Gt => CmpOp::Gt,
            T::Ge => CmpOp::GtE,
            T::In => CmpOp::In,
            T::Not if self.kind_at(1) == T::In => {
                self.bump();
                CmpOp::NotIn
            }
            T::Is => {
                self.bump();
                return Ok(Some(if self.eat(T::Not) { CmpOp::IsNot } else { CmpOp::Is }));
            }
            _ => return Ok(None),
        };
        self.bump();
        Ok(Some(op))
    }

    pub(super) fn bitwise_or(&mut self) -> P<Expr> {
        self.binary(1)
    }

    /// Binary operators that bind at least as tightly as `least`.
    fn binary(&mut self, least: u8) -> P<Expr> {
        let start = self.start();
        let mut left = self.unary()?;
        let mut length = 0;
        while let Some((level, op)) = binary_operator(self.kind()) {
            if level < least {
                break;
            }
            length += 1;
            self.check_chain(length)?;
            self.bump();
            let right = Box::new(self.binary(level + 1)?);
            left = Expr::BinOp(ast::ExprBinOp { range: self.range(start), left: Box::new(left), op, right });
        }
        Ok(left)
    }

    /// `+ - ~` in front of a power.
    fn unary(&mut self) -> P<Expr> {
        let mut prefixes = Vec::new();
        loop {
            let op = match self.kind() {
                T::Minus => UnaryOp::USub,
                T::Plus => UnaryOp::UAdd,
                T::Tilde => UnaryOp::Invert,
                _ => break,
            };
            prefixes.push((self.bump().start, op));
        }
        self.check_chain(prefixes.len())?;
        let mut e = self.power()?;
        for (start, op) in prefixes.into_iter().rev() {
            e = Expr::UnaryOp(ast::ExprUnaryOp { range: self.range(start), op, operand: Box::new(e) });
        }
        Ok(e)
    }

    fn power(&mut self) -> P<Expr> {
        let start = self.start();
        let left = self.await_primary()?;
        if !self.eat(T::StarStar) {
            return Ok(left);
        }
        let right = Box::new(self.deeper(Self::unary)?);
        Ok(Expr::BinOp(ast::ExprBinOp {
            range: self.range(start),
            left: Box::new(left),
            op: Operator::Pow,
            right,
        }))
    }

    fn await_primary(&mut self) -> P<Expr> {
        let start = self.start();
        if !self.eat(T::Await) {
            return self.primary();
        }
        let value = Box::new(self.primary()?);
        Ok(Expr::Await(ast::ExprAwait { range: self.range(start), value }))
    }

    /// `yield`, with or without a value.
    pub(super) fn yield_expression(&mut self) -> P<Expr> {
        let start = self.expect(T::Yield)?.start;
        if self.eat(T::From) {
            let value = Box::new(self.expression()?);
            return Ok(Expr::YieldFrom(ast::ExprYieldFrom { range: self.range(start), value }));
        }
        let has_value = self.begins_expression() || self.is(T::Star);
        let value = if has_value { Some(Box::new(self.star_expressions()?)) } else { None };
        Ok(Expr::Yield(ast::ExprYield { range: self.range(start), value }))
    }

    fn lambda(&mut self) -> P<Expr> {
        let start = self.expect(T::Lambda)?.start;
        let args = Box::new(self.parameters(super::params::Style::Lambda)?);
        if self.is(T::Error) {
            return Err(self.stop());
        }
        if !self.is(T::Colon) {
            return self.fault_here("expected ':'");
        }
        let colon = self.bump();
        if self.fields > 0 && self.is_format_spec(colon) {
            let message = "f-string: lambda expressions are not allowed without parentheses";
            return self.fault(message, Span::new(start, colon.end));
        }
        let body = Box::new(self.expression()?);
        Ok(Expr::Lambda(ast::ExprLambda { range: self.range(start), args, body }))
    }

    /// Whether a colon has been read as the beginning of a format spec.
    fn is_format_spec(&self, colon: super::Token) -> bool {
        match self.kind() {
            T::FStringMiddle => true,
            T::RBrace => self.token().depth < colon.depth,
            _ => false,
        }
    }
}

/// Whether an expression is the name of a statement of Python 2.
fn is_legacy(e: &Expr) -> bool {
    matches!(e, Expr::Name(n) if matches!(n.id.as_str(), "print" | "exec"))
}

/// Whether CPython's grammar has the expression as a `bitwise_or` that its hint about `=` applies to.
fn is_operand(e: &Expr) -> bool {
    match e {
        Expr::List(_) | Expr::Tuple(_) | Expr::GeneratorExp(_) => false,
        Expr::BoolOp(_) | Expr::Compare(_) | Expr::IfExp(_) | Expr::Lambda(_) | Expr::NamedExpr(_) => false,
        Expr::UnaryOp(u) => u.op != UnaryOp::Not,
        Expr::Constant(c) => !matches!(c.value, ast::Constant::None | ast::Constant::Bool(_)),
        _ => true,
    }
}
