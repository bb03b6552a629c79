//! Floats by a format specification, and the conversions that `%` formatting shares with it.

use super::spec::{Align, Digits, Sign, Spec, pad};
use crate::object::float::text;
use crate::object::str::scratch::Scratch;
use crate::object::{PyResult, error};
use metajit::heap::Ref;

/// More digits than this are never asked for in earnest.
const MAX_PRECISION: usize = i32::MAX as usize;

/// Appends the magnitude of a float in one of the presentations `e f g r %`; `r` is the shortest text that reads
/// back. Upper case kinds give upper case text.
pub fn write_magnitude(out: &mut Vec<u8>, f: f64, kind: char, precision: usize, alternate: bool) {
    let f = f.abs();
    let start = out.len();
    if f.is_nan() {
        out.extend(b"nan");
    } else if f.is_infinite() {
        out.extend(b"inf");
    } else {
        match kind.to_ascii_lowercase() {
            'e' => exponential(out, f, precision, alternate),
            'f' => fixed(out, f, precision, alternate),
            'g' => general(out, f, precision.max(1), alternate),
            _ => text::write_repr(out, f),
        }
    }
    if kind.is_ascii_uppercase() {
        out[start..].make_ascii_uppercase();
    }
}

/// No double has more decimal digits; what is asked for beyond is zeros.
const MOST_DIGITS: usize = 1100;

fn fixed(out: &mut Vec<u8>, f: f64, precision: usize, alternate: bool) {
    if !fixed_exact(out, f, precision) {
        let computed = precision.min(MOST_DIGITS);
        out.extend(format!("{f:.computed$}").as_bytes());
        out.resize(out.len() + precision - computed, b'0');
    }
    if precision == 0 && alternate {
        out.push(b'.');
    }
}

