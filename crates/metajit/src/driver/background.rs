//! The worker: a thread that generates code while the program goes on.
//!
//! What crosses is plain data by its types: a [`Job`] holds traces without their snapshots' frames (`ir::Plain`) and
//! addresses as integers; a [`Done`] holds machine code that does not lie in executable memory yet. `Send` is required of
//! both where they are sent, and nothing in this file, in `ir` or in the generator claims it by hand. Code is linked,
//! installed, entered and freed by the program's thread alone, so memory for code has one owner. What both threads see
//! are atomics: the flag here, the cells of exits (which lead nowhere before the unit is installed) and the region's validity
//! flag. The program's thread never waits: it looks at the flag when the driver is asked anyway. The worker is started by
//! the first job, and does not keep the process alive. After `fork` the child has no worker: it starts its own.
//! Neighbours: `install` (sends jobs, takes results), `backend::Generator`.

use super::install::{Piece, Then};
use super::state::Jit;
use super::units::UnitId;
use super::{Mode, compile::Target};
use crate::abort::Abort;
use crate::backend::{CompileError, Generated, Generator, Part, UnitInfo};
use crate::cpu::Stopwatch;
use crate::ir::{Plain, SnapshotId};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// Bytes of the worker's stack.
const STACK_BYTES: usize = 4 << 20;
/// Passes of a place whose code is being compiled until it looks whether that has been done.
const LOOK_AFTER: u32 = 30;

/// What is to be compiled.
pub(super) struct Job {
    pub origin: u32,
    pub unit: UnitId,
    pub piece: Piece,
    pub then: Then,
    pub parts: Vec<(Plain, Option<(usize, SnapshotId)>)>,
    pub info: UnitInfo,
}

/// What has come of a job.
pub(crate) struct Done {
    pub(super) origin: u32,
    pub(super) unit: UnitId,
    pub(super) piece: Piece,
    pub(super) then: Then,
    pub(super) result: Result<Generated, CompileError>,
    pub(super) elapsed_ns: u64,
}

impl Job {
    /// Operations in it.
    fn operations(&self) -> usize {
        self.parts.iter().map(|(trace, _)| trace.ops.len()).sum()
    }

    /// Generates the code.
    pub(super) fn run(self, generator: &mut dyn Generator) -> Done {
        let Job { origin, unit, piece, then, parts, info } = self;
        let began = Stopwatch::start();
        let parts: Vec<Part<'_>> =
            parts.iter().map(|(trace, continues)| Part { trace, continues: *continues }).collect();
        let result = generator.generate(&parts, &info);
        Done { origin, unit, piece, then, result, elapsed_ns: began.nanoseconds() }
    }
}

/// The worker of a driver.
pub(crate) struct Worker {
    jobs: Sender<Job>,
    results: Receiver<Done>,
    /// Whether there may be results.
    ready: Arc<AtomicBool>,
    /// The process that it runs in.
    process: u32,
}

impl Worker {
    /// Starts a thread; `None` if that is not possible.
    fn start(mut generator: Box<dyn Generator + Send>) -> Option<Worker> {
        let (jobs, todo) = channel::<Job>();
        let (done, results) = channel();
        let ready = Arc::new(AtomicBool::new(false));
        let flag = ready.clone();
        let work = move || {
            crate::poll::leave_signals_to_others();
            while let Ok(job) = todo.recv() {
                if done.send(job.run(&mut *generator)).is_err() {
                    return;
                }
                flag.store(true, Ordering::Release);
            }
        };
        let thread = thread::Builder::new().name("metajit".to_owned()).stack_size(STACK_BYTES);
        thread.spawn(work).ok()?;
        Some(Worker { jobs, results, ready, process: std::process::id() })
    }
}

impl Jit {
    /// Hands a job to the worker; gives it back if it is to be done here.
    pub(super) fn hand_over(&mut self, job: Job) -> Option<Job> {
        let parameters = &self.parameters;
        let least = match job.piece {
            Piece::Whole => parameters.background_merges,
            Piece::Alone(_) if self.worker.is_none() => {
                parameters.background.max(parameters.background_first)
            }
            Piece::Alone(_) => parameters.background,
        };
        let small = parameters.background == 0 || least == 0 || (job.operations() as u64) < least;
        if self.mode != Mode::On || small || parameters.delay_results > 0 {
            return Some(job);
        }
        self.see_to_fork();
        if self.worker.is_none() {
            let generator = self.backend().and_then(|backend| backend.another_generator().ok());
            self.worker = generator.and_then(Worker::start);
        }
        let Some(worker) = &mut self.worker else { return Some(job) };
        match worker.jobs.send(job) {
            Ok(()) => {
                self.statistics.background += 1;
                None
            }
            Err(error) => {
                self.worker = None;
                Some(error.0)
            }
        }
    }

    /// In a child process there is no worker, and nothing that it was to do gets done.
    fn see_to_fork(&mut self) {
        if self.worker.as_ref().is_none_or(|worker| worker.process == std::process::id()) {
            return;
        }
        // Its channels may have been in the middle of something.
        std::mem::forget(self.worker.take());
        let pending: Vec<u32> =
            self.regions.iter().filter(|(_, region)| !region.pending.is_empty()).map(|(&n, _)| n).collect();
        for origin in pending {
            self.discard(origin, "the process was forked while it was compiled");
        }
    }

    /// Code for a place will come: until then the place looks now and then.
    pub(super) fn wait_for(&mut self, origin: u32, then: Then) {
        let Some(region) = self.regions.get(&origin) else { return };
        if let (Then::Found, Some(cell)) = (then, region.target.cell()) {
            cell.region.set(origin + 1);
            cell.fuel.set(LOOK_AFTER);
        }
    }

    /// A place asks whose code is being compiled: takes what has been done; true if that is not all.
    pub(super) fn is_waiting(&mut self, cell: &crate::frame::LoopCell) -> bool {
        if cell.region.get() == 0 {
            return false;
        }
        self.see_to_fork();
        self.take_results();
        if !cell.code().get().is_null() {
            return true;
        }
        let waiting = cell.region.get() != 0;
        if waiting {
            cell.fuel.set(LOOK_AFTER);
        }
        waiting
    }

    /// Installs what has been compiled in the background.
    pub(super) fn take_results(&mut self) {
        self.take_late();
        let Some(worker) = &mut self.worker else { return };
        if !worker.ready.swap(false, Ordering::Acquire) {
            return;
        }
        let began = Stopwatch::start();
        let done: Vec<Done> = worker.results.try_iter().collect();
        done.into_iter().for_each(|done| self.take_result(done));
        self.statistics.own_ns += began.nanoseconds();
    }

    fn take_result(&mut self, done: Done) {
        let (origin, then) = (done.origin, done.then);
        let target = self.regions.get(&origin).map(|region| match then {
            Then::Bridge(exit) => Target::Exit(exit),
            Then::Found | Then::Merge => region.target,
        });
        let result = self.arrive(done);
        if let (Err(reason), Some(target)) = (result, target)
            && reason != Abort::Invalidated
            && !matches!(then, Then::Merge)
        {
            self.statistics.count_abort(reason);
            self.give_up(target, reason, None);
        }
    }

    /// Under stress, results come late and in any order.
    fn take_late(&mut self) {
        let mut i = 0;
        while i < self.late.len() {
            if self.one_in(self.parameters.delay_results.max(1)) {
                let done = self.late.swap_remove(i);
                self.take_result(done);
            } else {
                i += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Done, Job};

    fn is_send<T: Send>() {}

    #[test]
    fn what_crosses_is_plain_data() {
        is_send::<Job>();
        is_send::<Done>();
    }
}
