//! The test language's bytecode and its interpreter, generic over the mode.

use metajit::abort::Abort;
use metajit::assume::Assumption;
use metajit::depth::{Depth, FrameCount};
use metajit::frame::{EntryCell, Frame, LoopAction, LoopCell};
use metajit::heap::{self, Floats, Ref, Value, Values};
use metajit::language::{Code, Language, Stop};
use metajit::mode::Mode;
use metajit::run::Run;
use metajit::staged::{Float, Int, Obj, Val};
use std::cell::{Cell, RefCell};
use std::sync::OnceLock;

metajit::layouts! {
    /// The objects of the test language.
    pub static LAYOUTS;
    /// Four values, a raw integer, a raw float and a raw pointer.
    Node { A: Value, B: Value, C: Value, D: Value, N: i64, X: f64, NEXT: Ref }
    /// An object whose fields never change.
    Pair { FIRST: Value immutable, SECOND: Value immutable }
    /// A generator: the number of its function, where it stands (-1: finished), and its frame's slots.
    Generator { BODY: i64 immutable, STATE: i64 } [Value]
}

/// Number of value fields of a `Node`.
pub const FIELDS: u8 = 4;

/// One instruction. Operands are slots; `d` is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    Int {
        d: u8,
        k: i64,
    },
    Float {
        d: u8,
        k: f64,
    },
    Move {
        d: u8,
        s: u8,
    },
    Add {
        d: u8,
        a: u8,
        b: u8,
    },
    Sub {
        d: u8,
        a: u8,
        b: u8,
    },
    Mul {
        d: u8,
        a: u8,
        b: u8,
    },
    Div {
        d: u8,
        a: u8,
        b: u8,
    },
    Mod {
        d: u8,
        a: u8,
        b: u8,
    },
    AddInt {
        d: u8,
        a: u8,
        k: i64,
    },
    AndInt {
        d: u8,
        a: u8,
        k: i64,
    },
    /// 1 or 0, without a guard.
    Less {
        d: u8,
        a: u8,
        b: u8,
    },
    Jump {
        to: usize,
    },
    JumpLess {
        a: u8,
        b: u8,
        to: usize,
    },
    JumpNotLess {
        a: u8,
        b: u8,
        to: usize,
    },
    JumpEqual {
        a: u8,
        k: i64,
        to: usize,
    },
    JumpSame {
        a: u8,
        b: u8,
        to: usize,
    },
    Header {
        index: usize,
    },
    New {
        d: u8,
    },
    Get {
        d: u8,
        p: u8,
        i: u8,
    },
    Set {
        p: u8,
        i: u8,
        s: u8,
    },
    GetRaw {
        d: u8,
        p: u8,
    },
    SetRaw {
        p: u8,
        s: u8,
    },
    SetNext {
        p: u8,
        q: u8,
    },
    GetNext {
        d: u8,
        p: u8,
    },
    NewPair {
        d: u8,
        a: u8,
        b: u8,
    },
    First {
        d: u8,
        p: u8,
    },
    /// An array of machine floats.
    NewFloats {
        d: u8,
        len: u32,
    },
    NewArray {
        d: u8,
        len: u32,
    },
    GetItem {
        d: u8,
        p: u8,
        i: u8,
    },
    SetItem {
        p: u8,
        i: u8,
        s: u8,
    },
    /// An effect, and then a check that may go either way.
    Print {
        d: u8,
        a: u8,
        lim: u8,
    },
    /// A load, a store and an effect before a check and an overflow check.
    Bump {
        d: u8,
        p: u8,
        lim: u8,
    },
    /// Writes a slot that it has read, and then checks, with and without an effect in between.
    Advance {
        d: u8,
        a: u8,
        lim: u8,
    },
    /// Counts in a field, and then checks.
    Count {
        d: u8,
        p: u8,
        lim: u8,
    },
    /// Makes an object in several steps with checks between them.
    Build {
        d: u8,
        p: u8,
        a: u8,
        lim: u8,
    },
    /// Changes an old and a new object with checks between.
    Update {
        d: u8,
        p: u8,
        a: u8,
        lim: u8,
    },
    /// Hands an object to code that the trace does not see.
    Escape {
        d: u8,
        p: u8,
    },
    /// The same if `a` is less than `b`, without a branch in the trace.
    EscapeLess {
        d: u8,
        p: u8,
        a: u8,
        b: u8,
    },
    /// A helper that prints and may raise.
    Risky {
        d: u8,
        a: u8,
    },
    /// A helper that reads the heap and may raise.
    Look {
        d: u8,
        p: u8,
    },
    /// A pure helper.
    Mix {
        d: u8,
        a: u8,
    },
    /// Makes the low bits of an integer a constant of the trace.
    Promote {
        d: u8,
        a: u8,
    },
    /// Makes a node a constant of the trace if it is the one in the other slot.
    PromoteNode {
        d: u8,
        p: u8,
        q: u8,
    },
    /// Asks whether the recorder knows a value, and computes the same in another way if so.
    IfKnown {
        d: u8,
        a: u8,
    },
    /// Calls a function through a helper that runs the interpreter, as a sort calls its key.
    Through {
        d: u8,
        f: usize,
        a: u8,
        p: u8,
    },
    /// Reads the global, which is assumed to stay as it is.
    Global {
        d: u8,
    },
    /// Changes the global.
    SetGlobal {
        a: u8,
    },
    Call {
        d: u8,
        f: usize,
        base: u8,
        n: u8,
    },
    /// Calls several times, with a check after each call.
    CallRepeat {
        d: u8,
        f: usize,
        base: u8,
        n: u8,
        times: u8,
    },
    /// Calls; goes to `to` with the exception in `d` if it raises.
    CallCatch {
        d: u8,
        f: usize,
        base: u8,
        n: u8,
        to: usize,
    },
    NewGenerator {
        d: u8,
        f: usize,
        a: u8,
    },
    /// The next value of a generator; goes to `to` when it has finished.
    Next {
        d: u8,
        g: u8,
        to: usize,
    },
    Yield {
        a: u8,
    },
    Finish,
    Return {
        a: u8,
    },
    Raise {
        a: u8,
    },
    /// Asks compiled code to leave, as a signal would.
    RequestPoll {
        a: u8,
    },
    Nop,
}

