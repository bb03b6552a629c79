//! The module `_json`: the inner loops of `json`, for texts and values of the plain types.
//!
//! `scan` reads a value, `encode` writes one where nothing of the program has a say; else `json` does it in Python.
//! Reference: RFC 8259, and the extensions `NaN`, `Infinity` and `-Infinity` of the Python module.

use super::ModuleTable;
use crate::natives;
use crate::object::cast::{self, index_i64};
use crate::object::error::{type_error, value_error};
use crate::object::layouts as l;
use crate::object::{FALSE, NONE, NOT_IMPLEMENTED, PyResult, TRUE, dict, list, repr, str, tuple};
use crate::raw;
use metajit::heap::{self, Ref, Value};

/// The module.
pub static MODULE: ModuleTable = ModuleTable { name: "_json_core", functions: FUNCTIONS, fill };

fn fill(_: &mut dyn FnMut(&str, Value)) {}

/// A text being read; positions are in bytes.
struct Reader {
    text: Ref,
    strict: bool,
}

/// `json.JSONDecodeError(message, text, position)`.
#[cold]
fn decode_error(text: Ref, message: &str, at: usize) -> Value {
    let position = Value::int(str::chars_before(text, at) as i64);
    let class = crate::import::import(raw::intern("json.decoder"), Ref::NULL, tuple::value(&[NONE]), 0);
    let class = class.and_then(|_| {
        let module = crate::import::loaded("json.decoder").unwrap_or(NONE);
        raw::get_attr_str(module, "JSONDecodeError")
    });
    match class {
        Ok(class) => {
            raw::call(class, &[str::value(message), Value::object(text), position]).unwrap_or_else(|e| e)
        }
        Err(e) => e,
    }
}

/// Where a text has no value: StopIteration with the position, as `json.scanner` says it.
#[cold]
fn no_value(text: Ref, at: usize) -> Value {
    let position = Value::int(str::chars_before(text, at) as i64);
    crate::object::error::exception_with(crate::object::class::Builtin::StopIteration, &[position])
}

impl Reader {
    fn bytes<'a>(&self) -> &'a [u8] {
        str::bytes(self.text)
    }

    fn skip_space(&self, mut at: usize) -> usize {
        while matches!(self.bytes().get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            at += 1;
        }
        at
    }

    /// The value at a position, and where it ends.
    fn value(&self, at: usize) -> PyResult<(Value, usize)> {
        let rest = &self.bytes()[at.min(self.bytes().len())..];
        let word = |text: &str, value: Value| Ok((value, at + text.len()));
        match rest {
            [b'"', ..] => self.string(at + 1),
            [b'{', ..] => self.object(at + 1),
            [b'[', ..] => self.array(at + 1),
            [b'n', ..] if rest.starts_with(b"null") => word("null", NONE),
            [b't', ..] if rest.starts_with(b"true") => word("true", TRUE),
            [b'f', ..] if rest.starts_with(b"false") => word("false", FALSE),
            [b'N', ..] if rest.starts_with(b"NaN") => word("NaN", Value::float(f64::NAN)),
            [b'I', ..] if rest.starts_with(b"Infinity") => word("Infinity", Value::float(f64::INFINITY)),
            [b'-', b'I', ..] if rest.starts_with(b"-Infinity") => {
                word("-Infinity", Value::float(f64::NEG_INFINITY))
            }
            [b'-' | b'0'..=b'9', ..] => self.number(at),
            _ => Err(no_value(self.text, at)),
        }
    }

