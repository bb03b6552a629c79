//! Expressions: uses of names, comprehensions, `:=`, and where `yield` and `await` may stand.

use super::super::symbols::{Lazy, ScopeId, ScopeKind};
use super::{Collector, Done};
use crate::syntax::{Fault, Span, ast, span};
use ast::Expr;

impl Collector {
    pub(super) fn expr(&mut self, e: &Expr) -> Done {
        self.deeper(span(e))?;
        self.expr_inner(e)?;
        self.depth -= 1;
        Ok(())
    }

    pub(super) fn expr_inner(&mut self, e: &Expr) -> Done {
        match e {
            Expr::BoolOp(b) => self.exprs(&b.values),
            Expr::NamedExpr(n) => self.walrus(n),
            Expr::BinOp(b) => {
                self.expr(&b.left)?;
                self.expr(&b.right)
            }
            Expr::UnaryOp(u) => self.expr(&u.operand),
            Expr::Lambda(l) => {
                self.defaults(&l.args)?;
                self.nested(l, ScopeKind::Lambda, None, |c| {
                    c.parameters(&l.args)?;
                    c.expr(&l.body)
                })
            }
            Expr::IfExp(i) => {
                self.expr(&i.test)?;
                self.expr(&i.body)?;
                self.expr(&i.orelse)
            }
            Expr::Dict(d) => {
                for (key, value) in d.keys.iter().zip(&d.values) {
                    self.optional(key.as_ref())?;
                    self.expr(value)?;
                }
                Ok(())
            }
            Expr::Set(s) => self.exprs(&s.elts),
            Expr::ListComp(c) => self.comprehension(
                span(e),
                &c.generators,
                ScopeKind::Comprehension,
                "list comprehension",
                &[&c.elt],
            ),
            Expr::SetComp(c) => self.comprehension(
                span(e),
                &c.generators,
                ScopeKind::Comprehension,
                "set comprehension",
                &[&c.elt],
            ),
            Expr::DictComp(c) => {
                let parts: [&Expr; 2] = [&c.key, &c.value];
                self.comprehension(
                    span(e),
                    &c.generators,
                    ScopeKind::Comprehension,
                    "dict comprehension",
                    &parts,
                )
            }
            Expr::GeneratorExp(c) => self.comprehension(
                span(e),
                &c.generators,
                ScopeKind::Generator,
                "generator expression",
                &[&c.elt],
            ),
            Expr::Await(a) => {
                self.awaits("await", span(e))?;
                self.expr(&a.value)
            }
            Expr::Yield(y) => {
                self.yields(span(e))?;
                self.optional(y.value.as_deref())
            }
            Expr::YieldFrom(y) => {
                self.yields(span(e))?;
                self.expr(&y.value)
            }
            Expr::Compare(c) => {
                self.expr(&c.left)?;
                self.exprs(&c.comparators)
            }
            Expr::Call(c) => {
                self.expr(&c.func)?;
                self.exprs(&c.args)?;
                c.keywords.iter().try_for_each(|k| {
                    self.check_forbidden(k.arg.as_deref().unwrap_or(""), span(k), "assign to")?;
                    self.expr(&k.value)
                })
            }
            Expr::FormattedValue(f) => {
                self.expr(&f.value)?;
                self.optional(f.format_spec.as_deref())
            }
            Expr::JoinedStr(j) => self.exprs(&j.values),
            Expr::Constant(_) => Ok(()),
            Expr::Attribute(a) => {
                if a.ctx != ast::ExprContext::Load {
                    let verb = if a.ctx == ast::ExprContext::Del { "delete" } else { "assign to" };
                    self.check_forbidden(&a.attr, span(a), verb)?;
                }
                self.expr(&a.value)
            }
            Expr::Subscript(s) => {
                self.expr(&s.value)?;
                self.expr(&s.slice)
            }
            Expr::Starred(s) => self.expr(&s.value),
            Expr::Name(n) => {
                match n.ctx {
                    ast::ExprContext::Load => self.use_name(&n.id),
                    ctx => {
                        let verb = if ctx == ast::ExprContext::Del { "delete" } else { "assign to" };
                        self.check_forbidden(&n.id, span(n), verb)?;
                        self.assign_name(&n.id);
                    }
                }
                Ok(())
            }
            Expr::List(l) => self.exprs(&l.elts),
            Expr::Tuple(t) => self.exprs(&t.elts),
            Expr::Slice(s) => {
                self.optional(s.lower.as_deref())?;
                self.optional(s.upper.as_deref())?;
                self.optional(s.step.as_deref())
            }
        }
    }

