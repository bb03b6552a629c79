//! Parameters of functions and lambdas, and type parameters.

use super::super::error::Span;
use super::super::token::T;
use super::{P, Parser};
use crate::syntax::ast::{self, Arg, ArgWithDefault, Arguments, TypeParam};

/// Where parameters stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// In the parentheses of a `def`: annotations are fine.
    Def,
    /// Between `lambda` and its colon.
    Lambda,
}

impl Style {
    fn close(self) -> T {
        match self {
            Style::Def => T::RParen,
            Style::Lambda => T::Colon,
        }
    }
}

/// What has been seen so far.
#[derive(Default)]
struct Seen {
    slash: bool,
    /// `*` or `*args`.
    star: bool,
    default: bool,
}

impl Parser<'_> {
    /// The parameters up to the closing token, which is not taken.
    pub(super) fn parameters(&mut self, style: Style) -> P<Arguments> {
        let start = self.start();
        let mut found = Arguments {
            range: self.optional_range(start),
            posonlyargs: Vec::new(),
            args: Vec::new(),
            vararg: None,
            kwonlyargs: Vec::new(),
            kwarg: None,
        };
        let mut seen = Seen::default();
        while !self.is(style.close()) {
            self.parameter(style, &mut found, &mut seen)?;
            if self.is(style.close()) {
                break;
            }
            if !self.is(T::Comma) {
                return Err(self.stop());
            }
            self.bump();
        }
        found.range = self.optional_range(start);
        Ok(found)
    }

    fn parameter(&mut self, style: Style, found: &mut Arguments, seen: &mut Seen) -> P<()> {
        if found.kwarg.is_some() {
            return if matches!(self.kind(), T::Name | T::Star | T::StarStar | T::Slash) {
                self.fault_here("arguments cannot follow var-keyword argument")
            } else {
                Err(self.stop())
            };
        }
        match self.kind() {
            T::Slash => self.slash(found, seen),
            T::Star => self.star(style, found, seen),
            T::StarStar => {
                self.bump();
                let arg = self.one_parameter(style, false)?;
                if self.is(T::Assign) {
                    return self.fault_here("var-keyword argument cannot have default value");
                }
                found.kwarg = Some(Box::new(arg));
                Ok(())
            }
            T::Name => self.plain(style, found, seen),
            T::LParen if !seen.star && !seen.default => self.parenthesized_parameters(style),
            _ => Err(self.stop()),
        }
    }

    fn slash(&mut self, found: &mut Arguments, seen: &mut Seen) -> P<()> {
        if seen.slash {
            return self.fault_here("/ may appear only once");
        }
        if seen.star {
            return self.fault_here("/ must be ahead of *");
        }
        if found.args.is_empty() && self.kind_at(1) != T::Comma {
            return Err(self.stop());
        }
        if found.args.is_empty() {
            return self.fault_here("at least one argument must precede /");
        }
        self.bump();
        if self.is(T::Star) {
            return self.fault_here("expected comma between / and *");
        }
        seen.slash = true;
        found.posonlyargs = std::mem::take(&mut found.args);
        Ok(())
    }

    fn star(&mut self, style: Style, found: &mut Arguments, seen: &mut Seen) -> P<()> {
        if seen.star {
            return self.fault_here("* argument may appear only once");
        }
        let star = self.bump();
        seen.star = true;
        if self.is(T::Name) {
            let arg = self.one_parameter(style, true)?;
            if self.is(T::Assign) {
                return self.fault_here("var-positional argument cannot have default value");
            }
            found.vararg = Some(Box::new(arg));
            return Ok(());
        }
        // A bare star must be followed by a keyword-only parameter.
        let bare = self.is(style.close())
            || (self.is(T::Comma) && (self.kind_at(1) == style.close() || self.kind_at(1) == T::StarStar));
        if bare && style == Style::Lambda {
            self.eat(T::Comma);
            return self.fault_here("named arguments must follow bare *");
        }
        if bare {
            return self.fault("named arguments must follow bare *", star.span());
        }
        if self.is(T::Assign) {
            return self.fault_here("var-positional argument cannot have default value");
        }
        if self.is(T::Comma) { Ok(()) } else { Err(self.stop()) }
    }

    fn plain(&mut self, style: Style, found: &mut Arguments, seen: &mut Seen) -> P<()> {
        let start = self.start();
        let def = self.one_parameter(style, false)?;
        let mut default = None;
        if self.is(T::Assign) {
            let equals = self.bump();
            if self.is(T::Comma) || self.is(style.close()) {
                return self.fault("expected default value expression", equals.span());
            }
            default = Some(Box::new(self.expression()?));
        }
        if !seen.star {
            if default.is_none() && seen.default {
                let span = Span::new(start, self.previous().end);
                return self.fault("parameter without a default follows parameter with a default", span);
            }
            seen.default |= default.is_some();
        }
        let arg = ArgWithDefault { range: self.optional_range(start), def, default };
        if seen.star {
            found.kwonlyargs.push(arg)
        } else {
            found.args.push(arg)
        }
        Ok(())
    }

    /// A name with its annotation.
    fn one_parameter(&mut self, style: Style, is_vararg: bool) -> P<Arg> {
        let start = self.start();
        let arg = self.identifier()?;
        let mut annotation = None;
        if style == Style::Def && self.eat(T::Colon) {
            let e = if is_vararg { self.star_expression()? } else { self.expression()? };
            annotation = Some(Box::new(e));
        }
        Ok(Arg { range: self.range(start), arg, annotation, type_comment: None })
    }

    /// `def f((a, b)):` of Python 2.
    fn parenthesized_parameters(&mut self, style: Style) -> P<()> {
        let (at, open) = (self.at, self.bump());
        let mut names = 0;
        while self.is(T::Name) {
            names += 1;
            self.bump();
            if !self.eat(T::Comma) {
                break;
            }
        }
        if names > 0 && self.is(T::RParen) {
            let what = if style == Style::Def { "Function" } else { "Lambda expression" };
            let span = Span::new(open.start, self.token().end);
            return self.fault(format!("{what} parameters cannot be parenthesized"), span);
        }
        self.at = at;
        Err(self.stop())
    }

    /// `[T, *Ts, **P]`, if it is there.
    pub(super) fn type_parameters(&mut self) -> P<Vec<TypeParam>> {
        let mut params = Vec::new();
        if !self.is(T::LBracket) || self.kind_at(1) == T::RBracket {
            return Ok(params);
        }
        self.bump();
        while !self.is(T::RBracket) {
            params.push(self.type_parameter()?);
            if !self.eat(T::Comma) {
                break;
            }
        }
        self.expect(T::RBracket)?;
        Ok(params)
    }

    fn type_parameter(&mut self) -> P<TypeParam> {
        let start = self.start();
        let (star, star_star) = (self.eat(T::Star), self.eat(T::StarStar));
        let name = self.identifier()?;
        if self.is(T::Colon) && (star || star_star) {
            let colon = self.bump().start;
            let tuple = self.expression().is_ok_and(|e| e.is_tuple_expr());
            let what = if star { "TypeVarTuple" } else { "ParamSpec" };
            let kind = if tuple { "constraints" } else { "bound" };
            return self
                .fault(format!("cannot use {kind} with {what}"), Span::new(colon, self.previous().end));
        }
        if star {
            return Ok(TypeParam::TypeVarTuple(ast::TypeParamTypeVarTuple {
                range: self.range(start),
                name,
            }));
        }
        if star_star {
            return Ok(TypeParam::ParamSpec(ast::TypeParamParamSpec { range: self.range(start), name }));
        }
        let bound = if self.eat(T::Colon) { Some(Box::new(self.expression()?)) } else { None };
        Ok(TypeParam::TypeVar(ast::TypeParamTypeVar { range: self.range(start), name, bound }))
    }
}
