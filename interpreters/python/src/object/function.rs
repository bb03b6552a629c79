//! Functions written in Python: making them, their attributes, methods bound to receivers, code objects, cells, and running class
//! bodies.
//!
//! Neighbours: `code` (what a function runs), `interp::call`, `attributes` (assignment).

use super::class::{Builtin, ClassTable};
use super::intern::{intern, names};
use super::layouts::{self as l, BoundMethod, Cell, CodeObject, Function};
use super::{NONE, PyResult, attributes, dict, error, list, str, tuple};
use crate::address;
use crate::bytecode::CodeFlags;
use crate::code::Code;
use crate::interp::{constant, raw};
use crate::natives;
use metajit::assume::Assumption;
use metajit::frame::Frame;
use metajit::heap::{self, Ref, Value};
use metajit::mode::Mode;
use metajit::run::Run;
use metajit::staged::{Int, Obj, Val};
use std::sync::Arc;

/// Bits of the operand `flags` of `MakeFunction`.
const HAS_DEFAULTS: u8 = 1;
const HAS_KWDEFAULTS: u8 = 2;
const HAS_ANNOTATIONS: u8 = 4;
const HAS_CLOSURE: u8 = 8;

/// The function of a `def` or `lambda`; its operands stand in registers from `base` on.
pub fn make<M: Mode>(frame: Frame<M>, outer: &'static Code, index: u32, base: u32, flags: u8) -> Val<M> {
    let code = outer.child(index);
    let mut next = base;
    let mut operand = |bit: u8| {
        if flags & bit == 0 {
            return constant(Value::NULL);
        }
        next += 1;
        frame.get(next - 1)
    };
    let (defaults, kwdefaults) = (operand(HAS_DEFAULTS), operand(HAS_KWDEFAULTS));
    let (annotations, closure) = (operand(HAS_ANNOTATIONS), operand(HAS_CLOSURE));
    let function = Obj::<M>::alloc(Function::ID, 0);
    function.set(Function::CODE, Int::constant(address::address_of(code)));
    function.set(Function::DEFAULTS, defaults);
    function.set(Function::KWDEFAULTS, kwdefaults);
    if flags & HAS_CLOSURE != 0 {
        function.set(Function::CLOSURE, closure.assume_pointer());
    }
    function.set(Function::NAME, constant(code.name()));
    function.set(Function::QUALNAME, constant(code.qualname()));
    function.set(Function::ANNOTATIONS, annotations);
    function.value()
}

/// Runs the function of a class body in a namespace; gives what it returns (the `__class__` cell).
pub fn run_class_body(body: Value, namespace: Value) -> PyResult {
    let Some(function) = body.as_ref().filter(|f| heap::layout_of(*f) == Function::ID) else {
        return Err(error::type_error("__build_class__: func must be a function"));
    };
    let code = address::code(heap::get(function, Function::CODE));
    let frame = Frame::<Run>::at(heap::vm_stack().top());
    if code.slots > code.registers {
        frame.set(code.hidden(), Val::new(namespace));
    }
    match crate::interp::call::enter::<Run>(Obj::new(function), code, frame) {
        Ok(value) => Ok(value.inner()),
        Err(e) => Err(e.inner()),
    }
}

fn object(value: Value) -> Ref {
    value.as_ref().expect("an object of the class")
}

fn code_of(function: Value) -> &'static Code {
    address::code(heap::get(object(function), Function::CODE)).body()
}

natives! {
    static FUNCTION;
    "__new__" Full(function_new) 1..255 [Reads, static];
    "__name__" One(name) [Reads, getter];
    "__qualname__" One(qualname) [Reads, getter];
    "__doc__" One(doc) [Reads, getter];
    "__module__" One(module) [Reads, getter];
    "__defaults__" One(defaults) [Reads, getter];
    "__kwdefaults__" One(kwdefaults) [Reads, getter];
    "__annotations__" One(annotations) [Any, getter];
    "__code__" One(code) [Reads, getter];
    "__globals__" One(globals) [Reads, getter];
    "__closure__" One(closure) [Reads, getter];
    "__dict__" One(attributes::dict_of) [Any, getter];
    "__repr__" One(function_repr) [Reads];
    "__get__" Slice(function_get) 2..3 [Reads];
    "__call__" Full(call_first) 1..255 [Any];
}

