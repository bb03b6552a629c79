//! Numeric literals: finding their end, with the complaints of CPython's tokenizer, and their values.

use num_bigint::BigInt;
use num_traits::Num;

use super::ast::Constant;
use super::error::{Fault, Span};
use super::lexer::LexFault;

/// Decimal literals with more digits are refused, as CPython refuses to convert them.
const MAX_DIGITS: usize = 4300;

fn complain(message: impl Into<String>, at: usize) -> LexFault {
    let span = Span::at(at as u32);
    LexFault { fault: Fault::syntax(message, span), insistent: true }
}

struct Scanner<'a> {
    bytes: &'a [u8],
    text: &'a str,
    at: usize,
}

/// The end of the number that starts at `start`.
///
/// # Errors
/// A malformed number.
pub fn scan(text: &str, start: usize) -> Result<usize, LexFault> {
    let s = Scanner { bytes: text.as_bytes(), text, at: start };
    if s.peek() == b'0' {
        match s.bytes.get(start + 1).map(u8::to_ascii_lowercase) {
            Some(b'x') => return s.prefixed(16, "hexadecimal"),
            Some(b'o') => return s.prefixed(8, "octal"),
            Some(b'b') => return s.prefixed(2, "binary"),
            _ => {}
        }
    }
    s.decimal(start)
}

impl Scanner<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    /// `0x…`, `0o…`, `0b…`.
    fn prefixed(mut self, radix: u32, what: &str) -> Result<usize, LexFault> {
        self.at += 2;
        loop {
            if self.peek() == b'_' {
                self.at += 1;
            }
            if !char::from(self.peek()).is_digit(radix) {
                return Err(self.bad_digit(radix, what));
            }
            while char::from(self.peek()).is_digit(radix) {
                self.at += 1;
            }
            if self.peek() != b'_' {
                break;
            }
        }
        if self.peek().is_ascii_digit() {
            return Err(self.bad_digit(radix, what));
        }
        self.end(what)
    }

    fn bad_digit(&self, radix: u32, what: &str) -> LexFault {
        let digit = char::from(self.peek());
        if digit.is_ascii_digit() && radix < 10 {
            return complain(format!("invalid digit '{digit}' in {what} literal"), self.at);
        }
        complain(format!("invalid {what} literal"), self.at.saturating_sub(1))
    }

    /// Digits with single underscores between them.
    fn digits(&mut self) -> Result<(), LexFault> {
        loop {
            while self.peek().is_ascii_digit() {
                self.at += 1;
            }
            if self.peek() != b'_' {
                return Ok(());
            }
            self.at += 1;
            if !self.peek().is_ascii_digit() {
                return Err(complain("invalid decimal literal", self.at - 1));
            }
        }
    }

    fn decimal(mut self, start: usize) -> Result<usize, LexFault> {
        let mut is_float = false;
        if self.peek() != b'.' {
            self.digits()?;
        }
        let integer_end = self.at;
        if self.peek() == b'.' {
            is_float = true;
            self.at += 1;
            if self.peek().is_ascii_digit() {
                self.digits()?;
            }
        }
        if matches!(self.peek(), b'e' | b'E') {
            let after = self.bytes.get(self.at + 1).copied().unwrap_or(0);
            let signed = matches!(after, b'+' | b'-');
            let digit = self.bytes.get(self.at + 1 + usize::from(signed)).copied().unwrap_or(0);
            if digit.is_ascii_digit() {
                is_float = true;
                self.at += 1 + usize::from(signed);
                self.digits()?;
            } else if signed {
                return Err(complain("invalid decimal literal", self.at + 1));
            }
        }
        if matches!(self.peek(), b'j' | b'J') {
            self.at += 1;
            return self.end("imaginary");
        }
        if !is_float {
            self.check_leading_zeros(start, integer_end)?;
        }
        self.end("decimal")
    }

    fn check_leading_zeros(&self, start: usize, end: usize) -> Result<(), LexFault> {
        let digits = &self.bytes[start..end];
        if digits[0] == b'0' && digits.iter().any(|b| matches!(b, b'1'..=b'9')) {
            let message = "leading zeros in decimal integer literals are not permitted; \
                           use an 0o prefix for octal integers";
            let zeros = digits.iter().take_while(|b| matches!(b, b'0' | b'_')).count();
            let fault = Fault::syntax(message, Span::new(start as u32, (start + zeros) as u32));
            return Err(LexFault { fault, insistent: true });
        }
        Ok(())
    }

    /// What follows a number must not look like a part of it, some keywords aside.
    fn end(self, what: &str) -> Result<usize, LexFault> {
        let rest = &self.text[self.at..];
        let keywords = ["and", "else", "for", "if", "in", "is", "not", "or"];
        if keywords.iter().any(|k| rest.starts_with(k)) {
            return Ok(self.at);
        }
        match rest.chars().next() {
            Some(c) if c == '_' || c.is_ascii_alphabetic() => {
                Err(complain(format!("invalid {what} literal"), self.at.saturating_sub(1)))
            }
            _ => Ok(self.at),
        }
    }
}

/// The value of a number that was scanned before.
///
/// # Errors
/// A decimal integer with too many digits.
pub fn value(text: &str, span: Span) -> Result<Constant, Fault> {
    let text = text.replace('_', "").to_ascii_lowercase();
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return Ok(Constant::Int(BigInt::from_str_radix(digits, radix).unwrap_or_default()));
        }
    }
    if let Some(imaginary) = text.strip_suffix('j') {
        return Ok(Constant::Complex { real: 0.0, imag: imaginary.parse().unwrap_or(f64::INFINITY) });
    }
    if text.contains(['.', 'e']) {
        return Ok(Constant::Float(text.parse().unwrap_or(f64::INFINITY)));
    }
    if text.len() > MAX_DIGITS {
        let message = format!(
            "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion: value has {} digits; \
             use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer \
             literals to avoid decimal conversion limits.",
            text.len()
        );
        return Err(Fault::syntax(message, span));
    }
    Ok(Constant::Int(BigInt::from_str_radix(&text, 10).unwrap_or_default()))
}
