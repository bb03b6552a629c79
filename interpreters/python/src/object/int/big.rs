//! Integers beyond 64 bits: between the heap's representation and the arithmetic library's.
//!
//! Invariant: a `BigInt` object never holds a value that an `i64` can. All uses of the library's types go
//! through [`Int`], which is one or the other. Neighbours: `arith` (the operations).

use crate::object::layouts::BigInt as Layout;
use metajit::heap::{self, Ref, Value};
use num_bigint::{BigInt, BigUint, Sign};
use num_traits::ToPrimitive;

/// An integer outside the heap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Int {
    /// One that 64 bits hold.
    Small(i64),
    /// Any; [`Int::to_value`] normalises.
    Big(BigInt),
}

impl Int {
    /// The integer of an exact `int` (not `bool`).
    #[inline]
    pub fn of(value: Value) -> Option<Int> {
        match value.as_int() {
            Some(i) => Some(Int::Small(i)),
            None => value.has_layout(Layout::ID).then(|| Int::Big(load(Ref::from_bits(value.bits())))),
        }
    }

    /// As a Python int.
    pub fn to_value(&self) -> Value {
        match self {
            Int::Small(i) => Value::int(*i),
            Int::Big(big) => value(big),
        }
    }

    /// As the library's type.
    pub fn into_big(self) -> BigInt {
        match self {
            Int::Small(i) => BigInt::from(i),
            Int::Big(big) => big,
        }
    }

    /// As a double, rounded to nearest even; `None` when too large.
    pub fn to_f64(&self) -> Option<f64> {
        match self {
            Int::Small(i) => Some(*i as f64),
            Int::Big(big) => super::arith::big_to_f64(big),
        }
    }

    /// Whether it is below zero.
    pub fn is_negative(&self) -> bool {
        match self {
            Int::Small(i) => *i < 0,
            Int::Big(big) => big.sign() == Sign::Minus,
        }
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        match self {
            Int::Small(i) => *i == 0,
            Int::Big(big) => big.sign() == Sign::NoSign,
        }
    }
}

/// The library's form of a `BigInt` object.
pub fn load(object: Ref) -> BigInt {
    let digits = heap::items(object, Layout::TAIL);
    let mut halves = Vec::with_capacity(2 * digits.len());
    for &digit in digits {
        halves.push(digit as u32);
        halves.push((digit >> 32) as u32);
    }
    let sign = if heap::get(object, Layout::SIGN) < 0 { Sign::Minus } else { Sign::Plus };
    BigInt::from_biguint(sign, BigUint::new(halves))
}

/// Sign of a `BigInt` object, and its magnitude if that has at most 127 bits.
#[inline]
pub fn load_i128(object: Ref) -> Option<i128> {
    let digits = heap::items(object, Layout::TAIL);
    let magnitude = match *digits {
        [low] => i128::from(low as u64),
        [low, high] if high >= 0 => i128::from(high) << 64 | i128::from(low as u64),
        _ => return None,
    };
    Some(if heap::get(object, Layout::SIGN) < 0 { -magnitude } else { magnitude })
}

/// A Python int of 128 bits.
#[inline]
pub fn value_i128(i: i128) -> Value {
    if let Ok(small) = i64::try_from(i) {
        return Value::int(small);
    }
    let magnitude = i.unsigned_abs();
    let (low, high) = (magnitude as i64, (magnitude >> 64) as i64);
    let r = heap::alloc(Layout::ID, if high == 0 { 1 } else { 2 });
    heap::init(r, Layout::SIGN, if i < 0 { -1 } else { 1 });
    heap::init_item(r, Layout::TAIL, 0, low);
    if high != 0 {
        heap::init_item(r, Layout::TAIL, 1, high);
    }
    Value::object(r)
}

/// The Python int of any size.
pub fn value(big: &BigInt) -> Value {
    if let Some(small) = big.to_i64() {
        return Value::int(small);
    }
    let digits = big.iter_u64_digits();
    let r = heap::alloc(Layout::ID, digits.len());
    heap::init(r, Layout::SIGN, if big.sign() == Sign::Minus { -1 } else { 1 });
    let out = heap::items_mut(r, Layout::TAIL);
    for (slot, digit) in out.iter_mut().zip(digits) {
        *slot = digit as i64;
    }
    Value::object(r)
}

/// The sign (-1 or 1) of a `BigInt` object.
pub fn sign(object: Ref) -> i64 {
    heap::get(object, Layout::SIGN)
}
