//! The module `builtins`: functions in tables, one file per subject, and the builtin classes under their names.
//!
//! Neighbours: `object` (the classes), `prelude` (builtins written in Python), `stdlib` (other modules).

pub mod arguments;
pub mod code;
pub mod iterators;
mod numbers;
pub mod objects;
pub mod operators;
mod print;
pub mod sequences;
mod tree;

use crate::object::class::{Builtin, ClassTable};
use crate::object::layouts::Module;
use crate::object::native::Native;
use crate::object::{ELLIPSIS, FALSE, NONE, NOT_IMPLEMENTED, TRUE, dict, str};
use crate::stdlib::{io, new_module, set, sys};
use crate::{import, raw};
use metajit::heap::{self, Value};

/// The function tables of this folder and of `io`.
static TABLES: &[&[Native]] = &[
    code::FUNCTIONS,
    io::open::FUNCTIONS,
    numbers::FUNCTIONS,
    objects::FUNCTIONS,
    print::FUNCTIONS,
    sequences::FUNCTIONS,
];

/// The method tables of the classes that this folder and `stdlib` define.
pub fn class_tables() -> impl Iterator<Item = &'static ClassTable> {
    iterators::CLASSES.iter().chain(io::file::CLASSES)
}

/// The classes that are no names of the module.
const UNNAMED: std::ops::Range<Builtin> = Builtin::Cell..Builtin::Property;

/// Whether a class is a name of the module.
fn is_name(class: Builtin) -> bool {
    use Builtin::*;
    match class {
        NoneType | NotImplementedType | Builtin::Ellipsis | Member | Traceback | FrameView => false,
        SeqIter | RangeIter | DictIter | StrIter | CallIter => false,
        DictKeys | DictValues | DictItems | MappingProxy | SimpleNamespace => false,
        TextFile | BufferedReader | BufferedWriter | BufferedRandom => false,
        _ => !UNNAMED.contains(&class),
    }
}

pub use crate::interp::native::function_object as function;

/// Makes the modules `builtins` and `sys`. To be called once, when the classes exist.
pub fn start() {
    let builtins = new_module("builtins");
    for native in TABLES.iter().copied().flatten() {
        set(builtins, native.name, function(native));
    }
    for &class in Builtin::ALL.iter().filter(|&&class| is_name(class)) {
        set(builtins, class.name(), Value::object(raw::builtin_class(class)));
    }
    for (name, value) in [
        ("None", NONE),
        ("True", TRUE),
        ("False", FALSE),
        ("Ellipsis", ELLIPSIS),
        ("NotImplemented", NOT_IMPLEMENTED),
        ("__debug__", TRUE),
        ("EnvironmentError", Value::object(raw::builtin_class(Builtin::OSError))),
        ("IOError", Value::object(raw::builtin_class(Builtin::OSError))),
    ] {
        set(builtins, name, value);
    }
    set(builtins, "__build_class__", crate::interp::build_class::function());
    raw::set_builtins(heap::get(builtins, Module::DICT));
    let sys = sys::start();
    let modules = sys::modules().expect("it was just made");
    for (name, module) in [("builtins", builtins), ("sys", sys)] {
        dict::set_str(modules, raw::intern(name), Value::object(module));
    }
    raw::set_import_hook(import::import);
}

/// The module `__main__`, for the program's code; `file` is its `__file__`.
pub fn main_module(file: Option<&str>) -> metajit::heap::Ref {
    let main = new_module("__main__");
    if let Some(file) = file {
        set(main, "__file__", str::value(file));
        set(main, "__cached__", NONE);
    }
    let modules = sys::modules().expect("nothing has run yet");
    let builtins = dict::get_str(modules, raw::intern("builtins")).expect("it exists from the start");
    set(main, "__builtins__", builtins);
    dict::set_str(modules, raw::intern("__main__"), Value::object(main));
    main
}
