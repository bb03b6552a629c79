//! The appearance of strings: quoting for `repr`, padding, tabs, repetition, translation.

use super::classify::is_printable;
use super::scratch::Scratch;
use super::{bytes, chars, code_points, empty, wtf8};
use crate::object::class::Builtin;
use crate::object::layouts::Str;
use crate::object::native::Args;
use crate::object::{NONE, PyResult, cast, dict, error, sequence};
use crate::raw;
use metajit::heap::{self, Ref, Value};

/// Appends a text in quotes, with escapes, as `repr` shows it.
pub fn write_repr(out: &mut Vec<u8>, text: &[u8]) {
    let quote = if text.contains(&b'\'') && !text.contains(&b'"') { b'"' } else { b'\'' };
    out.push(quote);
    if text.iter().all(|&b| (0x20..0x7F).contains(&b) && b != quote && b != b'\\') {
        out.extend(text);
    } else {
        for code in wtf8::CodePoints::new(text) {
            write_character(out, code, quote);
        }
    }
    out.push(quote);
}

fn write_character(out: &mut Vec<u8>, code: u32, quote: u8) {
    match code {
        9 => out.extend(b"\\t"),
        10 => out.extend(b"\\n"),
        13 => out.extend(b"\\r"),
        0x5C => out.extend(b"\\\\"),
        _ if code == u32::from(quote) => out.extend([b'\\', quote]),
        _ if is_printable(code) => wtf8::push(out, code),
        _ => escape(out, code),
    }
}

/// Appends `\xhh`, `\uhhhh` or `\Uhhhhhhhh`.
pub fn escape(out: &mut Vec<u8>, code: u32) {
    let text = match code {
        0..0x100 => format!("\\x{code:02x}"),
        0x100..0x10000 => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    };
    out.extend(text.as_bytes());
}

/// `string * count`.
pub fn repeat(s: Ref, count: i64) -> PyResult<Ref> {
    let count = usize::try_from(count).unwrap_or(0);
    let length = bytes(s).len();
    if count == 0 || length == 0 {
        return Ok(empty());
    }
    if count == 1 {
        return Ok(s);
    }
    let total = length.checked_mul(count).ok_or_else(|| error::memory_error(""))?;
    let r = heap::try_alloc(Str::ID, total).map_err(|_| error::memory_error(""))?;
    let out = heap::items_mut(r, Str::TAIL);
    match *bytes(s) {
        [byte] => out.fill(byte),
        ref text => out.chunks_exact_mut(length).for_each(|chunk| chunk.copy_from_slice(text)),
    }
    heap::init(r, Str::CHARS, (chars(s) * count) as i64);
    Ok(r)
}

fn receiver(value: Value) -> PyResult<Ref> {
    cast::str_of(value).ok_or_else(|| cast::wrong_receiver(value, "str"))
}

/// The text with so many fill characters on either side.
fn pad(s: Ref, left: usize, right: usize, fill: u32) -> Value {
    if left == 0 && right == 0 {
        return Value::object(s);
    }
    let mut out = Scratch::new();
    (0..left).for_each(|_| wtf8::push(&mut out, fill));
    out.extend(bytes(s));
    (0..right).for_each(|_| wtf8::push(&mut out, fill));
    Value::object(out.into_str())
}

/// Receiver, missing width and fill character.
fn padding(args: &[Value]) -> PyResult<(Ref, usize, u32)> {
    let s = receiver(args[0])?;
    let width = usize::try_from(cast::index_i64(args[1])?).unwrap_or(0);
    let fill = match args.get(2) {
        None => u32::from(b' '),
        Some(&fill) => {
            let Some(text) = cast::str_of(fill) else {
                let found = raw::class_name(fill);
                return Err(error::type_error(format!(
                    "The fill character must be a unicode character, not {found}"
                )));
            };
            if chars(text) != 1 {
                return Err(error::type_error("The fill character must be exactly one character long"));
            }
            super::code_at(text, 0)
        }
    };
    if width > u32::MAX as usize {
        return Err(error::memory_error(""));
    }
    Ok((s, width.saturating_sub(chars(s)), fill))
}

/// `str.ljust`.
pub fn ljust(args: &[Value]) -> PyResult {
    let (s, missing, fill) = padding(args)?;
    Ok(pad(s, 0, missing, fill))
}