/// Lines after which a program counts as endless.
const MOST_PRINTED: usize = 1_000_000;

/// What programs raise by themselves.
pub const OVERFLOW: i64 = 1001;
pub const TYPE: i64 = 1002;

pub const ZERO: i64 = 1003;
pub const BOUNDS: i64 = 1004;
pub const RISKY: i64 = 1005;
pub const LOOK: i64 = 1006;
/// Frames that may be active at once.
pub const MOST_FRAMES: u32 = 120;
pub const STACK: i64 = 1007;
pub const ENDLESS: i64 = 1008;
pub const NIL: Value = Value::special(0);

/// A function.
#[derive(Debug)]
pub struct Function {
    pub name: String,
    pub ops: Vec<Op>,
    pub slots: u32,
    pub may_inline: bool,
    live: Vec<[u64; 1]>,
    loops: Vec<LoopCell>,
    entry: EntryCell,
    program: OnceLock<Program>,
}

/// A program: function 0 is the main one.
pub type Program = &'static [Function];

impl Function {
    /// Numbers the loop headers and works out which slots are live.
    pub fn new(name: &str, slots: u32, may_inline: bool, mut ops: Vec<Op>) -> Function {
        let mut headers = 0;
        for op in &mut ops {
            if let Op::Header { index } = op {
                *index = headers;
                headers += 1;
            }
        }
        let live = liveness(&ops);
        Function {
            name: name.to_owned(),
            slots,
            may_inline,
            live,
            loops: (0..headers).map(|_| LoopCell::new()).collect(),
            entry: EntryCell::new(),
            ops,
            program: OnceLock::new(),
        }
    }
}

/// Makes functions a program.
pub fn program(functions: Vec<Function>) -> Program {
    let program: Program = Box::leak(functions.into_boxed_slice());
    for function in program {
        assert!(function.program.set(program).is_ok(), "set once");
    }
    program
}

impl Code for Function {
    fn slots(&self) -> u32 {
        self.slots
    }
    fn live(&self, pc: usize) -> &[u64] {
        &self.live[pc]
    }
    fn may_inline(&self) -> bool {
        self.may_inline
    }
    fn entry(&self) -> &EntryCell {
        &self.entry
    }
    fn describe(&self, pc: usize) -> String {
        format!("{}:{pc} {:?}", self.name, self.ops.get(pc))
    }
}

