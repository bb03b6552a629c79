//! From source text to a checked syntax tree.
//!
//! The tree's types are those of `rustpython-parser`, re-exported as [`ast`] for `compile/`; the parser is
//! our own.
//!
//! Files: `source` decodes and finds lines, `lexer` (with `token` and `number`) makes tokens, `parser/` makes
//! the tree, `outline` takes bodies of functions out, `literal` decodes strings, `error` is what goes wrong; `generic` (with `asdl`) shows the tree to
//! the `ast` module.

pub mod asdl;
pub mod error;
mod generic;
mod lexer;
pub mod literal;
mod number;
pub mod outline;
mod parser;
pub mod source;
mod token;

pub use error::{ErrorKind, Fault, Span, SyntaxError};
pub use generic::{Field, Node, generic};
pub use parser::{Mode, parse, parse_incomplete, parse_outline};
pub use rustpython_parser::ast;
pub use source::LineIndex;

/// The range of a tree node as offsets.
#[must_use]
pub fn span(node: &impl ast::Ranged) -> Span {
    let range = node.range();
    Span::new(range.start().to_u32(), range.end().to_u32())
}
