//! Random programs of the test language.
//!
//! Slots of every function: 0 number of iterations, 1 counter, 2–5 integers, 6–9 nodes, 10–11 integer or float, 12–13 and 15
//! temporary, 14 an array, 16–20 arguments of a call, 22–27 counters of inner loops, 28 a generator, 29 a pair.

use super::lang::{Function, Op};

/// A small generator of pseudo-random numbers, the same on all machines.
pub struct Random(u64);

impl Random {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Random {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        for _ in 0..5 {
            random.below(2);
        }
        random
    }
    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }
    fn slot(&mut self, first: u8, count: usize) -> u8 {
        first + self.below(count) as u8
    }
}

const SLOTS: u32 = 34;
const TEMP: u8 = 15;
const ARRAY: u8 = 14;
const GENERATOR: u8 = 28;
const PAIR: u8 = 29;
/// The function that is a generator's body, and those that call themselves and each other.
const GENERATOR_BODY: usize = 5;
const RECURSIVE: usize = 4;
const MUTUAL: usize = 6;

/// What a body may contain.
#[derive(Clone)]
struct Scope {
    calls: Vec<usize>,
    depth: usize,
    /// Nesting of inner loops that is still allowed, and the first slot for their counters.
    loops: usize,
    counter: u8,
    raises: bool,
    generators: bool,
}

struct Builder<'a> {
    random: &'a mut Random,
    ops: Vec<Op>,
}

