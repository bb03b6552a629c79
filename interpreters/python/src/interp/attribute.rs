//! Reading attributes.
//!
//! One function, [`get_attr`], says what `object.name` means for traces and for everybody else; in `Run` an inline cache per
//! instruction comes before it. Neighbours: `lookup` (what classes have), `store` (writing), `object::instance`.

use super::call::{call, call_keywords};
use super::exceptions::is_builtin_error;
use super::lookup::{Found, as_layout, class_of, shape_of};
use super::{Outcome, constant, fail, helpers, object};
use crate::address;
use crate::code::Site;
use crate::object::intern::names;
use crate::object::layouts::{self as l, BoundMethod, Builtin, Class, Instance};
use crate::object::shape::Shape;
use crate::object::types::{self, ClassData, Facts};
use crate::object::{NONE, attributes, dict, error, instance, str};
use metajit::heap::{self, Ref, Value, Values};
use metajit::mode::Mode;
use metajit::staged::{Int, Obj, Val};

/// Kinds of entries of an inline cache.
const SITE_SLOT: u32 = 1;
const SITE_METHOD: u32 = 2;

/// The attribute at an index of a shape.
#[inline(always)]
pub fn slot<M: Mode>(object: Obj<M>, shape: &Shape, index: u32) -> Val<M> {
    if index < shape.inline {
        object.item(Instance::TAIL, i64::from(index))
    } else {
        object.get(Instance::EXTRA).item(Values::TAIL, i64::from(index - shape.inline))
    }
}

/// `object.name` at an instruction with an inline cache.
#[inline(always)]
pub fn load_attr<M: Mode>(value: Val<M>, name: Ref, site: &Site) -> Outcome<M> {
    if !M::RECORDING
        && let Some(object) = value.peek().as_ref()
        && heap::layout_of(object) == Instance::ID
    {
        let word = heap::get(object, Instance::SHAPE);
        if site.key.get() == word as u64 && site.kind.get() == SITE_SLOT {
            let shape = address::shape(word);
            if site.version.get() == shape.data.version() {
                let found = instance::slot(object, shape, site.index.get());
                if !found.is_null() {
                    return Ok(constant(found));
                }
            }
        }
        return load_instance(value, object, name, site);
    }
    get_attr(value, name)
}

/// Fills the cache with where an instance has the attribute.
#[inline(never)]
fn load_instance<M: Mode>(value: Val<M>, object: Ref, name: Ref, site: &Site) -> Outcome<M> {
    let shape = instance::shape(object);
    let class = shape.data;
    if !class.facts().has(Facts::GETATTRIBUTE)
        && let Some(index) = shape.find(name)
    {
        let found = class.lookup_or_null(name);
        if !Found::of::<M>(found).is_data() || is_own_member(found, name) {
            site.key.set(address::address_of(shape) as u64);
            site.version.set(class.version());
            site.index.set(index);
            site.kind.set(SITE_SLOT);
        }
    }
    get_attr(value, name)
}

/// Whether what a class has is the member descriptor for the slot of that name.
fn is_own_member(found: Value, name: Ref) -> bool {
    found.has_layout(l::Member::ID)
        && heap::get(found.as_ref().expect("an object"), l::Member::NAME) == Value::object(name)
}

/// `object.name` for a call: the function and the receiver, or the attribute and NULL.
#[inline(always)]
pub fn load_method<M: Mode>(value: Val<M>, name: Ref, site: &Site) -> Outcome<M, (Val<M>, Val<M>)> {
    if !M::RECORDING
        && let Some(object) = value.peek().as_ref()
    {
        let layout = heap::layout_of(object);
        if layout == Instance::ID {
            let word = heap::get(object, Instance::SHAPE);
            if site.key.get() == word as u64
                && site.kind.get() == SITE_METHOD
                && site.version.get() == address::shape(word).data.version()
            {
                return Ok((constant(site.value.get()), value));
            }
        } else if site.key.get() == u64::from(layout.bits()) && site.kind.get() == SITE_METHOD {
            return Ok((constant(site.value.get()), value));
        }
    }
    find_method(value, name, site)
}

