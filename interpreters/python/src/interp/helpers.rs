//! Helpers: the raw operations that traces call without seeing into them, with their effects.
//!
//! Neighbours: `native` (calls of natives through the `native…` ones), `object` (what they name).

use super::{
    arith, binary as binary_ops, build, chain, compare as compare_ops, import, iterate as iterate_raw,
    native, pattern, raw, type_params, variables,
};
use crate::address;
use crate::object::layouts::{Cell, Dict, DictIter, Instance, List, Set, Tuple};
use crate::object::native::Native;
use crate::object::{
    PyResult, attributes, dict, exception, instance, iterators, list, sequence, set, slice, str, tuple,
    variable,
};
use metajit::heap::{self, BYTES, FLOATS, Ref, VALUES, Value};
use metajit::helpers;

fn record(record: i64) -> &'static Native {
    address::native(record)
}
fn native0(def: i64) -> PyResult {
    native::invoke_plain(record(def), &[], &[])
}
fn native1(def: i64, a: Value) -> PyResult {
    native::invoke_plain(record(def), &[a], &[])
}
fn native2(def: i64, a: Value, b: Value) -> PyResult {
    native::invoke_plain(record(def), &[a, b], &[])
}
fn native3(def: i64, a: Value, b: Value, c: Value) -> PyResult {
    native::invoke_plain(record(def), &[a, b, c], &[])
}
fn native_many(def: i64, values: Ref, names: Ref) -> PyResult {
    native::invoke_plain(record(def), heap::values(values), heap::items(names, Tuple::TAIL))
}
fn set_item(dict: Ref, key: Value, value: Value) -> PyResult<i64> {
    dict::set(dict, key, value).map(|()| 0)
}
fn is_stable_plain(cell: i64) -> bool {
    variable::is_stable(Ref::from_bits(cell as u64))
}
fn stable_content_plain(cell: i64) -> Value {
    heap::get(Ref::from_bits(cell as u64), Cell::CONTENT)
}
fn position(dict: i64, key: Value) -> i64 {
    dict::position(Ref::from_bits(dict as u64), key)
}
fn get_str(dict: Ref, name: Ref) -> Value {
    dict::get_str(dict, name).unwrap_or(Value::NULL)
}
fn add_attribute(object: Ref, name: Ref, value: Value) -> i64 {
    instance::set(object, name, value);
    0
}
fn append(list: Ref, value: Value) -> i64 {
    list::append(list, value);
    0
}

fn set_element(list: Ref, index: i64, value: Value) -> i64 {
    list::set(list, index as usize, value);
    0
}
fn set_other_plain(object: Value, name: Ref, value: Value) -> PyResult<i64> {
    attributes::set(object, name, value).map(|()| 0)
}
fn del_attr_plain(object: Value, name: Ref) -> PyResult<i64> {
    attributes::delete(object, name).map(|()| 0)
}
fn binary_plain(op: i64, a: Value, b: Value) -> PyResult {
    binary_ops::plain(op, a, b)
}
fn compare_plain(op: i64, a: Value, b: Value) -> PyResult {
    compare_ops::plain(op, a, b)
}
fn unary_plain(op: i64, a: Value) -> PyResult {
    binary_ops::unary_plain(op, a)
}
fn dict_get_plain(dict: Ref, key: Value) -> PyResult {
    Ok(dict::get(dict, key)?.unwrap_or(Value::NULL))
}
fn set_item_plain(object: Value, key: Value, value: Value) -> PyResult<i64> {
    raw::set_item(object, key, value).map(|()| 0)
}
fn del_item_plain(object: Value, key: Value) -> PyResult<i64> {
    raw::del_item(object, key).map(|()| 0)
}
fn list_extend_plain(list: Ref, items: Value) -> PyResult<i64> {
    list::extend(list, items).map(|()| 0)
}
fn set_add_plain(set: Ref, item: Value) -> PyResult<i64> {
    set::add(set, item).map(|_| 0)
}

