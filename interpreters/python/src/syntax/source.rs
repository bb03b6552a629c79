//! Source text: decoding bytes (byte order mark, PEP 263) and finding lines and columns.
//!
//! Invariant: the text handed on has no null characters and only `\n` as line break, as CPython's tokenizer
//! reads it.

use super::error::{ErrorKind, Fault};

/// Decodes a source file: an optional byte order mark, then the encoding that one of the first two lines
/// declares. `filename` is given where the bytes are those of a file, of which error messages are worded otherwise.
///
/// # Errors
/// A SyntaxError for an unknown encoding, for bytes that are not valid in it and for null bytes.
pub fn decode(bytes: &[u8], filename: Option<&str>) -> Result<String, Fault> {
    let (body, marked) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    let declared = declared_encoding(body);
    let name = declared.as_deref().map(normalize_encoding);
    let text = match name.as_deref() {
        None | Some("utf-8") => decode_utf8(body, declared.is_some(), filename)?,
        Some(other) if marked => {
            return Err(undecodable(format!("encoding problem: {other} with BOM")));
        }
        Some("iso-8859-1") => body.iter().map(|&b| char::from(b)).collect(),
        Some("ascii") if body.is_ascii() => decode_utf8(body, true, filename)?,
        Some(other) => {
            let what = if filename.is_some() { "encoding problem" } else { "unknown encoding" };
            return Err(undecodable(format!("{what}: {other}")));
        }
    };
    normalize(&text)
}

/// Prepares text that is decoded already: checks for null characters and translates line breaks.
///
/// # Errors
/// A SyntaxError for a null character.
pub fn normalize(text: &str) -> Result<String, Fault> {
    if text.contains('\0') {
        let message = "source code string cannot contain null bytes".to_owned();
        return Err(Fault { kind: ErrorKind::Syntax, message, span: None });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.contains('\r') {
        return Ok(text.to_owned());
    }
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn undecodable(message: String) -> Fault {
    Fault { kind: ErrorKind::Encoding, message, span: None }
}

fn decode_utf8(bytes: &[u8], declared: bool, filename: Option<&str>) -> Result<String, Fault> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|e| {
        let at = e.valid_up_to();
        let bad = bytes[at];
        undecodable(if declared {
            let reason =
                if matches!(bad, 0xc2..=0xf4) { "invalid continuation byte" } else { "invalid start byte" };
            format!("(unicode error) 'utf-8' codec can't decode byte 0x{bad:02x} in position {at}: {reason}")
        } else {
            let line = bytes[..at].iter().filter(|&&b| b == b'\n').count() + 1;
            let file = filename.map_or(String::new(), |name| format!(" in file {name}"));
            format!(
                "Non-UTF-8 code starting with '\\x{bad:02x}'{file} on line {line}, but no encoding declared; \
                 see https://peps.python.org/pep-0263/ for details"
            )
        })
    })
}

/// The encoding named in a comment of the first two lines (PEP 263): `coding[:=]\s*([-\w.]+)`.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|&b| b == b'\n').take(2) {
        let start = line.iter().position(|b| !b" \t\x0c".contains(b)).unwrap_or(line.len());
        let comment = &line[start..];
        if comment.first() != Some(&b'#') {
            if comment.iter().any(|b| !b" \t\x0c\r".contains(b)) {
                return None;
            }
            continue;
        }
        if let Some(name) = coding_in(comment) {
            return Some(name);
        }
    }
    None
}

fn coding_in(comment: &[u8]) -> Option<String> {
    let at = comment.windows(7).position(|w| w.starts_with(b"coding") && matches!(w[6], b':' | b'='))?;
    let rest = comment[at + 7..].trim_ascii_start();
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || b"-_.".contains(b);
    let name: Vec<u8> = rest.iter().copied().take_while(is_name).collect();
    (!name.is_empty()).then(|| String::from_utf8_lossy(&name).into_owned())
}

fn normalize_encoding(name: &str) -> String {
    let name = name.to_ascii_lowercase().replace('_', "-");
    match name.as_str() {
        "utf8" | "utf-8" | "utf-8-sig" | "u8" => "utf-8".to_owned(),
        "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "iso-latin-1" | "l1" => "iso-8859-1".to_owned(),
        "ascii" | "us-ascii" => "ascii".to_owned(),
        n if n.starts_with("utf-8-") => "utf-8".to_owned(),
        n if n.starts_with("latin-1-") || n.starts_with("iso-8859-1-") => "iso-8859-1".to_owned(),
        _ => name,
    }
}

/// Finds lines and columns of byte offsets.
#[derive(Debug)]
pub struct LineIndex<'a> {
    text: &'a str,
    starts: Vec<u32>,
}

impl<'a> LineIndex<'a> {
    /// Indexes `text`, whose line breaks are `\n`.
    #[must_use]
    pub fn new(text: &'a str) -> LineIndex<'a> {
        // Searching for one character looks at several bytes at a time.
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i as u32 + 1)).collect();
        LineIndex { text, starts }
    }

    /// Line (from 1) and byte column (from 0) of an offset.
    #[must_use]
    pub fn line_and_byte(&self, offset: u32) -> (u32, u32) {
        let line = self.starts.partition_point(|&s| s <= offset);
        (line as u32, offset - self.starts[line - 1])
    }

    /// Line and character column of an offset, both from 1.
    #[must_use]
    pub fn line_and_char(&self, offset: u32) -> (u32, u32) {
        let offset = offset.min(self.text.len() as u32);
        let (line, byte) = self.line_and_byte(offset);
        let start = offset - byte;
        let before = self.text.get(start as usize..offset as usize).unwrap_or("");
        (line, before.chars().count() as u32 + 1)
    }

    /// Whether the last character of a span is a line break, that implied at the end of the text included.
    #[must_use]
    pub fn ends_with_break(&self, span: super::error::Span) -> bool {
        let last = span.end.wrapping_sub(1) as usize;
        span.end > span.start && self.text.as_bytes().get(last).is_none_or(|b| *b == b'\n')
    }

    /// The text of a line (from 1), with its line break.
    #[must_use]
    pub fn line_text(&self, line: u32) -> &'a str {
        let Some(&start) = self.starts.get(line.max(1) as usize - 1) else { return "" };
        let end = self.starts.get(line.max(1) as usize).map_or(self.text.len(), |&e| e as usize);
        &self.text[start as usize..end]
    }
}
