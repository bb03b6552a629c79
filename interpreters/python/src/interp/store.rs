//! Writing and deleting attributes.
//!
//! Neighbours: `attribute` (reading), `lookup`, `object::instance`.

use super::attribute::{call_found, missing};
use super::call::call;
use super::lookup::{Found, as_layout, class_of, shape_of};
use super::{Outcome, constant, fail, helpers, object};
use crate::address;
use crate::code::Site;
use crate::object::intern::names;
use crate::object::layouts::{self as l, Instance};
use crate::object::shape::Shape;
use crate::object::types::{self, ClassData, Facts};
use crate::object::{NONE, attributes, dict, error, instance, str, variable};
use metajit::heap::{self, Ref, Value, Values};
use metajit::mode::Mode;
use metajit::staged::{Int, Obj, Val};

const SITE_SET: u32 = 3;

/// `object.name = new` at an instruction with an inline cache.
#[inline(always)]
pub fn store_attr<M: Mode>(value: Val<M>, name: Ref, new: Val<M>, site: &Site) -> Outcome<M, ()> {
    if !M::RECORDING
        && let Some(object) = value.peek().as_ref()
        && heap::layout_of(object) == Instance::ID
    {
        let word = heap::get(object, Instance::SHAPE);
        if site.key.get() == word as u64 && site.kind.get() == SITE_SET {
            let shape = address::shape(word);
            if site.version.get() == shape.data.version() {
                instance::set_slot(object, shape, site.index.get(), new.peek());
                return Ok(());
            }
        }
        remember(object, name, site);
    }
    set_attr(value, name, new)
}

/// Fills the cache if the instance has the attribute.
#[inline(never)]
fn remember(object: Ref, name: Ref, site: &Site) {
    let shape = instance::shape(object);
    let class = shape.data;
    if class.facts().has(Facts::SETATTR) {
        return;
    }
    let found = class.lookup_or_null(name);
    let member = found.has_layout(l::Member::ID) && attributes::member_of(found) == name;
    if let Some(index) = shape.find(name)
        && (member
            || matches!(
                plain_kind(found),
                Found::Absent | Found::Plain | Found::Variable | Found::Function | Found::Method
            ))
        && !str::as_str(name).starts_with(' ')
    {
        site.key.set(address::address_of(shape) as u64);
        site.version.set(class.version());
        site.index.set(index);
        site.kind.set(SITE_SET);
    }
}

fn plain_kind(found: Value) -> Found {
    Found::of::<metajit::run::Run>(found)
}

/// `object.name = new`.
pub fn set_attr<M: Mode>(value: Val<M>, name: Ref, new: Val<M>) -> Outcome<M, ()> {
    let class = class_of(value);
    M::assume(&class.assumption);
    if class.facts().has(Facts::SETATTR) {
        let method = class.lookup_or_null(names().setattr);
        call_found(value, class, method, &[constant(Value::object(name)), new])?;
        return Ok(());
    }
    generic_set(value, class, name, new)
}

