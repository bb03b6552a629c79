//! Expressions: operators by how tightly they bind, and where values go.
//!
//! Code for an expression leaves open what only the context knows: the register of its value, or where a condition jumps
//! ([`Expr`]). A local variable is read where it is. Neighbours: `scope`, `statements`.

use super::Compiler;
use super::scope::{FunctionKind, Place, Reg};
use super::statements::MOST_ARGUMENTS;
use crate::bytecode::Op;
use crate::object::{FALSE, NIL, TRUE};
use crate::scanner::Kind;
use crate::world;
use metajit::bytecode::{In, Out, To, Window};
use metajit::heap::{self, Value};

/// Operators between or behind operands, loosest first.
const OPERATORS: [&[Kind]; 7] = [
    &[Kind::Or],
    &[Kind::And],
    &[Kind::EqualEqual, Kind::BangEqual],
    &[Kind::Less, Kind::LessEqual, Kind::Greater, Kind::GreaterEqual],
    &[Kind::Plus, Kind::Minus],
    &[Kind::Star, Kind::Slash],
    &[Kind::LeftParen, Kind::Dot],
];
/// How tightly an operator binds; 0 for what is none, and 1 is kept for assignment.
fn level(operator: Kind) -> usize {
    OPERATORS.iter().position(|row| row.contains(&operator)).map_or(0, |row| row + 2)
}

/// Where the value of an expression is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Operand {
    Constant(Value),
    Register(Reg),
    /// The instruction at this index gives it; its register is open.
    Open(usize),
    /// It is the truth for which the jump at this index, whose target is open, jumps.
    Test(usize),
}

/// An expression: its code is there, but for where it leads.
pub(super) struct Expr {
    operand: Operand,
    /// Jumps out of it that are taken before the operand has been evaluated.
    exits: Vec<Exit>,
}

/// A jump out of an expression.
pub(super) struct Exit {
    /// Its index.
    pub(super) jump: usize,
    /// The truth of the expression where it is taken, and its value there.
    truth: bool,
    value: Operand,
}

impl Exit {
    fn new(jump: usize, truth: bool) -> Exit {
        Exit { jump, truth, value: Operand::Constant(if truth { TRUE } else { FALSE }) }
    }
}
/// The open register of an instruction.
pub(super) const OPEN: Out = Out(0);
/// The open target of a jump.
const AHEAD: To = To(0);

impl From<Operand> for Expr {
    fn from(operand: Operand) -> Expr {
        Expr { operand, exits: Vec::new() }
    }
}
/// `nil`.
impl Default for Expr {
    fn default() -> Expr {
        Operand::Constant(NIL).into()
    }
}

impl<'a> Compiler<'a> {
    // Where values go.

    pub(super) fn open_value(&mut self, op: Op) -> Expr {
        Operand::Open(self.emit(op)).into()
    }

    /// Puts the value of an expression into a register. If there are exits, it must not be one that the expression reads.
    fn put(&mut self, mut expr: Expr, r: Reg) {
        let d = Out(r);
        match expr.operand {
            Operand::Constant(k) => _ = self.emit(Op::Load { d, k }),
            Operand::Register(s) if s == r => {}
            Operand::Register(s) => _ = self.emit(Op::Move { d, s: In(s) }),
            Operand::Open(at) => *self.op(at).out().expect("it gives a value") = d,
            Operand::Test(jump) => {
                self.emit(Op::Load { d, k: FALSE });
                expr.exits.push(Exit::new(jump, true));
            }
        }
        let mut ends = Vec::new();
        for exit in expr.exits {
            if exit.value == Operand::Register(r) {
                ends.push(exit.jump);
            } else {
                ends.push(self.jump());
                self.land([exit.jump]);
                self.put(exit.value.into(), r);
            }
        }
        self.land(ends);
    }
    /// Puts a value into the next free register.
    pub(super) fn put_next(&mut self, expr: Expr) -> Reg {
        let r = self.fresh();
        self.put(expr, r);
        r
    }
    /// The register in which a value is: a variable's own, or a free one.
    pub(super) fn register(&mut self, expr: Expr) -> Reg {
        match expr.operand {
            Operand::Register(r) if expr.exits.is_empty() => r,
            _ => self.put_next(expr),
        }
    }
    /// An expression's value in the next free register.
    pub(super) fn expression_next(&mut self) -> Reg {
        let r = self.scope().next;
        let value = self.expression();
        self.scope().next = r;
        self.put_next(value)
    }
    /// An operand and, after it, what stands to its right: the operand is read where it is unless that assigns.
    fn beside<T>(&mut self, left: Expr, right: impl FnOnce(&mut Self) -> T) -> (In, T) {
        let operator = self.at.previous.text.as_ptr();
        let assigned = self.noted(operator) != 0;
        let a = if assigned { self.put_next(left) } else { self.register(left) };
        let before = self.assignments;
        let right = right(self);
        if self.assignments != before {
            self.note(operator, 1);
        }
        (In(a), right)
    }
    /// Nobody wants the value.
    pub(super) fn discard(&mut self, expr: Expr) {
        match expr.operand {
            Operand::Open(_) => _ = self.put_next(expr.operand.into()),
            Operand::Test(jump) => self.land([jump]),
            _ => {}
        }
        self.land(expr.exits.iter().map(|exit| exit.jump));
    }