/// The slots an instruction reads, the slot it writes, the instructions that may follow.
fn flow(op: Op, pc: usize) -> (Vec<u8>, Option<u8>, Vec<usize>) {
    use Op::*;
    let next = pc + 1;
    let args = |base: u8, n: u8| (base..base + n).collect::<Vec<u8>>();
    match op {
        Int { d, .. }
        | Float { d, .. }
        | New { d }
        | NewArray { d, .. }
        | NewFloats { d, .. }
        | Global { d } => (vec![], Some(d), vec![next]),
        Move { d, s: a }
        | AddInt { d, a, .. }
        | AndInt { d, a, .. }
        | Get { d, p: a, .. }
        | GetRaw { d, p: a }
        | GetNext { d, p: a }
        | First { d, p: a }
        | Escape { d, p: a }
        | Risky { d, a }
        | Look { d, p: a }
        | Mix { d, a }
        | Promote { d, a }
        | IfKnown { d, a }
        | NewGenerator { d, a, .. } => (vec![a], Some(d), vec![next]),
        Add { d, a, b }
        | Sub { d, a, b }
        | Mul { d, a, b }
        | Div { d, a, b }
        | Mod { d, a, b }
        | Less { d, a, b }
        | NewPair { d, a, b }
        | GetItem { d, p: a, i: b }
        | PromoteNode { d, p: a, q: b }
        | Through { d, a, p: b, .. }
        | Print { d, a, lim: b }
        | Bump { d, p: a, lim: b }
        | Count { d, p: a, lim: b } => (vec![a, b], Some(d), vec![next]),
        Advance { d, a, lim } => (vec![d, a, lim], Some(d), vec![next]),
        Build { d, p, a, lim } | Update { d, p, a, lim } | EscapeLess { d, p, a, b: lim } => {
            (vec![p, a, lim], Some(d), vec![next])
        }
        Jump { to } => (vec![], None, vec![to]),
        JumpLess { a, b, to } | JumpNotLess { a, b, to } | JumpSame { a, b, to } => {
            (vec![a, b], None, vec![to, next])
        }
        JumpEqual { a, to, .. } => (vec![a], None, vec![to, next]),
        Header { .. } | Nop => (vec![], None, vec![next]),
        Set { p: a, s: b, .. } | SetRaw { p: a, s: b } | SetNext { p: a, q: b } => {
            (vec![a, b], None, vec![next])
        }
        SetItem { p, i, s } => (vec![p, i, s], None, vec![next]),
        SetGlobal { a } | RequestPoll { a } => (vec![a], None, vec![next]),
        Call { d, base, n, .. } | CallRepeat { d, base, n, .. } => (args(base, n), Some(d), vec![next]),
        CallCatch { d, base, n, to, .. } => (args(base, n), Some(d), vec![to, next]),
        // `d` keeps its value when the generator has finished.
        Next { d, g, to, .. } => (vec![g, d], Some(d), vec![to, next]),
        // The generator itself is in slot 0.
        Yield { a } => (vec![a, 0], None, vec![next]),
        Finish => (vec![0], None, vec![]),
        Return { a } | Raise { a } => (vec![a], None, vec![]),
    }
}

fn liveness(ops: &[Op]) -> Vec<[u64; 1]> {
    let mut live = vec![[0u64]; ops.len() + 1];
    loop {
        let before = live.clone();
        for (pc, &op) in ops.iter().enumerate().rev() {
            let (reads, writes, next) = flow(op, pc);
            let mut set = next.iter().fold(0, |set, &n| set | live[n][0]);
            if let Some(d) = writes {
                set &= !(1 << d);
            }
            live[pc][0] = reads.iter().fold(set, |set, &r| set | 1 << r);
        }
        if live == before {
            return live;
        }
    }
}

thread_local! {
    /// What a run has printed.
    pub static OUT: RefCell<Vec<i64>> = const { RefCell::new(Vec::new()) };
    /// Frames that are active.
    pub static DEPTH: FrameCount = const { FrameCount::new(MOST_FRAMES) };
    /// The program that runs.
    pub static PROGRAM: Cell<Option<Program>> = const { Cell::new(None) };
    /// Whether assumptions are broken on another thread.
    pub static ELSEWHERE: Cell<bool> = const { Cell::new(false) };
    static GLOBAL: Cell<i64> = const { Cell::new(0) };
    static ASSUMPTION: &'static Assumption = Box::leak(Box::new(Assumption::new()));
}

/// A fresh world for a run.
pub fn reset() {
    metajit::poll::clear();
    OUT.take();
    DEPTH.with(FrameCount::clear);
    GLOBAL.set(5);
    ASSUMPTION.with(|assumption| assumption.invalidate());
}

/// Whether the program prints without end, as it may when a rule of recording is broken.
#[inline(always)]
fn talks_too_much() -> bool {
    metajit::poll::requested() && OUT.with_borrow(|out| out.len() > MOST_PRINTED)
}

