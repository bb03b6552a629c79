//! The module `_stores`: what `array`, which is written in Python, keeps its items in.

use super::ModuleTable;
use crate::natives;
use crate::object::stores::{floats, ints};
use metajit::heap::Value;

/// The module.
pub static MODULE: ModuleTable = ModuleTable { name: "_stores", functions: FUNCTIONS, fill };

fn fill(_: &mut dyn FnMut(&str, Value)) {}

natives! {
    static FUNCTIONS;
    "floats" One(floats) [Reads];
    "ints" One(ints) [Reads];
}
