//! Strings to bytes and back: UTF-8, UTF-16, UTF-32, Latin-1, ASCII, with the usual error handlers.
//!
//! Neighbours: `bytes` (the other side), `wtf8` (what strings hold).

use super::{as_str, bytes as contents, code_points, from_wtf8, is_ascii, wtf8};
use crate::object::class::Builtin;
use crate::object::{PyResult, bytes, cast, error, str};
use crate::raw;
use metajit::heap::{Ref, Value};

/// An encoding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Encoding {
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8Sig,
    Ascii,
    Latin1,
    /// Bytes of a unit, byte order (`None`: little endian with a mark).
    Wide(usize, Option<Endian>),
    RawUnicodeEscape,
    UnicodeEscape,
}

/// A byte order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Endian {
    Little,
    Big,
}

/// The encoding of that name and its canonical name.
fn lookup(name: &str) -> PyResult<(Encoding, &'static str)> {
    let normal: String =
        name.chars().map(|c| if c == '_' || c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect();
    Ok(match normal.as_str() {
        "utf-8" | "utf8" | "u8" | "cp65001" => (Encoding::Utf8, "utf-8"),
        "utf-8-sig" => (Encoding::Utf8Sig, "utf-8"),
        "ascii" | "us-ascii" | "646" => (Encoding::Ascii, "ascii"),
        "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "8859" | "l1" | "cp819" => {
            (Encoding::Latin1, "latin-1")
        }
        "utf-16" | "utf16" | "u16" => (Encoding::Wide(2, None), "utf-16"),
        "utf-16-le" | "utf-16le" => (Encoding::Wide(2, Some(Endian::Little)), "utf-16-le"),
        "utf-16-be" | "utf-16be" => (Encoding::Wide(2, Some(Endian::Big)), "utf-16-be"),
        "utf-32" | "utf32" | "u32" => (Encoding::Wide(4, None), "utf-32"),
        "utf-32-le" | "utf-32le" => (Encoding::Wide(4, Some(Endian::Little)), "utf-32-le"),
        "utf-32-be" | "utf-32be" => (Encoding::Wide(4, Some(Endian::Big)), "utf-32-be"),
        "raw-unicode-escape" => (Encoding::RawUnicodeEscape, "raw-unicode-escape"),
        "unicode-escape" => (Encoding::UnicodeEscape, "unicode-escape"),
        _ => return Err(error::lookup_error(format!("unknown encoding: {name}"))),
    })
}

/// `string.encode(encoding, errors)`.
pub fn encode(s: Ref, encoding: &str, errors: &str) -> PyResult {
    let (encoding, name) = lookup(encoding)?;
    if is_ascii(s) && !matches!(encoding, Encoding::Wide(..) | Encoding::Utf8Sig | Encoding::UnicodeEscape) {
        return Ok(bytes::new(contents(s)));
    }
    let mut out = Vec::with_capacity(contents(s).len());
    match encoding {
        Encoding::Utf8Sig => out.extend(b"\xEF\xBB\xBF"),
        Encoding::Wide(size, None) => put_unit(&mut out, 0xFEFF, size, Endian::Little),
        _ => {}
    }
    for (position, code) in code_points(s).enumerate() {
        if !put(&mut out, encoding, code) {
            let reason = match encoding {
                Encoding::Ascii => "ordinal not in range(128)",
                Encoding::Latin1 => "ordinal not in range(256)",
                _ => "surrogates not allowed",
            };
            let replacement = encode_error(s, position, code, name, reason, errors)?;
            match replacement {
                Replacement::Codes(codes) => {
                    for code in codes {
                        if !put(&mut out, encoding, code) {
                            return Err(cannot_encode(s, position, name, reason));
                        }
                    }
                }
                Replacement::Byte(byte) => out.push(byte),
                Replacement::Bytes(raw) => out.extend(raw),
            }
        }
    }
    Ok(bytes::new(&out))
}

/// What stands for a character that cannot be encoded.
enum Replacement {
    Codes(Vec<u32>),
    Byte(u8),
    Bytes(Vec<u8>),
}

fn encode_error(
    s: Ref,
    position: usize,
    code: u32,
    name: &str,
    reason: &str,
    errors: &str,
) -> PyResult<Replacement> {
    let text = |text: String| Replacement::Codes(text.chars().map(u32::from).collect());
    Ok(match errors {
        "ignore" => Replacement::Codes(Vec::new()),
        "replace" => text("?".into()),
        "backslashreplace" => {
            let mut out = Vec::new();
            str::layout::escape(&mut out, code);
            Replacement::Codes(out.into_iter().map(u32::from).collect())
        }
        "xmlcharrefreplace" => text(format!("&#{code};")),
        "namereplace" => text(format!("\\N{{U+{code:04X}}}")),
        "surrogateescape" if (0xDC80..=0xDCFF).contains(&code) => Replacement::Byte((code - 0xDC00) as u8),
        "surrogatepass" if (0xD800..=0xDFFF).contains(&code) => {
            let mut out = Vec::new();
            wtf8::push(&mut out, code);
            Replacement::Bytes(out)
        }
        "strict" | "surrogateescape" | "surrogatepass" => {
            return Err(cannot_encode(s, position, name, reason));
        }
        other => return Err(error::lookup_error(format!("unknown error handler name '{other}'"))),
    })
}

