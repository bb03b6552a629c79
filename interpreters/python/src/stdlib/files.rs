//! The module `_files`: the classes of file objects, for `_io`, which is written in Python.

use super::ModuleTable;
use crate::object::class::Builtin;
use crate::raw;
use metajit::heap::Value;

/// The module.
pub static MODULE: ModuleTable = ModuleTable { name: "_files", functions: &[], fill };

fn fill(set: &mut dyn FnMut(&str, Value)) {
    for class in
        [Builtin::TextFile, Builtin::BufferedReader, Builtin::BufferedWriter, Builtin::BufferedRandom]
    {
        set(class.name(), Value::object(raw::builtin_class(class)));
    }
}
