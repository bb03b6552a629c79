//! String and bytes literals: escapes, adjacent literals joined, and f-string parts.
//!
//! The tree's strings cannot hold lone surrogates (`"\ud800"`). A constant with some has the kind
//! [`SURROGATES`], and its text is the code points in hexadecimal, separated by blanks.

use rustpython_parser::Parse;
use rustpython_parser::text_size::TextRange;

use super::ast::{self, Constant, Expr};
use super::error::{Fault, Span};

/// Marks a string constant that is written as code points.
pub const SURROGATES: &str = "surrogates";

/// Decoded text, which may have lone surrogates.
#[derive(Clone, Debug, Default)]
pub struct Text {
    plain: String,
    /// All code points, once there is a surrogate among them.
    points: Option<Vec<u32>>,
}

impl Text {
    /// Text as it is.
    #[must_use]
    pub fn plain(text: &str) -> Text {
        Text { plain: text.to_owned(), points: None }
    }

    fn push(&mut self, point: u32) {
        match (&mut self.points, char::from_u32(point)) {
            (Some(points), _) => points.push(point),
            (None, Some(c)) => self.plain.push(c),
            (None, None) => {
                let mut points: Vec<u32> = self.plain.chars().map(u32::from).collect();
                points.push(point);
                self.points = Some(points);
            }
        }
    }

    fn append(&mut self, other: &Text) {
        match (&self.points, &other.points) {
            (None, None) => self.plain.push_str(&other.plain),
            (_, Some(points)) => points.iter().for_each(|p| self.push(*p)),
            (_, None) => other.plain.chars().for_each(|c| self.push(u32::from(c))),
        }
    }

    fn is_empty(&self) -> bool {
        self.points.is_none() && self.plain.is_empty()
    }

    fn constant(self, range: TextRange, kind: Option<String>) -> Expr {
        match self.points {
            None => Expr::Constant(ast::ExprConstant { range, value: Constant::Str(self.plain), kind }),
            Some(points) => {
                let hex: Vec<String> = points.iter().map(|p| format!("{p:x}")).collect();
                let value = Constant::Str(hex.join(" "));
                Expr::Constant(ast::ExprConstant { range, value, kind: Some(SURROGATES.to_owned()) })
            }
        }
    }
}

/// The code points of a constant of kind [`SURROGATES`].
#[must_use]
pub fn code_points(hex: &str) -> Vec<u32> {
    hex.split(' ').filter_map(|p| u32::from_str_radix(p, 16).ok()).collect()
}

/// Adjacent literals being joined.
pub struct Joined {
    kind: Option<String>,
    /// The finished parts of an f-string.
    parts: Vec<Expr>,
    /// Text after the last part, and where it stands.
    text: Text,
    text_span: Option<Span>,
    bytes: Option<Vec<u8>>,
    has_text: bool,
    is_fstring: bool,
}

impl Joined {
    /// Nothing yet; `first` is the source of the first literal.
    #[must_use]
    pub fn new(first: &str) -> Joined {
        let kind = first.starts_with(['u', 'U']).then(|| "u".to_owned());
        Joined {
            kind,
            parts: Vec::new(),
            text: Text::default(),
            text_span: None,
            bytes: None,
            has_text: false,
            is_fstring: false,
        }
    }

    /// Adds a literal that is no f-string.
    ///
    /// # Errors
    /// A malformed escape or a character that bytes cannot hold.
    pub fn add_literal(&mut self, source: &str, span: Span) -> Result<(), Fault> {
        let quotes = source.find(['"', '\'']).unwrap_or(0);
        let prefix = source[..quotes].to_ascii_lowercase();
        let width = if is_triple(&source[quotes..]) { 3 } else { 1 };
        let body = &source[quotes + width..source.len() - width];
        let raw = prefix.contains('r');
        if prefix.contains('b') {
            if !body.is_ascii() {
                return Err(Fault::syntax("bytes can only contain ASCII literal characters", span));
            }
            let decoded = if raw { body.as_bytes().to_vec() } else { decode_bytes(body, span)? };
            self.bytes.get_or_insert_default().extend(decoded);
        } else {
            let text = if raw { Text::plain(body) } else { decode(body, span)? };
            self.has_text = true;
            self.add_text(text, span);
        }
        Ok(())
    }

