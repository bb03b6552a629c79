//! Exceptions: instances whose first slots are what every exception has.
//!
//! The slots are hidden attributes; descriptors in `BaseException`'s dict show them. Other attributes (`value`, `errno`, `name`, …) are
//! ordinary ones. Neighbours: `error` (raising from Rust), `interp::exceptions` (raising for traces), `exception_groups`.

use super::class::{Builtin, ClassTable};
use super::intern::{intern, names};
use super::layouts::{Instance, Tuple};
use super::native::Args;
use super::{FALSE, NONE, PyResult, TRUE, boolean, dict, error, instance, list, repr, str, tuple, types};
use crate::interp::raw;
use crate::natives;
use metajit::heap::{self, Ref, Value};

/// Slot of `args`.
pub const ARGS: i64 = 0;
/// Slot of `__traceback__`.
pub const TRACEBACK: i64 = 1;
/// Slot of `__context__`.
pub const CONTEXT: i64 = 2;
/// Slot of `__cause__`.
pub const CAUSE: i64 = 3;
/// Slot of `__suppress_context__`.
pub const SUPPRESS: i64 = 4;

/// A new exception of a class, with its `args` tuple, without calling `__init__`.
pub fn new(class: Ref, args: Value) -> Value {
    let object = instance::new(types::data(class));
    set(object, ARGS, args);
    for slot in [TRACEBACK, CONTEXT, CAUSE] {
        set(object, slot, NONE);
    }
    set(object, SUPPRESS, FALSE);
    Value::object(object)
}

/// A new exception of a builtin class with one string argument, in the context of the exception being handled.
pub fn with_message(class: Builtin, message: &str) -> Value {
    let text = str::value(message);
    new(types::builtin_class(class), tuple::value(&[text]))
}

/// A slot of an exception.
pub fn get(exc: Value, slot: i64) -> Value {
    heap::item(exc.as_ref().expect("an exception"), Instance::TAIL, slot as usize)
}

fn set(object: Ref, slot: i64, value: Value) {
    heap::set_item(object, Instance::TAIL, slot as usize, value);
}

/// Sets a slot of an exception.
pub fn set_in(exc: Value, slot: i64, value: Value) {
    set(exc.as_ref().expect("an exception"), slot, value);
}

/// The arguments of an exception.
pub fn args<'a>(exc: Value) -> &'a [Value] {
    let args = get(exc, ARGS);
    match args.as_ref().filter(|t| heap::layout_of(*t) == Tuple::ID) {
        Some(tuple) => tuple::items(tuple),
        None => &[],
    }
}

/// Whether a value is an exception object.
pub fn is_exception(value: Value) -> bool {
    types::data(types::class_of(value)).facts().has(types::Facts::EXCEPTION)
}

/// Makes `cause` both cause and context of `exc`.
pub fn set_cause_and_context(exc: Value, cause: Value) {
    set_in(exc, CAUSE, cause);
    set_in(exc, CONTEXT, cause);
    set_in(exc, SUPPRESS, TRUE);
}

/// `exc` with `cause` as its cause, for `raise … from …` in Rust.
pub fn prepare_raise(exc: Value, cause: Value) -> Value {
    set_in(exc, CAUSE, cause);
    set_in(exc, SUPPRESS, TRUE);
    exc
}

fn attribute(exc: Value, name: &str, value: Value) {
    instance::set(exc.as_ref().expect("an exception"), intern(name), value);
}

/// An AttributeError that knows the object and the name.
pub fn attribute_error(message: &str, object: Value, name: Ref) -> Value {
    let exc = with_message(Builtin::AttributeError, message);
    attribute(exc, "name", Value::object(name));
    attribute(exc, "obj", object);
    exc
}

/// A NameError that knows the name.
pub fn name_error(message: &str, name: Ref) -> Value {
    let exc = with_message(Builtin::NameError, message);
    attribute(exc, "name", Value::object(name));
    exc
}

/// A KeyError for a key.
pub fn key_error(key: Value) -> Value {
    new(types::builtin_class(Builtin::KeyError), tuple::value(&[key]))
}

