//! Lox with a JIT: the language of "Crafting Interpreters", as its bytecode interpreter clox runs it.
//!
//! | file | concept |
//! | --- | --- |
//! | `scanner`, `compiler` | source text to bytecode |
//! | `bytecode` | the table of instructions |
//! | `interp` | the interpreter, generic over the mode |
//! | `object`, `world` | what is in the heap; what all programs of a process share |

mod bytecode;
mod compiler;
mod interp;
mod object;
mod scanner;
mod world;

pub use object::{LAYOUTS, show};

use metajit::frame::Frame;
use metajit::heap::{self, Heap, HeapOptions};
use metajit::mode::Mode;
use metajit::run::Run;

/// How a program ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct End {
    /// The exit code: 0, 65 if it is no program, 70 if an error stopped it.
    pub code: u8,
    /// What goes to standard error.
    pub messages: Vec<String>,
}

/// Sets the runtime up. To be called once.
pub fn start(options: HeapOptions) {
    Heap::init(HeapOptions { layouts: object::LAYOUTS, ..options });
    interp::define_builtins();
}

/// Forgets everything that programs have defined: for tests, which run many programs in one process.
pub fn restart() {
    world::reset();
    interp::define_builtins();
}

/// Runs a program; `file` is its name in logs.
pub fn run(source: &str, file: &str) -> End {
    let code = match compiler::compile(source, file) {
        Ok(code) => code,
        Err(messages) => return End { code: 65, messages },
    };
    let frame = Frame::<Run>::at(heap::vm_stack().top());
    frame.set(0u32, object::NIL.into());
    match Run::call_frame::<interp::Lox>(code, frame, 0) {
        Ok(_) => End { code: 0, messages: Vec::new() },
        Err(error) => {
            End { code: 70, messages: vec![String::from_utf8_lossy(&object::show(error)).into_owned()] }
        }
    }
}