/// `types.FunctionType(code, globals, name, argdefs, closure)`.
fn function_new(args: super::native::Args<'_>) -> PyResult {
    let names = ["", "code", "globals", "name", "argdefs", "closure"];
    let [_, code, globals, name, defaults, closure] = super::cast::bind("function", args, names, 3)?;
    if !code.has_layout(CodeObject::ID) {
        let got = raw::class_name(code);
        return Err(error::type_error(format!("function() argument 'code' must be code, not {got}")));
    }
    let Some(namespace) = super::cast::to_layout(globals, l::Dict::ID) else {
        let got = raw::class_name(globals);
        return Err(error::type_error(format!("function() argument 'globals' must be dict, not {got}")));
    };
    dict::make_namespace(namespace);
    let old = code_of_object(code);
    let code = if old.globals == namespace { old } else { Code::new(&old.data, namespace, false) };
    let cells =
        if closure.is_null() || closure == NONE { tuple::empty() } else { tuple::from_iterable(closure)? };
    if tuple::items(cells).len() != code.data.freevars.len() {
        return Err(error::type_error("arg 5 (closure) must be tuple of the code's free variables"));
    }
    let function = heap::alloc(Function::ID, 0);
    heap::init(function, Function::CODE, address::address_of(code));
    heap::set(function, Function::DEFAULTS, if defaults == NONE { Value::NULL } else { defaults });
    if code.free > 0 {
        heap::init(function, Function::CLOSURE, cells);
    }
    let name = if name.is_null() || name == NONE { code.name() } else { name };
    heap::set(function, Function::NAME, name);
    heap::set(function, Function::QUALNAME, code.qualname());
    Ok(Value::object(function))
}

