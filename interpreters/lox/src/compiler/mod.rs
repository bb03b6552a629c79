//! Source text to register bytecode, in one pass over the tokens, and every compile error reported.
//!
//! What is behind a place may matter for the code there: whether a closure captures a variable, which then lives in a
//! cell; whether an operand is assigned to before its instruction. So a program is compiled twice: the first time to
//! find errors and to note such things ([`Noted`]), the second time for the code.
//!
//! Errors are clox's, in its order and with its recovery. Here are tokens, errors and the two passes; `scope` has the
//! function that is being compiled, `statements` and `expressions` have the grammar and the code for it.
//! Neighbours: `scanner`, `bytecode`.

mod expressions;
mod scope;
mod statements;

use crate::bytecode::{ClassSite, Function};
use crate::scanner::{Kind, Scanner, Token};
use rustc_hash::FxHashMap;
use scope::{FunctionKind, Scope};

/// Expressions and statements nested in each other. (clox ends when the machine's stack does.)
const MOST_NESTED: u32 = 500;

/// What the first pass notes at a token: that a closure captures the variable declared there, that the right side of
/// the operator assigns, how many variables the function captures.
type Noted = FxHashMap<*const u8, u16>;

/// A place in the source text.
#[derive(Clone, Copy, Default)]
struct Position<'a> {
    scanner: Scanner<'a>,
    previous: Token<'a>,
    current: Token<'a>,
}

#[derive(Default)]
struct Compiler<'a> {
    at: Position<'a>,
    file: &'a str,
    errors: Vec<String>,
    /// Errors are not reported until the next statement.
    panicking: bool,
    scopes: Vec<Scope<'a>>,
    /// The classes around this place.
    classes: Vec<ClassSite>,
    nested: u32,
    /// Assignments to variables so far.
    assignments: u32,
    /// Whether this is the first pass.
    noting: bool,
    noted: Noted,
}

/// Compiles a program to a function without parameters.
///
/// # Errors
/// The messages.
pub fn compile(source: &str, file: &str) -> Result<&'static Function, Vec<String>> {
    let (_, noted) = pass(source, file, true, Noted::default())?;
    let (script, _) = pass(source, file, false, noted)?;
    Ok(Box::leak(Box::new(script)))
}

fn pass(source: &str, file: &str, noting: bool, noted: Noted) -> Result<(Function, Noted), Vec<String>> {
    let at = Position { scanner: Scanner::new(source), ..Position::default() };
    let mut compiler = Compiler { at, file, noting, noted, ..Compiler::default() };
    compiler.advance();
    compiler.open(FunctionKind::Script, "");
    while !compiler.passes(Kind::End) {
        compiler.declaration();
    }
    let (script, _) = compiler.close();
    if compiler.errors.is_empty() { Ok((script, compiler.noted)) } else { Err(compiler.errors) }
}

impl<'a> Compiler<'a> {
    // Tokens and errors.

    fn advance(&mut self) {
        self.at.previous = self.at.current;
        loop {
            self.at.current = self.at.scanner.token();
            if self.at.current.kind != Kind::Error {
                return;
            }
            self.error_at(self.at.current, self.at.current.text);
        }
    }
    fn is_at(&self, kind: Kind) -> bool {
        self.at.current.kind == kind
    }
    fn passes(&mut self, kind: Kind) -> bool {
        let is = self.is_at(kind);
        if is {
            self.advance();
        }
        is
    }
    fn expect(&mut self, kind: Kind, message: &str) {
        if !self.passes(kind) {
            self.error_at(self.at.current, message);
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
        self.error_at(self.at.previous, message);
    }
    /// Skips to where a statement may begin.
    fn synchronize(&mut self) {
        use Kind::{Class, For, Fun, If, Print, Return, Var, While};
        self.panicking = false;
        while !self.is_at(Kind::End) && self.at.previous.kind != Kind::Semicolon {
            if let Class | Fun | Var | For | If | While | Print | Return = self.at.current.kind {
                return;
            }
            self.advance();
        }
    }

    /// Something that may contain itself; nothing if it does so too often.
    fn nest<T: Default>(&mut self, compile: impl FnOnce(&mut Self) -> T) -> T {
        if self.nested >= MOST_NESTED {
            self.error("Too much nesting.");
            // Nothing is compiled any more: each level would meet the same.
            while !self.is_at(Kind::End) {
                self.advance();
            }
            return T::default();
        }
        self.nested += 1;
        let result = compile(self);
        self.nested -= 1;
        result
    }

    /// Compiles what stands at an earlier place once more, for code here. Errors were reported the first time, and clox
    /// emits nothing here.
    fn again(&mut self, place: Position<'a>, compile: impl FnOnce(&mut Self)) {
        if self.errors.is_empty() {
            let scope = self.scope();
            let (bytes, constants) = (scope.bytes, scope.constants);
            let here = std::mem::replace(&mut self.at, place);
            compile(self);
            self.at = here;
            let scope = self.scope();
            (scope.bytes, scope.constants) = (bytes, constants);
        }
    }

    // What the passes tell each other.

    fn note(&mut self, token: *const u8, what: u16) {
        if self.noting {
            self.noted.insert(token, what);
        }
    }
    fn noted(&self, token: *const u8) -> u16 {
        if self.noting { 0 } else { self.noted.get(&token).copied().unwrap_or(0) }
    }
}
