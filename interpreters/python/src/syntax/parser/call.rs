//! The arguments of calls and class definitions.

use super::super::error::Span;
use super::super::token::{T, Token};
use super::target::describe;
use super::{P, Parser, Stop, span_of};
use crate::syntax::ast::{self, Expr, Identifier, Keyword};

/// Positional and keyword arguments.
#[derive(Default)]
pub struct Arguments {
    pub args: Vec<Expr>,
    pub keywords: Vec<Keyword>,
}

impl Parser<'_> {
    /// `( … )`.
    pub(super) fn arguments(&mut self) -> P<Arguments> {
        let open = self.expect(T::LParen)?;
        let mut found = Arguments::default();
        while !self.is(T::RParen) {
            self.argument(&mut found, open)?;
            if !self.is(T::RParen) {
                self.expect(T::Comma)?;
            }
        }
        self.bump();
        Ok(found)
    }

    fn argument(&mut self, found: &mut Arguments, open: Token) -> P<()> {
        let start = self.start();
        match self.kind() {
            T::Star => {
                let star = self.bump().span();
                let value = Box::new(self.expression()?);
                let ctx = ast::ExprContext::Load;
                let e = Expr::Starred(ast::ExprStarred { range: self.range(start), value, ctx });
                if found.keywords.iter().any(|k| k.arg.is_none()) {
                    let message = "iterable argument unpacking follows keyword argument unpacking";
                    return self.fault(message, star);
                }
                found.args.push(e);
            }
            T::StarStar => {
                self.bump();
                let value = self.expression()?;
                found.keywords.push(Keyword { range: self.range(start), arg: None, value });
            }
            T::Name if self.kind_at(1) == T::Assign => self.keyword_argument(found)?,
            T::True | T::False | T::None if self.kind_at(1) == T::Assign => {
                let word = self.text_of(self.token());
                let span = Span::new(start, self.tokens.list[self.at + 1].end);
                return self.fault(format!("cannot assign to {word}"), span);
            }
            _ => self.positional_argument(found, open)?,
        }
        Ok(())
    }

    fn keyword_argument(&mut self, found: &mut Arguments) -> P<()> {
        let start = self.start();
        let arg = self.identifier()?;
        self.bump();
        if matches!(self.kind(), T::RParen | T::Comma) {
            let span = Span::new(start, self.previous().end);
            return self.fault("expected argument value expression", span);
        }
        let value = self.expression()?;
        if self.begins_comprehension() {
            let span = Span::new(start, self.tokens.list[self.at - 1].end);
            return self.fault("invalid syntax. Maybe you meant '==' or ':=' instead of '='?", span);
        }
        if self.is(T::Assign) {
            return Err(self.stop());
        }
        if found.keywords.iter().any(|k| k.arg.as_ref() == Some(&arg)) {
            let span = Span::new(start, self.previous().end);
            return self.fault(format!("keyword argument repeated: {arg}"), span);
        }
        found.keywords.push(Keyword { range: self.range(start), arg: Some(arg), value });
        Ok(())
    }

    fn positional_argument(&mut self, found: &mut Arguments, open: Token) -> P<()> {
        let start = self.start();
        let e = self.argument_value()?;
        if self.is(T::Assign) {
            let span = Span::new(start, self.token().end);
            let message = "expression cannot contain assignment, perhaps you meant \"==\"?";
            if describe(&e) == "named expression" {
                return Err(self.stop());
            }
            return self.fault(message, span);
        }
        if self.begins_comprehension() {
            let generators = self.comprehension(&e)?;
            let sole = found.args.is_empty() && found.keywords.is_empty();
            let span = Span::new(start, self.previous().end);
            if !sole || (self.is(T::Comma) && self.kind_at(1) != T::RParen) {
                return self.fault("Generator expression must be parenthesized", span);
            }
            if self.is(T::Comma) {
                return self.fault("Generator expression must be parenthesized", span);
            }
            // A sole generator expression borrows the parentheses of the call.
            let end = self.token().end;
            let range =
                rustpython_parser::text_size::TextRange::new(open.start.into(), end.max(open.start).into());
            found.args.push(Expr::GeneratorExp(ast::ExprGeneratorExp {
                range,
                elt: Box::new(e),
                generators,
            }));
            return Ok(());
        }
        if let Some(last) = found.keywords.last() {
            let message = if found.keywords.iter().any(|k| k.arg.is_none()) && last.arg.is_none() {
                "positional argument follows keyword argument unpacking"
            } else {
                "positional argument follows keyword argument"
            };
            return self.after_arguments(message, open);
        }
        found.args.push(e);
        Ok(())
    }

    /// A mistake in the order of arguments, reported at the end of the call.
    fn after_arguments(&mut self, message: &str, open: Token) -> P<()> {
        let at = self.previous().span();
        let mut scan = self.at;
        while scan + 1 < self.tokens.list.len() {
            let t = self.tokens.list[scan];
            if (t.kind == T::RParen && t.depth < open.depth)
                || matches!(t.kind, T::Newline | T::Error | T::End)
            {
                break;
            }
            scan += 1;
        }
        let close = self.tokens.list[scan];
        if close.kind == T::RParen {
            return self.fault(message, close.span());
        }
        self.fault(message, at)
    }

    /// `name := value` or an expression; not followed by a comment on `=`.
    fn argument_value(&mut self) -> P<Expr> {
        if self.is(T::Name) && self.kind_at(1) == T::ColonAssign {
            return self.named_expression();
        }
        let e = self.expression()?;
        if self.is(T::ColonAssign) {
            return Err(self.misused_walrus(&e));
        }
        Ok(e)
    }

    /// The bases and keywords of a class; the parentheses may be missing.
    pub(super) fn class_arguments(&mut self) -> P<Arguments> {
        if !self.is(T::LParen) {
            return Ok(Arguments::default());
        }
        let open = self.at;
        let found = self.arguments()?;
        let start = self.tokens.list[open].start;
        if matches!(&found.args[..], [e @ Expr::GeneratorExp(_)] if span_of(e).start == start) {
            // Only a call lends its parentheses to a generator expression.
            let depth = self.tokens.list[open].depth;
            let taken = self.tokens.list[open..self.at].iter();
            let clause = taken.take_while(|t| t.kind != T::For || t.depth != depth).count();
            return Err(Stop::At(open + clause));
        }
        Ok(found)
    }

    /// A name for a keyword, for callers that parse one themselves.
    pub(super) fn keyword_name(&mut self) -> P<Option<Identifier>> {
        if self.is(T::Name) && self.kind_at(1) == T::Assign {
            let name = self.identifier()?;
            self.bump();
            return Ok(Some(name));
        }
        Ok(None)
    }
}
