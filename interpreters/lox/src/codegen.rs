//! Syntax tree to register bytecode.
//!
//! Locals have registers of their own, temporaries stand above them. An operand that is a local is read where it is; so
//! what an operand names must not change before its instruction: an operand to the left of an assignment is copied.
//! Captured variables live in cells, which registers hold. Neighbours: `ast`, `bytecode`.

use crate::ast::{
    Binary, Capture, Class, Expr, ExprKind, Function, FunctionKind, Name, Place, Stmt, StmtKind,
};
use crate::bytecode::{self, ClassSite, In, Op, Out, To, Window};
use crate::object::{FALSE, NIL, Site, TRUE};
use crate::parser::Program;
use metajit::heap::{self, Value};

type Reg = u16;

/// The code of a program, as a function without parameters.
pub fn generate(program: &Program, file: &str) -> &'static bytecode::Function {
    let mut registers = vec![0; program.captured.len()];
    function(&program.script, &program.captured, &mut registers, file)
}

/// A function whose code is generated.
struct Generator<'p> {
    function: &'p Function,
    captured: &'p [bool],
    /// The registers of the variables, by number.
    registers: &'p mut Vec<Reg>,
    file: &'p str,
    code: Vec<(Op, u32)>,
    line: u32,
    /// The first free register.
    next: Reg,
    /// Registers used so far.
    most: Reg,
    loops: u16,
}

fn function(
    function: &Function,
    captured: &[bool],
    registers: &mut Vec<Reg>,
    file: &str,
) -> &'static bytecode::Function {
    let line = function.line;
    let mut g =
        Generator { function, captured, registers, file, code: Vec::new(), line, next: 0, most: 0, loops: 0 };
    for &variable in std::iter::once(&function.receiver).chain(&function.params) {
        let r = g.fresh();
        g.registers[variable as usize] = r;
    }
    for _ in &function.captures {
        g.fresh();
    }
    for &variable in std::iter::once(&function.receiver).chain(&function.params) {
        if captured[variable as usize] {
            let r = g.registers[variable as usize];
            g.emit(Op::NewCell { d: Out(r), s: In(r) });
        }
    }
    g.block(&function.body);
    g.line = function.line;
    g.return_default();
    let Generator { code, most, .. } = g;
    let counts = (function.params.len() as u32, function.captures.len() as u32, u32::from(most));
    bytecode::Function::leak(function.name.clone(), file.to_owned(), counts, code)
}

