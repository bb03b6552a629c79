//! Source text to bytecode: runs of `+-<>` become one instruction, brackets become jumps.
//!
//! A loop is `JumpIfZero end; header: LoopHeader; body; JumpIfNotZero header; end:`, so that an iteration
//! executes one jump, and the header is an instruction of its own.

use metajit::frame::{EntryCell, LoopCell};

/// One instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Adds to the current cell, modulo 256.
    Add(i64),
    /// Moves the pointer.
    Move(i64),
    /// Writes the current cell.
    Output,
    /// Reads into the current cell.
    Input,
    /// Goes to an instruction if the current cell is zero.
    JumpIfZero(usize),
    /// Goes to an instruction unless the current cell is zero.
    JumpIfNotZero(usize),
    /// The head of a loop.
    LoopHeader(usize),
    /// The end.
    End,
}

/// A compiled program.
#[derive(Debug)]
pub struct Program {
    /// The instructions, ending with `End`.
    pub ops: Vec<Op>,
    /// What the JIT keeps about each loop.
    pub loops: Vec<LoopCell>,
    /// What the JIT keeps about the program as a whole.
    pub entry: EntryCell,
}

/// A bracket without its partner, at this byte of the source.
#[derive(Debug, PartialEq, Eq)]
pub struct Unbalanced(pub usize);

/// Compiles source text; everything but the eight commands is a comment.
pub fn compile(source: &[u8]) -> Result<Program, Unbalanced> {
    let mut ops = Vec::new();
    let mut loops = Vec::new();
    let mut open = Vec::new();
    for (at, &command) in source.iter().enumerate() {
        match command {
            b'+' => add(&mut ops, 1),
            b'-' => add(&mut ops, -1),
            b'>' => shift(&mut ops, 1),
            b'<' => shift(&mut ops, -1),
            b'.' => ops.push(Op::Output),
            b',' => ops.push(Op::Input),
            b'[' => {
                open.push((at, ops.len()));
                ops.push(Op::JumpIfZero(0));
                ops.push(Op::LoopHeader(loops.len()));
                loops.push(LoopCell::new());
            }
            b']' => {
                let (_, start) = open.pop().ok_or(Unbalanced(at))?;
                ops.push(Op::JumpIfNotZero(start + 1));
                ops[start] = Op::JumpIfZero(ops.len());
            }
            _ => {}
        }
    }
    if let Some((at, _)) = open.pop() {
        return Err(Unbalanced(at));
    }
    ops.push(Op::End);
    Ok(Program { ops, loops, entry: EntryCell::new() })
}

fn add(ops: &mut Vec<Op>, n: i64) {
    match ops.last_mut() {
        Some(Op::Add(sum)) => *sum += n,
        _ => ops.push(Op::Add(n)),
    }
}

fn shift(ops: &mut Vec<Op>, n: i64) {
    match ops.last_mut() {
        Some(Op::Move(sum)) => *sum += n,
        _ => ops.push(Op::Move(n)),
    }
}
