//! `str.format`: templates with replacement fields.
//!
//! Reference: "Format String Syntax" in the documentation of `string`.

use super::Conversion;
use crate::object::class::Builtin;
use crate::object::native::Args;
use crate::object::str::scratch::Scratch;
use crate::object::{PyResult, cast, error, sequence, str};
use crate::raw;
use metajit::heap::{Ref, Value};

/// Deepest nesting of fields in specifications.
const MAX_DEPTH: u32 = 2;

/// Where field names are looked up.
#[derive(Clone, Copy)]
enum Source<'a> {
    Arguments(Args<'a>),
    Mapping(Value),
}

/// Whether fields are numbered by position or explicitly.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Unknown,
    Automatic(usize),
    Manual,
}

struct Formatter<'a> {
    source: Source<'a>,
    numbering: Numbering,
}

/// `template.format(…)`; the first argument is the template.
pub fn format(template: Ref, args: Args<'_>) -> PyResult<Ref> {
    let rest = Args { values: &args.values[1..], names: args.names };
    run(template, Source::Arguments(rest))
}

/// `template.format_map(mapping)`.
pub fn format_map(template: Ref, mapping: Value) -> PyResult<Ref> {
    run(template, Source::Mapping(mapping))
}

fn run(template: Ref, source: Source<'_>) -> PyResult<Ref> {
    let mut formatter = Formatter { source, numbering: Numbering::Unknown };
    let mut out = Scratch::new();
    formatter.expand(&mut out, str::bytes(template), MAX_DEPTH)?;
    Ok(out.into_str())
}

impl Formatter<'_> {
    fn expand(&mut self, out: &mut Vec<u8>, text: &[u8], depth: u32) -> PyResult<()> {
        if depth == 0 {
            return Err(error::value_error("Max string recursion exceeded"));
        }
        let mut at = 0;
        while at < text.len() {
            let Some(brace) = text[at..].iter().position(|b| matches!(b, b'{' | b'}')) else {
                out.extend(&text[at..]);
                break;
            };
            out.extend(&text[at..at + brace]);
            at += brace;
            if text.get(at + 1) == Some(&text[at]) {
                out.push(text[at]);
                at += 2;
                continue;
            }
            if text[at] == b'}' {
                return Err(error::value_error("Single '}' encountered in format string"));
            }
            if at + 1 == text.len() {
                return Err(error::value_error("Single '{' encountered in format string"));
            }
            at = self.field(out, text, at + 1, depth)?;
        }
        Ok(())
    }

    /// The field that begins behind a brace; gives the position behind its closing brace.
    fn field(&mut self, out: &mut Vec<u8>, text: &[u8], start: usize, depth: u32) -> PyResult<usize> {
        let field = Field::parse(text, start)?;
        let value = self.lookup(&text[start..field.name_end])?;
        let spec = &text[field.spec_start..field.end];
        let spec = if spec.is_empty() {
            None
        } else if spec.contains(&b'{') || spec.contains(&b'}') {
            let mut expanded = Vec::new();
            self.expand(&mut expanded, spec, depth - 1)?;
            Some(str::from_wtf8(&expanded))
        } else {
            Some(str::from_wtf8(spec))
        };
        super::write_value(out, value, field.conversion, spec)?;
        Ok(field.end + 1)
    }

    /// The value of a field name: an argument, then attributes and items.
    fn lookup(&mut self, name: &[u8]) -> PyResult {
        let end = name.iter().position(|b| matches!(b, b'.' | b'[')).unwrap_or(name.len());
        let mut value = self.argument(&name[..end])?;
        let mut at = end;
        while at < name.len() {
            if name[at] == b'.' {
                let end = name[at + 1..]
                    .iter()
                    .position(|b| matches!(b, b'.' | b'['))
                    .map_or(name.len(), |n| at + 1 + n);
                if end == at + 1 {
                    return Err(error::value_error("Empty attribute in format string"));
                }
                value = raw::get_attr_str(value, &String::from_utf8_lossy(&name[at + 1..end]))?;
                at = end;
            } else if name[at] == b'[' {
                let Some(length) = name[at + 1..].iter().position(|&b| b == b']') else {
                    return Err(error::value_error("Missing ']' in format string"));
                };
                let key = &name[at + 1..at + 1 + length];
                if key.is_empty() {
                    return Err(error::value_error("Empty attribute in format string"));
                }
                let key = match number(key)? {
                    Some(index) => Value::int(index as i64),
                    None => Value::object(str::from_wtf8(key)),
                };
                value = sequence::getitem(value, key)?;
                at += length + 2;
            } else {
                return Err(error::value_error("Only '.' or '[' may follow ']' in format field specifier"));
            }
        }
        Ok(value)
    }

    fn argument(&mut self, name: &[u8]) -> PyResult {
        let index = if name.is_empty() {
            let next = match self.numbering {
                Numbering::Manual => {
                    return Err(error::value_error(
                        "cannot switch from manual field specification to automatic field numbering",
                    ));
                }
                Numbering::Automatic(next) => next,
                Numbering::Unknown => 0,
            };
            self.numbering = Numbering::Automatic(next + 1);
            Some(next)
        } else {
            let index = number(name)?;
            if index.is_some() {
                if matches!(self.numbering, Numbering::Automatic(_)) {
                    return Err(error::value_error(
                        "cannot switch from automatic field numbering to manual field specification",
                    ));
                }
                self.numbering = Numbering::Manual;
            }
            index
        };
        match (self.source, index) {
            (Source::Mapping(_), Some(_)) => {
                Err(error::value_error("Format string contains positional fields"))
            }
            (Source::Mapping(mapping), None) => {
                sequence::getitem(mapping, Value::object(str::from_wtf8(name)))
            }
            (Source::Arguments(args), Some(index)) => {
                args.positional().get(index).copied().ok_or_else(|| {
                    error::exception(
                        Builtin::IndexError,
                        format!("Replacement index {index} out of range for positional args tuple"),
                    )
                })
            }
            (Source::Arguments(args), None) => {
                let found = args
                    .keywords()
                    .find(|&(key, _)| cast::str_of(key).is_some_and(|key| str::bytes(key) == name));
                found
                    .map(|(_, value)| value)
                    .ok_or_else(|| error::key_error(Value::object(str::from_wtf8(name))))
            }
        }
    }
}

