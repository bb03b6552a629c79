//! Whole units: loops, exits, bridges, jumps to other loops, returns.

use crate::build::{Build, Machine, get_slot, set_slot};
use metajit::backend::{Backend, Compiled, ExitLayout, Part, RETURN_EXIT};
use metajit::frame::LoopCell;
use metajit::heap::Value;
use metajit::ir::{End, OpRef, Opcode, SnapshotId};
use metajit::kind::Type;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// `while i < n: total += i; i += 1` with overflow checks; `i` and `n` in slots 0 and 1, `total` in slot 2.
/// Leaves through exit 0 at the end of the loop, through exit 1 on overflow.
fn sum_loop(build: &mut Build) {
    let words = [build.slot(0), build.slot(1), build.slot(2)];
    let ints = words.map(|w| build.pure(Opcode::UnboxInt, &[w]));
    let [i, n, total] = ints;
    let params = build.header(&[i, total]);
    let (i, total) = (params[0], params[1]);
    let at_start = build.snapshot(&[(0, i), (2, total)]);
    let more = build.pure(Opcode::IntLt, &[i, n]);
    build.guard(more, true, at_start);
    let overflows = build.pure(Opcode::IntAddOvf, &[total, i]);
    let at_sum = build.snapshot(&[(2, total), (0, i)]);
    build.guard(overflows, false, at_sum);
    let total = build.pure(Opcode::IntAdd, &[total, i]);
    let one = build.int(1);
    let overflows = build.pure(Opcode::IntAddOvf, &[i, one]);
    let at_step = build.snapshot(&[(0, i), (2, total)]);
    build.guard(overflows, false, at_step);
    let i = build.pure(Opcode::IntAdd, &[i, one]);
    build.close(&[i, total]);
}

fn start_sum(i: i64, n: i64, total: i64) {
    for (slot, x) in [i, n, total].into_iter().enumerate() {
        set_slot(slot, Value::int(x));
    }
}

/// The value of `name` after leaving through an exit.
fn value_at(machine: &Machine, unit: &Compiled, exit: usize, name: OpRef) -> u64 {
    let place = unit.exits[exit].values.iter().position(|v| v.0 == name).expect("the exit has the value");
    machine.buffer[unit.exits[exit].words[place] as usize]
}

#[test]
fn a_loop_runs_and_leaves() {
    let mut machine = Machine::new();
    let mut build = Build::default();
    sum_loop(&mut build);
    let unit = machine.compile(&build.trace);
    assert_eq!(unit.exits.len(), 3);
    start_sum(0, 1000, 0);
    assert_eq!(machine.run(&unit), 0);
    let params: Vec<_> = build.trace.params.iter().map(|p| p.op).collect();
    assert_eq!(value_at(&machine, &unit, 0, params[0]), 1000);
    assert_eq!(value_at(&machine, &unit, 0, params[1]), 499_500);

    // A sum that overflows after a while.
    let start = Value::int(i64::MAX >> 1).as_int().unwrap();
    start_sum(1 << 61, i64::MAX >> 1, start);
    let exit = machine.run(&unit);
    assert_eq!(exit, 1);
    let total = value_at(&machine, &unit, 1, params[1]) as i64;
    assert!(total.checked_add(value_at(&machine, &unit, 1, params[0]) as i64).is_none());
}

#[test]
fn a_small_loop_leaves_in_each_of_its_rounds() {
    let mut machine = Machine::new();
    let mut build = Build::default();
    sum_loop(&mut build);
    let unit = machine.compile(&build.trace);
    let params: Vec<_> = build.trace.params.iter().map(|p| p.op).collect();
    for n in 0..12 {
        start_sum(0, n, 0);
        assert_eq!(machine.run(&unit), 0);
        assert_eq!(value_at(&machine, &unit, 0, params[0]) as i64, n);
        assert_eq!(value_at(&machine, &unit, 0, params[1]) as i64, n * (n - 1) / 2);
    }
}

#[test]
fn a_bridge_continues_an_exit() {
    let mut machine = Machine::new();
    let mut build = Build::default();
    sum_loop(&mut build);
    let unit = machine.compile(&build.trace);
    // The bridge doubles the total and returns it.
    let mut bridge = Build::default();
    let inputs: Vec<_> = unit.exits[0].values.iter().map(|v| bridge.input(v.1)).collect();
    let total = inputs[unit.exits[0].values.iter().position(|v| v.0 == build.trace.params[1].op).unwrap()];
    let twice = bridge.pure(Opcode::IntAdd, &[total, total]);
    bridge.trace.end = End::Return(twice);
    let bridge = machine.compile(&bridge.trace);
    start_sum(0, 100, 0);
    assert_eq!(machine.run(&unit), 0);
    unit.cells[0].set(bridge.entry);
    start_sum(0, 100, 0);
    assert_eq!(machine.run(&unit), RETURN_EXIT);
    assert_eq!(Value::from_bits(machine.buffer[0]).as_int(), Some(9900));
    // Without its bridge the exit leaves again.
    unit.cells[0].set(std::ptr::null());
    machine.backend.free(bridge.code);
    start_sum(0, 100, 0);
    assert_eq!(machine.run(&unit), 0);
}

