//! Builtins about code and namespaces: eval, exec, compile, globals, locals, `__import__`.
//!
//! `globals()`, `locals()` and their like need the frame that calls them. The call handler of the interpreter knows these natives by their
//! intrinsic, and leaves the caller's namespaces here just before it calls them; such calls are never part of a trace.

use super::arguments::given;
use crate::bytecode::CodeData;
use crate::code::Code;
use crate::natives;
use crate::object::cast::{self, bind, index_i64};
use crate::object::error::{not_implemented, type_error, value_error};
use crate::object::layouts::{CodeObject, Dict, PyBytes};
use crate::object::native::Args;
use crate::object::{NONE, PyResult, bytes, dict, str};
use crate::syntax::{ErrorKind, Mode, SyntaxError};
use crate::{address, import, raw, vm};
use metajit::heap::{self, Ref, Value};
use std::cell::Cell;
use std::sync::Arc;

/// The namespaces of a frame.
#[derive(Clone, Copy)]
struct Caller {
    code: &'static Code,
    pc: usize,
    globals: Ref,
    locals: Value,
}

thread_local! {
    /// Only between the call handler's setting it and the native's reading it, during which nothing is allocated by others.
    static CALLER: Cell<Option<Caller>> = const { Cell::new(None) };
}

/// Tells of the frame that is about to call one of this file's natives at `pc`. `locals` is the same dict as the globals, a class
/// body's namespace, or a snapshot of a function's variables.
pub fn set_caller(code: &'static Code, pc: usize, locals: Value) {
    CALLER.set(Some(Caller { code, pc, globals: code.globals, locals }));
}

fn caller(function: &str) -> PyResult<Caller> {
    CALLER.take().ok_or_else(|| {
        not_implemented(format!(
            "{function}() cannot find the frame that calls it: call it directly from Python code"
        ))
    })
}

/// `sys._getframe()`: of the frame that calls it; which frames called that one is not known.
pub fn getframe(args: &[Value]) -> PyResult {
    let caller = caller("sys._getframe")?;
    let depth = args.first().map_or(Ok(0), |&depth| index_i64(depth))?;
    if depth > 0 {
        return Err(value_error("call stack is not deep enough"));
    }
    Ok(crate::object::frame_view::new(caller.code, caller.pc, caller.locals))
}

/// `locals()`.
pub fn locals() -> PyResult {
    caller("locals").map(|c| c.locals)
}

fn globals() -> PyResult {
    caller("globals").map(|c| Value::object(c.globals))
}

/// A namespace for code that the runtime itself runs.
pub fn builtin_globals(name: &str) -> Ref {
    let globals = dict::new_celled();
    dict::set_str(globals, raw::intern("__name__"), str::value(name));
    globals
}

fn import(args: Args<'_>) -> PyResult {
    let [name, globals, _, fromlist, level] =
        bind("__import__", args, ["name", "globals", "locals", "fromlist", "level"], 1)?;
    let Some(name) = cast::str_of(name) else {
        return Err(type_error(format!(
            "__import__() argument 1 must be str, not {}",
            raw::class_name(name)
        )));
    };
    let level = given(level).map_or(Ok(0), index_i64)?;
    let Ok(level) = u32::try_from(level) else { return Err(value_error("level must be >= 0")) };
    let globals = given(globals).and_then(|g| cast::to_layout(g, Dict::ID)).unwrap_or(Ref::NULL);
    import::import(name, globals, given(fromlist).unwrap_or(NONE), level)
}

/// The source text of an argument of `eval`, `exec` or `compile`.
fn source_text(source: Value, function: &str, what: &str) -> PyResult<String> {
    if let Some(text) = cast::str_of(source) {
        return match std::str::from_utf8(str::bytes(text)) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => {
                // The codec's error says where the lone surrogate is.
                raw::call_method(source, "encode", &[str::value("utf-8")])?;
                Err(value_error("source text is not valid UTF-8"))
            }
        };
    }
    if let Some(data) = cast::to_layout(source, PyBytes::ID) {
        return crate::syntax::source::decode(bytes::contents(data), None).map_err(|fault| {
            let report = fault.locate("<string>", &crate::syntax::LineIndex::new(""));
            crate::traceback::syntax::exception(&report)
        });
    }
    Err(type_error(format!("{function}() arg 1 must be a {what}")))
}

