//! Filling the dicts of the builtin classes from the method tables.
//!
//! Neighbours: `types` (the classes), `tables` (of the builtin types), the `TABLES` of the other files.

use super::class::{Builtin, ClassTable};
use super::descriptors::{new_class_method, new_property, new_static_method};
use super::intern::{intern, names};
use super::layouts::{Class, Member};
use super::native::{Binding, Native};
use super::{NONE, descriptors, dict, exception, function, generator, object, tables, types};
use crate::interp::native::{function_object, method_object};
use metajit::heap::{self, Ref, Value};

/// Fills the dicts of the builtin classes. To be called once.
pub fn fill_classes() {
    for table in all_tables() {
        fill(table);
    }
    let object_class = types::builtin_class(Builtin::Object);
    for (name, getter, setter) in object::properties() {
        let property = new_property(
            function_object(getter),
            function_object(setter),
            NONE,
            NONE,
            Value::object(intern(name)),
        );
        put(object_class, name, property);
    }
    put(object_class, "__doc__", NONE);
    let base = types::builtin_class(Builtin::BaseException);
    for (shown, hidden) in exception::shown_slots() {
        let member = heap::alloc(Member::ID, 0);
        heap::init(member, Member::NAME, Value::object(hidden));
        heap::init(member, Member::OWNER, Value::object(base));
        put(base, shown, Value::object(member));
    }
    unhashable();
}

fn all_tables() -> impl Iterator<Item = &'static ClassTable> {
    tables::TABLES
        .iter()
        .chain(object::TABLES)
        .chain(exception::TABLES)
        .chain(super::exception_group::TABLES)
        .chain(function::TABLES)
        .chain(descriptors::TABLES)
        .chain(super::frame_view::TABLES)
        .chain(super::memoryview::TABLES)
        .chain(super::stores::TABLES)
        .chain(generator::TABLES)
        .chain(super::coroutine::TABLES)
        .chain(crate::builtins::class_tables())
}

/// Puts a table's natives into their class's dict. For tables of classes that are filled later than [`fill_classes`],
/// `types::modified` must follow.
pub fn fill(table: &'static ClassTable) {
    let class = types::builtin_class(table.class);
    for native in table.methods {
        put(class, native.name, entry(native, class));
    }
}

/// What stands in a class's dict for a native.
pub fn entry(native: &'static Native, class: Ref) -> Value {
    match native.binding {
        Binding::Method => method_object(native, class),
        Binding::Class => new_class_method(method_object(native, class)),
        Binding::Static => new_static_method(function_object(native)),
        Binding::Getter => new_property(
            function_object(native),
            Value::NULL,
            Value::NULL,
            NONE,
            Value::object(intern(native.name)),
        ),
    }
}

fn put(class: Ref, name: &str, value: Value) {
    dict::set_str(heap::get(class, Class::DICT), intern(name), value);
}

/// Mutable containers say that they cannot be hashed.
fn unhashable() {
    for class in [Builtin::List, Builtin::Dict, Builtin::Set, Builtin::ByteArray] {
        dict::set_str(heap::get(types::builtin_class(class), Class::DICT), names().hash, NONE);
    }
}
