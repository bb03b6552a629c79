//! Complex numbers.
//!
//! Reference: C99 annex G where CPython follows it; `repr` as documented for `complex`.

use super::class::Builtin;
use super::layouts::Complex;
use super::native::Args;
use super::number::BinaryOp;
use super::{NOT_IMPLEMENTED, PyResult, boolean, cast, error, float, str, tuple};
use crate::natives;
use crate::raw;
use metajit::heap::{self, Ref, Value};

/// Real and imaginary part.
type Pair = (f64, f64);

/// A complex number.
pub fn new(real: f64, imag: f64) -> Value {
    let r = heap::alloc(Complex::ID, 0);
    heap::init(r, Complex::REAL, real);
    heap::init(r, Complex::IMAG, imag);
    Value::object(r)
}

/// The parts of a number of any kind.
pub fn parts(value: Value) -> PyResult<Option<Pair>> {
    if let Some(r) = cast::to_layout(value, Complex::ID) {
        return Ok(Some((heap::get(r, Complex::REAL), heap::get(r, Complex::IMAG))));
    }
    if cast::float_of(value).is_some() || cast::int_of(value).is_some() {
        return Ok(Some((cast::to_f64(value)?, 0.0)));
    }
    Ok(None)
}

/// `a op b` of two complex numbers.
pub fn binary(op: BinaryOp, a: Pair, b: Pair) -> PyResult {
    let (real, imag) = match op {
        BinaryOp::Add => (a.0 + b.0, a.1 + b.1),
        BinaryOp::Sub => (a.0 - b.0, a.1 - b.1),
        BinaryOp::Mul => multiply(a, b),
        BinaryOp::TrueDiv => divide(a, b).ok_or_else(|| error::zero_division("complex division by zero"))?,
        BinaryOp::Pow => return power(a, b),
        BinaryOp::FloorDiv | BinaryOp::Mod | BinaryOp::MatMul => return Ok(NOT_IMPLEMENTED),
        _ => return Ok(NOT_IMPLEMENTED),
    };
    Ok(new(real, imag))
}

