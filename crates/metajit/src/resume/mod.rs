//! Resuming: from the values that compiled code passes out to a state the interpreter can go on from.
//!
//! | file | concept |
//! | --- | --- |
//! | `plan.rs` | what an exit's snapshot asks for, worked out once when its code is compiled |
//! | `restore.rs` | virtual objects made real, slots written, the frames to replay |
//! | `rooted.rs` | words that the collector sees while they are in nobody's slot |
//!
//! An exit is *simple* if it has one frame whose bytecode has done nothing yet that must not be done again: then slots
//! are written and the interpreter goes on. Otherwise its bytecodes are replayed (`record::replay`).

mod plan;
mod restore;
mod rooted;

pub(crate) use plan::ExitPlan;
pub(crate) use restore::{name_in, nothing_to_replay, restore};
pub(crate) use rooted::Rooted;