fn cannot_encode(s: Ref, position: usize, name: &str, reason: &str) -> Value {
    error::exception_with(
        Builtin::UnicodeEncodeError,
        &[
            str::value(name),
            Value::object(s),
            Value::int(position as i64),
            Value::int(position as i64 + 1),
            str::value(reason),
        ],
    )
}

/// Appends one character; `false` if the encoding does not have it.
fn put(out: &mut Vec<u8>, encoding: Encoding, code: u32) -> bool {
    let surrogate = (0xD800..=0xDFFF).contains(&code);
    match encoding {
        Encoding::Utf8 | Encoding::Utf8Sig if !surrogate => wtf8::push(out, code),
        Encoding::Ascii if code < 0x80 => out.push(code as u8),
        Encoding::Latin1 if code < 0x100 => out.push(code as u8),
        Encoding::Wide(size, endian) if !surrogate => {
            let endian = endian.unwrap_or(Endian::Little);
            if size == 2 && code > 0xFFFF {
                put_unit(out, 0xD800 + ((code - 0x10000) >> 10), 2, endian);
                put_unit(out, 0xDC00 + ((code - 0x10000) & 0x3FF), 2, endian);
            } else {
                put_unit(out, code, size, endian);
            }
        }
        Encoding::RawUnicodeEscape if code < 0x100 => out.push(code as u8),
        Encoding::RawUnicodeEscape => str::layout::escape(out, code),
        Encoding::UnicodeEscape => match code {
            0x20..=0x7E if code != 0x5C => out.push(code as u8),
            0x5C => out.extend(b"\\\\"),
            9 => out.extend(b"\\t"),
            10 => out.extend(b"\\n"),
            13 => out.extend(b"\\r"),
            _ => str::layout::escape(out, code),
        },
        _ => return false,
    }
    true
}

fn put_unit(out: &mut Vec<u8>, unit: u32, size: usize, endian: Endian) {
    match endian {
        Endian::Little => out.extend(&unit.to_le_bytes()[..size]),
        Endian::Big => out.extend(&unit.to_be_bytes()[4 - size..]),
    }
}

/// `bytes.decode(encoding, errors)`.
pub fn decode(data: &[u8], encoding: &str, errors: &str) -> PyResult {
    let (encoding, name) = lookup(encoding)?;
    let mut out = Vec::with_capacity(data.len());
    match encoding {
        Encoding::Utf8 => {
            if std::str::from_utf8(data).is_ok() {
                return Ok(Value::object(from_wtf8(data)));
            }
            decode_utf8(&mut out, data, name, errors)?;
        }
        Encoding::Utf8Sig => {
            decode_utf8(&mut out, data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(data), name, errors)?;
        }
        Encoding::Latin1 | Encoding::RawUnicodeEscape => {
            data.iter().for_each(|&b| wtf8::push(&mut out, u32::from(b)));
        }
        Encoding::Ascii => {
            for (i, &byte) in data.iter().enumerate() {
                if byte < 0x80 {
                    out.push(byte);
                } else {
                    decode_error(&mut out, data, i, i + 1, name, "ordinal not in range(128)", errors)?;
                }
            }
        }
        Encoding::Wide(size, endian) => decode_wide(&mut out, data, size, endian, name, errors)?,
        Encoding::UnicodeEscape => decode_escapes(&mut out, data)?,
    }
    Ok(Value::object(from_wtf8(&out)))
}

fn decode_utf8(out: &mut Vec<u8>, data: &[u8], name: &str, errors: &str) -> PyResult<()> {
    let mut at = 0;
    while at < data.len() {
        match std::str::from_utf8(&data[at..]) {
            Ok(_) => {
                out.extend(&data[at..]);
                break;
            }
            Err(problem) => {
                let bad = at + problem.valid_up_to();
                out.extend(&data[at..bad]);
                let passes = errors == "surrogatepass" && data.len() >= bad + 3;
                if passes && data[bad] == 0xED && data[bad + 1] >= 0xA0 {
                    out.extend(&data[bad..bad + 3]);
                    at = bad + 3;
                    continue;
                }
                let (width, reason) = match problem.error_len() {
                    None => (data.len() - bad, "unexpected end of data"),
                    Some(width) => {
                        let starts = matches!(data[bad], 0xC2..=0xF4);
                        (width, if starts { "invalid continuation byte" } else { "invalid start byte" })
                    }
                };
                decode_error(out, data, bad, bad + width, name, reason, errors)?;
                at = bad + width;
            }
        }
    }
    Ok(())
}

