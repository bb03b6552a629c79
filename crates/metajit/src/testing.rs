//! Checks for the authors of interpreters.
//!
//! The strongest test of an interpreter on this framework is differential: the same program has to do the same with the
//! JIT off, on, and under every stress ([`in_all_settings`]). Beside it: what a program's loops have been compiled to
//! ([`traces`]), and making a failing program small ([`shrink`]).
//!
//! A process has one heap; a test holds [`heap::testing::exclusive`](crate::heap::testing::exclusive) while it uses it.
//! What is run must make its code objects anew each time: the cells in them remember.

use crate::driver::{self, Mode};
use crate::heap;
use std::fmt::Debug;

/// One way of running.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// What it is called in messages.
    pub name: &'static str,
    /// Whether code is compiled.
    pub jit: Mode,
    /// Parameters, as for [`driver::configure`].
    pub parameters: &'static str,
    /// Collect at every n-th allocation.
    pub collect_every: Option<u32>,
}

/// The ways in which [`in_all_settings`] runs; the first is the plain interpreter.
pub const SETTINGS: &[Setting] = &[
    Setting { name: "off", jit: Mode::Off, parameters: "", collect_every: None },
    Setting { name: "on", jit: Mode::Sync, parameters: "verify=1", collect_every: None },
    Setting {
        name: "at once",
        jit: Mode::Sync,
        parameters: "verify=1,threshold=1,function_threshold=1,bridge_threshold=1,merge_passes=0",
        collect_every: None,
    },
    Setting {
        name: "loops at once, a resume point for each bytecode",
        jit: Mode::Sync,
        parameters: "verify=1,threshold=1,function_threshold=1000000,bridge_threshold=2,coarse=0,merge_limit=300",
        collect_every: None,
    },
    Setting {
        name: "nothing inlined twice",
        jit: Mode::Sync,
        parameters: "verify=1,threshold=3,function_threshold=2,bridge_threshold=1,inline_depth=2,inline_recursion=1",
        collect_every: None,
    },
    Setting { name: "collecting, off", jit: Mode::Off, parameters: "", collect_every: Some(3) },
    Setting {
        name: "collecting, at once",
        jit: Mode::Sync,
        parameters: "verify=1,threshold=1,function_threshold=2,bridge_threshold=1",
        collect_every: Some(7),
    },
];

/// Runs something in one way, with nothing compiled before.
pub fn in_setting<T>(setting: &Setting, run: impl FnOnce() -> T) -> T {
    driver::testing::reset();
    driver::set_mode(setting.jit);
    driver::configure(setting.parameters).expect("the parameters exist");
    heap::set_collect_every(setting.collect_every);
    let result = run();
    heap::set_collect_every(None);
    result
}

/// Runs something in all [`SETTINGS`]; gives what it gave in the plain interpreter.
///
/// # Errors
/// What differed, and in which setting.
pub fn in_all_settings<T: PartialEq + Debug>(run: impl Fn() -> T) -> Result<T, String> {
    let (first, others) = SETTINGS.split_first().expect("the plain interpreter");
    let plain = in_setting(first, &run);
    for setting in others {
        let observed = in_setting(setting, &run);
        if observed != plain {
            return Err(format!(
                "setting {:?}\nthe interpreter alone: {plain:?}\nwith this setting:     {observed:?}",
                setting.name
            ));
        }
    }
    Ok(plain)
}
