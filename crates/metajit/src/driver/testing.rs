//! Starting again from nothing, for tests that run many programs in one process.

use super::params::Parameters;
use super::state::with_jit;
use super::stats::Statistics;

/// Forgets all compiled code, parameters and statistics of this thread's driver. Code objects and cells that have been
/// used before must not be used again.
pub fn reset() {
    super::gate::take_entered();
    with_jit(|jit| {
        let mut code = std::mem::take(&mut jit.retired);
        for (_, region) in jit.regions.drain() {
            code.extend(region.into_code());
        }
        jit.units.clear();
        jit.exits.clear();
        jit.retired_roots.clear();
        jit.broken.clear();
        jit.called = Default::default();
        jit.dice = 0;
        jit.statistics = Statistics::default();
        jit.parameters = Parameters::default();
        if let Some(backend) = jit.backend() {
            code.into_iter().for_each(|code| backend.free(code));
        }
    });
}