#[inline(never)]
fn find_method<M: Mode>(value: Val<M>, name: Ref, site: &Site) -> Outcome<M, (Val<M>, Val<M>)> {
    let null = constant(Value::NULL);
    if as_layout_of_value(value).is_some_and(has_own_attributes) {
        return Ok((get_attr(value, name)?, null));
    }
    let class = class_of(value);
    M::assume(&class.assumption);
    if class.facts().has(Facts::GETATTRIBUTE) {
        return Ok((get_attr(value, name)?, null));
    }
    let found = class.lookup_or_null(name);
    if !matches!(Found::of::<M>(found), Found::Function | Found::Method) {
        return Ok((get_attr(value, name)?, null));
    }
    if let Some(object) = as_layout(value, Instance::ID) {
        let shape = shape_of(object);
        if shape.dict_mode || shape.find(name).is_some() {
            return Ok((get_attr(value, name)?, null));
        }
        if !M::RECORDING {
            remember_method(site, address::address_of(shape) as u64, class, found);
        }
    } else if !M::RECORDING
        && let Some(object) = value.peek().as_ref()
        && class.builtin.is_some()
        && types::class_of_layout(heap::layout_of(object)) == Some(class.class())
    {
        // The dicts of builtin classes never change, so the layout is enough.
        remember_method(site, u64::from(heap::layout_of(object).bits()), class, found);
    }
    Ok((constant(found), value))
}

fn remember_method(site: &Site, key: u64, class: &'static ClassData, found: Value) {
    site.key.set(key);
    site.version.set(class.version());
    site.value.set(found);
    site.kind.set(SITE_METHOD);
}

/// The layout of a value as a constant; `None` for words that are no pointers.
fn as_layout_of_value<M: Mode>(value: Val<M>) -> Option<heap::LayoutId> {
    Some(value.pointer()?.layout())
}

/// Whether objects of a builtin layout have attributes of their own before those of their class.
fn has_own_attributes(layout: heap::LayoutId) -> bool {
    matches!(layout, Class::ID | l::Module::ID | l::Super::ID | l::Function::ID | l::Foreign::ID)
}

/// `object.name`.
pub fn get_attr<M: Mode>(value: Val<M>, name: Ref) -> Outcome<M> {
    match find_attr(value, name)? {
        Some(found) => Ok(found),
        None => Err(missing(value, class_of(value), name)),
    }
}

/// `object.name`; `None` when there is no such attribute and no hook raised an error about it.
pub fn find_attr<M: Mode>(value: Val<M>, name: Ref) -> Outcome<M, Option<Val<M>>> {
    let class = class_of(value);
    M::assume(&class.assumption);
    let result = if class.facts().has(Facts::GETATTRIBUTE) {
        let method = class.lookup_or_null(names().getattribute);
        call_found(value, class, method, &[constant(Value::object(name))]).map(Some)
    } else {
        generic(value, class, name)
    };
    if !class.facts().has(Facts::GETATTR) {
        return result;
    }
    let missing = match result {
        Ok(found) => found.is_none(),
        Err(e) => is_builtin_error(e, crate::object::class::Builtin::AttributeError),
    };
    if missing {
        let getattr = class.lookup_or_null(names().getattr);
        return call_found(value, class, getattr, &[constant(Value::object(name))]).map(Some);
    }
    result
}

/// `object.__getattribute__`: what an attribute is without hooks.
pub fn generic<M: Mode>(value: Val<M>, class: &'static ClassData, name: Ref) -> Outcome<M, Option<Val<M>>> {
    let Some(object) = value.pointer() else { return class_attr(value, class, name) };
    match object.layout() {
        Instance::ID => instance_attr(value, object, class, name),
        Class::ID => attr_of_class(value, class, name),
        l::Module::ID => attr_of_module(value, class, name),
        l::Function::ID | l::Foreign::ID => {
            let own = helpers::own_attr(value, self::object(name));
            if own.is_null() { class_attr(value, class, name) } else { Ok(Some(own)) }
        }
        l::Super::ID => attr_of_super(value, class, name),
        _ => class_attr(value, class, name),
    }
}

fn instance_attr<M: Mode>(
    value: Val<M>,
    object: Obj<M>,
    class: &'static ClassData,
    name: Ref,
) -> Outcome<M, Option<Val<M>>> {
    let found = class.lookup_or_null(name);
    let kind = Found::of::<M>(found);
    if kind == Found::Member {
        return Ok(member(value, found));
    }
    if kind.is_data() {
        return bind_found(value, class, found, kind).map(Some);
    }
    let shape = shape_of(object);
    if let Some(index) = shape.find(name) {
        let own = slot(object, shape, index);
        if !own.is_null() {
            return Ok(Some(own));
        }
    } else if shape.dict_mode {
        let own = helpers::dict_get_str(object.get(Instance::EXTRA), self::object(name));
        if !own.is_null() {
            return Ok(Some(own));
        }
    }
    if kind == Found::Absent {
        return Ok(None);
    }
    bind_found(value, class, found, kind).map(Some)
}

