//! The table of parameters: what can be tuned, by name.
//!
//! Set them through [`set_parameter`], a list like `threshold=100,bridge_threshold=20` through [`configure`], or
//! the environment variable `METAJIT` (read when the driver is first asked; `METAJIT_LOG` names a file for the log). Neighbours: `warmup`, `record`.

use super::state::with_jit;
use std::fmt;

macro_rules! parameters {
    ($($(#[doc = $doc:literal])* $name:ident = $default:literal;)*) => {
        /// The values of all parameters.
        #[derive(Clone, Debug)]
        pub struct Parameters {
            $($(#[doc = $doc])* pub $name: u64,)*
        }

        impl Default for Parameters {
            fn default() -> Self {
                Parameters { $($name: $default),* }
            }
        }

        impl Parameters {
            /// The names of all parameters, with what they mean and their defaults.
            pub const ALL: &'static [(&'static str, &'static str, u64)] =
                &[$((stringify!($name), concat!($($doc),*), $default)),*];

            fn place(&mut self, name: &str) -> Option<&mut u64> {
                match name {
                    $(stringify!($name) => Some(&mut self.$name),)*
                    _ => None,
                }
            }
        }
    };
}

parameters! {
    /// Passes of a loop header until the loop is recorded.
    threshold = 150;
    /// Calls of a function until it is recorded.
    function_threshold = 600;
    /// Times an exit is taken until it is continued by a bridge.
    bridge_threshold = 100;
    /// Milliseconds within which a threshold has to be reached to count as hot.
    decay_ms = 5000;
    /// Operations in a trace, at most.
    trace_limit = 6000;
    /// Frames inlined into each other, at most.
    inline_depth = 10;
    /// Activations of the same function among them, at most.
    inline_recursion = 2;
    /// Bytecodes that a recording may execute, at most.
    record_limit = 100000;
    /// Versions of a loop for different kinds of state at its header, at most.
    versions = 4;
    /// Iterations of an inner loop in a trace, at most.
    unroll = 3;
    /// Doublings of a threshold after recording was given up, at most.
    backoff = 10;
    /// Milliseconds after which code that was not to be inlined may be again, and half of a place's failures are forgotten.
    forget_ms = 60000;
    /// Bridges of one loop or function, at most.
    bridges = 200;
    /// Bridges that go on from one bytecode, at most.
    place_bridges = 40;
    /// Bridges of a region from which on code that makes up most of them by being inlined is called instead.
    inline_bridges = 24;
    /// Bridges from one bytecode after which the interpreter is told to do without a constant there, if it can.
    promotions = 8;
    /// 1: bridges are compiled again together with their loop; 0: not.
    merge = 1;
    /// Passes, for each operation of its region, of a bridge that comes round to the loop, until both are compiled together.
    merge_passes = 4;
    /// Passes, for each operation of its region, of a bridge that does not come round to the loop, until both are compiled together.
    merge_calls = 50;
    /// Operations in a loop with its bridges up to which they are compiled together.
    merge_limit = 6000;
    /// Bytes of machine code, at most: the regions that have not been used for longest are freed.
    code_limit = 67108864;
    /// Milliseconds of compiling after which a loop or function gets no more bridges, and is not compiled again with them.
    region_compile_ms = 2000;
    /// Values that an exit may pass, at most.
    snapshot_words = 2048;
    /// Operations from which on code of a loop, function or bridge is generated in the background; 0: never.
    background = 60;
    /// The same as long as nothing has been: starting the worker costs more than waiting for a small piece.
    background_first = 100;
    /// The same for code that is there already and is compiled together with its bridges.
    background_merges = 100;
    /// 1: a resume point serves several bytecodes; 0: one for each bytecode.
    coarse = 1;
    /// Stress: times that each guard fails although its condition holds, before it works.
    fail_guards = 0;
    /// Stress: of so many exits that are taken, one (chosen at random) breaks a region as a broken assumption would; 0: none.
    break_regions = 0;
    /// Stress: of so many exits that are taken, one frees a region as a used up budget would; 0: none.
    free_regions = 0;
    /// Stress: code is installed late and in any order: when the driver is asked, with a chance of one in this number; 0: at once.
    delay_results = 0;
    /// Stress: begins the random choices.
    seed = 1;
    /// Times that a place is recorded to compare the recordings, before it is compiled: finds plain reads of what changes.
    recheck = 0;
    /// Breaks a rule of recording on purpose, so that tests can be tested; see `record::Broken`.
    break_rule = 0;
    /// 1: the log has the code generator's input and the machine code, too.
    log_code = 0;
    /// 1: verify every trace before it is compiled.
    verify = 0;
}

/// Why a parameter could not be set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ParameterError {
    /// There is none of this name.
    Unknown(String),
    /// The text is not a number.
    NotANumber(String),
}

impl fmt::Display for ParameterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParameterError::Unknown(name) => write!(f, "there is no JIT parameter called {name:?}"),
            ParameterError::NotANumber(text) => write!(f, "{text:?} is not a number"),
        }
    }
}

impl std::error::Error for ParameterError {}

impl Parameters {
    /// Sets one parameter.
    pub fn set(&mut self, name: &str, value: u64) -> Result<(), ParameterError> {
        let place = self.place(name).ok_or_else(|| ParameterError::Unknown(name.to_owned()))?;
        *place = value;
        Ok(())
    }
    /// Sets parameters from text like `threshold=100,coarse=0`.
    pub fn configure(&mut self, text: &str) -> Result<(), ParameterError> {
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, "1"));
            let number = value.trim().parse();
            let number = number.map_err(|_| ParameterError::NotANumber(value.to_owned()))?;
            self.set(name.trim(), number)?;
        }
        Ok(())
    }
}

/// Sets a parameter of this thread's driver.
pub fn set_parameter(name: &str, value: u64) -> Result<(), ParameterError> {
    with_jit(|jit| jit.parameters.set(name, value))
}

/// Sets parameters of this thread's driver from text like `threshold=100,coarse=0`.
pub fn configure(text: &str) -> Result<(), ParameterError> {
    with_jit(|jit| jit.parameters.configure(text))
}
