//! Frame objects: what `sys._getframe()` and a traceback's entry show of a frame.
//!
//! They are pictures taken when they were asked for. Which frame called one is not known: `f_back` is None.
//! Neighbours: `interp::introspect` (hands a running frame over), `descriptors` (tracebacks).

use super::class::{Builtin, ClassTable};
use super::layouts::FrameView;
use super::{NONE, PyResult, cast, error};
use crate::address;
use crate::code::Code;
use crate::natives;
use metajit::heap::{self, Ref, Value};

/// A picture of a frame at `pc`; `locals` is NULL where its variables are gone.
pub fn new(code: &'static Code, pc: usize, locals: Value) -> Value {
    let view = heap::alloc(FrameView::ID, 0);
    heap::init(view, FrameView::CODE, address::address_of(code));
    heap::init(view, FrameView::PC, pc as i64);
    heap::init(view, FrameView::LOCALS, locals);
    Value::object(view)
}

natives! {
    static METHODS;
    "f_code" One(f_code) [Reads, getter];
    "f_lineno" One(f_lineno) [Reads, getter];
    "f_lasti" One(f_lasti) [Reads, getter];
    "f_globals" One(f_globals) [Reads, getter];
    "f_builtins" One(f_builtins) [Reads, getter];
    "f_locals" One(f_locals) [Reads, getter];
    "f_back" One(none) [Reads, getter];
    "f_trace" One(none) [Reads, getter];
    "clear" One(none) [Reads];
}

fn object(view: Value) -> PyResult<Ref> {
    cast::receiver(view, FrameView::ID, "frame")
}

fn code(view: Value) -> PyResult<&'static Code> {
    Ok(address::code(heap::get(object(view)?, FrameView::CODE)))
}

fn f_code(view: Value) -> PyResult {
    Ok(code(view)?.object())
}

fn f_lineno(view: Value) -> PyResult {
    Ok(Value::int(code(view)?.line(heap::get(object(view)?, FrameView::PC) as usize).into()))
}

fn f_lasti(view: Value) -> PyResult {
    Ok(Value::int(2 * heap::get(object(view)?, FrameView::PC)))
}

fn f_globals(view: Value) -> PyResult {
    Ok(Value::object(code(view)?.globals))
}

fn f_builtins(_: Value) -> PyResult {
    Ok(Value::object(crate::vm::builtins()))
}

fn f_locals(view: Value) -> PyResult {
    let locals = heap::get(object(view)?, FrameView::LOCALS);
    if !locals.is_null() {
        return Ok(locals);
    }
    if code(view)?.names_are_globals {
        return f_globals(view);
    }
    Err(error::not_implemented("the variables of a frame that has ended are not known"))
}

fn none(_: Value) -> PyResult {
    Ok(NONE)
}

/// The method table of frame objects.
pub static TABLES: &[ClassTable] = &[ClassTable { class: Builtin::FrameView, methods: METHODS }];