/// An attribute of an object that has none of its own.
fn class_attr<M: Mode>(value: Val<M>, class: &'static ClassData, name: Ref) -> Outcome<M, Option<Val<M>>> {
    let found = class.lookup_or_null(name);
    match Found::of::<M>(found) {
        Found::Absent => Ok(None),
        kind => bind_found(value, class, found, kind).map(Some),
    }
}

/// The value of a class attribute that is set again and again.
fn variable_content<M: Mode>(found: Value) -> Val<M> {
    object::<M>(found.as_ref().expect("an object")).get(l::ClassVariable::CONTENT)
}

/// What an attribute that was found on the class of `value` gives for `value`.
pub fn bind_found<M: Mode>(
    value: Val<M>,
    class: &'static ClassData,
    found: Value,
    kind: Found,
) -> Outcome<M> {
    let inner = |field| heap::get(found.as_ref().expect("an object"), field);
    match kind {
        Found::Absent | Found::Plain | Found::Setter => Ok(constant(found)),
        Found::Variable => Ok(variable_content(found)),
        Found::Function => Ok(bound_method(constant(found), value)),
        Found::Method => {
            let object = Obj::<M>::alloc(Builtin::ID, 0);
            object.set(Builtin::DEF, Int::constant(inner_def(found)));
            object.set(Builtin::RECEIVER, value);
            object.set(Builtin::OWNER, constant(inner(Builtin::OWNER)));
            Ok(object.value())
        }
        Found::Property => {
            let getter = inner(l::Property::GETTER);
            if getter == NONE || getter.is_null() {
                let name = attributes::property_name(found);
                let class = types::name_of(class.class());
                let message = format!("property {name}of '{class}' object has no getter");
                return Err(fail(error::attribute_error(message)));
            }
            call(constant(getter), &[value])
        }
        Found::Member => match member(value, found) {
            Some(value) => Ok(value),
            None => Err(missing(value, class, attributes::member_of(found))),
        },
        Found::Static => Ok(constant(inner(l::StaticMethod::FUNCTION))),
        Found::ClassMethod => {
            let class = constant(Value::object(class.class()));
            bind_to(inner(l::ClassMethod::FUNCTION), class)
        }
        Found::Descriptor { .. } => {
            let type_ = types::data(types::class_of(found));
            let get = type_.lookup_or_null(names().get);
            let owner = constant(Value::object(class.class()));
            call_found(constant(found), type_, get, &[value, owner])
        }
    }
}

fn inner_def(found: Value) -> i64 {
    heap::get(found.as_ref().expect("an object"), Builtin::DEF)
}

/// A method bound to its receiver.
pub fn bound_method<M: Mode>(function: Val<M>, receiver: Val<M>) -> Val<M> {
    let object = Obj::<M>::alloc(BoundMethod::ID, 0);
    object.set(BoundMethod::FUNCTION, function);
    object.set(BoundMethod::RECEIVER, receiver);
    object.value()
}

/// What `classmethod(function)` gives for a class.
fn bind_to<M: Mode>(function: Value, class: Val<M>) -> Outcome<M> {
    match Found::of::<M>(function) {
        Found::Function | Found::Method | Found::Plain => Ok(bound_method(constant(function), class)),
        kind => bind_found(class, class_of(class), function, kind),
    }
}

/// The value of a `__slots__` member, if it has one.
fn member<M: Mode>(value: Val<M>, found: Value) -> Option<Val<M>> {
    let object = as_layout(value, Instance::ID)?;
    let shape = shape_of(object);
    let own = slot(object, shape, shape.find(attributes::member_of(found))?);
    if own.is_null() { None } else { Some(own) }
}

/// Calls what a class has under a special name, with a receiver.
pub fn call_found<M: Mode>(
    receiver: Val<M>,
    class: &'static ClassData,
    found: Value,
    args: &[Val<M>],
) -> Outcome<M> {
    match Found::of::<M>(found) {
        Found::Function | Found::Method => {
            super::call::call_with_receiver(constant(found), receiver, args, &[])
        }
        kind => {
            let bound = bind_found(receiver, class, found, kind)?;
            call_keywords(bound, args, &[])
        }
    }
}

