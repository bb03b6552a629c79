//! The module `_binascii`: bytes as text, under `binascii`, which is written in Python.

use super::ModuleTable;
use crate::natives;
use crate::object::cast;
use crate::object::error::{exception_with, type_error};
use crate::object::{PyResult, bytes, str};
use crate::raw;
use metajit::heap::Value;

/// The module.
pub static MODULE: ModuleTable = ModuleTable { name: "_binascii", functions: FUNCTIONS, fill };

fn fill(_: &mut dyn FnMut(&str, Value)) {}

/// `binascii.Error` with a message. The class is made by the Python side.
#[cold]
fn binascii_error(message: &str) -> Value {
    let text = str::value(message);
    let class = crate::import::loaded("binascii").and_then(|m| raw::get_attr_str(m, "Error").ok());
    match class {
        Some(class) => raw::call(class, &[text]).unwrap_or_else(|e| e),
        None => exception_with(crate::object::class::Builtin::ValueError, &[text]),
    }
}

/// Bytes, or the bytes of ASCII text.
fn ascii<'a>(value: Value) -> PyResult<&'a [u8]> {
    match cast::str_of(value) {
        Some(text) if str::is_ascii(text) => Ok(str::bytes(text)),
        Some(_) => {
            Err(crate::object::error::value_error("string argument should contain only ASCII characters"))
        }
        None => bytes::of(value).map(bytes::contents).ok_or_else(|| {
            let class = raw::class_name(value);
            type_error(format!("argument should be bytes, buffer or ASCII string, not '{class}'"))
        }),
    }
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn b2a_base64(data: Value) -> PyResult {
    let data = bytes::expect(data)?;
    let mut out = Vec::with_capacity(data.len() * 4 / 3 + 4);
    for chunk in data.chunks(3) {
        let word = chunk.iter().enumerate().fold(0u32, |w, (i, &b)| w | u32::from(b) << (16 - 8 * i));
        for i in 0..4 {
            out.push(if i <= chunk.len() { LETTERS[(word >> (18 - 6 * i) & 63) as usize] } else { b'=' });
        }
    }
    Ok(bytes::new(&out))
}

/// Decodes; with `strict`, what is no letter is an error.
fn a2b_base64(data: Value, strict: Value) -> PyResult {
    let (data, strict) = (ascii(data)?, raw::truth(strict)?);
    let (mut out, mut word, mut letters, mut pads) = (Vec::new(), 0u32, 0usize, 0usize);
    if strict && data.first() == Some(&b'=') {
        return Err(binascii_error("Leading padding not allowed"));
    }
    for &byte in data {
        if byte == b'=' {
            pads += 1;
            if letters % 4 >= 2 && letters % 4 + pads >= 4 {
                break;
            }
            continue;
        }
        let Some(value) = LETTERS.iter().position(|&l| l == byte) else {
            if strict {
                return Err(binascii_error("Only base64 data is allowed"));
            }
            continue;
        };
        pads = 0;
        word = word << 6 | value as u32;
        letters += 1;
        if letters.is_multiple_of(4) {
            out.extend(&word.to_be_bytes()[1..]);
            word = 0;
        }
    }
    match letters % 4 {
        0 => {}
        1 => {
            let message = format!(
                "Invalid base64-encoded string: number of data characters ({letters}) cannot be 1 more than a multiple of 4"
            );
            return Err(binascii_error(&message));
        }
        left if left + pads < 4 => return Err(binascii_error("Incorrect padding")),
        2 => out.push((word >> 4) as u8),
        _ => out.extend([(word >> 10) as u8, (word >> 2) as u8]),
    }
    Ok(bytes::new(&out))
}

fn unhexlify(text: Value) -> PyResult {
    let text = ascii(text)?;
    if text.len() % 2 == 1 {
        return Err(binascii_error("Odd-length string"));
    }
    let digit =
        |b: u8| char::from(b).to_digit(16).ok_or_else(|| binascii_error("Non-hexadecimal digit found"));
    let mut out = Vec::with_capacity(text.len() / 2);
    for pair in text.chunks_exact(2) {
        out.push((digit(pair[0])? << 4 | digit(pair[1])?) as u8);
    }
    Ok(bytes::new(&out))
}

/// CRC-32 of ISO 3309, going on from an earlier value.
fn crc32(data: Value, start: Value) -> PyResult {
    let data = bytes::expect(data)?;
    let table: [u32; 256] = std::array::from_fn(|i| {
        (0..8).fold(i as u32, |c, _| if c & 1 == 1 { c >> 1 ^ 0xEDB8_8320 } else { c >> 1 })
    });
    let start = !(cast::index_i64(start)? as u32);
    let crc = data.iter().fold(start, |c, &b| table[((c ^ u32::from(b)) & 255) as usize] ^ c >> 8);
    Ok(Value::int((!crc).into()))
}

/// Adler-32 of RFC 1950, going on from an earlier value.
fn adler32(data: Value, start: Value) -> PyResult {
    let data = bytes::expect(data)?;
    let start = cast::index_i64(start)? as u32;
    let (a, b) = data.iter().fold((start & 0xFFFF, start >> 16), |(a, b), &byte| {
        let a = (a + u32::from(byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    Ok(Value::int((b << 16 | a).into()))
}

natives! {
    static FUNCTIONS;
    "b2a_base64" One(b2a_base64) [Reads];
    "a2b_base64" Two(a2b_base64) [Reads];
    "unhexlify" One(unhexlify) [Reads];
    "crc32" Two(crc32) [Reads];
    "adler32" Two(adler32) [Reads];
}
