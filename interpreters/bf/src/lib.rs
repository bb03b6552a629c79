//! A whole JIT-compiled language: eight commands on a tape of bytes.
//!
//! The interpreter is written once, generic over the mode; `docs/write-an-interpreter.md` walks through it.
//! Neighbours: `program` (source text to bytecode), `main` (the command).

pub mod program;

use metajit::frame::{EntryCell, Frame, LoopAction};
use metajit::heap::{self, Bytes, Value};
use metajit::language::{Code, Language, Stop};
use metajit::mode::Mode;
use metajit::output;
use metajit::run::Run;
use metajit::staged::{Int, Obj, Val};
use program::{Op, Program};
use std::io::Read;

/// Number of cells.
pub const TAPE: usize = 30_000;

/// What a run raises: the pointer has left the tape.
pub const OUT_OF_TAPE: Value = Value::special(0);

// The frame: two slots.
const TAPE_SLOT: u32 = 0;
const POINTER_SLOT: u32 = 1;

/// The language.
pub struct Brainfuck;

impl Language for Brainfuck {
    type Code = Program;

    fn run<M: Mode>(code: &'static Program, frame: Frame<M>, mut pc: usize) -> Result<M::Of<Value>, Stop<M>> {
        loop {
            if let Some(switch) = M::merge_point(pc) {
                return Err(Stop::Switch(switch));
            }
            let op = code.ops[pc];
            pc += 1;
            match op {
                Op::Add(n) => {
                    let cell = Cell::current(frame);
                    cell.set((cell.get() + n) & 255);
                }
                Op::Move(n) => {
                    let pointer = pointer(frame) + n;
                    if !pointer.below(TAPE as i64).truth() {
                        return Err(Stop::Raised(M::constant(OUT_OF_TAPE)));
                    }
                    frame.set(POINTER_SLOT, pointer.into());
                }
                Op::AddTimes(distance, factor) => {
                    let cell = Cell::current(frame);
                    let other = Cell { tape: cell.tape, pointer: cell.pointer + distance };
                    if other.pointer.below(TAPE as i64).truth() {
                        other.set((other.get() + cell.get() * factor) & 255);
                    } else if cell.get() != 0 {
                        return Err(Stop::Raised(M::constant(OUT_OF_TAPE)));
                    }
                }
                Op::Clear => Cell::current(frame).set(0.into()),
                Op::Output => _ = print(Cell::current(frame).get()),
                Op::Input => Cell::current(frame).set(input::<M>()),
                Op::JumpIfZero(to) => {
                    if Cell::current(frame).get() == 0 {
                        pc = to;
                    }
                }
                Op::JumpIfNotZero(to) => {
                    if Cell::current(frame).get() != 0 {
                        pc = to;
                    }
                }
                Op::LoopHeader(index) => {
                    match M::loop_header::<Brainfuck>(code, &code.loops[index], frame, pc - 1) {
                        LoopAction::Continue => {}
                        LoopAction::Goto(target) => pc = target,
                        LoopAction::Return(value) => return Ok(value),
                        LoopAction::Raise(error) => return Err(Stop::Raised(error)),
                        LoopAction::Switch(switch) => return Err(Stop::Switch(switch)),
                    }
                }
                Op::End => return Ok(M::constant(Value::int(0))),
            }
        }
    }
}

/// The cell under the pointer.
struct Cell<M: Mode> {
    tape: Obj<M>,
    pointer: Int<M>,
}

impl<M: Mode> Cell<M> {
    fn current(frame: Frame<M>) -> Self {
        Cell { tape: frame.get(TAPE_SLOT).assume_pointer(), pointer: pointer(frame) }
    }
    fn get(&self) -> Int<M> {
        self.tape.item(Bytes::TAIL, self.pointer)
    }
    fn set(&self, value: Int<M>) {
        self.tape.set_item(Bytes::TAIL, self.pointer, value);
    }
}

fn pointer<M: Mode>(frame: Frame<M>) -> Int<M> {
    let value: Val<M> = frame.get(POINTER_SLOT);
    value.as_int().expect("the pointer's slot holds an integer")
}

metajit::helpers! {
    /// Prints a byte.
    [Any] fn print(byte: i64) -> i64 = write_byte;
    /// Reads a byte from standard input; 0 at its end.
    [Any] fn input() -> i64 = read_byte;
}

fn write_byte(byte: i64) -> i64 {
    output::print(&[byte as u8]);
    0
}

fn read_byte() -> i64 {
    output::flush();
    let mut byte = [0];
    match std::io::stdin().read(&mut byte) {
        Ok(1) => i64::from(byte[0]),
        _ => 0,
    }
}

impl Code for Program {
    fn slots(&self) -> u32 {
        2
    }
    fn live(&self, _: usize) -> &[u64] {
        &[0b11]
    }
    fn may_inline(&self) -> bool {
        false
    }
    fn entry(&self) -> &EntryCell {
        &self.entry
    }
    fn describe(&self, pc: usize) -> String {
        format!("bf:{pc}")
    }
}

/// Runs a program on a fresh tape; the heap is initialised. `Err` when the pointer leaves the tape.
pub fn execute(program: &'static Program) -> Result<(), Value> {
    let frame = Frame::<Run>::at(heap::vm_stack().base());
    heap::vm_stack().set_top(frame.above(2).base());
    frame.set(TAPE_SLOT, Value::object(heap::alloc(heap::BYTES, TAPE)).into());
    frame.set(POINTER_SLOT, Value::int(0).into());
    Run::call_frame::<Brainfuck>(program, frame, 0)?;
    Ok(())
}