#[test]
fn a_jump_enters_a_loop_or_falls_back() {
    let mut machine = Machine::new();
    let mut build = Build::default();
    sum_loop(&mut build);
    let target = machine.compile(&build.trace);
    let cell: &'static LoopCell = Box::leak(Box::new(LoopCell::new()));
    // Starts the sum at 10, with an integer that needs a box as the limit's neighbour.
    let mut jump = Build::default();
    let ten = jump.int(10);
    let large = jump.int(i64::MAX);
    let half = jump.input(Type::Float);
    let x = jump.pure(Opcode::FloatToInt, &[half]);
    let fallback = jump.snapshot(&[(0, ten), (1, x), (2, ten), (3, half), (4, large)]);
    jump.trace.end = End::Jump {
        cell: cell as *const LoopCell as usize,
        slots: vec![(0, ten), (1, x), (2, ten), (3, half), (4, large)],
        fallback,
    };
    let first = machine.next_exit;
    let jump = machine.compile(&jump.trace);
    machine.buffer[0] = 12.5f64.to_bits();
    assert_eq!(machine.run(&jump), first);
    assert!(!jump.exits[0].continues);
    cell.code().set(target.entry);
    machine.buffer[0] = 12.5f64.to_bits();
    assert_eq!(machine.run(&jump), 0);
    assert_eq!(value_at(&machine, &target, 0, build.trace.params[1].op), 10 + 10 + 11);
    assert_eq!(get_slot(3).as_float(), Some(12.5));
    assert_eq!(get_slot(4).as_int(), Some(i64::MAX));
    cell.code().set(std::ptr::null());
}

#[test]
fn exits_of_one_shape_share_their_code() {
    let mut machine = Machine::new();
    let mut build = Build::default();
    let inputs: Vec<_> =
        (0..20).map(|i| build.input(if i % 3 == 0 { Type::Float } else { Type::Int })).collect();
    let flag = build.input(Type::Bool);
    let selector = build.input(Type::Int);
    let mut expected = Vec::new();
    for k in 0..20 {
        let slots: Vec<_> =
            (0..=k).map(|j| (j as u32, inputs[(k * 7 + j) % 20])).chain([(30, flag)]).collect();
        let snapshot = build.snapshot(&slots);
        expected.push(build.trace.exit_values(snapshot));
        let k = build.int(k as i64);
        let chosen = build.pure(Opcode::IntEq, &[selector, k]);
        build.guard(chosen, false, snapshot);
    }
    build.exit(&[]);
    let unit = machine.compile(&build.trace);
    let bits = |r: OpRef| match build.trace.ops.get(r.index()).unwrap().ty {
        Some(Type::Float) => (r.0 as f64 + 0.5).to_bits(),
        Some(Type::Bool) => 1,
        _ => r.0 as u64 * 1000,
    };
    for k in 0..20 {
        for (i, &input) in inputs.iter().chain([&flag]).enumerate() {
            machine.buffer[i] = bits(input);
        }
        machine.buffer[21] = k;
        assert_eq!(machine.run(&unit), k);
        let ExitLayout { values: layout, words, .. } = &unit.exits[k as usize];
        assert_eq!(layout.len(), expected[k as usize].len());
        for (i, &(name, ty)) in layout.iter().enumerate() {
            assert_eq!(ty, build.trace.type_of(name));
            assert!(expected[k as usize].contains(&name));
            assert_eq!(machine.buffer[words[i] as usize], bits(name), "value {i} of exit {k}");
        }
    }
    machine.buffer[21] = 20;
    assert_eq!(machine.run(&unit), 20);
}

#[test]
fn polling_and_invalidation_leave_a_loop() {
    let invalid = Arc::new(AtomicBool::new(false));
    let mut machine = Machine::new();
    let mut build = Build::default();
    let zero = build.int(0);
    let i = build.header(&[zero])[0];
    let at_start = build.snapshot(&[(0, i)]);
    let at_check = build.snapshot(&[(1, i)]);
    let at_end = build.snapshot(&[(2, i)]);
    let poll = build.op(Opcode::Poll, Some(Type::Bool), &[], 0);
    build.guard(poll, false, at_start);
    let invalidated = build.op(Opcode::Invalidated, Some(Type::Bool), &[], 0);
    build.guard(invalidated, false, at_check);
    let limit = build.int(1000);
    let more = build.pure(Opcode::IntLt, &[i, limit]);
    build.guard(more, true, at_end);
    let one = build.int(1);
    let next = build.pure(Opcode::IntAdd, &[i, one]);
    build.close(&[next]);
    let unit = machine.compile_watching(&build.trace, invalid.clone());
    assert_eq!(machine.run(&unit), 2);
    metajit::poll::request();
    assert_eq!(machine.run(&unit), 0);
    metajit::poll::clear();
    invalid.store(true, Ordering::Relaxed);
    assert_eq!(machine.run(&unit), 1);
    assert_eq!(machine.buffer[0], 0);
}

