//! The method tables of the builtin types: which natives each class's dict is filled with.
//!
//! Operators and protocols that types share are tables of their own here or in `compare`, `number` and `repr`.

use super::class::{Builtin, ClassTable};
use super::{
    NONE, PyResult, boolean, bytes, cast, compare, complex, dict, float, generic, int, iterators, list,
};
use super::{number, range, repr, sequence, set, slice, str, tuple};
use crate::natives;
use compare::{EQUALITY, ORDERING};
use metajit::heap::Value;
use number::dunder::{INTEGER, NUMBER, REAL};

fn len(object: Value) -> PyResult {
    sequence::len(cast::builtin_value(object)).map(|len| Value::int(len as i64))
}

fn contains(object: Value, item: Value) -> PyResult {
    sequence::contains(cast::builtin_value(object), item).map(boolean)
}

fn getitem(object: Value, key: Value) -> PyResult {
    sequence::getitem(cast::builtin_value(object), key)
}

fn setitem(object: Value, key: Value, value: Value) -> PyResult {
    sequence::setitem(cast::builtin_value(object), key, value).map(|()| NONE)
}

fn delitem(object: Value, key: Value) -> PyResult {
    sequence::delitem(cast::builtin_value(object), key).map(|()| NONE)
}

fn format(object: Value, spec: Value) -> PyResult {
    let spec = cast::expect_str(spec, "__format__()")?;
    crate::format::format_builtin(object, spec).map(Value::object)
}

natives! {
    static SIZED;
    "__len__" One(len) [Reads];
}

natives! {
    static SUBSCRIPTED;
    "__getitem__" Two(getitem) [Any];
}

natives! {
    static CONTAINS;
    "__contains__" Two(contains) [Any];
}

natives! {
    static MUTABLE;
    "__setitem__" Three(setitem) [Any];
    "__delitem__" Two(delitem) [Any];
}

natives! {
    static FORMATTED;
    "__format__" Two(format) [Any];
}

natives! {
    static CONCATENATED;
    "__add__" Two(number::dunder::add) [Any];
    "__mul__" Two(number::dunder::mul) [Any];
    "__rmul__" Two(number::dunder::rmul) [Any];
}

natives! {
    static GROWING;
    "__iadd__" Two(number::dunder::iadd) [Any];
    "__imul__" Two(number::dunder::imul) [Any];
}

natives! {
    static PERCENT;
    "__mod__" Two(number::dunder::modulo) [Any];
    "__rmod__" Two(number::dunder::rmodulo) [Any];
}

natives! {
    static ALGEBRA;
    "__or__" Two(number::dunder::or) [Any];
    "__ror__" Two(number::dunder::ror) [Any];
    "__and__" Two(number::dunder::and) [Any];
    "__rand__" Two(number::dunder::rand) [Any];
    "__sub__" Two(number::dunder::sub) [Any];
    "__rsub__" Two(number::dunder::rsub) [Any];
    "__xor__" Two(number::dunder::xor) [Any];
    "__rxor__" Two(number::dunder::rxor) [Any];
}

natives! {
    static ALGEBRA_IN_PLACE;
    "__ior__" Two(number::dunder::ior) [Any];
    "__iand__" Two(number::dunder::iand) [Any];
    "__isub__" Two(number::dunder::isub) [Any];
    "__ixor__" Two(number::dunder::ixor) [Any];
}

natives! {
    static DICT_OR;
    "__or__" Two(number::dunder::or) [Any];
    "__ior__" Two(number::dunder::ior) [Any];
}

macro_rules! class_tables {
    ($($class:ident: $($table:path),*;)*) => {
        /// The method tables of the types in this folder. A class may have several rows; where two have the same name, the later row
        /// counts.
        pub static TABLES: &[ClassTable] = &[
            $($(ClassTable { class: Builtin::$class, methods: $table }),*),*
        ];
    };
}

class_tables! {
    Int: repr::METHODS, EQUALITY, ORDERING, FORMATTED, NUMBER, REAL, INTEGER, int::methods::METHODS;
    Bool: int::methods::BOOL_METHODS;
    Float: repr::METHODS, EQUALITY, ORDERING, FORMATTED, NUMBER, REAL, float::methods::METHODS;
    Complex: repr::METHODS, EQUALITY, FORMATTED, NUMBER, complex::METHODS;
    Str: repr::METHODS, EQUALITY, ORDERING, FORMATTED, SIZED, SUBSCRIPTED, CONCATENATED, PERCENT, str::methods::METHODS;
    Bytes: repr::METHODS, EQUALITY, ORDERING, SIZED, SUBSCRIPTED, CONCATENATED, PERCENT,
        bytes::methods::SHARED_METHODS, bytes::methods::BYTES_METHODS;
    ByteArray: repr::TEXT, EQUALITY, ORDERING, SIZED, SUBSCRIPTED, MUTABLE, CONCATENATED, GROWING, PERCENT,
        bytes::methods::SHARED_METHODS, bytes::methods::ARRAY_METHODS, bytes::array::METHODS;
    Tuple: generic::SUBSCRIPTED_CLASS, repr::METHODS, EQUALITY, ORDERING, SIZED, SUBSCRIPTED, CONTAINS, CONCATENATED, tuple::METHODS;
    List: generic::SUBSCRIPTED_CLASS, repr::TEXT, EQUALITY, ORDERING, SIZED, SUBSCRIPTED, CONTAINS, MUTABLE, CONCATENATED, GROWING,
        list::methods::METHODS;
    Dict: generic::SUBSCRIPTED_CLASS, repr::TEXT, EQUALITY, SIZED, CONTAINS, MUTABLE, DICT_OR, dict::methods::METHODS;
    MappingProxy: repr::TEXT, EQUALITY, SIZED, SUBSCRIPTED, CONTAINS, dict::methods::PROXY_METHODS;
    DictKeys: repr::TEXT, EQUALITY, ORDERING, SIZED, CONTAINS, ALGEBRA, dict::views::METHODS;
    DictValues: repr::TEXT, SIZED, dict::views::METHODS;
    DictItems: repr::TEXT, EQUALITY, ORDERING, SIZED, CONTAINS, ALGEBRA, dict::views::METHODS;
    Set: generic::SUBSCRIPTED_CLASS, repr::TEXT, EQUALITY, ORDERING, SIZED, ALGEBRA, ALGEBRA_IN_PLACE, set::methods::SHARED_METHODS,
        set::methods::METHODS;
    FrozenSet: generic::SUBSCRIPTED_CLASS, repr::METHODS, EQUALITY, ORDERING, SIZED, ALGEBRA, set::methods::SHARED_METHODS,
        set::methods::FROZEN_METHODS;
    Range: repr::METHODS, EQUALITY, SIZED, SUBSCRIPTED, CONTAINS, range::METHODS;
    Slice: repr::METHODS, EQUALITY, ORDERING, slice::METHODS;
    Type: generic::UNION;
    GenericAlias: EQUALITY, repr::HASH, generic::UNION, generic::ALIAS_METHODS;
    UnionType: EQUALITY, repr::HASH, generic::UNION, generic::UNION_METHODS;
    SeqIter: iterators::METHODS;
    RangeIter: iterators::METHODS;
    DictIter: iterators::METHODS;
    StrIter: iterators::METHODS;
    Reversed: iterators::METHODS;
}
