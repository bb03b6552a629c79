//! The `match` statement and its patterns.

use super::super::error::Span;
use super::super::token::T;
use super::{P, Parser, Stop, span_of};
use crate::syntax::ast::{self, Constant, Expr, ExprContext, MatchCase, Operator, Pattern, Stmt, UnaryOp};

impl Parser<'_> {
    /// A `match` statement, unless `match` is a name here.
    pub(super) fn match_stmt(&mut self) -> P<Option<Stmt>> {
        let (at, depth) = (self.at, self.depth);
        let start = self.bump().start;
        let subject = self.subject();
        if subject.is_err() || !self.is(T::Colon) || self.kind_at(1) != T::Newline {
            let lacks_colon = subject.is_ok() && self.is(T::Newline);
            let newline = self.token();
            (self.at, self.depth) = (at, depth);
            if lacks_colon && !self.is_plain_statement() {
                return self.fault("expected ':'", newline.span());
            }
            return Ok(None);
        }
        let subject = Box::new(subject?);
        self.bump();
        self.bump();
        if !self.is(T::Indent) {
            let line = self.lines.line_and_byte(start).0;
            let message = format!("expected an indented block after 'match' statement on line {line}");
            let fault =
                super::Fault::of(super::ErrorKind::Indentation, message, self.missing_block(self.token()));
            return Err(Stop::Fault(Box::new(fault)));
        }
        self.bump();
        let mut cases = Vec::new();
        while !self.is(T::Dedent) || cases.is_empty() {
            cases.push(self.case()?);
        }
        self.bump();
        Ok(Some(Stmt::Match(ast::StmtMatch { range: self.compound_range(start), subject, cases })))
    }

    /// Whether the line is a statement in which `match` is a name.
    fn is_plain_statement(&mut self) -> bool {
        let (at, depth) = (self.at, self.depth);
        let fits = self.star_expressions().is_ok() && !self.begins_expression();
        (self.at, self.depth) = (at, depth);
        fits
    }

    fn subject(&mut self) -> P<Expr> {
        let start = self.start();
        let first = self.star_named_expression()?;
        if !self.is(T::Comma) {
            return if first.is_starred_expr() { Err(self.stop()) } else { Ok(first) };
        }
        let mut elts = vec![first];
        while self.eat(T::Comma) {
            if self.is(T::Colon) {
                break;
            }
            elts.push(self.star_named_expression()?);
        }
        Ok(Expr::Tuple(ast::ExprTuple { range: self.range(start), elts, ctx: ExprContext::Load }))
    }

    fn case(&mut self) -> P<MatchCase> {
        if !self.is_word("case") {
            return Err(self.stop());
        }
        let start = self.bump().start;
        let pattern = self.patterns()?;
        let guard = if self.eat(T::If) { Some(Box::new(self.named_expression()?)) } else { None };
        self.header_colon()?;
        let body = self.block("'case' statement", start)?;
        Ok(MatchCase { range: self.optional_range(start), pattern, guard, body })
    }

    /// A pattern, or a sequence without brackets.
    fn patterns(&mut self) -> P<Pattern> {
        let start = self.start();
        let first = self.maybe_star_pattern()?;
        if !self.is(T::Comma) {
            if first.is_match_star() {
                return Ok(Pattern::MatchSequence(ast::PatternMatchSequence {
                    range: self.range(start),
                    patterns: vec![first],
                }));
            }
            return Ok(first);
        }
        let mut patterns = vec![first];
        while self.eat(T::Comma) {
            if matches!(self.kind(), T::Colon | T::If) {
                break;
            }
            patterns.push(self.maybe_star_pattern()?);
        }
        Ok(Pattern::MatchSequence(ast::PatternMatchSequence { range: self.range(start), patterns }))
    }

    fn maybe_star_pattern(&mut self) -> P<Pattern> {
        let start = self.start();
        if !self.eat(T::Star) {
            return self.pattern();
        }
        let name = self.identifier()?;
        let name = (name.as_str() != "_").then_some(name);
        Ok(Pattern::MatchStar(ast::PatternMatchStar { range: self.range(start), name }))
    }

    /// `pattern as name`.
    fn pattern(&mut self) -> P<Pattern> {
        self.deeper(|p| {
            let start = p.start();
            let inner = p.or_pattern()?;
            if !p.eat(T::As) {
                return Ok(inner);
            }
            if p.is_word("_") && !matches!(p.kind_at(1), T::Dot | T::LParen) {
                return p.fault_here("cannot use '_' as a target");
            }
            if !p.is(T::Name) || matches!(p.kind_at(1), T::Dot | T::LParen) {
                if let Some(e) = p.attempt(Self::expression)? {
                    return p.fault("invalid pattern target", span_of(&e));
                }
                return Err(p.stop());
            }
            let name = Some(p.identifier()?);
            let pattern = Some(Box::new(inner));
            Ok(Pattern::MatchAs(ast::PatternMatchAs { range: p.range(start), pattern, name }))
        })
    }

    fn or_pattern(&mut self) -> P<Pattern> {
        let start = self.start();
        let first = self.closed_pattern()?;
        if !self.is(T::Bar) {
            return Ok(first);
        }
        let mut patterns = vec![first];
        while self.eat(T::Bar) {
            patterns.push(self.closed_pattern()?);
        }
        Ok(Pattern::MatchOr(ast::PatternMatchOr { range: self.range(start), patterns }))
    }

    fn closed_pattern(&mut self) -> P<Pattern> {
        let token = self.token();
        match token.kind {
            T::Number | T::Minus => {
                let value = Box::new(self.signed_number()?);
                Ok(Pattern::MatchValue(ast::PatternMatchValue { range: self.range(token.start), value }))
            }
            T::String | T::FStringStart => {
                let value = Box::new(self.strings()?);
                if value.is_joined_str_expr() {
                    return self
                        .fault("patterns may only match literals and attribute lookups", span_of(&*value));
                }
                Ok(Pattern::MatchValue(ast::PatternMatchValue { range: self.range(token.start), value }))
            }
            T::None | T::True | T::False => {
                self.bump();
                let value = match token.kind {
                    T::None => Constant::None,
                    kind => Constant::Bool(kind == T::True),
                };
                let range = self.range(token.start);
                Ok(Pattern::MatchSingleton(ast::PatternMatchSingleton { range, value }))
            }
            T::Name => self.name_pattern(),
            T::LParen | T::LBracket => self.sequence_pattern(),
            T::LBrace => self.mapping_pattern(),
            _ => Err(self.stop()),
        }
    }

    /// `1`, `-1`, `1 + 2j`.
    fn signed_number(&mut self) -> P<Expr> {
        let start = self.start();
        let real = self.maybe_negative()?;
        let op = match self.kind() {
            T::Plus => Operator::Add,
            T::Minus => Operator::Sub,
            _ => return Ok(real),
        };
        if is_imaginary(&real) {
            return self.fault("real number required in complex literal", span_of(&real));
        }
        self.bump();
        let imaginary = self.number()?;
        if !is_imaginary(&imaginary) {
            return self.fault("imaginary number required in complex literal", span_of(&imaginary));
        }
        let (left, right) = (Box::new(real), Box::new(imaginary));
        Ok(Expr::BinOp(ast::ExprBinOp { range: self.range(start), left, op, right }))
    }

    fn maybe_negative(&mut self) -> P<Expr> {
        let start = self.start();
        if !self.eat(T::Minus) {
            return self.number();
        }
        let operand = Box::new(self.number()?);
        Ok(Expr::UnaryOp(ast::ExprUnaryOp { range: self.range(start), op: UnaryOp::USub, operand }))
    }

    fn number(&mut self) -> P<Expr> {
        if self.is(T::Number) { self.primary() } else { Err(self.stop()) }
    }

    /// A capture, the wildcard, a dotted name, or a class with arguments.
    fn name_pattern(&mut self) -> P<Pattern> {
        let start = self.start();
        let id = self.identifier()?;
        if !matches!(self.kind(), T::Dot | T::LParen) {
            let name = (id.as_str() != "_").then_some(id);
            return Ok(Pattern::MatchAs(ast::PatternMatchAs {
                range: self.range(start),
                pattern: None,
                name,
            }));
        }
        let ctx = ExprContext::Load;
        let mut e = Expr::Name(ast::ExprName { range: self.range(start), id, ctx });
        let mut length = 0;
        while self.eat(T::Dot) {
            length += 1;
            self.check_chain(length)?;
            let attr = self.identifier()?;
            e = Expr::Attribute(ast::ExprAttribute {
                range: self.range(start),
                value: Box::new(e),
                attr,
                ctx,
            });
        }
        if self.is(T::LParen) {
            return self.class_pattern(e, start);
        }
        Ok(Pattern::MatchValue(ast::PatternMatchValue { range: self.range(start), value: Box::new(e) }))
    }

    fn class_pattern(&mut self, cls: Expr, start: u32) -> P<Pattern> {
        self.expect(T::LParen)?;
        let (mut patterns, mut kwd_attrs, mut kwd_patterns) = (Vec::new(), Vec::new(), Vec::new());
        let mut misplaced: Option<Span> = None;
        while !self.is(T::RParen) {
            if let Some(name) = self.keyword_name()? {
                kwd_attrs.push(name);
                kwd_patterns.push(self.pattern()?);
            } else {
                let p = self.pattern()?;
                if !kwd_attrs.is_empty() {
                    let first = misplaced.map_or(span_of(&p).start, |s| s.start);
                    misplaced = Some(Span::new(first, span_of(&p).end));
                }
                patterns.push(p);
            }
            if !self.eat(T::Comma) {
                break;
            }
        }
        self.expect(T::RParen)?;
        if let Some(span) = misplaced {
            return self.fault("positional patterns follow keyword patterns", span);
        }
        Ok(Pattern::MatchClass(ast::PatternMatchClass {
            range: self.range(start),
            cls: Box::new(cls),
            patterns,
            kwd_attrs,
            kwd_patterns,
        }))
    }

    /// `(…)` and `[…]`: a group or a sequence.
    fn sequence_pattern(&mut self) -> P<Pattern> {
        let open = self.bump();
        let close = if open.kind == T::LParen { T::RParen } else { T::RBracket };
        let mut patterns = Vec::new();
        let mut comma = false;
        while !self.is(close) {
            patterns.push(self.maybe_star_pattern()?);
            comma = self.eat(T::Comma);
            if !comma {
                break;
            }
        }
        self.expect(close)?;
        let is_group = close == T::RParen && !comma && patterns.len() == 1 && !patterns[0].is_match_star();
        match patterns.pop() {
            Some(only) if is_group => Ok(only),
            last => {
                patterns.extend(last);
                let range = self.range(open.start);
                Ok(Pattern::MatchSequence(ast::PatternMatchSequence { range, patterns }))
            }
        }
    }

    fn mapping_pattern(&mut self) -> P<Pattern> {
        let start = self.bump().start;
        let (mut keys, mut patterns, mut rest) = (Vec::new(), Vec::new(), None);
        while !self.is(T::RBrace) {
            if rest.is_some() {
                return Err(self.stop());
            }
            if self.eat(T::StarStar) {
                if self.is_word("_") {
                    return Err(self.stop());
                }
                rest = Some(self.identifier()?);
            } else {
                keys.push(self.mapping_key()?);
                self.expect(T::Colon)?;
                patterns.push(self.pattern()?);
            }
            if !self.eat(T::Comma) {
                break;
            }
        }
        self.expect(T::RBrace)?;
        Ok(Pattern::MatchMapping(ast::PatternMatchMapping { range: self.range(start), keys, patterns, rest }))
    }

    /// A literal or a dotted name.
    fn mapping_key(&mut self) -> P<Expr> {
        let token = self.token();
        match token.kind {
            T::Number | T::Minus => self.signed_number(),
            T::String | T::FStringStart => self.strings(),
            T::None | T::True | T::False => self.primary(),
            T::Name if self.kind_at(1) == T::Dot => match self.name_pattern()? {
                Pattern::MatchValue(v) => Ok(*v.value),
                _ => Err(self.stop()),
            },
            _ => Err(self.stop()),
        }
    }
}

fn is_imaginary(e: &Expr) -> bool {
    match e {
        Expr::Constant(c) => c.value.is_complex(),
        Expr::UnaryOp(u) => is_imaginary(&u.operand),
        _ => false,
    }
}