/// `<what at 0x…>`.
fn at(what: &str, value: Value) -> Value {
    str::from_string(format!("<{what} at {:#x}>", value.bits()))
}
fn text(value: Value) -> String {
    crate::interp::native::text(value)
}
fn function_repr(f: Value) -> PyResult {
    Ok(at(&format!("function {}", text(qualname(f)?)), f))
}
fn method_repr(m: Value) -> PyResult {
    let name =
        raw::find_attr_name(method_function(m)?, names().qualname)?.map_or_else(|| "?".to_owned(), text);
    let receiver = super::repr::repr(method_self(m)?)?;
    Ok(str::from_string(format!("<bound method {name} of {}>", str::as_str(receiver))))
}
fn builtin_repr(f: Value) -> PyResult {
    let owner = heap::get(object(f), l::Builtin::OWNER);
    let receiver = heap::get(object(f), l::Builtin::RECEIVER);
    let name = record(f).name;
    Ok(match owner.as_ref() {
        None => str::from_string(format!("<built-in function {name}>")),
        Some(_) if !receiver.is_null() => {
            at(&format!("built-in method {name} of {} object", raw::class_name(receiver)), receiver)
        }
        Some(class) => {
            let kind = if name.starts_with("__") && name.ends_with("__") { "slot wrapper" } else { "method" };
            let class = super::types::name_of(class);
            str::from_string(format!("<{kind} '{name}' of '{class}' objects>"))
        }
    })
}
fn code_repr(code: Value) -> PyResult {
    let data = &code_of_object(code).data;
    let (name, file, line) = (&data.name, &data.filename, data.first_line);
    Ok(str::from_string(format!("<code object {name} at {:#x}, file \"{file}\", line {line}>", code.bits())))
}
fn name(f: Value) -> PyResult {
    Ok(heap::get(object(f), Function::NAME))
}
fn qualname(f: Value) -> PyResult {
    Ok(heap::get(object(f), Function::QUALNAME))
}
fn doc(f: Value) -> PyResult {
    let own = heap::get(object(f), Function::DOC);
    if !own.is_null() {
        return Ok(own);
    }
    Ok(code_of(f).data.docstring.as_deref().map_or(NONE, str::value))
}
fn module(f: Value) -> PyResult {
    let own = heap::get(object(f), Function::MODULE);
    if !own.is_null() {
        return Ok(own);
    }
    Ok(dict::get_str(code_of(f).globals, names().name).unwrap_or(NONE))
}
fn defaults(f: Value) -> PyResult {
    Ok(raw::or_none(heap::get(object(f), Function::DEFAULTS)))
}
fn kwdefaults(f: Value) -> PyResult {
    Ok(raw::or_none(heap::get(object(f), Function::KWDEFAULTS)))
}
/// The dict of annotations; made from the tuple that the definition left when first asked for.
fn annotations(f: Value) -> PyResult {
    let own = heap::get(object(f), Function::ANNOTATIONS);
    if own.has_layout(l::Dict::ID) {
        return Ok(own);
    }
    let made = dict::new();
    if let Some(pairs) = own.as_ref() {
        for pair in tuple::items(pairs).chunks_exact(2) {
            dict::set(made, pair[0], pair[1])?;
        }
    }
    heap::set(object(f), Function::ANNOTATIONS, Value::object(made));
    Ok(Value::object(made))
}
fn code(f: Value) -> PyResult {
    Ok(code_of(f).object())
}
fn globals(f: Value) -> PyResult {
    Ok(Value::object(code_of(f).globals))
}
fn closure(f: Value) -> PyResult {
    let cells = heap::get(object(f), Function::CLOSURE);
    Ok(if cells.is_null() { NONE } else { Value::object(cells) })
}
fn function_get(args: &[Value]) -> PyResult {
    Ok(if args[1] == NONE { args[0] } else { bound(args[0], args[1]) })
}
/// `callable.__call__(…)`.
fn call_first(args: super::native::Args<'_>) -> PyResult {
    raw::call_args(args.values[0], super::native::Args { values: &args.values[1..], names: args.names })
}

/// A function bound to a receiver.
pub fn bound(function: Value, receiver: Value) -> Value {
    let method = heap::alloc(BoundMethod::ID, 0);
    heap::init(method, BoundMethod::FUNCTION, function);
    heap::init(method, BoundMethod::RECEIVER, receiver);
    Value::object(method)
}

natives! {
    static METHOD;
    "__new__" Slice(method_new) 3..3 [Reads, static];
    "__func__" One(method_function) [Reads, getter];
    "__self__" One(method_self) [Reads, getter];
    "__name__" One(method_name) [Any, getter];
    "__qualname__" One(method_qualname) [Any, getter];
    "__doc__" One(method_doc) [Any, getter];
    "__module__" One(method_module) [Any, getter];
    "__call__" Full(call_first) 1..255 [Any];
    "__repr__" One(method_repr) [Any];
    "__eq__" Two(method_eq) [Any];
    "__hash__" One(method_hash) [Any];
    "__getattr__" Two(method_getattr) [Any];
}

fn method_new(args: &[Value]) -> PyResult {
    if raw::lookup_special(args[1], "__call__").is_none() {
        return Err(error::type_error("first argument must be callable"));
    }
    if args[2] == NONE {
        return Err(error::type_error("instance must not be None"));
    }
    Ok(bound(args[1], args[2]))
}

