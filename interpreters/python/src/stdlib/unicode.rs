//! The module `_unicode`: properties of characters, under `unicodedata`, which is written in Python.

use super::ModuleTable;
use crate::natives;
use crate::object::cast;
use crate::object::error::{type_error, value_error};
use crate::object::str::classify;
use crate::object::{NONE, PyResult, str};
use crate::raw;
use metajit::heap::Value;
use unic_ucd_category::GeneralCategory as Category;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// The module.
pub static MODULE: ModuleTable = ModuleTable { name: "_unicode", functions: FUNCTIONS, fill };

fn fill(_: &mut dyn FnMut(&str, Value)) {}

/// The one character of an argument; `None` for a surrogate.
fn character(value: Value) -> PyResult<Option<char>> {
    match cast::str_of(value).filter(|s| str::chars(*s) == 1) {
        Some(text) => Ok(char::from_u32(str::code_at(text, 0))),
        None => {
            let class = raw::class_name(value);
            Err(type_error(format!("argument must be a unicode character, not {class}")))
        }
    }
}

fn normalize(form: Value, text: Value) -> PyResult {
    let form = str::as_str(cast::expect_str(form, "normalize()")?);
    let text = cast::expect_str(text, "normalize()")?;
    let Ok(plain) = std::str::from_utf8(str::bytes(text)) else {
        return Err(value_error("normalize(): lone surrogates are not supported"));
    };
    let made: String = match form {
        "NFC" => plain.nfc().collect(),
        "NFD" => plain.nfd().collect(),
        "NFKC" => plain.nfkc().collect(),
        "NFKD" => plain.nfkd().collect(),
        _ => return Err(value_error("invalid normalization form")),
    };
    Ok(str::value(&made))
}

/// The two letters of a category.
fn short_name(category: Category) -> &'static str {
    use Category as C;
    match category {
        C::UppercaseLetter => "Lu",
        C::LowercaseLetter => "Ll",
        C::TitlecaseLetter => "Lt",
        C::ModifierLetter => "Lm",
        C::OtherLetter => "Lo",
        C::NonspacingMark => "Mn",
        C::SpacingMark => "Mc",
        C::EnclosingMark => "Me",
        C::DecimalNumber => "Nd",
        C::LetterNumber => "Nl",
        C::OtherNumber => "No",
        C::ConnectorPunctuation => "Pc",
        C::DashPunctuation => "Pd",
        C::OpenPunctuation => "Ps",
        C::ClosePunctuation => "Pe",
        C::InitialPunctuation => "Pi",
        C::FinalPunctuation => "Pf",
        C::OtherPunctuation => "Po",
        C::MathSymbol => "Sm",
        C::CurrencySymbol => "Sc",
        C::ModifierSymbol => "Sk",
        C::OtherSymbol => "So",
        C::SpaceSeparator => "Zs",
        C::LineSeparator => "Zl",
        C::ParagraphSeparator => "Zp",
        C::Control => "Cc",
        C::Format => "Cf",
        C::Surrogate => "Cs",
        C::PrivateUse => "Co",
        C::Unassigned => "Cn",
    }
}

fn category(c: Value) -> PyResult {
    let name = match character(c)? {
        Some(c) => short_name(Category::of(c)),
        None => "Cs",
    };
    Ok(str::value(name))
}

fn combining(c: Value) -> PyResult {
    Ok(Value::int(character(c)?.map_or(0, canonical_combining_class).into()))
}

/// The decimal value of a character, None if it has none.
fn decimal(c: Value) -> PyResult {
    let digit = character(c)?.and_then(|c| classify::decimal_digit(c.into()));
    Ok(digit.map_or(NONE, |digit| Value::int(digit.into())))
}

natives! {
    static FUNCTIONS;
    "normalize" Two(normalize) [Reads];
    "category" One(category) [Reads];
    "combining" One(combining) [Reads];
    "decimal" One(decimal) [Reads];
}
