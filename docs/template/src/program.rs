//! Source text to instructions.

use metajit::frame::{EntryCell, LoopCell};
use metajit::language::Code;
use metajit::live::{Liveness, Use};
use std::collections::HashMap;

/// A variable or a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operand {
    /// The variable in this slot.
    Variable(u32),
    /// A number.
    Number(i64),
}

/// One instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Op {
    Set {
        to: u32,
        from: Operand,
    },
    Add {
        to: u32,
        a: Operand,
        b: Operand,
    },
    /// Goes to an instruction if `a < b`.
    Less {
        a: Operand,
        b: Operand,
        target: usize,
    },
    /// The head of a loop: an instruction of its own.
    Loop {
        index: usize,
    },
    Print {
        value: Operand,
    },
    End,
}

/// A compiled program.
#[derive(Debug)]
pub struct Program {
    /// The instructions, ending with `End`.
    pub ops: Vec<Op>,
    /// Number of variables.
    pub variables: u32,
    /// What the JIT keeps about each loop.
    pub loops: Vec<LoopCell>,
    entry: EntryCell,
    live: Liveness,
}

impl Code for Program {
    fn slots(&self) -> u32 {
        self.variables
    }
    fn live(&self, pc: usize) -> &[u64] {
        self.live.before(pc)
    }
    fn may_inline(&self) -> bool {
        self.loops.is_empty()
    }
    fn entry(&self) -> &EntryCell {
        &self.entry
    }
    fn describe(&self, pc: usize) -> String {
        format!("instruction {pc}: {:?}", self.ops.get(pc))
    }
}

/// Compiles source text; an error is a message.
pub fn compile<'s>(source: &'s str) -> Result<Program, String> {
    let mut slots: HashMap<&str, u32> = HashMap::new();
    let mut headers: HashMap<&str, usize> = HashMap::new();
    let mut ops = Vec::new();
    let mut loops = Vec::new();
    for (line, text) in source.lines().enumerate() {
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut slot = |name| {
            let next = slots.len() as u32;
            *slots.entry(name).or_insert(next)
        };
        let mut operand = |word: &'s str| match word.parse() {
            Ok(number) => Operand::Number(number),
            Err(_) => Operand::Variable(slot(word)),
        };
        ops.push(match *words {
            [] => continue,
            ["set", to, from] => Op::Set { from: operand(from), to: slot(to) },
            ["add", to, a, b] => Op::Add { a: operand(a), b: operand(b), to: slot(to) },
            ["less", a, b, target] => {
                let target = *headers.get(target).ok_or(format!("line {}: no loop {target}", line + 1))?;
                Op::Less { a: operand(a), b: operand(b), target }
            }
            ["loop", name] => {
                headers.insert(name, ops.len());
                loops.push(LoopCell::new());
                Op::Loop { index: loops.len() - 1 }
            }
            ["print", value] => Op::Print { value: operand(value) },
            _ => return Err(format!("line {}: {text}?", line + 1)),
        });
    }
    ops.push(Op::End);
    let variables = slots.len() as u32;
    let live = Liveness::new(ops.len(), variables, |pc, visit| uses(ops[pc], pc, visit));
    Ok(Program { ops, variables, loops, entry: EntryCell::new(), live })
}

/// What an instruction reads and writes, and what may follow it.
fn uses(op: Op, pc: usize, visit: &mut dyn FnMut(Use)) {
    let mut read = |operands: &[Operand]| {
        for operand in operands {
            if let Operand::Variable(slot) = *operand {
                visit(Use::Read(slot));
            }
        }
    };
    match op {
        Op::Set { from, .. } => read(&[from]),
        Op::Add { a, b, .. } | Op::Less { a, b, .. } => read(&[a, b]),
        Op::Print { value } => read(&[value]),
        Op::Loop { .. } | Op::End => {}
    }
    match op {
        Op::Set { to, .. } | Op::Add { to, .. } => visit(Use::Write(to)),
        Op::Less { target, .. } => visit(Use::Next(target)),
        _ => {}
    }
    if op != Op::End {
        visit(Use::Next(pc + 1));
    }
}