impl Builder<'_> {
    fn body(&mut self, length: usize, scope: &Scope) {
        for _ in 0..length {
            self.statement(scope);
        }
    }

    fn statement(&mut self, scope: &Scope) {
        let r = &mut *self.random;
        let (a, b, d) = (r.slot(1, 5), r.slot(1, 5), r.slot(2, 4));
        let (p, q) = (r.slot(6, 4), r.slot(6, 4));
        let (x, y) = (r.slot(10, 2), r.slot(10, 2));
        let k = r.below(4096) as i64;
        match r.below(66) {
            0 => self.masked(Op::Add { d, a, b }, d, 0x7fff),
            1 => self.masked(Op::Sub { d, a, b }, d, 0x7fff),
            2 => self.masked(Op::Mul { d, a, b }, d, 0xfff),
            3 => self.ops.push(Op::AndInt { d, a, k }),
            4 => self.ops.push(Op::Move { d, s: a }),
            5 | 6 => self.ops.push(Op::Move { d: p, s: q }),
            7 => self.ops.push(Op::Set { p, i: 0, s: a }),
            8 | 9 => self.ops.push(Op::Get { d, p, i: 0 }),
            10 => self.ops.push(Op::Set { p, i: 1, s: x }),
            11 => self.ops.push(Op::Get { d: x, p, i: 1 }),
            12 | 13 => self.ops.push(Op::Set { p, i: 2 + (k & 1) as u8, s: q }),
            14 | 15 => self.ops.push(Op::Get { d: q, p, i: 2 + (k & 1) as u8 }),
            16 if k & 1 == 0 => self.ops.push(Op::EscapeLess { d, p, a, b }),
            16 => self.ops.push(Op::Escape { d, p }),
            17 => self.ops.push(Op::Update { d: q, p, a, lim: b }),
            18 | 19 => self.ops.push(Op::Build { d: q, p, a, lim: b }),
            20 => self.ops.push(Op::Print { d, a, lim: b }),
            21 => self.ops.push(Op::Bump { d, p, lim: a }),
            22 => self.ops.push(Op::Float { d: x, k: k as f64 * 0.25 - 7.0 }),
            23 => self.ops.push(Op::Move { d: x, s: a }),
            24 => {
                self.ops.push(Op::Add { d: x, a: y, b: y });
                self.ops.push(Op::Move { d: y, s: a });
            }
            25..=27 => self.object_in_steps(a, p, q, x),
            28..=31 if scope.depth < 3 => self.conditional(scope, a, b, p, q),
            32 if scope.loops > 0 => self.inner_loop(scope),
            33..=36 if !scope.calls.is_empty() => self.call(scope, [a, b, p, q, x], d, q),
            37 if scope.raises && scope.depth > 0 => {
                self.sometimes(a, b, k, Op::Raise { a: if k & 1 == 0 { a } else { p } })
            }
            38 if scope.raises && scope.depth > 0 => self.overflow(a, b),
            39 if scope.generators => {
                self.ops.push(Op::NewGenerator { d: GENERATOR, f: GENERATOR_BODY, a });
            }
            40..=42 if scope.generators => self.next_value(d, b, k),
            43 => self.ops.push(Op::SetRaw { p, s: a }),
            44 => self.ops.push(Op::GetRaw { d, p }),
            45 => self.ops.push(Op::SetNext { p, q }),
            46 => self.ops.push(Op::GetNext { d: q, p }),
            47 => {
                self.ops.push(Op::NewPair { d: PAIR, a: if k & 1 == 0 { a } else { p }, b: q });
            }
            48 => {
                // A pair of a node and something, taken apart again.
                self.ops.push(Op::NewPair { d: PAIR, a: p, b: x });
                self.statement(&Scope { depth: 3, ..scope.clone() });
                self.ops.push(Op::NewPair { d: PAIR, a: p, b: PAIR });
                self.ops.push(Op::First { d: q, p: PAIR });
            }
            49 if k & 4 == 0 => self.ops.push(Op::NewFloats { d: ARRAY, len: 4 + (k & 3) as u32 }),
            49 => self.ops.push(Op::NewArray { d: ARRAY, len: 4 + (k & 3) as u32 }),
            50 | 51 => {
                self.ops.push(Op::AndInt { d: TEMP, a, k: 3 });
                self.ops.push(Op::SetItem { p: ARRAY, i: TEMP, s: if k & 1 == 0 { x } else { a } });
            }
            52 => {
                self.ops.push(Op::AndInt { d: TEMP, a, k: 3 });
                self.ops.push(Op::GetItem { d: 12, p: ARRAY, i: TEMP });
                self.ops.push(Op::SetItem { p: ARRAY, i: TEMP, s: 12 });
            }
            53 => {
                self.ops.push(Op::AndInt { d: TEMP, a, k: 0xff });
                self.ops.push(Op::Promote { d, a: TEMP });
            }
            54 => {
                self.ops.push(Op::Less { d: TEMP, a, b });
                self.ops.push(Op::Add { d, a: TEMP, b: TEMP });
            }
            55 => self.ops.push(Op::Mix { d, a }),
            56 => self.ops.push(Op::Global { d }),
            57 if k & 7 == 0 => self.ops.push(Op::SetGlobal { a }),
            58 if scope.raises => self.ops.push(Op::Risky { d, a }),
            59 if scope.raises => self.ops.push(Op::Look { d, p }),
            60 => {
                // Large integers: past 63 bits, and down again.
                self.ops.push(Op::Int { d: TEMP, k: (1 << 61) + k });
                self.ops.push(Op::AndInt { d: 12, a, k: 7 });
                self.ops.push(Op::Add { d: 13, a: TEMP, b: TEMP });
                self.ops.push(Op::Add { d: 12, a: 13, b: 12 });
                if k & 1 == 0 {
                    self.ops.push(Op::Set { p, i: 1, s: 12 });
                } else {
                    self.ops.push(Op::Move { d: x, s: 12 });
                    self.ops.push(Op::AndInt { d: x, a: x, k: 0xffff });
                }
            }
            64 => self.ops.push(Op::Advance { d, a, lim: b }),
            65 => self.ops.push(Op::Count { d, p, lim: b }),
            62 => {
                let op = if k & 1 == 0 { Op::PromoteNode { d, p, q } } else { Op::IfKnown { d, a } };
                self.masked(op, d, 0x7fff);
            }
            63 if scope.calls.contains(&2) => self.ops.push(Op::Through { d, f: 2, a, p }),
            61 => {
                self.ops.push(Op::AddInt { d: TEMP, a, k: 1 });
                self.ops.push(Op::AndInt { d: TEMP, a: TEMP, k: 63 });
                self.ops.push(Op::AddInt { d: TEMP, a: TEMP, k: 1 });
                self.ops.push(if k & 1 == 0 {
                    Op::Div { d, a: b, b: TEMP }
                } else {
                    Op::Mod { d, a: b, b: TEMP }
                });
            }
            _ => self.ops.push(Op::Int { d, k: k & 2047 }),
        }
    }

    fn masked(&mut self, op: Op, d: u8, k: i64) {
        self.ops.push(op);
        self.ops.push(Op::AndInt { d, a: d, k });
    }

    /// A new node, whose fields may refer to itself and to the node it replaces.
    fn object_in_steps(&mut self, a: u8, p: u8, q: u8, x: u8) {
        self.ops.push(Op::New { d: TEMP });
        self.ops.push(Op::Set { p: TEMP, i: 0, s: a });
        self.ops.push(Op::Set { p: TEMP, i: 1, s: x });
        let s = if self.random.below(3) == 0 { TEMP } else { p };
        self.ops.push(Op::Set { p: TEMP, i: 2, s });
        let s = if self.random.below(3) == 0 { TEMP } else { q };
        self.ops.push(Op::Set { p: TEMP, i: 3, s });
        self.ops.push(Op::Move { d: q, s: TEMP });
        if self.random.below(2) == 0 {
            let (d, lim) = (self.random.slot(2, 4), self.random.slot(1, 5));
            self.ops.push(Op::Count { d, p: q, lim });
        }
    }

    /// Two objects that live from one iteration to the next and nobody else sees. Sometimes, or mostly, both are the
    /// same: what is written into the one is then read from the other.
    fn twins(&mut self) {
        let (p, q) = if self.random.below(2) == 0 { (6, 7) } else { (7, 6) };
        self.ops.push(Op::Set { p, i: 0, s: 1 });
        self.ops.push(Op::Get { d: 3, p: q, i: 0 });
        self.masked(Op::Add { d: 2, a: 2, b: 3 }, 2, 0x7fff);
        let mostly_one = self.random.below(2) == 0;
        self.ops.push(Op::New { d: p });
        self.ops.push(Op::Set { p, i: 0, s: 2 });
        self.other_twin(p, q, mostly_one);
        self.ops.push(Op::AndInt { d: TEMP, a: 1, k: 3 + 4 * self.random.below(2) as i64 });
        let at = self.ops.len();
        self.ops.push(Op::JumpEqual { a: TEMP, k: self.random.below(3) as i64, to: at + 2 });
        self.ops.push(Op::Nop);
        self.other_twin(p, q, !mostly_one);
        self.ops[at + 1] = Op::Jump { to: self.ops.len() };
    }

    /// Makes `q` the same as `p`, or another one.
    fn other_twin(&mut self, p: u8, q: u8, same: bool) {
        if same {
            self.ops.push(Op::Move { d: q, s: p });
        } else {
            self.ops.push(Op::New { d: q });
            // Something that changes: what the loop leaves alone, a bridge has to bring as it is.
            let s = self.random.slot(1, 2);
            self.ops.push(Op::Set { p: q, i: 0, s });
        }
    }

    fn conditional(&mut self, scope: &Scope, a: u8, b: u8, p: u8, q: u8) {
        let at = self.ops.len();
        self.ops.push(Op::Nop);
        let length = 1 + self.random.below(4);
        self.body(length, &Scope { depth: scope.depth + 1, ..scope.clone() });
        let to = self.ops.len();
        self.ops[at] = match self.random.below(4) {
            0 => Op::JumpLess { a, b, to },
            1 => Op::JumpNotLess { a, b, to },
            2 => Op::JumpSame { a: p, b: q, to },
            _ => Op::JumpEqual { a, k: self.random.below(4) as i64, to },
        };
    }

    fn inner_loop(&mut self, scope: &Scope) {
        let counter = scope.counter;
        let limit = 3 + self.random.below(9) as i64;
        self.ops.push(Op::Int { d: counter, k: 0 });
        self.ops.push(Op::Int { d: counter + 1, k: limit });
        let header = self.ops.len();
        self.ops.push(Op::Header { index: 0 });
        let at = self.ops.len();
        self.ops.push(Op::Nop);
        let length = 1 + self.random.below(5);
        let inner =
            Scope { depth: scope.depth + 1, loops: scope.loops - 1, counter: counter + 2, ..scope.clone() };
        self.body(length, &inner);
        self.ops.push(Op::AddInt { d: counter, a: counter, k: 1 });
        self.ops.push(Op::Jump { to: header });
        self.ops[at] = Op::JumpNotLess { a: counter, b: counter + 1, to: self.ops.len() };
    }

    fn call(&mut self, scope: &Scope, arguments: [u8; 5], d: u8, q: u8) {
        let f = scope.calls[self.random.below(scope.calls.len())];
        for (i, s) in arguments.into_iter().enumerate() {
            self.ops.push(Op::Move { d: 16 + i as u8, s });
        }
        // Functions with odd numbers return nodes.
        let result = if f & 1 == 1 { q } else { d };
        match self.random.below(6) {
            0 | 1 => {
                let at = self.ops.len();
                self.ops.push(Op::CallCatch { d: TEMP, f, base: 16, n: 5, to: at + 3 });
                self.ops.push(Op::Move { d: result, s: TEMP });
                self.ops.push(Op::Jump { to: at + 4 });
                // The handler keeps the exception where nobody asks for its type.
                self.ops.push(Op::Set { p: 6, i: 1, s: TEMP });
            }
            2..=4 if f & 1 == 0 => {
                let times = 1 + self.random.below(3) as u8;
                self.ops.push(Op::CallRepeat { d, f, base: 16, n: 5, times });
            }
            _ => self.ops.push(Op::Call { d: result, f, base: 16, n: 5 }),
        }
        if f & 1 == 0 && f != RECURSIVE {
            self.ops.push(Op::AndInt { d, a: d, k: 0x7fff });
        }
    }

    fn sometimes(&mut self, a: u8, b: u8, k: i64, op: Op) {
        let to = self.ops.len() + 2;
        self.ops.push(if k & 2 == 0 { Op::JumpLess { a, b, to } } else { Op::JumpEqual { a, k: k & 3, to } });
        self.ops.push(op);
    }

    fn overflow(&mut self, a: u8, b: u8) {
        self.ops.push(Op::Int { d: TEMP, k: i32::MAX as i64 });
        self.ops.push(Op::Mul { d: TEMP, a: TEMP, b: a });
        for _ in 0..4 {
            self.ops.push(Op::Mul { d: TEMP, a: TEMP, b });
        }
    }

    /// An effect, and in a later bytecode a check that depends on the first argument, with no effect behind it.
    fn check_after_effect(&mut self) {
        self.ops.push(Op::Escape { d: 3, p: 6 });
        self.ops.push(Op::AndInt { d: TEMP, a: 0, k: 1 << self.random.below(4) });
        let to = self.ops.len() + 2;
        self.ops.push(Op::JumpEqual { a: TEMP, k: 0, to });
        self.ops.push(Op::AndInt { d: 2, a: 3, k: 0xf });
    }

    fn next_value(&mut self, d: u8, b: u8, k: i64) {
        let at = self.ops.len();
        if k & 1 == 0 {
            // A finished generator is replaced.
            self.ops.push(Op::Next { d, g: GENERATOR, to: at + 2 });
            self.ops.push(Op::Jump { to: at + 3 });
            self.ops.push(Op::NewGenerator { d: GENERATOR, f: GENERATOR_BODY, a: b });
        } else {
            self.ops.push(Op::Next { d, g: GENERATOR, to: at + 1 });
        }
    }
}

