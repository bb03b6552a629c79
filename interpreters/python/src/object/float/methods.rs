//! The methods of `float`.

use super::text::{self, HexError};
use crate::natives;
use crate::object::class::Builtin;
use crate::object::int::arith::{float_to_big, float_to_int};
use crate::object::native::Args;
use crate::object::{NONE, PyResult, boolean, bytes, cast, error, int, layouts as l, repr, str, tuple};
use crate::raw;
use metajit::heap::{Ref, Value};
use num_traits::Zero;

fn receiver(value: Value) -> PyResult<f64> {
    cast::float_of(value).ok_or_else(|| cast::wrong_receiver(value, "float"))
}

fn new(args: Args<'_>) -> PyResult {
    cast::no_keywords("float", args)?;
    let (class, rest) = cast::class_and_rest("float", args.values)?;
    let f = match rest {
        [] => 0.0,
        &[value] => from_value(value)?,
        _ => {
            let given = rest.len();
            return Err(error::type_error(format!("float expected at most 1 argument, got {given}")));
        }
    };
    cast::construct(Builtin::Float, class, Value::float(f))
}

/// `float(value)`.
pub fn from_value(value: Value) -> PyResult<f64> {
    if let Some(f) = value.as_float() {
        return Ok(f);
    }
    let contents = if let Some(s) = cast::str_of(value) {
        str::bytes(s)
    } else if value.has_layout(l::PyBytes::ID) || value.has_layout(l::ByteArray::ID) {
        let bytes = bytes::contents(Ref::from_bits(value.bits()));
        // Other bytes are no text.
        if bytes.is_ascii() { bytes } else { b"" }
    } else if cast::is_user_object(value)
        || cast::int_of(value).is_some()
        || raw::lookup_special(value, "__float__").is_some()
    {
        return convert(value);
    } else {
        return Err(not_a_number(value));
    };
    match text::parse(contents) {
        Some(f) => Ok(f),
        None => {
            let shown = repr::repr(value)?;
            Err(error::value_error(format!("could not convert string to float: {}", str::as_str(shown))))
        }
    }
}

fn convert(value: Value) -> PyResult<f64> {
    if raw::lookup_special(value, "__float__").is_none() && raw::lookup_special(value, "__index__").is_none()
    {
        return Err(not_a_number(value));
    }
    if cast::is_user_object(value)
        && let Some(result) = raw::call_special(value, "__float__", &[])
    {
        let result = result?;
        return cast::float_of(result).ok_or_else(|| {
            let (class, found) = (raw::class_name(value), raw::class_name(result));
            error::type_error(format!("{class}.__float__ returned non-float (type {found})"))
        });
    }
    cast::to_f64(value)
}

#[cold]
fn not_a_number(value: Value) -> Value {
    let found = raw::class_name(value);
    error::type_error(format!("float() argument must be a string or a real number, not '{found}'"))
}

fn to_int(value: Value) -> PyResult {
    truncate(receiver(value)?)
}

/// `int(float)`.
pub fn truncate(f: f64) -> PyResult {
    check_finite(f)?;
    Ok(float_to_int(f))
}

fn check_finite(f: f64) -> PyResult<()> {
    if f.is_nan() {
        return Err(error::value_error("cannot convert float NaN to integer"));
    }
    if f.is_infinite() {
        return Err(error::overflow_error("cannot convert float infinity to integer"));
    }
    Ok(())
}

fn round(args: &[Value]) -> PyResult {
    let f = receiver(args[0])?;
    match args.get(1) {
        None | Some(&NONE) => {
            check_finite(f)?;
            Ok(float_to_int(super::round_half_even(f)))
        }
        Some(&digits) => Ok(Value::float(super::round_digits(f, cast::index_clamped(digits)?)?)),
    }
}

fn floor(value: Value) -> PyResult {
    truncate(receiver(value)?.floor())
}

fn ceil(value: Value) -> PyResult {
    truncate(receiver(value)?.ceil())
}

fn to_float(value: Value) -> PyResult {
    Ok(Value::float(receiver(value)?))
}

fn is_integer(value: Value) -> PyResult {
    let f = receiver(value)?;
    Ok(boolean(f.is_finite() && f == f.floor()))
}

fn as_integer_ratio(value: Value) -> PyResult {
    let f = receiver(value)?;
    if f.is_nan() {
        return Err(error::value_error("cannot convert NaN to integer ratio"));
    }
    if f.is_infinite() {
        return Err(error::overflow_error("cannot convert Infinity to integer ratio"));
    }
    let mut mantissa = f;
    let mut shift: u64 = 0;
    // Doubling is exact here, and at most 1074 steps make any float whole.
    while mantissa != mantissa.floor() {
        mantissa *= 2.0;
        shift += 1;
    }
    let denominator = num_bigint::BigInt::from(1) << shift;
    debug_assert!(!denominator.is_zero());
    Ok(tuple::value(&[int::big::value(&float_to_big(mantissa)), int::big::value(&denominator)]))
}

fn hex(value: Value) -> PyResult {
    Ok(str::from_string(text::hex(receiver(value)?)))
}

fn fromhex(class: Value, string: Value) -> PyResult {
    let contents = cast::expect_str(string, "fromhex()")?;
    match text::from_hex(str::bytes(contents)) {
        Ok(f) if class == Value::object(raw::builtin_class(Builtin::Float)) => Ok(Value::float(f)),
        Ok(f) => raw::call(class, &[Value::float(f)]),
        Err(HexError::Invalid) => Err(error::value_error("invalid hexadecimal floating-point string")),
        Err(HexError::TooLarge) => {
            Err(error::overflow_error("hexadecimal value too large to represent as a float"))
        }
    }
}

fn imag(_value: Value) -> PyResult {
    Ok(Value::float(0.0))
}

fn truth(value: Value) -> PyResult {
    Ok(boolean(receiver(value)? != 0.0))
}

fn getnewargs(value: Value) -> PyResult {
    Ok(tuple::value(&[Value::float(receiver(value)?)]))
}

fn getformat(_class: Value, _kind: Value) -> PyResult {
    Ok(str::value("IEEE, little-endian"))
}

natives! {
    pub static METHODS;
    "__new__" Full(new) [Any, static];
    "__int__" One(to_int) [Reads];
    "__trunc__" One(to_int) [Reads];
    "__float__" One(to_float) [Elidable];
    "__round__" Slice(round) 1..2 [Any];
    "__floor__" One(floor) [Reads];
    "__ceil__" One(ceil) [Reads];
    "__bool__" One(truth) [Elidable];
    "is_integer" One(is_integer) [Elidable];
    "as_integer_ratio" One(as_integer_ratio) [Reads];
    "conjugate" One(to_float) [Elidable];
    "hex" One(hex) [Reads];
    "fromhex" Two(fromhex) [Any, class];
    "real" One(to_float) [Elidable, getter];
    "imag" One(imag) [Elidable, getter];
    "__getnewargs__" One(getnewargs) [Reads];
    "__getformat__" Two(getformat) [Reads, class];
}
