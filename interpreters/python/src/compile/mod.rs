//! From a checked syntax tree to register bytecode.
//!
//! `symbols` (with `collect` and `mangle`) decides what names mean; this module drives one
//! [`Unit`](unit::Unit) per code object over the tree; `assemble` (with `bound`) makes final code of it.
//! `deferred` compiles the bodies of library functions when they are called. Expressions: `expr`, `display`, `call`, `condition`, `comprehension`, `fold`; statements: `stmt`,
//! `assign`, `flow`, `exceptions`, `function`, `type_params`, `import`, `pattern`; variables: `variables`.
//!
//! Invariants: a local variable lives in its register and is used there in place; an expression is evaluated
//! strictly from left to right; the register of a variable is written by the last instruction of the
//! assignment only.

mod assemble;
mod assign;
mod bound;
mod call;
mod collect;
mod comprehension;
mod condition;
pub mod deferred;
mod display;
mod exceptions;
mod expr;
mod flow;
mod fold;
mod function;
mod import;
mod mangle;
mod pattern;
mod stmt;
mod symbols;
mod type_params;
mod unit;
mod unparse;
mod variables;

pub use fold::literal as literal_value;

use std::sync::Arc;

use crate::bytecode::{CodeData, CodeFlags, Const, Op, Position, Reg, Target};
use crate::syntax::{self, ErrorKind, Fault, LineIndex, Mode, Span, SyntaxError, ast, span};
use deferred::Outline;
use symbols::{ScopeId, ScopeKind, SymbolTable};
use unit::Unit;

/// Result of compiling a part.
type Done<T = ()> = Result<T, Fault>;

/// Compiles a file or the argument of `exec`.
///
/// # Errors
/// The first syntax error.
pub fn compile_module(source: &str, filename: &str) -> Result<Arc<CodeData>, SyntaxError> {
    compile(source, filename, Mode::Module)
}

/// Compiles the argument of `eval`.
///
/// # Errors
/// The first syntax error.
pub fn compile_eval(source: &str, filename: &str) -> Result<Arc<CodeData>, SyntaxError> {
    compile(source.trim_start_matches([' ', '\t']), filename, Mode::Expression)
}

/// Compiles one interactive statement: expression statements print their values.
///
/// # Errors
/// The first syntax error.
pub fn compile_single(source: &str, filename: &str) -> Result<Arc<CodeData>, SyntaxError> {
    compile(source, filename, Mode::Interactive)
}

/// Compiles the bytes of a source file, decoding them first.
///
/// # Errors
/// The first syntax error, of the encoding included.
pub fn compile_file(bytes: &[u8], filename: &str) -> Result<Arc<CodeData>, SyntaxError> {
    match syntax::source::decode(bytes, Some(filename)) {
        Ok(text) => compile(&text, filename, Mode::Module),
        Err(fault) => Err(fault.locate(filename, &LineIndex::new(""))),
    }
}

/// What the builtin `compile` may ask for.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub mode: Mode,
    /// 1 drops assertions and makes `__debug__` false, 2 drops docstrings too.
    pub optimize: u8,
    /// `from __future__ import annotations` is in force from outside.
    pub future_annotations: bool,
    /// Source that ends too early is reported as "incomplete input", as `codeop` wants it.
    pub allow_incomplete: bool,
}

impl Options {
    /// The usual compilation in a mode.
    #[must_use]
    pub fn new(mode: Mode) -> Options {
        Options { mode, optimize: 0, future_annotations: false, allow_incomplete: false }
    }
}

/// Compiles `source` in a mode.
///
/// # Errors
/// The first syntax error.
pub fn compile(source: &str, filename: &str, mode: Mode) -> Result<Arc<CodeData>, SyntaxError> {
    compile_with(source, filename, &Options::new(mode))
}

/// Compiles `source` as the options say.
///
/// # Errors
/// The first syntax error.
pub fn compile_with(source: &str, filename: &str, options: &Options) -> Result<Arc<CodeData>, SyntaxError> {
    let text = syntax::source::normalize(source).map_err(|f| f.locate(filename, &LineIndex::new("")))?;
    let lines = LineIndex::new(&text);
    let parsed = if options.allow_incomplete {
        syntax::parse_incomplete(&text, options.mode)
    } else {
        syntax::parse(&text, options.mode)
    };
    let tree = parsed.map_err(|f| f.locate(filename, &lines))?;
    compile_tree(&tree, options, filename, &lines).map_err(|f| f.locate(filename, &lines))
}

