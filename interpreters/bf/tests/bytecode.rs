//! Source text to bytecode.

use bf::program::{Op, Unbalanced, compile};

#[test]
fn runs_become_one_instruction_and_brackets_jumps() {
    let program = compile(b"++[>-<--]").expect("balanced");
    assert_eq!(
        program.ops,
        [
            Op::Add(2),
            Op::JumpIfZero(8),
            Op::LoopHeader(0),
            Op::Move(1),
            Op::Add(-1),
            Op::Move(-1),
            Op::Add(-2),
            Op::JumpIfNotZero(2),
            Op::End
        ]
    );
}

#[test]
fn counting_loops_become_sums() {
    let program = compile(b"[->+++<<-->][-][+]").expect("balanced");
    assert_eq!(
        program.ops,
        [
            Op::AddTimes(1, 3),
            Op::AddTimes(-1, -2),
            Op::Clear,
            Op::Clear,
            Op::JumpIfZero(8),
            Op::LoopHeader(0),
            Op::Add(1),
            Op::JumpIfNotZero(5),
            Op::End
        ]
    );
}

#[test]
fn a_lone_bracket_is_an_error() {
    assert_eq!(compile(b"+]").unwrap_err(), Unbalanced(1));
    assert_eq!(compile(b"[[]").unwrap_err(), Unbalanced(0));
}
