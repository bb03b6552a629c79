//! The `match` statement (PEP 634).
//!
//! A pattern is compiled to code that jumps to a label when it fails. Names are bound when the whole pattern
//! has matched: captures wait in temporaries until then.

use super::{Compiler, Done};
use crate::bytecode::{Const, Op, Reg, Target};
use crate::syntax::{Fault, Span, ast, span};
use ast::{Expr, Pattern};

/// A name that a pattern captures, and the temporary that holds its value.
struct Capture<'a> {
    name: &'a str,
    register: Reg,
    span: Span,
}

impl<'a> Compiler<'a> {
    pub(super) fn match_stmt(&mut self, m: &'a ast::StmtMatch) -> Done {
        let subject = self.in_temp(&m.subject)?;
        let end = self.label();
        for (i, case) in m.cases.iter().enumerate() {
            let mark = self.unit.mark();
            let next = self.label();
            let is_last = i + 1 == m.cases.len();
            if case.guard.is_none() && !is_last {
                reject_irrefutable(&case.pattern)?;
            }
            let mut captures = Vec::new();
            self.pattern(&case.pattern, subject, next, &mut captures)?;
            for c in &captures {
                self.store_name(c.name, c.register, c.span);
            }
            if let Some(guard) = &case.guard {
                self.jump_if(guard, false, next)?;
            }
            self.body(&case.body)?;
            self.emit(Op::Jump { to: end }, span(&case.pattern));
            self.place(next);
            self.unit.release(mark);
        }
        self.place(end);
        Ok(())
    }

    /// Matches the value in `s`; jumps to `fail` if it does not match. Temporaries with captures stay
    /// allocated.
    fn pattern(&mut self, p: &'a Pattern, s: Reg, fail: Target, captures: &mut Vec<Capture<'a>>) -> Done {
        let at = span(p);
        match p {
            Pattern::MatchValue(v) => {
                let mark = self.unit.mark();
                let b = self.operand(&v.value)?;
                self.emit(Op::JumpIfNotEq { a: s, b, to: fail }, at);
                self.unit.release(mark);
                Ok(())
            }
            Pattern::MatchSingleton(v) => {
                let mark = self.unit.mark();
                let b = self.load_const(super::fold::constant(&v.value), at)?;
                self.emit(Op::JumpIfIsNot { a: s, b, to: fail }, at);
                self.unit.release(mark);
                Ok(())
            }
            Pattern::MatchAs(a) => {
                if let Some(inner) = &a.pattern {
                    self.pattern(inner, s, fail, captures)?;
                }
                self.capture(a.name.as_ref(), s, at, captures)
            }
            Pattern::MatchStar(star) => self.capture(star.name.as_ref(), s, at, captures),
            Pattern::MatchOr(o) => self.or_pattern(o, s, fail, captures),
            Pattern::MatchSequence(q) => self.sequence_pattern(q, s, fail, captures),
            Pattern::MatchMapping(m) => self.mapping_pattern(m, s, fail, captures),
            Pattern::MatchClass(c) => self.class_pattern(c, s, fail, captures),
        }
    }

    fn capture(
        &mut self,
        name: Option<&'a ast::Identifier>,
        s: Reg,
        at: Span,
        captures: &mut Vec<Capture<'a>>,
    ) -> Done {
        let Some(name) = name else { return Ok(()) };
        if captures.iter().any(|c| c.name == name.as_str()) {
            return Err(Fault::syntax(format!("multiple assignments to name '{name}' in pattern"), at));
        }
        let register = self.unit.temp(at)?;
        self.emit(Op::Move { d: register, s }, at);
        captures.push(Capture { name, register, span: at });
        Ok(())
    }

