//! Integers from text: `int("…", base)`.
//!
//! Reference: "Integer literals" in the language reference, and the `int` constructor's documentation.

use super::big::{self, Int};
use super::text::max_digits;
use crate::object::str::{classify, wtf8};
use crate::object::{PyResult, error, str};
use metajit::heap::{Ref, Value};
use num_bigint::{BigInt, BigUint};

/// Digits up to which a number is built by one multiplication per chunk.
const CHUNK_DIGITS: usize = 200;

/// The integer of a string object; `literal` is what an error message shows.
pub fn parse_str(text: Ref, base: u32, literal: Value) -> PyResult {
    let ascii: Vec<u8> =
        if str::is_ascii(text) { str::bytes(text).to_vec() } else { to_ascii_digits(str::bytes(text)) };
    parse(&ascii, base, literal)
}

/// Replaces decimal digits of other scripts by ASCII ones, and white space by spaces.
pub fn to_ascii_digits(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for code in wtf8::CodePoints::new(bytes) {
        match classify::decimal_digit(code) {
            Some(digit) => out.push(b'0' + digit),
            None if classify::is_space(code) => out.push(b' '),
            None => wtf8::push(&mut out, code),
        }
    }
    out
}

/// Trims what Python's numeric constructors skip.
pub fn trim(text: &[u8]) -> &[u8] {
    let space = |b: &u8| matches!(b, b' ' | b'\t'..=b'\r' | 0x1C..=0x1F);
    let start = text.iter().position(|b| !space(b)).unwrap_or(text.len());
    let end = text.iter().rposition(|b| !space(b)).map_or(start, |last| last + 1);
    &text[start..end]
}

/// The integer of ASCII text. Base 0 takes the base from a prefix.
pub fn parse(text: &[u8], base: u32, literal: Value) -> PyResult {
    let invalid = || {
        let shown =
            crate::object::repr::repr(literal).map_or_else(|_| "?".into(), |r| str::as_str(r).to_owned());
        error::value_error(format!("invalid literal for int() with base {base}: {shown}"))
    };
    let trimmed = trim(text);
    let (negative, unsigned) = match trimmed.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, trimmed),
    };
    let Some((base_used, body)) = strip_prefix(unsigned, base) else { return Err(invalid()) };
    let Some(digits) = digits(body, base_used, unsigned.len() != body.len()) else { return Err(invalid()) };
    if base == 0 && base_used == 10 && digits.len() > 1 && digits[0] == 0 && digits.iter().any(|&d| d != 0) {
        return Err(invalid());
    }
    let limit = max_digits();
    if !base_used.is_power_of_two() && limit > 0 && digits.len() as i64 > limit {
        let found = digits.len();
        return Err(error::value_error(format!(
            "Exceeds the limit ({limit} digits) for integer string conversion: value has {found} digits; \
             use sys.set_int_max_str_digits() to increase the limit"
        )));
    }
    let int = from_digits(&digits, base_used);
    Ok(match int {
        Int::Small(i) => Value::int(if negative { -i } else { i }),
        Int::Big(value) => big::value(&if negative { -value } else { value }),
    })
}

/// The base and the text behind its prefix; `None` for a prefix that does not suit.
fn strip_prefix(text: &[u8], base: u32) -> Option<(u32, &[u8])> {
    let prefixed = match text {
        [b'0', letter, ..] => match letter.to_ascii_lowercase() {
            b'x' => Some(16),
            b'o' => Some(8),
            b'b' => Some(2),
            _ => None,
        },
        _ => None,
    };
    match (prefixed, base) {
        (Some(found), 0) => Some((found, &text[2..])),
        (Some(found), base) if found == base => Some((base, &text[2..])),
        (None, 0) => Some((10, text)),
        (_, base) => Some((base, text)),
    }
}

/// The digits' values; `None` if the text is not digits with single underscores between them.
fn digits(text: &[u8], base: u32, after_prefix: bool) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut underscore_allowed = after_prefix;
    for &byte in text {
        if byte == b'_' {
            if !underscore_allowed {
                return None;
            }
            underscore_allowed = false;
            continue;
        }
        let digit = char::from(byte).to_digit(36).filter(|&digit| digit < base)?;
        out.push(digit as u8);
        underscore_allowed = true;
    }
    (underscore_allowed && !out.is_empty()).then_some(out)
}

/// The number with these digits, most significant first.
fn from_digits(digits: &[u8], base: u32) -> Int {
    let mut small: i64 = 0;
    for &digit in digits {
        match small.checked_mul(i64::from(base)).and_then(|s| s.checked_add(i64::from(digit))) {
            Some(next) => small = next,
            None => return Int::Big(BigInt::from(large_from_digits(digits, base))),
        }
    }
    Int::Small(small)
}

fn large_from_digits(digits: &[u8], base: u32) -> BigUint {
    if digits.len() <= CHUNK_DIGITS || base.is_power_of_two() {
        return BigUint::from_radix_be(digits, base).unwrap_or_default();
    }
    let (high, low) = digits.split_at(digits.len() / 2);
    let scale = num_traits::pow::Pow::pow(&BigUint::from(base), low.len() as u64);
    large_from_digits(high, base) * scale + large_from_digits(low, base)
}
