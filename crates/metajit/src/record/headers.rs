//! Loop headers while recording: where traces close, where they jump to other code, and when they give up.
//!
//! A trace of a loop closes at its own header. Any other header of the root frame that has code ends a
//! trace with a jump to it; one without code is passed a few times (an inner loop with few iterations is unrolled)
//! until it is better to let it get hot first: its exits' bridges then cover the outer loop. Neighbours: `driver`.

use super::recorder::RootLoop;
use super::{Outcome, Purpose, Recorder, Switch, frames};
use crate::abort::Abort;
use crate::cpu::Stopwatch;
use crate::frame::LoopCell;
use crate::heap::Value;
use crate::helper::{Effects, Helper, set_pending};
use crate::ir::{End, OpRef};
use crate::kind::Type;
use crate::opt::{CloseError, Closed, Optimizer};

/// Attempts at a loop that left the root frame, after which what it does until then is compiled.
const LEAVES: u32 = 2;

/// Leaves an exception for the driver, before a trace that raises returns null.
static RAISE: Helper = Helper {
    name: "raise",
    params: &[Type::Value],
    result: Type::Int,
    effects: Effects::Any,
    raises: false,
    address: || rt_raise as *const () as *const u8,
    conditional: false,
    callee: None,
};

extern "C" fn rt_raise(exception: u64) -> i64 {
    set_pending(Value::from_bits(exception));
    0
}

impl Recorder {
    /// A loop header at `pc` of the innermost frame; `Some` if the frame is to go on in `Run` mode.
    pub(super) fn loop_header(&mut self, cell: &'static LoopCell, pc: usize) -> Option<Switch> {
        if !self.recording() {
            return None;
        }
        if self.frames.len() > 1 {
            self.pass(cell);
            return None;
        }
        match self.purpose {
            Purpose::Loop(own) if own.is_version_of(cell) && self.started => self.close(own, pc),
            Purpose::Loop(own) if own.is_version_of(cell) => {
                self.start();
                return None;
            }
            // A bridge from an exit of the header itself begins by going round once more.
            Purpose::Bridge if !self.started && pc == self.start_pc && self.own_header(cell).is_some() => {
                self.started = true;
                return None;
            }
            _ if !cell.code().get().is_null() || matches!(self.purpose, Purpose::Entry) => {
                self.jump(cell, pc)
            }
            _ => {
                self.pass(cell);
                return None;
            }
        }
        Some(Switch { pc })
    }

    /// The first pass of the loop's own header.
    fn start(&mut self) {
        self.started = true;
        let poll = self.opt.poll();
        self.guard(poll, false);
        // An exit that resumed at the header would enter the loop again and leave by the same guard.
        self.cached = None;
    }

    /// A header that the trace runs through.
    fn pass(&mut self, cell: &'static LoopCell) {
        let limit = self.limits.unroll;
        let inlined = self.frames.len() > 1;
        let frame = self.innermost();
        let key = std::ptr::from_ref(cell) as usize;
        let passes = match frame.headers.iter_mut().find(|(k, _)| *k == key) {
            Some((_, passes)) => {
                *passes += 1;
                *passes
            }
            None => {
                frame.headers.push((key, 1));
                1
            }
        };
        if passes > limit {
            let code = std::ptr::from_ref(frame.code) as *const u8 as usize;
            if inlined {
                self.blame = Some(code);
            }
            self.abort(Abort::InnerLoop);
        }
    }

    /// The loop's own header again.
    fn close(&mut self, cell: &'static LoopCell, pc: usize) {
        let state = self.root_state(pc);
        let began = Stopwatch::start();
        let closed = self.close_loop(&state);
        self.closing_ns += began.nanoseconds();
        match closed {
            Ok(closed) => self.stop(Outcome::Trace(Box::new(closed))),
            Err(CloseError::TooLong) if self.finds_blame() => self.abort(Abort::TooLong),
            // The second iteration differs from the first, or there is no room for one: go round through memory.
            Err(CloseError::TooLong | CloseError::Unstable) => self.jump(cell, pc),
        }
    }

