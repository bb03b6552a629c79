//! The parser: tokens to syntax tree, by recursive descent.
//!
//! It makes the tree types of `rustpython-parser`, but is our own: PEP 701 f-strings, CPython's error
//! messages and positions, and a bounded stack are what that crate's grammar cannot give (see
//! `docs/decisions`). A failure is either [`Stop::At`], "invalid syntax" at a token, or a fault with a
//! message of its own; `report.rs` decides, as CPython does, whether something the lexer found is the better
//! thing to say.
//!
//! Files: `expr`, `atom`, `call`, `params`, `fstring` for expressions; `stmt`, `compound`, `pattern`,
//! `import` for statements; `target` for what may be assigned to; `report` for errors.
//!
//! Invariant: recursion is bounded: brackets and blocks by the lexer, everything else by [`Parser::deeper`]
//! and [`MAX_CHAIN`].

mod atom;
mod call;
mod compound;
mod expr;
mod fstring;
mod import;
mod params;
mod pattern;
mod report;
mod stmt;
mod target;

use rustpython_parser::text_size::{TextRange, TextSize};

use super::ast;
use super::error::{ErrorKind, Fault, Span};
use super::lexer::{self, Tokens};
use super::outline::{Skipped, outline};
use super::source::LineIndex;
use super::token::{T, Token};

/// How deeply expressions nest that brackets do not bound.
const MAX_DEPTH: u32 = 600;
/// Length of a chain of operators that makes a tree as deep as the chain is long.
const MAX_CHAIN: usize = 2000;

/// What the text is parsed as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// A file: `exec`.
    Module,
    /// One expression: `eval`.
    Expression,
    /// One statement of an interactive session: `single`.
    Interactive,
}

/// Why a rule did not match.
#[derive(Clone, Debug)]
enum Stop {
    /// No rule goes on with the token at this index.
    At(usize),
    /// A mistake that has a message.
    Fault(Box<Fault>),
}

type P<N> = Result<N, Stop>;

/// Parses `text`, which has `\n` line breaks and no null characters.
///
/// # Errors
/// The syntax error that CPython reports.
pub fn parse(text: &str, mode: Mode) -> Result<ast::Mod, Fault> {
    let lines = LineIndex::new(text);
    let tokens = lexer::lex(text, &lines);
    let mut parser = Parser::new(text, &lines, &tokens, true);
    parser.top(mode).map_err(|stop| parser.report(stop))
}

/// Parses a file without the bodies of its functions; also gives what was taken out.
///
/// # Errors
/// The first syntax error outside of functions.
pub fn parse_outline(text: &str) -> Result<(ast::Mod, Vec<Skipped>), Fault> {
    let lines = LineIndex::new(text);
    let (tokens, skipped) = outline(text, lexer::lex(text, &lines));
    let mut parser = Parser::new(text, &lines, &tokens, true);
    let tree = parser.top(Mode::Module).map_err(|stop| parser.report(stop))?;
    Ok((tree, skipped))
}

/// As [`parse`], but text that could go on to be a program fails with "incomplete input".
///
/// # Errors
/// The syntax error that CPython reports.
pub fn parse_incomplete(text: &str, mode: Mode) -> Result<ast::Mod, Fault> {
    let lines = LineIndex::new(text);
    let tokens = lexer::lex(text, &lines);
    // Without hints the parser stops at the first token that does not fit, and looks no further.
    let mut parser = Parser::new(text, &lines, &tokens, false);
    match parser.top(mode) {
        Ok(tree) => Ok(tree),
        Err(stop) if parser.ends_early(&stop) => {
            Err(Fault { message: "incomplete input".to_owned(), ..parser.report(stop) })
        }
        Err(_) => parse(text, mode),
    }
}