fn len_plain(object: Value) -> PyResult<i64> {
    sequence::len(object).map(|len| len as i64)
}
fn list_to_tuple_plain(list: Ref) -> Ref {
    tuple::from_slice(list::items(list))
}
fn dict_update_plain(dict: Ref, other: Value) -> PyResult<i64> {
    raw::dict_update(dict, other).map(|()| 0)
}
fn dict_merge_plain(dict: Ref, other: Value, function: Value) -> PyResult<i64> {
    raw::dict_merge(dict, other, function).map(|()| 0)
}
fn set_update_plain(set: Ref, items: Value) -> PyResult<i64> {
    set::update(set, items).map(|()| 0)
}
fn slice_of_plain(value: Value, start: Value, stop: Value, step: Value) -> PyResult {
    if value.has_layout(List::ID) {
        let list = Ref::from_bits(value.bits());
        return list::methods::get_slice(list, [start, stop, step]).map(Value::object);
    }
    raw::get_item(value, slice::new(start, stop, step))
}

fn set_slice_plain(list: Value, start: Value, stop: Value, step: Value, items: Value) -> PyResult<i64> {
    let list = Ref::from_bits(list.bits());
    list::methods::set_slice(list, [start, stop, step], items).map(|()| 0)
}

fn next_of_table_plain(iterator: Value) -> PyResult {
    let iterator = iterator.as_ref().expect("an iterator");
    Ok(iterators::builtin_next(iterator)?.unwrap_or(Value::NULL))
}

fn character_plain(code: i64) -> Ref {
    str::from_code(code as u32)
}

fn import_star_plain(module: Value, namespace: Value) -> PyResult<i64> {
    import::import_star(module, |name, value| raw::set_item(namespace, Value::object(name), value))
        .map(|()| 0)
}

/// The tuple of keyword names as an object that lives for ever.
pub fn name_tuple(names: &[Value]) -> Ref {
    heap::permanent(tuple::from_slice(names))
}

