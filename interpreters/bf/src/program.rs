//! Source text to bytecode: runs of `+-<>` become one instruction, brackets become jumps, counting loops sums.
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
    /// Adds a multiple of the current cell to the one at a distance.
    AddTimes(i64, i64),
    /// Makes the current cell zero.
    Clear,
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
            b'+' => join(&mut ops, Op::Add(1)),
            b'-' => join(&mut ops, Op::Add(-1)),
            b'>' => join(&mut ops, Op::Move(1)),
            b'<' => join(&mut ops, Op::Move(-1)),
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
                if let Some(sums) = as_sums(&ops[start + 2..]) {
                    ops.truncate(start);
                    ops.extend(sums);
                    loops.pop();
                    continue;
                }
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

/// A loop that counts the current cell down and adds to others, without the loop.
fn as_sums(body: &[Op]) -> Option<Vec<Op>> {
    let (mut sums, mut at, mut step) = (Vec::new(), 0, 0);
    for op in body {
        match *op {
            Op::Move(n) => at += n,
            Op::Add(n) if at == 0 => step += n,
            Op::Add(n) => sums.push(Op::AddTimes(at, n)),
            _ => return None,
        }
    }
    sums.push(Op::Clear);
    (at == 0 && step == -1).then_some(sums)
}

/// Appends an instruction, or adds to the last one of its kind.
fn join(ops: &mut Vec<Op>, op: Op) {
    match (ops.last_mut(), op) {
        (Some(Op::Add(sum)), Op::Add(n)) | (Some(Op::Move(sum)), Op::Move(n)) => *sum += n,
        _ => ops.push(op),
    }
}
