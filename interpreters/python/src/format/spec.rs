//! The format specification mini-language: parsing, padding, grouping of digits.
//!
//! ```text
//! [[fill]align][sign][z][#][0][width][grouping][.precision][type]
//! ```
//! Reference: "Format Specification Mini-Language" in the documentation of `string`.

use crate::object::str::scratch::Scratch;
use crate::object::{PyResult, error, str};
use crate::raw;
use metajit::heap::{Ref, Value};

/// Where padding goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    /// `<`
    Left,
    /// `>`
    Right,
    /// `^`
    Center,
    /// `=`: between sign and digits.
    AfterSign,
}

/// When a sign is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sign {
    /// `-`
    Negative,
    /// `+`
    Always,
    /// ` `
    Space,
}

/// A parsed specification.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Fill character; `None` is a space.
    pub fill: Option<u32>,
    /// Alignment, if given (or implied by `0`).
    pub align: Option<Align>,
    /// Sign, if given.
    pub sign: Option<Sign>,
    /// `z`: negative zero becomes positive.
    pub no_negative_zero: bool,
    /// `#`
    pub alternate: bool,
    /// `0` before the width.
    pub zero: bool,
    /// Smallest number of characters.
    pub width: usize,
    /// `,` or `_`.
    pub grouping: Option<u8>,
    /// Precision, if given.
    pub precision: Option<usize>,
    /// The type, if given.
    pub kind: Option<char>,
    /// What is formatted: messages name its class.
    pub value: Value,
}

fn align_of(code: u32) -> Option<Align> {
    Some(match char::from_u32(code)? {
        '<' => Align::Left,
        '>' => Align::Right,
        '^' => Align::Center,
        '=' => Align::AfterSign,
        _ => return None,
    })
}

/// Reads decimal digits; `None` if there are none.
fn number(codes: &[u32], at: &mut usize) -> PyResult<Option<usize>> {
    let start = *at;
    let mut value: usize = 0;
    while let Some(digit) = codes.get(*at).and_then(|&code| str::classify::decimal_digit(code)) {
        value = value
            .checked_mul(10)
            .and_then(|v| v.checked_add(usize::from(digit)))
            .filter(|&v| v <= i64::MAX as usize)
            .ok_or_else(|| error::value_error("Too many decimal digits in format string"))?;
        *at += 1;
    }
    Ok((*at > start).then_some(value))
}

impl Spec {
    /// Parses the specification by which `value` is formatted.
    pub fn parse(text: Ref, value: Value) -> PyResult<Spec> {
        let mut few = [0; 16];
        let many: Vec<u32>;
        let codes = if str::chars(text) <= few.len() {
            few.iter_mut().zip(str::code_points(text)).for_each(|(to, code)| *to = code);
            &few[..str::chars(text)]
        } else {
            many = str::code_points(text).collect();
            &many
        };
        let invalid = || {
            let (shown, class) = (str::as_str(text), raw::class_name(value));
            error::value_error(format!("Invalid format specifier '{shown}' for object of type '{class}'"))
        };
        let mut spec = Spec {
            fill: None,
            align: None,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            zero: false,
            width: 0,
            grouping: None,
            precision: None,
            kind: None,
            value,
        };
        let mut at = spec.parse_flags(codes);
        spec.width = number(codes, &mut at)?.unwrap_or(0);
        for separator in [b',', b'_'] {
            if codes.get(at) == Some(&u32::from(separator)) {
                spec.grouping = Some(separator);
                at += 1;
                break;
            }
        }
        if let (Some(first), Some(&next)) = (spec.grouping, codes.get(at))
            && (next == u32::from(b',') || next == u32::from(b'_'))
        {
            return Err(error::value_error(if u32::from(first) == next {
                format!("Cannot specify '{0}' with '{0}'.", char::from(first))
            } else {
                "Cannot specify both ',' and '_'.".to_owned()
            }));
        }
        if codes.get(at) == Some(&u32::from(b'.')) {
            at += 1;
            spec.precision = match number(codes, &mut at)? {
                Some(precision) => Some(precision),
                None => return Err(error::value_error("Format specifier missing precision")),
            };
        }
        match codes.len() - at {
            0 => {}
            1 => spec.kind = char::from_u32(codes[at]),
            _ => return Err(invalid()),
        }
        spec.check_grouping()?;
        Ok(spec)
    }