    /// A comprehension: the first iterable belongs to the enclosing scope, the rest to its own.
    pub(super) fn comprehension(
        &mut self,
        at: Span,
        generators: &Vec<ast::Comprehension>,
        kind: ScopeKind,
        what: &str,
        elements: &[&Expr],
    ) -> Done {
        if self.scope().sees_class.is_some() {
            let message = "Cannot use comprehension in annotation scope within class scope";
            return Err(Fault::syntax(message, at));
        }
        let first = &generators[0];
        self.iterable += 1;
        self.expr(&first.iter)?;
        self.iterable -= 1;
        let outer_async = self.in_async_code();
        self.nested(generators, kind, None, |c| {
            if kind == ScopeKind::Generator {
                c.scope().symbol(".0").parameter = true;
            }
            c.scope().is_async = outer_async;
            for (i, g) in generators.iter().enumerate() {
                if g.is_async {
                    c.scope().has_await = true;
                }
                c.iteration_target(&g.target)?;
                if i > 0 {
                    c.iterable += 1;
                    c.expr(&g.iter)?;
                    c.iterable -= 1;
                }
                c.exprs(&g.ifs)?;
            }
            elements.iter().try_for_each(|e| c.expr(e))?;
            if c.scope().has_yield {
                return Err(Fault::syntax(format!("'yield' inside {what}"), c.scope().yield_at));
            }
            Ok(())
        })?;
        let child = self.table.scope_of(generators);
        if kind == ScopeKind::Comprehension && self.table.scope(child).has_await {
            let in_comprehension =
                matches!(self.scope().kind, ScopeKind::Comprehension | ScopeKind::Generator);
            if !outer_async && !in_comprehension {
                let message = "asynchronous comprehension outside of an asynchronous function";
                return Err(Fault::syntax(message, at));
            }
            self.scope().has_await = true;
        }
        Ok(())
    }

    pub(super) fn iteration_target(&mut self, target: &Expr) -> Done {
        match target {
            Expr::Name(n) => {
                self.check_forbidden(&n.id, span(n), "assign to")?;
                let symbol = self.symbol(&n.id);
                if symbol.walrus {
                    let message = format!(
                        "comprehension inner loop cannot rebind assignment expression target '{}'",
                        n.id
                    );
                    return Err(Fault::syntax(message, span(n)));
                }
                symbol.assigned = true;
                symbol.iteration = true;
                Ok(())
            }
            Expr::Tuple(t) => t.elts.iter().try_for_each(|e| self.iteration_target(e)),
            Expr::List(l) => l.elts.iter().try_for_each(|e| self.iteration_target(e)),
            Expr::Starred(s) => self.iteration_target(&s.value),
            other => self.expr(other),
        }
    }

