//! Functions, lambdas and classes.

use std::sync::Arc;

use super::call::Arguments;
use super::collect::{annotated_parameters, each_parameter};
use super::deferred::Deferred;
use super::symbols::ScopeKind;
use super::{Compiler, Done, Header};
use crate::bytecode::{CodeData, CodeFlags, Const, Op, Reg};
use crate::syntax::{Span, ast, span};
use ast::{Expr, Stmt};

/// A `def`, asynchronous or not.
pub struct Definition<'a> {
    key: usize,
    name: &'a str,
    args: &'a ast::Arguments,
    body: &'a [Stmt],
    decorators: &'a [Expr],
    returns: Option<&'a Expr>,
    type_params: &'a Vec<ast::TypeParam>,
    span: Span,
}

/// `def` and `async def` are types of their own with the same fields.
macro_rules! definitions {
    ($($statement:ident)*) => { $(
        impl<'a> From<&'a ast::$statement> for Definition<'a> {
            fn from(f: &'a ast::$statement) -> Definition<'a> {
                Definition {
                    key: super::symbols::node_key(f),
                    name: &f.name,
                    args: &f.args,
                    body: &f.body,
                    decorators: &f.decorator_list,
                    returns: f.returns.as_deref(),
                    type_params: &f.type_params,
                    span: span(f),
                }
            }
        }
    )* };
}
definitions! { StmtFunctionDef StmtAsyncFunctionDef }

/// Bits of the operand `flags` of `MakeFunction`.
const HAS_DEFAULTS: u8 = 1;
const HAS_KWDEFAULTS: u8 = 2;
const HAS_ANNOTATIONS: u8 = 4;
const HAS_CLOSURE: u8 = 8;

impl<'a> Compiler<'a> {
    pub(super) fn function_def(&mut self, f: Definition<'a>) -> Done {
        let base = self.decorators(f.decorators)?;
        let function = self.unit.temp(f.span)?;
        let operands = self.unit.mark();
        let flags = self.default_values(f.args, f.span)?;
        if f.type_params.is_empty() {
            self.function_object(&f, function, operands, flags)?;
        } else {
            self.generic_function(&f, function, operands, flags)?;
        }
        self.apply_decorators(f.decorators, function);
        self.store_name(f.name, base.unwrap_or(function), f.span);
        Ok(())
    }

    /// Makes the function in `d`; its defaults, of which `flags` tells, stand from register `operands` on.
    fn function_object(&mut self, f: &Definition<'a>, d: Reg, operands: u32, mut flags: u8) -> Done {
        flags |= self.annotations(f.args, f.returns, f.span)?;
        let id = self.table.by_node[&f.key];
        let first = f.decorators.first().map_or(f.span, span);
        let header = Header { name: f.name.to_owned(), first, ..self.header(f.args) };
        if let Some(deferred) = self.outline.and_then(|o| o.find(span(&f.body[0]).start, self.lines)) {
            let code = self.without_body(id, header, self.parameter_names(f.args), deferred);
            return self.make_function(code, d, operands, flags, f.span);
        }
        self.enter(id, self.parameter_names(f.args), f.name);
        let docstring = self.docstring(f.body);
        if let Some(text) = &docstring {
            self.unit.buffer.constant(Const::Str(text.clone()));
        }
        self.body(f.body)?;
        self.fall_off(f.body)?;
        let flags_of_code = header.flags | self.function_flags(id);
        let code = self.leave(Header { docstring, flags: flags_of_code, ..header })?;
        self.make_function(code, d, operands, flags, f.span)
    }

    /// The code of a function of which only the head is known.
    fn without_body(
        &self,
        id: super::symbols::ScopeId,
        header: Header,
        parameters: Vec<String>,
        deferred: Deferred,
    ) -> Arc<CodeData> {
        let future = if self.future_annotations { CodeFlags::FUTURE_ANNOTATIONS } else { 0 };
        Arc::new(CodeData {
            qualname: self.inner_qualname(id, &header.name),
            name: header.name,
            filename: self.filename.to_owned(),
            first_line: self.lines.line_and_byte(header.first.start).0,
            argcount: header.argcount,
            posonlyargcount: header.posonlyargcount,
            kwonlyargcount: header.kwonlyargcount,
            flags: CodeFlags(header.flags | future),
            nregs: parameters.len() as u16,
            varnames: parameters,
            deferred: Some(Arc::new(deferred)),
            ..CodeData::default()
        })
    }

