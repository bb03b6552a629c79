//! Functions that compiled code calls as compiled code.

use crate::common::check::{self, Setting};
use crate::common::counting::counting;
use crate::common::lang::{Function, Op, Op::*};
use crate::common::samples::fib;
use metajit::driver;
use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;

/// Everything is called that can be.
const SETTING: Setting = Setting {
    parameters: "threshold=5,function_threshold=4,bridge_threshold=3,inline_recursion=1,inline_depth=1",
    collect_every: None,
};

/// Compares all settings, and gives the statistics of a run with `SETTING`.
fn run(make: impl Fn() -> Vec<Function>, n: i64) -> driver::Statistics {
    check::compare(&make, &[n]).unwrap_or_else(|difference| panic!("{difference}"));
    check::run_jit(&make, &[n], SETTING);
    driver::statistics()
}

/// Calls function `f` with slot 1, and adds the result to slot 2.
fn calling(f: usize) -> [Op; 3] {
    [Move { d: 16, s: 1 }, Call { d: 3, f, base: 16, n: 1 }, Add { d: 2, a: 2, b: 3 }]
}

#[test]
fn recursion_stays_in_compiled_code() {
    let _heap = check::exclusive();
    let statistics = run(|| vec![fib(0)], 20);
    assert!(statistics.entered < 100, "{statistics:?}");
}

#[test]
fn functions_call_each_other() {
    let _heap = check::exclusive();
    // Each function counts its argument down and calls the other one.
    let half = |name: &str, other: usize, k: i64| {
        let ops = vec![
            JumpEqual { a: 0, k: 0, to: 5 },
            AddInt { d: 16, a: 0, k: -1 },
            Call { d: 1, f: other, base: 16, n: 1 },
            AddInt { d: 1, a: 1, k },
            Return { a: 1 },
            Return { a: 0 },
        ];
        Function::new(name, 20, true, ops)
    };
    let body = [AndInt { d: 16, a: 1, k: 31 }, Call { d: 3, f: 1, base: 16, n: 1 }, Add { d: 2, a: 2, b: 3 }];
    let statistics = run(|| vec![counting(&[], &body), half("even", 2, 1), half("odd", 1, 3)], 300);
    assert_eq!(statistics.entries_compiled, 2, "{statistics:?}");
    assert!(statistics.entered < 200, "{statistics:?}");
}

#[test]
fn a_function_with_a_loop_is_called() {
    let _heap = check::exclusive();
    let sum = || {
        let ops = vec![
            Int { d: 1, k: 0 },
            Int { d: 2, k: 0 },
            Header { index: 0 },
            JumpNotLess { a: 1, b: 0, to: 7 },
            Add { d: 2, a: 2, b: 1 },
            AddInt { d: 1, a: 1, k: 1 },
            Jump { to: 2 },
            Return { a: 2 },
        ];
        Function::new("sum", 4, false, ops)
    };
    let statistics = run(|| vec![counting(&[], &calling(1)), sum()], 400);
    assert!(statistics.entered < 100, "{statistics:?}");
}

#[test]
fn an_exit_inside_of_a_callee_does_not_show_in_the_caller() {
    let _heap = check::exclusive();
    // An effect, a check that fails now and then, an effect.
    let callee = || {
        let ops = vec![
            Int { d: 1, k: 200 },
            Print { d: 2, a: 0, lim: 1 },
            AndInt { d: 3, a: 0, k: 7 },
            JumpEqual { a: 3, k: 5, to: 5 },
            Mul { d: 0, a: 0, b: 1 },
            Print { d: 4, a: 0, lim: 1 },
            Add { d: 0, a: 2, b: 4 },
            Return { a: 0 },
        ];
        Function::new("callee", 8, false, ops)
    };
    let never = Setting {
        parameters: "threshold=5,function_threshold=4,bridge_threshold=1000000",
        collect_every: Some(7),
    };
    let make = || vec![counting(&[], &calling(1)), callee()];
    run(make, 400);
    let observed = check::run_jit(make, &[400], never);
    assert!(driver::statistics().exits > 30);
    assert_eq!(observed, check::run_plain(make, &[400]));
}

#[test]
fn an_exception_passes_through_compiled_callers() {
    let _heap = check::exclusive();
    // Raises at the bottom when the number that all pass on is a multiple of three.
    let descend = || {
        let ops = vec![
            JumpEqual { a: 0, k: 0, to: 5 },
            AddInt { d: 16, a: 0, k: -1 },
            Move { d: 17, s: 1 },
            Call { d: 2, f: 1, base: 16, n: 2 },
            Return { a: 2 },
            Int { d: 3, k: 3 },
            Mod { d: 3, a: 1, b: 3 },
            JumpEqual { a: 3, k: 0, to: 9 },
            Return { a: 1 },
            Raise { a: 1 },
        ];
        Function::new("descend", 20, true, ops)
    };
    let body = [
        Int { d: 16, k: 6 },
        Move { d: 17, s: 1 },
        CallCatch { d: 3, f: 1, base: 16, n: 2, to: 4 },
        Jump { to: 5 },
        AddInt { d: 2, a: 2, k: 1000 },
        Add { d: 2, a: 2, b: 3 },
    ];
    run(|| vec![counting(&[], &body), descend()], 300);
}

