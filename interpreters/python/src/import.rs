//! `import`: modules written in Rust, files beside the program, packages, and the library in the executable.
//!
//! A module is entered into `sys.modules` before its code runs, and taken out again when that raises, so that modules may import each other.
//! Neighbours: `interp::import` (the instructions), `stdlib` (modules written in Rust), `compile`.

use crate::bytecode::CodeData;
use crate::object::cast;
use crate::object::class::Builtin;
use crate::object::error::{exception, import_error, type_error};
use crate::object::layouts::{List, Module, Tuple};
use crate::object::{NONE, PyResult, dict, list, str, tuple};
use crate::stdlib::{self, library, sys};
use crate::syntax::SyntaxError;
use crate::{raw, traceback};
use metajit::heap::{self, Ref, Value};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// `__import__(name, globals, fromlist, level)`: the module that the statement binds. `globals` is the namespace of the importing module, or null.
///
/// # Errors
/// ImportError, or what the module's code raises.
pub fn import(name: Ref, globals: Ref, fromlist: Value, level: u32) -> PyResult {
    let text = str::as_str(name);
    if text.is_empty() && level == 0 {
        return Err(exception(Builtin::ValueError, "Empty module name"));
    }
    let full = if level == 0 { text.to_owned() } else { absolute_name(text, globals, level)? };
    let leaf = import_path(&full)?;
    let names = if fromlist == NONE { &[][..] } else { sequence(fromlist) };
    if !names.is_empty() {
        import_names(leaf, &full, names)?;
        return Ok(leaf);
    }
    if level == 0 {
        let top = text.split('.').next().unwrap_or(text);
        return loaded(top).ok_or_else(|| not_found(top));
    }
    if text.is_empty() {
        return Ok(leaf);
    }
    // `import_module` style use of a relative name: the module for its first part.
    let cut = full.len() - text.len() + text.find('.').unwrap_or(text.len());
    loaded(&full[..cut]).ok_or_else(|| not_found(&full[..cut]))
}

/// The items of a fromlist.
fn sequence<'a>(names: Value) -> &'a [Value] {
    match names.as_ref() {
        Some(r) if names.has_layout(Tuple::ID) => tuple::items(r),
        Some(r) if names.has_layout(List::ID) => list::items(r),
        _ => &[],
    }
}

/// The module of that full name, if it has been imported.
pub fn loaded(name: &str) -> Option<Value> {
    dict::get_str(sys::modules()?, raw::intern(name))
}

#[cold]
fn not_found(name: &str) -> Value {
    with_name(Builtin::ModuleNotFoundError, &format!("No module named '{name}'"), name)
}

/// An ImportError with its `name`.
#[cold]
fn with_name(class: Builtin, message: &str, name: &str) -> Value {
    let error = exception(class, message);
    match raw::set_attr(error, raw::intern("name"), str::value(name)) {
        Ok(()) => error,
        Err(other) => other,
    }
}

/// A variable of a namespace.
fn global(globals: Ref, name: &str) -> Option<Value> {
    if globals.is_null() {
        return None;
    }
    dict::get_str(globals, raw::intern(name))
}

/// The full name of a relative import.
fn absolute_name(name: &str, globals: Ref, level: u32) -> PyResult<String> {
    let text = |value: Value| cast::str_of(value).map(|s| str::as_str(s).to_owned());
    let package = match global(globals, "__package__").and_then(text) {
        Some(package) => package,
        None => {
            let own = global(globals, "__name__").and_then(text).unwrap_or_default();
            let is_package = global(globals, "__path__").is_some();
            if is_package {
                own
            } else {
                own.rsplit_once('.').map_or(String::new(), |(parent, _)| parent.to_owned())
            }
        }
    };
    if package.is_empty() {
        return Err(import_error("attempted relative import with no known parent package"));
    }
    let mut base = package.as_str();
    for _ in 1..level {
        base = match base.rsplit_once('.') {
            Some((parent, _)) => parent,
            None => return Err(import_error("attempted relative import beyond top-level package")),
        };
    }
    Ok(if name.is_empty() { base.to_owned() } else { format!("{base}.{name}") })
}

/// Imports a dotted name part by part; the last one's module.
fn import_path(full: &str) -> PyResult {
    if let Some(module) = loaded(full) {
        return found(module, full);
    }
    let mut parent = None;
    for (end, _) in full.match_indices('.').chain([(full.len(), "")]) {
        let name = &full[..end];
        let module = match loaded(name) {
            Some(module) => found(module, name)?,
            None => import_one(name, full, parent)?,
        };
        parent = Some(module);
    }
    parent.ok_or_else(|| not_found(full))
}

