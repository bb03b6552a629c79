//! Builtins that traces see through.
//!
//! An intrinsic does what its native does, with the same results, for the operands it knows; `None` sends the call to the native.
//! Neighbours: `native` (asks first), `object::native` (the list).

use super::lookup::{as_layout, class_of};
use super::{
    Outcome, attribute, build, constant, dicts, generator, iterate, lists, mathematics, object, subscript,
    text,
};
use crate::object::class::Builtin;
use crate::object::compare::CompareOp;
use crate::object::intern::{self, names};
use crate::object::layouts::{self as l, Class, Tuple};
use crate::object::native::Intrinsic;
use crate::object::types::{self, Facts};
use crate::object::{FALSE, TRUE};
use crate::prelude;
use metajit::heap::Value;
use metajit::mode::Mode;
use metajit::staged::{Float, Int, Obj, Val};

/// Carries an intrinsic out, if it knows what to do with these arguments.
pub fn try_call<M: Mode>(which: Intrinsic, args: &[Val<M>]) -> Option<Outcome<M>> {
    match (which, args) {
        (Intrinsic::Len, &[a]) => Some(subscript::len(a)),
        (Intrinsic::IsInstance, &[a, class]) => is_instance(a, class),
        (Intrinsic::Next, &[it]) => next_of_generator(it),
        (Intrinsic::Next, &[it, default]) => next_or(it, default),
        (Intrinsic::Iter, &[a]) => Some(iterate::get_iter(a)),
        (Intrinsic::GeneratorNext, &[it]) => next_of_generator(it),
        (Intrinsic::GeneratorSend, &[it, value]) => {
            let generator = generator::as_generator(it)?;
            Some(generator::send(generator, value))
        }
        (Intrinsic::ListAppend, &[list, item]) => {
            let list = as_layout(list, l::List::ID)?;
            lists::append(list, item);
            Some(Ok(constant(crate::object::NONE)))
        }
        (Intrinsic::ListPop, &[list]) => list_pop(list),
        (Intrinsic::Abs, &[a]) => abs(a),
        (Intrinsic::Min, &[a, b]) => extreme(CompareOp::Lt, a, b),
        (Intrinsic::Max, &[a, b]) => extreme(CompareOp::Gt, a, b),
        (Intrinsic::Sqrt, &[a]) => square_root(a),
        (
            Intrinsic::Fabs
            | Intrinsic::Sin
            | Intrinsic::Cos
            | Intrinsic::Tan
            | Intrinsic::Atan
            | Intrinsic::Exp
            | Intrinsic::Log,
            &[a],
        ) if M::RECORDING => mathematics::unary(which, a),
        (Intrinsic::Floor | Intrinsic::Ceil, &[a]) if M::RECORDING => mathematics::round(which, a),
        (Intrinsic::Ord, &[a]) => text::ord(a),
        (Intrinsic::Chr, &[a]) => text::chr(a),
        (Intrinsic::DictGet, &[dict, key]) => dict_get(dict, key, constant(crate::object::NONE)),
        (Intrinsic::DictGet, &[dict, key, default]) => dict_get(dict, key, default),
        (Intrinsic::GetAttr, &[a, name]) => get_attr(a, name),
        (Intrinsic::GetAttr, &[a, name, default]) => get_attr_or(a, name, default),
        (Intrinsic::HasAttr, &[a, name]) => has_attr(a, name),
        (Intrinsic::SetAttr, &[a, name, value]) => set_attr(a, name, value),
        (Intrinsic::SetAdd, &[set, item]) if M::RECORDING => set_add(set, item),
        (Intrinsic::Sum, &[it]) if is_lazy(it) => Some(through_prelude("sum", args)),
        (Intrinsic::Any, &[it]) if is_lazy(it) => Some(through_prelude("any", args)),
        (Intrinsic::All, &[it]) if is_lazy(it) => Some(through_prelude("all", args)),
        (Intrinsic::Min, &[it]) if is_lazy(it) => Some(through_prelude("min", args)),
        (Intrinsic::Max, &[it]) if is_lazy(it) => Some(through_prelude("max", args)),
        (Intrinsic::Sorted, &[it]) if is_lazy(it) => Some(through_prelude("sorted", args)),
        (Intrinsic::Join, &[_, it]) if is_lazy(it) => Some(through_prelude("join", args)),
        (Intrinsic::Join, &[separator, it]) if M::RECORDING => text::join(separator, it),
        (Intrinsic::ListExtend, &[list, it]) if is_lazy(it) => {
            as_layout(list, l::List::ID)?;
            Some(through_prelude("extend", args))
        }
        _ => None,
    }
}

