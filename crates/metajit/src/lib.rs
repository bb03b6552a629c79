//! metajit: a meta-tracing JIT framework.
//!
//! Write an interpreter once, generic over a [`mode::Mode`]; the framework runs it plainly, records its hot
//! loops as traces, optimises them and compiles them to machine code. `docs/guide` is for authors of languages,
//! `docs/api.md` lists what they use, `docs/architecture.md` is the map of the code. The hidden modules (`ir`, `opt`,
//! `record`, `backend`) are public for the framework's own tests.

#![deny(missing_docs)]

#[macro_use]
#[doc(hidden)]
pub mod ir;
pub mod abort;
pub mod assume;
#[doc(hidden)]
pub mod backend;
pub mod bytecode;
pub mod command;
mod cpu;
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
#[doc(hidden)]
pub mod opt;
pub mod output;
pub mod poll;
#[doc(hidden)]
pub mod record;
mod resume;
pub mod run;
pub mod staged;
pub mod testing;
