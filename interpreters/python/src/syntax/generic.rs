//! The tree as the `ast` module shows it: nodes of the classes in `asdl.rs`, without Rust types.
//!
//! `compile(…, PyCF_ONLY_AST)` makes Python objects of it. Invariant: a node has the fields of its class, in
//! their order.

use super::asdl::{self, NodeClass};
use super::ast::{self, Ranged};
use super::source::LineIndex;
use crate::bytecode::{Const, Position};
use crate::compile::literal_value;
use ast::{Expr, Pattern, Stmt};

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    pub class: &'static NodeClass,
    /// The values of `class.fields`.
    pub fields: Vec<Field>,
    /// Lines from 1, columns in bytes from 0; only for located classes.
    pub position: Option<Position>,
}

/// The value of a field.
#[derive(Clone, Debug)]
pub enum Field {
    /// An optional field that is absent: `None`.
    Absent,
    Node(Box<Node>),
    List(Vec<Field>),
    /// A name or another string.
    Text(String),
    Int(i64),
    /// The value of a constant.
    Value(Const),
}

/// Shows a tree.
#[must_use]
pub fn generic(tree: &ast::Mod, lines: &LineIndex<'_>) -> Node {
    let g = Shower { lines };
    match tree {
        ast::Mod::Module(m) => g.plain("Module", vec![g.stmts(&m.body), Field::List(Vec::new())]),
        ast::Mod::Interactive(m) => g.plain("Interactive", vec![g.stmts(&m.body)]),
        ast::Mod::Expression(m) => g.plain("Expression", vec![g.expr(&m.body)]),
        ast::Mod::FunctionType(m) => g.plain("FunctionType", vec![g.exprs(&m.argtypes), g.expr(&m.returns)]),
    }
}

struct Shower<'a> {
    lines: &'a LineIndex<'a>,
}

fn text(s: &str) -> Field {
    Field::Text(s.to_owned())
}

fn optional_text(s: Option<&str>) -> Field {
    s.map_or(Field::Absent, text)
}

fn texts(list: &[ast::Identifier]) -> Field {
    Field::List(list.iter().map(|n| text(n)).collect())
}

/// A node without fields, of the class that a Rust enum's variant is called after.
fn tag(variant: &impl std::fmt::Debug) -> Field {
    let class = asdl::class(&format!("{variant:?}")).expect("the tree's enums are called as the grammar's");
    Field::Node(Box::new(Node { class, fields: Vec::new(), position: None }))
}