fn decode_wide(
    out: &mut Vec<u8>,
    data: &[u8],
    size: usize,
    endian: Option<Endian>,
    name: &str,
    errors: &str,
) -> PyResult<()> {
    let unit_as = |at: usize, endian: Endian| -> u32 {
        let unit = &data[at..at + size];
        let fold = |acc: u32, b: &u8| acc << 8 | u32::from(*b);
        if endian == Endian::Big { unit.iter().fold(0, fold) } else { unit.iter().rev().fold(0, fold) }
    };
    let (mut at, endian) = match endian {
        Some(endian) => (0, endian),
        None if data.len() >= size && unit_as(0, Endian::Little) == 0xFEFF => (size, Endian::Little),
        None if data.len() >= size && unit_as(0, Endian::Big) == 0xFEFF => (size, Endian::Big),
        None => (0, Endian::Little),
    };
    while at < data.len() {
        if at + size > data.len() {
            decode_error(out, data, at, data.len(), name, "truncated data", errors)?;
            break;
        }
        let unit = unit_as(at, endian);
        at += size;
        if size == 2 && (0xD800..0xDC00).contains(&unit) && at + 2 <= data.len() {
            let low = unit_as(at, endian);
            if (0xDC00..0xE000).contains(&low) {
                wtf8::push(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
                at += 2;
                continue;
            }
        }
        match char::from_u32(unit) {
            Some(c) => wtf8::push(out, u32::from(c)),
            None => decode_error(out, data, at - size, at, name, "illegal encoding", errors)?,
        }
    }
    Ok(())
}

fn decode_escapes(out: &mut Vec<u8>, data: &[u8]) -> PyResult<()> {
    let mut at = 0;
    while at < data.len() {
        let byte = data[at];
        at += 1;
        if byte != b'\\' {
            wtf8::push(out, u32::from(byte));
            continue;
        }
        let letter = data.get(at).copied();
        at += 1;
        match letter {
            Some(b'n') => out.push(10),
            Some(b't') => out.push(9),
            Some(b'r') => out.push(13),
            Some(b'\n') => {}
            Some(quote @ (b'\\' | b'\'' | b'"')) => out.push(quote),
            Some(b'a') => out.push(7),
            Some(b'b') => out.push(8),
            Some(b'f') => out.push(12),
            Some(b'v') => out.push(11),
            Some(kind @ (b'x' | b'u' | b'U')) => {
                let width = match kind {
                    b'x' => 2,
                    b'u' => 4,
                    _ => 8,
                };
                let digits = data.get(at..at + width).and_then(|d| std::str::from_utf8(d).ok());
                let code = digits.and_then(|d| u32::from_str_radix(d, 16).ok());
                match code.filter(|&code| code < 0x110000) {
                    Some(code) => wtf8::push(out, code),
                    None => {
                        let reason = "truncated or illegal escape";
                        return decode_error(out, data, at - 2, at, "unicodeescape", reason, "strict");
                    }
                }
                at += width;
            }
            Some(first @ b'0'..=b'7') => {
                let mut code = u32::from(first - b'0');
                for _ in 0..2 {
                    match data.get(at) {
                        Some(&digit @ b'0'..=b'7') => code = code * 8 + u32::from(digit - b'0'),
                        _ => break,
                    }
                    at += 1;
                }
                wtf8::push(out, code);
            }
            Some(other) => {
                out.push(b'\\');
                wtf8::push(out, u32::from(other));
            }
            None => {
                let reason = "\\ at end of string";
                return decode_error(out, data, at - 2, at - 1, "unicodeescape", reason, "strict");
            }
        }
    }
    Ok(())
}

/// Handles bytes that mean nothing, as the error handler says.
fn decode_error(
    out: &mut Vec<u8>,
    data: &[u8],
    start: usize,
    end: usize,
    name: &str,
    reason: &str,
    errors: &str,
) -> PyResult<()> {
    match errors {
        "ignore" => {}
        "replace" => wtf8::push(out, 0xFFFD),
        "surrogateescape" => {
            data[start..end].iter().for_each(|&b| wtf8::push(out, 0xDC00 + u32::from(b)));
        }
        "backslashreplace" => data[start..end].iter().for_each(|&b| {
            out.extend(format!("\\x{b:02x}").as_bytes());
        }),
        "strict" | "surrogatepass" => {
            return Err(error::exception_with(
                Builtin::UnicodeDecodeError,
                &[
                    str::value(name),
                    bytes::new(data),
                    Value::int(start as i64),
                    Value::int(end as i64),
                    str::value(reason),
                ],
            ));
        }
        other => return Err(error::lookup_error(format!("unknown error handler name '{other}'"))),
    }
    Ok(())
}

/// The `encoding` and `errors` arguments of `encode` and `decode`.
pub fn arguments<'a>(encoding: Value, errors: Value, function: &str) -> PyResult<(&'a str, &'a str)> {
    let text = |value: Value, name: &str, default: &'a str| -> PyResult<&'a str> {
        if value.is_null() {
            return Ok(default);
        }
        match cast::str_of(value) {
            Some(s) => Ok(as_str(s)),
            None => {
                let found = raw::class_name(value);
                Err(error::type_error(format!("{function}() argument '{name}' must be str, not {found}")))
            }
        }
    };
    Ok((text(encoding, "encoding", "utf-8")?, text(errors, "errors", "strict")?))
}
