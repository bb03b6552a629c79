//! Functions of integers: gcd, lcm, factorial, binomials, roots.
//!
//! Neighbours: `math` (the table), `object::int` (arithmetic).

use crate::object::cast::index;
use crate::object::error::{overflow_error, value_error};
use crate::object::int::big::Int;
use crate::object::{PyResult, str};
use metajit::heap::Value;
use num_bigint::{BigInt, BigUint};
use num_integer::{Integer, Roots};
use num_traits::{One, Signed, ToPrimitive, Zero};

fn big(value: BigInt) -> Value {
    Int::Big(value).to_value()
}

/// `gcd(*integers)`.
pub fn gcd(values: &[Value]) -> PyResult {
    let mut result = Int::Small(0);
    for &value in values {
        result = match (result, index(value)?) {
            (Int::Small(a), Int::Small(b)) if a != i64::MIN && b != i64::MIN => Int::Small(a.gcd(&b)),
            (a, b) => Int::Big(a.into_big().gcd(&b.into_big())),
        };
    }
    Ok(big(result.into_big().abs()))
}

/// `lcm(*integers)`.
pub fn lcm(values: &[Value]) -> PyResult {
    let mut result = BigInt::one();
    for &value in values {
        let value = index(value)?.into_big();
        if value.is_zero() {
            // Arguments after it are still checked.
            result = BigInt::zero();
        }
        if !result.is_zero() {
            result = result.lcm(&value);
        }
    }
    Ok(big(result.abs()))
}

/// `factorial(n)`.
pub fn factorial(n: Value) -> PyResult {
    match index(n)? {
        n if n.is_negative() => Err(value_error("factorial() not defined for negative values")),
        Int::Big(_) => Err(overflow_error(format!("factorial() argument should not exceed {}", i64::MAX))),
        Int::Small(n) => Ok(big(product(1, n as u64 + 1).into())),
    }
}

/// The product of the integers from `from` to below `to`, halving, so that factors stay of like size.
fn product(from: u64, to: u64) -> BigUint {
    if to - from.min(to) <= 16 {
        return (from..to).fold(BigUint::one(), |p, i| p * i);
    }
    let middle = from + (to - from) / 2;
    product(from, middle) * product(middle, to)
}

/// An argument of `comb` and `perm` that must not be negative.
fn non_negative(value: Value, name: &str) -> PyResult<Int> {
    let value = index(value)?;
    if value.is_negative() {
        return Err(value_error(format!("{name} must be a non-negative integer")));
    }
    Ok(value)
}

/// `n * (n-1) * … ` with `k` factors.
fn falling(n: &BigInt, k: u64) -> BigInt {
    if k <= 16 {
        return (0..k).fold(BigInt::one(), |p, i| p * (n - i));
    }
    let half = k / 2;
    falling(n, half) * falling(&(n - half), k - half)
}

fn factors(k: &BigInt, name: &str) -> PyResult<u64> {
    let i64 = k.to_i64().ok_or_else(|| overflow_error(format!("{name} must not exceed {}", i64::MAX)))?;
    Ok(i64 as u64)
}

/// `comb(n, k)`.
pub fn comb(n: Value, k: Value) -> PyResult {
    let (n, k) = (non_negative(n, "n")?.into_big(), non_negative(k, "k")?.into_big());
    if k > n {
        return Ok(Value::int(0));
    }
    let k = k.clone().min(&n - &k);
    let k = factors(&k, "min(n - k, k)")?;
    Ok(big(falling(&n, k) / BigInt::from(product(1, k + 1))))
}

/// `perm(n, k=None)`.
pub fn perm(values: &[Value]) -> PyResult {
    let k = match values.get(1) {
        None | Some(&crate::object::NONE) => return factorial(values[0]),
        Some(&k) => k,
    };
    let (n, k) = (non_negative(values[0], "n")?.into_big(), non_negative(k, "k")?.into_big());
    if k > n {
        return Ok(Value::int(0));
    }
    Ok(big(falling(&n, factors(&k, "k")?)))
}

/// `isqrt(n)`.
pub fn isqrt(n: Value) -> PyResult {
    let n = index(n)?;
    if n.is_negative() {
        return Err(value_error("isqrt() argument must be nonnegative"));
    }
    Ok(match n {
        Int::Small(n) => Value::int(n.sqrt()),
        Int::Big(n) => big(n.sqrt()),
    })
}

/// The natural logarithm of an integer that may be too large for a float; `None` if it is not positive.
pub fn log(n: &Int, log_of: fn(f64) -> f64) -> Option<f64> {
    if n.is_negative() || n.is_zero() {
        return None;
    }
    if let Some(f) = n.to_f64() {
        return Some(log_of(f));
    }
    let n = n.clone().into_big();
    let shift = n.bits() - 64;
    let mantissa = (n >> shift).to_f64().unwrap_or(f64::INFINITY) / 2f64.powi(64);
    Some(log_of(mantissa) + log_of(2.0) * (shift as f64 + 64.0))
}
