//! SyntaxErrors: from the front end's report to the exception, and how the exception shows its place.
//!
//! Neighbours: `syntax::error` (the report), `traceback` (prints the rest).

use super::{attribute, str_text};
use crate::object::cast;
use crate::object::class::Builtin;
use crate::object::int::big::Int;
use crate::object::{NONE, error, str, tuple};
use crate::raw;
use crate::syntax::{ErrorKind, SyntaxError};
use metajit::heap::Value;

/// The exception for a report of the front end.
#[cold]
pub fn exception(report: &SyntaxError) -> Value {
    let class = match report.kind {
        ErrorKind::Syntax | ErrorKind::Encoding => Builtin::SyntaxError,
        ErrorKind::Indentation => Builtin::IndentationError,
        ErrorKind::Tab => Builtin::TabError,
        ErrorKind::Recursion => return error::recursion_error(&report.message),
        ErrorKind::Memory => return error::memory_error(&report.message),
        ErrorKind::Overflow => return error::overflow_error(&report.message),
    };
    let class = Value::object(raw::builtin_class(class));
    let message = str::value(&report.message);
    let number = |n: u32| if report.line == 0 { NONE } else { Value::int(n.into()) };
    let text = report.text.as_deref().map_or(NONE, str::value);
    let place = tuple::value(&[
        str::value(&report.filename),
        number(report.line),
        number(report.col),
        text,
        number(report.end_line),
        number(report.end_col),
    ]);
    raw::call(class, &[message, place]).unwrap_or_else(|error| error)
}

/// What is printed of a SyntaxError instead of its `str`.
pub(super) struct Shown {
    /// The lines with file, text and carets.
    pub lines: Vec<String>,
    /// What follows the class's name.
    pub message: String,
}

/// How a SyntaxError shows; `None` if it does not have the attributes of one.
pub(super) fn display(exception: Value) -> Option<Shown> {
    let text = |name: &str| attribute(exception, name).and_then(cast::str_of).map(str_text);
    let number = |name: &str| match attribute(exception, name).and_then(cast::int_of) {
        Some(Int::Small(n)) => Some(n),
        _ => None,
    };
    let message = match attribute(exception, "msg")? {
        NONE => "None".to_owned(),
        value => super::text_of(crate::object::repr::str_of(value), "<exception str() failed>"),
    };
    let Some(line) = number("lineno") else { return Some(Shown { lines: Vec::new(), message }) };
    let file = text("filename").unwrap_or_else(|| "<string>".to_owned());
    let mut lines = vec![format!("  File \"{file}\", line {line}")];
    if let Some(source) = text("text") {
        let offset = number("offset").unwrap_or(-1);
        let end_line = number("end_lineno").unwrap_or(line);
        let end = number("end_offset").unwrap_or(-1);
        let end = if end_line == line { end } else { -1 };
        lines.extend(source_lines(&source, offset, end));
    }
    Some(Shown { lines, message })
}

/// The source line and the carets under it. `offset` and `end` count characters from 1; below that there is no such place.
fn source_lines(text: &str, offset: i64, end: i64) -> Vec<String> {
    let repetitions = if end > 0 && end > offset { (end - offset) as usize } else { 1 };
    let text = text.strip_suffix('\n').unwrap_or(text);
    let stripped = text.trim_start_matches([' ', '\t', '\x0c']);
    let indent = text.chars().count() - stripped.chars().count();
    let mut lines = vec![format!("    {stripped}")];
    let offset = (offset - 1 - indent as i64).min(stripped.chars().count() as i64);
    if let Ok(offset) = usize::try_from(offset) {
        lines.push(format!("    {}{}", " ".repeat(offset), "^".repeat(repetitions)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets() {
        assert_eq!(source_lines("x = (\n", 5, 0), ["    x = (", "        ^"]);
        assert_eq!(source_lines("  f(a b)\n", 5, 8), ["    f(a b)", "      ^^^"]);
        assert_eq!(source_lines("  x\n", 1, 2), ["    x"]);
        assert_eq!(source_lines("x", -1, -1), ["    x"]);
    }
}
