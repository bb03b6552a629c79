//! The module `math`.
//!
//! Functions of floats are pure, so traces call them as such. An error is found in the result, as C's library reports it: not a number from
//! numbers is a domain error; an infinity from finite numbers a range error if the function grows without bound, else a domain error.
//! Files: `special` (gamma and the like), `sums` (exact sums and norms), `integers`.

mod integers;
mod special;
mod sums;

use super::ModuleTable;
use crate::builtins::arguments::{keywords, or};
use crate::natives;
use crate::object::cast::{self, index, to_f64};
use crate::object::error::{overflow_error, type_error, value_error, zero_division};
use crate::object::int::big::Int;
use crate::object::native::Args;
use crate::object::{PyResult, boolean, tuple};
use crate::raw;
use metajit::heap::Value;
use special::Undefined;
use sums::SumError;

/// The module.
pub static MODULE: ModuleTable = ModuleTable { name: "math", functions: FUNCTIONS, fill };

fn fill(set: &mut dyn FnMut(&str, Value)) {
    set("pi", Value::float(std::f64::consts::PI));
    set("e", Value::float(std::f64::consts::E));
    set("tau", Value::float(std::f64::consts::TAU));
    set("inf", Value::float(f64::INFINITY));
    set("nan", Value::float(f64::NAN));
}

#[cold]
fn domain_error() -> Value {
    value_error("math domain error")
}

#[cold]
fn range_error() -> Value {
    overflow_error("math range error")
}

fn undefined(why: Undefined) -> Value {
    match why {
        Undefined::Domain => domain_error(),
        Undefined::Range => range_error(),
    }
}

/// The result of a function of one float, or the error it stands for.
fn checked(x: f64, result: f64, unbounded: bool) -> PyResult {
    if result.is_nan() && !x.is_nan() {
        return Err(domain_error());
    }
    if result.is_infinite() && x.is_finite() {
        return Err(if unbounded { range_error() } else { domain_error() });
    }
    Ok(Value::float(result))
}

/// Functions of one float: name, meaning, and whether finite arguments can give too large a result.
macro_rules! unary {
    ($($name:ident = $function:expr, $unbounded:literal;)*) => { $(
        fn $name(x: Value) -> PyResult {
            let x = to_f64(x)?;
            let function: fn(f64) -> f64 = $function;
            checked(x, function(x), $unbounded)
        }
    )* };
}

unary! {
    acos = f64::acos, false;
    acosh = |x| special::acosh(x), false;
    asin = f64::asin, false;
    asinh = |x| special::asinh(x), false;
    atan = f64::atan, false;
    atanh = |x| special::atanh(x), false;
    cbrt = f64::cbrt, false;
    cos = f64::cos, false;
    cosh = f64::cosh, true;
    erf = |x| special::erf(x), false;
    erfc = |x| special::erfc(x), false;
    exp = f64::exp, true;
    exp2 = f64::exp2, true;
    expm1 = f64::exp_m1, true;
    fabs = f64::abs, false;
    log1p = f64::ln_1p, false;
    sin = f64::sin, false;
    sinh = f64::sinh, true;
    sqrt = f64::sqrt, false;
    tan = f64::tan, false;
    tanh = f64::tanh, false;
}

fn gamma(x: Value) -> PyResult {
    special::gamma(to_f64(x)?).map(Value::float).map_err(undefined)
}

fn lgamma(x: Value) -> PyResult {
    special::log_gamma(to_f64(x)?).map(Value::float).map_err(undefined)
}

fn degrees(x: Value) -> PyResult {
    Ok(Value::float(to_f64(x)? * (180.0 / std::f64::consts::PI)))
}

fn radians(x: Value) -> PyResult {
    Ok(Value::float(to_f64(x)? * (std::f64::consts::PI / 180.0)))
}

fn isfinite(x: Value) -> PyResult {
    Ok(boolean(to_f64(x)?.is_finite()))
}