    /// `a | b`: the alternatives bind the same names, so each moves its captures to common registers.
    fn or_pattern(
        &mut self,
        o: &'a ast::PatternMatchOr,
        s: Reg,
        fail: Target,
        captures: &mut Vec<Capture<'a>>,
    ) -> Done {
        let at = span(o);
        let matched = self.label();
        let mut common: Option<Vec<Capture<'a>>> = None;
        for (i, alternative) in o.patterns.iter().enumerate() {
            let last = i + 1 == o.patterns.len();
            if !last {
                reject_irrefutable(alternative)?;
            }
            let next = if last { fail } else { self.label() };
            // Registers common to all alternatives are allocated below those of each.
            let names = bound_names(alternative);
            if common.is_none() {
                let mut list = Vec::new();
                for name in &names {
                    list.push(Capture { name, register: self.unit.temp(at)?, span: at });
                }
                common = Some(list);
            }
            let mark = self.unit.mark();
            let mut own = Vec::new();
            self.pattern(alternative, s, next, &mut own)?;
            let shared = common.as_ref().expect("the first alternative made it");
            if own.len() != shared.len() {
                return Err(Fault::syntax("alternative patterns bind different names", at));
            }
            for c in shared {
                let Some(from) = own.iter().find(|o| o.name == c.name) else {
                    return Err(Fault::syntax("alternative patterns bind different names", at));
                };
                self.emit(Op::Move { d: c.register, s: from.register }, at);
            }
            self.unit.release(mark);
            if !last {
                self.emit(Op::Jump { to: matched }, at);
                self.place(next);
            }
        }
        self.place(matched);
        for c in common.into_iter().flatten() {
            if captures.iter().any(|o| o.name == c.name) {
                let message = format!("multiple assignments to name '{}' in pattern", c.name);
                return Err(Fault::syntax(message, at));
            }
            captures.push(c);
        }
        Ok(())
    }

    fn sequence_pattern(
        &mut self,
        q: &'a ast::PatternMatchSequence,
        s: Reg,
        fail: Target,
        captures: &mut Vec<Capture<'a>>,
    ) -> Done {
        let at = span(q);
        let stars = q.patterns.iter().filter(|p| p.is_match_star()).count();
        if stars > 1 {
            return Err(Fault::syntax("multiple starred names in sequence pattern", at));
        }
        let star = q.patterns.iter().position(Pattern::is_match_star);
        let count = q.patterns.len() - stars;
        let test = self.unit.temp(at)?;
        self.emit(Op::MatchSequence { d: test, s }, at);
        self.emit(Op::JumpIfFalse { a: test, to: fail }, at);
        if star.is_none() || count > 0 {
            self.emit(Op::GetLen { d: test, s }, at);
            let (a, imm, to) = (test, count as i32, fail);
            let op = if star.is_none() {
                Op::JumpIfNotEqInt { a, imm, to }
            } else {
                Op::JumpIfLtInt { a, imm, to }
            };
            self.emit(op, at);
        }
        if q.patterns.iter().all(is_wildcard) {
            return Ok(());
        }
        let base = self.unit.temps(q.patterns.len() as u32, at)?;
        if let Some(before) = star {
            let (Ok(b), Ok(a)) = (u8::try_from(before), u8::try_from(count - before)) else {
                return Err(Fault::syntax("too many expressions in star-unpacking sequence pattern", at));
            };
            self.emit(Op::UnpackEx { base, before: b, after: a, s }, at);
        } else {
            self.emit(Op::UnpackSequence { base, n: count as u16, s }, at);
        }
        for (i, p) in q.patterns.iter().enumerate() {
            self.pattern(p, base.plus(i as u16), fail, captures)?;
        }
        Ok(())
    }

    fn mapping_pattern(
        &mut self,
        m: &'a ast::PatternMatchMapping,
        s: Reg,
        fail: Target,
        captures: &mut Vec<Capture<'a>>,
    ) -> Done {
        let at = span(m);
        let test = self.unit.temp(at)?;
        self.emit(Op::MatchMapping { d: test, s }, at);
        self.emit(Op::JumpIfFalse { a: test, to: fail }, at);
        if !m.keys.is_empty() {
            self.emit(Op::GetLen { d: test, s }, at);
            self.emit(Op::JumpIfLtInt { a: test, imm: m.keys.len() as i32, to: fail }, at);
        }
        check_mapping_keys(&m.keys, at)?;
        let keys = self.unit.temp(at)?;
        let mark = self.unit.mark();
        let base = self.run(&m.keys, keys, at)?;
        self.emit(Op::BuildTuple { d: keys, base, n: m.keys.len() as u16 }, at);
        self.unit.release(mark);
        if !m.keys.is_empty() {
            let values = self.unit.temp(at)?;
            self.emit(Op::MatchKeys { d: values, s, keys }, at);
            self.emit(Op::JumpIfNone { a: values, to: fail }, at);
            self.parts(&m.patterns, values, fail, captures, at)?;
        }
        if m.rest.is_some() {
            let rest = self.unit.temp(at)?;
            self.emit(Op::CopyMapWithout { d: rest, s, keys }, at);
            self.capture(m.rest.as_ref(), rest, at, captures)?;
        }
        Ok(())
    }