fn compile_tree(
    tree: &ast::Mod,
    options: &Options,
    filename: &str,
    lines: &LineIndex<'_>,
) -> Done<Arc<CodeData>> {
    compile_tree_with(tree, options, filename, lines, None)
}

fn compile_tree_with(
    tree: &ast::Mod,
    options: &Options,
    filename: &str,
    lines: &LineIndex<'_>,
    outline: Option<&Outline>,
) -> Done<Arc<CodeData>> {
    let mut table = collect::collect(tree)?;
    symbols::resolve(&mut table)?;
    let future_annotations = import::check_future_imports(tree)?;
    let unit = Unit::new(table.scope(ScopeId(0)), ScopeId(0), Vec::new(), "<module>".to_owned());
    let mut compiler = Compiler {
        table: &table,
        lines,
        filename,
        interactive: matches!(tree, ast::Mod::Interactive(_)),
        future_annotations: future_annotations || options.future_annotations,
        optimize: options.optimize,
        outline,
        unit,
        outer: Vec::new(),
        statement: Span::default(),
    };
    compiler.module(tree)
}

/// The compiler's state over the whole program.
struct Compiler<'a> {
    table: &'a SymbolTable,
    lines: &'a LineIndex<'a>,
    filename: &'a str,
    interactive: bool,
    future_annotations: bool,
    optimize: u8,
    /// The functions whose bodies are compiled later.
    outline: Option<&'a Outline>,
    /// The code object being made.
    unit: Unit<'a>,
    /// The code objects around it, outermost first.
    outer: Vec<Unit<'a>>,
    /// The statement being compiled.
    statement: Span,
}

/// What a finished code object is called and how it is called.
#[derive(Default)]
struct Header {
    name: String,
    first: Span,
    argcount: u16,
    posonlyargcount: u16,
    kwonlyargcount: u16,
    flags: u32,
    docstring: Option<String>,
}

impl<'a> Compiler<'a> {
    fn emit(&mut self, op: Op, at: Span) {
        self.unit.buffer.emit(op, at);
    }

    fn label(&mut self) -> Target {
        self.unit.buffer.label()
    }

    fn place(&mut self, label: Target) {
        self.unit.buffer.place(label);
    }

    fn module(&mut self, tree: &'a ast::Mod) -> Done<Arc<CodeData>> {
        let mut header = Header { name: "<module>".to_owned(), ..Header::default() };
        let at = Span::at(0);
        match tree {
            ast::Mod::Module(m) => {
                header.docstring = self.docstring(&m.body);
                self.setup_annotations(&m.body);
                if let Some(text) = header.docstring.clone() {
                    self.store_docstring(&text, span(&m.body[0]))?;
                }
                self.body(&m.body)?;
                self.return_none(at)?;
            }
            ast::Mod::Interactive(m) => {
                self.setup_annotations(&m.body);
                self.body(&m.body)?;
                self.return_none(at)?;
            }
            ast::Mod::Expression(m) => {
                let value = self.operand(&m.body)?;
                self.emit(Op::Return { s: value }, span(&*m.body));
            }
            ast::Mod::FunctionType(_) => {
                return Err(Fault::syntax("function type comments are not supported", at));
            }
        }
        let empty = Unit::new(self.table.scope(ScopeId(0)), ScopeId(0), Vec::new(), String::new());
        let unit = std::mem::replace(&mut self.unit, empty);
        self.finish(unit, header)
    }

    fn return_none(&mut self, at: Span) -> Done {
        let mark = self.unit.mark();
        let s = self.unit.temp(at)?;
        self.emit(Op::LoadNone { d: s }, at);
        self.emit(Op::Return { s }, at);
        self.unit.release(mark);
        Ok(())
    }

    fn store_docstring(&mut self, text: &str, at: Span) -> Done {
        let mark = self.unit.mark();
        let v = self.load_const(Const::Str(text.to_owned()), at)?;
        let name = self.unit.buffer.name("__doc__");
        self.emit(Op::StoreName { name, v }, at);
        self.unit.release(mark);
        Ok(())
    }

    fn setup_annotations(&mut self, body: &[ast::Stmt]) {
        if stmt::has_annotations(body) {
            self.emit(Op::SetupAnnotations {}, Span::at(0));
        }
    }

    /// Loads a constant into a new temporary.
    fn load_const(&mut self, c: Const, at: Span) -> Done<Reg> {
        let d = self.unit.temp(at)?;
        self.load_const_into(c, d, at);
        Ok(d)
    }

