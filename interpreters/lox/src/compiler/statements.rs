//! Declarations and statements. Neighbours: `scope`, `expressions`.

use super::expressions::{Expr, OPEN, Operand};
use super::scope::{FunctionKind, Place, Reg, push};
use super::{Compiler, Position};
use crate::bytecode::{ClassSite, Op};
use crate::object::NIL;
use crate::scanner::Kind;
use crate::world;
use metajit::bytecode::{In, Out};

/// Arguments of a call and parameters of a function.
pub(super) const MOST_ARGUMENTS: u32 = 255;

/// Jumps out of a condition.
struct Exits {
    jumps: Vec<usize>,
    /// What clox has emitted up to its jump.
    counted: usize,
}

impl<'a> Compiler<'a> {
    pub(super) fn declaration(&mut self) {
        if self.passes(Kind::Class) {
            self.class();
        } else if self.passes(Kind::Fun) {
            self.fun();
        } else if self.passes(Kind::Var) {
            self.var();
        } else {
            self.statement();
        }
        if self.panicking {
            self.synchronize();
        }
    }

    /// A local variable of which functions in its own declaration know: it is there before its value.
    fn define_early(&mut self, place: Place) {
        if let Place::Register(r) | Place::Cell(r) = place {
            self.put_next(Expr::default());
            self.define(place, r);
        }
    }

    fn class(&mut self) {
        self.expect(Kind::Identifier, "Expect class name.");
        let name = self.at.previous.text;
        self.count_constant();
        let place = self.declare();
        self.define_early(place);
        self.count(2);
        self.classes.push(ClassSite { name: world::name(name), ..ClassSite::default() });
        let superclass = self.passes(Kind::Less).then(|| self.superclass(name));
        let line = self.at.previous.line;
        self.resolve(name);
        self.count(2);
        self.expect(Kind::LeftBrace, "Expect '{' before class body.");
        self.scratch(|compiler| {
            let first = compiler.scope().next;
            if let Some(superclass) = superclass {
                let superclass = compiler.read(superclass);
                compiler.put_next(superclass);
            }
            compiler.methods();
            let inputs = compiler.window(first);
            let site = compiler.classes.pop().expect("pushed above");
            let class = push(&mut compiler.scope().function.classes, site);
            let r = compiler.fresh();
            compiler.emit_on(line, Op::Class { d: Out(r), inputs, class });
            compiler.set(place, r);
        });
        if superclass.is_some() {
            self.end_block();
        }
    }

    /// The superclass's name; the variable `super`, in a block of its own.
    fn superclass(&mut self, class: &str) -> Place {
        self.expect(Kind::Identifier, "Expect superclass name.");
        let name = self.at.previous.text;
        let from = self.resolve(name);
        if name == class {
            self.error("A class can't inherit from itself.");
        }
        self.begin_block();
        let place = self.add_local("super", name.as_ptr());
        let superclass = self.read(from);
        let r = self.put_next(superclass);
        self.define(place, r);
        self.count(5);
        self.class_site().inherits = true;
        place
    }

    /// The methods of a class, into the next registers.
    fn methods(&mut self) {
        while !self.is_at(Kind::RightBrace) && !self.is_at(Kind::End) {
            self.expect(Kind::Identifier, "Expect method name.");
            let name = world::name(self.at.previous.text);
            self.count_constant();
            self.class_site().methods.push(name);
            let is_init = name == "init";
            let kind = if is_init { FunctionKind::Initializer } else { FunctionKind::Method };
            let method = self.function(kind);
            self.put_next(method);
            self.count(2);
        }
        self.expect(Kind::RightBrace, "Expect '}' after class body.");
        self.count(1);
    }
    /// The class around this place.
    pub(super) fn class_site(&mut self) -> &mut ClassSite {
        self.classes.last_mut().expect("in a class")
    }

    /// What has been declared gets its value, after [`Self::define_early`].
    fn set(&mut self, place: Place, s: Reg) {
        match place {
            Place::Global(_) => self.define(place, s),
            _ => self.write(place, s),
        }
    }