/// `while i < n: if i is even: total += i; i += 1` with the odd case left to exit 1; slots as in `sum_loop`.
fn sum_of_even(build: &mut Build) {
    let words = [build.slot(0), build.slot(1), build.slot(2)];
    let [i, n, total] = words.map(|w| build.pure(Opcode::UnboxInt, &[w]));
    let params = build.header(&[i, total]);
    let (i, total) = (params[0], params[1]);
    let at_start = build.snapshot(&[(0, i), (2, total)]);
    let more = build.pure(Opcode::IntLt, &[i, n]);
    build.guard(more, true, at_start);
    let one = build.int(1);
    let odd = build.pure(Opcode::IntAnd, &[i, one]);
    let zero = build.int(0);
    let even = build.pure(Opcode::IntEq, &[odd, zero]);
    let at_odd = build.snapshot(&[(0, i), (2, total)]);
    build.guard(even, true, at_odd);
    let total = build.pure(Opcode::IntAdd, &[total, i]);
    let i = build.pure(Opcode::IntAdd, &[i, one]);
    build.close(&[i, total]);
}

/// The odd case: `total -= 1; i += 1`, leaving when `i` is 77; gives the names of both.
fn odd_case(build: &mut Build) -> (OpRef, OpRef) {
    let (i, total) = (build.input(Type::Int), build.input(Type::Int));
    let limit = build.int(77);
    let stops = build.pure(Opcode::IntEq, &[i, limit]);
    let at_limit = build.snapshot(&[(0, total), (1, i)]);
    build.guard(stops, false, at_limit);
    let one = build.int(1);
    let total = build.pure(Opcode::IntSub, &[total, one]);
    (build.pure(Opcode::IntAdd, &[i, one]), total)
}

fn expected_sum(n: i64) -> i64 {
    (0..n).fold(0, |total, i| if i % 2 == 0 { total + i } else { total - 1 })
}

#[test]
fn a_bridge_in_the_same_region_enters_the_loop() {
    let mut machine = Machine::new();
    let (mut root, mut bridge) = (Build::default(), Build::default());
    sum_of_even(&mut root);
    let (i, total) = odd_case(&mut bridge);
    // The loop uses `n` from before its header. For the test the bridge makes it smaller: it is 50 from now on.
    assert_eq!(root.trace.loop_inputs().len(), 1);
    let n = bridge.int(50);
    let fallback = bridge.snapshot(&[(0, total), (1, i)]);
    bridge.trace.end = End::Enter { params: vec![i, total], outer: vec![n], fallback };
    let at_odd = SnapshotId(1);
    let parts = [
        Part { trace: &root.trace.plain(), continues: None },
        Part { trace: &bridge.trace.plain(), continues: Some((0, at_odd)) },
    ];
    let unit = machine.compile_parts(&parts, None);
    let parts_of_exits: Vec<_> = unit.exits.iter().map(|exit| (exit.part, exit.snapshot)).collect();
    assert_eq!(parts_of_exits, [(0, SnapshotId(0)), (1, SnapshotId(0))]);
    start_sum(0, 1000, 0);
    assert_eq!(machine.run(&unit), 0);
    assert_eq!(machine.buffer[..2], [50, expected_sum(50) as u64]);
    start_sum(77, 1000, 5);
    assert_eq!(machine.run(&unit), 1);
    assert_eq!(machine.buffer[..2], [5, 77]);
}

#[test]
fn a_bridge_in_the_same_region_starts_it_again() {
    let mut machine = Machine::new();
    let (mut root, mut bridge) = (Build::default(), Build::default());
    sum_of_even(&mut root);
    let (i, total) = odd_case(&mut bridge);
    let fallback = bridge.snapshot(&[]);
    bridge.trace.end = End::Jump { cell: 64, slots: vec![(0, i), (2, total)], fallback };
    let parts = [
        Part { trace: &root.trace.plain(), continues: None },
        Part { trace: &bridge.trace.plain(), continues: Some((0, SnapshotId(1))) },
    ];
    let unit = machine.compile_parts(&parts, Some(64));
    start_sum(0, 70, 0);
    assert_eq!(machine.run(&unit), 0);
    assert_eq!(machine.buffer[..2], [70, expected_sum(70) as u64]);
}

#[test]
fn a_small_loop_costs_little_memory() {
    let mut machine = Machine::new();
    let mut build = Build::default();
    sum_loop(&mut build);
    machine.compile(&build.trace);
    let before = resident_bytes();
    let units: Vec<_> = (0..100).map(|_| machine.compile(&build.trace)).collect();
    let after = resident_bytes();
    assert!(after - before < 4 << 20, "{} bytes for 100 loops", after - before);
    for unit in &units {
        machine.backend.free(unit.code);
    }
}

/// Memory of this process that is in RAM; 0 where the system does not tell.
fn resident_bytes() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4096
}
