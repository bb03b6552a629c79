//! An interpreter that reads changing Rust state plainly is found out; one that does it properly is not.

use metajit::assume::Assumption;
use metajit::frame::{EntryCell, Frame, LoopAction, LoopCell};
use metajit::heap::{self, Value};
use metajit::language::{Code, Language, Stop};
use metajit::live::{Liveness, Use};
use metajit::mode::Mode;
use metajit::run::Run;
use metajit::staged::Int;
use metajit::testing::plain_reads;
use std::cell::Cell;

metajit::layouts! {
    static LAYOUTS;
    /// A counter as it should be: in the heap.
    Counter { COUNT: i64 }
}

/// How an instruction finds out how often it has been executed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum How {
    /// From a cell in the code, as if it did not change: the mistake.
    Plainly,
    /// From an object.
    FromHeap,
    /// From the cell, on whose staying as it is the trace is told to rely.
    Assuming,
}

/// `sum = sum + count; count = count + 1`, a thousand times.
struct Program {
    how: How,
    count: Cell<i64>,
    unchanged: Assumption,
    header: LoopCell,
    entry: EntryCell,
    live: Liveness,
}

const SUM: u32 = 0;
const LEFT: u32 = 1;
const COUNTER: u32 = 2;

impl Code for Program {
    fn slots(&self) -> u32 {
        3
    }
    fn live(&self, pc: usize) -> &[u64] {
        self.live.before(pc)
    }
    fn may_inline(&self) -> bool {
        false
    }
    fn entry(&self) -> &EntryCell {
        &self.entry
    }
    fn describe(&self, pc: usize) -> String {
        format!("instruction {pc}")
    }
}

struct Counting;

impl Language for Counting {
    type Code = Program;

    fn run<M: Mode>(code: &'static Program, frame: Frame<M>, mut pc: usize) -> Result<M::Of<Value>, Stop<M>> {
        let int = |slot: u32| -> Int<M> { frame.get(slot).as_int().expect("an integer") };
        loop {
            if let Some(switch) = M::merge_point(pc) {
                return Err(Stop::Switch(switch));
            }
            pc += 1;
            match pc - 1 {
                0 => match M::loop_header::<Counting>(code, &code.header, frame, 0) {
                    LoopAction::Continue => {}
                    LoopAction::Goto(to) => pc = to,
                    LoopAction::Return(value) => return Ok(value),
                    LoopAction::Raise(error) => return Err(Stop::Raised(error)),
                    LoopAction::Switch(switch) => return Err(Stop::Switch(switch)),
                },
                1 => {
                    let count: Int<M> = match code.how {
                        How::Plainly => code.count.get().into(),
                        How::FromHeap => frame.get(COUNTER).assume_pointer().get(Counter::COUNT),
                        How::Assuming => {
                            M::assume(&code.unchanged);
                            code.count.get().into()
                        }
                    };
                    frame.set(SUM, (int(SUM) + count).into());
                }
                2 => match code.how {
                    How::FromHeap => {
                        let counter = frame.get(COUNTER).assume_pointer();
                        counter.set(Counter::COUNT, counter.get(Counter::COUNT) + 1);
                    }
                    _ => _ = advance::<M>(0.into()),
                },
                _ => {
                    let left = int(LEFT) - 1;
                    frame.set(LEFT, left.into());
                    if left == 0 {
                        return Ok(frame.get(SUM).inner());
                    }
                    pc = 0;
                }
            }
        }
    }
}

thread_local! {
    static PROGRAM: Cell<Option<&'static Program>> = const { Cell::new(None) };
}

metajit::helpers! {
    /// Counts in the cell.
    [Any] fn advance(_program: i64) -> i64 = |_| {
        let program = PROGRAM.get().expect("a program runs");
        program.count.set(program.count.get() + 1);
        program.unchanged.invalidate();
        0
    };
}

/// Runs the loop a thousand times.
fn run(how: How) -> Option<i64> {
    let next = |pc: usize| Use::Next((pc + 1) % 4);
    let uses: [&[Use]; 4] = [
        &[next(0)],
        &[Use::Read(SUM), Use::Read(COUNTER), Use::Write(SUM), next(1)],
        &[Use::Read(COUNTER), next(2)],
        &[Use::Read(LEFT), Use::Write(LEFT), Use::Read(SUM), next(3)],
    ];
    let live = Liveness::new(4, 3, |pc, visit| uses[pc].iter().for_each(|&u| visit(u)));
    let program: &'static Program = Box::leak(Box::new(Program {
        how,
        count: Cell::new(0),
        unchanged: Assumption::new(),
        header: LoopCell::new(),
        entry: EntryCell::new(),
        live,
    }));
    PROGRAM.set(Some(program));
    let frame = Frame::<Run>::at(heap::vm_stack().base());
    heap::vm_stack().set_top(frame.above(3).base());
    frame.set(SUM, Value::int(0).into());
    frame.set(LEFT, Value::int(1000).into());
    frame.set(COUNTER, Value::object(heap::alloc(Counter::ID, 0)).into());
    Run::call_frame::<Counting>(program, frame, 0).expect("nothing raises").as_int()
}

#[test]
fn a_planted_mistake_is_found() {
    let _heap = heap::testing::exclusive(LAYOUTS);
    let found = plain_reads(|| _ = run(How::Plainly));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("instruction 1: first int_add"), "{found:?}");
}

#[test]
fn what_is_done_properly_is_not_found() {
    let _heap = heap::testing::exclusive(LAYOUTS);
    for how in [How::FromHeap, How::Assuming] {
        let found = plain_reads(|| assert_eq!(run(how), Some(499_500), "{how:?}"));
        assert!(found.is_empty(), "{how:?}: {found:?}");
    }
}
