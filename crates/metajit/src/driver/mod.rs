//! The driver: decides when to record, when to compile, what to enter, and what to give up.
//!
//! | file | concept |
//! | --- | --- |
//! | `state.rs` | what the driver of a thread knows |
//! | `warmup.rs`, `params.rs`, `stats.rs` | thresholds and back-off; the tables of parameters and statistics |
//! | `compile.rs`, `region.rs` | what becomes of a recording; loops and functions with their bridges |
//! | `install.rs`, `background.rs` | compiling pieces of regions, here or on the worker; installing them |
//! | `units.rs`, `budget.rs` | the table of units and exits; giving up, freeing |
//! | `testing.rs`, `stress.rs` | starting again from nothing, regions given up at random, for tests |
//! | `gate.rs` | entering compiled code, the exit buffer |
//!
//! This file is what runs when a cell asks: it enters code or records, and afterwards goes on in the interpreter.
//! Neighbours: `record`, `resume`, `backend`, `frame` (the cells it is asked through), `log`.

mod background;
mod budget;
mod compile;
mod gate;
mod install;
mod params;
mod region;
pub(crate) mod state;
mod stats;
mod stress;
pub mod testing;
pub(crate) mod units;
mod warmup;

pub use params::{ParameterError, Parameters, configure, set_parameter};
pub use stats::Statistics;

use crate::backend::{DECLINED_EXIT, Function, RETURN_EXIT};
use crate::cpu::Stopwatch;
use crate::depth::Depth;
use crate::frame::{Frame, LoopAction, LoopCell};
use crate::heap::{Value, vm_stack};
use crate::helper::set_pending;
use crate::ir::SnapshotId;
use crate::language::{Code, Language, Stop, register_args};
use crate::mode::Mode as _;
use crate::observe::{Event, Observer};
use crate::record::{Installed, Purpose, Record, Recorder, code_at, finish};
use crate::resume::{self, ExitPlan};
use crate::run::Run;
use compile::Target;
use region::Region;
use state::{Jit, try_with_jit, with_jit};
use std::rc::Rc;
use units::Leads;

/// Most frames that a trace may inline into each other, whatever the parameters say.
pub(crate) const MOST_INLINED: u32 = 16;

/// Whether code is compiled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mode {
    /// Everything is interpreted.
    Off,
    /// Hot code is compiled, large pieces of it while the program goes on.
    #[default]
    On,
    /// Hot code is compiled before the program goes on, for tests.
    Sync,
}

/// Switches this thread's driver. To be called before anything runs: places that have been told to wait
/// forever are not woken up.
pub fn set_mode(mode: Mode) {
    with_jit(|jit| jit.mode = mode);
}

/// What this thread's driver has done so far.
pub fn statistics() -> Statistics {
    with_jit(|jit| {
        jit.count();
        jit.statistics.clone()
    })
}

/// Writes a log of what the driver does: what was recorded, compiled, given up.
pub fn log_to(out: Box<dyn std::io::Write>) {
    with_jit(|jit| jit.log = Some(crate::log::Log::new(out)));
}

/// Tells an observer what this thread's driver does from now on.
pub fn observe(observer: Box<dyn Observer>) {
    with_jit(|jit| jit.observer = Some(observer));
}

/// Writes the log's summary: exits and how often they were taken, statistics.
pub fn finish_log() {
    with_jit(|jit| {
        jit.count();
        if let Some(mut log) = jit.log.take() {
            log.summary(jit);
            jit.log = Some(log);
        }
    });
}

/// Where a frame goes on after compiled code or a recording.
enum Left {
    At(usize),
    Returned(Value),
    Raised(Value),
}

impl Left {
    fn of(result: Result<Value, Value>) -> Left {
        match result {
            Ok(value) => Left::Returned(value),
            Err(exception) => Left::Raised(exception),
        }
    }
    /// Runs the frame to its end.
    fn finish<L: Language>(self, code: &'static L::Code, frame: Frame<Run>) -> Result<Value, Value> {
        match self {
            Left::At(pc) => finish::<L>(code, frame, pc),
            Left::Returned(value) => Ok(value),
            Left::Raised(exception) => Err(exception),
        }
    }
}

