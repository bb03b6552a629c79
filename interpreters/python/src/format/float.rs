//! Floats by a format specification, and the conversions that `%` formatting shares with it.

use super::spec::{Align, Digits, Sign, Spec, pad};
use crate::object::float::text;
use crate::object::{PyResult, error};
use metajit::heap::Ref;

/// More digits than this are never asked for in earnest.
const MAX_PRECISION: usize = i32::MAX as usize;

/// The magnitude of a float in one of the presentations `e f g r %`; `r` is the shortest text that reads back.
/// Upper case kinds give upper case text.
pub fn magnitude(f: f64, kind: char, precision: usize, alternate: bool) -> String {
    let f = f.abs();
    let lower = kind.to_ascii_lowercase();
    let text = if f.is_nan() {
        "nan".to_owned()
    } else if f.is_infinite() {
        "inf".to_owned()
    } else {
        match lower {
            'e' => exponential(f, precision, alternate),
            'f' => fixed(f, precision, alternate),
            'g' => general(f, precision.max(1), alternate),
            _ => text::repr(f),
        }
    };
    if kind.is_ascii_uppercase() { text.to_uppercase() } else { text }
}

fn fixed(f: f64, precision: usize, alternate: bool) -> String {
    let mut text = fixed_exact(f, precision).unwrap_or_else(|| format!("{f:.precision$}"));
    if precision == 0 && alternate {
        text.push('.');
    }
    text
}

/// `f * 10^precision` as an integer of 128 bits, rounded half to even on the exact value, with its point put in: much
/// faster than the general algorithm where it is enough.
fn fixed_exact(f: f64, precision: usize) -> Option<String> {
    let bits = f.to_bits();
    let (biased, fraction) = (bits >> 52, bits & ((1 << 52) - 1));
    if biased == 0 || precision > 22 {
        return None;
    }
    let exponent = biased as i64 - 1075;
    let scaled = u128::from(fraction | 1 << 52) * 10_u128.pow(precision as u32);
    let rounded = if exponent >= 0 {
        if i64::from(scaled.leading_zeros()) <= exponent {
            return None;
        }
        scaled << exponent
    } else if exponent < -127 {
        0
    } else {
        let shift = -exponent as u32;
        let (kept, rest) = (scaled >> shift, scaled & ((1 << shift) - 1));
        let half = 1 << (shift - 1);
        kept + u128::from(rest > half || rest == half && kept & 1 == 1)
    };
    let mut digits = format!("{rounded:0width$}", width = precision + 1);
    if precision > 0 {
        digits.insert(digits.len() - precision, '.');
    }
    Some(digits)
}

