//! `print` and `input`.
//!
//! A file of our own class that has not been replaced gets all the text in one write to its buffer; other objects
//! get `write` calls, piece by piece.

use super::arguments::{given, keywords};
use crate::natives;
use crate::object::class::Builtin;
use crate::object::error::{runtime_error, type_error};
use crate::object::native::Args;
use crate::object::{NONE, PyResult, repr, str};
use crate::raw;
use crate::stdlib::io;
use crate::stdlib::sys;
use metajit::heap::{Ref, Value};

fn print(args: Args<'_>) -> PyResult {
    let [sep, end, file, flush] = keywords("print", args, ["sep", "end", "file", "flush"])?;
    let sep = text_or(sep, "sep", " ")?;
    let end = text_or(end, "end", "\n")?;
    let file = match given(file) {
        Some(file) => file,
        None => match sys::attribute("stdout") {
            None => return Err(runtime_error("lost sys.stdout")),
            Some(NONE) => return Ok(NONE),
            Some(file) => file,
        },
    };
    if io::file::is_plain_text(file) {
        write_at_once(file, args.positional(), sep, end)?;
    } else {
        write_pieces(file, args.positional(), sep, end)?;
    }
    if let Some(flush) = given(flush)
        && raw::truth(flush)?
    {
        raw::call_method(file, "flush", &[])?;
    }
    Ok(NONE)
}

/// A `sep` or `end`: a string, or the default for None.
fn text_or(value: Value, name: &str, default: &'static str) -> PyResult<Text> {
    match given(value) {
        None => Ok(Text::Default(default)),
        Some(v) => match crate::object::cast::str_of(v) {
            Some(text) => Ok(Text::Given(text)),
            None => Err(type_error(format!("{name} must be None or a string, not {}", raw::class_name(v)))),
        },
    }
}

/// A string of the program or of ours.
#[derive(Clone, Copy)]
enum Text {
    Default(&'static str),
    Given(Ref),
}

impl Text {
    fn bytes(&self) -> &[u8] {
        match *self {
            Text::Default(text) => text.as_bytes(),
            Text::Given(text) => str::bytes(text),
        }
    }
    fn value(self) -> Value {
        match self {
            Text::Default(text) => str::value(text),
            Text::Given(text) => Value::object(text),
        }
    }
}

fn write_at_once(file: Value, values: &[Value], sep: Text, end: Text) -> PyResult<()> {
    let mut out = Vec::new();
    for (i, &value) in values.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(sep.bytes());
        }
        let text = repr::str_of(value)?;
        out.extend_from_slice(str::bytes(text));
    }
    out.extend_from_slice(end.bytes());
    io::file::write_text(file, &out)
}

fn write_pieces(file: Value, values: &[Value], sep: Text, end: Text) -> PyResult<()> {
    let write = raw::get_attr_str(file, "write")?;
    for (i, &value) in values.iter().enumerate() {
        if i > 0 {
            raw::call(write, &[sep.value()])?;
        }
        raw::call(write, &[Value::object(repr::str_of(value)?)])?;
    }
    raw::call(write, &[end.value()])?;
    Ok(())
}

fn input(args: &[Value]) -> PyResult {
    let stream = |name: &str| match sys::attribute(name) {
        None | Some(NONE) => Err(runtime_error(format!("input(): lost sys.{name}"))),
        Some(file) => Ok(file),
    };
    let (stdin, stdout) = (stream("stdin")?, stream("stdout")?);
    if let Some(&prompt) = args.first() {
        let text = Value::object(repr::str_of(prompt)?);
        raw::call_method(stdout, "write", &[text])?;
    }
    raw::call_method(stdout, "flush", &[])?;
    let line = raw::call_method(stdin, "readline", &[])?;
    let Some(line) = crate::object::cast::str_of(line) else {
        return Err(type_error("object.readline() returned non-string"));
    };
    match str::bytes(line) {
        [] => Err(crate::object::error::exception(Builtin::EOFError, "EOF when reading a line")),
        [text @ .., b'\n'] => Ok(Value::object(str::from_wtf8(text))),
        _ => Ok(Value::object(line)),
    }
}

natives! {
    pub static FUNCTIONS;
    "print" Full(print) [Any];
    "input" Slice(input) 0..1 [Any];
}
