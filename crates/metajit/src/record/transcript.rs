//! What a recording has asked for, to be compared with another recording from the same place.
//!
//! An interpreter is told of the varying world only through answers: a guard's outcome, a promoted value. What it asks for
//! next must follow from these alone. So two recordings that begin at the same place and have been given the same
//! answers must ask for the same operations on the same values and constants. Where they differ, the interpreter has
//! looked at something that changes without telling the recorder: a plain read, which a trace would keep for ever.
//!
//! The driver records a place several times before it compiles anything, if the parameter `recheck` says so.
//! Neighbours: `opt` (keeps what is asked for), `driver::compile` (compares).

use super::Recorder;
use crate::assume::Assumption;
use crate::ir::{OpRef, Opcode};
use crate::language::Code;

/// An operand: what it is called in the trace, and its bits if it is a constant.
type Operand = (OpRef, Option<u64>);

/// An operation that was asked for.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Asked {
    pub code: Opcode,
    pub operands: Vec<Operand>,
    pub data: u64,
}

impl Asked {
    /// Whether both are guards on the same condition: they differ in the answer, not in the question.
    fn is_other_answer(&self, other: &Asked) -> bool {
        let guard = |asked: &Asked| matches!(asked.code, Opcode::GuardTrue | Opcode::GuardFalse);
        guard(self) && guard(other) && self.operands == other.operands
    }
}

/// Something that stands between two operations.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mark {
    /// A bytecode begins.
    Place(&'static dyn Code, usize),
    /// A value is made a constant: its comparison follows.
    Promotion,
    /// A frame is called; whether it becomes part of the trace is the framework's choice.
    Call(bool),
    /// An assumption is trusted, which has broken so many times.
    Assumption(&'static Assumption, u64),
}

impl Mark {
    /// What the interpreter was told by it.
    fn answer(&self) -> Option<u64> {
        match *self {
            Mark::Place(..) | Mark::Promotion => None,
            Mark::Call(inlined) => Some(u64::from(inlined)),
            Mark::Assumption(_, breaks) => Some(breaks << 1),
        }
    }
}

/// The marks of a recording under way, each with the number of operations before it.
pub(super) type Marks = Vec<(usize, Mark)>;

/// A recording's questions and answers.
#[derive(Debug, Default)]
pub(crate) struct Transcript {
    asked: Vec<Asked>,
    marks: Marks,
}

impl Transcript {
    /// Whether something has broken since that the recording relied on.
    pub(crate) fn is_outdated(&self) -> bool {
        let broken = |mark: &Mark| matches!(mark, Mark::Assumption(a, breaks) if a.breaks() != *breaks);
        self.marks.iter().any(|(_, mark)| broken(mark))
    }

    /// Where the other recording, given the same answers, asked for something else: the place, and what.
    pub(crate) fn difference(&self, other: &Transcript) -> Option<(String, String)> {
        let at = self.asked.iter().zip(&other.asked).position(|(a, b)| a != b)?;
        let promotes =
            |t: &Transcript| t.marks.iter().any(|(i, mark)| *i == at && matches!(mark, Mark::Promotion));
        if self.asked[at].is_other_answer(&other.asked[at]) || promotes(self) && promotes(other) {
            return None;
        }
        let answers = |t: &Transcript| -> Vec<u64> {
            let before = t.marks.iter().take_while(|(i, _)| *i <= at);
            before.filter_map(|(_, mark)| mark.answer()).collect()
        };
        let (a, b) = (answers(self), answers(other));
        let both = a.len().min(b.len());
        if a[..both] != b[..both] {
            return None;
        }
        let place = other.marks.iter().take_while(|(i, _)| *i <= at).filter_map(|(_, mark)| match mark {
            Mark::Place(code, pc) => Some(code.describe(*pc)),
            _ => None,
        });
        let show = |t: &Transcript| t.asked[at].to_string();
        Some((place.last().unwrap_or_default(), format!("first {}, later {}", show(self), show(other))))
    }
}

impl std::fmt::Display for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code.name())?;
        for (name, constant) in &self.operands {
            match constant {
                Some(bits) => write!(f, " {bits:#x}")?,
                None => write!(f, " {name}")?,
            }
        }
        Ok(())
    }
}

impl Recorder {
    /// Notes a mark, if anybody will compare.
    pub(super) fn mark(&mut self, mark: impl FnOnce() -> Mark) {
        if let Some(marks) = &mut self.marks
            && let Some(asked) = self.opt.asked_so_far()
        {
            marks.push((asked, mark()));
        }
    }
    /// The mark of an assumption.
    pub(super) fn mark_assumption(&mut self, assumption: &'static Assumption) {
        self.mark(|| Mark::Assumption(assumption, assumption.breaks()));
    }
    /// What the recording has asked for, if anybody will compare.
    pub(crate) fn take_transcript(&mut self) -> Option<Transcript> {
        let asked = self.asked.take().or_else(|| self.opt.asked())?;
        Some(Transcript { asked, marks: self.marks.take()? })
    }
    /// The optimiser is going to be used up.
    pub(super) fn keep_asked(&mut self) {
        self.asked = self.opt.asked();
    }
}
