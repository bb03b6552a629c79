//! The module `sys`.
//!
//! It exists from the start, and the runtime looks some of its names up (`stdout`, `modules`, `path`). Records like `version_info` are made
//! when they are first asked for, by the module's `__getattr__`.

use super::ModuleTable;
use super::io::{file, stream};
use crate::builtins::arguments::given;
use crate::natives;
use crate::object::cast::{self, index, index_i64};
use crate::object::class::Builtin;
use crate::object::error::{type_error, value_error};
use crate::object::int::big::Int;
use crate::object::layouts::Module;
use crate::object::native::Args;
use crate::object::{FALSE, NONE, PyResult, TRUE, dict, list, repr, str, tuple};
use crate::{prelude, raw, vm};
use metajit::heap::{self, Ref, Value};
use std::cell;

/// `sys.version`.
pub const VERSION: &str = concat!("3.12.1 (metapy ", env!("CARGO_PKG_VERSION"), ")");

static MODULE: ModuleTable = ModuleTable { name: "sys", functions: FUNCTIONS, fill };

thread_local! {
    static NAMESPACE: cell::Cell<Ref> = const { cell::Cell::new(Ref::NULL) };
}

/// What the command line knows of the program.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// `sys.argv`.
    pub arguments: Vec<String>,
    /// `sys.path`.
    pub path: Vec<String>,
    /// `sys.executable`.
    pub executable: String,
}

/// Makes the module. To be called once, when the runtime starts.
pub fn start() -> Ref {
    let sys = super::make(&MODULE);
    NAMESPACE.set(heap::permanent(heap::get(sys, Module::DICT)));
    let modules = dict::new();
    set_attribute("modules", Value::object(modules));
    vm::set_modules(modules);
    sys
}

/// Sets what the command line tells.
pub fn set_start(start: &Start) {
    let texts = |texts: &[String]| {
        let list = list::new();
        texts.iter().for_each(|text| list::append(list, str::value(text)));
        Value::object(list)
    };
    set_attribute("argv", texts(&start.arguments));
    set_attribute("orig_argv", texts(&start.arguments));
    set_attribute("path", texts(&start.path));
    set_attribute("executable", str::value(&start.executable));
}

/// Sets `sys.argv`.
pub fn set_arguments(arguments: &[String]) {
    let all = list::new();
    arguments.iter().for_each(|argument| list::append(all, str::value(argument)));
    set_attribute("argv", Value::object(all));
}

/// An attribute of the module, as it is now; `None` if a program deleted it.
pub fn attribute(name: &str) -> Option<Value> {
    dict::get_str(NAMESPACE.get(), raw::intern(name))
}

fn set_attribute(name: &str, value: Value) {
    dict::set_str(NAMESPACE.get(), raw::intern(name), value);
}

/// `sys.modules`, if it is a dict.
pub fn modules() -> Option<Ref> {
    attribute("modules").filter(|m| m.has_layout(crate::object::layouts::Dict::ID)).and_then(Value::as_ref)
}

fn fill(set: &mut dyn FnMut(&str, Value)) {
    let text = str::value;
    set("version", text(VERSION));
    set("hexversion", Value::int(0x030C_01F0));
    set("api_version", Value::int(1013));
    set("maxsize", Value::int(i64::MAX));
    set("maxunicode", Value::int(0x10_FFFF));
    set("platform", text(if cfg!(target_os = "macos") { "darwin" } else { "linux" }));
    set("byteorder", text(if cfg!(target_endian = "big") { "big" } else { "little" }));
    set("float_repr_style", text("short"));
    set("copyright", text("MIT OR Apache-2.0"));
    set("prefix", text("/usr/local"));
    set("exec_prefix", text("/usr/local"));
    set("base_prefix", text("/usr/local"));
    set("base_exec_prefix", text("/usr/local"));
    set("platlibdir", text("lib"));
    set("pycache_prefix", NONE);
    set("dont_write_bytecode", TRUE);
    set("warnoptions", Value::object(list::new()));
    set("meta_path", Value::object(list::new()));
    set("path_hooks", Value::object(list::new()));
    set("path_importer_cache", Value::object(dict::new()));
    let names: Vec<&str> = super::library::builtin_names();
    let builtin = list::new();
    names.iter().for_each(|name| list::append(builtin, text(name)));
    set("builtin_module_names", tuple::value(list::items(builtin)));
    for (stream, name, reads) in
        [(stream::STDIN, "stdin", true), (stream::STDOUT, "stdout", false), (stream::STDERR, "stderr", false)]
    {
        let object = file::standard(stream, &format!("<{name}>"), reads);
        set(name, object);
        set(&format!("__{name}__"), object);
    }
}

