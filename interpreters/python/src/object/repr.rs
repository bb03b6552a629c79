//! `repr()` and `str()`: the text of any object.
//!
//! Text is written into one buffer, through all nested containers. A container that is being written already
//! shows as `[...]`; which ones are, is kept by address.
//! Neighbours: `float::text`, `int::text` (numbers), `str::layout` (quoting).

use super::describe::runtime_repr;
use super::layouts as l;
use super::str::scratch::Scratch;
use super::{ELLIPSIS, FALSE, NONE, NOT_IMPLEMENTED, PyResult, TRUE, bytes, cast, complex, dict, error};
use super::{float, int, list, set, str, tuple};
use crate::raw;
use metajit::heap::{self, Ref, Value};
use std::cell::RefCell;

thread_local! {
    /// The containers whose text is being made.
    static ACTIVE: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// Marks a container as being written, for as long as it lives.
pub struct Active(());

impl Active {
    /// `None` if it is being written already.
    pub fn enter(container: Value) -> Option<Active> {
        ACTIVE.with(|active| {
            let mut active = active.borrow_mut();
            if active.contains(&container.bits()) {
                return None;
            }
            active.push(container.bits());
            Some(Active(()))
        })
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        ACTIVE.with(|active| active.borrow_mut().pop());
    }
}

/// `repr(object)`.
pub fn repr(object: Value) -> PyResult<Ref> {
    if let Some(i) = object.as_int() {
        return Ok(str::of_int(i));
    }
    if has_own_repr(object) {
        return special_text(object, "__repr__");
    }
    let mut out = Scratch::new();
    write_repr(&mut out, object)?;
    Ok(out.into_str())
}

/// `str(object)`.
pub fn str_of(object: Value) -> PyResult<Ref> {
    if object.has_layout(l::Str::ID) {
        return Ok(Ref::from_bits(object.bits()));
    }
    if has_own_repr(object) {
        return special_text(object, "__str__");
    }
    repr(object)
}

/// Whether the text comes from a method of the object's class rather than from this file.
fn has_own_repr(object: Value) -> bool {
    let own =
        [l::Instance::ID, l::Class::ID, l::Foreign::ID, l::Module::ID, l::GenericAlias::ID, l::UnionType::ID];
    own.iter().any(|&layout| object.has_layout(layout))
}

/// `ascii(object)`.
pub fn ascii(object: Value) -> PyResult<Ref> {
    let text = repr(object)?;
    if str::is_ascii(text) {
        return Ok(text);
    }
    let mut out = Vec::new();
    str::code_points(text).for_each(|code| match u8::try_from(code) {
        Ok(byte) if byte < 0x80 => out.push(byte),
        _ => str::layout::escape(&mut out, code),
    });
    Ok(str::from_ascii(&out))
}

fn special_text(object: Value, method: &'static str) -> PyResult<Ref> {
    let Some(result) = raw::call_special(object, method, &[]) else { return default_repr(object) };
    let result = result?;
    cast::str_of(result).ok_or_else(|| {
        let found = raw::class_name(result);
        error::type_error(format!("{method} returned non-string (type {found})"))
    })
}

/// Appends `repr(object)`.
pub fn write_repr(out: &mut Vec<u8>, object: Value) -> PyResult<()> {
    if let Some(i) = object.as_int() {
        int::text::write_decimal(out, i);
        return Ok(());
    }
    if let Some(f) = object.as_float() {
        float::text::write_repr(out, f);
        return Ok(());
    }
    let Some(r) = object.as_ref() else {
        out.extend(match object {
            NONE => "None".as_bytes(),
            TRUE => b"True",
            FALSE => b"False",
            ELLIPSIS => b"Ellipsis",
            NOT_IMPLEMENTED => b"NotImplemented",
            _ => b"<NULL>",
        });
        return Ok(());
    };
    let layout = heap::layout_of(r);
    if layout == l::Str::ID {
        str::layout::write_repr(out, str::bytes(r));
        Ok(())
    } else if layout == l::Tuple::ID || layout == l::List::ID || layout == l::Dict::ID || layout == l::Set::ID
    {
        write_container(out, object, r)
    } else {
        out.extend(str::bytes(repr_rest(object, r)?));
        Ok(())
    }
}

fn write_container(out: &mut Vec<u8>, object: Value, r: Ref) -> PyResult<()> {
    let layout = heap::layout_of(r);
    let Some(_active) = Active::enter(object) else {
        out.extend(if layout == l::Tuple::ID {
            &b"(...)"[..]
        } else if layout == l::List::ID {
            &b"[...]"[..]
        } else if layout == l::Dict::ID {
            &b"{...}"[..]
        } else {
            &b"set(...)"[..]
        });
        return Ok(());
    };
    let _depth = raw::enter_recursion(" while getting the repr of an object")?;
    if layout == l::Tuple::ID {
        out.push(b'(');
        write_items(out, |i| tuple::items(r).get(i).copied())?;
        out.extend(if heap::len(r) == 1 { &b",)"[..] } else { b")" });
    } else if layout == l::List::ID {
        out.push(b'[');
        write_items(out, |i| list::get(r, i))?;
        out.push(b']');
    } else if layout == l::Dict::ID {
        write_dict(out, r)?;
    } else {
        let name = if set::is_frozen(r) { "frozenset" } else { "set" };
        write_set(out, r, name, set::is_frozen(r))?;
    }
    Ok(())
}

fn write_items(out: &mut Vec<u8>, mut get: impl FnMut(usize) -> Option<Value>) -> PyResult<()> {
    let mut i = 0;
    while let Some(item) = get(i) {
        if i > 0 {
            out.extend(b", ");
        }
        write_repr_of_item(out, item)?;
        i += 1;
    }
    Ok(())
}

fn write_repr_of_item(out: &mut Vec<u8>, item: Value) -> PyResult<()> {
    if has_own_repr(item) {
        out.extend(str::bytes(repr(item)?));
        return Ok(());
    }
    write_repr(out, item)
}

fn write_dict(out: &mut Vec<u8>, dict: Ref) -> PyResult<()> {
    out.push(b'{');
    let mut position = 0;
    let mut first = true;
    while let Some((key, value)) = dict::next_entry(dict, &mut position) {
        if !first {
            out.extend(b", ");
        }
        first = false;
        write_repr_of_item(out, key)?;
        out.extend(b": ");
        write_repr_of_item(out, value)?;
    }
    out.push(b'}');
    Ok(())
}

/// Appends a set's text; `name` stands before it unless it is a plain `set` that is not empty.
pub fn write_set(out: &mut Vec<u8>, set: Ref, name: &str, named: bool) -> PyResult<()> {
    if set::len(set) == 0 {
        out.extend(name.as_bytes());
        out.extend(b"()");
        return Ok(());
    }
    if named {
        out.extend(name.as_bytes());
        out.push(b'(');
    }
    out.push(b'{');
    let keys = list::new();
    set::iter(set).for_each(|key| list::append(keys, key));
    write_items(out, |i| list::get(keys, i))?;
    out.extend(if named { &b"})"[..] } else { b"}" });
    Ok(())
}

/// The text of an object that is neither number, string nor plain container.
fn repr_rest(object: Value, r: Ref) -> PyResult<Ref> {
    let layout = heap::layout_of(r);
    if layout == l::BigInt::ID {
        return int::text::to_decimal(object).map(|text| str::from_ascii(text.as_bytes()));
    }
    if layout == l::PyBytes::ID || layout == l::ByteArray::ID {
        return Ok(bytes::repr(r, None));
    }
    if layout == l::Complex::ID {
        return Ok(str::new(&complex::repr(r)));
    }
    if layout == l::Range::ID {
        let part = |field| repr(heap::get(r, field)).map(str::as_str);
        let (start, stop) = (part(l::Range::START)?, part(l::Range::STOP)?);
        return Ok(str::new(&match heap::get(r, l::Range::STEP).as_int() {
            Some(1) => format!("range({start}, {stop})"),
            _ => format!("range({start}, {stop}, {})", part(l::Range::STEP)?),
        }));
    }
    if layout == l::Slice::ID {
        let mut out = b"slice(".to_vec();
        for (i, field) in [l::Slice::START, l::Slice::STOP, l::Slice::STEP].into_iter().enumerate() {
            if i > 0 {
                out.extend(b", ");
            }
            write_repr_of_item(&mut out, heap::get(r, field))?;
        }
        out.push(b')');
        return Ok(str::from_wtf8(&out));
    }
    if layout == l::DictView::ID {
        return dict::views::repr(object, r);
    }
    if layout == l::MappingProxy::ID {
        let inner = repr(heap::get(r, l::MappingProxy::MAPPING))?;
        return Ok(str::new(&format!("mappingproxy({})", str::as_str(inner))));
    }
    runtime_repr(object, r)
}

/// `<module.class object at 0x…>`.
pub fn default_repr(object: Value) -> PyResult<Ref> {
    let class = Value::object(raw::class_of(object));
    Ok(str::new(&format!("<{} object at {:#x}>", class_display_name(class), object.bits())))
}

/// The name of a class with its module, unless that is `builtins`.
pub fn class_display_name(class: Value) -> String {
    let text = |name| match raw::find_attr(class, name) {
        Ok(Some(value)) => cast::str_of(value).map(|s| str::as_str(s).to_owned()),
        _ => None,
    };
    let name = text("__qualname__").or_else(|| text("__name__")).unwrap_or_default();
    match text("__module__") {
        Some(module) if module != "builtins" => format!("{module}.{name}"),
        _ => name,
    }
}

/// `object.__repr__`.
pub fn object_repr(object: Value) -> PyResult {
    default_repr(object).map(Value::object)
}

/// `object.__str__`: what `repr()` gives.
pub fn object_str(object: Value) -> PyResult {
    // `__repr__` may be this very function.
    let _depth = raw::enter_recursion(" while calling a Python object")?;
    repr(object).map(Value::object)
}

/// `__repr__` of a builtin class.
pub fn dunder_repr(object: Value) -> PyResult {
    let inner = cast::builtin_value(object);
    if inner != object && inner.has_layout(l::Set::ID) {
        let Some(_active) = Active::enter(object) else {
            return Ok(str::value(&format!("{}(...)", raw::class_name(object))));
        };
        let mut out = Vec::new();
        write_set(&mut out, Ref::from_bits(inner.bits()), &raw::class_name(object), true)?;
        return Ok(Value::object(str::from_wtf8(&out)));
    }
    if inner != object && inner.has_layout(l::ByteArray::ID) {
        return Ok(Value::object(bytes::repr(Ref::from_bits(inner.bits()), Some(&raw::class_name(object)))));
    }
    let mut out = Vec::new();
    write_repr(&mut out, inner)?;
    Ok(Value::object(str::from_wtf8(&out)))
}

crate::natives! {
    pub static TEXT;
    "__repr__" One(dunder_repr) [Any];
}

crate::natives! {
    pub static HASH;
    "__hash__" One(super::hash::dunder_hash) [Any];
}

crate::natives! {
    pub static METHODS;
    "__repr__" One(dunder_repr) [Any];
    "__hash__" One(super::hash::dunder_hash) [Any];
}
