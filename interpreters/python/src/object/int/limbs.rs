//! Arithmetic on the digits of large integers in place: sums, differences, products and remainders with a small
//! operand, shifts. No copy to the library's representation and back, which would cost more than the work.
//!
//! Neighbours: `arith` (asks here before the library), `big`.

use super::division::{self, Divided};
use crate::object::layouts::BigInt as Layout;
use crate::object::number::BinaryOp;
use metajit::heap::{self, Ref, Value};
use std::cmp::Ordering;

/// Sign and magnitude of an integer, borrowed from the heap or from the stack.
struct Number<'a> {
    negative: bool,
    digits: &'a [i64],
}

fn number<'a>(value: Value, scratch: &'a mut [i64; 1]) -> Option<Number<'a>> {
    if let Some(i) = value.as_int() {
        scratch[0] = i.unsigned_abs() as i64;
        let digits = if i == 0 { &scratch[..0] } else { &scratch[..] };
        return Some(Number { negative: i < 0, digits });
    }
    value.has_layout(Layout::ID).then(|| {
        let object = Ref::from_bits(value.bits());
        Number { negative: heap::get(object, Layout::SIGN) < 0, digits: heap::items(object, Layout::TAIL) }
    })
}

/// `a op b` if this file knows how; at least one operand is beyond 127 bits.
pub fn binary(op: BinaryOp, a: Value, b: Value) -> Option<Value> {
    let (mut left, mut right) = ([0], [0]);
    let x = number(a, &mut left)?;
    let y = number(b, &mut right)?;
    match op {
        BinaryOp::Add => Some(add(&x, &y, y.negative)),
        BinaryOp::Sub => Some(add(&x, &y, !y.negative)),
        BinaryOp::Mul if y.digits.len() == 1 => Some(scale(&x, &y)),
        BinaryOp::Mul if x.digits.len() == 1 => Some(scale(&y, &x)),
        BinaryOp::Mul if x.digits.len().min(y.digits.len()) <= SHORT => Some(product(&x, &y)),
        BinaryOp::Mod if y.digits.len() == 1 => Some(remainder(&x, &y)),
        BinaryOp::FloorDiv => Some(floor(&x, &y)?.quotient()),
        BinaryOp::Mod => Some(floor(&x, &y)?.remainder()),
        BinaryOp::RShift if !x.negative && !y.negative && y.digits.len() <= 1 => {
            Some(shift_right(x.digits, y.digits.first().map_or(0, |&digit| digit as u64)))
        }
        _ => None,
    }
}

/// Quotient and remainder towards minus infinity, if this file knows how.
pub fn divmod(a: Value, b: Value) -> Option<(Value, Value)> {
    let (mut left, mut right) = ([0], [0]);
    let divided = floor(&number(a, &mut left)?, &number(b, &mut right)?)?;
    Some((divided.quotient(), divided.remainder()))
}

/// Digits of a factor up to which the product is best formed digit by digit.
const SHORT: usize = 32;

/// Quotient and remainder towards minus infinity, by sign and magnitude.
struct Floor {
    divided: Divided,
    /// The quotient's sign.
    negative: bool,
    /// The remainder's sign: the divisor's.
    below: bool,
}

fn floor(a: &Number<'_>, b: &Number<'_>) -> Option<Floor> {
    if b.digits.is_empty() {
        return None;
    }
    let mut divided = division::divide(a.digits, b.digits)?;
    let negative = a.negative != b.negative;
    if negative && divided.remainder.iter().any(|&digit| digit != 0) {
        // Away from zero by one: the remainder is what is missing to the divisor.
        divided.remainder.resize(b.digits.len(), 0);
        let mut borrow = false;
        for (slot, &digit) in divided.remainder.iter_mut().zip(b.digits) {
            let (difference, under) = (digit as u64).overflowing_sub(*slot);
            let (difference, again) = difference.overflowing_sub(u64::from(borrow));
            borrow = under | again;
            *slot = difference;
        }
        match divided.quotient.iter().position(|&digit| digit != u64::MAX) {
            Some(at) => {
                divided.quotient[..at].fill(0);
                divided.quotient[at] += 1;
            }
            None => {
                divided.quotient.fill(0);
                divided.quotient.push(1);
            }
        }
    }
    Some(Floor { divided, negative, below: b.negative })
}

impl Floor {
    fn quotient(&self) -> Value {
        made(&self.divided.quotient, self.negative)
    }
    fn remainder(&self) -> Value {
        made(&self.divided.remainder, self.below)
    }
}

/// The integer of these digits.
fn made(digits: &[u64], negative: bool) -> Value {
    let (r, out) = blank(digits.len());
    out.iter_mut().zip(digits).for_each(|(slot, &digit)| *slot = digit as i64);
    finish(r, negative)
}

/// An unfinished result: its digits are written before anything else is allocated.
fn blank(len: usize) -> (Ref, &'static mut [i64]) {
    let r = heap::alloc(Layout::ID, len);
    (r, heap::items_mut(r, Layout::TAIL))
}

