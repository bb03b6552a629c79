//! Type parameters and type aliases (PEP 695).
//!
//! `[T: B]` opens a scope of its own: a function that is called at once. Bounds and the values of aliases are
//! evaluated lazily, so each is a function without parameters.

use std::sync::Arc;

use super::{Compiler, Done, Header};
use crate::bytecode::{CodeData, Op, Reg};
use crate::syntax::{Span, ast, span};
use ast::{Expr, TypeParam};

/// Values of the operand `kind` of `MakeTypeParam`.
const TYPE_VAR: u8 = 0;
const TYPE_VAR_WITH_BOUND: u8 = 1;
const TYPE_VAR_WITH_CONSTRAINTS: u8 = 2;
const PARAM_SPEC: u8 = 3;
const TYPE_VAR_TUPLE: u8 = 4;

impl<'a> Compiler<'a> {
    /// Begins the function that holds type parameters.
    pub(super) fn enter_type_params(
        &mut self,
        params: &'a Vec<TypeParam>,
        parameters: Vec<String>,
        name: &str,
    ) {
        self.enter(self.table.scope_of(params), parameters, name);
    }

    /// Ends it: it returns `result`.
    pub(super) fn leave_type_params(
        &mut self,
        name: &str,
        result: Reg,
        argcount: u16,
        at: Span,
    ) -> Done<Arc<CodeData>> {
        self.emit(Op::Return { s: result }, at);
        let flags = self.function_flags(self.unit.scope);
        self.leave(Header { name: name.to_owned(), first: at, argcount, flags, ..Header::default() })
    }

    /// Makes the type parameters and binds their names; the tuple of them in a new temporary.
    pub(super) fn type_params(&mut self, params: &'a [TypeParam], at: Span) -> Done<Reg> {
        let tuple = self.unit.temp(at)?;
        let base = self.unit.temps(params.len() as u32, at)?;
        for (i, p) in params.iter().enumerate() {
            let d = base.plus(i as u16);
            let (name, bound, kind) = match p {
                TypeParam::TypeVar(t) => match t.bound.as_deref() {
                    None => (&t.name, None, TYPE_VAR),
                    Some(e @ Expr::Tuple(_)) => (&t.name, Some(e), TYPE_VAR_WITH_CONSTRAINTS),
                    Some(e) => (&t.name, Some(e), TYPE_VAR_WITH_BOUND),
                },
                TypeParam::ParamSpec(t) => (&t.name, None, PARAM_SPEC),
                TypeParam::TypeVarTuple(t) => (&t.name, None, TYPE_VAR_TUPLE),
            };
            match bound {
                Some(e) => self.lazy_value(e, name, d)?,
                None => self.emit(Op::LoadNull { d }, at),
            }
            let mangled = self.mangled(name);
            let id = self.unit.buffer.name(&mangled);
            self.emit(Op::MakeTypeParam { d, name: id, bound: d, kind }, span(p));
            self.store_name(name, d, span(p));
        }
        self.emit(Op::BuildTuple { d: tuple, base, n: params.len() as u16 }, at);
        self.unit.release(u32::from(tuple.0) + 1);
        Ok(tuple)
    }

    /// A function without parameters that evaluates `e`.
    fn lazy_value(&mut self, e: &'a Expr, name: &str, d: Reg) -> Done {
        let at = span(e);
        self.enter(self.table.scope_of(e), Vec::new(), name);
        let value = self.operand(e)?;
        self.emit(Op::Return { s: value }, at);
        let flags = self.function_flags(self.unit.scope);
        let code = self.leave(Header { name: name.to_owned(), first: at, flags, ..Header::default() })?;
        let operands = self.unit.mark();
        self.make_function(code, d, operands, 0, at)
    }

    /// `type name[params] = value`.
    pub(super) fn type_alias(&mut self, t: &'a ast::StmtTypeAlias) -> Done {
        let at = span(t);
        let Expr::Name(n) = &*t.name else { return Ok(()) };
        let alias = self.unit.temp(at)?;
        if t.type_params.is_empty() {
            let params = self.unit.temp(at)?;
            self.emit(Op::LoadNull { d: params }, at);
            self.alias_object(t, &n.id, params, alias)?;
        } else {
            let name = format!("<generic parameters of {}>", n.id);
            self.enter_type_params(&t.type_params, Vec::new(), &name);
            let params = self.type_params(&t.type_params, at)?;
            let result = self.unit.temp(at)?;
            self.alias_object(t, &n.id, params, result)?;
            let code = self.leave_type_params(&name, result, 0, at)?;
            let operands = self.unit.mark();
            self.make_function(code, alias, operands, 0, at)?;
            self.emit(Op::Call { d: alias, base: alias, argc: 0 }, at);
        }
        self.store_name(&n.id, alias, at);
        Ok(())
    }

    fn alias_object(&mut self, t: &'a ast::StmtTypeAlias, name: &str, params: Reg, d: Reg) -> Done {
        let at = span(t);
        let value = self.unit.temp(at)?;
        self.lazy_value(&t.value, name, value)?;
        let name = self.unit.buffer.name(name);
        self.emit(Op::MakeTypeAlias { d, name, params, value }, at);
        Ok(())
    }
}
