//! Floats as text: the shortest decimal that reads back, parsing, and hexadecimal.
//!
//! Digits come from `ryu`, their layout is Python's: an exponent is used below 1e-4 and from 1e16 on.
//! References: the `repr` of float in CPython's documentation, `float.hex`, `float.fromhex`.

use crate::object::int::parse::{to_ascii_digits, trim};
use crate::object::int::text::write_decimal;

/// Most digits that tell a float from its neighbours.
const SHORTEST: usize = 17;

/// Decimal digits of a finite float other than zero (how many, and where), and the exponent of the first:
/// `d.ddd * 10^exponent`.
fn shortest_digits(f: f64) -> ([u8; 2 * SHORTEST], usize, i32) {
    let mut buffer = ryu::Buffer::new();
    let text = buffer.format_finite(f.abs()).as_bytes();
    let mut digits = [0; 2 * SHORTEST];
    let (mut count, mut point, mut exponent) = (0, None, 0);
    for (i, &byte) in text.iter().enumerate() {
        match byte {
            b'e' => {
                exponent = std::str::from_utf8(&text[i + 1..]).map_or(0, |text| text.parse().unwrap_or(0));
                break;
            }
            b'.' => point = Some(count),
            _ => {
                digits[count] = byte;
                count += 1;
            }
        }
    }
    let zeros = digits[..count - 1].iter().take_while(|&&d| d == b'0').count();
    digits.copy_within(zeros..count, 0);
    let first = point.unwrap_or(count) as i32 - 1 - zeros as i32 + exponent;
    count -= zeros;
    while count > 1 && digits[count - 1] == b'0' {
        count -= 1;
    }
    (digits, count, first)
}

/// `repr(float)`.
pub fn repr(f: f64) -> String {
    let mut out = Vec::new();
    write_repr(&mut out, f);
    String::from_utf8(out).unwrap_or_default()
}

/// Appends `repr(float)`.
pub fn write_repr(out: &mut Vec<u8>, f: f64) {
    if f.is_nan() {
        return out.extend(b"nan");
    }
    if f.is_sign_negative() {
        out.push(b'-');
    }
    if f.is_infinite() {
        return out.extend(b"inf");
    }
    if f == 0.0 {
        return out.extend(b"0.0");
    }
    let (digits, count, exponent) = shortest_digits(f);
    let digits = &digits[..count];
    if !(-4..16).contains(&exponent) {
        out.push(digits[0]);
        if digits.len() > 1 {
            out.push(b'.');
            out.extend(&digits[1..]);
        }
        return write_exponent(out, exponent);
    }
    if exponent < 0 {
        out.extend(b"0.");
        out.resize(out.len() + (-exponent - 1) as usize, b'0');
        return out.extend(digits);
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        out.extend(digits);
        out.resize(out.len() + whole - digits.len(), b'0');
        out.extend(b".0");
    } else {
        out.extend(&digits[..whole]);
        out.push(b'.');
        out.extend(&digits[whole..]);
    }
}

/// Appends `e+NN`: a sign and at least two digits.
pub fn write_exponent(out: &mut Vec<u8>, exponent: i32) {
    out.extend(if exponent < 0 { b"e-" } else { b"e+" });
    if exponent.unsigned_abs() < 10 {
        out.push(b'0');
    }
    write_decimal(out, i64::from(exponent.unsigned_abs()));
}

/// The float that text denotes; `None` if it denotes none.
pub fn parse(text: &[u8]) -> Option<f64> {
    let ascii;
    let text = if text.is_ascii() {
        text
    } else {
        ascii = to_ascii_digits(text);
        &ascii
    };
    let trimmed = trim(text);
    let cleaned;
    let body = if trimmed.contains(&b'_') {
        cleaned = without_underscores(trimmed)?;
        &cleaned
    } else {
        trimmed
    };
    let (negative, unsigned) = match body.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, body),
    };
    let magnitude = match unsigned.to_ascii_lowercase().as_slice() {
        b"inf" | b"infinity" => f64::INFINITY,
        b"nan" => f64::NAN,
        _ => {
            if !unsigned.first().is_some_and(|b| b.is_ascii_digit() || *b == b'.') {
                return None;
            }
            fast_float2::parse(unsigned).ok()?
        }
    };
    Some(if negative { -magnitude } else { magnitude })
}

