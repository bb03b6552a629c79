//! Atoms, what follows them (attributes, calls, subscripts), displays and comprehensions.

use super::super::token::T;
use super::super::{error::Span, literal, number};
use super::target::TargetKind;
use super::{P, Parser, Stop, span_of};
use crate::syntax::ast::{self, Constant, Expr, ExprContext};
use rustpython_parser::text_size::TextRange;

impl Parser<'_> {
    /// An atom with its attributes, calls and subscripts.
    pub(super) fn primary(&mut self) -> P<Expr> {
        let start = self.start();
        let mut e = self.atom()?;
        let mut length = 0;
        loop {
            match self.kind() {
                T::Dot => {
                    self.bump();
                    let attr = self.identifier()?;
                    e = Expr::Attribute(ast::ExprAttribute {
                        range: self.range(start),
                        value: Box::new(e),
                        attr,
                        ctx: ExprContext::Load,
                    });
                }
                T::LParen => {
                    let open = self.at;
                    let arguments = self.arguments();
                    let super::call::Arguments { args, keywords } = self.or_comma(arguments, &e, open)?;
                    let (range, func) = (self.range(start), Box::new(e));
                    e = Expr::Call(ast::ExprCall { range, func, args, keywords });
                }
                T::LBracket => {
                    let open = self.at;
                    let slice = self.subscript();
                    let slice = Box::new(self.or_comma(slice, &e, open)?);
                    e = Expr::Subscript(ast::ExprSubscript {
                        range: self.range(start),
                        value: Box::new(e),
                        slice,
                        ctx: ExprContext::Load,
                    });
                }
                _ => return Ok(e),
            }
            length += 1;
            self.check_chain(length)?;
        }
    }

    /// The result of reading what follows `e` from token `open` on; if that failed, perhaps a comma is
    /// missing before it.
    fn or_comma<N>(&mut self, result: P<N>, e: &Expr, open: usize) -> P<N> {
        if let Err(Stop::At(failed)) = &result
            && self.tokens.list[*failed].kind != T::Error
        {
            let at = self.at;
            self.at = open;
            self.check_missing_comma(e)?;
            self.at = at;
        }
        result
    }

    fn subscript(&mut self) -> P<Expr> {
        self.expect(T::LBracket)?;
        let slice = self.slices()?;
        self.expect(T::RBracket)?;
        Ok(slice)
    }

    /// What stands between the brackets of a subscript.
    fn slices(&mut self) -> P<Expr> {
        let start = self.start();
        let first = self.slice()?;
        if !self.is(T::Comma) && !first.is_starred_expr() {
            return Ok(first);
        }
        let mut elts = vec![first];
        while self.eat(T::Comma) {
            if self.is(T::RBracket) {
                break;
            }
            elts.push(self.slice()?);
        }
        Ok(Expr::Tuple(ast::ExprTuple { range: self.range(start), elts, ctx: ExprContext::Load }))
    }

    fn slice(&mut self) -> P<Expr> {
        let start = self.start();
        if self.is(T::Star) {
            return self.starred();
        }
        let lower = if self.is(T::Colon) { None } else { Some(Box::new(self.named_expression()?)) };
        if !self.eat(T::Colon) {
            return lower.map_or_else(|| Err(self.stop()), |e| Ok(*e));
        }
        let upper = self.slice_bound()?;
        let step = if self.eat(T::Colon) { self.slice_bound()? } else { None };
        Ok(Expr::Slice(ast::ExprSlice { range: self.range(start), lower, upper, step }))
    }

    fn slice_bound(&mut self) -> P<Option<Box<Expr>>> {
        if matches!(self.kind(), T::Colon | T::Comma | T::RBracket) {
            return Ok(None);
        }
        Ok(Some(Box::new(self.expression()?)))
    }

    fn atom(&mut self) -> P<Expr> {
        let token = self.token();
        let constant = |p: &mut Self, value| {
            p.bump();
            Ok(Expr::Constant(ast::ExprConstant { range: p.range(token.start), value, kind: None }))
        };
        match token.kind {
            T::Name => {
                let id = self.identifier()?;
                Ok(Expr::Name(ast::ExprName { range: self.range(token.start), id, ctx: ExprContext::Load }))
            }
            T::Number => {
                let value = number::value(self.text_of(token), token.span());
                constant(self, value.map_err(|f| Stop::Fault(Box::new(f)))?)
            }
            T::String | T::FStringStart => self.strings(),
            T::True => constant(self, Constant::Bool(true)),
            T::False => constant(self, Constant::Bool(false)),
            T::None => constant(self, Constant::None),
            T::Ellipsis => constant(self, Constant::Ellipsis),
            T::LParen => self.parenthesized(),
            T::LBracket => self.list(),
            T::LBrace => self.braces(),
            _ => Err(self.stop()),
        }
    }

    /// Adjacent string literals: one constant, or one f-string.
    pub(super) fn strings(&mut self) -> P<Expr> {
        let first = self.token();
        let mut joined = literal::Joined::new(self.text_of(first));
        loop {
            let token = self.token();
            match token.kind {
                T::String => {
                    self.bump();
                    joined
                        .add_literal(self.text_of(token), token.span())
                        .map_err(|f| Stop::Fault(Box::new(f)))?;
                }
                T::FStringStart => self.fstring(&mut joined)?,
                _ => break,
            }
        }
        if joined.mixes_bytes() {
            return self.fault_here("cannot mix bytes and nonbytes literals");
        }
        Ok(joined.finish(self.range(first.start)))
    }

    /// `(`: a group, a tuple, a generator expression, a yield.
    fn parenthesized(&mut self) -> P<Expr> {
        let start = self.expect(T::LParen)?.start;
        if self.eat(T::RParen) {
            let range = self.range(start);
            return Ok(Expr::Tuple(ast::ExprTuple { range, elts: Vec::new(), ctx: ExprContext::Load }));
        }
        if self.is(T::Yield) {
            let e = self.yield_expression()?;
            self.expect(T::RParen)?;
            return Ok(e);
        }
        if self.is(T::StarStar) {
            let star = self.token().span();
            self.bump();
            if self.expression().is_ok() && self.is(T::RParen) {
                return self.fault("cannot use double starred expression here", star);
            }
            return self.fault("invalid syntax", star);
        }
        let first = self.star_named_expression()?;
        if self.begins_comprehension() {
            let generators = self.comprehension(&first)?;
            self.expect(T::RParen)?;
            let range = self.range(start);
            return Ok(Expr::GeneratorExp(ast::ExprGeneratorExp { range, elt: Box::new(first), generators }));
        }
        if self.is(T::Comma) {
            let elts = self.rest_of_display(first, T::RParen)?;
            self.expect(T::RParen)?;
            return Ok(Expr::Tuple(ast::ExprTuple {
                range: self.range(start),
                elts,
                ctx: ExprContext::Load,
            }));
        }
        if first.is_starred_expr() && self.is(T::RParen) {
            return self.fault("cannot use starred expression here", span_of(&first));
        }
        self.expect(T::RParen)?;
        Ok(first)
    }

    /// The elements after the first one, up to the closing bracket.
    fn rest_of_display(&mut self, first: Expr, close: T) -> P<Vec<Expr>> {
        let mut elts = vec![first];
        while self.eat(T::Comma) {
            if self.is(close) {
                break;
            }
            elts.push(self.star_named_expression()?);
            if self.begins_comprehension() {
                return self.unparenthesized_target(&elts);
            }
        }
        Ok(elts)
    }

    /// `[a, b for …]`: the pair needs parentheses.
    fn unparenthesized_target<N>(&mut self, elts: &[Expr]) -> P<N> {
        let span = Span::new(span_of(&elts[0]).start, span_of(&elts[elts.len() - 1]).end);
        let at = self.at;
        let clauses = self.for_if_clauses();
        self.at = at;
        match clauses {
            Err(fault @ Stop::Fault(_)) => Err(fault),
            Err(Stop::At(_)) => Err(self.stop()),
            Ok(_) if self.tokens.list[at - 1].depth == 0 => Err(self.stop()),
            Ok(_) => self.fault("did you forget parentheses around the comprehension target?", span),
        }
    }

    fn list(&mut self) -> P<Expr> {
        let start = self.expect(T::LBracket)?.start;
        let ctx = ExprContext::Load;
        if self.eat(T::RBracket) {
            return Ok(Expr::List(ast::ExprList { range: self.range(start), elts: Vec::new(), ctx }));
        }
        let first = self.star_named_expression()?;
        if self.begins_comprehension() {
            let generators = self.comprehension(&first)?;
            self.expect(T::RBracket)?;
            let range = self.range(start);
            return Ok(Expr::ListComp(ast::ExprListComp { range, elt: Box::new(first), generators }));
        }
        let elts = self.rest_of_display(first, T::RBracket)?;
        self.expect(T::RBracket)?;
        Ok(Expr::List(ast::ExprList { range: self.range(start), elts, ctx }))
    }

    /// `{`: a dict, a set, or a comprehension of one.
    fn braces(&mut self) -> P<Expr> {
        let start = self.expect(T::LBrace)?.start;
        if self.is(T::RBrace) || self.is(T::StarStar) {
            return self.dict(start);
        }
        if self.is(T::Star) {
            let first = self.starred()?;
            if self.is(T::Colon) {
                return Err(self.stop());
            }
            return self.set(first, start);
        }
        let bare_walrus = self.is(T::Name) && self.kind_at(1) == T::ColonAssign;
        let first = self.named_expression()?;
        if self.is(T::Colon) && !bare_walrus {
            self.bump();
            let value = self.dict_value()?;
            if self.begins_comprehension() {
                let generators = self.for_if_clauses()?;
                self.expect(T::RBrace)?;
                return Ok(Expr::DictComp(ast::ExprDictComp {
                    range: self.range(start),
                    key: Box::new(first),
                    value: Box::new(value),
                    generators,
                }));
            }
            return self.rest_of_dict(start, vec![Some(first)], vec![value]);
        }
        self.set(first, start)
    }

    fn set(&mut self, first: Expr, start: u32) -> P<Expr> {
        if self.begins_comprehension() {
            let generators = self.comprehension(&first)?;
            self.expect(T::RBrace)?;
            let range = self.range(start);
            return Ok(Expr::SetComp(ast::ExprSetComp { range, elt: Box::new(first), generators }));
        }
        let elts = self.rest_of_display(first, T::RBrace)?;
        if self.is(T::Colon) && elts.len() > 1 {
            return Err(self.stop());
        }
        self.expect(T::RBrace)?;
        Ok(Expr::Set(ast::ExprSet { range: self.range(start), elts }))
    }

    fn dict(&mut self, start: u32) -> P<Expr> {
        if self.eat(T::RBrace) {
            return Ok(self.finish_dict(start, Vec::new(), Vec::new()));
        }
        let star = self.expect(T::StarStar)?;
        let value = self.bitwise_or()?;
        if self.begins_comprehension() {
            let span = star.span();
            return self.fault("dict unpacking cannot be used in dict comprehension", span);
        }
        self.rest_of_dict(start, vec![None], vec![value])
    }

    fn finish_dict(&self, start: u32, keys: Vec<Option<Expr>>, values: Vec<Expr>) -> Expr {
        Expr::Dict(ast::ExprDict { range: self.range(start), keys, values })
    }

    fn rest_of_dict(&mut self, start: u32, mut keys: Vec<Option<Expr>>, mut values: Vec<Expr>) -> P<Expr> {
        while self.eat(T::Comma) {
            if self.is(T::RBrace) {
                break;
            }
            if self.eat(T::StarStar) {
                keys.push(None);
                values.push(self.bitwise_or()?);
                continue;
            }
            let key = self.expression()?;
            if !self.eat(T::Colon) {
                if matches!(self.kind(), T::RBrace | T::Comma) {
                    let at = Span::at(self.previous().end.saturating_sub(1));
                    return self.fault("':' expected after dictionary key", at);
                }
                return Err(self.stop());
            }
            keys.push(Some(key));
            values.push(self.dict_value()?);
        }
        self.expect(T::RBrace)?;
        Ok(self.finish_dict(start, keys, values))
    }

    /// The value after the `:` of a dict's item.
    fn dict_value(&mut self) -> P<Expr> {
        match self.kind() {
            T::RBrace | T::Comma => {
                let colon = self.previous().span();
                self.fault("expression expected after dictionary key and ':'", colon)
            }
            T::Star => {
                let at = self.at;
                let star = self.token().span();
                self.bump();
                if self.bitwise_or().is_ok() {
                    let span = Span::new(star.start, self.previous().end);
                    return self.fault("cannot use a starred expression in a dictionary value", span);
                }
                self.at = at;
                Err(self.stop())
            }
            _ => self.expression(),
        }
    }

    pub(super) fn begins_comprehension(&self) -> bool {
        self.is(T::For) || (self.is(T::Async) && self.kind_at(1) == T::For)
    }

    /// The clauses of a comprehension whose element is `element`.
    pub(super) fn comprehension(&mut self, element: &Expr) -> P<Vec<ast::Comprehension>> {
        if element.is_starred_expr() {
            let message = "iterable unpacking cannot be used in comprehension";
            return self.fault(message, span_of(element));
        }
        self.for_if_clauses()
    }

    fn for_if_clauses(&mut self) -> P<Vec<ast::Comprehension>> {
        let mut clauses = Vec::new();
        while self.begins_comprehension() {
            let start = self.start();
            let is_async = self.eat(T::Async);
            self.expect(T::For)?;
            let target = self.loop_target()?;
            self.expect(T::In)?;
            let iter = self.disjunction()?;
            let mut ifs = Vec::new();
            while self.eat(T::If) {
                ifs.push(self.condition()?);
            }
            clauses.push(ast::Comprehension {
                range: self.optional_range(start),
                target,
                iter,
                ifs,
                is_async,
            });
        }
        Ok(clauses)
    }

    /// The condition of a comprehension.
    fn condition(&mut self) -> P<Expr> {
        let e = self.disjunction()?;
        if self.is(T::Assign) { self.misplaced_assignment(e) } else { Ok(e) }
    }

    pub(super) fn optional_range(&self, start: u32) -> ast::OptionalRange<TextRange> {
        self.range(start)
    }

    /// The target of a `for`, up to its `in`.
    pub(super) fn loop_target(&mut self) -> P<Expr> {
        let (start, at) = (self.start(), self.at);
        let e = self.loop_targets(start)?;
        if !self.is(T::In) {
            // Perhaps a whole expression stands where the target should be.
            let stop = self.stop();
            self.at = at;
            let whole = self.attempt(Self::star_expressions)?;
            if let Some(whole) = whole {
                self.target(whole, TargetKind::For)?;
            }
            return Err(stop);
        }
        self.target(e, TargetKind::Store)
    }

    fn loop_targets(&mut self, start: u32) -> P<Expr> {
        let item = |p: &mut Self| if p.is(T::Star) { p.starred() } else { p.bitwise_or() };
        let first = item(self)?;
        if !self.is(T::Comma) {
            return Ok(first);
        }
        let mut elts = vec![first];
        while self.eat(T::Comma) {
            if self.is(T::In) {
                break;
            }
            elts.push(item(self)?);
        }
        Ok(Expr::Tuple(ast::ExprTuple { range: self.range(start), elts, ctx: ExprContext::Load }))
    }
}
