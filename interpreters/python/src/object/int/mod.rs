//! Integers: comparison with other numbers, and what is shared by the files below.
//!
//! | file | concept |
//! | --- | --- |
//! | `big.rs` | beyond 64 bits: heap and library representations |
//! | `arith.rs`; `limbs.rs`, `division.rs` | the operators; on digits in place |
//! | `power.rs` | `**`, three-argument `pow` |
//! | `parse.rs`, `text.rs` | from and to text |
//! | `convert.rs` | `int(…)`, `to_bytes`, `from_bytes` |
//! | `methods.rs` | the method table |

pub mod arith;
pub mod big;
pub mod convert;
mod division;
mod limbs;
pub mod methods;
pub mod parse;
pub mod power;
pub mod text;

use super::compare::CompareOp;
use super::layouts as l;
use super::{FALSE, NOT_IMPLEMENTED, TRUE, boolean, cast};
use big::Int;
pub use limbs::divmod as divmod_of_digits;
use metajit::heap::{self, Ref, Value};
use std::cmp::Ordering;

/// Whether the value is exactly an int, bool, float or complex.
#[inline]
pub fn is_number(value: Value) -> bool {
    value.is_small_int()
        || value.is_immediate_float()
        || value == TRUE
        || value == FALSE
        || value.as_ref().is_some_and(|object| {
            matches!(
                heap::layout_of(object),
                heap::INT_BOX | heap::FLOAT_BOX | l::BigInt::ID | l::Complex::ID
            )
        })
}

/// A comparison of a number with any value; `NotImplemented` for what is no number.
pub fn compare_numbers(op: CompareOp, a: Value, b: Value) -> Value {
    let b = cast::builtin_value(b);
    if !is_number(b) {
        return NOT_IMPLEMENTED;
    }
    if a.has_layout(l::Complex::ID) || b.has_layout(l::Complex::ID) {
        return match op {
            CompareOp::Eq | CompareOp::Ne => boolean(complex_equal(a, b) == (op == CompareOp::Eq)),
            _ => NOT_IMPLEMENTED,
        };
    }
    match order(a, b) {
        Some(order) => boolean(op.holds(order)),
        None => boolean(op == CompareOp::Ne),
    }
}

/// The order of two real numbers; `None` if one is NaN.
fn order(a: Value, b: Value) -> Option<Ordering> {
    match (a.as_float(), b.as_float()) {
        (Some(x), Some(y)) => x.partial_cmp(&y),
        (Some(x), None) => order_with_float(&cast::int_of(b)?, x).map(Ordering::reverse),
        (None, Some(y)) => order_with_float(&cast::int_of(a)?, y),
        (None, None) => Some(match (cast::int_of(a)?, cast::int_of(b)?) {
            (Int::Small(x), Int::Small(y)) => x.cmp(&y),
            (x, y) => x.into_big().cmp(&y.into_big()),
        }),
    }
}

/// The exact order of an integer and a float.
fn order_with_float(int: &Int, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    if float.is_infinite() {
        return Some(if float > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    match int {
        Int::Small(i) if i.unsigned_abs() <= 1 << 53 => (*i as f64).partial_cmp(&float),
        int => {
            let whole = arith::float_to_big(float.trunc());
            Some(int.clone().into_big().cmp(&whole).then_with(|| {
                let fraction = float.fract();
                if fraction > 0.0 {
                    Ordering::Less
                } else if fraction < 0.0 {
                    Ordering::Greater
                } else {
                    Ordering::Equal
                }
            }))
        }
    }
}

fn complex_equal(a: Value, b: Value) -> bool {
    let parts = |value: Value| -> (Value, f64) {
        if value.has_layout(l::Complex::ID) {
            let object = Ref::from_bits(value.bits());
            (Value::float(heap::get(object, l::Complex::REAL)), heap::get(object, l::Complex::IMAG))
        } else {
            (value, 0.0)
        }
    };
    let ((x, xi), (y, yi)) = (parts(a), parts(b));
    xi == yi && order(x, y) == Some(Ordering::Equal)
}
