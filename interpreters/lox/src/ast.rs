//! The syntax tree: what the parser has understood, with every variable resolved.
//!
//! A variable is a number in the tables of one parse, where the parser notes whether a closure captures it; code is
//! generated afterwards, so that only captured variables live in the heap. Neighbours: `parser`, `codegen`.

use crate::object::Global;
use metajit::heap::Value;

/// A local variable of some function, by its number in the parse.
pub type Variable = u32;
/// A name (of a property, method or class), as `names` numbers it.
pub type Name = u32;

/// Where a variable is, seen from the function that names it.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// In the function itself.
    Local(Variable),
    /// Among the variables that the function captures.
    Upvalue(usize),
    /// Global.
    Global(&'static Global),
}

/// An operator between two operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Less,
    Greater,
    Equal,
}

/// An expression.
#[derive(Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// The line that errors name.
    pub line: u32,
    /// How many expressions are nested in each other here.
    pub depth: u32,
    /// Whether it assigns to a variable somewhere.
    pub assigns: bool,
}

/// What an expression is.
#[derive(Debug)]
#[allow(missing_docs)]
pub enum ExprKind {
    Nil,
    Bool(bool),
    Number(f64),
    /// A string, which lives for ever.
    String(Value),
    Get(Place),
    Set(Place, Box<Expr>),
    Negate(Box<Expr>),
    Not(Box<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Call(Box<Expr>, Vec<Expr>),
    Property(Box<Expr>, Name),
    SetProperty(Box<Expr>, Name, Box<Expr>),
    Invoke(Box<Expr>, Name, Vec<Expr>),
    /// `super.name`: receiver and superclass.
    Super(Place, Place, Name),
    /// `super.name(…)`: receiver and superclass.
    SuperInvoke(Place, Place, Name, Vec<Expr>),
}

/// A statement.
#[derive(Debug)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// The line that errors name.
    pub line: u32,
}

/// What a statement is.
#[derive(Debug)]
#[allow(missing_docs)]
pub enum StmtKind {
    Expr(Expr),
    Print(Expr),
    /// A variable; without an initialiser it is nil.
    Var(Place, Option<Expr>),
    Fun(Place, Function),
    Class(Place, Class),
    Block(Vec<Stmt>),
    If(Expr, Box<Stmt>, Option<Box<Stmt>>),
    /// Condition (true if absent), body, what follows the body.
    While(Option<Expr>, Box<Stmt>, Option<Expr>),
    /// `None` returns what a function returns by itself.
    Return(Option<Expr>),
}

/// Where a function captures a variable from.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum Capture {
    Local(Variable),
    Upvalue(usize),
}

/// What kind of function it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum FunctionKind {
    Script,
    Function,
    Method,
    Initializer,
}

/// A function or method.
#[derive(Debug)]
pub struct Function {
    /// Its name; empty for a script.
    pub name: String,
    /// What kind it is.
    pub kind: FunctionKind,
    /// The variable in slot 0: `this`, or one without a name.
    pub receiver: Variable,
    /// The parameters.
    pub params: Vec<Variable>,
    /// The variables it captures.
    pub captures: Vec<Capture>,
    /// What it does.
    pub body: Vec<Stmt>,
    /// The line of its end.
    pub line: u32,
}

/// A class declaration.
#[derive(Debug)]
pub struct Class {
    /// Its name.
    pub name: Name,
    /// The superclass, and the variable `super` that holds it for the methods.
    pub superclass: Option<(Place, Variable)>,
    /// The methods with their names.
    pub methods: Vec<(Name, Function)>,
    /// The fields that methods set on `this`.
    pub fields: Vec<Name>,
    /// The line of the superclass's name.
    pub line: u32,
}
