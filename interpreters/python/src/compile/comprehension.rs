//! Comprehensions and generator expressions.
//!
//! List, set and dict comprehensions run in the frame of the enclosing code (PEP 709): their variables get
//! registers of their own for the time being. A generator expression is a function of one argument, the
//! outermost iterator.

use rustc_hash::FxHashMap;

use super::symbols::{Binding, ScopeId};
use super::unit::InlineScope;
use super::{Compiler, Done, Header};
use crate::bytecode::{Op, Reg};
use crate::syntax::{Fault, Span, ast, span};
use ast::Expr;

/// What a comprehension does with each item.
#[derive(Clone, Copy)]
enum Element<'a> {
    Append(&'a Expr, Reg),
    Add(&'a Expr, Reg),
    Insert(&'a Expr, &'a Expr, Reg),
    Yield(&'a Expr),
}

impl<'a> Compiler<'a> {
    /// A list, set or dict comprehension.
    pub(super) fn comprehension(&mut self, e: &'a Expr, d: Reg) -> Done {
        let at = span(e);
        let generators = match e {
            Expr::ListComp(c) => &c.generators,
            Expr::SetComp(c) => &c.generators,
            Expr::DictComp(c) => &c.generators,
            _ => return Err(Fault::syntax("not a comprehension", at)),
        };
        let first = &generators[0];
        let it = self.outermost_iterator(first)?;
        let result = self.unit.temp(at)?;
        let scope = self.table.scope_of(generators);
        self.enter_inline(scope, generators, at)?;
        let element = match e {
            Expr::SetComp(c) => {
                self.emit(Op::BuildSet { d: result, base: result, n: 0 }, at);
                Element::Add(&c.elt, result)
            }
            Expr::DictComp(c) => {
                self.emit(Op::BuildMap { d: result, base: result, n: 0 }, at);
                Element::Insert(&c.key, &c.value, result)
            }
            Expr::ListComp(ast::ExprListComp { elt, .. }) => {
                self.emit(Op::BuildList { d: result, base: result, n: 0 }, at);
                Element::Append(elt, result)
            }
            _ => unreachable!("the kinds were told apart above"),
        };
        self.generators(generators, Some(it), element)?;
        self.unit.inlined.pop();
        self.emit(Op::Move { d, s: result }, at);
        Ok(())
    }

    /// The iterator of the first `for`, evaluated in the enclosing scope.
    fn outermost_iterator(&mut self, first: &'a ast::Comprehension) -> Done<Reg> {
        let at = span(&first.iter);
        if !first.is_async {
            return self.iterator(&first.iter, at);
        }
        let it = self.unit.temp(at)?;
        let s = self.operand(&first.iter)?;
        self.emit(Op::GetAiter { d: it, s }, at);
        Ok(it)
    }

    /// Gives the variables of an inlined comprehension their registers.
    fn enter_inline(&mut self, id: ScopeId, generators: &'a [ast::Comprehension], at: Span) -> Done {
        let scope = self.table.scope(id);
        let mut registers = FxHashMap::default();
        for name in &scope.order {
            match scope.binding(name) {
                Some(Binding::Local) => {
                    let r = self.unit.variable(at)?;
                    // The targets of the first `for` are always bound before they are read.
                    if generators.len() > 1 {
                        self.emit(Op::LoadNull { d: r }, at);
                    }
                    registers.insert(name.clone(), r);
                }
                Some(Binding::Cell) => {
                    let r = self.unit.temp(at)?;
                    self.emit(Op::LoadNull { d: r }, at);
                    self.emit(Op::MakeCell { d: r, v: r }, at);
                    registers.insert(name.clone(), r);
                }
                _ => {}
            }
        }
        self.unit.inlined.push(InlineScope { scope: id, registers });
        Ok(())
    }

    /// The nested loops; `outermost` is the first one's iterator.
    fn generators(
        &mut self,
        generators: &'a [ast::Comprehension],
        outermost: Option<Reg>,
        element: Element<'a>,
    ) -> Done {
        let Some((g, rest)) = generators.split_first() else { return self.element(element) };
        let at = span(&g.iter);
        let mark = self.unit.mark();
        if g.is_async {
            self.require_async_comprehension(at)?;
        }
        let it = match outermost {
            Some(it) => it,
            None => self.outermost_iterator(g)?,
        };
        let (body, next) = (self.label(), self.label());
        self.emit(Op::Jump { to: next }, at);
        self.place(body);
        let d = self.loop_variable(&g.target)?;
        self.assign_value(&g.target, d)?;
        for condition in &g.ifs {
            self.jump_if(condition, false, next)?;
        }
        self.generators(rest, None, element)?;
        self.loop_header(next, at);
        if g.is_async {
            self.async_next(it, d, body, at)?;
        } else {
            self.emit(Op::ForIter { d, it, to: body }, at);
        }
        self.unit.release(mark);
        Ok(())
    }

    fn require_async_comprehension(&self, at: Span) -> Done {
        if self.unit.is_async {
            return Ok(());
        }
        Err(Fault::syntax("asynchronous comprehension outside of an asynchronous function", at))
    }

    fn element(&mut self, element: Element<'a>) -> Done {
        let mark = self.unit.mark();
        match element {
            Element::Append(e, list) => {
                let v = self.operand(e)?;
                self.emit(Op::ListAppend { list, v }, span(e));
            }
            Element::Add(e, set) => {
                let v = self.operand(e)?;
                self.emit(Op::SetAdd { set, v }, span(e));
            }
            Element::Insert(key, value, map) => {
                let k = self.early_operand(key)?;
                let v = self.operand(value)?;
                self.emit(Op::MapAdd { map, k, v }, span(key));
            }
            Element::Yield(e) => {
                let mut v = self.operand(e)?;
                if self.unit.is_async {
                    let wrapped = self.unit.temp(span(e))?;
                    self.emit(Op::AsyncGenWrap { d: wrapped, v }, span(e));
                    v = wrapped;
                }
                let d = self.unit.temp(span(e))?;
                self.emit(Op::Yield { d, v }, span(e));
            }
        }
        self.unit.release(mark);
        Ok(())
    }

    pub(super) fn generator_expression(&mut self, g: &'a ast::ExprGeneratorExp, d: Reg) -> Done {
        let at = span(g);
        let id = self.table.scope_of(&g.generators);
        // Callee and argument of the call that makes the generator.
        let function = self.run_start(d, at)?;
        let operands = self.unit.mark();
        let is_async = self.table.scope(id).has_await;
        self.enter(id, vec![".0".to_owned()], "<genexpr>");
        self.unit.is_async = is_async;
        self.generators(&g.generators, Some(Reg(0)), Element::Yield(&g.elt))?;
        self.return_none(at)?;
        let flags = self.function_flags(id);
        let header =
            Header { name: "<genexpr>".to_owned(), first: at, argcount: 1, flags, ..Header::default() };
        let code = self.leave(header)?;
        self.make_function(code, function, operands, 0, at)?;
        self.outermost_iterator(&g.generators[0])?;
        self.emit(Op::Call { d, base: function, argc: 1 }, at);
        Ok(())
    }
}
