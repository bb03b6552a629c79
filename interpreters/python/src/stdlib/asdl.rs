//! The module `_asdl`: the classes of syntax trees as data, from which `_ast`, written in Python, makes classes.

use super::ModuleTable;
use crate::object::{boolean, list, str, tuple};
use crate::syntax::asdl;
use metajit::heap::Value;

/// The module.
pub static MODULE: ModuleTable = ModuleTable { name: "_asdl", functions: &[], fill };

fn fill(set: &mut dyn FnMut(&str, Value)) {
    let rows = list::new();
    for class in asdl::CLASSES {
        let fields = list::new();
        class.fields.iter().for_each(|field| list::append(fields, str::value(field)));
        let base = class.base.trim_start_matches("r#");
        let row = [
            str::value(class.name),
            str::value(base),
            tuple::value(list::items(fields)),
            boolean(class.located),
        ];
        list::append(rows, tuple::value(&row));
    }
    set("classes", Value::object(rows));
}
