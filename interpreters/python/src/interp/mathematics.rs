//! Functions of the module `math` in traces: machine operations, and direct calls of the C library's functions.
//!
//! Each gives `None` where the function raises, or takes something else than a float or a small integer: then the native
//! is called. Neighbours: `intrinsic` (asks), `stdlib::math` (the natives, which mean the same).

use super::{Outcome, helpers};
use crate::object::native::Intrinsic;
use metajit::mode::Mode;
use metajit::staged::{Float, Val};

/// The argument as a float.
fn argument<M: Mode>(value: Val<M>) -> Option<Float<M>> {
    match value.small_int() {
        Some(i) => Some(i.to_float()),
        None => value.immediate_float(),
    }
}

/// Whether it is neither infinite nor NaN: a guard.
fn is_finite<M: Mode>(x: Float<M>) -> bool {
    x.abs() < f64::INFINITY
}

/// A function of one float.
pub fn unary<M: Mode>(function: Intrinsic, value: Val<M>) -> Option<Outcome<M>> {
    let x = argument(value)?;
    let result = match function {
        Intrinsic::Fabs => x.abs(),
        Intrinsic::Atan => helpers::atan(x),
        Intrinsic::Sin if is_finite(x) => helpers::sin(x),
        Intrinsic::Cos if is_finite(x) => helpers::cos(x),
        Intrinsic::Tan if is_finite(x) => helpers::tan(x),
        Intrinsic::Log if x > 0.0 => helpers::log(x),
        Intrinsic::Exp => {
            let result = helpers::exp(x);
            if result < f64::INFINITY { result } else { return None }
        }
        _ => return None,
    };
    Some(Ok(result.into()))
}

/// `floor` and `ceil`.
pub fn round<M: Mode>(function: Intrinsic, value: Val<M>) -> Option<Outcome<M>> {
    if value.small_int().is_some() {
        return Some(Ok(value));
    }
    let x = value.immediate_float()?;
    let whole = if function == Intrinsic::Floor { x.floor() } else { x.ceil() };
    let limit = (1_i64 << 62) as f64;
    if whole < limit && whole > -limit { Some(Ok(whole.to_int().into())) } else { None }
}
