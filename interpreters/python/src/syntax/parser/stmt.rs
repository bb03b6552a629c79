//! Statements: sequences of them, blocks, and the simple ones.

use super::super::error::{ErrorKind, Fault, Span};
use super::super::token::{T, Token};
use super::target::{TargetKind, augmented_operator, describe, invalid_part};
use super::{P, Parser, Stop, span_of};
use crate::syntax::ast::{self, Expr, ExprContext, Stmt};

impl Parser<'_> {
    /// Statements up to `end`, which is taken.
    pub(super) fn statements(&mut self, end: T) -> P<Vec<Stmt>> {
        let mut body = Vec::new();
        while !self.eat(end) {
            self.statement(&mut body)?;
            if self.is(T::End) && end == T::End {
                break;
            }
        }
        Ok(body)
    }

    /// The one statement of an interactive session.
    pub(super) fn interactive(&mut self) -> P<Vec<Stmt>> {
        let mut body = Vec::new();
        while self.eat(T::Newline) {}
        if !self.is(T::End) {
            self.statement(&mut body)?;
        }
        while self.eat(T::Newline) {}
        if !self.is(T::End) {
            return self.fault_here("multiple statements found while compiling a single statement");
        }
        Ok(body)
    }

    /// One compound statement or one line of simple ones.
    fn statement(&mut self, body: &mut Vec<Stmt>) -> P<()> {
        if let Some(compound) = self.compound()? {
            body.push(compound);
            return Ok(());
        }
        self.simple_line(body)
    }

    /// `a; b; c` and the end of the line.
    fn simple_line(&mut self, body: &mut Vec<Stmt>) -> P<()> {
        loop {
            body.push(self.simple()?);
            if self.eat(T::Newline) {
                return Ok(());
            }
            self.expect(T::Semicolon)?;
            if self.eat(T::Newline) {
                return Ok(());
            }
        }
    }

    /// The block after a colon; `what` is the statement it belongs to, which began on the line of `start`.
    pub(super) fn block(&mut self, what: &str, start: u32) -> P<Vec<Stmt>> {
        let mut body = Vec::new();
        if !self.eat(T::Newline) {
            self.simple_line(&mut body)?;
            return Ok(body);
        }
        if !self.eat(T::Indent) {
            if self.is(T::Error) {
                return Err(self.stop());
            }
            let line = self.lines.line_and_byte(start).0;
            let message = format!("expected an indented block after {what} on line {line}");
            let fault = Fault::of(ErrorKind::Indentation, message, self.missing_block(self.token()));
            return Err(Stop::Fault(Box::new(fault)));
        }
        self.statements(T::Dedent)
    }

    /// Where a block is missing before `token`: there, or at the end of the last line if no more tokens
    /// follow.
    pub(super) fn missing_block(&self, token: Token) -> Span {
        if token.start as usize == self.text.len() && matches!(token.kind, T::End | T::Dedent) {
            let last = self.text.strip_suffix('\n').unwrap_or(self.text).len();
            return Span::at(last as u32);
        }
        token.span()
    }

    fn simple(&mut self) -> P<Stmt> {
        let start = self.start();
        match self.kind() {
            T::Pass => {
                self.bump();
                Ok(Stmt::Pass(ast::StmtPass { range: self.range(start) }))
            }
            T::Break => {
                self.bump();
                Ok(Stmt::Break(ast::StmtBreak { range: self.range(start) }))
            }
            T::Continue => {
                self.bump();
                Ok(Stmt::Continue(ast::StmtContinue { range: self.range(start) }))
            }
            T::Return => {
                self.bump();
                let value = self.optional_value()?;
                Ok(Stmt::Return(ast::StmtReturn { range: self.range(start), value }))
            }
            T::Raise => self.raise(),
            T::Global | T::Nonlocal => self.declaration(),
            T::Del => self.delete(),
            T::Assert => self.assert(),
            T::Import => self.import(),
            T::From => self.import_from(),
            _ => {
                if let Some(alias) = self.type_alias()? {
                    return Ok(alias);
                }
                self.expression_statement()
            }
        }
    }

    fn ends_statement(&self) -> bool {
        matches!(self.kind(), T::Newline | T::Semicolon | T::End)
    }

    fn optional_value(&mut self) -> P<Option<Box<Expr>>> {
        if self.ends_statement() { Ok(None) } else { Ok(Some(Box::new(self.star_expressions()?))) }
    }

    fn raise(&mut self) -> P<Stmt> {
        let start = self.bump().start;
        let (mut exc, mut cause) = (None, None);
        if !self.ends_statement() {
            exc = Some(Box::new(self.expression()?));
            if self.eat(T::From) {
                cause = Some(Box::new(self.expression()?));
            }
        }
        Ok(Stmt::Raise(ast::StmtRaise { range: self.range(start), exc, cause }))
    }

    /// `global a, b` and `nonlocal a, b`.
    fn declaration(&mut self) -> P<Stmt> {
        let keyword = self.bump();
        let mut names = vec![self.identifier()?];
        while self.eat(T::Comma) {
            names.push(self.identifier()?);
        }
        let range = self.range(keyword.start);
        Ok(match keyword.kind {
            T::Global => Stmt::Global(ast::StmtGlobal { range, names }),
            _ => Stmt::Nonlocal(ast::StmtNonlocal { range, names }),
        })
    }

    fn delete(&mut self) -> P<Stmt> {
        let start = self.bump().start;
        let list = self.tokens.list[self.at].start;
        let e = self.star_expressions()?;
        let parenthesized = span_of(&e).start != list || !e.is_tuple_expr();
        let e = self.target(e, TargetKind::Delete)?;
        if !self.ends_statement() {
            return Err(self.stop());
        }
        let is_bare_tuple =
            e.is_tuple_expr() && !parenthesized && self.text.as_bytes()[list as usize] != b'(';
        let targets = match e {
            Expr::Tuple(t) if is_bare_tuple => t.elts,
            Expr::Tuple(t) if self.is_unparenthesized(&t, list) => t.elts,
            other => vec![other],
        };
        Ok(Stmt::Delete(ast::StmtDelete { range: self.range(start), targets }))
    }

    /// Whether a tuple that begins with a parenthesis is not itself the thing in parentheses: `(a), b`.
    pub(super) fn is_unparenthesized(&self, t: &ast::ExprTuple, start: u32) -> bool {
        let end = t.range.end().to_u32();
        let close = self.tokens.list.iter().take(self.at).rev().find(|k| k.end == end);
        let open = self.tokens.list.iter().take(self.at).rev().find(|k| k.start == start);
        match (open, close) {
            (Some(open), Some(close)) => {
                if open.kind != T::LParen || close.kind != T::RParen {
                    return true;
                }
                // The opening parenthesis closes before the end.
                let between = self.tokens.list.iter().filter(|k| k.start > start && k.end < end);
                between.into_iter().any(|k| k.kind == T::Comma && k.depth < open.depth)
            }
            _ => true,
        }
    }

    fn assert(&mut self) -> P<Stmt> {
        let start = self.bump().start;
        let test = Box::new(self.expression()?);
        let msg = if self.eat(T::Comma) { Some(Box::new(self.expression()?)) } else { None };
        Ok(Stmt::Assert(ast::StmtAssert { range: self.range(start), test, msg }))
    }

    /// `type X = …`, where `type` is no name.
    fn type_alias(&mut self) -> P<Option<Stmt>> {
        let is_alias = self.is_word("type")
            && self.kind_at(1) == T::Name
            && matches!(self.kind_at(2), T::Assign | T::LBracket);
        if !is_alias {
            return Ok(None);
        }
        let start = self.bump().start;
        let name_start = self.start();
        let id = self.identifier()?;
        let range = self.range(name_start);
        let name = Box::new(Expr::Name(ast::ExprName { range, id, ctx: ExprContext::Store }));
        let type_params = self.type_parameters()?;
        self.expect(T::Assign)?;
        let value = Box::new(self.expression()?);
        Ok(Some(Stmt::TypeAlias(ast::StmtTypeAlias { range: self.range(start), name, type_params, value })))
    }

    /// An expression, an assignment of any kind.
    fn expression_statement(&mut self) -> P<Stmt> {
        let start = self.start();
        let first_token = self.kind();
        let first = self.value()?;
        match self.kind() {
            T::Assign => self.assignment(first, start, first_token == T::Yield),
            T::Colon if !first.is_yield_expr() && !first.is_yield_from_expr() => {
                self.annotated(first, start, first_token)
            }
            T::ColonAssign if !first.is_name_expr() => Err(self.misused_walrus(&first)),
            kind => {
                let Some(op) = augmented_operator(kind) else {
                    let value = Box::new(first);
                    return Ok(Stmt::Expr(ast::StmtExpr { range: self.range(start), value }));
                };
                let target = Box::new(self.single_target(first)?);
                self.bump();
                let value = Box::new(self.value()?);
                Ok(Stmt::AugAssign(ast::StmtAugAssign { range: self.range(start), target, op, value }))
            }
        }
    }

    /// The right side of an assignment.
    fn value(&mut self) -> P<Expr> {
        if self.is(T::Yield) { self.yield_expression() } else { self.star_expressions() }
    }

    /// The target of an augmented assignment.
    fn single_target(&self, e: Expr) -> P<Expr> {
        match e {
            Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) => self.target(e, TargetKind::Store),
            other => {
                let message =
                    format!("'{}' is an illegal expression for augmented assignment", describe(&other));
                self.fault(message, span_of(&other))
            }
        }
    }

    /// `a = b = value`, the first target being parsed already.
    fn assignment(&mut self, first: Expr, start: u32, is_yield: bool) -> P<Stmt> {
        if is_yield {
            return self.fault("assignment to yield expression not possible", span_of(&first));
        }
        let mut targets: Vec<Expr> = Vec::new();
        let mut last = first;
        let first_equals = self.at;
        while self.is(T::Assign) {
            if let Some(first) = targets.first()
                && invalid_part(&last, TargetKind::Store).is_some()
            {
                // `a = b, c() = d`: what follows the first sign may say more.
                let (at, first) = (self.at, first.clone());
                self.at = first_equals;
                self.misplaced_assignment(first)?;
                self.at = at;
            }
            let is_first = targets.is_empty();
            targets.push(self.assignment_target(last, is_first)?);
            self.bump();
            let is_yield = self.is(T::Yield);
            last = self.value()?;
            if is_yield && self.is(T::Assign) {
                return self.fault("assignment to yield expression not possible", span_of(&last));
            }
        }
        let value = Box::new(last);
        Ok(Stmt::Assign(ast::StmtAssign { range: self.range(start), targets, value, type_comment: None }))
    }

    /// A target before a `=`, which is the next token.
    fn assignment_target(&mut self, e: Expr, is_first: bool) -> P<Expr> {
        if !is_first || invalid_part(&e, TargetKind::Store).is_none() {
            return self.target(e, TargetKind::Store);
        }
        // `f() = 1` was probably meant as a comparison.
        let last = match &e {
            Expr::Tuple(t) if self.is_unparenthesized(t, span_of(&e).start) => {
                t.elts.last().cloned().unwrap_or_else(|| e.clone())
            }
            other => other.clone(),
        };
        if invalid_part(&last, TargetKind::Store).is_some() {
            self.misplaced_assignment(last)?;
        }
        self.target(e, TargetKind::Store)
    }

    fn annotated(&mut self, target: Expr, start: u32, first_token: T) -> P<Stmt> {
        let simple = target.is_name_expr() && first_token != T::LParen;
        let span = match &target {
            Expr::Tuple(t) if self.is_unparenthesized(t, start) => span_of(&t.elts[0]),
            other => span_of(other),
        };
        let target = match target {
            Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) => {
                Box::new(self.target(target, TargetKind::Store)?)
            }
            Expr::List(_) => {
                return self.annotation_fault("only single target (not list) can be annotated", span);
            }
            Expr::Tuple(_) => {
                return self.annotation_fault("only single target (not tuple) can be annotated", span);
            }
            _ => return self.annotation_fault("illegal target for annotation", span),
        };
        self.bump();
        let annotation = Box::new(self.expression()?);
        let value = if self.eat(T::Assign) { Some(Box::new(self.value()?)) } else { None };
        Ok(Stmt::AnnAssign(ast::StmtAnnAssign {
            range: self.range(start),
            target,
            annotation,
            value,
            simple,
        }))
    }

    /// A target cannot be annotated; unless no annotation follows the colon, which then is the mistake.
    fn annotation_fault(&mut self, message: &str, span: Span) -> P<Stmt> {
        let stop = self.stop();
        self.bump();
        if self.attempt(Self::expression)?.is_none() {
            return Err(stop);
        }
        self.fault(message, span)
    }
}
