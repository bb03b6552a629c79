//! Python 3.12 on metajit: the library behind the `metapy` command.

pub mod address;
pub mod builtins;
pub mod bytecode;
pub mod cli;
pub mod code;
pub mod compile;
pub mod format;
pub mod import;
pub mod interp;
pub mod interrupt;
pub mod memory;
pub mod object;
pub mod prelude;
pub mod raw;
pub mod stdlib;
pub mod syntax;
pub mod traceback;
pub mod vm;