fn compile_text(text: &str, filename: &str, mode: Mode) -> PyResult<Arc<CodeData>> {
    let failed = |report: SyntaxError| crate::traceback::syntax::exception(&report);
    if text.contains('\0') {
        let report = SyntaxError {
            kind: ErrorKind::Syntax,
            message: "source code string cannot contain null bytes".to_owned(),
            filename: filename.to_owned(),
            line: 0,
            col: 0,
            end_line: 0,
            end_col: 0,
            text: None,
        };
        return Err(failed(report));
    }
    // As CPython's tokenizer does it, so that the text in a SyntaxError ends with a line break.
    let complete = if mode == Mode::Module && !text.ends_with('\n') { &format!("{text}\n") } else { text };
    crate::compile::compile(complete, filename, mode).map_err(failed)
}

/// The code to run for `eval` or `exec`.
fn code_of(source: Value, function: &str, mode: Mode) -> PyResult<Arc<CodeData>> {
    if source.has_layout(CodeObject::ID) {
        let code = address::code(heap::get(source.as_ref().expect("a code object"), CodeObject::CODE));
        if !code.data.freevars.is_empty() {
            return Err(type_error(format!(
                "code object passed to {function}() may not contain free variables"
            )));
        }
        return Ok(code.data.clone());
    }
    let text = source_text(source, function, "string, bytes or code object")?;
    let text = if mode == Mode::Expression { text.trim_start_matches([' ', '\t']) } else { &text };
    compile_text(text, "<string>", mode)
}

/// Runs code in the namespaces given, or in the caller's.
fn run(function: &'static str, args: Args<'_>, mode: Mode) -> PyResult {
    cast::no_keywords(function, Args { values: args.positional(), names: &[] })?;
    let caller = CALLER.take();
    let [source, globals, locals] = bind(function, args, ["", "globals", "locals"], 1)?;
    let code = code_of(source, function, mode)?;
    let (globals, locals) = match (given(globals), given(locals)) {
        (None, locals) => {
            CALLER.set(caller);
            let caller = self::caller(function)?;
            (caller.globals, locals.unwrap_or(caller.locals))
        }
        (Some(globals), locals) => {
            let Some(dict) = cast::to_layout(globals, Dict::ID) else {
                let class = raw::class_name(globals);
                return Err(type_error(format!("{function}() globals must be a dict, not {class}")));
            };
            (dict, locals.unwrap_or(globals))
        }
    };
    dict::make_namespace(globals);
    ensure_builtins(globals);
    raw::run_module(&code, globals, locals)
}

/// Gives a namespace its `__builtins__`.
pub fn ensure_builtins(globals: Ref) {
    let name = raw::intern("__builtins__");
    if dict::get_str(globals, name).is_none() {
        dict::set_str(globals, name, Value::object(vm::builtins()));
    }
}

fn eval(args: Args<'_>) -> PyResult {
    run("eval", args, Mode::Expression)
}

fn exec(args: Args<'_>) -> PyResult {
    run("exec", args, Mode::Module)?;
    Ok(NONE)
}

/// `ast.PyCF_ONLY_AST`: `compile` gives the syntax tree.
const ONLY_TREE: i64 = 0x400;

fn compile(args: Args<'_>) -> PyResult {
    const NAMES: [&str; 7] =
        ["source", "filename", "mode", "flags", "dont_inherit", "optimize", "_feature_version"];
    let [source, filename, mode, flags, ..] = bind("compile", args, NAMES, 3)?;
    let text = source_text(source, "compile", "string, bytes or AST object")?;
    let string = |value: Value, position: &str| {
        cast::str_of(value).map(|s| str::as_str(s).to_owned()).ok_or_else(|| {
            type_error(format!("compile() argument '{position}' must be str, not {}", raw::class_name(value)))
        })
    };
    let filename = string(filename, "filename")?;
    let mode = match string(mode, "mode")?.as_str() {
        "exec" => Mode::Module,
        "eval" => Mode::Expression,
        "single" => Mode::Interactive,
        _ => return Err(value_error("compile() mode must be 'exec', 'eval' or 'single'")),
    };
    if given(flags).map_or(Ok(0), index_i64)? & ONLY_TREE != 0 {
        return super::tree::parse(&text, &filename, mode);
    }
    let code = compile_text(&text, &filename, mode)?;
    let globals = builtin_globals("__main__");
    Ok(Code::new(&code, globals, true).object())
}

/// The error of leaving the interactive session in a program that has none.
fn quit(args: &[Value]) -> PyResult {
    Err(crate::stdlib::sys::system_exit(args))
}

natives! {
    pub static FUNCTIONS;
    "globals" Zero(globals) [Any] intrinsic Introspect;
    "locals" Zero(locals) [Any] intrinsic Introspect;
    "eval" Full(eval) [Any] intrinsic Introspect;
    "exec" Full(exec) [Any] intrinsic Introspect;
    "compile" Full(compile) [Any];
    "__import__" Full(import) [Any];
    "exit" Slice(quit) 0..1 [Any];
    "quit" Slice(quit) 0..1 [Any];
}
