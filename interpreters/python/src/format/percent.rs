//! The `%` operator of strings and bytes.
//!
//! Reference: "printf-style String Formatting" in the documentation of built-in types.

use super::float::write_magnitude;
use crate::object::int::big::Int;
use crate::object::int::text;
use crate::object::layouts as l;
use crate::object::str::scratch::Scratch;
use crate::object::{PyResult, bytes, cast, error, float, repr, sequence, str, tuple};
use crate::raw;
use metajit::heap::{Ref, Value};

/// One conversion specifier.
#[derive(Clone, Copy, Debug, Default)]
struct Conversion {
    alternate: bool,
    zero: bool,
    left: bool,
    space: bool,
    plus: bool,
    width: usize,
    precision: Option<usize>,
    kind: char,
}

/// The values that a format string takes, one after the other or by key.
struct Arguments {
    value: Value,
    /// The tuple of several values.
    several: Option<Ref>,
    next: usize,
    used_mapping: bool,
}

impl Arguments {
    fn new(value: Value) -> Arguments {
        Arguments { value, several: cast::to_layout(value, l::Tuple::ID), next: 0, used_mapping: false }
    }

    fn take(&mut self) -> PyResult {
        let not_enough = || error::type_error("not enough arguments for format string");
        let i = self.next;
        self.next += 1;
        match self.several {
            Some(all) => tuple::items(all).get(i).copied().ok_or_else(not_enough),
            None if i == 0 => Ok(self.value),
            None => Err(not_enough()),
        }
    }

    fn by_key(&mut self, key: Value) -> PyResult {
        if self.several.is_some() || !self.is_mapping() {
            return Err(error::type_error("format requires a mapping"));
        }
        self.used_mapping = true;
        sequence::getitem(self.value, key)
    }

    fn is_mapping(&self) -> bool {
        self.value.is_ref()
            && self.several.is_none()
            && cast::str_of(self.value).is_none()
            && raw::lookup_special(self.value, "__getitem__").is_some()
    }

    /// Checks that all values were used.
    fn finish(&self, kind: &str) -> PyResult<()> {
        let given = self.several.map_or(1, |all| tuple::items(all).len());
        if self.next < given && !self.used_mapping && !(self.several.is_none() && self.is_mapping()) {
            return Err(error::type_error(format!("not all arguments converted during {kind} formatting")));
        }
        Ok(())
    }
}

/// The format string while it is taken apart.
struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> PyResult<u8> {
        self.text.get(self.at).copied().ok_or_else(|| error::value_error("incomplete format"))
    }

    fn number(&mut self, arguments: &mut Arguments, what: &str) -> PyResult<Option<i64>> {
        if self.peek()? == b'*' {
            self.at += 1;
            let value = arguments.take()?;
            if cast::int_of(value).is_none() {
                return Err(error::type_error("* wants int"));
            }
            return cast::index_i64(value).map(Some);
        }
        let start = self.at;
        let mut value: i64 = 0;
        while let digit @ b'0'..=b'9' = self.peek()? {
            value = value
                .checked_mul(10)
                .and_then(|v| v.checked_add(i64::from(digit - b'0')))
                .filter(|&v| v <= i64::from(i32::MAX))
                .ok_or_else(|| error::value_error(format!("{what} too big")))?;
            self.at += 1;
        }
        Ok((self.at > start).then_some(value))
    }

    /// The key in parentheses, if there is one.
    fn key(&mut self) -> PyResult<Option<(usize, usize)>> {
        if self.peek()? != b'(' {
            return Ok(None);
        }
        let start = self.at + 1;
        let mut depth = 0;
        loop {
            match self.text.get(self.at) {
                Some(b'(') => depth += 1,
                Some(b')') => depth -= 1,
                Some(_) => {}
                None => return Err(error::value_error("incomplete format key")),
            }
            self.at += 1;
            if depth == 0 {
                return Ok(Some((start, self.at - 1)));
            }
        }
    }

    fn conversion(&mut self, arguments: &mut Arguments) -> PyResult<Conversion> {
        let mut conversion = Conversion::default();
        loop {
            match self.peek()? {
                b'#' => conversion.alternate = true,
                b'0' => conversion.zero = true,
                b'-' => conversion.left = true,
                b' ' => conversion.space = true,
                b'+' => conversion.plus = true,
                _ => break,
            }
            self.at += 1;
        }
        let width = self.number(arguments, "width")?.unwrap_or(0);
        conversion.left |= width < 0;
        conversion.width = width.unsigned_abs() as usize;
        if conversion.width > MOST_PADDING {
            return Err(error::memory_error(""));
        }
        if self.peek()? == b'.' {
            self.at += 1;
            let precision = self.number(arguments, "precision")?.unwrap_or(0).max(0) as usize;
            if precision > MOST_PADDING {
                return Err(error::value_error("precision too big"));
            }
            conversion.precision = Some(precision);
        }
        if matches!(self.peek()?, b'h' | b'l' | b'L') {
            self.at += 1;
        }
        self.peek()?;
        let (code, width) = str::wtf8::decode(self.text, self.at);
        conversion.kind = char::from_u32(code).unwrap_or('\u{FFFD}');
        self.at += width;
        Ok(conversion)
    }
}

