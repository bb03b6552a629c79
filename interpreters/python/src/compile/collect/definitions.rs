//! Functions, classes and type parameters: the scopes they open and the names they bind.

use super::super::symbols::{CLASS_DICT, Lazy, ScopeKind};
use super::{Collector, Done};
use crate::syntax::{Fault, ast, span};
use ast::{Expr, Stmt};

/// The hidden variable that hands a generic class its type parameters.
pub const TYPE_PARAMS: &str = ".type_params";

impl Collector {
    pub(super) fn function<T>(
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
    pub(super) fn enter_lazy(&mut self, lazy: Lazy) {
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
    pub(super) fn generic(
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

    pub(super) fn defaults(&mut self, args: &ast::Arguments) -> Done {
        let all = args.posonlyargs.iter().chain(&args.args).chain(&args.kwonlyargs);
        all.filter_map(|a| a.default.as_deref()).try_for_each(|e| self.expr(e))
    }

    pub(super) fn annotations(&mut self, args: &ast::Arguments) -> Done {
        annotated_parameters(args).try_for_each(|(_, e)| self.expr(e))
    }

    pub(super) fn parameters(&mut self, args: &ast::Arguments) -> Done {
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

    pub(super) fn class(&mut self, c: &ast::StmtClassDef) -> Done {
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