/// Carries the call of a builtin class out, if it knows what to do with these arguments.
pub fn try_class<M: Mode>(class: Builtin, args: &[Val<M>]) -> Option<Outcome<M>> {
    match (class, args) {
        (Builtin::Type, &[a]) => Some(Ok(constant(Value::object(class_of(a).class())))),
        (Builtin::Range, _) => range(args),
        (Builtin::Int, &[a]) => int(a),
        (Builtin::Float, &[a]) => {
            if let Some(x) = a.small_int() {
                return Some(Ok(x.to_float().into()));
            }
            a.immediate_float().map(|_| Ok(a))
        }
        (Builtin::Bool, &[a]) => Some(super::compare::truth(a).map(super::compare::python_bool)),
        (Builtin::Str, &[a]) => text::of_value(a),
        (Builtin::List, &[it]) if is_lazy(it) => Some(through_prelude("list_of", args)),
        (Builtin::Tuple, &[it]) if is_lazy(it) => Some(through_prelude("tuple_of", args)),
        (Builtin::Set, &[it]) if is_lazy(it) => Some(through_prelude("set_of", args)),
        (Builtin::Enumerate, &[a]) => Some(enumerate(a)),
        (Builtin::Zip, _) => Some(zip(args)),
        (Builtin::Map, [function, iterables @ ..]) if !iterables.is_empty() => {
            Some(map(*function, iterables))
        }
        _ => None,
    }
}

/// Whether iterating over a value runs Python code for each item, so that the loop had better be one that traces see.
pub fn is_lazy<M: Mode>(value: Val<M>) -> bool {
    value.pointer().is_some_and(|object| {
        matches!(
            object.layout(),
            l::Generator::ID | l::Map::ID | l::Filter::ID | l::Zip::ID | l::Enumerate::ID
        )
    })
}

/// Calls the definition of a builtin that is written in Python.
fn through_prelude<M: Mode>(name: &str, args: &[Val<M>]) -> Outcome<M> {
    match prelude::get(prelude::File::Iterables, name) {
        Ok(function) => super::call::call(constant(function), args),
        Err(e) => Err(super::fail(e)),
    }
}

fn is_instance<M: Mode>(value: Val<M>, class: Val<M>) -> Option<Outcome<M>> {
    let python_bool = |b: bool| Some(Ok(constant(if b { TRUE } else { FALSE })));
    let actual = class_of(value);
    M::assume(&actual.assumption);
    let mut any = false;
    if let Some(tuple) = as_layout(class, Tuple::ID) {
        for i in 0..tuple.len().promote() {
            any |= is_subclass_of(actual.class(), tuple.item(Tuple::TAIL, i))?;
        }
    } else {
        any = is_subclass_of(actual.class(), class)?;
    }
    if !any && may_claim_class(actual) {
        return None;
    }
    python_bool(any)
}

/// Whether objects of the class may claim another one by their `__class__`.
fn may_claim_class(class: &types::ClassData) -> bool {
    let of_object = types::data(types::builtin_class(Builtin::Object)).lookup_or_null(names().class);
    class.facts().has(Facts::GETATTRIBUTE) || class.lookup_or_null(names().class) != of_object
}

