//! Integers as text. Large ones are cut in halves at powers of ten, so that no step divides a long number by a short one.

use super::big::Int;
use crate::object::{PyResult, cast, error};
use metajit::heap::Value;
use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::Zero;
use std::sync::atomic::{AtomicI64, Ordering};

/// Most decimal digits that conversions from and to text take; 0 for no limit.
static MAX_DIGITS: AtomicI64 = AtomicI64::new(4300);

/// The limit of digits (0 for none).
pub fn max_digits() -> i64 {
    MAX_DIGITS.load(Ordering::Relaxed)
}

/// Sets the limit of digits; 0 for none.
pub fn set_max_digits(digits: i64) {
    MAX_DIGITS.store(digits, Ordering::Relaxed);
}

/// Most characters of a 64-bit integer.
pub const DECIMAL: usize = 20;

/// The decimal text of a 64-bit integer, in the last bytes of a buffer.
#[inline]
pub fn decimal_digits(i: i64, digits: &mut [u8; DECIMAL]) -> &[u8] {
    let mut at = DECIMAL;
    let mut rest = i.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if i < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    &digits[at..]
}

/// Appends the decimal digits of a 64-bit integer.
pub fn write_decimal(out: &mut Vec<u8>, i: i64) {
    out.extend(decimal_digits(i, &mut [0; DECIMAL]));
}

/// `str(int)`; ValueError beyond the limit of digits.
pub fn to_decimal(value: Value) -> PyResult<String> {
    match cast::int_of(value) {
        Some(Int::Small(i)) => Ok(i.to_string()),
        Some(Int::Big(big)) => big_to_decimal(&big),
        None => Err(error::type_error("an integer is required")),
    }
}

fn big_to_decimal(big: &BigInt) -> PyResult<String> {
    let limit = max_digits();
    let too_long = || {
        error::value_error(format!(
            "Exceeds the limit ({limit} digits) for integer string conversion; use \
             sys.set_int_max_str_digits() to increase the limit"
        ))
    };
    // A first estimate keeps huge numbers from being converted just to be refused.
    if limit > 0 && big.bits() as f64 * std::f64::consts::LOG10_2 > limit as f64 + 2.0 {
        return Err(too_long());
    }
    let text = decimal(big);
    let digits = text.len() - usize::from(text.starts_with('-'));
    if limit > 0 && digits as i64 > limit { Err(too_long()) } else { Ok(text) }
}

/// The decimal text without any limit.
pub fn decimal(big: &BigInt) -> String {
    let mut out = Vec::new();
    if big.sign() == Sign::Minus {
        out.push(b'-');
    }
    let mut powers = vec![BigUint::from(10_u64.pow(18))];
    while let Some(last) = powers.last()
        && last.bits() * 2 <= big.bits()
    {
        powers.push(last * last);
    }
    write_magnitude(&mut out, big.magnitude(), &powers, false);
    String::from_utf8(out).unwrap_or_default()
}

/// Appends a number below the square of the last power; padded with zeros to its full width if asked for.
fn write_magnitude(out: &mut Vec<u8>, number: &BigUint, powers: &[BigUint], padded: bool) {
    let Some((power, rest)) = powers.split_last() else {
        let digit = number.iter_u64_digits().next().unwrap_or(0);
        let text = if padded { format!("{digit:018}") } else { digit.to_string() };
        out.extend(text.as_bytes());
        return;
    };
    if !padded && number < power {
        write_magnitude(out, number, rest, false);
        return;
    }
    let (high, low) = number.div_rem(power);
    if padded || !high.is_zero() {
        write_magnitude(out, &high, rest, padded);
        write_magnitude(out, &low, rest, true);
    } else {
        write_magnitude(out, &low, rest, false);
    }
}

/// Digits in a base from 2 to 36, lower case, with a minus sign if negative, without a prefix.
pub fn in_base(int: &Int, base: u32) -> String {
    match int {
        Int::Big(big) if base == 10 => decimal(big),
        Int::Big(big) => big.to_str_radix(base),
        Int::Small(i) => match base {
            10 => i.to_string(),
            _ => BigInt::from(*i).to_str_radix(base),
        },
    }
}