/// `f * 10^precision` as an integer of 128 bits, rounded half to even on the exact value, with its point put in: much
/// faster than the general algorithm where it is enough, which the result says.
fn fixed_exact(out: &mut Vec<u8>, f: f64, precision: usize) -> bool {
    let bits = f.to_bits();
    let (biased, fraction) = (bits >> 52, bits & ((1 << 52) - 1));
    if (biased == 0 && fraction != 0) || precision > 22 {
        return false;
    }
    let exponent = biased as i64 - 1075;
    let lead = u64::from(biased != 0) << 52;
    let scaled = u128::from(fraction | lead) * 10_u128.pow(precision as u32);
    let rounded = if exponent >= 0 {
        if i64::from(scaled.leading_zeros()) <= exponent {
            return false;
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
    write_with_point(out, rounded, precision);
    true
}

/// Appends an integer with a point before its last `precision` digits.
fn write_with_point(out: &mut Vec<u8>, number: u128, precision: usize) {
    const CHUNK: u128 = 10_u128.pow(19);
    // 39 digits at most, as many zeros, and the point.
    let mut digits = [b'0'; 80];
    let mut at = digits.len();
    let mut rest = number;
    let mut written = 0;
    while written <= precision || rest > 0 {
        // Divisions of 64 bits are much faster than those of 128.
        let (chunk, more) = if rest >= CHUNK { (rest % CHUNK, rest / CHUNK) } else { (rest, 0) };
        let mut low = chunk as u64;
        let end = written + 19;
        while low > 0 || (more > 0 && written < end) || (more == 0 && written <= precision) {
            if written == precision && precision > 0 {
                at -= 1;
                digits[at] = b'.';
            }
            at -= 1;
            digits[at] = b'0' + (low % 10) as u8;
            low /= 10;
            written += 1;
        }
        rest = more;
    }
    out.extend(&digits[at..]);
}

/// Decimal digits (`precision + 1` of them) and exponent, correctly rounded.
fn scientific(f: f64, precision: usize) -> (String, i32) {
    let text = format!("{f:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (mantissa.replace('.', ""), exponent.parse().unwrap_or(0))
}

fn exponential(out: &mut Vec<u8>, f: f64, precision: usize, alternate: bool) {
    let (mut digits, exponent) = scientific(f, precision.min(MOST_DIGITS));
    digits.extend(std::iter::repeat_n('0', precision.saturating_sub(MOST_DIGITS)));
    with_exponent(out, &digits, exponent, alternate);
}

fn with_exponent(out: &mut Vec<u8>, digits: &str, exponent: i32, alternate: bool) {
    let (first, rest) = digits.split_at(1);
    out.extend(first.as_bytes());
    if !rest.is_empty() || alternate {
        out.push(b'.');
    }
    out.extend(rest.as_bytes());
    text::write_exponent(out, exponent);
}

/// Digits without trailing zeros, unless `alternate`.
fn kept(digits: &str, alternate: bool) -> &str {
    let kept = if alternate { digits } else { digits.trim_end_matches('0') };
    if kept.is_empty() { "0" } else { kept }
}

/// `g`: fixed notation for exponents from -4 to below the precision; no trailing zeros unless `alternate`.
fn general(out: &mut Vec<u8>, f: f64, precision: usize, alternate: bool) {
    let (mut digits, exponent) = scientific(f, (precision - 1).min(MOST_DIGITS));
    if alternate {
        digits.extend(std::iter::repeat_n('0', (precision - 1).saturating_sub(MOST_DIGITS)));
    }
    let kept = kept(&digits, alternate);
    if exponent < -4 || exponent >= precision as i32 {
        return with_exponent(out, kept, exponent, alternate);
    }
    positional(out, kept, exponent, alternate);
}

/// Digits with the point behind the digit of exponent 0.
fn positional(out: &mut Vec<u8>, digits: &str, exponent: i32, alternate: bool) {
    let digits = digits.as_bytes();
    if exponent < 0 {
        out.extend(b"0.");
        out.resize(out.len() + (-exponent - 1) as usize, b'0');
        return out.extend(digits);
    }
    let whole = exponent as usize + 1;
    if digits.len() > whole {
        out.extend(&digits[..whole]);
        out.push(b'.');
        return out.extend(&digits[whole..]);
    }
    out.extend(digits);
    out.resize(out.len() + whole - digits.len(), b'0');
    if alternate {
        out.push(b'.');
    }
}

/// Shortest digits, but with an exponent from `precision` digits on: what no type and a precision mean. At least one digit follows the
/// point.
fn general_with_point(out: &mut Vec<u8>, f: f64, precision: usize, alternate: bool) {
    let (digits, exponent) = scientific(f, (precision.max(1) - 1).min(MOST_DIGITS));
    let kept = kept(&digits, alternate);
    if exponent < -4 || exponent >= precision.max(1) as i32 - 1 {
        return with_exponent(out, kept, exponent, alternate);
    }
    let start = out.len();
    positional(out, kept, exponent, alternate);
    if !out[start..].contains(&b'.') {
        out.extend(b".0");
    }
}

/// A float by a specification.
pub fn format(f: f64, spec: &Spec) -> PyResult<Ref> {
    if let Some(precision) = spec.precision
        && precision > MAX_PRECISION
    {
        return Err(error::value_error("precision too big"));
    }
    let mut body = Scratch::new();
    let precision = spec.precision.unwrap_or(6);
    let alternate = spec.alternate;
    let mut suffix = "";
    match spec.kind {
        Some(kind @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G')) => {
            write_magnitude(&mut body, f, kind, precision, alternate);
        }
        Some('n') => write_magnitude(&mut body, f, 'g', precision, alternate),
        Some('%') => {
            write_magnitude(&mut body, f * 100.0, 'f', precision, alternate);
            suffix = "%";
        }
        None => match spec.precision {
            Some(precision) if f.is_finite() => general_with_point(&mut body, f.abs(), precision, alternate),
            _ => write_magnitude(&mut body, f, 'r', 0, alternate),
        },
        Some(_) => return Err(spec.unknown_kind()),
    }
    let mut mantissa = body.iter().take_while(|byte| !matches!(byte, b'e' | b'E'));
    let is_zero = f.is_finite() && !mantissa.any(|byte| matches!(byte, b'1'..=b'9'));
    let negative = f.is_sign_negative() && !f.is_nan() && !(spec.no_negative_zero && is_zero);
    // `inf` and `nan` are not grouped; zeros before them are padding like any other.
    let split = body.iter().take_while(|byte| f.is_finite() && byte.is_ascii_digit()).count();
    let (whole, rest) = body.split_at(split);
    Digits { negative, prefix: "", whole, rest, suffix }.layout(spec, 3)
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
        let inner = Spec { width: 0, align: None, fill: None, sign, ..*spec };
        let text = match spec.kind {
            // Whole parts show without a point, as in `repr`.
            None if spec.precision.is_none() => {
                let mut body = Scratch::new();
                write_magnitude(&mut body, f, 'r', 0, spec.alternate);
                let digits = body.strip_suffix(b".0").unwrap_or(&body);
                let negative = f.is_sign_negative() && !f.is_nan();
                let split = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
                let (whole, rest) = digits.split_at(split);
                let parts = Digits { negative, whole, rest, ..Digits::default() };
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