    /// Parses what stands before the width; gives its position.
    fn parse_flags(&mut self, codes: &[u32]) -> usize {
        let mut at = 0;
        let get = |i: usize| codes.get(i).copied();
        if let Some(align) = get(1).and_then(align_of) {
            self.fill = get(0);
            self.align = Some(align);
            at = 2;
        } else if let Some(align) = get(0).and_then(align_of) {
            self.align = Some(align);
            at = 1;
        }
        self.sign = match get(at).and_then(char::from_u32) {
            Some('+') => Some(Sign::Always),
            Some('-') => Some(Sign::Negative),
            Some(' ') => Some(Sign::Space),
            _ => None,
        };
        at += usize::from(self.sign.is_some());
        if get(at) == Some(u32::from(b'z')) {
            self.no_negative_zero = true;
            at += 1;
        }
        if get(at) == Some(u32::from(b'#')) {
            self.alternate = true;
            at += 1;
        }
        if get(at) == Some(u32::from(b'0')) {
            self.zero = true;
            at += 1;
            if self.fill.is_none() {
                self.fill = Some(u32::from(b'0'));
            }
            if self.align.is_none() {
                self.align = Some(Align::AfterSign);
            }
        }
        at
    }

    fn check_grouping(&self) -> PyResult<()> {
        let Some(separator) = self.grouping else { return Ok(()) };
        let allowed = match self.kind {
            None | Some('d' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => true,
            Some('b' | 'o' | 'x' | 'X') => separator == b'_',
            _ => false,
        };
        if allowed {
            return Ok(());
        }
        let (separator, kind) = (char::from(separator), self.kind.unwrap_or('s'));
        Err(error::value_error(format!("Cannot specify '{separator}' with '{kind}'.")))
    }

    /// The error for a type that values of the class do not have.
    #[cold]
    pub fn unknown_kind(&self) -> metajit::heap::Value {
        let (kind, class) = (self.kind.unwrap_or('s'), raw::class_name(self.value));
        error::value_error(if ('!'..='~').contains(&kind) {
            format!("Unknown format code '{kind}' for object of type '{class}'")
        } else {
            format!("Unknown format code '\\x{:x}' for object of type '{class}'", u32::from(kind))
        })
    }
}

/// Appends so many fill characters.
fn fill(out: &mut Vec<u8>, spec: &Spec, count: usize) {
    let code = spec.fill.unwrap_or(u32::from(b' '));
    (0..count).for_each(|_| str::wtf8::push(out, code));
}

/// Pads a text of `chars` code points; `default` is the alignment if none was given.
pub fn pad(spec: &Spec, text: &[u8], chars: usize, default: Align) -> PyResult<Ref> {
    let missing = spec.width.saturating_sub(chars);
    if missing > u32::MAX as usize {
        return Err(error::memory_error(""));
    }
    let left = match spec.align.unwrap_or(default) {
        Align::Left => 0,
        Align::Right | Align::AfterSign => missing,
        Align::Center => missing / 2,
    };
    let mut out = Scratch::new();
    fill(&mut out, spec, left);
    out.extend(text);
    fill(&mut out, spec, missing - left);
    Ok(out.into_str())
}

/// A string by a specification.
pub fn format_str(text: Ref, spec: &Spec) -> PyResult<Ref> {
    if !matches!(spec.kind, None | Some('s')) {
        return Err(spec.unknown_kind());
    }
    if let Some(sign) = spec.sign {
        return Err(error::value_error(match sign {
            Sign::Space => "Space not allowed in string format specifier",
            _ => "Sign not allowed in string format specifier",
        }));
    }
    if spec.no_negative_zero {
        return Err(error::value_error("Negative zero coercion (z) not allowed in string format specifier"));
    }
    if spec.alternate {
        return Err(error::value_error("Alternate form (#) not allowed in string format specifier"));
    }
    if let Some(separator) = spec.grouping {
        return Err(error::value_error(format!("Cannot specify '{}' with 's'.", char::from(separator))));
    }
    let explicit = spec.align == Some(Align::AfterSign) && !spec.zero;
    if explicit {
        return Err(error::value_error("'=' alignment not allowed in string format specifier"));
    }
    let shown = match spec.precision {
        Some(precision) if precision < str::chars(text) => str::char_slice(text, 0, precision),
        _ => text,
    };
    if spec.width <= str::chars(shown) {
        return Ok(shown);
    }
    let mut spec = *spec;
    if spec.align == Some(Align::AfterSign) {
        spec.align = Some(Align::Left);
    }
    pad(&spec, str::bytes(shown), str::chars(shown), Align::Left)
}

/// The parts of a number's text, all ASCII.
#[derive(Clone, Copy, Debug, Default)]
pub struct Digits<'a> {
    /// Whether a minus sign belongs before it.
    pub negative: bool,
    /// What stands between sign and digits, such as `0x`.
    pub prefix: &'static str,
    /// Digits before the point, to be grouped.
    pub whole: &'a [u8],
    /// The rest: point, fraction, exponent.
    pub rest: &'a [u8],
    /// What stands behind all of it: a percent sign.
    pub suffix: &'static str,
}

