//! Source text to instructions.

use metajit::bytecode::{self, Out, To};
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

impl bytecode::Operand for Operand {
    fn visit(&self, visit: &mut dyn FnMut(Use)) {
        if let Operand::Variable(slot) = self {
            visit(Use::Read(*slot));
        }
    }
}

metajit::instructions! {
    /// One instruction.
    pub enum Op {
        Set { d: Out, from: Operand }
        Add { d: Out, a: Operand, b: Operand }
        /// Goes to an instruction if `a < b`.
        Less { a: Operand, b: Operand, to: To }
        /// The head of a loop: an instruction of its own.
        Loop { index: u32 }
        Print { value: Operand }
        End {}
    }
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
    let mut headers: HashMap<&str, To> = HashMap::new();
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
            ["set", to, from] => Op::Set { from: operand(from), d: Out(slot(to) as u16) },
            ["add", to, a, b] => Op::Add { a: operand(a), b: operand(b), d: Out(slot(to) as u16) },
            ["less", a, b, target] => {
                let to = *headers.get(target).ok_or(format!("line {}: no loop {target}", line + 1))?;
                Op::Less { a: operand(a), b: operand(b), to }
            }
            ["loop", name] => {
                headers.insert(name, To(ops.len() as u32));
                loops.push(LoopCell::new());
                Op::Loop { index: loops.len() as u32 - 1 }
            }
            ["print", value] => Op::Print { value: operand(value) },
            _ => return Err(format!("line {}: {text}?", line + 1)),
        });
    }
    ops.push(Op::End {});
    let variables = slots.len() as u32;
    let live = Liveness::new(ops.len(), variables, |pc, visit| {
        ops[pc].visit(visit);
        if pc + 1 < ops.len() {
            visit(Use::Next(pc + 1));
        }
    });
    Ok(Program { ops, variables, loops, entry: EntryCell::new(), live })
}
