//! Bounds on code, bridges and traces; code that is dropped; results that come from another thread.

#![allow(unsafe_code)]

use crate::common::check::{self, Setting};
use crate::common::counting::{counted, counting, placed};
use crate::common::lang::{self, ELSEWHERE, Function, Op, Op::*, PROGRAM, program};
use metajit::driver;
use metajit::observe::{Event, Observer};
use std::cell::RefCell;
use std::rc::Rc;

/// Runs a program with and without the JIT; what it does must be the same.
fn same(make: impl Fn() -> Vec<Function>, n: i64, parameters: &'static str) -> driver::Statistics {
    let plain = check::run_plain(&make, &[n]);
    let observed = check::run_jit(&make, &[n], Setting { parameters, collect_every: None });
    assert_eq!(observed, plain);
    driver::statistics()
}

#[test]
fn a_value_that_keeps_changing_is_not_promoted_for_ever() {
    let _heap = check::exclusive();
    let body = [Promote { d: 3, a: 1 }, Add { d: 2, a: 2, b: 3 }, AndInt { d: 2, a: 2, k: 0x7fff }];
    let make = || vec![counting(&[], &body)];
    let few = same(make, 3000, "threshold=3,bridge_threshold=2,merge_passes=0,promotions=3");
    assert!(few.bridges < 10 && few.exits < 200, "{few:?}");
    // Without that, each of the sixteen values has a bridge, unless that is limited.
    let many = same(make, 3000, "threshold=3,bridge_threshold=2,merge_passes=0,promotions=1000");
    assert!(many.bridges >= 15, "{many:?}");
    let limited =
        same(make, 3000, "threshold=3,bridge_threshold=2,merge_passes=0,promotions=1000,place_bridges=4");
    assert!(limited.bridges < 10, "{limited:?}");
}

/// Adds and masks, so many times.
fn long(count: usize) -> Vec<Op> {
    let pair = [Add { d: 2, a: 2, b: 1 }, AndInt { d: 2, a: 2, k: 0x7fff }];
    pair.into_iter().cycle().take(2 * count).collect()
}

#[test]
fn a_trace_that_is_too_long_goes_on_in_bridges() {
    let _heap = check::exclusive();
    let make = || vec![counting(&[], &long(150))];
    let statistics = same(make, 1000, "threshold=3,bridge_threshold=3,trace_limit=200");
    assert!(statistics.loops == 1 && (2..10).contains(&statistics.bridges), "{statistics:?}");
    assert!(statistics.exits < 100, "{statistics:?}");
}

#[test]
fn the_largest_callee_is_called_before_a_trace_is_cut() {
    let _heap = check::exclusive();
    let mut callee = long(150);
    callee.push(Return { a: 2 });
    let body = [
        Move { d: 17, s: 1 },
        Move { d: 18, s: 2 },
        Call { d: 3, f: 1, base: 16, n: 3 },
        AndInt { d: 2, a: 3, k: 0xff },
    ];
    let make = || vec![counting(&[], &body), Function::new("long", 4, true, callee.clone())];
    let statistics =
        same(make, 1000, "threshold=3,function_threshold=1000000,bridge_threshold=3,trace_limit=200");
    assert!(statistics.loops == 1 && statistics.bridges == 0, "{statistics:?}");
}

/// A main loop that calls functions with loops of their own, one after the other.
fn many_loops(functions: usize) -> Vec<Function> {
    let calls = (1..=functions).flat_map(|f| {
        [
            Int { d: 16, k: 20 },
            Call { d: 3, f, base: 16, n: 1 },
            Add { d: 2, a: 2, b: 3 },
            AndInt { d: 2, a: 2, k: 0x7fff },
        ]
    });
    let body: Vec<Op> = calls.collect();
    let main = counting(&[], &body);
    let inner = |_| counting(&[], &[Add { d: 2, a: 2, b: 1 }]);
    std::iter::once(main).chain((0..functions).map(inner)).collect()
}

#[test]
fn the_budget_of_code_is_kept() {
    let _heap = check::exclusive();
    let parameters =
        "threshold=10,function_threshold=1000000,bridge_threshold=1000000,code_limit=4000,unroll=1";
    let statistics = same(|| many_loops(20), 100, parameters);
    assert!(statistics.evictions > 100 && statistics.live_bytes <= 4000, "{statistics:?}");
    assert!(statistics.freed > 50, "{statistics:?}");
}