fn print(x: i64) -> i64 {
    OUT.with_borrow_mut(|out| {
        out.push(x);
        if out.len() > MOST_PRINTED {
            metajit::poll::request();
        }
        x.wrapping_mul(31).wrapping_add(out.len() as i64) & 0xff
    })
}
fn escape(object: Ref) -> i64 {
    let n = heap::get(object, Node::N);
    heap::set(object, Node::N, n.wrapping_add(1) & 0xffff);
    if n & 1 == 0 {
        heap::set(object, Node::B, Value::int(n));
    }
    print(n)
}
fn risky(x: i64) -> Result<i64, Value> {
    let n = print(x);
    if n & 7 == 0 { Err(Value::int(RISKY)) } else { Ok(n) }
}
fn look(object: Ref) -> Result<Value, Value> {
    let n = heap::get(object, Node::N);
    if n & 7 == 3 { Err(Value::int(LOOK)) } else { Ok(Value::int(n + 1)) }
}
fn mix(x: i64) -> i64 {
    x.wrapping_mul(0x9e37_79b9).rotate_left(7) & 0xffff
}
fn set_global(x: i64) -> i64 {
    GLOBAL.set(x);
    ASSUMPTION.with(|&assumption| {
        if ELSEWHERE.get() {
            std::thread::spawn(|| assumption.invalidate()).join().expect("it does not panic");
        } else {
            assumption.invalidate();
        }
    });
    0
}

/// Runs a function on a number and a node: arguments as `generate` passes them.
fn through(f: i64, x: i64, node: Ref) -> Result<Value, Value> {
    let program = PROGRAM.get().expect("a program is running");
    let frame = Frame::<Run>::at(heap::vm_stack().top());
    let arguments =
        [Value::int(x), Value::int(x & 3), Value::object(node), Value::object(node), Value::int(x)];
    for (i, value) in arguments.into_iter().enumerate() {
        frame.set(i as u32, value.into());
    }
    Run::call_frame::<Lang>(&program[f as usize], frame, 0)
}
fn request_poll(x: i64) -> i64 {
    if x & 1 == 0 {
        metajit::poll::request()
    } else {
        metajit::poll::clear()
    }
    0
}

metajit::helpers! {
    [Any] fn call_print(x: i64) -> i64 = print;
    [Any] fn call_escape(object: Ref) -> i64 = escape;
    [Any] fn call_escape_if(object: Ref) -> if i64 = escape;
    [Any] fn call_risky(x: i64) -> try i64 = risky;
    [Reads] fn call_look(object: Ref) -> try Value = look;
    [Reads] fn call_look_at(x: i64) -> i64 = mix;
    [Elidable] fn call_mix(x: i64) -> i64 = mix;
    [Any] fn call_set_global(x: i64) -> i64 = set_global;
    [Any] fn call_poll(x: i64) -> i64 = request_poll;
    [Any] fn call_through(f: i64, x: i64, node: Ref) -> try Value = through;
}

type Outcome<M, T> = Result<T, Stop<M>>;

#[inline(always)]
fn raise<M: Mode>(code: i64) -> Stop<M> {
    Stop::Raised(M::constant(Value::int(code)))
}
#[inline(always)]
fn int<M: Mode>(frame: Frame<M>, slot: u8) -> Outcome<M, Int<M>> {
    frame.get(slot).as_int().ok_or_else(|| raise(TYPE))
}
#[inline(always)]
fn node<M: Mode>(frame: Frame<M>, slot: u8) -> Outcome<M, Obj<M>> {
    match frame.get(slot).pointer() {
        Some(object) if object.has_layout(Node::ID) => Ok(object),
        _ => Err(raise(TYPE)),
    }
}
#[inline(always)]
fn field<M: Mode>(object: Obj<M>, i: u8) -> Val<M> {
    match i {
        0 => object.get(Node::A),
        1 => object.get(Node::B),
        2 => object.get(Node::C),
        _ => object.get(Node::D),
    }
}
#[inline(always)]
fn set_field<M: Mode>(object: Obj<M>, i: u8, value: Val<M>) {
    match i {
        0 => object.set(Node::A, value),
        1 => object.set(Node::B, value),
        2 => object.set(Node::C, value),
        _ => object.set(Node::D, value),
    }
}
#[inline(always)]
fn int_field<M: Mode>(object: Obj<M>, i: u8) -> Outcome<M, Int<M>> {
    field(object, i).as_int().ok_or_else(|| raise(TYPE))
}

enum Numbers<M: Mode> {
    Ints(Int<M>, Int<M>),
    Floats(Float<M>, Float<M>),
}

#[inline(always)]
fn numbers<M: Mode>(frame: Frame<M>, a: u8, b: u8) -> Outcome<M, Numbers<M>> {
    let (x, y) = (frame.get(a), frame.get(b));
    if let Some(x) = x.as_int() {
        return match (y.as_int(), y) {
            (Some(y), _) => Ok(Numbers::Ints(x, y)),
            (None, y) => Ok(Numbers::Floats(x.to_float(), y.as_float().ok_or_else(|| raise(TYPE))?)),
        };
    }
    let x = x.as_float().ok_or_else(|| raise(TYPE))?;
    match y.as_float() {
        Some(y) => Ok(Numbers::Floats(x, y)),
        None => Ok(Numbers::Floats(x, y.as_int().ok_or_else(|| raise(TYPE))?.to_float())),
    }
}
#[inline(always)]
fn less<M: Mode>(frame: Frame<M>, a: u8, b: u8) -> Outcome<M, bool> {
    Ok(match numbers(frame, a, b)? {
        Numbers::Ints(x, y) => x < y,
        Numbers::Floats(x, y) => x < y,
    })
}
#[inline(always)]
fn arguments<M: Mode>(code: &Function, frame: Frame<M>, base: u8, n: u8) -> Frame<M> {
    let callee = frame.above(code.slots);
    for i in 0..n {
        callee.set(i, frame.get(base + i));
    }
    callee
}

