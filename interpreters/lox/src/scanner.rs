//! Source text to tokens.
//!
//! A token is a kind, the text it stands for, and its line. What is no token is one of kind `Error`, with the message as
//! its text, so that the parser reports it where it meets it. Neighbours: `parser`.

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // Each is what its name says.
#[rustfmt::skip]
pub enum Kind {
    LeftParen, RightParen, LeftBrace, RightBrace, Comma, Dot, Minus, Plus, Semicolon, Slash, Star,
    Bang, BangEqual, Equal, EqualEqual, Greater, GreaterEqual, Less, LessEqual,
    Identifier, String, Number,
    And, Class, Else, False, For, Fun, If, Nil, Or, Print, Return, Super, This, True, Var, While,
    Error, End,
}

const KEYWORDS: [(&str, Kind); 16] = [
    ("and", Kind::And),
    ("class", Kind::Class),
    ("else", Kind::Else),
    ("false", Kind::False),
    ("for", Kind::For),
    ("fun", Kind::Fun),
    ("if", Kind::If),
    ("nil", Kind::Nil),
    ("or", Kind::Or),
    ("print", Kind::Print),
    ("return", Kind::Return),
    ("super", Kind::Super),
    ("this", Kind::This),
    ("true", Kind::True),
    ("var", Kind::Var),
    ("while", Kind::While),
];

/// One token.
#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its text; a message for an error.
    pub text: &'a str,
    /// The line on which it ends.
    pub line: u32,
}

/// Where scanning stands.
#[derive(Debug)]
pub struct Scanner<'a> {
    source: &'a str,
    start: usize,
    at: usize,
    line: u32,
}

impl<'a> Scanner<'a> {
    /// At the start of a source text.
    pub fn new(source: &'a str) -> Self {
        Scanner { source, start: 0, at: 0, line: 1 }
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

    /// Whether the next byte is this one, which is then passed.
    fn passes(&mut self, byte: u8) -> bool {
        let is = self.at < self.source.len() && self.peek(0) == byte;
        self.at += usize::from(is);
        is
    }

    fn pass_while(&mut self, test: impl Fn(u8) -> bool) {
        while self.at < self.source.len() && test(self.peek(0)) {
            self.at += 1;
        }
    }

    fn skip_blank(&mut self) {
        loop {
            match self.peek(0) {
                b' ' | b'\r' | b'\t' => self.at += 1,
                b'\n' => {
                    self.line += 1;
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
        let Some(&byte) = self.source.as_bytes().get(self.at) else { return self.make(Kind::End) };
        self.at += 1;
        let kind = match byte {
            b'(' => Kind::LeftParen,
            b')' => Kind::RightParen,
            b'{' => Kind::LeftBrace,
            b'}' => Kind::RightBrace,
            b';' => Kind::Semicolon,
            b',' => Kind::Comma,
            b'.' => Kind::Dot,
            b'-' => Kind::Minus,
            b'+' => Kind::Plus,
            b'/' => Kind::Slash,
            b'*' => Kind::Star,
            b'!' if self.passes(b'=') => Kind::BangEqual,
            b'!' => Kind::Bang,
            b'=' if self.passes(b'=') => Kind::EqualEqual,
            b'=' => Kind::Equal,
            b'<' if self.passes(b'=') => Kind::LessEqual,
            b'<' => Kind::Less,
            b'>' if self.passes(b'=') => Kind::GreaterEqual,
            b'>' => Kind::Greater,
            b'"' => return self.string(),
            b'0'..=b'9' => return self.number(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => return self.name(),
            _ => {
                // The rest of a character of several bytes.
                self.pass_while(|b| b & 0xc0 == 0x80);
                return self.error("Unexpected character.");
            }
        };
        self.make(kind)
    }

    fn string(&mut self) -> Token<'a> {
        while self.at < self.source.len() && self.peek(0) != b'"' {
            self.line += u32::from(self.peek(0) == b'\n');
            self.at += 1;
        }
        if !self.passes(b'"') {
            return self.error("Unterminated string.");
        }
        self.make(Kind::String)
    }

    fn number(&mut self) -> Token<'a> {
        self.pass_while(|b| b.is_ascii_digit());
        if self.peek(0) == b'.' && self.peek(1).is_ascii_digit() {
            self.at += 1;
            self.pass_while(|b| b.is_ascii_digit());
        }
        self.make(Kind::Number)
    }

    fn name(&mut self) -> Token<'a> {
        self.pass_while(|b| b.is_ascii_alphanumeric() || b == b'_');
        let token = self.make(Kind::Identifier);
        let keyword = KEYWORDS.iter().find(|(text, _)| *text == token.text);
        Token { kind: keyword.map_or(Kind::Identifier, |&(_, kind)| kind), ..token }
    }
}
