//! One small program for each rule: it runs the same in all settings, and its loops are compiled.

use crate::common::check::{self, Setting};
use crate::common::counting::counting;
use crate::common::lang::{Function, Op::*, STACK};
use crate::common::samples::{fib, numbers, row};
use metajit::driver;
use std::io::Write;
use std::sync::{Arc, Mutex};

const SETTING: Setting = Setting {
    parameters: "threshold=5,function_threshold=1000000,bridge_threshold=3,merge_passes=0",
    collect_every: None,
};

/// Compares all settings, and gives the statistics of a run with `SETTING`.
fn run(make: impl Fn() -> Vec<Function>, n: i64) -> driver::Statistics {
    check::compare(&make, &[n]).unwrap_or_else(|difference| panic!("{difference}"));
    check::run_jit(&make, &[n], SETTING);
    driver::statistics()
}

/// A log that is kept.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panicked while writing").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The operations of the body of the first loop that a run with `SETTING` compiles.
fn body_of_the_first_loop(make: impl Fn() -> Vec<Function>, n: i64) -> String {
    let kept = Kept::default();
    driver::log_to(Box::new(kept.clone()));
    check::run_jit(&make, &[n], SETTING);
    driver::finish_log();
    let log = String::from_utf8(std::mem::take(&mut *kept.0.lock().expect("nobody panicked"))).expect("text");
    let (_, body) = log.split_once("\nloop:\n").expect("a loop was compiled");
    body.split_once("end loop").map_or(body, |(body, _)| body).to_owned()
}

#[test]
fn a_loop_is_compiled_once_and_left_once() {
    let _heap = check::exclusive();
    let statistics = run(|| vec![counting(&[], &[Add { d: 2, a: 2, b: 1 }])], 1000);
    assert_eq!((statistics.loops, statistics.bridges), (1, 0));
    assert_eq!(statistics.exits, 1);
}

#[test]
fn integers_overflow_into_boxes_and_out_of_the_type() {
    let _heap = check::exclusive();
    run(|| vec![counting(&[Int { d: 2, k: 3 }], &[Add { d: 2, a: 2, b: 2 }])], 40);
    run(|| vec![counting(&[Int { d: 2, k: 3 }], &[Add { d: 2, a: 2, b: 2 }])], 61);
    run(|| vec![counting(&[Int { d: 2, k: 3 }], &[Add { d: 2, a: 2, b: 2 }])], 100);
}

#[test]
fn floats_stay_unboxed() {
    let _heap = check::exclusive();
    let body = [Add { d: 2, a: 2, b: 3 }, Mul { d: 2, a: 2, b: 4 }];
    let before = [Float { d: 2, k: 1.0 }, Float { d: 3, k: 0.5 }, Float { d: 4, k: 1.0625 }];
    run(|| vec![counting(&before, &body)], 2000);
}

#[test]
fn a_branch_becomes_a_bridge() {
    let _heap = check::exclusive();
    let body = [
        AndInt { d: 3, a: 1, k: 3 },
        JumpEqual { a: 3, k: 1, to: 4 },
        AddInt { d: 2, a: 2, k: 1 },
        Jump { to: 5 },
        AddInt { d: 2, a: 2, k: 100 },
    ];
    let statistics = run(|| vec![counting(&[], &body)], 1000);
    assert_eq!(statistics.loops, 1);
    assert!(statistics.bridges <= 2, "{statistics:?}");
    assert!(statistics.exits < 20, "{statistics:?}");
}

#[test]
fn a_bridge_joins_its_loop_when_it_has_been_taken_often() {
    let _heap = check::exclusive();
    let body = [
        AndInt { d: 3, a: 1, k: 3 },
        JumpEqual { a: 3, k: 1, to: 4 },
        AddInt { d: 2, a: 2, k: 1 },
        Jump { to: 5 },
        AddInt { d: 2, a: 2, k: 100 },
    ];
    let late = Setting {
        parameters: "threshold=5,function_threshold=1000000,bridge_threshold=3,merge_passes=2",
        collect_every: None,
    };
    check::run_jit(|| vec![counting(&[], &body)], &[2000], late);
    let statistics = driver::statistics();
    assert!(statistics.loops == 1 && statistics.merges > 0, "{statistics:?}");
    assert!((100..500).contains(&statistics.exits), "{statistics:?}");
}

#[test]
fn an_object_that_a_bridge_brings_twice_stays_one_object() {
    let _heap = check::exclusive();
    let before = [Int { d: 3, k: 1 }, New { d: 6 }, Set { p: 6, i: 0, s: 3 }, New { d: 7 }];
    // Slot 6 holds an object without memory, slot 7 a real one; one time in four the bridge puts the same into both.
    let body = [
        Set { p: 7, i: 0, s: 1 },
        Get { d: 3, p: 6, i: 0 },
        Add { d: 2, a: 2, b: 3 },
        New { d: 6 },
        Set { p: 6, i: 0, s: 1 },
        AndInt { d: 4, a: 1, k: 3 },
        JumpEqual { a: 4, k: 1, to: 8 },
        Jump { to: 9 },
        Move { d: 7, s: 6 },
    ];
    run(|| vec![counting(&before, &body)], 500);
}

