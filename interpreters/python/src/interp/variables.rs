//! Variables that do not live in registers: globals, builtins, cells, and the names of class bodies.
//!
//! A namespace of globals keeps each variable in a `Cell` that is never removed, so the cell of a name is a constant of the code
//! that uses it; an unbound variable's cell is empty. Neighbours: `object::dict` (namespaces).

use super::{Outcome, constant, fail, helpers, object};
use crate::code::{Code, Site};
use crate::object::layouts::{Cell, Dict};
use crate::object::{dict, error, str, variable};
use crate::vm;
use metajit::frame::Frame;
use metajit::heap::{self, Ref, Value};
use metajit::mode::Mode;
use metajit::staged::{Int, Val};

/// `globals[name]`, else `builtins[name]`.
#[inline(always)]
pub fn load_global<M: Mode>(code: &'static Code, pc: usize, name: u32) -> Outcome<M> {
    let site = crate::address::at(&code.sites, pc);
    if !M::RECORDING && site.version.get() != 0 {
        let value = heap::get(Ref::from_bits(site.key.get()), Cell::CONTENT);
        if !value.is_null() {
            return Ok(constant(value));
        }
        if let Some(builtin) = site.value.get().as_ref() {
            let value = heap::get(builtin, Cell::CONTENT);
            if !value.is_null() {
                return Ok(constant(value));
            }
        }
    }
    load_global_slow(code, pc, name)
}

#[inline(never)]
fn load_global_slow<M: Mode>(code: &'static Code, pc: usize, name: u32) -> Outcome<M> {
    let name = code.names[name as usize];
    let cell = dict::make_cell(code.globals, name);
    if !M::RECORDING {
        // Cells are never removed from a namespace, so they can be remembered for ever.
        let site = &code.sites[pc];
        site.key.set(cell.bits());
        site.version.set(1);
    }
    let value = content::<M>(cell);
    if !value.is_null() {
        return Ok(value);
    }
    let builtins = vm::builtins();
    if !builtins.is_null() {
        let cell = dict::make_cell(builtins, name);
        if !M::RECORDING {
            code.sites[pc].value.set(Value::object(cell));
        }
        let value = content::<M>(cell);
        if !value.is_null() {
            return Ok(value);
        }
    }
    Err(fail(undefined(name)))
}

/// The NameError for a name that is bound nowhere.
#[cold]
pub fn undefined(name: Ref) -> Value {
    let text = format!("name '{}' is not defined", str::as_str(name));
    crate::object::exception::name_error(&text, name)
}

/// `globals[name] = value`.
#[inline(always)]
pub fn store_global<M: Mode>(code: &'static Code, pc: usize, name: u32, value: Val<M>) {
    let site = crate::address::at(&code.sites, pc);
    if site.version.get() == 0 {
        store_global_first(code, site, name, M::RECORDING);
    }
    object::<M>(Ref::from_bits(site.key.get())).set(Cell::CONTENT, value);
}

/// A store that has not been executed often: a module's own first store leaves the variable stable.
#[inline(never)]
fn store_global_first(code: &'static Code, site: &Site, name: u32, recording: bool) {
    let again = site.key.get() != 0;
    if !again {
        site.key.set(dict::make_cell(code.globals, code.names[name as usize]).bits());
    }
    let cell = Ref::from_bits(site.key.get());
    if again || recording || !code.names_are_globals {
        variable::make_unstable(cell);
        site.version.set(1);
    } else {
        variable::stored(cell);
    }
}

/// What a global's cell holds: a constant of a trace, if nobody stores to it again and again.
pub fn content<M: Mode>(cell: Ref) -> Val<M> {
    if M::RECORDING {
        let bits = Int::constant(cell.bits() as i64);
        if helpers::is_stable::<M>(bits).truth() {
            M::assume(&variable::watch(cell).assumption);
            return helpers::stable_content(bits);
        }
    }
    object::<M>(cell).get(Cell::CONTENT)
}

/// `del globals[name]`.
pub fn delete_global<M: Mode>(code: &'static Code, name: u32) -> Outcome<M, ()> {
    let name = code.names[name as usize];
    let cell = dict::make_cell(code.globals, name);
    variable::make_unstable(cell);
    let cell = object::<M>(cell);
    if cell.get(Cell::CONTENT).is_null() {
        return Err(fail(undefined(name)));
    }
    cell.set(Cell::CONTENT, constant(Value::NULL));
    Ok(())
}

/// The name in the frame's namespace, else a global.
pub fn load_name<M: Mode>(frame: Frame<M>, code: &'static Code, pc: usize, name: u32) -> Outcome<M> {
    if code.names_are_globals {
        return load_global(code, pc, name);
    }
    match in_namespace(frame, code, code.names[name as usize])? {
        Some(value) => Ok(value),
        None => load_global_slow(code, pc, name),
    }
}