/// Whether so many more frames may be active.
fn has_room<L: Language>(frames: u32) -> bool {
    L::depth().is_none_or(|depth| depth.has_room(frames))
}

/// Counts frames that [`Language::run`] has not counted, because compiled code runs them, or takes them back.
pub(crate) fn add_depth<L: Language>(frames: i32) {
    if let Some(depth) = L::depth() {
        depth.add(frames);
    }
}

/// A loop header whose cell asks: enters compiled code, starts recording, or sets a new threshold.
#[inline(never)]
pub fn hot_loop<L: Language>(
    code: &'static L::Code,
    cell: &'static LoopCell,
    frame: Frame<Run>,
    pc: usize,
) -> LoopAction<Run> {
    cell.refill();
    let entry = cell.code().get();
    if !has_room::<L>(MOST_INLINED) {
        return LoopAction::Continue;
    }
    let left = if !entry.is_null() {
        cell.since.set(gate::clock());
        enter::<L>(code, frame, entry, None)
    } else if with_jit(|jit| jit.is_hot(cell, jit.parameters.threshold)) {
        record::<L>(code, frame, pc, Purpose::Loop(cell), Target::Loop(cell))
    } else {
        return LoopAction::Continue;
    };
    match left {
        // An exit of the header itself: entering again would leave again.
        Left::At(at) if at == pc && !entry.is_null() => LoopAction::Continue,
        Left::At(at) => LoopAction::Goto(at),
        Left::Returned(value) => LoopAction::Return(value),
        Left::Raised(exception) => LoopAction::Raise(exception),
    }
}

/// A function entry whose cell asks: like [`hot_loop`], for a frame whose arguments are in its slots.
#[inline(never)]
pub fn hot_entry<L: Language>(code: &'static L::Code, frame: Frame<Run>) -> Result<Value, Value> {
    let cell = code.entry();
    cell.refill();
    let entry = cell.code().get();
    if !has_room::<L>(MOST_INLINED) {
        return finish::<L>(code, frame, 0);
    }
    // Compiled code runs the frame in place of the interpreter, which would have counted it.
    add_depth::<L>(1);
    let left = if !entry.is_null() {
        cell.since.set(gate::clock());
        enter::<L>(code, frame, entry, Some((register_args(code), L::depth())))
    } else if with_jit(|jit| jit.is_hot(cell, jit.parameters.function_threshold)) {
        let buffer = with_jit(|jit| jit.backend().map_or(0, |_| gate::buffer()));
        let function = Function { args: register_args(code), slots: code.slots(), depth: L::depth(), buffer };
        record::<L>(code, frame, 0, Purpose::Entry, Target::Entry(cell, function))
    } else {
        Left::At(0)
    };
    add_depth::<L>(-1);
    left.finish::<L>(code, frame)
}

/// Regions that relied on a broken assumption are no longer entered, and leave at their next check.
pub(crate) fn invalidate(regions: &[u32]) {
    with_jit(|jit| regions.iter().for_each(|&region| jit.invalidate(region)));
}

/// The cell at an address is dropped, and with it the code object that it belongs to; `region` is what it led to.
pub(crate) fn forget(address: usize, region: Option<u32>) {
    try_with_jit(|jit| jit.drop_cell(address, region));
}

/// Runs compiled code, and afterwards whatever its exit needs to get back to a bytecode boundary.
#[inline(always)]
fn enter<L: Language>(
    code: &'static L::Code,
    frame: Frame<Run>,
    entry: *const u8,
    function: Option<(usize, Option<Depth>)>,
) -> Left {
    let exit = gate::enter(entry, frame.base(), function);
    if exit == RETURN_EXIT {
        let value = gate::with_buffer(|words| Value::from_bits(words[0]));
        // Null says that the frame has raised.
        return if value.is_null() { Left::Raised(set_pending(Value::NULL)) } else { Left::Returned(value) };
    }
    leave::<L>(code, frame, exit)
}

