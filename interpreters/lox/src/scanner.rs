//! Source text to tokens.
//!
//! A token is a kind, the text it stands for, and its line. What is no token is one of kind `Error`, with the message as
//! its text, so that the compiler reports it where it meets it. Neighbours: `compiler`.

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[rustfmt::skip]
pub enum Kind {
    LeftParen, RightParen, LeftBrace, RightBrace, Comma, Dot, Minus, Plus, Semicolon, Slash, Star,
    Bang, BangEqual, Equal, EqualEqual, Greater, GreaterEqual, Less, LessEqual,
    Identifier, String, Number,
    And, Class, Else, False, For, Fun, If, Nil, Or, Print, Return, Super, This, True, Var, While,
    Error, #[default] End,
}

/// The tokens that are always the same text; one that begins with another stands before it.
#[rustfmt::skip]
const FIXED: [(&str, Kind); 35] = {
    use Kind::*;
    [
        ("(", LeftParen), (")", RightParen), ("{", LeftBrace), ("}", RightBrace), (",", Comma), (".", Dot),
        ("-", Minus), ("+", Plus), (";", Semicolon), ("/", Slash), ("*", Star), ("!=", BangEqual), ("!", Bang),
        ("==", EqualEqual), ("=", Equal), (">=", GreaterEqual), (">", Greater), ("<=", LessEqual), ("<", Less),
        ("and", And), ("class", Class), ("else", Else), ("false", False), ("for", For), ("fun", Fun), ("if", If),
        ("nil", Nil), ("or", Or), ("print", Print), ("return", Return), ("super", Super), ("this", This),
        ("true", True), ("var", Var), ("while", While),
    ]
};

/// One token.
#[derive(Clone, Copy, Debug, Default)]
pub struct Token<'a> {
    pub kind: Kind,
    /// Its text; a message for an error.
    pub text: &'a str,
    /// The line on which it ends.
    pub line: u32,
}

/// Where scanning stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scanner<'a> {
    source: &'a str,
    start: usize,
    at: usize,
    line: u32,
}

impl<'a> Scanner<'a> {
    /// At the start of a source text.
    pub fn new(source: &'a str) -> Self {
        Scanner { source, line: 1, ..Scanner::default() }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.source.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    fn make(&self, kind: Kind) -> Token<'a> {
        Token { kind, text: &self.source[self.start..self.at], line: self.line }
    }

    fn error(&self, message: &'static str) -> Token<'a> {
        Token { kind: Kind::Error, text: message, line: self.line }
    }

    fn pass_while(&mut self, test: impl Fn(u8) -> bool) {
        while self.at < self.source.len() && test(self.peek(0)) {
            self.at += 1;
        }
    }

    fn skip_blank(&mut self) {
        loop {
            match self.peek(0) {
                b' ' | b'\r' | b'\t' | b'\n' => {
                    self.line += u32::from(self.peek(0) == b'\n');
                    self.at += 1;
                }
                b'/' if self.peek(1) == b'/' => self.pass_while(|b| b != b'\n'),
                _ => return,
            }
        }
    }

    /// The next token; `End` again and again after the last.
    pub fn token(&mut self) -> Token<'a> {
        self.skip_blank();
        self.start = self.at;
        let rest = &self.source[self.start..];
        match rest.bytes().next() {
            None => self.make(Kind::End),
            Some(b'"') => self.string(),
            Some(b'0'..=b'9') => {
                self.pass_while(|b| b.is_ascii_digit());
                if self.peek(0) == b'.' && self.peek(1).is_ascii_digit() {
                    self.at += 1;
                    self.pass_while(|b| b.is_ascii_digit());
                }
                self.make(Kind::Number)
            }
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => {
                self.pass_while(|b| b.is_ascii_alphanumeric() || b == b'_');
                let name = &self.source[self.start..self.at];
                self.make(FIXED.iter().find(|(text, _)| *text == name).map_or(Kind::Identifier, |row| row.1))
            }
            Some(_) => {
                if let Some(&(text, kind)) = FIXED.iter().find(|(text, _)| rest.starts_with(text)) {
                    self.at += text.len();
                    return self.make(kind);
                }
                self.at += rest.chars().next().map_or(0, char::len_utf8);
                self.error("Unexpected character.")
            }
        }
    }

    fn string(&mut self) -> Token<'a> {
        self.at += 1;
        self.pass_while(|b| b != b'"');
        self.line += self.source[self.start..self.at].matches('\n').count() as u32;
        if self.at == self.source.len() {
            return self.error("Unterminated string.");
        }
        self.at += 1;
        self.make(Kind::String)
    }
}