    // Conditions.

    /// The jump that is taken if an operand has this truth.
    fn test(&mut self, operand: Operand, truth: bool) -> Exit {
        let mut exit = Exit::new(0, truth);
        if let Operand::Test(jump) = operand {
            exit.jump = jump;
            *self.op(jump).when() ^= !truth;
        } else {
            let r = self.register(operand.into());
            exit.jump = self.emit(Op::JumpIf { a: In(r), when: truth, to: AHEAD });
            exit.value = Operand::Register(r);
        }
        exit
    }
    /// Jumps if the truth of an expression is `when`, else goes on.
    pub(super) fn branch(&mut self, expr: Expr, when: bool) -> Vec<Exit> {
        let exit = self.test(expr.operand, when);
        let (mut exits, rest): (Vec<Exit>, Vec<Exit>) =
            expr.exits.into_iter().partition(|exit| exit.truth == when);
        self.land(rest.iter().map(|exit| exit.jump));
        exits.push(exit);
        exits
    }
    fn not(&mut self, expr: Expr) -> Expr {
        let operand = Operand::Test(self.test(expr.operand, false).jump);
        let exits = expr.exits.into_iter().map(|exit| Exit::new(exit.jump, !exit.truth)).collect();
        Expr { operand, exits }
    }
    fn logical(&mut self, left: Expr, operator: Kind, base: Reg) -> Expr {
        // The truth that decides alone.
        let decides = operator == Kind::Or;
        let exits = self.branch(left, decides);
        self.scope().next = base;
        let mut end = self.count_jump();
        if decides {
            let otherwise = end;
            end = self.count_jump();
            self.count_landing(otherwise);
        }
        self.count(1);
        let mut right = self.operand(level(operator) - 1);
        self.count_landing(end);
        right.exits.extend(exits);
        right
    }

    // Variables.

    pub(super) fn read(&mut self, place: Place) -> Expr {
        match place {
            Place::Register(r) => Operand::Register(r).into(),
            Place::Cell(r) => self.open_value(Op::GetCell { d: OPEN, cell: In(r) }),
            Place::Global(global) => self.open_value(Op::GetGlobal { d: OPEN, global }),
        }
    }
    pub(super) fn write(&mut self, place: Place, s: Reg) {
        let s = In(s);
        match place {
            Place::Register(r) if r == s.0 => {}
            Place::Register(r) => _ = self.emit(Op::Move { d: Out(r), s }),
            Place::Cell(r) => _ = self.emit(Op::SetCell { cell: In(r), s }),
            Place::Global(global) => {
                if !self.noting {
                    global.will_change();
                }
                self.emit(Op::SetGlobal { global, s });
            }
        }
    }
    pub(super) fn named(&mut self, name: &str, may_assign: bool) -> Expr {
        let place = self.resolve(name);
        if !(may_assign && self.passes(Kind::Equal)) {
            self.count(2);
            return self.read(place);
        }
        let value = self.expression();
        self.count(2);
        self.assignments += 1;
        if let Place::Register(r) = place
            && value.exits.is_empty()
        {
            self.put(value, r);
            return Operand::Register(r).into();
        }
        let s = self.register(value);
        self.write(place, s);
        Operand::Register(s).into()
    }