    /// `name := value`: binds in the nearest scope that is not a comprehension.
    pub(super) fn walrus(&mut self, n: &ast::ExprNamedExpr) -> Done {
        let Expr::Name(target) = &*n.target else { return self.expr(&n.target) };
        let at = span(n);
        let name = self.mangled(&target.id);
        let is_comprehension = |k| matches!(k, ScopeKind::Comprehension | ScopeKind::Generator);
        if let Some(lazy) = self.scope().lazy {
            let message = format!("named expression cannot be used within {}", lazy.place());
            return Err(Fault::syntax(message, at));
        }
        if self.iterable > 0 {
            let message = "assignment expression cannot be used in a comprehension iterable expression";
            return Err(Fault::syntax(message, at));
        }
        let mut id = self.current;
        while is_comprehension(self.table.scope(id).kind) {
            let scope = &mut self.table.scopes[id.0 as usize];
            if scope.symbols.get(&name).is_some_and(|s| s.iteration) {
                let message = format!(
                    "assignment expression cannot rebind comprehension iteration variable '{}'",
                    target.id
                );
                return Err(Fault::syntax(message, span(&*n.target)));
            }
            id = scope.parent.expect("a comprehension stands in some scope");
        }
        let outer_kind = self.table.scope(id).kind;
        if id != self.current && outer_kind == ScopeKind::Class {
            let message = "assignment expression within a comprehension cannot be used in a class body";
            return Err(Fault::syntax(message, span(&*n.target)));
        }
        if id != self.current
            && let Some(lazy) = self.table.scope(id).lazy
        {
            let preposition = if lazy == Lazy::Generic { "within" } else { "in" };
            let what = "assignment expression within a comprehension cannot be used";
            let message = format!("{what} {preposition} {}", lazy.place());
            return Err(Fault::syntax(message, span(&*n.target)));
        }
        let home_global = self.table.scope(id).symbols.get(&name).is_some_and(|s| s.global);
        let home = self.table.scopes[id.0 as usize].symbol(&name);
        home.assigned = true;
        home.walrus = true;
        self.note_walrus_in_comprehensions(id, &name, home_global || outer_kind == ScopeKind::Module);
        self.expr(&n.value)
    }

    /// The comprehension scopes between a `:=` and the scope it binds in mention the name as not their own.
    pub(super) fn note_walrus_in_comprehensions(&mut self, home: ScopeId, name: &str, global: bool) {
        let mut id = self.current;
        while id != home {
            let scope = &mut self.table.scopes[id.0 as usize];
            let is_generator = scope.kind == ScopeKind::Generator;
            let symbol = scope.symbol(name);
            symbol.used = true;
            symbol.walrus = true;
            symbol.global |= global;
            symbol.nonlocal |= !global && is_generator;
            id = scope.parent.expect("a comprehension stands in some scope");
        }
    }

    pub(super) fn in_async_code(&mut self) -> bool {
        self.scope().is_async
    }

    pub(super) fn yields(&mut self, at: Span) -> Done {
        self.check_lazy("yield", at)?;
        if matches!(self.scope().kind, ScopeKind::Module | ScopeKind::Class) {
            return Err(Fault::syntax("'yield' outside function", at));
        }
        let scope = self.scope();
        if !scope.has_yield {
            scope.yield_at = at;
        }
        scope.has_yield = true;
        Ok(())
    }

    /// `yield` and `await` have no place among type parameters.
    pub(super) fn check_lazy(&mut self, what: &str, at: Span) -> Done {
        let Some(lazy) = self.scope().lazy else { return Ok(()) };
        Err(Fault::syntax(format!("{what} expression cannot be used within {}", lazy.place()), at))
    }

    pub(super) fn awaits(&mut self, what: &str, at: Span) -> Done {
        self.check_lazy(what, at)?;
        let scope = self.scope();
        match scope.kind {
            ScopeKind::Module | ScopeKind::Class => {
                Err(Fault::syntax(format!("'{what}' outside function"), at))
            }
            // Whether a comprehension may be asynchronous is its home's business.
            ScopeKind::Generator | ScopeKind::Comprehension => {
                scope.has_await = true;
                Ok(())
            }
            _ if !scope.is_async => Err(Fault::syntax(format!("'{what}' outside async function"), at)),
            _ => {
                scope.has_await = true;
                Ok(())
            }
        }
    }
}
