//! Integer operators: 64 bits, then 128, then any size. Division rounds towards minus infinity.
//!
//! Neighbours: `power`, `number` (who is asked for which operands).

use super::big::{self, Int, value_i128};
use crate::object::layouts::BigInt as Layout;
use crate::object::number::BinaryOp;
use crate::object::{PyResult, TRUE, cast, error};
use metajit::heap::{self, IntBox, Ref, Value};
use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{ToPrimitive, Zero};

/// Longest shift: 2 GiB of result.
const MAX_SHIFT: i64 = 1 << 34;

/// The integer of an exact int or bool with at most 127 bits.
#[inline]
fn as_i128(value: Value) -> Option<i128> {
    if let Some(i) = value.as_int() {
        return Some(i128::from(i));
    }
    if value.has_layout(Layout::ID) {
        return big::load_i128(Ref::from_bits(value.bits()));
    }
    match cast::int_of(value)? {
        Int::Small(i) => Some(i128::from(i)),
        Int::Big(_) => None,
    }
}

/// The integer of an exact int with at most 127 bits.
#[inline(always)]
fn exact_i128(value: Value) -> Option<i128> {
    if value.is_small_int() {
        return Some(i128::from(value.small_int_unchecked()));
    }
    let object = value.as_ref()?;
    match heap::layout_of(object) {
        heap::INT_BOX => Some(i128::from(heap::get(object, IntBox::VALUE))),
        Layout::ID => big::load_i128(object),
        _ => None,
    }
}

/// `a op b` for two exact ints, if it follows from 128-bit arithmetic. A loop over integers that just exceed 64 bits
/// asks at each operation.
#[inline]
pub fn quick(op: BinaryOp, a: Value, b: Value) -> Option<PyResult> {
    binary_i128(op, exact_i128(a)?, exact_i128(b)?)
}

/// The product if it has at most 127 bits.
#[inline]
fn product(x: i128, y: i128) -> Option<i128> {
    let (Ok(a), Ok(b)) = (u64::try_from(x.unsigned_abs()), u64::try_from(y.unsigned_abs())) else {
        return x.checked_mul(y);
    };
    let magnitude = i128::try_from(u128::from(a) * u128::from(b)).ok()?;
    Some(if (x < 0) == (y < 0) { magnitude } else { -magnitude })
}

/// `a op b` for two integers (for which `cast::int_of` gives something).
pub fn binary(op: BinaryOp, a: Value, b: Value) -> PyResult {
    if let (Some(x), Some(y)) = (as_i128(a), as_i128(b))
        && let Some(result) = binary_i128(op, x, y)
    {
        return result;
    }
    if let Some(result) = super::limbs::binary(op, a, b) {
        return Ok(result);
    }
    let (Some(x), Some(y)) = (cast::int_of(a), cast::int_of(b)) else {
        return Ok(crate::object::NOT_IMPLEMENTED);
    };
    binary_big(op, x, y)
}

/// The result if it follows from 128-bit arithmetic.
#[inline]
fn binary_i128(op: BinaryOp, x: i128, y: i128) -> Option<PyResult> {
    Some(Ok(match op {
        BinaryOp::Add => value_i128(x.checked_add(y)?),
        BinaryOp::Sub => value_i128(x.checked_sub(y)?),
        BinaryOp::Mul => value_i128(product(x, y)?),
        BinaryOp::And => value_i128(x & y),
        BinaryOp::Or => value_i128(x | y),
        BinaryOp::Xor => value_i128(x ^ y),
        BinaryOp::FloorDiv | BinaryOp::Mod => {
            if y == 0 {
                return Some(Err(division_by_zero(op)));
            }
            let (quotient, remainder) = floor_divide(x, y)?;
            value_i128(if op == BinaryOp::Mod { remainder } else { quotient })
        }
        BinaryOp::LShift => {
            let shift = u32::try_from(y).ok().filter(|&shift| shift < 127)?;
            let shifted = x << shift;
            if shifted >> shift != x {
                return None;
            }
            value_i128(shifted)
        }
        BinaryOp::RShift => value_i128(x >> u32::try_from(y).ok()?.min(127)),
        BinaryOp::TrueDiv => {
            if y == 0 {
                return Some(Err(error::zero_division("division by zero")));
            }
            let exact = 1 << 53;
            if x.abs() > exact || y.abs() > exact {
                return None;
            }
            Value::float(x as f64 / y as f64)
        }
        BinaryOp::Pow => return super::power::small(x, y),
        BinaryOp::MatMul => return Some(Ok(crate::object::NOT_IMPLEMENTED)),
    }))
}

