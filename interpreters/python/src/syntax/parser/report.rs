//! What to report when parsing fails.
//!
//! CPython reads the rest of the source before it reports a mistake: what the tokenizer complains of there
//! wins, and so does a bracket that was opened on an earlier line and never closed.

use super::super::error::{ErrorKind, Fault, Span};
use super::super::token::T;
use super::{Parser, Stop};

impl Parser<'_> {
    /// The fault that a failure comes to.
    pub(super) fn report(&self, stop: Stop) -> Fault {
        match stop {
            // Inside an f-string nothing after the mistake is looked at.
            Stop::Fault(fault) if self.fields > 0 => *fault,
            Stop::At(index) => self.report_token(index),
            Stop::Fault(fault) if fault.kind == ErrorKind::Syntax || fault.kind == ErrorKind::Indentation => {
                let line = self.lines.line_and_byte(self.tokens.list[self.furthest].start).0;
                self.lexer_fault(line).unwrap_or(*fault)
            }
            Stop::Fault(fault) => *fault,
        }
    }

    /// Whether it was the end of the text that stopped the parser.
    pub(super) fn ends_early(&self, stop: &Stop) -> bool {
        let at = match stop {
            Stop::At(index) => self.tokens.list[*index],
            Stop::Fault(_) => self.token(),
        };
        match at.kind {
            // Inside brackets, in a triple-quoted string, after a backslash.
            T::Error => at.start as usize >= self.text.len(),
            kind => matches!(kind, T::End | T::Dedent) && at.start as usize >= self.text.len(),
        }
    }

    fn report_token(&self, mut index: usize) -> Fault {
        if self.tokens.list[index].kind == T::Not
            && index > 0
            && ends_operand(self.tokens.list[index - 1].kind)
        {
            // After an operand, the token after `not` has been looked at in vain.
            index += 1;
        }
        if self.tokens.list[index].kind == T::Name && self.is_type_line(index) {
            index += 1;
        }
        let token = self.tokens.list[index];
        let indentation = |message| Fault::of(ErrorKind::Indentation, message, token.span());
        match token.kind {
            T::Error => match &self.tokens.fault {
                Some(found) => found.fault.clone(),
                None => Fault::syntax("invalid syntax", token.span()),
            },
            T::Indent => indentation("unexpected indent"),
            T::Dedent => Fault::of(ErrorKind::Indentation, "unexpected unindent", self.missing_block(token)),
            _ => {
                let line = self.lines.line_and_byte(token.start).0;
                self.lexer_fault(line).unwrap_or_else(|| Fault::syntax("invalid syntax", token.span()))
            }
        }
    }

    /// Whether the token before `index` is a `type` that begins a line: what follows the name has been looked
    /// at then.
    fn is_type_line(&self, index: usize) -> bool {
        let begins =
            index < 2 || matches!(self.tokens.list[index - 2].kind, T::Newline | T::Indent | T::Dedent);
        index > 0 && begins && self.text_of(self.tokens.list[index - 1]) == "type"
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
        Some(Fault::syntax(message, Span::at(open.at)))
    }
}

/// Whether a token can be the last one of an operand.
pub(super) fn ends_operand(kind: T) -> bool {
    matches!(
        kind,
        T::Name
            | T::Number
            | T::String
            | T::FStringEnd
            | T::RParen
            | T::RBracket
            | T::RBrace
            | T::None
            | T::True
            | T::False
            | T::Ellipsis
    )
}