/// `format % values` for strings.
pub fn format(template: Ref, values: Value) -> PyResult<Ref> {
    let mut arguments = Arguments::new(values);
    let mut parser = Parser { text: str::bytes(template), at: 0 };
    let mut out = Scratch::new();
    loop {
        let rest = &parser.text[parser.at..];
        let Some(percent) = rest.iter().position(|&b| b == b'%') else {
            out.extend(rest);
            break;
        };
        out.extend(&rest[..percent]);
        parser.at += percent + 1;
        let key = parser.key()?;
        let mut value = match key {
            Some((from, to)) => {
                let key = Value::object(str::from_wtf8(&parser.text[from..to]));
                Some(arguments.by_key(key)?)
            }
            None => None,
        };
        let conversion = parser.conversion(&mut arguments)?;
        if conversion.kind == '%' {
            out.push(b'%');
            continue;
        }
        let value = match value.take() {
            Some(value) => value,
            None => arguments.take()?,
        };
        let position = str::wtf8::count(&parser.text[..parser.at]) - 1;
        convert(&mut out, conversion, value, position)?;
    }
    arguments.finish("string")?;
    Ok(out.into_str())
}

fn convert(out: &mut Vec<u8>, conversion: Conversion, value: Value, position: usize) -> PyResult<()> {
    match conversion.kind {
        's' | 'r' | 'a' => {
            let text = match conversion.kind {
                's' => repr::str_of(value)?,
                'r' => repr::repr(value)?,
                _ => repr::ascii(value)?,
            };
            let text = match conversion.precision {
                Some(precision) if precision < str::chars(text) => str::char_slice(text, 0, precision),
                _ => text,
            };
            put_padded(out, conversion, str::bytes(text), str::chars(text));
        }
        'c' => {
            let text = match cast::str_of(value) {
                Some(text) if str::chars(text) == 1 => text,
                Some(_) => return Err(error::type_error("%c requires int or char")),
                None if cast::is_index(value) => match cast::index(value)? {
                    Int::Small(code @ 0..=0x10FFFF) => str::from_code(code as u32),
                    _ => return Err(error::overflow_error("%c arg not in range(0x110000)")),
                },
                None => return Err(error::type_error("%c requires int or char")),
            };
            put_padded(out, conversion, str::bytes(text), 1);
        }
        _ => put_number(out, conversion, value, position)?,
    }
    Ok(())
}

/// Characters that a conversion may be padded to: more would not fit in memory.
const MOST_PADDING: usize = i32::MAX as usize;

fn put_padded(out: &mut Vec<u8>, conversion: Conversion, text: &[u8], chars: usize) {
    let missing = conversion.width.saturating_sub(chars);
    if !conversion.left {
        out.resize(out.len() + missing, b' ');
    }
    out.extend(text);
    if conversion.left {
        out.resize(out.len() + missing, b' ');
    }
}

fn put_number(out: &mut Vec<u8>, conversion: Conversion, value: Value, position: usize) -> PyResult<()> {
    let mut digits = Scratch::new();
    match conversion.kind {
        'd' | 'i' | 'u' | 'o' | 'x' | 'X' => {
            let (negative, prefix) = integer(&mut digits, conversion, value)?;
            put_signed(out, conversion, negative, prefix, &digits);
        }
        kind @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G') => {
            let f = float_argument(value)?;
            write_magnitude(&mut digits, f, kind, conversion.precision.unwrap_or(6), conversion.alternate);
            put_signed(out, conversion, f.is_sign_negative() && !f.is_nan(), "", &digits);
        }
        kind => {
            let code = u32::from(kind);
            let shown = if (32..127).contains(&code) { kind } else { '?' };
            return Err(error::value_error(format!(
                "unsupported format character '{shown}' ({code:#x}) at index {position}"
            )));
        }
    }
    Ok(())
}

fn put_signed(out: &mut Vec<u8>, conversion: Conversion, negative: bool, prefix: &str, digits: &[u8]) {
    let sign = if negative {
        "-"
    } else if conversion.plus {
        "+"
    } else if conversion.space {
        " "
    } else {
        ""
    };
    let missing = conversion.width.saturating_sub(sign.len() + prefix.len() + digits.len());
    let (before, within) = match (conversion.left, conversion.zero) {
        (true, _) => (0, 0),
        (false, true) => (0, missing),
        (false, false) => (missing, 0),
    };
    out.resize(out.len() + before, b' ');
    out.extend(sign.as_bytes());
    out.extend(prefix.as_bytes());
    out.resize(out.len() + within, b'0');
    out.extend(digits);
    out.resize(out.len() + missing - before - within, b' ');
}

