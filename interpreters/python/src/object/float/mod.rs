//! Floats: operators and rounding.
//!
//! | file | concept |
//! | --- | --- |
//! | `text.rs` | `repr`, parsing, hexadecimal |
//! | `methods.rs` | the method table |

pub mod methods;
pub mod text;

use super::number::BinaryOp;
use super::{NOT_IMPLEMENTED, PyResult, complex, error};
use metajit::heap::Value;

/// `a op b` of two floats.
pub fn binary(op: BinaryOp, a: f64, b: f64) -> PyResult {
    Ok(Value::float(match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::TrueDiv => {
            if b == 0.0 {
                return Err(error::zero_division("float division by zero"));
            }
            a / b
        }
        BinaryOp::FloorDiv => divmod(a, b, "float floor division by zero")?.0,
        BinaryOp::Mod => {
            if b == 0.0 {
                return Err(error::zero_division("float modulo"));
            }
            modulo(a, b)
        }
        BinaryOp::Pow => return power(a, b),
        _ => return Ok(NOT_IMPLEMENTED),
    }))
}

/// The exact remainder of truncated division (C's `fmod`), which takes a loop for each bit of the quotient in the library;
/// `b` is not zero.
#[inline]
fn remainder(a: f64, b: f64) -> f64 {
    const EXACT: f64 = (1_i64 << 53) as f64;
    let (size, divisor) = (a.abs(), b.abs());
    if size < divisor {
        return a;
    }
    if size < EXACT && size.trunc() == size && divisor.trunc() == divisor {
        return ((size as i64 % divisor as i64) as f64).copysign(a);
    }
    a % b
}

/// `a % b` with the sign of `b`, which is not zero.
#[inline]
pub fn modulo(a: f64, b: f64) -> f64 {
    let rest = remainder(a, b);
    if rest == 0.0 {
        0.0_f64.copysign(b)
    } else if (rest < 0.0) != (b < 0.0) {
        rest + b
    } else {
        rest
    }
}

/// Floor quotient and remainder.
pub fn divmod(a: f64, b: f64, zero: &str) -> PyResult<(f64, f64)> {
    if b == 0.0 {
        return Err(error::zero_division(zero));
    }
    let mut rest = remainder(a, b);
    let mut quotient = (a - rest) / b;
    if rest == 0.0 {
        rest = 0.0_f64.copysign(b);
    } else if (rest < 0.0) != (b < 0.0) {
        rest += b;
        quotient -= 1.0;
    }
    let whole = if quotient == 0.0 {
        0.0_f64.copysign(a / b)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    };
    Ok((whole, rest))
}

/// `a ** b`; a complex number for a negative base with a fractional exponent.
pub fn power(a: f64, b: f64) -> PyResult {
    if a == 0.0 && b < 0.0 {
        return Err(super::int::power::zero_to_negative());
    }
    if a < 0.0 && a.is_finite() && b.is_finite() && b != b.floor() {
        return complex::power((a, 0.0), (b, 0.0));
    }
    let result = a.powf(b);
    if result.is_infinite() && a.is_finite() && b.is_finite() {
        return Err(error::overflow_error("(34, 'Numerical result out of range')"));
    }
    Ok(Value::float(result))
}

/// Rounds to an integral value, ties to even.
pub fn round_half_even(f: f64) -> f64 {
    f.round_ties_even()
}

/// `round(f, digits)`: correctly rounded in decimal.
pub fn round_digits(f: f64, digits: i64) -> PyResult<f64> {
    if !f.is_finite() || f == 0.0 || digits > 323 {
        return Ok(f);
    }
    if digits < -308 {
        return Ok(0.0_f64.copysign(f));
    }
    let text = if digits >= 0 {
        // Rust prints the exact decimal expansion, rounded half to even on the exact value.
        format!("{f:.*}", digits as usize)
    } else {
        let scale = -digits as usize;
        let whole = super::int::arith::float_to_big(f);
        // What lies behind the point decides only exact ties, which the sticky digit below breaks.
        round_big(&whole, f.is_sign_negative(), f.fract() != 0.0, scale)
    };
    let rounded: f64 = text.parse().unwrap_or(f);
    if rounded.is_infinite() {
        return Err(error::overflow_error("rounded value too large to represent"));
    }
    Ok(rounded)
}

/// A whole number rounded to a multiple of `10^scale`, as text. `sticky` says that the exact value is further from zero.
fn round_big(whole: &num_bigint::BigInt, negative: bool, sticky: bool, scale: usize) -> String {
    use num_integer::Integer;
    let unit = num_traits::pow::pow(num_bigint::BigInt::from(10), scale);
    let magnitude = num_bigint::BigInt::from(whole.magnitude().clone());
    let (mut quotient, rest) = magnitude.div_rem(&unit);
    let twice: num_bigint::BigInt = rest * 2;
    let up = match twice.cmp(&unit) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => sticky || quotient.is_odd(),
        std::cmp::Ordering::Less => false,
    };
    if up {
        quotient += 1;
    }
    format!("{}{}", if negative { "-" } else { "" }, quotient * unit)
}