#[test]
fn a_loop_that_replaces_an_object_is_entered_by_its_bridges() {
    let _heap = check::exclusive();
    // The object that slot 6 holds before the loop exists; from then on each iteration makes one without memory. What the old
    // one holds is nothing that a bridge has to bring.
    let before = [New { d: 6 }, Set { p: 6, i: 0, s: 2 }];
    let body = [
        Set { p: 6, i: 0, s: 1 },
        Get { d: 3, p: 6, i: 0 },
        Add { d: 2, a: 2, b: 3 },
        New { d: 6 },
        Set { p: 6, i: 0, s: 2 },
        AndInt { d: 5, a: 1, k: 3 },
        JumpEqual { a: 5, k: 1, to: 8 },
        Jump { to: 10 },
        New { d: 6 },
        Set { p: 6, i: 0, s: 1 },
    ];
    let statistics = run(|| vec![counting(&before, &body)], 1000);
    assert!(statistics.merges > 0 && statistics.exits < 20, "{statistics:?}");
}

#[test]
fn what_was_printed_before_a_failing_check_is_not_printed_again() {
    let _heap = check::exclusive();
    let before = [Int { d: 3, k: 128 }, New { d: 6 }, Set { p: 6, i: 0, s: 1 }];
    let body = [Print { d: 4, a: 1, lim: 3 }, Add { d: 2, a: 2, b: 4 }, Bump { d: 4, p: 6, lim: 3 }];
    let statistics = run(|| vec![counting(&before, &body)], 500);
    assert!(statistics.replays > 0, "{statistics:?}");
}

/// Returns its argument's low bits after a print and a check.
fn callee() -> Function {
    let ops = vec![
        Int { d: 1, k: 100 },
        Print { d: 2, a: 0, lim: 1 },
        JumpEqual { a: 2, k: 1, to: 4 },
        AddInt { d: 0, a: 0, k: 5 },
        AndInt { d: 0, a: 0, k: 7 },
        Return { a: 0 },
    ];
    Function::new("callee", 4, true, ops)
}

#[test]
fn a_bytecode_with_several_calls_resumes_in_the_right_one() {
    let _heap = check::exclusive();
    let body =
        [Move { d: 16, s: 1 }, CallRepeat { d: 3, f: 1, base: 16, n: 1, times: 3 }, Add { d: 2, a: 2, b: 3 }];
    let statistics = run(|| vec![counting(&[], &body), callee()], 500);
    assert!(statistics.replays > 0, "{statistics:?}");
}

#[test]
fn what_a_bridge_replays_is_not_checked_again() {
    let _heap = check::exclusive();
    // Each guard fails twice and is then continued: a check inside the replayed part of a bytecode would fail, too, where
    // its exit does not know what is still to be replayed.
    let stress = Setting {
        parameters: "threshold=3,function_threshold=1000000,bridge_threshold=2,fail_guards=2",
        collect_every: None,
    };
    let body =
        [Move { d: 16, s: 1 }, CallRepeat { d: 3, f: 1, base: 16, n: 1, times: 3 }, Add { d: 2, a: 2, b: 3 }];
    for callee in [callee, raiser] {
        let make = || vec![counting(&[], &body), callee()];
        let plain = check::run_plain(make, &[500]);
        assert_eq!(check::run_jit(make, &[500], stress), plain);
    }
}

/// Raises its argument unless that is a multiple of four.
fn raiser() -> Function {
    let ops = vec![
        AndInt { d: 1, a: 0, k: 3 },
        JumpEqual { a: 1, k: 0, to: 3 },
        Raise { a: 0 },
        Int { d: 1, k: 50 },
        Print { d: 2, a: 0, lim: 1 },
        Return { a: 2 },
    ];
    Function::new("raiser", 4, true, ops)
}

#[test]
fn caught_exceptions_are_part_of_the_trace() {
    let _heap = check::exclusive();
    let body = [
        Move { d: 16, s: 1 },
        CallCatch { d: 3, f: 1, base: 16, n: 1, to: 4 },
        Add { d: 2, a: 2, b: 3 },
        Jump { to: 5 },
        AddInt { d: 2, a: 2, k: 1000 },
    ];
    let statistics = run(|| vec![counting(&[], &body), raiser()], 500);
    assert_eq!(statistics.loops, 1);
    assert!(statistics.exits < 30, "{statistics:?}");
}

#[test]
fn helpers_that_raise_leave_the_frame() {
    let _heap = check::exclusive();
    run(|| vec![counting(&[], &[Risky { d: 3, a: 1 }])], 500);
    let ops = vec![Risky { d: 1, a: 0 }, Return { a: 1 }];
    let body = [
        Move { d: 16, s: 1 },
        CallCatch { d: 3, f: 1, base: 16, n: 1, to: 3 },
        Add { d: 2, a: 2, b: 3 },
        AddInt { d: 2, a: 2, k: 1 },
    ];
    run(|| vec![counting(&[], &body), Function::new("risky", 3, true, ops.clone())], 700);
}

