//! Builtins about numbers and characters.

use crate::natives;
use crate::object::cast::{self, bind, index};
use crate::object::error::{type_error, value_error};
use crate::object::int::big::Int;
use crate::object::layouts::{ByteArray, PyBytes};
use crate::object::native::Args;
use crate::object::{NONE, PyResult, bytes, int, number, str};
use crate::raw;
use metajit::heap::Value;

fn abs(x: Value) -> PyResult {
    if let Some(i) = x.as_int().and_then(i64::checked_abs) {
        return Ok(Value::int(i));
    }
    number::absolute(x)
}

fn pow(args: Args<'_>) -> PyResult {
    let [base, exp, modulus] = bind("pow", args, ["base", "exp", "mod"], 2)?;
    number::power(base, exp, modulus)
}

fn round(args: Args<'_>) -> PyResult {
    let [number, digits] = bind("round", args, ["number", "ndigits"], 1)?;
    let digits = if digits == NONE { Value::NULL } else { digits };
    let rest: &[Value] = if digits.is_null() { &[] } else { &[digits] };
    match raw::call_special(number, "__round__", rest) {
        Some(result) => result,
        None => {
            let class = raw::class_name(number);
            Err(type_error(format!("type {class} doesn't define __round__ method")))
        }
    }
}

fn ord(character: Value) -> PyResult {
    if let Some(text) = cast::str_of(character) {
        return match str::chars(text) {
            1 => Ok(Value::int(str::code_at(text, 0).into())),
            n => Err(type_error(format!("ord() expected a character, but string of length {n} found"))),
        };
    }
    let data = cast::to_layout(character, PyBytes::ID).or_else(|| cast::to_layout(character, ByteArray::ID));
    match data.map(bytes::contents) {
        Some([byte]) => Ok(Value::int((*byte).into())),
        Some(other) => {
            Err(type_error(format!("ord() expected a character, but string of length {} found", other.len())))
        }
        None => {
            let class = raw::class_name(character);
            Err(type_error(format!("ord() expected string of length 1, but {class} found")))
        }
    }
}

fn chr(code: Value) -> PyResult {
    match index(code)? {
        Int::Small(code @ 0..0x11_0000) => Ok(Value::object(str::from_code(code as u32))),
        _ => Err(value_error("chr() arg not in range(0x110000)")),
    }
}

/// Digits of an int in a power-of-two base, with sign and prefix.
fn based(x: Value, prefix: &str, radix: u32) -> PyResult {
    let int = index(x)?;
    let digits = int::text::in_base(&int, radix);
    Ok(str::value(&match digits.strip_prefix('-') {
        Some(digits) => format!("-{prefix}{digits}"),
        None => format!("{prefix}{digits}"),
    }))
}

fn bin(x: Value) -> PyResult {
    based(x, "0b", 2)
}

fn oct(x: Value) -> PyResult {
    based(x, "0o", 8)
}

fn hex(x: Value) -> PyResult {
    based(x, "0x", 16)
}

natives! {
    pub static FUNCTIONS;
    "abs" One(abs) [Any] intrinsic Abs;
    "divmod" Two(number::divmod) [Any];
    "pow" Full(pow) [Any];
    "round" Full(round) [Any];
    "ord" One(ord) [Reads] intrinsic Ord;
    "chr" One(chr) [Reads] intrinsic Chr;
    "bin" One(bin) [Any];
    "oct" One(oct) [Any];
    "hex" One(hex) [Any];
}
