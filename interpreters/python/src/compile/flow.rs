//! Loops, and the ways out of blocks: `break`, `continue`, `return`.
//!
//! A loop is laid out as: jump to the test; body; test, which jumps back to the body. So an iteration costs one jump.
//! Where its header (`LoopHeader`) stands decides what compiled code carries from one iteration into the next. In a
//! `for` loop it stands in front of the test: the item is not alive there. In a `while` loop it stands behind the
//! test: what that has found out about the variables is known there.

use super::stmt::body_end;
use super::unit::{Block, BlockKind};
use super::{Compiler, Done, fold};
use crate::bytecode::{LoopId, Op, Reg, Target};
use crate::syntax::{Fault, Span, ast, span};
use ast::Expr;

/// How deeply blocks may nest, as in CPython.
const MAX_BLOCKS: usize = 20;

impl<'a> Compiler<'a> {
    /// Opens a block around what is emitted next.
    ///
    /// # Errors
    /// Blocks are nested too deeply.
    pub(super) fn push_block(&mut self, kind: BlockKind<'a>) -> Done {
        if self.unit.blocks.len() >= MAX_BLOCKS {
            return Err(Fault::syntax("too many statically nested blocks", self.statement));
        }
        let outside = self.unit.buffer.covering;
        self.unit.blocks.push(Block { kind, outside });
        Ok(())
    }

    /// Closes the innermost block; what is emitted next is covered as outside of it.
    pub(super) fn pop_block(&mut self) {
        let block = self.unit.blocks.pop().expect("every block that is closed was opened");
        self.unit.buffer.covering = block.outside;
    }

    /// Places the target and the loop header there.
    pub(super) fn loop_header(&mut self, target: Target, at: Span) {
        self.place(target);
        // The number is given when the code is assembled.
        self.emit(Op::LoopHeader { index: LoopId(0) }, at);
    }

    pub(super) fn while_loop(&mut self, w: &'a ast::StmtWhile) -> Done {
        let at = span(&*w.test);
        let (body, test, breaks) = (self.label(), self.label(), self.label());
        // A body that never runs is compiled all the same, for its mistakes, and dropped as unreachable.
        if fold::truth(&w.test, self.optimize == 0) != Some(true) {
            self.emit(Op::Jump { to: test }, at);
        }
        self.loop_header(body, at);
        self.push_block(BlockKind::Loop { breaks, continues: test })?;
        self.body(&w.body)?;
        self.pop_block();
        self.place(test);
        self.jump_if(&w.test, true, body)?;
        self.body(&w.orelse)?;
        self.place(breaks);
        Ok(())
    }

    pub(super) fn for_loop(&mut self, f: &'a ast::StmtFor) -> Done {
        // The whole statement, as in CPython.
        let at = span(f);
        let it = self.iterator(&f.iter, at)?;
        self.iteration(&f.target, &f.body, &f.orelse, at, |this, d, body| {
            this.emit(Op::ForIter { d, it, to: body }, at);
            Ok(())
        })
    }

    /// The loop of a `for`: `advance` goes to the body with the next item in the register, or on at the end.
    fn iteration(
        &mut self,
        target: &'a Expr,
        statements: &'a [ast::Stmt],
        orelse: &'a [ast::Stmt],
        at: Span,
        advance: impl FnOnce(&mut Self, Reg, Target) -> Done,
    ) -> Done {
        let (body, next, breaks) = (self.label(), self.label(), self.label());
        self.emit(Op::Jump { to: next }, at);
        self.place(body);
        let d = self.loop_variable(target)?;
        self.push_block(BlockKind::Loop { breaks, continues: next })?;
        self.assign_value(target, d)?;
        self.body(statements)?;
        self.pop_block();
        self.loop_header(next, at);
        advance(self, d, body)?;
        self.body(orelse)?;
        self.place(breaks);
        Ok(())
    }

    /// The iterator over `e` in a new temporary. A literal list or set is only iterated over, so it may be a
    /// constant. What goes wrong in making it goes wrong at `at`.
    pub(super) fn iterator(&mut self, e: &'a Expr, at: Span) -> Done<Reg> {
        let it = self.unit.temp(at)?;
        let mark = self.unit.mark();
        let s = match fold::constant_container(e) {
            Some(c) => self.load_const(c, at)?,
            None => self.operand(e)?,
        };
        self.unit.release(mark);
        self.emit(Op::GetIter { d: it, s }, at);
        Ok(it)
    }

    /// Where a loop puts its items: the target variable's register or a temporary.
    pub(super) fn loop_variable(&mut self, target: &'a Expr) -> Done<Reg> {
        if let Expr::Name(n) = target
            && let Some(r) = self.variable_register(&n.id)
        {
            return Ok(r);
        }
        self.unit.temp(span(target))
    }

    pub(super) fn async_for(&mut self, f: &'a ast::StmtAsyncFor) -> Done {
        let at = span(&*f.iter);
        self.require_async("async for", span(f))?;
        let it = self.unit.temp(at)?;
        let s = self.operand(&f.iter)?;
        self.emit(Op::GetAiter { d: it, s }, at);
        self.iteration(&f.target, &f.body, &f.orelse, at, |this, d, body| this.async_next(it, d, body, at))
    }

