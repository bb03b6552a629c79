//! Source text to tokens: indentation, brackets, names, strings, and f-strings taken apart as PEP 701 has it.
//!
//! The whole text is read ahead; the first thing that is no token ends the list with [`T::Error`] and a
//! [`LexFault`]. Whether that is what gets reported is the parser's decision, because an error before it may
//! come first.
//!
//! `indent.rs` keeps the indentation, `fstring.rs` the f-strings. Neighbours: `number.rs` reads numbers,
//! `parser/` consumes the tokens, `literal.rs` decodes the strings.

mod fstring;
mod indent;

use super::error::{Fault, Span};
use super::number;
use super::source::LineIndex;
use super::token::{T, Token};
use fstring::FString;
use indent::Indent;

/// Brackets nested more deeply are an error.
const MAX_BRACKETS: usize = 200;
/// f-strings nested in each other.
const MAX_FSTRINGS: usize = 150;

/// Why the lexer stopped.
#[derive(Clone, Debug)]
pub struct LexFault {
    pub fault: Fault,
    /// The fault is reported even if the parser finds an error before it.
    pub insistent: bool,
}

/// The tokens of a text.
#[derive(Debug)]
pub struct Tokens {
    pub list: Vec<Token>,
    pub fault: Option<LexFault>,
    /// The brackets open at the end (of the text, or where the lexer stopped), outermost first.
    pub open: Vec<Bracket>,
}

/// An open bracket.
#[derive(Clone, Copy, Debug)]
pub struct Bracket {
    pub byte: u8,
    pub at: u32,
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    tokens: Vec<Token>,
    brackets: Vec<Bracket>,
    indents: Vec<Indent>,
    fstrings: Vec<FString>,
    lines: &'a LineIndex<'a>,
}

type Done = Result<(), LexFault>;