#[test]
fn generators_are_inlined() {
    let _heap = check::exclusive();
    let before = [Int { d: 3, k: 1 << 40 }, NewGenerator { d: 28, f: 1, a: 3 }, Int { d: 4, k: 0 }];
    let body = [Next { d: 4, g: 28, to: 1 }, Add { d: 2, a: 2, b: 4 }];
    let statistics = run(|| vec![counting(&before, &body), numbers()], 2000);
    assert_eq!(statistics.loops, 1);
    assert!(statistics.exits < 10, "{statistics:?}");
}

#[test]
fn a_row_of_generators_is_a_loop_in_registers() {
    let _heap = check::exclusive();
    let make = || {
        let before = [
            NewGenerator { d: 28, f: 1, a: 0 },
            NewGenerator { d: 28, f: 2, a: 28 },
            NewGenerator { d: 28, f: 3, a: 28 },
            Int { d: 4, k: 0 },
        ];
        let body = [Next { d: 4, g: 28, to: 1 }, Add { d: 2, a: 2, b: 4 }];
        let mut functions = vec![counting(&before, &body)];
        functions.extend(row());
        functions
    };
    run(make, 2000);
    let body = body_of_the_first_loop(make, 2000);
    assert!(!body.contains("load") && !body.contains("store"), "{body}");
}

#[test]
fn nested_loops_are_joined() {
    let _heap = check::exclusive();
    let body = [
        Int { d: 5, k: 0 },
        Int { d: 6, k: 20 },
        Header { index: 0 },
        JumpNotLess { a: 5, b: 6, to: 7 },
        Add { d: 2, a: 2, b: 5 },
        AddInt { d: 5, a: 5, k: 1 },
        Jump { to: 2 },
    ];
    let statistics = run(|| vec![counting(&[], &body)], 2000);
    assert!(statistics.exits < 40, "{statistics:?}");
}

#[test]
fn broken_assumptions_leave_the_code() {
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
    let statistics = run(|| vec![counting(&[], &body)], 1000);
    assert!(statistics.invalidations > 0, "{statistics:?}");
}

#[test]
fn a_request_to_leave_does_not_stop_the_program() {
    let _heap = check::exclusive();
    let body = [RequestPoll { a: 1 }, Add { d: 2, a: 2, b: 1 }];
    run(|| vec![counting(&[], &body)], 500);
    metajit::poll::clear();
}

#[test]
fn recursion_ends_where_it_ends_without_a_jit() {
    let _heap = check::exclusive();
    let recursive = || {
        let ops = vec![
            Int { d: 1, k: 0 },
            Print { d: 2, a: 0, lim: 1 },
            AddInt { d: 16, a: 0, k: 1 },
            Call { d: 3, f: 1, base: 16, n: 1 },
            Add { d: 2, a: 2, b: 3 },
            Return { a: 2 },
        ];
        Function::new("recursive", 24, true, ops)
    };
    let body =
        [Int { d: 16, k: 0 }, CallCatch { d: 3, f: 1, base: 16, n: 1, to: 2 }, AddInt { d: 2, a: 2, k: 1 }];
    run(|| vec![counting(&[], &body), recursive()], 40);
}

#[test]
fn endless_recursion_raises() {
    let _heap = check::exclusive();
    let recursive = || {
        let ops = vec![AddInt { d: 16, a: 0, k: 1 }, Call { d: 2, f: 0, base: 16, n: 1 }, Return { a: 2 }];
        Function::new("main", 24, true, ops)
    };
    let raised = format!("raised {STACK}");
    assert_eq!(check::run_plain(|| vec![recursive()], &[1]).result, raised);
    let setting = Setting { parameters: "function_threshold=10", collect_every: None };
    assert_eq!(check::run_jit(|| vec![recursive()], &[1], setting).result, raised);
}

#[test]
fn recursive_functions_are_compiled_from_their_entry() {
    let _heap = check::exclusive();
    check::compare(|| vec![fib(0)], &[18]).unwrap_or_else(|difference| panic!("{difference}"));
    let setting = Setting { parameters: "function_threshold=20,bridge_threshold=5", collect_every: None };
    assert_eq!(check::run_jit(|| vec![fib(0)], &[20], setting).result, "returned 6765");
    assert_eq!(driver::statistics().entries_compiled, 1);
}

#[test]
fn a_conditional_call_needs_no_bridge() {
    let _heap = check::exclusive();
    let before = [New { d: 6 }, Set { p: 6, i: 0, s: 0 }];
    // Half of the passes call.
    let body = [
        AndInt { d: 3, a: 1, k: 1 },
        AndInt { d: 4, a: 2, k: 0 },
        EscapeLess { d: 5, p: 6, a: 4, b: 3 },
        Add { d: 2, a: 2, b: 5 },
        AndInt { d: 2, a: 2, k: 0x7fff },
    ];
    let statistics = run(|| vec![counting(&before, &body)], 1000);
    assert!(statistics.loops == 1 && statistics.bridges == 0 && statistics.exits < 10, "{statistics:?}");
}