/// `object.__setattr__`.
pub fn generic_set<M: Mode>(
    value: Val<M>,
    class: &'static ClassData,
    name: Ref,
    new: Val<M>,
) -> Outcome<M, ()> {
    let found = class.lookup_or_null(name);
    let inner = |field| heap::get(found.as_ref().expect("an object"), field);
    match Found::of::<M>(found) {
        Found::Property => {
            let setter = inner(l::Property::SETTER);
            if setter.is_null() && value.pointer().is_some_and(|o| o.layout() == l::Function::ID) {
                // The fields of a function: their getters stand in its class, their setting is told apart by name.
                return helpers::set_other(value, self::object(name), new).map(|_| ());
            }
            if setter == NONE || setter.is_null() {
                let is_native = inner(l::Property::GETTER).has_layout(l::Builtin::ID);
                if is_native && attributes::is_settable(value.peek(), name) {
                    return helpers::set_other(value, self::object(name), new).map(|_| ());
                }
                return Err(fail(attributes::no_setter(found, class.class(), "setter")));
            }
            call(constant(setter), &[value, new])?;
            return Ok(());
        }
        Found::Member => return set_member(value, class, found, new),
        Found::Descriptor { data: true } | Found::Setter => {
            let type_ = types::data(types::class_of(found));
            let set = type_.lookup_or_null(names().set);
            if set.is_null() {
                return Err(fail(error::attribute_error("__set__")));
            }
            call_found(constant(found), type_, set, &[value, new])?;
            return Ok(());
        }
        _ => {}
    }
    let Some(object) = value.pointer() else { return Err(read_only(value, class, name, found)) };
    match object.layout() {
        Instance::ID => set_instance(value, object, class, name, new),
        l::Module::ID => {
            let module = value.promote().as_ref().expect("a module");
            let cell = dict::make_cell(heap::get(module, l::Module::DICT), name);
            if M::RECORDING {
                variable::make_unstable(cell);
            } else {
                variable::stored(cell);
            }
            self::object::<M>(cell).set(l::Cell::CONTENT, new);
            Ok(())
        }
        l::Class::ID if M::RECORDING => {
            let class = value.promote().as_ref().expect("a class");
            M::assume(&types::data(class).assumption);
            // That the class has such a variable belongs to its version.
            if let Some(own) = variable::own_variable(class, name)
                && new.pointer().is_none_or(|new| variable::is_plain_layout(new.layout()))
            {
                self::object::<M>(own).set(l::ClassVariable::CONTENT, new);
                return Ok(());
            }
            helpers::set_other(value, self::object(name), new).map(|_| ())
        }
        _ => helpers::set_other(value, self::object(name), new).map(|_| ()),
    }
}

fn set_instance<M: Mode>(
    value: Val<M>,
    object: Obj<M>,
    class: &'static ClassData,
    name: Ref,
    new: Val<M>,
) -> Outcome<M, ()> {
    let shape = shape_of(object);
    if let Some(index) = shape.find(name) {
        set_slot(object, shape, index, new);
    } else if shape.dict_mode {
        helpers::instance_set(object, self::object(name), new);
    } else if class.slots_only.get() {
        return Err(missing(value, class, name));
    } else {
        add(object, shape, name, new);
    }
    Ok(())
}

/// Writes the attribute at an index of a shape.
#[inline(always)]
pub fn set_slot<M: Mode>(object: Obj<M>, shape: &Shape, index: u32, new: Val<M>) {
    if index < shape.inline {
        object.set_item(Instance::TAIL, i64::from(index), new);
    } else {
        object.get(Instance::EXTRA).set_item(Values::TAIL, i64::from(index - shape.inline), new);
    }
}

/// Adds an attribute that the shape does not have.
fn add<M: Mode>(object: Obj<M>, shape: &'static Shape, name: Ref, new: Val<M>) {
    let index = shape.names.len() as u32;
    if index >= shape.inline {
        helpers::instance_set(object, self::object(name), new);
        return;
    }
    object.set_item(Instance::TAIL, i64::from(index), new);
    object.set(Instance::SHAPE, Int::constant(address::address_of(shape.with(name))));
}

fn set_member<M: Mode>(
    value: Val<M>,
    class: &'static ClassData,
    found: Value,
    new: Val<M>,
) -> Outcome<M, ()> {
    let name = attributes::member_of(found);
    if let Some(object) = as_layout(value, Instance::ID) {
        let shape = shape_of(object);
        if let Some(index) = shape.find(name) {
            let new = if M::RECORDING || !str::as_str(name).starts_with(' ') {
                new
            } else {
                match attributes::check_hidden(name, new.peek()) {
                    Ok(checked) => constant(checked),
                    Err(e) => return Err(fail(e)),
                }
            };
            set_slot(object, shape, index, new);
            return Ok(());
        }
    }
    Err(missing(value, class, name))
}

/// `del object.name`. Nothing that needs a trace: deletions of attributes are rare.
pub fn del_attr<M: Mode>(value: Val<M>, name: Ref) -> Outcome<M, ()> {
    helpers::del_attr(value, object(name)).map(|_| ())
}

#[cold]
fn read_only<M: Mode>(value: Val<M>, class: &'static ClassData, name: Ref, found: Value) -> Val<M> {
    if found.is_null() {
        return missing(value, class, name);
    }
    let (class, name) = (types::name_of(class.class()), str::as_str(name));
    fail(error::attribute_error(format!("'{class}' object attribute '{name}' is read-only")))
}
