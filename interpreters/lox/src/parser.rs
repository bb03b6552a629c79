//! Tokens to a syntax tree, with every variable resolved and every compile error reported.
//!
//! Errors are clox's, in its order and with its recovery. Its limits come from an encoding with operands of one byte and
//! jumps of two, which this bytecode does not have; so the parser counts the bytes and constants that clox would emit
//! ([`Scope::bytes`], [`Scope::constants`]). Neighbours: `scanner`, `ast`, `codegen`.

use crate::ast::{
    Binary, Capture, Class, Expr, ExprKind, Function, FunctionKind, Name, Place, Stmt, StmtKind, Variable,
};
use crate::scanner::{Kind, Scanner, Token};
use crate::world;

/// What one byte counts to: local variables, captured variables, constants of a function.
const BYTE: usize = 256;
/// What two bytes hold: the length of a jump.
const MOST_JUMP: usize = u16::MAX as usize;
/// Arguments of a call and parameters of a function.
const MOST_ARGUMENTS: usize = 255;
/// Expressions and statements nested in each other. (clox ends when the machine's stack does.)
const MOST_NESTED: u32 = 500;

/// How tightly operators bind, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Assignment,
    Or,
    And,
    Equality,
    Comparison,
    Term,
    Factor,
    Unary,
    Call,
    /// Nothing binds so tightly.
    Primary,
}

/// The level of a token between or behind operands.
fn infix_level(kind: Kind) -> Option<Level> {
    Some(match kind {
        Kind::LeftParen | Kind::Dot => Level::Call,
        Kind::Minus | Kind::Plus => Level::Term,
        Kind::Slash | Kind::Star => Level::Factor,
        Kind::BangEqual | Kind::EqualEqual => Level::Equality,
        Kind::Greater | Kind::GreaterEqual | Kind::Less | Kind::LessEqual => Level::Comparison,
        Kind::And => Level::And,
        Kind::Or => Level::Or,
        _ => return None,
    })
}

fn above(level: Level) -> Level {
    match level {
        Level::Assignment => Level::Or,
        Level::Or => Level::And,
        Level::And => Level::Equality,
        Level::Equality => Level::Comparison,
        Level::Comparison => Level::Term,
        Level::Term => Level::Factor,
        Level::Factor => Level::Unary,
        Level::Unary => Level::Call,
        Level::Call | Level::Primary => Level::Primary,
    }
}

/// A variable of a function that is being parsed.
struct Local<'a> {
    name: &'a str,
    /// The block it belongs to; `None` until it has its value.
    depth: Option<u32>,
    variable: Variable,
}

/// A function that is being parsed.
struct Scope<'a> {
    kind: FunctionKind,
    locals: Vec<Local<'a>>,
    captures: Vec<Capture>,
    /// Blocks around this place.
    depth: u32,
    /// Bytes that clox would have emitted.
    bytes: usize,
    /// Constants that clox would have made.
    constants: usize,
}

/// A class whose body is being parsed.
struct ClassScope {
    inherits: bool,
    fields: Vec<Name>,
}

/// A program, understood.
#[derive(Debug)]
pub struct Program {
    /// Its statements as a function.
    pub script: Function,
    /// Which of the variables, by number, closures capture.
    pub captured: Vec<bool>,
}

struct Parser<'a> {
    scanner: Scanner<'a>,
    previous: Token<'a>,
    current: Token<'a>,
    errors: Vec<String>,
    /// Errors are not reported until the next statement.
    panicking: bool,
    scopes: Vec<Scope<'a>>,
    classes: Vec<ClassScope>,
    captured: Vec<bool>,
    nested: u32,
}

