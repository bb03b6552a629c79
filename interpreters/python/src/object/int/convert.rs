//! `int(…)`, `int.to_bytes`, `int.from_bytes`.

use super::big::{self, Int};
use super::parse;
use crate::object::class::Builtin;
use crate::object::native::Args;
use crate::object::{PyResult, bytes, cast, error, float, str};
use crate::raw;
use metajit::heap::Value;
use num_bigint::{BigInt, BigUint, Sign};

/// `int.__new__`.
pub fn new(args: Args<'_>) -> PyResult {
    let (class, rest) = cast::class_and_rest("int", args.values)?;
    let positional = Args { values: rest, names: args.names };
    if let Some((name, _)) =
        args.keywords().find(|&(name, _)| cast::str_of(name).is_none_or(|name| str::as_str(name) != "base"))
    {
        let name = cast::str_of(name).map_or("", str::as_str);
        return Err(error::type_error(format!("'{name}' is an invalid keyword argument for int()")));
    }
    let [value, base] = cast::bind("int", positional, ["", "base"], 0)?;
    let made = if base.is_null() {
        if value.is_null() { Value::int(0) } else { from_value(value)? }
    } else if value.is_null() {
        return Err(error::type_error("int() missing string argument"));
    } else {
        with_base(value, base)?
    };
    cast::construct(Builtin::Int, class, made)
}

fn with_base(value: Value, base: Value) -> PyResult {
    let base = match cast::index_i64(base)? {
        base @ (0 | 2..=36) => base as u32,
        _ => return Err(error::value_error("int() base must be >= 2 and <= 36, or 0")),
    };
    if let Some(text) = cast::str_of(value) {
        return parse::parse_str(text, base, value);
    }
    match bytes::of(value) {
        Some(data) => parse::parse(bytes::contents(data), base, value),
        None => Err(error::type_error("int() can't convert non-string with explicit base")),
    }
}

/// `int(value)`.
pub fn from_value(value: Value) -> PyResult {
    if value.as_int().is_some() {
        return Ok(value);
    }
    if let Some(f) = value.as_float() {
        return float::methods::truncate(f);
    }
    if cast::is_user_object(value) {
        for method in ["__int__", "__index__", "__trunc__"] {
            if let Some(result) = raw::call_special(value, method, &[]) {
                let result = result?;
                return match cast::int_of(result) {
                    Some(int) => Ok(int.to_value()),
                    None if method == "__trunc__" => from_value(result),
                    None => {
                        let found = raw::class_name(result);
                        Err(error::type_error(format!("{method} returned non-int (type {found})")))
                    }
                };
            }
        }
    }
    if let Some(int) = cast::int_of(value) {
        return Ok(int.to_value());
    }
    if let Some(text) = cast::str_of(value) {
        return parse::parse_str(text, 10, value);
    }
    if let Some(data) = bytes::of(value) {
        return parse::parse(bytes::contents(data), 10, value);
    }
    let found = raw::class_name(value);
    Err(error::type_error(format!(
        "int() argument must be a string, a bytes-like object or a real number, not '{found}'"
    )))
}

fn is_big_endian(order: Value) -> PyResult<bool> {
    match cast::str_of(order).map(str::as_str) {
        Some("little") => Ok(false),
        Some("big") => Ok(true),
        _ => Err(error::value_error("byteorder must be either 'little' or 'big'")),
    }
}

/// `int.to_bytes`.
pub fn to_bytes(args: Args<'_>) -> PyResult {
    let int = cast::int_of(args.values[0]).ok_or_else(|| cast::wrong_receiver(args.values[0], "int"))?;
    let rest = Args { values: &args.values[1..], names: args.names };
    let [length, order, signed] = cast::bind("to_bytes", rest, ["length", "byteorder", "signed"], 0)?;
    let length = if length.is_null() { 1 } else { cast::index_i64(length)? };
    let length =
        usize::try_from(length).map_err(|_| error::value_error("length argument must be non-negative"))?;
    let big_endian = order.is_null() || is_big_endian(order)?;
    let signed = !signed.is_null() && raw::truth(signed)?;
    if int.is_negative() && !signed {
        return Err(error::overflow_error("can't convert negative int to unsigned"));
    }
    let negative = int.is_negative();
    let value = int.into_big();
    let mut digits = if signed { value.to_signed_bytes_le() } else { value.magnitude().to_bytes_le() };
    if value.sign() == Sign::NoSign {
        digits.clear();
    }
    if digits.len() > length {
        return Err(error::overflow_error("int too big to convert"));
    }
    digits.resize(length, if negative { 0xFF } else { 0 });
    if big_endian {
        digits.reverse();
    }
    Ok(bytes::new(&digits))
}

/// `int.from_bytes`.
pub fn from_bytes(args: Args<'_>) -> PyResult {
    let class = args.values[0];
    let rest = Args { values: &args.values[1..], names: args.names };
    let [data, order, signed] = cast::bind("from_bytes", rest, ["bytes", "byteorder", "signed"], 1)?;
    let mut digits = match bytes::of(data) {
        Some(data) => bytes::contents(data).to_vec(),
        None => bytes::from_source(data, Value::NULL, Value::NULL, "bytes")?,
    };
    if order.is_null() || is_big_endian(order)? {
        digits.reverse();
    }
    let value = if !signed.is_null() && raw::truth(signed)? {
        BigInt::from_signed_bytes_le(&digits)
    } else {
        BigInt::from(BigUint::from_bytes_le(&digits))
    };
    let made = big::value(&value);
    if class == Value::object(raw::builtin_class(Builtin::Int)) {
        return Ok(made);
    }
    raw::call(class, &[made])
}

/// The number of bits of the magnitude.
pub fn bit_length(int: &Int) -> i64 {
    match int {
        Int::Small(i) => 64 - i64::from(i.unsigned_abs().leading_zeros()),
        Int::Big(big) => big.bits() as i64,
    }
}
