//! The module `_structs`: packing and unpacking under `_struct`, which is written in Python.
//!
//! A format is taken apart each time it is used, into items with their offsets. Reference: the documentation of `struct`.

use super::ModuleTable;
use crate::natives;
use crate::object::cast::{self, index, to_f64};
use crate::object::error::{exception_with, memory_error, overflow_error};
use crate::object::int::big::{self, Int};
use crate::object::{PyResult, boolean, bytes, list, str, tuple};
use crate::raw;
use metajit::heap::Value;

/// The module.
pub static MODULE: ModuleTable = ModuleTable { name: "_structs", functions: FUNCTIONS, fill };

fn fill(_: &mut dyn FnMut(&str, Value)) {}

/// `struct.error` with a message. The class is made by the Python side.
#[cold]
fn struct_error(message: impl AsRef<str>) -> Value {
    let text = str::value(message.as_ref());
    let class = crate::import::loaded("_struct").and_then(|m| raw::get_attr_str(m, "error").ok());
    match class {
        Some(class) => raw::call(class, &[text]).unwrap_or_else(|e| e),
        None => exception_with(crate::object::class::Builtin::ValueError, &[text]),
    }
}

/// One place of a format; `x` makes none.
#[derive(Clone, Copy)]
struct Item {
    code: u8,
    /// Bytes it takes.
    size: usize,
    offset: usize,
}

struct Format {
    items: Vec<Item>,
    size: usize,
    big_endian: bool,
}

/// Size of a code with standard and with native sizes.
fn sizes(code: u8) -> Option<(usize, usize)> {
    Some(match code {
        b'x' | b'c' | b'b' | b'B' | b'?' | b's' | b'p' => (1, 1),
        b'h' | b'H' | b'e' => (2, 2),
        b'i' | b'I' | b'f' => (4, 4),
        b'l' | b'L' => (4, 8),
        b'q' | b'Q' | b'd' => (8, 8),
        b'n' | b'N' | b'P' => (0, 8),
        _ => return None,
    })
}

fn parse(text: Value) -> PyResult<Format> {
    let text = match cast::str_of(text) {
        Some(text) => str::bytes(text),
        None => bytes::expect(text)?,
    };
    let (order, codes) = match text {
        [first @ (b'@' | b'=' | b'<' | b'>' | b'!'), rest @ ..] => (*first, rest),
        all => (b'@', all),
    };
    let native = order == b'@';
    let big_endian = matches!(order, b'>' | b'!') || order != b'<' && cfg!(target_endian = "big");
    let (mut items, mut offset, mut at) = (Vec::new(), 0usize, 0);
    while at < codes.len() {
        if codes[at].is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let start = at;
        let mut count = 0usize;
        while at < codes.len() && codes[at].is_ascii_digit() {
            let digit = usize::from(codes[at] - b'0');
            count = count.checked_mul(10).and_then(|c| c.checked_add(digit)).ok_or_else(too_large)?;
            at += 1;
        }
        let repeated = at > start;
        let Some(&code) = codes.get(at) else {
            return Err(struct_error("repeat count given without format specifier"));
        };
        at += 1;
        let count = if repeated { count } else { 1 };
        let (standard, own) = sizes(code).ok_or_else(|| struct_error("bad char in struct format"))?;
        let size = if native { own } else { standard };
        if size == 0 {
            return Err(struct_error("bad char in struct format"));
        }
        if native {
            offset = offset.next_multiple_of(size);
        }
        let bytes = size.checked_mul(count).ok_or_else(too_large)?;
        let end = offset.checked_add(bytes).filter(|&o| o < isize::MAX as usize).ok_or_else(too_large)?;
        match code {
            b'x' => {}
            b's' | b'p' => items.push(Item { code, size: count, offset }),
            _ if items.try_reserve(count).is_err() => return Err(memory_error("")),
            _ => items.extend((0..count).map(|i| Item { code, size, offset: offset + i * size })),
        }
        offset = end;
    }
    Ok(Format { items, size: offset, big_endian })
}