helpers! {
    /// Calls a native.
    [Any] pub fn native0_any(def: i64) -> try Value = native0;
    /// Calls a native that only reads.
    [Reads] pub fn native0_reads(def: i64) -> try Value = native0;
    /// Calls a native.
    [Any] pub fn native1_any(def: i64, a: Value) -> try Value = native1;
    /// Calls a native that only reads.
    [Reads] pub fn native1_reads(def: i64, a: Value) -> try Value = native1;
    /// Calls a pure native.
    [Elidable] pub fn native1_elidable(def: i64, a: Value) -> try Value = native1;
    /// Calls a native.
    [Any] pub fn native2_any(def: i64, a: Value, b: Value) -> try Value = native2;
    /// Calls a native that only reads.
    [Reads] pub fn native2_reads(def: i64, a: Value, b: Value) -> try Value = native2;
    /// Calls a pure native.
    [Elidable] pub fn native2_elidable(def: i64, a: Value, b: Value) -> try Value = native2;
    /// Calls a native.
    [Any] pub fn native3_any(def: i64, a: Value, b: Value, c: Value) -> try Value = native3;
    /// Calls a native that only reads.
    [Reads] pub fn native3_reads(def: i64, a: Value, b: Value, c: Value) -> try Value = native3;
    /// Calls a native on an array of arguments.
    [Any] pub fn native_many_any(def: i64, values: Ref, names: Ref) -> try Value = native_many;
    /// Calls a native that only reads on an array of arguments.
    [Reads] pub fn native_many_reads(def: i64, values: Ref, names: Ref) -> try Value = native_many;

    /// `dict[key] = value`.
    [Any] pub fn dict_set_raw(dict: Ref, key: Value, value: Value) -> try i64 = set_item;
    /// The number of the entry of a key in a dict, given by its bits: a hint that the trace checks, elidable so that it
    /// is a constant of the trace.
    [Elidable] pub fn dict_position(dict: i64, key: Value) -> i64 = position;
    /// Whether an arithmetic instruction's operands are left alone, see `arith`.
    [Elidable] pub fn is_mixed(site: i64) -> bool = arith::is_mixed;
    /// Whether a global, given by the bits of its cell, may be taken for a constant: elidable, so that the answer is a
    /// constant of the trace and stays what it was when a bytecode is replayed.
    [Elidable] pub fn is_stable(cell: i64) -> bool = is_stable_plain;
    /// The content of a stable global, in the same way.
    [Elidable] pub fn stable_content(cell: i64) -> Value = stable_content_plain;
    /// The value of an interned name, or NULL.
    [Reads] pub fn dict_get_str(dict: Ref, name: Ref) -> Value = get_str;
    /// Adds or sets an attribute of an instance.
    [Writes(Instance::ID, VALUES, Dict::ID, BYTES)] pub fn instance_set(object: Ref, name: Ref, value: Value) -> i64 = add_attribute;
    /// Sets an element of a list, which may then keep its elements in another way.
    [Writes(List::ID, VALUES, FLOATS)] pub fn list_set(list: Ref, index: i64, value: Value) -> i64 = set_element;
    /// Appends to a list.
    [Writes(List::ID, VALUES, FLOATS)] pub fn list_append(list: Ref, value: Value) -> i64 = append;
    /// An attribute that a function or file object has in a dict of its own; NULL if it has none.
    [Reads] pub fn own_attr(object: Value, name: Ref) -> Value = attributes::own;
    /// What a module's `__getattr__` gives; NULL if it has none.
    [Any] pub fn module_getattr(module: Value, name: Ref) -> try Value = attributes::module_getattr;
    /// Sets an attribute of an object of a builtin class.
    [Any] pub fn set_other_raw(object: Value, name: Ref, value: Value) -> try i64 = set_other_plain;
    /// Deletes an attribute.
    [Any] pub fn del_attr(object: Value, name: Ref) -> try i64 = del_attr_plain;
    /// The iterator over an object.
    [Any] pub fn iter_other(object: Value) -> try Value = iterate_raw::iter;
    /// The next item of an iterator of a builtin class; NULL when it is exhausted.
    [Any] pub fn next_other(iterator: Value) -> try Value = iterate_raw::next_plain;
    /// A binary operation on objects of builtin classes; the operation by number.
    [Any] pub fn binary(op: i64, a: Value, b: Value) -> try Value = binary_plain;
    /// A binary operation on operands of which it only makes a new object; the operation by number.
    [Reads] pub fn binary_reads(op: i64, a: Value, b: Value) -> try Value = binary_plain;
    /// The sum of two strings.
    [Reads] pub fn str_add(a: Ref, b: Ref) -> try Ref = str::concat;
    /// The decimal digits of an integer.
    [Reads] pub fn int_text(i: i64) -> Ref = str::of_int;
    /// `separator.join(items)` of a list or tuple.
    [Reads] pub fn str_join(separator: Value, items: Value) -> try Value = str::split::join;
    /// Whether a string contains another.
    [Reads] pub fn str_contains(s: Ref, part: Ref) -> bool = str::search::contains;
    /// The string of one Latin-1 code point, which lives for ever.
    [Elidable] pub fn character(code: i64) -> Ref = character_plain;
    /// `value[start:stop:step]` of a string, list or tuple, the parts small integers or None.
    [Reads] pub fn slice_of(value: Value, start: Value, stop: Value, step: Value) -> try Value = slice_of_plain;
    /// `list[start:stop:step] = items`.
    [Any] pub fn set_slice(list: Value, start: Value, stop: Value, step: Value, items: Value) -> try i64 = set_slice_plain;
    /// A comparison of objects of builtin classes; the operation by number.
    [Any] pub fn compare(op: i64, a: Value, b: Value) -> try Value = compare_plain;
    /// `x ** y` of floats, for which it is a float.
    [Elidable] pub fn float_power(x: f64, y: f64) -> f64 = f64::powf;
    /// `math.sin` and the others, for arguments with which they do not raise.
    [Elidable] pub fn sin(x: f64) -> f64 = f64::sin;
    [Elidable] pub fn cos(x: f64) -> f64 = f64::cos;
    [Elidable] pub fn tan(x: f64) -> f64 = f64::tan;
    [Elidable] pub fn atan(x: f64) -> f64 = f64::atan;
    [Elidable] pub fn exp(x: f64) -> f64 = f64::exp;
    [Elidable] pub fn log(x: f64) -> f64 = f64::ln;
    /// `-a`, `+a`, `~a` of objects of builtin classes.
    [Any] pub fn unary(op: i64, a: Value) -> try Value = unary_plain;
    /// Truth of any object.
    [Any] pub fn truth(a: Value) -> try bool = raw::truth;
    /// `object[key]`.
    [Any] pub fn get_item(object: Value, key: Value) -> try Value = raw::get_item;
    /// `dict[key]` for a simple key, see `object::dict`.
    [Reads] pub fn dict_get_simple(dict: Ref, key: Value) -> Value = dict::get_simple;
    /// `dict[key]`, NULL if it is missing.
    [Any] pub fn dict_get_any(dict: Ref, key: Value) -> try Value = dict_get_plain;
    /// The value of a name in a mapping, NULL if it is missing.
    [Any] pub fn namespace_get(namespace: Value, name: Ref) -> try Value = variables::namespace_get;
    /// `len(object)`.
    [Any] pub fn len(object: Value) -> try i64 = len_plain;
    /// Whether two strings are equal.
    [Reads] pub fn str_equal(a: Ref, b: Ref) -> bool = compare_ops::str_equal;
    /// An empty list with room.
    [Reads] pub fn list_new(capacity: i64) -> Ref = build::new_list;
    /// An empty set.
    [Reads] pub fn set_new() -> Ref = build::new_set;
    /// The tuple of a list's items.
    [Reads] pub fn list_to_tuple(list: Ref) -> Ref = list_to_tuple_plain;
    /// Merges a mapping into a dict.
    [Any] pub fn dict_update(dict: Ref, other: Value) -> try i64 = dict_update_plain;
    /// Merges keyword arguments into a dict.
    [Any] pub fn dict_merge(dict: Ref, other: Value, function: Value) -> try i64 = dict_merge_plain;
    /// Adds all items of an iterable to a set.
    [Any] pub fn set_update(set: Ref, items: Value) -> try i64 = set_update_plain;
    /// `format(value, spec)` after a conversion.
    [Any] pub fn format(value: Value, spec: Value, conversion: i64) -> try Value = raw::format_value;
    /// As `format`, for numbers and strings.
    [Reads] pub fn format_reads(value: Value, spec: Value, conversion: i64) -> try Value = raw::format_value;
    /// Takes a generator out of the chain of the one that delegates to it.
    [Any] pub fn leave_chain(generator: Ref) -> try i64 = chain::leave;
    /// Imports a module.
    [Any] pub fn import_name(name: Ref, globals: Ref, fromlist: Value, level: i64) -> try Value = import::import_name;
    /// An attribute of a module, or a submodule.
    [Any] pub fn import_from(module: Value, name: Ref) -> try Value = import::import_from;
    /// `iterator.send(value)`.
    [Any] pub fn send_to(iterator: Value, sent: Value) -> try Value = raw::send_to;
    /// The tuple of an iterable's items, for a call.
    [Any] pub fn to_tuple(items: Value, callee: Value) -> try Ref = raw::argument_tuple;
    /// The interned tuple of a keyword dict's keys: equal names give the same object.
    [Reads] pub fn keyword_names(keywords: Value, callee: Value) -> try Ref = raw::keyword_names;
    /// Binds the public names of a module in a namespace.
    [Any] pub fn import_star(module: Value, namespace: Value) -> try i64 = import_star_plain;
    /// Makes sure that a namespace has `__annotations__`.
    [Any] pub fn setup_annotations(namespace: Value) -> try i64 = raw::setup_annotations;
    /// Calls `sys.displayhook`.
    [Any] pub fn print_expression(value: Value) -> try i64 = raw::print_expression;
    /// The values of keys in a mapping, or None.
    [Any] pub fn match_keys(subject: Value, keys: Value) -> try Value = pattern::match_keys;
    /// The attributes that a class pattern names, or None.
    [Any] pub fn match_class(subject: Value, class: Value, names: Value, npos: i64) -> try Value = pattern::match_class;
    /// A dict of a mapping without some keys.
    [Any] pub fn copy_map_without(subject: Value, keys: Value) -> try Value = pattern::copy_map_without;
    /// `object[key] = value`.
    [Any] pub fn set_item_any(object: Value, key: Value, value: Value) -> try i64 = set_item_plain;
    /// `del object[key]`.
    [Any] pub fn del_item(object: Value, key: Value) -> try i64 = del_item_plain;
    /// `item in container`.
    [Any] pub fn contains(container: Value, item: Value) -> try bool = raw::contains;
    /// Appends all items of an iterable.
    [Any] pub fn list_extend(list: Ref, items: Value) -> try i64 = list_extend_plain;
    /// Adds a simple item to a set, see `object::set`.
    [Writes(Set::ID, VALUES)] pub fn set_add_simple(set: Ref, item: Value) -> i64 = set::add_simple;
    /// Looks a simple item up in a set, see `object::set`.
    [Reads] pub fn set_contains_simple(set: Ref, item: Value) -> i64 = set::contains_simple;
    /// A comparison of sets of simple items, see `object::set`; the operation by number.
    [Reads] pub fn set_compare_simple(op: i64, a: Ref, b: Ref) -> i64 = set::algebra::compare_simple;
    /// An operation on sets of simple items, see `object::set`; the operation by number.
    [Reads] pub fn set_binary_simple(op: i64, a: Ref, b: Ref) -> Value = set::algebra::binary_simple;
    /// Where iteration over a set goes on.
    [Reads] pub fn next_place(set: Ref, at: i64) -> i64 = set::next_place;
    /// Sets the value of a simple key of a dict, see `object::dict`.
    [Writes(Dict::ID, VALUES, BYTES)] pub fn dict_set_simple(dict: Ref, key: Value, value: Value) -> i64 = dict::set_simple;
    /// The next item of an iterator over a dict or set; NULL when it is exhausted.
    [Writes(DictIter::ID)] pub fn next_of_table(iterator: Value) -> try Value = next_of_table_plain;
    /// Adds an item to a set.
    [Any] pub fn set_add(set: Ref, item: Value) -> try i64 = set_add_plain;
    /// A type parameter of a kind of the instruction; `function` evaluates its bound.
    [Any] pub fn make_type_param(name: Ref, function: Value, kind: i64) -> try Value = type_params::parameter;
    /// `Generic[params]`.
    [Any] pub fn generic_base(params: Value) -> try Value = type_params::generic;
    /// A type alias; `function` evaluates it.
    [Any] pub fn make_type_alias(name: Ref, params: Value, function: Value) -> try Value = type_params::alias;
    /// Raises what `raise exc from cause` says: the exception object with its context set.
    [Any] pub fn prepare_raise(exc: Value, cause: Value) -> Value = exception::prepare_raise;
}

/// `dict[key] = value`.
#[inline(always)]
pub fn dict_set<M: metajit::mode::Mode>(
    dict: metajit::staged::Obj<M>,
    key: metajit::staged::Val<M>,
    value: metajit::staged::Val<M>,
) -> super::Outcome<M, ()> {
    dict_set_raw(dict, key, value).map(|_| ())
}

/// Sets an attribute of an object of a builtin class.
pub fn set_other<M: metajit::mode::Mode>(
    object: metajit::staged::Val<M>,
    name: metajit::staged::Obj<M>,
    value: metajit::staged::Val<M>,
) -> super::Outcome<M, ()> {
    set_other_raw(object, name, value).map(|_| ())
}