    fn number(&self, start: usize) -> PyResult<(Value, usize)> {
        let bytes = self.bytes();
        let digits = |mut at: usize| {
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let first = start + usize::from(bytes[start] == b'-');
        let mut end = match bytes.get(first) {
            Some(b'0') => first + 1,
            Some(b'1'..=b'9') => digits(first),
            _ => return Err(no_value(self.text, start)),
        };
        let mut is_float = false;
        if bytes.get(end) == Some(&b'.') && digits(end + 1) > end + 1 {
            (end, is_float) = (digits(end + 1), true);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            if digits(sign) > sign {
                (end, is_float) = (digits(sign), true);
            }
        }
        let text = std::str::from_utf8(&bytes[start..end]).expect("numbers are ASCII");
        if !is_float && text.len() <= 18 {
            return Ok((Value::int(text.parse().expect("eighteen digits fit")), end));
        }
        if is_float && let Ok(number) = fast_float2::parse(text) {
            return Ok((Value::float(number), end));
        }
        let class = if is_float { "float" } else { "int" };
        let class = dict::get_str(crate::vm::builtins(), raw::intern(class)).unwrap_or(NONE);
        Ok((raw::call(class, &[str::value(text)])?, end))
    }

    /// The string whose first character stands at a position.
    fn string(&self, start: usize) -> PyResult<(Value, usize)> {
        let bytes = self.bytes();
        let error = |message: &str, at: usize| Err(decode_error(self.text, message, at));
        let mut out: Vec<u8> = Vec::new();
        let mut at = start;
        loop {
            let from = at;
            while bytes.get(at).is_some_and(|&b| b != b'"' && b != b'\\' && b >= 0x20) {
                at += 1;
            }
            let part = &bytes[from..at];
            match bytes.get(at) {
                None => return error("Unterminated string starting at", start - 1),
                Some(b'"') if out.is_empty() => return Ok((Value::object(str::from_wtf8(part)), at + 1)),
                Some(b'"') => {
                    out.extend(part);
                    return Ok((Value::object(str::from_wtf8(&out)), at + 1));
                }
                Some(b'\\') => {
                    out.extend(part);
                    at = self.escape(&mut out, start, at)?;
                }
                Some(_) if self.strict => return error("Invalid control character at", at),
                Some(&control) => {
                    out.extend(part);
                    out.push(control);
                    at += 1;
                }
            }
        }
    }

    /// What the backslash at a position stands for; where it ends.
    fn escape(&self, out: &mut Vec<u8>, start: usize, at: usize) -> PyResult<usize> {
        let bytes = self.bytes();
        let plain = match bytes.get(at + 1) {
            None => return Err(decode_error(self.text, "Unterminated string starting at", start - 1)),
            Some(b'u') => {
                let hex = |at: usize| {
                    let digits = bytes.get(at..at + 4).filter(|d| d.iter().all(u8::is_ascii_hexdigit))?;
                    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
                };
                let Some(mut code) = hex(at + 2) else {
                    return Err(decode_error(self.text, "Invalid \\uXXXX escape", at + 1));
                };
                let mut end = at + 6;
                if (0xD800..0xDC00).contains(&code)
                    && bytes.get(end..end + 2) == Some(b"\\u")
                    && let Some(low) = hex(end + 2).filter(|low| (0xDC00..0xE000).contains(low))
                {
                    code = 0x1_0000 + ((code - 0xD800) << 10 | (low - 0xDC00));
                    end += 6;
                }
                out.extend(str::bytes(str::from_code(code)));
                return Ok(end);
            }
            Some(b'"') => b'"',
            Some(b'\\') => b'\\',
            Some(b'/') => b'/',
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(_) => return Err(decode_error(self.text, "Invalid \\escape", at)),
        };
        out.push(plain);
        Ok(at + 2)
    }

    fn array(&self, at: usize) -> PyResult<(Value, usize)> {
        let _depth = raw::enter_recursion(" while decoding a JSON array from a unicode string")?;
        let items = list::new();
        let mut at = self.skip_space(at);
        if self.bytes().get(at) == Some(&b']') {
            return Ok((Value::object(items), at + 1));
        }
        loop {
            let (item, end) = self.element(at)?;
            list::append(items, item);
            at = self.skip_space(end);
            match self.bytes().get(at) {
                Some(b']') => return Ok((Value::object(items), at + 1)),
                Some(b',') => at = self.skip_space(at + 1),
                _ => return Err(decode_error(self.text, "Expecting ',' delimiter", at)),
            }
        }
    }

    /// A value inside of another: there must be one.
    fn element(&self, at: usize) -> PyResult<(Value, usize)> {
        self.value(at).map_err(|e| {
            let stopped = raw::is_builtin_instance(e, crate::object::class::Builtin::StopIteration);
            if stopped { decode_error(self.text, "Expecting value", at) } else { e }
        })
    }

    fn object(&self, at: usize) -> PyResult<(Value, usize)> {
        let _depth = raw::enter_recursion(" while decoding a JSON object from a unicode string")?;
        let (items, bytes) = (dict::new(), self.bytes());
        let mut at = self.skip_space(at);
        if bytes.get(at) == Some(&b'}') {
            return Ok((Value::object(items), at + 1));
        }
        loop {
            if bytes.get(at) != Some(&b'"') {
                let message = "Expecting property name enclosed in double quotes";
                return Err(decode_error(self.text, message, at));
            }
            let (key, end) = self.string(at + 1)?;
            at = self.skip_space(end);
            if bytes.get(at) != Some(&b':') {
                return Err(decode_error(self.text, "Expecting ':' delimiter", at));
            }
            let (value, end) = self.element(self.skip_space(at + 1))?;
            dict::set(items, key, value)?;
            at = self.skip_space(end);
            match bytes.get(at) {
                Some(b'}') => return Ok((Value::object(items), at + 1)),
                Some(b',') => at = self.skip_space(at + 1),
                _ => return Err(decode_error(self.text, "Expecting ',' delimiter", at)),
            }
        }
    }
}

fn reader(text: Value, strict: Value) -> PyResult<Reader> {
    match cast::str_of(text) {
        Some(text) => Ok(Reader { text, strict: raw::truth(strict)? }),
        None => {
            let class = raw::class_name(text);
            Err(type_error(format!("first argument must be a string, not {class}")))
        }
    }
}

fn position(text: Ref, at: Value) -> PyResult<usize> {
    let at = index_i64(at)?;
    let Ok(at) = usize::try_from(at) else { return Err(value_error("idx cannot be negative")) };
    Ok(if at > str::chars(text) { usize::MAX } else { str::offset(text, at) })
}

fn end_of(reader: &Reader, (value, end): (Value, usize)) -> Value {
    tuple::value(&[value, Value::int(str::chars_before(reader.text, end) as i64)])
}

/// `scan(text, index, strict)`: the value there and where it ends.
fn scan(args: &[Value]) -> PyResult {
    let reader = reader(args[0], args[2])?;
    let at = position(reader.text, args[1])?;
    if at >= reader.bytes().len() {
        return Err(no_value(reader.text, reader.bytes().len()));
    }
    Ok(end_of(&reader, reader.value(at)?))
}

/// `scanstring(text, index, strict)`: the string whose first character stands there and where it ends.
fn scanstring(args: &[Value]) -> PyResult {
    let reader = reader(args[0], args.get(2).copied().unwrap_or(TRUE))?;
    let at = position(reader.text, args[1])?;
    if at > reader.bytes().len() {
        return Err(value_error("end is out of bounds"));
    }
    Ok(end_of(&reader, reader.string(at)?))
}

/// Writes a string with its quotes.
fn write_string(out: &mut Vec<u8>, text: Ref, ascii: bool) {
    out.push(b'"');
    let escape = |out: &mut Vec<u8>, unit: u32| out.extend(format!("\\u{unit:04x}").as_bytes());
    let plain = |b: u8| b >= 0x20 && b != b'"' && b != b'\\' && (b < 0x80 || !ascii);
    let bytes = str::bytes(text);
    if bytes.iter().all(|&b| plain(b)) {
        out.extend(bytes);
    } else {
        for code in str::code_points(text) {
            match code {
                0x22 => out.extend(b"\\\""),
                0x5C => out.extend(b"\\\\"),
                8 => out.extend(b"\\b"),
                9 => out.extend(b"\\t"),
                10 => out.extend(b"\\n"),
                12 => out.extend(b"\\f"),
                13 => out.extend(b"\\r"),
                0..0x20 => escape(out, code),
                0x20..0x80 => out.push(code as u8),
                _ if !ascii => out.extend(str::bytes(str::from_code(code))),
                0x1_0000.. => {
                    escape(out, 0xD800 + ((code - 0x1_0000) >> 10));
                    escape(out, 0xDC00 + (code & 0x3FF));
                }
                _ => escape(out, code),
            }
        }
    }
    out.push(b'"');
}

fn encoded(text: Value, ascii: bool) -> PyResult {
    let Some(text) = cast::str_of(text) else {
        let class = raw::class_name(text);
        return Err(type_error(format!("first argument must be a string, not {class}")));
    };
    let mut out = Vec::new();
    write_string(&mut out, text, ascii);
    Ok(Value::object(str::from_wtf8(&out)))
}

fn encode_basestring(text: Value) -> PyResult {
    encoded(text, false)
}

fn encode_basestring_ascii(text: Value) -> PyResult {
    encoded(text, true)
}

/// What `encode` needs to know.
struct Writer<'a> {
    out: Vec<u8>,
    ascii: bool,
    key_separator: &'a [u8],
    item_separator: &'a [u8],
    depth: usize,
}