#[test]
fn code_goes_with_what_it_was_compiled_from() {
    let _heap = check::exclusive();
    driver::testing::reset();
    driver::set_mode(driver::Mode::Sync);
    driver::configure("threshold=3,function_threshold=1000000").expect("parameters exist");
    let body = [Move { d: 16, s: 1 }, Call { d: 3, f: 1, base: 16, n: 1 }, Add { d: 2, a: 2, b: 3 }];
    let callee = vec![AndInt { d: 0, a: 0, k: 7 }, Return { a: 0 }];
    let program = program(vec![counting(&[], &body), Function::new("callee", 2, true, callee)]);
    check::run(program, &[100]);
    assert!(driver::statistics().live_bytes > 0);
    PROGRAM.set(None);
    let program: *const [Function] = program;
    // SAFETY: `program` has leaked the box, and nothing runs in it any more.
    drop(unsafe { Box::from_raw(program.cast_mut()) });
    let statistics = driver::statistics();
    assert!(statistics.dropped > 0 && statistics.live_bytes == 0, "{statistics:?}");
}

#[test]
fn assumptions_break_on_other_threads() {
    let _heap = check::exclusive();
    let body = [
        Global { d: 3 },
        Add { d: 2, a: 2, b: 3 },
        AndInt { d: 4, a: 1, k: 63 },
        JumpEqual { a: 4, k: 40, to: 5 },
        Jump { to: 6 },
        SetGlobal { a: 1 },
        Global { d: 3 },
        Add { d: 2, a: 2, b: 3 },
    ];
    ELSEWHERE.set(true);
    let statistics =
        same(|| vec![counting(&[], &body)], 1000, "threshold=5,bridge_threshold=3,merge_passes=0");
    ELSEWHERE.set(false);
    assert!(statistics.invalidations > 0, "{statistics:?}");
}

#[test]
fn code_comes_from_the_background() {
    let _heap = check::exclusive();
    let body = [
        AndInt { d: 3, a: 1, k: 3 },
        JumpEqual { a: 3, k: 1, to: 4 },
        AddInt { d: 2, a: 2, k: 1 },
        Jump { to: 5 },
        AddInt { d: 2, a: 2, k: 100 },
    ];
    let make = || vec![counting(&[], &body)];
    let statistics =
        same(make, 300_000, "background=1,background_first=1,background_merges=1,merge_passes=1");
    assert!(statistics.background > 0, "{statistics:?}");
    let late = same(make, 3000, "threshold=3,bridge_threshold=2,delay_results=20,merge_passes=0");
    assert!(late.loops == 1 && late.bridges > 0, "{late:?}");
}

/// Notes the events, in words.
struct Notes(Rc<RefCell<Vec<String>>>);

impl Observer for Notes {
    fn event(&mut self, event: &Event<'_>) {
        let words = match event {
            Event::Recording { position } => format!("recording {position}"),
            Event::Compiled { bridge, parts, .. } => format!("compiled {bridge} {parts}"),
            Event::Aborted { reason, .. } => format!("aborted {reason:?}"),
            Event::GivenUp { why, .. } => format!("given up: {why}"),
            _ => String::new(),
        };
        self.0.borrow_mut().push(words);
    }
}

#[test]
fn an_observer_is_told() {
    let _heap = check::exclusive();
    let notes = Rc::default();
    driver::observe(Box::new(Notes(Rc::clone(&notes))));
    same(|| vec![counting(&[], &[Global { d: 3 }, Add { d: 2, a: 2, b: 3 }])], 100, "threshold=3");
    lang::reset();
    let notes = notes.borrow();
    let told: Vec<&str> = notes.iter().map(String::as_str).filter(|n| !n.starts_with("recording")).collect();
    assert_eq!(told, ["compiled false 1", "given up: an assumption was broken"]);
    assert!(notes[0].starts_with("recording main:"), "{notes:?}");
}

/// Sums up its second argument, so many times as the first says.
fn sum() -> Function {
    let mut ops = vec![Move { d: 3, s: 1 }];
    ops.extend(placed(&counted(2, 0, &[Add { d: 3, a: 3, b: 1 }]), 1));
    ops.push(Return { a: 3 });
    Function::new("sum", 4, true, ops)
}

#[test]
fn a_loop_has_a_version_for_each_kind_of_state() {
    let _heap = check::exclusive();
    let body = [
        Int { d: 16, k: 100 },
        Int { d: 17, k: 3 },
        Call { d: 3, f: 1, base: 16, n: 2 },
        Int { d: 16, k: 100 },
        Float { d: 17, k: 0.5 },
        Call { d: 2, f: 1, base: 16, n: 2 },
    ];
    let make = || vec![counting(&[], &body), sum()];
    let parameters = "threshold=3,function_threshold=1000000,bridge_threshold=3,merge_passes=0,unroll=1";
    let two = same(make, 50, parameters);
    // Each call leaves a loop at its end; nothing leaves in each iteration.
    assert!(two.loops >= 3 && two.exits < 200, "{two:?}");
    let one = same(make, 50, &format!("{parameters},versions=1").leak()[..]);
    assert!(one.loops < two.loops, "{one:?}");
}