fn isinf(x: Value) -> PyResult {
    Ok(boolean(to_f64(x)?.is_infinite()))
}

fn isnan(x: Value) -> PyResult {
    Ok(boolean(to_f64(x)?.is_nan()))
}

/// A logarithm of an int of any size or of a float.
fn logarithm(x: Value, log_of: fn(f64) -> f64) -> PyResult<f64> {
    if let Some(int) = cast::int_of(x) {
        return integers::log(&int, log_of).ok_or_else(domain_error);
    }
    let x = to_f64(x)?;
    if x <= 0.0 { Err(domain_error()) } else { Ok(log_of(x)) }
}

fn log(values: &[Value]) -> PyResult {
    let x = logarithm(values[0], f64::ln)?;
    let Some(&base) = values.get(1) else { return Ok(Value::float(x)) };
    let base = logarithm(base, f64::ln)?;
    if base == 0.0 {
        return Err(zero_division("float division by zero"));
    }
    Ok(Value::float(x / base))
}

fn log2(x: Value) -> PyResult {
    logarithm(x, f64::log2).map(Value::float)
}

fn log10(x: Value) -> PyResult {
    logarithm(x, f64::log10).map(Value::float)
}

fn atan2(y: Value, x: Value) -> PyResult {
    Ok(Value::float(to_f64(y)?.atan2(to_f64(x)?)))
}

fn copysign(x: Value, y: Value) -> PyResult {
    Ok(Value::float(to_f64(x)?.copysign(to_f64(y)?)))
}

fn fmod(x: Value, y: Value) -> PyResult {
    let (x, y) = (to_f64(x)?, to_f64(y)?);
    let result = x % y;
    if result.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain_error()) } else { Ok(Value::float(result)) }
}

fn ieee_remainder(x: Value, y: Value) -> PyResult {
    let (x, y) = (to_f64(x)?, to_f64(y)?);
    let result = special::remainder(x, y);
    if result.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain_error()) } else { Ok(Value::float(result)) }
}

fn pow(x: Value, y: Value) -> PyResult {
    let (x, y) = (to_f64(x)?, to_f64(y)?);
    let result = x.powf(y);
    if x.is_finite() && y.is_finite() {
        if result.is_nan() || result.is_infinite() && x == 0.0 {
            return Err(domain_error());
        }
        if result.is_infinite() {
            return Err(range_error());
        }
    }
    Ok(Value::float(result))
}

/// Mantissa in `[0.5, 1)` and exponent of 2.
pub(crate) fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    if exponent == 0 {
        let (mantissa, exponent) = frexp(x * 2f64.powi(64));
        return (mantissa, exponent - 64);
    }
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), exponent - 1022)
}

/// `x * 2**exponent`, rounded once.
pub(crate) fn ldexp(x: f64, exponent: i32) -> f64 {
    let (mantissa, own) = frexp(x);
    if mantissa == 0.0 || !mantissa.is_finite() {
        return x;
    }
    let total = own.saturating_add(exponent);
    match total {
        1025.. => f64::INFINITY.copysign(x),
        -1021..=1024 => mantissa * 2.0 * power_of_two(total - 1),
        // One multiplication rounds into the subnormal range; its factor is a normal number.
        -1100..-1021 => mantissa * power_of_two(total + 200) * power_of_two(-200),
        _ => 0f64.copysign(x),
    }
}

/// A power in the range of normal floats.
fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

fn py_frexp(x: Value) -> PyResult {
    let (mantissa, exponent) = frexp(to_f64(x)?);
    Ok(tuple::value(&[Value::float(mantissa), Value::int(exponent.into())]))
}

