//! `**` and three-argument `pow` of integers.

use super::big::{self, Int};
use crate::object::{PyResult, error, float};
use metajit::heap::Value;
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// Most bits of a result that is attempted.
const MAX_BITS: u64 = 1 << 34;

/// The power if it fits in 128 bits; negative exponents give floats.
pub fn small(base: i128, exponent: i128) -> Option<PyResult> {
    if exponent < 0 {
        if base == 0 {
            return Some(Err(zero_to_negative()));
        }
        return Some(float::power(base as f64, exponent as f64));
    }
    let exponent = u32::try_from(exponent).ok()?;
    base.checked_pow(exponent).map(|power| Ok(big::value_i128(power)))
}

/// The error of a zero with a negative exponent.
#[cold]
pub fn zero_to_negative() -> Value {
    error::zero_division("0.0 cannot be raised to a negative power")
}

/// `base ** exponent` of any size.
pub fn power(base: Int, exponent: Int) -> PyResult {
    if exponent.is_negative() {
        let overflow = || error::overflow_error("int too large to convert to float");
        let (x, y) = (base.to_f64().ok_or_else(overflow)?, exponent.to_f64().ok_or_else(overflow)?);
        return float::power(x, y);
    }
    let base = base.into_big();
    let Int::Small(exponent) = exponent else {
        return match base.to_i64() {
            Some(0 | 1) => Ok(big::value(&base)),
            Some(-1) => Ok(Value::int(if exponent.into_big().is_even() { 1 } else { -1 })),
            _ => Err(error::memory_error("")),
        };
    };
    if base.bits().saturating_sub(1).saturating_mul(exponent as u64) > MAX_BITS {
        return Err(error::memory_error(""));
    }
    Ok(big::value(&num_traits::pow::Pow::pow(&base, exponent as u64)))
}

/// `pow(base, exponent, modulus)`.
pub fn modular(base: Int, exponent: Int, modulus: Int) -> PyResult {
    if modulus.is_zero() {
        return Err(error::value_error("pow() 3rd argument cannot be 0"));
    }
    let (mut base, mut exponent, modulus) = (base.into_big(), exponent.into_big(), modulus.into_big());
    if exponent.is_negative() {
        base = inverse(&base, &modulus)
            .ok_or_else(|| error::value_error("base is not invertible for the given modulus"))?;
        exponent = -exponent;
    }
    let size = modulus.abs();
    let mut result = base.mod_floor(&size).modpow(&exponent, &size);
    if modulus.is_negative() && !result.is_zero() {
        result += &modulus;
    }
    Ok(big::value(&result))
}

/// The inverse modulo `modulus`, if there is one.
fn inverse(base: &BigInt, modulus: &BigInt) -> Option<BigInt> {
    let size = modulus.abs();
    let gcd = base.mod_floor(&size).extended_gcd(&size);
    (gcd.gcd.is_one() || size.is_one()).then(|| gcd.x.mod_floor(&size))
}