    fn close_loop(&mut self, slots: &[(u32, OpRef)]) -> Result<Closed, CloseError> {
        let Recorder { opt, frames, shadows, limits, .. } = self;
        // A snapshot belongs to the attempt for which it was made.
        let mut state =
            |opt: &mut Optimizer| frames::snapshot(opt, frames, shadows, &mut None, limits.broken);
        opt.close_loop(slots, &mut state)
    }

    /// The loop whose region a bridge belongs to, if `cell` is its header's.
    fn own_header(&self, cell: &'static LoopCell) -> Option<&RootLoop> {
        self.root_loop.as_ref().filter(|root| root.cell.is_version_of(cell))
    }

    /// Another loop's header, or a loop's from a bridge: its code is entered, in registers if that is possible, else
    /// through memory.
    fn jump(&mut self, cell: &'static LoopCell, pc: usize) {
        let slots = self.root_state(pc);
        let otherwise = self.own_header(cell).map(|root| root.otherwise);
        if otherwise.is_some() && self.enter_loop(&slots) {
            return;
        }
        let cell = otherwise.unwrap_or(cell);
        // The slots have been written when the fallback is taken: no older state can be resumed then.
        self.cached = None;
        let fallback = self.snapshot();
        self.end(End::Jump { cell: std::ptr::from_ref(cell) as usize, slots, fallback });
    }

    /// Ends a bridge by entering its root's loop in registers; false if it does not fit.
    fn enter_loop(&mut self, slots: &[(u32, OpRef)]) -> bool {
        self.cached = None;
        let Recorder { opt, frames, shadows, cached, limits, root_loop: Some(root), .. } = self else {
            return false;
        };
        let mut state = |opt: &mut Optimizer| frames::snapshot(opt, frames, shadows, cached, limits.broken);
        let Some(header) = &root.header else { return false };
        let entered = opt.clone().enter(&root.trace, header, slots, limits.broken.pairing(), &mut state);
        // What was described while trying belongs to the copy.
        self.cached = None;
        let Some(trace) = entered else { return false };
        self.stop(Outcome::Trace(Box::new(Closed { trace, header: None })));
        true
    }

    /// The root frame has returned or raised while recording.
    pub(crate) fn root_left(&mut self, result: Result<OpRef, OpRef>) {
        if !self.recording() {
            return;
        }
        match (self.purpose, result) {
            // A loop that always leaves in its first iteration, as a generator's does, is not recorded as a loop.
            (Purpose::Loop(cell), Ok(_)) if cell.aborts.get() < LEAVES => self.abort(Abort::LeftRoot),
            (Purpose::Loop(cell), Err(_)) if cell.aborts.get() < LEAVES => self.abort(Abort::RaisedOut),
            (_, Ok(value)) => self.end(End::Return(value)),
            (_, Err(exception)) => {
                self.opt.call(&RAISE, &[exception]);
                let null = self.constant(Value::NULL);
                self.end(End::Return(null));
            }
        }
    }

    /// Ends the trace where execution is. A bridge goes on from there.
    pub(super) fn segment(&mut self) {
        self.cached = None;
        let here = self.snapshot();
        self.end(End::Exit(here));
    }

    fn end(&mut self, end: End) {
        self.keep_asked();
        self.length = self.opt.len();
        let opt = std::mem::replace(&mut self.opt, Optimizer::new(0));
        self.operations += opt.recorded() as u64;
        let began = Stopwatch::start();
        let trace = opt.end(end);
        self.closing_ns += began.nanoseconds();
        self.stop(Outcome::Trace(Box::new(Closed { trace, header: None })));
    }

    /// Forgets a callee's slots, and counts what it has added to the trace.
    pub(super) fn pop_frame(&mut self) {
        let frame = self.frames.pop().expect("a callee is on top of its caller");
        self.forget_slots(frame.base, frame.code.slots());
        if self.recording() {
            let added = self.opt.len().saturating_sub(frame.ops_before);
            let code = std::ptr::from_ref(frame.code) as *const u8 as usize;
            *self.inlined.entry(code).or_default() += added;
        }
    }
}
