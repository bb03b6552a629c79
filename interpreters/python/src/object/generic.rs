//! Types with parameters (`list[int]`) and unions of types (`int | None`): what annotations are made of.
//!
//! References: PEP 585, PEP 604. Neighbours: `types` (classes proper), `number` (the `|` operator).

use super::class::Builtin;
use super::layouts::{Class, GenericAlias, Tuple, UnionType};
use super::native::Args;
use super::number::BinaryOp;
use super::{
    NONE, NOT_IMPLEMENTED, PyResult, boolean, cast, compare, error, hash as hashing, list, repr, str, tuple,
};
use crate::natives;
use crate::prelude;
use crate::raw;
use metajit::heap::{self, Ref, Value};

/// `origin[item]`; the item is a tuple for several parameters.
pub fn alias(origin: Value, item: Value) -> Value {
    let args = if item.has_layout(Tuple::ID) { item } else { tuple::value(&[item]) };
    let r = heap::alloc(GenericAlias::ID, 0);
    heap::init(r, GenericAlias::ORIGIN, origin);
    heap::init(r, GenericAlias::ARGS, args);
    Value::object(r)
}

/// Whether a value can be a member of a union.
fn is_type(value: Value) -> bool {
    value == NONE
        || value.has_layout(Class::ID)
        || value.has_layout(UnionType::ID)
        || cast::to_layout(value, GenericAlias::ID).is_some()
}

/// `a | b` for types; `NotImplemented` for anything else.
pub fn union(a: Value, b: Value) -> PyResult {
    if !is_type(a) || !is_type(b) {
        return Ok(NOT_IMPLEMENTED);
    }
    let members = list::new();
    add_members(members, a)?;
    add_members(members, b)?;
    if let &[only] = list::items(members) {
        return Ok(only);
    }
    let args = tuple::value(list::items(members));
    let r = heap::alloc(UnionType::ID, 0);
    heap::init(r, UnionType::ARGS, args);
    Ok(Value::object(r))
}

fn add_members(members: Ref, value: Value) -> PyResult<()> {
    if value.has_layout(UnionType::ID) {
        return union_args(value).iter().try_for_each(|&member| add_members(members, member));
    }
    let value = if value == NONE { Value::object(raw::builtin_class(Builtin::NoneType)) } else { value };
    for &known in list::items(members) {
        if compare::equal(known, value)? {
            return Ok(());
        }
    }
    list::append(members, value);
    Ok(())
}

/// The members of a union.
pub fn union_args<'a>(value: Value) -> &'a [Value] {
    let args = heap::get(Ref::from_bits(value.bits()), UnionType::ARGS);
    tuple::items(Ref::from_bits(args.bits()))
}

/// The operator for classes and the types of this file.
pub fn binary(op: BinaryOp, a: Value, b: Value) -> PyResult {
    if op == BinaryOp::Or { union(a, b) } else { Ok(NOT_IMPLEMENTED) }
}

fn write_parameter(out: &mut Vec<u8>, value: Value) -> PyResult<()> {
    let text = if value == super::ELLIPSIS {
        str::new("...")
    } else if value.has_layout(Class::ID) {
        str::new(&repr::class_display_name(value))
    } else if value.has_layout(super::layouts::List::ID) {
        out.push(b'[');
        for (i, &item) in list::items(Ref::from_bits(value.bits())).iter().enumerate() {
            if i > 0 {
                out.extend(b", ");
            }
            write_parameter(out, item)?;
        }
        str::new("]")
    } else {
        repr::repr(value)?
    };
    out.extend(str::bytes(text));
    Ok(())
}

fn receiver(value: Value) -> PyResult<Ref> {
    cast::receiver(value, GenericAlias::ID, "types.GenericAlias")
}

fn alias_repr(value: Value) -> PyResult {
    let alias = receiver(value)?;
    let mut out = Vec::new();
    write_parameter(&mut out, heap::get(alias, GenericAlias::ORIGIN))?;
    out.push(b'[');
    let args = heap::get(alias, GenericAlias::ARGS);
    let args = tuple::items(Ref::from_bits(args.bits()));
    for (i, &arg) in args.iter().enumerate() {
        if i > 0 {
            out.extend(b", ");
        }
        write_parameter(&mut out, arg)?;
    }
    out.extend(if args.is_empty() { &b"()]"[..] } else { &b"]"[..] });
    Ok(Value::object(str::from_wtf8(&out)))
}

fn alias_call(args: Args<'_>) -> PyResult {
    let origin = heap::get(receiver(args.values[0])?, GenericAlias::ORIGIN);
    raw::call_args(origin, Args { values: &args.values[1..], names: args.names })
}

fn alias_getattr(value: Value, name: Value) -> PyResult {
    let origin = heap::get(receiver(value)?, GenericAlias::ORIGIN);
    raw::get_attr(origin, raw::intern_object(cast::expect_str(name, "__getattr__()")?))
}

fn origin(value: Value) -> PyResult {
    Ok(heap::get(receiver(value)?, GenericAlias::ORIGIN))
}

fn alias_args(value: Value) -> PyResult {
    Ok(heap::get(receiver(value)?, GenericAlias::ARGS))
}