/// A function that compiled code has called has not returned: finishes its frame. The caller has counted it.
pub(crate) extern "C" fn finish_function<L: Language>(code: i64, base: i64, exit: u64) -> u64 {
    let code: &'static L::Code = code_at::<L>(code);
    let frame = Frame::<Run>::at(base as usize as *mut Value);
    let result = if exit == DECLINED_EXIT {
        add_depth::<L>(-1);
        let result = Run::call_frame::<L>(code, frame, 0);
        add_depth::<L>(1);
        result
    } else {
        let left = leave::<L>(code, frame, exit);
        add_depth::<L>(-1);
        let result = left.finish::<L>(code, frame);
        add_depth::<L>(1);
        result
    };
    match result {
        Ok(value) => value.bits(),
        Err(exception) => {
            set_pending(exception);
            Value::NULL.bits()
        }
    }
}

/// Gets from an exit of compiled code to a bytecode boundary, or on into a bridge.
#[inline(never)]
fn leave<L: Language>(code: &'static L::Code, frame: Frame<Run>, exit: u64) -> Left {
    if exit == DECLINED_EXIT {
        return Left::At(0);
    }
    // A call that raised has left its exception there; it is also among the exit's values.
    set_pending(Value::NULL);
    let (plan, next) = with_jit(|jit| jit.take_exit(exit));
    let pc = plan.root_pc();
    let restored = gate::with_buffer(|words| resume::restore(&plan, words, frame.base()));
    match (restored, next) {
        (None, Next::Version(cell)) => record::<L>(code, frame, pc, Purpose::Loop(cell), Target::Loop(cell)),
        (None, Next::Bridge) => {
            let replay = resume::nothing_to_replay(&plan);
            bridge::<L>(code, frame, &plan, replay, exit)
        }
        (None, Next::Interpreter) => Left::At(pc),
        (Some(replay), Next::Bridge) => bridge::<L>(code, frame, &plan, replay, exit),
        (Some(replay), _) => {
            let limits = with_jit(|jit| jit.limits());
            let mut recorder = Recorder::new(Purpose::Nothing, code, frame.base(), pc, 0, limits);
            recorder.set_replay(replay);
            run_recorder::<L>(recorder, code, frame, pc).0
        }
    }
}

/// What an exit leads to.
enum Next {
    Interpreter,
    /// The recording of its continuation.
    Bridge,
    /// The recording of a version of its loop.
    Version(&'static LoopCell),
}

impl Jit {
    /// The region in which an exit is, and the exit's place in it.
    fn region_of_exit(&mut self, number: u64) -> Option<(&Region, (usize, SnapshotId))> {
        let (unit, index) = self.units.of_exit(number)?;
        let place = unit.exits[index].place;
        Some((self.regions.get(&unit.origin)?, place))
    }

    /// Counts an exit: how to leave by it, and what then.
    fn take_exit(&mut self, number: u64) -> (Rc<ExitPlan>, Next) {
        self.statistics.exits += 1;
        let (unit, index) =
            self.units.of_exit(number).expect("a unit that has been left is not freed before");
        unit.left_at = gate::clock();
        let exit = &mut unit.exits[index];
        exit.taken += 1;
        let plan = exit.plan.clone();
        let (taken, hot_at, leads) = (exit.taken, exit.hot_at, exit.leads);
        self.statistics.materialised += plan.objects.len() as u64;
        self.statistics.replays += !plan.is_simple() as u64;
        self.stress();
        self.invalidate_elsewhere();
        self.take_results();
        let next = match leads {
            Leads::ToVersion(cell) if self.wants_version(cell) => Next::Version(cell),
            Leads::ToPart if taken >= hot_at => {
                self.join(number);
                Next::Interpreter
            }
            Leads::On if taken >= hot_at && self.may_bridge(number) => Next::Bridge,
            _ => Next::Interpreter,
        };
        (plan, next)
    }

    /// Compiled code has come to a version of its loop that has no code: counts that, as the interpreter does at headers.
    fn wants_version(&mut self, cell: &LoopCell) -> bool {
        if !cell.tick() {
            return false;
        }
        cell.refill();
        cell.code().get().is_null() && self.is_hot(cell, self.parameters.bridge_threshold)
    }