/// The language.
pub struct Lang;

impl Language for Lang {
    type Code = Function;

    fn stack_exhausted() -> Value {
        Value::int(STACK)
    }

    fn depth() -> Option<Depth> {
        Some(DEPTH.with(FrameCount::depth))
    }

    fn run<M: Mode>(code: &'static Function, frame: Frame<M>, pc: usize) -> Result<M::Of<Value>, Stop<M>> {
        if !DEPTH.with(FrameCount::enter) {
            M::abort(Abort::Language);
            return Err(raise(STACK));
        }
        let result = Lang::dispatch(code, frame, pc);
        DEPTH.with(FrameCount::leave);
        result
    }
}

impl Lang {
    fn dispatch<M: Mode>(
        code: &'static Function,
        frame: Frame<M>,
        mut pc: usize,
    ) -> Result<M::Of<Value>, Stop<M>> {
        let program: Program = code.program.get().expect("part of a program");
        loop {
            if let Some(switch) = M::merge_point(pc) {
                return Err(Stop::Switch(switch));
            }
            let op = &code.ops[pc];
            pc += 1;
            match *op {
                Op::Nop => {}
                Op::Int { d, k } => frame.set(d, Value::int(k).into()),
                Op::Float { d, k } => frame.set(d, Value::float(k).into()),
                Op::Move { d, s } => frame.set(d, frame.get(s)),
                Op::Add { d, a, b } => frame.set(
                    d,
                    match numbers(frame, a, b)? {
                        Numbers::Ints(x, y) => x.checked_add(y).ok_or_else(|| raise(OVERFLOW))?.into(),
                        Numbers::Floats(x, y) => (x + y).into(),
                    },
                ),
                Op::Sub { d, a, b } => frame.set(
                    d,
                    match numbers(frame, a, b)? {
                        Numbers::Ints(x, y) => x.checked_sub(y).ok_or_else(|| raise(OVERFLOW))?.into(),
                        Numbers::Floats(x, y) => (x - y).into(),
                    },
                ),
                Op::Mul { d, a, b } => frame.set(
                    d,
                    match numbers(frame, a, b)? {
                        Numbers::Ints(x, y) => x.checked_mul(y).ok_or_else(|| raise(OVERFLOW))?.into(),
                        Numbers::Floats(x, y) => (x * y).into(),
                    },
                ),
                Op::Div { d, a, b } => {
                    let (x, y) = (int(frame, a)?, int(frame, b)?);
                    if y == 0 {
                        return Err(raise(ZERO));
                    }
                    frame.set(d, x.floor_div(y).into());
                }
                Op::Mod { d, a, b } => {
                    let (x, y) = (int(frame, a)?, int(frame, b)?);
                    if y == 0 {
                        return Err(raise(ZERO));
                    }
                    frame.set(d, x.floor_mod(y).into());
                }
                Op::AddInt { d, a, k } => {
                    frame.set(d, int(frame, a)?.checked_add(k).ok_or_else(|| raise(OVERFLOW))?.into())
                }
                Op::AndInt { d, a, k } => frame.set(d, (int(frame, a)? & k).into()),
                Op::EscapeLess { d, p, a, b } => {
                    let less = int(frame, a)?.lt(int(frame, b)?);
                    frame.set(d, call_escape_if(less, node(frame, p)?).into());
                }
                Op::Less { d, a, b } => {
                    let less = match numbers(frame, a, b)? {
                        Numbers::Ints(x, y) => x.lt(y),
                        Numbers::Floats(x, y) => x.lt(y),
                    };
                    frame.set(d, less.to_int().into());
                }
                Op::Jump { to } => pc = to,
                Op::JumpLess { a, b, to } => {
                    if less(frame, a, b)? {
                        pc = to;
                    }
                }
                Op::JumpNotLess { a, b, to } => {
                    if !less(frame, a, b)? {
                        pc = to;
                    }
                }
                Op::JumpEqual { a, k, to } => {
                    if int(frame, a)? == k {
                        pc = to;
                    }
                }
                Op::JumpSame { a, b, to } => {
                    if frame.get(a).same(frame.get(b)) {
                        pc = to;
                    }
                }
                Op::Header { .. } if !M::RECORDING && talks_too_much() => return Err(raise(ENDLESS)),
                Op::Header { index } => match M::loop_header::<Lang>(code, &code.loops[index], frame, pc - 1)
                {
                    LoopAction::Continue => {}
                    LoopAction::Goto(to) => pc = to,
                    LoopAction::Return(value) => return Ok(value),
                    LoopAction::Raise(exception) => return Err(Stop::Raised(exception)),
                    LoopAction::Switch(switch) => return Err(Stop::Switch(switch)),
                },
                Op::New { d } => {
                    let object = Obj::alloc(Node::ID, 0);
                    for i in 0..FIELDS {
                        set_field(object, i, NIL.into());
                    }
                    frame.set(d, object.value());
                }
                Op::Get { d, p, i } => frame.set(d, field(node(frame, p)?, i)),
                Op::Set { p, i, s } => set_field(node(frame, p)?, i, frame.get(s)),
                Op::GetRaw { d, p } => {
                    let p = node(frame, p)?;
                    let x = p.get(Node::X);
                    if x < 100.0 {
                        p.set(Node::X, x + 1.5);
                    }
                    frame.set(d, p.get(Node::N).into());
                }
                Op::SetRaw { p, s } => node(frame, p)?.set(Node::N, int(frame, s)? & 0xffff),
                Op::SetNext { p, q } => node(frame, p)?.set(Node::NEXT, node(frame, q)?),
                Op::GetNext { d, p } => {
                    let next = node(frame, p)?.get(Node::NEXT);
                    frame.set(d, if next.is_null() { frame.get(p) } else { next.value() });
                }
                Op::NewPair { d, a, b } => {
                    let pair = Obj::alloc(Pair::ID, 0);
                    pair.set(Pair::FIRST, frame.get(a));
                    pair.set(Pair::SECOND, frame.get(b));
                    frame.set(d, pair.value());
                }
                Op::First { d, p } => match frame.get(p).pointer() {
                    Some(pair) if pair.has_layout(Pair::ID) => frame.set(d, pair.get(Pair::FIRST)),
                    _ => return Err(raise(TYPE)),
                },
                Op::NewArray { d, len } => frame.set(d, Obj::alloc(Values::ID, len).value()),
                Op::NewFloats { d, len } => frame.set(d, Obj::alloc(Floats::ID, len).value()),
                Op::GetItem { d, p, i } => frame.set(d, get_item(item(frame, p, i)?)),
                Op::SetItem { p, i, s } => set_item(item(frame, p, i)?, frame.get(s))?,
                Op::Print { d, a, lim } => {
                    let (x, lim) = (int(frame, a)?, int(frame, lim)?);
                    let n = call_print(x);
                    frame.set(d, Value::int(if lim < n { 1 } else { 0 }).into());
                }
                Op::Advance { d, a, lim } => advance(frame, d, a, lim)?,
                Op::Count { d, p, lim } => frame.set(d, count(frame, p, lim)?),
                Op::Bump { d, p, lim } => frame.set(d, bump(frame, p, lim)?),
                Op::Build { d, p, a, lim } => frame.set(d, build(frame, p, a, lim)?),
                Op::Update { d, p, a, lim } => frame.set(d, update(frame, p, a, lim)?),
                Op::Escape { d, p } => frame.set(d, call_escape(node(frame, p)?).into()),
                Op::Risky { d, a } => {
                    let n = call_risky(int(frame, a)?).map_err(|e| Stop::Raised(e.inner()))?;
                    frame.set(d, n.into());
                }
                Op::Look { d, p } => {
                    let value = call_look(node(frame, p)?).map_err(|e| Stop::Raised(e.inner()))?;
                    frame.set(d, value);
                }
                Op::Mix { d, a } => frame.set(d, call_mix(int(frame, a)?).into()),
                Op::Promote { d, a } => {
                    let times = int(frame, a)? & 15;
                    let sum = match times.try_promote() {
                        Some(k) => {
                            let mut sum = times;
                            for _ in 0..k {
                                sum = sum + int(frame, a)?;
                            }
                            sum
                        }
                        None => times + times * int(frame, a)?,
                    };
                    frame.set(d, (sum & 0x7fff).into());
                }
                Op::PromoteNode { d, p, q } => {
                    let (p, q) = (node(frame, p)?, node(frame, q)?);
                    if p.same(q) {
                        let known = Obj::<M>::constant(p.promote());
                        frame.set(d, (known.get(Node::N) + 1).into());
                    } else {
                        frame.set(d, p.get(Node::N).into());
                    }
                }
                Op::IfKnown { d, a } => {
                    let x = int(frame, a)?;
                    let y = if x.is_constant() {
                        call_look_at(x);
                        x - 1
                    } else {
                        x + -1
                    };
                    call_print(y & 0xff);
                    if y < 100 {
                        frame.set(d, (y & 0x7f).into());
                    } else {
                        frame.set(d, (y & 0x7fff).into());
                    }
                }
                Op::Through { d, f, a, p } => {
                    let (x, p) = (int(frame, a)?, node(frame, p)?);
                    let value =
                        call_through(Int::from(f as i64), x, p).map_err(|e| Stop::Raised(e.inner()))?;
                    let n = value.as_int().ok_or_else(|| raise(TYPE))? & 0x7fff;
                    // Written before it is tested: a snapshot has to remember what the slot held.
                    frame.set(d, n.into());
                    if n >= x {
                        frame.set(d, (n - 1).into());
                    }
                }
                Op::Global { d } => {
                    M::assume(ASSUMPTION.with(|assumption| *assumption));
                    frame.set(d, Value::int(GLOBAL.get()).into());
                }
                Op::SetGlobal { a } => {
                    call_set_global(int(frame, a)? & 7);
                }
                Op::RequestPoll { a } => {
                    call_poll(int(frame, a)?);
                }
                Op::Call { d, f, base, n } => {
                    // A guard before the call, as on the callee where that is a value.
                    if frame.get(base).as_int().is_some_and(|x| x < -1000) {
                        return Err(raise(BOUNDS));
                    }
                    let callee = arguments(code, frame, base, n);
                    let value = M::call_frame::<Lang>(&program[f], callee, 0).map_err(Stop::Raised)?;
                    frame.set(d, Val::new(value));
                }
                Op::CallRepeat { d, f, base, n, times } => {
                    let mut sum = Int::<M>::from(0);
                    for _ in 0..times {
                        let callee = arguments(code, frame, base, n);
                        let value = M::call_frame::<Lang>(&program[f], callee, 0).map_err(Stop::Raised)?;
                        let value = Val::<M>::new(value).as_int().ok_or_else(|| raise(TYPE))? & 7;
                        if value < 3 {
                            sum = sum + value;
                        } else {
                            sum = sum - 3;
                        }
                    }
                    frame.set(d, sum.into());
                }
                Op::CallCatch { d, f, base, n, to } => {
                    let callee = arguments(code, frame, base, n);
                    match M::call_frame::<Lang>(&program[f], callee, 0) {
                        Ok(value) => frame.set(d, Val::new(value)),
                        Err(exception) => {
                            frame.set(d, Val::new(exception));
                            pc = to;
                        }
                    }
                }
                Op::NewGenerator { d, f, a } => {
                    let generator = Obj::alloc(Generator::ID, program[f].slots);
                    generator.set(Generator::BODY, Int::from(f as i64));
                    generator.set_item(Generator::TAIL, 1, frame.get(a));
                    frame.set(d, generator.value());
                }
                Op::Next { d, g, to } => {
                    let generator = match frame.get(g).pointer() {
                        Some(object) if object.has_layout(Generator::ID) => object,
                        _ => return Err(raise(TYPE)),
                    };
                    let state = generator.get(Generator::STATE).promote();
                    if state < 0 {
                        pc = to;
                        continue;
                    }
                    let callee = frame.above(code.slots);
                    let body = &program[generator.get(Generator::BODY).promote() as usize];
                    callee.set(0u8, generator.value());
                    for slot in 1..body.slots {
                        if body.live[state as usize][0] >> slot & 1 != 0 {
                            callee.set(slot, generator.item(Generator::TAIL, slot as i64));
                        }
                    }
                    let value = M::call_frame::<Lang>(body, callee, state as usize).map_err(Stop::Raised)?;
                    let value = Val::<M>::new(value);
                    if value.same(NIL) { pc = to } else { frame.set(d, value) }
                }
                Op::Yield { a } => {
                    let value = frame.get(a);
                    let generator = frame.get(0u8).assume_pointer();
                    for slot in 1..code.slots {
                        if code.live[pc][0] >> slot & 1 != 0 {
                            generator.set_item(Generator::TAIL, slot as i64, frame.get(slot));
                        }
                    }
                    generator.set(Generator::STATE, Int::from(pc as i64));
                    return Ok(value.inner());
                }
                Op::Finish => {
                    frame.get(0u8).assume_pointer().set(Generator::STATE, Int::<M>::from(-1));
                    return Ok(M::constant(NIL));
                }
                Op::Return { a } => return Ok(frame.get(a).inner()),
                Op::Raise { a } => return Err(Stop::Raised(frame.get(a).inner())),
            }
        }
    }
}

