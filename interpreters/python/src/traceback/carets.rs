//! The line of carets under a traceback's source line.
//!
//! The instruction's columns are underlined with `^`; of an arithmetic operation and of a subscript, found by parsing
//! the underlined text, the operator or the brackets get `^` and the rest `~`. Nothing is underlined when the mark
//! would cover the whole line. Columns are shown in characters, whatever width they take on a terminal: as CPython's own display does.
//! Neighbours: `traceback` (prints the lines), `bytecode` (positions).

use crate::bytecode::Position;
use crate::syntax::{self, Mode, ast, span};

/// The indent of source lines in a traceback.
pub const INDENT: usize = 4;

/// What is underlined: character offsets in the line, and between which of them the secondary mark stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Marks {
    start: usize,
    end: usize,
    operator: Option<(usize, usize)>,
}

/// The line under `line` (which has its indentation and no line break), indented as a traceback shows it, or `None` if
/// nothing is to be marked.
pub fn underline(line: &str, position: Position) -> Option<String> {
    let marks = marks(line, position)?;
    let indent = leading_blanks(line);
    if marks.operator.is_none() && marks.end.saturating_sub(marks.start) == line.chars().count() - indent {
        return None;
    }
    let mut text = String::new();
    // Offsets count from the line's first character; the shown line begins `INDENT` before its first visible one.
    for column in indent..marks.end + INDENT {
        let Some(offset) = column.checked_sub(INDENT) else {
            text.push(' ');
            continue;
        };
        text.push(match marks.operator {
            _ if offset < marks.start => ' ',
            Some((from, to)) if offset < from || offset >= to => '~',
            _ => '^',
        });
    }
    Some(text)
}

/// The number of characters of a line's indentation.
pub fn leading_blanks(line: &str) -> usize {
    line.chars().take_while(|c| matches!(c, ' ' | '\t' | '\x0c')).count()
}

fn marks(line: &str, position: Position) -> Option<Marks> {
    if position.line == 0 || position.end_line == 0 {
        return None;
    }
    let start = char_offset(line, position.col)?;
    if position.line != position.end_line {
        let end = line.trim_end().chars().count();
        return (end > start).then_some(Marks { start, end, operator: None });
    }
    let end = char_offset(line, position.end_col)?;
    if end <= start {
        return None;
    }
    let segment = &line[position.col as usize..position.end_col as usize];
    let operator = anchors(segment).map(|(from, to)| (start + from, start + to));
    Some(Marks { start, end, operator })
}

/// Byte to character offset.
fn char_offset(line: &str, byte: u32) -> Option<usize> {
    line.get(..byte as usize).map(|before| before.chars().count())
}

/// The operator's or the subscript's place in the text of an expression, in characters.
fn anchors(segment: &str) -> Option<(usize, usize)> {
    let ast::Mod::Module(module) = syntax::parse(segment, Mode::Module).ok()? else { return None };
    let [ast::Stmt::Expr(statement)] = module.body.as_slice() else { return None };
    let (from, to) = match statement.value.as_ref() {
        ast::Expr::BinOp(operation) => {
            let between = (span(&*operation.left).end as usize, span(&*operation.right).start as usize);
            operator_anchors(segment.as_bytes(), between)?
        }
        ast::Expr::Subscript(subscript) => {
            (span(&*subscript.value).end as usize, span(&*subscript.slice).end as usize + 1)
        }
        _ => return None,
    };
    let to = to.min(segment.len());
    Some((segment.get(..from)?.chars().count(), segment.get(..to)?.chars().count()))
}

/// The operator among the bytes between its operands, where closing parentheses of the left one may stand too.
fn operator_anchors(segment: &[u8], (from, to): (usize, usize)) -> Option<(usize, usize)> {
    let is_blank = |i: usize| matches!(segment[i], b' ' | b'\t' | b'\n' | b'\x0c' | b'\r');
    let mut last = None;
    for i in from..to {
        if is_blank(i) {
            continue;
        }
        let wide = i + 1 < to && !is_blank(i + 1);
        last = Some((i, i + 1 + usize::from(wide)));
        if segment[i] != b')' || i + 1 >= to {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `under` is how the mark stands under `line`, which is shown with its indentation stripped.
    fn check(line: &str, marked: &str, under: Option<&str>) {
        let col = line.find(marked).unwrap_or_else(|| panic!("{marked} is part of {line}")) as u32;
        let position = Position { line: 1, end_line: 1, col, end_col: col + marked.len() as u32 };
        let expected = under.map(|u| format!("    {u}"));
        assert_eq!(underline(line, position), expected, "{line}");
    }

    #[test]
    fn plain_marks() {
        check("    return f(x) + 1", "f(x)", Some("       ^^^^"));
        check("f(x)", "f(x)", None);
        check("  f(x)", "f(x)", None);
        check("é = f(x)", "f(x)", Some("    ^^^^"));
    }

    #[test]
    fn operators() {
        check("x = a + b", "a + b", Some("    ~~^~~"));
        check("a // b", "a // b", Some("~~^^~~"));
        check("x = (a) + b", "(a) + b", Some("    ~~~~^~~"));
        check("x = a[1]", "a[1]", Some("    ~^^^"));
        check("x = a.b[c]['d']", "a.b[c]['d']", Some("    ~~~~~~^^^^^"));
        check("x = -a", "-a", Some("    ^^"));
    }
}
