//! Functions of library modules whose bodies are compiled when they are first called.
//!
//! Importing a module runs a few statements of it and defines many functions, of which most are never called. So the module is
//! compiled from its outline (`syntax::outline`). The code of a function without its body has all that belongs to the `def` (names,
//! parameters, flags of the parameters); [`body_of`] then compiles the text of the `def` with as much around it as the
//! compiler has to see, and moves the result to its lines. Neighbours: `code` (asks for bodies), `import`.

use super::{Done, Options, compile_tree_with, compile_with};
use crate::bytecode::{CodeData, CodeFlags, Const};
use crate::memory;
use crate::syntax::outline::Skipped;
use crate::syntax::{self, LineIndex, Mode, SyntaxError};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What is needed to compile the body of a function.
#[derive(Debug)]
pub struct Deferred {
    /// From the beginning of the line of the `def` on.
    text: &'static str,
    /// The line of the `def`.
    line: u32,
    /// The classes around it.
    classes: Vec<String>,
    /// The attributes of its first parameter that it seems to set.
    pub attributes: Vec<String>,
}

/// The functions without bodies of the module being compiled.
pub(super) struct Outline {
    text: &'static str,
    skipped: FxHashMap<u32, Skipped>,
}

impl Outline {
    /// The function that has a placeholder for its body at `mark`.
    pub(super) fn find(&self, mark: u32, lines: &LineIndex<'_>) -> Option<Deferred> {
        let skipped = self.skipped.get(&mark)?;
        let (line, column) = lines.line_and_byte(skipped.start);
        let from = (skipped.start - column) as usize;
        Some(Deferred {
            text: &self.text[from..skipped.end as usize],
            line,
            classes: skipped.classes.clone(),
            attributes: skipped.attributes.clone(),
        })
    }
}

/// Compiles the outline of a module that is part of the executable.
///
/// # Errors
/// The first syntax error outside of functions.
pub fn compile_library(source: &'static [u8], filename: &str) -> Result<Arc<CodeData>, SyntaxError> {
    let unusual = [b'\r', 0, 0xEF].iter().any(|byte| source.contains(byte));
    let plain = std::str::from_utf8(source).ok().filter(|_| !unusual);
    let Some(text) = plain else { return super::compile_file(source, filename) };
    let lines = LineIndex::new(text);
    let compiled = outline_of(text, filename, &lines);
    memory::forget(source);
    compiled.map_err(|fault| fault.locate(filename, &lines))
}

fn outline_of(text: &'static str, filename: &str, lines: &LineIndex<'_>) -> Done<Arc<CodeData>> {
    let (tree, skipped) = syntax::parse_outline(text)?;
    let skipped = skipped.into_iter().map(|s| (s.mark, s)).collect();
    let outline = Outline { text, skipped };
    compile_tree_with(&tree, &Options::new(Mode::Module), filename, lines, Some(&outline))
}

/// Compiles a function whose code has no body yet.
pub fn body_of(stub: &CodeData) -> Arc<CodeData> {
    let deferred = stub.deferred.as_ref().expect("only code without its body has none");
    let mut text = String::new();
    for (depth, class) in deferred.classes.iter().enumerate() {
        text.extend(std::iter::repeat_n(' ', depth));
        text.push_str(&format!("class {class}:\n"));
    }
    if deferred.classes.is_empty() && deferred.text.starts_with([' ', '\t']) {
        text.push_str("if 1:\n");
    }
    let before = text.lines().count() as u32;
    text.push_str(deferred.text);
    memory::forget(deferred.text.as_bytes());
    text.push('\n');
    let options = Options {
        future_annotations: stub.flags.has(CodeFlags::FUTURE_ANNOTATIONS),
        ..Options::new(Mode::Module)
    };
    let module = compile_with(&text, &stub.filename, &options).expect("the library's functions compile");
    let mut code = module;
    for name in deferred.classes.iter().chain([&stub.name]) {
        code = inner(&code, name);
    }
    let mut made = CodeData::clone(&code);
    drop(code);
    move_lines(&mut made, i64::from(deferred.line) - i64::from(before) - 1);
    made.first_line = stub.first_line;
    Arc::new(made)
}

/// The code of the class or function that `outer` defines.
fn inner(outer: &CodeData, name: &str) -> Arc<CodeData> {
    let found = outer.consts.iter().find_map(|constant| match constant {
        Const::Code(code) if code.name == name => Some(code.clone()),
        _ => None,
    });
    found.expect("the definition is in the text")
}

/// Moves code and the code in it to other lines.
fn move_lines(code: &mut CodeData, by: i64) {
    let moved = |line: u32| if line == 0 { 0 } else { (i64::from(line) + by) as u32 };
    code.first_line = moved(code.first_line);
    for position in &mut code.positions {
        position.line = moved(position.line);
        position.end_line = moved(position.end_line);
    }
    for constant in &mut code.consts {
        if let Const::Code(inner) = constant {
            let mut own = CodeData::clone(inner);
            move_lines(&mut own, by);
            *inner = Arc::new(own);
        }
    }
}
