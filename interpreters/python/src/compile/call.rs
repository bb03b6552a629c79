//! Calls: the callee and its arguments go into a contiguous run of temporaries.
//!
//! `obj.name(…)` loads method and receiver at once; `super().name(…)` does so without a super object; calls
//! with `*` or `**` build a tuple and a dict first.

use super::symbols::ScopeKind;
use super::variables::Place;
use super::{Compiler, Done, display};
use crate::bytecode::{Const, ConstId, Op, Reg};
use crate::syntax::{Span, ast, span};
use ast::Expr;

/// The arguments of a call or the bases of a class.
#[derive(Clone, Copy)]
pub struct Arguments<'a> {
    pub args: &'a [Expr],
    pub keywords: &'a [ast::Keyword],
    /// One more positional argument, computed already.
    pub extra: Option<Reg>,
}

impl Arguments<'_> {
    fn count(&self) -> u16 {
        (self.args.len() + self.keywords.len()) as u16 + u16::from(self.extra.is_some())
    }

    /// Whether there is a `*` or `**` among them, or more than a run should hold.
    fn is_spread(&self) -> bool {
        self.args.iter().any(Expr::is_starred_expr)
            || self.keywords.iter().any(|k| k.arg.is_none())
            || self.args.len() + self.keywords.len() > 255
    }
}

impl<'a> Compiler<'a> {
    pub(super) fn call(&mut self, c: &'a ast::ExprCall, d: Reg) -> Done {
        let at = span(c);
        let arguments = Arguments { args: &c.args, keywords: &c.keywords, extra: None };
        if self.is_plain_super(c) {
            let base = self.super_run(c)?;
            self.emit(Op::CallSuper { d, base }, at);
            return Ok(());
        }
        if let Expr::Attribute(a) = &*c.func
            && !arguments.is_spread()
        {
            return self.method_call(a, arguments, d, at);
        }
        let base = self.run_start(d, at)?;
        self.expr(&c.func, base)?;
        self.call_with_leading(base, 0, arguments, d, at)
    }

    /// The first register of a run whose result goes to `d`: `d` itself if it is the topmost temporary.
    pub(super) fn run_start(&mut self, d: Reg, at: Span) -> Done<Reg> {
        if self.unit.is_top(d) { Ok(d) } else { self.unit.temp(at) }
    }

    /// Calls what is in `base`, after which `leading` arguments stand already as the topmost temporaries.
    pub(super) fn call_with_leading(
        &mut self,
        base: Reg,
        leading: u16,
        arguments: Arguments<'a>,
        d: Reg,
        at: Span,
    ) -> Done {
        if arguments.is_spread() {
            return self.spread_call(base, leading, arguments, d, at);
        }
        let names = self.argument_run(arguments)?;
        let argc = leading + arguments.count();
        let op = match names {
            Some(names) => Op::CallKw { d, base, argc, names },
            None => Op::Call { d, base, argc },
        };
        self.emit(op, at);
        Ok(())
    }

    /// Evaluates the arguments into the next temporaries; the tuple of the keywords' names.
    fn argument_run(&mut self, arguments: Arguments<'a>) -> Done<Option<ConstId>> {
        for e in arguments.args {
            self.in_temp(e)?;
        }
        if let Some(s) = arguments.extra {
            let d = self.unit.temp(Span::default())?;
            self.emit(Op::Move { d, s }, Span::default());
        }
        for k in arguments.keywords {
            self.in_temp(&k.value)?;
        }
        if arguments.keywords.is_empty() {
            return Ok(None);
        }
        let names = arguments.keywords.iter().flat_map(|k| &k.arg).map(|n| Const::Str(n.to_string()));
        let names = Const::Tuple(names.collect());
        Ok(Some(self.unit.buffer.constant(names)))
    }

    fn method_call(&mut self, a: &'a ast::ExprAttribute, arguments: Arguments<'a>, d: Reg, at: Span) -> Done {
        let where_ = span(a);
        let base = if let Some(base) = self.super_arguments(&a.value)? {
            let name = self.attribute_name(a);
            self.emit(Op::LoadSuperMethod { base, name }, where_);
            self.unit.release(u32::from(base.0) + 2);
            base
        } else {
            let base = self.run_start(d, where_)?;
            self.unit.temp(where_)?;
            let mark = self.unit.mark();
            let obj = self.operand(&a.value)?;
            self.unit.release(mark);
            let name = self.attribute_name(a);
            self.emit(Op::LoadMethod { base, obj, name }, where_);
            base
        };
        let names = self.argument_run(arguments)?;
        let argc = arguments.count();
        let op = match names {
            Some(names) => Op::CallMethodKw { d, base, argc, names },
            None => Op::CallMethod { d, base, argc },
        };
        self.emit(op, at);
        Ok(())
    }