/// Whether `__new__` is the plain one of exceptions.
pub fn is_plain_new(found: Value) -> bool {
    super::object::is_native(found, &BASE[0])
}

/// Whether `__init__` is the plain one of exceptions.
pub fn is_plain_init(found: Value) -> bool {
    super::object::is_native(found, &BASE[1])
}

/// Whether `__init__` only sets attributes that are None by default, from keyword arguments.
pub fn is_keyword_init(found: Value) -> bool {
    let natives = [&NAME_ERROR[0], &ATTRIBUTE_ERROR[0]];
    natives.iter().any(|native| super::object::is_native(found, native))
}

/// The attributes of exceptions that are None in their class.
pub fn set_defaults() {
    for (class, names) in [(Builtin::NameError, &["name"][..]), (Builtin::AttributeError, &["name", "obj"])] {
        for name in names {
            types::set_entry(types::builtin_class(class), intern(name), NONE);
        }
    }
}

/// What a hidden slot may be set to by a program.
pub fn check_slot(name: Ref, value: Value) -> PyResult {
    let n = names();
    if name == n.exc_args {
        return Ok(Value::object(tuple::from_iterable(value)?));
    }
    if name == n.exc_suppress {
        return Ok(boolean(raw::truth(value)?));
    }
    if name == n.exc_traceback {
        if value != NONE && !value.has_layout(super::layouts::Traceback::ID) {
            return Err(error::type_error("__traceback__ must be a traceback or None"));
        }
        return Ok(value);
    }
    if value != NONE && !is_exception(value) {
        let what = if name == n.exc_cause { "cause" } else { "context" };
        return Err(error::type_error(format!("exception {what} must be None or derive from BaseException")));
    }
    Ok(value)
}

natives! {
    static BASE;
    "__new__" Full(base_new) 1..255 [Reads, static];
    "__init__" Full(base_init) 1..255 [Any];
    "__str__" One(base_str) [Any];
    "__repr__" One(base_repr) [Any];
    "with_traceback" Two(with_traceback) [Any];
    "add_note" Two(add_note) [Any];
    "__setstate__" Two(set_state) [Any];
    "__reduce__" One(reduce) [Any];
}

fn base_new(args: Args<'_>) -> PyResult {
    let [class, rest @ ..] = args.positional() else {
        return Err(error::type_error("BaseException.__new__(): not enough arguments"));
    };
    let class = class.as_ref().expect("a class");
    Ok(new(class, tuple::value(rest)))
}

fn base_init(args: Args<'_>) -> PyResult {
    let [exc, rest @ ..] = args.positional() else {
        return Err(error::type_error("descriptor '__init__' of 'BaseException' object needs an argument"));
    };
    if !args.names.is_empty() {
        let class = raw::class_name(*exc);
        return Err(error::type_error(format!("{class}() takes no keyword arguments")));
    }
    set_in(*exc, ARGS, tuple::value(rest));
    Ok(NONE)
}

fn base_str(exc: Value) -> PyResult {
    match args(exc) {
        [] => Ok(Value::object(str::empty())),
        [one] => Ok(Value::object(repr::str_of(*one)?)),
        _ => Ok(Value::object(repr::repr(get(exc, ARGS))?)),
    }
}

fn base_repr(exc: Value) -> PyResult {
    let class = raw::class_name(exc);
    let inside = match args(exc) {
        [one] => format!("({})", str::as_str(repr::repr(*one)?)),
        _ => str::as_str(repr::repr(get(exc, ARGS))?).to_owned(),
    };
    Ok(str::from_string(format!("{class}{inside}")))
}

fn with_traceback(exc: Value, traceback: Value) -> PyResult {
    set_in(exc, TRACEBACK, check_slot(names().exc_traceback, traceback)?);
    Ok(exc)
}

fn add_note(exc: Value, note: Value) -> PyResult {
    if !raw::is_str(note) {
        let got = raw::class_name(note);
        return Err(error::type_error(format!("note must be a str, not '{got}'")));
    }
    let object = exc.as_ref().expect("an exception");
    let mut notes = instance::get(object, names().notes);
    if notes.is_null() {
        notes = list::value(&[]);
        instance::set(object, names().notes, notes);
    }
    raw::call_method(notes, "append", &[note])
}