/// Parses a program.
///
/// # Errors
/// The messages.
pub fn parse(source: &str) -> Result<Program, Vec<String>> {
    let start = Token { kind: Kind::End, text: "", line: 1 };
    let mut parser = Parser {
        scanner: Scanner::new(source),
        previous: start,
        current: start,
        errors: Vec::new(),
        panicking: false,
        scopes: Vec::new(),
        classes: Vec::new(),
        captured: Vec::new(),
        nested: 0,
    };
    parser.advance();
    let receiver = parser.open(FunctionKind::Script);
    let mut body = Vec::new();
    while !parser.passes(Kind::End) {
        body.extend(parser.declaration());
    }
    let script = parser.close(String::new(), receiver, Vec::new(), body);
    if parser.errors.is_empty() {
        Ok(Program { script, captured: parser.captured })
    } else {
        Err(parser.errors)
    }
}

impl<'a> Parser<'a> {
    // Tokens and errors.

    fn advance(&mut self) {
        self.previous = self.current;
        loop {
            self.current = self.scanner.token();
            if self.current.kind != Kind::Error {
                return;
            }
            self.error_at(self.current, self.current.text);
        }
    }
    fn at(&self, kind: Kind) -> bool {
        self.current.kind == kind
    }
    fn passes(&mut self, kind: Kind) -> bool {
        let is = self.at(kind);
        if is {
            self.advance();
        }
        is
    }
    fn expect(&mut self, kind: Kind, message: &str) {
        if !self.passes(kind) {
            self.error_at(self.current, message);
        }
    }
    fn error_at(&mut self, token: Token<'a>, message: &str) {
        if std::mem::replace(&mut self.panicking, true) {
            return;
        }
        let place = match token.kind {
            Kind::End => " at end".to_owned(),
            Kind::Error => String::new(),
            _ => format!(" at '{}'", token.text),
        };
        self.errors.push(format!("[line {}] Error{place}: {message}", token.line));
    }
    fn error(&mut self, message: &str) {
        self.error_at(self.previous, message);
    }
    /// Skips to where a statement may begin.
    fn synchronize(&mut self) {
        self.panicking = false;
        while !self.at(Kind::End) && self.previous.kind != Kind::Semicolon {
            if let Kind::Class
            | Kind::Fun
            | Kind::Var
            | Kind::For
            | Kind::If
            | Kind::While
            | Kind::Print
            | Kind::Return = self.current.kind
            {
                return;
            }
            self.advance();
        }
    }

    // What clox would emit.

