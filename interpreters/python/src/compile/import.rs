//! `import` statements, and the `__future__` features they switch on.

use super::{Compiler, Done};
use crate::bytecode::{Const, Op, Reg};
use crate::syntax::{Fault, Span, ast, span};
use ast::{Expr, Stmt};

/// The features that `from __future__ import` knows.
const FEATURES: [&str; 10] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "barry_as_FLUFL",
    "generator_stop",
    "annotations",
];

/// Checks the future imports of a program; whether `annotations` is among them.
///
/// # Errors
/// An unknown feature, or an import that is not at the beginning of the file.
pub fn check_future_imports(tree: &ast::Mod) -> Done<bool> {
    let body = match tree {
        ast::Mod::Module(m) => &m.body,
        ast::Mod::Interactive(m) => &m.body,
        _ => return Ok(false),
    };
    let mut annotations = false;
    let mut at_beginning = true;
    for (i, s) in body.iter().enumerate() {
        match s {
            Stmt::ImportFrom(f) if f.module.as_deref() == Some("__future__") => {
                if !at_beginning {
                    let message = "from __future__ imports must occur at the beginning of the file";
                    return Err(Fault::syntax(message, span(s)));
                }
                annotations |= check_features(f)?;
            }
            Stmt::Expr(e) if i == 0 && is_string(&e.value) => {}
            _ => at_beginning = false,
        }
    }
    Ok(annotations)
}

fn is_string(e: &Expr) -> bool {
    matches!(e, Expr::Constant(c) if c.value.is_str())
}

fn check_features(f: &ast::StmtImportFrom) -> Done<bool> {
    let mut annotations = false;
    for alias in &f.names {
        let name = alias.name.as_str();
        if name == "braces" {
            return Err(Fault::syntax("not a chance", Span::at(span(f).start)));
        }
        if !FEATURES.contains(&name) {
            let message = format!("future feature {name} is not defined");
            return Err(Fault::syntax(message, Span::at(span(f).start)));
        }
        annotations |= name == "annotations";
    }
    Ok(annotations)
}

impl<'a> Compiler<'a> {
    pub(super) fn import(&mut self, i: &'a ast::StmtImport) -> Done {
        let at = span(i);
        for alias in &i.names {
            let mark = self.unit.mark();
            let d = self.unit.temp(at)?;
            self.import_name(&alias.name, Const::None, 0, d, at);
            match &alias.asname {
                Some(asname) => {
                    // `import a.b.c as d` binds the innermost module.
                    for part in alias.name.split('.').skip(1) {
                        let name = self.unit.buffer.name(part);
                        self.emit(Op::ImportFrom { d, module: d, name }, at);
                    }
                    self.store_name(asname, d, at);
                }
                None => {
                    let top = alias.name.split('.').next().unwrap_or(&alias.name);
                    self.store_name(top, d, at);
                }
            }
            self.unit.release(mark);
        }
        Ok(())
    }

    pub(super) fn import_from(&mut self, i: &'a ast::StmtImportFrom) -> Done {
        let at = span(i);
        let level = i.level.map_or(0, |l| l.to_u32());
        let Ok(level) = u8::try_from(level) else {
            return Err(Fault::syntax("too many levels of relative import", at));
        };
        let module = self.unit.temp(at)?;
        let names = i.names.iter().map(|a| Const::Str(a.name.to_string())).collect();
        self.import_name(i.module.as_deref().unwrap_or(""), Const::Tuple(names), level, module, at);
        for alias in &i.names {
            if &*alias.name == "*" {
                self.emit(Op::ImportStar { module }, at);
                return Ok(());
            }
            let bound = alias.asname.as_ref().unwrap_or(&alias.name);
            let mark = self.unit.mark();
            let d = self.unit.temp(at)?;
            let name = self.unit.buffer.name(&alias.name);
            self.emit(Op::ImportFrom { d, module, name }, at);
            self.store_name(bound, d, at);
            self.unit.release(mark);
        }
        Ok(())
    }

    fn import_name(&mut self, name: &str, fromlist: Const, level: u8, d: Reg, at: Span) {
        let name = self.unit.buffer.name(name);
        let fromlist = self.unit.buffer.constant(fromlist);
        self.emit(Op::ImportName { d, name, fromlist, level }, at);
    }
}