/// Quotient and remainder of division towards minus infinity.
#[inline]
fn floor_divide(x: i128, y: i128) -> Option<(i128, i128)> {
    let (quotient, remainder) = match (i64::try_from(x), i64::try_from(y)) {
        // A tenth of the time.
        (Ok(x), Ok(y)) if y != -1 => (i128::from(x / y), i128::from(x % y)),
        _ => (x.checked_div(y)?, x.checked_rem(y)?),
    };
    Some(if remainder != 0 && (remainder < 0) != (y < 0) {
        (quotient - 1, remainder + y)
    } else {
        (quotient, remainder)
    })
}

/// The error of `//` and `%` by zero.
#[cold]
pub fn division_by_zero(op: BinaryOp) -> Value {
    error::zero_division(match op {
        BinaryOp::Mod => "integer modulo by zero",
        _ => "integer division or modulo by zero",
    })
}

fn binary_big(op: BinaryOp, a: Int, b: Int) -> PyResult {
    let result = match op {
        BinaryOp::LShift => return shift_left(a.into_big(), b),
        BinaryOp::RShift => return shift_right(a.into_big(), b),
        BinaryOp::Pow => return super::power::power(a, b),
        BinaryOp::TrueDiv => return true_divide(&a.into_big(), &b.into_big()),
        BinaryOp::Add => a.into_big() + b.into_big(),
        BinaryOp::Sub => a.into_big() - b.into_big(),
        BinaryOp::Mul => a.into_big() * b.into_big(),
        BinaryOp::And => a.into_big() & b.into_big(),
        BinaryOp::Or => a.into_big() | b.into_big(),
        BinaryOp::Xor => a.into_big() ^ b.into_big(),
        BinaryOp::FloorDiv | BinaryOp::Mod => {
            if b.is_zero() {
                return Err(division_by_zero(op));
            }
            let (quotient, remainder) = a.into_big().div_mod_floor(&b.into_big());
            if op == BinaryOp::Mod { remainder } else { quotient }
        }
        BinaryOp::MatMul => return Ok(crate::object::NOT_IMPLEMENTED),
    };
    Ok(big::value(&result))
}

/// Quotient and remainder as `divmod()` gives them.
pub fn divmod(a: Int, b: Int) -> PyResult<(Value, Value)> {
    if b.is_zero() {
        return Err(division_by_zero(BinaryOp::FloorDiv));
    }
    if let (Int::Small(x), Int::Small(y)) = (&a, &b)
        && let Some((quotient, remainder)) = floor_divide(i128::from(*x), i128::from(*y))
    {
        return Ok((value_i128(quotient), value_i128(remainder)));
    }
    let (quotient, remainder) = a.into_big().div_mod_floor(&b.into_big());
    Ok((big::value(&quotient), big::value(&remainder)))
}

fn shift_left(a: BigInt, by: Int) -> PyResult {
    match by {
        by if by.is_negative() => Err(error::value_error("negative shift count")),
        _ if a.is_zero() => Ok(Value::int(0)),
        Int::Small(shift) if shift < MAX_SHIFT => Ok(big::value(&(a << shift as u64))),
        _ => Err(error::memory_error("")),
    }
}

fn shift_right(a: BigInt, by: Int) -> PyResult {
    match by {
        by if by.is_negative() => Err(error::value_error("negative shift count")),
        Int::Small(shift) => Ok(big::value(&(a >> shift as u64))),
        Int::Big(_) => Ok(Value::int(if a.sign() == Sign::Minus { -1 } else { 0 })),
    }
}

/// The double nearest to an integer, ties to even; `None` beyond the largest.
pub fn big_to_f64(big: &BigInt) -> Option<f64> {
    let bits = big.bits();
    if bits <= 64 {
        return big.to_f64();
    }
    if bits > 1024 {
        return None;
    }
    // 64 bits that end in a sticky bit round as the whole number does.
    let shift = bits - 64;
    let magnitude = big.magnitude();
    let top = (magnitude >> shift).to_u64().unwrap_or(u64::MAX);
    let sticky = magnitude.trailing_zeros().is_some_and(|zeros| zeros < shift);
    let rounded = (top | u64::from(sticky)) as f64 * 2_f64.powi(shift as i32);
    if rounded.is_infinite() {
        return None;
    }
    Some(if big.sign() == Sign::Minus { -rounded } else { rounded })
}