    fn may_bridge(&mut self, number: u64) -> bool {
        if self.calls_instead(number) {
            return false;
        }
        let Some((unit, index)) = self.units.of_exit(number) else { return false };
        let exit = &mut unit.exits[index];
        let region = self.regions.get(&unit.origin);
        if region.is_some_and(|region| region.merging) {
            // The bridge will be recorded when there is room for its compilation.
            exit.hot_at = exit.taken + exit.taken / 4 + 1;
            return false;
        }
        let is_full = |region: &Region| {
            region.bridges() >= self.parameters.bridges
                || region.places.get(&exit.plan.place()).is_some_and(|&n| n >= self.parameters.place_bridges)
                || region.bytes >= self.parameters.code_limit / 2
                || region.compiling_ns / 1_000_000 >= self.parameters.region_compile_ms
        };
        let may = region.is_some_and(|region| !is_full(region) && !region.validity.is_broken());
        if !may || self.mode == Mode::Off {
            exit.hot_at = exit.taken.saturating_mul(2).saturating_add(1000);
            return false;
        }
        true
    }
}

/// Records from where a frame stands.
fn record<L: Language>(
    code: &'static L::Code,
    frame: Frame<Run>,
    pc: usize,
    purpose: Purpose,
    target: Target,
) -> Left {
    let (region, limits) = with_jit(|jit| (jit.number(), jit.limits()));
    let recorder = Recorder::new(purpose, code, frame.base(), pc, region, limits);
    record_with::<L>(recorder, code, frame, pc, target)
}

/// Records the continuation of an exit.
fn bridge<L: Language>(
    code: &'static L::Code,
    frame: Frame<Run>,
    plan: &ExitPlan,
    mut replay: crate::record::Replay,
    exit: u64,
) -> Left {
    let pc = plan.root_pc();
    let (region, limits) = with_jit(|jit| (jit.number(), jit.limits()));
    let mut recorder = Recorder::new(Purpose::Bridge, code, frame.base(), pc, region, limits);
    with_jit(|jit| {
        let failed = jit.parameters.fail_guards == 0;
        let most_values = jit.parameters.promotions;
        let most_versions = jit.parameters.versions;
        if let Some((region, place)) = jit.region_of_exit(exit) {
            region.carry_over(&mut recorder.opt, place, failed);
            recorder.root_loop = region.root_loop(place, most_versions);
            recorder.validity = region.validity.clone();
            recorder.doubtful = region.places.get(&plan.place()).is_some_and(|&n| n >= most_values);
        }
    });
    resume::name_in(&mut recorder.opt, plan, &mut replay);
    recorder.set_replay(replay);
    record_with::<L>(recorder, code, frame, pc, Target::Exit(exit))
}

fn record_with<L: Language>(
    mut recorder: Recorder,
    code: &'static L::Code,
    frame: Frame<Run>,
    pc: usize,
    target: Target,
) -> Left {
    if with_jit(|jit| jit.parameters.recheck != 0) {
        recorder.keep_transcript();
    }
    let began = Stopwatch::start();
    let mut position = code.describe(pc);
    if let Target::Loop(cell) = target
        && cell.number() > 1
    {
        position.push_str(&format!(", version {}", cell.number()));
    }
    with_jit(|jit| {
        if let Some(log) = &mut jit.log {
            log.start(&position);
        }
        jit.observe(&Event::Recording { position: &position });
    });
    let (left, recorder) = run_recorder::<L>(recorder, code, frame, pc);
    with_jit(|jit| {
        jit.finish(*recorder, target, position, began);
        jit.statistics.own_ns += began.nanoseconds();
    });
    left
}

/// Runs a frame in `Record` mode until that has stopped.
fn run_recorder<L: Language>(
    recorder: Recorder,
    code: &'static L::Code,
    frame: Frame<Run>,
    pc: usize,
) -> (Left, Box<Recorder>) {
    let installed = Installed::new(Box::new(recorder));
    // The frame is running already, and has been counted; the interpreter enters it as if it were called.
    let stack = vm_stack();
    let top = stack.top();
    add_depth::<L>(-1);
    let result = L::run::<Record>(code, frame.cast(), pc);
    add_depth::<L>(1);
    stack.set_top(top);
    let mut recorder = installed.finish();
    let left = match result {
        Ok(value) => {
            recorder.root_left(Ok(value.op));
            Left::of(Ok(value.value))
        }
        Err(Stop::Raised(exception)) => {
            recorder.root_left(Err(exception.op));
            Left::of(Err(exception.value))
        }
        Err(Stop::Switch(switch)) => Left::At(switch.pc),
    };
    (left, recorder)
}
