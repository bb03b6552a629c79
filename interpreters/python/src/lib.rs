//! Python 3.12 on metajit: the library behind the `metapy` command.

pub mod address;
pub mod bytecode;
pub mod code;
pub mod compile;
pub mod format;
pub mod interp;
pub mod object;
pub mod raw;
pub mod syntax;
pub mod vm;