    /// A function with type parameters: the scope of the parameters is a function called at once, which gets
    /// the defaults as arguments and returns the function.
    fn generic_function(&mut self, f: &Definition<'a>, d: Reg, operands: u32, flags: u8) -> Done {
        let given = flags.count_ones() as u16;
        let name = format!("<generic parameters of {}>", f.name);
        let parameters: Vec<String> = (0..given).map(|i| format!(".default{i}")).collect();
        self.enter_type_params(f.type_params, parameters, &name);
        let function = self.unit.temp(f.span)?;
        let params = self.type_params(f.type_params, f.span)?;
        let inner = self.unit.mark();
        for i in 0..given {
            let r = self.unit.temp(f.span)?;
            self.emit(Op::Move { d: r, s: Reg(i) }, f.span);
        }
        self.function_object(f, function, inner, flags)?;
        let attribute = self.unit.buffer.name("__type_params__");
        self.emit(Op::StoreAttr { obj: function, name: attribute, v: params }, f.span);
        let first = f.decorators.first().map_or(f.span, span);
        let code = self.leave_type_params(&name, function, given, first)?;
        // The defaults are the arguments of the call: its callee goes right before them, where `d` is.
        debug_assert!(u32::from(d.0) + 1 == operands);
        let above = self.unit.mark();
        self.make_function(code, d, above, 0, f.span)?;
        self.emit(Op::Call { d, base: d, argc: given }, f.span);
        self.unit.release(operands);
        Ok(())
    }

    /// Evaluates decorators into a run that the decorated value follows; its first register.
    fn decorators(&mut self, decorators: &'a [Expr]) -> Done<Option<Reg>> {
        let mut first = None;
        for d in decorators {
            let r = self.in_temp(d)?;
            first = first.or(Some(r));
        }
        Ok(first)
    }

    /// Calls the decorators before `value`, innermost first; the result ends up in the first one's register.
    fn apply_decorators(&mut self, decorators: &'a [Expr], value: Reg) {
        for (i, d) in decorators.iter().rev().enumerate() {
            let base = Reg(value.0 - 1 - i as u16);
            self.emit(Op::Call { d: base, base, argc: 1 }, span(d));
        }
    }

    /// Names of the parameters, mangled, in the order of their registers.
    fn parameter_names(&self, args: &ast::Arguments) -> Vec<String> {
        each_parameter(args).map(|a| self.mangled(&a.arg)).collect()
    }

    fn header(&self, args: &ast::Arguments) -> Header {
        let mut flags = 0;
        if args.vararg.is_some() {
            flags |= CodeFlags::VARARGS;
        }
        if args.kwarg.is_some() {
            flags |= CodeFlags::VARKEYWORDS;
        }
        Header {
            argcount: (args.posonlyargs.len() + args.args.len()) as u16,
            posonlyargcount: args.posonlyargs.len() as u16,
            kwonlyargcount: args.kwonlyargs.len() as u16,
            flags,
            ..Header::default()
        }
    }

    /// The flags that follow from what the body of a function contains.
    pub(super) fn function_flags(&self, id: super::symbols::ScopeId) -> u32 {
        let scope = self.table.scope(id);
        let mut flags = CodeFlags::OPTIMIZED | CodeFlags::NEWLOCALS;
        let parents = std::iter::successors(scope.parent, |p| self.table.scope(*p).parent);
        if parents.map(|p| self.table.scope(p).kind).any(ScopeKind::is_function_like) {
            flags |= CodeFlags::NESTED;
        }
        flags
            | match (scope.is_async, scope.has_yield) {
                _ if scope.kind == ScopeKind::Generator && scope.has_await => CodeFlags::ASYNC_GENERATOR,
                _ if scope.kind == ScopeKind::Generator => CodeFlags::GENERATOR,
                (false, false) => 0,
                (false, true) => CodeFlags::GENERATOR,
                (true, false) => CodeFlags::COROUTINE,
                (true, true) => CodeFlags::ASYNC_GENERATOR,
            }
    }