/// `Class.name`.
fn attr_of_class<M: Mode>(
    value: Val<M>,
    metaclass: &'static ClassData,
    name: Ref,
) -> Outcome<M, Option<Val<M>>> {
    let class = value.promote().as_ref().expect("a class");
    let data = types::data(class);
    M::assume(&data.assumption);
    let of_meta = metaclass.lookup_or_null(name);
    let meta_kind = Found::of::<M>(of_meta);
    if meta_kind.is_data() {
        return bind_found(value, metaclass, of_meta, meta_kind).map(Some);
    }
    let found = data.lookup_or_null(name);
    let inner = |field| heap::get(found.as_ref().expect("an object"), field);
    match Found::of::<M>(found) {
        Found::Absent => {}
        Found::Static => return Ok(Some(constant(inner(l::StaticMethod::FUNCTION)))),
        Found::ClassMethod => return bind_to(inner(l::ClassMethod::FUNCTION), value).map(Some),
        Found::Descriptor { .. } => {
            let type_ = types::data(types::class_of(found));
            let get = type_.lookup_or_null(names().get);
            return call_found(constant(found), type_, get, &[constant(NONE), value]).map(Some);
        }
        Found::Variable => return Ok(Some(variable_content(found))),
        _ => return Ok(Some(constant(found))),
    }
    if meta_kind == Found::Absent {
        return Ok(None);
    }
    bind_found(value, metaclass, of_meta, meta_kind).map(Some)
}

/// `module.name`.
fn attr_of_module<M: Mode>(
    value: Val<M>,
    class: &'static ClassData,
    name: Ref,
) -> Outcome<M, Option<Val<M>>> {
    let module = value.promote().as_ref().expect("a module");
    let namespace = heap::get(module, l::Module::DICT);
    // While recording there must be a cell to look at, so that the trace notices when the name gets bound.
    let cell =
        if M::RECORDING { Some(dict::make_cell(namespace, name)) } else { dict::find_cell(namespace, name) };
    if let Some(cell) = cell {
        let content = super::variables::content::<M>(cell);
        if !content.is_null() {
            return Ok(Some(content));
        }
    }
    let found = class.lookup_or_null(name);
    match Found::of::<M>(found) {
        Found::Absent => {
            let result = helpers::module_getattr(value, object(name))?;
            Ok(if result.is_null() { None } else { Some(result) })
        }
        kind => bind_found(value, class, found, kind).map(Some),
    }
}

/// `super(…).name`.
fn attr_of_super<M: Mode>(value: Val<M>, class: &'static ClassData, name: Ref) -> Outcome<M, Option<Val<M>>> {
    let object = value.assume_pointer();
    let start = object.get(l::Super::START).promote();
    let owner = object.get(l::Super::OWNER).promote();
    if let (Some(start), Some(owner)) = (start.as_ref(), owner.as_ref())
        && name != names().class
    {
        let receiver = object.get(l::Super::RECEIVER);
        if let Some(result) = super_attr(start, owner, receiver, name) {
            return result.map(Some);
        }
    }
    class_attr(value, class, name)
}

/// The attribute of `receiver` found after `owner` in the order of `start`.
pub fn super_attr<M: Mode>(start: Ref, owner: Ref, receiver: Val<M>, name: Ref) -> Option<Outcome<M>> {
    let data = types::data(start);
    M::assume(&data.assumption);
    let found = types::lookup_after(start, owner, name)?;
    let inner = |field| heap::get(found.as_ref().expect("an object"), field);
    let of_class = receiver.same(Value::object(start));
    Some(match Found::of::<M>(found) {
        Found::Static => Ok(constant(inner(l::StaticMethod::FUNCTION))),
        Found::ClassMethod => bind_to(inner(l::ClassMethod::FUNCTION), constant(Value::object(start))),
        Found::Plain | Found::Setter | Found::Absent => Ok(constant(found)),
        Found::Variable => Ok(variable_content(found)),
        _ if of_class => Ok(constant(found)),
        kind => bind_found(receiver, data, found, kind),
    })
}

/// The AttributeError for a missing attribute.
#[cold]
pub fn missing<M: Mode>(value: Val<M>, class: &'static ClassData, name: Ref) -> Val<M> {
    let plain = value.peek();
    let attribute = str::as_str(name);
    let text = match plain.as_ref().map(heap::layout_of) {
        Some(Class::ID) => {
            let name = types::name_of(plain.as_ref().expect("a class"));
            format!("type object '{name}' has no attribute '{attribute}'")
        }
        Some(l::Module::ID) => {
            let name = super::native::text(heap::get(plain.as_ref().expect("a module"), l::Module::NAME));
            format!("module '{name}' has no attribute '{attribute}'")
        }
        _ => format!("'{}' object has no attribute '{attribute}'", types::name_of(class.class())),
    };
    fail(crate::object::exception::attribute_error(&text, plain, name))
}
