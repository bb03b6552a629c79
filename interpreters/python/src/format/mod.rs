//! Formatting: the format mini-language, `%` formatting, `str.format`, and the parts of f-strings.
//!
//! | file | concept |
//! | --- | --- |
//! | `spec.rs` | a parsed format specification, padding and grouping |
//! | `int.rs`, `float.rs` | numbers by a specification |
//! | `template.rs` | `str.format` |
//! | `percent.rs` | the `%` operator of strings and bytes |

pub mod float;
pub mod int;
pub mod percent;
pub mod spec;
pub mod template;

use crate::object::{PyResult, cast, complex, error, int as ints, layouts as l, repr, str};
use crate::raw;
use metajit::heap::{Ref, Value};
use spec::Spec;

/// What an f-string or a format field does to a value first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Conversion {
    /// Nothing.
    None,
    /// `!s`
    Str,
    /// `!r`
    Repr,
    /// `!a`
    Ascii,
}

/// One value of an f-string: converted, then formatted by a specification.
pub fn format_value(value: Value, conversion: Conversion, spec: Option<Ref>) -> PyResult<Ref> {
    let value = match conversion {
        Conversion::None => value,
        Conversion::Str => Value::object(repr::str_of(value)?),
        Conversion::Repr => Value::object(repr::repr(value)?),
        Conversion::Ascii => Value::object(repr::ascii(value)?),
    };
    match spec {
        None => format(value, str::empty()),
        Some(spec) => format(value, spec),
    }
}

/// Appends [`format_value`]: numbers and strings without a specification need no string object of their own.
pub fn write_value(
    out: &mut Vec<u8>,
    value: Value,
    conversion: Conversion,
    spec: Option<Ref>,
) -> PyResult<()> {
    if matches!(conversion, Conversion::None | Conversion::Str) && spec.is_none() {
        if let Some(i) = value.as_int() {
            ints::text::write_decimal(out, i);
            return Ok(());
        }
        if let Some(text) = value.as_ref().filter(|_| value.has_layout(l::Str::ID)) {
            out.extend(str::bytes(text));
            return Ok(());
        }
    }
    out.extend(str::bytes(format_value(value, conversion, spec)?));
    Ok(())
}

/// `format(value, spec)`.
pub fn format(value: Value, spec: Ref) -> PyResult<Ref> {
    if value.has_layout(l::Str::ID) && str::chars(spec) == 0 {
        return Ok(Ref::from_bits(value.bits()));
    }
    if ints::is_number(value) || value.has_layout(l::Str::ID) {
        return format_builtin(value, spec);
    }
    let Some(result) = raw::call_special(value, "__format__", &[Value::object(spec)]) else {
        return format_object(value, spec);
    };
    let result = result?;
    cast::str_of(result).ok_or_else(|| {
        let found = raw::class_name(result);
        error::type_error(format!("__format__ must return a str, not {found}"))
    })
}

/// `object.__format__`: only an empty specification is allowed.
pub fn format_object(value: Value, spec: Ref) -> PyResult<Ref> {
    if str::chars(spec) == 0 {
        return repr::str_of(value);
    }
    let found = raw::class_name(value);
    Err(error::type_error(format!("unsupported format string passed to {found}.__format__")))
}

/// `__format__` of numbers and strings.
pub fn format_builtin(value: Value, spec: Ref) -> PyResult<Ref> {
    let inner = cast::builtin_value(value);
    if str::chars(spec) == 0 {
        return repr::str_of(value);
    }
    let spec = Spec::parse(spec, value)?;
    if let Some(text) = cast::str_of(inner) {
        return spec::format_str(text, &spec);
    }
    if let Some(f) = inner.as_float() {
        return float::format(f, &spec);
    }
    if inner.has_layout(l::Complex::ID) {
        return match complex::parts(inner)? {
            Some((real, imag)) => float::format_complex(real, imag, &spec),
            None => format_object(value, str::empty()),
        };
    }
    match cast::int_of(inner) {
        Some(int) => int::format(&int, &spec),
        None => format_object(value, str::empty()),
    }
}
