//! Exception groups: several exceptions raised as one.
//!
//! `message` and `exceptions` are attributes of the instance; splitting keeps the nesting, and the notes, traceback, cause and context of
//! every group that is taken apart. Neighbours: `exception` (all other exceptions), `interp::pattern` (`except*`).

use super::class::{Builtin, ClassTable};
use super::exception::{self, CAUSE, CONTEXT, TRACEBACK};
use super::layouts::{Class, Tuple};
use super::native::Args;
use super::{NONE, PyResult, cast, error, instance, intern, list, str, tuple};
use crate::{natives, raw};
use metajit::heap::{Ref, Value};

fn is_group(value: Value) -> bool {
    raw::is_builtin_instance(value, Builtin::BaseExceptionGroup)
}

fn set(group: Value, name: &str, value: Value) {
    instance::set(group.as_ref().expect("an exception is an object"), intern::intern(name), value);
}

fn get(group: Value, name: &str) -> Value {
    let value = instance::get(group.as_ref().expect("an exception is an object"), intern::intern(name));
    raw::or_none(value)
}

/// The members of a group.
fn members<'a>(group: Value) -> &'a [Value] {
    get(group, "exceptions").as_ref().map_or(&[], tuple::items)
}

fn new(args: Args<'_>) -> PyResult {
    let [class, message, given] = args.positional() else {
        let given = args.positional().len().saturating_sub(1);
        let message = format!("BaseExceptionGroup.__new__() takes exactly 2 arguments ({given} given)");
        return Err(error::type_error(message));
    };
    if cast::str_of(*message).is_none() {
        let found = raw::class_name(*message);
        return Err(error::type_error(format!("argument 1 must be str, not {found}")));
    }
    if raw::lookup_special(*given, "__getitem__").is_none() {
        return Err(error::type_error("second argument (exceptions) must be a sequence"));
    }
    let members = tuple::from_iterable(*given)?;
    let class = checked_class(class.as_ref().expect("a class is an object"), tuple::items(members))?;
    let made = exception::new(class, tuple::value(&[*message, *given]));
    set(made, "message", *message);
    set(made, "exceptions", Value::object(members));
    Ok(made)
}

/// The class of a group with these members: a group of nothing but `Exception`s is one itself.
fn checked_class(class: Ref, members: &[Value]) -> PyResult<Ref> {
    if members.is_empty() {
        return Err(error::value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    if let Some(i) = members.iter().position(|&m| !raw::is_builtin_instance(m, Builtin::BaseException)) {
        return Err(error::value_error(format!(
            "Item {i} of second argument (exceptions) is not an exception"
        )));
    }
    let plain = members.iter().all(|&m| raw::is_builtin_instance(m, Builtin::Exception));
    if plain {
        let is_base = class == raw::builtin_class(Builtin::BaseExceptionGroup);
        return Ok(if is_base { raw::builtin_class(Builtin::ExceptionGroup) } else { class });
    }
    if class == raw::builtin_class(Builtin::ExceptionGroup) {
        return Err(error::type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
    }
    if raw::is_subclass(class, raw::builtin_class(Builtin::Exception)) {
        let name = super::types::name_of(class);
        return Err(error::type_error(format!("Cannot nest BaseExceptions in '{name}'")));
    }
    Ok(class)
}

fn text(group: Value) -> PyResult {
    let message = super::repr::str_of(get(group, "message"))?;
    let count = members(group).len();
    let plural = if count == 1 { "" } else { "s" };
    Ok(str::value(&format!("{} ({count} sub-exception{plural})", str::as_str(message))))
}

fn derive(group: Value, members: Value) -> PyResult {
    let class = Value::object(raw::builtin_class(Builtin::BaseExceptionGroup));
    raw::call(class, &[get(group, "message"), members])
}

/// Whether a condition (a class, a tuple of classes, or a function) holds for an exception.
fn holds(condition: Value, exception: Value) -> PyResult<bool> {
    if condition.has_layout(Class::ID) || condition.has_layout(Tuple::ID) {
        return raw::is_instance_of(exception, condition);
    }
    raw::truth(raw::call(condition, &[exception])?)
}

fn check_condition(condition: Value) -> PyResult<()> {
    let is_class = |v: Value| {
        v.as_ref().is_some_and(|r| {
            v.has_layout(Class::ID) && raw::is_subclass(r, raw::builtin_class(Builtin::BaseException))
        })
    };
    let fits = match condition.as_ref() {
        Some(r) if condition.has_layout(Tuple::ID) => tuple::items(r).iter().all(|&c| is_class(c)),
        _ if condition.has_layout(Class::ID) => is_class(condition),
        _ => raw::lookup_special(condition, "__call__").is_some(),
    };
    if fits {
        return Ok(());
    }
    Err(error::type_error("expected a function, exception type or tuple of exception types"))
}

/// The members for which a condition holds, and the others, both nested as they were; None where there are none.
fn split_by(exception: Value, condition: Value) -> PyResult<(Value, Value)> {
    let _depth = raw::enter_recursion("")?;
    if holds(condition, exception)? {
        return Ok((exception, NONE));
    }
    if !is_group(exception) {
        return Ok((NONE, exception));
    }
    let (matching, others) = (list::new(), list::new());
    for &member in members(exception) {
        let (part, rest) = split_by(member, condition)?;
        for (kept, list) in [(part, matching), (rest, others)] {
            if kept != NONE {
                list::append(list, kept);
            }
        }
    }
    Ok((part_of(exception, matching)?, part_of(exception, others)?))
}

/// A group like `group` with other members; None for no members.
fn part_of(group: Value, members: Ref) -> PyResult {
    if list::len(members) == 0 {
        return Ok(NONE);
    }
    let part = raw::call_method(group, "derive", &[Value::object(members)])?;
    if is_group(part) {
        for slot in [TRACEBACK, CAUSE, CONTEXT] {
            exception::set_in(part, slot, exception::get(group, slot));
        }
        if let Some(notes) = raw::find_attr(group, "__notes__")? {
            let notes = Value::object(list::from_iterable(notes)?);
            raw::set_attr(part, intern::intern("__notes__"), notes)?;
        }
    }
    Ok(part)
}

fn split(group: Value, condition: Value) -> PyResult {
    check_condition(condition)?;
    let (part, rest) = split_by(group, condition)?;
    Ok(tuple::value(&[part, rest]))
}

fn subgroup(group: Value, condition: Value) -> PyResult {
    check_condition(condition)?;
    split_by(group, condition).map(|(part, _)| part)
}

natives! {
    static METHODS;
    "__new__" Full(new) [Any, static];
    "__str__" One(text) [Any];
    "derive" Two(derive) [Any];
    "split" Two(split) [Any];
    "subgroup" Two(subgroup) [Any];
}

/// The method table of the class.
pub static TABLES: &[ClassTable] = &[ClassTable { class: Builtin::BaseExceptionGroup, methods: METHODS }];
