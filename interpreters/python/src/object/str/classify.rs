//! Which characters are letters, digits, white space, printable; and the `is…` methods.
//!
//! Invariant: the answers follow the character database's general categories, as Python's do.

use super::{bytes, chars, code_points, is_ascii};
use crate::object::{PyResult, boolean, cast};
use metajit::heap::{Ref, Value};
use unic_ucd_category::GeneralCategory as Category;

fn category(code: u32) -> Category {
    char::from_u32(code).map_or(Category::Surrogate, Category::of)
}

/// White space as `str.isspace` and `str.split` see it.
#[inline]
pub fn is_space(code: u32) -> bool {
    matches!(
        code,
        9..=13 | 28..=32 | 0x85 | 0xA0 | 0x1680 | 0x2000..=0x200A | 0x2028 | 0x2029 | 0x202F | 0x205F | 0x3000
    )
}

/// A letter of any script.
pub fn is_alpha(code: u32) -> bool {
    match u8::try_from(code) {
        Ok(byte) if byte < 0x80 => byte.is_ascii_alphabetic(),
        _ => category(code).is_letter(),
    }
}

/// The value of a decimal digit of any script.
pub fn decimal_digit(code: u32) -> Option<u8> {
    if code < 0x80 {
        return (0x30..0x3A).contains(&code).then(|| (code - 0x30) as u8);
    }
    if category(code) != Category::DecimalNumber {
        return None;
    }
    // Decimal digits come in runs of ten in order.
    let mut start = code;
    while category(start - 1) == Category::DecimalNumber {
        start -= 1;
    }
    Some(((code - start) % 10) as u8)
}

/// Decimal digits and the likes of superscripts.
pub fn is_digit(code: u32) -> bool {
    decimal_digit(code).is_some()
        || matches!(
            code,
            0xB2 | 0xB3
                | 0xB9
                | 0x1369..=0x1371
                | 0x19DA
                | 0x2070
                | 0x2074..=0x2079
                | 0x2080..=0x2089
                | 0x2460..=0x2468
                | 0x2474..=0x247C
                | 0x2488..=0x2490
                | 0x24EA
                | 0x24F5..=0x24FD
                | 0x24FF
                | 0x2776..=0x277E
                | 0x2780..=0x2788
                | 0x278A..=0x2792
        )
}

/// Anything with a numeric value.
pub fn is_numeric(code: u32) -> bool {
    is_digit(code)
        || code >= 0x80
            && (matches!(
                category(code),
                Category::LetterNumber | Category::OtherNumber | Category::DecimalNumber
            ) || matches!(
                code,
                0x3007
                    | 0x3405
                    | 0x3483
                    | 0x382A
                    | 0x3B4D
                    | 0x4E00
                    | 0x4E03
                    | 0x4E07
                    | 0x4E09
                    | 0x4E5D
                    | 0x4E8C
                    | 0x4E94
                    | 0x4EBF..=0x4EC0
                    | 0x4EDF
                    | 0x4F0D
                    | 0x5104
                    | 0x5146
                    | 0x516B
                    | 0x516D
                    | 0x5341..=0x5345
                    | 0x56DB
                    | 0x767E
                    | 0x96F6
            ))
}

/// What `repr` shows as it is.
pub fn is_printable(code: u32) -> bool {
    match code {
        0x20..=0x7E => true,
        0..=0xA0 | 0xAD => false,
        0xA1..=0x377 => true,
        _ => {
            !matches!(
                category(code),
                Category::Control
                    | Category::Format
                    | Category::Surrogate
                    | Category::PrivateUse
                    | Category::Unassigned
                    | Category::LineSeparator
                    | Category::ParagraphSeparator
                    | Category::SpaceSeparator
            ) || is_assigned_later(code)
        }
    }
}

/// Blocks of pictographs that later versions of the database than this table's have filled.
fn is_assigned_later(code: u32) -> bool {
    matches!(code, 0x1F6D3..=0x1F6DF | 0x1F6F9..=0x1F6FC | 0x1F7D5..=0x1F7F0 | 0x1F90C..=0x1F9FF | 0x1FA70..=0x1FAF8)
}

/// Upper, lower and title case letters.
pub fn is_cased(code: u32) -> bool {
    is_upper(code) || is_lower(code) || is_title(code)
}

/// An upper case letter.
pub fn is_upper(code: u32) -> bool {
    char::from_u32(code).is_some_and(char::is_uppercase)
}

/// A lower case letter.
pub fn is_lower(code: u32) -> bool {
    char::from_u32(code).is_some_and(char::is_lowercase)
}

/// A title case digraph.
pub fn is_title(code: u32) -> bool {
    code >= 0x80 && category(code) == Category::TitlecaseLetter
}

fn receiver(value: Value) -> PyResult<Ref> {
    cast::str_of(value).ok_or_else(|| cast::wrong_receiver(value, "str"))
}

fn all(value: Value, test: impl Fn(u32) -> bool) -> PyResult {
    let s = receiver(value)?;
    Ok(boolean(chars(s) > 0 && code_points(s).all(test)))
}

/// `str.isalpha`.
pub fn isalpha(s: Value) -> PyResult {
    all(s, is_alpha)
}

/// `str.isdecimal`.
pub fn isdecimal(s: Value) -> PyResult {
    all(s, |code| decimal_digit(code).is_some())
}

/// `str.isdigit`.
pub fn isdigit(s: Value) -> PyResult {
    all(s, is_digit)
}

/// `str.isnumeric`.
pub fn isnumeric(s: Value) -> PyResult {
    all(s, is_numeric)
}

/// `str.isalnum`.
pub fn isalnum(s: Value) -> PyResult {
    all(s, |code| is_alpha(code) || is_numeric(code))
}

/// `str.isspace`.
pub fn isspace(s: Value) -> PyResult {
    all(s, is_space)
}

/// `str.isprintable`.
pub fn isprintable(s: Value) -> PyResult {
    Ok(boolean(code_points(receiver(s)?).all(is_printable)))
}

/// `str.isascii`.
pub fn isascii(s: Value) -> PyResult {
    Ok(boolean(is_ascii(receiver(s)?)))
}

/// `str.isupper`.
pub fn isupper(s: Value) -> PyResult {
    let s = receiver(s)?;
    Ok(boolean(code_points(s).any(is_upper) && !code_points(s).any(|code| is_lower(code) || is_title(code))))
}

/// `str.islower`.
pub fn islower(s: Value) -> PyResult {
    let s = receiver(s)?;
    Ok(boolean(code_points(s).any(is_lower) && !code_points(s).any(|code| is_upper(code) || is_title(code))))
}

/// `str.istitle`: upper case exactly where a word begins.
pub fn istitle(s: Value) -> PyResult {
    let mut in_word = false;
    let mut any = false;
    for code in code_points(receiver(s)?) {
        if is_upper(code) || is_title(code) {
            if in_word {
                return Ok(boolean(false));
            }
            in_word = true;
            any = true;
        } else if is_lower(code) {
            if !in_word {
                return Ok(boolean(false));
            }
        } else {
            in_word = false;
        }
    }
    Ok(boolean(any))
}

/// `str.isidentifier`.
pub fn isidentifier(s: Value) -> PyResult {
    let s = receiver(s)?;
    let Ok(text) = std::str::from_utf8(bytes(s)) else { return Ok(boolean(false)) };
    let mut letters = text.chars();
    Ok(boolean(
        letters.next().is_some_and(|c| c == '_' || unicode_ident::is_xid_start(c))
            && letters.all(unicode_ident::is_xid_continue),
    ))
}
