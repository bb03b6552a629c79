//! `globals()`, `locals()`, `eval()` and their like: natives that look at the frame that calls them.
//!
//! The compiler flags code that mentions such a name; before a call in flagged code, the callee is looked at here, and gets the
//! frame's namespaces handed over. Such a call is never part of a trace.
//! Neighbours: `builtins::code` (the natives), `run` (the call instructions).

use crate::address;
use crate::builtins::code::set_caller;
use crate::bytecode::CodeFlags;
use crate::code::Code;
use crate::object::dict;
use crate::object::layouts::{Builtin, Cell};
use crate::object::native::Intrinsic;
use metajit::abort::Abort;
use metajit::frame::Frame;
use metajit::heap::{self, Value};
use metajit::mode::Mode;
use metajit::staged::Val;

/// Hands the namespaces of a frame over if `callee` looks at them.
#[cold]
#[inline(never)]
pub fn prepare<M: Mode>(code: &'static Code, frame: Frame<M>, pc: usize, callee: Val<M>) {
    let Some(builtin) = callee.peek().as_ref().filter(|r| heap::layout_of(*r) == Builtin::ID) else { return };
    if address::native(heap::get(builtin, Builtin::DEF)).intrinsic != Some(Intrinsic::Introspect) {
        return;
    }
    M::abort(Abort::Language);
    set_caller(code, pc, locals(code, frame));
}

/// The mapping that `locals()` gives.
fn locals<M: Mode>(code: &'static Code, frame: Frame<M>) -> Value {
    if code.names_are_globals {
        return Value::object(code.globals);
    }
    if !code.data.flags.has(CodeFlags::OPTIMIZED) {
        return frame.get(code.hidden()).peek();
    }
    snapshot(code, frame)
}

/// A dict of a function's variables that are bound now.
fn snapshot<M: Mode>(code: &'static Code, frame: Frame<M>) -> Value {
    let data = &code.data;
    let namespace = dict::new();
    let set = |name: &str, value: Value| {
        if !value.is_null() {
            dict::set_str(namespace, crate::raw::intern(name), value);
        }
    };
    for (register, name) in data.varnames.iter().enumerate() {
        // A parameter that inner functions use lives in its cell.
        if !data.cellvars.contains(name) {
            set(name, frame.get(register as u32).peek());
        }
    }
    let first = u32::from(data.first_cell().0);
    for (register, name) in (first..).zip(data.cellvars.iter().chain(&data.freevars)) {
        if let Some(cell) = frame.get(register).peek().as_ref().filter(|r| heap::layout_of(*r) == Cell::ID) {
            set(name, heap::get(cell, Cell::CONTENT));
        }
    }
    Value::object(namespace)
}
