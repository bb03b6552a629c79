//! What programs print: gathered, and written in large pieces to standard output or taken by a test.
//!
//! Printing is a helper's effect, so nothing here is traced. Neighbours: `command` (writes the rest when a command ends).

use std::cell::{Cell, RefCell};
use std::io::Write;

/// Bytes that are gathered before they are written.
const PIECE: usize = 1 << 16;

thread_local! {
    static GATHERED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static CAPTURED: Cell<bool> = const { Cell::new(false) };
}

/// Prints.
pub fn print(bytes: &[u8]) {
    let full = GATHERED.with_borrow_mut(|gathered| {
        gathered.extend_from_slice(bytes);
        gathered.len() >= PIECE
    });
    if full && !CAPTURED.get() {
        flush();
    }
}

/// Writes what has been printed: before input is read, before messages, at the end.
pub fn flush() {
    let mut out = std::io::stdout();
    // A closed pipe ends the output, not the program.
    let _ = out.write_all(&GATHERED.take());
    let _ = out.flush();
}

/// Runs a program whose output is not written: gives what it has printed.
///
/// ```
/// use metajit::output;
///
/// let ((), printed) = output::capture(|| output::print(b"7\n"));
/// assert_eq!(printed, b"7\n");
/// ```
pub fn capture<T>(run: impl FnOnce() -> T) -> (T, Vec<u8>) {
    let (outer, was_captured) = (GATHERED.take(), CAPTURED.replace(true));
    let result = run();
    CAPTURED.set(was_captured);
    (result, GATHERED.replace(outer))
}