/// A place in an array, and whether that is one of machine floats.
type Place<M> = (Obj<M>, Int<M>, bool);

#[inline(always)]
fn item<M: Mode>(frame: Frame<M>, p: u8, i: u8) -> Outcome<M, Place<M>> {
    let (array, is_raw) = match frame.get(p).pointer() {
        Some(object) if object.has_layout(Values::ID) => (object, false),
        Some(object) if object.has_layout(Floats::ID) => (object, true),
        _ => return Err(raise(TYPE)),
    };
    let i = int(frame, i)?;
    if i.below(array.len()).truth() { Ok((array, i, is_raw)) } else { Err(raise(BOUNDS)) }
}

#[inline(always)]
fn get_item<M: Mode>((array, i, is_raw): Place<M>) -> Val<M> {
    if is_raw {
        return array.item(Floats::TAIL, i).into();
    }
    let value = array.item(Values::TAIL, i);
    if value.is_null() { NIL.into() } else { value }
}

#[inline(always)]
fn set_item<M: Mode>((array, i, is_raw): Place<M>, value: Val<M>) -> Outcome<M, ()> {
    if is_raw {
        let number = match value.as_float() {
            Some(number) => number,
            None => value.as_int().ok_or_else(|| raise(TYPE))?.to_float(),
        };
        array.set_item(Floats::TAIL, i, number);
    } else {
        array.set_item(Values::TAIL, i, value);
    }
    Ok(())
}

