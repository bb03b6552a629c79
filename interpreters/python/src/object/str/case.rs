//! Upper, lower and title case.
//!
//! Reference: Unicode's default case algorithms (section 3.13), which Python's methods follow.

use super::classify::{is_cased, is_lower, is_upper};
use super::scratch::Scratch;
use super::{bytes, chars, code_points, empty, from_wtf8, is_ascii, single, wtf8};
use crate::object::layouts::Str;
use crate::object::{PyResult, cast};
use metajit::heap::{self, Ref, Value};

fn receiver(value: Value) -> PyResult<Ref> {
    cast::str_of(value).ok_or_else(|| cast::wrong_receiver(value, "str"))
}

/// Whether a character's case came with a later version of the database than Python 3.12's (15.0).
fn has_newer_case(code: u32) -> bool {
    matches!(
        code,
        0x19B
            | 0x264
            | 0x1C89..=0x1C8A
            | 0xA7CB..=0xA7CF
            | 0xA7D2..=0xA7D5
            | 0xA7DA..=0xA7DC
            | 0x10D50..=0x10D65
            | 0x10D70..=0x10D85
            | 0x16EA0..=0x16ED3
    )
}

fn cased_char(code: u32) -> Option<char> {
    char::from_u32(code).filter(|_| !has_newer_case(code))
}

fn push_upper(out: &mut Vec<u8>, code: u32) {
    match cased_char(code) {
        Some(c) => c.to_uppercase().for_each(|c| wtf8::push(out, u32::from(c))),
        None => wtf8::push(out, code),
    }
}

fn push_lower(out: &mut Vec<u8>, code: u32) {
    match cased_char(code) {
        Some(c) => c.to_lowercase().for_each(|c| wtf8::push(out, u32::from(c))),
        None => wtf8::push(out, code),
    }
}

/// The digraphs have a title form of their own; others keep the first upper case letter of
/// their upper case form.
fn push_title(out: &mut Vec<u8>, code: u32) {
    match code {
        0x1C4..=0x1C6 => return wtf8::push(out, 0x1C5),
        0x1C7..=0x1C9 => return wtf8::push(out, 0x1C8),
        0x1CA..=0x1CC => return wtf8::push(out, 0x1CB),
        0x1F1..=0x1F3 => return wtf8::push(out, 0x1F2),
        _ => {}
    }
    let Some(c) = cased_char(code) else { return wtf8::push(out, code) };
    let mut begun = false;
    for c in c.to_uppercase() {
        if begun {
            push_lower(out, u32::from(c));
        } else {
            wtf8::push(out, u32::from(c));
        }
        begun |= c.is_uppercase();
    }
}

fn map_ascii(s: Ref, map: impl Fn(u8) -> u8) -> Value {
    let text = bytes(s);
    match *text {
        [] => return Value::object(empty()),
        [byte] => return Value::object(single(map(byte))),
        _ => {}
    }
    let made = heap::alloc(Str::ID, text.len());
    for (to, &from) in heap::items_mut(made, Str::TAIL).iter_mut().zip(text) {
        *to = map(from);
    }
    heap::init(made, Str::CHARS, text.len() as i64);
    Value::object(made)
}

/// `str.upper`.
pub fn upper(s: Value) -> PyResult {
    let s = receiver(s)?;
    if is_ascii(s) {
        return Ok(map_ascii(s, |b| b.to_ascii_uppercase()));
    }
    let mut out = Scratch::new();
    code_points(s).for_each(|code| push_upper(&mut out, code));
    Ok(Value::object(out.into_str()))
}

/// `str.lower`.
pub fn lower(s: Value) -> PyResult {
    let s = receiver(s)?;
    if is_ascii(s) {
        return Ok(map_ascii(s, |b| b.to_ascii_lowercase()));
    }
    Ok(Value::object(from_wtf8(&lowered(s))))
}

/// Lower case, with the final form of sigma at the ends of words.
fn lowered(s: Ref) -> Vec<u8> {
    if let Ok(text) = std::str::from_utf8(bytes(s)) {
        return text.to_lowercase().into_bytes();
    }
    let mut out = Vec::new();
    code_points(s).for_each(|code| push_lower(&mut out, code));
    out
}

/// `str.casefold`.
pub fn casefold(s: Value) -> PyResult {
    let s = receiver(s)?;
    if is_ascii(s) {
        return Ok(map_ascii(s, |b| b.to_ascii_lowercase()));
    }
    let mut out = Scratch::new();
    for code in code_points(s) {
        match code {
            // Dotless i folds to itself; Cherokee folds to upper case.
            0x131 | 0x13A0..=0x13F5 => wtf8::push(&mut out, code),
            0x13F8..=0x13FD | 0xAB70..=0xABBF => push_upper(&mut out, code),
            _ => {
                let mut upper = Vec::new();
                push_upper(&mut upper, code);
                wtf8::CodePoints::new(&upper).for_each(|code| push_lower(&mut out, code));
            }
        }
    }
    Ok(Value::object(out.into_str()))
}

/// `str.swapcase`.
pub fn swapcase(s: Value) -> PyResult {
    let s = receiver(s)?;
    let mut out = Scratch::new();
    for code in code_points(s) {
        if is_upper(code) {
            push_lower(&mut out, code);
        } else if is_lower(code) {
            push_upper(&mut out, code);
        } else {
            wtf8::push(&mut out, code);
        }
    }
    Ok(Value::object(out.into_str()))
}

/// `str.capitalize`.
pub fn capitalize(s: Value) -> PyResult {
    let s = receiver(s)?;
    let mut out = Scratch::new();
    let mut codes = code_points(s);
    if let Some(first) = codes.next() {
        push_title(&mut out, first);
    }
    let rest = super::byte_slice(s, codes.offset(), bytes(s).len());
    out.extend(if chars(rest) == 0 { Vec::new() } else { lowered(rest) });
    Ok(Value::object(out.into_str()))
}

/// `str.title`.
pub fn title(s: Value) -> PyResult {
    let s = receiver(s)?;
    let mut out = Scratch::new();
    let mut in_word = false;
    for code in code_points(s) {
        if in_word {
            push_lower(&mut out, code);
        } else {
            push_title(&mut out, code);
        }
        in_word = is_cased(code);
    }
    Ok(Value::object(out.into_str()))
}