    // The grammar.

    pub(super) fn expression(&mut self) -> Expr {
        self.operand(0)
    }
    /// An expression whose operators bind more tightly than a level.
    fn operand(&mut self, above: usize) -> Expr {
        self.nest(|compiler| compiler.operators(above))
    }

    fn operators(&mut self, above: usize) -> Expr {
        let base = self.scope().next;
        let may_assign = above == 0;
        self.advance();
        let mut left = self.prefix(may_assign);
        loop {
            self.scope().next = match left.operand {
                Operand::Register(r) if r >= base => r + 1,
                _ => base,
            };
            if level(self.at.current.kind) <= above {
                break;
            }
            self.advance();
            left = match self.at.previous.kind {
                Kind::LeftParen => self.call(left),
                Kind::Dot => self.property(left, may_assign),
                operator @ (Kind::And | Kind::Or) => self.logical(left, operator, base),
                operator => self.binary(left, operator),
            };
        }
        if may_assign && self.passes(Kind::Equal) {
            self.error("Invalid assignment target.");
        }
        left
    }

    fn prefix(&mut self, may_assign: bool) -> Expr {
        let token = self.at.previous;
        match token.kind {
            Kind::LeftParen => {
                let inner = self.expression();
                self.expect(Kind::RightParen, "Expect ')' after expression.");
                inner
            }
            Kind::Minus => {
                let operand = self.operand(level(Kind::Star));
                self.count(1);
                let a = In(self.register(operand));
                self.open_value(Op::Negate { d: OPEN, a })
            }
            Kind::Bang => {
                let operand = self.operand(level(Kind::Star));
                self.count(1);
                self.not(operand)
            }
            Kind::Number => self.literal(Value::float(token.text.parse().expect("digits are a number"))),
            Kind::String => {
                let text = &token.text[1..token.text.len() - 1];
                self.literal(Value::object(world::literal(text.as_bytes())))
            }
            Kind::Nil => self.constant(NIL),
            Kind::True => self.constant(TRUE),
            Kind::False => self.constant(FALSE),
            Kind::Identifier => self.named(token.text, may_assign),
            Kind::This if !self.classes.is_empty() => self.named("this", false),
            Kind::Super => self.super_access(),
            Kind::This => self.wrong("Can't use 'this' outside of a class."),
            _ => self.wrong("Expect expression."),
        }
    }
    fn wrong(&mut self, message: &str) -> Expr {
        self.error(message);
        Expr::default()
    }
    /// A constant that lives for ever.
    fn literal(&mut self, k: Value) -> Expr {
        self.count(1);
        self.count_constant();
        k.as_ref().map(heap::permanent);
        self.constant(k)
    }
    pub(super) fn constant(&mut self, k: Value) -> Expr {
        self.count(1);
        Operand::Constant(k).into()
    }

