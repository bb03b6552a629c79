//! Layouts, helpers and code for tests about traces alone.

#![allow(dead_code)]

pub mod model;

use metajit::frame::EntryCell;
use metajit::heap;
use metajit::helper::{Effects, Helper};
use metajit::ir::text::Names;
use metajit::kind::Type;
use metajit::language::Code;

metajit::layouts! {
    /// The objects of these tests.
    pub static LAYOUTS;
    /// Two words that change.
    Pair { CAR: Value, CDR: Value }
    /// Raw fields, one of them immutable.
    Node { COUNT: i64, RATIO: f64, NEXT: Ref, SHAPE: i64 immutable }
    /// Elements of each kind.
    Row {} [Value]
    Text {} [u8]
    Fixed {} [Value immutable]
}

/// Registers the layouts.
pub fn setup() {
    heap::layout::register(LAYOUTS);
}

/// A frame of 64 slots, all of them live everywhere.
pub struct Anywhere;

impl Code for Anywhere {
    fn slots(&self) -> u32 {
        64
    }
    fn live(&self, _: usize) -> &[u64] {
        &[u64::MAX]
    }
    fn may_inline(&self) -> bool {
        true
    }
    fn entry(&self) -> &'static EntryCell {
        unreachable!("nothing runs this code")
    }
    fn describe(&self, _: usize) -> String {
        "test".to_owned()
    }
}

/// The code of all frames here.
pub static CODE: Anywhere = Anywhere;

extern "C" fn nothing() {}

macro_rules! helpers {
    ($($name:ident: ($($param:ident),*) -> $result:ident, $effects:ident $(($layout:expr))?, $raises:literal;)*) => {
        /// The helpers that traces here can call.
        pub static HELPERS: &[&Helper] = &[$(&Helper {
            name: stringify!($name),
            params: &[$(Type::$param),*],
            result: Type::$result,
            effects: Effects::$effects $((&[$layout]))?,
            raises: $raises,
            address: || nothing as *const () as *const u8,
            conditional: false,
    callee: None,
        }),*];
    };
}
helpers! {
    effect: (Int) -> Int, Any, false;
    look: (Ref) -> Int, Reads, false;
    show: (Ref) -> Int, Any, false;
    grow: (Ref) -> Int, Writes(Pair::ID), false;
    hash: (Int) -> Int, Elidable, false;
    lookup: (Int) -> Value, Elidable, true;
    run: (Value) -> Value, Any, true;
}

/// The helper of that name.
pub fn helper(name: &str) -> Option<&'static Helper> {
    HELPERS.iter().copied().find(|helper| helper.name == name)
}

/// What the text of these tests can name.
pub fn names() -> Names<'static> {
    Names { helper: &helper, code: &|_| Some(&CODE) }
}