/// Underscores are allowed between digits only.
fn without_underscores(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |i: Option<usize>| i.and_then(|i| text.get(i)).is_some_and(u8::is_ascii_digit);
    let fits = |i: usize| digit(i.checked_sub(1)) && digit(Some(i + 1));
    let allowed = text.iter().enumerate().all(|(i, &b)| b != b'_' || fits(i));
    allowed.then(|| text.iter().copied().filter(|&b| b != b'_').collect())
}

/// `float.hex()`.
pub fn hex(f: f64) -> String {
    if !f.is_finite() {
        return repr(f);
    }
    let sign = if f.is_sign_negative() { "-" } else { "" };
    if f == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let bits = f.to_bits();
    let mantissa = bits & ((1 << 52) - 1);
    let (lead, exponent) = match bits >> 52 & 0x7FF {
        0 => (0, -1022),
        biased => (1, biased as i64 - 1023),
    };
    format!("{sign}0x{lead}.{mantissa:013x}p{exponent:+}")
}

/// Why `float.fromhex` fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HexError {
    /// Not a hexadecimal floating-point string.
    Invalid,
    /// Beyond the largest float.
    TooLarge,
}

/// `float.fromhex(text)`.
pub fn from_hex(text: &[u8]) -> Result<f64, HexError> {
    let lower = trim(text).to_ascii_lowercase();
    let (negative, body) = match lower.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, &lower[..]),
    };
    let signed = |f: f64| Ok(if negative { -f } else { f });
    match body {
        b"inf" | b"infinity" => return signed(f64::INFINITY),
        b"nan" => return signed(f64::NAN),
        _ => {}
    }
    let body = body.strip_prefix(b"0x").unwrap_or(body);
    let (mantissa, exponent) = match body.iter().position(|&b| b == b'p') {
        Some(at) => {
            let digits = std::str::from_utf8(&body[at + 1..]).map_err(|_| HexError::Invalid)?;
            (&body[..at], digits.parse::<i64>().map_err(|_| HexError::Invalid)?)
        }
        None => (body, 0),
    };
    let point = mantissa.iter().position(|&b| b == b'.');
    let digits: Vec<u8> = mantissa.iter().copied().filter(|&b| b != b'.').collect();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return Err(HexError::Invalid);
    }
    let fraction = point.map_or(0, |at| mantissa.len() - at - 1) as i64;
    let number = num_bigint::BigUint::parse_bytes(&digits, 16).ok_or(HexError::Invalid)?;
    let magnitude = scaled(&number, exponent.saturating_sub(4 * fraction));
    if magnitude.is_infinite() { Err(HexError::TooLarge) } else { signed(magnitude) }
}

/// `number * 2^exponent`, rounded once, ties to even.
fn scaled(number: &num_bigint::BigUint, exponent: i64) -> f64 {
    let bits = number.bits() as i64;
    let top = bits.saturating_add(exponent);
    if bits == 0 || top < -1080 {
        return 0.0;
    }
    if top > 1024 {
        return f64::INFINITY;
    }
    // The number of bits that a result of this size has room for.
    let room = (top + 1074).min(53);
    let drop = bits - room;
    let (mut kept, power) = if drop > 0 {
        let drop = drop as u64;
        let kept = number >> drop;
        let half = number.bit(drop - 1);
        let below = number.trailing_zeros().is_some_and(|zeros| zeros < drop - 1);
        let odd = kept.bit(0);
        (kept + u32::from(half && (below || odd)), exponent + drop as i64)
    } else {
        (number.clone(), exponent)
    };
    let mut power = power;
    while power > 900 {
        kept <<= 1;
        power -= 1;
    }
    let digits = num_traits::ToPrimitive::to_f64(&kept).unwrap_or(f64::INFINITY);
    let half = (power / 2) as i32;
    digits * 2_f64.powi(half) * 2_f64.powi(power as i32 - half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_of_repr() {
        let check = |f: f64, expect: &str| assert_eq!(repr(f), expect);
        check(0.1, "0.1");
        check(1e16, "1e+16");
        check(1e15, "1000000000000000.0");
        check(123456789012345680.0, "1.2345678901234568e+17");
        check(1e-4, "0.0001");
        check(1e-5, "1e-05");
        check(-0.0, "-0.0");
        check(5e-324, "5e-324");
        check(100.0, "100.0");
    }

    #[test]
    fn hexadecimal_round_trips() {
        for f in [1.0, 0.1, -3.5e300, 5e-324, f64::MAX, 2.2250738585072014e-308] {
            assert_eq!(from_hex(hex(f).as_bytes()), Ok(f));
        }
        assert_eq!(from_hex(b"0x1p1024"), Err(HexError::TooLarge));
    }
}
