//! The text of the runtime's own objects: classes, functions, methods, generators, cells, iterators.
//!
//! Neighbours: `repr` (data, and who calls this).

use super::class::Builtin;
use super::layouts as l;
use super::native::Binding;
use super::repr::{class_display_name, default_repr, repr};
use super::{PyResult, cast, native, str};
use crate::raw;
use metajit::heap::{self, Ref, Value};

fn text_of(value: Value) -> String {
    cast::str_of(value).map_or_else(|| "?".to_owned(), |s| str::as_str(s).to_owned())
}

/// `repr` of an object whose layout is neither data's nor a user class's.
pub fn runtime_repr(object: Value, r: Ref) -> PyResult<Ref> {
    let layout = heap::layout_of(r);
    let address = object.bits();
    let text = if layout == l::Class::ID {
        format!("<class '{}'>", class_display_name(object))
    } else if layout == l::Function::ID {
        format!("<function {} at {address:#x}>", text_of(heap::get(r, l::Function::QUALNAME)))
    } else if layout == l::Builtin::ID {
        builtin_function(r)
    } else if layout == l::BoundMethod::ID {
        let function = heap::get(r, l::BoundMethod::FUNCTION);
        let name = match raw::find_attr(function, "__qualname__")? {
            Some(name) => text_of(name),
            None => "?".to_owned(),
        };
        let receiver = repr(heap::get(r, l::BoundMethod::RECEIVER))?;
        format!("<bound method {name} of {}>", str::as_str(receiver))
    } else if layout == l::Generator::ID {
        let kind = raw::class_name(object);
        format!("<{kind} object {} at {address:#x}>", text_of(heap::get(r, l::Generator::QUALNAME)))
    } else if layout == l::Cell::ID {
        match heap::get(r, l::Cell::CONTENT) {
            Value::NULL => format!("<cell at {address:#x}: empty>"),
            content => {
                let class = raw::class_name(content);
                format!("<cell at {address:#x}: {class} object at {:#x}>", content.bits())
            }
        }
    } else if layout == l::StaticMethod::ID || layout == l::ClassMethod::ID {
        let (name, function) = if layout == l::StaticMethod::ID {
            ("staticmethod", heap::get(r, l::StaticMethod::FUNCTION))
        } else {
            ("classmethod", heap::get(r, l::ClassMethod::FUNCTION))
        };
        format!("<{name}({})>", str::as_str(repr(function)?))
    } else if layout == l::Member::ID {
        let owner = class_display_name(heap::get(r, l::Member::OWNER));
        format!("<member '{}' of '{owner}' objects>", text_of(heap::get(r, l::Member::NAME)))
    } else if layout == l::Super::ID {
        let owner = class_display_name(heap::get(r, l::Super::OWNER));
        match heap::get(r, l::Super::RECEIVER) {
            Value::NULL => format!("<super: <class '{owner}'>, NULL>"),
            receiver => format!("<super: <class '{owner}'>, <{} object>>", raw::class_name(receiver)),
        }
    } else if let Some(name) = iterator_name(r) {
        format!("<{name} object at {address:#x}>")
    } else {
        return default_repr(object);
    };
    Ok(str::new(&text))
}

/// A function written in Rust: free, bound, or in a class.
fn builtin_function(r: Ref) -> String {
    let native = native::from_address(heap::get(r, l::Builtin::DEF));
    let (name, receiver) = (native.name, heap::get(r, l::Builtin::RECEIVER));
    let special = name.starts_with("__") && name.ends_with("__") && native.binding == Binding::Method;
    if !receiver.is_null() {
        let class = raw::class_name(receiver);
        let address = receiver.bits();
        return if special {
            format!("<method-wrapper '{name}' of {class} object at {address:#x}>")
        } else if receiver.has_layout(l::Class::ID) {
            format!("<built-in method {name} of type object at {address:#x}>")
        } else {
            format!("<built-in method {name} of {class} object at {address:#x}>")
        };
    }
    let owner = heap::get(r, l::Builtin::OWNER);
    if owner.is_null() {
        return format!("<built-in function {name}>");
    }
    let kind = if special { "slot wrapper" } else { "method" };
    format!("<{kind} '{name}' of '{}' objects>", class_display_name(owner))
}

/// The name of the iterator class, by what is iterated over.
fn iterator_name(r: Ref) -> Option<&'static str> {
    let layout = heap::layout_of(r);
    let sequence = if layout == l::SeqIter::ID {
        heap::get(r, l::SeqIter::SEQ)
    } else if layout == l::Reversed::ID {
        heap::get(r, l::Reversed::SEQ)
    } else if layout == l::DictIter::ID {
        return Some(match heap::get(r, l::DictIter::KIND) {
            0 => "dict_keyiterator",
            1 => "dict_valueiterator",
            2 => "dict_itemiterator",
            _ => "set_iterator",
        });
    } else if layout == l::StrIter::ID {
        return Some("str_ascii_iterator");
    } else {
        return None;
    };
    let reversed = layout == l::Reversed::ID;
    let is = |class| !sequence.is_null() && raw::is_builtin_instance(sequence, class);
    Some(match (is(Builtin::List), reversed) {
        (true, false) => "list_iterator",
        (true, true) => "list_reverseiterator",
        (false, true) => "reversed",
        (false, false) if is(Builtin::Tuple) => "tuple_iterator",
        (false, false) if is(Builtin::Bytes) => "bytes_iterator",
        (false, false) if is(Builtin::ByteArray) => "bytearray_iterator",
        (false, false) if is(Builtin::Range) => "longrange_iterator",
        (false, false) => "iterator",
    })
}