#[cold]
fn too_large() -> Value {
    struct_error("total struct size too long")
}

fn calcsize(format: Value) -> PyResult {
    Ok(Value::int(parse(format)?.size as i64))
}

/// The value at a place.
fn load(item: Item, data: &[u8], big_endian: bool) -> Value {
    let field = &data[item.offset..item.offset + item.size];
    match item.code {
        b's' | b'c' => return bytes::new(field),
        b'p' => {
            let len = field.first().map_or(0, |&n| usize::from(n).min(field.len() - 1));
            return bytes::new(field.get(1..1 + len).unwrap_or_default());
        }
        b'?' => return boolean(field[0] != 0),
        _ => {}
    }
    let mut word = [0u8; 8];
    for (i, &byte) in field.iter().enumerate() {
        word[if big_endian { item.size - 1 - i } else { i }] = byte;
    }
    let unsigned = u64::from_le_bytes(word);
    match item.code {
        b'f' => Value::float(f32::from_bits(unsigned as u32).into()),
        b'd' => Value::float(f64::from_bits(unsigned)),
        b'e' => Value::float(half_to_f64(unsigned as u16)),
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => {
            let unused = 64 - 8 * item.size as u32;
            Value::int((unsigned << unused) as i64 >> unused)
        }
        _ => big::value_i128(unsigned.into()),
    }
}

fn half_to_f64(half: u16) -> f64 {
    let sign = if half >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(half >> 10 & 31), f64::from(half & 0x3FF));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}

/// The nearest half-precision float, ties to even.
fn f64_to_half(x: f64) -> Option<u16> {
    let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
    let a = x.abs();
    if a.is_nan() {
        return Some(sign | 0x7E00);
    }
    if a.is_infinite() {
        return Some(sign | 0x7C00);
    }
    let exponent = if a == 0.0 { -14 } else { (a.log2().floor() as i32).max(-14) };
    // Units in the last place; 2048 of them would belong to the next exponent.
    let units = (a * 2f64.powi(10 - exponent)).round_ties_even();
    let encoded =
        if units < 1024.0 { units as u32 } else { ((exponent + 15) as u32 - 1) * 1024 + units as u32 };
    (encoded < 0x7C00).then_some(sign | encoded as u16)
}

fn unpack_at(format: &Format, data: &[u8]) -> Value {
    let values = list::new();
    for &item in &format.items {
        list::append(values, load(item, data, format.big_endian));
    }
    tuple::value(list::items(values))
}

/// `unpack_from(format, data, offset)`; with `exact`, the data must be as long as the format says.
fn unpack(args: &[Value]) -> PyResult {
    let format = parse(args[0])?;
    let data = bytes::expect(args[1])?;
    let exact = raw::truth(args[3])?;
    if exact {
        if data.len() != format.size {
            return Err(struct_error(format!("unpack requires a buffer of {} bytes", format.size)));
        }
        return Ok(unpack_at(&format, data));
    }
    let offset = cast::index_i64(args[2])?;
    let (size, len) = (format.size, data.len());
    let at = if offset < 0 { offset + len as i64 } else { offset };
    if at < 0 {
        return Err(struct_error(format!("offset {offset} out of range for {len}-byte buffer")));
    }
    if at as usize + size > len {
        return Err(struct_error(format!(
            "unpack_from requires a buffer of at least {} bytes for unpacking {size} bytes at offset {at} (actual buffer \
             size is {len})",
            at as usize + size
        )));
    }
    Ok(unpack_at(&format, &data[at as usize..at as usize + size]))
}

