//! Statements and patterns: bindings and declarations.

use super::super::symbols::{Lazy, ScopeKind};
use super::{Collector, Done};
use crate::syntax::{Fault, Span, ast, span};
use ast::{Expr, Pattern, Stmt};

impl Collector {
    pub(super) fn stmt(&mut self, s: &Stmt) -> Done {
        self.deeper(span(s))?;
        self.stmt_inner(s)?;
        self.depth -= 1;
        Ok(())
    }

    pub(super) fn stmt_inner(&mut self, s: &Stmt) -> Done {
        match s {
            Stmt::FunctionDef(f) => {
                self.exprs(&f.decorator_list)?;
                self.assign_name(&f.name);
                let parts = (&*f.args, f.returns.as_deref(), &f.body[..]);
                self.function(f, &f.type_params, parts, false)
            }
            Stmt::AsyncFunctionDef(f) => {
                self.exprs(&f.decorator_list)?;
                self.assign_name(&f.name);
                let parts = (&*f.args, f.returns.as_deref(), &f.body[..]);
                self.function(f, &f.type_params, parts, true)
            }
            Stmt::ClassDef(c) => self.class(c),
            Stmt::Return(r) => {
                if !self.scope().kind.is_function_like() {
                    return Err(Fault::syntax("'return' outside function", span(r)));
                }
                self.optional(r.value.as_deref())
            }
            Stmt::Delete(d) => self.exprs(&d.targets),
            Stmt::Assign(a) => {
                self.expr(&a.value)?;
                self.exprs(&a.targets)
            }
            Stmt::TypeAlias(t) => {
                self.expr(&t.name)?;
                self.generic(&t.type_params, None, |c| {
                    c.nested(&*t.value, ScopeKind::Lambda, None, |c| {
                        c.enter_lazy(Lazy::Alias);
                        c.expr(&t.value)
                    })
                })
            }
            Stmt::AugAssign(a) => {
                self.expr(&a.target)?;
                if let Expr::Name(n) = &*a.target {
                    self.use_name(&n.id);
                }
                self.expr(&a.value)
            }
            Stmt::AnnAssign(a) => self.annotated(a),
            Stmt::For(f) => self.for_loop(&f.target, &f.iter, &f.body, &f.orelse),
            Stmt::AsyncFor(f) => self.for_loop(&f.target, &f.iter, &f.body, &f.orelse),
            Stmt::While(w) => {
                self.expr(&w.test)?;
                self.body(&w.body)?;
                self.body(&w.orelse)
            }
            Stmt::If(_) => self.if_chain(s),
            Stmt::With(w) => self.with(&w.items, &w.body),
            Stmt::AsyncWith(w) => self.with(&w.items, &w.body),
            Stmt::Match(m) => self.match_stmt(m),
            Stmt::Raise(r) => {
                self.optional(r.exc.as_deref())?;
                self.optional(r.cause.as_deref())
            }
            Stmt::Try(t) => self.try_stmt(&t.body, &t.handlers, &t.orelse, &t.finalbody),
            Stmt::TryStar(t) => self.try_stmt(&t.body, &t.handlers, &t.orelse, &t.finalbody),
            Stmt::Assert(a) => {
                self.expr(&a.test)?;
                self.optional(a.msg.as_deref())
            }
            Stmt::Import(i) => {
                for alias in &i.names {
                    let bound = alias.asname.as_deref().unwrap_or(&alias.name);
                    self.assign_name(bound.split('.').next().unwrap_or(bound));
                }
                Ok(())
            }
            Stmt::ImportFrom(i) => self.import_from(i),
            Stmt::Global(g) => self.declare(&g.names, span(g), true),
            Stmt::Nonlocal(n) => self.declare(&n.names, span(n), false),
            Stmt::Expr(e) => self.expr(&e.value),
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) => Ok(()),
        }
    }

    /// An `if` with its chain of `elif`s, without a stack frame for each.
    pub(super) fn if_chain(&mut self, first: &Stmt) -> Done {
        let mut next = Some(first);
        while let Some(Stmt::If(i)) = next {
            self.expr(&i.test)?;
            self.body(&i.body)?;
            next = None;
            match &i.orelse[..] {
                [chained @ Stmt::If(_)] => next = Some(chained),
                other => self.body(other)?,
            }
        }
        Ok(())
    }

    pub(super) fn annotated(&mut self, a: &ast::StmtAnnAssign) -> Done {
        if let Expr::Name(n) = &*a.target {
            let simple = a.simple;
            let module = self.scope().kind == ScopeKind::Module;
            let name = n.id.as_str();
            let symbol = self.symbol(name);
            if simple && !module && (symbol.global || symbol.nonlocal) {
                let what = if symbol.global { "global" } else { "nonlocal" };
                return Err(Fault::syntax(format!("annotated name '{name}' can't be {what}"), span(a)));
            }
            symbol.annotated |= simple;
            symbol.assigned |= simple || a.value.is_some();
        } else {
            self.expr(&a.target)?;
        }
        self.expr(&a.annotation)?;
        self.optional(a.value.as_deref())
    }

    pub(super) fn for_loop(&mut self, target: &Expr, iter: &Expr, body: &[Stmt], orelse: &[Stmt]) -> Done {
        self.expr(target)?;
        self.expr(iter)?;
        self.body(body)?;
        self.body(orelse)
    }

    pub(super) fn with(&mut self, items: &[ast::WithItem], body: &[Stmt]) -> Done {
        for item in items {
            self.expr(&item.context_expr)?;
            self.optional(item.optional_vars.as_deref())?;
        }
        self.body(body)
    }

    pub(super) fn try_stmt(
        &mut self,
        body: &[Stmt],
        handlers: &[ast::ExceptHandler],
        orelse: &[Stmt],
        finalbody: &[Stmt],
    ) -> Done {
        self.body(body)?;
        for ast::ExceptHandler::ExceptHandler(h) in handlers {
            self.optional(h.type_.as_deref())?;
            if let Some(name) = &h.name {
                self.assign_name(name);
            }
            self.body(&h.body)?;
        }
        self.body(orelse)?;
        self.body(finalbody)
    }

    pub(super) fn import_from(&mut self, i: &ast::StmtImportFrom) -> Done {
        for alias in &i.names {
            if &*alias.name == "*" {
                if self.scope().kind != ScopeKind::Module {
                    return Err(Fault::syntax("import * only allowed at module level", span(alias)));
                }
            } else {
                self.assign_name(alias.asname.as_deref().unwrap_or(&alias.name));
            }
        }
        Ok(())
    }

    /// A `global` or `nonlocal` statement.
    pub(super) fn declare(&mut self, names: &[ast::Identifier], at: Span, global: bool) -> Done {
        let what = if global { "global" } else { "nonlocal" };
        if !global && self.scope().kind == ScopeKind::Module {
            return Err(Fault::syntax("nonlocal declaration not allowed at module level", at));
        }
        for name in names {
            let symbol = self.symbol(name);
            let complaint = if symbol.parameter {
                Some(format!("name '{name}' is parameter and {what}"))
            } else if symbol.used {
                Some(format!("name '{name}' is used prior to {what} declaration"))
            } else if symbol.annotated {
                Some(format!("annotated name '{name}' can't be {what}"))
            } else if symbol.assigned {
                Some(format!("name '{name}' is assigned to before {what} declaration"))
            } else if (global && symbol.nonlocal) || (!global && symbol.global) {
                Some(format!("name '{name}' is nonlocal and global"))
            } else {
                None
            };
            if let Some(message) = complaint {
                // Two declarations that contradict each other: the first one is shown.
                let contradicts = symbol.global || symbol.nonlocal;
                return Err(Fault::syntax(message, if contradicts { symbol.declared_at } else { at }));
            }
            symbol.global |= global;
            symbol.nonlocal |= !global;
            symbol.declared_at = at;
        }
        Ok(())
    }

    pub(super) fn match_stmt(&mut self, m: &ast::StmtMatch) -> Done {
        self.expr(&m.subject)?;
        for case in &m.cases {
            self.pattern(&case.pattern)?;
            self.optional(case.guard.as_deref())?;
            self.body(&case.body)?;
        }
        Ok(())
    }

    pub(super) fn pattern(&mut self, p: &Pattern) -> Done {
        self.deeper(span(p))?;
        match p {
            Pattern::MatchValue(v) => self.expr(&v.value)?,
            Pattern::MatchSingleton(_) => {}
            Pattern::MatchSequence(s) => s.patterns.iter().try_for_each(|p| self.pattern(p))?,
            Pattern::MatchMapping(m) => {
                self.exprs(&m.keys)?;
                m.patterns.iter().try_for_each(|p| self.pattern(p))?;
                self.capture(m.rest.as_ref());
            }
            Pattern::MatchClass(c) => {
                self.expr(&c.cls)?;
                c.patterns.iter().chain(&c.kwd_patterns).try_for_each(|p| self.pattern(p))?;
            }
            Pattern::MatchStar(s) => self.capture(s.name.as_ref()),
            Pattern::MatchAs(a) => {
                a.pattern.as_deref().map_or(Ok(()), |p| self.pattern(p))?;
                self.capture(a.name.as_ref());
            }
            Pattern::MatchOr(o) => o.patterns.iter().try_for_each(|p| self.pattern(p))?,
        }
        self.depth -= 1;
        Ok(())
    }

    pub(super) fn capture(&mut self, name: Option<&ast::Identifier>) {
        if let Some(name) = name {
            self.assign_name(name);
        }
    }
}