fn float_argument(value: Value) -> PyResult<f64> {
    if let Some(f) = cast::float_of(value) {
        return Ok(f);
    }
    if cast::int_of(value).is_none() && raw::lookup_special(value, "__float__").is_none() {
        let found = raw::class_name(value);
        return Err(error::type_error(format!("must be real number, not {found}")));
    }
    cast::to_f64(value)
}

/// Appends the digits of an integer; gives whether it is negative, and what stands before the digits.
fn integer(out: &mut Vec<u8>, conversion: Conversion, value: Value) -> PyResult<(bool, &'static str)> {
    let kind = conversion.kind;
    let decimal = matches!(kind, 'd' | 'i' | 'u');
    let int = match cast::int_of(value) {
        Some(int) => int,
        None if decimal && cast::float_of(value).is_some() => {
            let whole = float::methods::truncate(cast::to_f64(value)?)?;
            cast::index(whole)?
        }
        None if cast::is_index(value) => cast::index(value)?,
        None if decimal && raw::lookup_special(value, "__int__").is_some() => {
            cast::index(crate::object::int::convert::from_value(value)?)?
        }
        None => {
            let found = raw::class_name(value);
            let wanted = if decimal { "a real number" } else { "an integer" };
            return Err(error::type_error(format!("%{kind} format: {wanted} is required, not {found}")));
        }
    };
    match (kind, &int) {
        ('o', int) => out.extend(text::in_base(int, 8).as_bytes()),
        ('x' | 'X', int) => out.extend(text::in_base(int, 16).as_bytes()),
        (_, Int::Small(i)) => text::write_decimal(out, *i),
        (_, int) => out.extend(text::to_decimal(int.to_value())?.as_bytes()),
    }
    if kind == 'X' {
        out.make_ascii_uppercase();
    }
    let negative = out[0] == b'-';
    if negative {
        out.remove(0);
    }
    if let Some(missing) = conversion.precision.and_then(|precision| precision.checked_sub(out.len())) {
        out.splice(..0, std::iter::repeat_n(b'0', missing));
    }
    let prefix = match kind {
        'o' if conversion.alternate => "0o",
        'x' if conversion.alternate => "0x",
        'X' if conversion.alternate => "0X",
        _ => "",
    };
    Ok((negative, prefix))
}

/// `format % values` for bytes and bytearrays.
pub fn format_bytes(template: Ref, values: Value) -> PyResult {
    let mut arguments = Arguments::new(values);
    let mut parser = Parser { text: bytes::contents(template), at: 0 };
    let mut out = Vec::new();
    loop {
        let rest = &parser.text[parser.at..];
        let Some(percent) = rest.iter().position(|&b| b == b'%') else {
            out.extend(rest);
            break;
        };
        out.extend(&rest[..percent]);
        parser.at += percent + 1;
        let keyed = match parser.key()? {
            Some((from, to)) => Some(arguments.by_key(bytes::new(&parser.text[from..to]))?),
            None => None,
        };
        let conversion = parser.conversion(&mut arguments)?;
        if conversion.kind == '%' {
            out.push(b'%');
            continue;
        }
        let value = match keyed {
            Some(value) => value,
            None => arguments.take()?,
        };
        convert_bytes(&mut out, conversion, value, parser.at - 1)?;
    }
    arguments.finish("bytes")?;
    Ok(bytes::same_kind(template, &out))
}

fn convert_bytes(out: &mut Vec<u8>, conversion: Conversion, value: Value, position: usize) -> PyResult<()> {
    let cut = |data: Vec<u8>| match conversion.precision {
        Some(precision) if precision < data.len() => data[..precision].to_vec(),
        _ => data,
    };
    match conversion.kind {
        's' | 'b' => {
            let data = match bytes::of(value) {
                Some(data) => bytes::contents(data).to_vec(),
                None => match raw::call_special(value, "__bytes__", &[]) {
                    Some(result) => bytes::expect(result?)?.to_vec(),
                    None => {
                        let found = raw::class_name(value);
                        return Err(error::type_error(format!(
                            "%b requires a bytes-like object, or an object that implements __bytes__, \
                             not '{found}'"
                        )));
                    }
                },
            };
            let data = cut(data);
            put_padded(out, conversion, &data, data.len());
        }
        'c' => {
            let byte = match bytes::of(value).map(bytes::contents) {
                Some(&[byte]) => byte,
                Some(_) => {
                    return Err(error::type_error("%c requires an integer in range(256) or a single byte"));
                }
                None => {
                    bytes::byte(value, "%c").map_err(|_| error::overflow_error("%c arg not in range(256)"))?
                }
            };
            put_padded(out, conversion, &[byte], 1);
        }
        'r' | 'a' => {
            let text = cut(str::bytes(repr::ascii(value)?).to_vec());
            put_padded(out, conversion, &text, text.len());
        }
        _ => put_number(out, conversion, value, position)?,
    }
    Ok(())
}