fn set_state(exc: Value, state: Value) -> PyResult {
    if let Some(state) = state.as_ref().filter(|d| heap::layout_of(*d) == super::layouts::Dict::ID) {
        for (key, value) in dict::iter(state) {
            raw::set_attr(exc, super::intern::intern_value(key), value)?;
        }
    }
    Ok(NONE)
}

fn reduce(exc: Value) -> PyResult {
    let class = Value::object(types::class_of(exc));
    Ok(tuple::value(&[class, get(exc, ARGS)]))
}

natives! {
    static STOP_ITERATION;
    "value" One(stop_value) [Reads, getter];
}

fn stop_value(exc: Value) -> PyResult {
    Ok(args(exc).first().copied().unwrap_or(NONE))
}

natives! {
    static SYSTEM_EXIT;
    "code" One(exit_code) [Reads, getter];
}

fn exit_code(exc: Value) -> PyResult {
    Ok(match args(exc) {
        [] => NONE,
        [one] => *one,
        _ => get(exc, ARGS),
    })
}

natives! {
    static KEY_ERROR;
    "__str__" One(key_error_str) [Any];
}

fn key_error_str(exc: Value) -> PyResult {
    match args(exc) {
        [one] => Ok(Value::object(repr::repr(*one)?)),
        _ => base_str(exc),
    }
}

/// Takes keyword arguments of these names as attributes (None when absent).
fn init_with(args: Args<'_>, allowed: &[&'static str]) -> PyResult {
    let [exc, rest @ ..] = args.positional() else { return Err(error::type_error("not enough arguments")) };
    set_in(*exc, ARGS, tuple::value(rest));
    for name in allowed {
        if raw::lookup_special(*exc, name).is_none() {
            attribute(*exc, name, NONE);
        }
    }
    for (key, value) in args.keywords() {
        let key = crate::interp::native::text(key);
        if !allowed.contains(&key.as_str()) {
            let class = raw::class_name(*exc);
            return Err(error::type_error(format!("'{key}' is an invalid keyword argument for {class}")));
        }
        attribute(*exc, &key, value);
    }
    Ok(NONE)
}

natives! {
    static IMPORT_ERROR;
    "__init__" Full(import_error_init) 1..255 [Any];
}
fn import_error_init(args: Args<'_>) -> PyResult {
    init_with(args, &["name", "path", "name_from"])?;
    attribute(args.values[0], "msg", args.positional().get(1).copied().unwrap_or(NONE));
    Ok(NONE)
}
natives! {
    static NAME_ERROR;
    "__init__" Full(name_error_init) 1..255 [Any];
}
fn name_error_init(args: Args<'_>) -> PyResult {
    init_with(args, &["name"])
}
natives! {
    static ATTRIBUTE_ERROR;
    "__init__" Full(attribute_error_init) 1..255 [Any];
}
fn attribute_error_init(args: Args<'_>) -> PyResult {
    init_with(args, &["name", "obj"])
}

natives! {
    static OS_ERROR;
    "__new__" Full(os_error_new) 1..255 [Reads, static];
    "__init__" Full(os_error_init) 1..255 [Any];
    "__str__" One(os_error_str) [Any];
}

/// `OSError(errno, …)` makes the subclass that stands for the number.
fn os_error_new(args: Args<'_>) -> PyResult {
    let [class, rest @ ..] = args.positional() else {
        return Err(error::type_error("OSError.__new__(): not enough arguments"));
    };
    let mut class = class.as_ref().expect("a class");
    if class == types::builtin_class(Builtin::OSError)
        && rest.len() >= 2
        && let Some(number) = rest[0].as_int()
        && let Some(builtin) = class_of_errno(number)
    {
        class = types::builtin_class(builtin);
    }
    let exc = new(class, tuple::value(rest));
    fill_os_error(exc, rest);
    Ok(exc)
}

fn os_error_init(args: Args<'_>) -> PyResult {
    if let [exc, rest @ ..] = args.positional() {
        fill_os_error(*exc, rest);
    }
    Ok(NONE)
}