impl Shower<'_> {
    fn plain(&self, name: &str, fields: Vec<Field>) -> Node {
        let class = asdl::class(name).expect("every node is of a class in the table");
        debug_assert_eq!(class.fields.len(), fields.len(), "{name}");
        Node { class, fields, position: None }
    }

    fn node(&self, name: &str, at: &impl Ranged, fields: Vec<Field>) -> Field {
        let span = super::span(at);
        let (line, col) = self.lines.line_and_byte(span.start);
        let (end_line, end_col) = self.lines.line_and_byte(span.end);
        let position = Some(Position { line, end_line, col, end_col });
        Field::Node(Box::new(Node { position, ..self.plain(name, fields) }))
    }

    fn unplaced(&self, name: &str, fields: Vec<Field>) -> Field {
        Field::Node(Box::new(self.plain(name, fields)))
    }

    fn stmts(&self, body: &[Stmt]) -> Field {
        Field::List(body.iter().map(|s| self.stmt(s)).collect())
    }

    fn exprs(&self, list: &[Expr]) -> Field {
        Field::List(list.iter().map(|e| self.expr(e)).collect())
    }

    fn optional(&self, e: Option<&Expr>) -> Field {
        e.map_or(Field::Absent, |e| self.expr(e))
    }

    fn stmt(&self, s: &Stmt) -> Field {
        match s {
            Stmt::FunctionDef(f) => {
                let parts = (&*f.name, &*f.args, &f.body[..], &f.decorator_list[..], f.returns.as_deref());
                self.node("FunctionDef", f, self.function(parts, &f.type_params))
            }
            Stmt::AsyncFunctionDef(f) => {
                let parts = (&*f.name, &*f.args, &f.body[..], &f.decorator_list[..], f.returns.as_deref());
                self.node("AsyncFunctionDef", f, self.function(parts, &f.type_params))
            }
            Stmt::ClassDef(c) => {
                let fields = vec![
                    text(&c.name),
                    self.exprs(&c.bases),
                    self.keywords(&c.keywords),
                    self.stmts(&c.body),
                    self.exprs(&c.decorator_list),
                    self.type_params(&c.type_params),
                ];
                self.node("ClassDef", c, fields)
            }
            Stmt::Return(r) => self.node("Return", r, vec![self.optional(r.value.as_deref())]),
            Stmt::Delete(d) => self.node("Delete", d, vec![self.exprs(&d.targets)]),
            Stmt::Assign(a) => {
                self.node("Assign", a, vec![self.exprs(&a.targets), self.expr(&a.value), Field::Absent])
            }
            Stmt::TypeAlias(t) => {
                let fields = vec![self.expr(&t.name), self.type_params(&t.type_params), self.expr(&t.value)];
                self.node("TypeAlias", t, fields)
            }
            Stmt::AugAssign(a) => {
                self.node("AugAssign", a, vec![self.expr(&a.target), tag(&a.op), self.expr(&a.value)])
            }
            Stmt::AnnAssign(a) => {
                let value = self.optional(a.value.as_deref());
                let simple = Field::Int(i64::from(a.simple));
                self.node("AnnAssign", a, vec![self.expr(&a.target), self.expr(&a.annotation), value, simple])
            }
            Stmt::For(f) => self.node("For", f, self.loop_fields(&f.target, &f.iter, &f.body, &f.orelse)),
            Stmt::AsyncFor(f) => {
                self.node("AsyncFor", f, self.loop_fields(&f.target, &f.iter, &f.body, &f.orelse))
            }
            Stmt::While(w) => {
                self.node("While", w, vec![self.expr(&w.test), self.stmts(&w.body), self.stmts(&w.orelse)])
            }
            Stmt::If(i) => {
                self.node("If", i, vec![self.expr(&i.test), self.stmts(&i.body), self.stmts(&i.orelse)])
            }
            Stmt::With(w) => {
                self.node("With", w, vec![self.with_items(&w.items), self.stmts(&w.body), Field::Absent])
            }
            Stmt::AsyncWith(w) => {
                self.node("AsyncWith", w, vec![self.with_items(&w.items), self.stmts(&w.body), Field::Absent])
            }
            Stmt::Match(m) => {
                let case = |c: &ast::MatchCase| {
                    let guard = self.optional(c.guard.as_deref());
                    self.unplaced("match_case", vec![self.pattern(&c.pattern), guard, self.stmts(&c.body)])
                };
                let cases = Field::List(m.cases.iter().map(case).collect());
                self.node("Match", m, vec![self.expr(&m.subject), cases])
            }
            Stmt::Raise(r) => {
                let fields = vec![self.optional(r.exc.as_deref()), self.optional(r.cause.as_deref())];
                self.node("Raise", r, fields)
            }
            Stmt::Try(t) => {
                self.node("Try", t, self.try_fields(&t.body, &t.handlers, &t.orelse, &t.finalbody))
            }
            Stmt::TryStar(t) => {
                self.node("TryStar", t, self.try_fields(&t.body, &t.handlers, &t.orelse, &t.finalbody))
            }
            Stmt::Assert(a) => {
                self.node("Assert", a, vec![self.expr(&a.test), self.optional(a.msg.as_deref())])
            }
            Stmt::Import(i) => self.node("Import", i, vec![self.aliases(&i.names)]),
            Stmt::ImportFrom(i) => {
                let level = Field::Int(i.level.map_or(0, |l| i64::from(l.to_u32())));
                let fields = vec![optional_text(i.module.as_deref()), self.aliases(&i.names), level];
                self.node("ImportFrom", i, fields)
            }
            Stmt::Global(g) => self.node("Global", g, vec![texts(&g.names)]),
            Stmt::Nonlocal(n) => self.node("Nonlocal", n, vec![texts(&n.names)]),
            Stmt::Expr(e) => self.node("Expr", e, vec![self.expr(&e.value)]),
            Stmt::Pass(p) => self.node("Pass", p, Vec::new()),
            Stmt::Break(b) => self.node("Break", b, Vec::new()),
            Stmt::Continue(c) => self.node("Continue", c, Vec::new()),
        }
    }

    fn function(
        &self,
        (name, args, body, decorators, returns): (&str, &ast::Arguments, &[Stmt], &[Expr], Option<&Expr>),
        type_params: &[ast::TypeParam],
    ) -> Vec<Field> {
        vec![
            text(name),
            self.arguments(args),
            self.stmts(body),
            self.exprs(decorators),
            self.optional(returns),
            Field::Absent,
            self.type_params(type_params),
        ]
    }

    fn loop_fields(&self, target: &Expr, iter: &Expr, body: &[Stmt], orelse: &[Stmt]) -> Vec<Field> {
        vec![self.expr(target), self.expr(iter), self.stmts(body), self.stmts(orelse), Field::Absent]
    }

    fn try_fields(
        &self,
        body: &[Stmt],
        handlers: &[ast::ExceptHandler],
        orelse: &[Stmt],
        finalbody: &[Stmt],
    ) -> Vec<Field> {
        let handler = |ast::ExceptHandler::ExceptHandler(h): &ast::ExceptHandler| {
            let kind = self.optional(h.type_.as_deref());
            self.node("ExceptHandler", h, vec![kind, optional_text(h.name.as_deref()), self.stmts(&h.body)])
        };
        let handlers = Field::List(handlers.iter().map(handler).collect());
        vec![self.stmts(body), handlers, self.stmts(orelse), self.stmts(finalbody)]
    }

    fn with_items(&self, items: &[ast::WithItem]) -> Field {
        let item = |i: &ast::WithItem| {
            let vars = self.optional(i.optional_vars.as_deref());
            self.unplaced("withitem", vec![self.expr(&i.context_expr), vars])
        };
        Field::List(items.iter().map(item).collect())
    }

    fn aliases(&self, names: &[ast::Alias]) -> Field {
        let alias =
            |a: &ast::Alias| self.node("alias", a, vec![text(&a.name), optional_text(a.asname.as_deref())]);
        Field::List(names.iter().map(alias).collect())
    }

    fn keywords(&self, keywords: &[ast::Keyword]) -> Field {
        let keyword = |k: &ast::Keyword| {
            self.node("keyword", k, vec![optional_text(k.arg.as_deref()), self.expr(&k.value)])
        };
        Field::List(keywords.iter().map(keyword).collect())
    }

    fn type_params(&self, params: &[ast::TypeParam]) -> Field {
        let param = |p: &ast::TypeParam| match p {
            ast::TypeParam::TypeVar(t) => {
                self.node("TypeVar", t, vec![text(&t.name), self.optional(t.bound.as_deref())])
            }
            ast::TypeParam::ParamSpec(t) => self.node("ParamSpec", t, vec![text(&t.name)]),
            ast::TypeParam::TypeVarTuple(t) => self.node("TypeVarTuple", t, vec![text(&t.name)]),
        };
        Field::List(params.iter().map(param).collect())
    }

    fn arguments(&self, args: &ast::Arguments) -> Field {
        let list =
            |l: &[ast::ArgWithDefault]| Field::List(l.iter().map(|a| self.parameter(&a.def)).collect());
        let one = |a: Option<&ast::Arg>| a.map_or(Field::Absent, |a| self.parameter(a));
        let positional = args.posonlyargs.iter().chain(&args.args);
        let defaults = positional.filter_map(|a| a.default.as_deref()).map(|e| self.expr(e)).collect();
        let kw_defaults = args.kwonlyargs.iter().map(|a| self.optional(a.default.as_deref())).collect();
        let fields = vec![
            list(&args.posonlyargs),
            list(&args.args),
            one(args.vararg.as_deref()),
            list(&args.kwonlyargs),
            Field::List(kw_defaults),
            one(args.kwarg.as_deref()),
            Field::List(defaults),
        ];
        self.unplaced("arguments", fields)
    }

    fn parameter(&self, a: &ast::Arg) -> Field {
        let fields = vec![text(&a.arg), self.optional(a.annotation.as_deref()), Field::Absent];
        self.node("arg", a, fields)
    }

    fn generators(&self, clauses: &[ast::Comprehension]) -> Field {
        let clause = |c: &ast::Comprehension| {
            let is_async = Field::Int(i64::from(c.is_async));
            let fields = vec![self.expr(&c.target), self.expr(&c.iter), self.exprs(&c.ifs), is_async];
            self.unplaced("comprehension", fields)
        };
        Field::List(clauses.iter().map(clause).collect())
    }

    fn expr(&self, e: &Expr) -> Field {
        match e {
            Expr::BoolOp(b) => self.node("BoolOp", b, vec![tag(&b.op), self.exprs(&b.values)]),
            Expr::NamedExpr(n) => self.node("NamedExpr", n, vec![self.expr(&n.target), self.expr(&n.value)]),
            Expr::BinOp(b) => {
                self.node("BinOp", b, vec![self.expr(&b.left), tag(&b.op), self.expr(&b.right)])
            }
            Expr::UnaryOp(u) => self.node("UnaryOp", u, vec![tag(&u.op), self.expr(&u.operand)]),
            Expr::Lambda(l) => self.node("Lambda", l, vec![self.arguments(&l.args), self.expr(&l.body)]),
            Expr::IfExp(i) => {
                self.node("IfExp", i, vec![self.expr(&i.test), self.expr(&i.body), self.expr(&i.orelse)])
            }
            Expr::Dict(d) => {
                let keys = Field::List(d.keys.iter().map(|k| self.optional(k.as_ref())).collect());
                self.node("Dict", d, vec![keys, self.exprs(&d.values)])
            }
            Expr::Set(s) => self.node("Set", s, vec![self.exprs(&s.elts)]),
            Expr::ListComp(c) => {
                self.node("ListComp", c, vec![self.expr(&c.elt), self.generators(&c.generators)])
            }
            Expr::SetComp(c) => {
                self.node("SetComp", c, vec![self.expr(&c.elt), self.generators(&c.generators)])
            }
            Expr::DictComp(c) => {
                let fields = vec![self.expr(&c.key), self.expr(&c.value), self.generators(&c.generators)];
                self.node("DictComp", c, fields)
            }
            Expr::GeneratorExp(c) => {
                self.node("GeneratorExp", c, vec![self.expr(&c.elt), self.generators(&c.generators)])
            }
            Expr::Await(a) => self.node("Await", a, vec![self.expr(&a.value)]),
            Expr::Yield(y) => self.node("Yield", y, vec![self.optional(y.value.as_deref())]),
            Expr::YieldFrom(y) => self.node("YieldFrom", y, vec![self.expr(&y.value)]),
            Expr::Compare(c) => {
                let ops = Field::List(c.ops.iter().map(tag).collect());
                self.node("Compare", c, vec![self.expr(&c.left), ops, self.exprs(&c.comparators)])
            }
            Expr::Call(c) => {
                let fields = vec![self.expr(&c.func), self.exprs(&c.args), self.keywords(&c.keywords)];
                self.node("Call", c, fields)
            }
            Expr::FormattedValue(f) => {
                let conversion = Field::Int(f.conversion.to_byte().map_or(-1, i64::from));
                let spec = self.optional(f.format_spec.as_deref());
                self.node("FormattedValue", f, vec![self.expr(&f.value), conversion, spec])
            }
            Expr::JoinedStr(j) => self.node("JoinedStr", j, vec![self.exprs(&j.values)]),
            Expr::Constant(c) => {
                let kind = c.kind.as_deref().filter(|k| *k == "u");
                self.node("Constant", c, vec![Field::Value(literal_value(c)), optional_text(kind)])
            }
            Expr::Attribute(a) => {
                self.node("Attribute", a, vec![self.expr(&a.value), text(&a.attr), tag(&a.ctx)])
            }
            Expr::Subscript(s) => {
                self.node("Subscript", s, vec![self.expr(&s.value), self.expr(&s.slice), tag(&s.ctx)])
            }
            Expr::Starred(s) => self.node("Starred", s, vec![self.expr(&s.value), tag(&s.ctx)]),
            Expr::Name(n) => self.node("Name", n, vec![text(&n.id), tag(&n.ctx)]),
            Expr::List(l) => self.node("List", l, vec![self.exprs(&l.elts), tag(&l.ctx)]),
            Expr::Tuple(t) => self.node("Tuple", t, vec![self.exprs(&t.elts), tag(&t.ctx)]),
            Expr::Slice(s) => {
                let parts = [s.lower.as_deref(), s.upper.as_deref(), s.step.as_deref()];
                self.node("Slice", s, parts.map(|e| self.optional(e)).into())
            }
        }
    }

    fn pattern(&self, p: &Pattern) -> Field {
        let list = |l: &[Pattern]| Field::List(l.iter().map(|p| self.pattern(p)).collect());
        match p {
            Pattern::MatchValue(v) => self.node("MatchValue", v, vec![self.expr(&v.value)]),
            Pattern::MatchSingleton(s) => {
                let constant = ast::ExprConstant { range: s.range, value: s.value.clone(), kind: None };
                self.node("MatchSingleton", s, vec![Field::Value(literal_value(&constant))])
            }
            Pattern::MatchSequence(s) => self.node("MatchSequence", s, vec![list(&s.patterns)]),
            Pattern::MatchMapping(m) => {
                let fields = vec![self.exprs(&m.keys), list(&m.patterns), optional_text(m.rest.as_deref())];
                self.node("MatchMapping", m, fields)
            }
            Pattern::MatchClass(c) => {
                let positional = list(&c.patterns);
                let fields = vec![self.expr(&c.cls), positional, texts(&c.kwd_attrs), list(&c.kwd_patterns)];
                self.node("MatchClass", c, fields)
            }
            Pattern::MatchStar(s) => self.node("MatchStar", s, vec![optional_text(s.name.as_deref())]),
            Pattern::MatchAs(a) => {
                let inner = a.pattern.as_deref().map_or(Field::Absent, |p| self.pattern(p));
                self.node("MatchAs", a, vec![inner, optional_text(a.name.as_deref())])
            }
            Pattern::MatchOr(o) => self.node("MatchOr", o, vec![list(&o.patterns)]),
        }
    }
}
