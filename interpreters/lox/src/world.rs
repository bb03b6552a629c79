//! What all programs of a process share: names, global variables, interned literals, output, errors under way.
//!
//! Nothing here is read by a handler that a trace follows, except through structures that do not change (`object`).

use crate::ast::Name;
use crate::bytecode::Function;
use crate::object::{Global, string};
use metajit::depth::FrameCount;
use metajit::heap::{self, Value};
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::io::Write;

/// Bytes of output that are gathered before they are written.
const BUFFER: usize = 1 << 16;
/// Frames that may be active at once.
const MOST_FRAMES: u32 = 64;

#[derive(Default)]
struct World {
    names: Vec<&'static str>,
    numbers: FxHashMap<&'static str, Name>,
    globals: FxHashMap<Name, &'static Global>,
    strings: FxHashMap<Vec<u8>, Value>,
}

thread_local! {
    static WORLD: RefCell<World> = RefCell::default();
    static OUTPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static CAPTURED: Cell<bool> = const { Cell::new(false) };
    static TRACE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// The frames that are active.
    pub static FRAMES: FrameCount = const { FrameCount::new(MOST_FRAMES) };
}

/// The number of a name.
pub fn name(text: &str) -> Name {
    WORLD.with_borrow_mut(|world| {
        if let Some(&number) = world.numbers.get(text) {
            return number;
        }
        let number = world.names.len() as Name;
        let text: &'static str = Box::leak(text.to_owned().into_boxed_str());
        world.names.push(text);
        world.numbers.insert(text, number);
        number
    })
}

/// A name's text.
pub fn text(name: Name) -> &'static str {
    WORLD.with_borrow(|world| world.names[name as usize])
}

/// The global variable of a name.
pub fn global(name: Name) -> &'static Global {
    WORLD.with_borrow_mut(|world| *world.globals.entry(name).or_insert_with(|| Global::leak(name)))
}

/// The string of a literal; equal literals are the same object.
pub fn literal(text: &str) -> Value {
    let make = || Value::object(heap::permanent(string(text.as_bytes())));
    WORLD.with_borrow_mut(|world| *world.strings.entry(text.as_bytes().to_vec()).or_insert_with(make))
}

/// Forgets all global variables, for another program in the same process. Output is gathered from now on.
pub fn reset() {
    WORLD.with_borrow_mut(|world| world.globals.clear());
    CAPTURED.set(true);
    TRACE.take();
    FRAMES.with(FrameCount::clear);
}

/// Writes a line of output.
pub fn print(line: &[u8]) {
    let full = OUTPUT.with_borrow_mut(|output| {
        output.extend_from_slice(line);
        output.push(b'\n');
        output.len() > BUFFER
    });
    if full && !CAPTURED.get() {
        flush();
    }
}

/// What has been printed and not yet written.
pub fn take_output() -> Vec<u8> {
    OUTPUT.take()
}

/// Writes out what has been printed.
pub fn flush() {
    let mut out = std::io::stdout();
    // A closed pipe ends the output, not the program.
    let _ = out.write_all(&take_output());
    let _ = out.flush();
}

/// An error passes a frame on its way out.
pub fn note_frame(function: &Function, pc: usize) {
    let line = function.lines[pc];
    TRACE.with_borrow_mut(|trace| {
        trace.push(match &*function.name {
            "" => format!("[line {line}] in script"),
            name => format!("[line {line}] in {name}()"),
        });
    });
}

/// The frames that the last error has passed, innermost first.
pub fn take_trace() -> Vec<String> {
    TRACE.take()
}