fn py_ldexp(x: Value, exponent: Value) -> PyResult {
    let x = to_f64(x)?;
    let Some(exponent) = cast::int_of(exponent) else {
        return Err(type_error("Expected an int as second argument to ldexp."));
    };
    let exponent = match exponent {
        Int::Small(e) => e.clamp(-100_000, 100_000) as i32,
        big => {
            if big.is_negative() {
                -100_000
            } else {
                100_000
            }
        }
    };
    let result = ldexp(x, exponent);
    if result.is_infinite() && x.is_finite() { Err(range_error()) } else { Ok(Value::float(result)) }
}

fn modf(x: Value) -> PyResult {
    let x = to_f64(x)?;
    let fraction = if x.is_infinite() { 0.0 } else { x.fract() };
    Ok(tuple::value(&[Value::float(fraction.copysign(x)), Value::float(x.trunc())]))
}

fn ulp(x: Value) -> PyResult {
    let x = to_f64(x)?.abs();
    if !x.is_finite() {
        return Ok(Value::float(x));
    }
    let next = x.next_up();
    Ok(Value::float(if next.is_infinite() { x - x.next_down() } else { next - x }))
}

fn nextafter(args: Args<'_>) -> PyResult {
    let [steps] = keywords("nextafter", args, ["steps"])?;
    let [x, y] = args.positional() else {
        let given = args.positional().len();
        return Err(type_error(format!("nextafter() takes exactly 2 positional arguments ({given} given)")));
    };
    let (x, y) = (to_f64(*x)?, to_f64(*y)?);
    if steps.is_null() || steps == crate::object::NONE {
        return Ok(Value::float(step_towards(x, y, 1)));
    }
    match index(steps)? {
        n if n.is_negative() => Err(value_error("steps must be a non-negative integer")),
        Int::Small(n) => Ok(Value::float(step_towards(x, y, n as u64))),
        Int::Big(_) => Ok(Value::float(step_towards(x, y, u64::MAX))),
    }
}

/// The float `steps` places from `x` on the way to `y`, not beyond it.
fn step_towards(x: f64, y: f64, steps: u64) -> f64 {
    if x.is_nan() || y.is_nan() {
        return x + y;
    }
    if x == y || steps == 0 {
        return if steps == 0 { x } else { y };
    }
    // Floats of one sign are ordered as their bits are.
    let place =
        |f: f64| if f.is_sign_negative() { -((f.to_bits() & !(1 << 63)) as i64) } else { f.to_bits() as i64 };
    let (from, to) = (i128::from(place(x)), i128::from(place(y)));
    let steps = i128::from(steps).min((to - from).abs());
    if steps == (to - from).abs() {
        return y;
    }
    let at = if to > from { from + steps } else { from - steps };
    let magnitude = f64::from_bits(at.unsigned_abs() as u64);
    if at < 0 || at == 0 && x < 0.0 { -magnitude } else { magnitude }
}