/// Names whose values are made when they are first asked for.
const RECORDS: [&str; 6] = ["version_info", "flags", "float_info", "int_info", "hash_info", "thread_info"];

fn getattr(name: Value) -> PyResult {
    let text = cast::str_of(name).map_or("", str::as_str);
    let value = if RECORDS.contains(&text) {
        prelude::call(prelude::File::Records, text, &[])?
    } else if text == "implementation" {
        let version = raw::get_attr_str(this(), "version_info")?;
        prelude::call(prelude::File::Records, text, &[version])?
    } else {
        return Err(crate::builtins::objects::no_module_attribute("sys", text));
    };
    set_attribute(text, value);
    Ok(value)
}

fn this() -> Value {
    modules().and_then(|modules| dict::get_str(modules, raw::intern("sys"))).unwrap_or(NONE)
}

/// The exception that ends the program.
pub fn system_exit(args: &[Value]) -> Value {
    let class = Value::object(raw::builtin_class(Builtin::SystemExit));
    raw::call(class, args).unwrap_or_else(|error| error)
}

fn exit(args: &[Value]) -> PyResult {
    Err(system_exit(args))
}

fn getrecursionlimit() -> PyResult {
    Ok(Value::int(vm::recursion_limit().into()))
}

fn setrecursionlimit(limit: Value) -> PyResult {
    let limit = index_i64(limit)?;
    if limit < 1 {
        return Err(value_error("recursion limit must be greater or equal than 1"));
    }
    let Some(limit) = u32::try_from(limit).ok().filter(|&l| l <= i32::MAX as u32) else {
        return Err(crate::object::error::overflow_error("Python int too large to convert to C int"));
    };
    if limit <= vm::depth() {
        let depth = vm::depth();
        let message = format!(
            "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
        );
        return Err(crate::object::error::recursion_error(message));
    }
    vm::set_recursion_limit(limit);
    Ok(NONE)
}

fn exception() -> PyResult {
    Ok(vm::handled())
}

fn exc_info() -> PyResult {
    let handled = vm::handled();
    if handled == NONE {
        return Ok(tuple::value(&[NONE, NONE, NONE]));
    }
    let traceback = raw::get_attr_str(handled, "__traceback__")?;
    Ok(tuple::value(&[Value::object(raw::class_of(handled)), handled, traceback]))
}

fn intern(text: Value) -> PyResult {
    match cast::str_of(text) {
        Some(text) => Ok(Value::object(raw::intern_object(text))),
        None => Err(type_error(format!("intern() argument must be str, not {}", raw::class_name(text)))),
    }
}

/// The bytes of the object itself.
fn getsizeof(args: &[Value]) -> PyResult {
    if cast::is_user_object(args[0])
        && let Some(size) = raw::call_special(args[0], "__sizeof__", &[])
    {
        return size;
    }
    Ok(Value::int(args[0].as_ref().map_or(8, heap::size_of) as i64))
}

fn getrefcount(_: Value) -> PyResult {
    Err(crate::object::error::not_implemented("sys.getrefcount() is not supported: objects are not counted"))
}

fn get_int_max_str_digits() -> PyResult {
    Ok(Value::int(crate::object::int::text::max_digits()))
}

fn set_int_max_str_digits(args: Args<'_>) -> PyResult {
    let [digits] = cast::bind("set_int_max_str_digits", args, ["maxdigits"], 1)?;
    match index(digits)? {
        Int::Small(n) if n == 0 || n >= 640 => {
            crate::object::int::text::set_max_digits(n);
            Ok(NONE)
        }
        _ => Err(value_error("maxdigits must be 0 or larger than 640")),
    }
}

fn utf8() -> PyResult {
    Ok(str::value("utf-8"))
}

fn surrogateescape() -> PyResult {
    Ok(str::value("surrogateescape"))
}

fn is_finalizing() -> PyResult {
    Ok(FALSE)
}