fn fill_os_error(exc: Value, args: &[Value]) {
    let at = |i: usize| args.get(i).copied().unwrap_or(NONE);
    let known = (2..=5).contains(&args.len());
    attribute(exc, "errno", if known { at(0) } else { NONE });
    attribute(exc, "strerror", if known { at(1) } else { NONE });
    attribute(exc, "filename", if known { at(2) } else { NONE });
    attribute(exc, "filename2", if known { at(4) } else { NONE });
    if known && args.len() > 2 {
        set_in(exc, ARGS, tuple::value(&args[..2]));
    }
}

fn os_error_str(exc: Value) -> PyResult {
    let get = |name: &str| raw::or_none(instance::get(exc.as_ref().expect("an exception"), intern(name)));
    let (errno, text, file, file2) = (get("errno"), get("strerror"), get("filename"), get("filename2"));
    if errno == NONE && text == NONE {
        return base_str(exc);
    }
    let show = |v: Value| repr::str_of(v).map(|s| str::as_str(s).to_owned());
    let mut out = format!("[Errno {}] {}", show(errno)?, show(text)?);
    if file != NONE {
        out += &format!(": {}", str::as_str(repr::repr(file)?));
        if file2 != NONE {
            out += &format!(" -> {}", str::as_str(repr::repr(file2)?));
        }
    }
    Ok(str::from_string(out))
}

/// The class for an error number of the system (Linux).
pub fn class_of_errno(number: i64) -> Option<Builtin> {
    Some(match number as i32 {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => Builtin::BlockingIOError,
        libc::EPIPE | libc::ESHUTDOWN => Builtin::BrokenPipeError,
        libc::ECHILD => Builtin::ChildProcessError,
        libc::ECONNABORTED => Builtin::ConnectionAbortedError,
        libc::ECONNREFUSED => Builtin::ConnectionRefusedError,
        libc::ECONNRESET => Builtin::ConnectionResetError,
        libc::EEXIST => Builtin::FileExistsError,
        libc::ENOENT => Builtin::FileNotFoundError,
        libc::EINTR => Builtin::InterruptedError,
        libc::EISDIR => Builtin::IsADirectoryError,
        libc::ENOTDIR => Builtin::NotADirectoryError,
        libc::EACCES | libc::EPERM => Builtin::PermissionError,
        libc::ESRCH => Builtin::ProcessLookupError,
        libc::ETIMEDOUT => Builtin::TimeoutError,
        _ => return None,
    })
}

/// The OSError for an error number, with an optional file name.
pub fn os_error(number: i32, text: &str, file: Option<&str>) -> Value {
    let class = class_of_errno(i64::from(number)).unwrap_or(Builtin::OSError);
    let mut args = vec![Value::int(i64::from(number)), str::value(text)];
    let exc = new(types::builtin_class(class), tuple::value(&args));
    if let Some(file) = file {
        args.push(str::value(file));
    }
    fill_os_error(exc, &args);
    exc
}

natives! {
    static SYNTAX_ERROR;
    "__init__" Full(syntax_error_init) 1..255 [Any];
    "__str__" One(syntax_error_str) [Any];
}

fn syntax_error_init(args: Args<'_>) -> PyResult {
    let [exc, rest @ ..] = args.positional() else { return Err(error::type_error("not enough arguments")) };
    set_in(*exc, ARGS, tuple::value(rest));
    attribute(*exc, "msg", rest.first().copied().unwrap_or(NONE));
    let details = match rest.get(1) {
        Some(details) => tuple::from_iterable(*details)?,
        None => tuple::empty(),
    };
    let names = ["filename", "lineno", "offset", "text", "end_lineno", "end_offset"];
    for (i, name) in names.iter().enumerate() {
        attribute(*exc, name, tuple::items(details).get(i).copied().unwrap_or(NONE));
    }
    attribute(*exc, "print_file_and_line", NONE);
    Ok(NONE)
}

