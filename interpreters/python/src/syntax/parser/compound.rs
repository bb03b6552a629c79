//! Compound statements.

use super::super::error::Span;
use super::super::token::T;
use super::target::TargetKind;
use super::{P, Parser, Stop, span_of};
use crate::syntax::ast::{self, ExceptHandler, Expr, Stmt, WithItem};

/// Length of an `elif` chain, each link of which nests the tree.
const MAX_ELIFS: usize = 3000;

impl Parser<'_> {
    /// A compound statement, if one begins here.
    pub(super) fn compound(&mut self) -> P<Option<Stmt>> {
        let start = self.start();
        Ok(Some(match self.kind() {
            T::If => self.if_stmt()?,
            T::While => self.while_stmt()?,
            T::For => self.for_stmt(start, false)?,
            T::Try => self.try_stmt()?,
            T::With => self.with_stmt(start, false)?,
            T::Def => self.function(start, Vec::new(), false)?,
            T::Class => self.class(start, Vec::new())?,
            T::At => self.decorated()?,
            T::Async => self.async_stmt(start, Vec::new())?,
            T::Name if self.is_word("match") => return self.match_stmt(),
            _ => return Ok(None),
        }))
    }

    /// The colon of a statement's header; a line that ends without it gets a message.
    pub(super) fn header_colon(&mut self) -> P<()> {
        if self.is(T::Newline) {
            return self.fault_here("expected ':'");
        }
        self.expect(T::Colon).map(drop)
    }

    /// A colon that nothing else can stand for.
    fn forced_colon(&mut self) -> P<()> {
        self.forced(T::Colon, ":")
    }

    fn forced(&mut self, kind: T, text: &str) -> P<()> {
        if self.eat(kind) {
            return Ok(());
        }
        if self.is(T::Error) { Err(self.stop()) } else { self.fault_here(format!("expected '{text}'")) }
    }

    /// `if` with its `elif`s; the chain is read in a loop and nested afterwards.
    fn if_stmt(&mut self) -> P<Stmt> {
        let mut links = Vec::new();
        let mut orelse = Vec::new();
        loop {
            let keyword = self.bump();
            let test = self.named_expression()?;
            self.header_colon()?;
            let what = if keyword.kind == T::If { "'if' statement" } else { "'elif' statement" };
            let body = self.block(what, keyword.start)?;
            links.push((keyword.start, test, body));
            if links.len() > MAX_ELIFS {
                return Err(Self::too_complex(keyword.span()));
            }
            if !self.is(T::Elif) {
                break;
            }
        }
        if self.is(T::Else) {
            orelse = self.else_block()?;
        }
        let end = self.block_end();
        let mut statement = None;
        while let Some((start, test, body)) = links.pop() {
            let orelse = statement.map_or_else(|| std::mem::take(&mut orelse), |s| vec![s]);
            let range = rustpython_parser::text_size::TextRange::new(start.into(), end.max(start).into());
            statement = Some(Stmt::If(ast::StmtIf { range, test: Box::new(test), body, orelse }));
        }
        statement.ok_or_else(|| self.stop())
    }

    fn too_complex(span: Span) -> Stop {
        let fault = super::Fault::of(super::ErrorKind::Memory, "too complex to parse", span);
        Stop::Fault(Box::new(fault))
    }

    /// The end of the last real token, dedents and line ends aside.
    fn block_end(&self) -> u32 {
        let taken = self.tokens.list[..self.at].iter().rev();
        let mut real = taken.filter(|t| !matches!(t.kind, T::Newline | T::Indent | T::Dedent));
        real.next().map_or(0, |t| t.end)
    }

    pub(super) fn compound_range(&self, start: u32) -> rustpython_parser::text_size::TextRange {
        rustpython_parser::text_size::TextRange::new(start.into(), self.block_end().max(start).into())
    }

    fn else_block(&mut self) -> P<Vec<Stmt>> {
        let start = self.bump().start;
        self.forced_colon()?;
        self.block("'else' statement", start)
    }

    fn optional_else(&mut self) -> P<Vec<Stmt>> {
        if self.is(T::Else) { self.else_block() } else { Ok(Vec::new()) }
    }

    fn while_stmt(&mut self) -> P<Stmt> {
        let start = self.bump().start;
        let test = Box::new(self.named_expression()?);
        self.header_colon()?;
        let body = self.block("'while' statement", start)?;
        let orelse = self.optional_else()?;
        Ok(Stmt::While(ast::StmtWhile { range: self.compound_range(start), test, body, orelse }))
    }

    fn for_stmt(&mut self, start: u32, is_async: bool) -> P<Stmt> {
        let keyword = self.bump().start;
        let target = Box::new(self.loop_target()?);
        self.expect(T::In)?;
        let iter = Box::new(self.star_expressions()?);
        self.header_colon()?;
        let body = self.block("'for' statement", keyword)?;
        let orelse = self.optional_else()?;
        let (range, type_comment) = (self.compound_range(start), None);
        Ok(if is_async {
            Stmt::AsyncFor(ast::StmtAsyncFor { range, target, iter, body, orelse, type_comment })
        } else {
            Stmt::For(ast::StmtFor { range, target, iter, body, orelse, type_comment })
        })
    }

    fn async_stmt(&mut self, start: u32, decorators: Vec<Expr>) -> P<Stmt> {
        self.expect(T::Async)?;
        match self.kind() {
            T::Def => self.function(start, decorators, true),
            T::For if decorators.is_empty() => self.for_stmt(start, true),
            T::With if decorators.is_empty() => self.with_stmt(start, true),
            _ => Err(self.stop()),
        }
    }

    fn with_stmt(&mut self, start: u32, is_async: bool) -> P<Stmt> {
        let keyword = self.bump().start;
        let at = self.at;
        let parenthesized = if self.is(T::LParen) { self.attempt(Self::parenthesized_items)? } else { None };
        let items = match parenthesized {
            Some(items) => items,
            None => {
                self.at = at;
                self.with_items(T::Colon)?
            }
        };
        self.header_colon()?;
        let body = self.block("'with' statement", keyword)?;
        let (range, type_comment) = (self.compound_range(start), None);
        Ok(if is_async {
            Stmt::AsyncWith(ast::StmtAsyncWith { range, items, body, type_comment })
        } else {
            Stmt::With(ast::StmtWith { range, items, body, type_comment })
        })
    }

    /// `(a as b, c)` and the colon that shows that the parentheses belong to the statement.
    fn parenthesized_items(&mut self) -> P<Vec<WithItem>> {
        self.expect(T::LParen)?;
        let items = self.with_items(T::RParen)?;
        self.expect(T::RParen)?;
        if self.is(T::Colon) || (self.is(T::Newline) && items.iter().any(|i| i.optional_vars.is_some())) {
            Ok(items)
        } else {
            Err(self.stop())
        }
    }

    fn with_items(&mut self, close: T) -> P<Vec<WithItem>> {
        let mut items = Vec::new();
        loop {
            let start = self.start();
            let context_expr = self.expression()?;
            let mut optional_vars = None;
            if self.eat(T::As) {
                let target = self.star_target()?;
                if !matches!(self.kind(), T::Comma | T::RParen | T::Colon | T::Newline) {
                    return Err(self.stop());
                }
                optional_vars = Some(Box::new(target));
            }
            items.push(WithItem { range: self.optional_range(start), context_expr, optional_vars });
            if !self.eat(T::Comma) || (close == T::RParen && self.is(close)) {
                return Ok(items);
            }
        }
    }

    /// One target, as `with … as` has it.
    fn star_target(&mut self) -> P<Expr> {
        let e = if self.is(T::Star) { self.starred()? } else { self.bitwise_or()? };
        self.target(e, TargetKind::Store)
    }

    fn try_stmt(&mut self) -> P<Stmt> {
        let start = self.bump().start;
        self.forced_colon()?;
        let body = self.block("'try' statement", start)?;
        let mut handlers = Vec::new();
        let mut star = None;
        while self.is(T::Except) {
            let is_star = self.kind_at(1) == T::Star;
            if is_star && matches!(self.kind_at(2), T::Colon | T::Newline) {
                self.at += 2;
                return self.fault_here("expected one or more exception types");
            }
            if star.is_some_and(|s| s != is_star) {
                let message = "cannot have both 'except' and 'except*' on the same 'try'";
                let last = self.tokens.list[self.at + usize::from(is_star)];
                return self.fault(message, Span::new(self.start(), last.end));
            }
            star = Some(is_star);
            handlers.push(self.handler()?);
        }
        let orelse = if handlers.is_empty() { Vec::new() } else { self.optional_else()? };
        let mut finalbody = Vec::new();
        if self.is(T::Finally) {
            let finally = self.bump().start;
            self.forced_colon()?;
            finalbody = self.block("'finally' statement", finally)?;
        } else if handlers.is_empty() {
            if self.is(T::Error) {
                return Err(self.stop());
            }
            let span = self.missing_block(self.token());
            return self.fault("expected 'except' or 'finally' block", span);
        }
        let range = self.compound_range(start);
        Ok(if star == Some(true) {
            Stmt::TryStar(ast::StmtTryStar { range, body, handlers, orelse, finalbody })
        } else {
            Stmt::Try(ast::StmtTry { range, body, handlers, orelse, finalbody })
        })
    }

    fn handler(&mut self) -> P<ExceptHandler> {
        let start = self.expect(T::Except)?.start;
        let star = self.eat(T::Star);
        let what = if star { "'except*' statement" } else { "'except' statement" };
        let (mut type_, mut name) = (None, None);
        if !matches!(self.kind(), T::Colon | T::Newline) {
            let e = self.expression()?;
            if self.is(T::Comma) {
                return self.several_types(&e);
            }
            type_ = Some(Box::new(e));
            if self.eat(T::As) {
                name = Some(self.identifier()?);
            }
        }
        self.header_colon()?;
        let body = self.block(what, start)?;
        let range = self.compound_range(start);
        Ok(ExceptHandler::ExceptHandler(ast::ExceptHandlerExceptHandler { range, type_, name, body }))
    }

    /// `except A, B:`.
    fn several_types(&mut self, first: &Expr) -> P<ExceptHandler> {
        let stop = self.stop();
        self.bump();
        let rest = self.attempt(Self::expressions)?;
        if rest.is_some() && self.eat(T::As) && self.is(T::Name) {
            self.bump();
        }
        if rest.is_none() || !self.is(T::Colon) {
            return Err(stop);
        }
        let span = Span::new(span_of(first).start, self.previous().end);
        self.fault("multiple exception types must be parenthesized", span)
    }

    fn decorated(&mut self) -> P<Stmt> {
        let mut decorators = Vec::new();
        while self.eat(T::At) {
            decorators.push(self.named_expression()?);
            self.expect(T::Newline)?;
        }
        let start = self.start();
        match self.kind() {
            T::Def => self.function(start, decorators, false),
            T::Class => self.class(start, decorators),
            T::Async => self.async_stmt(start, decorators),
            _ => Err(self.stop()),
        }
    }

    fn function(&mut self, start: u32, decorator_list: Vec<Expr>, is_async: bool) -> P<Stmt> {
        let keyword = self.bump().start;
        let name = self.identifier()?;
        let type_params = self.type_parameters()?;
        self.forced(T::LParen, "(")?;
        let args = Box::new(self.parameters(super::params::Style::Def)?);
        self.expect(T::RParen)?;
        let arrow = self.token();
        let mut returns = None;
        if self.eat(T::Arrow) {
            returns = match self.expression() {
                Err(Stop::At(i)) if self.tokens.list[i].kind != T::Error => {
                    return self.fault("expected ':'", arrow.span());
                }
                other => Some(Box::new(other?)),
            };
        }
        self.forced_colon()?;
        let body = self.block("function definition", keyword)?;
        let (range, type_comment) = (self.compound_range(start), None);
        Ok(if is_async {
            Stmt::AsyncFunctionDef(ast::StmtAsyncFunctionDef {
                range,
                name,
                args,
                body,
                decorator_list,
                returns,
                type_comment,
                type_params,
            })
        } else {
            Stmt::FunctionDef(ast::StmtFunctionDef {
                range,
                name,
                args,
                body,
                decorator_list,
                returns,
                type_comment,
                type_params,
            })
        })
    }

    fn class(&mut self, start: u32, decorator_list: Vec<Expr>) -> P<Stmt> {
        let keyword = self.bump().start;
        let name = self.identifier()?;
        let type_params = self.type_parameters()?;
        let super::call::Arguments { args: bases, keywords } = self.class_arguments()?;
        self.header_colon()?;
        let body = self.block("class definition", keyword)?;
        let range = self.compound_range(start);
        Ok(Stmt::ClassDef(ast::StmtClassDef {
            range,
            name,
            bases,
            keywords,
            body,
            decorator_list,
            type_params,
        }))
    }
}
