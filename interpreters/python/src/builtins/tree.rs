//! Syntax trees as objects of the classes of `_ast`: what `compile(…, PyCF_ONLY_AST)` gives.
//!
//! Neighbours: `syntax::generic` (the tree without Rust types), `stdlib/_ast.py` (the classes).

use crate::object::{NONE, PyResult, list, str};
use crate::syntax::{self, Field, LineIndex, Mode, Node};
use crate::{import, raw};
use metajit::heap::{Ref, Value};

/// The tree of a source text.
///
/// # Errors
/// A SyntaxError.
pub fn parse(text: &str, filename: &str, mode: Mode) -> PyResult {
    let lines = LineIndex::new(text);
    let failed = |fault: syntax::Fault| crate::traceback::syntax::exception(&fault.locate(filename, &lines));
    let tree = syntax::parse(text, mode).map_err(failed)?;
    let classes = import::import(raw::intern("_ast"), Ref::NULL, NONE, 0)?;
    object(classes, &syntax::generic(&tree, &lines))
}

fn object(classes: Value, node: &Node) -> PyResult {
    let made = raw::call(raw::get_attr_str(classes, node.class.name)?, &[])?;
    for (name, field) in node.class.fields.iter().zip(&node.fields) {
        let value = field_value(classes, field)?;
        raw::set_attr(made, raw::intern(name.trim_end_matches(['?', '*'])), value)?;
    }
    if let Some(p) = node.position {
        for (name, number) in [
            ("lineno", p.line),
            ("col_offset", p.col),
            ("end_lineno", p.end_line),
            ("end_col_offset", p.end_col),
        ] {
            raw::set_attr(made, raw::intern(name), Value::int(number.into()))?;
        }
    }
    Ok(made)
}

fn field_value(classes: Value, field: &Field) -> PyResult {
    Ok(match field {
        Field::Absent => NONE,
        Field::Node(node) => object(classes, node)?,
        Field::List(fields) => {
            let items = list::new();
            for field in fields {
                let item = field_value(classes, field)?;
                list::append(items, item);
            }
            Value::object(items)
        }
        Field::Text(text) => str::value(text),
        Field::Int(number) => Value::int(*number),
        Field::Value(constant) => crate::code::constant_value(constant),
    })
}