/// A random program: a main loop with inner loops, five functions, a generator.
pub fn generate(seed: u64) -> Vec<Function> {
    let mut random = Random::new(seed);
    let r = &mut random;
    let loops = r.below(3);
    let raises = r.below(3) == 0;
    let calls: Vec<usize> = if r.below(4) == 0 { vec![] } else { vec![1, 2, 3, 4] };
    let generators = r.below(2) == 0;
    let main = main_function(r, Scope { calls, depth: 0, loops, counter: 22, raises: false, generators });
    let inner = Scope { calls: vec![2, 3], depth: 1, loops: 0, counter: 22, raises, generators: false };
    let f1 = function(r, 1, &inner);
    let f2 = function(r, 2, &Scope { calls: vec![], loops: loops.min(1), ..inner.clone() });
    let f3 = function(r, 3, &Scope { calls: vec![2], ..inner.clone() });
    let f4 = function(r, RECURSIVE, &Scope { calls: vec![2], ..inner.clone() });
    let body = generator(r);
    let f6 = function(r, MUTUAL, &Scope { calls: vec![2], ..inner.clone() });
    vec![main, f1, f2, f3, f4, body, f6]
}

fn main_function(r: &mut Random, scope: Scope) -> Function {
    let mut ops = vec![Op::Int { d: 1, k: 0 }];
    for (d, k) in [(2, 3), (3, 50), (4, 200), (5, 700), (11, 7)] {
        ops.push(Op::Int { d, k });
    }
    ops.push(Op::Float { d: 10, k: 0.5 });
    for d in 6..10 {
        ops.push(Op::New { d });
        ops.push(Op::Set { p: d, i: 0, s: 2 });
        ops.push(Op::Set { p: d, i: 1, s: 3 });
        ops.push(Op::Set { p: d, i: 2, s: d });
        ops.push(Op::Set { p: d, i: 3, s: 6 });
    }
    ops.push(Op::NewArray { d: ARRAY, len: 5 });
    ops.push(Op::NewPair { d: PAIR, a: 6, b: 7 });
    ops.push(Op::NewGenerator { d: GENERATOR, f: GENERATOR_BODY, a: 3 });
    let header = ops.len();
    ops.push(Op::Header { index: 0 });
    let at = ops.len();
    ops.push(Op::Nop);
    let length = 4 + r.below(14);
    let everything = r.below(2) == 0;
    let twins = r.below(10) == 0;
    let mut builder = Builder { random: r, ops };
    if twins {
        builder.twins();
    } else {
        builder.body(length, &scope);
    }
    let mut ops = builder.ops;
    ops.push(Op::AddInt { d: 1, a: 1, k: 1 });
    ops.push(Op::Jump { to: header });
    ops[at] = Op::JumpNotLess { a: 1, b: 0, to: ops.len() };
    // What is left goes into the result: everything, or a part, so that the rest is dead after its last use.
    let all = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ARRAY, PAIR];
    let kept: Vec<u8> = all.into_iter().filter(|_| everything || r.below(3) == 0).collect();
    ops.push(Op::NewArray { d: 12, len: 12 });
    for (i, s) in kept.into_iter().enumerate() {
        ops.push(Op::Int { d: 13, k: i as i64 });
        ops.push(Op::SetItem { p: 12, i: 13, s });
    }
    ops.push(Op::Return { a: 12 });
    Function::new("main", SLOTS, false, ops)
}