    fn fun(&mut self) {
        let place = self.variable("Expect function name.");
        self.define_early(place);
        let function = self.function(FunctionKind::Function);
        self.scratch(|compiler| {
            let r = compiler.put_next(function);
            compiler.set(place, r);
        });
    }

    fn var(&mut self) {
        let place = self.variable("Expect variable name.");
        let r = if self.passes(Kind::Equal) {
            self.expression_next()
        } else {
            let nil = self.constant(NIL);
            self.put_next(nil)
        };
        self.expect(Kind::Semicolon, "Expect ';' after variable declaration.");
        self.define(place, r);
    }

    /// The function that the previous token names: what makes a closure of it.
    fn function(&mut self, kind: FunctionKind) -> Expr {
        self.open(kind, self.at.previous.text);
        self.begin_block();
        self.expect(Kind::LeftParen, "Expect '(' after function name.");
        let arity = self.list("Expect ')' after parameters.", |compiler, count| {
            if count == MOST_ARGUMENTS {
                compiler.error_at(compiler.at.current, "Can't have more than 255 parameters.");
            }
            let place = compiler.variable("Expect parameter name.");
            let r = compiler.fresh();
            compiler.define(place, r);
        });
        let body = self.at.current.text.as_ptr();
        self.open_body(arity, self.noted(body));
        self.expect(Kind::LeftBrace, "Expect '{' before function body.");
        self.nest(Self::block);
        let (function, captures) = self.close();
        self.note(body, captures.len() as u16);
        self.count_constant();
        self.count(2 + 2 * captures.len());
        let function = push(&mut self.scope().function.functions, function);
        let cells = self.scratch(|compiler| {
            let first = compiler.scope().next;
            captures.into_iter().for_each(|cell| _ = compiler.put_next(Operand::Register(cell).into()));
            compiler.window(first)
        });
        self.open_value(Op::Closure { d: OPEN, cells, function })
    }

    /// Items with commas between them, up to the parenthesis; each is told how many precede it.
    pub(super) fn list(&mut self, end: &str, mut item: impl FnMut(&mut Self, u32)) -> u32 {
        let (mut count, mut more) = (0, !self.is_at(Kind::RightParen));
        while more {
            item(self, count);
            count += 1;
            more = self.passes(Kind::Comma);
        }
        self.expect(Kind::RightParen, end);
        count
    }

    pub(super) fn block(&mut self) {
        while !self.is_at(Kind::RightBrace) && !self.is_at(Kind::End) {
            self.declaration();
        }
        self.expect(Kind::RightBrace, "Expect '}' after block.");
    }

    fn statement(&mut self) {
        let compile: fn(&mut Self) = match self.at.current.kind {
            Kind::Print => Self::print_statement,
            Kind::For => Self::for_statement,
            Kind::If => Self::if_statement,
            Kind::Return => Self::return_statement,
            Kind::While => Self::while_statement,
            Kind::LeftBrace => Self::block_statement,
            _ => return self.expression_statement(),
        };
        self.advance();
        self.scratch(compile);
    }

    fn print_statement(&mut self) {
        let value = self.expression();
        let s = In(self.register(value));
        self.expect(Kind::Semicolon, "Expect ';' after value.");
        self.count(1);
        self.emit(Op::Print { s });
    }
    fn block_statement(&mut self) {
        self.begin_block();
        self.nest(Self::block);
        self.end_block();
    }
    fn expression_statement(&mut self) {
        self.effect();
        self.expect(Kind::Semicolon, "Expect ';' after expression.");
    }
    /// An expression whose value nobody wants.
    fn effect(&mut self) {
        let value = self.expression();
        self.discard(value);
        self.count(1);
    }
    /// A condition: the jumps that are taken if its truth is `when`.
    fn condition(&mut self, when: bool) -> Exits {
        let exits = self.scratch(|compiler| {
            let value = compiler.expression();
            compiler.branch(value, when)
        });
        let jumps = exits.iter().map(|exit| exit.jump).collect();
        let counted = self.count_jump();
        self.count(1);
        Exits { jumps, counted }
    }
    /// Where a false condition leads.
    fn leave(&mut self, exits: Exits) {
        self.count_landing(exits.counted);
        self.count(1);
        self.land(exits.jumps);
    }

