//! What to report when parsing fails.
//!
//! CPython reads the rest of the source before it reports a mistake: what the tokenizer complains of there wins, and so does a bracket
//! that was opened on an earlier line and never closed.

use super::super::error::{ErrorKind, Fault, Span};
use super::super::token::T;
use super::{Parser, Stop};

impl Parser<'_> {
    /// The fault that a failure comes to.
    pub(super) fn report(&self, stop: Stop) -> Fault {
        match stop {
            Stop::At(index) => self.report_token(index),
            Stop::Fault(fault) if fault.kind == ErrorKind::Syntax || fault.kind == ErrorKind::Indentation => {
                let line = self.lines.line_and_byte(self.token().start).0;
                self.lexer_fault(line).unwrap_or(*fault)
            }
            Stop::Fault(fault) => *fault,
        }
    }

    fn report_token(&self, index: usize) -> Fault {
        let token = self.tokens.list[index];
        let indentation = |message| Fault::of(ErrorKind::Indentation, message, token.span());
        match token.kind {
            T::Error => match &self.tokens.fault {
                Some(found) => found.fault.clone(),
                None => Fault::syntax("invalid syntax", token.span()),
            },
            T::Indent => indentation("unexpected indent"),
            T::Dedent => indentation("unexpected unindent"),
            _ => {
                let line = self.lines.line_and_byte(token.start).0;
                self.lexer_fault(line).unwrap_or_else(|| Fault::syntax("invalid syntax", token.span()))
            }
        }
    }

    /// What the lexer found after a mistake on `line`, if that is the thing to report.
    fn lexer_fault(&self, line: u32) -> Option<Fault> {
        let found = self.tokens.fault.as_ref()?;
        if found.insistent {
            return Some(found.fault.clone());
        }
        let open = self.tokens.open.last()?;
        if line <= self.lines.line_and_byte(open.at).0 {
            return None;
        }
        let message = format!("'{}' was never closed", char::from(open.byte));
        Some(Fault::syntax(message, Span::new(open.at, open.at + 1)))
    }
}