    fn scope(&mut self) -> &mut Scope<'a> {
        self.scopes.last_mut().expect("the script is always there")
    }
    fn emit(&mut self, bytes: usize) {
        self.scope().bytes += bytes;
    }
    fn constant(&mut self) {
        self.scope().constants += 1;
        if self.scope().constants > BYTE {
            self.error("Too many constants in one chunk.");
        }
    }
    fn jump(&mut self) -> usize {
        self.emit(3);
        self.scope().bytes
    }
    fn land(&mut self, from: usize) {
        if self.scope().bytes - from > MOST_JUMP {
            self.error("Too much code to jump over.");
        }
    }
    fn loop_back(&mut self, start: usize) {
        self.emit(3);
        if self.scope().bytes - start > MOST_JUMP {
            self.error("Loop body too large.");
        }
    }

    // Functions, blocks and variables.

    fn new_variable(&mut self) -> Variable {
        self.captured.push(false);
        self.captured.len() as Variable - 1
    }
    fn open(&mut self, kind: FunctionKind) -> Variable {
        let method = matches!(kind, FunctionKind::Method | FunctionKind::Initializer);
        let variable = self.new_variable();
        let receiver = Local { name: if method { "this" } else { "" }, depth: Some(0), variable };
        self.scopes.push(Scope {
            kind,
            locals: vec![receiver],
            captures: Vec::new(),
            depth: 0,
            bytes: 0,
            constants: 0,
        });
        variable
    }
    fn close(
        &mut self,
        name: String,
        receiver: Variable,
        params: Vec<Variable>,
        body: Vec<Stmt>,
    ) -> Function {
        let scope = self.scopes.pop().expect("opened before");
        let line = self.previous.line;
        Function { name, kind: scope.kind, receiver, params, captures: scope.captures, body, line }
    }
    fn begin_block(&mut self) {
        self.scope().depth += 1;
    }
    fn end_block(&mut self) {
        let scope = self.scope();
        scope.depth -= 1;
        while scope.locals.last().is_some_and(|local| local.depth.is_some_and(|depth| depth > scope.depth)) {
            scope.locals.pop();
            scope.bytes += 1;
        }
    }
    fn add_local(&mut self, name: &'a str) -> Variable {
        let variable = self.new_variable();
        if self.scope().locals.len() == BYTE {
            self.error("Too many local variables in function.");
        } else {
            self.scope().locals.push(Local { name, depth: None, variable });
        }
        variable
    }
    /// A declaration of the variable that the previous token names: where it will be.
    fn declare(&mut self) -> Place {
        let name = self.previous.text;
        let scope = self.scope();
        let depth = scope.depth;
        if depth == 0 {
            self.constant();
            return Place::Global(world::global(world::name(name)));
        }
        let same_block = scope.locals.iter().rev().take_while(|local| local.depth.is_none_or(|d| d >= depth));
        if same_block.into_iter().any(|local| local.name == name) {
            self.error("Already a variable with this name in this scope.");
        }
        Place::Local(self.add_local(name))
    }
    /// The variable declared last has its value.
    fn define(&mut self, place: Place) {
        match place {
            Place::Global(_) => self.emit(2),
            _ => {
                let scope = self.scope();
                let depth = scope.depth;
                if let Some(local) = scope.locals.last_mut() {
                    local.depth = Some(depth);
                }
            }
        }
    }
    fn variable(&mut self, message: &str) -> Place {
        self.expect(Kind::Identifier, message);
        self.declare()
    }
    /// The local variable of a name in the function at `level`, with its number.
    fn find_local(&mut self, level: usize, name: &str) -> Option<Variable> {
        let local = self.scopes[level].locals.iter().rev().find(|local| local.name == name)?;
        let (variable, ready) = (local.variable, local.depth.is_some());
        if !ready {
            self.error("Can't read local variable in its own initializer.");
        }
        Some(variable)
    }
    fn find_captured(&mut self, level: usize, name: &str) -> Option<usize> {
        let outer = level.checked_sub(1)?;
        let capture = match self.find_local(outer, name) {
            Some(variable) => {
                self.captured[variable as usize] = true;
                Capture::Local(variable)
            }
            None => Capture::Upvalue(self.find_captured(outer, name)?),
        };
        let captures = &mut self.scopes[level].captures;
        let same = |other: &Capture| match (*other, capture) {
            (Capture::Local(a), Capture::Local(b)) => a == b,
            (Capture::Upvalue(a), Capture::Upvalue(b)) => a == b,
            _ => false,
        };
        if let Some(index) = captures.iter().position(same) {
            return Some(index);
        }
        if captures.len() == BYTE {
            self.error("Too many closure variables in function.");
            return Some(0);
        }
        captures.push(capture);
        Some(captures.len() - 1)
    }
    fn resolve(&mut self, name: &str) -> Place {
        let level = self.scopes.len() - 1;
        if let Some(variable) = self.find_local(level, name) {
            return Place::Local(variable);
        }
        match self.find_captured(level, name) {
            Some(index) => Place::Upvalue(index),
            None => {
                self.constant();
                Place::Global(world::global(world::name(name)))
            }
        }
    }

    // Declarations and statements.

    /// A declaration; nothing after an error.
    fn declaration(&mut self) -> Option<Stmt> {
        let kind = if self.passes(Kind::Class) {
            self.class()
        } else if self.passes(Kind::Fun) {
            self.fun()
        } else if self.passes(Kind::Var) {
            self.var()
        } else {
            self.statement_kind()
        };
        if self.panicking {
            self.synchronize();
        }
        Some(Stmt { kind, line: self.previous.line })
    }

    fn class(&mut self) -> StmtKind {
        self.expect(Kind::Identifier, "Expect class name.");
        let token = self.previous;
        let name = world::name(token.text);
        self.constant();
        let place = self.declare();
        self.emit(2);
        self.define(place);
        self.classes.push(ClassScope { inherits: false, fields: Vec::new() });
        let mut superclass = None;
        if self.passes(Kind::Less) {
            self.expect(Kind::Identifier, "Expect superclass name.");
            let from = self.resolve(self.previous.text);
            if self.previous.text == token.text {
                self.error("A class can't inherit from itself.");
            }
            self.begin_block();
            let variable = self.add_local("super");
            self.define(Place::Local(variable));
            self.emit(5);
            self.classes.last_mut().expect("pushed above").inherits = true;
            superclass = Some((from, variable));
        }
        let line = self.previous.line;
        self.resolve(token.text);
        self.emit(2);
        self.expect(Kind::LeftBrace, "Expect '{' before class body.");
        let mut methods = Vec::new();
        while !self.at(Kind::RightBrace) && !self.at(Kind::End) {
            self.expect(Kind::Identifier, "Expect method name.");
            let name = self.previous.text;
            self.constant();
            let kind = if name == "init" { FunctionKind::Initializer } else { FunctionKind::Method };
            methods.push((world::name(name), self.function(kind)));
            self.emit(2);
        }
        self.expect(Kind::RightBrace, "Expect '}' after class body.");
        self.emit(1);
        if superclass.is_some() {
            self.end_block();
        }
        let fields = self.classes.pop().expect("pushed above").fields;
        StmtKind::Class(place, Class { name, superclass, methods, fields, line })
    }

    fn fun(&mut self) -> StmtKind {
        let place = self.variable("Expect function name.");
        if let Place::Local(_) = place {
            // It may call itself.
            self.define(place);
        }
        let function = self.function(FunctionKind::Function);
        if let Place::Global(_) = place {
            self.define(place);
        }
        StmtKind::Fun(place, function)
    }

    /// Parameters and body of the function that the previous token names.
    fn function(&mut self, kind: FunctionKind) -> Function {
        let name = self.previous.text.to_owned();
        let receiver = self.open(kind);
        self.begin_block();
        self.expect(Kind::LeftParen, "Expect '(' after function name.");
        let mut params = Vec::new();
        if !self.at(Kind::RightParen) {
            loop {
                if params.len() == MOST_ARGUMENTS {
                    self.error_at(self.current, "Can't have more than 255 parameters.");
                }
                let place = self.variable("Expect parameter name.");
                self.define(place);
                if let Place::Local(variable) = place {
                    params.push(variable);
                }
                if !self.passes(Kind::Comma) {
                    break;
                }
            }
        }
        self.expect(Kind::RightParen, "Expect ')' after parameters.");
        self.expect(Kind::LeftBrace, "Expect '{' before function body.");
        let body = self.nest(Self::block).unwrap_or_default();
        let function = self.close(name, receiver, params, body);
        self.constant();
        self.emit(2 + 2 * function.captures.len());
        function
    }

    fn var(&mut self) -> StmtKind {
        let place = self.variable("Expect variable name.");
        let value = if self.passes(Kind::Equal) {
            Some(self.expression())
        } else {
            self.emit(1);
            None
        };
        self.expect(Kind::Semicolon, "Expect ';' after variable declaration.");
        self.define(place);
        StmtKind::Var(place, value)
    }

    /// Something that may contain itself.
    fn nest<T>(&mut self, parse: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.nested >= MOST_NESTED {
            self.error("Too much nesting.");
            // Nothing is parsed any more: each level would meet the same.
            while !self.at(Kind::End) {
                self.advance();
            }
            return None;
        }
        self.nested += 1;
        let result = parse(self);
        self.nested -= 1;
        Some(result)
    }

    fn statement(&mut self) -> Stmt {
        let kind = self.nest(Self::statement_kind).unwrap_or(StmtKind::Block(Vec::new()));
        Stmt { kind, line: self.previous.line }
    }

    fn statement_kind(&mut self) -> StmtKind {
        if self.passes(Kind::Print) {
            let value = self.expression();
            self.expect(Kind::Semicolon, "Expect ';' after value.");
            self.emit(1);
            StmtKind::Print(value)
        } else if self.passes(Kind::For) {
            self.for_statement()
        } else if self.passes(Kind::If) {
            self.if_statement()
        } else if self.passes(Kind::Return) {
            self.return_statement()
        } else if self.passes(Kind::While) {
            self.while_statement()
        } else if self.passes(Kind::LeftBrace) {
            self.begin_block();
            let body = self.nest(Self::block).unwrap_or_default();
            self.end_block();
            StmtKind::Block(body)
        } else {
            self.expression_statement()
        }
    }

    fn block(&mut self) -> Vec<Stmt> {
        let mut body = Vec::new();
        while !self.at(Kind::RightBrace) && !self.at(Kind::End) {
            body.extend(self.declaration());
        }
        self.expect(Kind::RightBrace, "Expect '}' after block.");
        body
    }

    fn expression_statement(&mut self) -> StmtKind {
        let value = self.expression();
        self.expect(Kind::Semicolon, "Expect ';' after expression.");
        self.emit(1);
        StmtKind::Expr(value)
    }

    fn for_statement(&mut self) -> StmtKind {
        self.begin_block();
        self.expect(Kind::LeftParen, "Expect '(' after 'for'.");
        let mut parts = Vec::new();
        if !self.passes(Kind::Semicolon) {
            let kind = if self.passes(Kind::Var) { self.var() } else { self.expression_statement() };
            parts.push(Stmt { kind, line: self.previous.line });
        }
        let mut start = self.scope().bytes;
        let mut exit = None;
        let mut condition = None;
        if !self.passes(Kind::Semicolon) {
            condition = Some(self.expression());
            self.expect(Kind::Semicolon, "Expect ';' after loop condition.");
            exit = Some(self.jump());
            self.emit(1);
        }
        let mut increment = None;
        if !self.passes(Kind::RightParen) {
            let body = self.jump();
            let increment_start = self.scope().bytes;
            increment = Some(self.expression());
            self.emit(1);
            self.expect(Kind::RightParen, "Expect ')' after for clauses.");
            self.loop_back(start);
            start = increment_start;
            self.land(body);
        }
        let body = self.statement();
        self.loop_back(start);
        if let Some(exit) = exit {
            self.land(exit);
            self.emit(1);
        }
        self.end_block();
        let line = self.previous.line;
        parts.push(Stmt { kind: StmtKind::While(condition, Box::new(body), increment), line });
        StmtKind::Block(parts)
    }

    fn if_statement(&mut self) -> StmtKind {
        self.expect(Kind::LeftParen, "Expect '(' after 'if'.");
        let condition = self.expression();
        self.expect(Kind::RightParen, "Expect ')' after condition.");
        let skip = self.jump();
        self.emit(1);
        let then = Box::new(self.statement());
        let end = self.jump();
        self.land(skip);
        self.emit(1);
        let otherwise = if self.passes(Kind::Else) { Some(Box::new(self.statement())) } else { None };
        self.land(end);
        StmtKind::If(condition, then, otherwise)
    }

    fn while_statement(&mut self) -> StmtKind {
        let start = self.scope().bytes;
        self.expect(Kind::LeftParen, "Expect '(' after 'while'.");
        let condition = self.expression();
        self.expect(Kind::RightParen, "Expect ')' after condition.");
        let exit = self.jump();
        self.emit(1);
        let body = Box::new(self.statement());
        self.loop_back(start);
        self.land(exit);
        self.emit(1);
        StmtKind::While(Some(condition), body, None)
    }

    fn return_statement(&mut self) -> StmtKind {
        if self.scope().kind == FunctionKind::Script {
            self.error("Can't return from top-level code.");
        }
        if self.passes(Kind::Semicolon) {
            self.emit(2);
            return StmtKind::Return(None);
        }
        if self.scope().kind == FunctionKind::Initializer {
            self.error("Can't return a value from an initializer.");
        }
        let value = self.expression();
        self.expect(Kind::Semicolon, "Expect ';' after return value.");
        self.emit(1);
        StmtKind::Return(Some(value))
    }

    // Expressions.

    fn node(&mut self, kind: ExprKind) -> Expr {
        let mut depth = 0;
        let mut assigns = matches!(kind, ExprKind::Set(..));
        let mut add = |part: &Expr| {
            depth = depth.max(part.depth);
            assigns |= part.assigns;
        };
        match &kind {
            ExprKind::Set(_, a) | ExprKind::Negate(a) | ExprKind::Not(a) | ExprKind::Property(a, _) => add(a),
            ExprKind::Binary(_, a, b)
            | ExprKind::And(a, b)
            | ExprKind::Or(a, b)
            | ExprKind::SetProperty(a, _, b) => {
                add(a);
                add(b);
            }
            ExprKind::Call(a, args) | ExprKind::Invoke(a, _, args) => {
                add(a);
                args.iter().for_each(add);
            }
            ExprKind::SuperInvoke(_, _, _, args) => args.iter().for_each(add),
            _ => {}
        }
        if depth >= MOST_NESTED {
            self.error("Too much nesting.");
        }
        Expr { kind, line: self.previous.line, depth: depth + 1, assigns }
    }

    fn expression(&mut self) -> Expr {
        self.level(Level::Assignment)
    }

    fn level(&mut self, level: Level) -> Expr {
        match self.nest(|parser| parser.operators(level)) {
            Some(expr) => expr,
            None => self.node(ExprKind::Nil),
        }
    }

    fn operators(&mut self, level: Level) -> Expr {
        self.advance();
        let may_assign = level <= Level::Assignment;
        let mut left = self.prefix(may_assign);
        while infix_level(self.current.kind).is_some_and(|next| next >= level) {
            if left.depth >= MOST_NESTED {
                self.node(ExprKind::Not(Box::new(left)));
                return self.node(ExprKind::Nil);
            }
            self.advance();
            left = self.infix(left, may_assign);
        }
        if may_assign && self.passes(Kind::Equal) {
            self.error("Invalid assignment target.");
        }
        left
    }

    fn prefix(&mut self, may_assign: bool) -> Expr {
        let token = self.previous;
        match token.kind {
            Kind::LeftParen => {
                let inner = self.expression();
                self.expect(Kind::RightParen, "Expect ')' after expression.");
                inner
            }
            Kind::Minus | Kind::Bang => {
                let operand = Box::new(self.level(Level::Unary));
                self.emit(1);
                let negates = token.kind == Kind::Minus;
                self.node(if negates { ExprKind::Negate(operand) } else { ExprKind::Not(operand) })
            }
            Kind::Number => {
                self.emit(2);
                self.constant();
                let number = token.text.parse().expect("digits are a number");
                self.node(ExprKind::Number(number))
            }
            Kind::String => {
                self.emit(2);
                self.constant();
                let text = world::literal(&token.text[1..token.text.len() - 1]);
                self.node(ExprKind::String(text))
            }
            Kind::Nil | Kind::True | Kind::False => {
                self.emit(1);
                self.node(match token.kind {
                    Kind::Nil => ExprKind::Nil,
                    kind => ExprKind::Bool(kind == Kind::True),
                })
            }
            Kind::Identifier => self.named(token.text, may_assign),
            Kind::This if self.classes.is_empty() => {
                self.error("Can't use 'this' outside of a class.");
                self.node(ExprKind::Nil)
            }
            Kind::This => self.named("this", false),
            Kind::Super => self.super_access(),
            _ => {
                self.error("Expect expression.");
                self.node(ExprKind::Nil)
            }
        }
    }

    fn named(&mut self, name: &str, may_assign: bool) -> Expr {
        let place = self.resolve(name);
        if may_assign && self.passes(Kind::Equal) {
            let value = Box::new(self.expression());
            self.emit(2);
            return self.node(ExprKind::Set(place, value));
        }
        self.emit(2);
        self.node(ExprKind::Get(place))
    }

    fn super_access(&mut self) -> Expr {
        match self.classes.last() {
            None => self.error("Can't use 'super' outside of a class."),
            Some(class) if !class.inherits => {
                self.error("Can't use 'super' in a class with no superclass.");
            }
            Some(_) => {}
        }
        self.expect(Kind::Dot, "Expect '.' after 'super'.");
        self.expect(Kind::Identifier, "Expect superclass method name.");
        let name = world::name(self.previous.text);
        self.constant();
        if self.classes.last().is_none_or(|class| !class.inherits) {
            return self.node(ExprKind::Nil);
        }
        let this = self.resolve("this");
        self.emit(2);
        if self.passes(Kind::LeftParen) {
            let arguments = self.arguments();
            let superclass = self.resolve("super");
            self.emit(5);
            return self.node(ExprKind::SuperInvoke(this, superclass, name, arguments));
        }
        let superclass = self.resolve("super");
        self.emit(4);
        self.node(ExprKind::Super(this, superclass, name))
    }

    fn arguments(&mut self) -> Vec<Expr> {
        let mut arguments = Vec::new();
        if !self.at(Kind::RightParen) {
            loop {
                arguments.push(self.expression());
                if arguments.len() == MOST_ARGUMENTS + 1 {
                    self.error("Can't have more than 255 arguments.");
                }
                if !self.passes(Kind::Comma) {
                    break;
                }
            }
        }
        self.expect(Kind::RightParen, "Expect ')' after arguments.");
        arguments
    }

    fn infix(&mut self, left: Expr, may_assign: bool) -> Expr {
        let operator = self.previous.kind;
        let left = Box::new(left);
        match operator {
            Kind::LeftParen => {
                let arguments = self.arguments();
                self.emit(2);
                return self.node(ExprKind::Call(left, arguments));
            }
            Kind::Dot => return self.property(left, may_assign),
            Kind::And => {
                let end = self.jump();
                self.emit(1);
                let right = Box::new(self.level(Level::And));
                self.land(end);
                return self.node(ExprKind::And(left, right));
            }
            Kind::Or => {
                let otherwise = self.jump();
                let end = self.jump();
                self.land(otherwise);
                self.emit(1);
                let right = Box::new(self.level(Level::Or));
                self.land(end);
                return self.node(ExprKind::Or(left, right));
            }
            _ => {}
        }
        let level = infix_level(operator).expect("an operator");
        let right = Box::new(self.level(above(level)));
        let (binary, negated) = match operator {
            Kind::Plus => (Binary::Add, false),
            Kind::Minus => (Binary::Sub, false),
            Kind::Star => (Binary::Mul, false),
            Kind::Slash => (Binary::Div, false),
            Kind::Less => (Binary::Less, false),
            Kind::Greater => (Binary::Greater, false),
            // As in clox: with a NaN, both are true.
            Kind::LessEqual => (Binary::Greater, true),
            Kind::GreaterEqual => (Binary::Less, true),
            Kind::EqualEqual => (Binary::Equal, false),
            _ => (Binary::Equal, true),
        };
        self.emit(1 + usize::from(negated));
        let result = self.node(ExprKind::Binary(binary, left, right));
        if negated { self.node(ExprKind::Not(Box::new(result))) } else { result }
    }

    fn property(&mut self, object: Box<Expr>, may_assign: bool) -> Expr {
        self.expect(Kind::Identifier, "Expect property name after '.'.");
        let name = world::name(self.previous.text);
        self.constant();
        if may_assign && self.passes(Kind::Equal) {
            if self.is_this(&object)
                && let Some(class) = self.classes.last_mut()
                && !class.fields.contains(&name)
            {
                class.fields.push(name);
            }
            let value = Box::new(self.expression());
            self.emit(2);
            return self.node(ExprKind::SetProperty(object, name, value));
        }
        if self.passes(Kind::LeftParen) {
            let arguments = self.arguments();
            self.emit(3);
            return self.node(ExprKind::Invoke(object, name, arguments));
        }
        self.emit(2);
        self.node(ExprKind::Property(object, name))
    }

    /// Whether an expression is `this` of the method around it.
    fn is_this(&self, expr: &Expr) -> bool {
        let receiver = &self.scopes.last().expect("the script is always there").locals[0];
        matches!(expr.kind, ExprKind::Get(Place::Local(v)) if v == receiver.variable && receiver.name == "this")
    }
}
