//! The methods of `int` and `bool`.

use super::arith;
use super::big::{self, Int};
use super::convert::{self, bit_length};
use crate::natives;
use crate::object::native::Args;
use crate::object::number::{self, BinaryOp};
use crate::object::{FALSE, NONE, PyResult, TRUE, boolean, cast, error, str, tuple};
use crate::raw;
use metajit::heap::Value;

fn receiver(value: Value) -> PyResult<Int> {
    cast::int_of(value).ok_or_else(|| cast::wrong_receiver(value, "int"))
}

fn plain(value: Value) -> PyResult {
    Ok(receiver(value)?.to_value())
}

fn to_float(value: Value) -> PyResult {
    let f = receiver(value)?.to_f64();
    f.map(Value::float).ok_or_else(|| error::overflow_error("int too large to convert to float"))
}

fn truth(value: Value) -> PyResult {
    Ok(boolean(!receiver(value)?.is_zero()))
}

fn bit_length_method(value: Value) -> PyResult {
    Ok(Value::int(bit_length(&receiver(value)?)))
}

fn bit_count(value: Value) -> PyResult {
    Ok(Value::int(match receiver(value)? {
        Int::Small(i) => i64::from(i.unsigned_abs().count_ones()),
        Int::Big(big) => big.iter_u64_digits().map(|digit| i64::from(digit.count_ones())).sum(),
    }))
}

/// `round(int, digits)`: to a power of ten for negative `digits`, ties to even.
fn round(args: &[Value]) -> PyResult {
    let int = receiver(args[0])?;
    let digits = match args.get(1) {
        None | Some(&NONE) => 0,
        Some(&digits) => cast::index_clamped(digits)?,
    };
    if digits >= 0 {
        return Ok(int.to_value());
    }
    if -digits > bit_length(&int) {
        return Ok(Value::int(0));
    }
    let unit = num_traits::pow::pow(num_bigint::BigInt::from(10), -digits as usize);
    let value = int.into_big();
    let (quotient, rest) = num_integer::Integer::div_mod_floor(&value, &unit);
    let twice = &rest * 2;
    let up = twice > unit || twice == unit && num_integer::Integer::is_odd(&quotient);
    Ok(big::value(&((quotient + i32::from(up)) * unit)))
}

fn as_integer_ratio(value: Value) -> PyResult {
    Ok(tuple::value(&[plain(value)?, Value::int(1)]))
}

fn zero(_value: Value) -> PyResult {
    Ok(Value::int(0))
}

fn one(_value: Value) -> PyResult {
    Ok(Value::int(1))
}

fn is_integer(_value: Value) -> PyResult {
    Ok(TRUE)
}

fn getnewargs(value: Value) -> PyResult {
    Ok(tuple::value(&[plain(value)?]))
}

natives! {
    pub static METHODS;
    "__new__" Full(convert::new) [Any, static];
    "__int__" One(plain) [Reads];
    "__index__" One(plain) [Reads];
    "__trunc__" One(plain) [Reads];
    "__floor__" One(plain) [Reads];
    "__ceil__" One(plain) [Reads];
    "__round__" Slice(round) 1..2 [Any];
    "__float__" One(to_float) [Reads];
    "__bool__" One(truth) [Reads];
    "bit_length" One(bit_length_method) [Reads];
    "bit_count" One(bit_count) [Reads];
    "conjugate" One(plain) [Reads];
    "as_integer_ratio" One(as_integer_ratio) [Reads];
    "is_integer" One(is_integer) [Elidable];
    "to_bytes" Full(convert::to_bytes) 1..4 [Reads];
    "from_bytes" Full(convert::from_bytes) 1..4 [Any, class];
    "real" One(plain) [Reads, getter];
    "imag" One(zero) [Elidable, getter];
    "numerator" One(plain) [Reads, getter];
    "denominator" One(one) [Elidable, getter];
    "__getnewargs__" One(getnewargs) [Reads];
}

fn new_bool(args: Args<'_>) -> PyResult {
    cast::no_keywords("bool", args)?;
    let (_, rest) = cast::class_and_rest("bool", args.values)?;
    match *rest {
        [] => Ok(FALSE),
        [value] => raw::truth(value).map(boolean),
        _ => Err(cast::arity("bool", "at most 1 argument", rest.len())),
    }
}

fn bool_repr(value: Value) -> PyResult {
    Ok(str::value(if value == TRUE { "True" } else { "False" }))
}

/// The operators of `bool` that give a `bool` for two of them.
macro_rules! bool_operators {
    ($($function:ident $op:ident),*) => { $(
        fn $function(a: Value, b: Value) -> PyResult {
            number::direct(BinaryOp::$op, a, b)
        }
    )* };
}

bool_operators!(and And, or Or, xor Xor);

fn invert(value: Value) -> PyResult {
    Ok(arith::invert(value))
}

natives! {
    pub static BOOL_METHODS;
    "__new__" Full(new_bool) [Any, static];
    "__repr__" One(bool_repr) [Reads];
    "__and__" Two(and) [Reads];
    "__rand__" Two(and) [Reads];
    "__or__" Two(or) [Reads];
    "__ror__" Two(or) [Reads];
    "__xor__" Two(xor) [Reads];
    "__rxor__" Two(xor) [Reads];
    "__invert__" One(invert) [Reads];
}