fn method_function(m: Value) -> PyResult {
    Ok(heap::get(object(m), BoundMethod::FUNCTION))
}
fn method_self(m: Value) -> PyResult {
    Ok(heap::get(object(m), BoundMethod::RECEIVER))
}
fn method_name(m: Value) -> PyResult {
    raw::get_attr(method_function(m)?, names().name)
}
fn method_qualname(m: Value) -> PyResult {
    raw::get_attr(method_function(m)?, names().qualname)
}
fn method_doc(m: Value) -> PyResult {
    raw::get_attr(method_function(m)?, names().doc)
}
fn method_module(m: Value) -> PyResult {
    raw::get_attr(method_function(m)?, names().module)
}
fn method_eq(a: Value, b: Value) -> PyResult {
    if !b.has_layout(BoundMethod::ID) {
        return Ok(super::NOT_IMPLEMENTED);
    }
    Ok(super::boolean(method_function(a)? == method_function(b)? && method_self(a)? == method_self(b)?))
}
fn method_hash(m: Value) -> PyResult {
    let (function, receiver) = (method_function(m)?, method_self(m)?);
    let hash = super::hash::hash_identity(receiver) ^ super::hash::hash(function)?;
    Ok(Value::int(hash))
}
/// Other attributes are the function's.
fn method_getattr(m: Value, name: Value) -> PyResult {
    match raw::find_attr_name(method_function(m)?, super::intern::intern_value(name))? {
        Some(value) => Ok(value),
        None => {
            let text = crate::interp::native::text(name);
            Err(error::attribute_error(format!("'method' object has no attribute '{text}'")))
        }
    }
}

natives! {
    static BUILTIN;
    "__name__" One(builtin_name) [Reads, getter];
    "__qualname__" One(builtin_qualname) [Reads, getter];
    "__doc__" One(builtin_doc) [Reads, getter];
    "__module__" One(builtin_module) [Reads, getter];
    "__self__" One(builtin_self) [Reads, getter];
    "__objclass__" One(builtin_owner) [Reads, getter];
    "__call__" Full(call_first) 1..255 [Any];
    "__get__" Slice(builtin_get) 2..3 [Reads];
    "__repr__" One(builtin_repr) [Any];
    "__eq__" Two(builtin_eq) [Reads];
    "__hash__" One(builtin_hash) [Any];
}

fn record(f: Value) -> &'static super::native::Native {
    address::native(heap::get(object(f), l::Builtin::DEF))
}
fn builtin_name(f: Value) -> PyResult {
    Ok(Value::object(intern(record(f).name)))
}
fn builtin_qualname(f: Value) -> PyResult {
    let owner = heap::get(object(f), l::Builtin::OWNER);
    let name = record(f).name;
    match owner.as_ref() {
        Some(class) => Ok(str::from_string(format!("{}.{name}", super::types::name_of(class)))),
        None => builtin_name(f),
    }
}
fn builtin_doc(f: Value) -> PyResult {
    let doc = record(f).doc;
    Ok(if doc.is_empty() { NONE } else { str::value(doc) })
}
fn builtin_module(f: Value) -> PyResult {
    let owner = heap::get(object(f), l::Builtin::OWNER);
    Ok(if owner.is_null() { Value::object(intern("builtins")) } else { NONE })
}
fn builtin_self(f: Value) -> PyResult {
    Ok(raw::or_none(heap::get(object(f), l::Builtin::RECEIVER)))
}
fn builtin_owner(f: Value) -> PyResult {
    let owner = heap::get(object(f), l::Builtin::OWNER);
    if owner.is_null() {
        return Err(error::attribute_error(
            "'builtin_function_or_method' object has no attribute '__objclass__'",
        ));
    }
    Ok(owner)
}
fn builtin_get(args: &[Value]) -> PyResult {
    let f = object(args[0]);
    let unbound = heap::get(f, l::Builtin::RECEIVER).is_null() && !heap::get(f, l::Builtin::OWNER).is_null();
    if args[1] == NONE || !unbound {
        return Ok(args[0]);
    }
    let made = heap::alloc(l::Builtin::ID, 0);
    heap::init(made, l::Builtin::DEF, heap::get(f, l::Builtin::DEF));
    heap::init(made, l::Builtin::RECEIVER, args[1]);
    heap::init(made, l::Builtin::OWNER, heap::get(f, l::Builtin::OWNER));
    Ok(Value::object(made))
}
fn builtin_eq(a: Value, b: Value) -> PyResult {
    if !b.has_layout(l::Builtin::ID) {
        return Ok(super::NOT_IMPLEMENTED);
    }
    let same = heap::get(object(a), l::Builtin::DEF) == heap::get(object(b), l::Builtin::DEF)
        && heap::get(object(a), l::Builtin::RECEIVER) == heap::get(object(b), l::Builtin::RECEIVER);
    Ok(super::boolean(same))
}
fn builtin_hash(f: Value) -> PyResult {
    let receiver = heap::get(object(f), l::Builtin::RECEIVER);
    let own = heap::get(object(f), l::Builtin::DEF) >> 4;
    let of_receiver = if receiver.is_null() { 0 } else { super::hash::hash_identity(receiver) };
    Ok(Value::int((own ^ of_receiver) >> 1))
}

