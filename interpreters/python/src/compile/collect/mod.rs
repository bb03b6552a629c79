//! The first pass of the symbol table: walks the tree and notes in each scope which names it binds, uses and
//! declares.
//!
//! The rules about names that need no resolving are checked here, with CPython's messages: declarations after
//! use, duplicate parameters, where `yield`, `await` and `:=` may stand. `definitions` visits functions and
//! classes, `statements` and `expressions` the rest.

mod definitions;
mod expressions;
mod statements;

use super::mangle::mangle;
use super::symbols::{Scope, ScopeId, ScopeKind, Symbol, SymbolTable, node_key};
use crate::syntax::{ErrorKind, Fault, Span, ast};
use ast::{Expr, Stmt};
pub use definitions::{TYPE_PARAMS, annotated_parameters, each_parameter};

type Done = Result<(), Fault>;

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

    /// `__debug__` is a constant.
    fn check_forbidden(&self, name: &str, at: Span, verb: &str) -> Done {
        if name == "__debug__" {
            return Err(Fault::syntax("cannot ".to_owned() + verb + " __debug__", at));
        }
        Ok(())
    }
}
