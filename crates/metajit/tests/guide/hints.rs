//! A language of one loop, whose body is what a hint is about.

use metajit::assume::Assumption;
use metajit::frame::{EntryCell, Frame, LoopAction, LoopCell};
use metajit::heap::{self, Ref, Value};
use metajit::language::{Code, Language, Stop};
use metajit::mode::Mode;
use metajit::run::Run;
use metajit::staged::{Int, Obj};
use std::cell::Cell;

metajit::layouts! {
    /// The objects of the page.
    pub static LAYOUTS;
    /// A point; `scale` is the same for its whole life.
    Point { X: i64, SCALE: i64 immutable }
}

/// What the loop's body is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Hint {
    NoPromotion,
    Promotion,
    Opaque,
    Writing,
    Reading,
    Elidable,
    Mutable,
    Immutable,
    Guarding,
    Unguarded,
    Escaping,
    Virtual,
    Changing,
    Assumed,
}

impl Hint {
    /// All of them.
    pub const ALL: &'static [Hint] = &[
        Hint::NoPromotion,
        Hint::Promotion,
        Hint::Opaque,
        Hint::Writing,
        Hint::Reading,
        Hint::Elidable,
        Hint::Mutable,
        Hint::Immutable,
        Hint::Guarding,
        Hint::Unguarded,
        Hint::Escaping,
        Hint::Virtual,
        Hint::Changing,
        Hint::Assumed,
    ];
}

/// A loop.
pub struct Loop {
    hint: Hint,
    /// The value of a variable that seldom changes, and that it has not changed.
    seldom: Cell<i64>,
    unchanged: Assumption,
    header: LoopCell,
    entry: EntryCell,
}

impl Code for Loop {
    fn slots(&self) -> u32 {
        4
    }
    fn live(&self, _: usize) -> &[u64] {
        &[0b1111]
    }
    fn may_inline(&self) -> bool {
        false
    }
    fn entry(&self) -> &EntryCell {
        &self.entry
    }
    fn describe(&self, pc: usize) -> String {
        format!("{:?}:{pc}", self.hint)
    }
}

const SUM: u32 = 0;
const LEFT: u32 = 1;
const POINT: u32 = 2;
const N: u32 = 3;

metajit::helpers! {
    [Any] fn opaque(x: i64) -> i64 = |x| x / 7;
    [Writes()] fn writing(x: i64) -> i64 = |x| x / 7;
    [Reads] fn reading(x: i64) -> i64 = |x| x / 7;
    [Elidable] fn elidable(x: i64) -> i64 = |x| x / 7;
    [Any] fn keep(point: Ref) -> i64 = |point| heap::get(point, Point::X);
}

fn body<M: Mode>(code: &'static Loop, frame: Frame<M>) {
    let int = |slot: u32| -> Int<M> { frame.get(slot).as_int().expect("an integer") };
    let sum = int(SUM);
    let point = frame.get(POINT).assume_pointer();
    let result = match code.hint {
        Hint::NoPromotion => sum + (int(N) * 3 + 1),
        Hint::Promotion => {
            let n = int(N).promote();
            sum + (n * 3 + 1)
        }
        Hint::Opaque => sum + point.get(Point::X) + opaque(int(N)) + point.get(Point::X),
        Hint::Writing => sum + point.get(Point::X) + writing(int(N)) + point.get(Point::X),
        Hint::Reading => sum + point.get(Point::X) + reading(int(N)) + point.get(Point::X),
        Hint::Elidable => sum + point.get(Point::X) + elidable(int(N)) + point.get(Point::X),
        Hint::Mutable => {
            opaque(sum);
            sum + point.get(Point::X)
        }
        Hint::Immutable => {
            opaque(sum);
            sum + point.get(Point::SCALE)
        }
        Hint::Guarding => {
            let small = int(LEFT) & 7;
            if small < 4 { sum + 1 } else { sum }
        }
        Hint::Unguarded => {
            let small = int(LEFT) & 7;
            sum + small.lt(4).to_int()
        }
        Hint::Escaping => {
            let new = Obj::<M>::alloc(Point::ID, 0);
            new.set(Point::X, sum + 1);
            keep(new)
        }
        Hint::Virtual => {
            let new = Obj::<M>::alloc(Point::ID, 0);
            new.set(Point::X, sum + 1);
            new.get(Point::X)
        }
        Hint::Changing => sum + point.get(Point::X),
        Hint::Assumed => {
            M::assume(&code.unchanged);
            sum + code.seldom.get()
        }
    };
    frame.set(SUM, result.into());
}

/// The language.
pub struct OneLoop;

impl Language for OneLoop {
    type Code = Loop;

    fn run<M: Mode>(code: &'static Loop, frame: Frame<M>, mut pc: usize) -> Result<M::Of<Value>, Stop<M>> {
        loop {
            if let Some(switch) = M::merge_point(pc) {
                return Err(Stop::Switch(switch));
            }
            match pc {
                0 => match M::loop_header::<OneLoop>(code, &code.header, frame, 0) {
                    LoopAction::Continue => pc = 1,
                    LoopAction::Goto(to) => pc = to,
                    LoopAction::Return(value) => return Ok(value),
                    LoopAction::Raise(error) => return Err(Stop::Raised(error)),
                    LoopAction::Switch(switch) => return Err(Stop::Switch(switch)),
                },
                1 => {
                    body(code, frame);
                    pc = 2;
                }
                _ => {
                    let left = frame.get(LEFT).as_int().expect("an integer") - 1;
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

/// Runs the loop a few times.
pub fn run(hint: Hint) -> Option<i64> {
    let code: &'static Loop = Box::leak(Box::new(Loop {
        hint,
        seldom: Cell::new(5),
        unchanged: Assumption::new(),
        header: LoopCell::new(),
        entry: EntryCell::new(),
    }));
    let frame = Frame::<Run>::at(heap::vm_stack().base());
    heap::vm_stack().set_top(frame.above(4).base());
    frame.set(SUM, Value::int(0).into());
    frame.set(LEFT, Value::int(12).into());
    frame.set(POINT, Value::object(heap::alloc(Point::ID, 0)).into());
    frame.set(N, Value::int(10).into());
    Run::call_frame::<OneLoop>(code, frame, 0).expect("nothing raises").as_int()
}