/// Prints the value of an expression statement of an interactive session.
fn displayhook(value: Value) -> PyResult {
    if value == NONE {
        return Ok(NONE);
    }
    let text = Value::object(repr::repr(value)?);
    if let Some(out) = attribute("stdout") {
        raw::call_method(out, "write", &[text])?;
        raw::call_method(out, "write", &[str::value("\n")])?;
    }
    dict::set_str(vm::builtins(), raw::intern("_"), value);
    Ok(NONE)
}

/// Prints an exception as an uncaught one.
fn excepthook(_: Value, exception: Value, _: Value) -> PyResult {
    let text = crate::traceback::format_exception(exception);
    if let Some(err) = given(attribute("stderr").unwrap_or(NONE)) {
        raw::call_method(err, "write", &[str::value(&text)])?;
    }
    Ok(NONE)
}

fn call_tracing(_: Args<'_>) -> PyResult {
    Err(crate::object::error::not_implemented("sys.settrace() and sys.setprofile() are not supported"))
}

/// There are no hooks to tell of an event.
fn audit(_: Args<'_>) -> PyResult {
    Ok(NONE)
}

fn addaudithook(_: Value) -> PyResult {
    Err(crate::object::error::not_implemented("sys.addaudithook() is not supported"))
}

fn none() -> PyResult {
    Ok(NONE)
}

fn zero() -> PyResult {
    Ok(Value::int(0))
}

/// The hooks of asynchronous generators, as they were set. They are not called: a generator that is dropped is not closed.
fn get_asyncgen_hooks() -> PyResult {
    Ok(attribute("_asyncgen_hooks").unwrap_or_else(|| tuple::value(&[NONE, NONE])))
}

fn set_asyncgen_hooks(args: Args<'_>) -> PyResult {
    let [first, finalizer] = cast::bind("set_asyncgen_hooks", args, ["firstiter", "finalizer"], 0)?;
    let old = get_asyncgen_hooks()?;
    let old = tuple::items(old.as_ref().expect("a tuple"));
    let new = [
        raw::or_none(crate::builtins::arguments::or(first, old[0])),
        crate::builtins::arguments::or(finalizer, old[1]),
    ];
    set_attribute("_asyncgen_hooks", tuple::value(&new));
    Ok(NONE)
}

fn unchanged(_: Value) -> PyResult {
    Ok(NONE)
}

fn getswitchinterval() -> PyResult {
    Ok(Value::float(0.005))
}

natives! {
    static FUNCTIONS;
    "__getattr__" One(getattr) [Any];
    "exit" Slice(exit) 0..1 [Any];
    "getrecursionlimit" Zero(getrecursionlimit) [Any];
    "setrecursionlimit" One(setrecursionlimit) [Any];
    "exc_info" Zero(exc_info) [Any];
    "exception" Zero(exception) [Any];
    "intern" One(intern) [Any];
    "getsizeof" Slice(getsizeof) 1..2 [Any];
    "getrefcount" One(getrefcount) [Any];
    "get_int_max_str_digits" Zero(get_int_max_str_digits) [Any];
    "set_int_max_str_digits" Full(set_int_max_str_digits) [Any];
    "getdefaultencoding" Zero(utf8) [Reads];
    "getfilesystemencoding" Zero(utf8) [Reads];
    "getfilesystemencodeerrors" Zero(surrogateescape) [Reads];
    "is_finalizing" Zero(is_finalizing) [Reads];
    "displayhook" One(displayhook) [Any];
    "__displayhook__" One(displayhook) [Any];
    "excepthook" Three(excepthook) [Any];
    "__excepthook__" Three(excepthook) [Any];
    "audit" Full(audit) 1..255 [Reads];
    "addaudithook" One(addaudithook) [Any];
    "gettrace" Zero(none) [Reads];
    "getprofile" Zero(none) [Reads];
    "get_asyncgen_hooks" Zero(get_asyncgen_hooks) [Reads];
    "set_asyncgen_hooks" Full(set_asyncgen_hooks) [Any];
    "get_coroutine_origin_tracking_depth" Zero(zero) [Reads];
    "set_coroutine_origin_tracking_depth" One(unchanged) [Reads];
    "settrace" Full(call_tracing) [Any];
    "setprofile" Full(call_tracing) [Any];
    "_getframe" Slice(crate::builtins::code::getframe) 0..1 [Any] intrinsic Introspect;
    "setswitchinterval" One(unchanged) [Any];
    "getswitchinterval" Zero(getswitchinterval) [Any];
}
