//! Indentation: what opens and closes blocks.
//!
//! A column counts tabs up to the next multiple of eight; a second one counts them as one, and the two must
//! agree on how lines compare, or the program means different things to different readers.

use super::super::error::{ErrorKind, Fault, Span};
use super::super::token::T;
use super::{Done, LexFault, Lexer};

/// Indentation levels; one more is an error.
const MAX_INDENTS: usize = 100;

/// An indentation: its column with tabs to multiples of eight, and with tabs as one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Indent {
    pub(super) column: u32,
    pub(super) alternative: u32,
}

impl Lexer<'_> {
    /// Reads the indentation of a line and pushes `Indent` and `Dedent`s; false for a line without tokens,
    /// which is skipped.
    pub(super) fn indentation(&mut self) -> Result<bool, LexFault> {
        let mut here = Indent { column: 0, alternative: 0 };
        // An indentation is not continued over lines: what counts is where the first backslash stands.
        let mut first: Option<Indent> = None;
        loop {
            match self.peek(0) {
                b' ' => here = Indent { column: here.column + 1, alternative: here.alternative + 1 },
                b'\t' => {
                    here = Indent { column: (here.column / 8 + 1) * 8, alternative: here.alternative + 1 }
                }
                0x0c => here = Indent { column: 0, alternative: 0 },
                b'\\' if self.peek(1) == b'\n' => {
                    if self.at + 2 >= self.bytes.len() {
                        return Err(self.eof_after_backslash(self.at as u32));
                    }
                    first = first.or((here.column > 0).then_some(here));
                    here = Indent { column: 0, alternative: 0 };
                    self.at += 1;
                }
                _ => break,
            }
            self.at += 1;
        }
        match self.peek(0) {
            b'#' => {
                self.skip_comment();
                if self.at < self.bytes.len() {
                    self.at += 1;
                }
                return Ok(false);
            }
            b'\n' => {
                self.at += 1;
                return Ok(false);
            }
            0 if self.at >= self.bytes.len() => return Ok(false),
            _ => {}
        }
        self.place(first.unwrap_or(here))?;
        Ok(true)
    }

    /// Compares a line's indentation with those open.
    pub(super) fn place(&mut self, here: Indent) -> Done {
        let top = *self.indents.last().expect("the outermost level is always there");
        let at = self.at as u32;
        let inconsistent = |l: &Lexer<'_>| {
            let message = "inconsistent use of tabs and spaces in indentation";
            LexFault { fault: Fault::of(ErrorKind::Tab, message, l.line_span(at)), insistent: false }
        };
        if here.column == top.column {
            return if here.alternative == top.alternative { Ok(()) } else { Err(inconsistent(self)) };
        }
        if here.column > top.column {
            if self.indents.len() >= MAX_INDENTS {
                let message = "too many levels of indentation";
                let fault = Fault::of(ErrorKind::Indentation, message, self.line_span(at));
                return Err(LexFault { fault, insistent: false });
            }
            if here.alternative <= top.alternative {
                return Err(inconsistent(self));
            }
            self.indents.push(here);
            self.push(T::Indent, at - 1, at - 1);
            return Ok(());
        }
        if !self.indents.iter().any(|i| i.column == here.column) {
            let message = "unindent does not match any outer indentation level";
            let end = self.line_end(at);
            let fault = Fault::of(ErrorKind::Indentation, message, Span::new(end, end));
            return Err(LexFault { fault, insistent: false });
        }
        while here.column < self.indents.last().map_or(0, |i| i.column) {
            self.indents.pop();
            self.push(T::Dedent, at, at);
        }
        let top = *self.indents.last().expect("the outermost level is always there");
        if here.alternative != top.alternative {
            return Err(inconsistent(self));
        }
        Ok(())
    }

    pub(super) fn line_end(&self, at: u32) -> u32 {
        let rest = &self.bytes[at as usize..];
        at + rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len()) as u32
    }

    /// The beginning of the line of `at`.
    pub(super) fn line_span(&self, at: u32) -> Span {
        Span::at(at - self.lines.line_and_byte(at).1)
    }
}