    fn attribute_name(&mut self, a: &ast::ExprAttribute) -> crate::bytecode::NameId {
        let name = self.mangled(&a.attr);
        if name == "_getframe" {
            self.unit.introspects = true;
        }
        self.unit.buffer.name(&name)
    }

    /// `f(*args, **kwargs)` in all its mixtures.
    fn spread_call(&mut self, base: Reg, leading: u16, arguments: Arguments<'a>, d: Reg, at: Span) -> Done {
        let callee = if leading == 0 {
            base
        } else {
            // The leading arguments stay where they are; the run of the call begins above them.
            let callee = self.unit.temp(at)?;
            self.emit(Op::Move { d: callee, s: base }, at);
            callee
        };
        let positional = self.unit.temp(at)?;
        match arguments.args {
            [Expr::Starred(only)] if leading == 0 && arguments.extra.is_none() => {
                self.expr(&only.value, positional)?
            }
            [] if arguments.extra.is_none() => {
                self.emit(Op::BuildTuple { d: positional, base: base.plus(1), n: leading }, at);
            }
            args => {
                self.emit(Op::BuildList { d: positional, base: base.plus(1), n: leading }, at);
                self.add_each(&display::LIST, positional, args)?;
                if let Some(v) = arguments.extra {
                    self.emit(Op::ListAppend { list: positional, v }, at);
                }
            }
        }
        let keywords = self.unit.temp(at)?;
        if arguments.keywords.is_empty() {
            self.emit(Op::LoadNull { d: keywords }, at);
        } else {
            self.keyword_dict(keywords, callee, arguments.keywords, at)?;
        }
        self.emit(Op::CallEx { d, base: callee }, at);
        Ok(())
    }

    /// Collects keyword arguments and `**` mappings in the dict `map`.
    fn keyword_dict(&mut self, map: Reg, func: Reg, keywords: &'a [ast::Keyword], at: Span) -> Done {
        self.emit(Op::BuildMap { d: map, base: map, n: 0 }, at);
        for k in keywords {
            let mark = self.unit.mark();
            let Some(name) = &k.arg else {
                let v = self.operand(&k.value)?;
                self.emit(Op::DictMerge { map, v, func }, span(&k.value));
                self.unit.release(mark);
                continue;
            };
            // Through a dict of its own, so that a repeated name is noticed by the merge.
            let pair = self.load_const(Const::Str(name.to_string()), span(k))?;
            self.in_temp(&k.value)?;
            self.emit(Op::BuildMap { d: pair, base: pair, n: 1 }, span(k));
            self.emit(Op::DictMerge { map, v: pair, func }, span(k));
            self.unit.release(mark);
        }
        Ok(())
    }

    /// `super()` without arguments where the builtin can be meant and has a class and an instance.
    fn is_plain_super(&self, c: &ast::ExprCall) -> bool {
        c.args.is_empty() && c.keywords.is_empty() && self.is_super(&c.func) && self.has_implicit_super()
    }

    fn is_super(&self, func: &Expr) -> bool {
        matches!(func, Expr::Name(n) if n.id.as_str() == "super" && self.place_of("super") == Place::Global)
    }

    /// Whether the code is a method: it has a first parameter and sees `__class__`.
    fn has_implicit_super(&self) -> bool {
        matches!(self.unit.kind, ScopeKind::Function | ScopeKind::Lambda)
            && self.unit.freevars.iter().any(|f| f == "__class__")
            && !self.unit.varnames.is_empty()
            && self.table.scope(self.unit.scope).symbols[&self.unit.varnames[0]].parameter
    }

    /// The run (super, class, instance) for `super()` or `super(C, obj)`, when `e` is that and an attribute
    /// is wanted.
    pub(super) fn super_arguments(&mut self, e: &'a Expr) -> Done<Option<Reg>> {
        let Expr::Call(c) = e else { return Ok(None) };
        let two = c.args.len() == 2 && !c.args.iter().any(Expr::is_starred_expr) && c.keywords.is_empty();
        if self.is_plain_super(c) || (two && self.is_super(&c.func) && self.unit.kind.is_function_like()) {
            return self.super_run(c).map(Some);
        }
        Ok(None)
    }

    fn super_run(&mut self, c: &'a ast::ExprCall) -> Done<Reg> {
        let at = span(c);
        let base = self.in_temp(&c.func)?;
        if let [class, object] = &c.args[..] {
            self.in_temp(class)?;
            self.in_temp(object)?;
            return Ok(base);
        }
        let class = self.unit.temp(at)?;
        self.load_name("__class__", class, at);
        let object = self.unit.temp(at)?;
        let first = self.unit.varnames[0].clone();
        self.load_name(&first, object, at);
        Ok(base)
    }
}