fn function(r: &mut Random, number: usize, scope: &Scope) -> Function {
    let mut ops = vec![Op::Move { d: TEMP, s: 4 }];
    for (d, s) in [(6, 2), (7, 3), (8, 2), (9, 3), (10, TEMP), (11, TEMP)] {
        ops.push(Op::Move { d, s });
    }
    for d in 2..6 {
        ops.push(Op::Int { d, k: d as i64 - 1 });
    }
    ops.push(Op::NewArray { d: ARRAY, len: 4 });
    ops.push(Op::NewPair { d: PAIR, a: 6, b: 7 });
    let length = 3 + r.below(8);
    let inline = r.below(6) != 0;
    let mut builder = Builder { random: r, ops };
    builder.body(length, scope);
    if matches!(number, RECURSIVE | MUTUAL) {
        recursion(&mut builder, scope);
    }
    if builder.random.below(2) == 0 {
        builder.check_after_effect();
    }
    let mut ops = builder.ops;
    ops.push(Op::Return { a: if number & 1 == 1 { 6 + r.below(4) as u8 } else { 2 } });
    Function::new(&format!("f{number}"), SLOTS, inline, ops)
}

/// Up to two calls of the recursive functions with a smaller argument.
fn recursion(builder: &mut Builder, scope: &Scope) {
    builder.ops.push(Op::AndInt { d: 0, a: 0, k: 3 });
    let at = builder.ops.len();
    builder.ops.push(Op::Nop);
    for k in [1, 2] {
        builder.ops.push(Op::AddInt { d: 16, a: 0, k: -1 });
        for (d, s) in [(17, 3), (18, 6), (19, 7), (20, 10)] {
            builder.ops.push(Op::Move { d, s });
        }
        let f = if builder.random.below(3) == 0 { MUTUAL } else { RECURSIVE };
        builder.ops.push(Op::Call { d: 1 + k, f, base: 16, n: 5 });
        let length = builder.random.below(4);
        builder.body(length, &Scope { depth: 2, loops: 0, ..scope.clone() });
        if builder.random.below(2) == 0 {
            break;
        }
    }
    builder.ops[at] = Op::JumpEqual { a: 0, k: 0, to: builder.ops.len() };
}

