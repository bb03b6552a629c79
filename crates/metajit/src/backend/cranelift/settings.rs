//! How Cranelift is set up.
//!
//! Each value was measured: `opt_level = speed` moves and duplicates pure operations into side exits, at up
//! to ten times the compile time, for almost nothing, as traces come optimised; the single-pass register
//! allocator makes code two to five times slower. The rest switches off what nobody reads.

use super::super::CompileError;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{Configurable, Flags, builder};

const SETTINGS: &[(&str, &str)] = &[
    ("opt_level", "none"),
    ("regalloc_algorithm", "backtracking"),
    ("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" }),
    ("is_pic", "false"),
    ("preserve_frame_pointers", "true"),
    ("unwind_info", "false"),
    ("enable_probestack", "false"),
    ("machine_code_cfg_info", "false"),
    ("enable_alias_analysis", "false"),
];

/// The code generator for the machine the process runs on.
pub(super) fn host() -> Result<OwnedTargetIsa, CompileError> {
    let refuse = |e: &dyn std::fmt::Display| CompileError::Refused(e.to_string());
    let mut flags = builder();
    for (name, value) in SETTINGS {
        flags.set(name, value).map_err(|e| refuse(&e))?;
    }
    let isa = cranelift_native::builder().map_err(|e| refuse(&e))?;
    isa.finish(Flags::new(flags)).map_err(|e| refuse(&e))
}
