//! f-strings (PEP 701): text and replacement fields, nested as deeply as the grammar allows.
//!
//! An f-string is read in two modes: literal text (of the string, or of a format spec) here, the expressions
//! in its fields by the lexer proper, which asks at each punctuation whether it ends the field.

use super::super::error::Span;
use super::super::token::T;
use super::{Done, LexFault, Lexer};

/// Replacement fields nested in the format specs of one f-string.
const MAX_FIELDS: usize = 3;

/// A replacement field of an f-string that is open.
pub(super) struct Field {
    /// Number of open brackets, the field's own included.
    pub(super) depth: usize,
    /// The format spec is being read.
    pub(super) in_spec: bool,
}

/// An f-string that is open.
pub(super) struct FString {
    pub(super) quote: u8,
    pub(super) triple: bool,
    pub(super) raw: bool,
    pub(super) start: u32,
    pub(super) fields: Vec<Field>,
}

impl FString {
    /// Whether literal text comes next, of the string or of a format spec.
    pub(super) fn in_text(&self) -> bool {
        self.fields.last().is_none_or(|f| f.in_spec)
    }
}

impl Lexer<'_> {
    /// The punctuation that ends the expression of a replacement field; false if `byte` is not that here.
    pub(super) fn field_punctuation(&mut self, byte: u8) -> Result<bool, LexFault> {
        let depth = self.brackets.len();
        let Some(field) = self.fstrings.last_mut().and_then(|f| f.fields.last_mut()) else {
            return Ok(false);
        };
        if field.depth != depth {
            return Ok(false);
        }
        let kind = match byte {
            b'!' if self.bytes.get(self.at + 1) != Some(&b'=') => T::Exclamation,
            b':' => {
                field.in_spec = true;
                T::Colon
            }
            b'}' => {
                self.end_field();
                return Ok(true);
            }
            _ => return Ok(false),
        };
        self.at += 1;
        self.push_to_here(kind, self.at - 1);
        Ok(true)
    }

    /// The `}` of a replacement field.
    pub(super) fn end_field(&mut self) {
        self.brackets.pop();
        if let Some(f) = self.fstrings.last_mut() {
            f.fields.pop();
        }
        self.at += 1;
        self.push_to_here(T::RBrace, self.at - 1);
    }

    /// Literal text of the innermost f-string, up to a field, the end of the format spec or the closing
    /// quotes.
    pub(super) fn fstring_text(&mut self) -> Done {
        let start = self.at;
        let f = self.fstrings.last().expect("an f-string is open");
        let (quote, triple, raw, begins) = (f.quote, f.triple, f.raw, f.start as usize);
        let in_spec = !f.fields.is_empty();
        loop {
            let Some(&b) = self.bytes.get(self.at) else {
                return Err(self.unterminated(begins, begins, triple, "f-string literal"));
            };
            match b {
                // A format spec may be followed by a line break.
                b'\n' if !triple && in_spec => {
                    self.middle(start);
                    self.leave_spec();
                    return Ok(());
                }
                b'\n' if !triple => {
                    return Err(self.unterminated(begins, begins, triple, "f-string literal"));
                }
                b'\\' if !raw && self.peek(1) == b'N' && self.peek(2) == b'{' => {
                    while self.at < self.bytes.len()
                        && !matches!(self.peek(0), b'}' | b'\n')
                        && self.peek(0) != quote
                    {
                        self.at += 1;
                    }
                    self.at += usize::from(self.peek(0) == b'}');
                }
                // A backslash hides a quote or itself, but no brace.
                b'\\' if !matches!(self.peek(1), b'{' | b'}') => self.at += 2,
                b'{' if self.peek(1) == b'{' && !in_spec => self.at += 2,
                b'}' if self.peek(1) == b'}' && !in_spec => self.at += 2,
                b'{' => {
                    self.middle(start);
                    return self.begin_field();
                }
                b'}' if in_spec => {
                    self.middle(start);
                    self.end_field();
                    return Ok(());
                }
                b'}' => {
                    let span = Span::at(self.at as u32);
                    return Err(Self::insist("f-string: single '}' is not allowed", span));
                }
                _ if b == quote && (!triple || (self.peek(1) == quote && self.peek(2) == quote)) => {
                    self.middle(start);
                    self.end_fstring();
                    return Ok(());
                }
                _ => self.at += 1,
            }
        }
    }

    pub(super) fn middle(&mut self, start: usize) {
        if self.at > start {
            self.push_to_here(T::FStringMiddle, start);
        }
    }

    pub(super) fn begin_field(&mut self) -> Done {
        let at = self.at;
        self.open(b'{')?;
        let depth = self.brackets.len();
        let f = self.fstrings.last_mut().expect("an f-string is open");
        if f.fields.len() >= MAX_FIELDS {
            let span = Span::at(at as u32 - 1);
            return Err(Self::insist("f-string: expressions nested too deeply", span));
        }
        f.fields.push(Field { depth, in_spec: false });
        self.at += 1;
        self.push_to_here(T::LBrace, at);
        Ok(())
    }

    /// What follows the format spec is read as an expression's tokens are.
    pub(super) fn leave_spec(&mut self) {
        if let Some(field) = self.fstrings.last_mut().and_then(|f| f.fields.last_mut()) {
            field.in_spec = false;
        }
    }

    /// The closing quotes. Inside a format spec they leave fields open, which the parser complains of.
    pub(super) fn end_fstring(&mut self) {
        let start = self.at;
        let f = self.fstrings.pop().expect("an f-string is open");
        self.brackets.truncate(self.brackets.len() - f.fields.len());
        self.at += if f.triple { 3 } else { 1 };
        self.push_to_here(T::FStringEnd, start);
    }
}