fn syntax_error_str(exc: Value) -> PyResult {
    let get = |name: &str| raw::or_none(instance::get(exc.as_ref().expect("an exception"), intern(name)));
    let message = str::as_str(repr::str_of(get("msg"))?).to_owned();
    let file = get("filename");
    let line = get("lineno").as_int();
    let base = || crate::interp::native::text(file).rsplit('/').next().unwrap_or_default().to_owned();
    Ok(str::from_string(match (raw::is_str(file), line) {
        (true, Some(line)) => format!("{message} ({}, line {line})", base()),
        (true, None) => format!("{message} ({})", base()),
        (false, Some(line)) => format!("{message} (line {line})"),
        (false, None) => message,
    }))
}

natives! {
    static UNICODE_DECODE_ERROR;
    "__init__" Full(unicode_init) 1..255 [Any];
    "__str__" One(unicode_str) [Any];
}

fn unicode_init(args: Args<'_>) -> PyResult {
    let [exc, rest @ ..] = args.positional() else { return Err(error::type_error("not enough arguments")) };
    if rest.len() != 5 {
        let given = rest.len();
        return Err(error::type_error(format!("function takes exactly 5 arguments ({given} given)")));
    }
    set_in(*exc, ARGS, tuple::value(rest));
    for (name, value) in ["encoding", "object", "start", "end", "reason"].iter().zip(rest) {
        attribute(*exc, name, *value);
    }
    Ok(NONE)
}

fn unicode_str(exc: Value) -> PyResult {
    let get = |name: &str| raw::or_none(instance::get(exc.as_ref().expect("an exception"), intern(name)));
    let text = |v: Value| crate::interp::native::text(v);
    let (start, end) = (get("start").as_int().unwrap_or(0), get("end").as_int().unwrap_or(0));
    let (encoding, reason) = (text(get("encoding")), text(get("reason")));
    let object = get("object");
    let one = end == start + 1;
    let item = if one { raw::get_item(object, Value::int(start)).ok() } else { None };
    let decode = !raw::is_str(object);
    let what = if decode { "decode" } else { "encode" };
    Ok(str::from_string(match item {
        Some(byte) if decode => {
            let byte = byte.as_int().unwrap_or(0);
            format!("'{encoding}' codec can't decode byte 0x{byte:02x} in position {start}: {reason}")
        }
        Some(c) => {
            let code = str::code_at(c.as_ref().expect("a character"), 0);
            let shown = match code {
                0..=0xff => format!("\\x{code:02x}"),
                0x100..=0xffff => format!("\\u{code:04x}"),
                _ => format!("\\U{code:08x}"),
            };
            format!("'{encoding}' codec can't encode character '{shown}' in position {start}: {reason}")
        }
        None => {
            let things = if decode { "bytes" } else { "characters" };
            let end = end - 1;
            format!("'{encoding}' codec can't {what} {things} in position {start}-{end}: {reason}")
        }
    }))
}

/// The method tables of the exception classes.
pub static TABLES: &[ClassTable] = &[
    ClassTable { class: Builtin::BaseException, methods: BASE },
    ClassTable { class: Builtin::StopIteration, methods: STOP_ITERATION },
    ClassTable { class: Builtin::SystemExit, methods: SYSTEM_EXIT },
    ClassTable { class: Builtin::KeyError, methods: KEY_ERROR },
    ClassTable { class: Builtin::ImportError, methods: IMPORT_ERROR },
    ClassTable { class: Builtin::NameError, methods: NAME_ERROR },
    ClassTable { class: Builtin::AttributeError, methods: ATTRIBUTE_ERROR },
    ClassTable { class: Builtin::OSError, methods: OS_ERROR },
    ClassTable { class: Builtin::SyntaxError, methods: SYNTAX_ERROR },
    ClassTable { class: Builtin::UnicodeDecodeError, methods: UNICODE_DECODE_ERROR },
    ClassTable { class: Builtin::UnicodeEncodeError, methods: UNICODE_DECODE_ERROR },
];

/// Names under which the hidden slots are shown, with the slots' names.
pub fn shown_slots() -> [(&'static str, Ref); 5] {
    let n = names();
    [
        ("args", n.exc_args),
        ("__traceback__", n.exc_traceback),
        ("__context__", n.exc_context),
        ("__cause__", n.exc_cause),
        ("__suppress_context__", n.exc_suppress),
    ]
}
