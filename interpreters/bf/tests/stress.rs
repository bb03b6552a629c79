//! Programs leave the same tape in all modes and under every stress, and their loops become arithmetic.

use bf::program::compile;
use metajit::heap;
use metajit::testing;

/// Runs a program that writes nothing: whether it ended well, and the tape's first cells.
fn run(source: &str) -> (bool, Vec<u8>) {
    let program = compile(source.as_bytes()).expect("balanced");
    let ended = bf::execute(Box::leak(Box::new(program))).is_ok();
    let tape = heap::vm_stack().read(0).as_ref().expect("the tape is in slot 0");
    heap::vm_stack().set_top(heap::vm_stack().base());
    (ended, heap::bytes(tape)[..16].to_vec())
}

const PROGRAMS: [&str; 5] = [
    // 13 * 17, once as sums and once as loops.
    "+++++++++++++[->+++++++++++++++++<]",
    "+++++++++++++[>+++++++++++++++++[>+>+<<-]>[>]<[-]<<-]",
    // Squares by differences, with a loop that is entered at most once.
    "++++++++++++++++++++[>+>+[>-]>[->+>+<<]<<<-]",
    // Nested loops, and the end of the tape.
    "++++++++[>++++++++[>++++++++[>+>++<<-]<-]<-]>>>[>>]",
    "+[>+]",
];

#[test]
fn programs_do_the_same_in_all_settings() {
    let _heap = heap::testing::exclusive(&[]);
    for source in PROGRAMS {
        testing::in_all_settings(|| run(source))
            .unwrap_or_else(|difference| panic!("{source}: {difference}"));
    }
}

#[test]
fn nothing_that_changes_is_read_plainly() {
    let _heap = heap::testing::exclusive(&[]);
    for source in PROGRAMS {
        assert_eq!(testing::plain_reads(|| _ = run(source)), Vec::<String>::new(), "{source}");
    }
}

#[test]
fn a_loop_keeps_its_pointer_in_a_register() {
    let _heap = heap::testing::exclusive(&[]);
    let traces = testing::traces(|| _ = run(PROGRAMS[3]));
    assert!(!traces.is_empty());
    for trace in traces {
        assert_eq!(
            (trace.count("call"), trace.count("alloc"), trace.count("box_int")),
            (0, 0, 0),
            "{}",
            trace.text
        );
    }
}