fn bump<M: Mode>(frame: Frame<M>, p: u8, lim: u8) -> Outcome<M, Val<M>> {
    let (p, lim) = (node(frame, p)?, int(frame, lim)?);
    let x = int_field(p, 0)?;
    let y = x.checked_add(1).ok_or_else(|| raise(OVERFLOW))?;
    p.set(Node::A, y.into());
    let n = call_print(x);
    if lim < n {
        return Ok(x.into());
    }
    Ok(Int::from(0).checked_sub(x).ok_or_else(|| raise(OVERFLOW))?.into())
}

fn count<M: Mode>(frame: Frame<M>, p: u8, lim: u8) -> Outcome<M, Val<M>> {
    let (p, lim) = (node(frame, p)?, int(frame, lim)?);
    let x = int_field(p, 0)?;
    p.set(Node::A, ((x + 1) & 0x7fff).into());
    Ok(if x < lim { x } else { lim }.into())
}

fn advance<M: Mode>(frame: Frame<M>, d: u8, a: u8, lim: u8) -> Outcome<M, ()> {
    let (x, y, lim) = (int(frame, d)?, int(frame, a)?, int(frame, lim)?);
    let next = (x + y) & 0x7fff;
    frame.set(d, next.into());
    if next < lim {
        frame.set(d, (next + 1).into());
    }
    let n = call_print(x);
    if lim < n {
        frame.set(d, (next & 0xff).into());
    }
    Ok(())
}