/// Whether a class derives from another; `None` when the other's metaclass may think differently.
fn is_subclass_of<M: Mode>(actual: metajit::heap::Ref, class: Val<M>) -> Option<bool> {
    as_layout(class, Class::ID)?;
    let class = class.promote().as_ref()?;
    if types::class_of(Value::object(class)) != types::builtin_class(Builtin::Type) {
        return None;
    }
    Some(types::is_subclass(actual, class))
}

fn next_of_generator<M: Mode>(it: Val<M>) -> Option<Outcome<M>> {
    let generator = generator::as_generator(it)?;
    Some(generator::send(generator, constant(crate::object::NONE)))
}

fn next_or<M: Mode>(it: Val<M>, default: Val<M>) -> Option<Outcome<M>> {
    let object = it.pointer()?;
    if !matches!(object.layout(), l::Generator::ID | l::SeqIter::ID | l::RangeIter::ID) {
        return None;
    }
    Some(iterate::next_dyn(it).map(|item| item.unwrap_or(default)))
}

fn list_pop<M: Mode>(list: Val<M>) -> Option<Outcome<M>> {
    let list = as_layout(list, l::List::ID)?;
    let len = list.get(l::List::LEN);
    if len <= 0 {
        return None;
    }
    let last = len - 1;
    Some(Ok(lists::pop(list, last)))
}

fn abs<M: Mode>(a: Val<M>) -> Option<Outcome<M>> {
    if let Some(x) = a.small_int() {
        return Some(Ok(if x < 0 { (Int::from(0) - x).into() } else { a }));
    }
    a.immediate_float().map(|x| Ok(x.abs().into()))
}

/// `min` or `max` of two numbers of one kind.
fn extreme<M: Mode>(op: CompareOp, a: Val<M>, b: Val<M>) -> Option<Outcome<M>> {
    let ints = a.small_int().is_some() && b.small_int().is_some();
    if ints || (a.immediate_float().is_some() && b.immediate_float().is_some()) {
        return Some(super::compare::holds(op, b, a).map(|second| if second { b } else { a }));
    }
    None
}

fn square_root<M: Mode>(a: Val<M>) -> Option<Outcome<M>> {
    let x: Float<M> = match a.small_int() {
        Some(x) => x.to_float(),
        None => a.immediate_float()?,
    };
    if x < 0.0 {
        return None;
    }
    Some(Ok(x.sqrt().into()))
}

fn dict_get<M: Mode>(dict: Val<M>, key: Val<M>, default: Val<M>) -> Option<Outcome<M>> {
    let dict = as_layout(dict, l::Dict::ID)?;
    Some(subscript::dict_get(dict, key).map(|found| if found.is_null() { default } else { found }))
}

/// The name of an attribute, if it is a constant of the trace.
fn constant_name<M: Mode>(name: Val<M>) -> Option<metajit::heap::Ref> {
    if !name.is_constant() {
        return None;
    }
    as_layout(name, l::Str::ID)?;
    Some(intern::intern_value(name.promote()))
}

fn get_attr<M: Mode>(value: Val<M>, name: Val<M>) -> Option<Outcome<M>> {
    Some(attribute::get_attr(value, constant_name(name)?))
}

fn get_attr_or<M: Mode>(value: Val<M>, name: Val<M>, default: Val<M>) -> Option<Outcome<M>> {
    let found = find_attr(value, constant_name(name)?);
    Some(found.map(|found| found.unwrap_or(default)))
}

fn has_attr<M: Mode>(value: Val<M>, name: Val<M>) -> Option<Outcome<M>> {
    let found = find_attr(value, constant_name(name)?);
    Some(found.map(|found| super::compare::python_bool(found.is_some())))
}