natives! {
    static CODE;
    "__repr__" One(code_repr) [Reads];
    "co_name" One(co_name) [Reads, getter];
    "co_qualname" One(co_qualname) [Reads, getter];
    "co_filename" One(co_filename) [Reads, getter];
    "co_firstlineno" One(co_firstlineno) [Reads, getter];
    "co_argcount" One(co_argcount) [Reads, getter];
    "co_posonlyargcount" One(co_posonlyargcount) [Reads, getter];
    "co_kwonlyargcount" One(co_kwonlyargcount) [Reads, getter];
    "co_nlocals" One(co_nlocals) [Reads, getter];
    "co_flags" One(co_flags) [Reads, getter];
    "co_varnames" One(co_varnames) [Reads, getter];
    "co_freevars" One(co_freevars) [Reads, getter];
    "co_cellvars" One(co_cellvars) [Reads, getter];
    "co_names" One(co_names) [Reads, getter];
    "co_consts" One(co_consts) [Reads, getter];
    "co_positions" One(co_positions) [Reads];
    "replace" Full(co_replace) 1..255 [Reads];
}

/// The fact that no function has been given other code. The field is immutable to traces, which a change of it therefore ends.
pub fn codes_unchanged() -> &'static Assumption {
    thread_local! {
        static UNCHANGED: &'static Assumption = Box::leak(Box::new(Assumption::new()));
    }
    UNCHANGED.with(|unchanged| *unchanged)
}

/// `function.__code__ = code`.
pub fn set_code(function: Ref, code: Value) -> PyResult<()> {
    if !code.has_layout(CodeObject::ID) {
        return Err(error::type_error("__code__ must be set to a code object"));
    }
    let new = code_of_object(code);
    let old = address::code(heap::get(function, Function::CODE)).body();
    let (have, needs) = (old.data.freevars.len(), new.data.freevars.len());
    if have != needs {
        let name = text(heap::get(function, Function::NAME));
        return Err(error::value_error(format!(
            "{name}() requires a code object with {have} free vars, not {needs}"
        )));
    }
    // A code object of `compile` is of no module yet; a function keeps its own globals.
    let same = new.globals == old.globals;
    let new = if same { new } else { Code::new(&new.data, old.globals, false) };
    codes_unchanged().invalidate();
    heap::init(function, Function::CODE, address::address_of(new));
    Ok(())
}

/// `code.replace(…)` of what does not change how the code runs but for `co_flags`.
fn co_replace(args: super::native::Args<'_>) -> PyResult {
    let old = code_of_object(args.values[0]);
    let mut data = (*old.data).clone();
    for (name, value) in args.keywords() {
        match text(name).as_str() {
            "co_name" => data.name = text(value),
            "co_qualname" => data.qualname = text(value),
            "co_filename" => data.filename = text(value),
            "co_firstlineno" => data.first_line = super::cast::c_int(value)?.unsigned_abs(),
            "co_flags" => {
                let ours = data.flags.0 & !0xffff;
                data.flags = CodeFlags(super::cast::c_int(value)? as u32 & 0xffff | ours);
            }
            other => {
                return Err(error::not_implemented(format!("code.replace() of {other} is not supported")));
            }
        }
    }
    Ok(Code::new(&Arc::new(data), old.globals, old.names_are_globals).object())
}