    fn if_statement(&mut self) {
        self.expect(Kind::LeftParen, "Expect '(' after 'if'.");
        let exits = self.condition(false);
        self.expect(Kind::RightParen, "Expect ')' after condition.");
        self.nest(Self::statement);
        let end = self.count_jump();
        let over = self.is_at(Kind::Else).then(|| self.jump());
        self.leave(exits);
        if self.passes(Kind::Else) {
            self.nest(Self::statement);
        }
        self.land(over);
        self.count_landing(end);
    }

    fn while_statement(&mut self) {
        let start = self.scope().bytes;
        self.expect(Kind::LeftParen, "Expect '(' after 'while'.");
        let condition = self.at;
        let exits = self.condition(false);
        self.expect(Kind::RightParen, "Expect ')' after condition.");
        self.repeat(start, Some((condition, exits)), None);
    }

    fn for_statement(&mut self) {
        self.begin_block();
        self.expect(Kind::LeftParen, "Expect '(' after 'for'.");
        if !self.passes(Kind::Semicolon) {
            if self.passes(Kind::Var) { self.var() } else { self.expression_statement() }
        }
        let mut start = self.scope().bytes;
        let has_condition = !self.passes(Kind::Semicolon);
        let condition = has_condition.then(|| {
            let condition = (self.at, self.condition(false));
            self.expect(Kind::Semicolon, "Expect ';' after loop condition.");
            condition
        });
        let increment = (!self.passes(Kind::RightParen)).then_some(self.at);
        if increment.is_some() {
            let (jump, here) = (self.count_jump(), self.here());
            let increment_start = self.scope().bytes;
            self.effect();
            // Its code stands behind the body.
            let function = &mut self.scope().function;
            function.ops.truncate(here);
            function.lines.truncate(here);
            self.expect(Kind::RightParen, "Expect ')' after for clauses.");
            self.count_loop(start);
            start = increment_start;
            self.count_landing(jump);
        }
        self.repeat(start, condition, increment);
        self.end_block();
    }

    /// A loop's body. The condition stands before the loop and again at its end, so that an iteration takes one jump.
    fn repeat(
        &mut self,
        start: usize,
        condition: Option<(Position<'a>, Exits)>,
        increment: Option<Position<'a>>,
    ) {
        let header = self.loop_header();
        self.nest(Self::statement);
        if let Some(increment) = increment {
            self.again(increment, Self::effect);
        }
        let Some((condition, exits)) = condition else {
            let back = self.jump();
            self.land_at(header, [back]);
            return self.count_loop(start);
        };
        self.again(condition, |compiler| {
            let back = compiler.condition(true);
            compiler.land_at(header, back.jumps);
        });
        self.count_loop(start);
        self.leave(exits);
    }

    fn return_statement(&mut self) {
        let kind = self.scope().kind;
        if kind == FunctionKind::Script {
            self.error("Can't return from top-level code.");
        }
        if self.passes(Kind::Semicolon) {
            return self.return_default();
        }
        if kind == FunctionKind::Initializer {
            self.error("Can't return a value from an initializer.");
        }
        let value = self.expression();
        self.give_back(value);
        self.expect(Kind::Semicolon, "Expect ';' after return value.");
    }
    /// Returns what a function returns by itself.
    pub(super) fn return_default(&mut self) {
        let is_init = self.scope().kind == FunctionKind::Initializer;
        let value = if is_init { self.named("this", false) } else { self.constant(NIL) };
        self.give_back(value);
    }
    fn give_back(&mut self, value: Expr) {
        let s = In(self.register(value));
        self.emit(Op::Return { s });
        self.count(1);
    }
}