struct Parser<'a> {
    text: &'a str,
    lines: &'a LineIndex<'a>,
    tokens: &'a Tokens,
    /// Index of the next token.
    at: usize,
    /// The furthest token looked at so far.
    furthest: usize,
    depth: u32,
    /// How many replacement fields of f-strings are being parsed.
    fields: u32,
    /// Whether to look past a mistake for what was probably meant.
    hints: bool,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, lines: &'a LineIndex<'a>, tokens: &'a Tokens, hints: bool) -> Parser<'a> {
        Parser { text, lines, tokens, at: 0, furthest: 0, depth: 0, fields: 0, hints }
    }

    fn top(&mut self, mode: Mode) -> P<ast::Mod> {
        match mode {
            Mode::Module => {
                let body = self.statements(T::End)?;
                Ok(ast::Mod::Module(ast::ModModule { range: self.whole(), body, type_ignores: Vec::new() }))
            }
            Mode::Interactive => {
                let body = self.interactive()?;
                Ok(ast::Mod::Interactive(ast::ModInteractive { range: self.whole(), body }))
            }
            Mode::Expression => {
                let body = Box::new(self.expressions()?);
                while self.eat(T::Newline) {}
                self.expect(T::End)?;
                Ok(ast::Mod::Expression(ast::ModExpression { range: self.whole(), body }))
            }
        }
    }

    fn whole(&self) -> TextRange {
        TextRange::up_to(TextSize::of(self.text))
    }

    fn token(&self) -> Token {
        self.tokens.list[self.at]
    }

    fn kind(&self) -> T {
        self.tokens.list[self.at].kind
    }

    /// The kind of the token `n` places after the next.
    fn kind_at(&self, n: usize) -> T {
        self.tokens.list.get(self.at + n).map_or(T::End, |t| t.kind)
    }

    fn previous(&self) -> Token {
        self.tokens.list[self.at.saturating_sub(1)]
    }

    /// Takes the next token.
    fn bump(&mut self) -> Token {
        let token = self.token();
        // The last token (`End` or `Error`) is never passed.
        if self.at + 1 < self.tokens.list.len() {
            self.at += 1;
            self.furthest = self.furthest.max(self.at);
        }
        token
    }

    fn is(&self, kind: T) -> bool {
        self.kind() == kind
    }

    fn eat(&mut self, kind: T) -> bool {
        let found = self.is(kind);
        if found {
            self.bump();
        }
        found
    }

    fn expect(&mut self, kind: T) -> P<Token> {
        if self.is(kind) { Ok(self.bump()) } else { Err(self.stop()) }
    }

    /// "invalid syntax" at the next token.
    fn stop(&self) -> Stop {
        Stop::At(self.at)
    }

    fn text_of(&self, token: Token) -> &'a str {
        &self.text[token.start as usize..token.end as usize]
    }

    /// Whether the next token is the soft keyword `word`.
    fn is_word(&self, word: &str) -> bool {
        self.is(T::Name) && self.text_of(self.token()) == word
    }

    /// The range from `start` to the end of the last token taken.
    fn range(&self, start: u32) -> TextRange {
        TextRange::new(start.into(), self.previous().end.max(start).into())
    }

    fn start(&self) -> u32 {
        self.token().start
    }

    /// A fault with a message at `span`.
    fn fault<N>(&self, message: impl Into<String>, span: Span) -> P<N> {
        Err(Stop::Fault(Box::new(Fault::syntax(message, span))))
    }

    /// A fault with a message at the next token.
    fn fault_here<N>(&self, message: impl Into<String>) -> P<N> {
        self.fault(message, self.token().span())
    }

    /// Counts one level of recursion for the time of `rule`.
    fn deeper<N>(&mut self, rule: impl FnOnce(&mut Self) -> P<N>) -> P<N> {
        if self.depth >= MAX_DEPTH {
            let fault = Fault::of(ErrorKind::Memory, "too complex to parse", self.token().span());
            return Err(Stop::Fault(Box::new(fault)));
        }
        self.depth += 1;
        let result = rule(self);
        self.depth -= 1;
        result
    }

    /// Checks that a chain that nests its tree is not too long.
    fn check_chain(&self, length: usize) -> P<()> {
        if length > MAX_CHAIN {
            let message = "maximum recursion depth exceeded during compilation";
            let fault = Fault::of(ErrorKind::Recursion, message, self.token().span());
            return Err(Stop::Fault(Box::new(fault)));
        }
        Ok(())
    }

    /// Tries `rule`; if it does not match, nothing is taken. A mistake with a message is passed on.
    fn attempt<N>(&mut self, rule: impl FnOnce(&mut Self) -> P<N>) -> P<Option<N>> {
        let before = (self.at, self.depth, self.fields);
        match rule(self) {
            Ok(n) => Ok(Some(n)),
            Err(Stop::At(_)) => {
                (self.at, self.depth, self.fields) = before;
                Ok(None)
            }
            Err(fault) => Err(fault),
        }
    }

    /// The name in a token, in normal form C (PEP 3131).
    fn identifier(&mut self) -> P<ast::Identifier> {
        let token = self.expect(T::Name)?;
        Ok(ast::Identifier::new(normalized(self.text_of(token))))
    }
}

/// An identifier in its normal form.
fn normalized(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    if name.is_ascii() { name.to_owned() } else { name.nfkc().collect() }
}

/// The span of a tree node.
fn span_of(node: &impl ast::Ranged) -> Span {
    super::span(node)
}