/// The attribute; `None` also when an AttributeError says so.
fn find_attr<M: Mode>(value: Val<M>, name: metajit::heap::Ref) -> Outcome<M, Option<Val<M>>> {
    match attribute::find_attr(value, name) {
        Err(e) if super::exceptions::is_builtin_error(e, Builtin::AttributeError) => Ok(None),
        found => found,
    }
}

fn set_attr<M: Mode>(value: Val<M>, name: Val<M>, new: Val<M>) -> Option<Outcome<M>> {
    let done = super::store::set_attr(value, constant_name(name)?, new);
    Some(done.map(|()| constant(crate::object::NONE)))
}

fn set_add<M: Mode>(set: Val<M>, item: Val<M>) -> Option<Outcome<M>> {
    let set = as_layout(set, l::Set::ID)?;
    if set.get(l::Set::FROZEN) != 0 {
        return None;
    }
    Some(build::add_to_set(set, item).map(|()| constant(crate::object::NONE)))
}

fn range<M: Mode>(args: &[Val<M>]) -> Option<Outcome<M>> {
    let (start, stop, step) = match *args {
        [stop] => (Int::from(0), stop.small_int()?, Int::from(1)),
        [start, stop] => (start.small_int()?, stop.small_int()?, Int::from(1)),
        [start, stop, step] => (start.small_int()?, stop.small_int()?, step.small_int()?),
        _ => return None,
    };
    if step == 0 || step <= -(1 << 30) || step >= 1 << 30 {
        return None;
    }
    let len = if step > 0 {
        if start < stop { (stop - start + (step - 1)).floor_div(step) } else { Int::from(0) }
    } else if stop < start {
        let down = Int::from(0) - step;
        (start - stop + (down - 1)).floor_div(down)
    } else {
        Int::from(0)
    };
    let made = Obj::<M>::alloc(l::Range::ID, 0);
    made.set(l::Range::START, start.into());
    made.set(l::Range::STOP, stop.into());
    made.set(l::Range::STEP, step.into());
    made.set(l::Range::LEN, len.into());
    Some(Ok(made.value()))
}

fn int<M: Mode>(a: Val<M>) -> Option<Outcome<M>> {
    if a.small_int().is_some() {
        return Some(Ok(a));
    }
    let x = a.immediate_float()?;
    let limit = (1_i64 << 62) as f64;
    if x < limit && x > -limit { Some(Ok(x.to_int().into())) } else { None }
}

fn enumerate<M: Mode>(a: Val<M>) -> Outcome<M> {
    let it = iterate::get_iter(a)?;
    let made = Obj::<M>::alloc(l::Enumerate::ID, 0);
    made.set(l::Enumerate::ITER, it);
    made.set(l::Enumerate::COUNT, constant(Value::small_int(0)));
    Ok(made.value())
}

fn zip<M: Mode>(args: &[Val<M>]) -> Outcome<M> {
    let made = Obj::<M>::alloc(l::Zip::ID, args.len() as u32);
    for (i, &arg) in args.iter().enumerate() {
        let it = iterate::get_iter(arg)?;
        made.set_item(l::Zip::TAIL, i as i64, it);
    }
    Ok(made.value())
}

fn map<M: Mode>(function: Val<M>, iterables: &[Val<M>]) -> Outcome<M> {
    let made = Obj::<M>::alloc(l::Map::ID, iterables.len() as u32);
    made.set(l::Map::FUNCTION, function);
    for (i, &arg) in iterables.iter().enumerate() {
        let it = iterate::get_iter(arg)?;
        made.set_item(l::Map::TAIL, i as i64, it);
    }
    Ok(made.value())
}

/// An empty tuple, an empty dict: for the callers of natives.
pub fn empty_arguments<M: Mode>() -> (Val<M>, Obj<M>) {
    let none: &[Val<M>] = &[];
    (build::tuple(none), dicts::new())
}

/// A constant object.
pub fn constant_object<M: Mode>(o: metajit::heap::Ref) -> Obj<M> {
    object(o)
}