/// Writes an integer; the range is the code's.
fn store_int(item: Item, value: Value, field: &mut [u8]) -> PyResult<()> {
    let is_int = cast::int_of(value).is_some() || cast::is_index(value);
    if !is_int {
        return Err(struct_error("required argument is not an integer"));
    }
    let int = index(value)?;
    let bits = 8 * item.size as u32;
    let signed = item.code.is_ascii_lowercase();
    let wide: Option<i128> = match int {
        Int::Small(i) => Some(i.into()),
        Int::Big(big) => i128::try_from(big).ok(),
    };
    let (low, high) =
        if signed { (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1) } else { (0, (1i128 << bits) - 1) };
    let Some(wide) = wide.filter(|w| (low..=high).contains(w)) else {
        let code = char::from(item.code);
        return Err(struct_error(format!("'{code}' format requires {low} <= number <= {high}")));
    };
    field.copy_from_slice(&wide.to_le_bytes()[..item.size]);
    Ok(())
}

/// Writes a value at its place, least significant byte first for numbers.
fn store(item: Item, value: Value, field: &mut [u8]) -> PyResult<()> {
    match item.code {
        b's' | b'p' | b'c' => {
            let Some(data) = bytes::of(value).map(bytes::contents) else {
                let code = char::from(item.code);
                return Err(struct_error(match code {
                    'c' => "char format requires a bytes object of length 1".to_owned(),
                    _ => format!("argument for '{code}' must be a bytes object"),
                }));
            };
            if item.code == b'c' && data.len() != 1 {
                return Err(struct_error("char format requires a bytes object of length 1"));
            }
            let (len, target) = match item.code {
                b'p' if field.is_empty() => return Ok(()),
                b'p' => {
                    let len = data.len().min(field.len() - 1).min(255);
                    field[0] = len as u8;
                    (len, &mut field[1..])
                }
                _ => (data.len().min(field.len()), field),
            };
            target[..len].copy_from_slice(&data[..len]);
        }
        b'?' => field[0] = u8::from(raw::truth(value)?),
        b'd' | b'f' | b'e' => {
            let is_real = cast::float_of(value).is_some()
                || cast::int_of(value).is_some()
                || raw::lookup_special(value, "__float__").is_some()
                || cast::is_index(value);
            if !is_real {
                return Err(struct_error("required argument is not a float"));
            }
            let x = to_f64(value)?;
            match item.code {
                b'd' => field.copy_from_slice(&x.to_le_bytes()),
                b'f' => {
                    let narrow = x as f32;
                    if narrow.is_infinite() && x.is_finite() {
                        return Err(overflow_error("float too large to pack with f format"));
                    }
                    field.copy_from_slice(&narrow.to_le_bytes());
                }
                _ => match f64_to_half(x) {
                    Some(half) => field.copy_from_slice(&half.to_le_bytes()),
                    None => return Err(overflow_error("float too large to pack with e format")),
                },
            }
        }
        _ => store_int(item, value, field)?,
    }
    Ok(())
}

/// `pack(format, values)`: the bytes of a tuple of values.
fn pack(format: Value, values: Value) -> PyResult {
    let format = parse(format)?;
    let values = tuple::from_iterable(values)?;
    let values = tuple::items(values);
    if values.len() != format.items.len() {
        return Err(struct_error(format!(
            "pack expected {} items for packing (got {})",
            format.items.len(),
            values.len()
        )));
    }
    let mut out = vec![0u8; format.size];
    for (&item, &value) in format.items.iter().zip(values) {
        let field = &mut out[item.offset..item.offset + item.size];
        store(item, value, field)?;
        if format.big_endian && !matches!(item.code, b's' | b'p' | b'c' | b'?') {
            field.reverse();
        }
    }
    Ok(bytes::new(&out))
}

/// How many values a format has.
fn count(format: Value) -> PyResult {
    Ok(Value::int(parse(format)?.items.len() as i64))
}

natives! {
    static FUNCTIONS;
    "calcsize" One(calcsize) [Any];
    "count" One(count) [Any];
    "pack" Two(pack) [Any];
    "unpack" Slice(unpack) 4..4 [Any];
}
