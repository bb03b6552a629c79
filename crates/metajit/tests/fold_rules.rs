//! Every fold rule against the meaning of the operation it folds, on edge values.
//!
//! For each pure operation, each operand is in turn an input, a constant, the same input again, or the result
//! of another operation on an input; what the optimiser makes of it is evaluated and compared with the table. Guards are
//! put before, so that ranges and known truth values take part.

mod trace_world;

use fastrand::Rng;
use metajit::heap::Value;
use metajit::heap::value::{SMALL_INT_MAX, SMALL_INT_MIN};
use metajit::ir::eval::{Stopped, World, run};
use metajit::ir::{Class, End, Op, OpRef, Opcode, Snapshot, SnapshotId, Trace, eval_pure};
use metajit::kind::Type;
use metajit::opt;
use trace_world::model::Model;

const INTS: &[i64] = &[
    0,
    1,
    -1,
    2,
    -2,
    3,
    7,
    8,
    63,
    64,
    65,
    127,
    128,
    255,
    256,
    -255,
    1 << 31,
    1 << 53,
    (1 << 53) + 1,
    SMALL_INT_MIN,
    SMALL_INT_MAX,
    SMALL_INT_MIN - 1,
    SMALL_INT_MAX + 1,
    i64::MIN,
    i64::MIN + 1,
    i64::MAX,
    i64::MAX - 1,
];
const FLOATS: &[f64] = &[
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    1.5,
    -2.5,
    1e9,
    9007199254740993.0,
    1e18,
    1e300,
    -1e300,
    5e-324,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    f64::MAX,
    f64::MIN_POSITIVE,
];

/// A trace under construction, and what its values are.
struct Builder<'a> {
    rng: &'a mut Rng,
    trace: Trace,
    bits: Vec<u64>,
    inputs: Vec<u64>,
}

impl Builder<'_> {
    fn push(&mut self, code: Opcode, ty: Option<Type>, operands: &[OpRef], data: u64, bits: u64) -> OpRef {
        let mut args = [OpRef::NONE; 3];
        args[..operands.len()].copy_from_slice(operands);
        self.trace.ops.push(Op { code, ty, args, data, snapshot: SnapshotId::NONE });
        self.bits.push(bits);
        OpRef(self.trace.ops.len() as u32 - 1)
    }
    fn edge(&mut self, ty: Type) -> u64 {
        match ty {
            Type::Int => *self.rng.choice(INTS).unwrap() as u64,
            Type::Float => self.rng.choice(FLOATS).unwrap().to_bits(),
            Type::Bool => self.rng.bool() as u64,
            Type::Ref => 8 * self.rng.u64(0..4),
            Type::Value => match self.rng.u32(0..3) {
                0 => Value::int(self.rng.i64(-3..4)).bits(),
                1 => Value::float(self.rng.i64(-3..4) as f64 * 0.5 + 0.25).bits(),
                _ => 8 * self.rng.u64(0..4),
            },
        }
    }
    fn input(&mut self, ty: Type) -> OpRef {
        let bits = self.edge(ty);
        self.inputs.push(bits);
        self.trace.inputs.push(ty);
        self.push(Opcode::Input, Some(ty), &[], self.inputs.len() as u64 - 1, bits)
    }
    /// An operand of that type: an input, a constant, a value that is there, or an operation on such.
    fn operand(&mut self, ty: Type, depth: u32) -> OpRef {
        let known: Vec<u32> =
            (0..self.trace.ops.len() as u32).filter(|&i| self.trace.ops[i as usize].ty == Some(ty)).collect();
        match self.rng.u32(0..6) {
            0 => {
                // A constant pointer would be looked into while folding: only null can be one here.
                let is_pointer = |bits: u64| matches!(ty, Type::Ref | Type::Value) && bits.is_multiple_of(8);
                let bits = Some(self.edge(ty)).filter(|&bits| !is_pointer(bits)).unwrap_or(0);
                self.push(Opcode::Const, Some(ty), &[], bits, bits)
            }
            1 | 2 if !known.is_empty() => OpRef(*self.rng.choice(&known).unwrap()),
            3 | 4 if depth > 0 => {
                let codes: Vec<Opcode> =
                    Opcode::ALL.iter().copied().filter(|code| code.pure_result() == Some(ty)).collect();
                let code = *self.rng.choice(&codes).unwrap();
                self.operation(code, depth - 1).unwrap_or_else(|| self.input(ty))
            }
            _ => self.input(ty),
        }
    }
    /// The operation on random operands; nothing if they are none that it is defined on.
    fn operation(&mut self, code: Opcode, depth: u32) -> Option<OpRef> {
        let operands: Vec<OpRef> = code.pure_params().iter().map(|&ty| self.operand(ty, depth)).collect();
        let bits: Vec<u64> = operands.iter().map(|r| self.bits[r.index()]).collect();
        let word = Value::from_bits(bits[0]);
        let mut model = world();
        let defined = match code {
            Opcode::UnboxInt => model.pure(Opcode::IsSmallInt, &bits) != 0,
            Opcode::UnboxFloat => model.pure(Opcode::IsImmediateFloat, &bits) != 0,
            Opcode::UnboxRef => word.is_null() || model.pure(Opcode::IsRef, &bits) != 0,
            Opcode::LayoutOf | Opcode::LenOf => bits[0] != 0,
            // Which NaN comes out of arithmetic is left open.
            Opcode::FloatBits => !f64::from_bits(bits[0]).is_nan(),
            // Only what needs no box: the builder and the evaluator have different heaps.
            Opcode::BoxInt => (SMALL_INT_MIN..=SMALL_INT_MAX).contains(&(bits[0] as i64)),
            Opcode::BoxFloat => bits[0] == 0 || (1e-60..1e60).contains(&f64::from_bits(bits[0]).abs()),
            _ => true,
        };
        if !defined {
            return None;
        }
        let result = model.pure(code, &bits);
        // Sometimes the interpreter has looked at the operands before.
        for &operand in &operands {
            if self.rng.u32(0..4) == 0 {
                self.look_at(operand);
            }
        }
        Some(self.push(code, code.pure_result(), &operands, 0, result))
    }
    /// A guard on something about the value.
    fn look_at(&mut self, r: OpRef) {
        let ty = self.trace.type_of(r);
        let tests: Vec<Opcode> = Opcode::ALL
            .iter()
            .copied()
            .filter(|code| code.pure_result() == Some(Type::Bool) && code.pure_params()[0] == ty)
            .collect();
        let code = *self.rng.choice(&tests).unwrap();
        let other = code.pure_params().get(1).map(|&ty| self.operand(ty, 0));
        let operands: Vec<OpRef> = [Some(r), other].into_iter().flatten().collect();
        let bits: Vec<u64> = operands.iter().map(|r| self.bits[r.index()]).collect();
        let truth = world().pure(code, &bits);
        let condition = self.push(code, Some(Type::Bool), &operands, 0, truth);
        let code = if truth != 0 { Opcode::GuardTrue } else { Opcode::GuardFalse };
        self.push(code, None, &[condition], 0, 0);
        self.trace.ops.last_mut().unwrap().snapshot = SnapshotId(0);
    }
}

