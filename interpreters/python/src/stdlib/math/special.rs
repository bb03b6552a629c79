//! Special functions: gamma by Lanczos' approximation; from the C library what Rust's lacks or has less exactly.
//!
//! The approximation and its coefficients (g = 6.0246…, 13 terms) are those of the Boost library, as in CPython, so that results agree
//! to the last digit. Neighbours: `math` (argument checks and the exceptions for what these return).
#![allow(unsafe_code)]

use std::f64::consts::PI;

unsafe extern "C" {
    /// Inverse hyperbolic cosine.
    pub safe fn acosh(x: f64) -> f64;
    /// Inverse hyperbolic sine.
    pub safe fn asinh(x: f64) -> f64;
    /// Inverse hyperbolic tangent.
    pub safe fn atanh(x: f64) -> f64;
    /// The error function.
    pub safe fn erf(x: f64) -> f64;
    /// One minus the error function.
    pub safe fn erfc(x: f64) -> f64;
    /// `x - n*y` for the integer `n` nearest to `x/y`, ties to even.
    pub safe fn remainder(x: f64, y: f64) -> f64;
}

/// Why a function of a finite argument has no finite value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Undefined {
    /// The argument is outside of the function's domain.
    Domain,
    /// The value is too large for a float.
    Range,
}

const G: f64 = 6.024_680_040_776_73;
const G_MINUS_HALF: f64 = 5.524_680_040_776_73;
const LOG_PI: f64 = 1.144_729_885_849_400_2;

#[allow(clippy::excessive_precision)]
const NUMERATOR: [f64; 13] = [
    23531376880.410759688572007674451636754734846804940,
    42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843,
    17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708,
    1439720407.3117216736632230727949123939715485786772,
    248874557.86205415651146038641322942321632125127801,
    31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768,
    186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024,
    210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408,
];

const DENOMINATOR: [f64; 13] = [
    0.0,
    39916800.0,
    120543840.0,
    150917976.0,
    105258076.0,
    45995730.0,
    13339535.0,
    2637558.0,
    357423.0,
    32670.0,
    1925.0,
    66.0,
    1.0,
];

/// The rational function of the approximation, evaluated from the end that keeps the terms small.
fn lanczos_sum(x: f64) -> f64 {
    let (mut top, mut bottom) = (0.0, 0.0);
    let coefficients = NUMERATOR.iter().zip(&DENOMINATOR);
    if x < 5.0 {
        for (n, d) in coefficients.rev() {
            top = top * x + n;
            bottom = bottom * x + d;
        }
    } else {
        for (n, d) in coefficients {
            top = top / x + n;
            bottom = bottom / x + d;
        }
    }
    top / bottom
}

/// `sin(pi * x)`, exact at multiples of a half.
fn sin_pi(x: f64) -> f64 {
    let y = x.abs() % 2.0;
    let r = match (2.0 * y).round() as i32 {
        0 => (PI * y).sin(),
        1 => (PI * (y - 0.5)).cos(),
        2 => (PI * (1.0 - y)).sin(),
        3 => -(PI * (y - 1.5)).cos(),
        _ => (PI * (y - 2.0)).sin(),
    };
    1f64.copysign(x) * r
}

/// The gamma function.
pub fn gamma(x: f64) -> Result<f64, Undefined> {
    if !x.is_finite() {
        return if x == f64::NEG_INFINITY { Err(Undefined::Domain) } else { Ok(x) };
    }
    if x == x.floor() {
        if x <= 0.0 {
            return Err(Undefined::Domain);
        }
        if x <= 23.0 {
            // (x - 1)! is exact.
            return Ok((2..x as u64).map(|i| i as f64).product());
        }
    }
    let size = x.abs();
    if size < 1e-20 {
        let r = 1.0 / x;
        return if r.is_infinite() { Err(Undefined::Range) } else { Ok(r) };
    }
    if size > 200.0 {
        return if x < 0.0 { Ok(0.0 / sin_pi(x)) } else { Err(Undefined::Range) };
    }
    let r = gamma_of(x, size);
    if r.is_infinite() { Err(Undefined::Range) } else { Ok(r) }
}

fn gamma_of(x: f64, size: f64) -> f64 {
    let y = size + G_MINUS_HALF;
    // What rounding took from `y`.
    let z = if size > G_MINUS_HALF { (y - size) - G_MINUS_HALF } else { (y - G_MINUS_HALF) - size };
    let z = z * G / y;
    if x < 0.0 {
        let mut r = -PI / sin_pi(size) / size * y.exp() / lanczos_sum(size);
        r -= z * r;
        if size < 140.0 {
            r / y.powf(size - 0.5)
        } else {
            let root = y.powf(size / 2.0 - 0.25);
            r / root / root
        }
    } else {
        let mut r = lanczos_sum(size) / y.exp();
        r += z * r;
        if size < 140.0 {
            r * y.powf(size - 0.5)
        } else {
            let root = y.powf(size / 2.0 - 0.25);
            r * root * root
        }
    }
}

/// The logarithm of the gamma function's absolute value.
pub fn log_gamma(x: f64) -> Result<f64, Undefined> {
    if !x.is_finite() {
        return Ok(x.abs());
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { Err(Undefined::Domain) } else { Ok(0.0) };
    }
    let size = x.abs();
    if size < 1e-20 {
        return Ok(-size.ln());
    }
    let mut r = lanczos_sum(size).ln() - G;
    r += (size - 0.5) * ((size + G - 0.5).ln() - 1.0);
    if x < 0.0 {
        r = LOG_PI - sin_pi(size).abs().ln() - size.ln() - r;
    }
    if r.is_infinite() { Err(Undefined::Range) } else { Ok(r) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_values() {
        assert_eq!(gamma(5.0), Ok(24.0));
        assert_eq!(gamma(0.5), Ok(1.772_453_850_905_515_9));
        assert_eq!(gamma(-1.5), Ok(2.363_271_801_207_354_4));
        assert_eq!(gamma(170.5), Ok(5.56209241456e305));
        assert_eq!(gamma(-1.0), Err(Undefined::Domain));
        assert_eq!(gamma(180.0), Err(Undefined::Range));
    }

    #[test]
    fn log_gamma_values() {
        assert_eq!(log_gamma(0.5), Ok(0.5723649429247004));
        assert_eq!(log_gamma(100.5), Ok(361.4355404677776));
        assert_eq!(log_gamma(-2.5), Ok(-0.05624371649767457));
        assert_eq!(log_gamma(0.0), Err(Undefined::Domain));
    }
}
