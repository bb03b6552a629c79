//! Powers in traces.
//!
//! A float's power is what the C library's `pow` gives, to the last bit, and so is not always the nearest float. For squares and
//! square roots a machine operation gives the nearest one, and what is left over says how far off it is: unless that is nearly half a
//! unit in the last place, `pow` has come to the same. Neighbours: `arith` (asks), `object::number` (all powers).

use super::helpers;
use metajit::mode::Mode;
use metajit::staged::{Float, Int, Val};

/// The square, or the cube, of an integer: other powers are left to big integers.
pub fn of_int<M: Mode>(x: Int<M>, y: Int<M>) -> Option<Val<M>> {
    if !M::RECORDING || !y.is_constant() {
        return None;
    }
    match y.promote() {
        2 => Some(x.checked_mul(x)?.into()),
        3 => Some(x.checked_mul(x)?.checked_mul(x)?.into()),
        _ => None,
    }
}

/// A power with a finite real result.
pub fn of_float<M: Mode>(x: Float<M>, y: Float<M>) -> Option<Val<M>> {
    if y.is_constant() {
        let exact = match y.promote() {
            2.0 => square(x),
            0.5 => root(x),
            _ => None,
        };
        if exact.is_some() {
            return exact.map(Val::from);
        }
    }
    if x > 0.0 || (x == 0.0 && y > 0.0) {
        let power = helpers::float_power(x, y);
        if power < f64::INFINITY {
            return Some(power.into());
        }
    }
    None
}

/// Splits a float in two of half as many digits, whose products are exact (Dekker, 1971).
const SPLITTER: f64 = ((1_u64 << 27) + 1) as f64;

/// Between these bounds no part of a product is too small or too large to be exact.
const LEAST: f64 = 1e-270;
const MOST: f64 = 1e270;

/// `pow` errs by less than 0.55 units in the last place (the C library says 0.54), so where the nearest float is off by less than
/// 0.45 it is what `pow` gives. Enlarged by this, 0.45 is half a unit.
const MARGIN: f64 = 0.5 / 0.45;

/// What is missing from `product` to be the square of `x`.
fn missing<M: Mode>(x: Float<M>, product: Float<M>) -> Float<M> {
    let scaled = x * SPLITTER;
    let high = scaled - (scaled - x);
    let low = x - high;
    let middle = high * low;
    ((high * high - product) + (middle + middle)) + low * low
}

/// Whether `error`, which is what is missing from a float to the real number, is certainly less than half a unit.
fn is_small<M: Mode>(error: Float<M>, of: Float<M>) -> bool {
    of + error * MARGIN == of
}

fn square<M: Mode>(x: Float<M>) -> Option<Float<M>> {
    let square = x * x;
    (square > LEAST && square < MOST && is_small(missing(x, square), square)).then_some(square)
}

fn root<M: Mode>(x: Float<M>) -> Option<Float<M>> {
    if !(x > LEAST && x < MOST) {
        return None;
    }
    let root = x.sqrt();
    is_small(-missing(root, x) / (root + root), root).then_some(root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use metajit::run::Run;

    /// Numbers that are spread over all magnitudes between the bounds.
    fn numbers() -> impl Iterator<Item = f64> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        (0..400_000).map(move |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let exponent = 1023 + (state >> 40) % 800 - 400;
            f64::from_bits(exponent << 52 | state >> 12)
        })
    }

    #[test]
    fn machine_operations_give_what_pow_gives() {
        let (mut squares, mut roots) = (0, 0);
        for x in numbers() {
            if let Some(square) = square::<Run>(Float::new(x)) {
                assert_eq!(square.inner(), x.powf(2.0), "{x:e} ** 2.0");
                squares += 1;
            }
            if let Some(root) = root::<Run>(Float::new(x)) {
                assert_eq!(root.inner(), x.powf(0.5), "{x:e} ** 0.5");
                roots += 1;
            }
        }
        assert!(squares > 300_000 && roots > 300_000, "most are near enough: {squares}, {roots}");
    }
}