impl Digits<'_> {
    /// The text by a specification: sign, prefix, grouping, padding.
    pub fn layout(self, spec: &Spec, group: usize) -> PyResult<Ref> {
        let sign = match (self.negative, spec.sign) {
            (true, _) => "-",
            (false, Some(Sign::Always)) => "+",
            (false, Some(Sign::Space)) => " ",
            (false, _) => "",
        };
        if spec.width > u32::MAX as usize {
            return Err(error::memory_error(""));
        }
        let around = sign.len() + self.prefix.len() + self.rest.len() + self.suffix.len();
        let separated;
        let whole = match spec.grouping {
            // Infinity and NaN have no digits to be grouped.
            Some(separator) if !self.whole.is_empty() => {
                let zero_padded = spec.align == Some(Align::AfterSign) && spec.fill == Some(u32::from(b'0'));
                let room = if zero_padded { spec.width.saturating_sub(around) } else { 0 };
                separated = grouped(self.whole, separator, group, room);
                &separated
            }
            _ => self.whole,
        };
        let missing = spec.width.saturating_sub(around + whole.len());
        let (before, within) = match spec.align.unwrap_or(Align::Right) {
            Align::Left => (0, 0),
            Align::Right => (missing, 0),
            Align::Center => (missing / 2, 0),
            Align::AfterSign => (0, missing),
        };
        let mut out = Scratch::new();
        fill(&mut out, spec, before);
        out.extend(sign.as_bytes());
        out.extend(self.prefix.as_bytes());
        fill(&mut out, spec, within);
        out.extend(whole);
        out.extend(self.rest);
        out.extend(self.suffix.as_bytes());
        fill(&mut out, spec, missing - before - within);
        Ok(out.into_str())
    }
}

/// Digits with separators, and with leading zeros up to a width. A separator never stands first.
fn grouped(digits: &[u8], separator: u8, group: usize, width: usize) -> Vec<u8> {
    let mut reversed = Vec::new();
    let mut source = digits.iter().rev();
    let mut count = 0;
    loop {
        let digit = source.next();
        if digit.is_none() && reversed.len() >= width {
            break;
        }
        if count > 0 && count % group == 0 {
            // The separator may fill the width; then one more zero follows it.
            reversed.push(separator);
        }
        reversed.push(digit.copied().unwrap_or(b'0'));
        count += 1;
    }
    reversed.reverse();
    reversed
}
