//! What the front end reports instead of code: CPython's SyntaxError and its relatives, with position and
//! text.
//!
//! Neighbours: raised by every file of `syntax/` and `compile/`; the runtime turns it into the exception of
//! its kind.

use super::source::LineIndex;

/// Which exception class the error is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    Syntax,
    /// A `SyntaxError`, too: the bytes are no text in the encoding that the source declares.
    Encoding,
    Indentation,
    Tab,
    /// `RecursionError`: the program is nested too deeply for the compiler.
    Recursion,
    /// `MemoryError`: the program is nested too deeply for the parser.
    Memory,
    /// `OverflowError`: some index does not fit the bytecode.
    Overflow,
}

/// A half-open range of byte offsets in the source.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// The range from `start` to `end`.
    #[must_use]
    pub fn new(start: u32, end: u32) -> Span {
        Span { start, end }
    }

    /// An empty range.
    #[must_use]
    pub fn at(offset: u32) -> Span {
        Span { start: offset, end: offset }
    }
}

/// An error of the front end, placed in its file. Lines and columns count from 1, columns in characters;
/// `end_col` is exclusive. Zeros mean that there is no such position.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    pub kind: ErrorKind,
    pub message: String,
    pub filename: String,
    pub line: u32,
    pub col: u32,
    pub end_line: u32,
    pub end_col: u32,
    /// The source line, with its line break.
    pub text: Option<String>,
}

/// An error that knows its place only as offsets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    pub kind: ErrorKind,
    pub message: String,
    /// `None`: the error has no place in the source.
    pub span: Option<Span>,
}

impl Fault {
    /// A plain SyntaxError at `span`.
    #[must_use]
    pub fn syntax(message: impl Into<String>, span: Span) -> Fault {
        Fault { kind: ErrorKind::Syntax, message: message.into(), span: Some(span) }
    }

    /// An error of another kind at `span`.
    #[must_use]
    pub fn of(kind: ErrorKind, message: impl Into<String>, span: Span) -> Fault {
        Fault { kind, message: message.into(), span: Some(span) }
    }

    /// Adds file, lines, columns and text.
    #[must_use]
    pub fn locate(self, filename: &str, lines: &LineIndex<'_>) -> SyntaxError {
        let mut error = SyntaxError {
            kind: self.kind,
            message: self.message,
            filename: filename.to_owned(),
            line: 0,
            col: 0,
            end_line: 0,
            end_col: 0,
            text: None,
        };
        if let Some(span) = self.span {
            (error.line, error.col) = lines.line_and_char(span.start);
            (error.end_line, error.end_col) = lines.line_and_char(span.end);
            // A line break, real or implied at the end, is one column wide.
            if lines.ends_with_break(span) {
                (error.end_line, error.end_col) = lines.line_and_char(span.end - 1);
                error.end_col += 1;
            }
            error.text = Some(lines.line_text(error.line).to_owned());
        }
        error
    }
}
