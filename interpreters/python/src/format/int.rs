//! Integers by a format specification.

use super::spec::{Digits, Spec};
use crate::object::int::big::Int;
use crate::object::int::text;
use crate::object::str::scratch::Scratch;
use crate::object::{PyResult, error, str};
use metajit::heap::Ref;

/// An integer by a specification.
pub fn format(int: &Int, spec: &Spec) -> PyResult<Ref> {
    let kind = spec.kind.unwrap_or('d');
    if matches!(kind, 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') {
        let f = int.to_f64().ok_or_else(|| error::overflow_error("int too large to convert to float"))?;
        return super::float::format(f, spec);
    }
    if spec.precision.is_some() {
        return Err(error::value_error("Precision not allowed in integer format specifier"));
    }
    if spec.no_negative_zero {
        return Err(error::value_error("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    if kind == 'c' {
        return character(int, spec);
    }
    let (base, prefix, group) = match kind {
        'd' | 'n' => (10, "", 3),
        'b' => (2, "0b", 4),
        'o' => (8, "0o", 4),
        'x' => (16, "0x", 4),
        'X' => (16, "0X", 4),
        _ => return Err(spec.unknown_kind()),
    };
    let mut text = Scratch::new();
    match (base, int) {
        (10, Int::Small(i)) => text::write_decimal(&mut text, *i),
        (10, int) => text.extend(text::to_decimal(int.to_value())?.as_bytes()),
        (base, int) => text.extend(text::in_base(int, base).as_bytes()),
    }
    if kind == 'X' {
        text.make_ascii_uppercase();
    }
    let negative = text[0] == b'-';
    let whole = &text[usize::from(negative)..];
    let prefix = if spec.alternate { prefix } else { "" };
    Digits { negative, prefix, whole, ..Digits::default() }.layout(spec, group)
}

fn character(int: &Int, spec: &Spec) -> PyResult<Ref> {
    if spec.sign.is_some() {
        return Err(error::value_error("Sign not allowed with integer format specifier 'c'"));
    }
    if spec.alternate {
        return Err(error::value_error("Alternate form (#) not allowed with integer format specifier 'c'"));
    }
    match int {
        Int::Small(code @ 0..=0x10FFFF) => {
            let text = str::from_code(*code as u32);
            super::spec::pad(spec, str::bytes(text), 1, super::spec::Align::Right)
        }
        Int::Small(_) => Err(error::overflow_error("%c arg not in range(0x110000)")),
        Int::Big(_) => Err(error::overflow_error("Python int too large to convert to C long")),
    }
}