/// An iterator over the positions of the instructions: line, last line, column, last column.
fn co_positions(code: Value) -> PyResult {
    let all = list::new();
    for p in &code_of_object(code).data.positions {
        let known = p.line > 0;
        let number = |n: u32| if known { Value::int(n.into()) } else { NONE };
        list::append(
            all,
            tuple::value(&[number(p.line), number(p.end_line), number(p.col), number(p.end_col)]),
        );
    }
    raw::iter(Value::object(all))
}

/// The code that a code object stands for.
pub fn code_of_object(code: Value) -> &'static Code {
    address::code(heap::get(object(code), CodeObject::CODE))
}

fn texts(names: &[String]) -> PyResult {
    let all = list::new();
    for name in names {
        list::append(all, Value::object(intern(name)));
    }
    Ok(tuple::value(list::items(all)))
}

macro_rules! code_fields {
    ($($function:ident |$data:ident| $value:expr;)*) => {
        $(fn $function(code: Value) -> PyResult {
            let $data = &code_of_object(code).data;
            $value
        })*
    };
}

code_fields! {
    co_name |d| Ok(Value::object(intern(&d.name)));
    co_qualname |d| Ok(Value::object(intern(&d.qualname)));
    co_filename |d| Ok(str::value(&d.filename));
    co_firstlineno |d| Ok(Value::int(i64::from(d.first_line)));
    co_argcount |d| Ok(Value::int(i64::from(d.argcount)));
    co_posonlyargcount |d| Ok(Value::int(i64::from(d.posonlyargcount)));
    co_kwonlyargcount |d| Ok(Value::int(i64::from(d.kwonlyargcount)));
    co_nlocals |d| Ok(Value::int(d.varnames.len() as i64));
    co_flags |d| Ok(Value::int(i64::from(d.flags.0 & 0xffff)));
    co_varnames |d| texts(&d.varnames);
    co_freevars |d| texts(&d.freevars);
    co_cellvars |d| texts(&d.cellvars);
    co_names |d| texts(&d.names);
}

fn co_consts(code: Value) -> PyResult {
    let code = code_of_object(code);
    let all = list::new();
    for (i, constant) in code.consts.iter().enumerate() {
        list::append(all, if constant.is_null() { code.child(i as u32).body().object() } else { *constant });
    }
    Ok(tuple::value(list::items(all)))
}

natives! {
    static CELL;
    "__new__" Slice(cell_new) 1..2 [Reads, static];
    "cell_contents" One(cell_contents) [Reads, getter];
}

fn cell_new(args: &[Value]) -> PyResult {
    let cell = heap::alloc(Cell::ID, 0);
    heap::init(cell, Cell::CONTENT, args.get(1).copied().unwrap_or(Value::NULL));
    Ok(Value::object(cell))
}

fn cell_contents(cell: Value) -> PyResult {
    let content = heap::get(object(cell), Cell::CONTENT);
    if content.is_null() { Err(error::value_error("Cell is empty")) } else { Ok(content) }
}

/// The method tables of functions, methods, code objects and cells.
pub static TABLES: &[ClassTable] = &[
    ClassTable { class: Builtin::Function, methods: FUNCTION },
    ClassTable { class: Builtin::BuiltinFunction, methods: BUILTIN },
    ClassTable { class: Builtin::Method, methods: METHOD },
    ClassTable { class: Builtin::Code, methods: CODE },
    ClassTable { class: Builtin::Cell, methods: CELL },
];
