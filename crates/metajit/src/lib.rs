//! metajit: a meta-tracing JIT framework.
//!
//! Write an interpreter once, generic over a [`mode::Mode`]; the framework runs it plainly, records its hot
//! loops as traces, optimises them and compiles them to machine code. `docs/architecture.md` is the map.

#[macro_use]
pub mod ir;
pub mod abort;
pub mod assume;
pub mod backend;
pub mod command;
pub mod depth;
pub mod driver;
pub mod fixed;
pub mod frame;
pub mod heap;
pub mod helper;
pub mod kind;
pub mod language;
pub mod live;
mod log;
pub mod mode;
pub mod observe;
pub mod opt;
pub mod poll;
pub mod record;
mod resume;
pub mod run;
pub mod staged;
pub mod testing;