/// An entry of `sys.modules`; None there forbids the import.
fn found(module: Value, name: &str) -> PyResult {
    if module == NONE {
        let message = format!("import of {name} halted; None in sys.modules");
        return Err(with_name(Builtin::ModuleNotFoundError, &message, name));
    }
    Ok(module)
}

/// Imports the module `name`, the one within `parent` if that is given.
fn import_one(name: &str, full: &str, parent: Option<Value>) -> PyResult {
    let module = match parent {
        None => import_top(name)?,
        Some(parent) => {
            let Some(path) = raw::find_attr(parent, "__path__")? else {
                let parent_name = name.rsplit_once('.').map_or(name, |(p, _)| p);
                let message = format!("No module named '{full}'; '{parent_name}' is not a package");
                return Err(with_name(Builtin::ModuleNotFoundError, &message, full));
            };
            let module = find_sub(path, name)?.ok_or_else(|| not_found(name))?;
            let tail = name.rsplit('.').next().unwrap_or(name);
            raw::set_attr(parent, raw::intern(tail), module)?;
            module
        }
    };
    Ok(module)
}

fn import_top(name: &str) -> PyResult {
    if let Some(module) = stdlib::find(name) {
        let modules = sys::modules().ok_or_else(|| import_error("sys.modules is gone"))?;
        dict::set(modules, str::value(name), Value::object(module))?;
        return Ok(Value::object(module));
    }
    if let Some(source) = library::find_own(name) {
        return run_source(source);
    }
    let path = sys::attribute("path").unwrap_or(NONE);
    if let Some(module) = find_on(path, name)? {
        return Ok(module);
    }
    library::find(name).map_or_else(|| Err(not_found(name)), run_source)
}

/// Runs a module whose source is part of the executable.
fn run_source(source: &library::Source) -> PyResult {
    let filename = source.filename();
    let folder = filename.strip_suffix("/__init__.py").map(PathBuf::from);
    let code = crate::compile::deferred::compile_library(source.text, &filename);
    run_compiled(source.name, code, &filename, folder.as_slice())
}

/// Looks for a submodule: in the folders of its package, else in the library.
fn find_sub(path: Value, name: &str) -> PyResult<Option<Value>> {
    if let Some(module) = find_on(path, name)? {
        return Ok(Some(module));
    }
    library::find_own(name).or_else(|| library::find(name)).map(run_source).transpose()
}

/// A module's source, for running it as a program.
pub struct Found {
    /// Its text.
    pub text: Vec<u8>,
    /// Its file's name.
    pub filename: String,
    /// The package it is in, itself if it is one; empty for none.
    pub package: String,
    /// Whether it is a package.
    pub is_package: bool,
}

/// The source of a module; the packages that it is in are imported.
///
/// # Errors
/// What importing them raises.
pub fn find_source(name: &str) -> PyResult<Option<Found>> {
    let (package, tail) = name.rsplit_once('.').unwrap_or(("", name));
    let path = if package.is_empty() {
        sys::attribute("path").unwrap_or(NONE)
    } else {
        let parent = import_path(package)?;
        raw::find_attr(parent, "__path__")?.unwrap_or(NONE)
    };
    for &entry in sequence(path) {
        let Some(folder) = cast::str_of(entry).map(str::as_str) else { continue };
        let (file, is_package) = match look_in(Path::new(folder), tail) {
            Some(Place::Package { init, .. }) => (init, true),
            Some(Place::File(file)) => (file, false),
            _ => continue,
        };
        let filename = file.to_string_lossy().into_owned();
        let text = std::fs::read(&file)
            .map_err(|e| stdlib::io::error::exception(&e, Some(str::value(&filename))))?;
        let package = if is_package { name } else { package };
        return Ok(Some(Found { text, filename, package: package.to_owned(), is_package }));
    }
    Ok(library::find(name).map(|source| Found {
        text: source.text.to_vec(),
        filename: source.filename(),
        package: if source.package { name } else { package }.to_owned(),
        is_package: source.package,
    }))
}

/// What a module's name leads to in a folder.
enum Place {
    Package { folder: PathBuf, init: PathBuf },
    File(PathBuf),
    Namespace(PathBuf),
}

