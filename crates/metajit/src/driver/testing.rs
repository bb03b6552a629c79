//! Starting again from nothing, for tests that run many programs in one process.

use super::params::Parameters;
use super::state::with_jit;
use super::stats::Statistics;

/// Forgets all compiled code, parameters and statistics of this thread's driver. Code objects and cells that have been
/// used before must not be used again.
pub fn reset() {
    super::gate::take_entered();
    with_jit(|jit| {
        jit.worker = None;
        jit.late.clear();
        jit.retired.clear();
        jit.regions.clear();
        jit.named.clear();
        jit.names.clear();
        jit.live_bytes = 0;
        jit.called = Default::default();
        jit.transcripts.clear();
        jit.plain_reads.clear();
        jit.dice = 0;
        jit.statistics = Statistics::default();
        jit.parameters = Parameters::default();
        let code: Vec<_> = jit.units.iter().map(|unit| unit.code).collect();
        jit.units.clear();
        if let Some(backend) = jit.backend() {
            code.into_iter().for_each(|code| backend.free(code));
        }
    });
}

/// What has been found by comparing recordings (the parameter `recheck`), one line for each place.
pub fn plain_reads() -> Vec<String> {
    with_jit(|jit| jit.plain_reads.clone())
}

/// Ends the log that was begun with [`log_to`](super::log_to).
pub fn stop_log() {
    with_jit(|jit| jit.log = None);
}
