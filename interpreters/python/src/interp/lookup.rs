//! Class lookups: the class of a varying value as a constant, and what kind of attribute a lookup found.
//!
//! Neighbours: `attribute`, `store`, `call` (act on what was found), `object::types` (the lookup itself).

use crate::address;
use crate::object::class::Builtin;
use crate::object::intern::names;
use crate::object::layouts::{self as l, Class, Instance};
use crate::object::shape::Shape;
use crate::object::types::{self, ClassData};
use metajit::heap::{self, Value};
use metajit::mode::Mode;
use metajit::staged::{Obj, Val};

/// The class of a value: guards while recording.
#[inline(always)]
pub fn class_of<M: Mode>(value: Val<M>) -> &'static ClassData {
    if M::RECORDING { class_of_traced(value) } else { types::data(types::class_of(value.peek())) }
}

fn class_of_traced<M: Mode>(value: Val<M>) -> &'static ClassData {
    let builtin = |class| types::data(types::builtin_class(class));
    if M::truth(M::is_small_int(value.inner())) {
        return builtin(Builtin::Int);
    }
    if value.immediate_float().is_some() {
        return builtin(Builtin::Float);
    }
    let Some(object) = value.pointer() else {
        return types::data(types::class_of(value.promote()));
    };
    let layout = object.layout();
    if layout == Instance::ID {
        shape_of(object).data
    } else if layout == Class::ID {
        types::data(object.get(Class::METACLASS).promote().as_ref().expect("a metaclass"))
    } else if layout == l::Foreign::ID {
        types::data(object.get(l::Foreign::CLASS).promote().as_ref().expect("a class"))
    } else if layout == l::Set::ID {
        let frozen = object.get(l::Set::FROZEN).promote() != 0;
        builtin(if frozen { Builtin::FrozenSet } else { Builtin::Set })
    } else if layout == l::Generator::ID {
        let code = address::code(object.get(l::Generator::CODE).promote());
        builtin(crate::object::generator::kind(code.data.flags))
    } else if layout == l::DictView::ID {
        let _ = object.get(l::DictView::KIND).promote();
        types::data(types::class_of(value.peek()))
    } else {
        types::data(types::class_of_layout(layout).expect("the layout tells the class"))
    }
}

/// The shape of an instance: a guard while recording.
#[inline(always)]
pub fn shape_of<M: Mode>(object: Obj<M>) -> &'static Shape {
    address::shape(object.get(Instance::SHAPE).promote())
}

/// Whether the value is an object of a layout: a guard while recording.
#[inline(always)]
pub fn as_layout<M: Mode>(value: Val<M>, layout: heap::LayoutId) -> Option<Obj<M>> {
    let object = value.pointer()?;
    if object.has_layout(layout) { Some(object) } else { None }
}

/// What a lookup on a class found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// Nothing.
    Absent,
    /// A value that is what it is.
    Plain,
    /// A value that is set again and again, in a `ClassVariable`.
    Variable,
    /// A function written in Python: a method.
    Function,
    /// A function written in Rust that is a method.
    Method,
    /// A `property`.
    Property,
    /// A member of `__slots__`.
    Member,
    /// A `staticmethod`.
    Static,
    /// A `classmethod`.
    ClassMethod,
    /// An object with `__get__`; with `data`, also `__set__` or `__delete__`.
    Descriptor {
        /// Comes before what the instance has.
        data: bool,
    },
    /// An object with `__set__` or `__delete__` but no `__get__`.
    Setter,
}

impl Found {
    /// What `found` (NULL for nothing) is.
    pub fn of<M: Mode>(found: Value) -> Found {
        if found.is_null() {
            return Found::Absent;
        }
        let Some(object) = found.as_ref() else { return Found::Plain };
        match heap::layout_of(object) {
            l::Function::ID => Found::Function,
            l::ClassVariable::ID => Found::Variable,
            l::Builtin::ID if heap::get(object, l::Builtin::OWNER).is_null() => Found::Plain,
            l::Builtin::ID if heap::get(object, l::Builtin::RECEIVER).is_null() => Found::Method,
            l::Property::ID => Found::Property,
            l::Member::ID => Found::Member,
            l::StaticMethod::ID => Found::Static,
            l::ClassMethod::ID => Found::ClassMethod,
            Instance::ID => {
                let class = types::data(types::class_of(found));
                M::assume(&class.assumption);
                let has = |name| class.lookup(name).is_some();
                let sets = has(names().set) || has(names().delete);
                match (has(names().get), sets) {
                    (true, data) => Found::Descriptor { data },
                    (false, true) => Found::Setter,
                    (false, false) => Found::Plain,
                }
            }
            _ => Found::Plain,
        }
    }

    /// Whether it comes before what the instance has.
    pub fn is_data(self) -> bool {
        matches!(self, Found::Property | Found::Member | Found::Descriptor { data: true })
    }
}