    /// An f-string begins.
    pub fn begin_fstring(&mut self) {
        self.is_fstring = true;
        self.has_text = true;
    }

    /// Adds decoded text.
    pub fn add_text(&mut self, text: Text, span: Span) {
        self.text.append(&text);
        let start = self.text_span.map_or(span.start, |s| s.start);
        self.text_span = Some(Span::new(start, span.end));
    }

    /// Adds a replacement field.
    pub fn add_field(&mut self, field: Expr) {
        self.flush();
        self.parts.push(field);
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let span = self.text_span.take().unwrap_or_default();
        if !text.is_empty() {
            self.parts.push(text.constant(TextRange::new(span.start.into(), span.end.into()), None));
        }
    }

    /// Whether bytes and strings stand side by side.
    #[must_use]
    pub fn mixes_bytes(&self) -> bool {
        self.bytes.is_some() && self.has_text
    }

    /// The expression for all of it.
    #[must_use]
    pub fn finish(mut self, range: TextRange) -> Expr {
        if let Some(bytes) = self.bytes {
            return Expr::Constant(ast::ExprConstant { range, value: Constant::Bytes(bytes), kind: None });
        }
        if !self.is_fstring {
            return self.text.constant(range, self.kind);
        }
        self.flush();
        Expr::JoinedStr(ast::ExprJoinedStr { range, values: self.parts })
    }
}

fn is_triple(quoted: &str) -> bool {
    quoted.len() >= 6 && (quoted.starts_with("\"\"\"") || quoted.starts_with("'''"))
}

/// The text of an f-string's literal part: escapes, and doubled braces outside format specs.
///
/// # Errors
/// A malformed escape.
pub fn decode_middle(source: &str, raw: bool, in_spec: bool, span: Span) -> Result<Text, Fault> {
    let mut text = Text::default();
    let mut rest = source;
    // Doubled braces are undone piece by piece, so that `\N{…}` keeps its own.
    while let Some(at) = if in_spec { None } else { doubled_brace(rest, raw) } {
        let piece = &rest[..=at];
        text.append(&if raw { Text::plain(piece) } else { decode(piece, span)? });
        rest = &rest[at + 2..];
    }
    text.append(&if raw { Text::plain(rest) } else { decode(rest, span)? });
    Ok(text)
}

/// Where the first doubled brace is that is no part of a `\N{…}`.
fn doubled_brace(text: &str, raw: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut i = 0;
    while i + 1 < bytes.len() {
        match bytes[i] {
            b'\\' if !raw && text[i..].starts_with("\\N{") => {
                i += text[i..].find('}').unwrap_or(text.len() - i);
            }
            b'\\' if !raw && !matches!(bytes[i + 1], b'{' | b'}') => i += 1,
            b @ (b'{' | b'}') if bytes[i + 1] == b => return Some(i),
            _ => {}
        }
        i += 1;
    }
    None
}

/// A complaint about an escape, in the words of the codec.
fn bad_escape(start: usize, end: usize, what: &str, span: Span) -> Fault {
    let place =
        if end - start <= 1 { format!("position {start}") } else { format!("position {start}-{}", end - 1) };
    let noun = if end - start <= 1 { "byte 0x5c" } else { "bytes" };
    let message = format!("(unicode error) 'unicodeescape' codec can't decode {noun} in {place}: {what}");
    Fault::syntax(message, span)
}