    fn load_const_into(&mut self, c: Const, d: Reg, at: Span) {
        let op = match &c {
            Const::None => Op::LoadNone { d },
            Const::True => Op::LoadTrue { d },
            Const::False => Op::LoadFalse { d },
            Const::Int(i) if i32::try_from(i).is_ok() => {
                Op::LoadInt { d, imm: i32::try_from(i).unwrap_or_default() }
            }
            _ => Op::LoadConst { d, c: self.unit.buffer.constant(c) },
        };
        self.emit(op, at);
    }

    /// Begins a code object inside the current one.
    fn enter(&mut self, id: ScopeId, parameters: Vec<String>, name: &str) {
        let qualname = self.inner_qualname(id, name);
        let unit = Unit::new(self.table.scope(id), id, parameters, qualname);
        self.outer.push(std::mem::replace(&mut self.unit, unit));
        self.make_cells();
    }

    /// Ends the code object begun last.
    fn leave(&mut self, header: Header) -> Done<Arc<CodeData>> {
        let outer = self.outer.pop().expect("every `leave` has its `enter`");
        let unit = std::mem::replace(&mut self.unit, outer);
        self.finish(unit, header)
    }

    /// The qualified name of a definition inside the current code.
    fn inner_qualname(&self, id: ScopeId, name: &str) -> String {
        let kind = self.table.scope(id).kind;
        let declared_global = matches!(kind, ScopeKind::Function | ScopeKind::Class)
            && self.table.scope(self.unit.scope).symbols.get(name).is_some_and(|s| s.global);
        // The scope of type parameters is no part of the name.
        let home = match (self.unit.kind, self.outer.last()) {
            (ScopeKind::TypeParams, Some(outer)) => outer,
            _ => &self.unit,
        };
        match home.kind {
            _ if declared_global => name.to_owned(),
            ScopeKind::Module => name.to_owned(),
            // CPython leaves the mark out inside generator expressions.
            ScopeKind::Class | ScopeKind::Generator => format!("{}.{name}", home.qualname),
            _ => format!("{}.<locals>.{name}", home.qualname),
        }
    }

    fn make_cells(&mut self) {
        let cells = self.unit.cellvars.clone();
        for name in cells {
            let d = self.unit.registers[&name];
            // Registers other than parameters are NULL at entry, so an empty cell copies its own register.
            let parameter = self.unit.varnames.iter().position(|v| *v == name);
            let v = parameter.map_or(d, |i| Reg(i as u16));
            self.emit(Op::MakeCell { d, v }, Span::default());
        }
    }

    fn finish(&self, unit: Unit<'a>, header: Header) -> Done<Arc<CodeData>> {
        let registers = unit.register_count();
        let parameters = header.argcount + header.kwonlyargcount;
        let star = u16::from(header.flags & CodeFlags::VARARGS != 0);
        let star_star = u16::from(header.flags & CodeFlags::VARKEYWORDS != 0);
        let mut flags = header.flags;
        if unit.introspects {
            flags |= CodeFlags::INTROSPECTS;
        }
        if self.future_annotations {
            flags |= CodeFlags::FUTURE_ANNOTATIONS;
        }
        let assembled = unit.buffer.assemble(parameters + star + star_star, registers);
        if assembled.code.len() > u32::MAX as usize / 2 {
            return Err(Fault::of(ErrorKind::Overflow, "code block is too large", header.first));
        }
        let positions = assembled.spans.iter().map(|&s| self.position(s)).collect();
        Ok(Arc::new(CodeData {
            name: header.name,
            qualname: unit.qualname,
            filename: self.filename.to_owned(),
            first_line: self.lines.line_and_byte(header.first.start).0,
            argcount: header.argcount,
            posonlyargcount: header.posonlyargcount,
            kwonlyargcount: header.kwonlyargcount,
            flags: CodeFlags(flags),
            nregs: registers,
            varnames: unit.varnames,
            cellvars: unit.cellvars,
            freevars: unit.freevars,
            names: assembled.names,
            consts: assembled.consts,
            code: assembled.code,
            positions,
            exception_table: assembled.exception_table,
            loops: assembled.loops,
            docstring: header.docstring,
            ..CodeData::default()
        }))
    }

    fn position(&self, s: Span) -> Position {
        if s == Span::default() {
            return Position::default();
        }
        let (line, col) = self.lines.line_and_byte(s.start);
        let (end_line, end_col) = self.lines.line_and_byte(s.end);
        Position { line, end_line, col, end_col }
    }
}
