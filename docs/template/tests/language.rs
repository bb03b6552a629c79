//! The language in all modes.

use metajit::heap;
use metajit::testing;
use template::{LAYOUTS, OVERFLOW, compile, run};

const SUM: &str = "set sum 0\nset i 0\nloop again\nadd sum sum i\nadd i i 1\nless i 1000 again\nprint sum\n";
const DOUBLING: &str = "set x 1\nloop again\nadd x x x\nprint x\nless 0 x again\n";

#[test]
fn programs_do_the_same_in_all_settings() {
    let _heap = heap::testing::exclusive(LAYOUTS);
    for source in [SUM, DOUBLING] {
        testing::in_all_settings(|| run(compile(source).expect("a program"))).expect("no difference");
    }
}

#[test]
fn a_sum() {
    let _heap = heap::testing::exclusive(LAYOUTS);
    assert_eq!(run(compile(SUM).expect("a program")), ("499500\n".to_owned(), None));
    assert_eq!(run(compile(DOUBLING).expect("a program")).1, Some(OVERFLOW));
}

#[test]
fn nothing_that_changes_is_read_plainly() {
    let _heap = heap::testing::exclusive(LAYOUTS);
    assert_eq!(testing::plain_reads(|| _ = run(compile(SUM).expect("a program"))), Vec::<String>::new());
}

#[test]
fn the_loop_is_two_additions() {
    let _heap = heap::testing::exclusive(LAYOUTS);
    let traces = testing::traces(|| _ = run(compile(SUM).expect("a program")));
    assert_eq!(traces.len(), 1);
    assert_eq!((traces[0].count("int_add"), traces[0].count("box_int")), (2, 0), "{}", traces[0].text);
}