/// The name in the namespace of a class body or of `exec`.
fn in_namespace<M: Mode>(frame: Frame<M>, code: &'static Code, name: Ref) -> Outcome<M, Option<Val<M>>> {
    let namespace = frame.get(code.hidden());
    let value = helpers::namespace_get(namespace, object(name))?;
    Ok(if value.is_null() { None } else { Some(value) })
}

/// Binds a name in the frame's namespace.
pub fn store_name<M: Mode>(
    frame: Frame<M>,
    code: &'static Code,
    pc: usize,
    name: u32,
    value: Val<M>,
) -> Outcome<M, ()> {
    if code.names_are_globals {
        store_global(code, pc, name, value);
        return Ok(());
    }
    helpers::set_item_any(frame.get(code.hidden()), constant(Value::object(code.names[name as usize])), value)
        .map(|_| ())
}

/// Unbinds a name in the frame's namespace.
pub fn delete_name<M: Mode>(frame: Frame<M>, code: &'static Code, name: u32) -> Outcome<M, ()> {
    if code.names_are_globals {
        return delete_global(code, name);
    }
    let key = code.names[name as usize];
    if in_namespace(frame, code, key)?.is_none() {
        return Err(fail(undefined(key)));
    }
    helpers::del_item(frame.get(code.hidden()), constant(Value::object(key))).map(|_| ())
}

/// In a class body: the name in its namespace, else what the cell holds.
pub fn load_class_deref<M: Mode>(frame: Frame<M>, code: &'static Code, cell: u32, name: u32) -> Outcome<M> {
    match in_namespace(frame, code, code.names[name as usize])? {
        Some(value) => Ok(value),
        None => load_deref(frame, code, cell, name),
    }
}

/// In an annotation of a class body: the name in the namespace in register `dict`, else a global.
pub fn load_from_dict<M: Mode>(
    frame: Frame<M>,
    code: &'static Code,
    pc: usize,
    dict: u32,
    name: u32,
) -> Outcome<M> {
    let value = helpers::namespace_get(frame.get(dict), object(code.names[name as usize]))?;
    if value.is_null() { load_global_slow(code, pc, name) } else { Ok(value) }
}

/// What a cell holds.
#[inline(always)]
pub fn load_deref<M: Mode>(frame: Frame<M>, code: &'static Code, cell: u32, name: u32) -> Outcome<M> {
    let value = frame.get(cell).assume_pointer().get(Cell::CONTENT);
    if value.is_null() {
        return Err(empty_cell(code, cell, code.names[name as usize]));
    }
    Ok(value)
}

/// Empties a cell.
pub fn delete_deref<M: Mode>(frame: Frame<M>, code: &'static Code, cell: u32, name: u32) -> Outcome<M, ()> {
    let object = frame.get(cell).assume_pointer();
    if object.get(Cell::CONTENT).is_null() {
        return Err(empty_cell(code, cell, code.names[name as usize]));
    }
    object.set(Cell::CONTENT, constant(Value::NULL));
    Ok(())
}

#[cold]
fn empty_cell<M: Mode>(code: &'static Code, cell: u32, name: Ref) -> Val<M> {
    let text = str::as_str(name);
    if cell >= code.first_free {
        let message = format!(
            "cannot access free variable '{text}' where it is not associated with a value in enclosing scope"
        );
        return fail(crate::object::exception::name_error(&message, name));
    }
    unbound_local(name)
}

/// The UnboundLocalError of a local variable.
#[cold]
pub fn unbound_local<M: Mode>(name: Ref) -> Val<M> {
    let text = str::as_str(name);
    let message = format!("cannot access local variable '{text}' where it is not associated with a value");
    fail(error::unbound_local(message))
}

/// The value of a name in any mapping; NULL if it is missing.
pub fn namespace_get(namespace: Value, name: Ref) -> crate::object::PyResult {
    if let Some(object) = namespace.as_ref()
        && heap::layout_of(object) == Dict::ID
    {
        return Ok(dict::get_str(object, name).unwrap_or(Value::NULL));
    }
    match super::raw::get_item(namespace, Value::object(name)) {
        Ok(value) => Ok(value),
        Err(e) if super::raw::is_builtin_instance(e, crate::object::class::Builtin::KeyError) => {
            Ok(Value::NULL)
        }
        Err(e) => Err(e),
    }
}

/// The frame's namespace.
pub fn namespace<M: Mode>(frame: Frame<M>, code: &'static Code) -> Val<M> {
    if code.names_are_globals { object::<M>(code.globals).value() } else { frame.get(code.hidden()) }
}