fn isclose(args: Args<'_>) -> PyResult {
    let [a, b, rel, abs] = match args.positional() {
        [a, b] => {
            let [rel, abs] = keywords("isclose", args, ["rel_tol", "abs_tol"])?;
            [*a, *b, rel, abs]
        }
        other if other.len() > 2 => {
            let given = other.len();
            return Err(type_error(format!(
                "isclose() takes exactly 2 positional arguments ({given} given)"
            )));
        }
        _ => cast::bind("isclose", args, ["a", "b", "rel_tol", "abs_tol"], 2)?,
    };
    let (a, b) = (to_f64(a)?, to_f64(b)?);
    let rel = to_f64(or(rel, Value::float(1e-9)))?;
    let abs = to_f64(or(abs, Value::float(0.0)))?;
    if rel < 0.0 || abs < 0.0 {
        return Err(value_error("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(boolean(true));
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(boolean(false));
    }
    let difference = (a - b).abs();
    let close = difference <= (rel * b).abs() || difference <= (rel * a).abs() || difference <= abs;
    Ok(boolean(close))
}

/// A float's integral value as an int.
fn to_int(x: f64) -> PyResult {
    crate::object::float::methods::truncate(x)
}

/// `floor`, `ceil`, `trunc`: of floats here, of others by their special method.
fn rounded(x: Value, special: &'static str, round: fn(f64) -> f64) -> PyResult {
    if let Some(x) = x.as_float() {
        return to_int(round(x));
    }
    match raw::call_special(x, special, &[]) {
        Some(result) => result,
        None if special == "__trunc__" => {
            Err(type_error(format!("type {} doesn't define __trunc__ method", raw::class_name(x))))
        }
        None => to_int(round(to_f64(x)?)),
    }
}

fn floor(x: Value) -> PyResult {
    rounded(x, "__floor__", f64::floor)
}

fn ceil(x: Value) -> PyResult {
    rounded(x, "__ceil__", f64::ceil)
}

fn trunc(x: Value) -> PyResult {
    rounded(x, "__trunc__", f64::trunc)
}

fn sum_error(error: SumError) -> Value {
    match error {
        SumError::Overflow => overflow_error("intermediate overflow in fsum"),
        SumError::Infinities => value_error("-inf + inf in fsum"),
    }
}

fn fsum(iterable: Value) -> PyResult {
    let iterator = raw::iter(iterable)?;
    let mut sum = sums::Exact::default();
    while let Some(item) = raw::next(iterator)? {
        sum.add(to_f64(item)?).map_err(sum_error)?;
    }
    sum.value().map(Value::float).map_err(sum_error)
}

fn hypot(values: &[Value]) -> PyResult {
    let coordinates = values.iter().map(|&v| to_f64(v)).collect::<PyResult<Vec<f64>>>()?;
    Ok(Value::float(sums::norm(&coordinates)))
}

fn floats_of(iterable: Value) -> PyResult<Vec<f64>> {
    let items = tuple::from_iterable(iterable)?;
    tuple::items(items).iter().map(|&v| to_f64(v)).collect()
}

fn dist(p: Value, q: Value) -> PyResult {
    let (p, q) = (floats_of(p)?, floats_of(q)?);
    if p.len() != q.len() {
        return Err(value_error("both points must have the same number of dimensions"));
    }
    let difference: Vec<f64> = p.iter().zip(&q).map(|(a, b)| a - b).collect();
    Ok(Value::float(sums::norm(&difference)))
}

fn prod(args: Args<'_>) -> PyResult {
    let [start] = keywords("prod", args, ["start"])?;
    let [iterable] = args.positional() else {
        let given = args.positional().len();
        return Err(type_error(format!("prod() takes exactly 1 positional argument ({given} given)")));
    };
    let iterator = raw::iter(*iterable)?;
    let mut product = or(start, Value::int(1));
    while let Some(item) = raw::next(iterator)? {
        product = crate::builtins::operators::multiply(product, item)?;
    }
    Ok(product)
}

fn sumprod(p: Value, q: Value) -> PyResult {
    let (p, q) = (tuple::from_iterable(p)?, tuple::from_iterable(q)?);
    let (left, right) = (tuple::items(p), tuple::items(q));
    if left.len() != right.len() {
        return Err(value_error("Inputs are not the same length"));
    }
    let pairs = || left.iter().copied().zip(right.iter().copied());
    let is_float = |v: Value| v.as_float().is_some();
    if pairs().any(|(a, b)| is_float(a) || is_float(b))
        && pairs().all(|(a, b)| [a, b].iter().all(|&v| is_float(v) || v.as_int().is_some()))
    {
        let mut sum = sums::Triple::default();
        for (a, b) in pairs() {
            sum = sum.add_product(to_f64(a)?, to_f64(b)?);
        }
        if sum.value().is_finite() {
            return Ok(Value::float(sum.value()));
        }
    }
    pairs().try_fold(Value::int(0), |total, (a, b)| {
        crate::builtins::operators::add(total, crate::builtins::operators::multiply(a, b)?)
    })
}

natives! {
    static FUNCTIONS;
    "acos" One(acos) [Reads];
    "acosh" One(acosh) [Reads];
    "asin" One(asin) [Reads];
    "asinh" One(asinh) [Reads];
    "atan" One(atan) [Reads] intrinsic Atan;
    "atan2" Two(atan2) [Reads];
    "atanh" One(atanh) [Reads];
    "cbrt" One(cbrt) [Reads];
    "ceil" One(ceil) [Any] intrinsic Ceil;
    "comb" Two(integers::comb) [Any];
    "copysign" Two(copysign) [Reads];
    "cos" One(cos) [Reads] intrinsic Cos;
    "cosh" One(cosh) [Reads];
    "degrees" One(degrees) [Reads];
    "dist" Two(dist) [Any];
    "erf" One(erf) [Reads];
    "erfc" One(erfc) [Reads];
    "exp" One(exp) [Reads] intrinsic Exp;
    "exp2" One(exp2) [Reads];
    "expm1" One(expm1) [Reads];
    "fabs" One(fabs) [Reads] intrinsic Fabs;
    "factorial" One(integers::factorial) [Any];
    "floor" One(floor) [Any] intrinsic Floor;
    "fmod" Two(fmod) [Reads];
    "frexp" One(py_frexp) [Reads];
    "fsum" One(fsum) [Any];
    "gamma" One(gamma) [Reads];
    "gcd" Slice(integers::gcd) [Any];
    "hypot" Slice(hypot) [Any];
    "isclose" Full(isclose) [Any];
    "isfinite" One(isfinite) [Reads];
    "isinf" One(isinf) [Reads];
    "isnan" One(isnan) [Reads];
    "isqrt" One(integers::isqrt) [Any];
    "lcm" Slice(integers::lcm) [Any];
    "ldexp" Two(py_ldexp) [Reads];
    "lgamma" One(lgamma) [Reads];
    "log" Slice(log) 1..2 [Any] intrinsic Log;
    "log10" One(log10) [Reads];
    "log1p" One(log1p) [Reads];
    "log2" One(log2) [Reads];
    "modf" One(modf) [Reads];
    "nextafter" Full(nextafter) [Any];
    "perm" Slice(integers::perm) 1..2 [Any];
    "pow" Two(pow) [Reads];
    "prod" Full(prod) [Any];
    "radians" One(radians) [Reads];
    "remainder" Two(ieee_remainder) [Reads];
    "sin" One(sin) [Reads] intrinsic Sin;
    "sinh" One(sinh) [Reads];
    "sqrt" One(sqrt) [Reads] intrinsic Sqrt;
    "sumprod" Two(sumprod) [Any];
    "tan" One(tan) [Reads] intrinsic Tan;
    "tanh" One(tanh) [Reads];
    "trunc" One(trunc) [Any];
    "ulp" One(ulp) [Reads];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents() {
        assert_eq!(frexp(8.0), (0.5, 4));
        assert_eq!(frexp(-0.0).0.to_bits(), (-0f64).to_bits());
        assert_eq!(frexp(5e-324), (0.5, -1073));
        assert_eq!(ldexp(0.5, 4), 8.0);
        assert_eq!(ldexp(0.5, -1073), 5e-324);
        assert_eq!(ldexp(1.0, 1023), 2f64.powi(1023));
        assert_eq!(ldexp(1.0, 1024), f64::INFINITY);
        assert_eq!(ldexp(1.5, -1074), 1e-323);
        assert_eq!(ldexp(5e-324, 2000), 5e-324 * 2f64.powi(1000) * 2f64.powi(1000));
    }

    #[test]
    fn steps() {
        assert_eq!(step_towards(1.0, 2.0, 1), 1.0000000000000002);
        assert_eq!(step_towards(0.0, -1.0, 1), -5e-324);
        assert_eq!(step_towards(1.0, 1.0000000000000002, 5), 1.0000000000000002);
    }
}