/// Deeper values are left to Python, which finds circles.
const DEEPEST: usize = 200;

impl Writer<'_> {
    /// Writes a value of plain types; false where it is none.
    fn value(&mut self, value: Value) -> PyResult<bool> {
        if let Some(simple) = self.scalar(value)? {
            return Ok(simple);
        }
        let Some(object) = value.as_ref() else { return Ok(false) };
        self.depth += 1;
        let written = self.depth < DEEPEST
            && match heap::layout_of(object) {
                l::List::ID | l::Tuple::ID => self.array(object)?,
                l::Dict::ID => self.object(object)?,
                _ => false,
            };
        self.depth -= 1;
        Ok(written)
    }

    fn scalar(&mut self, value: Value) -> PyResult<Option<bool>> {
        match value {
            NONE => self.out.extend(b"null"),
            TRUE => self.out.extend(b"true"),
            FALSE => self.out.extend(b"false"),
            _ if value.has_layout(l::Str::ID) => {
                write_string(&mut self.out, Ref::from_bits(value.bits()), self.ascii);
            }
            _ => {
                if let Some(f) = value.as_float() {
                    // What is no number is an error or not, which Python decides.
                    if !f.is_finite() {
                        return Ok(Some(false));
                    }
                } else if value.as_int().is_none() && !value.has_layout(l::BigInt::ID) {
                    return Ok(None);
                }
                self.out.extend(str::bytes(repr::repr(value)?));
            }
        }
        Ok(Some(true))
    }

    fn array(&mut self, items: Ref) -> PyResult<bool> {
        let item = |i: usize| match heap::layout_of(items) {
            l::List::ID => list::get(items, i),
            _ => tuple::items(items).get(i).copied(),
        };
        self.out.push(b'[');
        let mut i = 0;
        while let Some(value) = item(i) {
            if i > 0 {
                self.out.extend(self.item_separator);
            }
            if !self.value(value)? {
                return Ok(false);
            }
            i += 1;
        }
        self.out.push(b']');
        Ok(true)
    }

    fn object(&mut self, items: Ref) -> PyResult<bool> {
        self.out.push(b'{');
        let (mut position, mut first) = (0, true);
        while let Some((key, value)) = dict::next_entry(items, &mut position) {
            if !key.has_layout(l::Str::ID) {
                return Ok(false);
            }
            if !std::mem::take(&mut first) {
                self.out.extend(self.item_separator);
            }
            write_string(&mut self.out, Ref::from_bits(key.bits()), self.ascii);
            self.out.extend(self.key_separator);
            if !self.value(value)? {
                return Ok(false);
            }
        }
        self.out.push(b'}');
        Ok(true)
    }
}

/// `encode(value, ascii, key_separator, item_separator)`: the text of a value of plain types, NotImplemented for others.
fn encode(args: &[Value]) -> PyResult {
    let separator = |value: Value| cast::expect_str(value, "encode()").map(str::bytes);
    let mut writer = Writer {
        out: Vec::new(),
        ascii: raw::truth(args[1])?,
        key_separator: separator(args[2])?,
        item_separator: separator(args[3])?,
        depth: 0,
    };
    if !writer.value(args[0])? {
        return Ok(NOT_IMPLEMENTED);
    }
    Ok(Value::object(str::from_wtf8(&writer.out)))
}

natives! {
    static FUNCTIONS;
    "scan" Slice(scan) 3..3 [Any];
    "scanstring" Slice(scanstring) 2..3 [Any];
    "encode_basestring" One(encode_basestring) [Reads];
    "encode_basestring_ascii" One(encode_basestring_ascii) [Reads];
    "encode" Slice(encode) 4..4 [Any];
}
