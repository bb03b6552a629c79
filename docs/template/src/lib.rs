//! A language to start from: lines of instructions on named variables. Replace it bit by bit.
//!
//! ```text
//! set sum 0
//! set i 0
//! loop again
//! add sum sum i
//! add i i 1
//! less i 1000 again
//! print sum
//! ```

mod program;

pub use program::{Op, Operand, Program, compile};

use metajit::frame::{Frame, LoopAction};
use metajit::heap::{self, Heap, HeapOptions, Value};
use metajit::language::{Language, Stop};
use metajit::mode::Mode;
use metajit::run::Run;
use metajit::staged::Int;
use std::cell::RefCell;

metajit::layouts! {
    /// The objects of this language. It has none so far.
    pub static LAYOUTS;
}

/// What a run raises: an integer has left its 64 bits.
pub const OVERFLOW: Value = Value::special(0);

/// The language.
#[derive(Debug)]
pub struct Lines;

impl Language for Lines {
    type Code = Program;

    fn run<M: Mode>(code: &'static Program, frame: Frame<M>, mut pc: usize) -> Result<M::Of<Value>, Stop<M>> {
        let read = |operand: Operand| -> Int<M> {
            match operand {
                Operand::Variable(slot) => frame.get(slot).as_int().expect("variables hold integers"),
                Operand::Number(number) => number.into(),
            }
        };
        loop {
            if let Some(switch) = M::merge_point(pc) {
                return Err(Stop::Switch(switch));
            }
            let op = &code.ops[pc];
            pc += 1;
            match *op {
                Op::Set { d, from } => frame.set(d, read(from).into()),
                Op::Add { d, a, b } => match read(a).checked_add(read(b)) {
                    Some(sum) => frame.set(d, sum.into()),
                    None => return Err(Stop::Raised(M::constant(OVERFLOW))),
                },
                Op::Less { a, b, to } => {
                    if read(a) < read(b) {
                        pc = to.pc();
                    }
                }
                Op::Loop { index } => {
                    match M::loop_header::<Lines>(code, &code.loops[index as usize], frame, pc - 1) {
                        LoopAction::Continue => {}
                        LoopAction::Goto(target) => pc = target,
                        LoopAction::Return(value) => return Ok(value),
                        LoopAction::Raise(error) => return Err(Stop::Raised(error)),
                        LoopAction::Switch(switch) => return Err(Stop::Switch(switch)),
                    }
                }
                Op::Print { value } => {
                    print(read(value));
                }
                Op::End {} => return Ok(M::constant(Value::int(0))),
            }
        }
    }
}

metajit::helpers! {
    /// Writes a line of output.
    [Writes()] fn print(number: i64) -> i64 = |number| {
        OUTPUT.with_borrow_mut(|output| output.push_str(&format!("{number}\n")));
        0
    };
}

thread_local! {
    static OUTPUT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Sets the runtime up. To be called once.
pub fn start(options: HeapOptions) {
    Heap::init(HeapOptions { layouts: LAYOUTS, ..options });
}

/// Runs a program: its output, and the error that ended it, if one did.
pub fn run(program: Program) -> (String, Option<Value>) {
    let program: &'static Program = Box::leak(Box::new(program));
    let frame = Frame::<Run>::at(heap::vm_stack().top());
    for slot in 0..program.variables {
        frame.set(slot, Value::int(0).into());
    }
    let result = Run::call_frame::<Lines>(program, frame, 0);
    (OUTPUT.take(), result.err())
}