impl Generator<'_> {
    fn emit(&mut self, op: Op) {
        self.code.push((op, self.line));
    }
    fn fresh(&mut self) -> Reg {
        self.next += 1;
        self.most = self.most.max(self.next);
        self.next - 1
    }
    fn here(&self) -> usize {
        self.code.len()
    }
    fn land(&mut self, jumps: Vec<usize>) {
        let here = self.here();
        for jump in jumps {
            self.code[jump].0.set_target(here);
        }
    }
    /// Emits a jump whose target is set later.
    fn jump(&mut self, op: Op, jumps: &mut Vec<usize>) {
        jumps.push(self.here());
        self.emit(op);
    }

    // Variables.

    /// The register in which a captured variable's cell is, of those that the function captures.
    fn upvalue(&self, index: usize) -> Reg {
        (1 + self.function.params.len() + index) as Reg
    }
    /// Where a place's cell is; `None` if it has none.
    fn cell(&self, place: Place) -> Option<Reg> {
        match place {
            Place::Local(v) if self.captured[v as usize] => Some(self.registers[v as usize]),
            Place::Upvalue(index) => Some(self.upvalue(index)),
            _ => None,
        }
    }
    fn read(&mut self, place: Place, d: Reg) {
        let d = Out(d);
        match (place, self.cell(place)) {
            (_, Some(cell)) => self.emit(Op::GetCell { d, cell: In(cell) }),
            (Place::Global(global), _) => self.emit(Op::GetGlobal { d, global }),
            (Place::Local(v), _) => {
                let s = self.registers[v as usize];
                if s != d.0 {
                    self.emit(Op::Move { d, s: In(s) });
                }
            }
            (Place::Upvalue(_), None) => unreachable!("captured variables have cells"),
        }
    }
    fn write(&mut self, place: Place, s: Reg) {
        match (place, self.cell(place)) {
            (_, Some(cell)) => self.emit(Op::SetCell { cell: In(cell), s: In(s) }),
            (Place::Global(global), _) => {
                global.will_be_assigned();
                self.emit(Op::SetGlobal { global, s: In(s) });
            }
            (Place::Local(v), _) => {
                let d = self.registers[v as usize];
                if s != d {
                    self.emit(Op::Move { d: Out(d), s: In(s) });
                }
            }
            (Place::Upvalue(_), None) => unreachable!("captured variables have cells"),
        }
    }
    /// Gives a new variable its register and value.
    fn declare(&mut self, place: Place, value: impl FnOnce(&mut Self, Reg)) {
        let r = self.fresh();
        value(self, r);
        match place {
            Place::Global(global) => {
                self.emit(Op::DefineGlobal { global, s: In(r) });
                self.next = r;
            }
            Place::Local(v) => {
                self.registers[v as usize] = r;
                if self.captured[v as usize] {
                    self.emit(Op::NewCell { d: Out(r), s: In(r) });
                }
            }
            Place::Upvalue(_) => unreachable!("a declaration is no captured variable"),
        }
    }

    // Statements.

    fn block(&mut self, body: &[Stmt]) {
        let next = self.next;
        body.iter().for_each(|stmt| self.statement(stmt));
        self.next = next;
    }

    fn statement(&mut self, stmt: &Stmt) {
        self.line = stmt.line;
        match &stmt.kind {
            StmtKind::Expr(expr) => self.effect(expr),
            StmtKind::Print(expr) => {
                let next = self.next;
                let s = self.operand(expr);
                self.line = stmt.line;
                self.emit(Op::Print { s: In(s) });
                self.next = next;
            }
            StmtKind::Var(place, value) => self.declare(*place, |g, r| match value {
                Some(value) => g.into(value, r),
                None => g.emit(Op::Load { d: Out(r), k: NIL }),
            }),
            StmtKind::Fun(place, function) => self.fun(*place, function),
            StmtKind::Class(place, class) => self.class(*place, class),
            StmtKind::Block(body) => self.block(body),
            StmtKind::If(condition, then, otherwise) => {
                let (mut skip, mut end) = (Vec::new(), Vec::new());
                self.branch(condition, false, &mut skip);
                self.block(std::slice::from_ref(then));
                if let Some(otherwise) = otherwise {
                    self.jump(Op::Jump { to: To(0) }, &mut end);
                    self.land(skip);
                    self.block(std::slice::from_ref(otherwise));
                    self.land(end);
                } else {
                    self.land(skip);
                }
            }
            StmtKind::While(condition, body, increment) => {
                self.while_loop(condition.as_ref(), body, increment.as_ref());
            }
            StmtKind::Return(None) => self.return_default(),
            StmtKind::Return(Some(value)) => {
                let s = self.operand(value);
                self.emit(Op::Return { s: In(s) });
            }
        }
    }

    /// The condition stands before the loop and again at its end, so that an iteration takes one jump.
    fn while_loop(&mut self, condition: Option<&Expr>, body: &Stmt, increment: Option<&Expr>) {
        let mut exit = Vec::new();
        if let Some(condition) = condition {
            self.branch(condition, false, &mut exit);
        }
        let header = self.here();
        self.emit(Op::LoopHeader { index: self.loops });
        self.loops += 1;
        self.block(std::slice::from_ref(body));
        if let Some(increment) = increment {
            self.effect(increment);
        }
        let mut back = Vec::new();
        match condition {
            Some(condition) => self.branch(condition, true, &mut back),
            None => self.jump(Op::Jump { to: To(0) }, &mut back),
        }
        for jump in back {
            self.code[jump].0.set_target(header);
        }
        self.land(exit);
    }

    fn return_default(&mut self) {
        let next = self.next;
        let r = self.fresh();
        if self.function.kind == FunctionKind::Initializer {
            self.read(Place::Local(self.function.receiver), r);
        } else {
            self.emit(Op::Load { d: Out(r), k: NIL });
        }
        self.emit(Op::Return { s: In(r) });
        self.next = next;
    }

    fn fun(&mut self, place: Place, function: &Function) {
        if let Place::Local(v) = place {
            // The variable is there before its value: the function may capture it.
            self.declare(place, |g, r| g.emit(Op::Load { d: Out(r), k: NIL }));
            let next = self.next;
            let r = if self.captured[v as usize] { self.fresh() } else { self.registers[v as usize] };
            self.closure(function, r);
            self.write(place, r);
            self.next = next;
        } else {
            self.declare(place, |g, r| g.closure(function, r));
        }
    }

    fn closure(&mut self, function: &Function, d: Reg) {
        let next = self.next;
        let code = self::function(function, self.captured, self.registers, self.file);
        let first = self.next;
        for capture in &function.captures {
            let s = match *capture {
                Capture::Local(v) => self.registers[v as usize],
                Capture::Upvalue(index) => self.upvalue(index),
            };
            let r = self.fresh();
            self.emit(Op::Move { d: Out(r), s: In(s) });
        }
        let cells = Window { first, count: function.captures.len() as u16 };
        self.line = function.line;
        self.emit(Op::Closure { d: Out(d), cells, function: code });
        self.next = next;
    }

    fn class(&mut self, place: Place, class: &Class) {
        // The variable is there before its value, for the methods to capture.
        let local = matches!(place, Place::Local(_));
        if local {
            self.declare(place, |g, r| g.emit(Op::Load { d: Out(r), k: NIL }));
        }
        let next = self.next;
        let result = self.fresh();
        self.line = class.line;
        let mut superclass = None;
        if let Some((from, variable)) = class.superclass {
            let r = self.fresh();
            self.read(from, r);
            superclass = Some(r);
            let copy = Place::Local(variable);
            self.declare(copy, |g, d| g.emit(Op::Move { d: Out(d), s: In(r) }));
        }
        let first = self.next;
        if let Some(superclass) = superclass {
            let r = self.fresh();
            self.emit(Op::Move { d: Out(r), s: In(superclass) });
        }
        for (_, method) in &class.methods {
            let r = self.fresh();
            self.closure(method, r);
        }
        let site = Box::leak(Box::new(ClassSite {
            name: class.name,
            inherits: superclass.is_some(),
            methods: class.methods.iter().map(|&(name, _)| name).collect(),
            fields: class.fields.clone(),
        }));
        self.line = class.line;
        let inputs = Window { first, count: self.next - first };
        self.emit(Op::Class { d: Out(result), inputs, site });
        if local {
            self.write(place, result);
        } else if let Place::Global(global) = place {
            self.emit(Op::DefineGlobal { global, s: In(result) });
        }
        self.next = next;
    }

    // Expressions.

    /// Evaluates for the effect alone.
    fn effect(&mut self, expr: &Expr) {
        let next = self.next;
        match &expr.kind {
            ExprKind::Set(Place::Local(v), value)
                if !self.captured[*v as usize] && is_written_last(value) =>
            {
                self.into(value, self.registers[*v as usize]);
            }
            ExprKind::Set(place, value) => {
                let s = self.operand(value);
                self.line = expr.line;
                self.write(*place, s);
            }
            ExprKind::SetProperty(object, name, value) => {
                let (object, s) = self.operands(object, value);
                self.line = expr.line;
                self.emit(Op::SetField { object: In(object), s: In(s), site: Site::leak(*name) });
            }
            _ => {
                self.operand(expr);
            }
        }
        self.next = next;
    }

    /// The register of a local variable that is read where it is.
    fn in_place(&self, expr: &Expr) -> Option<Reg> {
        match expr.kind {
            ExprKind::Get(Place::Local(v)) if !self.captured[v as usize] => Some(self.registers[v as usize]),
            _ => None,
        }
    }
    /// Evaluates; the result is in a variable's register or in a temporary one.
    fn operand(&mut self, expr: &Expr) -> Reg {
        if let Some(r) = self.in_place(expr) {
            return r;
        }
        let r = self.fresh();
        self.into(expr, r);
        r
    }
    fn operands(&mut self, a: &Expr, b: &Expr) -> (Reg, Reg) {
        let first = match self.in_place(a) {
            Some(r) if !b.assigns => r,
            _ => {
                let r = self.fresh();
                self.into(a, r);
                r
            }
        };
        (first, self.operand(b))
    }
    /// Evaluates into consecutive new registers.
    fn window<'e>(&mut self, exprs: impl Iterator<Item = &'e Expr>) -> Window {
        let first = self.next;
        for expr in exprs {
            let r = self.fresh();
            self.into(expr, r);
        }
        Window { first, count: self.next - first }
    }

    /// Evaluates into a register.
    fn into(&mut self, expr: &Expr, r: Reg) {
        let next = self.next;
        self.line = expr.line;
        let d = Out(r);
        match &expr.kind {
            ExprKind::Nil => self.emit(Op::Load { d, k: NIL }),
            ExprKind::Bool(truth) => self.emit(Op::Load { d, k: if *truth { TRUE } else { FALSE } }),
            ExprKind::Number(number) => {
                let k = Value::float(*number);
                if let Some(object) = k.as_ref() {
                    heap::permanent(object);
                }
                self.emit(Op::Load { d, k });
            }
            ExprKind::String(text) => self.emit(Op::Load { d, k: *text }),
            ExprKind::Get(place) => self.read(*place, r),
            ExprKind::Set(place, value) => {
                self.into(value, r);
                self.line = expr.line;
                self.write(*place, r);
            }
            ExprKind::Negate(a) => {
                let a = In(self.operand(a));
                self.line = expr.line;
                self.emit(Op::Negate { d, a });
            }
            ExprKind::Not(a) => {
                let a = In(self.operand(a));
                self.emit(Op::Not { d, a });
            }
            ExprKind::Binary(op, a, b) => self.binary(*op, a, b, d, expr.line),
            ExprKind::And(a, b) | ExprKind::Or(a, b) => {
                let when = matches!(expr.kind, ExprKind::Or(..));
                let mut end = Vec::new();
                self.into(a, r);
                self.jump(Op::JumpIf { a: In(r), when, to: To(0) }, &mut end);
                self.into(b, r);
                self.land(end);
            }
            ExprKind::Call(callee, arguments) => {
                let assigned = arguments.iter().any(|argument| argument.assigns);
                let callee = match self.in_place(callee) {
                    Some(r) if !assigned => r,
                    _ => {
                        let r = self.fresh();
                        self.into(callee, r);
                        r
                    }
                };
                let args = self.window(arguments.iter());
                self.line = expr.line;
                self.emit(Op::Call { d, callee: In(callee), args });
            }
            ExprKind::Property(object, name) => {
                let object = In(self.operand(object));
                self.line = expr.line;
                self.emit(Op::GetField { d, object, site: Site::leak(*name) });
            }
            ExprKind::SetProperty(object, name, value) => {
                let (object, s) = self.operands(object, value);
                self.line = expr.line;
                self.emit(Op::SetField { object: In(object), s: In(s), site: Site::leak(*name) });
                if s != r {
                    self.emit(Op::Move { d, s: In(s) });
                }
            }
            ExprKind::Invoke(object, name, arguments) => {
                let args = self.window(std::iter::once(&**object).chain(arguments));
                self.line = expr.line;
                self.emit(Op::Invoke { d, args, site: Site::leak(*name) });
            }
            ExprKind::Super(receiver, class, name) => {
                let (receiver, class) = (self.place(*receiver), self.place(*class));
                self.emit(Op::GetSuper { d, class, receiver, name: Site::leak(*name) });
            }
            ExprKind::SuperInvoke(receiver, class, name, arguments) => {
                self.super_invoke(*receiver, *class, *name, arguments, d, expr.line);
            }
        }
        self.next = next;
    }

    fn place(&mut self, place: Place) -> In {
        let r = self.fresh();
        self.read(place, r);
        In(r)
    }

    fn super_invoke(
        &mut self,
        receiver: Place,
        class: Place,
        name: Name,
        arguments: &[Expr],
        d: Out,
        line: u32,
    ) {
        let first = self.place(receiver).0;
        self.window(arguments.iter());
        let args = Window { first, count: self.next - first };
        let class = self.place(class);
        self.line = line;
        self.emit(Op::SuperInvoke { d, class, args, name: Site::leak(name) });
    }

    fn binary(&mut self, op: Binary, a: &Expr, b: &Expr, d: Out, line: u32) {
        if let (ExprKind::Number(k), Binary::Add | Binary::Sub | Binary::Mul | Binary::Div) = (&b.kind, op) {
            let (a, k) = (In(self.operand(a)), *k);
            self.line = line;
            self.emit(match op {
                Binary::Add => Op::AddK { d, a, k },
                Binary::Sub => Op::SubK { d, a, k },
                Binary::Mul => Op::MulK { d, a, k },
                _ => Op::DivK { d, a, k },
            });
            return;
        }
        let (a, b) = self.operands(a, b);
        let (a, b) = (In(a), In(b));
        self.line = line;
        self.emit(match op {
            Binary::Add => Op::Add { d, a, b },
            Binary::Sub => Op::Sub { d, a, b },
            Binary::Mul => Op::Mul { d, a, b },
            Binary::Div => Op::Div { d, a, b },
            Binary::Less => Op::Less { d, a, b },
            Binary::Greater => Op::Less { d, a: b, b: a },
            Binary::Equal => Op::Equal { d, a, b },
        });
    }

    /// Jumps if the truth of a condition is `when`, else goes on.
    fn branch(&mut self, expr: &Expr, when: bool, jumps: &mut Vec<usize>) {
        let next = self.next;
        let to = To(0);
        match &expr.kind {
            ExprKind::Not(inner) => self.branch(inner, !when, jumps),
            ExprKind::And(a, b) | ExprKind::Or(a, b) => {
                // What decides alone: false for `and`, true for `or`.
                let decides = matches!(expr.kind, ExprKind::Or(..));
                if decides == when {
                    self.branch(a, when, jumps);
                    self.branch(b, when, jumps);
                } else {
                    let mut skip = Vec::new();
                    self.branch(a, decides, &mut skip);
                    self.branch(b, when, jumps);
                    self.land(skip);
                }
            }
            ExprKind::Binary(op @ (Binary::Less | Binary::Greater), a, b) => {
                if let ExprKind::Number(k) = b.kind {
                    let a = In(self.operand(a));
                    self.line = expr.line;
                    let op = match op {
                        Binary::Less => Op::JumpLessK { a, when, to, k },
                        _ => Op::JumpGreaterK { a, when, to, k },
                    };
                    self.jump(op, jumps);
                } else {
                    let (a, b) = self.operands(a, b);
                    let (a, b) = if *op == Binary::Less { (In(a), In(b)) } else { (In(b), In(a)) };
                    self.line = expr.line;
                    self.jump(Op::JumpLess { a, b, when, to }, jumps);
                }
            }
            ExprKind::Binary(Binary::Equal, a, b) => {
                let (a, b) = self.operands(a, b);
                self.line = expr.line;
                self.jump(Op::JumpEqual { a: In(a), b: In(b), when, to }, jumps);
            }
            _ => {
                let a = In(self.operand(expr));
                self.line = expr.line;
                self.jump(Op::JumpIf { a, when, to }, jumps);
            }
        }
        self.next = next;
    }
}

/// Whether evaluating into a register writes it only after everything has been read.
fn is_written_last(expr: &Expr) -> bool {
    !matches!(expr.kind, ExprKind::And(..) | ExprKind::Or(..) | ExprKind::Set(..) | ExprKind::SetProperty(..))
}
