//! Lox with a JIT: the language of "Crafting Interpreters", as its bytecode interpreter clox runs it.
//!
//! | file | concept |
//! | --- | --- |
//! | `scanner`, `parser`, `ast` | source text to a syntax tree with resolved variables |
//! | `codegen`, `bytecode` | register bytecode: the table of instructions |
//! | `interp` | the interpreter, generic over the mode |
//! | `object`, `world` | what is in the heap; what all programs of a process share |

pub mod ast;
pub mod bytecode;
pub mod codegen;
pub mod interp;
pub mod object;
pub mod parser;
pub mod scanner;
pub mod world;

use metajit::frame::Frame;
use metajit::heap::{self, Heap, HeapOptions, Value};
use metajit::mode::Mode;
use metajit::run::Run;

/// How a program ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// Well.
    Done,
    /// It is no program: the errors.
    Rejected(Vec<String>),
    /// An error stopped it: the message, then the frames.
    Failed(Vec<String>),
}

impl End {
    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            End::Done => 0,
            End::Rejected(_) => 65,
            End::Failed(_) => 70,
        }
    }
    /// What goes to standard error.
    pub fn messages(&self) -> &[String] {
        match self {
            End::Done => &[],
            End::Rejected(lines) | End::Failed(lines) => lines,
        }
    }
}

/// Sets the runtime up. To be called once.
pub fn start(options: HeapOptions) {
    Heap::init(HeapOptions { layouts: object::LAYOUTS, ..options });
    interp::define_builtins();
}

/// Forgets everything that programs have defined, and gathers output from now on ([`world::take_output`]): for tests, which
/// run many programs in one process.
pub fn restart() {
    world::reset();
    interp::define_builtins();
}

/// Runs a program; `file` is its name in logs.
pub fn run(source: &str, file: &str) -> End {
    let program = match parser::parse(source) {
        Ok(program) => program,
        Err(errors) => return End::Rejected(errors),
    };
    let code = codegen::generate(&program, file);
    let frame = Frame::<Run>::at(heap::vm_stack().top());
    frame.set(0u32, object::NIL.into());
    match Run::call_frame::<interp::Lox>(code, frame, 0) {
        Ok(_) => End::Done,
        Err(error) => End::Failed(failed(error)),
    }
}

fn failed(error: Value) -> Vec<String> {
    let mut lines = vec![String::from_utf8_lossy(&object::show(error)).into_owned()];
    lines.extend(world::take_trace());
    lines
}