    /// The defaults tuple and the dict of keyword-only defaults, in temporaries; which of them there are.
    fn default_values(&mut self, args: &'a ast::Arguments, at: Span) -> Done<u8> {
        let mut flags = 0;
        let positional = || args.posonlyargs.iter().chain(&args.args).filter_map(|a| a.default.as_deref());
        if positional().next().is_some() {
            let d = self.unit.temp(at)?;
            let mark = self.unit.mark();
            let constants: Option<Vec<Const>> = positional().map(super::fold::constant_value).collect();
            if let Some(items) = constants {
                self.load_const_into(Const::Tuple(items), d, at);
            } else {
                for e in positional() {
                    self.in_temp(e)?;
                }
                let n = positional().count() as u16;
                self.emit(Op::BuildTuple { d, base: Reg(mark as u16), n }, at);
            }
            self.unit.release(mark);
            flags |= HAS_DEFAULTS;
        }
        let keyword = || args.kwonlyargs.iter().filter_map(|a| Some((&a.def.arg, a.default.as_deref()?)));
        if keyword().next().is_some() {
            let d = self.unit.temp(at)?;
            let mark = self.unit.mark();
            for (name, e) in keyword() {
                let name = Const::Str(self.mangled(name));
                self.load_const(name, at)?;
                self.in_temp(e)?;
            }
            let n = keyword().count() as u16;
            self.emit(Op::BuildMap { d, base: Reg(mark as u16), n }, at);
            self.unit.release(mark);
            flags |= HAS_KWDEFAULTS;
        }
        Ok(flags)
    }

