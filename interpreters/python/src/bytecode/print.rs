//! Bytecode as text: `metapy --dump-bytecode` and the golden tests.
//!
//! One line an instruction: source line (when it changes), pc, name, operands; then the exception table and
//! the inner code objects. Variables print by their names, temporaries as `%n`.

use std::fmt::{self, Write};

use super::code::{CodeData, Const};
use super::ops::{ConstId, NameId, Op, Reg, Target};

/// Receives an instruction's operands in the order of the table.
pub(super) trait OperandVisitor {
    fn register(&mut self, r: Reg);
    fn run(&mut self, first: Reg, n: u16);
    fn target(&mut self, t: Target);
    fn name(&mut self, n: NameId);
    fn constant(&mut self, c: ConstId);
    fn number(&mut self, n: i64);
}

struct Printer<'a> {
    code: &'a CodeData,
    out: String,
}

impl Printer<'_> {
    fn operand(&mut self, text: &str) {
        self.out.push(' ');
        self.out.push_str(text);
    }
}

impl OperandVisitor for Printer<'_> {
    fn register(&mut self, r: Reg) {
        let text = self.code.register_name(r);
        self.operand(&text);
    }

    fn run(&mut self, first: Reg, n: u16) {
        let text = match n {
            0 => "[]".to_owned(),
            1 => format!("[{}]", self.code.register_name(first)),
            _ => format!(
                "[{}..{}]",
                self.code.register_name(first),
                self.code.register_name(first.plus(n - 1))
            ),
        };
        self.operand(&text);
    }

    fn target(&mut self, t: Target) {
        self.operand(&format!("->{}", t.0));
    }

    fn name(&mut self, n: NameId) {
        let name = self.code.names[n.0 as usize].clone();
        self.operand(&format!("'{name}'"));
    }

    fn constant(&mut self, c: ConstId) {
        let text = self.code.consts[c.0 as usize].to_string();
        self.operand(&format!("({text})"));
    }

    fn number(&mut self, n: i64) {
        self.operand(&n.to_string());
    }
}

impl CodeData {
    /// How a register is called in dumps: a variable by its name, a temporary `%n`.
    #[must_use]
    pub fn register_name(&self, r: Reg) -> String {
        let mut variables = self.varnames.iter().chain(&self.cellvars).chain(&self.freevars);
        match variables.nth(r.index()) {
            Some(name) if r.index() < self.varnames.len() => name.clone(),
            Some(name) => format!("&{name}"),
            None => format!("%{}", r.0),
        }
    }

    /// One instruction as text.
    #[must_use]
    pub fn show_op(&self, op: Op) -> String {
        let mut printer = Printer { code: self, out: op.name().to_owned() };
        op.show(&mut printer);
        printer.out
    }

    /// The whole code object with all inner ones.
    #[must_use]
    pub fn dump(&self) -> String {
        let mut out = String::new();
        self.dump_into(&mut out);
        out
    }

    fn dump_into(&self, out: &mut String) {
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            out,
            "code {} (line {}, {} registers, {} loops)",
            self.qualname, self.first_line, self.nregs, self.loops
        );
        let mut line = 0;
        for (pc, &op) in self.code.iter().enumerate() {
            let at = self.positions[pc].line;
            let shown = if at == line || at == 0 { String::new() } else { at.to_string() };
            line = if at == 0 { line } else { at };
            let _ = writeln!(out, "{shown:>5} {pc:4}  {}", self.show_op(op));
        }
        for e in &self.exception_table {
            let exc = self.register_name(e.exc);
            let _ = writeln!(out, "  except {}..{} -> {} in {exc}", e.start, e.end, e.handler);
        }
        for c in &self.consts {
            if let Const::Code(code) = c {
                out.push('\n');
                code.dump_into(out);
            }
        }
    }
}

impl fmt::Display for Const {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Const::None => f.write_str("None"),
            Const::True => f.write_str("True"),
            Const::False => f.write_str("False"),
            Const::Ellipsis => f.write_str("..."),
            Const::Int(i) => write!(f, "{i}"),
            Const::Float(x) => write!(f, "{x:?}"),
            Const::Complex(re, im) => write!(f, "{re:?}+{im:?}j"),
            Const::Str(s) => write!(f, "{s:?}"),
            Const::Surrogates(points) => write!(f, "<surrogates {points:x?}>"),
            Const::Bytes(b) => write!(f, "b\"{}\"", b.escape_ascii()),
            Const::Tuple(items) => write_items(f, "(", items, ")"),
            Const::FrozenSet(items) => write_items(f, "frozenset(", items, ")"),
            Const::Code(code) => write!(f, "<code {}>", code.qualname),
        }
    }
}

fn write_items(f: &mut fmt::Formatter<'_>, open: &str, items: &[Const], close: &str) -> fmt::Result {
    f.write_str(open)?;
    for (i, item) in items.iter().enumerate() {
        let comma = if i == 0 { "" } else { ", " };
        write!(f, "{comma}{item}")?;
    }
    f.write_str(close)
}
