//! f-strings (PEP 701): the lexer has taken them apart, here the parts become tree nodes.

use super::super::error::Span;
use super::super::literal::{self, Joined};
use super::super::token::T;
use super::{P, Parser, Stop};
use crate::syntax::ast::{self, ConversionFlag, Expr};

impl Parser<'_> {
    /// One f-string, from its opening quotes to its closing ones.
    pub(super) fn fstring(&mut self, joined: &mut Joined) -> P<()> {
        let prefix = self.text_of(self.token());
        let raw = prefix.contains(['r', 'R']);
        self.bump();
        joined.begin_fstring();
        loop {
            let token = self.token();
            match token.kind {
                T::FStringMiddle => {
                    self.bump();
                    let text = literal::decode_middle(self.text_of(token), raw, false, self.token().span())
                        .map_err(|f| Stop::Fault(Box::new(f)))?;
                    joined.add_text(text, token.span());
                }
                T::LBrace => self.replacement_field(joined, raw)?,
                T::FStringEnd => {
                    self.bump();
                    return Ok(());
                }
                _ => return Err(self.stop()),
            }
        }
    }

    /// `{value=!r:spec}`.
    fn replacement_field(&mut self, joined: &mut Joined, raw: bool) -> P<()> {
        self.deeper(|p| {
            let open = p.expect(T::LBrace)?;
            p.fields += 1;
            p.check_field_start()?;
            let value = p.field_value()?;
            let is_debug = p.eat(T::Assign);
            if is_debug {
                // The text of the expression with the blanks around the `=` is part of the result.
                let text = &p.text[open.end as usize..p.start() as usize];
                joined.add_text(literal::Text::plain(text), Span::new(open.end, p.start()));
            }
            let mut conversion = ConversionFlag::None;
            if p.is(T::Exclamation) {
                conversion = p.conversion()?;
            }
            let mut format_spec = None;
            if p.eat(T::Colon) {
                format_spec = Some(Box::new(p.format_spec(raw)?));
            } else if is_debug && conversion == ConversionFlag::None {
                conversion = ConversionFlag::Repr;
            }
            if !p.is(T::RBrace) {
                return p.bad_field_end(is_debug, conversion != ConversionFlag::None, format_spec.is_some());
            }
            p.bump();
            p.fields -= 1;
            let range = p.range(open.start);
            joined.add_field(Expr::FormattedValue(ast::ExprFormattedValue {
                range,
                value: Box::new(value),
                conversion,
                format_spec,
            }));
            Ok(())
        })
    }

    /// A field needs an expression.
    fn check_field_start(&self) -> P<()> {
        let sign = match self.kind() {
            T::Assign => "=",
            T::Exclamation => "!",
            T::Colon => ":",
            T::RBrace => "}",
            _ => return Ok(()),
        };
        self.fault_here(format!("f-string: valid expression required before '{sign}'"))
    }

    fn field_value(&mut self) -> P<Expr> {
        let at = self.at;
        let value = if self.is(T::Yield) { self.yield_expression() } else { self.star_expressions() };
        match value {
            Err(Stop::At(i)) if self.operand_end(at, i).is_some() => {
                let end = self.operand_end(at, i).unwrap_or(i);
                let span = self.tokens.list[end].span();
                self.fault("f-string: expecting '=', or '!', or ':', or '}'", span)
            }
            Err(Stop::At(i)) if self.tokens.list[i].kind != T::Error => {
                let token = self.tokens.list[at];
                self.fault("f-string: expecting a valid expression after '{'", token.span())
            }
            other => other,
        }
    }

    fn conversion(&mut self) -> P<ConversionFlag> {
        let sign = self.bump();
        let token = self.token();
        if token.kind == T::Name && token.start != sign.end {
            return self.fault_here("f-string: conversion type must come right after the exclamation mark");
        }
        if token.kind != T::Name {
            return match token.kind {
                T::Colon | T::RBrace => self.fault_here("f-string: missing conversion character"),
                T::Error => Err(self.stop()),
                _ => self.fault_here("f-string: invalid conversion character"),
            };
        }
        let flag = match self.text_of(token) {
            "s" => ConversionFlag::Str,
            "r" => ConversionFlag::Repr,
            "a" => ConversionFlag::Ascii,
            other => {
                // What is missing after it is said first.
                if self.kind_at(1) == T::Error {
                    return Err(Stop::At(self.at + 1));
                }
                let message =
                    format!("f-string: invalid conversion character '{other}': expected 's', 'r', or 'a'");
                return self.fault_here(message);
            }
        };
        self.bump();
        Ok(flag)
    }

    /// The format spec after the colon: text and nested fields.
    fn format_spec(&mut self, raw: bool) -> P<Expr> {
        let start = self.previous().start;
        let mut spec = Joined::new("f");
        spec.begin_fstring();
        loop {
            let token = self.token();
            match token.kind {
                T::FStringMiddle => {
                    self.bump();
                    let text = literal::decode_middle(self.text_of(token), raw, true, self.token().span())
                        .map_err(|f| Stop::Fault(Box::new(f)))?;
                    spec.add_text(text, token.span());
                }
                T::LBrace => self.replacement_field(&mut spec, raw)?,
                _ => break,
            }
        }
        Ok(spec.finish(self.range(start)))
    }

    /// What follows the expression of a field is none of what may.
    fn bad_field_end<N>(&self, debug: bool, conversion: bool, spec: bool) -> P<N> {
        if self.is(T::Error) {
            return Err(self.stop());
        }
        let message = match (debug, conversion, spec) {
            (_, _, true) => "f-string: expecting '}', or format specs",
            (_, true, _) => "f-string: expecting ':' or '}'",
            (true, _, _) => "f-string: expecting '!', or ':', or '}'",
            _ => "f-string: expecting '=', or '!', or ':', or '}'",
        };
        self.fault_here(message)
    }
}