    /// The tuple (name, annotation, …) in a temporary, if there are annotations.
    fn annotations(&mut self, args: &'a ast::Arguments, returns: Option<&'a Expr>, at: Span) -> Done<u8> {
        let of_parameters = annotated_parameters(args);
        let all: Vec<(&str, &'a Expr)> = of_parameters.chain(returns.map(|r| ("return", r))).collect();
        if all.is_empty() {
            return Ok(0);
        }
        let d = self.unit.temp(at)?;
        let base = self.unit.temps(2 * all.len() as u32, at)?;
        for (i, (name, e)) in all.iter().enumerate() {
            let slot = base.plus(2 * i as u16);
            let name = Const::Str(self.mangled(name));
            self.load_const_into(name, slot, at);
            let mark = self.unit.mark();
            let v = self.annotation(e)?;
            self.move_to(slot.plus(1), v, span(*e));
            self.unit.release(mark);
        }
        self.emit(Op::BuildTuple { d, base, n: 2 * all.len() as u16 }, at);
        self.unit.release(u32::from(d.0) + 1);
        Ok(HAS_ANNOTATIONS)
    }

    /// Makes a function of `code` in `d`, its operands standing from register `operands` on.
    pub(super) fn make_function(
        &mut self,
        code: Arc<CodeData>,
        d: Reg,
        operands: u32,
        mut flags: u8,
        at: Span,
    ) -> Done {
        if !code.freevars.is_empty() {
            let closure = self.unit.temp(at)?;
            let mark = self.unit.mark();
            let base = self.unit.temps(code.freevars.len() as u32, at)?;
            for (i, name) in code.freevars.iter().enumerate() {
                let s = self.cell_register(name);
                self.emit(Op::Move { d: base.plus(i as u16), s }, at);
            }
            self.emit(Op::BuildTuple { d: closure, base, n: code.freevars.len() as u16 }, at);
            self.unit.release(mark);
            flags |= HAS_CLOSURE;
        }
        // Without operands the run is empty, but its number must still be that of a register.
        let base = if flags == 0 { d } else { Reg(operands as u16) };
        let code = self.unit.buffer.constant(Const::Code(code));
        self.emit(Op::MakeFunction { d, code, base, flags }, at);
        self.unit.release(operands);
        Ok(())
    }

    pub(super) fn lambda(&mut self, l: &'a ast::ExprLambda, d: Reg) -> Done {
        let at = span(l);
        let operands = self.unit.mark();
        let flags = self.default_values(&l.args, at)?;
        let id = self.table.scope_of(l);
        let header = Header { name: "<lambda>".to_owned(), first: at, ..self.header(&l.args) };
        self.enter(id, self.parameter_names(&l.args), "<lambda>");
        let value = self.operand(&l.body)?;
        self.emit(Op::Return { s: value }, span(&*l.body));
        let flags_of_code = header.flags | self.function_flags(id);
        let code = self.leave(Header { flags: flags_of_code, ..header })?;
        self.make_function(code, d, operands, flags, at)
    }

    pub(super) fn class_def(&mut self, c: &'a ast::StmtClassDef) -> Done {
        let at = span(c);
        let first = c.decorator_list.first().map_or(at, span);
        let base = self.decorators(&c.decorator_list)?;
        let callee = self.unit.temp(at)?;
        if c.type_params.is_empty() {
            self.class_object(c, first, None, callee)?;
        } else {
            let name = format!("<generic parameters of {}>", c.name);
            self.enter_type_params(&c.type_params, Vec::new(), &name);
            let params = self.type_params(&c.type_params, at)?;
            self.store_name(super::collect::TYPE_PARAMS, params, at);
            let generic = self.unit.temp(at)?;
            self.emit(Op::GenericBase { d: generic, params }, at);
            let class = self.unit.temp(at)?;
            self.class_object(c, first, Some(generic), class)?;
            let code = self.leave_type_params(&name, class, 0, first)?;
            let operands = self.unit.mark();
            self.make_function(code, callee, operands, 0, at)?;
            self.emit(Op::Call { d: callee, base: callee, argc: 0 }, at);
        }
        self.apply_decorators(&c.decorator_list, callee);
        self.store_name(&c.name, base.unwrap_or(callee), at);
        Ok(())
    }

    /// Makes the class in `d`, the topmost temporary; `generic` is a base that comes after the others.
    fn class_object(&mut self, c: &'a ast::StmtClassDef, first: Span, generic: Option<Reg>, d: Reg) -> Done {
        let at = span(c);
        self.emit(Op::LoadBuildClass { d }, at);
        let function = self.unit.temp(at)?;
        let code = self.class_body(c, first)?;
        let operands = self.unit.mark();
        self.make_function(code, function, operands, 0, at)?;
        self.load_const(Const::Str(c.name.to_string()), at)?;
        let arguments = Arguments { args: &c.bases, keywords: &c.keywords, extra: generic };
        self.call_with_leading(d, 2, arguments, d, at)
    }

    fn class_body(&mut self, c: &'a ast::StmtClassDef, first: Span) -> Done<Arc<CodeData>> {
        let at = span(c);
        self.enter(self.table.scope_of(c), Vec::new(), &c.name);
        let mark = self.unit.mark();
        let v = self.unit.temp(at)?;
        let name = self.unit.buffer.name("__name__");
        self.emit(Op::LoadName { d: v, name }, at);
        let name = self.unit.buffer.name("__module__");
        self.emit(Op::StoreName { name, v }, at);
        self.load_const_into(Const::Str(self.unit.qualname.clone()), v, at);
        let name = self.unit.buffer.name("__qualname__");
        self.emit(Op::StoreName { name, v }, at);
        self.unit.release(mark);
        if self.table.scope(self.unit.scope).needs_class_dict {
            let v = self.unit.temp(at)?;
            let cell = self.unit.registers[super::symbols::CLASS_DICT];
            self.emit(Op::LoadLocals { d: v }, at);
            self.emit(Op::StoreDeref { cell, v }, at);
            self.unit.release(mark);
        }
        if !c.type_params.is_empty() {
            let v = self.unit.temp(at)?;
            self.load_name(super::collect::TYPE_PARAMS, v, at);
            let name = self.unit.buffer.name("__type_params__");
            self.emit(Op::StoreName { name, v }, at);
            self.unit.release(mark);
        }
        self.setup_annotations(&c.body);
        let docstring = self.docstring(&c.body);
        if let Some(text) = &docstring {
            self.store_docstring(text, span(&c.body[0]))?;
        }
        self.body(&c.body)?;
        if self.table.scope(self.unit.scope).needs_class_cell {
            let v = self.unit.registers["__class__"];
            let name = self.unit.buffer.name("__classcell__");
            self.emit(Op::StoreName { name, v }, at);
            self.emit(Op::Return { s: v }, at);
        } else {
            self.return_none(at)?;
        }
        debug_assert!(self.unit.kind == ScopeKind::Class);
        self.leave(Header { name: c.name.to_string(), first, docstring, ..Header::default() })
    }

    /// The documentation string that a body begins with.
    pub(super) fn docstring(&self, body: &[Stmt]) -> Option<String> {
        let Some(Stmt::Expr(e)) = body.first() else { return None };
        match &*e.value {
            Expr::Constant(ast::ExprConstant { value: ast::Constant::Str(s), .. }) if self.optimize < 2 => {
                Some(s.clone())
            }
            _ => None,
        }
    }
}