/// Where the parts of a field are.
struct Field {
    name_end: usize,
    conversion: Conversion,
    spec_start: usize,
    /// Position of the closing brace.
    end: usize,
}

impl Field {
    fn parse(text: &[u8], start: usize) -> PyResult<Field> {
        let name_end = name_end(text, start)?;
        let mut field = Field { name_end, conversion: Conversion::None, spec_start: name_end, end: name_end };
        let mut at = name_end;
        if text[at] == b'!' {
            let Some(&letter) = text.get(at + 1) else {
                return Err(error::value_error("end of string while looking for conversion specifier"));
            };
            match text.get(at + 2) {
                None => return Err(error::value_error("unmatched '{' in format spec")),
                Some(b'}' | b':') => {}
                Some(_) => return Err(error::value_error("expected ':' after conversion specifier")),
            }
            field.conversion = conversion(letter)?;
            at += 2;
        }
        field.spec_start = at + usize::from(text[at] == b':');
        field.end = spec_end(text, field.spec_start)?;
        Ok(field)
    }
}

/// Position of the character that ends a field's name.
fn name_end(text: &[u8], start: usize) -> PyResult<usize> {
    let mut at = start;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'{' => return Err(error::value_error("unexpected '{' in field name")),
            b'}' | b':' | b'!' => return Ok(at),
            b'[' => {
                while at + 1 < text.len() && text[at] != b']' {
                    at += 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    Err(error::value_error("expected '}' before end of string"))
}

/// Position of the brace that closes a field whose specification begins at `start`.
fn spec_end(text: &[u8], start: usize) -> PyResult<usize> {
    let mut depth = 1;
    for (i, &byte) in text.iter().enumerate().skip(start) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Ok(i);
        }
    }
    Err(error::value_error("unmatched '{' in format spec"))
}

fn conversion(letter: u8) -> PyResult<Conversion> {
    Ok(match letter {
        b's' => Conversion::Str,
        b'r' => Conversion::Repr,
        b'a' => Conversion::Ascii,
        other if (33..127).contains(&other) => {
            let shown = char::from(other);
            return Err(error::value_error(format!("Unknown conversion specifier {shown}")));
        }
        other => return Err(error::value_error(format!("Unknown conversion specifier \\x{other:x}"))),
    })
}

/// A name that is a number.
fn number(name: &[u8]) -> PyResult<Option<usize>> {
    if name.is_empty() || !name.iter().all(u8::is_ascii_digit) {
        return Ok(None);
    }
    let text = std::str::from_utf8(name).unwrap_or_default();
    match text.parse::<u32>() {
        Ok(index) => Ok(Some(index as usize)),
        Err(_) => Err(error::value_error("Too many decimal digits in format string")),
    }
}