    /// Matches the items of the tuple in `values` against as many patterns.
    fn parts(
        &mut self,
        patterns: &'a [Pattern],
        values: Reg,
        fail: Target,
        captures: &mut Vec<Capture<'a>>,
        at: Span,
    ) -> Done {
        let base = self.unit.temps(patterns.len() as u32, at)?;
        self.emit(Op::UnpackSequence { base, n: patterns.len() as u16, s: values }, at);
        for (i, p) in patterns.iter().enumerate() {
            self.pattern(p, base.plus(i as u16), fail, captures)?;
        }
        Ok(())
    }

    fn class_pattern(
        &mut self,
        c: &'a ast::PatternMatchClass,
        s: Reg,
        fail: Target,
        captures: &mut Vec<Capture<'a>>,
    ) -> Done {
        let at = span(c);
        for (i, name) in c.kwd_attrs.iter().enumerate() {
            if c.kwd_attrs[..i].contains(name) {
                let message = format!("attribute name repeated in class pattern: {name}");
                return Err(Fault::syntax(message, span(&c.kwd_patterns[i])));
            }
        }
        let values = self.unit.temp(at)?;
        let cls = self.in_temp(&c.cls)?;
        let names = c.kwd_attrs.iter().map(|n| Const::Str(n.to_string())).collect();
        self.load_const(Const::Tuple(names), at)?;
        self.emit(Op::MatchClass { d: values, s, cls, npos: c.patterns.len() as u16 }, at);
        self.emit(Op::JumpIfNone { a: values, to: fail }, at);
        let count = c.patterns.len() + c.kwd_patterns.len();
        if count == 0 {
            return Ok(());
        }
        let base = self.unit.temps(count as u32, at)?;
        self.emit(Op::UnpackSequence { base, n: count as u16, s: values }, at);
        for (i, p) in c.patterns.iter().chain(&c.kwd_patterns).enumerate() {
            self.pattern(p, base.plus(i as u16), fail, captures)?;
        }
        Ok(())
    }
}

fn is_wildcard(p: &Pattern) -> bool {
    match p {
        Pattern::MatchAs(a) => a.pattern.is_none() && a.name.is_none(),
        Pattern::MatchStar(s) => s.name.is_none(),
        _ => false,
    }
}

/// A pattern that always matches makes what follows unreachable.
fn reject_irrefutable(p: &Pattern) -> Done {
    match p {
        Pattern::MatchAs(a) => match (&a.pattern, &a.name) {
            (None, None) => Err(Fault::syntax("wildcard makes remaining patterns unreachable", span(p))),
            (None, Some(name)) => {
                let message = format!("name capture '{name}' makes remaining patterns unreachable");
                Err(Fault::syntax(message, span(p)))
            }
            (Some(inner), _) => reject_irrefutable(inner),
        },
        Pattern::MatchOr(o) => o.patterns.last().map_or(Ok(()), reject_irrefutable),
        _ => Ok(()),
    }
}

/// Keys of a mapping pattern are literals, which must differ, or attributes.
fn check_mapping_keys(keys: &[Expr], at: Span) -> Done {
    let mut seen: Vec<Const> = Vec::new();
    for key in keys {
        if key.is_joined_str_expr() {
            let message = "mapping pattern keys may only match literals and attribute lookups";
            return Err(Fault::syntax(message, at));
        }
        if let Some(c) = super::fold::constant_value(key) {
            if seen.iter().any(|s| super::fold::equal(s, &c)) {
                let shown = super::fold::repr(&c);
                return Err(Fault::syntax(format!("mapping pattern checks duplicate key ({shown})"), at));
            }
            seen.push(c);
        }
    }
    Ok(())
}

/// The names that a pattern binds.
fn bound_names(p: &Pattern) -> Vec<&str> {
    fn walk<'p>(p: &'p Pattern, names: &mut Vec<&'p str>) {
        match p {
            Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => {}
            Pattern::MatchSequence(s) => s.patterns.iter().for_each(|p| walk(p, names)),
            Pattern::MatchMapping(m) => {
                m.patterns.iter().for_each(|p| walk(p, names));
                names.extend(m.rest.as_deref());
            }
            Pattern::MatchClass(c) => {
                c.patterns.iter().chain(&c.kwd_patterns).for_each(|p| walk(p, names));
            }
            Pattern::MatchStar(s) => names.extend(s.name.as_deref()),
            Pattern::MatchAs(a) => {
                if let Some(inner) = &a.pattern {
                    walk(inner, names);
                }
                names.extend(a.name.as_deref());
            }
            // The alternatives bind the same names.
            Pattern::MatchOr(o) => o.patterns.first().into_iter().for_each(|p| walk(p, names)),
        }
    }
    let mut names = Vec::new();
    walk(p, &mut names);
    names
}
