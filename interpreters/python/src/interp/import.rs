//! Import statements.
//!
//! Finding and loading modules is the import system's business (`import` hook); here is what the instructions do with modules.
//! Neighbours: `raw::set_import_hook`.

use crate::object::class::Builtin;
use crate::object::intern::{intern, intern_value, names};
use crate::object::layouts::{Module, Tuple};
use crate::object::{NONE, PyResult, dict, error, str, types};
use metajit::heap::{self, Ref, Value};
use std::cell::Cell;

/// Imports a module: `(name, globals, fromlist, level)`.
pub type ImportHook = fn(Ref, Ref, Value, u32) -> PyResult;

thread_local! {
    static HOOK: Cell<Option<ImportHook>> = const { Cell::new(None) };
}

/// Sets what `import` calls.
pub fn set_hook(hook: ImportHook) {
    HOOK.with(|h| h.set(Some(hook)));
}

/// `import name`.
pub fn import_name(name: Ref, globals: Ref, fromlist: Value, level: i64) -> PyResult {
    let builtins = crate::vm::builtins();
    if !builtins.is_null()
        && let Some(own) = dict::get_str(builtins, intern("__import__"))
        && heap::layout_of(own.as_ref().expect("a callable")) != crate::object::layouts::Builtin::ID
    {
        let args = [
            Value::object(name),
            Value::object(globals),
            Value::object(globals),
            fromlist,
            Value::int(level),
        ];
        return super::raw::call(own, &args);
    }
    match HOOK.with(Cell::get) {
        Some(hook) => hook(name, globals, fromlist, level as u32),
        None => Err(error::import_error("imports are not available")),
    }
}

/// `from module import name`.
pub fn import_from(module: Value, name: Ref) -> PyResult {
    if let Some(found) = super::raw::find_attr_name(module, name)? {
        return Ok(found);
    }
    let package = super::raw::find_attr_name(module, names().name)?.filter(|n| super::raw::is_str(*n));
    let package_name = package.map_or_else(|| "<unknown module name>".to_owned(), super::native::text);
    let full = format!("{package_name}.{}", str::as_str(name));
    if let Some(found) = submodule(&full) {
        return Ok(found);
    }
    let file = super::raw::find_attr_name(module, names().file)?.filter(|f| super::raw::is_str(*f));
    let place = file.map_or_else(|| "unknown location".to_owned(), super::native::text);
    let message = format!("cannot import name '{}' from '{package_name}' ({place})", str::as_str(name));
    Err(error::import_error(message))
}

/// The module `name` in `sys.modules`.
fn submodule(name: &str) -> Option<Value> {
    let modules = crate::vm::modules();
    if modules.is_null() {
        return None;
    }
    dict::get_str(modules, intern(name))
}

/// `from module import *`: calls `bind` with each name and value.
pub fn import_star(module: Value, mut bind: impl FnMut(Ref, Value) -> PyResult<()>) -> PyResult<()> {
    if let Some(all) = super::raw::find_attr_name(module, names().all)? {
        let it = super::raw::iter(all)?;
        while let Some(name) = super::raw::next(it)? {
            if !super::raw::is_str(name) {
                let module = super::raw::class_name(name);
                return Err(error::type_error(format!("Item in __all__ must be str, not {module}")));
            }
            let name = intern_value(name);
            bind(name, super::raw::get_attr(module, name)?)?;
        }
        return Ok(());
    }
    let Some(object) = module.as_ref().filter(|m| heap::layout_of(*m) == Module::ID) else {
        return Err(error::import_error("from-import-* object has no __dict__ and no __all__"));
    };
    let namespace = heap::get(object, Module::DICT);
    let mut position = 0;
    while let Some((name, value)) = dict::next_entry(namespace, &mut position) {
        if super::raw::is_str(name) && !super::native::text(name).starts_with('_') {
            bind(intern_value(name), value)?;
        }
    }
    Ok(())
}

/// Whether a from-list names anything.
pub fn has_names(fromlist: Value) -> bool {
    fromlist != NONE && fromlist.as_ref().is_some_and(|t| heap::layout_of(t) == Tuple::ID && heap::len(t) > 0)
}

/// A new module with an empty namespace.
pub fn new_module(name: &str) -> Value {
    let namespace = dict::new_celled();
    let module = heap::alloc(Module::ID, 0);
    heap::set(module, Module::DICT, namespace);
    heap::set(module, Module::NAME, Value::object(intern(name)));
    dict::set_str(namespace, names().name, Value::object(intern(name)));
    dict::set_str(namespace, names().doc, NONE);
    dict::set_str(namespace, names().package, NONE);
    dict::set_str(namespace, intern("__loader__"), NONE);
    dict::set_str(namespace, names().spec, NONE);
    debug_assert!(types::class_of(Value::object(module)) == types::builtin_class(Builtin::Module));
    Value::object(module)
}