    fn binary(&mut self, left: Expr, operator: Kind) -> Expr {
        use Kind::{BangEqual, EqualEqual, Greater, GreaterEqual, Less, LessEqual, Minus, Plus, Slash, Star};
        let (a, right) = self.beside(left, |compiler| compiler.operand(level(operator)));
        // As in clox: with a NaN, `<=` and `>=` are true.
        let negated = matches!(operator, BangEqual | GreaterEqual | LessEqual);
        self.count(1 + usize::from(negated));
        let constant = match right.operand {
            Operand::Constant(k) if right.exits.is_empty() => Some(k),
            _ => None,
        };
        let (d, when, to) = (OPEN, true, AHEAD);
        let op = match (operator, constant.and_then(Value::as_float), constant) {
            (Plus, Some(k), _) => Op::AddK { d, a, k },
            (Minus, Some(k), _) => Op::SubK { d, a, k },
            (Star, Some(k), _) => Op::MulK { d, a, k },
            (Slash, Some(k), _) => Op::DivK { d, a, k },
            (Less | GreaterEqual, Some(k), _) => Op::JumpLessK { a, when, to, k },
            (Greater | LessEqual, Some(k), _) => Op::JumpGreaterK { a, when, to, k },
            (EqualEqual | BangEqual, _, Some(k)) => Op::JumpEqualK { a, when, to, k },
            _ => {
                let b = In(self.register(right));
                match operator {
                    Plus => Op::Add { d, a, b },
                    Minus => Op::Sub { d, a, b },
                    Star => Op::Mul { d, a, b },
                    Slash => Op::Div { d, a, b },
                    Less | GreaterEqual => Op::JumpLess { a, b, when, to },
                    Greater | LessEqual => Op::JumpLess { a: b, b: a, when, to },
                    _ => Op::JumpEqual { a, b, when, to },
                }
            }
        };
        if let Plus | Minus | Star | Slash = operator {
            return self.open_value(op);
        }
        let jump = self.emit(op);
        *self.op(jump).when() ^= negated;
        Operand::Test(jump).into()
    }

    /// Something and the arguments of its call, in the next registers.
    fn arguments(&mut self, callee: Expr) -> Window {
        let first = self.put_next(callee);
        self.list("Expect ')' after arguments.", |compiler, count| {
            compiler.expression_next();
            if count == MOST_ARGUMENTS {
                compiler.error("Can't have more than 255 arguments.");
            }
        });
        self.window(first)
    }

    fn call(&mut self, callee: Expr) -> Expr {
        let args = self.arguments(callee);
        self.count(2);
        self.open_value(Op::Call { d: OPEN, args })
    }

    fn property(&mut self, object: Expr, may_assign: bool) -> Expr {
        self.expect(Kind::Identifier, "Expect property name after '.'.");
        let name = self.at.previous.text;
        self.count_constant();
        if may_assign && self.passes(Kind::Equal) {
            self.note_field(&object, name);
            let (object, value) = self.beside(object, Self::expression);
            self.count(2);
            let s = self.register(value);
            let site = self.site(name);
            self.emit(Op::SetField { object, s: In(s), site });
            return Operand::Register(s).into();
        }
        if self.passes(Kind::LeftParen) {
            let args = self.arguments(object);
            self.count(3);
            let site = self.site(name);
            return self.open_value(Op::Invoke { d: OPEN, args, site });
        }
        self.count(2);
        let object = In(self.register(object));
        let site = self.site(name);
        self.open_value(Op::GetField { d: OPEN, object, site })
    }
    /// A method sets a field of `this`: instances get room for it.
    fn note_field(&mut self, object: &Expr, name: &str) {
        let is_method = matches!(self.scope().kind, FunctionKind::Method | FunctionKind::Initializer);
        if is_method && matches!(object.operand, Operand::Register(0)) {
            self.class_site().fields.push(world::name(name));
        }
    }

    fn super_access(&mut self) -> Expr {
        let inherits = self.classes.last().map(|class| class.inherits);
        match inherits {
            None => self.error("Can't use 'super' outside of a class."),
            Some(false) => self.error("Can't use 'super' in a class with no superclass."),
            Some(true) => {}
        }
        self.expect(Kind::Dot, "Expect '.' after 'super'.");
        self.expect(Kind::Identifier, "Expect superclass method name.");
        let name = self.at.previous.text;
        self.count_constant();
        if inherits != Some(true) {
            return Expr::default();
        }
        let this = self.named("this", false);
        let site = self.site(name);
        if self.passes(Kind::LeftParen) {
            let first = self.arguments(this).first;
            let class = self.named("super", false);
            self.put_next(class);
            let args = self.window(first);
            self.count(3);
            return self.open_value(Op::SuperInvoke { d: OPEN, args, site });
        }
        let (receiver, class) = self.beside(this, |compiler| compiler.named("super", false));
        let class = In(self.register(class));
        self.count(2);
        self.open_value(Op::GetSuper { d: OPEN, class, receiver, site })
    }
}