#[test]
fn more_arguments_than_registers_are_passed() {
    let _heap = check::exclusive();
    let weigh = || {
        let mut ops = Vec::new();
        for a in 1..7 {
            ops.push(Add { d: 0, a: 0, b: a });
            ops.push(Mul { d: 0, a: 0, b: 3 });
            ops.push(AndInt { d: 0, a: 0, k: 0xffff });
        }
        ops.push(Return { a: 0 });
        Function::new("weigh", 8, false, ops)
    };
    let mut body: Vec<Op> = (0..7).map(|k| AddInt { d: 16 + k, a: 1, k: i64::from(k) }).collect();
    body.extend([Call { d: 3, f: 1, base: 16, n: 7 }, Add { d: 2, a: 2, b: 3 }]);
    run(|| vec![counting(&[], &body), weigh()], 300);
}

#[test]
fn arguments_in_slots_survive_a_collection_while_others_are_boxed() {
    let _heap = check::exclusive();
    // Floats of this size do not fit in a word.
    let sum = || {
        let ops = (1..7).map(|a| Add { d: 0, a: 0, b: a }).chain([Return { a: 0 }]);
        Function::new("sum", 8, false, ops.collect())
    };
    let before = [Float { d: 4, k: 1e300 }, Float { d: 5, k: 0.999 }];
    let mut body: Vec<Op> = vec![Mul { d: 4, a: 4, b: 5 }];
    body.extend((0..7).map(|k| Add { d: 16 + k, a: 4, b: if k == 0 { 4 } else { 15 + k } }));
    body.extend([Call { d: 3, f: 1, base: 16, n: 7 }, Move { d: 2, s: 3 }]);
    let setting = Setting { parameters: "threshold=5,function_threshold=4", collect_every: Some(1) };
    let make = || vec![counting(&before, &body), sum()];
    assert_eq!(check::run_jit(make, &[100], setting), check::run_plain(make, &[100]));
}

#[test]
fn a_callee_whose_assumption_is_broken_is_called_all_the_same() {
    let _heap = check::exclusive();
    let callee = || {
        let ops = vec![
            Global { d: 1 },
            Add { d: 2, a: 0, b: 1 },
            AndInt { d: 3, a: 0, k: 63 },
            JumpEqual { a: 3, k: 40, to: 5 },
            Return { a: 2 },
            SetGlobal { a: 0 },
            Global { d: 1 },
            Add { d: 2, a: 2, b: 1 },
            Return { a: 2 },
        ];
        Function::new("callee", 8, false, ops)
    };
    run(|| vec![counting(&[], &calling(1)), callee()], 500);
}

#[test]
fn compiled_callers_notice_that_they_are_to_leave() {
    let _heap = check::exclusive();
    let callee = || {
        let ops = vec![AndInt { d: 1, a: 0, k: 0x1f }, RequestPoll { a: 1 }, Return { a: 1 }];
        Function::new("callee", 8, false, ops)
    };
    run(|| vec![counting(&[], &calling(1)), callee()], 200);
    metajit::poll::clear();
}

/// A log that can be read.
#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The trace of `fib`: both calls take their argument in a register, and a guard behind each looks for an exception.
/// What is passed and what comes back fits in words, so that the sum cannot overflow.
const TRACE: &str = "\
v7 = arg 0
v8 = is_small_int v7
guard_true v8 @0
v10 = unbox_int v7
v11 = int_lt v10 2
guard_false v11 @0
v13 = int_add v10 -1
v14 = box_int small v13
v15 = call frame(fib:0_Some(Int_{_d:_1,_k:_2_})) 20 20 0 v14
v16 = pending
v17 = value_eq v16 <null>
guard_true v17 @1
v19 = int_add v10 -2
v20 = box_int small v19
v21 = call frame(fib:0_Some(Int_{_d:_1,_k:_2_})) 20 20 0 v20
v22 = pending
v23 = value_eq v22 <null>
guard_true v23 @2
v25 = is_small_int v15
guard_true v25 @2
v27 = unbox_int v15
v28 = is_small_int v21
guard_true v28 @2
v30 = unbox_int v21
v31 = int_add v27 v30
end return v31
";

#[test]
fn the_trace_of_a_recursive_function() {
    let _heap = check::exclusive();
    let log = Shared::default();
    driver::testing::reset();
    driver::log_to(Box::new(log.clone()));
    check::run_jit(
        || vec![fib(0)],
        &[15],
        Setting { parameters: "function_threshold=4,inline_recursion=1", collect_every: None },
    );
    let text = String::from_utf8(log.0.take()).unwrap();
    let compiled = text.lines().skip_while(|line| !line.starts_with("compiled:")).skip(1);
    let trace: Vec<&str> = compiled.take_while(|line| !line.starts_with('@')).collect();
    assert_eq!(trace.join("\n"), TRACE.trim_end(), "{text}");
}
