//! The interpreter: the dispatch loop and the operations that traces see through, generic over the mode.
//!
//! Rule of this folder: a value of type `Val<M>` varies while a trace runs; plain Rust values are constants of the
//! trace. So plain state is read here only if it never changes after publication (`Code`, `Shape`, interned
//! names) or stands behind an assumption (`M::assume`).
//!
//! | file | concept |
//! | --- | --- |
//! | `run.rs` | the dispatch loop, and what happens to exceptions |
//! | `arith.rs`, `compare.rs`, `binary.rs` | operators: numbers in place; the protocol of `__add__` and the like |
//! | `attribute.rs`, `store.rs`, `lookup.rs` | attributes: reading, writing, what a class lookup found |
//! | `call.rs`, `bind.rs`, `native.rs`, `construct.rs` | calls: callables, arguments into registers, natives, classes |
//! | `generator.rs`, `iterate.rs`, `unpack.rs` | suspended frames, iteration |
//! | `exceptions.rs`, `with_.rs` | raising, matching, tracebacks |
//! | `text.rs`, `dicts.rs`, `mathematics.rs` | strings and other builtin values, small dicts, `math` in traces |
//! | `variables.rs`, `subscript.rs`, `build.rs`, `import.rs`, `pattern.rs` | the other instructions |
//! | `raw.rs` | Python's operations on plain values, for natives |
//!
//! Neighbours: `object` (raw operations of each type), `code` (what is run).

pub mod arith;
pub mod attribute;
pub mod awaiting;
pub mod binary;
pub mod bind;
pub mod build;
pub mod build_class;
pub mod call;
pub mod chain;
pub mod compare;
pub mod construct;
pub mod dicts;
pub mod exceptions;
pub mod generator;
pub mod helpers;
pub mod import;
pub mod intrinsic;
pub mod introspect;
pub mod iterate;
pub mod lists;
pub mod lookup;
pub mod mathematics;
pub mod native;
pub mod pattern;
mod power;
pub mod raw;
pub mod run;
pub mod sets;
pub mod store;
pub mod subscript;
pub mod text;
pub mod type_params;
pub mod unpack;
pub mod variables;
pub mod with_;

use crate::object::{FALSE, TRUE};
use metajit::abort::Abort;
use metajit::frame::Frame;
use metajit::heap::{self, Value};
use metajit::mode::Mode;
use metajit::run::Run;
use metajit::staged::{Bool, Obj, Val};

/// A result whose error is a Python exception object.
pub type Outcome<M, T = Val<M>> = Result<T, Val<M>>;

/// A constant value.
#[inline(always)]
pub fn constant<M: Mode>(value: Value) -> Val<M> {
    Val::constant(value)
}

/// A constant object.
#[inline(always)]
pub fn object<M: Mode>(object: heap::Ref) -> Obj<M> {
    Obj::constant(object)
}

/// The Python `bool` of a truth value: a guard while recording.
#[inline(always)]
pub fn boolean<M: Mode>(b: Bool<M>) -> Val<M> {
    constant(if b.truth() { TRUE } else { FALSE })
}

/// An exception made from what only holds now: what follows is not recorded.
#[cold]
pub fn fail<M: Mode>(exception: Value) -> Val<M> {
    M::abort(Abort::Language);
    constant(exception)
}

/// A value of `Run` in any mode whose representation it is: only for code under `!M::RECORDING`.
#[inline(always)]
pub fn plain<M: Mode>(value: Val<M>) -> Value {
    value.peek()
}

/// Where the next frame goes.
#[inline(always)]
pub fn next_frame<M: Mode>() -> Frame<M> {
    Frame::at(heap::vm_stack().top())
}

/// The result of an operation on plain values, in `Run`.
#[inline(always)]
pub fn of_run(result: Outcome<Run>) -> crate::object::PyResult {
    match result {
        Ok(value) => Ok(value.inner()),
        Err(exception) => Err(exception.inner()),
    }
}

/// A plain value as `Run` holds it.
#[inline(always)]
pub fn to_run(value: Value) -> Val<Run> {
    Val::new(value)
}
