//! Starting again from nothing, for tests that run many programs in one process.

use super::params::Parameters;
use super::state::with_jit;
use super::stats::Statistics;

/// Forgets all compiled code, parameters and statistics of this thread's driver. Code objects and cells that have been
/// used before must not be used again.
pub fn reset() {
    with_jit(|jit| {
        let units = std::mem::take(&mut jit.units);
        jit.exits.clear();
        jit.broken.clear();
        jit.called = Default::default();
        jit.statistics = Statistics::default();
        jit.parameters = Parameters::default();
        if let Some(backend) = jit.backend() {
            units.into_iter().flatten().for_each(|unit| backend.free(unit.code));
        }
    });
}
