//! The first pass of the symbol table: walks the tree and notes in each scope which names it binds, uses and declares.
//!
//! The rules about names that need no resolving are checked here, with CPython's messages: declarations after use,
//! duplicate parameters, where `yield`, `await` and `:=` may stand.

use super::mangle::mangle;
use super::symbols::{CLASS_DICT, Lazy, Scope, ScopeId, ScopeKind, Symbol, SymbolTable, node_key};
use crate::syntax::{ErrorKind, Fault, Span, ast, span};
use ast::{Expr, Pattern, Stmt};

type Done = Result<(), Fault>;

/// The hidden variable that hands a generic class its type parameters.
pub const TYPE_PARAMS: &str = ".type_params";

/// How deeply a tree may nest before the compiler gives up with a RecursionError.
pub const MAX_DEPTH: u32 = 1000;

/// Collects the scopes of a whole tree; the module's is the first.
///
/// # Errors
/// The first violation of a rule about names.
pub fn collect(tree: &ast::Mod) -> Result<SymbolTable, Fault> {
    let mut collector =
        Collector { table: SymbolTable::default(), current: ScopeId(0), depth: 0, iterable: 0 };
    collector.table.scopes.push(Scope::new(ScopeKind::Module, None, None));
    match tree {
        ast::Mod::Module(m) => collector.body(&m.body)?,
        ast::Mod::Interactive(m) => collector.body(&m.body)?,
        ast::Mod::Expression(m) => collector.expr(&m.body)?,
        ast::Mod::FunctionType(_) => {}
    }
    Ok(collector.table)
}

struct Collector {
    table: SymbolTable,
    current: ScopeId,
    depth: u32,
    /// How many comprehension iterables are being visited.
    iterable: u32,
}

impl Collector {
    fn scope(&mut self) -> &mut Scope {
        &mut self.table.scopes[self.current.0 as usize]
    }