/// Undoes the escapes of a string.
fn decode(body: &str, span: Span) -> Result<Text, Fault> {
    if !body.contains('\\') {
        return Ok(Text::plain(body));
    }
    let mut text = Text::default();
    let mut chars = body.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            text.push(u32::from(c));
            continue;
        }
        let Some((_, escape)) = chars.next() else {
            // Before a replacement field a backslash stands for itself.
            text.push(u32::from('\\'));
            break;
        };
        if let Some(simple) = simple_escape(escape) {
            text.push(u32::from(simple));
            continue;
        }
        match escape {
            '\n' => {}
            '0'..='7' => {
                let mut value = escape as u32 - '0' as u32;
                for _ in 0..2 {
                    let Some((_, d @ '0'..='7')) = chars.peek().copied() else { break };
                    value = value * 8 + (d as u32 - '0' as u32);
                    chars.next();
                }
                text.push(value);
            }
            'x' | 'u' | 'U' => {
                let (width, shape) = match escape {
                    'x' => (2, "\\xXX"),
                    'u' => (4, "\\uXXXX"),
                    _ => (8, "\\UXXXXXXXX"),
                };
                let digits: String =
                    body[at + 2..].chars().take(width).take_while(char::is_ascii_hexdigit).collect();
                if digits.len() < width {
                    let end = at + 2 + digits.len();
                    return Err(bad_escape(at, end, &format!("truncated {shape} escape"), span));
                }
                let value = u32::from_str_radix(&digits, 16).unwrap_or(u32::MAX);
                if value > 0x10_ffff {
                    return Err(bad_escape(at, at + 2 + width, "illegal Unicode character", span));
                }
                text.push(value);
                for _ in 0..width {
                    chars.next();
                }
            }
            'N' => {
                let name = body[at + 2..].strip_prefix('{').and_then(|r| r.split_once('}')).map(|(n, _)| n);
                let Some(name) = name.filter(|n| !n.is_empty()) else {
                    let end = if body[at + 2..].starts_with('{') { body.len() } else { at + 2 };
                    return Err(bad_escape(at, end, "malformed \\N character escape", span));
                };
                let Some(point) = named_character(name) else {
                    let end = at + 4 + name.len();
                    return Err(bad_escape(at, end, "unknown Unicode character name", span));
                };
                text.append(&Text::plain(&point));
                for _ in 0..name.chars().count() + 2 {
                    chars.next();
                }
            }
            other => {
                text.push(u32::from('\\'));
                text.push(u32::from(other));
            }
        }
    }
    Ok(text)
}

/// The escapes of one character that strings and bytes share.
fn simple_escape(c: char) -> Option<char> {
    Some(match c {
        '\\' => '\\',
        '\'' => '\'',
        '"' => '"',
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        _ => return None,
    })
}

/// The character with a Unicode name: the parser crate has the table.
fn named_character(name: &str) -> Option<String> {
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ' || c == '-') {
        return None;
    }
    let literal = format!("'\\N{{{name}}}'");
    match ast::Expr::parse(&literal, "").ok()? {
        Expr::Constant(ast::ExprConstant { value: Constant::Str(s), .. }) => Some(s),
        _ => None,
    }
}

/// Undoes the escapes of bytes.
fn decode_bytes(body: &str, span: Span) -> Result<Vec<u8>, Fault> {
    let bytes = body.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] != b'\\' || i + 1 >= bytes.len() {
            out.push(bytes[i]);
            i += 1;
            continue;
        }
        let escape = bytes[i + 1];
        i += 2;
        if let Some(simple) = simple_escape(char::from(escape)) {
            out.push(simple as u8);
            continue;
        }
        match escape {
            b'\n' => {}
            b'0'..=b'7' => {
                let mut value = u32::from(escape - b'0');
                for _ in 0..2 {
                    let Some(d @ b'0'..=b'7') = bytes.get(i).copied() else { break };
                    value = value * 8 + u32::from(d - b'0');
                    i += 1;
                }
                out.push(value as u8);
            }
            b'x' => {
                let digits = bytes.get(i..i + 2).filter(|d| d.iter().all(u8::is_ascii_hexdigit));
                let Some(digits) = digits.and_then(|d| std::str::from_utf8(d).ok()) else {
                    let message = format!("(value error) invalid \\x escape at position {}", i - 2);
                    return Err(Fault::syntax(message, span));
                };
                out.push(u8::from_str_radix(digits, 16).unwrap_or_default());
                i += 2;
            }
            other => out.extend([b'\\', other]),
        }
    }
    Ok(out)
}