fn parameters(value: Value) -> PyResult {
    let args = heap::get(receiver(value)?, GenericAlias::ARGS);
    let plain = |v: &Value| v.has_layout(Class::ID) || *v == super::ELLIPSIS;
    if tuple::items(Ref::from_bits(args.bits())).iter().all(plain) {
        return Ok(Value::object(tuple::empty()));
    }
    prelude::call(prelude::File::Objects, "alias_parameters", &[args])
}

fn alias_getitem(value: Value, item: Value) -> PyResult {
    prelude::call(prelude::File::Objects, "alias_getitem", &[value, item])
}

fn alias_new(args: &[Value]) -> PyResult {
    let (class, _) = cast::class_and_rest("GenericAlias", args)?;
    cast::construct(Builtin::GenericAlias, class, alias(args[1], args[2]))
}

fn mro_entries(value: Value, _bases: Value) -> PyResult {
    Ok(tuple::value(&[heap::get(receiver(value)?, GenericAlias::ORIGIN)]))
}

/// Whether two objects of the same layout of this file are equal.
pub fn equal(a: Ref, b: Ref) -> PyResult<bool> {
    if heap::layout_of(a) == GenericAlias::ID {
        let same = |field| compare::equal(heap::get(a, field), heap::get(b, field));
        return Ok(same(GenericAlias::ORIGIN)? && same(GenericAlias::ARGS)?);
    }
    let (left, right) = (union_args(Value::object(a)), union_args(Value::object(b)));
    for &member in left {
        let mut found = false;
        for &other in right {
            found = found || compare::equal(member, other)?;
        }
        if !found {
            return Ok(false);
        }
    }
    Ok(left.len() == right.len())
}

/// The hash of an object of this file.
pub fn hash(value: Value) -> PyResult<i64> {
    let object = Ref::from_bits(value.bits());
    if heap::layout_of(object) == GenericAlias::ID {
        return Ok(hashing::hash(heap::get(object, GenericAlias::ORIGIN))?
            ^ hashing::hash(heap::get(object, GenericAlias::ARGS))?);
    }
    let mut combined = 0;
    for &member in union_args(value) {
        combined ^= hashing::hash(member)?;
    }
    Ok(combined)
}

fn or(a: Value, b: Value) -> PyResult {
    union(a, b)
}

fn ror(a: Value, b: Value) -> PyResult {
    union(b, a)
}

fn class_getitem(class: Value, item: Value) -> PyResult {
    Ok(alias(class, item))
}

natives! {
    pub static ALIAS_METHODS;
    "__new__" Slice(alias_new) 3..3 [Reads, static];
    "__getitem__" Two(alias_getitem) [Any];
    "__repr__" One(alias_repr) [Any];
    "__call__" Full(alias_call) [Any];
    "__getattr__" Two(alias_getattr) [Any];
    "__mro_entries__" Two(mro_entries) [Reads];
    "__origin__" One(origin) [Reads, getter];
    "__args__" One(alias_args) [Reads, getter];
    "__parameters__" One(parameters) [Reads, getter];
}

natives! {
    pub static UNION;
    "__or__" Two(or) [Any];
    "__ror__" Two(ror) [Any];
}

natives! {
    pub static SUBSCRIPTED_CLASS;
    "__class_getitem__" Two(class_getitem) [Any, class];
}

fn union_receiver(value: Value) -> PyResult<Ref> {
    cast::receiver(value, UnionType::ID, "types.UnionType")
}

fn union_repr(value: Value) -> PyResult {
    union_receiver(value)?;
    let mut out = Vec::new();
    let none = Value::object(raw::builtin_class(Builtin::NoneType));
    for (i, &member) in union_args(value).iter().enumerate() {
        if i > 0 {
            out.extend(b" | ");
        }
        if member == none {
            out.extend(b"None");
        } else {
            write_parameter(&mut out, member)?;
        }
    }
    Ok(Value::object(str::from_wtf8(&out)))
}

fn union_members(value: Value) -> PyResult {
    Ok(heap::get(union_receiver(value)?, UnionType::ARGS))
}

fn instance_check(union: Value, object: Value) -> PyResult {
    union_receiver(union)?;
    for &member in union_args(union) {
        let Some(class) = member.as_ref().filter(|&r| heap::layout_of(r) == Class::ID) else {
            return Err(error::type_error("isinstance() argument 2 cannot be a parameterized generic"));
        };
        if raw::is_instance(object, class) {
            return Ok(boolean(true));
        }
    }
    Ok(boolean(false))
}

fn subclass_check(union: Value, class: Value) -> PyResult {
    union_receiver(union)?;
    let Some(class) = class.as_ref().filter(|&r| heap::layout_of(r) == Class::ID) else {
        return Err(error::type_error("issubclass() arg 1 must be a class"));
    };
    let is_base = |member: &Value| {
        member.as_ref().is_some_and(|r| heap::layout_of(r) == Class::ID && raw::is_subclass(class, r))
    };
    Ok(boolean(union_args(union).iter().any(is_base)))
}

natives! {
    pub static UNION_METHODS;
    "__repr__" One(union_repr) [Any];
    "__args__" One(union_members) [Reads, getter];
    "__instancecheck__" Two(instance_check) [Any];
    "__subclasscheck__" Two(subclass_check) [Any];
}
