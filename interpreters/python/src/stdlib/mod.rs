//! The modules written in Rust: one table row each, made when first imported.
//!
//! Neighbours: `import` (asks here before it looks for files).

mod asdl;
mod binascii;
mod errno;
mod files;
mod hashing;
pub mod io;
mod json;
pub mod library;
mod math;
mod mersenne;
mod posix;
mod processes;
mod sre;
mod stores;
mod structs;
pub mod sys;
mod time;
mod unicode;
mod weak;

use crate::builtins::function;
use crate::object::layouts::Module;
use crate::object::native::Native;
use crate::object::{dict, str};
use crate::raw;
use metajit::heap::{self, Ref, Value};

/// A module written in Rust.
pub struct ModuleTable {
    /// Its name.
    pub name: &'static str,
    /// Its functions.
    pub functions: &'static [Native],
    /// Gives its other names, one after the other.
    pub fill: Fill,
}

/// Hands the names of a module to its argument, one after the other.
pub type Fill = fn(&mut dyn FnMut(&str, Value));

/// The modules that `import` finds without a file; `sys` and `builtins` exist from the start.
static MODULES: &[&ModuleTable] = &[
    &asdl::MODULE,
    &binascii::MODULE,
    &errno::MODULE,
    &files::MODULE,
    &hashing::MODULE,
    &json::MODULE,
    &math::MODULE,
    &mersenne::MODULE,
    &posix::MODULE,
    &processes::MODULE,
    &sre::MODULE,
    &stores::MODULE,
    &structs::MODULE,
    &time::MODULE,
    &unicode::MODULE,
    &weak::MODULE,
];

/// The names of all of them.
pub fn names() -> impl Iterator<Item = &'static str> {
    MODULES.iter().map(|table| table.name).chain(["builtins", "sys"])
}

/// Makes the module of that name, if it is written in Rust.
pub fn find(name: &str) -> Option<Ref> {
    MODULES.iter().find(|table| table.name == name).map(|table| make(table))
}

/// Makes a module from its table.
pub fn make(table: &ModuleTable) -> Ref {
    let made = new_module(table.name);
    set(made, "__package__", str::value(""));
    for native in table.functions {
        set(made, native.name, function(native));
    }
    (table.fill)(&mut |name, value| set(made, name, value));
    made
}

/// A module with nothing but the names that every module has.
pub fn new_module(name: &str) -> Ref {
    crate::interp::import::new_module(name).as_ref().expect("a module is an object")
}

/// Sets a name of a module.
pub fn set(module: Ref, name: &str, value: Value) {
    dict::set_str(heap::get(module, Module::DICT), raw::intern(name), value);
}
