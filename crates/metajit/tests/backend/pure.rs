//! Every pure operation on edge values, with varying and with constant operands.

use crate::build::{Build, Machine};
use metajit::backend::Backend;
use metajit::heap::{Ref, Value};
use metajit::ir::{Class, Opcode, eval_pure};
use metajit::kind::Type;

const INTS: &[i64] = &[
    0,
    1,
    -1,
    2,
    -2,
    3,
    -3,
    7,
    10,
    -10,
    63,
    64,
    65,
    100,
    641,
    1 << 32,
    -(1 << 32),
    (1 << 31) - 1,
    0x0123_4567_89ab_cdef,
    i64::MAX,
    i64::MIN,
    i64::MAX - 1,
    i64::MIN + 1,
    i64::MAX >> 1,
    i64::MIN >> 1,
    (i64::MAX >> 1) + 1,
    (i64::MIN >> 1) - 1,
];

const FLOATS: &[f64] = &[
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    1.5,
    2.5,
    -2.5,
    1e300,
    -1e300,
    1e-300,
    5e-324,
    9.3e18,
    -9.3e18,
    9.223372036854775e18,
    4503599627370497.5,
    1.7272337110188893e-77,
    1.157920892373162e77,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

/// Words on which an operation is defined.
fn operands(code: Opcode, ty: Type) -> Vec<u64> {
    let ints = INTS.iter().map(|&i| i as u64);
    let floats = FLOATS.iter().map(|f| f.to_bits());
    match ty {
        Type::Int => ints.collect(),
        Type::Float => floats.collect(),
        Type::Bool => vec![0, 1],
        Type::Ref => vec![0, 8, 0x7fff_ffff_fff8],
        Type::Value => {
            let ints = INTS.iter().map(|&i| Value::int(i).bits());
            let floats = FLOATS.iter().map(|&f| Value::float(f).bits());
            let words = ints.chain(floats).chain([Value::NULL.bits()]);
            words
                .filter(|&bits| match code {
                    Opcode::UnboxInt => Value::from_bits(bits).is_small_int(),
                    Opcode::UnboxFloat => Value::from_bits(bits).is_immediate_float(),
                    Opcode::UnboxRef => bits & 7 == 0,
                    _ => true,
                })
                .collect()
        }
    }
}

/// Whether two results of an operation are the same: boxes by content, all NaNs alike.
fn same(code: Opcode, a: u64, b: u64) -> bool {
    let (x, y) = (Value::from_bits(a), Value::from_bits(b));
    let same_float = |x: f64, y: f64| x.to_bits() == y.to_bits() || x.is_nan() && y.is_nan();
    match code {
        Opcode::BoxInt if a & 7 == 0 => x.as_int() == y.as_int(),
        Opcode::BoxFloat if a & 7 == 0 => {
            x.as_float().zip(y.as_float()).is_some_and(|(x, y)| same_float(x, y))
        }
        _ if code.pure_result() == Some(Type::Float) => same_float(f64::from_bits(a), f64::from_bits(b)),
        _ => a == b,
    }
}

/// All combinations of operands.
fn combinations(code: Opcode) -> Vec<Vec<u64>> {
    let mut all = vec![Vec::new()];
    for &ty in code.pure_params() {
        let choices = operands(code, ty);
        all = all
            .iter()
            .flat_map(|head| choices.iter().map(move |&x| [head.as_slice(), &[x]].concat()))
            .collect();
    }
    all
}

fn tested() -> impl Iterator<Item = Opcode> {
    let of_memory = [Opcode::LayoutOf, Opcode::LenOf];
    Opcode::ALL.iter().copied().filter(move |c| c.class() == Class::Pure && !of_memory.contains(c))
}

#[test]
fn varying_operands() {
    let mut machine = Machine::new();
    for code in tested() {
        let mut build = Build::default();
        let args: Vec<_> = code.pure_params().iter().map(|&ty| build.input(ty)).collect();
        let result = build.pure(code, &args);
        build.exit(&[result]);
        let unit = machine.compile(&build.trace);
        for operands in combinations(code) {
            machine.buffer[..operands.len()].copy_from_slice(&operands);
            machine.run(&unit);
            let expected = eval_pure(code, &operands).unwrap();
            let found = machine.buffer[0];
            assert!(same(code, expected, found), "{code:?} {operands:x?}: {found:x}, not {expected:x}");
        }
        machine.backend.free(unit.code);
    }
    assert!(machine.backend.statistics().resident < 1 << 14);
}

#[test]
fn constant_operands() {
    let mut machine = Machine::new();
    for code in tested().filter(|c| c.pure_params().len() == 2) {
        let [first, second] = *code.pure_params() else { unreachable!() };
        for fixed in 0..2 {
            let (fixed_type, other_type) = if fixed == 0 { (first, second) } else { (second, first) };
            for k in operands(code, fixed_type) {
                let mut build = Build::default();
                let other = build.input(other_type);
                let constant = build.constant(fixed_type, k);
                let args = if fixed == 0 { [constant, other] } else { [other, constant] };
                let result = build.pure(code, &args);
                build.exit(&[result]);
                let unit = machine.compile(&build.trace);
                for x in operands(code, other_type) {
                    machine.buffer[0] = x;
                    machine.run(&unit);
                    let operands = if fixed == 0 { [k, x] } else { [x, k] };
                    let (found, expected) = (machine.buffer[0], eval_pure(code, &operands).unwrap());
                    assert!(
                        same(code, expected, found),
                        "{code:?} {operands:x?}, constant {fixed}: {found:x}, not {expected:x}"
                    );
                }
                machine.backend.free(unit.code);
            }
        }
    }
}

#[test]
fn conditions_of_guards() {
    let mut machine = Machine::new();
    for code in tested().filter(|c| c.pure_result() == Some(Type::Bool)) {
        for (expected, negated) in [(true, false), (false, false), (true, true), (false, true)] {
            let mut build = Build::default();
            let args: Vec<_> = code.pure_params().iter().map(|&ty| build.input(ty)).collect();
            let mut condition = build.pure(code, &args);
            if negated {
                condition = build.pure(Opcode::BoolNot, &[condition]);
            }
            let failed = build.snapshot(&[]);
            build.guard(condition, expected, failed);
            build.exit(&[]);
            let first = machine.next_exit;
            let unit = machine.compile(&build.trace);
            for operands in combinations(code) {
                machine.buffer[..operands.len()].copy_from_slice(&operands);
                let passed = machine.run(&unit) - first;
                let holds = (eval_pure(code, &operands) == Some(1)) != negated;
                assert_eq!(passed == 1, holds == expected, "{code:?} {operands:x?} {expected} {negated}");
            }
            machine.backend.free(unit.code);
        }
    }
}

/// The overflow test computes the result too; both orders of the two operations, and the pair of quotient and remainder.
#[test]
fn results_computed_on_the_side() {
    let mut machine = Machine::new();
    let pairs = [
        (Opcode::IntAddOvf, Opcode::IntAdd),
        (Opcode::IntAdd, Opcode::IntAddOvf),
        (Opcode::IntSubOvf, Opcode::IntSub),
        (Opcode::IntMulOvf, Opcode::IntMul),
        (Opcode::IntFloorDiv, Opcode::IntFloorMod),
        (Opcode::IntFloorMod, Opcode::IntFloorDiv),
    ];
    for (one, two) in pairs {
        let constants = INTS.iter().map(|&k| Some(k));
        for k in constants.chain([None]) {
            let mut build = Build::default();
            let x = build.input(Type::Int);
            let y = match k {
                Some(k) => build.int(k),
                None => build.input(Type::Int),
            };
            let first = build.pure(one, &[x, y]);
            let second = build.pure(two, &[x, y]);
            build.exit(&[first, second]);
            let unit = machine.compile(&build.trace);
            for &x in INTS {
                for &y in k.as_ref().map_or(INTS, std::slice::from_ref) {
                    machine.buffer[..2].copy_from_slice(&[x as u64, y as u64]);
                    machine.run(&unit);
                    let operands = [x as u64, y as u64];
                    let expected = [eval_pure(one, &operands).unwrap(), eval_pure(two, &operands).unwrap()];
                    assert_eq!(machine.buffer[..2], expected, "{one:?} and {two:?} of {x} and {y}");
                }
            }
            machine.backend.free(unit.code);
        }
    }
}

#[test]
fn division_by_random_constants() {
    let mut machine = Machine::new();
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..200 {
        let divisor = random.i64(..) >> random.u32(0..63);
        let mut build = Build::default();
        let x = build.input(Type::Int);
        let y = build.int(divisor);
        let quotient = build.pure(Opcode::IntFloorDiv, &[x, y]);
        let remainder = build.pure(Opcode::IntFloorMod, &[x, y]);
        build.exit(&[quotient, remainder]);
        let unit = machine.compile(&build.trace);
        let multiple = divisor.wrapping_mul(random.i64(..) >> random.u32(0..63));
        let random_ones = [random.i64(..), random.i64(..) >> 32, multiple, multiple.wrapping_sub(1)];
        for &x in INTS.iter().chain(&random_ones) {
            machine.buffer[0] = x as u64;
            machine.run(&unit);
            let operands = [x as u64, divisor as u64];
            let expected =
                [Opcode::IntFloorDiv, Opcode::IntFloorMod].map(|c| eval_pure(c, &operands).unwrap());
            assert_eq!(machine.buffer[..2], expected, "{x} by {divisor}");
        }
        machine.backend.free(unit.code);
    }
}

#[test]
fn headers_of_objects() {
    let mut machine = Machine::new();
    let object = metajit::heap::alloc_bytes(b"hello");
    let mut build = Build::default();
    let x = build.input(Type::Ref);
    let (layout, len) = (build.pure(Opcode::LayoutOf, &[x]), build.pure(Opcode::LenOf, &[x]));
    build.exit(&[layout, len]);
    machine.once(&build.trace, &[object.bits()]);
    assert_eq!(machine.buffer[0], eval_pure(Opcode::LayoutOf, &[object.bits()]).unwrap());
    assert_eq!(machine.buffer[1], 5);
    assert_ne!(object, Ref::NULL);
}
