//! The `match` statement's tests, and the parts of exception groups for `except*`.
//!
//! Neighbours: `run` (the instructions), `object::exception`.

use super::lookup::class_of;
use super::{Outcome, fail, native, raw};
use crate::object::class::Builtin;
use crate::object::intern::{intern, intern_value, names};
use crate::object::layouts as l;
use crate::object::{NONE, PyResult, dict, error, tuple, types};
use metajit::heap::{self, Value};
use metajit::mode::Mode;
use metajit::staged::Val;

/// Whether a value is a sequence for patterns.
pub fn is_sequence<M: Mode>(value: Val<M>) -> bool {
    let class = class_of(value).class();
    [Builtin::List, Builtin::Tuple, Builtin::Range]
        .iter()
        .any(|&builtin| types::is_subclass(class, types::builtin_class(builtin)))
}

/// Whether a value is a mapping for patterns.
pub fn is_mapping<M: Mode>(value: Val<M>) -> bool {
    let class = class_of(value).class();
    [Builtin::Dict, Builtin::MappingProxy]
        .iter()
        .any(|&builtin| types::is_subclass(class, types::builtin_class(builtin)))
}

/// The tuple of the values of `keys`, or None if one is missing.
pub fn match_keys(subject: Value, keys: Value) -> PyResult {
    let keys = heap::items::<Value>(keys.as_ref().expect("a tuple"), l::Tuple::TAIL);
    let values = crate::object::list::new();
    for &key in keys {
        let found =
            raw::call_method(subject, "get", &[key, raw::builtin_class(Builtin::Object).into_value()])?;
        if found == raw::builtin_class(Builtin::Object).into_value() {
            return Ok(NONE);
        }
        crate::object::list::append(values, found);
    }
    Ok(tuple::value(crate::object::list::items(values)))
}

/// A class object as a value.
trait IntoValue {
    fn into_value(self) -> Value;
}
impl IntoValue for heap::Ref {
    fn into_value(self) -> Value {
        Value::object(self)
    }
}

/// The attributes that a class pattern names: `npos` by `__match_args__`, then those in `attributes`; None without a match.
pub fn match_class(subject: Value, class: Value, attributes: Value, npos: i64) -> PyResult {
    let Some(class_object) = class.as_ref().filter(|c| heap::layout_of(*c) == l::Class::ID) else {
        return Err(error::type_error("called match pattern must be a class"));
    };
    if !raw::is_instance_of(subject, class)? {
        return Ok(NONE);
    }
    let values = crate::object::list::new();
    if npos > 0 && !positional(subject, class_object, npos, values)? {
        return Ok(NONE);
    }
    for &name in heap::items::<Value>(attributes.as_ref().expect("a tuple"), l::Tuple::TAIL) {
        match raw::find_attr_name(subject, intern_value(name))? {
            Some(value) => crate::object::list::append(values, value),
            None => return Ok(NONE),
        }
    }
    Ok(tuple::value(crate::object::list::items(values)))
}

/// Collects positional attributes; false when one is missing.
fn positional(subject: Value, class: heap::Ref, npos: i64, values: heap::Ref) -> PyResult<bool> {
    let name = types::name_of(class);
    let too_many = |takes: usize| {
        let s = if takes == 1 { "" } else { "s" };
        error::type_error(format!("{name}() accepts {takes} positional sub-pattern{s} ({npos} given)"))
    };
    let Some(match_args) = types::data(class).lookup(names().match_args) else {
        // These match as a whole.
        let whole = [
            Builtin::Bool,
            Builtin::ByteArray,
            Builtin::Bytes,
            Builtin::Dict,
            Builtin::Float,
            Builtin::FrozenSet,
            Builtin::Int,
            Builtin::List,
            Builtin::Set,
            Builtin::Str,
            Builtin::Tuple,
        ];
        if !whole.iter().any(|&b| types::is_subclass(class, types::builtin_class(b))) {
            return Err(too_many(0));
        }
        if npos > 1 {
            return Err(too_many(1));
        }
        crate::object::list::append(values, subject);
        return Ok(true);
    };
    let Some(args) = match_args.as_ref().filter(|t| heap::layout_of(*t) == l::Tuple::ID) else {
        let got = raw::class_name(match_args);
        return Err(error::type_error(format!("{name}.__match_args__ must be a tuple (got {got})")));
    };
    let args = heap::items::<Value>(args, l::Tuple::TAIL);
    if args.len() < npos as usize {
        return Err(too_many(args.len()));
    }
    for &arg in &args[..npos as usize] {
        if !raw::is_str(arg) {
            let got = raw::class_name(arg);
            return Err(error::type_error(format!("__match_args__ elements must be strings (got {got})")));
        }
        match raw::find_attr_name(subject, intern_value(arg))? {
            Some(value) => crate::object::list::append(values, value),
            None => return Ok(false),
        }
    }
    Ok(true)
}

/// A dict of a mapping without some keys.
pub fn copy_map_without(subject: Value, keys: Value) -> PyResult {
    let copy = dict::new();
    raw::dict_update(copy, subject)?;
    for &key in heap::items::<Value>(keys.as_ref().expect("a tuple"), l::Tuple::TAIL) {
        dict::remove(copy, key)?;
    }
    Ok(Value::object(copy))
}

/// `except*`: the part of `exc` that matches, and the rest.
pub fn split_group<M: Mode>(exc: Val<M>, type_: Val<M>) -> Outcome<M, (Val<M>, Val<M>)> {
    let none = super::constant(NONE);
    let group = types::builtin_class(Builtin::BaseExceptionGroup);
    if !types::is_subclass(class_of(exc).class(), group) {
        if !super::exceptions::matches(exc, type_)? {
            return Ok((none, exc));
        }
        // A clause always gets a group.
        M::abort(metajit::abort::Abort::Language);
        let class = Value::object(raw::builtin_class(Builtin::ExceptionGroup));
        let args = [Value::object(intern("")), crate::object::list::value(&[exc.peek()])];
        return Ok((native::of_plain(raw::call(class, &args))?, none));
    }
    let parts = match raw::call_method(exc.peek(), "split", &[type_.peek()]) {
        Ok(parts) => parts,
        Err(e) => return Err(fail(e)),
    };
    M::abort(metajit::abort::Abort::Language);
    let parts = heap::items::<Value>(parts.as_ref().expect("a tuple"), l::Tuple::TAIL);
    Ok((super::constant(parts[0]), super::constant(parts[1])))
}

/// `except*`: what to raise at the end, or None: the unhandled rest and what the clauses raised.
pub fn prepare_star<M: Mode>(original: Val<M>, raised: Val<M>) -> Outcome<M> {
    M::abort(metajit::abort::Abort::Language);
    let list = raised.peek().as_ref().expect("a list");
    let parts: Vec<Value> = crate::object::list::items(list).iter().copied().filter(|e| *e != NONE).collect();
    match &parts[..] {
        [] => Ok(super::constant(NONE)),
        [one] => Ok(super::constant(*one)),
        many => {
            let _ = original;
            let class = Value::object(raw::builtin_class(Builtin::ExceptionGroup));
            let args = [Value::object(intern("")), crate::object::list::value(many)];
            native::of_plain(raw::call(class, &args))
        }
    }
}