fn generator(r: &mut Random) -> Function {
    let mut ops = vec![
        Op::AndInt { d: 1, a: 1, k: 31 },
        Op::Int { d: 2, k: 0 },
        Op::New { d: 3 },
        Op::Set { p: 3, i: 0, s: 1 },
    ];
    let header = ops.len();
    ops.push(if r.below(2) == 0 { Op::Header { index: 0 } } else { Op::Nop });
    let at = ops.len();
    ops.push(Op::Nop);
    for _ in 0..2 {
        match r.below(6) {
            0 => ops.push(Op::Print { d: 4, a: 2, lim: 1 }),
            1 => ops.push(Op::Bump { d: 4, p: 3, lim: 1 }),
            2 => {
                ops.push(Op::New { d: 3 });
                ops.push(Op::Set { p: 3, i: 0, s: 2 });
            }
            3 => {
                ops.push(Op::Get { d: 4, p: 3, i: 0 });
                ops.push(Op::Add { d: 4, a: 4, b: 2 });
                ops.push(Op::AndInt { d: 4, a: 4, k: 0xff });
                ops.push(Op::Set { p: 3, i: 0, s: 4 });
            }
            4 => {
                let to = ops.len() + 3;
                ops.push(Op::JumpEqual { a: 2, k: 3, to });
                ops.push(Op::Yield { a: 1 });
                ops.push(Op::Nop);
            }
            _ => {}
        }
        if r.below(2) == 0 {
            ops.push(Op::Get { d: 4, p: 3, i: 0 });
            ops.push(Op::Yield { a: 4 });
        } else {
            ops.push(Op::Yield { a: 2 });
        }
    }
    ops.push(Op::AddInt { d: 2, a: 2, k: 1 });
    ops.push(Op::Jump { to: header });
    ops[at] = Op::JumpNotLess { a: 2, b: 1, to: ops.len() };
    ops.push(Op::Finish);
    Function::new("generator", 8, true, ops)
}