    /// Awaits the next item of the asynchronous iterator `it` and jumps to `body` with it in `d`; falls
    /// through at the end.
    pub(super) fn async_next(&mut self, it: Reg, d: Reg, body: Target, at: Span) -> Done {
        let mark = self.unit.mark();
        let (exc, item) = (self.unit.temp(at)?, self.unit.temp(at)?);
        let ends = self.label();
        let outside = self.unit.buffer.covering;
        self.unit.buffer.covering = Some(self.unit.buffer.handler(ends, exc));
        let awaitable = self.unit.temp(at)?;
        self.emit(Op::GetAnext { d: awaitable, s: it }, at);
        self.delegate(awaitable, item, at)?;
        self.unit.buffer.covering = outside;
        self.move_to(d, item, at);
        self.emit(Op::Jump { to: body }, at);
        self.place(ends);
        self.emit(Op::EndAsyncFor { exc }, at);
        self.unit.release(mark);
        Ok(())
    }

    /// Checks that `what` may stand here.
    pub(super) fn require_async(&self, what: &str, at: Span) -> Done {
        if self.unit.is_async && self.unit.kind.is_function_like() {
            return Ok(());
        }
        Err(Fault::syntax(format!("'{what}' outside async function"), at))
    }

    pub(super) fn break_loop(&mut self, at: Span) -> Done {
        let Some((depth, breaks, _)) = self.innermost_loop() else {
            return self.outside_loop("'break' outside loop", at);
        };
        self.leave_blocks(depth + 1, at, |c| {
            c.emit(Op::Jump { to: breaks }, at);
            Ok(())
        })
    }

    pub(super) fn continue_loop(&mut self, at: Span) -> Done {
        let Some((depth, _, continues)) = self.innermost_loop() else {
            return self.outside_loop("'continue' not properly in loop", at);
        };
        self.leave_blocks(depth + 1, at, |c| {
            c.emit(Op::Jump { to: continues }, at);
            Ok(())
        })
    }

    fn outside_loop(&mut self, message: &str, at: Span) -> Done {
        // That the statement may not leave an `except*` clause is said first.
        self.leave_blocks(0, at, |_| Ok(()))?;
        Err(Fault::syntax(message, at))
    }

    /// The innermost loop as (index of its block, target of `break`, target of `continue`).
    fn innermost_loop(&self) -> Option<(usize, Target, Target)> {
        let blocks = self.unit.blocks.iter().enumerate().rev();
        let mut loops = blocks.filter_map(|(i, b)| match b.kind {
            BlockKind::Loop { breaks, continues } => Some((i, breaks, continues)),
            _ => None,
        });
        loops.next()
    }

    pub(super) fn return_stmt(&mut self, r: &'a ast::StmtReturn) -> Done {
        let at = span(r);
        if !self.unit.kind.is_function_like() {
            return Err(Fault::syntax("'return' outside function", at));
        }
        let scope = self.table.scope(self.unit.scope);
        if r.value.is_some() && scope.is_async && scope.has_yield {
            return Err(Fault::syntax("'return' with value in async generator", at));
        }
        let runs_code = |b: &Block<'_>| {
            matches!(
                b.kind,
                BlockKind::Finally { .. } | BlockKind::With { .. } | BlockKind::HandlerName { .. }
            )
        };
        let must_keep = self.unit.blocks.iter().any(runs_code);
        let s = match &r.value {
            // The code that runs on the way out may rebind the variable.
            Some(value) if must_keep => self.in_temp(value)?,
            Some(value) => self.operand(value)?,
            None => {
                let s = self.unit.temp(at)?;
                self.emit(Op::LoadNone { d: s }, at);
                s
            }
        };
        let blamed = r.value.as_deref().map_or(at, span);
        self.leave_blocks(0, blamed, |c| {
            c.emit(Op::Return { s }, at);
            Ok(())
        })
    }

    /// Emits what leaving all blocks from index `down_to` on has to do, then `exit`; the blocks stay open for
    /// the code after it.
    fn leave_blocks(
        &mut self,
        down_to: usize,
        at: Span,
        exit: impl FnOnce(&mut Compiler<'a>) -> Done,
    ) -> Done {
        let covering = self.unit.buffer.covering;
        let mark = self.unit.mark();
        let mut left = Vec::new();
        while self.unit.blocks.len() > down_to {
            let block = *self.unit.blocks.last().expect("there are more blocks than wanted");
            self.pop_block();
            left.push(block);
            self.leave_block(block, at)?;
        }
        exit(self)?;
        self.unit.release(mark);
        self.unit.blocks.extend(left.into_iter().rev());
        self.unit.buffer.covering = covering;
        Ok(())
    }

    fn leave_block(&mut self, block: Block<'a>, at: Span) -> Done {
        match block.kind {
            BlockKind::Loop { .. } | BlockKind::Try => Ok(()),
            BlockKind::Finally { body } => self.body(body),
            BlockKind::StarClause => {
                let message = "'break', 'continue' and 'return' cannot appear in an except* block";
                Err(Fault::syntax(message, at))
            }
            BlockKind::Handling { prev } => {
                self.emit(Op::PopExc { prev }, at);
                Ok(())
            }
            BlockKind::HandlerName { name, span } => self.unbind_name(name, span),
            BlockKind::With { exit, is_async, span } => self.with_exit(exit, is_async, span),
        }
    }

    /// Ends a function body that falls off its end.
    pub(super) fn fall_off(&mut self, body: &'a [ast::Stmt]) -> Done {
        let at = body_end(body);
        let at = if at == Span::default() { at } else { body.last().map_or(at, span) };
        self.return_none(at)
    }
}
