//! Statements: dispatch and the simple ones.

use super::unit::BlockKind;
use super::{Compiler, Done};
use crate::bytecode::{Op, Target};
use crate::syntax::{Span, ast, span};
use ast::{Expr, Stmt};

impl<'a> Compiler<'a> {
    pub(super) fn body(&mut self, body: &'a [Stmt]) -> Done {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    pub(super) fn stmt(&mut self, s: &'a Stmt) -> Done {
        let mark = self.unit.mark();
        self.statement = span(s);
        self.stmt_inner(s)?;
        self.unit.release(mark);
        Ok(())
    }

    fn stmt_inner(&mut self, s: &'a Stmt) -> Done {
        let at = span(s);
        match s {
            Stmt::FunctionDef(f) => self.function_def(f.into()),
            Stmt::AsyncFunctionDef(f) => self.function_def(f.into()),
            Stmt::ClassDef(c) => self.class_def(c),
            Stmt::Return(r) => self.return_stmt(r),
            Stmt::Delete(d) => d.targets.iter().try_for_each(|t| self.delete(t)),
            Stmt::Assign(a) => self.assign(a),
            Stmt::TypeAlias(t) => self.type_alias(t),
            Stmt::AugAssign(a) => self.augmented(a),
            Stmt::AnnAssign(a) => self.annotated(a),
            Stmt::For(f) => self.for_loop(f),
            Stmt::AsyncFor(f) => self.async_for(f),
            Stmt::While(w) => self.while_loop(w),
            Stmt::If(_) => self.if_chain(s),
            Stmt::With(w) => self.with(&w.items, &w.body, false, at),
            Stmt::AsyncWith(w) => self.with(&w.items, &w.body, true, at),
            Stmt::Match(m) => self.match_stmt(m),
            Stmt::Raise(r) => self.raise(r),
            Stmt::Try(t) => self.try_stmt(t),
            Stmt::TryStar(t) => self.try_star(t),
            Stmt::Assert(a) => self.assert(a),
            Stmt::Import(i) => self.import(i),
            Stmt::ImportFrom(i) => self.import_from(i),
            Stmt::Global(_) | Stmt::Nonlocal(_) | Stmt::Pass(_) => Ok(()),
            Stmt::Expr(e) => self.expr_stmt(e),
            Stmt::Break(_) => self.break_loop(at),
            Stmt::Continue(_) => self.continue_loop(at),
        }
    }

    fn expr_stmt(&mut self, e: &'a ast::StmtExpr) -> Done {
        if self.interactive && self.outer.is_empty() {
            let v = self.operand(&e.value)?;
            self.emit(Op::PrintExpr { v }, span(e));
            return Ok(());
        }
        match &*e.value {
            // A literal as a statement does nothing.
            Expr::Constant(_) => Ok(()),
            value => self.discard(value),
        }
    }

    /// An `if` with its chain of `elif`s, without a stack frame for each.
    fn if_chain(&mut self, first: &'a Stmt) -> Done {
        let end = self.label();
        let mut next = Some(first);
        while let Some(Stmt::If(i)) = next {
            if let Some(target) = self.plain_loop_exit(i) {
                self.jump_if(&i.test, true, target)?;
                break;
            }
            let otherwise = self.label();
            self.jump_if(&i.test, false, otherwise)?;
            self.body(&i.body)?;
            if !i.orelse.is_empty() {
                self.emit(Op::Jump { to: end }, span(i));
            }
            self.place(otherwise);
            next = None;
            match &i.orelse[..] {
                [chained @ Stmt::If(_)] => next = Some(chained),
                other => self.body(other)?,
            }
        }
        self.place(end);
        Ok(())
    }

    /// The target of an `if` whose body is only `break` or `continue`, when leaving runs no other code.
    fn plain_loop_exit(&self, i: &ast::StmtIf) -> Option<Target> {
        let BlockKind::Loop { breaks, continues } = self.unit.blocks.last()?.kind else { return None };
        match (&i.body[..], i.orelse.is_empty()) {
            ([Stmt::Break(_)], true) => Some(breaks),
            ([Stmt::Continue(_)], true) => Some(continues),
            _ => None,
        }
    }

    fn raise(&mut self, r: &'a ast::StmtRaise) -> Done {
        let at = span(r);
        let Some(exc) = &r.exc else {
            self.emit(Op::RaiseBare {}, at);
            return Ok(());
        };
        let Some(cause) = &r.cause else {
            let exc = self.operand(exc)?;
            self.emit(Op::Raise { exc }, at);
            return Ok(());
        };
        let exc = self.early_operand(exc)?;
        let cause = self.operand(cause)?;
        self.emit(Op::RaiseFrom { exc, cause }, at);
        Ok(())
    }

    fn assert(&mut self, a: &'a ast::StmtAssert) -> Done {
        let at = span(a);
        if self.optimize > 0 {
            return Ok(());
        }
        let passes = self.label();
        self.jump_if(&a.test, true, passes)?;
        let exc = self.unit.temp(at)?;
        self.emit(Op::LoadAssertionError { d: exc }, at);
        if let Some(msg) = &a.msg {
            self.in_temp(msg)?;
            self.emit(Op::Call { d: exc, base: exc, argc: 1 }, at);
        }
        self.emit(Op::Raise { exc }, at);
        self.place(passes);
        Ok(())
    }
}

/// Whether a body annotates variables, outside inner functions and classes.
pub fn has_annotations(body: &[Stmt]) -> bool {
    body.iter().any(|s| match s {
        Stmt::AnnAssign(_) => true,
        Stmt::For(f) => has_annotations(&f.body) || has_annotations(&f.orelse),
        Stmt::AsyncFor(f) => has_annotations(&f.body) || has_annotations(&f.orelse),
        Stmt::While(w) => has_annotations(&w.body) || has_annotations(&w.orelse),
        Stmt::If(_) => chain_has_annotations(s),
        Stmt::With(w) => has_annotations(&w.body),
        Stmt::AsyncWith(w) => has_annotations(&w.body),
        Stmt::Match(m) => m.cases.iter().any(|c| has_annotations(&c.body)),
        Stmt::Try(t) => try_has_annotations(&t.body, &t.handlers, &t.orelse, &t.finalbody),
        Stmt::TryStar(t) => try_has_annotations(&t.body, &t.handlers, &t.orelse, &t.finalbody),
        _ => false,
    })
}

fn chain_has_annotations(mut s: &Stmt) -> bool {
    while let Stmt::If(i) = s {
        if has_annotations(&i.body) {
            return true;
        }
        match &i.orelse[..] {
            [chained @ Stmt::If(_)] => s = chained,
            other => return has_annotations(other),
        }
    }
    false
}

fn try_has_annotations(
    body: &[Stmt],
    handlers: &[ast::ExceptHandler],
    orelse: &[Stmt],
    finalbody: &[Stmt],
) -> bool {
    let in_handlers = handlers.iter().any(|ast::ExceptHandler::ExceptHandler(h)| has_annotations(&h.body));
    in_handlers || [body, orelse, finalbody].into_iter().any(has_annotations)
}

/// The span of a whole body, for code that belongs to none of its statements.
pub fn body_end(body: &[Stmt]) -> Span {
    body.last().map_or(Span::default(), |s| Span::at(span(s).end))
}
