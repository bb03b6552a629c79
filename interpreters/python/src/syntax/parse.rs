//! Drives the parser: text in, tree or fault out.

use rustpython_parser::{ParseError, ParseErrorType, lexer, parse_tokens};

use super::ast;
use super::error::{Fault, Span};

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

/// Parses `text`, which has `\n` line breaks and no null characters.
///
/// # Errors
/// The first syntax error.
pub fn parse(text: &str, mode: Mode) -> Result<ast::Mod, Fault> {
    let mode = match mode {
        Mode::Module => rustpython_parser::Mode::Module,
        Mode::Expression => rustpython_parser::Mode::Expression,
        Mode::Interactive => rustpython_parser::Mode::Interactive,
    };
    parse_tokens(lexer::lex(text, mode), mode, "").map_err(fault)
}

fn fault(error: ParseError) -> Fault {
    let span = Span::at(error.offset.to_u32());
    let message = match error.error {
        ParseErrorType::Lexical(e) => e.to_string(),
        _ => "invalid syntax".to_owned(),
    };
    Fault::syntax(message, span)
}