/// Decimal digits (`precision + 1` of them) and exponent, correctly rounded.
fn scientific(f: f64, precision: usize) -> (String, i32) {
    let text = format!("{f:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (mantissa.replace('.', ""), exponent.parse().unwrap_or(0))
}

fn exponential(f: f64, precision: usize, alternate: bool) -> String {
    let (digits, exponent) = scientific(f, precision);
    with_exponent(&digits, exponent, alternate)
}

fn with_exponent(digits: &str, exponent: i32, alternate: bool) -> String {
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() && !alternate { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{first}{point}{rest}e{sign}{:02}", exponent.abs())
}

/// `g`: fixed notation for exponents from -4 to below the precision; no trailing zeros unless `alternate`.
fn general(f: f64, precision: usize, alternate: bool) -> String {
    let (digits, exponent) = scientific(f, precision - 1);
    let kept = if alternate { digits.as_str() } else { digits.trim_end_matches('0') };
    let kept = if kept.is_empty() { "0" } else { kept };
    if exponent < -4 || exponent >= precision as i32 {
        return with_exponent(kept, exponent, alternate);
    }
    positional(kept, exponent, alternate)
}

/// Digits with the point behind the digit of exponent 0.
fn positional(digits: &str, exponent: i32, alternate: bool) -> String {
    if exponent < 0 {
        return format!("0.{}{digits}", "0".repeat((-exponent - 1) as usize));
    }
    let whole = exponent as usize + 1;
    if digits.len() > whole {
        return format!("{}.{}", &digits[..whole], &digits[whole..]);
    }
    let point = if alternate { "." } else { "" };
    format!("{digits}{}{point}", "0".repeat(whole - digits.len()))
}

/// Shortest digits, but with an exponent from `precision` digits on: what no type and a precision mean. At least one digit follows the
/// point.
fn general_with_point(f: f64, precision: usize, alternate: bool) -> String {
    let (digits, exponent) = scientific(f, precision.max(1) - 1);
    let kept = if alternate { digits.as_str() } else { digits.trim_end_matches('0') };
    let kept = if kept.is_empty() { "0" } else { kept };
    if exponent < -4 || exponent >= precision.max(1) as i32 - 1 {
        return with_exponent(kept, exponent, alternate);
    }
    let text = positional(kept, exponent, alternate);
    if text.contains('.') { text } else { format!("{text}.0") }
}

/// A float by a specification.
pub fn format(f: f64, spec: &Spec) -> PyResult<Ref> {
    if let Some(precision) = spec.precision
        && precision > MAX_PRECISION
    {
        return Err(error::value_error("precision too big"));
    }
    let digits = digits(f, spec)?;
    digits.layout(spec, 3)
}

fn digits(f: f64, spec: &Spec) -> PyResult<Digits> {
    let precision = spec.precision.unwrap_or(6);
    let alternate = spec.alternate;
    let (body, suffix) = match spec.kind {
        Some(kind @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G')) => (magnitude(f, kind, precision, alternate), ""),
        Some('n') => (magnitude(f, 'g', precision, alternate), ""),
        Some('%') => (magnitude(f * 100.0, 'f', precision, alternate), "%"),
        None => match spec.precision {
            None => (magnitude(f, 'r', 0, alternate), ""),
            Some(_) if !f.is_finite() => (magnitude(f, 'r', 0, alternate), ""),
            Some(precision) => (general_with_point(f.abs(), precision, alternate), ""),
        },
        Some(_) => return Err(spec.unknown_kind()),
    };
    let mantissa = body.split(['e', 'E']).next().unwrap_or("");
    let is_zero = f.is_finite() && !mantissa.bytes().any(|b| matches!(b, b'1'..=b'9'));
    let negative = f.is_sign_negative() && !f.is_nan() && !(spec.no_negative_zero && is_zero);
    let split = body.find(|c: char| !c.is_ascii_digit()).unwrap_or(body.len());
    let (whole, rest) = if f.is_finite() { body.split_at(split) } else { ("", body.as_str()) };
    if !f.is_finite() {
        // `inf` and `nan` are not grouped; zeros before them are padding like any other.
        return Ok(Digits {
            negative,
            prefix: String::new(),
            whole: String::new(),
            rest: format!("{rest}{suffix}"),
        });
    }
    Ok(Digits { negative, prefix: String::new(), whole: whole.to_owned(), rest: format!("{rest}{suffix}") })
}

/// A complex number by a specification.
pub fn format_complex(real: f64, imag: f64, spec: &Spec) -> PyResult<Ref> {
    if spec.zero || spec.fill == Some(u32::from(b'0')) && spec.align == Some(Align::AfterSign) {
        return Err(error::value_error("Zero padding is not allowed in complex format specifier"));
    }
    if spec.kind == Some('%') {
        return Err(spec.unknown_kind());
    }
    if spec.align == Some(Align::AfterSign) {
        return Err(error::value_error("'=' alignment flag is not allowed in complex format specifier"));
    }
    let part = |f: f64, sign: Option<Sign>| -> PyResult<String> {
        let inner = Spec { width: 0, align: None, fill: None, sign, ..spec.clone() };
        let text = match spec.kind {
            // Whole parts show without a point, as in `repr`.
            None if spec.precision.is_none() => {
                let digits = magnitude(f, 'r', 0, spec.alternate);
                let digits = digits.strip_suffix(".0").unwrap_or(&digits);
                let negative = f.is_sign_negative() && !f.is_nan();
                let split = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
                let (whole, rest) = digits.split_at(split);
                let parts = Digits { negative, whole: whole.into(), rest: rest.into(), ..Digits::default() };
                parts.layout(&inner, 3)?
            }
            None => {
                let inner = Spec { kind: Some('g'), ..inner };
                format(f, &inner)?
            }
            _ => format(f, &inner)?,
        };
        Ok(crate::object::str::as_str(text).to_owned())
    };
    let imag_text = part(imag, Some(Sign::Always))?;
    let skip_real = spec.kind.is_none() && real == 0.0 && real.is_sign_positive();
    let text = if skip_real {
        format!("{}j", part(imag, spec.sign)?)
    } else if spec.kind.is_none() {
        format!("({}{imag_text}j)", part(real, spec.sign)?)
    } else {
        format!("{}{imag_text}j", part(real, spec.sign)?)
    };
    pad(spec, text.as_bytes(), text.len(), Align::Right)
}
