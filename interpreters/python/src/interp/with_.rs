//! Context managers.
//!
//! Neighbours: `exceptions`, `call`.

use super::attribute::{bind_found, call_found};
use super::call::call;
use super::lookup::{Found, class_of};
use super::{Outcome, constant, fail};
use crate::object::exception;
use crate::object::intern::names;
use crate::object::layouts::Instance;
use crate::object::{NONE, error, str, types};
use metajit::heap::Value;
use metajit::mode::Mode;
use metajit::staged::Val;

/// The bound `__exit__` of a manager, and the result of its `__enter__()`.
pub fn enter<M: Mode>(manager: Val<M>) -> Outcome<M, (Val<M>, Val<M>)> {
    let class = class_of(manager);
    M::assume(&class.assumption);
    let missing = |name: metajit::heap::Ref, more: &str| {
        let class = types::name_of(class.class());
        let name = str::as_str(name);
        let message = format!(
            "'{class}' object does not support the context manager protocol{}",
            more.replace("{}", name)
        );
        fail(error::type_error(message))
    };
    let enter = class.lookup_or_null(names().enter);
    if enter.is_null() {
        return Err(missing(names().enter, ""));
    }
    let exit = class.lookup_or_null(names().exit);
    if exit.is_null() {
        return Err(missing(names().exit, " (missed {} method)"));
    }
    let exit = bind_found(manager, class, exit, Found::of::<M>(exit))?;
    let value = call_found(manager, class, enter, &[])?;
    Ok((exit, value))
}

/// `exit(None, None, None)`.
pub fn leave<M: Mode>(exit: Val<M>) -> Outcome<M> {
    let none = constant(NONE);
    call(exit, &[none, none, none])
}

/// `exit(type(exc), exc, exc.__traceback__)`.
pub fn leave_with<M: Mode>(exit: Val<M>, exc: Val<M>) -> Outcome<M> {
    let class = constant(Value::object(class_of(exc).class()));
    let traceback = exc.assume_pointer().item(Instance::TAIL, exception::TRACEBACK);
    call(exit, &[class, exc, traceback])
}