/// Looks for a module in the folders of a path, and runs it.
fn find_on(path: Value, name: &str) -> PyResult<Option<Value>> {
    let tail = name.rsplit('.').next().unwrap_or(name);
    let mut namespaces = Vec::new();
    for &entry in sequence(path) {
        let Some(folder) = cast::str_of(entry).map(str::as_str) else { continue };
        match look_in(Path::new(folder), tail) {
            Some(Place::Package { folder, init }) => return run_file(name, &init, &[folder]).map(Some),
            Some(Place::File(file)) => return run_file(name, &file, &[]).map(Some),
            Some(Place::Namespace(folder)) => namespaces.push(folder),
            None => {}
        }
    }
    if namespaces.is_empty() {
        return Ok(None);
    }
    let made = new_module(name, &namespaces)?;
    stdlib::set(made, "__file__", NONE);
    Ok(Some(Value::object(made)))
}

fn look_in(folder: &Path, tail: &str) -> Option<Place> {
    let inner = folder.join(tail);
    let init = inner.join("__init__.py");
    if init.is_file() {
        return Some(Place::Package { folder: inner, init });
    }
    let file = folder.join(format!("{tail}.py"));
    if file.is_file() {
        return Some(Place::File(file));
    }
    inner.is_dir().then_some(Place::Namespace(inner))
}

/// A module in `sys.modules`, with the names that describe it; a package has folders, another module none.
fn new_module(name: &str, folders: &[PathBuf]) -> PyResult<Ref> {
    let made = stdlib::new_module(name);
    let package = if folders.is_empty() {
        name.rsplit_once('.').map_or("", |(parent, _)| parent)
    } else {
        let path = list::new();
        folders.iter().for_each(|f| list::append(path, str::value(&f.to_string_lossy())));
        stdlib::set(made, "__path__", Value::object(path));
        name
    };
    stdlib::set(made, "__package__", str::value(package));
    let modules = sys::modules().ok_or_else(|| import_error("sys.modules is gone"))?;
    dict::set(modules, str::value(name), Value::object(made))?;
    Ok(made)
}

/// Compiles and runs a file as the module `name`.
fn run_file(name: &str, file: &Path, folders: &[PathBuf]) -> PyResult {
    let filename = file.to_string_lossy();
    let source =
        std::fs::read(file).map_err(|e| stdlib::io::error::exception(&e, Some(str::value(&filename))))?;
    run_text(name, &source, &filename, folders)
}

/// Compiles and runs a source text as the module `name`.
fn run_text(name: &str, source: &[u8], filename: &str, folders: &[PathBuf]) -> PyResult {
    run_compiled(name, crate::compile::compile_file(source, filename), filename, folders)
}

/// Runs code as the module `name`.
fn run_compiled(
    name: &str,
    code: Result<Arc<CodeData>, SyntaxError>,
    filename: &str,
    folders: &[PathBuf],
) -> PyResult {
    let code = code.map_err(|report| traceback::syntax::exception(&report))?;
    let made = new_module(name, folders)?;
    stdlib::set(made, "__file__", str::value(filename));
    stdlib::set(made, "__cached__", NONE);
    let globals = heap::get(made, Module::DICT);
    crate::builtins::code::ensure_builtins(globals);
    if let Err(error) = raw::run_module(&code, globals, Value::object(globals)) {
        if let Some(modules) = sys::modules() {
            dict::remove(modules, str::value(name))?;
        }
        return Err(error);
    }
    // The module's code may have put something else in its place.
    Ok(loaded(name).unwrap_or(Value::object(made)))
}

/// The submodules that a `from` import names.
fn import_names(package: Value, full: &str, names: &[Value]) -> PyResult<()> {
    let Some(path) = raw::find_attr(package, "__path__")? else { return Ok(()) };
    for &name in names {
        let Some(text) = cast::str_of(name).map(str::as_str) else {
            let class = raw::class_name(name);
            return Err(type_error(format!("Item in ``from list'' must be str, not {class}")));
        };
        if text == "*" {
            if let Some(all) = raw::find_attr(package, "__all__")? {
                let all = Value::object(tuple::from_iterable(all)?);
                import_names(package, full, sequence(all))?;
            }
        } else if raw::find_attr(package, text)?.is_none() {
            import_submodule(package, path, &format!("{full}.{text}"))?;
        }
    }
    Ok(())
}

/// Imports a submodule if there is one: whether the name must exist, the importing instruction decides.
fn import_submodule(package: Value, path: Value, name: &str) -> PyResult<()> {
    let module = match loaded(name) {
        Some(module) => Some(module),
        None => find_sub(path, name)?,
    };
    if let Some(module) = module {
        let tail = name.rsplit('.').next().unwrap_or(name);
        raw::set_attr(package, raw::intern(tail), module)?;
    }
    Ok(())
}