/// The integer part of a finite float.
pub fn float_to_big(f: f64) -> BigInt {
    let bits = f.abs().to_bits();
    let exponent = (bits >> 52) as i64 - 1075;
    let mantissa = BigInt::from(bits & ((1 << 52) - 1) | 1 << 52);
    if f.abs() < 1.0 {
        return BigInt::zero();
    }
    let magnitude = if exponent >= 0 { mantissa << exponent as u64 } else { mantissa >> (-exponent) as u64 };
    if f < 0.0 { -magnitude } else { magnitude }
}

/// The Python int of a finite float, cut.
pub fn float_to_int(f: f64) -> Value {
    if f.abs() < 9.0e18 { Value::int(f as i64) } else { big::value(&float_to_big(f)) }
}

/// `a / b`, correctly rounded: the quotient to 66 bits or more with a sticky bit, then one rounding.
fn true_divide(a: &BigInt, b: &BigInt) -> PyResult {
    if b.is_zero() {
        return Err(error::zero_division("division by zero"));
    }
    if a.is_zero() {
        return Ok(Value::float(if b.sign() == Sign::Minus { -0.0 } else { 0.0 }));
    }
    let overflow = || error::overflow_error("integer division result too large for a float");
    let exponent = a.bits() as i64 - b.bits() as i64;
    if exponent > 1025 {
        return Err(overflow());
    }
    let negative = (a.sign() == Sign::Minus) != (b.sign() == Sign::Minus);
    let signed = |f: f64| Value::float(if negative { -f } else { f });
    if exponent < -1080 {
        return Ok(signed(0.0));
    }
    // Below the smallest normal number fewer bits are wanted, so that the only rounding is the last one.
    let wanted = 66.min(exponent + 1075 + 2).max(2);
    let shift = wanted - exponent;
    let (x, y): (BigUint, BigUint) = if shift >= 0 {
        (a.magnitude() << shift as u64, b.magnitude().clone())
    } else {
        (a.magnitude().clone(), b.magnitude() << (-shift) as u64)
    };
    let (quotient, remainder) = x.div_rem(&y);
    let mut digits = quotient.to_u128().unwrap_or(u128::MAX);
    if !remainder.is_zero() {
        digits |= 1;
    }
    let f = scale(round_to_bits(digits, shift), -shift);
    if f.is_infinite() { Err(overflow()) } else { Ok(signed(f)) }
}

/// Rounds (ties to even) to the 53 bits, or fewer for a subnormal result, that a double with the scale `2^-shift` has.
fn round_to_bits(digits: u128, shift: i64) -> u128 {
    let length = 128 - i64::from(digits.leading_zeros());
    let lowest = (length - 53).max(shift - 1074).max(0) as u32;
    if lowest == 0 {
        return digits;
    }
    if lowest > 120 {
        return 0;
    }
    let (half, mask) = (1_u128 << (lowest - 1), (1_u128 << lowest) - 1);
    let (kept, rest) = (digits >> lowest, digits & mask);
    let up = rest > half || rest == half && kept & 1 == 1;
    (kept + u128::from(up)) << lowest
}

/// `digits * 2^exponent`, exact unless it overflows.
fn scale(digits: u128, exponent: i64) -> f64 {
    let f = digits as f64;
    let first = exponent.clamp(-1000, 1000);
    let rest = exponent - first;
    f * 2_f64.powi(first as i32) * 2_f64.powi(rest.clamp(-1074, 1023) as i32)
}

/// `-a`.
pub fn negate(a: Value) -> Value {
    match cast::int_of(a) {
        Some(Int::Small(i)) => value_i128(-i128::from(i)),
        Some(Int::Big(big)) => big::value(&-big),
        None => a,
    }
}

/// `~a`.
pub fn invert(a: Value) -> Value {
    match cast::int_of(a) {
        Some(Int::Small(i)) => Value::int(!i),
        Some(Int::Big(big)) => big::value(&!big),
        None => a,
    }
}

/// `abs(a)`.
pub fn absolute(a: Value) -> Value {
    match cast::int_of(a) {
        Some(Int::Small(i)) => value_i128(i128::from(i).abs()),
        Some(Int::Big(big)) if big.sign() == Sign::Minus => big::value(&-big),
        Some(int) => int.to_value(),
        None => a,
    }
}

/// The exact int that an int, bool or instance of a subclass stands for.
pub fn plain(a: Value) -> Value {
    if a == TRUE {
        return Value::int(1);
    }
    cast::int_of(a).map_or(a, |int| int.to_value())
}