fn multiply(a: Pair, b: Pair) -> Pair {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

/// Smith's method.
fn divide(a: Pair, b: Pair) -> Option<Pair> {
    if b.0.abs() >= b.1.abs() {
        if b.0 == 0.0 && b.1 == 0.0 {
            return None;
        }
        let ratio = b.1 / b.0;
        let scale = b.0 + b.1 * ratio;
        Some(((a.0 + a.1 * ratio) / scale, (a.1 - a.0 * ratio) / scale))
    } else if b.1.abs() >= b.0.abs() {
        let ratio = b.0 / b.1;
        let scale = b.0 * ratio + b.1;
        Some(((a.0 * ratio + a.1) / scale, (a.1 * ratio - a.0) / scale))
    } else {
        Some((f64::NAN, f64::NAN))
    }
}

/// `a ** b`.
pub fn power(a: Pair, b: Pair) -> PyResult {
    if b == (0.0, 0.0) {
        return Ok(new(1.0, 0.0));
    }
    if a == (0.0, 0.0) {
        if b.1 != 0.0 || b.0 < 0.0 {
            return Err(error::zero_division("0.0 to a negative or complex power"));
        }
        return Ok(new(0.0, 0.0));
    }
    let (real, imag) = if b.1 == 0.0 && b.0 == b.0.floor() && b.0.abs() <= 100.0 {
        whole_power(a, b.0 as i64).ok_or_else(|| error::zero_division("complex division by zero"))?
    } else {
        let length = a.0.hypot(a.1);
        let angle = a.1.atan2(a.0);
        let mut size = length.powf(b.0);
        let mut phase = angle * b.0;
        if b.1 != 0.0 {
            size *= (-angle * b.1).exp();
            phase += b.1 * length.ln();
        }
        (size * phase.cos(), size * phase.sin())
    };
    if real.is_infinite() || imag.is_infinite() {
        return Err(error::overflow_error("complex exponentiation"));
    }
    Ok(new(real, imag))
}

fn whole_power(base: Pair, exponent: i64) -> Option<Pair> {
    let mut result = (1.0, 0.0);
    let mut square = base;
    let mut bits = exponent.unsigned_abs();
    while bits > 0 {
        if bits & 1 == 1 {
            result = multiply(result, square);
        }
        square = multiply(square, square);
        bits >>= 1;
    }
    if exponent < 0 { divide((1.0, 0.0), result) } else { Some(result) }
}

/// The text of one part: no `.0` behind whole numbers.
fn part(f: f64) -> String {
    let text = float::text::repr(f);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// `repr(complex)`.
pub fn repr(object: Ref) -> String {
    let (real, imag) = (heap::get(object, Complex::REAL), heap::get(object, Complex::IMAG));
    if real == 0.0 && real.is_sign_positive() {
        return format!("{}j", part(imag));
    }
    let sign = if imag.is_nan() || imag.is_sign_positive() { "+" } else { "" };
    format!("({}{sign}{}j)", part(real), part(imag))
}

fn receiver(value: Value) -> PyResult<Pair> {
    let r = cast::receiver(value, Complex::ID, "complex")?;
    Ok((heap::get(r, Complex::REAL), heap::get(r, Complex::IMAG)))
}

fn construct(args: Args<'_>) -> PyResult {
    let (class, rest) = cast::class_and_rest("complex", args.values)?;
    let inner = Args { values: rest, names: args.names };
    let [real, imag] = cast::bind("complex", inner, ["real", "imag"], 0)?;
    if let Some(text) = Some(real).filter(|r| !r.is_null()).and_then(cast::str_of) {
        if !imag.is_null() {
            return Err(error::type_error("complex() can't take second arg if first is a string"));
        }
        let (re, im) = parse(str::bytes(text)).ok_or_else(|| malformed(real, text))?;
        return cast::construct(Builtin::Complex, class, new(re, im));
    }
    let is_complex = |value: Value| cast::to_layout(value, Complex::ID).is_some();
    let (real_is_complex, imag_is_complex) = (is_complex(real), is_complex(imag));
    let real = if real.is_null() { (0.0, 0.0) } else { argument(real, "first")? };
    let imag = if imag.is_null() { (0.0, 0.0) } else { argument(imag, "second")? };
    // Absent imaginary parts are left out of the sums, which would lose the sign of zero.
    let total_real = if imag_is_complex { real.0 - imag.1 } else { real.0 };
    let total_imag = if real_is_complex { imag.0 + real.1 } else { imag.0 };
    cast::construct(Builtin::Complex, class, new(total_real, total_imag))
}

#[cold]
fn malformed(argument: Value, text: Ref) -> Value {
    if !str::bytes(text).contains(&b'_') {
        return error::value_error("complex() arg is a malformed string");
    }
    let shown = super::repr::repr(argument).map_or("?", str::as_str);
    error::value_error(format!("could not convert string to complex: {shown}"))
}

fn argument(value: Value, which: &str) -> PyResult<Pair> {
    if let Some(pair) = parts(value)? {
        return Ok(pair);
    }
    if let Some(result) = raw::call_special(value, "__complex__", &[]) {
        let result = result?;
        return parts(result)?.ok_or_else(|| error::type_error("__complex__ returned non-complex"));
    }
    if raw::lookup_special(value, "__float__").is_some() || cast::is_index(value) {
        return Ok((cast::to_f64(value)?, 0.0));
    }
    let found = raw::class_name(value);
    Err(error::type_error(match which {
        "first" => format!("complex() first argument must be a string or a number, not '{found}'"),
        _ => format!("complex() second argument must be a number, not '{found}'"),
    }))
}

/// `complex("1+2j")`.
fn parse(text: &[u8]) -> Option<Pair> {
    let trimmed = super::int::parse::trim(text);
    let body = trimmed.strip_prefix(b"(").and_then(|t| t.strip_suffix(b")")).unwrap_or(trimmed);
    let body = super::int::parse::trim(body);
    let Some(imaginary) = body.strip_suffix(b"j").or_else(|| body.strip_suffix(b"J")) else {
        return float::text::parse(body).map(|real| (real, 0.0));
    };
    // The sign that begins the imaginary part is the last one that does not belong to an exponent.
    let split = (1..imaginary.len())
        .rev()
        .find(|&i| matches!(imaginary[i], b'+' | b'-') && !matches!(imaginary[i - 1], b'e' | b'E'))
        .unwrap_or(0);
    let (real, imag) = imaginary.split_at(split);
    let imag = match imag {
        b"" | b"+" => 1.0,
        b"-" => -1.0,
        digits => float::text::parse(digits)?,
    };
    Some((if real.is_empty() { 0.0 } else { float::text::parse(real)? }, imag))
}

fn conjugate(value: Value) -> PyResult {
    receiver(value).map(|(real, imag)| new(real, -imag))
}

fn real(value: Value) -> PyResult {
    receiver(value).map(|parts| Value::float(parts.0))
}

fn imag(value: Value) -> PyResult {
    receiver(value).map(|parts| Value::float(parts.1))
}

fn truth(value: Value) -> PyResult {
    receiver(value).map(|parts| boolean(parts != (0.0, 0.0)))
}

fn to_complex(value: Value) -> PyResult {
    receiver(value).map(|parts| new(parts.0, parts.1))
}

fn getnewargs(value: Value) -> PyResult {
    receiver(value).map(|parts| tuple::value(&[Value::float(parts.0), Value::float(parts.1)]))
}

natives! {
    pub static METHODS;
    "__new__" Full(construct) [Any, static];
    "__bool__" One(truth) [Elidable];
    "__complex__" One(to_complex) [Reads];
    "conjugate" One(conjugate) [Reads];
    "real" One(real) [Elidable, getter];
    "imag" One(imag) [Elidable, getter];
    "__getnewargs__" One(getnewargs) [Reads];
}