/// The Python int of a blank whose digits have been written.
fn finish(r: Ref, negative: bool) -> Value {
    let digits = heap::items(r, Layout::TAIL);
    let used = digits.iter().rposition(|&digit| digit != 0).map_or(0, |last| last + 1);
    if used <= 1 {
        let magnitude = if used == 0 { 0 } else { digits[0] as u64 };
        let signed = if negative { -i128::from(magnitude) } else { i128::from(magnitude) };
        return super::big::value_i128(signed);
    }
    heap::shorten(r, Layout::TAIL, used);
    heap::init(r, Layout::SIGN, if negative { -1 } else { 1 });
    Value::object(r)
}

fn add(a: &Number<'_>, b: &Number<'_>, b_negative: bool) -> Value {
    if a.negative == b_negative {
        let (long, short) =
            if a.digits.len() >= b.digits.len() { (a.digits, b.digits) } else { (b.digits, a.digits) };
        let full = |digits: &[i64]| digits.last().is_some_and(|&top| top as u64 >= u64::MAX >> 1);
        let carries = full(long) || long.len() == short.len() && full(short);
        let (r, out) = blank(long.len() + usize::from(carries));
        let (both, rest) = out.split_at_mut(short.len());
        let mut carry = false;
        for ((slot, &x), &y) in both.iter_mut().zip(long).zip(short) {
            let (sum, over) = (x as u64).overflowing_add(y as u64);
            let (sum, again) = sum.overflowing_add(u64::from(carry));
            carry = over | again;
            *slot = sum as i64;
        }
        for (slot, &x) in rest.iter_mut().zip(&long[short.len()..]) {
            let (sum, over) = (x as u64).overflowing_add(u64::from(carry));
            carry = over;
            *slot = sum as i64;
        }
        if carries {
            out[long.len()] = i64::from(carry);
        }
        return finish(r, a.negative);
    }
    let (large, small, negative) = match compare(a.digits, b.digits) {
        Ordering::Equal => return Value::int(0),
        Ordering::Greater => (a.digits, b.digits, a.negative),
        Ordering::Less => (b.digits, a.digits, b_negative),
    };
    let (r, out) = blank(large.len());
    let (both, rest) = out.split_at_mut(small.len());
    let mut borrow = false;
    for ((slot, &x), &y) in both.iter_mut().zip(large).zip(small) {
        let (difference, under) = (x as u64).overflowing_sub(y as u64);
        let (difference, again) = difference.overflowing_sub(u64::from(borrow));
        borrow = under | again;
        *slot = difference as i64;
    }
    for (slot, &x) in rest.iter_mut().zip(&large[small.len()..]) {
        let (difference, under) = (x as u64).overflowing_sub(u64::from(borrow));
        borrow = under;
        *slot = difference as i64;
    }
    finish(r, negative)
}

fn compare(a: &[i64], b: &[i64]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| {
        a.iter().rev().map(|&digit| digit as u64).cmp(b.iter().rev().map(|&digit| digit as u64))
    })
}

/// The product with a number of one digit.
fn scale(a: &Number<'_>, b: &Number<'_>) -> Value {
    let factor = u128::from(b.digits[0] as u64);
    let (r, out) = blank(a.digits.len() + 1);
    let mut carry = 0;
    for (slot, &digit) in out.iter_mut().zip(a.digits) {
        let product = u128::from(digit as u64) * factor + carry;
        *slot = product as i64;
        carry = product >> 64;
    }
    out[a.digits.len()] = carry as i64;
    finish(r, a.negative != b.negative)
}

fn product(a: &Number<'_>, b: &Number<'_>) -> Value {
    let (r, out) = blank(a.digits.len() + b.digits.len());
    out.fill(0);
    for (at, &factor) in b.digits.iter().enumerate() {
        let mut carry = 0;
        let row = &mut out[at..=at + a.digits.len()];
        for (slot, &digit) in row.iter_mut().zip(a.digits) {
            let sum = u128::from(digit as u64) * u128::from(factor as u64) + u128::from(*slot as u64) + carry;
            *slot = sum as i64;
            carry = sum >> 64;
        }
        row[a.digits.len()] = carry as i64;
    }
    finish(r, a.negative != b.negative)
}

/// The remainder by a number of one digit, with that number's sign.
fn remainder(a: &Number<'_>, b: &Number<'_>) -> Value {
    let divisor = u128::from(b.digits[0] as u64);
    let mut rest: u128 = 0;
    for &digit in a.digits.iter().rev() {
        rest = (rest << 64 | u128::from(digit as u64)) % divisor;
    }
    if rest != 0 && a.negative != b.negative {
        rest = divisor - rest;
    }
    super::big::value_i128(if b.negative { -(rest as i128) } else { rest as i128 })
}

fn shift_right(digits: &[i64], by: u64) -> Value {
    let (whole, bits) = (usize::try_from(by / 64).unwrap_or(usize::MAX), (by % 64) as u32);
    if whole >= digits.len() {
        return Value::int(0);
    }
    let (r, out) = blank(digits.len() - whole);
    for (i, slot) in out.iter_mut().enumerate() {
        let low = digits[whole + i] as u64 >> bits;
        let high = digits.get(whole + i + 1).map_or(0, |&digit| digit as u64);
        *slot = (low | if bits == 0 { 0 } else { high << (64 - bits) }) as i64;
    }
    finish(r, false)
}