    fn deeper(&mut self, at: Span) -> Done {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = "maximum recursion depth exceeded during compilation";
            return Err(Fault::of(ErrorKind::Recursion, message, at));
        }
        Ok(())
    }

    fn mangled(&mut self, name: &str) -> String {
        mangle(self.scope().private.as_deref(), name).into_owned()
    }

    fn symbol(&mut self, name: &str) -> &mut Symbol {
        let name = self.mangled(name);
        self.scope().symbol(&name)
    }

    fn use_name(&mut self, name: &str) {
        self.symbol(name).used = true;
        // `super()` needs the class even if nobody names it.
        if name == "super" && self.scope().kind.is_function_like() {
            self.scope().symbol("__class__").used = true;
        }
    }

    fn assign_name(&mut self, name: &str) {
        self.symbol(name).assigned = true;
    }

    /// Runs `visit` in a new scope that belongs to `node`.
    fn nested<T>(
        &mut self,
        node: &T,
        kind: ScopeKind,
        private: Option<String>,
        visit: impl FnOnce(&mut Collector) -> Done,
    ) -> Done {
        let outer = self.current;
        let id = ScopeId(self.table.scopes.len() as u32);
        let private = private.or_else(|| self.scope().private.clone());
        self.scope().children.push(id);
        self.table.scopes.push(Scope::new(kind, Some(outer), private));
        self.table.by_node.insert(node_key(node), id);
        self.current = id;
        let result = visit(self);
        self.current = outer;
        result
    }

    fn body(&mut self, body: &[Stmt]) -> Done {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    fn exprs(&mut self, list: &[Expr]) -> Done {
        list.iter().try_for_each(|e| self.expr(e))
    }

    fn optional(&mut self, e: Option<&Expr>) -> Done {
        e.map_or(Ok(()), |e| self.expr(e))
    }

    fn stmt(&mut self, s: &Stmt) -> Done {
        self.deeper(span(s))?;
        self.stmt_inner(s)?;
        self.depth -= 1;
        Ok(())
    }

    fn stmt_inner(&mut self, s: &Stmt) -> Done {
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
    fn if_chain(&mut self, first: &Stmt) -> Done {
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

    fn annotated(&mut self, a: &ast::StmtAnnAssign) -> Done {
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

    fn for_loop(&mut self, target: &Expr, iter: &Expr, body: &[Stmt], orelse: &[Stmt]) -> Done {
        self.expr(target)?;
        self.expr(iter)?;
        self.body(body)?;
        self.body(orelse)
    }

    fn with(&mut self, items: &[ast::WithItem], body: &[Stmt]) -> Done {
        for item in items {
            self.expr(&item.context_expr)?;
            self.optional(item.optional_vars.as_deref())?;
        }
        self.body(body)
    }

    fn try_stmt(
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

    fn import_from(&mut self, i: &ast::StmtImportFrom) -> Done {
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
    fn declare(&mut self, names: &[ast::Identifier], at: Span, global: bool) -> Done {
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

    fn function<T>(
        &mut self,
        node: &T,
        type_params: &Vec<ast::TypeParam>,
        (args, returns, body): (&ast::Arguments, Option<&Expr>, &[Stmt]),
        is_async: bool,
    ) -> Done {
        self.defaults(args)?;
        self.generic(type_params, None, |c| {
            c.annotations(args)?;
            c.optional(returns)?;
            c.nested(node, ScopeKind::Function, None, |c| {
                c.scope().is_async = is_async;
                c.parameters(args)?;
                c.body(body)
            })
        })
    }

    /// The current scope is one of PEP 695; in a class body it sees the class's namespace.
    fn enter_lazy(&mut self, lazy: Lazy) {
        let parent = self.scope().parent.expect("such a scope stands in another");
        let around = self.table.scope(parent);
        let class = if around.kind == ScopeKind::Class { Some(parent) } else { around.sees_class };
        let scope = self.scope();
        scope.lazy = Some(lazy);
        scope.sees_class = class;
        if class.is_some() {
            scope.symbol(CLASS_DICT).used = true;
        }
    }

    /// Runs `visit` in the scope of type parameters, or in the current one if there are none.
    fn generic(
        &mut self,
        params: &Vec<ast::TypeParam>,
        private: Option<String>,
        visit: impl FnOnce(&mut Collector) -> Done,
    ) -> Done {
        if params.is_empty() {
            return visit(self);
        }
        self.nested(params, ScopeKind::TypeParams, private, |c| {
            c.enter_lazy(Lazy::Generic);
            for p in params {
                let (name, bound) = match p {
                    ast::TypeParam::TypeVar(t) => (&t.name, t.bound.as_deref()),
                    ast::TypeParam::ParamSpec(t) => (&t.name, None),
                    ast::TypeParam::TypeVarTuple(t) => (&t.name, None),
                };
                let symbol = c.symbol(name);
                if symbol.assigned {
                    return Err(Fault::syntax(format!("duplicate type parameter '{name}'"), span(p)));
                }
                symbol.assigned = true;
                if let Some(bound) = bound {
                    c.nested(bound, ScopeKind::Lambda, None, |c| {
                        c.enter_lazy(Lazy::Bound);
                        c.expr(bound)
                    })?;
                }
            }
            visit(c)
        })
    }

    fn defaults(&mut self, args: &ast::Arguments) -> Done {
        let all = args.posonlyargs.iter().chain(&args.args).chain(&args.kwonlyargs);
        all.filter_map(|a| a.default.as_deref()).try_for_each(|e| self.expr(e))
    }

    fn annotations(&mut self, args: &ast::Arguments) -> Done {
        annotated_parameters(args).try_for_each(|(_, e)| self.expr(e))
    }

    fn parameters(&mut self, args: &ast::Arguments) -> Done {
        for arg in each_parameter(args) {
            self.check_forbidden(&arg.arg, span(arg), "assign to")?;
            let symbol = self.symbol(&arg.arg);
            if symbol.parameter {
                let message = format!("duplicate argument '{}' in function definition", arg.arg);
                return Err(Fault::syntax(message, span(arg)));
            }
            symbol.parameter = true;
        }
        Ok(())
    }

    fn class(&mut self, c: &ast::StmtClassDef) -> Done {
        self.exprs(&c.decorator_list)?;
        self.assign_name(&c.name);
        let generic = !c.type_params.is_empty();
        self.generic(&c.type_params, Some(c.name.to_string()), |me| {
            me.exprs(&c.bases)?;
            for k in &c.keywords {
                me.expr(&k.value)?;
            }
            if generic {
                me.scope().symbol(TYPE_PARAMS).assigned = true;
            }
            me.nested(c, ScopeKind::Class, Some(c.name.to_string()), |me| {
                if generic {
                    me.scope().symbol(TYPE_PARAMS).used = true;
                }
                me.body(&c.body)
            })
        })
    }

    fn expr(&mut self, e: &Expr) -> Done {
        self.deeper(span(e))?;
        self.expr_inner(e)?;
        self.depth -= 1;
        Ok(())
    }

    fn expr_inner(&mut self, e: &Expr) -> Done {
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
    fn comprehension(
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

    fn iteration_target(&mut self, target: &Expr) -> Done {
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
    fn walrus(&mut self, n: &ast::ExprNamedExpr) -> Done {
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
    fn note_walrus_in_comprehensions(&mut self, home: ScopeId, name: &str, global: bool) {
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

    fn in_async_code(&mut self) -> bool {
        self.scope().is_async
    }

    fn yields(&mut self, at: Span) -> Done {
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
    fn check_lazy(&mut self, what: &str, at: Span) -> Done {
        let Some(lazy) = self.scope().lazy else { return Ok(()) };
        Err(Fault::syntax(format!("{what} expression cannot be used within {}", lazy.place()), at))
    }

    /// `__debug__` is a constant.
    fn check_forbidden(&self, name: &str, at: Span, verb: &str) -> Done {
        if name == "__debug__" {
            return Err(Fault::syntax("cannot ".to_owned() + verb + " __debug__", at));
        }
        Ok(())
    }

    fn awaits(&mut self, what: &str, at: Span) -> Done {
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

    fn match_stmt(&mut self, m: &ast::StmtMatch) -> Done {
        self.expr(&m.subject)?;
        for case in &m.cases {
            self.pattern(&case.pattern)?;
            self.optional(case.guard.as_deref())?;
            self.body(&case.body)?;
        }
        Ok(())
    }

    fn pattern(&mut self, p: &Pattern) -> Done {
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

    fn capture(&mut self, name: Option<&ast::Identifier>) {
        if let Some(name) = name {
            self.assign_name(name);
        }
    }
}

/// The annotated parameters in the order in which the annotations are evaluated.
pub fn annotated_parameters(args: &ast::Arguments) -> impl Iterator<Item = (&str, &Expr)> {
    let positional = args.posonlyargs.iter().chain(&args.args).map(|a| &a.def);
    let keyword = args.kwonlyargs.iter().map(|a| &a.def);
    let all = positional.chain(args.vararg.as_deref()).chain(keyword).chain(args.kwarg.as_deref());
    all.filter_map(|a| Some((a.arg.as_str(), a.annotation.as_deref()?)))
}

/// The parameters in the order of their registers: positional, keyword-only, `*args`, `**kwargs`.
pub fn each_parameter(args: &ast::Arguments) -> impl Iterator<Item = &ast::Arg> {
    let named = args.posonlyargs.iter().chain(&args.args).chain(&args.kwonlyargs).map(|a| &a.def);
    named.chain(args.vararg.as_deref()).chain(args.kwarg.as_deref())
}