fn build<M: Mode>(frame: Frame<M>, p: u8, a: u8, lim: u8) -> Outcome<M, Val<M>> {
    let (p, x, lim) = (node(frame, p)?, int(frame, a)?, int(frame, lim)?);
    let q = Obj::alloc(Node::ID, 0);
    for i in 0..FIELDS {
        set_field(q, i, NIL.into());
    }
    q.set(Node::A, x.into());
    let y = x.checked_add(lim).ok_or_else(|| raise(OVERFLOW))?;
    if x < lim {
        q.set(Node::A, y.into());
    }
    q.set(Node::C, p.value());
    q.set(Node::D, q.value());
    let z = int_field(p, 0)?;
    q.set(Node::B, if z < x { z.into() } else { lim.into() });
    let w = int_field(q, 0)? & 0x7fff;
    q.set(Node::A, w.into());
    q.set(Node::N, w);
    if w < lim {
        q.set(Node::C, q.value());
        q.set(Node::NEXT, p);
    }
    Ok(q.value())
}

fn update<M: Mode>(frame: Frame<M>, p: u8, a: u8, lim: u8) -> Outcome<M, Val<M>> {
    let (p, x, lim) = (node(frame, p)?, int(frame, a)?, int(frame, lim)?);
    let z = int_field(p, 0)?;
    let q = Obj::alloc(Node::ID, 0);
    for i in 0..FIELDS {
        set_field(q, i, NIL.into());
    }
    q.set(Node::A, z.into());
    q.set(Node::B, x.into());
    p.set(Node::A, x.into());
    if z < lim {
        let y = (z & 0xfff).checked_add(1).ok_or_else(|| raise(OVERFLOW))?;
        p.set(Node::A, y.into());
    }
    let n = call_print(z);
    q.set(Node::C, p.value());
    q.set(Node::D, if lim < n { p.value() } else { q.value() });
    let w = int_field(p, 0)?;
    if w < x {
        p.set(Node::C, q.value());
    }
    if let Some(other) = p.get(Node::C).pointer()
        && other.has_layout(Node::ID)
        && int_field(other, 0)? < lim
    {
        other.set(Node::B, w.into());
    }
    Ok(q.value())
}