/// `str.rjust`.
pub fn rjust(args: &[Value]) -> PyResult {
    let (s, missing, fill) = padding(args)?;
    Ok(pad(s, missing, 0, fill))
}

/// `str.center`: of an odd number of fill characters the left side gets one more if the width is odd.
pub fn center(args: &[Value]) -> PyResult {
    let (s, missing, fill) = padding(args)?;
    let width = chars(s) + missing;
    let left = missing / 2 + (missing & width & 1);
    Ok(pad(s, left, missing - left, fill))
}

/// `str.zfill`.
pub fn zfill(s: Value, width: Value) -> PyResult {
    let (s, missing, _) = padding(&[s, width])?;
    if missing == 0 {
        return Ok(Value::object(s));
    }
    let text = bytes(s);
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let mut out = Scratch::new();
    out.extend(&text[..sign]);
    out.resize(sign + missing, b'0');
    out.extend(&text[sign..]);
    Ok(Value::object(out.into_str()))
}

/// `str.expandtabs`.
pub fn expandtabs(args: Args<'_>) -> PyResult {
    let s = receiver(args.values[0])?;
    let rest = Args { values: &args.values[1..], names: args.names };
    let [size] = cast::bind("expandtabs", rest, ["tabsize"], 0)?;
    let size = if size.is_null() { 8 } else { cast::c_int(size)?.max(0) as usize };
    let mut out = Scratch::new();
    let mut column = 0;
    for code in code_points(s) {
        if code == 9 {
            let spaces = if size == 0 { 0 } else { size - column % size };
            let length = out.len() + spaces;
            out.resize(length, b' ');
            column += spaces;
        } else {
            wtf8::push(&mut out, code);
            column = if matches!(code, 10 | 13) { 0 } else { column + 1 };
        }
    }
    Ok(Value::object(out.into_str()))
}

/// `str.translate`.
pub fn translate(s: Value, table: Value) -> PyResult {
    let s = receiver(s)?;
    let mut out = Scratch::new();
    for code in code_points(s) {
        let replacement = match sequence::getitem(table, Value::int(i64::from(code))) {
            Ok(value) => value,
            Err(exception) if raw::is_builtin_instance(exception, Builtin::LookupError) => {
                wtf8::push(&mut out, code);
                continue;
            }
            Err(exception) => return Err(exception),
        };
        if let Some(text) = cast::str_of(replacement) {
            out.extend(bytes(text));
        } else if let Some(int) = cast::int_of(replacement) {
            match int {
                crate::object::int::big::Int::Small(code) if (0..=0x10FFFF).contains(&code) => {
                    wtf8::push(&mut out, code as u32);
                }
                _ => return Err(error::value_error("character mapping must be in range(0x110000)")),
            }
        } else if replacement != NONE {
            return Err(error::type_error("character mapping must return integer, None or str"));
        }
    }
    Ok(Value::object(out.into_str()))
}

/// `str.maketrans`.
pub fn maketrans(args: &[Value]) -> PyResult {
    let table = dict::new();
    if let &[mapping] = args {
        let Some(source) = cast::to_layout(mapping, crate::object::layouts::Dict::ID) else {
            return Err(error::type_error("if you give only one argument to maketrans it must be a dict"));
        };
        for (key, value) in dict::iter(source) {
            let key = match cast::str_of(key) {
                Some(text) if chars(text) == 1 => Value::int(i64::from(super::code_at(text, 0))),
                Some(_) => {
                    return Err(error::value_error("string keys in translate table must be of length 1"));
                }
                None if cast::int_of(key).is_some() => key,
                None => {
                    return Err(error::type_error("keys in translate table must be strings or integers"));
                }
            };
            dict::set(table, key, value)?;
        }
        return Ok(Value::object(table));
    }
    let text = |i: usize| cast::expect_str(args[i], "maketrans()");
    let (from, to) = (text(0)?, text(1)?);
    if chars(from) != chars(to) {
        return Err(error::value_error("the first two maketrans arguments must have equal length"));
    }
    for (a, b) in code_points(from).zip(code_points(to)) {
        dict::set(table, Value::int(i64::from(a)), Value::int(i64::from(b)))?;
    }
    if args.len() > 2 {
        for code in code_points(text(2)?) {
            dict::set(table, Value::int(i64::from(code)), NONE)?;
        }
    }
    Ok(Value::object(table))
}
