//! What all programs of a process share: names, global variables, literals, the count of frames.
//!
//! Nothing here is read by a handler that a trace follows, except through structures that do not change (`object`).

use crate::object::{Global, string};
use metajit::depth::FrameCount;
use metajit::heap::{self, Ref};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;

/// Frames that may be active at once.
const MOST_FRAMES: u32 = 64;
/// Bytes of a literal up to which equal strings are the same object.
const MOST_SHARED: usize = 64;

/// A name of something in a program; equal names are the same text.
pub type Name = &'static str;

#[derive(Default)]
struct World {
    names: FxHashSet<Name>,
    globals: FxHashMap<Name, &'static Global>,
    strings: FxHashMap<Vec<u8>, Ref>,
}

thread_local! {
    static WORLD: RefCell<World> = RefCell::default();
    /// The frames that are active.
    pub static FRAMES: FrameCount = const { FrameCount::new(MOST_FRAMES) };
}

/// A name.
pub fn name(text: &str) -> Name {
    WORLD.with_borrow_mut(|world| match world.names.get(text) {
        Some(known) => known,
        None => {
            let name: Name = String::leak(text.to_owned());
            world.names.insert(name);
            name
        }
    })
}

/// The global variable of a name.
pub fn global(name: &str) -> &'static Global {
    let name = self::name(name);
    WORLD.with_borrow_mut(|world| *world.globals.entry(name).or_insert_with(|| Global::leak(name)))
}

/// The string of a literal.
pub fn literal(text: &[u8]) -> Ref {
    known(text).unwrap_or_else(|| {
        let literal = heap::permanent(string(text));
        WORLD.with_borrow_mut(|world| world.strings.insert(text.to_owned(), literal));
        literal
    })
}

/// The literal with this text, if there is one and it is short.
pub fn known(text: &[u8]) -> Option<Ref> {
    let is_short = text.len() <= MOST_SHARED;
    is_short.then(|| WORLD.with_borrow(|world| world.strings.get(text).copied())).flatten()
}

/// Forgets all global variables, for another program in the same process.
pub fn reset() {
    WORLD.with_borrow_mut(|world| world.globals.clear());
    FRAMES.with(FrameCount::clear);
}