/// Reads the tokens of `text`.
#[must_use]
pub fn lex(text: &str, lines: &LineIndex<'_>) -> Tokens {
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: 0,
        tokens: Vec::with_capacity(text.len() / 4 + 4),
        brackets: Vec::new(),
        indents: vec![Indent { column: 0, alternative: 0 }],
        fstrings: Vec::new(),
        lines,
    };
    let fault = lexer.all().err();
    if fault.is_some() {
        let at = lexer.at.min(text.len()) as u32;
        lexer.push(T::Error, at, at);
    }
    Tokens { list: lexer.tokens, fault, open: lexer.brackets }
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: T, start: u32, end: u32) {
        let depth = self.brackets.len().min(255) as u8;
        self.tokens.push(Token { kind, start, end, depth });
    }

    fn push_to_here(&mut self, kind: T, start: usize) {
        self.push(kind, start as u32, self.at as u32);
    }

    /// A fault that a later parser error does not hide.
    fn insist(message: impl Into<String>, span: Span) -> LexFault {
        LexFault { fault: Fault::syntax(message, span), insistent: true }
    }

    fn all(&mut self) -> Done {
        let mut at_line_start = true;
        loop {
            if self.fstrings.last().is_some_and(FString::in_text) {
                self.fstring_text()?;
                continue;
            }
            if at_line_start && self.brackets.is_empty() {
                at_line_start = false;
                if !self.indentation()? {
                    at_line_start = true;
                    if self.at >= self.bytes.len() {
                        return self.end();
                    }
                    continue;
                }
            }
            let line_end = self.skip_blanks()?;
            if self.at >= self.bytes.len() {
                return self.end();
            }
            if self.peek(0) == b'\n' {
                if self.brackets.is_empty() {
                    self.at += 1;
                    self.push_to_here(T::Newline, line_end);
                    at_line_start = true;
                } else {
                    self.at += 1;
                }
                continue;
            }
            self.token()?;
        }
    }

    /// The end of the text: closes the line and the blocks.
    fn end(&mut self) -> Done {
        let end = self.bytes.len() as u32;
        if !self.brackets.is_empty() {
            return Err(self.unclosed());
        }
        let open_line =
            self.tokens.last().is_some_and(|t| !matches!(t.kind, T::Newline | T::Indent | T::Dedent));
        if open_line {
            // As if the last line had its line break.
            self.push(T::Newline, end, end + 1);
        }
        for _ in 1..self.indents.len() {
            self.push(T::Dedent, end, end);
        }
        self.push(T::End, end, end);
        Ok(())
    }

    fn unclosed(&self) -> LexFault {
        let open = self.brackets.last().expect("some bracket is open");
        let message = format!("'{}' was never closed", char::from(open.byte));
        LexFault { fault: Fault::syntax(message, Span::at(open.at)), insistent: false }
    }

    fn skip_comment(&mut self) {
        while self.at < self.bytes.len() && self.peek(0) != b'\n' {
            self.at += 1;
        }
    }

    /// Skips blanks, comments and continued lines. Where the end of the line begins, if it is next: at its
    /// comment.
    fn skip_blanks(&mut self) -> Result<usize, LexFault> {
        let mut comment = None;
        loop {
            match self.peek(0) {
                b' ' | b'\t' | 0x0c => self.at += 1,
                b'#' => {
                    comment = Some(self.at);
                    self.skip_comment();
                }
                b'\\' => {
                    if self.at + 1 >= self.bytes.len() {
                        return Err(self.eof_after_backslash(self.at as u32));
                    }
                    if self.peek(1) != b'\n' {
                        let message = "unexpected character after line continuation character";
                        let at = self.at as u32 + 1;
                        let fault = Fault::syntax(message, Span::at(at));
                        return Err(LexFault { fault, insistent: false });
                    }
                    self.at += 2;
                    if self.at >= self.bytes.len() {
                        return Err(self.eof_after_backslash(self.at as u32 - 2));
                    }
                }
                _ => return Ok(comment.unwrap_or(self.at)),
            }
        }
    }

    fn eof_after_backslash(&self, at: u32) -> LexFault {
        if !self.brackets.is_empty() {
            return self.unclosed();
        }
        let fault = Fault::syntax("unexpected EOF while parsing", Span::at(at + 1));
        LexFault { fault, insistent: false }
    }

    /// One token other than line ends and f-string text.
    fn token(&mut self) -> Done {
        let start = self.at;
        let first = self.peek(0);
        if first.is_ascii_alphabetic() || first == b'_' || first >= 0x80 {
            return self.word();
        }
        if first.is_ascii_digit() || (first == b'.' && self.peek(1).is_ascii_digit()) {
            self.at = number::scan(self.text, self.at)?;
            self.push_to_here(T::Number, start);
            return Ok(());
        }
        if first == b'"' || first == b'\'' {
            return self.string(start);
        }
        self.operator()
    }

    /// A name, a keyword, or a string with a prefix.
    fn word(&mut self) -> Done {
        let start = self.at;
        // Most are ASCII. The first character is no digit: the caller looked.
        let ascii = self.bytes[start..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_');
        self.at += ascii.count();
        if !self.peek(0).is_ascii() {
            self.at = start;
            self.unicode_word();
        }
        // Characters above ASCII that are no part of a name are looked at once the ASCII ones are taken.
        if let Some(c) = self.text[self.at..].chars().next()
            && !c.is_ascii()
        {
            return Err(self.invalid_character(c));
        }
        let word = &self.text[start..self.at];
        if matches!(self.peek(0), b'"' | b'\'') && is_string_prefix(word) {
            return self.string(start);
        }
        let kind = T::keyword(word).unwrap_or(T::Name);
        self.push_to_here(kind, start);
        Ok(())
    }

    /// Goes to the end of a word with characters above ASCII.
    fn unicode_word(&mut self) {
        let start = self.at;
        for (i, c) in self.text[start..].char_indices() {
            let fits = c == '_'
                || if i == 0 { unicode_ident::is_xid_start(c) } else { unicode_ident::is_xid_continue(c) };
            if !fits {
                break;
            }
            self.at = start + i + c.len_utf8();
        }
    }

    fn invalid_character(&self, c: char) -> LexFault {
        let span = Span::at(self.at as u32);
        let code = format!("U+{:04X}", u32::from(c));
        if is_printable(c) {
            return Self::insist(format!("invalid character '{c}' ({code})"), span);
        }
        Self::insist(format!("invalid non-printable character {code}"), span)
    }

    fn operator(&mut self) -> Done {
        let start = self.at;
        let first = self.peek(0);
        if self.field_punctuation(first)? {
            return Ok(());
        }
        let Some((kind, length)) = T::operator(&self.bytes[start..]) else {
            let c = self.text[start..].chars().next().unwrap_or('\0');
            if c.is_ascii() && is_printable(c) {
                // `$`, `?` and a lone backquote are just no syntax.
                self.at += 1;
                self.push_to_here(T::Unknown, start);
                return Ok(());
            }
            return Err(self.invalid_character(c));
        };
        match kind {
            T::LParen | T::LBracket | T::LBrace => self.open(first)?,
            T::RParen | T::RBracket | T::RBrace => self.close(first)?,
            _ => {}
        }
        self.at += length;
        self.push_to_here(kind, start);
        Ok(())
    }

    fn open(&mut self, byte: u8) -> Done {
        if self.brackets.len() >= MAX_BRACKETS {
            let span = Span::new(self.at as u32, self.at as u32 + 1);
            return Err(Self::insist("too many nested parentheses", span));
        }
        self.brackets.push(Bracket { byte, at: self.at as u32 });
        Ok(())
    }

    fn close(&mut self, byte: u8) -> Done {
        let span = Span::at(self.at as u32);
        let floor = self.fstrings.last().and_then(|f| f.fields.last()).map_or(0, |f| f.depth);
        let Some(open) = self.brackets.last().copied() else {
            return Err(Self::insist(format!("unmatched '{}'", char::from(byte)), span));
        };
        if self.brackets.len() == floor && byte != b'}' {
            return Err(Self::insist(format!("f-string: unmatched '{}'", char::from(byte)), span));
        }
        let matching = match open.byte {
            b'(' => b')',
            b'[' => b']',
            _ => b'}',
        };
        if byte == matching {
            self.brackets.pop();
            return Ok(());
        }
        let (line, _) = self.lines.line_and_byte(open.at);
        let (here, _) = self.lines.line_and_byte(self.at as u32);
        let place = if line == here { String::new() } else { format!(" on line {line}") };
        let (close, open) = (char::from(byte), char::from(open.byte));
        let message =
            format!("closing parenthesis '{close}' does not match opening parenthesis '{open}'{place}");
        Err(Self::insist(message, span))
    }

    /// A string whose prefix starts at `start`; the lexer stands at the quotes.
    fn string(&mut self, start: usize) -> Done {
        let prefix = self.text[start..self.at].to_ascii_lowercase();
        let quote = self.peek(0);
        let triple = self.peek(1) == quote && self.peek(2) == quote;
        let raw = prefix.contains('r');
        let quotes = self.at;
        self.at += if triple { 3 } else { 1 };
        if prefix.contains('f') {
            if self.fstrings.len() >= MAX_FSTRINGS {
                let span = Span::new(start as u32, self.at as u32);
                return Err(Self::insist("too many nested f-strings", span));
            }
            self.fstrings.push(FString { quote, triple, raw, start: start as u32, fields: Vec::new() });
            self.push_to_here(T::FStringStart, start);
            return Ok(());
        }
        loop {
            match self.bytes.get(self.at) {
                None => return Err(self.unterminated(start, quotes, triple, "string literal")),
                Some(b'\n') if !triple => {
                    return Err(self.unterminated(start, quotes, triple, "string literal"));
                }
                Some(b'\\') => self.at += 2,
                Some(&b) if b == quote => {
                    if !triple {
                        self.at += 1;
                        break;
                    }
                    if self.peek(1) == quote && self.peek(2) == quote {
                        self.at += 3;
                        break;
                    }
                    self.at += 1;
                }
                Some(_) => self.at += 1,
            }
        }
        self.push_to_here(T::String, start);
        Ok(())
    }

    fn unterminated(&mut self, start: usize, quotes: usize, triple: bool, what: &str) -> LexFault {
        let end = self.at.min(self.bytes.len());
        // Inside a replacement field the quotes were probably meant to end the f-string.
        if let Some(f) = self.fstrings.last()
            && !f.in_text()
            && f.quote == self.bytes[quotes]
            && f.triple == triple
        {
            self.at = end;
            return Self::insist("f-string: expecting '}'", Span::at(start as u32));
        }
        let mut last = self.lines.line_and_byte(end as u32).0;
        // The text ends with a line break, after which there is no line.
        if end == self.bytes.len() && end > 0 && self.bytes[end - 1] == b'\n' {
            last -= 1;
        }
        let kind = if triple { "triple-quoted " } else { "" };
        let message = format!("unterminated {kind}{what} (detected at line {last})");
        let at = start as u32;
        self.at = end;
        // An f-string is made of tokens; what stops the parser before its end is reported first.
        LexFault { fault: Fault::syntax(message, Span::at(at)), insistent: !what.starts_with('f') }
    }
}

fn is_string_prefix(word: &str) -> bool {
    matches!(word.to_ascii_lowercase().as_str(), "r" | "u" | "b" | "f" | "br" | "rb" | "fr" | "rf")
}

/// Whether CPython would show a character as itself.
fn is_printable(c: char) -> bool {
    use unic_ucd_category::GeneralCategory as G;
    let category = G::of(c);
    c == ' '
        || !matches!(
            category,
            G::Control
                | G::Format
                | G::Surrogate
                | G::PrivateUse
                | G::Unassigned
                | G::LineSeparator
                | G::ParagraphSeparator
                | G::SpaceSeparator
        )
}
