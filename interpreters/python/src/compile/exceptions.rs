//! `try`, `with` and `except*`.
//!
//! Nothing is executed to enter a `try` body: the instructions of the body are marked as covered by its
//! handler. A handler begins with `PushExc`, which makes the exception the one being handled, and every way
//! out of it restores the one before with `PopExc`; a failure inside the handler goes through a cleanup that
//! does so and passes the new exception on. The body of `finally` is compiled once for the normal end, once
//! for exceptions and once for each early exit.

use super::stmt::body_end;
use super::unit::BlockKind;
use super::{Compiler, Done};
use crate::bytecode::{Op, Reg};
use crate::syntax::{Fault, Span, ast, span};
use ast::{ExceptHandler, Stmt};

/// The registers of an exception being handled.
#[derive(Clone, Copy)]
struct Caught {
    exc: Reg,
    /// The exception that was being handled before.
    prev: Reg,
    /// An exception raised inside the handler.
    second: Reg,
}

impl<'a> Compiler<'a> {
    fn caught(&mut self, at: Span) -> Done<Caught> {
        Ok(Caught { exc: self.unit.temp(at)?, prev: self.unit.temp(at)?, second: self.unit.temp(at)? })
    }

    /// Compiles `body` covered by a new handler inside a block of `kind`; the handler's label.
    fn covered(
        &mut self,
        kind: BlockKind<'a>,
        exc: Reg,
        body: impl FnOnce(&mut Compiler<'a>) -> Done,
    ) -> Done<crate::bytecode::Target> {
        let label = self.label();
        self.push_block(kind)?;
        self.unit.buffer.covering = Some(self.unit.buffer.handler(label, exc));
        body(self)?;
        self.pop_block();
        Ok(label)
    }

    /// Compiles the code of a handler: between `PushExc` and the cleanup for failures in it. `body` leaves
    /// with the exception still being handled, or jumps away itself.
    fn handling(&mut self, c: Caught, at: Span, body: impl FnOnce(&mut Compiler<'a>) -> Done) -> Done {
        self.emit(Op::PushExc { prev: c.prev, exc: c.exc }, at);
        let cleanup = self.covered(BlockKind::Handling { prev: c.prev }, c.second, body)?;
        let over = self.label();
        self.emit(Op::PopExc { prev: c.prev }, at);
        self.emit(Op::Jump { to: over }, at);
        self.place(cleanup);
        self.emit(Op::PopExc { prev: c.prev }, at);
        self.emit(Op::Reraise { exc: c.second }, at);
        self.place(over);
        Ok(())
    }

    pub(super) fn try_stmt(&mut self, t: &'a ast::StmtTry) -> Done {
        let at = span(t);
        if t.finalbody.is_empty() {
            return self.try_except(t, at);
        }
        self.try_finally(&t.finalbody, at, |c| {
            if t.handlers.is_empty() {
                c.body(&t.body)?;
                c.body(&t.orelse)
            } else {
                c.try_except(t, at)
            }
        })
    }

    fn try_finally(
        &mut self,
        finalbody: &'a [Stmt],
        at: Span,
        body: impl FnOnce(&mut Compiler<'a>) -> Done,
    ) -> Done {
        let c = self.caught(at)?;
        let end = self.label();
        let label = self.covered(BlockKind::Finally { body: finalbody }, c.exc, body)?;
        self.body(finalbody)?;
        self.emit(Op::Jump { to: end }, body_end(finalbody));
        self.place(label);
        self.handling(c, at, |me| {
            me.body(finalbody)?;
            me.emit(Op::Reraise { exc: c.exc }, body_end(finalbody));
            Ok(())
        })?;
        self.place(end);
        Ok(())
    }

    fn try_except(&mut self, t: &'a ast::StmtTry, at: Span) -> Done {
        let c = self.caught(at)?;
        let end = self.label();
        let label = self.covered(BlockKind::Try, c.exc, |me| me.body(&t.body))?;
        self.body(&t.orelse)?;
        self.emit(Op::Jump { to: end }, at);
        self.place(label);
        self.handling(c, at, |me| me.handlers(&t.handlers, c))?;
        self.place(end);
        Ok(())
    }

    /// The chain of `except` clauses; falls out of it with the exception handled.
    fn handlers(&mut self, handlers: &'a [ExceptHandler], c: Caught) -> Done {
        let done = self.label();
        for (i, ExceptHandler::ExceptHandler(h)) in handlers.iter().enumerate() {
            let at = span(h);
            let next = self.label();
            if let Some(ty) = &h.type_ {
                let mark = self.unit.mark();
                let r = self.operand(ty)?;
                self.emit(Op::JumpIfNoMatch { exc: c.exc, ty: r, to: next }, span(&**ty));
                self.unit.release(mark);
            } else if i + 1 < handlers.len() {
                return Err(Fault::syntax("default 'except:' must be last", at));
            }
            match &h.name {
                Some(name) => self.named_handler(name, c.exc, &h.body, at)?,
                None => self.body(&h.body)?,
            }
            self.emit(Op::Jump { to: done }, body_end(&h.body));
            self.place(next);
        }
        self.emit(Op::Reraise { exc: c.exc }, Span::default());
        self.place(done);
        Ok(())
    }

    /// `except … as name`: the name is unbound however the body ends.
    fn named_handler(&mut self, name: &'a str, exc: Reg, body: &'a [Stmt], at: Span) -> Done {
        self.store_name(name, exc, at);
        let failed = self.unit.temp(at)?;
        let label = self.covered(BlockKind::HandlerName { name, span: at }, failed, |c| c.body(body))?;
        let over = self.label();
        self.unbind_name(name, at)?;
        self.emit(Op::Jump { to: over }, at);
        self.place(label);
        self.unbind_name(name, at)?;
        self.emit(Op::Reraise { exc: failed }, at);
        self.place(over);
        Ok(())
    }

    pub(super) fn with(
        &mut self,
        items: &'a [ast::WithItem],
        body: &'a [Stmt],
        is_async: bool,
        at: Span,
    ) -> Done {
        let Some((item, rest)) = items.split_first() else { return self.body(body) };
        if is_async {
            self.require_async("async with", at)?;
        }
        let where_ = span(&item.context_expr);
        let exit = self.unit.temp(where_)?;
        let c = self.caught(where_)?;
        let value = self.unit.temp(where_)?;
        let mgr = self.operand(&item.context_expr)?;
        if is_async {
            self.emit(Op::BeforeAsyncWith { exit, d: value, mgr }, where_);
            self.await_value(value, value, where_)?;
        } else {
            self.emit(Op::BeforeWith { exit, d: value, mgr }, where_);
        }
        let block = BlockKind::With { exit, is_async, span: where_ };
        let label = self.covered(block, c.exc, |me| {
            if let Some(target) = &item.optional_vars {
                me.assign_value(target, value)?;
            }
            me.with(rest, body, is_async, at)
        })?;
        let end = self.label();
        self.with_exit(exit, is_async, where_)?;
        self.emit(Op::Jump { to: end }, where_);
        self.place(label);
        self.handling(c, where_, |me| {
            let swallowed = me.label();
            me.emit(Op::WithExcept { d: value, exit, exc: c.exc }, where_);
            if is_async {
                me.await_value(value, value, where_)?;
            }
            me.emit(Op::JumpIfTrue { a: value, to: swallowed }, where_);
            me.emit(Op::Reraise { exc: c.exc }, where_);
            me.place(swallowed);
            Ok(())
        })?;
        self.place(end);
        Ok(())
    }

    /// The call of the exit function when no exception is on its way.
    pub(super) fn with_exit(&mut self, exit: Reg, is_async: bool, at: Span) -> Done {
        let mark = self.unit.mark();
        let d = self.unit.temp(at)?;
        self.emit(Op::WithExit { d, exit }, at);
        if is_async {
            self.await_value(d, d, at)?;
        }
        self.unit.release(mark);
        Ok(())
    }

    pub(super) fn try_star(&mut self, t: &'a ast::StmtTryStar) -> Done {
        let at = span(t);
        if t.finalbody.is_empty() {
            return self.try_except_star(t, at);
        }
        self.try_finally(&t.finalbody, at, |c| c.try_except_star(t, at))
    }

    /// `except*`: each clause takes its part of the group; what no clause takes and what clauses raise is
    /// raised at the end.
    fn try_except_star(&mut self, t: &'a ast::StmtTryStar, at: Span) -> Done {
        let c = self.caught(at)?;
        let (raised, rest, part) = (self.unit.temp(at)?, self.unit.temp(at)?, self.unit.temp(at)?);
        let failed = self.unit.temp(at)?;
        let end = self.label();
        let label = self.covered(BlockKind::Try, c.exc, |me| me.body(&t.body))?;
        self.body(&t.orelse)?;
        self.emit(Op::Jump { to: end }, at);
        self.place(label);
        self.handling(c, at, |me| {
            me.emit(Op::BuildList { d: raised, base: raised, n: 0 }, at);
            me.emit(Op::Move { d: rest, s: c.exc }, at);
            for ExceptHandler::ExceptHandler(h) in &t.handlers {
                me.star_clause(h, StarRegisters { raised, rest, part, failed })?;
            }
            me.emit(Op::ListAppend { list: raised, v: rest }, at);
            me.emit(Op::PrepReraiseStar { d: rest, orig: c.exc, list: raised }, at);
            let handled = me.label();
            me.emit(Op::JumpIfNone { a: rest, to: handled }, at);
            me.emit(Op::PopExc { prev: c.prev }, at);
            me.unit.buffer.covering = me.unit.blocks.last().expect("the handler's block is open").outside;
            me.emit(Op::Reraise { exc: rest }, at);
            me.place(handled);
            Ok(())
        })?;
        self.place(end);
        Ok(())
    }

    fn star_clause(&mut self, h: &'a ast::ExceptHandlerExceptHandler, r: StarRegisters) -> Done {
        let at = span(h);
        let skip = self.label();
        let Some(ty) = &h.type_ else {
            return Err(Fault::syntax("expected one or more exception types", at));
        };
        self.emit(Op::JumpIfNone { a: r.rest, to: skip }, at);
        let mark = self.unit.mark();
        let ty = self.operand(ty)?;
        self.emit(Op::CheckEgMatch { rest: r.rest, d: r.part, exc: r.rest, ty }, at);
        self.unit.release(mark);
        self.emit(Op::JumpIfNone { a: r.part, to: skip }, at);
        // The clause handles its part of the group.
        let before = self.unit.temp(at)?;
        self.emit(Op::PushExc { prev: before, exc: r.part }, at);
        let label = self.covered(BlockKind::StarClause, r.failed, |me| match &h.name {
            Some(name) => me.named_handler(name, r.part, &h.body, at),
            None => me.body(&h.body),
        })?;
        self.emit(Op::PopExc { prev: before }, at);
        self.emit(Op::Jump { to: skip }, at);
        self.place(label);
        self.emit(Op::PopExc { prev: before }, at);
        self.emit(Op::ListAppend { list: r.raised, v: r.failed }, at);
        self.place(skip);
        Ok(())
    }
}

/// The registers that the clauses of an `except*` share.
#[derive(Clone, Copy)]
struct StarRegisters {
    /// The list of what clauses raised.
    raised: Reg,
    /// What no clause has taken yet, or None.
    rest: Reg,
    /// The part that the current clause takes.
    part: Reg,
    /// What the current clause raised.
    failed: Reg,
}
