//! From source text to a checked syntax tree.
//!
//! The tree's types are those of `rustpython-parser`; everything that knows the crate's parser stands in this folder,
//! and `compile/` uses the types re-exported here as [`ast`].
//!
//! Files: `source` decodes and finds lines, `error` is what goes wrong, `parse` drives the parser.

pub mod error;
mod parse;
pub mod source;

pub use error::{ErrorKind, Fault, Span, SyntaxError};
pub use parse::{Mode, parse};
pub use rustpython_parser::ast;
pub use source::LineIndex;

/// The range of a tree node as offsets.
#[must_use]
pub fn span(node: &impl ast::Ranged) -> Span {
    let range = node.range();
    Span::new(range.start().to_u32(), range.end().to_u32())
}