/// A few objects, the same in every world.
fn world() -> Model {
    let mut world = Model::default();
    for layout in [trace_world::Pair::ID, trace_world::Node::ID, trace_world::Pair::ID] {
        world.new_object(layout, 0);
    }
    world
}

fn same(ty: Type, a: u64, b: u64) -> bool {
    let is_nan = |bits| ty == Type::Float && f64::from_bits(bits).is_nan();
    a == b || (is_nan(a) && is_nan(b))
}

fn check(code: Opcode, seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let mut b = Builder { rng: &mut rng, trace: Trace::default(), bits: vec![], inputs: vec![] };
    b.trace.snapshots.push(Snapshot::default());
    let Some(r) = b.operation(code, 2) else { return };
    let Builder { mut trace, bits, inputs, .. } = b;
    trace.end = End::Return(r);
    let optimised = opt::optimise(&trace).unwrap();
    let mut model = world();
    model.inputs = inputs;
    let outcome = run(&optimised, &mut model, 0);
    let expected = bits[r.index()];
    let Stopped::Return(found) = outcome.stopped else {
        panic!("{} seed {seed}: {:?}\n{trace}\n=>\n{optimised}", code.name(), outcome.stopped)
    };
    let End::Return(returned) = optimised.end else { unreachable!() };
    // What is returned has lost its box.
    let found = match (optimised.type_of(returned), trace.type_of(r)) {
        (from, to) if from == to => found,
        (from, to) => model.convert(from, to, found),
    };
    assert!(
        same(trace.type_of(r), found, expected),
        "{} seed {seed}: {found:x} for {expected:x}\n{trace}\n=>\n{optimised}",
        code.name()
    );
}

#[test]
fn folding_keeps_the_meaning_of_every_operation() {
    trace_world::setup();
    let rounds = std::env::var("FUZZ").map_or(1500, |rounds| rounds.parse().expect("FUZZ=rounds"));
    for &code in Opcode::ALL.iter().filter(|code| code.class() == Class::Pure) {
        (0..rounds).for_each(|seed| check(code, seed));
    }
}

#[test]
fn the_table_is_total_on_edge_values() {
    for &code in Opcode::ALL.iter().filter(|code| code.class() == Class::Pure) {
        match code.pure_params() {
            [Type::Int] if code != Opcode::BoxInt => {
                INTS.iter().for_each(|&a| assert!(eval_pure(code, &[a as u64]).is_some()));
            }
            [Type::Int, Type::Int] => {
                for &a in INTS {
                    INTS.iter().for_each(|&b| assert!(eval_pure(code, &[a as u64, b as u64]).is_some()));
                }
            }
            [Type::Float, Type::Float] => {
                for a in FLOATS {
                    for b in FLOATS {
                        assert!(eval_pure(code, &[a.to_bits(), b.to_bits()]).is_some());
                    }
                }
            }
            _ => {}
        }
    }
}
